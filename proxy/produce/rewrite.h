// `mark`: the batch as it came, with one header added to each violating record.
#pragma once

#include <optional>
#include <span>

#include "kafka/batch/record_batch.h"
#include "proxy/produce/findings.h"

namespace assay::proxy {

// The added header's name; its value is the text that a refusal would have had.
inline constexpr std::string_view kMarkHeader = "assay.violation";

// Nothing when the result would exceed limits.marked_batch_bytes_max or does not compress: the batch goes on
// untouched then. REQUIRES: `open` is the opened form of `batch`; marks ascend, for records of it.
std::optional<Buffer> mark(Bytes batch, const kafka::OpenBatch& open, std::span<const Mark> marks,
                           const Limits& limits);

// What records are marked with.
Marks marks_of(std::span<const ViolatingRecord* const> violating, const Limits& limits);

}  // namespace assay::proxy
