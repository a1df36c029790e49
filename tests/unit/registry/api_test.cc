#include <gmock/gmock.h>

#include "registry_fixture.h"

namespace assay::registry {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct Step {
  const char* method;
  const char* target;
  const char* body;
  int status;
  const char* answer;  // all of it; "…" at its end: how it begins
};

void play(const Embedded& embedded, std::initializer_list<Step> steps) {
  for (const Step& step : steps) {
    const auto response = embedded.ask(step.method, step.target, step.body);
    const std::string told = std::string(step.method) + " " + step.target + " " + step.body;
    EXPECT_EQ(response.status, step.status) << told << " -> " << response.body;
    EXPECT_EQ(response.content_type, "application/vnd.schemaregistry.v1+json") << told;
    const std::string_view wanted = step.answer;
    if (wanted.ends_with("…")) {
      EXPECT_THAT(response.body, StartsWith(std::string(wanted.substr(0, wanted.size() - 3)))) << told;
    } else {
      EXPECT_EQ(response.body, wanted) << told;
    }
  }
}

constexpr const char* kInt = R"({"schema":"\"int\""})";
constexpr const char* kLong =
    R"({"schema":"\"long\"","schemaType":"AVRO","references":null,"metadata":null,"ruleSet":null})";

TEST(RegistryApi, RegistersAndFetches) {
  const Embedded embedded;
  // MD5 of "int" with its quotes, as any Confluent registry would number it.
  constexpr const char* kGuid = "ef524ea1-b91e-7317-3d93-8ade36c1db32";
  const std::string described =
      std::string(R"("guid":")") + kGuid + R"(","schemaType":"AVRO","schema":"\"int\""})";
  const auto added = embedded.ask("POST", "/subjects/a-value/versions", kInt);
  EXPECT_EQ(added.status, 200);
  EXPECT_EQ(added.body, R"({"id":1,"version":1,)" + described);
  const std::string version = R"({"subject":"a-value","version":1,"id":1,)" + described;
  for (const char* path : {"/subjects/a-value/versions/1", "/subjects/a-value/versions/latest",
                           "/subjects/a-value/versions/-1", "/contexts/./subjects/a-value/versions/1"}) {
    EXPECT_EQ(embedded.ask("GET", path).body, version) << path;
  }
  EXPECT_EQ(embedded.ask("POST", "/subjects/a-value", kInt).body, version);
  EXPECT_EQ(embedded.ask("GET", "/schemas/ids/1").body, "{" + described);
  EXPECT_EQ(embedded.ask("GET", std::string("/schemas/guids/") + kGuid).body, "{" + described);
  EXPECT_EQ(embedded.ask("GET", "/schemas").body, "[" + version + "]");
  play(embedded,
       {{"GET", "/schemas/ids/1/schema", "", 200, "\"int\""},
        {"GET", "/subjects/a-value/versions/1/schema", "", 200, "\"int\""},
        {"GET", "/schemas/ids/1/subjects", "", 200, R"(["a-value"])"},
        {"GET", "/schemas/ids/1/versions", "", 200, R"([{"subject":"a-value","version":1}])"},
        {"GET", "/schemas/guids/ef524ea1-b91e-7317-3d93-8ade36c1db32/ids", "", 200,
         R"([{"context":".","id":1}])"},
        {"GET", "/schemas/ids/1?subject=a-value&fetchMaxId=false&format=", "", 200, R"({"guid":…)"}});
}

