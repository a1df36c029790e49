// Which policy a topic has. Policies are globs in the order of the configuration; a topic takes the first
// that matches, and what that one leaves open from the defaults.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "judge/policy.h"
#include "proxy/produce/snapshot.h"
#include "rules/rule_set.h"

namespace assay::proxy {

struct PolicyRow {
  std::vector<std::string> topics;  // globs
  judge::TopicPolicy policy;
};

struct PolicySet {
  std::vector<PolicyRow> rows;
  judge::TopicPolicy unmatched;  // for topics that only rules match: schema `optional` for the value
  bool enforce = true;           // the whole gateway: false caps every topic
  std::vector<std::string> sensitive_tags{"PII", "PRIVATE", "SENSITIVE"};  // compared without case
};

// A topic that neither a policy nor an enabled rule matches is not judged. `number` goes into plan keys: a
// new one for each resolution, so that plans of an older policy or rule set are never found again.
std::shared_ptr<const TopicEntry> resolve_topic(std::string_view name, std::uint32_t number,
                                                const PolicySet& policies, const rules::RuleSet& rules);

// Whether a schema has fields with a sensitive tag, or has more fields than are looked at.
bool has_sensitive_fields(const SchemaFacts& facts, const PolicySet& policies);

// What a plan for that key is compiled from. Errors: a pinned or named schema that is not in the snapshot.
Result<judge::PlanInput> plan_input(const PlanKey& key, const TopicEntry& topic, const Snapshot& snapshot,
                                    const PolicySet& policies);

}  // namespace assay::proxy
