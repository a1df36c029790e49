// A disk that is full, broken or holds damaged files.
#include <fstream>
#include <thread>

#include "io/sqlite/fault_vfs.h"
#include "io/sqlite/sqlite.h"
#include "tests/unit/rejects/store_fixture.h"

namespace assay::rejects::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class DiskTest : public StoreTest {
 protected:
  DiskTest() {
    io::register_fault_vfs("reject_faults", faults_);
    options_.vfs = "reject_faults";
  }
  Result<void> try_keep(std::uint64_t id) { return keep_and_wait(*store_, {draft_of(id)}); }
  void eventually_writable() {
    for (int i = 0; i < 500 && !store_->writable(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    ASSERT_TRUE(store_->writable());
  }
  void damage(const std::string& name, std::streamoff at, std::size_t bytes) {
    std::fstream out(file(name), std::ios::in | std::ios::out | std::ios::binary);
    out.seekp(at);
    out << std::string(bytes, 'x');
  }

  std::shared_ptr<io::Faults> faults_ = std::make_shared<io::Faults>();
};

TEST_F(DiskTest, FullDiskIsToldAsIoAndMetered) {
  open();
  keep(draft_of(1));
  EXPECT_THAT(found(), ElementsAre(1));
  faults_->full = true;
  const auto refused = try_keep(2);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::io);
  EXPECT_FALSE(store_->writable());
  EXPECT_GE(metric(metrics_, "assay_rejects_write_errors_total"), 1);
  EXPECT_EQ(metric(metrics_, "assay_rejects_writable"), 0);
  EXPECT_THAT(found(), ElementsAre(1)) << "reading goes on";
}

TEST_F(DiskTest, WritesAgainWhenThereIsSpaceAgain) {
  open();
  faults_->full = true;
  EXPECT_FALSE(try_keep(1));
  faults_->full = false;
  EXPECT_TRUE(try_keep(2));
  EXPECT_TRUE(store_->writable());
  EXPECT_EQ(metric(metrics_, "assay_rejects_writable"), 1);
  EXPECT_THAT(found(), ElementsAre(2));
  reopen();
  EXPECT_THAT(found(), ElementsAre(2));
}

TEST_F(DiskTest, SeesTheSpaceWithoutBeingAskedToWrite) {
  open();
  faults_->full = true;
  EXPECT_FALSE(try_keep(1));
  faults_->full = false;
  eventually_writable();
}

TEST_F(DiskTest, FailedSyncIsNoSuccess) {
  open();
  faults_->sync_fails = true;
  const auto refused = try_keep(1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::io);
  faults_->sync_fails = false;
  EXPECT_TRUE(try_keep(2));
  EXPECT_THAT(found(), ElementsAre(2));
}

TEST_F(DiskTest, BestEffortRowsOnAFullDiskAreCountedAsLost) {
  open();
  faults_->full = true;
  store_->keep_if_possible({draft_of(1, 3)});
  EXPECT_FALSE(try_keep(4));
  EXPECT_EQ(metric(metrics_, R"(assay_rejects_lost_total{reason="write_failed"})"), 3);
}

TEST_F(DiskTest, CountsSurviveAFailedCommit) {
  open();
  keep(draft_of(1));
  faults_->full = true;
  store_->count({{"customers", "", "billing", 40}});
  EXPECT_FALSE(try_keep(2));
  faults_->full = false;
  const auto stats = store_->stats({}, StatsGroup::topic);
  ASSERT_TRUE(stats) << stats.error().message();
  EXPECT_EQ(stats->at(0).evaluated, 40U);
}

TEST_F(DiskTest, DamagedJournalIsAClearError) {
  open();
  keep(draft_of(1));
  store_.reset();
  damage("journal.db", 0, 200);
  const auto refused = try_open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::invalid);
  EXPECT_THAT(refused.error().message(), HasSubstr("journal.db"));
  EXPECT_THAT(refused.error().message(), HasSubstr("move it away"));
}

TEST_F(DiskTest, EntryThatChangedOnTheDiskIsLeftOutAndCounted) {
  open();
  keep(draft_of(1));
  keep(draft_of(2));
  store_.reset();
  {
    auto journal = io::Database::open(file("journal.db"));
    journal->run("UPDATE entry SET body = zeroblob(length(body)) WHERE seq = 1").value();
  }
  std::filesystem::remove(file("index.db"));
  open();
  EXPECT_THAT(found(), ElementsAre(2));
  EXPECT_EQ(metric(metrics_, "assay_rejects_unreadable_total"), 1);
}

TEST_F(DiskTest, DamagedIndexIsMadeAnew) {
  open();
  keep(draft_of(1));
  keep(draft_of(2));
  ASSERT_TRUE(store_->set_state(std::vector{id_of(1)}, RejectState::discarded));
  const std::string before = text_of(store_->find(id_of(1)).value());
  store_.reset();
  damage("index.db", 0, 4096);
  open();
  EXPECT_THAT(found(), ElementsAre(2, 1));
  EXPECT_EQ(text_of(store_->find(id_of(1)).value()), before) << "states are in the journal";
  EXPECT_EQ(metric(metrics_, "assay_rejects_index_rebuilds_total"), 1);
}

TEST_F(DiskTest, DamageInsideTheIndexIsMendedWhileRunning) {
  open();
  for (std::uint64_t id = 1; id <= 60; ++id) keep(draft_of(id * 100, 20));
  ASSERT_EQ(store_->stats({}, StatsGroup::topic).value().at(0).records, 1'200U);
  store_.reset();
  // Behind the first pages, so that opening does not see it.
  const auto size = static_cast<std::streamoff>(std::filesystem::file_size(file("index.db")));
  for (std::streamoff at = 30 * 4096; at + 4096 <= size; at += 4096) damage("index.db", at, 4096);
  open();
  Result<std::vector<StatsRow>> stats = Error(ErrorCode::internal, "not asked");
  for (int i = 0; i < 500 && (!stats || stats->empty() || stats->at(0).records != 1'200); ++i) {
    stats = store_->stats({}, StatsGroup::topic);
    if (!stats) {
      EXPECT_EQ(stats.error().code(), ErrorCode::unavailable) << stats.error().message();
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  ASSERT_TRUE(stats) << stats.error().message();
  EXPECT_EQ(stats->at(0).records, 1'200U);
  EXPECT_GE(metric(metrics_, "assay_rejects_index_rebuilds_total"), 1);
}

TEST_F(DiskTest, IndexOfAnotherJournalIsNotBelieved) {
  open();
  keep(draft_of(1));
  store_.reset();
  for (const char* suffix : {"", "-wal", "-shm"})
    std::filesystem::remove(file("journal.db").string() + suffix);
  open();
  EXPECT_THAT(found(), ElementsAre());
  keep(draft_of(2));
  EXPECT_THAT(found(), ElementsAre(2));
}

TEST_F(DiskTest, FolderHasOneStoreAtATime) {
  open();
  const auto second = try_open();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), ErrorCode::conflict);
}

TEST_F(DiskTest, FolderIsForItsOwnerOnly) {
  open();
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(file("")).permissions() & (perms::group_all | perms::others_all),
            perms::none);
}

}  // namespace
}  // namespace assay::rejects::testing
