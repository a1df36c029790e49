// Why a value breaks a check, in words: "is -1, must be greater than 0".
#pragma once

#include <string>

#include "rules/checks.h"

namespace assay::rules {

// What a keyword asks, behind "must": "be greater than 0", "contain \"@\"".
std::string demand(const Check& check);

// What is wrong. `masked`: nothing of the value is told, not even its length.
std::string reason(const Check& check, const Subject& subject, bool masked, std::size_t fragment_bytes_max);

// "is missing, but required" or "is null, but required".
std::string reason_missing(const Value& value);

}  // namespace assay::rules
