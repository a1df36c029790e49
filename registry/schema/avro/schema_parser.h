// Schema text -> Model. What Java's org.apache.avro 1.12 refuses is refused, with a JSON Pointer to the
// place:
//
//   schema := "name" | [ schema… ]                                   union
//           | { "type": "record"|"error", "name", "fields": [ { "name", "type": schema, "default", "order",
//           "aliases" } ] } | { "type": "enum", "name", "symbols": [ "name"… ], "default" } | { "type":
//           "fixed", "name", "size" } | { "type": "array", "items": schema } | { "type": "map", "values":
//           schema } | { "type": "name", "logicalType", … }                   a primitive or a defined name
//
// Names may be used before they are defined and defined again if nothing differs, as 1.12 allows. Comments
// are JSON comments.
#pragma once

#include <span>
#include <string_view>

#include "base/error.h"
#include "base/limits.h"
#include "registry/schema/avro/model.h"
#include "registry/schema/schema.h"

namespace assay::schema::avro {

Result<Model> parse_model(std::string_view text, std::span<const Reference> references, const Limits& limits);

}  // namespace assay::schema::avro
