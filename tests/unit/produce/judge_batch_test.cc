// The records of one batch, sorted to their plans and judged.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proxy/produce/findings.h"
#include "tests/reference/produce/world.h"

namespace assay::kit {
namespace {

using proxy::Decision;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view kName =
    R"({"type":"record","name":"Person","fields":[{"name":"name","type":"string"}]})";
constexpr std::string_view kAge =
    R"({"type":"record","name":"Person","fields":[{"name":"name","type":"string"},{"name":"age","type":"long"}]})";

World with_schemas() {
  World world;
  judge::TopicPolicy policy = requiring_schema();
  policy.key.schema = judge::SchemaMode::optional;
  world.topic("t", policy);
  world.avro(1, kName, {"t-value"});
  world.avro(2, kAge, {"t-value"});
  world.json(3, R"({"type":"object","properties":{"id":{"type":"integer"}},"required":["id"]})", {"t-key"});
  return world;
}

std::string name_only(std::string_view name) {
  return framed(1, avro_text(name));
}
std::string with_age(std::string_view name, std::int64_t age) {
  return framed(2, avro_text(name) + avro_long(age));
}

std::vector<std::uint32_t> refused_indexes(const Decision& decision) {
  std::vector<std::uint32_t> out;
  for (const auto& draft : decision.must_keep) {
    for (const auto& record : draft.violating) out.push_back(record.index);
  }
  return out;
}

TEST(JudgeBatch, RecordsOfSeveralSchemasGoToAPlanEach) {
  World world = with_schemas();
  std::vector<Record> records;
  for (int i = 0; i < 6; ++i) records.push_back(record(i % 2 == 0 ? name_only("a") : with_age("b", i)));
  const Decision decision = world.decide(Request("t", records));
  EXPECT_EQ(decision.forward, Decision::Forward::untouched);
  ASSERT_THAT(decision.judged, SizeIs(2));
  EXPECT_EQ(decision.judged[0].records, 3U);
  EXPECT_EQ(decision.judged[1].records, 3U);
  EXPECT_NE(decision.judged[0].plan, decision.judged[1].plan);
}

TEST(JudgeBatch, ViolatingRecordsAscendAcrossPlans) {
  World world = with_schemas();
  const std::string bad_name = name_only("a") + "x", bad_age = with_age("b", 1) + "x";
  const Decision decision = world.decide(
      Request("t", {record(name_only("a")), record(bad_age), record(bad_name), record("no frame"),
                    record(bad_age), record(bad_name), record(with_age("b", 1))}));
  EXPECT_THAT(refused_indexes(decision), ElementsAre(1, 2, 3, 4, 5));
  std::vector<std::int32_t> told;
  for (const auto& error : decision.answers.at(0).response.record_errors) told.push_back(error.batch_index);
  EXPECT_THAT(told, ElementsAre(1, 2, 3, 4, 5));
  std::vector<std::int32_t> schemas;
  for (const auto& row : decision.must_keep.at(0).violating) schemas.push_back(row.value_schema_id);
  EXPECT_THAT(schemas, ElementsAre(2, 1, -1, 2, 1));
}

TEST(JudgeBatch, TrailingBytesAreAViolation) {
  World world = with_schemas();
  const Decision avro = world.decide(Request("t", {record(name_only("a") + '\0')}));
  EXPECT_EQ(avro.answers.at(0).response.error_code, 87);
  EXPECT_EQ(avro.must_keep.at(0).violating.at(0).violations.at(0).kind, "schema.trailing");
  const Decision json = world.decide(Request("t", {record(framed(3, R"({"id":1}{})"), name_only("a"))}));
  EXPECT_EQ(json.answers.at(0).response.error_code, 87);
  EXPECT_EQ(json.must_keep.at(0).violating.at(0).violations.at(0).part, Part::key);
  const Decision space = world.decide(Request("t", {record(framed(3, "{\"id\":1} \r\n\t"), name_only("a"))}));
  EXPECT_EQ(space.forward, Decision::Forward::untouched);
}

TEST(JudgeBatch, InvalidUtf8IsAViolationWhereverTextIsRead) {
  World world = with_schemas();
  world.rules({R"({"name":"key-short","topics":["plain"],"field":"key:","check":{"maxLength":3}})"});
  EXPECT_EQ(world.decide(Request("t", {record(name_only("a\xff"))})).answers.at(0).response.error_code, 87);
  EXPECT_EQ(world.decide(Request("t", {record(framed(3, "{\"id\":1,\"x\":\"\xff\"}"), name_only("a"))}))
                .answers.at(0)
                .response.error_code,
            87);
  for (const char* key : {"\xff", "a\xf0", "\xc3"}) {
    const Decision decision = world.decide(Request("plain", {record(key, "v")}));
    ASSERT_THAT(decision.answers, SizeIs(1)) << key;
    EXPECT_EQ(decision.answers[0].response.error_code, 87);
  }
  EXPECT_EQ(world.decide(Request("plain", {record("äöü", "v")})).forward, Decision::Forward::untouched);
}

TEST(JudgeBatch, KeyAndValueAreBothTold) {
  World world = with_schemas();
  const Decision decision =
      world.decide(Request("t", {record(framed(3, "{}"), name_only("a") + "x"), record(framed(1, ""), "v")}));
  const auto& rows = decision.must_keep.at(0).violating;
  ASSERT_THAT(rows, SizeIs(2));
  ASSERT_THAT(rows[0].violations, SizeIs(2));
  EXPECT_EQ(rows[0].violations[0].part, Part::key);
  EXPECT_EQ(rows[0].violations[1].part, Part::value);
  EXPECT_EQ(rows[0].key_schema_id, 3);
  EXPECT_EQ(rows[0].value_schema_id, 1);
  EXPECT_EQ(rows[0].subject, "t-value");
  ASSERT_THAT(rows[1].violations, SizeIs(2));
  EXPECT_EQ(rows[1].violations[0].kind, "frame.subject");
  EXPECT_EQ(rows[1].violations[1].kind, "frame.missing");
}

TEST(JudgeBatch, TombstonesPassUnlessTheTopicRefusesThem) {
  World world = with_schemas();
  judge::TopicPolicy refusing = requiring_schema();
  refusing.reject_tombstones = true;
  world.topic("log", refusing);
  world.rules({R"({"name":"r","topics":["t","log"],"field":"name","check":{"required":true}})"});
  EXPECT_EQ(world.decide(Request("t", {tombstone(framed(3, R"({"id":1})"))})).forward,
            Decision::Forward::untouched);
  const Decision decision = world.decide(Request("log", {tombstone("k")}));
  EXPECT_EQ(decision.answers.at(0).response.error_code, 87);
  EXPECT_THAT(decision.answers[0].response.record_errors.at(0).message,
              HasSubstr("is null, and the topic takes no tombstones"));
  EXPECT_FALSE(decision.must_keep.at(0).violating.at(0).value);
  // An empty value is no tombstone.
  const Decision empty = world.decide(Request("log", {record("")}));
  EXPECT_EQ(empty.must_keep.at(0).violating.at(0).violations.at(0).kind, "frame.missing");
  EXPECT_TRUE(empty.must_keep[0].violating[0].value.has_value());
}

TEST(JudgeBatch, ATombstonesKeyAndHeadersAreJudged) {
  World world = with_schemas();
  world.rules({R"({"name":"tenant","topics":["t"],"field":"header:tenant","check":{"required":true}})"});
  EXPECT_EQ(world.decide(Request("t", {record(framed(3, "{}"), std::nullopt, {{"tenant", "eu"}})}))
                .answers.at(0)
                .response.error_code,
            87);
  EXPECT_EQ(
      world.decide(Request("t", {tombstone(framed(3, R"({"id":1})"))})).answers.at(0).response.error_code,
      87);
  EXPECT_EQ(world.decide(Request("t", {record(framed(3, R"({"id":1})"), std::nullopt, {{"tenant", "eu"}})}))
                .forward,
            Decision::Forward::untouched);
}

TEST(JudgeBatch, FormatsAreAssertedUnlessTheTopicAnnotates) {
  World world;
  judge::TopicPolicy annotating = requiring_schema();
  annotating.value.assert_formats = false;
  world.topic("annotates", annotating);
  world.topic("asserts", requiring_schema());
  world.json(1, R"({"type":"string","format":"email"})", {"annotates-value", "asserts-value"});
  const std::string value = framed(1, R"("nobody")");
  EXPECT_EQ(world.decide(Request("annotates", {record(value)})).forward, Decision::Forward::untouched);
  EXPECT_EQ(world.decide(Request("asserts", {record(value)})).answers.at(0).response.error_code, 87);
}

TEST(JudgeBatch, ARuleAloneHasATopicJudged) {
  World world;
  world.rules({R"({"name":"r","topics":["cust*"],"field":"age","check":{"minimum":0}})"});
  EXPECT_EQ(world.decide(Request("customers", {record(R"({"age":-1})")})).answers.at(0).response.error_code,
            87);
  EXPECT_EQ(world.decide(Request("customers", {record("no JSON")})).answers.at(0).response.error_code, 87);
  EXPECT_EQ(world.decide(Request("orders", {record("no JSON")})).forward, Decision::Forward::untouched);
}

TEST(JudgeBatch, RulesHoldForFramedAndPlainValuesOfOneBatchAlike) {
  World world;
  world.rules({R"({"name":"age","field":"age","check":{"minimum":0}})"});
  world.avro(2, kAge, {"t-value"});
  const Decision decision = world.decide(Request("t", {record(with_age("a", -1)), record(R"({"age":-1})"),
                                                       record(with_age("a", 1)), record(R"({"age":1})")}));
  EXPECT_THAT(refused_indexes(decision), ElementsAre(0, 1));
  EXPECT_THAT(decision.judged, SizeIs(2));
}

TEST(JudgeBatch, AViolationWinsOverALimitReachedInTheOtherPart) {
  World world = with_schemas();
  world.avro(4, R"({"type":"array","items":"long"})", {"t-key"});
  world.limits.steps_per_record_max = 1'000;
  const std::string many = framed(4, avro_long(5'000) + std::string(5'000, '\x02') + avro_long(0));
  EXPECT_EQ(world.decide(Request("t", {record(many, name_only("a"))})).answers.at(0).response.error_code, 19);
  const Decision decision = world.decide(Request("t", {record(many, name_only("a") + "x")}));
  EXPECT_EQ(decision.answers.at(0).response.error_code, 87);
  EXPECT_EQ(decision.must_keep.at(0).violating.at(0).violations.at(0).part, Part::value);
}

TEST(JudgeBatch, ManySchemasInOneBatchAreAskedForInBoundedRounds) {
  World world;
  world.topic("t", requiring_schema());
  std::vector<Record> records;
  for (std::int32_t id = 0; id < 3'000; ++id) records.push_back(record(framed(100'000 + id, "x")));
  const Request request("t", records);
  world.resolve({{"t"}, {}, {}, {}, {}});
  const auto asked = world.ask(request.decoded());
  ASSERT_TRUE(std::holds_alternative<proxy::Wanted>(asked));
  EXPECT_LE(std::get<proxy::Wanted>(asked).schemas.size(), 1'000U);
  EXPECT_EQ(world.decide(request).answers.at(0).response.error_code, 87);
}

TEST(JudgeBatch, IsGoneThroughAnewWithTheSameScratch) {
  World world = with_schemas();
  const Request bad("t", {record(name_only("a")), record(with_age("b", 1) + "x")});
  const Request good("t", {record(with_age("b", 1))});
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(refused_indexes(world.decide(bad)), ElementsAre(1));
    EXPECT_EQ(world.decide(good).forward, Decision::Forward::untouched);
  }
}

}  // namespace
}  // namespace assay::kit
