#include "registry/schema/json_schema/token.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "record/number.h"

namespace assay::schema::json {
namespace {

constexpr std::int32_t kExponentMax = 1'000'000'000;

// Powers of ten that are doubles.
constexpr std::array<double, 23> kPowers = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                            1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                            1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

bool is_digit(std::uint8_t c) {
  return static_cast<std::uint8_t>(c - '0') <= 9;
}

double nearest_double(const NumberToken& token, const std::uint8_t* begin) {
  constexpr std::uint64_t kWhole = std::uint64_t{1} << 53U;
  const int exponent = token.exponent;
  // Two doubles that are exact, and one rounding.
  if (token.exact && token.mantissa <= kWhole && exponent >= -22 && exponent <= 22) {
    const auto mantissa = static_cast<double>(token.mantissa);
    const double value = exponent < 0 ? mantissa / kPowers[static_cast<std::size_t>(-exponent)]
                                      : mantissa * kPowers[static_cast<std::size_t>(exponent)];
    return token.negative ? -value : value;
  }
  double value = 0;
  const auto* const first = reinterpret_cast<const char*>(begin);
  const auto* const last = reinterpret_cast<const char*>(token.end);
  if (std::from_chars(first, last, value).ec != std::errc::result_out_of_range) return value;
  // Too large or too small: only a negative exponent, or a fraction of zeros, makes it small.
  std::string canonical;
  append_canonical(begin, token.end, canonical);
  const std::size_t e = canonical.find('e');
  const long long order = std::stoll(canonical.substr(e + 1)) + static_cast<long long>(e);
  const double magnitude = order > 0 ? std::numeric_limits<double>::infinity() : 0.0;
  return token.negative ? -magnitude : magnitude;
}

unsigned hex4(const std::uint8_t* p) {
  unsigned value = 0;
  for (int i = 0; i < 4; ++i) {
    const std::uint8_t c = p[i];
    const unsigned low = c | 0x20U;
    if (is_digit(c)) {
      value = value << 4U | (c - '0');
    } else if (low >= 'a' && low <= 'f') {
      value = value << 4U | (low - 'a' + 10);
    } else {
      return 0x10000;
    }
  }
  return value;
}

}  // namespace

NumberToken read_long_number(const std::uint8_t* p) {
  NumberToken token;
  token.negative = *p == '-';
  p += token.negative ? 1 : 0;
  const std::uint8_t* const first = p;
  while (is_digit(*p)) token.mantissa = token.mantissa * 10 + static_cast<std::uint64_t>(*p++ - '0');
  const auto digits = p - first;
  if (digits == 0 || (*first == '0' && digits > 1)) return token;
  if (digits > 19) {
    // 20 digits may still fit; then the first is a 1 and nothing wrapped below 10^19.
    token.exact = digits == 20 && *first == '1' && token.mantissa >= 10'000'000'000'000'000'000ULL;
  }
  token.integer = *p != '.' && (*p | 0x20) != 'e';
  std::int64_t exponent = 0;
  if (*p == '.') {
    const std::uint8_t* const point = ++p;
    for (; is_digit(*p); ++p) {
      // Trailing zeros beyond what fits do not make a number inexact, but telling them apart is not worth it.
      if (token.mantissa > (std::numeric_limits<std::uint64_t>::max() - 9) / 10) token.exact = false;
      token.mantissa = token.mantissa * 10 + static_cast<std::uint64_t>(*p - '0');
    }
    if (p == point) return token;
    exponent = -(p - point);
  }
  if ((*p | 0x20) == 'e') {
    ++p;
    const bool minus = *p == '-';
    if (*p == '-' || *p == '+') ++p;
    const std::uint8_t* const power = p;
    std::int64_t written = 0;
    for (; is_digit(*p); ++p) written = std::min<std::int64_t>(written * 10 + (*p - '0'), kExponentMax);
    if (p == power) return token;
    exponent += minus ? -written : written;
  }
  if (exponent > kExponentMax || exponent < -kExponentMax) token.exact = false;
  token.exponent = token.exact ? static_cast<std::int32_t>(exponent) : 0;
  token.end = p;
  return token;
}

Value number_value(const NumberToken& token, const std::uint8_t* begin) {
  constexpr std::uint64_t kHighest = std::numeric_limits<std::int64_t>::max();
  Value value;
  if (token.integer && token.exact) {
    if (token.mantissa <= kHighest + (token.negative ? 1 : 0)) {
      value.kind = Kind::integer;
      value.integer = static_cast<std::int64_t>(token.negative ? 0 - token.mantissa : token.mantissa);
      return value;
    }
    if (!token.negative) {
      value.kind = Kind::natural;
      value.natural = token.mantissa;
      return value;
    }
  }
  value.kind = Kind::number;
  value.raw = {begin, token.end};
  value.real = nearest_double(token, begin);
  return value;
}

bool is_whole(const NumberToken& token, const std::uint8_t* begin) {
  if (token.integer || (token.exact && token.mantissa == 0)) return true;
  if (token.exact) {
    if (token.exponent >= 0) return true;
    std::uint64_t rest = token.mantissa;
    std::int32_t exponent = token.exponent;
    for (; exponent < 0 && rest % 10 == 0; ++exponent) rest /= 10;
    return exponent >= 0;
  }
  std::string canonical;
  append_canonical(begin, token.end, canonical);
  return canonical[canonical.find('e') + 1] != '-';
}

void append_canonical(const std::uint8_t* begin, const std::uint8_t* end, std::string& out) {
  const std::size_t start = out.size();
  if (*begin == '-') {
    out += '-';
    ++begin;
  }
  const std::size_t digits = out.size();
  std::int64_t exponent = 0;
  bool fraction = false;
  for (; begin < end && (*begin | 0x20) != 'e'; ++begin) {
    if (*begin == '.') {
      fraction = true;
      continue;
    }
    exponent -= fraction ? 1 : 0;
    if (out.size() > digits || *begin != '0') out += static_cast<char>(*begin);
  }
  if (begin < end) {
    ++begin;
    const bool minus = *begin == '-';
    if (!is_digit(*begin)) ++begin;
    std::int64_t written = 0;
    for (; begin < end; ++begin)
      written = std::min<std::int64_t>(written * 10 + (*begin - '0'), 1'000'000'000'000);
    exponent += minus ? -written : written;
  }
  while (out.size() > digits && out.back() == '0') {
    out.pop_back();
    ++exponent;
  }
  if (out.size() == digits) {
    out.resize(start);
    exponent = 0;
  }
  std::array<char, 24> buffer{};
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), exponent);
  out += 'e';
  out.append(buffer.data(), written.ptr);
}

const std::uint8_t* bad_escape(StringToken token, bool& found) {
  const std::uint8_t* p = token.begin;
  while (p < token.end) {
    p = static_cast<const std::uint8_t*>(std::memchr(p, '\\', static_cast<std::size_t>(token.end - p)));
    if (p == nullptr) return nullptr;
    found = true;
    const std::uint8_t* const here = p++;
    switch (*p++) {
      case '"':
      case '\\':
      case '/':
      case 'b':
      case 'f':
      case 'n':
      case 'r':
      case 't':
        continue;
      case 'u':
        break;
      default:
        return here;
    }
    if (token.end - p < 4) return here;
    const unsigned code = hex4(p);
    p += 4;
    if (code > 0xFFFF || (code >= 0xDC00 && code <= 0xDFFF)) return here;
    if (code < 0xD800 || code > 0xDBFF) continue;
    if (token.end - p < 6 || p[0] != '\\' || p[1] != 'u') return here;
    const unsigned low = hex4(p + 2);
    if (low < 0xDC00 || low > 0xDFFF) return here;
    p += 6;
  }
  return nullptr;
}

std::uint64_t code_points(std::string_view text) {
  std::uint64_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
  return count;
}

}  // namespace assay::schema::json
