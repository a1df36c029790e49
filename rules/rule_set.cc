#include "rules/rule_set.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>

#include "base/glob.h"
#include "rules/rule_reader.h"

namespace assay::rules {
namespace {

// Names and texts, each with its length, so that no two sets of files run together.
std::string version_of(std::span<const RuleFile> files) {
  XXH3_state_t* state = XXH3_createState();
  XXH3_64bits_reset(state);
  for (const RuleFile& file : files) {
    for (const std::string* part : {&file.name, &file.text}) {
      const std::uint64_t bytes = part->size();
      XXH3_64bits_update(state, &bytes, sizeof bytes);
      XXH3_64bits_update(state, part->data(), part->size());
    }
  }
  const std::uint64_t hash = XXH3_64bits_digest(state);
  XXH3_freeState(state);
  return fmt::format("{:016x}", hash);
}

}  // namespace

std::vector<const Rule*> RuleSet::for_topic(std::string_view topic) const {
  std::vector<const Rule*> found;
  for (const Rule& rule : rules_) {
    const bool applies =
        rule.enabled && std::any_of(rule.topics.begin(), rule.topics.end(),
                                    [&](const auto& glob) { return glob_matches(glob, topic); });
    if (applies) found.push_back(&rule);
  }
  return found;
}

LoadedRules load_rules(std::span<const RuleFile> files, const Limits& limits) {
  LoadedRules loaded;
  auto set = std::make_shared<RuleSet>();
  SeenNames seen;
  for (const RuleFile& file : files) read_rule_file(file, limits, seen, set->rules_, loaded.problems);
  const bool good = std::all_of(loaded.problems.begin(), loaded.problems.end(),
                                [](const Problem& problem) { return problem.warning; });
  if (!good) return loaded;
  set->version_ = version_of(files);
  loaded.set = std::move(set);
  return loaded;
}

}  // namespace assay::rules
