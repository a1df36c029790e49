#include "base/ulid.h"

namespace assay {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

int digit_of(char c) {
  if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  const auto at = kAlphabet.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

}  // namespace

std::string Ulid::text() const {
  // 130 bits in 26 digits: the number is shifted out from its low end.
  std::string out(26, '0');
  unsigned carry = 0, bits = 0;
  std::size_t at = 26;
  for (std::size_t i = 16; i-- > 0;) {
    carry |= static_cast<unsigned>(bytes[i]) << bits;
    bits += 8;
    while (bits >= 5) {
      out[--at] = kAlphabet[carry & 31U];
      carry >>= 5;
      bits -= 5;
    }
  }
  if (at > 0) out[--at] = kAlphabet[carry & 31U];
  return out;
}

EpochMs Ulid::time_ms() const {
  EpochMs ms = 0;
  for (std::size_t i = 0; i < 6; ++i) ms = (ms << 8) | bytes[i];
  return ms;
}

std::optional<Ulid> Ulid::parse(std::string_view text) {
  if (text.size() != 26 || digit_of(text[0]) > 7) return std::nullopt;
  Ulid out;
  unsigned carry = 0, bits = 0;
  std::size_t at = 16;
  for (std::size_t i = 26; i-- > 0;) {
    const int digit = digit_of(text[i]);
    if (digit < 0) return std::nullopt;
    carry |= static_cast<unsigned>(digit) << bits;
    bits += 5;
    if (bits >= 8 && at > 0) {
      out.bytes[--at] = static_cast<std::uint8_t>(carry);
      carry >>= 8;
      bits -= 8;
    }
  }
  return out;
}

UlidGenerator::UlidGenerator() : random_(std::random_device{}()) {}

Ulid UlidGenerator::next(EpochMs now_ms) {
  Ulid id;
  if (now_ms > last_.time_ms()) {
    for (std::size_t i = 0; i < 6; ++i) {
      id.bytes[5 - i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(now_ms) >> (8 * i));
    }
    const auto high = random_(), low = random_();
    for (std::size_t i = 0; i < 8; ++i) id.bytes[6 + i] = static_cast<std::uint8_t>(high >> (8 * i));
    for (std::size_t i = 0; i < 2; ++i) id.bytes[14 + i] = static_cast<std::uint8_t>(low >> (8 * i));
  } else {
    id = last_;
    for (std::size_t i = 16; i-- > 0;) {
      if (++id.bytes[i] != 0) break;
    }
  }
  last_ = id;
  return id;
}

}  // namespace assay
