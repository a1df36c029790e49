// The frame of Kafka's protocol: i32 length, excluding itself, then that many bytes; responses begin with the
// correlation id.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace assay::proxy {

inline std::int32_t read_i32(const std::uint8_t* at) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(at[0]) << 24 |
                                   static_cast<std::uint32_t>(at[1]) << 16 |
                                   static_cast<std::uint32_t>(at[2]) << 8 | at[3]);
}

// REQUIRES: 4 bytes.
inline std::int32_t frame_length(Bytes frame) {
  return read_i32(frame.data());
}

// REQUIRES: 8 bytes of a response.
inline std::int32_t frame_correlation_id(Bytes frame) {
  return read_i32(frame.data() + 4);
}

}  // namespace assay::proxy
