// ProduceResponse, behind its header (v0 up to v8, v1 from v9):
//
//   responses ARRAY{ name STRING (v13: topic_id UUID) | partition_responses ARRAY{
//     index i32 | error_code i16 | base_offset i64 | log_append_time_ms i64 | [v5+] log_start_offset i64 |
//     [v8+] record_errors ARRAY{ batch_index i32 | message NULLABLE_STRING | TAGS } | [v8+] error_message
//     NULLABLE_STRING | TAGS{ [v10+] 0: CurrentLeader{ leader_id i32 | leader_epoch i32 | TAGS } } } | TAGS }
//     |
//   throttle_time_ms i32 |
//   TAGS{ [v10+] 0: NodeEndpoints ARRAY{ node_id i32 | host STRING | port i32 | rack NULLABLE_STRING | TAGS }
//   }
//
// v9+: compact forms, and TAGS at all.
#include <fmt/format.h>

#include "kafka/messages/node_endpoints.h"
#include "kafka/messages/produce.h"
#include "kafka/wire/reader.h"
#include "kafka/wire/writer.h"

namespace assay::kafka {
namespace {

constexpr std::int16_t kApiKey = static_cast<std::int16_t>(ApiKey::produce);
constexpr std::int16_t kFirstWithLogStartOffset = 5;
constexpr std::int16_t kFirstWithRecordErrors = 8;
constexpr std::int16_t kFirstWithLeaders = 10;
constexpr std::int16_t kFirstWithTopicId = 13;
constexpr std::uint32_t kCurrentLeaderTag = 0;
constexpr std::uint32_t kNodeEndpointsTag = 0;

void keep(UnknownTags& tags, const TagView& field) {
  tags.emplace_back(field.tag, Buffer(field.data.begin(), field.data.end()));
}

ProducePartitionResponse::Leader read_leader(Bytes data, Reader& outer) {
  Reader in(data, true);
  ProducePartitionResponse::Leader leader;
  leader.id = in.i32();
  leader.epoch = in.i32();
  in.skip_tags();
  in.finish();
  if (!in.ok()) outer.fail(ErrorCode::invalid, "CurrentLeader does not decode");
  return leader;
}

std::vector<NodeEndpoint> read_endpoints(Bytes data, Reader& outer) {
  Reader in(data, true);
  auto endpoints = read_node_endpoints(in);
  in.finish();
  if (!in.ok()) outer.fail(ErrorCode::invalid, "NodeEndpoints do not decode");
  return endpoints;
}

void read_partition(Reader& in, std::int16_t version, ProducePartitionResponse& out) {
  out.index = in.i32();
  out.error_code = in.i16();
  out.base_offset = in.i64();
  out.log_append_time_ms = in.i64();
  if (version >= kFirstWithLogStartOffset) out.log_start_offset = in.i64();
  if (version >= kFirstWithRecordErrors) {
    out.record_errors.resize(in.array(5));
    for (RecordError& error : out.record_errors) {
      error.batch_index = in.i32();
      error.message = in.nullable_string().value_or(std::string_view());
      in.skip_tags();
    }
    out.error_message = in.nullable_string();
  }
  in.tags([&](const TagView& field) {
    if (version >= kFirstWithLeaders && field.tag == kCurrentLeaderTag) {
      out.current_leader = read_leader(field.data, in);
    } else {
      keep(out.unknown_tags, field);
    }
  });
}

// Fields in ascending order, as the format wants them: the known tag is the lowest.
void write_tags(Writer& out, bool known, std::uint32_t tag, const Buffer& data, const UnknownTags& others) {
  out.tag_count(others.size() + (known ? 1U : 0U));
  if (!out.flexible()) return;
  if (known) out.tag(tag, data);
  for (const auto& [number, bytes] : others) out.tag(number, bytes);
}

void write_partition(Writer& out, std::int16_t version, const ProducePartitionResponse& partition) {
  out.i32(partition.index);
  out.i16(partition.error_code);
  out.i64(partition.base_offset);
  out.i64(partition.log_append_time_ms);
  if (version >= kFirstWithLogStartOffset) out.i64(partition.log_start_offset);
  if (version >= kFirstWithRecordErrors) {
    out.array(partition.record_errors.size());
    for (const RecordError& error : partition.record_errors) {
      out.i32(error.batch_index);
      out.nullable_string(error.message.empty() ? std::nullopt
                                                : std::optional<std::string_view>(error.message));
      out.no_tags();
    }
    out.nullable_string(partition.error_message);
  }
  Buffer leader;
  const bool has_leader = version >= kFirstWithLeaders && partition.current_leader.has_value();
  if (has_leader) {
    Writer in(leader, true);
    in.i32(partition.current_leader->id);
    in.i32(partition.current_leader->epoch);
    in.no_tags();
  }
  write_tags(out, has_leader, kCurrentLeaderTag, leader, partition.unknown_tags);
}

void read_topics(Reader& in, std::int16_t version, const Limits& limits, ProduceResponse& out) {
  std::size_t partitions_left = limits.partitions_per_request_max;
  const std::uint32_t topic_count = in.array(5);
  if (topic_count > partitions_left) return in.fail(ErrorCode::too_large, "too many topics");
  out.topics.resize(topic_count);
  for (ProduceTopicResponse& topic : out.topics) {
    if (version >= kFirstWithTopicId) {
      topic.id = in.uuid();
    } else {
      topic.name = in.string();
    }
    const std::uint32_t partition_count = in.array(22);
    if (partition_count > partitions_left) return in.fail(ErrorCode::too_large, "too many partitions");
    partitions_left -= partition_count;
    topic.partitions.resize(partition_count);
    for (auto& partition : topic.partitions) {
      read_partition(in, version, partition);
      if (!in.ok()) return;
    }
    in.tags([&](const TagView& field) { keep(topic.unknown_tags, field); });
  }
}

}  // namespace

Result<ProduceResponse> decode_produce_response(Bytes frame, std::int16_t version, const Limits& limits) {
  if (version < kProduceVersionMin || version > kProduceVersionMax) {
    return Error(ErrorCode::unsupported, fmt::format("Produce v{} is outside v{} to v{}", version,
                                                     kProduceVersionMin, kProduceVersionMax));
  }
  Reader in(frame, is_flexible(kApiKey, version));
  ProduceResponse out;
  out.correlation_id = in.i32();
  in.skip_tags();
  read_topics(in, version, limits, out);
  out.throttle_time_ms = in.i32();
  in.tags([&](const TagView& field) {
    if (version >= kFirstWithLeaders && field.tag == kNodeEndpointsTag) {
      out.node_endpoints = read_endpoints(field.data, in);
    } else {
      keep(out.unknown_tags, field);
    }
  });
  in.finish();
  if (!in.ok()) return in.error("Produce response");
  return out;
}

void encode(const ProduceResponse& response, std::int16_t version, Buffer& buffer) {
  Writer out(buffer, is_flexible(kApiKey, version));
  const std::size_t frame = out.begin_frame();
  out.i32(response.correlation_id);
  out.no_tags();
  out.array(response.topics.size());
  for (const ProduceTopicResponse& topic : response.topics) {
    if (version >= kFirstWithTopicId) {
      out.uuid(topic.id);
    } else {
      out.string(topic.name);
    }
    out.array(topic.partitions.size());
    for (const auto& partition : topic.partitions) write_partition(out, version, partition);
    write_tags(out, false, 0, {}, topic.unknown_tags);
  }
  out.i32(response.throttle_time_ms);
  const bool has_endpoints = version >= kFirstWithLeaders && !response.node_endpoints.empty();
  Buffer endpoints;
  if (has_endpoints) {
    Writer in(endpoints, true);
    write_node_endpoints(in, response.node_endpoints);
  }
  write_tags(out, has_endpoints, kNodeEndpointsTag, endpoints, response.unknown_tags);
  out.end_frame(frame);
}

}  // namespace assay::kafka
