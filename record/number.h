// Exact numbers: every numeric kind of Value, and the numbers in rules and schemas, as unscaled * 10^-scale.
// 64-bit integers, JSON numbers and decimals compare without a detour through doubles. A stored double
// compares with the double nearest to the bound, a float with the nearest float: 0.1 is not above a maximum
// of 0.1.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "record/value.h"

namespace assay {

// A number written in a schema or a rule: prepared once, compared often.
class Number {
 public:
  // `text` is a JSON number (RFC 8259); `invalid` otherwise, `too_large` beyond 1,000 digits.
  static Result<Number> parse(std::string_view text);
  explicit Number(std::int64_t value);

  const std::string& text() const { return text_; }
  bool is_integer() const { return exponent_ >= 0; }  // 1.0 and 1e2 are
  bool fits_int64() const { return small_; }
  std::int64_t int64() const { return int64_; }  // REQUIRES: fits_int64()
  double nearest_double() const { return double_; }
  // The same text for 1, 1.0 and 10e-1.
  std::string canonical() const { return (negative_ ? "-" : "") + digits_ + 'e' + std::to_string(exponent_); }

 private:
  friend std::partial_ordering compare(const Value& value, const Number& bound);
  friend bool is_multiple_of(const Value& value, const Number& divisor);
  Number() = default;
  std::string text_;
  std::string digits_;         // significant digits, no zeros at either end; empty for 0
  std::int64_t exponent_ = 0;  // value = digits * 10^exponent
  bool negative_ = false;
  bool small_ = false;  // an integer within int64
  std::int64_t int64_ = 0;
  double double_ = 0;  // correctly rounded; infinite beyond the range
};

// REQUIRES: value.numeric(). Unordered only for NaN.
std::partial_ordering compare(const Value& value, const Number& bound);

// REQUIRES: value.numeric(); divisor > 0. 0.3 is a multiple of 0.1 (decimal arithmetic), NaN and infinities
// of nothing.
bool is_multiple_of(const Value& value, const Number& divisor);

// Whether a numeric value is integral: 1.0 is (JSON Schema draft 6 and later).
bool is_integral(const Value& value);

// -1.50 for the decimal with unscaled -150 and scale 2, and so on for every numeric kind.
std::string number_text(const Value& value);

}  // namespace assay
