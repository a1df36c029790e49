#include <thread>

#include "tests/unit/rejects/store_fixture.h"

namespace assay::rejects::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;

class RetentionTest : public StoreTest {
 protected:
  template <class Condition>
  void eventually(Condition condition, const char* what) {
    for (int i = 0; i < 1'000 && !condition(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_TRUE(condition()) << what;
  }
  static Draft draft_at(std::uint64_t id, EpochMs time_ms) {
    Draft draft = draft_of(id);
    draft.time_ms = time_ms;
    return draft;
  }
};

TEST_F(RetentionTest, OldRowsGoAndTheirPayloads) {
  options_.retention_age_ms = 7 * kDayMs;
  open();
  keep(draft_at(1, clock_.now_ms() - 8 * kDayMs));
  keep(draft_at(2, clock_.now_ms() - 6 * kDayMs));
  eventually([&] { return found() == std::vector{2}; }, "the old one is gone");
  EXPECT_EQ(store_->find(id_of(1)).error().code(), ErrorCode::not_found);
  EXPECT_TRUE(store_->payload(id_of(2), false));
  clock_.advance(2 * kDayMs);
  eventually([&] { return found().empty(); }, "the other one too");
  EXPECT_EQ(metric(metrics_, "assay_rejects_expired_total"), 2);
}

TEST_F(RetentionTest, ExpiredRowsStayAwayWhenTheIndexIsMadeAnew) {
  open();
  keep(draft_at(1, clock_.now_ms() - 8 * kDayMs));
  keep(draft_at(2, clock_.now_ms()));
  eventually([&] { return metric(metrics_, "assay_rejects_expired_total") == 1; }, "expired");
  store_.reset();
  std::filesystem::remove(file("index.db"));
  open();
  EXPECT_THAT(found(), ElementsAre(2));
}

TEST_F(RetentionTest, NumbersAreNotUsedAgainAfterAllIsGone) {
  open();
  keep(draft_at(1, clock_.now_ms()));
  const auto cursor = store_->tail({}, 1).value().next_cursor.value();
  clock_.advance(8 * kDayMs);
  eventually([&] { return found().empty(); }, "expired");
  eventually([&] { return metric(metrics_, "assay_rejects_expired_total") == 1; }, "expired");
  reopen();
  std::filesystem::remove(file("index.db"));
  reopen();
  keep(draft_at(2, clock_.now_ms()));
  const auto page = store_->tail({}, 10, cursor).value();
  ASSERT_EQ(page.rows.size(), 1U) << "an old cursor still stands before what is new";
  EXPECT_EQ(page.rows[0].id, id_of(2));
}

TEST_F(RetentionTest, SizeIsHeldByGivingUpTheOldest) {
  options_.retention_bytes = 4'000'000;
  open();
  for (std::uint64_t id = 1; id <= 100; ++id) keep(draft_of(id, 1, 100'000));
  // The size is looked at now and then: it may be within its bound for a moment, before all is indexed.
  std::vector<int> ids;
  const auto held = [&] {
    ids = found();
    return !ids.empty() && ids.back() > 50 && metric(metrics_, "assay_rejects_disk_bytes") <= 4'000'000;
  };
  eventually(held, "within the size");
  ASSERT_FALSE(ids.empty());
  EXPECT_EQ(ids.front(), 100);
  EXPECT_EQ(ids.size(), static_cast<std::size_t>(ids.front() - ids.back() + 1)) << "no gaps";
}

TEST_F(RetentionTest, SpaceIsGivenBackToTheFileSystem) {
  open();
  for (std::uint64_t id = 1; id <= 60; ++id) keep(draft_of(id, 1, 1'000'000));
  eventually([&] { return std::filesystem::file_size(file("journal.db")) > 50'000'000; }, "written through");
  clock_.advance(8 * kDayMs);
  eventually([&] { return std::filesystem::file_size(file("journal.db")) < 30'000'000; }, "and given back");
}

TEST_F(RetentionTest, CountsExpireWithTheirHour) {
  open();
  store_->count({{"customers", "", "billing", 10}});
  static_cast<void>(store_->stats({}, StatsGroup::topic));
  clock_.advance(8 * kDayMs);
  store_->count({{"customers", "", "billing", 5}});
  keep(draft_at(1, clock_.now_ms()));
  eventually([&] { return store_->stats({}, StatsGroup::topic).value().at(0).evaluated == 5; },
             "only the new hour");
}

}  // namespace
}  // namespace assay::rejects::testing
