// Reads the `check` of a rule: every keyword known, every operand of its form, and the whole of it possible.
#pragma once

#include <memory>

#include "rules/checks.h"
#include "rules/reporter.h"

namespace assay::rules {

// Null when anything was wrong; all of it was reported. `header`: the field is a header, which is text or
// bytes.
std::shared_ptr<const Checks> read_check(const Place& at, bool header, const Limits& limits,
                                         Reporter& reporter);

}  // namespace assay::rules
