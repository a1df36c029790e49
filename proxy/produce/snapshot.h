// Everything that judging looks up, frozen: policies, rules, schemas, plans. A newer one replaces it as a
// whole; sessions hold the one that they began with until their request is decided.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "judge/plan.h"
#include "judge/policy.h"
#include "kafka/messages/produce.h"
#include "registry/schema/framing.h"
#include "registry/schema/schema.h"
#include "rules/rule_set.h"

namespace assay::proxy {

// What is known of a schema that records name (or a policy pins).
struct KnownSchema {
  enum class State : std::uint8_t {
    usable,
    unknown,      // the registry does not have it, asked again after grace: a violation
    unusable,     // it has it, but Assay cannot compile it: undecided, with `why`
    unavailable,  // the registry could not be asked: undecided, with `why`, until `expires_ms`
  } state = State::usable;
  std::shared_ptr<const schema::Schema> schema;
  std::int32_t id = -1;
  std::string why;
  EpochMs expires_ms = 0;  // 0: never
  bool sensitive = false;  // fields of it carry a sensitive tag: records that name it may hold secrets
};

// "This schema is a version of that subject", true for ever, false until it expires.
struct Membership {
  bool belongs = false;
  std::vector<std::string> owners;  // when it does not: the subjects that have it, for the refusal's text
  EpochMs expires_ms = 0;
};

// Names a schema: by the record's own reference, or by a pinned subject and version.
struct SchemaName {
  schema::SchemaRef ref;
  std::string subject;  // pinned: then ref is not looked at
  std::int32_t version = 0;
  auto operator<=>(const SchemaName&) const = default;
};

struct PlanKey {
  std::uint32_t topic = 0;  // TopicEntry::number: policy and rules
  // How each part is read; schema only for Reading::schema.
  judge::Reading key_reading = judge::Reading::nothing;
  judge::Reading value_reading = judge::Reading::nothing;
  SchemaName key_schema;
  SchemaName value_schema;
  auto operator<=>(const PlanKey&) const = default;
};

struct PlanEntry {
  std::shared_ptr<const judge::Plan> plan;  // null: `why` it could not be compiled; records are undecided
  std::string why;
};

// A topic that has been seen, resolved against policies and rules once.
struct TopicEntry {
  std::string name;
  std::uint32_t number = 0;  // of this (topic, policies, rule set): part of plan keys
  bool judged = false;       // false: passes untouched, batches are not opened
  judge::TopicPolicy policy;
  std::vector<const rules::Rule*> rules;
  bool rules_read_key = false;
  bool rules_read_key_fields = false;  // not only the key as a whole
  bool rules_read_value = false;
  std::vector<Path> masked;  // configured secrets; sensitive tags join when a plan is compiled
};

// Whether a record of that topic that was not read may hold a plaintext secret.
bool may_hold_secrets(const TopicEntry& topic);

using MembershipKey = std::pair<schema::SchemaRef, std::string>;  // (schema, subject)

using TopicTable = std::map<std::string, std::shared_ptr<const TopicEntry>, std::less<>>;
using TopicNameTable = std::map<kafka::TopicId, std::string>;
using SchemaTable = std::map<SchemaName, KnownSchema>;
using MembershipTable = std::map<MembershipKey, Membership>;
using PlanTable = std::map<PlanKey, PlanEntry>;

// The tables are shared between snapshots: a newer one copies only what it changes.
struct Snapshot {
  std::uint64_t version = 0;
  std::shared_ptr<const rules::RuleSet> rules;
  std::shared_ptr<const TopicTable> topics = std::make_shared<TopicTable>();
  std::shared_ptr<const TopicNameTable> topic_names = std::make_shared<TopicNameTable>();
  std::shared_ptr<const SchemaTable> schemas = std::make_shared<SchemaTable>();
  std::shared_ptr<const MembershipTable> memberships = std::make_shared<MembershipTable>();
  std::shared_ptr<const PlanTable> plans = std::make_shared<PlanTable>();
};

// What inspect could not find. Each list names what the next snapshot must hold, in one way or another. A
// batch that names very many schemas asks for them in several rounds.
struct Wanted {
  static constexpr std::size_t kItemsMax = 1'000;  // of one list, but for topics
  std::vector<std::string> topics;                 // to be resolved against policies
  std::vector<kafka::TopicId> topic_ids;           // to be named
  std::vector<SchemaName> schemas;
  std::vector<MembershipKey> memberships;
  std::vector<PlanKey> plans;
  bool empty() const {
    return topics.empty() && topic_ids.empty() && schemas.empty() && memberships.empty() && plans.empty();
  }
  bool full() const {
    return schemas.size() >= kItemsMax || memberships.size() >= kItemsMax || plans.size() >= kItemsMax;
  }
};

}  // namespace assay::proxy
