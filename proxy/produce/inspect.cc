// From findings per partition to one decision per request. Every step can only make an outcome worse.
#include "proxy/produce/inspect.h"

#include <algorithm>

#include "proxy/produce/findings.h"
#include "proxy/produce/known_batch.h"
#include "proxy/produce/reject_response.h"
#include "proxy/produce/rewrite.h"

namespace assay::proxy {
namespace {

std::size_t payload_bytes(const ViolatingRecord& violating) {
  if (violating.record == nullptr) return 0;
  const RecordView& record = *violating.record;
  std::size_t bytes = (record.key ? record.key->size() : 0) + (record.value ? record.value->size() : 0);
  for (const HeaderView& header : record.headers)
    bytes += header.name.size() + (header.value ? header.value->size() : 0);
  return bytes;
}

rejects::DraftRecord draft_record(const ViolatingRecord& record, bool with_payload) {
  rejects::DraftRecord out;
  out.id = record.id;
  out.index = record.index;
  out.key_schema_id = record.key_schema_id;
  out.value_schema_id = record.value_schema_id;
  out.subject = record.subject;
  out.violations = record.violations;
  out.masked = record.secret || !with_payload;
  if (record.record == nullptr) return out;
  out.timestamp_ms = record.record->timestamp_ms;
  if (!with_payload) return out;
  const auto copy = [](const std::optional<Bytes>& bytes) {
    return bytes ? std::optional<Buffer>(std::in_place, bytes->begin(), bytes->end()) : std::nullopt;
  };
  out.key = copy(record.record->key);
  out.value = copy(record.record->value);
  for (const HeaderView& header : record.record->headers)
    out.headers.emplace_back(header.name, copy(header.value));
  return out;
}

class Inspector {
 public:
  Inspector(const kafka::ProduceRequest& request, const Snapshot& snapshot, InspectContext& context,
            InspectScratch& scratch)
      : request_(request), snapshot_(snapshot), context_(context), scratch_(scratch) {}

  Inspection inspect() {
    for (std::size_t topic = 0; topic < request_.topics.size(); ++topic) inspect_topic(topic);
    if (!wanted_.empty()) return std::move(wanted_);
    settle_forward();
    return std::move(decision_);
  }

 private:
  // Where in the request something stands, and what it came with.
  struct Place {
    std::size_t topic = 0;
    std::size_t partition = 0;
    std::int32_t index = 0;
    Bytes batch;
    std::shared_ptr<const TopicEntry> entry;
    KnownBatch known;
  };
  using Fate = BatchNote::Fate;

  void inspect_topic(std::size_t at) {
    const kafka::ProduceTopic& topic = request_.topics[at];
    std::string_view name = topic.name;
    if (request_.header.api_version >= 13) {
      const auto known = snapshot_.topic_names->find(topic.id);
      if (known == snapshot_.topic_names->end()) return unnamed(at);
      name = known->second;
    }
    const auto entry = snapshot_.topics->find(name);
    if (entry == snapshot_.topics->end()) {
      if (!context_.last_try) return wanted_.topics.emplace_back(name), void();
      return undecided_topic(at, "its policy was not resolved in time");
    }
    if (!entry->second->judged) return;
    for (std::size_t p = 0; p < topic.partitions.size(); ++p) {
      const kafka::ProducePartition& partition = topic.partitions[p];
      if (!partition.records) continue;  // the broker's to refuse
      inspect_partition({at, p, partition.index, *partition.records, entry->second,
                         known_batch(request_, at, p, context_)});
    }
  }

  void unnamed(std::size_t at) {
    const kafka::ProduceTopic& topic = request_.topics[at];
    if (!context_.last_try) return wanted_.topic_ids.push_back(topic.id);
    for (std::size_t p = 0; p < topic.partitions.size(); ++p) {
      put_off(at, p, unknown_topic_id(topic.partitions[p].index));
    }
  }

  void undecided_topic(std::size_t at, std::string_view why) {
    const auto& partitions = request_.topics[at].partitions;
    for (std::size_t p = 0; p < partitions.size(); ++p) put_off(at, p, undecided(partitions[p].index, why));
  }

  // A partition that is not opened.
  void put_off(std::size_t topic, std::size_t partition, kafka::ProducePartitionResponse response) {
    const kafka::ProducePartition& at = request_.topics[topic].partitions[partition];
    const Place place{topic,    partition,
                      at.index, at.records.value_or(Bytes{}),
                      {},       known_batch(request_, topic, partition, context_)};
    if (!settled_by_known(place)) answer_instead(place, std::move(response), Fate::undecided);
  }

  // A batch that goes as it went before, or must wait for another one.
  bool settled_by_known(const Place& place) {
    if (place.known.held) answer_instead(place, held_back(place.index, place.known.awaited), Fate::held);
    if (place.known.again) forward_again(place);
    return place.known.held || place.known.again;
  }

  void forward_again(const Place& place) {
    note(place, {.fate = Fate::again});
    std::string detail;
    if (!place.known.marks ||
        kafka::open_batch(place.batch, context_.limits, scratch_.batch, detail) != kafka::BatchFault::none) {
      return;
    }
    auto marked = mark(place.batch, scratch_.batch, *place.known.marks, context_.limits);
    if (marked) decision_.edits.push_back({place.topic, place.partition, std::move(*marked)});
  }

