#include "rejects/journal_file.h"

#include <fmt/format.h>

#include <random>

namespace assay::rejects {
namespace {

constexpr std::int64_t kApplicationId = 0x4153524a;  // "ASRJ"
constexpr std::int64_t kFileVersion = 1;

// entry: docs/formats/rejects.md. `floor` in meta is the highest number ever expired: numbers are not used
// twice.
constexpr std::string_view kSchema = R"(
  CREATE TABLE meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE entry(seq INTEGER PRIMARY KEY, kind INTEGER NOT NULL, time_ms INTEGER NOT NULL, first_id BLOB NOT NULL,
                     last_id BLOB NOT NULL, body BLOB NOT NULL);
  CREATE TABLE evaluated(topic TEXT, rule TEXT, client_id TEXT, hour_ms INTEGER, records INTEGER NOT NULL,
                         PRIMARY KEY(topic, rule, client_id, hour_ms)) WITHOUT ROWID;
)";

Result<void> make(io::Database& database) {
  // Before the first table: it decides the layout of the file.
  auto done = database.run("PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL");
  if (!done) return done;
  auto transaction = io::Transaction::begin(database, io::Transaction::Kind::immediate);
  if (!transaction) return transaction.error();
  if (done = database.run(kSchema); !done) return done;
  std::random_device random;
  const auto identity = static_cast<std::int64_t>((static_cast<std::uint64_t>(random()) << 31) ^ random());
  done =
      database.run(fmt::format("INSERT INTO meta VALUES('identity', {}), ('floor', 0), ('probe', 0);"
                               "PRAGMA application_id={}; PRAGMA user_version={}",
                               identity, kApplicationId, kFileVersion));
  if (!done) return done;
  return transaction->commit();
}

// What opening costs must not depend on the file's size, so damage inside is found by whoever reads there.
Result<void> check(io::Database& database) {
  auto application = database.number("PRAGMA application_id");
  auto version = database.number("PRAGMA user_version");
  auto tables = database.number("SELECT count(*) FROM sqlite_schema");
  for (const auto* result : {&application, &version, &tables}) {
    if (!*result) return result->error();
  }
  if (**tables == 0) return make(database);
  if (**application != kApplicationId) return Error(ErrorCode::invalid, "not a reject journal");
  if (**version != kFileVersion) {
    return Error(ErrorCode::invalid,
                 fmt::format("the journal has version {}, this program knows {}", **version, kFileVersion));
  }
  return database.run("PRAGMA journal_mode=WAL");
}

}  // namespace

Result<JournalFile> JournalFile::open(const std::filesystem::path& path, const std::string& vfs) {
  auto database = io::Database::open(path, {.vfs = vfs});
  if (!database) return database.error();
  JournalFile file(std::move(*database));
  // The cleaner checkpoints; the writer does it only when that cannot keep up.
  auto done = file.database_.run("PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=8000");
  if (done) done = check(file.database_);
  if (done) done = file.read_head();
  if (!done) {
    const Error& error = done.error();
    if (error.code() != ErrorCode::invalid) return error.within(path.string());
    return Error(
        ErrorCode::invalid,
        fmt::format(
            "{}: {}. Rejects cannot be kept in it: move it away (a copy can be read with sqlite3) and "
            "start again",
            path.string(), error.message()));
  }
  return file;
}

Result<void> JournalFile::read_head() {
  auto last = database_.number("SELECT max(seq) FROM entry");
  auto floor = database_.number("SELECT value FROM meta WHERE name = 'floor'");
  auto identity = database_.number("SELECT value FROM meta WHERE name = 'identity'");
  for (const auto* result : {&last, &floor, &identity}) {
    if (!*result) return result->error();
  }
  if (!*floor || !*identity) return Error(ErrorCode::invalid, "the journal's head is missing");
  head_ = static_cast<std::uint64_t>(std::max(last->value_or(0), **floor));
  identity_ = **identity;
  head_known_ = true;
  return {};
}

