#include "rules/members.h"

namespace assay::rules {
namespace {

constexpr std::string_view kFileMembers[] = {"$schema",  "$comment",    "topics", "owner",
                                             "severity", "onViolation", "rules"};
constexpr std::string_view kRuleMembers[] = {"name",  "doc",      "owner",       "topics",  "field",
                                             "check", "severity", "onViolation", "enabled", "$comment"};
constexpr Action kActions[] = {Action::reject, Action::mark, Action::observe};
constexpr Severity kSeverities[] = {Severity::info, Severity::warning, Severity::error};

template <class Word>
std::optional<Word> named(std::span<const Word> words, std::string_view name) {
  for (const Word word : words) {
    if (to_string(word) == name) return word;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::info:
      return "info";
    case Severity::warning:
      return "warning";
    case Severity::error:
      return "error";
  }
  return "unknown";
}

std::span<const std::string_view> file_members() {
  return kFileMembers;
}
std::span<const std::string_view> rule_members() {
  return kRuleMembers;
}
std::span<const Action> actions() {
  return kActions;
}
std::span<const Severity> severities() {
  return kSeverities;
}
std::optional<Action> action_named(std::string_view name) {
  return named(actions(), name);
}
std::optional<Severity> severity_named(std::string_view name) {
  return named(severities(), name);
}

}  // namespace assay::rules
