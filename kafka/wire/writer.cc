#include "kafka/wire/writer.h"

namespace assay::kafka {
namespace {

constexpr std::size_t kStringBytesMax = 0x7fff;

std::string_view fit(std::string_view text) {
  if (text.size() <= kStringBytesMax) return text;
  std::size_t end = kStringBytesMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

}  // namespace

std::size_t uvarint_bytes(std::uint64_t value) {
  std::size_t bytes = 1;
  for (; value >= 0x80; value >>= 7) ++bytes;
  return bytes;
}

void Writer::uvarint(std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out_.push_back(static_cast<std::uint8_t>(value | 0x80U));
  out_.push_back(static_cast<std::uint8_t>(value));
}

void Writer::varint(std::int64_t value) {
  uvarint(static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63));
}

void Writer::string(std::string_view text) {
  text = fit(text);
  if (flexible_) {
    uvarint(text.size() + 1);
  } else {
    i16(static_cast<std::int16_t>(text.size()));
  }
  raw(as_bytes(text));
}

void Writer::nullable_string(std::optional<std::string_view> text) {
  if (text) {
    string(*text);
  } else if (flexible_) {
    uvarint(0);
  } else {
    i16(-1);
  }
}

void Writer::bytes(Bytes bytes) {
  array(bytes.size());
  raw(bytes);
}

void Writer::nullable_bytes(std::optional<Bytes> value) {
  if (value) {
    bytes(*value);
  } else {
    null_array();
  }
}

void Writer::array(std::size_t count) {
  if (flexible_) {
    uvarint(count + 1);
  } else {
    i32(static_cast<std::int32_t>(count));
  }
}

void Writer::null_array() {
  if (flexible_) {
    uvarint(0);
  } else {
    i32(-1);
  }
}

void Writer::tag(std::uint32_t number, Bytes data) {
  uvarint(number);
  uvarint(data.size());
  raw(data);
}

std::size_t Writer::begin_frame() {
  const std::size_t begin = out_.size();
  i32(0);
  return begin;
}

void Writer::end_frame(std::size_t begin) {
  store_i32(out_, begin, static_cast<std::int32_t>(out_.size() - begin - 4));
}

void store_i32(MutableBytes bytes, std::size_t at, std::int32_t value) {
  for (std::size_t i = 0; i < 4; ++i) {
    bytes[at + i] = static_cast<std::uint8_t>(static_cast<std::uint32_t>(value) >> (24 - 8 * i));
  }
}

}  // namespace assay::kafka
