// SQLite behind results: a database, its prepared statements, a transaction. One connection is used by one
// thread at a time; several connections to one file are fine.
//
// Errors: `io` (disk full, unreadable, read-only), `invalid` (the file is damaged or no database),
// `unavailable` (locked by another connection beyond the timeout), `conflict` (a constraint), `too_large`,
// `internal` (wrong SQL).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"

struct sqlite3;
struct sqlite3_stmt;

namespace assay::io {

// A prepared statement. Parameters are ?1, ?2, …; columns count from 0. Move-only; ends before its database.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&& other) noexcept;
  ~Statement();

  // A failed bind is told by the next `step`.
  Statement& bind(int at, std::int64_t value);
  Statement& bind(int at, std::string_view text);  // copied
  Statement& bind(int at, Bytes blob);             // copied
  Statement& bind_view(int at, Bytes blob);        // not copied: must live until the next `reset`
  Statement& bind_null(int at);

  // The highest number that its text names.
  int parameters() const;

  // True: a row is there; false: done.
  Result<bool> step();
  // For statements without rows: steps to the end and resets. Forgets what was bound.
  Result<void> run();
  void reset();

  // Of the row that `step` found. Views hold until the next step or reset.
  std::int64_t integer(int column) const;
  std::string_view text(int column) const;
  Bytes blob(int column) const;
  bool is_null(int column) const;

 private:
  friend class Database;
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  void note(int code);
  sqlite3_stmt* statement_ = nullptr;
  int bind_error_ = 0;
};

struct DatabaseOptions {
  bool read_only = false;  // else it is made when absent
  int busy_timeout_ms = 5'000;
  std::string vfs;  // a registered VFS; empty: the system's
};

class Database {
 public:
  static Result<Database> open(const std::filesystem::path& path, const DatabaseOptions& options = {});
  Database(Database&& other) noexcept;
  Database& operator=(Database&& other) noexcept;
  ~Database();

  // Statements without parameters, separated by semicolons: DDL, PRAGMA.
  Result<void> run(std::string_view sql);
  Result<Statement> prepare(std::string_view sql);
  // The first column of the first row, a number; nothing when there is no row or it is null.
  Result<std::optional<std::int64_t>> number(std::string_view sql);
  // Rows touched by the last statement.
  std::uint64_t changes() const;

 private:
  explicit Database(sqlite3* handle) : handle_(handle) {}
  sqlite3* handle_ = nullptr;
};

// Rolls back unless committed. `immediate` takes the write lock at once; `deferred` is a read snapshot.
class Transaction {
 public:
  enum class Kind : std::uint8_t { deferred, immediate };
  static Result<Transaction> begin(Database& database, Kind kind);
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  // After an error nothing of it is kept.
  Result<void> commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

}  // namespace assay::io
