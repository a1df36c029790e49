#include "io/sqlite/sqlite.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <utility>

namespace assay::io {
namespace {

ErrorCode code_of(int sqlite_code) {
  switch (sqlite_code & 0xff) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_NOMEM:
      return ErrorCode::io;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return ErrorCode::invalid;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return ErrorCode::unavailable;
    case SQLITE_CONSTRAINT:
      return ErrorCode::conflict;
    case SQLITE_TOOBIG:
      return ErrorCode::too_large;
    default:
      return ErrorCode::internal;
  }
}

Error error_of(sqlite3* handle, int code) {
  const char* name = handle == nullptr ? nullptr : sqlite3_db_filename(handle, "main");
  const std::string file = name == nullptr ? "" : std::filesystem::path(name).filename().string() + ": ";
  return {code_of(code),
          fmt::format("{}{}", file, handle == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle))};
}

}  // namespace

Statement::Statement(Statement&& other) noexcept
    : statement_(std::exchange(other.statement_, nullptr)), bind_error_(other.bind_error_) {}

Statement& Statement::operator=(Statement&& other) noexcept {
  std::swap(statement_, other.statement_);
  std::swap(bind_error_, other.bind_error_);
  return *this;
}

Statement::~Statement() {
  sqlite3_finalize(statement_);
}

void Statement::note(int code) {
  if (bind_error_ == SQLITE_OK) bind_error_ = code;
}

Statement& Statement::bind(int at, std::int64_t value) {
  note(sqlite3_bind_int64(statement_, at, value));
  return *this;
}

Statement& Statement::bind(int at, std::string_view text) {
  note(sqlite3_bind_text64(statement_, at, text.empty() ? "" : text.data(), text.size(), SQLITE_TRANSIENT,
                           SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind(int at, Bytes blob) {
  // A null pointer would bind NULL, and empty is not null.
  note(sqlite3_bind_blob64(statement_, at, blob.empty() ? "" : static_cast<const void*>(blob.data()),
                           blob.size(), SQLITE_TRANSIENT));
  return *this;
}

Statement& Statement::bind_view(int at, Bytes blob) {
  note(sqlite3_bind_blob64(statement_, at, blob.empty() ? "" : static_cast<const void*>(blob.data()),
                           blob.size(), SQLITE_STATIC));
  return *this;
}

Statement& Statement::bind_null(int at) {
  note(sqlite3_bind_null(statement_, at));
  return *this;
}

int Statement::parameters() const {
  return sqlite3_bind_parameter_count(statement_);
}

Result<bool> Statement::step() {
  sqlite3* handle = sqlite3_db_handle(statement_);
  if (bind_error_ != SQLITE_OK) return error_of(handle, bind_error_);
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return error_of(handle, code);
}

Result<void> Statement::run() {
  auto more = step();
  while (more && *more) more = step();
  reset();
  if (!more) return more.error();
  return {};
}

void Statement::reset() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  bind_error_ = SQLITE_OK;
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string_view Statement::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

Bytes Statement::blob(int column) const {
  const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
  return {data, data == nullptr ? 0 : static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

Result<Database> Database::open(const std::filesystem::path& path, const DatabaseOptions& options) {
  sqlite3* handle = nullptr;
  const int flags = (options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) |
                    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code =
      sqlite3_open_v2(path.c_str(), &handle, flags, options.vfs.empty() ? nullptr : options.vfs.c_str());
  Database database(handle);
  if (code != SQLITE_OK) return error_of(handle, code).within(path.string());
  sqlite3_busy_timeout(handle, options.busy_timeout_ms);
  return database;
}

Database::Database(Database&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}

Database& Database::operator=(Database&& other) noexcept {
  std::swap(handle_, other.handle_);
  return *this;
}

// v2: waits for statements that outlive it instead of leaking the file.
Database::~Database() {
  sqlite3_close_v2(handle_);
}

Result<void> Database::run(std::string_view sql) {
  const int code = sqlite3_exec(handle_, std::string(sql).c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return error_of(handle_, code);
  return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return error_of(handle_, code);
  return Statement(statement);
}

Result<std::optional<std::int64_t>> Database::number(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return statement.error();
  auto row = statement->step();
  if (!row) return row.error();
  if (!*row || statement->is_null(0)) return std::optional<std::int64_t>{};
  return std::optional(statement->integer(0));
}

std::uint64_t Database::changes() const {
  return static_cast<std::uint64_t>(sqlite3_changes64(handle_));
}

Result<Transaction> Transaction::begin(Database& database, Kind kind) {
  auto begun = database.run(kind == Kind::immediate ? "BEGIN IMMEDIATE" : "BEGIN DEFERRED");
  if (!begun) return begun.error();
  return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
  // After some errors (disk full) SQLite has rolled back by itself; then this has nothing to do, and says so.
  if (database_ != nullptr) static_cast<void>(database_->run("ROLLBACK"));
}

Result<void> Transaction::commit() {
  auto committed = database_->run("COMMIT");
  if (committed) database_ = nullptr;
  return committed;
}

}  // namespace assay::io
