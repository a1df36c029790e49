#include "proxy/catalog/rule_fields.h"

#include <fmt/format.h>

#include <algorithm>

#include "rules/bindings.h"
#include "rules/json_node.h"

namespace assay::proxy {
namespace {

using judge::SubjectStrategy;

struct PartOf {
  Part part;
  std::string_view suffix;  // of TopicNameStrategy
  judge::PartPolicy judge::TopicPolicy::*policy;
};
constexpr PartOf kParts[] = {{Part::key, "-key", &judge::TopicPolicy::key},
                             {Part::value, "-value", &judge::TopicPolicy::value}};

// Whether versions of the subject are schemas of that part. `record` is the schema's name; empty: any will
// do.
bool is_of(const std::string& subject, const std::string& topic, const PartOf& part,
           const judge::PartPolicy& policy, const std::string& record) {
  if (policy.schema == judge::SchemaMode::off) return false;
  switch (policy.strategy) {
    case SubjectStrategy::topic_name:
      return subject == topic + std::string(part.suffix);
    case SubjectStrategy::topic_record_name:
      return record.empty() ? subject.starts_with(topic + "-") : subject == topic + "-" + record;
    case SubjectStrategy::pinned:
      return subject == policy.pinned_subject;
    case SubjectStrategy::record_name:
      return false;
  }
  return false;
}

// The topic that a subject of TopicNameStrategy is of.
std::optional<std::string> topic_of(const std::string& subject, const PartOf& part) {
  if (subject.size() <= part.suffix.size() || !subject.ends_with(part.suffix)) return std::nullopt;
  return subject.substr(0, subject.size() - part.suffix.size());
}

}  // namespace

rules::Problem problem_of(const UnboundRule& unbound, std::span<const rules::RuleFile> files,
                          const Limits& limits) {
  rules::Problem problem;
  const std::string& source = unbound.rule->source;  // "rules/a.json:/rules/0"
  const auto colon = source.rfind(":/");
  problem.file = source.substr(0, colon);
  if (colon != std::string::npos) problem.pointer = source.substr(colon + 1) + "/field";
  const auto file =
      std::find_if(files.begin(), files.end(), [&](const auto& one) { return one.name == problem.file; });
  if (file != files.end()) {
    const auto parsed = rules::parse_node(file->text, limits);
    problem.at = position_of(file->text, rules::nearest_node(parsed.root, problem.pointer).offset);
  }
  const auto hint = unbound.why.find("; ");
  problem.message = fmt::format("rule {} can never match: of {} known schema{} of topic {}, {}",
                                unbound.rule->name, unbound.schemas, unbound.schemas == 1 ? "" : "s",
                                unbound.topic, unbound.why.substr(0, hint));
  if (hint != std::string::npos) problem.suggestion = unbound.why.substr(hint + 2);
  return problem;
}

RuleFields::RuleFields(const rules::RuleSet& rules, const PolicySet& policies)
    : rules_(rules), policies_(policies) {
  for (const rules::Rule& rule : rules.rules()) {
    if (!rule.enabled || rule.field.part == Part::header) continue;
    for (const std::string& glob : rule.topics) {
      if (glob.find_first_of("*?") == std::string::npos) named_.insert(glob);
    }
  }
}

const TopicEntry& RuleFields::entry(const std::string& topic) const {
  auto& known = entries_[topic];
  if (known == nullptr) known = resolve_topic(topic, 0, policies_, rules_);
  return *known;
}

bool RuleFields::wants(const std::string& subject) const {
  for (const PartOf& part : kParts) {
    const auto topic = topic_of(subject, part);
    if (topic && !entry(*topic).rules.empty() &&
        is_of(subject, *topic, part, entry(*topic).policy.*part.policy, "")) {
      return true;
    }
    for (const std::string& named : named_) {
      if (is_of(subject, named, part, entry(named).policy.*part.policy, "")) return true;
    }
  }
  return false;
}

void RuleFields::add_version(const std::string& subject, const schema::Schema& schema) {
  for (const PartOf& part : kParts) {
    auto topics = named_;
    if (auto topic = topic_of(subject, part)) topics.insert(std::move(*topic));
    for (const std::string& topic : topics) {
      if (is_of(subject, topic, part, entry(topic).policy.*part.policy, schema.record_name()))
        add(topic, part.part, schema);
    }
  }
}

void RuleFields::add(const std::string& topic, Part part, const schema::Schema& schema) {
  for (const rules::Rule* rule : entry(topic).rules) {
    if (rule->field.part != part) continue;
    Asked& asked = asked_[rule];
    ++asked.schemas;
    if (asked.bound) continue;
    rules::Binding binding = rules::bind(*rule, &schema.facts());
    asked.bound = binding.state == rules::Binding::State::bound;
    asked.topic = topic;
    asked.why = std::move(binding.why);
  }
}

std::vector<std::string> RuleFields::named_topics() const {
  return {named_.begin(), named_.end()};
}

std::vector<std::string> RuleFields::subjects_of(const std::string& topic) const {
  std::vector<std::string> subjects;
  for (const PartOf& part : kParts) {
    const judge::PartPolicy& policy = entry(topic).policy.*part.policy;
    if (policy.schema == judge::SchemaMode::off) continue;
    if (policy.strategy == SubjectStrategy::topic_name) subjects.push_back(topic + std::string(part.suffix));
    if (policy.strategy == SubjectStrategy::pinned) subjects.push_back(policy.pinned_subject);
  }
  return subjects;
}

std::vector<UnboundRule> RuleFields::unbound() const {
  std::vector<UnboundRule> out;
  for (const rules::Rule& rule : rules_.rules()) {
    const auto at = asked_.find(&rule);
    if (at == asked_.end() || at->second.bound) continue;
    out.push_back({&rule, at->second.topic, at->second.why, at->second.schemas});
  }
  return out;
}

}  // namespace assay::proxy
