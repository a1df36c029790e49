// The queue before the journal's file, and the one thread that writes it: whatever waits goes into one
// commit.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "base/metrics.h"
#include "rejects/journal_file.h"
#include "rejects/reject_store.h"

namespace assay::rejects {

class Journal {
 public:
  // `committed` is called on the writer thread after each commit that added entries.
  static Result<std::unique_ptr<Journal>> open(const std::filesystem::path& path, const std::string& vfs,
                                               const Limits& limits, Metrics& metrics, const Clock& clock,
                                               std::function<void()> committed);
  ~Journal();
  // Writes what waits, tells its tickets, ends the threads. Nothing may be handed over afterwards.
  void close();

  // Never blocks on the disk. The ticket is called once, on a thread of the journal's.
  void append(std::vector<Entry> entries, Ticket ticket);
  // May use half of the queue only, and is dropped and counted beyond.
  void append_if_possible(std::vector<Entry> entries);
  // Records that were lost before they reached the queue.
  void lose(std::uint64_t records);
  void count(std::vector<Evaluated> evaluated);
  // Told a failure before it reached the queue: the ticket is called as `append` would.
  void refuse(Ticket ticket, Error error);

  // Returns when everything handed over before, counts too, is durable or has failed; or after `wait_ms`.
  void flush(std::int64_t wait_ms);
  // Newest durable entry.
  std::uint64_t head() const { return head_.load(std::memory_order_acquire); }
  std::int64_t identity() const { return identity_; }
  bool writable() const { return writable_.load(std::memory_order_relaxed); }

 private:
  struct Item {
    std::vector<Entry> entries;
    Ticket ticket;  // none: best effort
    std::size_t bytes = 0;
  };
  struct Series;  // of the metrics

  Journal(JournalFile file, const Limits& limits, Metrics& metrics, const Clock& clock,
          std::function<void()> committed);
  bool enqueue(std::vector<Entry>& entries, Ticket& ticket, std::size_t bytes_max);
  void write_loop();
  void refuse_loop();
  std::vector<Item> take_group(EvaluatedCounts& counts);
  void write(std::vector<Item> group, const EvaluatedCounts& counts);
  void tell(std::vector<Item>& group, const Result<std::uint64_t>& written);
  void probe();

  JournalFile file_;
  const Limits& limits_;
  const Clock& clock_;
  std::function<void()> committed_;
  std::unique_ptr<Series> series_;
  const std::int64_t identity_;
  std::atomic<std::uint64_t> head_;
  std::atomic<bool> writable_{true};

  std::mutex mutex_;
  std::condition_variable work_;
  std::deque<Item> queue_;
  std::size_t queued_bytes_ = 0;  // being written included
  EvaluatedCounts counts_;
  bool stopping_ = false;

  std::mutex refused_mutex_;
  std::condition_variable refused_work_;
  std::deque<std::pair<Ticket, Error>> refused_;
  bool refused_stopping_ = false;

  std::thread writer_;
  std::thread refuser_;  // so that a full queue is told at once, whatever the disk does
};

}  // namespace assay::rejects
