#include "tests/reference/rejects/naive_rejects.h"

#include <algorithm>
#include <map>
#include <regex>
#include <set>

#include "rejects/fingerprint.h"

namespace assay::rejects::testing {
namespace {

std::string written_path(const Violation& violation) {
  switch (violation.part) {
    case Part::key:
      return "key:" + violation.path;
    case Part::header:
      return "header:" + violation.path;
    case Part::value:
      return violation.path;
  }
  return {};
}

// Good for the paths of these tests, which have no quoted names.
std::string shape_of(const std::string& path) {
  if (path.starts_with("header:")) return path;
  return std::regex_replace(path, std::regex(R"(\[[0-9]+\])"), "[*]");
}

std::string host_of(const std::string& address) {
  return address.substr(0, address.find(':'));
}

bool masked(const DraftRecord& record) {
  return record.masked || std::any_of(record.violations.begin(), record.violations.end(),
                                      [](const Violation& violation) { return violation.masked; });
}

bool same_content(const Draft& a, const DraftRecord& ra, const Draft& b, const DraftRecord& rb) {
  if (masked(ra) != masked(rb)) return false;
  if (masked(ra)) return a.crc == b.crc;
  return ra.timestamp_ms == rb.timestamp_ms && ra.key == rb.key && ra.value == rb.value &&
         ra.headers == rb.headers;
}

bool violation_matches(const RejectFilter& filter, const Violation& violation) {
  if (filter.rule && *filter.rule != violation.rule) return false;
  if (!filter.path) return true;
  const std::string asked = *filter.path == "key:" ? "key:$" : *filter.path;
  return asked == written_path(violation) || asked == shape_of(written_path(violation));
}

bool batch_matches(const RejectFilter& filter, const RejectRow& row) {
  if (filter.topic && *filter.topic != row.topic) return false;
  if (filter.partition && *filter.partition != row.partition) return false;
  if (filter.client_id && *filter.client_id != row.client.client_id) return false;
  if (filter.principal && *filter.principal != row.client.principal) return false;
  if (filter.batch && *filter.batch != row.batch) return false;
  if (filter.since_ms && row.time_ms < *filter.since_ms) return false;
  if (filter.until_ms && row.time_ms >= *filter.until_ms) return false;
  return filter.outcomes.empty() ||
         std::find(filter.outcomes.begin(), filter.outcomes.end(), row.outcome) != filter.outcomes.end();
}

bool asks_about_records(const RejectFilter& filter) {
  return filter.rule || filter.path || filter.subject || filter.schema_id || filter.key ||
         filter.fingerprint || filter.state;
}

bool row_matches(const RejectFilter& filter, const RejectRow& row) {
  if (!batch_matches(filter, row)) return false;
  if (filter.subject && *filter.subject != row.subject) return false;
  if (filter.schema_id && (*filter.schema_id < 0 || (*filter.schema_id != row.key_schema_id &&
                                                     *filter.schema_id != row.value_schema_id))) {
    return false;
  }
  if (filter.key && row.key != *filter.key) return false;
  if (filter.fingerprint && *filter.fingerprint != row.fingerprint) return false;
  if (filter.state && *filter.state != row.state) return false;
  if (!filter.rule && !filter.path) return true;
  return std::any_of(row.violations.begin(), row.violations.end(),
                     [&](const Violation& violation) { return violation_matches(filter, violation); });
}

RejectRow make_row(const Draft& draft, const DraftRecord& record) {
  RejectRow row;
  row.id = record.id;
  row.time_ms = row.first_seen_ms = row.last_seen_ms = draft.time_ms;
  row.topic = draft.topic;
  row.partition = draft.partition;
  row.payload = masked(record) ? PayloadState::dropped : PayloadState::plain;
  if (!masked(record)) row.key = record.key;
  row.value_bytes = masked(record) ? 0 : record.value ? static_cast<std::int64_t>(record.value->size()) : -1;
  row.timestamp_ms = record.timestamp_ms;
  row.key_schema_id = record.key_schema_id;
  row.value_schema_id = record.value_schema_id;
  row.subject = record.subject;
  if (draft.client) row.client = *draft.client;
  row.rule_set_version = draft.rule_set_version;
  row.outcome = draft.outcome;
  row.batch = draft.batch;
  row.batch_records = draft.records;
  row.batch_violating = static_cast<std::uint32_t>(draft.violating.size() + draft.violating_more.size());
  row.record_index = record.index;
  row.violations = record.violations;
  if (masked(record)) {
    for (Violation& violation : row.violations) violation.fragment.clear();
  }
  const Violation none;
  const Violation* lead = &none;
  for (auto it = row.violations.rbegin(); it != row.violations.rend(); ++it) {
    if (lead == &none || it->action >= lead->action) lead = &*it;
  }
  row.fingerprint = fingerprint_text(
      fingerprint(row.topic, lead->rule, lead == &none ? "" : shape_of(written_path(*lead)), lead->kind));
  return row;
}

}  // namespace

const NaiveRejects::Kept* NaiveRejects::original(const Draft& draft, const DraftRecord& record) const {
  const Client nobody;
  const Client& client = draft.client ? *draft.client : nobody;
  for (auto it = kept_.rbegin(); it != kept_.rend(); ++it) {
    const Draft& earlier = it->draft;
    if (it->call == calls_ || earlier.outcome != draft.outcome || earlier.topic != draft.topic) continue;
    if (earlier.partition != draft.partition || it->record.index != record.index) continue;
    const bool same_sequence = draft.producer_id >= 0 && earlier.producer_id == draft.producer_id &&
                               earlier.producer_epoch == draft.producer_epoch &&
                               earlier.base_sequence == draft.base_sequence;
    const bool same_bytes = earlier.crc == draft.crc && it->row.client.client_id == client.client_id &&
                            it->row.client.principal == client.principal &&
                            host_of(it->row.client.address) == host_of(client.address) &&
                            std::abs(it->batch_last_ms - draft.time_ms) <= retry_window_ms_;
    if ((same_sequence || same_bytes) && same_content(earlier, it->record, draft, record)) return &*it;
  }
  return nullptr;
}

void NaiveRejects::keep(const Draft& draft) {
  ++calls_;
  bool folded = false;
  std::vector<Kept> fresh;
  std::set<std::size_t> raised_batches;
  for (const DraftRecord& record : draft.violating) {
    if (const Kept* found = original(draft, record); found != nullptr) {
      Kept& kept = kept_[static_cast<std::size_t>(found - kept_.data())];
      ++kept.row.occurrences;
      kept.row.last_seen_ms = std::max(kept.row.last_seen_ms, draft.time_ms);
      kept.ids.push_back(record.id);
      raised_batches.insert(kept.call);
      folded = true;
      continue;
    }
    Kept kept{make_row(draft, record), draft, record, draft.time_ms, {record.id}, calls_};
    kept.draft.violating.clear();
    fresh.push_back(std::move(kept));
  }
  for (Kept& kept : kept_) {
    if (raised_batches.contains(kept.call)) kept.batch_last_ms = std::max(kept.batch_last_ms, draft.time_ms);
  }
  if (fresh.empty() && folded) return;
  for (Kept& kept : fresh) kept_.push_back(std::move(kept));
  if (!draft.violating_more.empty()) more_.push_back({make_row(draft, {}), draft.violating_more.size()});
}

void NaiveRejects::count(const std::vector<Evaluated>& evaluated, EpochMs now_ms) {
  for (const Evaluated& one : evaluated) counted_.push_back({now_ms / 3'600'000 * 3'600'000, one});
}

std::size_t NaiveRejects::set_state(const std::vector<Ulid>& ids, RejectState state) {
  std::set<const RejectRow*> rows;
  for (const Ulid& id : ids) {
    if (const RejectRow* row = find(id); row != nullptr) rows.insert(row);
  }
  for (Kept& kept : kept_) {
    if (rows.contains(&kept.row)) kept.row.state = state;
  }
  return rows.size();
}

std::vector<RejectRow> NaiveRejects::list(const RejectFilter& filter) const {
  std::vector<RejectRow> rows;
  for (auto it = kept_.rbegin(); it != kept_.rend(); ++it) {
    if (row_matches(filter, it->row)) rows.push_back(it->row);
  }
  return rows;
}

const RejectRow* NaiveRejects::find(const Ulid& id) const {
  for (const Kept& kept : kept_) {
    if (std::find(kept.ids.begin(), kept.ids.end(), id) != kept.ids.end()) return &kept.row;
  }
  return nullptr;
}

std::uint64_t NaiveRejects::evaluated(const RejectFilter& filter, const StatsRow& row,
                                      StatsGroup group) const {
  const bool by_rule = group == StatsGroup::rule || group == StatsGroup::fingerprint;
  const auto sum = [&](const std::string& rule) {
    std::uint64_t records = 0;
    for (const Counted& counted : counted_) {
      const Evaluated& one = counted.evaluated;
      if (filter.topic && *filter.topic != one.topic) continue;
      if (filter.client_id && *filter.client_id != one.client_id) continue;
      if (filter.since_ms && counted.hour_ms + 3'600'000 <= *filter.since_ms) continue;
      if (filter.until_ms && counted.hour_ms >= *filter.until_ms) continue;
      if (one.rule != rule) continue;
      if ((group == StatsGroup::topic || group == StatsGroup::fingerprint) && one.topic != row.topic)
        continue;
      if (group == StatsGroup::client && one.client_id != row.client_id) continue;
      records += one.records;
    }
    return records;
  };
  if (!by_rule) return sum("");
  const std::uint64_t own = sum(row.rule);
  return own == 0 && row.rule == kSchemaRule ? sum("") : own;
}

std::vector<StatsRow> NaiveRejects::stats(const RejectFilter& filter, StatsGroup group) const {
  std::map<std::string, StatsRow> groups;
  const auto add = [&](const std::string& name, const RejectRow& row) -> StatsRow& {
    StatsRow& stats = groups.try_emplace(name).first->second;
    if (stats.records == 0 || row.time_ms < stats.first_seen_ms) stats.first_seen_ms = row.time_ms;
    if (stats.records == 0 || row.last_seen_ms > stats.last_seen_ms) stats.last_seen_ms = row.last_seen_ms;
    ++stats.records;
    stats.occurrences += row.occurrences;
    return stats;
  };
  for (const RejectRow& row : list(filter)) {
    if (group == StatsGroup::topic) add(row.topic, row).topic = row.topic;
    if (group == StatsGroup::client) add(row.client.client_id, row).client_id = row.client.client_id;
    if (group == StatsGroup::fingerprint) {
      StatsRow& stats = add(row.fingerprint, row);
      stats.fingerprint = row.fingerprint;
      stats.topic = row.topic;
      const Violation* lead = leading(row.violations);
      if (lead == nullptr) continue;
      stats.rule = lead->rule;
      stats.path = shape_of(written_path(*lead));
      stats.kind = lead->kind;
    }
    if (group != StatsGroup::rule) continue;
    std::set<std::string> rules;
    for (const Violation& violation : row.violations) {
      if (violation_matches(filter, violation)) rules.insert(violation.rule);
    }
    for (const std::string& rule : rules) add(rule, row).rule = rule;
  }
  std::vector<StatsRow> out;
  for (auto& [name, stats] : groups) {
    for (const More& more : more_) {
      const bool counts = group == StatsGroup::topic    ? more.like.topic == name
                          : group == StatsGroup::client ? more.like.client.client_id == name
                                                        : false;
      if (counts && !asks_about_records(filter) && batch_matches(filter, more.like))
        stats.not_kept += more.records;
    }
    stats.evaluated = evaluated(filter, stats, group);
    out.push_back(stats);
  }
  return out;
}

}  // namespace assay::rejects::testing
