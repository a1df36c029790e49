#include "registry/schema/avro/avro_schema.h"
#include "registry/schema/json_schema/json_schema.h"
#include "registry/schema/schema.h"

namespace assay::schema {

Result<std::shared_ptr<const Schema>> parse_schema(Format format, std::string_view text,
                                                   std::span<const Reference> references,
                                                   const Limits& limits) {
  if (text.size() > limits.schema_bytes_max)
    return Error(ErrorCode::too_large, "the schema's text is too large");
  switch (format) {
    case Format::avro:
      return avro::parse(text, references, limits);
    case Format::json:
      return json::parse(text, references, limits);
    case Format::protobuf:
      return Error(ErrorCode::unsupported,
                   "Protobuf schemas are not read by this version of Assay: AVRO and JSON are");
  }
  return Error(ErrorCode::internal, "a schema of no known format");
}

}  // namespace assay::schema
