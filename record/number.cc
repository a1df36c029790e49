// Decimals are compared as digit strings with an exponent, so that 1e999999999 costs what it is long, and
// nothing expands.
#include "record/number.h"

#include <fmt/format.h>

#include <boost/multiprecision/cpp_int.hpp>
#include <charconv>
#include <cmath>
#include <limits>

namespace assay {
namespace {

using boost::multiprecision::cpp_int;

constexpr std::size_t kDigitsMax = 1000;
// Decimals of up to this many significant digits have a double of their own (IEEE 754: DBL_DIG).
constexpr std::size_t kDigitsOfDouble = 15;

struct Decimal {
  bool negative = false;
  std::string digits;  // as in Number
  std::int64_t exponent = 0;
  bool zero() const { return digits.empty(); }
};

void strip(Decimal& decimal) {
  const auto first = decimal.digits.find_first_not_of('0');
  if (first == std::string::npos) {
    decimal = Decimal{};
    return;
  }
  const auto last = decimal.digits.find_last_not_of('0');
  decimal.exponent += static_cast<std::int64_t>(decimal.digits.size() - last - 1);
  decimal.digits = decimal.digits.substr(first, last - first + 1);
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Reads a JSON number; false when `text` is none.
bool read_decimal(std::string_view text, Decimal& out) {
  std::size_t at = 0;
  const auto digit_here = [&] { return at < text.size() && is_digit(text[at]); };
  if (at < text.size() && text[at] == '-') {
    out.negative = true;
    ++at;
  }
  const std::size_t whole = at;
  while (digit_here()) out.digits += text[at++];
  if (at == whole || (text[whole] == '0' && at - whole > 1)) return false;
  if (at < text.size() && text[at] == '.') {
    const std::size_t fraction = ++at;
    while (digit_here()) out.digits += text[at++];
    if (at == fraction) return false;
    out.exponent = -static_cast<std::int64_t>(at - fraction);
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    const bool minus = at < text.size() && text[at] == '-';
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    const std::size_t begin = at;
    std::int64_t exponent = 0;
    // An exponent beyond any text's length orders the same when it is cut here.
    while (digit_here())
      exponent = std::min<std::int64_t>(exponent * 10 + (text[at++] - '0'), 1'000'000'000'000);
    if (at == begin) return false;
    out.exponent += minus ? -exponent : exponent;
  }
  if (at != text.size()) return false;
  const bool negative = out.negative;
  strip(out);
  out.negative = negative && !out.zero();
  return true;
}

double read_double(std::string_view text, const Decimal& decimal) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc::result_out_of_range) return value;
  // from_chars leaves the value alone: too large or too small tells the magnitude's exponent.
  const bool huge = decimal.exponent + static_cast<std::int64_t>(decimal.digits.size()) > 0;
  const double magnitude = huge ? std::numeric_limits<double>::infinity() : 0.0;
  return decimal.negative ? -magnitude : magnitude;
}

cpp_int unscaled_of(Bytes big_endian) {
  cpp_int magnitude;
  boost::multiprecision::import_bits(magnitude, big_endian.begin(), big_endian.end(), 8, true);
  if (!big_endian.empty() && (big_endian[0] & 0x80U) != 0) magnitude -= cpp_int(1) << (8 * big_endian.size());
  return magnitude;
}

std::string shortest(double value, bool single) {
  return single ? fmt::format("{}", static_cast<float>(value)) : fmt::format("{}", value);
}

Decimal decimal_from_integer_text(std::string text, std::int64_t exponent) {
  Decimal out;
  if (text.starts_with('-')) {
    out.negative = true;
    text.erase(0, 1);
  }
  out.digits = std::move(text);
  out.exponent = exponent;
  strip(out);
  return out;
}

// REQUIRES: numeric and finite.
Decimal decimal_of(const Value& value) {
  if (value.kind == Kind::integer) return decimal_from_integer_text(std::to_string(value.integer), 0);
  if (value.kind == Kind::natural) return decimal_from_integer_text(std::to_string(value.natural), 0);
  if (value.kind == Kind::decimal)
    return decimal_from_integer_text(unscaled_of(value.raw).str(), -int{value.scale});
  Decimal out;
  if (value.kind == Kind::number) {
    read_decimal(as_text(value.raw), out);
    return out;
  }
  std::string text = shortest(value.real, value.single);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  read_decimal(text, out);
  return out;
}

std::strong_ordering order(const Decimal& a, bool b_negative, std::string_view b_digits,
                           std::int64_t b_exponent) {
  if (a.zero() || b_digits.empty()) {
    const int sign_a = a.zero() ? 0 : (a.negative ? -1 : 1);
    const int sign_b = b_digits.empty() ? 0 : (b_negative ? -1 : 1);
    return sign_a <=> sign_b;
  }
  if (a.negative != b_negative)
    return a.negative ? std::strong_ordering::less : std::strong_ordering::greater;
  auto magnitude = a.exponent + static_cast<std::int64_t>(a.digits.size()) <=>
                   b_exponent + static_cast<std::int64_t>(b_digits.size());
  if (magnitude == 0) magnitude = a.digits.compare(b_digits) <=> 0;
  return a.negative ? 0 <=> magnitude : magnitude;
}

}  // namespace

