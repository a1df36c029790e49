#include "base/base64.h"

#include <array>

namespace assay {
namespace {

constexpr std::string_view kStandard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNone = 0xff;

constexpr std::array<std::uint8_t, 256> table_of(char digit_62, char digit_63) {
  std::array<std::uint8_t, 256> table{};
  for (auto& entry : table) entry = kNone;
  for (std::size_t i = 0; i < 62; ++i)
    table[static_cast<std::uint8_t>(kStandard[i])] = static_cast<std::uint8_t>(i);
  table[static_cast<std::uint8_t>(digit_62)] = 62;
  table[static_cast<std::uint8_t>(digit_63)] = 63;
  return table;
}

constexpr auto kFromStandard = table_of('+', '/');
constexpr auto kFromUrl = table_of('-', '_');

}  // namespace

std::string encode_base64(Bytes bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = bytes.size() - i;
    const unsigned group = static_cast<unsigned>(bytes[i]) << 16 |
                           (left > 1 ? static_cast<unsigned>(bytes[i + 1]) << 8 : 0U) |
                           (left > 2 ? static_cast<unsigned>(bytes[i + 2]) : 0U);
    out += kStandard[group >> 18];
    out += kStandard[group >> 12 & 63U];
    out += left > 1 ? kStandard[group >> 6 & 63U] : '=';
    out += left > 2 ? kStandard[group & 63U] : '=';
  }
  return out;
}

std::optional<Buffer> decode_base64(std::string_view text, Base64 alphabet) {
  const auto& table = alphabet == Base64::url ? kFromUrl : kFromStandard;
  if (text.size() % 4 == 0 && text.ends_with('=')) {
    text.remove_suffix(text.ends_with("==") ? 2 : 1);
  } else if (text.size() % 4 != 0 && alphabet == Base64::standard) {
    return std::nullopt;
  }
  if (text.size() % 4 == 1) return std::nullopt;
  Buffer out;
  out.reserve(text.size() / 4 * 3 + 2);
  unsigned bits = 0, held = 0;
  for (const char c : text) {
    const std::uint8_t digit = table[static_cast<std::uint8_t>(c)];
    if (digit == kNone) return std::nullopt;
    bits = bits << 6 | digit;
    held += 6;
    if (held >= 8) {
      held -= 8;
      out.push_back(static_cast<std::uint8_t>(bits >> held));
    }
  }
  if ((bits & ((1U << held) - 1U)) != 0) return std::nullopt;
  return out;
}

}  // namespace assay