  void inspect_partition(const Place& place) {
    if (settled_by_known(place)) return;
    const std::size_t left_out_before = left_out_;
    marks_.reset();
    const bool opened = judge_partition(place);
    if (!opened || !wanted_.empty() || left_out_ != left_out_before || !place.known.batch) return;
    note(place, {.fate = Fate::forwarded,
                 .hash = context_.producers->hash(place.known.batch->stream, place.batch),
                 .marks = std::move(marks_)});
  }

  // False: the batch did not open, or something is wanted.
  bool judge_partition(const Place& place) {
    Findings findings = judge_batch(place.batch, place.entry, snapshot_, context_, scratch_, wanted_);
    if (!wanted_.empty()) return false;
    const bool opened = findings.fault == kafka::BatchFault::none;
    decide(place, std::move(findings));
    return opened;
  }

  void decide(const Place& place, Findings findings) {
    decision_.judged.insert(decision_.judged.end(), findings.judged.begin(), findings.judged.end());
    const judge::TopicPolicy& policy = place.entry->policy;
    if (!policy.enforce) return observe(place, std::move(findings));
    if (findings.fault == kafka::BatchFault::crc) return answer_instead(place, corrupt(place.index), {});

    if (!findings.undecided.empty() && findings.strictest() != Action::reject) {
      // Without an answer (acks=0) nobody would try again: the records are kept instead.
      const bool retried = policy.on_undecided == judge::OnUndecided::retry && request_.acks != 0;
      if (retried) {
        return answer_instead(place, undecided(place.index, findings.undecided_why), Fate::undecided);
      }
      if (policy.on_undecided != judge::OnUndecided::accept) count_undecided_as_violating(findings);
    }
    if (findings.violating.empty()) return;
    switch (findings.strictest()) {
      case Action::reject:
      case Action::divert:
        return refuse(place, std::move(findings));
      case Action::mark:
        return mark_records(place, std::move(findings));
      case Action::observe:
        return observe(place, std::move(findings));
    }
  }

  void count_undecided_as_violating(Findings& findings) {
    Violation violation;
    violation.rule = kBatchRule;
    violation.path = "$";
    violation.kind = "undecided";
    violation.reason = "could not be judged: " + findings.undecided_why;
    for (const auto& [undecided, secret] : findings.undecided) {
      ViolatingRecord record;
      record.id = context_.ids.next(context_.now_ms);
      record.record = undecided;
      record.index = undecided->index;
      record.action = Action::reject;
      record.secret = secret;
      record.violations.push_back(violation);
      findings.violating.push_back(std::move(record));
    }
    std::sort(findings.violating.begin(), findings.violating.end(),
              [](const auto& a, const auto& b) { return a.index < b.index; });
  }

  void refuse(const Place& place, Findings findings) {
    // What a rule only observes stays an observation; it is no reason of this refusal.
    const auto is_reason = [](const ViolatingRecord& record) { return record.action > Action::observe; };
    const auto reasons_end =
        std::stable_partition(findings.violating.begin(), findings.violating.end(), is_reason);
    const auto reasons = static_cast<std::size_t>(reasons_end - findings.violating.begin());
    const std::span<const ViolatingRecord> all(findings.violating);
    decision_.must_keep.push_back(
        draft(place, findings, rejects::Outcome::rejected, all.first(reasons), findings.violating_more));
    if (reasons < all.size()) {
      decision_.keep_if_possible.push_back(
          draft(place, findings, rejects::Outcome::observed, all.subspan(reasons)));
    }
    // The ids that are told lead to rows.
    const auto told = all.first(decision_.must_keep.back().violating.size());
    auto response = refused(place.index, told, reasons + findings.violating_more.size(), findings.records,
                            context_.limits);
    const bool still_refused = place.entry->policy.on_undecided == judge::OnUndecided::reject;
    auto unless_kept =
        still_refused
            ? response
            : undecided(place.index, "the reject store cannot write; see assay_rejects_write_errors_total");
    leave_out(place);
    note(place, {.fate = Fate::refused, .reversible = !still_refused});
    decision_.answers.push_back({place.topic, place.partition, std::move(response)});
    decision_.unless_kept.push_back({place.topic, place.partition, std::move(unless_kept)});
    close_if_unanswered(place);
  }

  void close_if_unanswered(const Place& place) {
    if (request_.acks == 0 && place.entry && place.entry->policy.acks0 == judge::Acks0::close)
      decision_.close = true;
  }