TEST(RegistryApi, GivesOneIdToOneContent) {
  const Embedded embedded;
  play(embedded,
       {{"POST", "/subjects/a/versions", kInt, 200, R"({"id":1,"version":1,…)"},
        {"POST", "/subjects/a/versions", kInt, 200, R"({"id":1,"version":1,…)"},
        {"POST", "/subjects/a/versions", R"({"schema":" \"int\"\n"})", 200, R"({"id":1,"version":1,…)"},
        {"POST", "/subjects/a/versions", kLong, 200, R"({"id":2,"version":2,…)"},
        {"POST", "/subjects/b/versions", kLong, 200, R"({"id":2,"version":1,…)"},
        {"POST", "/subjects/a/versions", kInt, 200, R"({"id":1,"version":1,…)"},
        {"POST", "/subjects/b/versions", R"({"schema":"\"long\"","schemaType":"JSON"})", 200,
         R"({"id":3,"version":2,…)"},
        {"GET", "/schemas/ids/3", "", 200, R"({"guid":…)"},
        // The same text, the same GUID: but which of them is meant?
        {"GET", "/schemas/guids/e1dd9a1e-f98b-451b-5369-0370b393966b", "", 409, R"({"error_code":409,…)"},
        {"GET", "/subjects/a/versions", "", 200, "[1,2]"},
        {"GET", "/schemas/ids/2/subjects", "", 200, R"(["a","b"])"},
        {"GET", "/subjects", "", 200, R"(["a","b"])"},
        {"POST", "/subjects/a/versions", R"({"schema":"\"int\"","metadata":{"properties":{"o":"x"}}})", 200,
         R"({"id":4,"version":3,…)"}});
}

TEST(RegistryApi, WordsItsErrorsAsConfluentDoes) {
  const Embedded embedded;
  play(
      embedded,
      {{"GET", "/schemas/ids/7", "", 404, R"({"error_code":40403,"message":"Schema 7 not found"})"},
       {"GET", "/schemas/ids/x", "", 404, R"({"error_code":40403,"message":"Schema not found"})"},
       {"GET", "/schemas/ids/99999999999", "", 404, R"({"error_code":40403,…)"},
       {"GET", "/schemas/guids/none", "", 404, R"({"error_code":40403,…)"},
       {"GET", "/subjects/a/versions", "", 404, R"({"error_code":40401,"message":"Subject 'a' not found."})"},
       {"GET", "/subjects/a/versions/1", "", 404, R"({"error_code":40401,…)"},
       {"POST", "/subjects/a", kInt, 404, R"({"error_code":40401,…)"},
       {"DELETE", "/subjects/a", "", 404, R"({"error_code":40401,…)"},
       {"POST", "/subjects/a/versions", kInt, 200, "…"},
       {"POST", "/subjects/a", kLong, 404, R"({"error_code":40403,"message":"Schema not found"})"},
       {"GET", "/subjects/a/versions/2", "", 404, R"({"error_code":40402,"message":"Version 2 not found."})"},
       {"GET", "/subjects/a/versions/0", "", 422,
        R"({"error_code":42202,"message":"The specified version '0' is not a valid version id. Allowed values are between [1, 2^31-1] and the string \"latest\""})"},
       {"GET", "/subjects/a/versions/x", "", 422, R"({"error_code":42202,…)"},
       {"GET", "/subjects/a/versions/2147483648", "", 422, R"({"error_code":42202,…)"},
       {"POST", "/subjects/a/versions", R"({"schema":"bad"})", 422,
        R"({"error_code":42201,"message":"Invalid schema of type AVRO: it is bad"})"},
       {"POST", "/subjects/a/versions", R"({"schema":""})", 422,
        R"({"error_code":42201,"message":"Empty schema"})"},
       {"POST", "/subjects/a/versions", "{}", 422, R"({"error_code":42201,…)"},
       {"POST", "/subjects/a/versions", R"({"schema":"x","schemaType":"PROTOBUF"})", 422,
        R"({"error_code":42201,…)"},
       {"POST", "/subjects/a/versions", R"({"schema":"x","schemaType":"XML"})", 422,
        R"({"error_code":42201,…)"},
       {"POST", "/subjects/a/versions", "", 400, R"({"error_code":400,…)"},
       {"POST", "/subjects/a/versions", "[1]", 400, R"({"error_code":400,…)"},
       {"POST", "/subjects/a/versions", "{\"schema\":", 400, R"({"error_code":400,…)"},
       {"POST", "/subjects/a/versions", R"({"schema":{"type":"int"}})", 400,
        R"({"error_code":400,"message":"\"schema\" must be a string…)"},
       {"POST", "/subjects/a/versions", R"({"schema":"x","references":{}})", 400, R"({"error_code":400,…)"},
       {"POST", "/subjects/a/versions", R"({"schema":"x","references":[{"name":"n"}]})", 400,
        R"({"error_code":400,…)"},
       {"POST", "/subjects/a/versions", R"({"schema":"x","id":1.5})", 400, R"({"error_code":400,…)"},
       {"POST", "/subjects/a/versions", R"({"schema":"x","id":4294967296})", 400, R"({"error_code":400,…)"},
       {"POST", "/subjects/%01/versions", kInt, 422, R"({"error_code":42208,…)"},
       {"POST", "/subjects/__GLOBAL/versions", kInt, 422, R"({"error_code":42208,…)"},
       {"POST", "/subjects/a/versions", R"({"schema":"x","schemaTagsToAdd":[{"tags":["PII"]}]})", 501, "…"},
       {"GET", "/subjects/a%", "", 400, R"({"error_code":400,…)"},
       {"GET", "/subjects?offset=x", "", 400, R"({"error_code":400,…)"},
       {"GET", "/schemas/ids/1?format=resolved", "", 501, R"({"error_code":501,…)"}});
}

