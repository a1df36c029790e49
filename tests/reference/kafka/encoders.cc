#include "tests/reference/kafka/encoders.h"

#include "kafka/messages/node_endpoints.h"
#include "kafka/wire/writer.h"

namespace assay::kafka::reference {
namespace {

void write_tags(Writer& out, const UnknownTags& tags) {
  out.tag_count(tags.size());
  if (!out.flexible()) return;
  for (const auto& [number, data] : tags) out.tag(number, data);
}

void keep(UnknownTags& tags, const TagView& field) {
  tags.emplace_back(field.tag, Buffer(field.data.begin(), field.data.end()));
}

void write_records(Writer& out, const std::optional<Buffer>& records) {
  out.nullable_bytes(records ? std::optional<Bytes>(*records) : std::nullopt);
}

void read_fetch_partition(Reader& in, Partition& out) {
  out.index = in.i32();
  in.i16();
  in.i64(), in.i64(), in.i64();
  for (std::uint32_t left = in.nullable_array(17).value_or(0); left > 0 && in.ok(); --left) {
    in.i64(), in.i64();
    in.skip_tags();
  }
  in.i32();
  if (const auto records = in.nullable_bytes()) out.records.emplace(records->begin(), records->end());
  in.tags([&](const TagView& field) { keep(out.tags, field); });
}

}  // namespace

Buffer encode(const ProduceRequest& request, std::int16_t version) {
  Buffer buffer;
  Writer out(buffer);
  out.i16(0);
  out.i16(version);
  out.i32(request.correlation_id);
  out.nullable_string(request.client_id);
  out.set_flexible(version >= 9);
  out.no_tags();
  out.nullable_string(request.transactional_id);
  out.i16(request.acks);
  out.i32(request.timeout_ms);
  out.array(request.topics.size());
  for (const Topic& topic : request.topics) {
    if (version >= 13) {
      out.uuid(topic.id);
    } else {
      out.string(topic.name);
    }
    out.array(topic.partitions.size());
    for (const Partition& partition : topic.partitions) {
      out.i32(partition.index);
      write_records(out, partition.records);
      write_tags(out, partition.tags);
    }
    write_tags(out, topic.tags);
  }
  write_tags(out, request.tags);
  return buffer;
}

Buffer encode(const FetchResponse& response) {
  Buffer buffer;
  Writer out(buffer, true);
  out.i32(7);
  out.no_tags();
  out.i32(0);
  out.i16(0);
  out.i32(99);
  out.array(response.topics.size());
  for (const Topic& topic : response.topics) {
    out.uuid(topic.id);
    out.array(topic.partitions.size());
    for (const Partition& partition : topic.partitions) {
      out.i32(partition.index);
      out.i16(6);
      out.i64(1), out.i64(2), out.i64(3);
      if (partition.index % 2 != 0) {
        out.array(1);
        out.i64(4), out.i64(5);
        out.no_tags();
      } else {
        out.null_array();
      }
      out.i32(-1);
      write_records(out, partition.records);
      write_tags(out, partition.tags);
    }
    write_tags(out, topic.tags);
  }
  Buffer endpoints;
  Writer in(endpoints, true);
  write_node_endpoints(in, response.endpoints);
  out.tag_count(response.tags.size() + (response.endpoints.empty() ? 0U : 1U));
  if (!response.endpoints.empty()) out.tag(0, endpoints);
  for (const auto& [number, data] : response.tags) out.tag(number, data);
  return buffer;
}

std::optional<FetchResponse> decode_fetch_response(Bytes frame) {
  FetchResponse out;
  Reader in(frame, true);
  in.i32();
  in.skip_tags();
  in.i32(), in.i16(), in.i32();
  for (std::uint32_t topics = in.array(18); topics > 0 && in.ok(); --topics) {
    Topic& topic = out.topics.emplace_back();
    topic.id = in.uuid();
    for (std::uint32_t left = in.array(37); left > 0 && in.ok(); --left) {
      read_fetch_partition(in, topic.partitions.emplace_back());
    }
    in.tags([&](const TagView& field) { keep(topic.tags, field); });
  }
  in.tags([&](const TagView& field) {
    if (field.tag != 0) return keep(out.tags, field);
    Reader data(field.data, true);
    out.endpoints = read_node_endpoints(data);
    data.finish();
    if (!data.ok()) in.fail(ErrorCode::invalid, "endpoints");
  });
  in.finish();
  if (!in.ok()) return std::nullopt;
  return out;
}

}  // namespace assay::kafka::reference
