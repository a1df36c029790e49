#include "rejects/index_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "rejects/index_schema.h"

namespace assay::rejects {
namespace {

// A client that never gets its sequence right could fill this; more than the newest few need not be looked
// at.
constexpr int kRetryCandidatesMax = 16;

// In the order of IndexFile::Prepared.
const std::array kStatements = {
    std::string("INSERT INTO batch "
                "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21)"),
    // An id that is there already is an accident of whoever gave it; the first one keeps it.
    std::string("INSERT OR IGNORE INTO reject "
                "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,"
                "?20,1,?3)"),
    std::string("INSERT INTO violation VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)"),
    std::string("INSERT OR IGNORE INTO fingerprint VALUES(?1,?2,?3,?4,?5)"),
    std::string("INSERT OR IGNORE INTO alias VALUES(?1,?2)"),
    fmt::format(
        "SELECT seq FROM (SELECT seq FROM batch WHERE producer_id >= 0 AND producer_id = ?1 AND sequence = "
        "?2 AND "
        "epoch = ?3 AND topic = ?4 AND partition = ?5 AND outcome = ?6 UNION SELECT seq FROM batch WHERE "
        "crc = ?7 AND topic = ?4 AND partition = ?5 AND outcome = ?6 AND client_id = ?8 AND principal = ?9 "
        "AND "
        "host = ?10 AND last_ms BETWEEN ?11 AND ?12) ORDER BY seq DESC LIMIT {}",
        kRetryCandidatesMax),
    std::string("SELECT row_no, record_index, content FROM reject WHERE row_no BETWEEN ?1 AND ?2"),
    std::string("UPDATE reject SET occurrences = occurrences + 1, last_seen_ms = max(last_seen_ms, ?2) WHERE "
                "row_no = ?1"),
    std::string("UPDATE batch SET last_ms = max(last_ms, ?2) WHERE seq = ?1"),
    std::string(
        "UPDATE reject SET state = ?2 WHERE id = ?1 OR row_no = (SELECT row_no FROM alias WHERE id = ?1)"),
    std::string("INSERT INTO meta VALUES(?1,?2) ON CONFLICT DO UPDATE SET value = excluded.value"),
};

Result<void> make(io::Database& database, std::int64_t journal_identity) {
  auto done = database.run("PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL");
  if (!done) return done;
  auto transaction = io::Transaction::begin(database, io::Transaction::Kind::immediate);
  if (!transaction) return transaction.error();
  if (done = database.run(kIndexSchema); !done) return done;
  done =
      database.run(fmt::format("INSERT INTO meta VALUES('journal', {}), ('indexed', 0), ('disorder', 0);"
                               "PRAGMA application_id={}; PRAGMA user_version={}",
                               journal_identity, kIndexApplicationId, kIndexVersion));
  if (!done) return done;
  return transaction->commit();
}

}  // namespace

Result<IndexFile> IndexFile::open(const std::filesystem::path& path, const std::string& vfs,
                                  std::int64_t journal_identity, std::int64_t retry_window_ms) {
  auto database = io::Database::open(path, {.vfs = vfs});
  if (!database) return database.error();
  IndexFile file(std::move(*database));
  file.retry_window_ms_ = retry_window_ms;
  io::Database& db = file.database_;
  auto done = db.run("PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=4000; PRAGMA cache_size=-16000");
  if (!done) return done.error();
  auto tables = db.number("SELECT count(*) FROM sqlite_schema");
  if (!tables) return tables.error();
  if (**tables == 0) {
    if (done = make(db, journal_identity); !done) return done.error();
  }
  auto application = db.number("PRAGMA application_id");
  auto version = db.number("PRAGMA user_version");
  if (!application) return application.error();
  if (!version) return version.error();
  if (**application != kIndexApplicationId || **version != kIndexVersion) {
    return Error(ErrorCode::invalid, "not an index of this version");
  }
  auto journal = db.number("SELECT value FROM meta WHERE name = 'journal'");
  auto indexed = db.number("SELECT value FROM meta WHERE name = 'indexed'");
  auto disorder = db.number("SELECT value FROM meta WHERE name = 'disorder'");
  auto high = db.number("SELECT max(high_ms) FROM batch");
  for (const auto* result : {&journal, &indexed, &disorder, &high}) {
    if (!*result) return result->error();
  }
  if (*journal != journal_identity) return Error(ErrorCode::invalid, "the index of another journal");
  file.indexed_ = static_cast<std::uint64_t>(indexed->value_or(0));
  file.disorder_ms_ = disorder->value_or(0);
  file.high_ms_ = *high;
  if (done = file.prepare_all(); !done) return done.error();
  return file;
}

void IndexFile::remove(const std::filesystem::path& path) {
  std::error_code ignored;
  for (const char* suffix : {"", "-wal", "-shm", "-journal"})
    std::filesystem::remove(path.string() + suffix, ignored);
}

Result<void> IndexFile::prepare_all() {
  static_assert(kPreparedCount == std::tuple_size_v<decltype(kStatements)>);
  for (const std::string& sql : kStatements) {
    auto statement = database_.prepare(sql);
    if (!statement) return statement.error();
    statements_.push_back(std::move(*statement));
  }
  return {};
}

Result<io::Transaction> IndexFile::begin() {
  return io::Transaction::begin(database_, io::Transaction::Kind::immediate);
}

Result<void> IndexFile::set_meta(std::string_view name, std::int64_t value) {
  return statements_[kUpdateMeta].bind(1, name).bind(2, value).run();
}

Result<void> IndexFile::set_indexed(std::uint64_t seq) {
  indexed_ = seq;
  return set_meta("indexed", as_sql(seq));
}

Result<void> IndexFile::change_state(const StateChange& change) {
  for (const Ulid& id : change.ids) {
    auto done = statements_[kUpdateState]
                    .bind(1, Bytes(id.bytes))
                    .bind(2, static_cast<std::int64_t>(change.state))
                    .run();
    if (!done) return done;
  }
  return {};
}

Result<void> IndexFile::forget_fingerprints() {
  known_fingerprints_.clear();
  return database_.run(
      "DELETE FROM fingerprint WHERE NOT EXISTS (SELECT 1 FROM reject r WHERE r.fingerprint = "
      "fingerprint.fingerprint)");
}

Result<std::uint64_t> IndexFile::expire(std::uint64_t last_seq) {
  auto transaction = begin();
  if (!transaction) return transaction.error();
  const std::uint64_t first_kept = row_number(last_seq + 1, 0);
  std::uint64_t rows = 0;
  for (const std::string_view sql :
       {"DELETE FROM reject WHERE row_no < ?1", "DELETE FROM violation WHERE row_no < ?1",
        "DELETE FROM alias WHERE row_no < ?1", "DELETE FROM batch WHERE seq < ?2"}) {
    auto statement = database_.prepare(sql);
    if (!statement) return statement.error();
    if (sql.find("?2") == std::string_view::npos) {
      statement->bind(1, as_sql(first_kept));
    } else {
      statement->bind(2, as_sql(last_seq + 1));
    }
    if (auto done = statement->run(); !done) return done.error();
    if (sql.starts_with("DELETE FROM reject")) rows = database_.changes();
  }
  if (auto done = transaction->commit(); !done) return done.error();
  return rows;
}

}  // namespace assay::rejects