TEST(RegistryApi, HasNoAssociationsSoThatClientsFallBack) {
  const Embedded embedded;
  for (const char* path :
       {"/associations/resources/-/t?resourceType=topic&associationType=value", "/associations", "/nothing",
        "/subjects/a/b", "/subjects/a/versions/1/tags/x", "/schemas/x", "/v1/x"}) {
    EXPECT_EQ(embedded.ask("GET", path).status, 404) << path;
  }
  play(embedded,
       {{"GET", "/associations/x", "", 404, R"({"error_code":404,"message":"HTTP 404 Not Found"})"},
        {"PATCH", "/subjects", "", 405, R"({"error_code":405,"message":"HTTP 405 Method Not Allowed"})"},
        {"POST", "/schemas/types", "", 405, "…"}});
}

TEST(RegistryApi, AnswersWhatToolsAskFirst) {
  const Embedded embedded;
  play(embedded, {{"GET", "/", "", 200, "{}"},
                  {"POST", "/", "", 200, "{}"},
                  {"GET", "/schemas/types", "", 200, R"(["JSON","AVRO"])"},
                  {"GET", "/contexts", "", 200, R"(["."])"},
                  {"GET", "/subjects", "", 200, "[]"},
                  {"GET", "/schemas", "", 200, "[]"},
                  {"GET", "/v1/metadata/id", "", 200, R"({"scope":{"path":[],…)"}});
}

TEST(RegistryApi, SpeaksTheTypeThatIsAskedFor) {
  const Embedded embedded;
  EXPECT_EQ(embedded.ask("GET", "/subjects", "", "application/json").content_type, "application/json");
  EXPECT_EQ(
      embedded.ask("GET", "/subjects", "", "application/vnd.schemaregistry+json; q=0.9, application/json")
          .content_type,
      "application/vnd.schemaregistry+json");
  EXPECT_EQ(embedded.ask("GET", "/subjects", "", "text/html").content_type,
            "application/vnd.schemaregistry.v1+json");
}

