// Writes the primitives that wire/reader.h reads, at the end of a buffer.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "kafka/wire/reader.h"

namespace assay::kafka {

// Bytes of a LEB128 number.
std::size_t uvarint_bytes(std::uint64_t value);

class Writer {
 public:
  explicit Writer(Buffer& out, bool flexible = false) : out_(out), flexible_(flexible) {}

  bool flexible() const { return flexible_; }
  void set_flexible(bool flexible) { flexible_ = flexible; }
  std::size_t position() const { return out_.size(); }

  void i8(std::int8_t value) { out_.push_back(static_cast<std::uint8_t>(value)); }
  void i16(std::int16_t value) { fixed(static_cast<std::uint64_t>(value), 2); }
  void i32(std::int32_t value) { fixed(static_cast<std::uint64_t>(value), 4); }
  void i64(std::int64_t value) { fixed(static_cast<std::uint64_t>(value), 8); }
  void boolean(bool value) { i8(value ? 1 : 0); }
  void uuid(const Uuid& value) { append(out_, value); }
  void uvarint(std::uint64_t value);
  void varint(std::int64_t value);  // zig-zag; of 32 or 64 bits alike
  void raw(Bytes bytes) { append(out_, bytes); }

  // Cut at 32,767 bytes, at the start of a code point: what Kafka's STRING can hold.
  void string(std::string_view text);
  void nullable_string(std::optional<std::string_view> text);
  void bytes(Bytes bytes);
  void nullable_bytes(std::optional<Bytes> bytes);
  void array(std::size_t count);
  void null_array();

  // TAGS, where the version has them: the count, then each field.
  void tag_count(std::size_t count) {
    if (flexible_) uvarint(count);
  }
  void tag(std::uint32_t number, Bytes data);
  void no_tags() { tag_count(0); }

  // A frame's length field: `begin_frame` leaves room, `end_frame` fills it in.
  std::size_t begin_frame();
  void end_frame(std::size_t begin);

 private:
  void fixed(std::uint64_t value, std::size_t size) {
    for (std::size_t i = size; i-- > 0;) out_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }

  Buffer& out_;
  bool flexible_;
};

// Big endian, in place. REQUIRES: four bytes at `at`.
void store_i32(MutableBytes bytes, std::size_t at, std::int32_t value);

}  // namespace assay::kafka
