// JSON Schema, draft-04 to 2020-12, as a compiled program that runs beside simdjson's first stage: no DOM.
// Without `$schema` a text is draft-07. `$dynamicRef`, `$recursiveRef` and `unevaluated*` are `unsupported`.
// Formats are asserted unless CompileOptions says otherwise.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "registry/schema/schema.h"

namespace assay::schema::json {

// The schema `true` ("true") is plain JSON: well-formed, no key twice.
// `references`: Reference::name is the URI under which the others may refer to it (relative to the root's
// `$id`). Errors as `parse_schema`: `invalid` (with the JSON Pointer of the place), `unsupported`,
// `too_large`.
Result<std::shared_ptr<const Schema>> parse(std::string_view text, std::span<const Reference> references,
                                            const Limits& limits);

}  // namespace assay::schema::json
