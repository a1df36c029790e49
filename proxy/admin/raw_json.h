// JSON taken apart without being understood: what people give as samples is judged as they wrote it, with
// every digit of its numbers and every name that stands there twice, however deep it is nested.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay::proxy {

// The members of an object, in their order: name (unescaped) and the text of the value. Nothing when `json`
// is no JSON (RFC 8259) or no object. Needs no stack for nested values.
using RawMembers = std::vector<std::pair<std::string, std::string>>;
std::optional<RawMembers> raw_members(std::string_view json);

// The texts of an array's items. Nothing when `json` is no JSON or no array.
std::optional<std::vector<std::string>> raw_items(std::string_view json);

}  // namespace assay::proxy
