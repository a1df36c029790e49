// JSON text -> document, with a bound on its nesting: everything after it recurses over the document without
// fear.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "base/error.h"
#include "base/limits.h"

namespace assay::schema::avro {

// Errors name line and column. Comments are allowed, as in Java's parser.
Result<nlohmann::json> parse_document(std::string_view text, const Limits& limits);

}  // namespace assay::schema::avro
