// START HERE. The reject store: a journal that makes drafts durable before a producer is answered, and an
// index behind it that is searched. docs/formats/rejects.md describes both files.
//
//   keep() -> queue (bounded bytes) -> writer thread: group commit -> ticket
//                                          `-> index thread: rows, retries folded, retention
//   list(), find(), payload(), stats(), tail() <- the index; the journal for payloads and for what is not
//   indexed yet
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/metrics.h"
#include "io/crypto/seal.h"
#include "rejects/reject_store.h"
#include "rejects/row.h"

namespace assay::rejects {

struct StoreOptions {
  std::int64_t retention_age_ms = 7LL * 24 * 3600 * 1000;
  std::uint64_t retention_bytes = 10'000'000'000;  // both files together
  // Within it, the same batch bytes of the same client are a retry (idempotent producers: at any time).
  std::int64_t retry_window_ms = 600'000;
  std::int64_t maintenance_period_ms = 30'000;  // of looking at age, size and the write-ahead logs
  std::int64_t catch_up_wait_ms = 2'000;        // how long a query waits for the index
  // Seals the payloads of masked records. Without it they are dropped.
  std::optional<io::SealKey> seal_key;
  std::string vfs;  // a registered SQLite VFS (io/sqlite/fault_vfs.h); empty: the system's
};

// Every function is thread-safe. Queries block on the disk: call them from a worker, not from a connection's
// thread.
class RejectStore final : public RejectSink {
 public:
  // Opens or makes `data_dir`/rejects. `conflict`: another process has it; `invalid`: the journal is damaged
  // or of a newer version. A damaged index is made anew from the journal. Limits, metrics and clock must
  // outlive the store.
  static Result<std::unique_ptr<RejectStore>> open(const std::filesystem::path& data_dir,
                                                   const StoreOptions& options, const Limits& limits,
                                                   Metrics& metrics, const Clock& clock);
  // Writes what waits, calls its tickets, then ends. No call of another thread may still be running.
  ~RejectStore() override;

  void keep(std::vector<Draft> drafts, Ticket ticket) override;
  void keep_if_possible(std::vector<Draft> drafts) override;
  void count(std::vector<Evaluated> evaluated) override;

  // Whether payloads of masked records are worth handing over.
  bool seals_payloads() const;
  // False while the last write failed (disk full): for readiness and alarms.
  bool writable() const;

  // Newest first. `limit` is 1 to 1,000. `cursor`: empty, or a page's; another text is `invalid`. Stable
  // under inserts.
  Result<RejectPage> list(const RejectFilter& filter, std::size_t limit, std::string_view cursor = {});
  // What came after the cursor, oldest first. An empty cursor gives no rows, just the cursor of now.
  Result<RejectPage> tail(const RejectFilter& filter, std::size_t limit, std::string_view cursor = {});
  // Every id that a ticket was given for is found, the ids of retries too (they lead to the first row). Or
  // `not_found`.
  Result<RejectRow> find(const Ulid& id);
  // Key, value and headers as received. A sealed payload needs `unseal`, else it is `denied`, as with another
  // key; a dropped one is `not_found`.
  Result<RejectPayload> payload(const Ulid& id, bool unseal);
  // Largest groups first, at most `limit` (1 to 10,000).
  Result<std::vector<StatsRow>> stats(const RejectFilter& filter, StatsGroup group,
                                      std::size_t limit = 1'000);
  // Durable and visible when it returns; how many rows there were of these ids (at most 10,000).
  Result<std::uint64_t> set_state(std::span<const Ulid> ids, RejectState state);

 private:
  struct Parts;
  explicit RejectStore(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace assay::rejects
