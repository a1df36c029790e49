#include "tests/reference/broker_sequences/gate_rig.h"

#include <fmt/format.h>

#include <cstdlib>
#include <stdexcept>

#include "io/crypto/keyed_hash.h"
#include "proxy/produce/policy.h"
#include "rules/rule_set.h"

namespace assay::kit {
namespace {

proxy::KeyedHasher hasher() {
  auto hash = io::KeyedHash::random();
  if (!hash) throw std::runtime_error(hash.error().message());
  return [hash = *hash](std::span<const Bytes> pieces) { return hash.of(pieces); };
}

}  // namespace

std::string value_of(int ok, const std::string& id) {
  return fmt::format(R"({{"ok":{},"id":"{}"}})", ok, id);
}

Buffer batch_of(const std::vector<std::string>& values, const BatchOf& with) {
  std::vector<RecordView> records;
  for (const std::string& value : values) {
    RecordView record;
    record.index = static_cast<std::uint32_t>(records.size());
    record.timestamp_ms = 1'700'000'000'000;
    record.value = as_bytes(value);
    records.push_back(record);
  }
  auto batch = kafka::build_batch(records, {.producer_id = with.producer_id,
                                            .producer_epoch = with.epoch,
                                            .base_sequence = with.first,
                                            .transactional = with.transactional});
  if (!batch) throw std::logic_error(batch.error().message());
  return std::move(*batch);
}

GateRig::GateRig(proxy::ProducerTable::Options options) : table(options, hasher(), metrics) {
  rule(0);
}

void GateRig::rule(int minimum, Action action) {
  const char* name = action == Action::mark ? "mark" : action == Action::observe ? "observe" : "reject";
  const rules::RuleFile file{
      "t.json",
      fmt::format(
          R"({{"topics":["t"],"rules":[{{"name":"r","field":"ok","onViolation":"{}","check":{{"minimum":{}}}}}]}})",
          name, minimum)};
  auto loaded = rules::load_rules(std::span(&file, 1), limits_);
  if (!loaded.set) throw std::logic_error(loaded.problems.front().message);
  auto snapshot = std::make_shared<proxy::Snapshot>();
  snapshot->rules = loaded.set;
  const proxy::PolicySet policies;
  const auto entry = proxy::resolve_topic("t", ++number_, policies, *loaded.set);
  auto topics = std::make_shared<proxy::TopicTable>();
  topics->emplace("t", entry);
  snapshot->topics = topics;
  auto names = std::make_shared<proxy::TopicNameTable>();
  names->emplace(kafka::TopicId{1}, "t");
  snapshot->topic_names = names;
  const proxy::PlanKey key{
      .topic = number_, .key_reading = judge::Reading::nothing, .value_reading = judge::Reading::json};
  auto away = std::make_shared<proxy::Snapshot>(*snapshot);
  auto input = proxy::plan_input(key, *entry, *snapshot, policies);
  if (!input) throw std::logic_error(input.error().message());
  input->rule_set = loaded.set;
  auto plan = judge::Plan::compile(std::move(*input), limits_);
  if (!plan) throw std::logic_error(plan.error().message());
  auto plans = std::make_shared<proxy::PlanTable>();
  plans->emplace(key, proxy::PlanEntry{*plan, ""});
  snapshot->plans = plans;
  auto no_plans = std::make_shared<proxy::PlanTable>();
  no_plans->emplace(key, proxy::PlanEntry{nullptr, "the registry is away"});
  away->plans = no_plans;
  there_ = snapshot;
  away_snapshot_ = away;
}

proxy::Decision GateRig::decide(const std::vector<Partition>& partitions, std::int16_t version) {
  request_ = {};
  request_.header.api_version = version;
  request_.acks = acks;
  request_.topics.push_back({"t", {}, {}});
  if (version >= 13) request_.topics[0] = {"", kafka::TopicId{1}, {}};
  for (const Partition& partition : partitions)
    request_.topics[0].partitions.push_back({partition.index, partition.batch});
  return inspected(away_ ? *away_snapshot_ : *there_, false);
}

proxy::Decision GateRig::inspected(const proxy::Snapshot& snapshot, bool last_try) {
  proxy::InspectContext context{.limits = limits_,
                                .now_ms = now_ms,
                                .ids = ids_,
                                .client = client,
                                .last_try = last_try,
                                .producers = remembers ? &table : nullptr,
                                .traits = traits};
  auto found = proxy::inspect(request_, snapshot, context, scratch_);
  if (std::holds_alternative<proxy::Wanted>(found)) throw std::logic_error("something is wanted");
  auto decision = std::move(std::get<proxy::Decision>(found));
  judged += decision.judged.size();
  table.settle(decision.notes, now_ms);
  return decision;
}

std::int16_t GateRig::ask_at_last(Bytes batch) {
  request_ = {};
  request_.header.api_version = 9;
  request_.acks = acks;
  request_.topics.push_back({"t", {}, {{0, batch}}});
  const proxy::Decision decision = inspected(proxy::Snapshot{}, true);
  return decision.answers.empty() ? std::int16_t{-1} : decision.answers.front().response.error_code;
}

std::int16_t GateRig::ask(Bytes batch, bool durable) {
  const proxy::Decision decision = decide({{0, batch}});
  if (!decision.must_keep.empty()) kept(decision, durable);
  if (decision.answers.empty()) return -1;
  return (durable ? decision.answers : decision.unless_kept).front().response.error_code;
}

void GateRig::kept(const proxy::Decision& decision, bool durable) {
  table.kept(decision.notes, durable, now_ms);
}

double metric(const GateRig& rig, const std::string& name) {
  const std::string text = rig.metrics.expose();
  const auto at = text.find("\n" + name + " ");
  return at == std::string::npos ? -1 : std::atof(text.c_str() + at + name.size() + 2);
}

}  // namespace assay::kit