Result<Number> Number::parse(std::string_view text) {
  if (text.size() > kDigitsMax) return Error(ErrorCode::too_large, "a number of over 1,000 digits");
  Decimal decimal;
  if (!read_decimal(text, decimal)) {
    return Error(ErrorCode::invalid, fmt::format("\"{}\" is not a JSON number", text));
  }
  Number number;
  number.text_ = text;
  number.double_ = read_double(text, decimal);
  number.digits_ = std::move(decimal.digits);
  number.exponent_ = decimal.exponent;
  number.negative_ = decimal.negative;
  if (number.exponent_ >= 0 && number.exponent_ + static_cast<std::int64_t>(number.digits_.size()) <= 19) {
    const std::string whole = (number.negative_ ? "-" : "") +
                              (number.digits_.empty() ? "0" : number.digits_) +
                              std::string(static_cast<std::size_t>(number.exponent_), '0');
    const auto [end, error] = std::from_chars(whole.data(), whole.data() + whole.size(), number.int64_);
    number.small_ = error == std::errc();
  }
  return number;
}

Number::Number(std::int64_t value) : Number(parse(std::to_string(value)).value()) {}

std::partial_ordering compare(const Value& value, const Number& bound) {
  switch (value.kind) {
    case Kind::integer:
      if (bound.small_) return value.integer <=> bound.int64_;
      break;
    case Kind::real: {
      const double limit =
          value.single ? static_cast<double>(static_cast<float>(bound.double_)) : bound.double_;
      return value.real <=> limit;
    }
    case Kind::number: {
      // Rounding keeps order: different doubles decide, equal ones only when both texts are short.
      const auto rough = value.real <=> bound.double_;
      if (rough != 0) return rough;
      if (value.raw.size() <= kDigitsOfDouble && bound.text_.size() <= kDigitsOfDouble &&
          std::isfinite(value.real) && value.real != 0) {
        return rough;
      }
      break;
    }
    default:
      break;
  }
  return order(decimal_of(value), bound.negative_, bound.digits_, bound.exponent_);
}

bool is_multiple_of(const Value& value, const Number& divisor) {
  if (value.kind == Kind::integer && divisor.small_) return value.integer % divisor.int64_ == 0;
  if (value.kind == Kind::real && !std::isfinite(value.real)) return false;
  const Decimal decimal = decimal_of(value);
  if (decimal.zero()) return true;
  // digits * 10^exponent is a multiple of D * 10^e: below e never, since `digits` does not end in 0.
  const std::int64_t shift = decimal.exponent - divisor.exponent_;
  if (shift < 0) return false;
  const cpp_int modulus(divisor.digits_);
  cpp_int rest = cpp_int(decimal.digits) % modulus;
  if (rest == 0) return true;
  const cpp_int power = boost::multiprecision::powm(cpp_int(10), cpp_int(shift), modulus);
  return cpp_int(rest * power) % modulus == 0;
}

bool is_integral(const Value& value) {
  switch (value.kind) {
    case Kind::integer:
    case Kind::natural:
      return true;
    case Kind::real:
      return std::isfinite(value.real) && value.real == std::trunc(value.real);
    case Kind::number:
    case Kind::decimal:
      return decimal_of(value).exponent >= 0;
    default:
      return false;
  }
}

std::string number_text(const Value& value) {
  switch (value.kind) {
    case Kind::integer:
      return std::to_string(value.integer);
    case Kind::natural:
      return std::to_string(value.natural);
    case Kind::real:
      return shortest(value.real, value.single);
    case Kind::number:
      return std::string(as_text(value.raw));
    case Kind::decimal: {
      std::string digits = unscaled_of(value.raw).str();
      const bool negative = digits.starts_with('-');
      if (negative) digits.erase(0, 1);
      if (digits.size() <= value.scale) digits.insert(0, value.scale + 1U - digits.size(), '0');
      if (value.scale > 0) digits.insert(digits.size() - value.scale, ".");
      return negative ? '-' + digits : digits;
    }
    default:
      return {};
  }
}

}  // namespace assay
