// What logical types ask of a value beyond its encoding.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/bytes.h"

namespace assay::schema::avro {

// Bytes of two's complement, big-endian, without the bytes that only repeat the sign. Nothing stays of
// nothing.
Bytes strip_sign(Bytes unscaled);

// The largest magnitude of a precision, as bytes to compare with: no big numbers on the data path.
class DecimalBound {
 public:
  // The range -(10^precision - 1) .. 10^precision - 1.
  explicit DecimalBound(std::uint32_t precision);

  enum class Fit : std::uint8_t { yes, no, empty, too_long };
  // `empty`: zero bytes are no number (Java refuses them). `too_long`: beyond kDecimalBytesMax, not judged.
  Fit fits(Bytes unscaled) const;

  // A decimal beyond this is not computed with: comparing and printing grow with the square of the length.
  static constexpr std::size_t kDecimalBytesMax = 4096;

 private:
  Buffer most_;   // two's complement of the largest value, of the same length as
  Buffer least_;  // that of the smallest. Empty: any length up to kDecimalBytesMax fits
};

// RFC 4122 text: 8-4-4-4-12 hexadecimal digits, either case.
bool is_uuid(std::string_view text);

// Well-formed UTF-8 (RFC 3629). Short ASCII is the rule, and costs a few loads.
bool is_utf8(Bytes bytes);

inline constexpr std::int64_t kDayMs = 86'400'000;

}  // namespace assay::schema::avro
