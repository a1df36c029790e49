// Plain JSON as Avro binary, for samples that people write: what Schema::to_json prints reads back the same.
//
//   union      the value alone; the first branch that it fits
//   bytes, fixed   "0x…" in hexadecimal, or code points up to 255, as in Avro's JSON encoding
//   decimal    a number, or its text ("12.50"): exact, however long
//   date, time, timestamp, duration   the integer (a duration its bytes), or ISO 8601
//   float, double   a number, "NaN", "Infinity", "-Infinity"
#pragma once

#include <span>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "base/limits.h"
#include "registry/schema/schema.h"

namespace assay::schema::avro {

// A field that is missing takes its default, else null where its type has it; a member that is no field is an
// error. A value that its encoding can hold but its logical type forbids is encoded: the validator judges it.
// A top-level `bytes` stands bare. Errors: `invalid` names the place, "/parts/0: is not a long";
// `too_large` for depth and steps beyond the limits; those of the schema as avro::parse tells them.
Result<Buffer> encode_json(std::string_view schema_text, std::span<const Reference> references,
                           std::string_view json, const Limits& limits);

// For a schema without references.
inline Result<Buffer> encode_json(std::string_view schema_text, std::string_view json, const Limits& limits) {
  return encode_json(schema_text, {}, json, limits);
}

}  // namespace assay::schema::avro
