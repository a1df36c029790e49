#include "io/sqlite/sqlite.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "io/sqlite/folder_lock.h"

namespace assay::io {
namespace {

using testing::HasSubstr;

class SqliteTest : public testing::Test {
 protected:
  SqliteTest() {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(testing::TempDir()) / (std::string("assay_sqlite_") + info->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~SqliteTest() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path path() const { return folder_ / "test.db"; }
  Database open() const { return Database::open(path()).value(); }

  std::filesystem::path folder_;
};

TEST_F(SqliteTest, RowsComeBackAsTheyWereBound) {
  Database db = open();
  db.run("CREATE TABLE t(a INTEGER, b TEXT, c BLOB, d BLOB, e TEXT)").value();
  Statement insert = db.prepare("INSERT INTO t VALUES(?1, ?2, ?3, ?4, ?5)").value();
  const Buffer blob{0, 1, 255};
  const std::string text("a\0b", 3);
  insert.bind(1, std::int64_t{-5})
      .bind(2, text)
      .bind(3, Bytes(blob))
      .bind_view(4, Bytes())
      .bind_null(5)
      .run()
      .value();
  EXPECT_EQ(db.changes(), 1U);

  Statement select = db.prepare("SELECT * FROM t").value();
  ASSERT_TRUE(select.step().value());
  EXPECT_EQ(select.integer(0), -5);
  EXPECT_EQ(select.text(1), text);
  EXPECT_TRUE(same_bytes(select.blob(2), blob));
  EXPECT_FALSE(select.is_null(3)) << "empty is not null";
  EXPECT_TRUE(select.blob(3).empty());
  EXPECT_TRUE(select.is_null(4));
  EXPECT_FALSE(select.step().value());
}

TEST_F(SqliteTest, ParameterThatIsNotThereFailsAtTheStep) {
  Database db = open();
  Statement select = db.prepare("SELECT ?1").value();
  select.bind(1, std::int64_t{1}).bind(2, std::int64_t{2});
  EXPECT_EQ(select.step().error().code(), ErrorCode::internal);
  select.reset();
  EXPECT_TRUE(select.bind(1, std::int64_t{1}).step().value()) << "a reset forgets it";
}

TEST_F(SqliteTest, TransactionRollsBackUnlessCommitted) {
  Database db = open();
  db.run("CREATE TABLE t(a)").value();
  {
    auto lost = Transaction::begin(db, Transaction::Kind::immediate);
    db.run("INSERT INTO t VALUES(1)").value();
  }
  {
    auto kept = Transaction::begin(db, Transaction::Kind::immediate);
    db.run("INSERT INTO t VALUES(2)").value();
    kept->commit().value();
  }
  EXPECT_EQ(db.number("SELECT group_concat(a) FROM t").value(), 2);
}

TEST_F(SqliteTest, NumberIsNothingWithoutARowOrForNull) {
  Database db = open();
  EXPECT_EQ(db.number("SELECT 7").value(), 7);
  EXPECT_EQ(db.number("SELECT NULL").value(), std::nullopt);
  EXPECT_EQ(db.number("SELECT 1 WHERE 0").value(), std::nullopt);
}

TEST_F(SqliteTest, ErrorsSayWhatKindTheyAre) {
  Database db = open();
  db.run("CREATE TABLE t(a UNIQUE); INSERT INTO t VALUES(1)").value();
  EXPECT_EQ(db.run("INSERT INTO t VALUES(1)").error().code(), ErrorCode::conflict);
  EXPECT_EQ(db.run("SELEKT").error().code(), ErrorCode::internal);
  EXPECT_THAT(db.run("SELEKT").error().message(), HasSubstr("test.db"));
  EXPECT_EQ(Database::open(folder_ / "absent" / "x.db").error().code(), ErrorCode::io);
  auto reader = Database::open(path(), {.read_only = true});
  EXPECT_EQ(reader->run("DELETE FROM t").error().code(), ErrorCode::io);
}

TEST_F(SqliteTest, LockHeldElsewhereIsUnavailable) {
  Database one = open();
  one.run("CREATE TABLE t(a)").value();
  auto two = Database::open(path(), {.busy_timeout_ms = 1});
  const auto held = Transaction::begin(one, Transaction::Kind::immediate);
  EXPECT_EQ(two->run("INSERT INTO t VALUES(1)").error().code(), ErrorCode::unavailable);
}

TEST_F(SqliteTest, FileThatIsNoDatabaseIsInvalid) {
  std::ofstream(path()) << std::string(8192, 'x');
  auto db = Database::open(path());
  ASSERT_TRUE(db);
  EXPECT_EQ(db->number("SELECT count(*) FROM sqlite_schema").error().code(), ErrorCode::invalid);
}

TEST_F(SqliteTest, FolderIsLockedOnce) {
  {
    const auto held = FolderLock::take(folder_);
    ASSERT_TRUE(held);
    const auto second = FolderLock::take(folder_);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code(), ErrorCode::conflict);
  }
  EXPECT_TRUE(FolderLock::take(folder_)) << "given back";
  EXPECT_EQ(FolderLock::take(folder_ / "absent").error().code(), ErrorCode::io);
}

}  // namespace
}  // namespace assay::io
