// Reads one rule file: its defaults and its rules, every member known, nothing twice.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "rules/reporter.h"

namespace assay::rules {

// Where each rule name was first seen: "rules/a.json:7:21". Names are unique over all files.
using SeenNames = std::map<std::string, std::string>;

// Appends the rules that are sound; the others were reported.
void read_rule_file(const RuleFile& file, const Limits& limits, SeenNames& seen, std::vector<Rule>& rules,
                    std::vector<Problem>& problems);

}  // namespace assay::rules
