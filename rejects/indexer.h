// The thread behind the journal: makes entries searchable, expires the oldest, keeps both files tidy.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/metrics.h"
#include "rejects/index_file.h"
#include "rejects/journal.h"
#include "rejects/journal_file.h"

namespace assay::rejects {

struct IndexerOptions {
  std::filesystem::path journal_path;
  std::filesystem::path index_path;
  std::string vfs;
  std::int64_t retention_age_ms = 0;
  std::uint64_t retention_bytes = 0;
  std::int64_t retry_window_ms = 0;
  std::int64_t maintenance_period_ms = 0;
};

class Indexer {
 public:
  // A damaged or foreign index is made anew. The journal, metrics and clock must outlive it.
  static Result<std::unique_ptr<Indexer>> open(IndexerOptions options, Journal& journal, Metrics& metrics,
                                               const Clock& clock);
  ~Indexer();

  void wake();  // the journal has more
  std::uint64_t indexed() const { return indexed_.load(std::memory_order_acquire); }
  // True once the entry is searchable; false when that takes longer.
  bool wait_for(std::uint64_t seq, std::int64_t wait_ms);

  // Readers: hold `files` shared while opening the index, and open it again when the generation has changed.
  std::shared_mutex& files() { return files_; }
  std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }
  // A reader found the index damaged.
  void request_rebuild();

 private:
  struct Series;

  Indexer(IndexerOptions options, Journal& journal, Metrics& metrics, const Clock& clock, IndexFile index,
          JournalReader reader, JournalCleaner cleaner);
  void loop();
  // One transaction's worth. False: something failed, and a pause is due.
  bool index_some();
  Result<void> add(const StoredEntry& entry);
  bool recover(const Error& error, const char* what);
  Result<void> reopen(bool rebuild);
  void maintain();
  // Expires what is over age or size, a few chunks at a time. True: there is more.
  Result<bool> expire_some();
  Result<bool> expire_chunk(EpochMs before_ms, std::uint64_t bytes_max);

  const IndexerOptions options_;
  Journal& journal_;
  const Clock& clock_;
  std::unique_ptr<Series> series_;
  std::optional<IndexFile> index_;  // none: opening it again failed
  JournalReader reader_;
  JournalCleaner cleaner_;
  std::shared_mutex files_;
  std::atomic<std::uint64_t> generation_{1};
  std::atomic<std::uint64_t> indexed_;
  std::chrono::steady_clock::time_point next_maintenance_;

  std::mutex mutex_;
  std::condition_variable work_;     // for the thread
  std::condition_variable changed_;  // for those who wait for it
  int waiting_ = 0;                  // callers of wait_for
  bool woken_ = true;
  bool rebuild_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace assay::rejects
