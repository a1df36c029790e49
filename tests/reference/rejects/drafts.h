// Drafts for tests and benchmarks, as the judging would leave them, and a store in a folder of its own.
#pragma once

#include <filesystem>
#include <future>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/metrics.h"
#include "rejects/draft.h"
#include "rejects/store.h"

namespace assay::rejects::testing {

// An id that says which it is: the same number gives the same id, larger numbers larger ids.
Ulid id_of(std::uint64_t number);

Violation violation_of(const std::string& rule, const std::string& path, const std::string& kind);

// A batch with `records` records, all wrong: rule "age-positive" at "person.age". Ids are first_id, first_id
// + 1, …; key "k<index>", value of `value_bytes` bytes. No idempotent producer; the checksum follows from
// first_id.
Draft draft_of(std::uint64_t first_id, std::size_t records = 1, std::size_t value_bytes = 40);

// The same batch sent again: other ids for the same records.
Draft retry_of(const Draft& draft, std::uint64_t first_id);

struct TemporaryFolder {
  explicit TemporaryFolder(const std::string& name);
  ~TemporaryFolder();
  std::filesystem::path path;
};

// Keeps, and waits for the ticket.
Result<void> keep_and_wait(RejectStore& store, std::vector<Draft> drafts);

// Everything in a row, for comparing and for telling a difference.
std::string text_of(const RejectRow& row);
std::string text_of(const StatsRow& row);

// The value of a series in the exposition text; 0 when it is not there. `series` with its labels:
// `name{a="b"}`.
double metric(const Metrics& metrics, const std::string& series);

}  // namespace assay::rejects::testing
