// The record inside a batch, read by pointers, since this runs once per record:
//
//   length varint | attributes i8 | timestampDelta varlong | offsetDelta varint |
//   keyLength varint (-1: null) | key | valueLength varint (-1: null) | value |
//   headersCount varint | { nameLength varint | name | valueLength varint (-1: null) | value }
//
// Varints are zig-zag (Apache Kafka's DefaultRecord).
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"

namespace assay::kafka {

class RecordCursor {
 public:
  explicit RecordCursor(Bytes bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  const std::uint8_t* at() const { return at_; }
  std::size_t remaining() const { return static_cast<std::size_t>(end_ - at_); }

  bool varint(std::int32_t& out) {
    std::uint64_t raw = 0;
    if (!leb128(raw, 5) || raw > 0xffffffffU) return false;
    out = static_cast<std::int32_t>(unzigzag(raw));
    return true;
  }
  bool varlong(std::int64_t& out) {
    std::uint64_t raw = 0;
    if (!leb128(raw, 10)) return false;
    out = unzigzag(raw);
    return true;
  }
  bool take(std::size_t size, Bytes& out) {
    if (size > remaining()) return false;
    out = {at_, size};
    at_ += size;
    return true;
  }
  bool byte() {
    if (at_ == end_) return false;
    ++at_;
    return true;
  }
  // varint length | bytes; -1 is null.
  bool bytes(std::optional<Bytes>& out) {
    std::int32_t size = 0;
    if (!varint(size) || size < -1) return false;
    if (size == -1) {
      out.reset();
      return true;
    }
    return take(static_cast<std::size_t>(size), out.emplace());
  }

 private:
  static std::int64_t unzigzag(std::uint64_t raw) {
    return static_cast<std::int64_t>((raw >> 1) ^ (~(raw & 1U) + 1U));
  }

  bool leb128(std::uint64_t& out, unsigned bytes_max) {
    // Nearly every number of a record has one byte or two.
    if (remaining() >= 2) {
      if (at_[0] < 0x80) {
        out = *at_++;
        return true;
      }
      if (at_[1] < 0x80) {
        out = (at_[0] & 0x7FU) | static_cast<std::uint64_t>(at_[1]) << 7;
        at_ += 2;
        return true;
      }
    }
    for (unsigned i = 0; i < bytes_max && at_ != end_; ++i) {
      const std::uint8_t byte = *at_++;
      if (i == 9 && byte > 1) return false;
      out |= static_cast<std::uint64_t>(byte & 0x7FU) << (7 * i);
      if ((byte & 0x80U) == 0) return true;
    }
    return false;
  }

  const std::uint8_t* at_;
  const std::uint8_t* end_;
};

}  // namespace assay::kafka
