// Globs for topic names: `*` is any run of characters, `?` is one. Matching is linear in pattern times text,
// without recursion, since patterns come from people.
#pragma once

#include <string_view>

namespace assay {

bool glob_matches(std::string_view pattern, std::string_view text);

}  // namespace assay
