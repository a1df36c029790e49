// Rule files -> checked rules. A set is loaded whole or not at all; an active set is immutable.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/limits.h"
#include "base/text_position.h"
#include "record/path.h"
#include "record/violation.h"

namespace assay::rules {

class Checks;  // the compiled-to-be keywords of one rule; rules/checks.h

enum class Severity : std::uint8_t { info, warning, error };

std::string_view to_string(Severity severity);

struct Rule {
  std::string name;
  std::string doc;
  std::string owner;
  std::vector<std::string> topics;  // globs
  Path field;
  Severity severity = Severity::error;
  std::optional<Action> on_violation;  // nothing: the topic's default
  bool enabled = true;
  bool masked = false;  // has `encrypted`: a violating value is a plaintext secret
  std::shared_ptr<const Checks> checks;
  std::string source;  // "rules/customers.json:/rules/0"
  std::string json;    // the rule as written, defaults filled in: GET /v1/rules
};

// One thing wrong with a file, told so that a person finds and fixes it.
struct Problem {
  std::string file;
  std::string pointer;  // JSON Pointer
  TextPosition at;
  std::string message;     // "unknown keyword \"minimun\""
  std::string suggestion;  // "did you mean \"minimum\"?"; may be empty
  bool warning = false;
};

std::string to_string(
    const Problem& problem);  // rules/a.json:7:21: /rules/0/check: unknown keyword "minimun"; did you …

struct RuleFile {
  std::string name;  // for messages
  std::string text;
};

class RuleSet {
 public:
  // In the files' order. Enabled and disabled ones.
  std::span<const Rule> rules() const { return rules_; }
  // Enabled rules whose globs match, in order; pointers live as long as this set.
  std::vector<const Rule*> for_topic(std::string_view topic) const;
  // 16 hex digits of a hash over all texts: every verdict records it.
  const std::string& version() const { return version_; }

 private:
  friend struct LoadedRules load_rules(std::span<const RuleFile>, const Limits&);
  std::vector<Rule> rules_;
  std::string version_;
};

struct LoadedRules {
  std::shared_ptr<const RuleSet> set;  // null when any problem is no warning
  std::vector<Problem> problems;
};

// Every problem of every file, not only the first.
LoadedRules load_rules(std::span<const RuleFile> files, const Limits& limits);

// The files that PATH names: itself, or every *.json below a folder, sorted; hidden files and *.schema.json
// are left out.
Result<std::vector<RuleFile>> read_rule_files(const std::filesystem::path& path, const Limits& limits);

// The published JSON Schema of rule files (draft 2020-12), which editors use; kept equal to the loader by a
// test.
std::string_view rule_file_schema();

}  // namespace assay::rules
