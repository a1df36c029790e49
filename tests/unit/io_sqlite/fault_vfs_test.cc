#include "io/sqlite/fault_vfs.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "io/sqlite/sqlite.h"

namespace assay::io {
namespace {

class FaultVfsTest : public testing::TestWithParam<const char*> {
 protected:
  FaultVfsTest() {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    register_fault_vfs("faults", faults_);
  }
  ~FaultVfsTest() override { std::filesystem::remove_all(folder_); }

  const std::filesystem::path folder_ = std::filesystem::path(testing::TempDir()) / "assay_fault_vfs";
  std::shared_ptr<Faults> faults_ = std::make_shared<Faults>();
};

TEST_P(FaultVfsTest, FullDiskFailsWritesAndNothingElse) {
  auto db = Database::open(folder_ / "x.db", {.vfs = "faults"}).value();
  db.run(std::string("PRAGMA synchronous=FULL; PRAGMA journal_mode=") + GetParam()).value();
  db.run("CREATE TABLE t(a); INSERT INTO t VALUES(1)").value();

  faults_->full = true;
  EXPECT_EQ(db.run("INSERT INTO t VALUES(2)").error().code(), ErrorCode::io);
  EXPECT_EQ(db.number("SELECT count(*) FROM t").value(), 1);

  faults_->full = false;
  db.run("INSERT INTO t VALUES(3)").value();
  EXPECT_EQ(db.number("SELECT count(*) FROM t").value(), 2);
}

TEST_P(FaultVfsTest, FailedSyncFailsTheCommit) {
  auto db = Database::open(folder_ / "x.db", {.vfs = "faults"}).value();
  db.run(std::string("PRAGMA synchronous=FULL; PRAGMA journal_mode=") + GetParam()).value();
  db.run("CREATE TABLE t(a)").value();
  const auto syncs = faults_->syncs.load();

  faults_->sync_fails = true;
  EXPECT_EQ(db.run("INSERT INTO t VALUES(1)").error().code(), ErrorCode::io);
  EXPECT_EQ(faults_->syncs, syncs);
  faults_->sync_fails = false;
  db.run("INSERT INTO t VALUES(2)").value();
  EXPECT_GT(faults_->syncs, syncs);
  EXPECT_EQ(db.number("SELECT count(*) FROM t").value(), 1);
}

INSTANTIATE_TEST_SUITE_P(JournalModes, FaultVfsTest, testing::Values("WAL", "DELETE"));

}  // namespace
}  // namespace assay::io
