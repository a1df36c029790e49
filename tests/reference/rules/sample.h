// A line of accept.jsonl or reject.jsonl, judged by the rules twice: by the program and by the twin.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "rules/program.h"
#include "tests/reference/rules/naive_check.h"

namespace assay::rules::reference {

// A line is a JSON value, or {"$record": {"key": …, "headers": {name: text or null, or a list of these},
// "value": …}}, where a missing or null `value` is a tombstone.
struct Sample {
  std::optional<Json> key;
  std::optional<Json> value;  // nothing: a tombstone
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;
};

Sample read_sample(const std::string& line);

// Rule, path with its part ("header:tenant"), keyword.
using Broken = std::set<std::tuple<std::string, std::string, std::string>>;

Broken judge_naively(std::span<const Rule* const> rules, const Sample& sample);
// By Program: leaves, slots, headers. `passes` is what the yes/no pass says.
Broken judge_by_program(const Program& program, const Sample& sample, bool& passes);

}  // namespace assay::rules::reference
