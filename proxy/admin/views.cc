#include "proxy/admin/views.h"

#include <simdjson.h>

#include <algorithm>

#include "base/base64.h"

namespace assay::proxy {
namespace {

std::string_view to_string(judge::SchemaMode mode) {
  switch (mode) {
    case judge::SchemaMode::required:
      return "required";
    case judge::SchemaMode::optional:
      return "optional";
    case judge::SchemaMode::off:
      return "off";
  }
  return "unknown";
}

std::string_view to_string(judge::OnUndecided on_undecided) {
  switch (on_undecided) {
    case judge::OnUndecided::retry:
      return "retry";
    case judge::OnUndecided::accept:
      return "accept";
    case judge::OnUndecided::reject:
      return "reject";
  }
  return "unknown";
}

Json schema_id_view(std::int32_t id) {
  return id < 0 ? Json(nullptr) : Json(id);
}

}  // namespace

std::string to_text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json bytes_view(const std::optional<Buffer>& bytes) {
  if (!bytes) return nullptr;
  const std::string_view text = as_text(*bytes);
  if (simdjson::validate_utf8(text.data(), text.size())) return text;
  return Json{{"base64", encode_base64(*bytes)}};
}

Json violation_view(const Violation& violation) {
  return Json{{"rule", violation.rule},
              {"part", to_string(violation.part)},
              {"path", violation.path},
              {"kind", violation.kind},
              {"reason", violation.reason},
              {"fragment", violation.fragment},
              {"action", to_string(violation.action)},
              {"masked", violation.masked}};
}

Json row_view(const rejects::RejectRow& row) {
  Json violations = Json::array();
  for (const Violation& violation : row.violations) violations.push_back(violation_view(violation));
  return Json{{"id", row.id.text()},
              {"time", format_time(row.time_ms)},
              {"topic", row.topic},
              {"partition", row.partition},
              {"outcome", to_string(row.outcome)},
              {"state", to_string(row.state)},
              {"violations", std::move(violations)},
              {"key", bytes_view(row.key)},
              {"valueBytes", row.value_bytes < 0 ? Json(nullptr) : Json(row.value_bytes)},
              {"payload", to_string(row.payload)},
              {"timestamp", format_time(row.timestamp_ms)},
              {"keySchemaId", schema_id_view(row.key_schema_id)},
              {"valueSchemaId", schema_id_view(row.value_schema_id)},
              {"subject", row.subject},
              {"client",
               {{"id", row.client.client_id},
                {"software", row.client.software},
                {"principal", row.client.principal},
                {"address", row.client.address}}},
              {"ruleSetVersion", row.rule_set_version},
              {"batch", row.batch.text()},
              {"recordIndex", row.record_index},
              {"batchRecords", row.batch_records},
              {"batchViolating", row.batch_violating},
              {"fingerprint", row.fingerprint},
              {"occurrences", row.occurrences},
              {"firstSeen", format_time(row.first_seen_ms)},
              {"lastSeen", format_time(row.last_seen_ms)}};
}

Json stats_view(const rejects::StatsRow& row) {
  Json out = Json::object();
  const auto name = [&](const char* member, const std::string& value) {
    if (!value.empty()) out[member] = value;
  };
  name("topic", row.topic);
  name("rule", row.rule);
  name("path", row.path);
  name("kind", row.kind);
  name("client", row.client_id);
  name("fingerprint", row.fingerprint);
  out["records"] = row.records;
  out["notKept"] = row.not_kept;
  out["occurrences"] = row.occurrences;
  out["evaluated"] = row.evaluated;
  out["firstSeen"] = format_time(row.first_seen_ms);
  out["lastSeen"] = format_time(row.last_seen_ms);
  return out;
}

std::map<const rules::Rule*, Json> unbound_views(const Snapshot& snapshot) {
  std::map<std::uint32_t, std::string> names;
  for (const auto& [name, topic] : *snapshot.topics) names.emplace(topic->number, name);
  std::map<const rules::Rule*, Json> out;
  for (const auto& [key, entry] : *snapshot.plans) {
    const auto topic = names.find(key.topic);
    if (entry.plan == nullptr || topic == names.end()) continue;
    for (const rules::Binding& binding : entry.plan->unbound()) {
      Json& list = out.try_emplace(binding.rule, Json::array()).first->second;
      Json one{{"topic", topic->second}, {"why", binding.why}};
      if (std::find(list.begin(), list.end(), one) == list.end()) list.push_back(std::move(one));
    }
  }
  return out;
}

Json rule_view(const rules::Rule& rule, const Json& unbound) {
  Json out = Json::parse(rule.json);
  out["source"] = rule.source;
  out["unbound"] = unbound;
  return out;
}

Json topic_view(const TopicEntry& topic) {
  Json rules = Json::array();
  for (const rules::Rule* rule : topic.rules) rules.push_back(rule->name);
  return Json{{"topic", topic.name},
              {"judged", topic.judged},
              {"enforcement", topic.policy.enforce ? "enforce" : "observe"},
              {"key", {{"schema", to_string(topic.policy.key.schema)}}},
              {"value", {{"schema", to_string(topic.policy.value.schema)}}},
              {"tombstones", topic.policy.reject_tombstones ? "reject" : "pass"},
              {"onViolation", to_string(topic.policy.on_violation)},
              {"onUndecided", to_string(topic.policy.on_undecided)},
              {"rules", std::move(rules)}};
}

Json problem_view(const rules::Problem& problem) {
  return Json{{"file", problem.file},
              {"pointer", problem.pointer},
              {"line", problem.at.line},
              {"column", problem.at.column},
              {"message", problem.message},
              {"suggestion", problem.suggestion},
              {"severity", problem.warning ? "warning" : "error"}};
}

}  // namespace assay::proxy
