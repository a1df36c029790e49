// The index's SQLite file: one row per kept record, with what is searched by. Built from the journal, and
// only from it: it can be deleted at any time. Used by the index thread; queries have connections of their
// own (query.h).
//
// A row's number is its entry's number << 20 | its position there: the same after every rebuild, so cursors
// stay good.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/error.h"
#include "io/sqlite/sqlite.h"
#include "rejects/journal_file.h"
#include "rejects/pack.h"
#include "rejects/row.h"

namespace assay::rejects {

inline constexpr unsigned kPositionBits = 20;

inline std::uint64_t row_number(std::uint64_t seq, std::size_t position) {
  return seq << kPositionBits | position;
}
inline std::uint64_t seq_of(std::uint64_t row_number) {
  return row_number >> kPositionBits;
}
inline std::size_t position_of(std::uint64_t row_number) {
  return row_number & (kRowsPerEntryMax - 1);
}

// SQLite's integers are signed; numbers above 2^63 (hashes) keep their bits.
inline std::int64_t as_sql(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}

// The row of one stored record, as it is before any retry or change of state. REQUIRES: position < records.
RejectRow row_of(const StoredDraft& draft, std::size_t position);

// After an error within a transaction it is no longer in step with its file: to be opened anew.
class IndexFile {
 public:
  // `invalid`: damaged, of another version or of another journal: to be deleted and made anew.
  static Result<IndexFile> open(const std::filesystem::path& path, const std::string& vfs,
                                std::int64_t journal_identity, std::int64_t retry_window_ms);
  // The file and what SQLite keeps beside it.
  static void remove(const std::filesystem::path& path);

  Result<io::Transaction> begin();
  // Within a transaction, in the order of the journal.
  Result<void> add_draft(std::uint64_t seq, const StoredDraft& draft);
  Result<void> change_state(const StateChange& change);
  // Remembers the last entry that was seen, whatever was in it.
  Result<void> set_indexed(std::uint64_t seq);
  std::uint64_t indexed() const { return indexed_; }

  // Rows of the entries up to `last_seq`, in a transaction of its own. Returns how many rows there were.
  Result<std::uint64_t> expire(std::uint64_t last_seq);
  // Fingerprints that no row has any more.
  Result<void> forget_fingerprints();
  Result<std::uint64_t> used_bytes() { return rejects::used_bytes(database_); }
  Result<void> tidy() { return rejects::tidy(database_); }

 private:
  // Prepared once; the order of the texts is in index_file.cc.
  enum Prepared : std::uint8_t {
    kInsertBatch,
    kInsertRow,
    kInsertViolation,
    kInsertFingerprint,
    kInsertAlias,
    kFindBatches,
    kFindRecords,
    kRaiseRow,
    kRaiseBatch,
    kUpdateState,
    kUpdateMeta,
    kPreparedCount
  };

  explicit IndexFile(io::Database database) : database_(std::move(database)) {}
  Result<void> prepare_all();
  Result<void> add_batch(std::uint64_t seq, const StoredDraft& draft);
  Result<void> add_row(std::uint64_t seq, const StoredDraft& draft, std::size_t position);
  Result<void> add_violations(std::uint64_t row_no, const RejectRow& row);
  Result<void> add_fingerprint(const RejectRow& row);
  // Records of earlier batches that this one may be a retry of: (index in the batch, content) -> row.
  using Known = std::map<std::pair<std::uint32_t, std::int64_t>, std::uint64_t>;
  Result<Known> known_records(const StoredDraft& draft);
  Result<void> raise(std::uint64_t row_no, const StoredRecord& record, EpochMs time_ms);
  Result<void> set_meta(std::string_view name, std::int64_t value);

  io::Database database_;
  std::vector<io::Statement> statements_;
  std::int64_t retry_window_ms_ = 0;
  std::uint64_t indexed_ = 0;
  std::optional<EpochMs> high_ms_;                        // latest draft time so far
  std::int64_t disorder_ms_ = 0;                          // how far a draft's time was ever behind it
  std::unordered_set<std::uint64_t> known_fingerprints_;  // that a row is there for; bounded
};

}  // namespace assay::rejects
