// Finds checks that no value can satisfy, or that hold whatever the value is: a rule like that is a mistake.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rules/checks.h"

namespace assay::rules {

struct Contradiction {
  Op at = Op::type;                 // the keyword to point at
  std::optional<std::size_t> item;  // of its list
  std::string message;
};

// What is impossible about these keywords taken together. `header`: the value is text or bytes.
std::vector<Contradiction> contradictions(const std::vector<Check>& list, bool header);

}  // namespace assay::rules
