// One Kafka record as every later room sees it: views into an inflated batch, nothing copied.
// Null and empty are different things from the wire to the reject store: hence `optional<Bytes>`.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/bytes.h"

namespace assay {

struct HeaderView {
  std::string_view name;
  std::optional<Bytes> value;
};

struct RecordView {
  std::uint32_t index = 0;        // within its batch
  std::int64_t timestamp_ms = 0;  // as the producer set it
  std::optional<Bytes> key;
  std::optional<Bytes> value;  // nothing: a tombstone
  std::span<const HeaderView> headers;
};

// The two bodies of a record that can have a schema of their own, and the place beside them.
enum class Part : std::uint8_t { key, value, header };

std::string_view to_string(Part part);

}  // namespace assay
