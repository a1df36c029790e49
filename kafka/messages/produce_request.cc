// ProduceRequest, behind its header:
//
//   v3-v8    transactional_id NULLABLE_STRING | acks i16 | timeout_ms i32 |
//            topics ARRAY{ name STRING | partitions ARRAY{ index i32 | records NULLABLE_BYTES } }
//   v9-v13   the same in compact forms, TAGS behind every struct; v13: name becomes topic_id UUID
#include <fmt/format.h>

#include "kafka/messages/produce.h"
#include "kafka/wire/reader.h"
#include "kafka/wire/writer.h"

namespace assay::kafka {
namespace {

constexpr std::int16_t kFirstWithTopicId = 13;
constexpr std::size_t kPartitionBytesMin = 5;  // index, and a null of one byte
constexpr std::size_t kTopicBytesMin = 3;

bool has_topic_id(std::int16_t version) {
  return version >= kFirstWithTopicId;
}

void read_topic_name(Reader& in, std::int16_t version, ProduceTopic& topic) {
  if (has_topic_id(version)) {
    topic.id = in.uuid();
    topic.name = {};
  } else {
    topic.name = in.string();
    topic.id = {};
  }
}

void read_topics(Reader& in, const Limits& limits, ProduceRequest& out) {
  std::size_t partitions_left = limits.partitions_per_request_max;
  const std::uint32_t topic_count = in.array(kTopicBytesMin);
  if (topic_count > partitions_left) return in.fail(ErrorCode::too_large, "too many topics");
  out.topics.resize(topic_count);
  for (ProduceTopic& topic : out.topics) {
    read_topic_name(in, out.header.api_version, topic);
    const std::uint32_t partition_count = in.array(kPartitionBytesMin);
    if (partition_count > partitions_left) return in.fail(ErrorCode::too_large, "too many partitions");
    partitions_left -= partition_count;
    topic.partitions.resize(partition_count);
    for (ProducePartition& partition : topic.partitions) {
      partition.index = in.i32();
      partition.records = in.nullable_bytes();
      in.skip_tags();
    }
    in.skip_tags();
    if (!in.ok()) return;
  }
  in.skip_tags();
}

// Collects spans of the frame; neighbours become one piece.
class Gatherer {
 public:
  Gatherer(Bytes frame, GatheredRequest& out) : frame_(frame), out_(out) {}

  void keep(std::size_t begin, std::size_t end) {
    if (begin == end) return;
    if (begin == kept_to_ && !out_.pieces.empty() && last_is_kept_) {
      out_.pieces.back() = {out_.pieces.back().data(), out_.pieces.back().size() + (end - begin)};
    } else {
      out_.pieces.push_back(frame_.subspan(begin, end - begin));
    }
    kept_to_ = end;
    last_is_kept_ = true;
    out_.bytes += end - begin;
  }

  void own(Buffer bytes) {
    out_.bytes += bytes.size();
    // The bytes stay where they are when `owned` grows: a moved vector keeps its memory.
    out_.owned.push_back(std::move(bytes));
    out_.pieces.push_back(out_.owned.back());
    last_is_kept_ = false;
  }

  void own_count(std::size_t count, bool flexible) {
    Buffer bytes;
    Writer(bytes, flexible).array(count);
    own(std::move(bytes));
  }

 private:
  Bytes frame_;
  GatheredRequest& out_;
  std::size_t kept_to_ = 0;
  bool last_is_kept_ = false;
};

// Walks the frame a second time, since that is where the tags and widths are.
class Editor {
 public:
  Editor(const ProduceRequest& request, Bytes frame, std::vector<ProduceEdit>& edits, GatheredRequest& out)
      : request_(request), edits_(edits), in_(frame), gather_(frame, out) {}

  void run() {
    in_.raw(request_.header.bytes);
    in_.set_flexible(is_flexible(request_.header.api_key, request_.header.api_version));
    in_.nullable_string();
    in_.i16();
    in_.i32();
    gather_.keep(0, in_.position());
    in_.array(kTopicBytesMin);
    gather_.own_count(topics_kept(), in_.flexible());
    for (std::size_t topic = 0; topic < request_.topics.size(); ++topic) edit_topic(topic);
    const std::size_t tags = in_.position();
    in_.skip_tags();
    gather_.keep(tags, in_.position());
  }