Result<std::uint64_t> JournalFile::append(const std::vector<const Entry*>& entries,
                                          const EvaluatedCounts& counts) {
  if (!head_known_) {
    // A commit failed: what the file then has is for the file to say.
    if (auto read = read_head(); !read) return read.error();
  }
  head_known_ = false;
  auto transaction = io::Transaction::begin(database_, io::Transaction::Kind::immediate);
  if (!transaction) return transaction.error();
  auto insert = database_.prepare("INSERT INTO entry VALUES(?1, ?2, ?3, ?4, ?5, ?6)");
  if (!insert) return insert.error();
  std::uint64_t seq = head_;
  for (const Entry* entry : entries) {
    insert->bind(1, static_cast<std::int64_t>(++seq)).bind(2, static_cast<std::int64_t>(entry->kind));
    insert->bind(3, entry->time_ms)
        .bind(4, Bytes(entry->first_id.bytes))
        .bind(5, Bytes(entry->last_id.bytes));
    insert->bind_view(6, entry->body);
    if (auto done = insert->run(); !done) return done.error();
  }
  if (auto done = append_counts(counts); !done) return done.error();
  if (auto done = transaction->commit(); !done) return done.error();
  head_known_ = true;
  return head_ = seq;
}

Result<void> JournalFile::append_counts(const EvaluatedCounts& counts) {
  if (counts.empty()) return {};
  auto add = database_.prepare(
      "INSERT INTO evaluated VALUES(?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET records = records + "
      "excluded.records");
  if (!add) return add.error();
  for (const auto& [key, records] : counts.counts()) {
    const auto& [hour_ms, topic, rule, client_id] = key;
    add->bind(1, topic).bind(2, rule).bind(3, client_id).bind(4, hour_ms);
    add->bind(5, static_cast<std::int64_t>(records));
    if (auto done = add->run(); !done) return done;
  }
  return {};
}

Result<void> JournalFile::probe() {
  return database_.run("UPDATE meta SET value = value + 1 WHERE name = 'probe'");
}

Result<JournalReader> JournalReader::open(const std::filesystem::path& path, const std::string& vfs) {
  auto database = io::Database::open(path, {.read_only = true, .vfs = vfs});
  if (!database) return database.error();
  return JournalReader(std::move(*database));
}

Result<void> JournalReader::each_from(std::uint64_t first,
                                      const std::function<bool(const StoredEntry&)>& callback) {
  auto select = database_.prepare("SELECT seq, kind, body FROM entry WHERE seq >= ?1 ORDER BY seq");
  if (!select) return select.error();
  select->bind(1, static_cast<std::int64_t>(first));
  while (true) {
    auto row = select->step();
    if (!row) return row.error();
    if (!*row) return {};
    if (!callback({static_cast<std::uint64_t>(select->integer(0)), static_cast<EntryKind>(select->integer(1)),
                   select->blob(2)})) {
      return {};
    }
  }
}

Result<Buffer> JournalReader::body(std::uint64_t seq) {
  auto select = database_.prepare("SELECT body FROM entry WHERE seq = ?1");
  if (!select) return select.error();
  auto row = select->bind(1, static_cast<std::int64_t>(seq)).step();
  if (!row) return row.error();
  if (!*row) return Error(ErrorCode::not_found, "expired");
  const Bytes body = select->blob(0);
  return Buffer(body.begin(), body.end());
}

Result<void> JournalReader::each_with_id(std::uint64_t after, const Ulid& id,
                                         const std::function<bool(const StoredEntry&)>& callback) {
  auto select = database_.prepare(
      "SELECT seq, kind, body FROM entry WHERE seq > ?1 AND first_id <= ?2 AND last_id >= ?2 AND kind = 1 "
      "ORDER BY seq DESC");
  if (!select) return select.error();
  select->bind(1, static_cast<std::int64_t>(after)).bind(2, Bytes(id.bytes));
  while (true) {
    auto row = select->step();
    if (!row) return row.error();
    if (!*row) return {};
    if (!callback({static_cast<std::uint64_t>(select->integer(0)), EntryKind::draft, select->blob(2)}))
      return {};
  }
}

}  // namespace assay::rejects
