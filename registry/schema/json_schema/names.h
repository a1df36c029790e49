// Hashes of member names, the same for schemas and records. Seeded per process: nobody can send names that
// collide.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace assay::schema::json {

__extension__ using Wide = unsigned __int128;
__extension__ using SignedWide = __int128;

inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  // Not from one 128-bit value: g++ takes that through memory.
  const auto high = static_cast<std::uint64_t>((static_cast<Wide>(a) * b) >> 64U);
  return high ^ (a * b);
}

extern const std::uint64_t kNameSeed;

inline std::uint64_t load64(const void* at) {
  std::uint64_t out;
  std::memcpy(&out, at, sizeof(out));
  return out;
}

// All ones in the first `bytes` bytes (little-endian). REQUIRES: bytes <= 8.
inline std::uint64_t first_bytes(std::size_t bytes) {
  return bytes >= 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * bytes)) - 1;
}

// REQUIRES: 8 bytes can be read behind the name.
inline std::uint64_t hash_padded_name(const std::uint8_t* name, std::size_t size) {
  constexpr std::uint64_t kMultiplier = 0x9E3779B97F4A7C15;
  std::uint64_t hash = kNameSeed ^ size;
  for (; size > 8; name += 8, size -= 8) hash = mix(hash ^ load64(name), kMultiplier);
  return mix(hash ^ (load64(name) & first_bytes(size)), kMultiplier);
}

std::uint64_t hash_name(std::string_view name);

}  // namespace assay::schema::json
