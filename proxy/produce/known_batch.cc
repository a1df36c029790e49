#include "proxy/produce/known_batch.h"

#include <algorithm>
#include <set>

#include "proxy/produce/reject_response.h"

namespace assay::proxy {
namespace {

constexpr std::int8_t kMagic = 2;
constexpr std::size_t kLengthEnd = 12;  // batchLength counts what is behind it
constexpr std::size_t kCrcEnd = 21;     // and crc covers what is behind that

// KIP-98: sequences end at 2^31-1 and begin again at 0.
SequenceRange range_of(const kafka::BatchHeader& header) {
  const auto last =
      static_cast<std::uint32_t>(header.base_sequence) + static_cast<std::uint32_t>(header.last_offset_delta);
  return {header.base_sequence, static_cast<std::int32_t>(last & 0x7fff'ffff)};
}

std::string_view topic_of(const kafka::ProduceRequest& request, std::size_t topic) {
  const kafka::ProduceTopic& at = request.topics[topic];
  return request.header.api_version >= 13 ? as_text(Bytes(at.id)) : at.name;
}

const LocalAnswer* answer_for(const std::vector<LocalAnswer>& answers, std::size_t topic,
                              std::size_t partition) {
  const auto at = std::find_if(answers.begin(), answers.end(), [&](const LocalAnswer& answer) {
    return answer.topic == topic && answer.partition == partition;
  });
  return at == answers.end() ? nullptr : &*at;
}

// Drafts of partitions that go on after all would tell of what was never done.
void drop_drafts(const kafka::ProduceRequest& request, Decision& decision) {
  std::set<std::pair<std::string_view, std::int32_t>> answered;
  for (const LocalAnswer& answer : decision.answers) {
    const kafka::ProduceTopic& topic = request.topics[answer.topic];
    answered.emplace(topic.name, topic.partitions[answer.partition].index);
  }
  std::erase_if(decision.keep_if_possible, [&](const rejects::Draft& draft) {
    return answered.count({draft.topic, draft.partition}) == 0;
  });
}

}  // namespace

KnownBatch known_batch(const kafka::ProduceRequest& request, std::size_t topic, std::size_t partition,
                       const InspectContext& context) {
  KnownBatch out;
  const kafka::ProducePartition& at = request.topics[topic].partitions[partition];
  kafka::BatchHeader header;
  if (context.producers == nullptr || request.acks == 0 || !at.records ||
      !kafka::read_batch_header(*at.records, header)) {
    return out;
  }
  const bool idempotent = header.magic == kMagic && header.producer_id >= 0 && header.producer_epoch >= 0 &&
                          header.base_sequence >= 0 && header.last_offset_delta >= 0;
  if (!idempotent) return out;
  const std::string_view principal = context.client ? std::string_view(context.client->principal) : "";
  const auto stream =
      context.producers->stream({principal, header.producer_id, topic_of(request, topic), at.index});
  if (!stream) return out;
  out.batch = {*stream, header.producer_epoch, range_of(header)};
  Standing standing = context.producers->look(*out.batch, context.now_ms);
  if (standing.same) {
    out.again = context.producers->hash(*stream, *at.records) == standing.same->hash;
    if (out.again) out.marks = std::move(standing.same->marks);
  }
  out.held = standing.held && !out.again;
  out.awaited = standing.awaited;
  return out;
}

bool header_is_sound(Bytes batch) {
  kafka::BatchHeader header;
  return kafka::read_batch_header(batch, header) && header.batch_length >= 0 &&
         batch.size() == kLengthEnd + static_cast<std::size_t>(header.batch_length) &&
         kafka::crc32c(batch.subspan(kCrcEnd)) == header.crc;
}

bool is_idempotent(const kafka::ProduceRequest& request) {
  kafka::BatchHeader header;
  const auto numbered = [&](const kafka::ProducePartition& partition) {
    return partition.records && kafka::read_batch_header(*partition.records, header) &&
           header.producer_id >= 0;
  };
  return std::any_of(request.topics.begin(), request.topics.end(), [&](const kafka::ProduceTopic& topic) {
    return std::any_of(topic.partitions.begin(), topic.partitions.end(), numbered);
  });
}

void refuse_whole(const kafka::ProduceRequest& request, Decision& decision) {
  drop_drafts(request, decision);
  const auto all_retried = [](const std::vector<LocalAnswer>& answers) {
    return std::all_of(answers.begin(), answers.end(),
                       [](const LocalAnswer& answer) { return is_retried(answer.response); });
  };
  const bool retried = all_retried(decision.answers);
  const bool retried_unless_kept = all_retried(decision.unless_kept);
  std::vector<LocalAnswer> answers, unless_kept;
  for (std::size_t t = 0; t < request.topics.size(); ++t) {
    for (std::size_t p = 0; p < request.topics[t].partitions.size(); ++p) {
      const std::int32_t index = request.topics[t].partitions[p].index;
      if (const LocalAnswer* own = answer_for(decision.answers, t, p)) {
        answers.push_back(*own);
        unless_kept.push_back(*answer_for(decision.unless_kept, t, p));
        continue;
      }
      answers.push_back({t, p, refused_with_others(index, retried)});
      unless_kept.push_back({t, p, refused_with_others(index, retried_unless_kept)});
      for (BatchNote& note : decision.notes) {
        if (note.topic != t || note.partition != p) continue;
        note = {.fate = retried ? BatchNote::Fate::undecided : BatchNote::Fate::refused,
                .batch = note.batch,
                .reversible = !retried && retried_unless_kept,
                .topic = t,
                .partition = p};
      }
    }
  }
  decision.answers = std::move(answers);
  decision.unless_kept = std::move(unless_kept);
  decision.edits.clear();
  decision.forward = Decision::Forward::nothing;
}

}  // namespace assay::proxy
