#include "proxy/produce/sequence_gate.h"

#include <gtest/gtest.h>

namespace assay::proxy {
namespace {

constexpr EpochMs kNow = 5'000'000;

TEST(Sequence, LaterIsLessThanHalfTheRing) {
  EXPECT_TRUE(later(1, 0));
  EXPECT_FALSE(later(0, 0));
  EXPECT_FALSE(later(0, 1));
  EXPECT_TRUE(later(3, 2'147'483'640));
  EXPECT_FALSE(later(2'147'483'640, 3));
  EXPECT_EQ(next_sequence(2'147'483'647), 0);
  EXPECT_EQ(next_sequence(4), 5);
}

TEST(SequenceGate, IsOpenUntilSomethingIsRefused) {
  SequenceGate gate;
  gate.forwarded({0, 4}, false, kNow);
  EXPECT_FALSE(gate.holds({5, 9}, kNow));
  EXPECT_FALSE(gate.holds({50, 90}, kNow));
}

TEST(SequenceGate, NothingLaterPassesBeforeTheRefusedBatch) {
  SequenceGate gate;
  gate.refused({5, 9}, kNow);
  EXPECT_TRUE(gate.holds({10, 14}, kNow));
  EXPECT_TRUE(gate.holds({6, 9}, kNow));
  EXPECT_FALSE(gate.holds({5, 9}, kNow));
  EXPECT_FALSE(gate.holds({0, 4}, kNow)) << "an earlier one overtakes nobody";
  EXPECT_EQ(gate.awaited(), 5);
  gate.forwarded({5, 9}, false, kNow);
  EXPECT_FALSE(gate.holds({10, 14}, kNow));
}

TEST(SequenceGate, WhatWasHeldBackMustComeAgainInOrderToo) {
  SequenceGate gate;
  gate.refused({0, 4}, kNow);
  gate.refused({5, 9}, kNow);
  gate.refused({10, 14}, kNow);
  gate.forwarded({0, 4}, false, kNow);
  EXPECT_TRUE(gate.holds({10, 14}, kNow));
  EXPECT_TRUE(gate.holds({15, 19}, kNow));
  EXPECT_FALSE(gate.holds({5, 9}, kNow));
  gate.forwarded({5, 9}, false, kNow);
  gate.forwarded({10, 14}, false, kNow);
  EXPECT_FALSE(gate.closed());
}

TEST(SequenceGate, ABatchCutDifferentlyCountsForTheNumbersThatItCovers) {
  SequenceGate gate;
  gate.refused({0, 9}, kNow);
  gate.refused({10, 14}, kNow);
  gate.forwarded({0, 4}, false, kNow);
  EXPECT_FALSE(gate.holds({5, 14}, kNow));
  EXPECT_TRUE(gate.holds({6, 14}, kNow));
  gate.forwarded({5, 14}, false, kNow);
  EXPECT_FALSE(gate.closed());
}

TEST(SequenceGate, AnEarlierRefusalMovesItBack) {
  SequenceGate gate;
  gate.refused({10, 14}, kNow);
  gate.refused({5, 9}, kNow);
  EXPECT_TRUE(gate.holds({10, 14}, kNow));
  EXPECT_EQ(gate.awaited(), 5);
}

TEST(SequenceGate, WhatIsRefusedForGoodIsNotWaitedFor) {
  SequenceGate gate;
  gate.refused({5, 9}, kNow);
  gate.refused_for_good({5, 9}, kNow);
  EXPECT_FALSE(gate.holds({10, 14}, kNow)) << "aiokafka goes on behind it";
  gate.refused({10, 14}, kNow);
  gate.refused({15, 19}, kNow);
  gate.refused_for_good({10, 14}, kNow);
  EXPECT_FALSE(gate.holds({10, 12}, kNow)) << "franz-go uses the numbers again";
  EXPECT_FALSE(gate.holds({15, 19}, kNow));
  EXPECT_TRUE(gate.holds({20, 24}, kNow)) << "the held one comes first";
}

TEST(SequenceGate, WorksAcrossTheWrap) {
  SequenceGate gate;
  gate.refused({2'147'483'646, 1}, kNow);
  EXPECT_TRUE(gate.holds({2, 3}, kNow));
  EXPECT_FALSE(gate.holds({2'147'483'640, 2'147'483'645}, kNow));
  gate.forwarded({2'147'483'646, 1}, false, kNow);
  EXPECT_FALSE(gate.holds({2, 3}, kNow));
}

TEST(SequenceGate, OpensWhenTheAwaitedBatchIsGivenUp) {
  SequenceGate gate;
  gate.refused({0, 4}, kNow);
  EpochMs now = kNow;
  for (; now < kNow + SequenceGate::kGivenUpMs - 1'000; now += 1'000) {
    ASSERT_TRUE(gate.holds({5, 9}, now));
    gate.refused({5, 9}, now);
  }
  EXPECT_FALSE(gate.holds({5, 9}, kNow + SequenceGate::kGivenUpMs));
}

TEST(SequenceGate, IsNotGivenUpWhileTheAwaitedBatchComes) {
  SequenceGate gate;
  EpochMs now = kNow;
  for (int i = 0; i < 300; ++i, now += 1'000) gate.refused({0, 4}, now);
  EXPECT_TRUE(gate.holds({5, 9}, now));
}

TEST(SequenceGate, ALateCopyOfWhatWentLongAgoHoldsNobody) {
  SequenceGate gate;
  for (int i = 0; i < 10; ++i) gate.forwarded({i * 5, i * 5 + 4}, false, kNow);
  gate.refused({0, 4}, kNow);
  EXPECT_FALSE(gate.holds({50, 54}, kNow));
  gate.refused({50, 54}, kNow);
  EXPECT_TRUE(gate.holds({55, 59}, kNow));
}

}  // namespace
}  // namespace assay::proxy
