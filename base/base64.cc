#include "base/base64.h"

#include <array>

namespace assay {
namespace {

constexpr std::string_view kStandard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNone = 0xff;

// Both alphabets at once: they differ in two symbols only.
constexpr std::array<std::uint8_t, 256> make_table() {
  std::array<std::uint8_t, 256> table{};
  for (auto& entry : table) entry = kNone;
  for (std::size_t i = 0; i < kStandard.size(); ++i)
    table[static_cast<std::uint8_t>(kStandard[i])] = static_cast<std::uint8_t>(i);
  table['-'] = table['+'];
  table['_'] = table['/'];
  return table;
}

constexpr auto kTable = make_table();

// Takes one symbol after the other; tells at the end whether an encoder could have ended there.
class Decoder {
 public:
  explicit Decoder(Buffer& out) : out_(out) { out_.clear(); }

  bool take(char c) {
    const std::uint8_t six = kTable[static_cast<std::uint8_t>(c)];
    if (six == kNone) return false;
    standard_ |= c == '+' || c == '/';
    url_ |= c == '-' || c == '_';
    bits_ = bits_ << 6 | six;
    if (++symbols_ % 4 == 0) {
      put(16);
      put(8);
      put(0);
    }
    return true;
  }

  // `padding`: how many '=' followed.
  bool end(std::size_t padding, Base64 form) {
    const std::size_t left = symbols_ % 4;
    const std::size_t full = left == 0 ? 0 : 4 - left;
    if (left == 1 || (padding != 0 && padding != full)) return false;
    if (form == Base64::standard && (url_ || padding != full)) return false;
    if ((form == Base64::url || form == Base64::url_unpadded) && standard_) return false;
    if ((form == Base64::url_unpadded && padding != 0) || (standard_ && url_)) return false;
    if (left == 2) {
      if ((bits_ & 0xFU) != 0) return false;
      put(4);
    } else if (left == 3) {
      if ((bits_ & 0x3U) != 0) return false;
      put(10);
      put(2);
    }
    return true;
  }

 private:
  void put(unsigned shift) { out_.push_back(static_cast<std::uint8_t>(bits_ >> shift)); }

  Buffer& out_;
  std::uint32_t bits_ = 0;
  std::size_t symbols_ = 0;
  bool standard_ = false;
  bool url_ = false;
};

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

bool decode_base64(std::string_view text, Buffer& out, Base64 form) {
  Decoder decoder(out);
  std::size_t padding = 0;
  for (const char c : text) {
    if (form == Base64::any_in_lines && (c == '\n' || c == '\r')) continue;
    if (c == '=') {
      ++padding;
    } else if (padding != 0 || !decoder.take(c)) {
      return false;
    }
  }
  return decoder.end(padding, form);
}

std::optional<Buffer> decode_base64(std::string_view text, Base64 form) {
  Buffer out;
  out.reserve(text.size() / 4 * 3 + 2);
  if (!decode_base64(text, out, form)) return std::nullopt;
  return out;
}

}  // namespace assay
