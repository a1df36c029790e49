#include "rejects/indexer.h"

#include <algorithm>
#include <limits>

#include "base/log.h"

namespace assay::rejects {
namespace {

// One transaction: bounds how long the index's write lock, and the read of the journal, are held.
constexpr std::uint64_t kEntriesPerStep = 512, kRowsPerStep = 5'000, kBytesPerStep = 4UL << 20;
constexpr std::uint64_t kEntriesPerExpiry = 256, kBytesPerExpiry = 4UL << 20;
constexpr int kExpiriesPerTurn = 16;
// Between two steps when nobody waits for the index: rows of one burst share a transaction, and the disk is
// left to the journal.
constexpr auto kGather = std::chrono::milliseconds(10);
constexpr auto kPauseAfterError = std::chrono::seconds(1);

}  // namespace

struct Indexer::Series {
  explicit Series(Metrics& metrics)
      : lag(metrics.gauge("assay_rejects_index_lag_entries", "Journal entries that are not searchable yet")),
        disk(metrics.gauge("assay_rejects_disk_bytes", "Bytes in use in the reject journal and index")),
        rebuilds(
            metrics.counter("assay_rejects_index_rebuilds_total", "Times the reject index was made anew")),
        errors(metrics.counter("assay_rejects_index_errors_total", "Failed steps of the reject index")),
        unreadable(
            metrics.counter("assay_rejects_unreadable_total", "Journal entries that could not be read")),
        expired(metrics.counter("assay_rejects_expired_total",
                                "Rejects deleted for their age or for the size")) {}

  prometheus::Gauge& lag;
  prometheus::Gauge& disk;
  prometheus::Counter& rebuilds;
  prometheus::Counter& errors;
  prometheus::Counter& unreadable;
  prometheus::Counter& expired;
};

Result<std::unique_ptr<Indexer>> Indexer::open(IndexerOptions options, Journal& journal, Metrics& metrics,
                                               const Clock& clock) {
  const auto open_index = [&] {
    return IndexFile::open(options.index_path, options.vfs, journal.identity(), options.retry_window_ms);
  };
  bool rebuilt = false;
  auto index = open_index();
  if (index ? index->indexed() > journal.head() : index.error().code() == ErrorCode::invalid) {
    spdlog::warn("the reject index is made anew: {}",
                 index ? "it is ahead of its journal" : index.error().message());
    if (index) index = Error(ErrorCode::internal, "closed");
    IndexFile::remove(options.index_path);
    index = open_index();
    rebuilt = true;
  }
  if (!index) return index.error().within(options.index_path.string());
  auto reader = JournalReader::open(options.journal_path, options.vfs);
  auto cleaner = JournalCleaner::open(options.journal_path, options.vfs);
  if (!reader) return reader.error();
  if (!cleaner) return cleaner.error();
  std::unique_ptr<Indexer> indexer(new Indexer(std::move(options), journal, metrics, clock, std::move(*index),
                                               std::move(*reader), std::move(*cleaner)));
  if (rebuilt) indexer->series_->rebuilds.Increment();
  indexer->thread_ = std::thread([&indexer = *indexer] { indexer.loop(); });
  return indexer;
}

Indexer::Indexer(IndexerOptions options, Journal& journal, Metrics& metrics, const Clock& clock,
                 IndexFile index, JournalReader reader, JournalCleaner cleaner)
    : options_(std::move(options)),
      journal_(journal),
      clock_(clock),
      series_(std::make_unique<Series>(metrics)),
      index_(std::move(index)),
      reader_(std::move(reader)),
      cleaner_(std::move(cleaner)),
      indexed_(index_->indexed()),
      next_maintenance_(std::chrono::steady_clock::now()) {}

Indexer::~Indexer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_all();
  changed_.notify_all();
  thread_.join();
}

void Indexer::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  work_.notify_one();
}

void Indexer::request_rebuild() {
  {
    const std::lock_guard lock(mutex_);
    rebuild_ = true;
  }
  work_.notify_one();
}

bool Indexer::wait_for(std::uint64_t seq, std::int64_t wait_ms) {
  if (indexed() >= seq) return true;
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::milliseconds(wait_ms), [&] {
    return stopping_ || indexed() >= seq;
  }) && indexed() >= seq;
}

void Indexer::loop() {
  bool pause = false, gather = false;
  while (true) {
    bool rebuild = false;
    {
      std::unique_lock lock(mutex_);
      const auto asked = [this] { return stopping_ || rebuild_; };
      if (pause) {
        work_.wait_for(lock, kPauseAfterError, asked);
      } else {
        work_.wait_until(lock, next_maintenance_, [&] { return asked() || woken_; });
        if (gather) work_.wait_for(lock, kGather, [&] { return asked() || waiting_ > 0; });
      }
      if (stopping_) return;
      woken_ = false;
      std::swap(rebuild, rebuild_);
    }
    if (rebuild || !index_) {
      const auto reopened = reopen(rebuild);
      pause = !reopened && !recover(reopened.error(), "opened");
      if (pause) continue;
    }
    pause = index_ && indexed() < journal_.head() && !index_some();
    series_->lag.Set(static_cast<double>(journal_.head() - std::min(journal_.head(), indexed())));
    if (!pause && std::chrono::steady_clock::now() >= next_maintenance_) maintain();
    gather = indexed() >= journal_.head();
    if (!pause && !gather) wake();
  }
}

