// A remote source against a registry that misbehaves on demand.
#include "playing_registry.h"

namespace assay::registry {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(RemoteSource, ReadsSchemasOfEveryAge) {
  Playing registry;
  registry.say("/schemas/ids/1", R"({"schema":"\"int\""})");
  registry.say("/schemas/ids/2",
               R"({"schemaType":"JSON","schema":"{}","guid":"89791762-2336-4186-9674-299b90a802e2",
    "metadata":{"properties":{"a":"b"}},"ruleSet":null,"references":[],"subject":"s","version":1,"news":[1]})");
  registry.say("/schemas/guids/89791762-2336-4186-9674-299b90a802e2", R"({"schema":"x"})");
  registry.say("/subjects/a%2Fb/versions/3?deleted=true", R"({"id":9,"schema":"y"})");
  registry.say("/subjects/a%2Fb/versions/latest", R"({"id":10,"schema":"z"})");
  const auto source = source_for(options_for(registry));
  const auto first = fetch(*source, id(1)).value();
  EXPECT_EQ(first.id, 1);
  EXPECT_EQ(first.format, schema::Format::avro);
  EXPECT_EQ(first.text, "\"int\"");
  const auto second = fetch(*source, id(2)).value();
  EXPECT_EQ(second.format, schema::Format::json);
  EXPECT_EQ(second.guid->text(), "89791762-2336-4186-9674-299b90a802e2");
  EXPECT_EQ(second.metadata_json, R"({"properties":{"a":"b"}})");
  EXPECT_EQ(second.rule_set_json, "");
  EXPECT_EQ(fetch(*source, {second.guid, 0}).value().guid, second.guid);
  EXPECT_EQ(fetch_version(*source, "a/b", 3).value().id, 9);
  EXPECT_EQ(fetch_version(*source, "a/b", 0).value().id, 10);
}

TEST(RemoteSource, FollowsReferences) {
  Playing registry;
  registry.say("/schemas/ids/1", R"({"schema":"a","references":[{"name":"B","subject":"b","version":1},
    {"name":"C","subject":"c","version":2}]})");
  registry.say("/subjects/b/versions/1?deleted=true",
               R"({"schema":"b","references":[{"name":"C","subject":"c","version":2}]})");
  registry.say("/subjects/c/versions/2?deleted=true", R"({"schema":"c"})");
  const auto source = source_for(options_for(registry));
  std::vector<std::string> names;
  for (const auto& reference : fetch(*source, id(1)).value().references)
    names.push_back(reference.name + reference.text);
  EXPECT_THAT(names, ElementsAre("Cc", "Bb"));
  EXPECT_EQ(registry.calls(), 3U);
}

TEST(RemoteSource, RefusesReferencesThatLeadNowhere) {
  Playing registry;
  registry.say("/schemas/ids/1", R"({"schema":"a","references":[{"name":"B","subject":"b","version":1}]})");
  registry.say("/subjects/b/versions/1?deleted=true",
               R"({"schema":"b","references":[{"name":"C","subject":"c","version":1}]})");
  registry.say("/subjects/c/versions/1?deleted=true",
               R"({"schema":"c","references":[{"name":"B2","subject":"b","version":1}]})");
  registry.say("/schemas/ids/2", R"({"schema":"a","references":[{"name":"X","subject":"x","version":1}]})");
  registry.say("/subjects/x/versions/1?deleted=true", json(404, R"({"error_code":40401,"message":"no x"})"));
  const auto source = source_for(options_for(registry));
  const auto circle = fetch(*source, id(1));
  ASSERT_FALSE(circle);
  EXPECT_EQ(circle.error().code(), ErrorCode::invalid);
  EXPECT_THAT(circle.error().message(), HasSubstr("circle"));
  const auto missing = fetch(*source, id(2));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code(), ErrorCode::invalid);  // not_found would make records violations
}

TEST(RemoteSource, BoundsChainsAndSizes) {
  Playing registry;
  registry.interrupt([](const HttpRequest& request) -> std::optional<HttpResponse> {
    const std::string depth = request.segments.size() > 1 ? request.segments[1].substr(1) : "";
    if (request.path == "/schemas/ids/1")
      return json(200, R"({"schema":"a","references":[{"name":"0","subject":"s1","version":1}]})");
    if (request.segments[0] != "subjects") return std::nullopt;
    const std::string next = std::to_string(std::stoi(depth) + 1);
    return json(200, R"({"schema":"x","references":[{"name":")" + next + R"(","subject":"s)" + next +
                         R"(","version":1}]})");
  });
  const auto source = source_for(options_for(registry));
  const auto endless = fetch(*source, id(1));
  ASSERT_FALSE(endless);
  EXPECT_EQ(endless.error().code(), ErrorCode::too_large);
  EXPECT_LT(registry.calls(), 100U);

  RemoteOptions options = options_for(registry);
  options.limits.schema_bytes_max = 10;
  registry.interrupt({});
  registry.say("/schemas/ids/2", R"({"schema":"12345678901"})");
  registry.say("/schemas/ids/3", R"({"schema":"1","references":[{"name":"n","subject":"r","version":1}]})");
  registry.say("/subjects/r/versions/1?deleted=true", R"({"schema":"1234567890"})");
  const auto small = source_for(options);
  EXPECT_EQ(fetch(*small, id(2)).error().code(), ErrorCode::too_large);
  EXPECT_EQ(fetch(*small, id(3)).error().code(), ErrorCode::too_large);
}

