// Rows read back from the index. Every function takes a connection that nobody else uses meanwhile.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/error.h"
#include "io/sqlite/sqlite.h"
#include "rejects/row.h"

namespace assay::rejects {

struct NumberedRow {
  std::uint64_t row_no = 0;
  RejectRow row;
};

// Newest first, below `before` if given.
Result<RejectPage> list_rows(io::Database& index, const RejectFilter& filter, std::size_t limit,
                             std::optional<std::uint64_t> before);
// Oldest first, beyond `after`; without it no rows, just where the end is.
Result<RejectPage> tail_rows(io::Database& index, const RejectFilter& filter, std::size_t limit,
                             std::optional<std::uint64_t> after);
// By its own id or by a retry's.
Result<std::optional<NumberedRow>> find_row(io::Database& index, const Ulid& id);
// How many rows these ids lead to.
Result<std::uint64_t> count_rows(io::Database& index, std::span<const Ulid> ids);
// Groups with counts; `evaluated` is left for `add_evaluated`.
Result<std::vector<StatsRow>> group_rows(io::Database& index, const RejectFilter& filter, StatsGroup group,
                                         std::size_t limit);
// The denominators, from the journal.
Result<void> add_evaluated(io::Database& journal, const RejectFilter& filter, StatsGroup group,
                           std::vector<StatsRow>& rows);

}  // namespace assay::rejects
