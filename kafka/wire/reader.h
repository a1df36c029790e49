// The primitives of the Kafka protocol, read where they stand (Apache Kafka, "Protocol Primitive Types";
// KIP-482).
//
//   INT8..INT64        big endian                  UVARINT   LEB128, at most 5 bytes, must fit 32 bits
//   STRING             i16 length | bytes          COMPACT_STRING    uvarint length+1 | bytes   (0: null)
//   BYTES, RECORDS     i32 length | bytes          COMPACT_BYTES     uvarint length+1 | bytes   (0: null)
//   ARRAY              i32 count | items           COMPACT_ARRAY     uvarint count+1 | items    (0: null)
//   UUID               16 bytes                    TAGS      uvarint count | { uvarint tag | uvarint size |
//   bytes }
//
// Nothing is allocated. After the first failure everything reads as zero or empty, so that a decoder asks
// once, at its end.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"

namespace assay::kafka {

using Uuid = std::array<std::uint8_t, 16>;

struct TagView {
  std::uint32_t tag = 0;
  Bytes data;
};

class Reader {
 public:
  // `flexible` decides how strings, bytes, arrays and tags are read (KIP-482)..
  explicit Reader(Bytes bytes, bool flexible = false) : bytes_(bytes), flexible_(flexible) {}

  bool ok() const { return ok_; }
  bool flexible() const { return flexible_; }
  void set_flexible(bool flexible) { flexible_ = flexible; }
  std::size_t position() const { return at_; }
  std::size_t remaining() const { return bytes_.size() - at_; }
  Bytes rest() const { return bytes_.subspan(at_); }
  // Why it failed: `truncated` or `invalid` (or what `fail` was told), with the offset. REQUIRES: !ok().
  Error error(std::string_view what) const;
  // Makes the reader fail unless it has failed before.
  void fail(ErrorCode code, const char* why);
  // Fails unless every byte was read.
  void finish();

  std::int8_t i8() { return static_cast<std::int8_t>(fixed<1>()); }
  std::int16_t i16() { return static_cast<std::int16_t>(fixed<2>()); }
  std::int32_t i32() { return static_cast<std::int32_t>(fixed<4>()); }
  std::int64_t i64() { return static_cast<std::int64_t>(fixed<8>()); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(fixed<4>()); }
  bool boolean() { return i8() != 0; }
  Uuid uuid();
  std::uint32_t uvarint();
  std::int32_t varint();   // zig-zag
  std::int64_t varlong();  // zig-zag, at most 10 bytes
  Bytes raw(std::size_t size);

  std::string_view string();
  std::optional<std::string_view> nullable_string();
  Bytes bytes();
  std::optional<Bytes> nullable_bytes();  // also RECORDS

  // The count of an array. `item_bytes_min` bounds it by what is left, so that a count can never cost memory.
  std::uint32_t array(std::size_t item_bytes_min);
  std::optional<std::uint32_t> nullable_array(std::size_t item_bytes_min);

  // TAGS, where the version has them; nothing otherwise. `visit(TagView)` sees each field.
  template <class Visit>
  void tags(Visit&& visit) {
    if (!flexible_) return;
    for (std::uint32_t count = tag_count(); count > 0 && ok_; --count) {
      const TagView field = tag();
      if (ok_) visit(field);
    }
  }
  void skip_tags() {
    tags([](const TagView&) {});
  }

 private:
  template <std::size_t Size>
  std::uint64_t fixed() {
    if (remaining() < Size) {
      fail(ErrorCode::truncated, "ends too early");
      return 0;
    }
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < Size; ++i) value = value << 8 | bytes_[at_ + i];
    at_ += Size;
    return value;
  }
  std::optional<std::uint32_t> length(bool classic_i16);
  std::uint32_t tag_count();
  TagView tag();

  Bytes bytes_;
  std::size_t at_ = 0;
  bool flexible_;
  bool ok_ = true;
  ErrorCode code_ = ErrorCode::invalid;
  const char* why_ = "";
};

}  // namespace assay::kafka
