#include "rejects/journal.h"

#include <fmt/format.h>

#include <chrono>
#include <future>

#include "base/log.h"

namespace assay::rejects {
namespace {

// One commit's worth: bounds how long the first of a group waits for the last.
constexpr std::size_t kGroupBytesMax = 8UL << 20;
// Counts are written with a commit, or when none comes for this long; a disk that failed is tried as often.
constexpr auto kIdle = std::chrono::seconds(1);
// What an entry costs in memory beside its body.
constexpr std::size_t kEntryOverheadBytes = 256;

std::uint64_t records_of(const std::vector<Entry>& entries) {
  std::uint64_t records = 0;
  for (const Entry& entry : entries) records += entry.records;
  return records;
}

}  // namespace

struct Journal::Series {
  explicit Series(Metrics& metrics)
      : written(metrics.counter("assay_rejects_written_total", "Records made durable in the reject journal")),
        lost_queue(lost(metrics, "queue_full")),
        lost_write(lost(metrics, "write_failed")),
        lost_pack(lost(metrics, "not_sealed")),
        lost_counts(
            metrics.counter("assay_rejects_counts_lost_total",
                            "Evaluated records missing in the denominators (too many topics or clients)")),
        refused(
            metrics.counter("assay_rejects_refused_total",
                            "Requests whose rejects found the journal's queue full and were answered so")),
        write_errors(
            metrics.counter("assay_rejects_write_errors_total", "Commits of the reject journal that failed")),
        queue_bytes(metrics.gauge("assay_rejects_queue_bytes", "Bytes waiting for the reject journal")),
        writable(metrics.gauge("assay_rejects_writable", "0 while the reject journal cannot be written")),
        commit_seconds(
            metrics.histogram("assay_rejects_commit_seconds", "Duration of a commit of the reject journal",
                              {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2})) {
    writable.Set(1);
  }

  static prometheus::Counter& lost(Metrics& metrics, const std::string& reason) {
    return metrics.counter("assay_rejects_lost_total", "Marked or observed records that could not be kept",
                           {{"reason", reason}});
  }

