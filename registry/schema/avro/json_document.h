// JSON text -> document, with a bound on its nesting: everything after it recurses over the document without
// fear.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/limits.h"

namespace assay::schema::avro {

// Errors name line and column. Comments are allowed, as in Java's parser.
Result<nlohmann::json> parse_document(std::string_view text, const Limits& limits);

// What a SAX handler's parse_error was told, with line and column. `position`: bytes read, the bad one
// included.
Error not_json(std::string_view text, std::size_t position, const std::string& last_token);
Error nested_too_deep(std::size_t depth_max);

}  // namespace assay::schema::avro