struct Fault {
  int status;
  const char* body;
  ErrorCode code;
};
class RemoteSourceTold : public testing::TestWithParam<Fault> {};

TEST_P(RemoteSourceTold, KnowsWhatItMeans) {
  Playing registry;
  registry.say("/schemas/ids/1", json(GetParam().status, GetParam().body));
  const auto source = source_for(options_for(registry));
  const auto schema = fetch(*source, id(1));
  ASSERT_FALSE(schema);
  EXPECT_EQ(schema.error().code(), GetParam().code) << schema.error().message();
}

INSTANTIATE_TEST_SUITE_P(
    Faults, RemoteSourceTold,
    testing::Values(Fault{404, R"({"error_code":40403,"message":"Schema not found"})", ErrorCode::not_found},
                    Fault{404, R"({"error_code":404,"message":"HTTP 404 Not Found"})",
                          ErrorCode::unsupported},
                    Fault{404, "<html>nginx</html>", ErrorCode::unsupported},
                    Fault{401, R"({"error_code":401,"message":"Unauthorized"})", ErrorCode::denied},
                    Fault{403, "", ErrorCode::denied}, Fault{429, "", ErrorCode::unavailable},
                    Fault{500, R"({"error_code":50001,"message":"store"})", ErrorCode::unavailable},
                    Fault{503, "", ErrorCode::unavailable}, Fault{302, "", ErrorCode::unsupported},
                    Fault{422, R"({"error_code":42201})", ErrorCode::invalid},
                    Fault{200, "", ErrorCode::unsupported}, Fault{200, "[]", ErrorCode::unsupported},
                    Fault{200, "{}", ErrorCode::unsupported},
                    Fault{200, R"({"schema":1})", ErrorCode::unsupported},
                    Fault{200, R"({"schema":"a","schemaType":"XML"})", ErrorCode::unsupported},
                    Fault{200, R"({"schema":"a","references":{}})", ErrorCode::unsupported},
                    Fault{200, R"({"schema":"a","references":[{"name":"n"}]})", ErrorCode::unsupported},
                    Fault{200, R"({"schema":"a",)", ErrorCode::unsupported}));

TEST(RemoteSource, ShowsItsCredentials) {
  Playing registry;
  registry.say("/schemas/ids/1", R"({"schema":"a"})");
  RemoteOptions options = options_for(registry);
  options.user = "u";
  options.password = "p";
  ASSERT_TRUE(fetch(*source_for(options), id(1)));
  EXPECT_EQ(registry.authorization(), "Basic dTpw");
  options.bearer_token = "t";
  ASSERT_TRUE(fetch(*source_for(options), id(1)));
  EXPECT_EQ(registry.authorization(), "Bearer t");
  options.urls = {"http://a:b@" + registry.url().substr(7)};
  ASSERT_TRUE(fetch(*source_for(options), id(1)));
  EXPECT_EQ(registry.authorization(), "Basic YTpi");
}

TEST(RemoteSource, TriesAgainAndElsewhere) {
  Playing registry;
  registry.say("/schemas/ids/1", R"({"schema":"a"})");
  std::atomic<int> calls{0};
  registry.interrupt([&](const HttpRequest&) -> std::optional<HttpResponse> {
    return ++calls < 3 ? std::optional(json(503, "")) : std::nullopt;
  });
  ASSERT_TRUE(fetch(*source_for(options_for(registry)), id(1)));
  EXPECT_EQ(calls, 3);
  RemoteOptions two = options_for(registry);
  two.urls = {"http://127.0.0.1:1", registry.url()};
  ASSERT_TRUE(fetch(*source_for(two), id(1)));
}

TEST(RemoteSource, AsksOnceForManyWhoWait) {
  Playing registry;
  std::promise<void> release;
  const auto released = release.get_future().share();
  registry.interrupt([&](const HttpRequest&) -> std::optional<HttpResponse> {
    released.wait();
    return json(200, R"({"schema":"a"})");
  });
  const auto source = source_for(options_for(registry));
  std::atomic<int> answers{0};
  std::promise<void> all;
  for (int i = 0; i < 20; ++i) {
    source->fetch(id(1), [&](auto schema) {
      if (schema && ++answers == 20) all.set_value();
    });
  }
  release.set_value();
  EXPECT_EQ(all.get_future().wait_for(5s), std::future_status::ready);
  EXPECT_EQ(registry.calls(), 1U);
}