TEST(RegistryApi, DeletesInTwoSteps) {
  const Embedded embedded;
  play(embedded, {{"POST", "/subjects/a/versions", kInt, 200, "…"},
                  {"POST", "/subjects/a/versions", kLong, 200, "…"},
                  {"DELETE", "/subjects/a/versions/1?permanent=true", "", 404, R"({"error_code":40407,…)"},
                  {"DELETE", "/subjects/a/versions/1", "", 200, "1"},
                  {"DELETE", "/subjects/a/versions/1", "", 404, R"({"error_code":40406,…)"},
                  {"DELETE", "/subjects/a/versions/9", "", 404, R"({"error_code":40402,…)"},
                  {"GET", "/subjects/a/versions", "", 200, "[2]"},
                  {"GET", "/subjects/a/versions?deleted=true", "", 200, "[1,2]"},
                  {"GET", "/subjects/a/versions?deletedOnly=true", "", 200, "[1]"},
                  {"GET", "/subjects/a/versions/1", "", 404, R"({"error_code":40402,…)"},
                  {"GET", "/subjects/a/versions/1?deleted=true", "", 200, R"({"subject":"a","version":1,…)"},
                  {"GET", "/schemas/ids/1", "", 200, "…"},  // data was written with it
                  {"GET", "/schemas/ids/1/subjects", "", 200, "[]"},
                  {"GET", "/schemas/ids/1/subjects?deleted=true", "", 200, R"(["a"])"},
                  {"POST", "/subjects/a", kInt, 404, R"({"error_code":40403,…)"},
                  {"POST", "/subjects/a?deleted=true", kInt, 200, R"({"subject":"a","version":1,…)"},
                  {"POST", "/subjects/a/versions", kInt, 200, R"({"id":1,"version":3,…)"},
                  {"DELETE", "/subjects/a?permanent=true", "", 404, R"({"error_code":40405,…)"},
                  {"DELETE", "/subjects/a/versions/latest", "", 200, "3"},
                  {"DELETE", "/subjects/a", "", 200, "[2]"},
                  {"DELETE", "/subjects/a", "", 404, R"({"error_code":40404,…)"},
                  {"GET", "/subjects", "", 200, "[]"},
                  {"GET", "/subjects?deleted=true", "", 200, R"(["a"])"},
                  {"GET", "/subjects?deletedOnly=true", "", 200, R"(["a"])"},
                  {"DELETE", "/subjects/a?permanent=true", "", 200, "[1,2,3]"},
                  {"GET", "/schemas/ids/1", "", 404, "…"},
                  {"GET", "/subjects?deleted=true", "", 200, "[]"},
                  {"POST", "/subjects/a/versions", kInt, 200,
                   R"({"id":3,"version":1,…)"}});  // an id is never given twice
}

TEST(RegistryApi, FollowsReferences) {
  const Embedded embedded;
  constexpr const char* kUser =
      R"({"schema":"\"u\"","references":[{"name":"n","subject":"base","version":1}]})";
  play(embedded, {{"POST", "/subjects/u/versions", kUser, 422,
                   R"({"error_code":42201,"message":"No schema reference found …)"},
                  {"POST", "/subjects/u", kUser, 404, R"({"error_code":40401,…)"},
                  {"POST", "/subjects/base/versions", kInt, 200, "…"},
                  {"POST", "/subjects/u/versions", kUser, 200, R"({"id":2,"version":1,…)"},
                  {"POST", "/subjects/u/versions",
                   R"({"schema":"\"u\"","references":[{"name":"n","subject":"base","version":-1}]})", 200,
                   R"({"id":2,"version":1,…)"},
                  {"POST", "/subjects/u", kUser, 200, R"({"subject":"u","version":1,"id":2,…)"},
                  {"GET", "/subjects/base/versions/1/referencedby", "", 200, "[2]"},
                  {"GET", "/subjects/u/versions/1/referencedby", "", 200, "[]"},
                  {"DELETE", "/subjects/base", "", 422, R"({"error_code":42206,…)"},
                  {"DELETE", "/subjects/base/versions/1", "", 422, R"({"error_code":42206,…)"},
                  {"DELETE", "/subjects/u", "", 200, "[1]"},
                  {"DELETE", "/subjects/base", "", 200, "[1]"}});
  EXPECT_THAT(embedded.ask("GET", "/schemas/ids/2").body,
              HasSubstr(R"("references":[{"name":"n","subject":"base","version":1}])"));
}

