// The store answers as its naive twin does, whatever was kept, changed and asked.
#include <gtest/gtest.h>

#include <set>

#include "tests/property/rejects/generators.h"
#include "tests/reference/rejects/naive_rejects.h"

namespace assay::rejects::testing {
namespace {

StoreOptions options() {
  StoreOptions options;
  options.retention_age_ms = INT64_MAX / 2;
  options.catch_up_wait_ms = 30'000;
  return options;
}

std::vector<std::string> texts_of(const std::vector<RejectRow>& rows) {
  std::vector<std::string> texts;
  for (const RejectRow& row : rows) texts.push_back(text_of(row));
  return texts;
}

std::multiset<std::string> texts_of(const std::vector<StatsRow>& rows) {
  std::multiset<std::string> texts;
  for (const StatsRow& row : rows) texts.insert(text_of(row));
  return texts;
}

// Page after page to the end.
std::vector<std::string> walk(RejectStore& store, const RejectFilter& filter, std::size_t limit) {
  std::vector<std::string> texts;
  std::string cursor;
  while (true) {
    const RejectPage page = store.list(filter, limit, cursor).value();
    EXPECT_LE(page.rows.size(), limit);
    for (const RejectRow& row : page.rows) texts.push_back(text_of(row));
    if (!page.next_cursor) return texts;
    EXPECT_EQ(page.rows.size(), limit);
    cursor = *page.next_cursor;
  }
}

std::vector<std::string> walk_tail(RejectStore& store, const RejectFilter& filter, std::string cursor) {
  std::vector<std::string> texts;
  while (true) {
    const RejectPage page = store.tail(filter, 3, cursor).value();
    for (const RejectRow& row : page.rows) texts.insert(texts.begin(), text_of(row));
    if (page.rows.empty()) return texts;
    cursor = page.next_cursor.value();
  }
}

class Twins {
 public:
  explicit Twins(std::uint64_t seed) : random_(seed) {
    open();
    start_ = store_->tail({}, 1).value().next_cursor.value();
  }

  void live() {
    const int steps = random_.in(1, 4);
    for (int step = 0; step < steps; ++step) {
      keep_some();
      if (random_.chance(60)) change_states();
      if (random_.chance(20)) lose_the_index();
    }
    compare();
  }

 private:
  void open() {
    store_.reset();
    store_ = RejectStore::open(folder_.path, options(), limits_, metrics_, clock_).value();
  }

  void keep_some() {
    const int drafts = random_.in(1, 12);
    std::vector<Draft> all;
    for (int i = 0; i < drafts; ++i) {
      if (!kept_.empty() && random_.chance(30)) {
        Draft retry = retry_of(random_.one_of(kept_), next_id_);
        retry.time_ms = random_time(random_);
        all.push_back(std::move(retry));
      } else {
        all.push_back(random_draft(random_, next_id_));
      }
      next_id_ += 10;
      kept_.push_back(all.back());
      naive_.keep(all.back());
    }
    keep_and_wait(*store_, std::move(all)).value();
    const std::vector<Evaluated> evaluated{{random_.one_of(kTopics),
                                            random_.chance(50) ? "" : random_.one_of(kRules),
                                            random_.one_of(kClients), 5}};
    clock_.advance(random_.in<EpochMs>(0, 3'000'000));
    store_->count(evaluated);
    naive_.count(evaluated, clock_.now_ms());
  }

  void change_states() {
    std::vector<Ulid> ids;
    for (std::uint64_t id = 1; id < next_id_; ++id) {
      if (random_.chance(10)) ids.push_back(id_of(id));
    }
    const auto state = static_cast<RejectState>(random_.in(0, 3));
    ASSERT_EQ(store_->set_state(ids, state).value(), naive_.set_state(ids, state));
  }

  void lose_the_index() {
    store_.reset();
    std::filesystem::remove(folder_.path / "rejects" / "index.db");
    open();
  }

  void compare() {
    for (int i = 0; i < 25; ++i) {
      const RejectFilter filter = random_filter(random_, kept_);
      const auto expected = texts_of(naive_.list(filter));
      ASSERT_EQ(walk(*store_, filter, random_.in<std::size_t>(1, 20)), expected);
      ASSERT_EQ(walk_tail(*store_, filter, start_), expected);
      const auto group = static_cast<StatsGroup>(random_.in(0, 4));
      ASSERT_EQ(texts_of(store_->stats(filter, group).value()), texts_of(naive_.stats(filter, group)));
    }
    for (std::uint64_t id = 1; id < next_id_; ++id) {
      const auto found = store_->find(id_of(id));
      const RejectRow* expected = naive_.find(id_of(id));
      ASSERT_EQ(found.has_value(), expected != nullptr) << id;
      if (expected != nullptr) {
        ASSERT_EQ(text_of(*found), text_of(*expected));
      }
    }
  }

  Random random_;
  TemporaryFolder folder_{"assay_rejects_property"};
  Limits limits_;
  Metrics metrics_;
  ManualClock clock_{kBegin};
  std::unique_ptr<RejectStore> store_;
  NaiveRejects naive_{options().retry_window_ms};
  std::vector<Draft> kept_;
  std::uint64_t next_id_ = 1;
  std::string start_;  // the cursor before everything
};

// A loop instead of a hundred cases: each opens files, and a seed has nothing to shrink.
TEST(RejectStoreProperty, AnswersAsItsTwin) {
  std::random_device device;
  for (int round = 0; round < 15 && !HasFatalFailure(); ++round) {
    const std::uint64_t seed = device();
    SCOPED_TRACE("seed " + std::to_string(seed));
    Twins(seed).live();
  }
}

}  // namespace
}  // namespace assay::rejects::testing
