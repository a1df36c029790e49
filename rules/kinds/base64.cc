#include "rules/kinds/base64.h"

#include <array>

namespace assay::rules::kinds {
namespace {

constexpr std::uint8_t kNone = 0xff;

constexpr std::array<std::uint8_t, 256> make_table() {
  std::array<std::uint8_t, 256> table{};
  for (auto& entry : table) entry = kNone;
  for (unsigned i = 0; i < 26; ++i) {
    table['A' + i] = static_cast<std::uint8_t>(i);
    table['a' + i] = static_cast<std::uint8_t>(26 + i);
  }
  for (unsigned i = 0; i < 10; ++i) table['0' + i] = static_cast<std::uint8_t>(52 + i);
  table['+'] = table['-'] = 62;
  table['/'] = table['_'] = 63;
  return table;
}

constexpr auto kTable = make_table();

// Takes one symbol after the other; tells at the end whether an encoder could have ended there.
class Decoder {
 public:
  explicit Decoder(Buffer& out) : out_(out) { out_.clear(); }

  bool take(char c) {
    const std::uint8_t six = kTable[static_cast<unsigned char>(c)];
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
  bool end(std::size_t padding) {
    const std::size_t left = symbols_ % 4;
    if (left == 1 || (standard_ && url_)) return false;
    if (padding != 0 && (left == 0 || padding != 4 - left)) return false;
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

  bool standard() const { return standard_; }

 private:
  void put(unsigned shift) { out_.push_back(static_cast<std::uint8_t>(bits_ >> shift)); }

  Buffer& out_;
  std::uint32_t bits_ = 0;
  std::size_t symbols_ = 0;
  bool standard_ = false;
  bool url_ = false;
};

}  // namespace

bool decode_base64(std::string_view text, Buffer& out, bool lines) {
  Decoder decoder(out);
  std::size_t padding = 0;
  for (const char c : text) {
    if (lines && (c == '\n' || c == '\r')) continue;
    if (c == '=') {
      ++padding;
    } else if (padding != 0 || !decoder.take(c)) {
      return false;
    }
  }
  return decoder.end(padding);
}

bool decode_base64url(std::string_view text, Buffer& out) {
  Decoder decoder(out);
  for (const char c : text) {
    if (!decoder.take(c)) return false;
  }
  return decoder.end(0) && !decoder.standard();
}

}  // namespace assay::rules::kinds
