// The face that the proxy sees: tickets, the bounded queue, losses.
#include <condition_variable>
#include <mutex>
#include <thread>

#include "tests/unit/rejects/store_fixture.h"

namespace assay::rejects::testing {
namespace {

using ::testing::ElementsAre;

class QueueTest : public StoreTest {
 protected:
  // The writer stands in this ticket until it is let go: whatever comes meanwhile waits in the queue.
  void stall() {
    store_->keep({draft_of(200)}, [this](const Result<void>&) {
      std::unique_lock lock(mutex_);
      stalled_ = true;
      changed_.notify_all();
      changed_.wait(lock, [this] { return go_; });
    });
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return stalled_; });
  }
  void let_go() {
    const std::lock_guard lock(mutex_);
    go_ = true;
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool stalled_ = false, go_ = false;
};

TEST_F(QueueTest, TicketIsCalledOnAnotherThreadAfterTheCommit) {
  open();
  std::promise<std::thread::id> told;
  store_->keep({draft_of(1)}, [&](const Result<void>& kept) {
    EXPECT_TRUE(kept);
    told.set_value(std::this_thread::get_id());
  });
  EXPECT_NE(told.get_future().get(), std::this_thread::get_id());
  EXPECT_THAT(found(), ElementsAre(1));
}

TEST_F(QueueTest, FullQueueIsUnavailableAtOnceWhateverTheWriterDoes) {
  limits_.reject_queue_bytes_max = 4'000;
  open();
  stall();
  std::vector<std::future<Result<void>>> results;
  for (std::uint64_t id = 1; id <= 3; ++id) {
    auto told = std::make_shared<std::promise<Result<void>>>();
    results.push_back(told->get_future());
    store_->keep({draft_of(id, 1, 1'000)},
                 [told, self = std::this_thread::get_id()](const Result<void>& kept) {
                   EXPECT_NE(std::this_thread::get_id(), self);
                   told->set_value(kept);
                 });
  }
  const auto refused = results[2].get();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::unavailable);
  let_go();
  EXPECT_TRUE(results[0].get());
  EXPECT_TRUE(results[1].get());
  EXPECT_EQ(metric(metrics_, "assay_rejects_refused_total"), 1);
  keep(draft_of(4, 1, 1'000));
  EXPECT_THAT(found(), ElementsAre(4, 2, 1, 200));
}

TEST_F(QueueTest, CallLargerThanTheQueueGoesThroughAlone) {
  limits_.reject_queue_bytes_max = 1'000;
  open();
  keep(draft_of(1, 1, 50'000));
  EXPECT_THAT(found(), ElementsAre(1));
}

TEST_F(QueueTest, BestEffortLeavesHalfTheQueueToOthers) {
  limits_.reject_queue_bytes_max = 4'000;
  open();
  stall();
  store_->keep_if_possible({draft_of(1, 1, 1'000)});
  store_->keep_if_possible({draft_of(2, 2, 500)});
  EXPECT_EQ(metric(metrics_, R"(assay_rejects_lost_total{reason="queue_full"})"), 2);
  auto told = std::make_shared<std::promise<Result<void>>>();
  store_->keep({draft_of(4, 1, 1'000)}, [told](const Result<void>& kept) { told->set_value(kept); });
  let_go();
  EXPECT_TRUE(told->get_future().get());
  EXPECT_THAT(found(), ElementsAre(4, 1, 200));
}

TEST_F(QueueTest, WhatWaitsIsCommittedTogether) {
  open();
  stall();
  std::atomic<int> told{0};
  for (std::uint64_t id = 1; id <= 100; ++id) {
    store_->keep({draft_of(id)}, [&](const Result<void>& kept) { told += kept ? 1 : 0; });
  }
  const double before = metric(metrics_, "assay_rejects_commit_seconds_count");
  let_go();
  store_.reset();
  EXPECT_EQ(told, 100);
  EXPECT_EQ(metric(metrics_, "assay_rejects_commit_seconds_count"), before + 1);
}

TEST_F(QueueTest, EndOfTheStoreTellsEveryTicket) {
  open();
  int told = 0;
  for (std::uint64_t id = 1; id <= 50; ++id) {
    store_->keep({draft_of(id)}, [&](const Result<void>& kept) { told += kept ? 1 : 0; });
  }
  store_.reset();
  EXPECT_EQ(told, 50);
  open();
  EXPECT_EQ(found().size(), 50U);
}

TEST_F(QueueTest, NothingToKeepIsKept) {
  open();
  EXPECT_TRUE(keep_and_wait(*store_, {}));
}

TEST_F(QueueTest, RowIsFoundFromWithinItsTicket) {
  open();
  for (std::uint64_t id = 1; id <= 20; ++id) {
    std::promise<bool> told;
    store_->keep({draft_of(id)},
                 [&, id](const Result<void>&) { told.set_value(store_->find(id_of(id)).has_value()); });
    EXPECT_TRUE(told.get_future().get()) << id;
  }
}

TEST_F(QueueTest, RowIsFoundInTheJournalWhenTheIndexIsBehind) {
  options_.catch_up_wait_ms = 0;
  open();
  for (std::uint64_t id = 1; id <= 200; ++id) {
    keep(draft_of(id, 5));
    const auto row = store_->find(id_of(id + 4));
    ASSERT_TRUE(row) << id << row.error().message();
    EXPECT_EQ(row->record_index, 5U);
    ASSERT_TRUE(store_->payload(id_of(id + 4), false));
    id += 4;
  }
}

TEST_F(QueueTest, ManyThreadsKeepAndAskAtOnce) {
  open();
  std::atomic<int> told{0};
  std::vector<std::thread> threads;
  for (std::uint64_t thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (std::uint64_t i = 1; i <= 50; ++i) {
        const std::uint64_t id = thread * 1'000 + i;
        store_->count({{"customers", "", "billing", 1}});
        if (i % 5 == 0) store_->keep_if_possible({draft_of(id + 500)});
        store_->keep({draft_of(id)}, [&](const Result<void>& kept) { told += kept ? 1 : 0; });
        if (i % 10 == 0) {
          EXPECT_TRUE(store_->list({}, 10));
          EXPECT_TRUE(store_->stats({}, StatsGroup::rule));
          EXPECT_TRUE(store_->find(id_of(thread * 1'000 + 1)));
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto stats = store_->stats({}, StatsGroup::topic).value();
  ASSERT_EQ(stats.size(), 1U);
  EXPECT_EQ(stats[0].records, 240U);
  EXPECT_EQ(stats[0].evaluated, 200U);
  store_.reset();
  EXPECT_EQ(told, 200);
}

}  // namespace
}  // namespace assay::rejects::testing
