// What a registry's answers say. All of it is somebody else's text: read with bounds, never trusted.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "registry/schema_source.h"
#include "registry/store/store.h"

namespace assay::registry {

struct SchemaAnswer {
  FetchedSchema schema;                // its references not yet fetched
  std::vector<SchemaReference> needs;  // what they are
};

// {schema, schemaType?, id?, guid?, references?, metadata?, ruleSet?}; AVRO when it names no type.
Result<SchemaAnswer> parse_schema_answer(std::string_view body);
// ["a", "b"] or [{"subject": "a", "version": 1}, ...]: distinct subjects.
Result<std::vector<std::string>> parse_subjects_answer(std::string_view body);

struct ContextId {
  std::string context;
  std::int32_t id = 0;
};
// [{"context": ".", "id": 7}]
Result<std::vector<ContextId>> parse_ids_answer(std::string_view body);

// {error_code, message}; 0 and "" for what the body does not say.
struct ErrorAnswer {
  int code = 0;
  std::string message;
};
ErrorAnswer parse_error_answer(std::string_view body);

// For the disk: everything in a FetchedSchema, as JSON.
std::string write_fetched(const FetchedSchema& schema);
Result<FetchedSchema> read_fetched(std::string_view text);

}  // namespace assay::registry
