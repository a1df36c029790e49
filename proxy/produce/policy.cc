#include "proxy/produce/policy.h"

#include <algorithm>

#include "base/glob.h"

namespace assay::proxy {
namespace {

bool same_tag(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return (x | 0x20) == (y | 0x20); });
}

// Paths of the schema's fields that carry a sensitive tag. True when there are some, or may be some beyond
// the paths that are looked at.
bool add_tagged(Part part, const SchemaFacts& facts, const std::vector<std::string>& tags,
                std::vector<Path>& out) {
  constexpr std::size_t kPathsMax = 10'000;
  const std::size_t before = out.size();
  const auto paths = facts.paths(kPathsMax);
  for (const std::string& text : paths) {
    auto path = parse_path(text);
    if (!path) continue;
    const Type type = facts.type_at(*path);
    const bool sensitive = std::any_of(type.tags.begin(), type.tags.end(), [&](const std::string& tag) {
      return std::any_of(tags.begin(), tags.end(),
                         [&](const std::string& wanted) { return same_tag(tag, wanted); });
    });
    if (!sensitive) continue;
    path->part = part;
    out.push_back(std::move(*path));
  }
  return out.size() > before || paths.size() == kPathsMax;
}

Result<judge::PartInput> part_input(Part part, judge::Reading reading, const SchemaName& name,
                                    const judge::PartPolicy& policy, const Snapshot& snapshot,
                                    const std::vector<std::string>& sensitive_tags,
                                    std::vector<Path>& masked) {
  judge::PartInput input;
  input.reading = reading;
  input.assert_formats = policy.assert_formats;
  if (reading != judge::Reading::schema) return input;
  const auto known = snapshot.schemas->find(name);
  if (known == snapshot.schemas->end() || !known->second.schema) {
    return Error(ErrorCode::not_found, "the schema is not there yet");
  }
  input.schema = known->second.schema;
  input.tagged = add_tagged(part, input.schema->facts(), sensitive_tags, masked);
  return input;
}

}  // namespace

bool may_hold_secrets(const TopicEntry& topic) {
  return !topic.masked.empty() || std::any_of(topic.rules.begin(), topic.rules.end(),
                                              [](const rules::Rule* rule) { return rule->masked; });
}

bool has_sensitive_fields(const SchemaFacts& facts, const PolicySet& policies) {
  std::vector<Path> tagged;
  return add_tagged(Part::value, facts, policies.sensitive_tags, tagged);
}

std::shared_ptr<const TopicEntry> resolve_topic(std::string_view name, std::uint32_t number,
                                                const PolicySet& policies, const rules::RuleSet& rules) {
  auto entry = std::make_shared<TopicEntry>();
  entry->name = name;
  entry->number = number;
  entry->rules = rules.for_topic(name);
  entry->policy = policies.unmatched;
  const auto matches = [&](const PolicyRow& row) {
    return std::any_of(row.topics.begin(), row.topics.end(),
                       [&](const auto& glob) { return glob_matches(glob, name); });
  };
  const auto row = std::find_if(policies.rows.begin(), policies.rows.end(), matches);
  if (row != policies.rows.end()) entry->policy = row->policy;
  entry->policy.enforce = entry->policy.enforce && policies.enforce;
  entry->judged = row != policies.rows.end() || !entry->rules.empty();
  for (const rules::Rule* rule : entry->rules) {
    const bool fields = !rule->field.steps.empty();
    entry->rules_read_key = entry->rules_read_key || rule->field.part == Part::key;
    entry->rules_read_key_fields = entry->rules_read_key_fields || (rule->field.part == Part::key && fields);
    entry->rules_read_value = entry->rules_read_value || rule->field.part == Part::value;
  }
  for (const std::string& text : entry->policy.masked_paths) {
    if (auto path = parse_path(text)) entry->masked.push_back(std::move(*path));
  }
  return entry;
}

Result<judge::PlanInput> plan_input(const PlanKey& key, const TopicEntry& topic, const Snapshot& snapshot,
                                    const PolicySet& policies) {
  judge::PlanInput input;
  input.masked = topic.masked;
  auto key_part = part_input(Part::key, key.key_reading, key.key_schema, topic.policy.key, snapshot,
                             policies.sensitive_tags, input.masked);
  if (!key_part) return key_part.error().within("key");
  auto value_part = part_input(Part::value, key.value_reading, key.value_schema, topic.policy.value, snapshot,
                               policies.sensitive_tags, input.masked);
  if (!value_part) return value_part.error().within("value");
  input.key = std::move(*key_part);
  input.value = std::move(*value_part);
  input.rules = topic.rules;
  input.rule_set = snapshot.rules;
  input.default_action = topic.policy.on_violation;
  return input;
}

}  // namespace assay::proxy
