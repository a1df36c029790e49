// Whether the fields that rules read are in the schemas of their topics, as far as those are known.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "proxy/produce/policy.h"
#include "registry/schema/schema.h"
#include "rules/rule_set.h"

namespace assay::proxy {

// A rule that no schema known for its topics has a field for, or whose check can hold in none of them.
struct UnboundRule {
  const rules::Rule* rule = nullptr;
  std::string topic;  // one of its topics
  std::string why;    // as rules::Binding says it of the schema seen last
  std::size_t schemas = 0;
};

// That rule as a problem of the file it stands in, at its field.
rules::Problem problem_of(const UnboundRule& unbound, std::span<const rules::RuleFile> files,
                          const Limits& limits);

class RuleFields {
 public:
  // Both outlive it.
  RuleFields(const rules::RuleSet& rules, const PolicySet& policies);

  // Whether versions of that subject could be schemas of a topic that a rule is about.
  bool wants(const std::string& subject) const;
  // A version of a subject: it is a schema of the topics whose policy says so (by TopicName, TopicRecordName
  // or a pinned subject; a RecordName subject says nothing of topics).
  void add_version(const std::string& subject, const schema::Schema& schema);
  // A schema of that part of the topic's records.
  void add(const std::string& topic, Part part, const schema::Schema& schema);

  // The topics without wildcards that rules name: what a registry can be asked about.
  std::vector<std::string> named_topics() const;
  // The subjects that the topic's policy has for its key and value, as far as they can be told without a
  // record.
  std::vector<std::string> subjects_of(const std::string& topic) const;
  // Rules that were asked for at least once and are bound nowhere. Disabled rules and those on headers never.
  std::vector<UnboundRule> unbound() const;

 private:
  struct Asked {
    std::size_t schemas = 0;
    bool bound = false;
    std::string topic, why;
  };
  const TopicEntry& entry(const std::string& topic) const;

  const rules::RuleSet& rules_;
  const PolicySet& policies_;
  std::set<std::string> named_;
  mutable std::map<std::string, std::shared_ptr<const TopicEntry>> entries_;
  std::map<const rules::Rule*, Asked> asked_;
};

}  // namespace assay::proxy