  prometheus::Counter& written;
  prometheus::Counter& lost_queue;
  prometheus::Counter& lost_write;
  prometheus::Counter& lost_pack;
  prometheus::Counter& lost_counts;
  prometheus::Counter& refused;
  prometheus::Counter& write_errors;
  prometheus::Gauge& queue_bytes;
  prometheus::Gauge& writable;
  prometheus::Histogram& commit_seconds;
};

Result<std::unique_ptr<Journal>> Journal::open(const std::filesystem::path& path, const std::string& vfs,
                                               const Limits& limits, Metrics& metrics, const Clock& clock,
                                               std::function<void()> committed) {
  auto file = JournalFile::open(path, vfs);
  if (!file) return file.error();
  return std::unique_ptr<Journal>(
      new Journal(std::move(*file), limits, metrics, clock, std::move(committed)));
}

Journal::Journal(JournalFile file, const Limits& limits, Metrics& metrics, const Clock& clock,
                 std::function<void()> committed)
    : file_(std::move(file)),
      limits_(limits),
      clock_(clock),
      committed_(std::move(committed)),
      series_(std::make_unique<Series>(metrics)),
      identity_(file_.identity()),
      head_(file_.head()) {
  writer_ = std::thread([this] { write_loop(); });
  refuser_ = std::thread([this] { refuse_loop(); });
}

Journal::~Journal() {
  close();
}

void Journal::close() {
  if (!writer_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_all();
  writer_.join();
  {
    const std::lock_guard lock(refused_mutex_);
    refused_stopping_ = true;
  }
  refused_work_.notify_all();
  refuser_.join();
}

bool Journal::enqueue(std::vector<Entry>& entries, Ticket& ticket, std::size_t bytes_max) {
  std::size_t bytes = 0;
  for (const Entry& entry : entries) bytes += entry.body.size() + kEntryOverheadBytes;
  {
    const std::lock_guard lock(mutex_);
    // A single item larger than the whole queue still gets its turn, alone: else it could never be kept.
    if (queued_bytes_ > 0 && queued_bytes_ + bytes > bytes_max) return false;
    queued_bytes_ += bytes;
    series_->queue_bytes.Set(static_cast<double>(queued_bytes_));
    queue_.push_back({std::move(entries), std::move(ticket), bytes});
  }
  work_.notify_one();
  return true;
}

void Journal::append(std::vector<Entry> entries, Ticket ticket) {
  if (enqueue(entries, ticket, limits_.reject_queue_bytes_max)) return;
  series_->refused.Increment();
  refuse(std::move(ticket),
         Error(ErrorCode::unavailable, "the reject journal cannot keep up: its queue is full"));
}

void Journal::append_if_possible(std::vector<Entry> entries) {
  Ticket none;
  if (!enqueue(entries, none, limits_.reject_queue_bytes_max / 2)) {
    series_->lost_queue.Increment(static_cast<double>(records_of(entries)));
  }
}

void Journal::lose(std::uint64_t records) {
  series_->lost_pack.Increment(static_cast<double>(records));
}

void Journal::count(std::vector<Evaluated> evaluated) {
  const EpochMs now_ms = clock_.now_ms();
  std::uint64_t lost = 0;
  {
    const std::lock_guard lock(mutex_);
    lost = counts_.add(now_ms, std::move(evaluated));
  }
  if (lost > 0) series_->lost_counts.Increment(static_cast<double>(lost));
}

void Journal::refuse(Ticket ticket, Error error) {
  {
    const std::lock_guard lock(refused_mutex_);
    refused_.emplace_back(std::move(ticket), std::move(error));
  }
  refused_work_.notify_one();
}

void Journal::refuse_loop() {
  std::unique_lock lock(refused_mutex_);
  while (true) {
    refused_work_.wait(lock, [this] { return refused_stopping_ || !refused_.empty(); });
    if (refused_.empty()) return;
    auto [ticket, error] = std::move(refused_.front());
    refused_.pop_front();
    lock.unlock();
    if (ticket) ticket(error);
    lock.lock();
  }
}

void Journal::flush(std::int64_t wait_ms) {
  auto done = std::make_shared<std::promise<void>>();
  auto told = done->get_future();
  std::vector<Entry> nothing;
  Ticket ticket = [done](const Result<void>&) { done->set_value(); };
  // Behind all that waits; of no size, so never refused.
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back({std::move(nothing), std::move(ticket), 0});
  }
  work_.notify_one();
  told.wait_for(std::chrono::milliseconds(wait_ms));
}

std::vector<Journal::Item> Journal::take_group(EvaluatedCounts& counts) {
  std::vector<Item> group;
  std::size_t bytes = 0;
  while (!queue_.empty() && (group.empty() || bytes + queue_.front().bytes <= kGroupBytesMax)) {
    bytes += queue_.front().bytes;
    group.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  std::swap(counts, counts_);
  return group;
}

void Journal::write_loop() {
  std::unique_lock lock(mutex_);
  while (true) {
    const bool woken = work_.wait_for(lock, kIdle, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty() && counts_.empty()) {
      if (stopping_) return;
      if (!woken && !writable()) {
        lock.unlock();
        probe();
        lock.lock();
      }
      continue;
    }
    const bool last = stopping_ && queue_.empty();
    EvaluatedCounts counts;
    auto group = take_group(counts);
    lock.unlock();
    write(std::move(group), counts);
    lock.lock();
    if (last) return;  // only counts were left: they had their try
  }
}

void Journal::write(std::vector<Item> group, const EvaluatedCounts& counts) {
  std::vector<const Entry*> entries;
  for (const Item& item : group) {
    for (const Entry& entry : item.entries) entries.push_back(&entry);
  }
  Result<std::uint64_t> written = head();
  if (!entries.empty() || !counts.empty()) {
    const auto begin = std::chrono::steady_clock::now();
    written = file_.append(entries, counts);
    series_->commit_seconds.Observe(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    writable_.store(written.has_value(), std::memory_order_relaxed);
    series_->writable.Set(written ? 1 : 0);
  }
  if (written) {
    head_.store(*written, std::memory_order_release);
  } else {
    static LogThrottle throttle(10'000);
    std::uint64_t suppressed = 0;
    series_->write_errors.Increment();
    if (throttle.admit(clock_.now_ms(), suppressed)) {
      spdlog::error("rejects cannot be kept: {} ({} such lines left out)", written.error().message(),
                    suppressed);
    }
    const std::lock_guard lock(mutex_);
    series_->lost_counts.Increment(static_cast<double>(counts_.add(counts)));
  }
  tell(group, written);
  if (written && !entries.empty()) committed_();
}

void Journal::tell(std::vector<Item>& group, const Result<std::uint64_t>& written) {
  std::size_t bytes = 0;
  for (Item& item : group) {
    bytes += item.bytes;
    const auto records = static_cast<double>(records_of(item.entries));
    if (written) series_->written.Increment(records);
    if (!written && !item.ticket) series_->lost_write.Increment(records);
    item.entries = {};
  }
  {
    const std::lock_guard lock(mutex_);
    queued_bytes_ -= bytes;
    series_->queue_bytes.Set(static_cast<double>(queued_bytes_));
  }
  for (Item& item : group) {
    if (!item.ticket) continue;
    if (written) {
      item.ticket({});
    } else {
      item.ticket(Error(ErrorCode::io, "the reject journal cannot be written: " + written.error().message()));
    }
  }
}

void Journal::probe() {
  const bool works = file_.probe().has_value();
  writable_.store(works, std::memory_order_relaxed);
  series_->writable.Set(works ? 1 : 0);
}

}  // namespace assay::rejects
