// Where a page ended. For whoever holds it a text without meaning; its check digits tell a typing error from
// an end.
//
//   cursor := "r" row_number:16 hex digits check:4 hex digits     check: the low 16 bits of XXH3-64 of what
//   stands before
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace assay::rejects {

std::string cursor_text(std::uint64_t row_number);
// `invalid` for anything that `cursor_text` does not give.
Result<std::uint64_t> parse_cursor(std::string_view text);

}  // namespace assay::rejects
