// What makes two rejects the same trouble: topic, rule, the path without its indexes, and the kind of the
// check.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/violation.h"

namespace assay::rejects {

// "lines[2].quantity", "key:id", "header:tenant": a violation's path as people write it in a rule or a
// filter.
std::string full_path(const Violation& violation);

// "lines[*].quantity". REQUIRES: a full path. Names in quotes and headers stay as they are.
std::string path_shape(std::string_view full_path);

// The violation that a row is filed under: the first among the strictest. Null when there is none.
const Violation* leading(const std::vector<Violation>& violations);

// XXH3-64 over the four, each behind its length. Never changes: people keep fingerprints in tickets.
std::uint64_t fingerprint(std::string_view topic, std::string_view rule, std::string_view shape,
                          std::string_view kind);

// 16 lower-case hex digits, and back (either case).
std::string fingerprint_text(std::uint64_t fingerprint);
std::optional<std::uint64_t> parse_fingerprint(std::string_view text);

}  // namespace assay::rejects
