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
[[gnu::noinline]] bool Walker::bounds_checks(const NumberChecks& checks, const NumberToken& token,
                                             Place start) {
  const std::uint8_t* const begin = text_ + *start;
  const Value value = number_value(token, begin);
  const auto bound = [&](const Number* number, std::string_view keyword, std::string_view must, auto breaks) {
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
  return true;
}

template <Mode M>
[[gnu::noinline]] bool Walker::divisor_holds(const NumberChecks& checks, const NumberToken& token,
                                             Place start) {
  const std::uint8_t* const begin = text_ + *start;
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
[[gnu::always_inline]] inline bool Walker::number_checks(const NumberChecks& checks, const NumberToken& token,
                                                         Place start) {
  constexpr std::uint64_t kHighest = std::numeric_limits<std::int64_t>::max();
  if constexpr (!tells(M)) {
    if (token.integer && token.exact && checks.all_small && token.mantissa <= kHighest) {
      const auto magnitude = static_cast<std::int64_t>(token.mantissa);
      const std::int64_t value = token.negative ? -magnitude : magnitude;
      const bool within = value >= checks.lowest && value <= checks.highest;
      if (!within && !violates<M>("", start, [] { return std::string(); })) return false;
      return checks.multiple_of == nullptr || divisor_holds<M>(checks, token, start);
    }
  }
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
  if (!bounds_hold && !bounds_checks<M>(checks, token, start)) return false;
  return checks.multiple_of == nullptr || divisor_holds<M>(checks, token, start);
}

// Whether a number begins there, and nothing else, that passes without being compared: a quick yes, or a
// maybe.
inline bool is_plain_number(const Check& check, const std::uint8_t* p) {
  const bool negative = *p == '-';
  p += negative ? 1 : 0;
  const unsigned has = negative ? 0 : *p == '0' ? 1 : 2;
  const unsigned whole = digits_at(p);
  if (has < check.number_needs || whole - 1 >= 15 || (*p == '0' && whole > 1)) return false;
  p += whole;
  if (kEndsToken[*p]) return (check.plain & kInteger) != 0;
  if (*p != '.' || (check.plain & kReal) == 0) return false;
  const unsigned fraction = digits_at(++p);
  return fraction - 1 < 15 && kEndsToken[p[fraction]];
}

template <Mode M>
Place Walker::number(const Check& check, Place at) {
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
Place Walker::literal(const Check& check, Place at, Token token) {
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
Place Walker::string(const Check& check, Place at) {
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

// Mode::judge, for numbers of up to 8 digits on either side of the point and bounds that are integers; the
// rest it leaves to number().
inline Place Walker::short_number(const Check& check, Place at) {
  const std::uint8_t* const begin = text_ + *at;
  if ((check.plain & kInteger) != 0 && is_plain_number(check, begin)) return at + 1;
  const bool negative = *begin == '-';
  const std::uint8_t* p = begin + (negative ? 1 : 0);
  const unsigned whole = digits_at(p);
  const bool quick = check.numbers == nullptr || check.numbers->only_small;
  if (whole - 1 >= 8 || (*p == '0' && whole > 1) || !quick) return number<Mode::judge>(check, at);
  auto mantissa = static_cast<std::int64_t>(value_of_digits(p, whole));
  p += whole;
  if (kEndsToken[*p]) {
    if ((check.types & kInteger) == 0) return number<Mode::judge>(check, at);
    const std::int64_t value = negative ? -mantissa : mantissa;
    const NumberChecks* const checks = check.numbers;
    if (checks != nullptr && (value < checks->lowest || value > checks->highest)) ok_ = false;
    if (!check.extra) return at + 1;
    Value told;
    told.kind = Kind::integer;
    told.integer = value;
    return finish<Mode::judge>(check, at, told) ? at + 1 : nullptr;
  }
  const unsigned fraction = *p == '.' ? digits_at(p + 1) : 0;
  if (fraction - 1 >= 8 || !kEndsToken[p[fraction + 1]] || (check.types & kReal) == 0) {
    return number<Mode::judge>(check, at);
  }
  const auto scale = static_cast<std::int64_t>(kTens[fraction]);
  mantissa = mantissa * scale + static_cast<std::int64_t>(value_of_digits(p + 1, fraction));
  const std::int64_t value = negative ? -mantissa : mantissa;
  if (const NumberChecks* const checks = check.numbers) {
    const std::int64_t low = checks->low_near.value * scale + (checks->low_near.exclusive ? 1 : 0);
    const std::int64_t high = checks->high_near.value * scale - (checks->high_near.exclusive ? 1 : 0);
    if (value < low || value > high) ok_ = false;
  }
  if (!check.extra) return at + 1;
  Value told;
  told.kind = Kind::number;
  told.raw = {begin, p + 1 + fraction};
  told.real = static_cast<double>(value) / static_cast<double>(scale);  // both exact, one rounding
  if (negative && value == 0) told.real = -0.0;
  return finish<Mode::judge>(check, at, told) ? at + 1 : nullptr;
}

// Mode::judge, for texts without escapes; the rest it leaves to string().
inline Place Walker::short_string(const Check& check, Place at) {
  if (escapes_ || (check.types & kString) == 0) return string<Mode::judge>(check, at);
  const StringToken token = read_string(text_, at);
  if (const StringChecks* const checks = check.strings) {
    const std::size_t size = token.size();
    if (size < checks->enough || size > checks->max) return string<Mode::judge>(check, at);
    const std::string_view text = as_text(token.bytes());
    if (checks->pattern != nullptr && !checks->pattern->search(text)) ok_ = false;
    if (checks->format && !assay::holds(*checks->format, text)) ok_ = false;
  }
  if (!check.extra) return at + 1;
  if (check.few_strings) {
    ok_ = Values::is_among_few(*check.constants, as_text(token.bytes())) && ok_;
    return at + 1;
  }
  return finish<Mode::judge>(check, at, string_value(token, false)) ? at + 1 : nullptr;
}

}  // namespace assay::schema::json
