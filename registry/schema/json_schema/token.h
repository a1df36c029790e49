// Tokens of JSON as the second stage meets them: numbers and strings, checked to their last byte.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "record/value.h"
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

// Fraction and exponent, from `p` (behind the whole part) on.
NumberToken read_real(NumberToken token, const std::uint8_t* p);

inline NumberToken read_number(const std::uint8_t* p) {
  NumberToken token;
  token.negative = *p == '-';
  p += token.negative ? 1 : 0;
  const std::uint8_t* const first = p;
  std::uint64_t value = 0;
  while (static_cast<std::uint8_t>(*p - '0') <= 9)
    value = value * 10 + static_cast<std::uint64_t>(*p++ - '0');
  const auto digits = p - first;
  if (digits == 0 || (*first == '0' && digits > 1)) return token;
  token.mantissa = value;
  if (digits > 19) {
    // 20 digits may still fit; then the first is a 1 and nothing wrapped below 10^19.
    token.exact = digits == 20 && *first == '1' && value >= 10'000'000'000'000'000'000ULL;
  }
  if (*p == '.' || (*p | 0x20) == 'e') return read_real(token, p);
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

Value string_value(StringToken token, bool escaped);

}  // namespace assay::schema::json
