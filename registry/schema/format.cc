#include "registry/schema/schema.h"

namespace assay::schema {

std::string_view to_string(Format format) {
  switch (format) {
    case Format::avro:
      return "AVRO";
    case Format::json:
      return "JSON";
    case Format::protobuf:
      return "PROTOBUF";
  }
  return "UNKNOWN";
}

Result<Format> parse_format(std::string_view name) {
  for (const Format format : {Format::avro, Format::json, Format::protobuf}) {
    if (name == to_string(format)) return format;
  }
  return Error(ErrorCode::unsupported,
               "schema type \"" + std::string(name) + "\" is not AVRO, JSON or PROTOBUF");
}

}  // namespace assay::schema
