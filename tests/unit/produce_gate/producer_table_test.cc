#include "proxy/produce/producer_table.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/reference/broker_sequences/gate_rig.h"

namespace assay::kit {
namespace {

using proxy::BatchNote;
using proxy::ProducerBatch;
using proxy::ProducerTable;

ProducerBatch batch_from(const ProducerTable& table, std::int64_t producer_id, std::int16_t epoch,
                         std::int32_t first, std::string_view principal = "", std::string_view topic = "t",
                         std::int32_t partition = 0) {
  return {*table.stream({principal, producer_id, topic, partition}), epoch, {first, first + 4}};
}

void settle(GateRig& rig, BatchNote note) {
  rig.table.settle(std::span(&note, 1), rig.now_ms);
}

TEST(ProducerTable, AHoldIsForOnePrincipalProducerTopicAndPartition) {
  GateRig rig;
  settle(rig, {.fate = BatchNote::Fate::undecided, .batch = batch_from(rig.table, 7, 0, 0, "me")});
  const auto held = [&](const ProducerBatch& batch) { return rig.table.look(batch, rig.now_ms).held; };
  EXPECT_TRUE(held(batch_from(rig.table, 7, 0, 5, "me")));
  EXPECT_FALSE(held(batch_from(rig.table, 7, 0, 5, "you")));
  EXPECT_FALSE(held(batch_from(rig.table, 8, 0, 5, "me")));
  EXPECT_FALSE(held(batch_from(rig.table, 7, 0, 5, "me", "u")));
  EXPECT_FALSE(held(batch_from(rig.table, 7, 0, 5, "me", "t", 1)));
  EXPECT_FALSE(held(batch_from(rig.table, 7, 0, 5, "m", "et"))) << "names do not run into one another";
}

TEST(ProducerTable, AHigherEpochEndsAHoldAndALowerOneChangesNothing) {
  GateRig rig;
  const auto at = [&](std::int16_t epoch, std::int32_t first) {
    return batch_from(rig.table, 7, epoch, first);
  };
  settle(rig, {.fate = BatchNote::Fate::undecided, .batch = at(0, 10)});
  EXPECT_FALSE(rig.table.look(at(1, 15), rig.now_ms).held);
  settle(rig, {.fate = BatchNote::Fate::forwarded, .batch = at(1, 0), .hash = proxy::BatchHash{1, 1}});
  EXPECT_FALSE(rig.table.look(at(0, 15), rig.now_ms).held);
  settle(rig, {.fate = BatchNote::Fate::undecided, .batch = at(0, 0)});
  EXPECT_FALSE(rig.table.look(at(1, 5), rig.now_ms).held);
  EXPECT_TRUE(rig.table.look(at(1, 0), rig.now_ms).same);
  EXPECT_FALSE(rig.table.look(at(0, 0), rig.now_ms).same);
}

TEST(ProducerTable, ExpiresAsTheBrokersStateDoes) {
  GateRig rig;
  settle(rig, {.fate = BatchNote::Fate::forwarded,
               .batch = batch_from(rig.table, 7, 0, 0),
               .hash = proxy::BatchHash{1, 1}});
  rig.table.sweep(rig.now_ms + 1);
  EXPECT_EQ(metric(rig, "assay_producer_states"), 1);
  EXPECT_GT(metric(rig, "assay_producer_states_bytes"), 200);
  const EpochMs day = 24LL * 3'600 * 1'000;
  EXPECT_TRUE(rig.table.look(batch_from(rig.table, 7, 0, 0), rig.now_ms + day - 1).same);
  EXPECT_FALSE(rig.table.look(batch_from(rig.table, 7, 0, 0), rig.now_ms + day).same);
  rig.table.sweep(rig.now_ms + day);
  EXPECT_EQ(rig.table.entries(), 0U);
  EXPECT_EQ(rig.table.bytes(), 0U);
  EXPECT_EQ(metric(rig, "assay_producer_states_expired_total"), 1);
  EXPECT_EQ(metric(rig, "assay_producer_states"), 0);
}

TEST(ProducerTable, HoldsNoMoreEntriesAndBytesThanItMay) {
  GateRig rig({.entries_max = 640, .bytes_max = 64UL << 20});
  for (std::int64_t id = 0; id < 5'000; ++id) {
    settle(rig, {.fate = BatchNote::Fate::forwarded,
                 .batch = batch_from(rig.table, id, 0, 0),
                 .hash = proxy::BatchHash{1, 1}});
  }
  EXPECT_LE(rig.table.entries(), 640U);
  EXPECT_TRUE(rig.table.look(batch_from(rig.table, 4'999, 0, 0), rig.now_ms).same) << "the newest stay";
  EXPECT_GE(metric(rig, "assay_producer_states_evicted_total"), 5'000 - 640);

  GateRig tight({.entries_max = 100'000, .bytes_max = 64UL * 10'000});
  const auto marks = std::make_shared<const proxy::Marks>(proxy::Marks{{0, std::string(4'000, 'x')}});
  for (std::int64_t id = 0; id < 2'000; ++id) {
    settle(tight, {.fate = BatchNote::Fate::forwarded,
                   .batch = batch_from(tight.table, id, 0, 0),
                   .hash = proxy::BatchHash{1, 1},
                   .marks = marks});
  }
  EXPECT_LE(tight.table.bytes(), 64U * 10'000);
  EXPECT_GT(tight.table.entries(), 64U);
}

TEST(ProducerTable, IsSharedBetweenThreads) {
  GateRig rig({.entries_max = 6'400, .bytes_max = 64UL << 20});
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&rig, t] {
      for (std::int32_t i = 0; i < 3'000; ++i) {
        const ProducerBatch batch = batch_from(rig.table, i % 200, 0, (i / 200) * 5);
        rig.table.look(batch, rig.now_ms);
        BatchNote note{.batch = batch, .hash = proxy::BatchHash{1, 1}};
        if (i % 7 == t) note.fate = BatchNote::Fate::undecided;
        rig.table.settle(std::span(&note, 1), rig.now_ms);
        if (i % 500 == 0) rig.table.sweep(rig.now_ms);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(rig.table.entries(), 200U);
}

}  // namespace
}  // namespace assay::kit
