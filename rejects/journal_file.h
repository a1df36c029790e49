// The journal's SQLite file: entries that are only ever appended, read in order, and in the end expired.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "io/sqlite/sqlite.h"
#include "rejects/evaluated.h"
#include "rejects/pack.h"

namespace assay::rejects {

// The writer's side; used by the writer thread only.
class JournalFile {
 public:
  // `durable`: the file is on the disk when `append` returns (synchronous=FULL).
  static Result<JournalFile> open(const std::filesystem::path& path, const std::string& vfs);

  // All of it in one durable commit, or nothing. Returns the last entry's number.
  Result<std::uint64_t> append(const std::vector<const Entry*>& entries, const EvaluatedCounts& counts);
  // A small write, to see whether the disk takes any.
  Result<void> probe();
  // Newest entry's number; 0 when there never was one.
  std::uint64_t head() const { return head_; }
  // Names this journal, so that an index of another one is recognised.
  std::int64_t identity() const { return identity_; }

 private:
  explicit JournalFile(io::Database database) : database_(std::move(database)) {}
  Result<void> read_head();
  Result<void> append_counts(const EvaluatedCounts& counts);

  io::Database database_;
  std::uint64_t head_ = 0;
  std::int64_t identity_ = 0;
  bool head_known_ = false;
};

struct StoredEntry {
  std::uint64_t seq = 0;
  EntryKind kind = EntryKind::draft;
  Bytes body;  // until the callback returns
};

// The readers' side: a connection of its own, for one thread at a time.
class JournalReader {
 public:
  static Result<JournalReader> open(const std::filesystem::path& path, const std::string& vfs);

  // Entries from `first` on, in order, until the callback says false.
  Result<void> each_from(std::uint64_t first, const std::function<bool(const StoredEntry&)>& callback);
  // The body of one entry; `not_found` when it is expired.
  Result<Buffer> body(std::uint64_t seq);
  // Drafts beyond `after` whose ids can include `id`, newest first, until the callback says false.
  Result<void> each_with_id(std::uint64_t after, const Ulid& id,
                            const std::function<bool(const StoredEntry&)>& callback);
  io::Database& database() { return database_; }

 private:
  explicit JournalReader(io::Database database) : database_(std::move(database)) {}
  io::Database database_;
};

// Expiry, by a connection that need not be durable: an entry that comes back after a crash expires again.
class JournalCleaner {
 public:
  static Result<JournalCleaner> open(const std::filesystem::path& path, const std::string& vfs);

  struct Span {
    std::uint64_t last_seq = 0;  // 0: nothing to delete
    std::uint64_t bytes = 0;
  };
  // The oldest entries, up to `up_to` and at most `entries_max` and about `bytes_max`, that are older than
  // `before_ms`.
  Result<Span> oldest(std::uint64_t up_to, EpochMs before_ms, std::uint64_t entries_max,
                      std::uint64_t bytes_max);
  // Entries up to `last_seq`, and never the number itself again.
  Result<std::uint64_t> remove(std::uint64_t last_seq);
  Result<void> remove_counts(EpochMs before_ms);
  // Bytes in use, without free pages; the write-ahead log not counted.
  Result<std::uint64_t> used_bytes();
  // Checkpoints, and gives free pages back to the file system when they are many.
  Result<void> tidy();

 private:
  explicit JournalCleaner(io::Database database) : database_(std::move(database)) {}
  io::Database database_;
};

// Used pages in bytes, and the tidying that journal and index share.
Result<std::uint64_t> used_bytes(io::Database& database);
Result<void> tidy(io::Database& database);

}  // namespace assay::rejects
