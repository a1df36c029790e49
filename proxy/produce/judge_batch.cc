// One partition's batch: opened, its records sorted into groups that go to one plan each, judged, and
// explained where needed.
#include <fmt/format.h>

#include <algorithm>

#include "proxy/produce/findings.h"
#include "proxy/produce/part_reading.h"

namespace assay::proxy {
namespace {

using State = PartReading::State;

// A violation of the batch as a whole: it did not open, so no record can be named.
ViolatingRecord unopened(kafka::BatchFault fault, std::string detail, const TopicEntry& topic, Ulid id) {
  Violation violation;
  violation.rule = kBatchRule;
  violation.path = "$";
  violation.kind = fmt::format("batch.{}", to_string(fault));
  violation.reason = detail.empty() ? fmt::format("does not open ({})", to_string(fault)) : std::move(detail);
  violation.action = topic.policy.on_violation;
  ViolatingRecord out;
  out.id = id;
  out.action = violation.action;
  out.violations.push_back(std::move(violation));
  return out;
}

class BatchJudge {
 public:
  BatchJudge(const std::shared_ptr<const TopicEntry>& topic, const Snapshot& snapshot,
             InspectContext& context, InspectScratch& scratch, Wanted& wanted)
      : topic_(topic),
        snapshot_(snapshot),
        context_(context),
        scratch_(scratch),
        wanted_(wanted),
        key_reader_(Part::key, *topic, snapshot, context.now_ms, context.last_try, wanted),
        value_reader_(Part::value, *topic, snapshot, context.now_ms, context.last_try, wanted) {}

  Findings judge() {
    findings_.records = static_cast<std::uint32_t>(scratch_.batch.records.size());
    scratch_.groups_used = 0;
    scratch_.group_of.clear();
    for (const RecordView& record : scratch_.batch.records) {
      sort(record);
      if (wanted_.full()) break;
    }
    if (!wanted_.empty()) return std::move(findings_);
    for (std::size_t i = 0; i < scratch_.groups_used; ++i) judge_group(scratch_.groups[i]);
    if (unread_ > 0) findings_.judged.push_back({topic_, nullptr, unread_});
    auto& violating = findings_.violating;
    std::sort(violating.begin(), violating.end(),
              [](const auto& a, const auto& b) { return a.index < b.index; });
    std::sort(findings_.violating_more.begin(), findings_.violating_more.end());
    for (ViolatingRecord& record : violating) record.id = context_.ids.next(context_.now_ms);
    return std::move(findings_);
  }

 private:
  // Sends the record to the group of its plan, or finds out at once what is wrong with it.
  void sort(const RecordView& record) {
    const PartReading& key = key_reader_.read(record);
    const PartReading& value = value_reader_.read(record);
    if (key.state == State::violates || value.state == State::violates || tombstone_refused(record)) {
      return violates(record, key, value);
    }
    if (key.state == State::undecided) return undecided(record, key.why, may_be_secret(key, value));
    if (value.state == State::undecided) return undecided(record, value.why, may_be_secret(key, value));
    if (key.state != State::ready || value.state != State::ready) return;
    const std::pair read_as(key.settled, value.settled);
    if (!last_group_ || read_as != last_read_as_) {
      last_group_ = group_for(record, key, value);
      last_read_as_ = read_as;
    }
    if (last_group_) scratch_.groups[*last_group_].records.push_back({&record, key.body, value.body});
  }

  // Of a record that was not read.
  bool may_be_secret(const PartReading& key, const PartReading& value) const {
    return topic_secret_ || key.sensitive || value.sensitive;
  }

  bool tombstone_refused(const RecordView& record) const {
    return !record.value && topic_->policy.reject_tombstones;
  }

  // No row of more of them is kept, and none is needed to know what becomes of the batch.
  bool enough_to_reject() const {
    return rejecting_ && findings_.violating.size() >= context_.limits.rejects_per_batch_max;
  }

  void violates(const RecordView& record, const PartReading& key, const PartReading& value) {
    ++unread_;
    if (enough_to_reject()) return findings_.violating_more.push_back(record.index);
    ViolatingRecord out = about(record, key, value);
    for (const PartReading* part : {&key, &value}) {
      if (part->violation) out.violations.push_back(*part->violation);
    }
    if (tombstone_refused(record)) {
      Violation violation;
      violation.rule = kSchemaRule;
      violation.path = "$";
      violation.kind = "tombstone";
      violation.reason = "is null, and the topic takes no tombstones";
      violation.action = topic_->policy.on_violation;
      out.violations.push_back(std::move(violation));
    }
    out.secret = may_be_secret(key, value);
    add(std::move(out));
  }

  ViolatingRecord about(const RecordView& record, const PartReading& key, const PartReading& value) const {
    ViolatingRecord out;
    out.record = &record;
    out.index = record.index;
    out.key_schema_id = key.schema_id;
    out.value_schema_id = value.schema_id;
    out.subject = value.subject.empty() ? key.subject : value.subject;
    return out;
  }