bool Indexer::index_some() {
  Result<void> added;
  std::uint64_t entries = 0, rows = 0, bytes = 0, last = indexed();
  const std::uint64_t head =
      journal_.head();  // before the read, so that what comes meanwhile is not passed over
  Result<void> read;
  {
    auto transaction = index_->begin();
    if (!transaction) return recover(transaction.error(), "written");
    read = reader_.each_from(last + 1, [&](const StoredEntry& entry) {
      added = add(entry);
      if (!added) return false;
      last = entry.seq;
      bytes += entry.body.size();
      rows += entry.body.size() / 200 + 1;  // about
      return ++entries < kEntriesPerStep && rows < kRowsPerStep && bytes < kBytesPerStep;
    });
    // Expired entries leave gaps at the start; an empty rest means that all up to the head is gone.
    if (read && entries == 0) last = head;
    if (added && read) added = index_->set_indexed(last);
    if (added && read) added = transaction->commit();
  }
  if (!read) {
    series_->errors.Increment();
    spdlog::error("the reject journal cannot be read: {}", read.error().message());
    index_.reset();  // nothing of it is wrong, but it is out of step with its file
    return false;
  }
  if (!added) return recover(added.error(), "written");
  {
    const std::lock_guard lock(mutex_);
    indexed_.store(last, std::memory_order_release);
  }
  changed_.notify_all();
  return true;
}

Result<void> Indexer::add(const StoredEntry& entry) {
  const auto skip = [&](const Error& error) -> Result<void> {
    series_->unreadable.Increment();
    spdlog::error("entry {} of the reject journal is left out: {}", entry.seq, error.message());
    return {};
  };
  if (entry.kind == EntryKind::draft) {
    const auto draft = unpack_draft(entry.body);
    return draft ? index_->add_draft(entry.seq, *draft) : skip(draft.error());
  }
  if (entry.kind == EntryKind::state_change) {
    const auto change = unpack_state_change(entry.body);
    return change ? index_->change_state(*change) : skip(change.error());
  }
  return skip(Error(ErrorCode::unsupported, "its kind is not known"));
}

// After a failed step. True: the index stands again, go on at once.
bool Indexer::recover(const Error& error, const char* what) {
  static LogThrottle throttle(10'000);
  std::uint64_t suppressed = 0;
  series_->errors.Increment();
  if (throttle.admit(clock_.now_ms(), suppressed)) {
    spdlog::error("the reject index cannot be {}: {} ({} such lines left out)", what, error.message(),
                  suppressed);
  }
  // Whether damaged or out of step with its file: open it anew, and if need be make it anew.
  return reopen(error.code() == ErrorCode::invalid).has_value() && error.code() == ErrorCode::invalid;
}

Result<void> Indexer::reopen(bool rebuild) {
  const std::unique_lock lock(files_);
  index_.reset();
  if (rebuild) {
    series_->rebuilds.Increment();
    spdlog::warn("the reject index is made anew from the journal");
    IndexFile::remove(options_.index_path);
    generation_.fetch_add(1, std::memory_order_acq_rel);
  }
  auto index =
      IndexFile::open(options_.index_path, options_.vfs, journal_.identity(), options_.retry_window_ms);
  if (!index) return index.error();
  index_.emplace(std::move(*index));
  indexed_.store(index_->indexed(), std::memory_order_release);
  return {};
}

void Indexer::maintain() {
  auto more = expire_some();
  if (more && !*more) {
    auto tidied = index_->tidy();
    if (tidied) tidied = cleaner_.tidy();
    if (!tidied) more = tidied.error();
  }
  if (!more) {
    series_->errors.Increment();
    spdlog::error("rejects cannot be expired: {}", more.error().message());
  }
  const auto index_bytes = index_->used_bytes();
  const auto journal_bytes = cleaner_.used_bytes();
  if (index_bytes && journal_bytes) series_->disk.Set(static_cast<double>(*index_bytes + *journal_bytes));
  const bool hurry = more && *more;
  next_maintenance_ = std::chrono::steady_clock::now();
  if (!hurry) next_maintenance_ += std::chrono::milliseconds(options_.maintenance_period_ms);
}

Result<bool> Indexer::expire_some() {
  const EpochMs before_ms = clock_.now_ms() - options_.retention_age_ms;
  int turns = 0;
  for (bool more = true; more; ++turns) {
    if (turns == kExpiriesPerTurn) return true;
    auto index_bytes = index_->used_bytes();
    auto journal_bytes = cleaner_.used_bytes();
    if (!index_bytes) return index_bytes.error();
    if (!journal_bytes) return journal_bytes.error();
    const std::uint64_t used_bytes = *index_bytes + *journal_bytes;
    const bool too_large = used_bytes > options_.retention_bytes;
    // No more than what is too much: a small bound would else lose all that it has room for.
    const std::uint64_t bytes = too_large ? used_bytes - options_.retention_bytes : kBytesPerExpiry;
    auto expired = expire_chunk(too_large ? std::numeric_limits<EpochMs>::max() : before_ms,
                                std::min(bytes, kBytesPerExpiry));
    if (!expired) return expired.error();
    more = *expired;
  }
  if (turns > 1) {
    if (auto done = index_->forget_fingerprints(); !done) return done.error();
  }
  if (auto done = cleaner_.remove_counts(before_ms); !done) return done.error();
  return false;
}

// The index first: an entry without rows is expired again, rows without their entry would have lost their
// payload.
Result<bool> Indexer::expire_chunk(EpochMs before_ms, std::uint64_t bytes_max) {
  auto span = cleaner_.oldest(indexed(), before_ms, kEntriesPerExpiry, bytes_max);
  if (!span) return span.error();
  if (span->last_seq == 0) return false;
  auto rows = index_->expire(span->last_seq);
  if (!rows) return rows.error();
  series_->expired.Increment(static_cast<double>(*rows));
  auto removed = cleaner_.remove(span->last_seq);
  if (!removed) return removed.error();
  return true;
}

}  // namespace assay::rejects
