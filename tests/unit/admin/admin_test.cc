// What the HTTP API does beyond its shapes (openapi_test.cc) and its queries (filter_test.cc).
#include "tests/unit/admin/admin_fixture.h"

namespace assay::proxy {
namespace {

using rejects::testing::draft_of;
using rejects::testing::id_of;
using testing::HasSubstr;

TEST_F(AdminTest, ListsNewestFirstInPages) {
  keep(draft_of(1, 3));
  const auto first = json_of(get("/v1/rejects?limit=2"));
  ASSERT_EQ(first["items"].size(), 2U);
  EXPECT_EQ(first["items"][0]["id"], id_of(3).text());
  const auto second = json_of(get("/v1/rejects?limit=2&cursor=" + first["nextCursor"].get<std::string>()));
  ASSERT_EQ(second["items"].size(), 1U);
  EXPECT_EQ(second["items"][0]["id"], id_of(1).text());
  EXPECT_TRUE(second["nextCursor"].is_null());
}

TEST_F(AdminTest, FindsByClientId) {
  keep(draft_of(1));
  EXPECT_EQ(json_of(get("/v1/rejects?clientId=billing"))["items"].size(), 1U);
  EXPECT_EQ(json_of(get("/v1/rejects?clientId=other"))["items"].size(), 0U);
}

TEST_F(AdminTest, AParameterStandsOnce) {
  const auto response = get("/v1/rejects?topic=a&topic=b");
  EXPECT_EQ(response.status, 400);
  EXPECT_THAT(response.body, testing::HasSubstr("\\\"topic\\\" stands more than once"));
}

TEST_F(AdminTest, ShowsTheDecodedValueWithItsDigits) {
  auto draft = draft_of(1);
  const std::string value = R"({"n":12345678901234567890.123456789012345678})";
  draft.violating[0].value.emplace(value.begin(), value.end());
  draft.violating[0].value_schema_id = -1;
  keep(std::move(draft));
  const auto shown = get("/v1/rejects/" + id_of(1).text());
  EXPECT_EQ(shown.status, 200);
  EXPECT_THAT(shown.body, HasSubstr("\"decoded\":{\"n\":12345678901234567890.123456789012345678}"));
}

TEST_F(AdminTest, GivesTheValueByteForByte) {
  auto draft = draft_of(1);
  draft.violating[0].value = Buffer{0, 0xff, '\n'};
  keep(std::move(draft));
  const auto value = get("/v1/rejects/" + id_of(1).text() + "/value");
  EXPECT_EQ(value.content_type, "application/octet-stream");
  EXPECT_EQ(value.body, std::string("\0\xff\n", 3));
  EXPECT_EQ(value.headers.get("X-Content-Type-Options"), "nosniff");
}

TEST_F(AdminTest, ATombstoneHasNoValueToGive) {
  auto draft = draft_of(1);
  draft.violating[0].value.reset();
  keep(std::move(draft));
  EXPECT_THAT(problem_of(get("/v1/rejects/" + id_of(1).text() + "/value"), 404), HasSubstr("tombstone"));
}

TEST_F(AdminTest, AMaskedRecordHasNoPayload) {
  auto draft = draft_of(1);
  draft.violating[0].masked = true;
  keep(std::move(draft));
  const std::string at = "/v1/rejects/" + id_of(1).text();
  problem_of(get(at + "/value"), 404);
  const auto shown = json_of(get(at));
  EXPECT_EQ(shown["payload"], "dropped");
  EXPECT_TRUE(shown.contains("payloadProblem"));
  EXPECT_FALSE(shown.contains("value"));
}

TEST_F(AdminTest, AnIdThatIsNoneOrUnknownIsNotFound) {
  for (const std::string& id : {std::string("x"), id_of(99).text()}) {
    problem_of(get("/v1/rejects/" + id), 404);
    problem_of(get("/v1/rejects/" + id + "/value"), 404);
    problem_of(ask("PATCH", "/v1/rejects/" + id, R"({"state":"open"})"), 404);
  }
}

TEST_F(AdminTest, AStateIsSetAndFound) {
  keep(draft_of(1));
  const std::string at = "/v1/rejects/" + id_of(1).text();
  EXPECT_EQ(json_of(ask("PATCH", at, R"({"state":"discarded"})"))["state"], "discarded");
  EXPECT_EQ(json_of(get("/v1/rejects?state=discarded"))["items"].size(), 1U);
  for (const char* body :
       {"", "{", "[]", "{}", R"({"state":1})", R"({"state":"gone"})", R"({"state":"open","more":1})"}) {
    problem_of(ask("PATCH", at, body), 400);
  }
}

TEST_F(AdminTest, WhatIsNotServedIsToldApart) {
  problem_of(get("/v2/rejects"), 404);
  const auto refused = ask("DELETE", "/v1/rejects/x");
  problem_of(refused, 405);
  EXPECT_EQ(refused.headers.get("Allow"), "GET, PATCH");
}

TEST_F(AdminTest, WithATokenOnlyHealthAndDescriptionAreOpen) {
  serve("s3cret");
  for (const AdminApi::Route& route : AdminApi::routes()) {
    const bool open = route.path == "/healthz" || route.path == "/readyz" || route.path == "/openapi.json";
    EXPECT_EQ(route.open, open) << route.path;
    for (const char* given :
         {"", "Bearer s3cre", "Bearer s3cret ", "Bearer s3crez", "Basic s3cret", "s3cret"}) {
      const auto response = ask(std::string(route.method), std::string(route.path), "", given);
      EXPECT_EQ(response.status == 401, !open) << route.path << " with '" << given << "'";
      if (response.status == 401) {
        EXPECT_EQ(response.headers.get("WWW-Authenticate"), "Bearer");
      }
    }
    const auto allowed = ask(std::string(route.method), std::string(route.path), "", "Bearer s3cret");
    EXPECT_NE(allowed.status, 401) << route.path;
    // RFC 9110 §11.1: the scheme is not case-sensitive.
    EXPECT_EQ(ask(std::string(route.method), std::string(route.path), "", "bearer s3cret").status,
              allowed.status);
  }
}

TEST_F(AdminTest, ReadinessSaysWhyNot) {
  EXPECT_EQ(json_of(get("/readyz"))["status"], "ready");
  not_ready_ = "no broker answers";
  EXPECT_EQ(problem_of(get("/readyz"), 503), "no broker answers");
  EXPECT_EQ(get("/healthz").status, 200);
}

TEST_F(AdminTest, RulesSayWhatWasWrongWithNewerFiles) {
  activate(R"({"topics":["t"],"rules":[{"name":"r","field":"a","check":{"minimum":0}}]})");
  EXPECT_TRUE(json_of(get("/v1/rules"))["refused"].is_null());
  rules::Problem wrong;
  wrong.file = "rules/b.json";
  wrong.message = "unknown keyword";
  status_.refused(clock_.now_ms(), {wrong});
  const auto rules = json_of(get("/v1/rules"));
  EXPECT_EQ(rules["refused"], format_time(clock_.now_ms()));
  EXPECT_EQ(rules["problems"][0]["file"], "rules/b.json");
  EXPECT_EQ(rules["items"][0]["name"], "r");
  EXPECT_TRUE(rules["items"][0]["unbound"].empty());
}

TEST_F(AdminTest, RulesSayWhereTheirFieldIsMissing) {
  source_.keeps_to_itself = true;
  const auto id = source_.add("people-value", R"({"properties":{"age":{}},"additionalProperties":false})");
  activate(R"({"topics":["people"],"rules":[{"name":"r","field":"agge","check":{"minimum":0}}]})");
  const auto judged =
      ask("POST", "/v1/validations",
          R"({"topic":"people","samples":[{"age":1}],"schemaId":)" + std::to_string(id) + "}");
  EXPECT_EQ(json_of(judged)["items"][0]["verdict"], "conforms") << judged.body;
  const auto unbound = json_of(get("/v1/rules"))["items"][0]["unbound"];
  ASSERT_EQ(unbound.size(), 1U);
  EXPECT_EQ(unbound[0]["topic"], "people");
  EXPECT_THAT(unbound[0]["why"].get<std::string>(), HasSubstr("did you mean age?"));
}

TEST_F(AdminTest, ValidationsJudgeByTheActiveRules) {
  activate(R"({"topics":["t"],"rules":[{"name":"positive","field":"a","check":{"exclusiveMinimum":0}}]})");
  const auto answer =
      json_of(ask("POST", "/v1/validations", R"({"topic":"t","samples":[{"a":1},{"a":-1}]})"));
  EXPECT_EQ(answer["items"][0]["verdict"], "conforms");
  EXPECT_EQ(answer["items"][1]["verdict"], "violates");
  EXPECT_EQ(answer["items"][1]["violations"][0]["rule"], "positive");
  const auto unknown = json_of(ask("POST", "/v1/validations", R"({"topic":"t","samples":[1],"schemaId":9})"));
  EXPECT_EQ(unknown["items"][0]["verdict"], "undecided");
}

TEST_F(AdminTest, ValidationsJudgeEveryDigit) {
  activate(R"({"topics":["t"],"rules":[{"name":"most","field":"a","check":{"maximum":150}}]})");
  const auto answer = json_of(ask(
      "POST", "/v1/validations", R"({"topic":"t","samples":[{"a":150.000000000000000000001},{"a":150.0}]})"));
  EXPECT_EQ(answer["items"][0]["verdict"], "violates");
  EXPECT_EQ(answer["items"][1]["verdict"], "conforms");
}

TEST_F(AdminTest, ValidationsStandDeepNesting) {
  activate(R"({"topics":["t"],"rules":[{"name":"most","field":"a","check":{"maximum":150}}]})");
  constexpr std::size_t kDepth = 1'000'000;
  const std::string deep = std::string(kDepth, '[') + std::string(kDepth, ']');
  const auto answer = json_of(ask("POST", "/v1/validations", R"({"topic":"t","samples":[)" + deep + ",1]}"));
  EXPECT_NE(answer["items"][0]["verdict"], "conforms");
  EXPECT_EQ(answer["items"][1]["verdict"], "conforms");
}

TEST_F(AdminTest, ValidationsRefuseWhatTheyDoNotUnderstand) {
  for (const char* body :
       {"", "[]", "{}", R"({"topic":"t"})", R"({"topic":1,"samples":[]})", R"({"topic":"t","samples":{}})",
        R"({"topic":"t","samples":[],"schemaId":"7"})",
        R"({"topic":"t","samples":[],"schemaId":99999999999})", R"({"topic":"t","samples":[],"schemaID":7})",
        R"({"topic":"t","samples":[1],"samples":[]})", R"({"topic":"t","samples":[1})"}) {
    problem_of(ask("POST", "/v1/validations", body), 400);
  }
  std::string many = "1";
  for (int i = 0; i < 1'000; ++i) many += ",1";
  problem_of(ask("POST", "/v1/validations", R"({"topic":"t","samples":[)" + many + "]}"), 400);
  EXPECT_THAT(
      problem_of(ask("POST", "/v1/validations", R"({"topic":"t","samples":[1,{"$record":{"valeu":1}}]})"),
                 400),
      HasSubstr("/samples/1"));
}

}  // namespace
}  // namespace assay::proxy