TEST(RegistryApi, OnlyPromisesTheCompatibilityThatItChecks) {
  const Embedded embedded;
  play(embedded,
       {{"GET", "/config", "", 200, R"({"compatibilityLevel":"NONE"})"},
        {"PUT", "/config", R"({"compatibility":"BACKWARD"})", 422,
         R"({"error_code":42203,"message":"Compatibility level BACKWARD is not available…)"},
        {"PUT", "/config", R"({"compatibility":"SOME"})", 422,
         R"({"error_code":42203,"message":"Invalid compatibility level…)"},
        {"PUT", "/config", "{}", 422, R"({"error_code":42203,…)"},
        {"PUT", "/config", R"({"compatibility":"none","alias":null,"normalize":false})", 200,
         R"({"compatibility":"NONE"})"},
        {"PUT", "/config", R"({"compatibility":"NONE","normalize":true})", 422, R"({"error_code":42205,…)"},
        {"GET", "/config/a", "", 404, R"({"error_code":40408,…)"},
        {"GET", "/config/a?defaultToGlobal=true", "", 200, R"({"compatibilityLevel":"NONE"})"},
        {"PUT", "/config/a", R"({"compatibility":"NONE"})", 200, R"({"compatibility":"NONE"})"},
        {"GET", "/config/a", "", 200, R"({"compatibilityLevel":"NONE"})"},
        {"DELETE", "/config/a", "", 200, R"({"compatibilityLevel":"NONE"})"},
        {"DELETE", "/config/a", "", 404, R"({"error_code":40408,…)"},
        {"POST", "/compatibility/subjects/a/versions/latest", kInt, 200, R"({"is_compatible":true})"},
        {"POST", "/compatibility/subjects/a/versions?verbose=true", kInt, 200,
         R"({"is_compatible":true,"messages":[]})"},
        {"POST", "/compatibility/subjects/a/versions/1", kInt, 404, R"({"error_code":40401,…)"},
        {"POST", "/compatibility/subjects/a/versions/latest", R"({"schema":"bad"})", 422,
         R"({"error_code":42201,…)"}});
}

TEST(RegistryApi, ObeysModes) {
  const Embedded embedded;
  play(embedded,
       {{"GET", "/mode", "", 200, R"({"mode":"READWRITE"})"},
        {"GET", "/mode/a", "", 404, R"({"error_code":40409,…)"},
        {"PUT", "/mode", R"({"mode":"SOME"})", 422, R"({"error_code":42204,…)"},
        {"POST", "/subjects/a/versions", kInt, 200, "…"},
        {"POST", "/subjects/a/versions", R"({"schema":"\"x\"","id":5})", 422, R"({"error_code":42205,…)"},
        {"PUT", "/mode/a", R"({"mode":"READONLY"})", 200, R"({"mode":"READONLY"})"},
        {"POST", "/subjects/a/versions", kInt, 200, R"({"id":1,"version":1,…)"},
        {"POST", "/subjects/a/versions", kLong, 422, R"({"error_code":42205,…)"},
        {"DELETE", "/subjects/a", "", 422, R"({"error_code":42205,…)"},
        {"POST", "/subjects/b/versions", kLong, 200, R"({"id":2,"version":1,…)"},
        {"DELETE", "/mode/a", "", 200, R"({"mode":"READONLY"})"},
        {"PUT", "/mode/b", R"({"mode":"IMPORT"})", 422, R"({"error_code":42205,…)"},
        {"PUT", "/mode/c", R"({"mode":"IMPORT"})", 200, R"({"mode":"IMPORT"})"},
        {"POST", "/subjects/c/versions", R"({"schema":"\"x\""})", 422, R"({"error_code":42205,…)"},
        {"POST", "/subjects/c/versions", R"({"schema":"\"x\"","id":70,"version":4})", 200,
         R"({"id":70,"version":4,…)"},
        {"POST", "/subjects/c/versions", R"({"schema":"\"y\"","id":70,"version":5})", 422,
         R"({"error_code":42207,…)"},
        {"POST", "/subjects/c/versions", R"({"schema":"\"x\"","id":71,"version":5})", 422,
         R"({"error_code":42207,…)"},
        {"POST", "/subjects/c/versions", R"({"schema":"\"z\"","id":72,"version":4})", 422,
         R"({"error_code":42207,…)"},
        {"POST", "/subjects/d/versions", R"({"schema":"\"q\""})", 200, R"({"id":71,"version":1,…)"}});
}

