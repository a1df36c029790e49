// The heart with its table of producers: retries, reloads, and what waits for what.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/reference/broker_sequences/gate_rig.h"

namespace assay::kit {
namespace {

using proxy::BatchNote;
using proxy::Decision;

constexpr std::int16_t kForwarded = -1, kLater = 19, kNever = 87;

TEST(VerdictMemoOfTheHeart, ARetryIsForwardedThoughTheRulesHaveChanged) {
  GateRig rig;
  const Buffer batch = batch_of({value_of(5, "a"), value_of(6, "b")});
  EXPECT_EQ(rig.ask(batch), kForwarded);
  rig.rule(10);
  const std::size_t judged = rig.judged;
  EXPECT_EQ(rig.ask(batch), kForwarded);
  EXPECT_EQ(rig.judged, judged) << "without judging";
  EXPECT_EQ(metric(rig, "assay_verdict_memo_hits_total"), 1);
  EXPECT_EQ(rig.ask(batch_of({value_of(5, "c")}, {.first = 2})), kNever) << "anything else is judged";
}

TEST(VerdictMemoOfTheHeart, ARetryIsForwardedThoughTheRegistryIsAway) {
  GateRig rig;
  const Buffer batch = batch_of({value_of(5, "a")});
  EXPECT_EQ(rig.ask(batch), kForwarded);
  rig.away(true);
  EXPECT_EQ(rig.ask(batch), kForwarded);
  EXPECT_EQ(rig.ask(batch_of({value_of(5, "b")}, {.first = 1})), kLater);
}

TEST(VerdictMemoOfTheHeart, TheLeaderEpochIsNoPartOfABatch) {
  GateRig rig;
  Buffer batch = batch_of({value_of(5, "a")});
  EXPECT_EQ(rig.ask(batch), kForwarded);
  rig.rule(10);
  batch[15] ^= 3;
  EXPECT_EQ(rig.ask(batch), kForwarded);
}

TEST(VerdictMemoOfTheHeart, OtherRecordsUnderTheSameNumbersAreJudged) {
  GateRig rig;
  EXPECT_EQ(rig.ask(batch_of({value_of(5, "a")})), kForwarded);
  EXPECT_EQ(rig.ask(batch_of({value_of(-5, "a")})), kNever);
}

// CRC-32C is linear: four bytes of a record can be chosen so that it fits.
TEST(VerdictMemoOfTheHeart, ABatchMadeToHaveTheSameCrcIsJudged) {
  GateRig rig;
  const Buffer good = batch_of({value_of(5, "aaaa")});
  EXPECT_EQ(rig.ask(good), kForwarded);
  Buffer forged = batch_of({value_of(-5, "aaa")});
  ASSERT_EQ(forged.size(), good.size());
  std::copy_n(good.begin() + 17, 4, forged.begin() + 17);  // a CRC that does not even fit
  EXPECT_EQ(rig.ask(forged), 2);
}

TEST(VerdictMemoOfTheHeart, MarksAreGivenAgain) {
  GateRig rig;
  rig.rule(0, Action::mark);
  const Buffer batch = batch_of({value_of(5, "a"), value_of(-5, "b")});
  const Decision first = rig.decide({{0, batch}});
  ASSERT_EQ(first.forward, Decision::Forward::edited);
  rig.rule(-10);
  rig.now_ms += 60'000;
  const Decision again = rig.decide({{0, batch}});
  ASSERT_EQ(again.forward, Decision::Forward::edited);
  EXPECT_EQ(again.edits[0].records, first.edits[0].records) << "to the byte, the reject's id included";
  EXPECT_TRUE(again.keep_if_possible.empty()) << "and without another row";
}

TEST(VerdictMemoOfTheHeart, WhatWentUntouchedIsNotMarkedLater) {
  GateRig rig;
  const Buffer batch = batch_of({value_of(5, "a")});
  EXPECT_EQ(rig.ask(batch), kForwarded);
  rig.rule(10, Action::mark);
  EXPECT_EQ(rig.decide({{0, batch}}).forward, Decision::Forward::untouched);
}

TEST(VerdictMemoOfTheHeart, RemembersFiveBatchesOfAPartition) {
  GateRig rig;
  std::vector<Buffer> batches;
  for (std::int32_t i = 0; i < 6; ++i) {
    batches.push_back(batch_of({value_of(5, "a")}, {.first = i}));
    EXPECT_EQ(rig.ask(batches.back()), kForwarded);
  }
  rig.rule(10);
  EXPECT_EQ(rig.ask(batches[0]), kNever);
  for (std::size_t i = 1; i < 6; ++i) EXPECT_EQ(rig.ask(batches[i]), kForwarded) << i;
}

TEST(VerdictMemoOfTheHeart, IsNothingForOthersThanIdempotentProducers) {
  GateRig rig;
  const Buffer plain = batch_of({value_of(5, "a")}, {.producer_id = -1, .epoch = -1, .first = -1});
  EXPECT_EQ(rig.ask(plain), kForwarded);
  EXPECT_TRUE(rig.decide({{0, plain}}).notes.empty());
  rig.acks = 0;
  EXPECT_TRUE(rig.decide({{0, batch_of({value_of(5, "a")})}}).notes.empty());
  EXPECT_EQ(rig.table.entries(), 0U);
}

TEST(VerdictMemoOfTheHeart, HoldsForTopicIds) {
  GateRig rig;
  const Buffer batch = batch_of({value_of(5, "a")});
  EXPECT_EQ(rig.decide({{0, batch}}, 13).forward, Decision::Forward::untouched);
  rig.rule(10);
  EXPECT_EQ(rig.decide({{0, batch}}, 13).forward, Decision::Forward::untouched);
  EXPECT_EQ(rig.decide({{1, batch}}, 13).forward, Decision::Forward::nothing) << "another partition";
}

TEST(SequenceGateOfTheHeart, ABatchBehindAnUndecidedOneWaits) {
  for (const bool transactional : {false, true}) {
    GateRig rig;
    const auto batch = [&](std::int32_t first) {
      return batch_of({value_of(5, "a"), value_of(6, "b")}, {.first = first, .transactional = transactional});
    };
    rig.away(true);
    EXPECT_EQ(rig.ask(batch(0)), kLater);
    rig.away(false);
    const Buffer second = batch(2);
    const Decision held = rig.decide({{0, second}});
    ASSERT_EQ(held.answers.size(), 1U);
    EXPECT_EQ(held.answers[0].response.error_code, kLater);
    EXPECT_THAT(*held.answers[0].response.error_message, testing::HasSubstr("from sequence 0 comes first"));
    EXPECT_EQ(metric(rig, "assay_sequence_gate_held_total"), 1);
    EXPECT_EQ(rig.ask(batch(0)), kForwarded);
    EXPECT_EQ(rig.ask(batch(2)), kForwarded);
    EXPECT_EQ(rig.ask(batch(4)), kForwarded);
  }
}

TEST(SequenceGateOfTheHeart, ANewEpochOrProducerIdIsNotHeld) {
  GateRig rig;
  rig.away(true);
  EXPECT_EQ(rig.ask(batch_of({value_of(5, "a")}, {.first = 3})), kLater);
  rig.away(false);
  EXPECT_EQ(rig.ask(batch_of({value_of(5, "a")}, {.first = 4})), kLater);
  EXPECT_EQ(rig.ask(batch_of({value_of(5, "a")}, {.producer_id = 8, .first = 4})), kForwarded);
  EXPECT_EQ(rig.ask(batch_of({value_of(5, "a")}, {.epoch = 1, .first = 0})), kForwarded);
  EXPECT_EQ(rig.ask(batch_of({value_of(5, "a")}, {.epoch = 1, .first = 1})), kForwarded);
}

TEST(SequenceGateOfTheHeart, NobodyElseCanHoldAProducerBack) {
  GateRig rig;
  rig.client = std::make_shared<rejects::Client>();
  rig.client->principal = "mallory";
  rig.away(true);
  EXPECT_EQ(rig.ask(batch_of({value_of(5, "a")})), kLater);
  rig.away(false);
  rig.client = std::make_shared<rejects::Client>();
  rig.client->principal = "alice";
  EXPECT_EQ(rig.ask(batch_of({value_of(5, "a")}, {.first = 1})), kForwarded);
}

TEST(SequenceGateOfTheHeart, NothingOvertakesARefusalThatIsBeingKept) {
  GateRig rig;
  const Buffer bad = batch_of({value_of(-5, "a")}), next = batch_of({value_of(5, "b")}, {.first = 1});
  const Decision refusal = rig.decide({{0, bad}});
  EXPECT_EQ(rig.ask(next), kLater) << "its answer may yet become 19";
  rig.kept(refusal, true);
  EXPECT_EQ(rig.ask(next), kForwarded);
}

TEST(SequenceGateOfTheHeart, ARefusalThatCouldNotBeKeptComesAgain) {
  GateRig rig;
  const Buffer bad = batch_of({value_of(-5, "a")}), next = batch_of({value_of(5, "b")}, {.first = 1});
  EXPECT_EQ(rig.ask(bad, false), kLater);
  EXPECT_EQ(rig.ask(next), kLater);
  EXPECT_EQ(rig.ask(bad, true), kNever);
  EXPECT_EQ(rig.ask(next), kForwarded);
}

TEST(SequenceGateOfTheHeart, NumbersOfABrokenBatchAreNotBelieved) {
  GateRig rig;
  rig.away(true);
  Buffer broken = batch_of({value_of(5, "a")}, {.first = 3});
  broken[56] ^= 1;  // its sequence
  EXPECT_EQ(rig.ask(broken), 2);
  rig.away(false);
  EXPECT_EQ(rig.ask(batch_of({value_of(5, "a")}, {.first = 3})), kForwarded);
  EXPECT_EQ(rig.ask(batch_of({value_of(5, "a")}, {.first = 4})), kForwarded);
}

TEST(SequenceGateOfTheHeart, ATopicThatIsNotResolvedInTimeHoldsToo) {
  GateRig rig;
  const Buffer first = batch_of({value_of(5, "a")}), second = batch_of({value_of(5, "b")}, {.first = 1});
  EXPECT_EQ(rig.ask_at_last(first), kLater);
  EXPECT_EQ(rig.ask(second), kLater);
  EXPECT_EQ(rig.ask(first), kForwarded);
  EXPECT_EQ(rig.ask_at_last(first), kForwarded) << "known, whatever the topic's policy is";
  EXPECT_EQ(rig.ask(second), kForwarded);
}

}  // namespace
}  // namespace assay::kit
