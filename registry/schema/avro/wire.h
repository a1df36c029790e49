// Avro's binary encoding (specification, "Binary Encoding"), read in place:
//
//   boolean 00 | 01 · int, long: zigzag, then base 128, low group first, at most 5 and 10 bytes · float,
//   double little-endian bytes, string: long length, bytes · fixed: its bytes · enum: int index · union: int
//   index, value · record: its fields array, map: blocks, then 00;  block := count items | -count  long
//   size-in-bytes  items;  map item := string value
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include "base/bytes.h"

namespace assay::schema::avro {

using At = const std::uint8_t*;

struct Varint {
  At at = nullptr;  // behind it; null: none is here
  std::uint64_t raw = 0;
};

// Up to ten bytes, of which the tenth adds one bit.
[[gnu::noinline]] Varint read_varint_slowly(At at, At end);

inline std::uint64_t load64(At at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

inline Varint read_varint(At at, At end) {
  static_assert(std::endian::native == std::endian::little);
  if (at != end && *at < 0x80) [[likely]]
    return {at + 1, *at};
  if (end - at < 8) return read_varint_slowly(at, end);
  std::uint64_t word = load64(at);
  const std::uint64_t stops = ~word & 0x8080808080808080U;
  if (stops == 0) return read_varint_slowly(at, end);
  word &= stops ^ (stops - 1);
  word = (word & 0x007f007f007f007fU) | (word & 0x7f007f007f007f00U) >> 1;
  word = (word & 0x00003fff00003fffU) | (word & 0x3fff00003fff0000U) >> 2;
  word = (word & 0x000000000fffffffU) | (word & 0x0fffffff00000000U) >> 4;
  return {at + (std::countr_zero(stops) >> 3) + 1, word};
}

inline std::int64_t zigzag(std::uint64_t raw) {
  return static_cast<std::int64_t>(raw >> 1) ^ -static_cast<std::int64_t>(raw & 1);
}

// A varint that is an int: at most five bytes and 32 bits.
inline Varint read_int(At at, At end) {
  const Varint read = read_varint(at, end);
  return read.at != nullptr && read.at - at <= 5 && read.raw <= 0xffffffffU ? read : Varint{};
}

// A length or an index and what it leaves behind it; null for one that is negative or beyond `end`.
inline Varint read_length(At at, At end) {
  const Varint read = read_varint(at, end);
  const bool fits =
      read.at != nullptr && (read.raw & 1) == 0 && read.raw >> 1 <= static_cast<std::uint64_t>(end - read.at);
  return fits ? Varint{read.at, read.raw >> 1} : Varint{};
}

// Whether the `size` bytes at `at` are all below 0x80. Reads bytes of [begin, end) only.
inline bool is_ascii(At at, std::size_t size, At begin, At end) {
  constexpr std::uint64_t kHigh = 0x8080808080808080U;
  if (size < 8) {
    if (end - at >= 8) return (load64(at) & kHigh & ((std::uint64_t{1} << (8 * size)) - 1)) == 0;
    if (size == 0) return true;
    const At behind = at + size;
    if (behind - begin >= 8) return (load64(behind - 8) & kHigh) >> (64 - 8 * size) == 0;
    std::uint8_t any = 0;
    for (std::size_t i = 0; i < size; ++i) any = static_cast<std::uint8_t>(any | at[i]);
    return any < 0x80;
  }
  std::uint64_t any = load64(at) | load64(at + size - 8);
  if (size > 16) {
    any |= load64(at + 8) | load64(at + size - 16);
    for (std::size_t i = 16; i + 16 < size; i += 16) any |= load64(at + i) | load64(at + i + 8);
  }
  return (any & kHigh) == 0;
}

}  // namespace assay::schema::avro
