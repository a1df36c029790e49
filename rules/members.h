// The members of a rule file and of a rule, and the words that some of them take.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "rules/rule_set.h"

namespace assay::rules {

std::span<const std::string_view> file_members();
std::span<const std::string_view> rule_members();

// What a rule file can ask for: not yet `divert`.
std::span<const Action> actions();
std::optional<Action> action_named(std::string_view name);

std::span<const Severity> severities();
std::optional<Severity> severity_named(std::string_view name);

}  // namespace assay::rules