 private:
  // What stays of the topic whose edits come next.
  std::size_t partitions_kept(std::size_t topic) const {
    std::size_t kept = request_.topics[topic].partitions.size();
    for (std::size_t i = next_; i < edits_.size() && edits_[i].topic == topic; ++i)
      kept -= edits_[i].records ? 0U : 1U;
    return kept;
  }

  std::size_t topics_kept() const {
    // Ascending edits: one pass over them.
    std::size_t kept = request_.topics.size();
    for (std::size_t i = 0; i < edits_.size();) {
      const std::size_t topic = edits_[i].topic;
      std::size_t removed = 0;
      for (; i < edits_.size() && edits_[i].topic == topic; ++i) removed += edits_[i].records ? 0U : 1U;
      kept -= removed == request_.topics[topic].partitions.size() ? 1U : 0U;
    }
    return kept;
  }

  void edit_topic(std::size_t topic) {
    const std::size_t begin = in_.position();
    const bool touched = next_ < edits_.size() && edits_[next_].topic == topic;
    ProduceTopic name;
    read_topic_name(in_, request_.header.api_version, name);
    const std::size_t count_at = in_.position();
    in_.array(kPartitionBytesMin);
    const std::size_t kept = touched ? partitions_kept(topic) : request_.topics[topic].partitions.size();
    if (touched && kept > 0) {
      gather_.keep(begin, count_at);
      gather_.own_count(kept, in_.flexible());
    } else if (kept > 0 || !touched) {
      gather_.keep(begin, in_.position());
    }
    for (std::size_t partition = 0; partition < request_.topics[topic].partitions.size(); ++partition) {
      edit_partition(topic, partition);
    }
    const std::size_t tags = in_.position();
    in_.skip_tags();
    if (kept > 0 || !touched) gather_.keep(tags, in_.position());
  }

  void edit_partition(std::size_t topic, std::size_t partition) {
    const std::size_t begin = in_.position();
    in_.i32();
    const std::size_t records = in_.position();
    in_.nullable_bytes();
    const std::size_t tags = in_.position();
    in_.skip_tags();
    if (next_ == edits_.size() || edits_[next_].topic != topic || edits_[next_].partition != partition) {
      gather_.keep(begin, in_.position());
      return;
    }
    ProduceEdit& edit = edits_[next_++];
    if (!edit.records) return;
    gather_.keep(begin, records);
    gather_.own_count(edit.records->size(), in_.flexible());
    gather_.own(std::move(*edit.records));
    gather_.keep(tags, in_.position());
  }

  const ProduceRequest& request_;
  std::vector<ProduceEdit>& edits_;
  std::size_t next_ = 0;
  Reader in_;
  Gatherer gather_;
};

}  // namespace

Result<> decode(Bytes frame, const Limits& limits, ProduceRequest& out) {
  const auto header = decode_request_header(frame);
  if (!header) return header.error();
  out.header = *header;
  if (header->api_key != static_cast<std::int16_t>(ApiKey::produce)) {
    return Error(ErrorCode::invalid, fmt::format("api key {} is not Produce", header->api_key));
  }
  if (header->api_version < kProduceVersionMin || header->api_version > kProduceVersionMax) {
    return Error(ErrorCode::unsupported, fmt::format("Produce v{} is outside v{} to v{}", header->api_version,
                                                     kProduceVersionMin, kProduceVersionMax));
  }
  Reader in(frame, is_flexible(header->api_key, header->api_version));
  in.raw(header->bytes);
  out.transactional_id = in.nullable_string();
  out.acks = in.i16();
  out.timeout_ms = in.i32();
  read_topics(in, limits, out);
  in.finish();
  if (!in.ok()) return in.error("Produce request");
  return {};
}

GatheredRequest edit_request(const ProduceRequest& request, Bytes frame, std::vector<ProduceEdit> edits) {
  GatheredRequest out;
  // The length field comes first and is known last.
  out.owned.emplace_back(4);
  out.pieces.emplace_back(out.owned.back());
  Editor(request, frame, edits, out).run();
  store_i32(out.owned.front(), 0, static_cast<std::int32_t>(out.bytes));
  out.bytes += 4;
  return out;
}

}  // namespace assay::kafka
