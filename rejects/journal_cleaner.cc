#include "rejects/journal_file.h"

namespace assay::rejects {

Result<JournalCleaner> JournalCleaner::open(const std::filesystem::path& path, const std::string& vfs) {
  auto database = io::Database::open(path, {.vfs = vfs});
  if (!database) return database.error();
  // Not FULL: the writer's next commit makes these pages durable too, and nobody waits for them.
  auto done =
      database->run("PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=0; PRAGMA secure_delete=FAST");
  if (!done) return done.error();
  return JournalCleaner(std::move(*database));
}

Result<JournalCleaner::Span> JournalCleaner::oldest(std::uint64_t up_to, EpochMs before_ms,
                                                    std::uint64_t entries_max, std::uint64_t bytes_max) {
  auto select =
      database_.prepare("SELECT seq, time_ms, length(body) FROM entry WHERE seq <= ?1 ORDER BY seq LIMIT ?2");
  if (!select) return select.error();
  select->bind(1, static_cast<std::int64_t>(up_to)).bind(2, static_cast<std::int64_t>(entries_max));
  Span span;
  while (span.bytes < bytes_max) {
    auto row = select->step();
    if (!row) return row.error();
    if (!*row || select->integer(1) >= before_ms) break;
    span.last_seq = static_cast<std::uint64_t>(select->integer(0));
    span.bytes += static_cast<std::uint64_t>(select->integer(2));
  }
  return span;
}

Result<std::uint64_t> JournalCleaner::remove(std::uint64_t last_seq) {
  auto transaction = io::Transaction::begin(database_, io::Transaction::Kind::immediate);
  if (!transaction) return transaction.error();
  auto raise = database_.prepare("UPDATE meta SET value = max(value, ?1) WHERE name = 'floor'");
  auto remove = database_.prepare("DELETE FROM entry WHERE seq <= ?1");
  if (!raise) return raise.error();
  if (!remove) return remove.error();
  if (auto done = raise->bind(1, static_cast<std::int64_t>(last_seq)).run(); !done) return done.error();
  if (auto done = remove->bind(1, static_cast<std::int64_t>(last_seq)).run(); !done) return done.error();
  const std::uint64_t removed = database_.changes();
  if (auto done = transaction->commit(); !done) return done.error();
  return removed;
}

Result<void> JournalCleaner::remove_counts(EpochMs before_ms) {
  auto remove = database_.prepare("DELETE FROM evaluated WHERE hour_ms < ?1");
  if (!remove) return remove.error();
  return remove->bind(1, before_ms).run();
}

Result<std::uint64_t> JournalCleaner::used_bytes() {
  return rejects::used_bytes(database_);
}

Result<void> JournalCleaner::tidy() {
  return rejects::tidy(database_);
}

Result<std::uint64_t> used_bytes(io::Database& database) {
  std::uint64_t values[3] = {};
  std::size_t at = 0;
  for (const char* pragma : {"PRAGMA page_count", "PRAGMA freelist_count", "PRAGMA page_size"}) {
    auto value = database.number(pragma);
    if (!value) return value.error();
    values[at++] = static_cast<std::uint64_t>(value->value_or(0));
  }
  return (values[0] - values[1]) * values[2];
}

Result<void> tidy(io::Database& database) {
  // Free pages are used again by what comes next; only many more than that are worth moving pages for.
  constexpr std::int64_t kFreePagesKept = 4096;
  auto free_pages = database.number("PRAGMA freelist_count");
  auto pages = database.number("PRAGMA page_count");
  if (!free_pages) return free_pages.error();
  if (!pages) return pages.error();
  if (free_pages->value_or(0) > std::max(kFreePagesKept, pages->value_or(0) / 4)) {
    // 4 MB at a time: the write lock is held meanwhile.
    if (auto done = database.run("PRAGMA incremental_vacuum(1024)"); !done) return done;
  }
  // PASSIVE blocks nobody. What readers hold back now is done the next time.
  return database.run("PRAGMA wal_checkpoint(PASSIVE)");
}

}  // namespace assay::rejects
