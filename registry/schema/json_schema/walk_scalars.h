// Walker: null, booleans, numbers and strings. Only for walker.cc.
#pragma once

#include <fmt/format.h>

#include <cstring>

#include "record/number.h"
#include "record/path.h"
#include "registry/schema/json_schema/walker.h"

namespace assay::schema::json {

// Digits in a number beyond which exact division is not tried: its cost grows with their square.
inline constexpr std::size_t kDivisibleBytesMax = 1000;
inline constexpr std::size_t kToldBytesMax = 60;

inline constexpr std::uint32_t kNullWord = std::bit_cast<std::uint32_t>(std::array{'n', 'u', 'l', 'l'});
inline constexpr std::uint32_t kTrueWord = std::bit_cast<std::uint32_t>(std::array{'t', 'r', 'u', 'e'});
inline constexpr std::uint32_t kFalseWord = std::bit_cast<std::uint32_t>(std::array{'a', 'l', 's', 'e'});

template <Mode M, class Reason>
bool Walker::violates(std::string_view keyword, Place start, Reason&& reason) {
  if constexpr (M == Mode::branch) return false;
  ok_ = false;
  if constexpr (tells(M)) tell(keyword, start, reason());
  return true;
}

template <Mode M>
bool Walker::wrong_type(const Check& check, Place start) {
  const std::string_view keyword = check.never ? (never_.empty() ? "false" : never_) : "type";
  never_ = {};
  return violates<M>(keyword, start, [&] {
    if (check.never) return std::string("is not allowed");
    const Token token = kTokens[text_[*start]];
    Value value = values_.scalar(start);
    if (token == Token::array) value.kind = Kind::array;
    if (token == Token::object) value.kind = Kind::object;
    return fmt::format("is {}, must be {}", to_string(value.kind), type_names(check.types));
  });
}

// Whether mantissa * 10^exponent is a multiple of the divisor; only where 64 bits tell. REQUIRES:
// token.exact.
inline bool divides_exactly(const NumberChecks& checks, const NumberToken& token, bool& known) {
  known = true;
  if (token.mantissa == 0) return true;
  std::uint64_t rest = token.mantissa;
  std::uint64_t divisor = checks.divisor_mantissa;
  const std::int64_t shift = std::int64_t{token.exponent} - checks.divisor_exponent;
  for (std::int64_t i = shift; i < 0; ++i) {
    // Once the divisor is beyond the value, it cannot divide it.
    if (__builtin_mul_overflow(divisor, std::uint64_t{10}, &divisor) || divisor > token.mantissa)
      return false;
  }
  rest %= divisor;
  known = shift <= 64;
  for (std::int64_t i = 0; known && i < shift && rest != 0; ++i) {
    rest = static_cast<std::uint64_t>(static_cast<Wide>(rest) * 10 % divisor);
  }
  return rest == 0;
}

// REQUIRES: all_small; the token is exact, its exponent from -8 to 0, its mantissa within int64.
inline bool is_within(const NumberChecks& checks, const NumberToken& token) {
  const SignedWide magnitude = token.mantissa;
  const SignedWide value = token.negative ? -magnitude : magnitude;
  const auto scale = static_cast<SignedWide>(kTens[static_cast<std::size_t>(-token.exponent)]);
  const SignedWide low = checks.low.value * scale;
  const SignedWide high = checks.high.value * scale;
  return (checks.low.exclusive ? value > low : value >= low) &&
         (checks.high.exclusive ? value < high : value <= high);
}

template <Mode M>
[[gnu::always_inline]] inline bool Walker::number_checks(const NumberChecks& checks, const NumberToken& token,
                                                         Place start) {
  const std::uint8_t* const begin = text_ + *start;
  constexpr std::uint64_t kHighest = std::numeric_limits<std::int64_t>::max();
  bool bounds_hold = false;
  const bool short_number =
      token.exact && token.exponent <= 0 && token.exponent >= -8 && token.mantissa <= kHighest;
  if (short_number && checks.all_small) {
    bounds_hold = is_within(checks, token);
    if constexpr (!tells(M)) {
      if (!bounds_hold && !violates<M>("", start, [] { return std::string(); })) return false;
      bounds_hold = true;
    }
  }
  if (!bounds_hold) {
    const Value value = number_value(token, begin);
    const auto bound = [&](const Number* number, std::string_view keyword, std::string_view must,
                           auto breaks) {
      if (number == nullptr || !breaks(compare(value, *number))) return true;
      return violates<M>(keyword, start, [&] {
        return fmt::format("is {}, must be {} {}", describe(value, kToldBytesMax), must, number->text());
      });
    };
    if (!bound(checks.minimum, "minimum", "at least", [](auto order) { return order < 0; }) ||
        !bound(checks.maximum, "maximum", "at most", [](auto order) { return order > 0; }) ||
        !bound(checks.exclusive_minimum, "exclusiveMinimum", "greater than",
               [](auto order) { return order <= 0; }) ||
        !bound(checks.exclusive_maximum, "exclusiveMaximum", "less than",
               [](auto order) { return order >= 0; })) {
      return false;
    }
  }
  if (checks.multiple_of == nullptr) return true;
  bool known = false;
  bool divides = token.exact && checks.divisor_mantissa != 0 && divides_exactly(checks, token, known);
  if (!known) {
    if (static_cast<std::size_t>(token.end - begin) > kDivisibleBytesMax) return stop();
    divides = is_multiple_of(number_value(token, begin), *checks.multiple_of);
  }
  return divides || violates<M>("multipleOf", start, [&] {
           return fmt::format("is {}, must be a multiple of {}",
                              describe(number_value(token, begin), kToldBytesMax),
                              checks.multiple_of->text());
         });
}

template <Mode M>
[[gnu::always_inline]] inline Place Walker::number(const Check& check, Place at) {
  const std::uint8_t* const begin = text_ + *at;
  const NumberToken token = read_number(begin);
  if constexpr (is_instance(M)) {
    if (token.end == nullptr || !kEndsToken[*token.end]) return malformed(*at, "not a number");
  }
  const TypeMask type = token.integer ? kInteger : kReal;
  if ((check.types & type) == 0) {
    const bool whole = (check.types & kInteger) != 0 && !check.lexical_integer && is_whole(token, begin);
    if (!whole && !wrong_type<M>(check, at)) return nullptr;
  }
  if (check.numbers != nullptr && !number_checks<M>(*check.numbers, token, at)) return nullptr;
  if (check.extra && !finish<M>(check, at, number_value(token, begin))) return nullptr;
  return at + 1;
}

template <Mode M>
[[gnu::always_inline]] inline Place Walker::literal(const Check& check, Place at, Token token) {
  const std::uint8_t* const begin = text_ + *at;
  if constexpr (is_instance(M)) {
    // "true", "alse" or "null", and what follows: without asking which, since nobody could predict true or
    // false.
    const std::size_t skipped = *begin == 'f' ? 1 : 0;
    std::uint32_t word = 0;
    std::memcpy(&word, begin + skipped, sizeof(word));
    const bool right = word == (token == Token::null ? kNullWord : *begin == 'f' ? kFalseWord : kTrueWord);
    if (!right || !kEndsToken[begin[4 + skipped]]) {
      return malformed(*at, "neither true, false nor null");
    }
  }
  const TypeMask type = token == Token::null ? kNull : kBoolean;
  if ((check.types & type) == 0 && !wrong_type<M>(check, at)) return nullptr;
  if (check.extra) {
    Value value;
    value.kind = token == Token::null ? Kind::null : Kind::boolean;
    if (token == Token::boolean) value.boolean = *begin == 't';
    if (!finish<M>(check, at, value)) return nullptr;
  }
  return at + 1;
}

template <Mode M>
bool Walker::string_checks(const StringChecks& checks, std::string_view text, Place start) {
  const auto told = [&] { return describe(values_.scalar(start), kToldBytesMax); };
  // Bytes alone often tell: a code point has one to four.
  if (text.size() / 4 < checks.min || text.size() > checks.max) {
    const std::uint64_t length = code_points(text);
    if (length < checks.min && !violates<M>("minLength", start, [&] {
          return fmt::format("is {}, {} characters long, must have at least {}", told(), length, checks.min);
        })) {
      return false;
    }
    if (length > checks.max && !violates<M>("maxLength", start, [&] {
          return fmt::format("is {}, {} characters long, must have at most {}", told(), length, checks.max);
        })) {
      return false;
    }
  }
  if (checks.pattern != nullptr && !checks.pattern->search(text) && !violates<M>("pattern", start, [&] {
        return fmt::format("is {}, must match {}", told(), checks.pattern->text());
      })) {
    return false;
  }
  return !checks.format || assay::holds(*checks.format, text) || violates<M>("format", start, [&] {
    return fmt::format("is {}, must be of the format {}", told(), assay::to_string(*checks.format));
  });
}

template <Mode M>
[[gnu::always_inline]] inline Place Walker::string(const Check& check, Place at) {
  const bool looks_inside = check.strings != nullptr || check.extra;
  bool escaped = false;
  StringToken token;
  if (escapes_ || looks_inside) {
    token = read_string(text_, at);
    if (escapes_) {
      const std::uint8_t* const bad = bad_escape(token, escaped);
      if (is_instance(M) && bad != nullptr) {
        return malformed(static_cast<std::uint32_t>(bad - text_), "an escape that JSON does not have");
      }
    }
  }
  if ((check.types & kString) == 0 && !wrong_type<M>(check, at)) return nullptr;
  if (!looks_inside) return at + 1;
  const Value value = string_value(token, escaped);
  if (check.strings != nullptr &&
      !string_checks<M>(*check.strings,
                        escaped ? assay::text_of(value, workspace_.text_b) : as_text(value.raw), at)) {
    return nullptr;
  }
  if (check.extra && !finish<M>(check, at, value)) return nullptr;
  return at + 1;
}

}  // namespace assay::schema::json