TEST(RegistryApi, KeepsContextsApart) {
  const Embedded embedded;
  play(embedded, {{"POST", "/subjects/a/versions", kInt, 200, "…"},
                  {"POST", "/contexts/.x/subjects/a/versions", kLong, 200, R"({"id":2,"version":1,…)"},
                  {"POST", "/subjects/%3A.y%3Ab/versions", kLong, 200, R"({"id":2,"version":1,…)"},
                  {"GET", "/contexts", "", 200, R"([".",".x",".y"])"},
                  {"GET", "/subjects", "", 200, R"([":.x:a",":.y:b","a"])"},
                  {"GET", "/contexts/.x/subjects", "", 200, R"([":.x:a"])"},
                  {"GET", "/subjects?subjectPrefix=a", "", 200, R"(["a"])"},
                  {"GET", "/subjects?subjectPrefix=%3A*%3Aa", "", 200, R"([":.x:a","a"])"},
                  {"GET", "/subjects?subjectPrefix=%3A.y%3A", "", 200, R"([":.y:b"])"},
                  {"GET", "/subjects?subjectPrefix=", "", 200, R"(["a"])"},
                  {"GET", "/subjects/%3A.x%3Aa/versions", "", 200, "[1]"},
                  {"GET", "/subjects/%3A.%3Aa/versions", "", 200, "[1]"},
                  {"GET", "/contexts/.x/subjects/a/versions/1", "", 200, R"({"subject":":.x:a",…)"},
                  {"GET", "/schemas/ids/2/subjects", "", 200, R"([":.x:a",":.y:b"])"},
                  {"GET", "/subjects?offset=1&limit=1", "", 200, R"([":.y:b"])"},
                  {"GET", "/subjects?offset=9", "", 200, "[]"},
                  {"GET", "/subjects?offset=-9&limit=1", "", 200, R"([":.x:a"])"},
                  {"POST", "/subjects/%3A.x%3A/versions", kInt, 422, R"({"error_code":42208,…)"}});
}

TEST(RegistryApi, TakesSubjectsOfAnyName) {
  const Embedded embedded;
  play(embedded, {{"POST", "/subjects/a%2Fb%20%C3%A9/versions", kInt, 200, "…"},
                  {"GET", "/subjects", "", 200, R"(["a/b é"])"},
                  {"GET", "/subjects/a%2Fb%20%C3%A9/versions", "", 200, "[1]"}});
}

TEST(RegistryApi, RefusesBodiesNestedWithoutEnd) {
  const Embedded embedded;
  const std::string deep = R"({"schema":"\"int\"","metadata":)" + std::string(100'000, '[');
  const auto response = embedded.ask("POST", "/subjects/a/versions", deep);
  EXPECT_EQ(response.status, 400);
  EXPECT_THAT(response.body, HasSubstr("nested"));
}

TEST(RegistryApi, StaysWhatItWasOverARestart) {
  Embedded embedded;
  play(embedded, {{"POST", "/subjects/a/versions", kInt, 200, "…"},
                  {"PUT", "/mode/b", R"({"mode":"READONLY"})", 200, "…"},
                  {"POST", "/subjects/c/versions", kLong, 200, "…"},
                  {"DELETE", "/subjects/c", "", 200, "…"},
                  {"DELETE", "/subjects/c?permanent=true", "", 200, "…"}});
  embedded.reopen();
  play(embedded, {{"GET", "/subjects?deleted=true", "", 200, R"(["a"])"},
                  {"GET", "/mode/b", "", 200, R"({"mode":"READONLY"})"},
                  {"GET", "/schemas/ids/1/schema", "", 200, "\"int\""},
                  {"POST", "/subjects/c/versions", kLong, 200, R"({"id":3,"version":1,…)"}});
}

}  // namespace
}  // namespace assay::registry
