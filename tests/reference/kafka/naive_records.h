// The records of a batch read the plain way: every field through the general reader, everything copied.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "record/record_view.h"

namespace assay::kafka::reference {

struct OwnedRecord {
  std::int64_t timestamp_ms = 0;
  std::optional<Buffer> key;
  std::optional<Buffer> value;
  std::vector<std::pair<std::string, std::optional<Buffer>>> headers;
  bool operator==(const OwnedRecord&) const = default;
};

// `records` inflated; nothing unless they are exactly `count` records.
std::optional<std::vector<OwnedRecord>> read_records(Bytes records, std::size_t count,
                                                     std::int64_t base_timestamp_ms);

OwnedRecord own(const RecordView& record);

// Views of owned records. `headers` is the storage behind them.
std::vector<RecordView> views_of(const std::vector<OwnedRecord>& records,
                                 std::vector<std::vector<HeaderView>>& headers);

}  // namespace assay::kafka::reference
