// The memory in front of a remote source.
#include "playing_registry.h"

namespace assay::registry {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Cached {
  TempFolder folder;
  Playing registry;
  Metrics metrics;
  std::unique_ptr<SchemaSource> source;

  Cached() { open(); }
  void open(const std::string& scope = "here") {
    source.reset();
    RemoteOptions options = options_for(registry);
    options.retries_max = 0;
    source = make_caching_source(source_for(options), folder.file("cache.db"), scope, &metrics).value();
  }
  void go_away() {
    registry.interrupt([](const HttpRequest&) { return std::optional(json(503, "")); });
  }
};

TEST(CachingSource, JudgesWithWhatItKnewWhileTheRegistryIsAway) {
  Cached cached;
  cached.registry.say("/schemas/ids/1", R"({"schema":"a","guid":"89791762-2336-4186-9674-299b90a802e2",
    "metadata":{"properties":{}},"references":[{"name":"B","subject":"b","version":1}]})");
  cached.registry.say("/subjects/b/versions/1?deleted=true", R"({"schema":"b"})");
  cached.registry.say("/subjects/s/versions/latest", R"({"schema":"l","id":5})");
  cached.registry.say("/subjects/s/versions/2?deleted=true", R"({"schema":"v","id":4})");
  cached.registry.say("/schemas/ids/1/subjects?deleted=true", R"(["s"])");
  ASSERT_TRUE(fetch(*cached.source, id(1)));
  ASSERT_TRUE(fetch_version(*cached.source, "s", 0));
  ASSERT_TRUE(fetch_version(*cached.source, "s", 2));
  ASSERT_TRUE(belongs(*cached.source, id(1), "s").value().belongs);
  cached.go_away();
  cached.open();
  const auto schema = fetch(*cached.source, id(1)).value();
  EXPECT_EQ(schema.text, "a");
  EXPECT_EQ(schema.metadata_json, R"({"properties":{}})");
  ASSERT_EQ(schema.references.size(), 1U);
  EXPECT_EQ(schema.references[0].name, "B");
  EXPECT_EQ(schema.references[0].text, "b");
  EXPECT_EQ(fetch(*cached.source, {schema.guid, 0}).value().text, "a");
  EXPECT_EQ(fetch_version(*cached.source, "s", 0).value().id, 5);
  EXPECT_EQ(fetch_version(*cached.source, "s", 2).value().id, 4);
  EXPECT_TRUE(belongs(*cached.source, id(1), "s").value().belongs);
  EXPECT_THAT(cached.metrics.expose(), HasSubstr(R"(assay_registry_cache_total{result="stale"} 1)"));
  // What it did not know stays unknown: no "does not belong" out of an old list.
  EXPECT_EQ(belongs(*cached.source, id(1), "t").error().code(), ErrorCode::unavailable);
  EXPECT_EQ(fetch(*cached.source, id(2)).error().code(), ErrorCode::unavailable);
}

TEST(CachingSource, AsksOnceForAllTime) {
  Cached cached;
  cached.registry.say("/schemas/ids/1", R"({"schema":"a"})");
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(fetch(*cached.source, id(1)));
  EXPECT_EQ(cached.registry.calls(), 1U);
}

TEST(CachingSource, KeepsNoNo) {
  Cached cached;
  cached.registry.say("/schemas/ids/1", json(404, R"({"error_code":40403,"message":"no"})"));
  cached.registry.say("/schemas/ids/1/subjects?deleted=true", R"(["other"])");
  EXPECT_EQ(fetch(*cached.source, id(1)).error().code(), ErrorCode::not_found);
  const auto before = belongs(*cached.source, id(1), "s").value();
  EXPECT_FALSE(before.belongs);
  EXPECT_THAT(before.owners, ElementsAre("other"));
  cached.registry.say("/schemas/ids/1", R"({"schema":"a"})");
  cached.registry.say("/schemas/ids/1/subjects?deleted=true", R"(["other","s"])");
  EXPECT_TRUE(fetch(*cached.source, id(1)));
  EXPECT_TRUE(belongs(*cached.source, id(1), "s").value().belongs);
}

TEST(CachingSource, PrefersTheRegistrysLatest) {
  Cached cached;
  cached.registry.say("/subjects/s/versions/latest", R"({"schema":"1","id":1})");
  ASSERT_TRUE(fetch_version(*cached.source, "s", 0));
  cached.registry.say("/subjects/s/versions/latest", R"({"schema":"2","id":2})");
  EXPECT_EQ(fetch_version(*cached.source, "s", 0).value().id, 2);
  cached.registry.say("/subjects/s/versions/latest", json(404, R"({"error_code":40401,"message":"gone"})"));
  EXPECT_EQ(fetch_version(*cached.source, "s", 0).error().code(), ErrorCode::not_found);
}

TEST(CachingSource, ForgetsWhatAnotherRegistrySaid) {
  Cached cached;
  cached.registry.say("/schemas/ids/1", R"({"schema":"a"})");
  ASSERT_TRUE(fetch(*cached.source, id(1)));
  cached.go_away();
  cached.open("elsewhere");
  EXPECT_EQ(fetch(*cached.source, id(1)).error().code(), ErrorCode::unavailable);
}

TEST(CachingSource, BeginsAnewWhenItsFileIsDamaged) {
  Cached cached;
  cached.source.reset();
  std::FILE* file = std::fopen(cached.folder.file("cache.db").c_str(), "w");
  for (int i = 0; i < 2'000; ++i) std::fputs("not a database ", file);
  std::fclose(file);
  cached.open();
  cached.registry.say("/schemas/ids/1", R"({"schema":"a"})");
  EXPECT_TRUE(fetch(*cached.source, id(1)));
  EXPECT_TRUE(std::filesystem::exists(cached.folder.file("cache.db.damaged")));
}

TEST(CachingSource, CallsNobodyOnceItIsGone) {
  for (int i = 0; i < 20; ++i) {
    Cached cached;
    cached.registry.say("/schemas/ids/1", R"({"schema":"a"})");
    auto alive = std::make_shared<std::atomic<bool>>(true);
    for (int k = 0; k < 10; ++k) cached.source->fetch(id(k % 3), [alive](auto) { EXPECT_TRUE(*alive); });
    std::this_thread::sleep_for(std::chrono::microseconds(i * 100));
    cached.source.reset();
    *alive = false;
  }
}

}  // namespace
}  // namespace assay::registry
