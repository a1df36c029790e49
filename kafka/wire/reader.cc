#include "kafka/wire/reader.h"

#include <fmt/format.h>

#include <algorithm>

namespace assay::kafka {
namespace {

constexpr std::int32_t kStringBytesMax = 0x7fff;

}  // namespace

Error Reader::error(std::string_view what) const {
  return Error(code_, fmt::format("{}: {} at byte {}", what, why_, at_));
}

void Reader::fail(ErrorCode code, const char* why) {
  if (!ok_) return;
  ok_ = false;
  code_ = code;
  why_ = why;
  // With nothing remaining, every later read stops at its bounds check.
  bytes_ = bytes_.first(at_);
}

void Reader::finish() {
  if (ok_ && remaining() != 0) fail(ErrorCode::invalid, "bytes are left over");
}

Uuid Reader::uuid() {
  Uuid out{};
  const Bytes read = raw(out.size());
  if (ok_) std::copy(read.begin(), read.end(), out.begin());
  return out;
}

std::uint32_t Reader::uvarint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 35; shift += 7) {
    if (remaining() == 0) {
      fail(ErrorCode::truncated, "ends inside a number");
      return 0;
    }
    const std::uint8_t byte = bytes_[at_++];
    value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
    if ((byte & 0x80U) == 0) {
      if (value <= 0xffffffffU) return static_cast<std::uint32_t>(value);
      break;
    }
  }
  fail(ErrorCode::invalid, "a number is too long");
  return 0;
}

std::int32_t Reader::varint() {
  const std::uint32_t value = uvarint();
  return static_cast<std::int32_t>((value >> 1) ^ (~(value & 1U) + 1U));
}

std::int64_t Reader::varlong() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 70; shift += 7) {
    if (remaining() == 0) {
      fail(ErrorCode::truncated, "ends inside a number");
      return 0;
    }
    const std::uint8_t byte = bytes_[at_++];
    if (shift == 63 && byte > 1) break;
    value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
    if ((byte & 0x80U) == 0) return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1U) + 1U));
  }
  fail(ErrorCode::invalid, "a number is too long");
  return 0;
}

Bytes Reader::raw(std::size_t size) {
  if (remaining() < size) {
    fail(ErrorCode::truncated, "ends too early");
    return {};
  }
  const Bytes out = bytes_.subspan(at_, size);
  at_ += size;
  return out;
}

// Nothing: null, or failed.
std::optional<std::uint32_t> Reader::length(bool classic_i16) {
  if (flexible_) {
    const std::uint32_t length = uvarint();
    if (!ok_ || length == 0) return std::nullopt;
    return length - 1;
  }
  const std::int32_t length = classic_i16 ? i16() : i32();
  if (length < -1) fail(ErrorCode::invalid, "a length is negative");
  if (!ok_ || length == -1) return std::nullopt;
  return static_cast<std::uint32_t>(length);
}

std::optional<std::string_view> Reader::nullable_string() {
  const auto size = length(true);
  if (!size) return std::nullopt;
  if (*size > kStringBytesMax) {
    fail(ErrorCode::invalid, "a string is longer than 32,767 bytes");
    return std::nullopt;
  }
  const Bytes text = raw(*size);
  if (!ok_) return std::nullopt;
  return as_text(text);
}

std::string_view Reader::string() {
  const auto text = nullable_string();
  if (!text) fail(ErrorCode::invalid, "a string is null");
  return text.value_or(std::string_view());
}

std::optional<Bytes> Reader::nullable_bytes() {
  const auto size = length(false);
  if (!size) return std::nullopt;
  const Bytes out = raw(*size);
  if (!ok_) return std::nullopt;
  return out;
}

Bytes Reader::bytes() {
  const auto out = nullable_bytes();
  if (!out) fail(ErrorCode::invalid, "bytes are null");
  return out.value_or(Bytes());
}

std::optional<std::uint32_t> Reader::nullable_array(std::size_t item_bytes_min) {
  const auto count = length(false);
  if (!count) return std::nullopt;
  if (*count > remaining() / std::max<std::size_t>(item_bytes_min, 1)) {
    fail(ErrorCode::truncated, "an array ends too early");
    return std::nullopt;
  }
  return count;
}

std::uint32_t Reader::array(std::size_t item_bytes_min) {
  const auto count = nullable_array(item_bytes_min);
  if (!count) fail(ErrorCode::invalid, "an array is null");
  return count.value_or(0);
}

std::uint32_t Reader::tag_count() {
  const std::uint32_t count = uvarint();
  if (count > remaining() / 2) {
    fail(ErrorCode::truncated, "tagged fields end too early");
    return 0;
  }
  return count;
}

TagView Reader::tag() {
  TagView field;
  field.tag = uvarint();
  field.data = raw(uvarint());
  return field;
}

}  // namespace assay::kafka