  void mark_records(const Place& place, Findings findings) {
    std::vector<const ViolatingRecord*> marked;
    for (const ViolatingRecord& record : findings.violating) {
      if (record.action >= Action::mark && record.record != nullptr) marked.push_back(&record);
    }
    // None when the batch did not open: then there is nothing to build it anew from.
    std::shared_ptr<const Marks> marks;
    std::optional<Buffer> rebuilt;
    if (!marked.empty()) {
      marks = std::make_shared<const Marks>(marks_of(marked, context_.limits));
      rebuilt = mark(place.batch, scratch_.batch, *marks, context_.limits);
    }
    const auto outcome = rebuilt ? rejects::Outcome::marked : rejects::Outcome::mark_skipped;
    decision_.keep_if_possible.push_back(draft(place, findings, outcome, findings.violating));
    if (!rebuilt) return;
    decision_.edits.push_back({place.topic, place.partition, std::move(*rebuilt)});
    marks_ = std::move(marks);
  }

  void observe(const Place& place, Findings findings) {
    if (findings.violating.empty()) return;
    decision_.keep_if_possible.push_back(
        draft(place, findings, rejects::Outcome::observed, findings.violating, findings.violating_more));
  }

  rejects::Draft draft(const Place& place, const Findings& findings, rejects::Outcome outcome,
                       std::span<const ViolatingRecord> violating, std::span<const std::uint32_t> more = {}) {
    rejects::Draft out;
    out.time_ms = context_.now_ms;
    out.outcome = outcome;
    out.topic = place.entry->name;
    out.partition = place.index;
    out.client = context_.client;
    out.rule_set_version = snapshot_.rules ? snapshot_.rules->version() : "";
    out.batch = context_.ids.next(context_.now_ms);
    kafka::BatchHeader header;
    if (kafka::read_batch_header(place.batch, header)) {
      out.producer_id = header.producer_id;
      out.producer_epoch = header.producer_epoch;
      out.base_sequence = header.base_sequence;
      out.crc = header.crc;
    }
    out.records = findings.records;
    add_rows(violating, out);
    const auto middle = static_cast<std::ptrdiff_t>(out.violating_more.size());
    out.violating_more.insert(out.violating_more.end(), more.begin(), more.end());
    std::inplace_merge(out.violating_more.begin(), out.violating_more.begin() + middle,
                       out.violating_more.end());
    return out;
  }

  // Rows are bounded for the request as a whole, in number and in bytes: a frame has room for thousands of
  // compressed batches. Each draft has at least one, without its payload if need be.
  void add_rows(std::span<const ViolatingRecord> violating, rejects::Draft& out) {
    for (const ViolatingRecord& record : violating) {
      const std::size_t bytes = payload_bytes(record);
      const bool fits = bytes <= payload_bytes_left_;
      const bool more = rows_left_ > 0 && fits && out.violating_more.empty();
      if (!more && !out.violating.empty()) {
        out.violating_more.push_back(record.index);
        continue;
      }
      out.violating.push_back(draft_record(record, fits));
      rows_left_ -= std::min<std::size_t>(rows_left_, 1);
      if (fits) payload_bytes_left_ -= bytes;
    }
  }

  // Without a fate: the batch's numbers are not to be believed.
  void answer_instead(const Place& place, kafka::ProducePartitionResponse response,
                      std::optional<Fate> fate) {
    leave_out(place);
    close_if_unanswered(place);
    if (fate) note(place, {.fate = *fate});
    decision_.unless_kept.push_back({place.topic, place.partition, response});
    decision_.answers.push_back({place.topic, place.partition, std::move(response)});
  }

  void leave_out(const Place& place) {
    decision_.edits.push_back({place.topic, place.partition, std::nullopt});
    ++left_out_;
  }

  void note(const Place& place, BatchNote note) {
    const bool goes_on = note.fate == Fate::forwarded || note.fate == Fate::again;
    if (!place.known.batch || (!goes_on && !header_is_sound(place.batch))) return;
    note.batch = *place.known.batch;
    note.topic = place.topic;
    note.partition = place.partition;
    decision_.notes.push_back(std::move(note));
  }

  void settle_forward() {
    std::size_t partitions = 0;
    for (const auto& topic : request_.topics) partitions += topic.partitions.size();
    const bool some_refused = left_out_ > 0 && left_out_ < partitions && request_.acks != 0;
    if (some_refused && is_idempotent(request_) &&
        quirk_of(context_.traits, request_).refusal == ClientQuirk::Refusal::request) {
      return refuse_whole(request_, decision_);
    }
    if (left_out_ == partitions && partitions > 0) {
      decision_.forward = Decision::Forward::nothing;
      decision_.edits.clear();
    } else if (!decision_.edits.empty()) {
      decision_.forward = Decision::Forward::edited;
    }
  }

  const kafka::ProduceRequest& request_;
  const Snapshot& snapshot_;
  InspectContext& context_;
  InspectScratch& scratch_;
  Wanted wanted_;
  Decision decision_;
  std::size_t left_out_ = 0;
  std::size_t rows_left_ = context_.limits.rejects_per_batch_max;
  std::size_t payload_bytes_left_ = context_.limits.reject_queue_bytes_max / 4;
  std::shared_ptr<const Marks> marks_;  // of the batch that was judged last
};

}  // namespace

Inspection inspect(const kafka::ProduceRequest& request, const Snapshot& snapshot, InspectContext& context,
                   InspectScratch& scratch) {
  return Inspector(request, snapshot, context, scratch).inspect();
}

}  // namespace assay::proxy
