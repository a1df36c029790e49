// One request, several partitions: what the producer is told, what the broker gets, what is kept.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/reference/produce/world.h"

namespace assay::kit {
namespace {

using proxy::Decision;
using proxy::Wanted;
using testing::ElementsAre;
using testing::EndsWith;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

constexpr std::string_view kAgeRule =
    R"({"name":"age-positive","field":"age","check":{"exclusiveMinimum":0}})";
const std::string kGood = R"({"age":5})";
const std::string kBad = R"({"age":-1})";

World with_rule() {
  World world;
  world.rules({std::string(kAgeRule)});
  return world;
}

TEST(Inspect, ForwardsATopicThatNothingMatchesWithoutOpeningItsBatches) {
  World world;
  const Request request({topic("other", {buffer_of("no batch at all"), corrupted(batch({record("x")}))})});
  const Decision decision = world.decide(request);
  EXPECT_EQ(decision.forward, Decision::Forward::untouched);
  EXPECT_THAT(decision.answers, IsEmpty());
  EXPECT_THAT(decision.edits, IsEmpty());
  EXPECT_THAT(decision.must_keep, IsEmpty());
  EXPECT_THAT(decision.judged, IsEmpty());
}

TEST(Inspect, AsksForATopicBeforeItIsLookedAt) {
  World world = with_rule();
  const Request request("customers", {record(kGood)});
  const auto asked = world.ask(request.decoded());
  ASSERT_TRUE(std::holds_alternative<Wanted>(asked));
  EXPECT_THAT(std::get<Wanted>(asked).topics, ElementsAre("customers"));
}

TEST(Inspect, AsksForThePlansOfAllPartitionsAtOnceAndForEachOnce) {
  World world = with_rule();
  const Request request({topic("a", {batch({record(kGood), record(kGood)}), batch({record(kGood)})}),
                         topic("b", {batch({record(kGood)})})});
  world.resolve({{"a", "b"}, {}, {}, {}, {}});
  const auto asked = world.ask(request.decoded());
  ASSERT_TRUE(std::holds_alternative<Wanted>(asked));
  EXPECT_THAT(std::get<Wanted>(asked).plans, SizeIs(2));
}

TEST(Inspect, ForwardsWhatConformsByteForByteAndCountsIt) {
  World world = with_rule();
  const Request request("customers", {record(kGood), record(kGood)});
  const Decision decision = world.decide(request);
  EXPECT_EQ(decision.forward, Decision::Forward::untouched);
  ASSERT_THAT(decision.judged, SizeIs(1));
  EXPECT_EQ(decision.judged[0].records, 2U);
  EXPECT_EQ(decision.judged[0].topic->name, "customers");
  EXPECT_THAT(decision.must_keep, IsEmpty());
  EXPECT_THAT(decision.keep_if_possible, IsEmpty());
}

TEST(Inspect, RefusesThePartitionThatViolatesAndForwardsTheOthers) {
  World world = with_rule();
  const Buffer good = batch({record(kGood)}), bad = batch({record(kGood), record(kBad)});
  const Request request({topic("a", {good, bad, good}), topic("b", {bad}), topic("c", {good, bad})});
  Decision decision = world.decide(request);
  EXPECT_EQ(decision.forward, Decision::Forward::edited);
  ASSERT_THAT(decision.edits, SizeIs(3));
  const auto by_place = [](const auto& a, const auto& b) {
    return std::pair(a.topic, a.partition) < std::pair(b.topic, b.partition);
  };
  EXPECT_TRUE(std::is_sorted(decision.edits.begin(), decision.edits.end(), by_place));
  EXPECT_TRUE(std::is_sorted(decision.answers.begin(), decision.answers.end(), by_place));

  const Outcome outcome = outcome_of(request, std::move(decision));
  EXPECT_THAT(outcome.errors, ElementsAre(Pair(Pair(0, 1), 87), Pair(Pair(1, 0), 87), Pair(Pair(2, 1), 87)));
  ASSERT_TRUE(outcome.forwarded);
  ASSERT_THAT(outcome.forwarded->topics, SizeIs(2));
  EXPECT_EQ(outcome.forwarded->topics[0].name, "a");
  ASSERT_THAT(outcome.forwarded->topics[0].partitions, SizeIs(2));
  EXPECT_EQ(outcome.forwarded->topics[0].partitions[1].index, 2);
  EXPECT_EQ(outcome.forwarded->topics[0].partitions[1].records, good);
  EXPECT_EQ(outcome.forwarded->topics[1].name, "c");
}

TEST(Inspect, ForwardsNothingWhenEveryPartitionIsRefused) {
  World world = with_rule();
  const Request request({topic("a", {batch({record(kBad)}), batch({record(kBad)})})});
  const Decision decision = world.decide(request);
  EXPECT_EQ(decision.forward, Decision::Forward::nothing);
  EXPECT_THAT(decision.edits, IsEmpty());
  EXPECT_THAT(decision.answers, SizeIs(2));
}

TEST(Inspect, ARefusalNamesItsRecordsAndLeadsToTheirRows) {
  World world = with_rule();
  const Request request("customers", {record(kBad), record(kGood), record(kBad)});
  const Decision decision = world.decide(request);
  ASSERT_THAT(decision.answers, SizeIs(1));
  const auto& errors = decision.answers[0].response.record_errors;
  ASSERT_THAT(decision.must_keep, SizeIs(1));
  const rejects::Draft& draft = decision.must_keep[0];
  ASSERT_THAT(errors, SizeIs(2));
  ASSERT_THAT(draft.violating, SizeIs(2));
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(errors[i].batch_index, i == 0 ? 0 : 2);
    EXPECT_EQ(draft.violating[i].index, i == 0 ? 0U : 2U);
    EXPECT_EQ(errors[i].message, "rule age-positive: age is -1, must be greater than 0 [reject " +
                                     draft.violating[i].id.text() + "]");
  }
  EXPECT_LT(draft.violating[0].id, draft.violating[1].id);
  EXPECT_EQ(draft.outcome, rejects::Outcome::rejected);
  EXPECT_EQ(draft.records, 3U);
  EXPECT_EQ(draft.topic, "customers");
  EXPECT_EQ(draft.client->client_id, "tester");
  EXPECT_EQ(draft.rule_set_version, world.snapshot().rules->version());
  EXPECT_EQ(draft.time_ms, world.now_ms);
}

TEST(Inspect, ARowHasTheRecordAsItCame) {
  World world = with_rule();
  const Record sent = record("k", kBad, {{"tenant", "eu"}, {"nothing", std::nullopt}, {"empty", ""}});
  const kafka::BatchSpec spec{kafka::Codec::zstd, 77, 3, 41};
  const Buffer bytes = batch({record(kGood), sent}, spec);
  const Decision decision = world.decide(Request({topic("t", {bytes})}));
  ASSERT_THAT(decision.must_keep, SizeIs(1));
  const rejects::Draft& draft = decision.must_keep[0];
  EXPECT_EQ(draft.producer_id, 77);
  EXPECT_EQ(draft.producer_epoch, 3);
  EXPECT_EQ(draft.base_sequence, 41);
  kafka::BatchHeader header;
  ASSERT_TRUE(kafka::read_batch_header(bytes, header));
  EXPECT_EQ(draft.crc, header.crc);
  const rejects::DraftRecord& row = draft.violating.at(0);
  EXPECT_EQ(row.key, sent.key);
  EXPECT_EQ(row.value, sent.value);
  EXPECT_EQ(row.headers, sent.headers);
  EXPECT_EQ(row.timestamp_ms, sent.timestamp_ms);
  EXPECT_FALSE(row.masked);
}

TEST(Inspect, ListsAtMostAHundredRecordsAndKeepsTheRest) {
  World world = with_rule();
  world.limits.rejects_per_batch_max = 120;
  std::vector<Record> records(150, record(kBad));
  records.insert(records.begin(), record(kGood));
  const Decision decision = world.decide(Request("t", records));
  const auto& response = decision.answers.at(0).response;
  ASSERT_THAT(response.record_errors, SizeIs(100));
  for (std::size_t i = 0; i < 100; ++i) {
    EXPECT_EQ(response.record_errors[i].batch_index, static_cast<std::int32_t>(i) + 1);
    EXPECT_LE(response.record_errors[i].message.size(), 512U);
  }
  EXPECT_THAT(response.error_message.value(), testing::StartsWith("assay: 150 of 151 records refused: "));
  const rejects::Draft& draft = decision.must_keep.at(0);
  EXPECT_THAT(draft.violating, SizeIs(120));
  ASSERT_THAT(draft.violating_more, SizeIs(30));
  EXPECT_EQ(draft.violating_more.front(), 121U);
  EXPECT_EQ(draft.violating_more.back(), 150U);
}

TEST(Inspect, AnswersAWrongCrcAsTheBrokerDoesOnlyWhereItJudges) {
  World world;
  world.topic("judged", requiring_schema());
  const Buffer bad = corrupted(batch({record("x")}));
  const Request request({topic("judged", {bad}), topic("other", {bad})});
  Decision decision = world.decide(request);
  EXPECT_THAT(decision.must_keep, IsEmpty());
  EXPECT_THAT(decision.answers.at(0).response.record_errors, IsEmpty());
  const Outcome outcome = outcome_of(request, std::move(decision));
  EXPECT_THAT(outcome.errors, ElementsAre(Pair(Pair(0, 0), 2)));
  ASSERT_THAT(outcome.forwarded->topics, SizeIs(1));
  EXPECT_EQ(outcome.forwarded->topics[0].name, "other");
  EXPECT_EQ(outcome.forwarded->topics[0].partitions[0].records, bad);
}

TEST(Inspect, RefusesACompressionBombWithinTheMemoryLimit) {
  World world = with_rule();
  world.limits.inflated_batch_bytes_max = 1UL << 20;
  const Buffer bomb = batch({record(std::string(8UL << 20, 'a'))}, {kafka::Codec::zstd});
  ASSERT_LT(bomb.size(), 10'000U);
  const Decision decision = world.decide(Request({topic("t", {bomb})}));
  const auto& response = decision.answers.at(0).response;
  EXPECT_EQ(response.error_code, 87);
  ASSERT_THAT(response.record_errors, SizeIs(1));
  const rejects::DraftRecord& row = decision.must_keep.at(0).violating.at(0);
  EXPECT_EQ(row.violations.at(0).kind, "batch.too_large");
  EXPECT_THAT(response.record_errors[0].message, EndsWith("[reject " + row.id.text() + "]"));
  EXPECT_FALSE(row.value);
  EXPECT_LE(world.scratch().batch.arena.capacity(), 2UL << 20);
}

TEST(Inspect, RefusesWhatIsNoBatchWithTheOneRefusalCode) {
  World world = with_rule();
  const Buffer good = batch({record(kGood)});
  Buffer old_format = good, cut(good.begin(), good.end() - 1), two = good;
  old_format[16] = 1;
  append(two, good);
  for (const Buffer& bytes : {Buffer{}, buffer_of("x"), old_format, cut, two}) {
    const Decision decision = world.decide(Request({topic("t", {bytes})}));
    ASSERT_THAT(decision.answers, SizeIs(1));
    EXPECT_EQ(decision.answers[0].response.error_code, 87);
    EXPECT_EQ(decision.must_keep.at(0).violating.at(0).violations.at(0).rule, "batch");
  }
}

TEST(Inspect, LeavesAPartitionWithoutRecordsToTheBroker) {
  World world = with_rule();
  kafka::reference::Topic null_records = topic("t", {});
  null_records.partitions.push_back({0, std::nullopt, {}});
  EXPECT_EQ(world.decide(Request({null_records})).forward, Decision::Forward::untouched);
  EXPECT_EQ(world.decide(Request({topic("t", {})})).forward, Decision::Forward::untouched);
  EXPECT_EQ(world.decide(Request(std::vector<kafka::reference::Topic>{})).forward,
            Decision::Forward::untouched);
}

TEST(Inspect, FindsATopicByItsIdAndAnswersWhatNobodyCanNameByItself) {
  World world = with_rule();
  const kafka::TopicId known{1, 2, 3}, unknown{9};
  world.name_topic(known, "customers");
  kafka::reference::Topic named = topic("", {batch({record(kBad)})}),
                          unnamed = topic("", {batch({record(kGood)})});
  named.id = known;
  unnamed.id = unknown;
  const Request request({named, unnamed}, {.version = 13});
  const auto asked = world.ask(request.decoded());
  ASSERT_TRUE(std::holds_alternative<Wanted>(asked));
  EXPECT_THAT(std::get<Wanted>(asked).topic_ids, ElementsAre(known, unknown));
  world.resolve(std::get<Wanted>(asked));
  EXPECT_EQ(world.decide(Request({named}, {.version = 13})).answers.at(0).response.error_code, 87);
  world.last_try = true;
  const Outcome outcome = outcome_of(request, world.decide(request));
  EXPECT_THAT(outcome.errors, ElementsAre(Pair(Pair(0, 0), 87), Pair(Pair(1, 0), 100)));
}

TEST(Inspect, KeepsWhatWasSentWithoutAcknowledgementAndForwardsTheRest) {
  World world = with_rule();
  const Request request({topic("t", {batch({record(kBad)}), batch({record(kGood)})})}, {.acks = 0});
  Decision decision = world.decide(request);
  EXPECT_FALSE(decision.close);
  EXPECT_THAT(decision.must_keep, SizeIs(1));
  const Outcome outcome = outcome_of(request, std::move(decision));
  ASSERT_THAT(outcome.forwarded->topics.at(0).partitions, SizeIs(1));
  EXPECT_EQ(outcome.forwarded->topics[0].partitions[0].index, 1);
}

TEST(Inspect, ClosesAfterAnUnacknowledgedRefusalWhereTheTopicSaysSo) {
  World world = with_rule();
  judge::TopicPolicy closing = policy();
  closing.acks0 = judge::Acks0::close;
  world.topic("t", closing);
  EXPECT_TRUE(world.decide(Request({topic("t", {batch({record(kBad)})})}, {.acks = 0})).close);
  EXPECT_TRUE(world.decide(Request({topic("t", {corrupted(batch({record(kGood)}))})}, {.acks = 0})).close);
  EXPECT_FALSE(world.decide(Request({topic("t", {batch({record(kGood)})})}, {.acks = 0})).close);
  EXPECT_FALSE(world.decide(Request({topic("t", {batch({record(kBad)})})})).close);
}

TEST(Inspect, BoundsTheRowsOfOneRequestNotOnlyOfOneBatch) {
  World world = with_rule();
  world.limits.rejects_per_batch_max = 50;
  const Buffer bad = batch(std::vector<Record>(40, record(kBad)));
  const Decision decision = world.decide(Request({topic("t", {bad, bad, bad})}));
  std::size_t rows = 0, more = 0;
  for (const rejects::Draft& draft : decision.must_keep) {
    rows += draft.violating.size();
    more += draft.violating_more.size();
  }
  EXPECT_EQ(rows + more, 120U);
  EXPECT_THAT(decision.must_keep, SizeIs(3));
  EXPECT_LE(rows, 52U);  // at least one for each batch
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& kept = decision.must_keep[i].violating;
    ASSERT_GE(kept.size(), 1U);
    // Ids that are told lead to rows.
    for (const auto& error : decision.answers.at(i).response.record_errors) {
      EXPECT_TRUE(std::any_of(kept.begin(), kept.end(), [&](const auto& row) {
        return error.message.find(row.id.text()) != std::string::npos;
      }));
    }
  }
}

TEST(Inspect, BoundsThePayloadsThatOneRequestLeavesBehind) {
  World world = with_rule();
  world.limits.reject_queue_bytes_max = 40'000;
  const std::string large = R"({"age":-1,"text":")" + std::string(6'000, 'x') + "\"}";
  const Buffer bad = batch({record(large), record(large)}, {kafka::Codec::zstd});
  const Decision decision = world.decide(Request({topic("t", {bad, bad, bad})}));
  std::size_t with_payload = 0, without = 0;
  for (const rejects::Draft& draft : decision.must_keep) {
    for (const auto& row : draft.violating) {
      ++(row.value ? with_payload : without);
      EXPECT_EQ(row.masked, !row.value.has_value());  // not taken for a tombstone
    }
  }
  EXPECT_EQ(with_payload, 1U);
  EXPECT_EQ(without, 2U);
}

TEST(Inspect, ExplainsNoMoreRecordsOfARejectedBatchThanItKeeps) {
  World world = with_rule();
  world.limits.rejects_per_batch_max = 10;
  std::vector<Record> records;
  for (int i = 0; i < 40; ++i) records.push_back(record(i % 2 == 0 ? kBad : kGood));
  const Decision decision = world.decide(Request("t", records));
  const rejects::Draft& draft = decision.must_keep.at(0);
  ASSERT_THAT(draft.violating, SizeIs(10));
  ASSERT_THAT(draft.violating_more, SizeIs(10));
  EXPECT_TRUE(std::is_sorted(draft.violating_more.begin(), draft.violating_more.end()));
  EXPECT_EQ(draft.violating_more.front(), 20U);
  EXPECT_THAT(decision.answers.at(0).response.error_message.value(),
              testing::StartsWith("assay: 20 of 40 records refused"));
}

}  // namespace
}  // namespace assay::kit
