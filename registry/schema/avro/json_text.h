// A body as JSON text, for people: unions plain, bytes as hexadecimal (0x…), decimals as numbers, dates and
// times as ISO 8601, NaN and infinities as texts. Not Avro's own JSON encoding, which is for machines.
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "base/limits.h"
#include "registry/schema/avro/model.h"

namespace assay::schema::avro {

// `invalid` when the bytes do not decode; `too_large` when the text, the depth or the steps go beyond the
// limits. A value that decodes but breaks its logical type, or UTF-8, is shown as it stands.
Result<std::string> to_json_text(const Model& model, Bytes body, const Limits& limits);

// The value of a date or time type as ISO 8601; a plain number for years that ISO 8601 does not write with
// four digits.
std::string date_text(std::int64_t days);
std::string time_text(std::int64_t count, std::int64_t per_second);
std::string timestamp_text(std::int64_t count, std::int64_t per_second, bool utc);
// Twelve bytes: months, days, milliseconds, each little-endian. P1M2DT0.003S
std::string duration_text(Bytes fixed);

}  // namespace assay::schema::avro
