// Tokens of JSON as the second stage meets them: numbers and strings, checked to their last byte.
#pragma once

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <array>
#include <bit>
#include <cstdint>
#include <string>

#include "record/value.h"
#include "registry/schema/json_schema/names.h"
#include "registry/schema/json_schema/program.h"

namespace assay::schema::json {

inline constexpr std::array<Token, 256> kTokens = [] {
  std::array<Token, 256> tokens{};
  tokens['n'] = Token::null;
  tokens['t'] = tokens['f'] = Token::boolean;
  tokens['"'] = Token::string;
  tokens['['] = Token::array;
  tokens['{'] = Token::object;
  tokens['-'] = Token::number;
  for (char c = '0'; c <= '9'; ++c) tokens[static_cast<unsigned char>(c)] = Token::number;
  return tokens;
}();

// What may stand right behind a number or a literal.
inline constexpr std::array<bool, 256> kEndsToken = [] {
  std::array<bool, 256> ends{};
  for (const char c : {' ', '\t', '\n', '\r', ',', ']', '}'}) ends[static_cast<unsigned char>(c)] = true;
  return ends;
}();

struct NumberToken {
  const std::uint8_t* end = nullptr;  // nothing: no JSON number
  std::uint64_t mantissa = 0;         // |value| = mantissa * 10^exponent, when exact
  std::int32_t exponent = 0;
  bool negative = false;
  bool exact = true;
  bool integer = true;  // written without fraction and exponent
};

// Any number, digit by digit. `read_number` is the quick way for those of up to 8 digits on either side of
// the point.
NumberToken read_long_number(const std::uint8_t* p);

// How many digits stand at `p`: up to 16, then 16. Without a branch for each, which nobody could predict.
inline unsigned digits_at(const std::uint8_t* p) {
#if defined(__SSE2__)
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
  const __m128i values = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
  const __m128i small = _mm_cmpeq_epi8(_mm_min_epu8(values, _mm_set1_epi8(9)), values);
  return static_cast<unsigned>(std::countr_one(static_cast<unsigned>(_mm_movemask_epi8(small))));
#else
  unsigned count = 0;
  while (count < 16 && static_cast<std::uint8_t>(p[count] - '0') <= 9) ++count;
  return count;
#endif
}

// The number that `count` digits make. REQUIRES: 1 <= count <= 8.
inline std::uint64_t value_of_digits(const std::uint8_t* p, unsigned count) {
  // The digits go to the most significant bytes, zeros before them; then neighbours are added up in three
  // steps.
  std::uint64_t digits = (load64(p) - 0x3030303030303030) << (8 * (8 - count));
  digits = digits * 10 + (digits >> 8U);
  return (((digits & 0x000000FF000000FF) * 0x000F424000000064) +
          (((digits >> 16U) & 0x000000FF000000FF) * 0x0000271000000001)) >>
         32U;
}

inline constexpr std::array<std::uint64_t, 9> kTens = {1,       10,        100,        1'000,      10'000,
                                                       100'000, 1'000'000, 10'000'000, 100'000'000};

// REQUIRES: 32 bytes can be read from `p` on.
[[gnu::always_inline]] inline NumberToken read_number(const std::uint8_t* begin) {
  NumberToken token;
  token.negative = *begin == '-';
  const std::uint8_t* p = begin + (token.negative ? 1 : 0);
  const unsigned whole = digits_at(p);
  if (whole - 1 >= 8 || (*p == '0' && whole > 1)) return read_long_number(begin);
  token.mantissa = value_of_digits(p, whole);
  p += whole;
  if (*p == '.') {
    const unsigned fraction = digits_at(++p);
    if (fraction - 1 >= 8) return read_long_number(begin);
    token.mantissa = token.mantissa * kTens[fraction] + value_of_digits(p, fraction);
    token.exponent = -static_cast<std::int32_t>(fraction);
    token.integer = false;
    p += fraction;
  }
  if ((*p | 0x20) == 'e') return read_long_number(begin);
  token.end = p;
  return token;
}

// The value of a token that begins at `begin`.
Value number_value(const NumberToken& token, const std::uint8_t* begin);

// Whether it is a whole number, however written.
bool is_whole(const NumberToken& token, const std::uint8_t* begin);

// The same text for the same number: "-15e-1".
void append_canonical(const std::uint8_t* begin, const std::uint8_t* end, std::string& out);

struct StringToken {
  const std::uint8_t* begin = nullptr;  // behind the quote
  const std::uint8_t* end = nullptr;    // the closing quote
  std::size_t size() const { return static_cast<std::size_t>(end - begin); }
  Bytes bytes() const { return {begin, end}; }
};

// REQUIRES: the first stage said that at[0] begins a string. Only white space stands between it and the next
// token.
inline StringToken read_string(const std::uint8_t* text, const std::uint32_t* at) {
  const std::uint8_t* end = text + at[1] - 1;
  while (*end != '"') --end;
  return {text + at[0] + 1, end};
}

// Checks every escape of the string (\q and lone surrogates are none); tells in `found` whether there is one.
// Returns the bad backslash, or nothing.
const std::uint8_t* bad_escape(StringToken token, bool& found);

// UTF-8 without its continuation bytes.
std::uint64_t code_points(std::string_view text);

inline Value string_value(StringToken token, bool escaped) {
  Value value;
  value.kind = Kind::string;
  value.raw = token.bytes();
  value.escaped = escaped;
  return value;
}

}  // namespace assay::schema::json
