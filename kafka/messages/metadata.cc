// MetadataRequest, behind its header:
//
//   topics NULLABLE ARRAY{ [v10+] topic_id UUID | name STRING (nullable v10+) | TAGS } (v1+: null is all,
//   empty is none) | [v4+] allow_auto_topic_creation bool | [v8-v10] include_cluster_authorized_operations
//   bool | [v8+] include_topic_authorized_operations bool | TAGS
//
// MetadataResponse, behind its header:
//
//   [v3+] throttle_time_ms i32 |
//   brokers ARRAY{ node_id i32 | host STRING | port i32 | [v1+] rack NULLABLE_STRING | TAGS } |
//   [v2+] cluster_id NULLABLE_STRING | [v1+] controller_id i32 |
//   topics ARRAY{ error_code i16 | name STRING (nullable v12+) | [v10+] topic_id UUID | [v1+] is_internal
//   bool |
//     partitions ARRAY{ error_code i16 | index i32 | leader_id i32 | [v7+] leader_epoch i32 | replicas
//     ARRAY{i32} |
//                       isr ARRAY{i32} | [v5+] offline ARRAY{i32} | TAGS } |
//     [v8+] authorized_operations i32 | TAGS } |
//   [v8-v10] cluster_authorized_operations i32 | [v13+] error_code i16 | TAGS
//
// v9+: compact forms, and TAGS at all.
#include "kafka/messages/metadata.h"

#include <fmt/format.h>

#include "kafka/wire/writer.h"

namespace assay::kafka {
namespace {

constexpr std::int16_t kKey = static_cast<std::int16_t>(ApiKey::metadata);

void skip_ids(Reader& in) {
  in.raw(std::size_t{in.array(4)} * 4);
}

void skip_partition(Reader& in, std::int16_t version) {
  in.i16();
  in.i32();
  in.i32();
  if (version >= 7) in.i32();
  skip_ids(in);
  skip_ids(in);
  if (version >= 5) skip_ids(in);
  in.skip_tags();
}

void read_broker(Reader& in, std::int16_t version, BrokerAddress& out) {
  out.node_id = in.i32();
  read_address(in, out);
  if (version >= 1) out.rack = in.nullable_string();
  in.skip_tags();
}

void read_topic(Reader& in, std::int16_t version, MetadataTopic& out) {
  out.error_code = in.i16();
  out.name = version >= 12 ? in.nullable_string() : in.string();
  if (version >= 10) out.id = in.uuid();
  if (version >= 1) in.boolean();
  out.partition_count = in.array(13);
  for (std::uint32_t i = 0; i < out.partition_count && in.ok(); ++i) skip_partition(in, version);
  if (version >= 8) in.i32();
  in.skip_tags();
}

}  // namespace

Result<MetadataResponse> decode_metadata_response(Bytes frame, std::int16_t version) {
  if (version < 0 || version > kMetadataVersionMax) {
    return Error(ErrorCode::unsupported,
                 fmt::format("Metadata v{} is above v{}", version, kMetadataVersionMax));
  }
  Reader in(frame, is_flexible(kKey, version));
  MetadataResponse out;
  out.correlation_id = in.i32();
  in.skip_tags();
  if (version >= 3) in.i32();
  for (std::uint32_t left = in.array(10); left > 0 && in.ok(); --left) {
    read_broker(in, version, out.brokers.emplace_back());
  }
  if (version >= 2) out.cluster_id = in.nullable_string();
  if (version >= 1) out.controller_id = in.i32();
  for (std::uint32_t left = in.array(5); left > 0 && in.ok(); --left) {
    read_topic(in, version, out.topics.emplace_back());
  }
  if (version >= 8 && version <= 10) in.i32();
  if (version >= 13) out.error_code = in.i16();
  in.skip_tags();
  in.finish();
  if (!in.ok()) return in.error("Metadata response");
  return out;
}

void encode(const MetadataRequest& request, std::int16_t version, Buffer& buffer) {
  Writer out(buffer);
  const std::size_t frame = out.begin_frame();
  out.i16(kKey);
  out.i16(version);
  out.i32(request.correlation_id);
  out.nullable_string(request.client_id);
  out.set_flexible(is_flexible(kKey, version));
  out.no_tags();
  if (request.which == MetadataRequest::Topics::all) {
    out.null_array();
  } else {
    out.array(request.names.size() + request.ids.size());
    for (const std::string& name : request.names) {
      if (version >= 10) out.uuid({});
      out.string(name);
      out.no_tags();
    }
    for (const Uuid& id : request.ids) {
      out.uuid(id);
      out.nullable_string(std::nullopt);
      out.no_tags();
    }
  }
  if (version >= 4) out.boolean(false);
  if (version >= 8 && version <= 10) out.boolean(false);
  if (version >= 8) out.boolean(false);
  out.no_tags();
  out.end_frame(frame);
}

}  // namespace assay::kafka
