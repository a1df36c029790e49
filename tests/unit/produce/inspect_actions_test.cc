// What follows from a violation: reject, mark, observe, and the caps on them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proxy/produce/rewrite.h"
#include "tests/reference/produce/world.h"

namespace assay::kit {
namespace {

using proxy::Decision;
using rejects::Outcome;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::string rule(const std::string& field, const std::string& action) {
  const std::string on = action.empty() ? "" : R"(,"onViolation":")" + action + '"';
  return R"({"name":"no-)" + field + R"(","field":")" + field + R"(","check":{"enum":["ok"]})" + on + "}";
}

World with_actions() {
  World world;
  world.rules({rule("r", "reject"), rule("m", "mark"), rule("o", "observe"), rule("d", "")});
  return world;
}

const std::string kGood = R"({"r":"ok"})";
const std::string kReject = R"({"r":"no"})";
const std::string kMark = R"({"m":"no"})";
const std::string kObserve = R"({"o":"no"})";
const std::string kDefault = R"({"d":"no"})";

TEST(InspectAction, MarkAddsOneHeaderToEachViolatingRecordAndForwards) {
  World world = with_actions();
  const kafka::BatchSpec spec{kafka::Codec::gzip, 5, 1, 9};
  const std::vector<Record> sent{record(kGood), record("k", kMark, {{"h", "v"}}), record(kGood)};
  const Request request({topic("t", {batch(sent, spec), batch({record(kGood)})})});
  Decision decision = world.decide(request);
  EXPECT_THAT(decision.answers, IsEmpty());
  EXPECT_THAT(decision.must_keep, IsEmpty());
  ASSERT_THAT(decision.keep_if_possible, SizeIs(1));
  EXPECT_EQ(decision.keep_if_possible[0].outcome, Outcome::marked);
  const std::string id = decision.keep_if_possible[0].violating.at(0).id.text();

  const kit::Outcome outcome = outcome_of(request, std::move(decision));
  const auto& partitions = outcome.forwarded->topics.at(0).partitions;
  ASSERT_THAT(partitions, SizeIs(2));
  EXPECT_EQ(partitions[1].records, batch({record(kGood)}));
  auto expected = sent;
  expected[1].headers.emplace_back("assay.violation",
                                   buffer_of("rule no-m: m is \"no\", must be \"ok\" [reject " + id + "]"));
  const auto got = records_of(*partitions[0].records);
  ASSERT_TRUE(got);
  ASSERT_THAT(*got, SizeIs(3));
  EXPECT_EQ((*got)[0], expected[0]);
  EXPECT_EQ((*got)[1].key, expected[1].key);
  EXPECT_EQ((*got)[1].value, expected[1].value);
  ASSERT_THAT((*got)[1].headers, SizeIs(2));
  EXPECT_EQ((*got)[1].headers[0], expected[1].headers[0]);
  EXPECT_EQ((*got)[1].headers[1].first, proxy::kMarkHeader);
  EXPECT_THAT(std::string(as_text((*got)[1].headers[1].second.value())),
              testing::AllOf(testing::StartsWith("rule no-m: m is \"no\""), testing::HasSubstr(id)));
  EXPECT_EQ((*got)[2], expected[2]);
  kafka::BatchHeader header;
  ASSERT_TRUE(kafka::read_batch_header(*partitions[0].records, header));
  EXPECT_EQ(header.producer_id, 5);
  EXPECT_EQ(header.base_sequence, 9);
  EXPECT_EQ(header.codec(), kafka::Codec::gzip);
}

TEST(InspectAction, AMarkThatWouldExceedTheBatchLimitIsSkippedAndSaidSo) {
  World world = with_actions();
  const Buffer sent = batch({record(kMark)});
  world.limits.marked_batch_bytes_max = sent.size() + 10;
  const Request request({topic("t", {sent})});
  Decision decision = world.decide(request);
  ASSERT_THAT(decision.keep_if_possible, SizeIs(1));
  EXPECT_EQ(decision.keep_if_possible[0].outcome, Outcome::mark_skipped);
  EXPECT_TRUE(outcome_of(request, std::move(decision)).byte_for_byte);
}

TEST(InspectAction, MarkLeavesABatchThatDoesNotOpenAsItIs) {
  World world;
  judge::TopicPolicy marking = requiring_schema();
  marking.on_violation = Action::mark;
  world.topic("t", marking);
  world.limits.inflated_batch_bytes_max = 1'000;
  const Buffer bomb = batch({record(std::string(5'000, 'a'))}, {kafka::Codec::gzip});
  const Buffer good = batch({record(framed(1, "x"))}, {kafka::Codec::gzip});
  for (const Buffer& bytes : {bomb, buffer_of("no batch")}) {
    world.decide(Request({topic("t", {good})}));  // leaves its records in the scratch
    const Request request({topic("t", {bytes})});
    Decision decision = world.decide(request);
    ASSERT_THAT(decision.keep_if_possible, SizeIs(1));
    EXPECT_EQ(decision.keep_if_possible[0].outcome, Outcome::mark_skipped);
    EXPECT_TRUE(outcome_of(request, std::move(decision)).byte_for_byte);
  }
}

TEST(InspectAction, ObserveChangesNothingOnTheWireAndKeepsARow) {
  World world = with_actions();
  const Request request("t", {record(kObserve), record(kGood)});
  Decision decision = world.decide(request);
  ASSERT_THAT(decision.keep_if_possible, SizeIs(1));
  EXPECT_EQ(decision.keep_if_possible[0].outcome, Outcome::observed);
  EXPECT_THAT(decision.keep_if_possible[0].violating, SizeIs(1));
  EXPECT_THAT(decision.must_keep, IsEmpty());
  const auto outcome = outcome_of(request, std::move(decision));
  EXPECT_TRUE(outcome.byte_for_byte);
  EXPECT_THAT(outcome.errors, IsEmpty());
}

TEST(InspectAction, TheStrictestActionOfARecordWins) {
  World world = with_actions();
  const auto outcomes = [&](const std::string& value) {
    const Request request("t", {record(value)});
    const Decision decision = world.decide(request);
    std::vector<Outcome> out;
    for (const auto& draft : decision.must_keep) out.push_back(draft.outcome);
    for (const auto& draft : decision.keep_if_possible) out.push_back(draft.outcome);
    return out;
  };
  EXPECT_THAT(outcomes(R"({"r":"no","m":"no","o":"no"})"), ElementsAre(Outcome::rejected));
  EXPECT_THAT(outcomes(R"({"m":"no","o":"no"})"), ElementsAre(Outcome::marked));
  EXPECT_THAT(outcomes(R"({"o":"no"})"), ElementsAre(Outcome::observed));
  EXPECT_THAT(outcomes(R"({"o":"no","d":"no"})"), ElementsAre(Outcome::rejected));
}

TEST(InspectAction, TheStrictestRecordDecidesForTheBatch) {
  World world = with_actions();
  const Request request("t", {record(kObserve), record(kMark), record(kReject), record(kGood)});
  const Decision decision = world.decide(request);
  const auto& response = decision.answers.at(0).response;
  EXPECT_EQ(response.error_code, 87);
  ASSERT_THAT(response.record_errors, SizeIs(2));
  EXPECT_EQ(response.record_errors[0].batch_index, 1);
  EXPECT_EQ(response.record_errors[1].batch_index, 2);
  // What is only observed is no reason of a refusal, but is kept.
  ASSERT_THAT(decision.keep_if_possible, SizeIs(1));
  EXPECT_EQ(decision.keep_if_possible[0].outcome, Outcome::observed);
  EXPECT_EQ(decision.keep_if_possible[0].violating.at(0).index, 0U);
}

TEST(InspectAction, OnlyViolatingRecordsAreMarkedNotObservedOnes) {
  World world = with_actions();
  const Request request("t", {record(kObserve), record(kMark)});
  const auto outcome = outcome_of(request, world.decide(request));
  const auto got = records_of(*outcome.forwarded->topics.at(0).partitions.at(0).records);
  ASSERT_TRUE(got);
  EXPECT_THAT((*got)[0].headers, IsEmpty());
  EXPECT_THAT((*got)[1].headers, SizeIs(1));
}

TEST(InspectAction, TheTopicsDefaultIsForRulesThatSayNothingAndForSchemas) {
  World world = with_actions();
  judge::TopicPolicy observing = requiring_schema();
  observing.on_violation = Action::observe;
  world.topic("schema", observing);
  judge::TopicPolicy marking = policy();
  marking.on_violation = Action::mark;
  world.topic("marked", marking);
  EXPECT_EQ(world.decide(Request("schema", {record(kGood)})).keep_if_possible.at(0).outcome,
            Outcome::observed);
  EXPECT_EQ(world.decide(Request("marked", {record(kDefault)})).keep_if_possible.at(0).outcome,
            Outcome::marked);
  EXPECT_EQ(world.decide(Request("marked", {record(kReject)})).must_keep.at(0).outcome, Outcome::rejected);
}

TEST(InspectAction, EnforcementObserveCapsEveryAction) {
  judge::TopicPolicy observing = requiring_schema();
  observing.value.schema = judge::SchemaMode::optional;
  observing.enforce = false;
  judge::TopicPolicy tombstones = observing;
  tombstones.reject_tombstones = true;
  judge::TopicPolicy strict = observing;
  strict.value.schema = judge::SchemaMode::required;
  World world = with_actions();
  world.topic("t", observing).topic("tombstones", tombstones).topic("strict", strict);
  const Buffer good = batch({record(kGood)});
  const std::vector<kafka::reference::Topic> sent{
      topic("t", {batch({record(kReject)}), batch({record(kMark)}), buffer_of("no batch"), corrupted(good)}),
      topic("tombstones", {batch({tombstone("k")})}), topic("strict", {good})};
  const Request request(sent);
  Decision decision = world.decide(request);
  EXPECT_THAT(decision.must_keep, IsEmpty());
  EXPECT_THAT(decision.keep_if_possible, SizeIs(5));
  for (const auto& draft : decision.keep_if_possible) EXPECT_EQ(draft.outcome, Outcome::observed);
  const auto outcome = outcome_of(request, std::move(decision));
  EXPECT_TRUE(outcome.byte_for_byte);
  EXPECT_THAT(outcome.errors, IsEmpty());
}

TEST(InspectAction, EnforcementObserveOfTheGatewayCapsEveryTopic) {
  World world = with_actions();
  world.policies.enforce = false;
  const Request request("t", {record(kReject)});
  Decision decision = world.decide(request);
  EXPECT_EQ(decision.keep_if_possible.at(0).outcome, Outcome::observed);
  EXPECT_TRUE(outcome_of(request, std::move(decision)).byte_for_byte);
}

TEST(InspectAction, AStoreThatCannotWriteTurnsARefusalIntoTheTopicsUndecided) {
  World world = with_actions();
  judge::TopicPolicy rejecting = policy();
  rejecting.on_undecided = judge::OnUndecided::reject;
  world.topic("rejecting", rejecting);
  const Decision retried = world.decide(Request("t", {record(kReject)}));
  ASSERT_THAT(retried.unless_kept, SizeIs(1));
  EXPECT_EQ(retried.unless_kept[0].response.error_code, 19);
  EXPECT_THAT(retried.unless_kept[0].response.error_message.value(),
              testing::StartsWith("assay: undecided: "));
  const Decision refused = world.decide(Request("rejecting", {record(kReject)}));
  EXPECT_EQ(refused.unless_kept.at(0).response.error_code, 87);
}

}  // namespace
}  // namespace assay::kit
