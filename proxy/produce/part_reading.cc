#include "proxy/produce/part_reading.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace assay::proxy {
namespace {

using judge::Reading;

bool expired(EpochMs expires_ms, EpochMs now_ms) {
  return expires_ms != 0 && expires_ms <= now_ms;
}

template <class T>
void want(std::vector<T>& list, const T& item) {
  if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
}

}  // namespace

PartReader::PartReader(Part part, const TopicEntry& topic, const Snapshot& snapshot, EpochMs now_ms,
                       bool last_try, Wanted& wanted)
    : part_(part),
      topic_(topic),
      policy_(part == Part::key ? topic.policy.key : topic.policy.value),
      snapshot_(snapshot),
      now_ms_(now_ms),
      last_try_(last_try),
      wanted_(wanted) {}

const PartReading& PartReader::read(const RecordView& record) {
  const auto& bytes = part_ == Part::key ? record.key : record.value;
  if (!bytes) return null_;
  schema::Frame frame;
  frame.body = *bytes;
  if (policy_.schema != judge::SchemaMode::off) frame = schema::parse_frame(part_, *bytes, record.headers);
  // The text of a missing frame describes these very bytes: it is not reused.
  const bool reusable =
      settled_ > 0 && frame.state == settled_state_ && frame.ref == settled_ref_ &&
      !(out_.state == PartReading::State::violates && frame.state == schema::Frame::State::none);
  if (!reusable) {
    out_ = PartReading{};
    settle(frame);
    out_.settled = ++settled_;
    settled_state_ = frame.state;
    settled_ref_ = frame.ref;
  }
  out_.body = frame.body;
  return out_;
}

void PartReader::settle(const schema::Frame& frame) {
  switch (frame.state) {
    case schema::Frame::State::bad_header:
      return violates("frame.header", "has a schema id header that is neither an id nor a GUID");
    case schema::Frame::State::none:
      if (policy_.schema != judge::SchemaMode::required) return settle_unframed();
      if (frame.body.empty()) {
        return violates("frame.missing", "is empty and so names no schema, and the topic requires one");
      }
      return violates("frame.missing",
                      fmt::format("names no schema (the bytes look like {}), and the topic requires one",
                                  schema::looks_like(frame.body)));
    case schema::Frame::State::framed:
      return settle_framed(frame.ref);
  }
}

void PartReader::settle_framed(const schema::SchemaRef& ref) {
  const KnownSchema* known = look_up(SchemaName{ref, {}, 0});
  if (known == nullptr) return;
  if (known->state == KnownSchema::State::unknown) {
    return violates("frame.unknown_schema",
                    fmt::format("names {}, which the registry does not know", to_string(ref)));
  }
  check_subject(ref, *known);
}

// Fills the subject, and asks whether the schema is one of its versions.
void PartReader::check_subject(const schema::SchemaRef& ref, const KnownSchema& known) {
  out_.subject = subject_of(known);
  const auto at = snapshot_.memberships->find(MembershipKey{ref, out_.subject});
  const bool found = at != snapshot_.memberships->end();
  if (!last_try_ && (!found || expired(at->second.expires_ms, now_ms_))) {
    want(wanted_.memberships, MembershipKey{ref, out_.subject});
    out_.state = PartReading::State::wanted;
    return;
  }
  if (!found) {
    return undecided(fmt::format("whether {} belongs to subject {} is not known: the registry gave no answer",
                                 to_string(ref), out_.subject));
  }
  if (at->second.belongs) return;
  const std::string owners = at->second.owners.empty()
                                 ? "no subject"
                                 : fmt::format("subject {}", fmt::join(at->second.owners, ", "));
  violates("frame.subject",
           fmt::format("names {} of {}, not a version of subject {}", to_string(ref), owners, out_.subject));
}

std::string PartReader::subject_of(const KnownSchema& known) const {
  switch (policy_.strategy) {
    case judge::SubjectStrategy::topic_name:
      return topic_.name + (part_ == Part::key ? "-key" : "-value");
    case judge::SubjectStrategy::record_name:
      return known.schema->record_name();
    case judge::SubjectStrategy::topic_record_name:
      return topic_.name + "-" + known.schema->record_name();
    case judge::SubjectStrategy::pinned:
      return policy_.pinned_subject;
  }
  return {};
}

void PartReader::settle_unframed() {
  switch (policy_.unframed) {
    case judge::Unframed::any:
      return;
    case judge::Unframed::json:
      out_.reading = Reading::json;
      return;
    case judge::Unframed::pinned:
      out_.subject = policy_.pinned_subject;
      look_up(SchemaName{{}, policy_.pinned_subject, policy_.pinned_version});
      return;
    case judge::Unframed::automatic:
      break;
  }
  const bool fields = part_ == Part::key ? topic_.rules_read_key_fields : topic_.rules_read_value;
  const bool whole = part_ == Part::key && topic_.rules_read_key;
  out_.reading = fields ? Reading::json : whole ? Reading::text : Reading::nothing;
}

// A usable schema makes the part ready; that the registry does not know a record's schema is left to the
// caller (for a pinned one the record is not to blame); everything else is settled here, and null comes back.
const KnownSchema* PartReader::look_up(const SchemaName& name) {
  const auto at = snapshot_.schemas->find(name);
  const bool found = at != snapshot_.schemas->end();
  if (!last_try_ && (!found || expired(at->second.expires_ms, now_ms_))) {
    want(wanted_.schemas, name);
    out_.state = PartReading::State::wanted;
    return nullptr;
  }
  if (!found) {
    undecided("the registry gave no answer in time");
    return nullptr;
  }
  const KnownSchema& known = at->second;
  if (known.state == KnownSchema::State::usable) {
    out_.reading = Reading::schema;
    out_.schema = name;
    out_.schema_id = known.id;
    out_.sensitive = known.sensitive;
  } else if (known.state != KnownSchema::State::unknown || !name.subject.empty()) {
    undecided(known.why);
    return nullptr;
  }
  return &known;
}

void PartReader::undecided(std::string why) {
  out_.state = PartReading::State::undecided;
  out_.why = std::move(why);
}

void PartReader::violates(std::string_view kind, std::string reason) {
  Violation violation;
  violation.rule = kSchemaRule;
  violation.part = part_;
  violation.path = "$";
  violation.kind = kind;
  violation.reason = std::move(reason);
  violation.action = topic_.policy.on_violation;
  out_.state = PartReading::State::violates;
  out_.violation = std::move(violation);
}

}  // namespace assay::proxy