  void add(ViolatingRecord record) {
    for (const Violation& violation : record.violations)
      record.action = std::max(record.action, violation.action);
    rejecting_ = rejecting_ || record.action == Action::reject;
    findings_.violating.push_back(std::move(record));
  }

  void undecided(const RecordView& record, const std::string& why, bool secret) {
    if (findings_.undecided.empty()) findings_.undecided_why = why;
    findings_.undecided.push_back({&record, secret});
  }

  // The group that records read like this go to, by its number. Nothing: the plan is wanted, or there is
  // none.
  std::optional<std::size_t> group_for(const RecordView& record, const PartReading& key,
                                       const PartReading& value) {
    const PlanKey wanted_key{topic_->number, key.reading, value.reading, key.schema, value.schema};
    const auto known = scratch_.group_of.find(wanted_key);
    if (known != scratch_.group_of.end()) return known->second;
    const auto at = snapshot_.plans->find(wanted_key);
    if (at == snapshot_.plans->end()) {
      if (context_.last_try) {
        undecided(record, "its plan was not compiled in time", may_be_secret(key, value));
      } else if (std::find(wanted_.plans.begin(), wanted_.plans.end(), wanted_key) == wanted_.plans.end()) {
        wanted_.plans.push_back(wanted_key);
      }
      return std::nullopt;
    }
    if (!at->second.plan) {
      undecided(record, at->second.why, may_be_secret(key, value));
      return std::nullopt;
    }
    if (scratch_.groups_used == scratch_.groups.size()) scratch_.groups.emplace_back();
    InspectScratch::Group& group = scratch_.groups[scratch_.groups_used];
    group.plan = at->second.plan;
    group.records.clear();
    scratch_.group_of.emplace(wanted_key, scratch_.groups_used);
    return scratch_.groups_used++;
  }

  void judge_group(InspectScratch::Group& group) {
    group.verdicts.assign(group.records.size(), judge::Verdict::conforms);
    group.plan->judge(group.records, scratch_.judge, group.verdicts);
    findings_.judged.push_back({topic_, group.plan, static_cast<std::uint32_t>(group.records.size())});
    for (std::size_t i = 0; i < group.records.size(); ++i) {
      if (group.verdicts[i] != judge::Verdict::conforms)
        settle(group, group.records[i], group.verdicts[i] == judge::Verdict::violates);
    }
  }

  void settle(const InspectScratch::Group& group, const judge::OpenRecord& record, bool violating) {
    if (violating && enough_to_reject()) return findings_.violating_more.push_back(record.record->index);
    const PartReading& key = key_reader_.read(*record.record);
    const PartReading& value = value_reader_.read(*record.record);
    if (!violating) {
      return undecided(*record.record, "a record takes more steps to judge than the limit allows",
                       may_be_secret(key, value));
    }
    judge::Explanation explanation = group.plan->explain(record, scratch_.judge);
    if (explanation.violations.empty()) {
      return undecided(*record.record, "a record takes more steps to explain than the limit allows",
                       may_be_secret(key, value));
    }
    ViolatingRecord out = about(*record.record, key, value);
    out.violations = std::move(explanation.violations);
    out.secret = explanation.secret;
    add(std::move(out));
  }

  const std::shared_ptr<const TopicEntry>& topic_;
  const Snapshot& snapshot_;
  InspectContext& context_;
  InspectScratch& scratch_;
  Wanted& wanted_;
  PartReader key_reader_;
  PartReader value_reader_;
  const bool topic_secret_ = may_hold_secrets(*topic_);
  std::uint32_t unread_ = 0;  // violate without being asked by a plan: no frame, or an unknown id
  bool rejecting_ = false;    // some record is to be rejected, and with it the batch
  // Batches are mostly of one kind: the group of the record before, and how that one was read.
  std::optional<std::size_t> last_group_;
  std::pair<std::uint32_t, std::uint32_t> last_read_as_;
  Findings findings_;
};

}  // namespace

Action Findings::strictest() const {
  Action strictest = Action::observe;
  for (const ViolatingRecord& record : violating) strictest = std::max(strictest, record.action);
  return strictest;
}

Findings judge_batch(Bytes batch, const std::shared_ptr<const TopicEntry>& topic, const Snapshot& snapshot,
                     InspectContext& context, InspectScratch& scratch, Wanted& wanted) {
  std::string detail;
  const kafka::BatchFault fault = kafka::open_batch(batch, context.limits, scratch.batch, detail);
  if (fault == kafka::BatchFault::none) return BatchJudge(topic, snapshot, context, scratch, wanted).judge();
  Findings findings;
  findings.fault = fault;
  findings.records = 1;
  if (fault != kafka::BatchFault::crc) {
    findings.judged.push_back({topic, nullptr, findings.records});
    findings.violating.push_back(
        unopened(fault, std::move(detail), *topic, context.ids.next(context.now_ms)));
  }
  return findings;
}

}  // namespace assay::proxy
