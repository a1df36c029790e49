// What a node asks of numbers, strings and constants, made ready. Behind lower().
#pragma once

#include <optional>

#include "registry/schema/json_schema/program.h"

namespace assay::schema::json {

// Nothing when the node asks nothing. What is made points into the node.
std::optional<StringChecks> string_checks_of(const Node& node, bool assert_formats);
std::optional<NumberChecks> number_checks_of(const Node& node);
// `single`: of `const`; otherwise of the list of an `enum`. Moved, it stays good; copied, it does not.
Constants constants_of(const Json& source, bool single);

// Check::plain and Check::number_needs. REQUIRES: the rest of the check is filled.
TypeMask plain_types_of(const Check& check);
std::uint8_t number_needs_of(const Check& check);

}  // namespace assay::schema::json
