// Any text as a rule file: it loads, or every problem has its place; what loads also compiles, judges and
// loads again.
#include <cstdlib>

#include "rules/program.h"
#include "rules/rule_set.h"

namespace {

using namespace assay;

Limits small_limits() {
  Limits limits;
  limits.rule_file_bytes_max = 64 << 10;
  limits.schema_nodes_max = 5'000;
  return limits;
}

void judge(const rules::RuleSet& set) {
  std::vector<const rules::Rule*> all;
  for (const rules::Rule& rule : set.rules()) all.push_back(&rule);
  const auto compiled = rules::compile(all, nullptr, nullptr, small_limits());
  if (!compiled) return;
  std::vector<Value> keys(compiled->program->reads(Part::key).size()),
      values(compiled->program->reads(Part::value).size());
  for (Value& value : values) {
    value.kind = Kind::string;
    value.raw = as_bytes("a@b");
  }
  rules::Readings readings{keys, values, nullptr, false};
  std::vector<Violation> violations;
  compiled->program->explain(readings, Action::reject, violations);
  if (compiled->program->passes(readings) != violations.empty()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::vector<rules::RuleFile> files{{"f.json", std::string(as_text({data, size}))}};
  const rules::LoadedRules loaded = rules::load_rules(files, small_limits());
  if ((loaded.set == nullptr) == loaded.problems.empty()) std::abort();
  for (const rules::Problem& problem : loaded.problems) {
    if (problem.at.line == 0 || problem.message.empty()) std::abort();
  }
  if (loaded.set == nullptr) return 0;
  judge(*loaded.set);
  for (const rules::Rule& rule : loaded.set->rules()) {
    const std::vector<rules::RuleFile> again{{"f.json", R"({"rules":[)" + rule.json + "]}"}};
    if (rules::load_rules(again, Limits{}).set == nullptr) std::abort();
  }
  return 0;
}
