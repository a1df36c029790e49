#include "registry/schema/avro/value_checks.h"

#include <simdjson.h>

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>

namespace assay::schema::avro {
namespace {

using boost::multiprecision::cpp_int;

// Digits that any number of kDecimalBytesMax bytes may have: log10(2) * 8 * 4096, rounded up.
constexpr std::uint32_t kDigitsMax = 9865;

}  // namespace

Bytes strip_sign(Bytes unscaled) {
  while (unscaled.size() > 1) {
    const bool negative = (unscaled[1] & 0x80U) != 0;
    if (unscaled[0] != (negative ? 0xFF : 0x00)) break;
    unscaled = unscaled.subspan(1);
  }
  return unscaled;
}

DecimalBound::DecimalBound(std::uint32_t precision) {
  if (precision >= kDigitsMax) return;
  const cpp_int most = boost::multiprecision::pow(cpp_int(10), precision) - 1;
  boost::multiprecision::export_bits(most, std::back_inserter(most_), 8, true);
  if ((most_.front() & 0x80U) != 0) most_.insert(most_.begin(), 0);
  // -x is ~(x - 1).
  const cpp_int below = most - 1;
  Buffer digits;
  boost::multiprecision::export_bits(below, std::back_inserter(digits), 8, true);
  least_.assign(most_.size() - digits.size(), 0);
  append(least_, digits);
  for (std::uint8_t& byte : least_) byte = static_cast<std::uint8_t>(~byte);
}

DecimalBound::Fit DecimalBound::fits(Bytes unscaled) const {
  if (unscaled.empty()) return Fit::empty;
  const Bytes value = strip_sign(unscaled);
  if (most_.empty()) return value.size() <= kDecimalBytesMax ? Fit::yes : Fit::too_long;
  if (value.size() != most_.size()) return value.size() < most_.size() ? Fit::yes : Fit::no;
  // Two's complement of one sign and one length orders as bytes do.
  const bool negative = (value[0] & 0x80U) != 0;
  const int order = std::memcmp(value.data(), negative ? least_.data() : most_.data(), value.size());
  return (negative ? order >= 0 : order <= 0) ? Fit::yes : Fit::no;
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const char lower = static_cast<char>(c | 0x20);
    const bool hex = (c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'f');
    const bool dash_here = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash_here ? c != '-' : !hex) return false;
  }
  return true;
}

bool is_utf8(Bytes bytes) {
  return simdjson::validate_utf8(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

}  // namespace assay::schema::avro