TEST(RemoteSource, SparesARegistryThatIsAway) {
  Playing registry;
  registry.say("/schemas/ids/1", R"({"schema":"a"})");
  std::atomic<bool> away{true};
  registry.interrupt([&](const HttpRequest&) { return away ? std::optional(json(500, "")) : std::nullopt; });
  RemoteOptions options = options_for(registry);
  options.retries_max = 0;
  options.breaker_failures = 3;
  options.breaker_open = 300ms;
  Metrics metrics;
  const auto source = source_for(options, &metrics);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(fetch(*source, id(1)).error().code(), ErrorCode::unavailable);
  EXPECT_EQ(registry.calls(), 3U);
  EXPECT_THAT(metrics.expose(), HasSubstr("assay_registry_up 0"));
  away = false;
  std::this_thread::sleep_for(350ms);
  EXPECT_TRUE(fetch(*source, id(1)));
  EXPECT_THAT(metrics.expose(), HasSubstr("assay_registry_up 1"));
  EXPECT_THAT(metrics.expose(), HasSubstr(R"(assay_registry_requests_total{outcome="unavailable"} 20)"));
  EXPECT_TRUE(fetch(*source, id(1)));
}

TEST(RemoteSource, FindsOwnersOnEveryDialect) {
  Playing registry;
  registry.say("/schemas/ids/1/subjects?deleted=true", R"(["b","a","b"])");
  registry.say("/schemas/ids/2/versions?deleted=true",
               R"([{"subject":"c","version":1},{"subject":"c","version":2}])");
  registry.say("/schemas/ids/3/subjects?deleted=true", json(404, R"({"error_code":40403,"message":"no"})"));
  registry.say("/schemas/guids/89791762-2336-4186-9674-299b90a802e2/ids",
               R"([{"context":".","id":1},{"context":".x","id":7}])");
  registry.say("/contexts/.x/schemas/ids/7/subjects?deleted=true", R"([":.x:d"])");
  const auto source = source_for(options_for(registry));
  EXPECT_THAT(owners(*source, id(1)).value(), ElementsAre("a", "b"));
  EXPECT_THAT(owners(*source, id(2)).value(), ElementsAre("c"));
  EXPECT_EQ(owners(*source, id(3)).error().code(), ErrorCode::not_found);
  EXPECT_EQ(owners(*source, id(4)).error().code(), ErrorCode::unsupported);
  const auto guid = schema::Guid::parse("89791762-2336-4186-9674-299b90a802e2");
  EXPECT_THAT(owners(*source, {guid, 0}).value(), ElementsAre(":.x:d", "a", "b"));
}

TEST(RemoteSource, CallsNobodyOnceItIsGone) {
  Playing registry;
  std::promise<void> release, arrived;
  const auto released = release.get_future().share();
  registry.interrupt([&](const HttpRequest&) -> std::optional<HttpResponse> {
    arrived.set_value();
    released.wait();
    return json(200, R"({"schema":"a"})");
  });
  auto source = source_for(options_for(registry));
  std::atomic<bool> called{false};
  source->fetch(id(1), [&](auto) { called = true; });
  arrived.get_future().wait();
  source.reset();
  release.set_value();
  registry.stop();
  EXPECT_FALSE(called);
}

TEST(RemoteSource, ReadsOurOwnRegistry) {
  Embedded embedded;
  ASSERT_TRUE(embedded.registry->add("base", avro("\"b\""), 0, 0));
  const auto added = embedded.registry->add("a/b", avro("\"a\"", {{"B", "base", 1}}), 0, 0);
  const auto server = io::HttpServer::listen({}, [&](HttpRequest request, io::HttpReply reply) {
                        reply(embedded.api->handle(request));
                      }).value();
  RemoteOptions options;
  options.urls = {"http://127.0.0.1:" + std::to_string(server->port()) + "/"};
  const auto source = source_for(options);
  for (const schema::SchemaRef& ref : {id(added->schema.id), schema::SchemaRef{added->schema.guid, 0}}) {
    const auto schema = fetch(*source, ref).value();
    EXPECT_EQ(schema.text, "\"a\"");
    ASSERT_EQ(schema.references.size(), 1U);
    EXPECT_EQ(schema.references[0].text, "\"b\"");
    EXPECT_THAT(owners(*source, ref).value(), ElementsAre("a/b"));
  }
  EXPECT_EQ(fetch(*source, id(99)).error().code(), ErrorCode::not_found);
}

TEST(RemoteSource, RefusesWhatIsNoUrl) {
  RemoteOptions options;
  EXPECT_FALSE(make_remote_source(options, nullptr));
  options.urls = {"registry:8081"};
  EXPECT_EQ(make_remote_source(options, nullptr).error().code(), ErrorCode::invalid);
}

}  // namespace
}  // namespace assay::registry
