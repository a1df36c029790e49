#include "tests/reference/produce/world.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <stdexcept>

namespace assay::kit {

using namespace proxy;

World::World() {
  rejects::Client client;
  client.client_id = "tester";
  client_ = std::make_shared<const rejects::Client>(std::move(client));
  policies.unmatched = policy();
}

World& World::topic(std::string glob, judge::TopicPolicy policy) {
  policies.rows.push_back({{std::move(glob)}, std::move(policy)});
  forget();
  return *this;
}

World& World::rule_file(const std::string& json) {
  const rules::RuleFile file{"rules.json", json};
  auto loaded = rules::load_rules({&file, 1}, limits);
  if (!loaded.set) throw std::runtime_error(to_string(loaded.problems.front()));
  snapshot_.rules = std::move(loaded.set);
  forget();
  return *this;
}

World& World::rules(const std::vector<std::string>& rules) {
  return rule_file(fmt::format(R"({{"topics":["*"],"rules":[{}]}})", fmt::join(rules, ",")));
}

World& World::avro(std::int32_t id, std::string_view schema, std::set<std::string> subjects) {
  return schema_text(schema::Format::avro, id, schema, std::move(subjects));
}

World& World::json(std::int32_t id, std::string_view schema, std::set<std::string> subjects) {
  return schema_text(schema::Format::json, id, schema, std::move(subjects));
}

World& World::schema_text(schema::Format format, std::int32_t id, std::string_view text,
                          std::set<std::string> subjects) {
  KnownSchema known;
  known.schema = schema::parse_schema(format, text, {}, limits).value();
  known.id = id;
  known.sensitive = has_sensitive_fields(known.schema->facts(), policies);
  subjects_[by_id(id).ref] = std::move(subjects);
  return schema(by_id(id), std::move(known));
}

World& World::schema(const SchemaName& name, KnownSchema known) {
  registry_.insert_or_assign(name, std::move(known));
  snapshot_.schemas = std::make_shared<SchemaTable>();
  snapshot_.memberships = std::make_shared<MembershipTable>();
  forget();
  return *this;
}

World& World::name_topic(const kafka::TopicId& id, std::string name) {
  names_.insert_or_assign(id, std::move(name));
  return *this;
}

void World::forget() {
  snapshot_.topics = std::make_shared<TopicTable>();
  snapshot_.plans = std::make_shared<PlanTable>();
}

Inspection World::ask(const kafka::ProduceRequest& request) {
  InspectContext context{.limits = limits,
                         .now_ms = now_ms,
                         .ids = ids_,
                         .client = client_,
                         .last_try = last_try,
                         .traits = traits};
  return inspect(request, snapshot_, context, scratch_);
}

Decision World::decide(const kafka::ProduceRequest& request) {
  constexpr int kRoundsMax = 16;
  for (int round = 0; round < kRoundsMax; ++round) {
    Inspection inspection = ask(request);
    if (auto* decision = std::get_if<Decision>(&inspection)) return std::move(*decision);
    resolve(std::get<Wanted>(inspection));
  }
  throw std::runtime_error("inspect wants the same things again and again");
}

void World::resolve(const Wanted& wanted) {
  static const rules::RuleSet kNoRules;
  auto topics = *snapshot_.topics;
  for (const std::string& name : wanted.topics) {
    topics[name] =
        resolve_topic(name, next_topic_number_++, policies, snapshot_.rules ? *snapshot_.rules : kNoRules);
  }
  auto names = *snapshot_.topic_names;
  for (const auto& id : wanted.topic_ids) {
    if (const auto known = names_.find(id); known != names_.end()) names.insert(*known);
  }
  auto schemas = *snapshot_.schemas;
  for (const SchemaName& name : wanted.schemas) {
    const auto known = registry_.find(name);
    KnownSchema unknown;
    unknown.state = KnownSchema::State::unknown;
    schemas.insert_or_assign(name, known == registry_.end() ? unknown : known->second);
  }
  auto memberships = *snapshot_.memberships;
  for (const MembershipKey& key : wanted.memberships) {
    const auto& owners = subjects_[key.first];
    memberships[key] = {owners.contains(key.second), {owners.begin(), owners.end()}, 0};
  }
  snapshot_.topics = std::make_shared<TopicTable>(std::move(topics));
  snapshot_.topic_names = std::make_shared<TopicNameTable>(std::move(names));
  snapshot_.schemas = std::make_shared<SchemaTable>(std::move(schemas));
  snapshot_.memberships = std::make_shared<MembershipTable>(std::move(memberships));
  auto plans = *snapshot_.plans;
  for (const PlanKey& key : wanted.plans) compile_plan(key, plans);
  snapshot_.plans = std::make_shared<PlanTable>(std::move(plans));
  ++snapshot_.version;
}

void World::compile_plan(const PlanKey& key, PlanTable& plans) {
  for (const auto& [name, entry] : *snapshot_.topics) {
    if (entry->number != key.topic) continue;
    auto input = plan_input(key, *entry, snapshot_, policies);
    auto plan = input ? judge::Plan::compile(std::move(*input), limits) : input.error();
    plans[key] = plan ? PlanEntry{*plan, {}} : PlanEntry{nullptr, plan.error().message()};
  }
}

judge::TopicPolicy policy() {
  judge::TopicPolicy out;
  out.value.schema = judge::SchemaMode::optional;
  return out;
}

judge::TopicPolicy requiring_schema() {
  judge::TopicPolicy out;
  out.value.schema = judge::SchemaMode::required;
  return out;
}

SchemaName by_id(std::int32_t id) {
  SchemaName name;
  name.ref.id = id;
  return name;
}

Outcome outcome_of(const Request& request, Decision decision) {
  Outcome out;
  for (const LocalAnswer& answer : decision.answers)
    out.errors[{answer.topic, answer.partition}] = answer.response.error_code;
  if (decision.forward == Decision::Forward::nothing) return out;
  Buffer sent(request.frame().begin(), request.frame().end());
  out.byte_for_byte = decision.forward == Decision::Forward::untouched;
  if (!out.byte_for_byte) {
    const auto gathered = edit_request(request.decoded(), request.frame(), std::move(decision.edits));
    sent.clear();
    for (const Bytes piece : gathered.pieces) append(sent, piece);
    sent.erase(sent.begin(), sent.begin() + 4);
  }
  kafka::ProduceRequest read;
  kafka::decode(sent, {}, read).value();
  auto& forwarded = out.forwarded.emplace();
  forwarded.acks = read.acks;
  for (const auto& topic : read.topics) {
    auto& copy = forwarded.topics.emplace_back();
    copy.name = topic.name;
    copy.id = topic.id;
    for (const auto& partition : topic.partitions) {
      auto& to = copy.partitions.emplace_back();
      to.index = partition.index;
      if (partition.records) to.records.emplace(partition.records->begin(), partition.records->end());
    }
  }
  return out;
}

std::vector<std::string> texts_of(const Decision& decision) {
  std::vector<std::string> out;
  for (const auto* answers : {&decision.answers, &decision.unless_kept}) {
    for (const LocalAnswer& answer : *answers) {
      out.push_back(answer.response.error_message.value_or(""));
      for (const auto& error : answer.response.record_errors) out.push_back(error.message);
    }
  }
  for (const auto* drafts : {&decision.must_keep, &decision.keep_if_possible}) {
    for (const rejects::Draft& draft : *drafts) {
      for (const auto& record : draft.violating) {
        for (const Violation& violation : record.violations) {
          out.push_back(violation.reason);
          out.push_back(violation.fragment);
          out.push_back(violation.path);
        }
      }
    }
  }
  return out;
}

}  // namespace assay::kit
