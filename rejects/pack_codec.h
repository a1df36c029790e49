// The primitives of packed journal bodies.
//
//   var        := LEB128, at most 10 bytes                    (unsigned)
//   svar       := var of (n << 1) ^ (n >> 63)                 (signed)
//   str, bytes := length:var octet{length}
//   nbytes     := 0 | (length + 1):var octet{length}          (0: null, which is not empty)
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/bytes.h"
#include "base/ulid.h"

namespace assay::rejects {

class Packer {
 public:
  explicit Packer(Buffer& out) : out_(out) {}

  void u8(std::uint8_t value) { out_.push_back(value); }
  void var(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out_.push_back(static_cast<std::uint8_t>(value | 0x80));
    out_.push_back(static_cast<std::uint8_t>(value));
  }
  void svar(std::int64_t value) {
    var((static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
  }
  void bytes(Bytes value) {
    var(value.size());
    append(out_, value);
  }
  void str(std::string_view text) { bytes(as_bytes(text)); }
  void nbytes(const std::optional<Buffer>& value) {
    var(value ? value->size() + 1 : 0);
    if (value) append(out_, *value);
  }
  void id(const Ulid& id) { append(out_, id.bytes); }

 private:
  Buffer& out_;
};

// Reads what a Packer wrote. After a failure everything reads as zero or empty, and `ok` is false: one check
// at the end.
class Unpacker {
 public:
  explicit Unpacker(Bytes in) : in_(in) {}

  bool ok() const { return ok_; }
  std::size_t left() const { return in_.size(); }

  std::uint8_t u8() {
    const Bytes one = take(1);
    return one.empty() ? 0 : one[0];
  }
  std::uint64_t var() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
      const std::uint8_t byte = u8();
      if (shift == 63 && byte > 1) break;  // beyond 64 bits
      value |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
      if (byte < 0x80) return ok_ ? value : 0;
    }
    fail();
    return 0;
  }
  std::int64_t svar() {
    const std::uint64_t value = var();
    return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
  }
  // A number that must fit T; else a failure.
  template <class T>
  T fit() {
    if constexpr (std::is_signed_v<T>) {
      const std::int64_t value = svar();
      if (!std::in_range<T>(value)) fail();
      return std::in_range<T>(value) ? static_cast<T>(value) : T{};
    } else {
      const std::uint64_t value = var();
      if (!std::in_range<T>(value)) fail();
      return std::in_range<T>(value) ? static_cast<T>(value) : T{};
    }
  }
  // How many things follow, each of at least `bytes_min`: never more than could be there.
  std::size_t count(std::size_t bytes_min) {
    const std::uint64_t value = var();
    if (value <= in_.size() / bytes_min) return static_cast<std::size_t>(value);
    fail();
    return 0;
  }
  Bytes bytes() {
    const std::uint64_t size = var();
    if (size <= in_.size()) return take(static_cast<std::size_t>(size));
    fail();
    return {};
  }
  std::string_view str() { return as_text(bytes()); }
  std::optional<Bytes> nbytes() {
    const std::uint64_t size = var();
    if (size == 0) return std::nullopt;
    if (size - 1 <= in_.size()) return take(static_cast<std::size_t>(size - 1));
    fail();
    return std::nullopt;
  }
  Ulid id() {
    Ulid id;
    const Bytes in = take(id.bytes.size());
    if (!in.empty()) std::copy(in.begin(), in.end(), id.bytes.begin());
    return id;
  }
  // An enum stored as one byte, up to `last`.
  template <class E>
  E choice(E last) {
    const std::uint8_t value = u8();
    if (value > static_cast<std::uint8_t>(last)) fail();
    return ok_ ? static_cast<E>(value) : E{};
  }
  void fail() {
    ok_ = false;
    in_ = {};
  }

 private:
  Bytes take(std::size_t size) {
    if (size > in_.size()) fail();
    const Bytes out = in_.first(ok_ ? size : 0);
    in_ = in_.subspan(out.size());
    return out;
  }

  Bytes in_;
  bool ok_ = true;
};

}  // namespace assay::rejects
