// The slow twin of rules/checks.h: walks a check as it is written, over a value as nlohmann_json read it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace assay::rules::reference {

using Json = nlohmann::ordered_json;

// The keywords of `check` that a value breaks. `value` null pointer: absent.
std::vector<std::string> broken_keywords(const Json& check, const Json* value);

}  // namespace assay::rules::reference
