// What people write for a value -> the value: the reverse of json_text.h. Nothing comes of a text that is
// something else.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "base/limits.h"

namespace assay::schema::avro {

// JSON in which a number with a fraction, an exponent or more than 64 bits stays the text that it was, as a
// `binary` value: no digit of a decimal is lost. Errors name line and column; `too_large` beyond the depth.
Result<nlohmann::json> parse_sample(std::string_view text, const Limits& limits);

// ISO 8601: 2022-01-08 in days; 01:02:03.004 in units; both with T between and, for an instant, Z or +01:00.
// A fraction finer than the unit, or a count beyond 64 bits, is none.
std::optional<std::int64_t> read_date(std::string_view text);
std::optional<std::int64_t> read_time(std::string_view text, std::int64_t per_second);
std::optional<std::int64_t> read_timestamp(std::string_view text, std::int64_t per_second, bool utc);
// P1M2DT0.003S: all three parts, as Avro's twelve bytes.
std::optional<Buffer> read_duration(std::string_view text);

// "-12.50", "1e3": times 10^scale, as the shortest two's complement, big-endian. None when the scale has no
// room for a digit, or for a number of more than DecimalBound::kDecimalBytesMax bytes.
std::optional<Buffer> read_decimal(std::string_view text, std::uint32_t scale);

// "0x0102".
std::optional<Buffer> read_hex(std::string_view text);
// UTF-8 of code points up to 255, each a byte. REQUIRES: well-formed UTF-8.
std::optional<Buffer> read_latin1(std::string_view text);

}  // namespace assay::schema::avro
