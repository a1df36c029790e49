// snappy-java's stream framing, which Kafka's Java classes write and every client reads.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/bytes.h"

namespace assay::kafka {

inline constexpr std::array<std::uint8_t, 16> kXerialHeader = {0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0,
                                                               0,    0,   0,   1,   0,   0,   0,   1};
inline constexpr std::size_t kXerialMagicBytes = 8;
inline constexpr std::size_t kXerialHeaderBytes = kXerialHeader.size();

// The magic, and room for the two version numbers (which nobody has ever changed) behind it.
inline bool starts_xerial(Bytes bytes) {
  return bytes.size() >= kXerialHeaderBytes &&
         std::equal(kXerialHeader.begin(), kXerialHeader.begin() + kXerialMagicBytes, bytes.begin());
}

}  // namespace assay::kafka
