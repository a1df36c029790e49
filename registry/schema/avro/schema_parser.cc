#include "registry/schema/avro/schema_parser.h"

#include <fmt/format.h>

#include "registry/schema/avro/definitions.h"
#include "registry/schema/avro/json_document.h"

namespace assay::schema::avro {
namespace {

std::string place_of_reference(const Reference& reference) {
  return fmt::format("reference \"{}\"", reference.name);
}

}  // namespace

Result<Model> parse_model(std::string_view text, std::span<const Reference> references,
                          const Limits& limits) {
  std::size_t bytes = text.size();
  for (const Reference& reference : references) bytes += reference.text.size();
  if (bytes > limits.schema_bytes_max) {
    return Error(ErrorCode::too_large,
                 fmt::format("the schema and its references have {} bytes, more than {}", bytes,
                             limits.schema_bytes_max));
  }
  Definitions definitions(limits);
  for (const Reference& reference : references) {
    auto document = parse_document(reference.text, limits);
    if (!document) return document.error().within(place_of_reference(reference));
    const auto read = definitions.read(std::move(*document), place_of_reference(reference));
    if (!read) return read.error();
  }
  auto document = parse_document(text, limits);
  if (!document) return document.error();
  const auto root = definitions.read(std::move(*document), "");
  if (!root) return root.error();
  return definitions.finish(*root);
}

}  // namespace assay::schema::avro
