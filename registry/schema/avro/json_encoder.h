// Plain JSON as Avro binary, for samples that people write. Unions are plain: the first branch that fits.
// Slow and simple.
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "base/limits.h"

namespace assay::schema::avro {

// A missing field takes its default, or null where a union allows it. Bytes and fixed are texts of code
// points up to 255, as in Avro's JSON encoding, or the "0x…" that Schema::to_json prints. A top-level `bytes`
// stands bare. The schema is one that parses. Errors name the place: "/parts/0: is no long".
Result<Buffer> encode_json(std::string_view schema_text, std::string_view json, const Limits& limits);

}  // namespace assay::schema::avro
