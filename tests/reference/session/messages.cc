#include "tests/reference/session/messages.h"

#include "kafka/messages/api_versions.h"
#include "kafka/wire/writer.h"

namespace assay::kit {
namespace {

using kafka::Writer;

template <class Body>
Buffer answer(std::int16_t api_key, std::int16_t version, std::int32_t correlation_id, Body body) {
  Buffer out;
  Writer w(out, kafka::is_flexible(api_key, version));
  const auto begin = w.begin_frame();
  w.i32(correlation_id);
  if (kafka::flexible_response_header(api_key, version)) w.no_tags();
  body(w);
  w.end_frame(begin);
  return out;
}

template <class Body>
Buffer asked(std::int16_t api_key, std::int16_t version, std::int32_t correlation_id,
             std::string_view client_id, Body body) {
  Buffer out;
  Writer w(out);
  const auto begin = w.begin_frame();
  w.i16(api_key);
  w.i16(version);
  w.i32(correlation_id);
  w.nullable_string(client_id);
  w.set_flexible(kafka::is_flexible(api_key, version));
  w.no_tags();
  body(w);
  w.end_frame(begin);
  return out;
}

void write_broker(Writer& w, const Broker& broker) {
  w.i32(broker.node_id);
  w.string(broker.host);
  w.i32(broker.port);
  w.nullable_string(std::nullopt);
  w.no_tags();
}

void write_int32s(Writer& w, const std::vector<std::int32_t>& values) {
  w.array(values.size());
  for (const auto value : values) w.i32(value);
}

void write_metadata_topic(Writer& w, const Topic& topic, std::int16_t version) {
  w.i16(0);
  w.string(topic.name);
  if (version >= 10) w.uuid(topic.id);
  w.boolean(false);
  w.array(1);
  w.i16(0);
  w.i32(0);
  w.i32(1);
  if (version >= 7) w.i32(5);
  write_int32s(w, {1});
  write_int32s(w, {1});
  if (version >= 5) write_int32s(w, {});
  w.no_tags();
  if (version >= 8) w.i32(0);
  w.no_tags();
}

}  // namespace

Buffer request(std::int16_t api_key, std::int16_t version, std::int32_t correlation_id, std::string_view body,
               std::string_view client_id) {
  return asked(api_key, version, correlation_id, client_id, [&](Writer& w) { w.raw(as_bytes(body)); });
}

Buffer response(std::int16_t api_key, std::int16_t version, std::int32_t correlation_id,
                std::string_view body) {
  return answer(api_key, version, correlation_id, [&](Writer& w) { w.raw(as_bytes(body)); });
}

Buffer produce_request(std::int16_t version, std::int32_t correlation_id, std::int16_t acks,
                       const std::vector<Topic>& topics) {
  return asked(0, version, correlation_id, "tester", [&](Writer& w) {
    w.nullable_string(std::nullopt);
    w.i16(acks);
    w.i32(30'000);
    w.array(topics.size());
    for (const Topic& topic : topics) {
      if (version >= 13) {
        w.uuid(topic.id);
      } else {
        w.string(topic.name);
      }
      w.array(topic.parts.size());
      for (const Part& part : topic.parts) {
        w.i32(part.index);
        w.nullable_bytes(as_bytes(part.records));
        w.no_tags();
      }
      w.no_tags();
    }
    w.no_tags();
  });
}

kafka::ProduceResponse produce_answer(std::int32_t correlation_id, const std::vector<Topic>& topics) {
  kafka::ProduceResponse out;
  out.correlation_id = correlation_id;
  for (const Topic& topic : topics) {
    auto& told = out.topics.emplace_back();
    told.name = topic.name;
    told.id = topic.id;
    for (const Part& part : topic.parts) {
      auto& partition = told.partitions.emplace_back();
      partition.index = part.index;
      partition.base_offset = 100 * part.index;
    }
  }
  return out;
}

Buffer encoded(const kafka::ProduceResponse& answer, std::int16_t version) {
  Buffer out;
  kafka::encode(answer, version, out);
  return out;
}

Buffer api_versions_request(std::int16_t version, std::int32_t correlation_id, std::string_view software,
                            std::string_view software_version) {
  return asked(18, version, correlation_id, "tester", [&](Writer& w) {
    if (version < 3) return;
    w.string(software);
    w.string(software_version);
    w.no_tags();
  });
}

Buffer api_versions_answer(std::int16_t version, std::int32_t correlation_id) {
  kafka::ApiVersionsResponse out;
  out.correlation_id = correlation_id;
  out.apis = {{0, 0, 20}, {1, 0, 20}, {3, 0, 20}, {18, 0, 9}, {900, 0, 1}};
  Buffer bytes;
  kafka::encode(out, version, bytes);
  return bytes;
}

Buffer metadata_answer(std::int16_t version, std::int32_t correlation_id, const std::vector<Broker>& brokers,
                       const std::vector<Topic>& topics) {
  return answer(3, version, correlation_id, [&](Writer& w) {
    if (version >= 3) w.i32(0);
    w.array(brokers.size());
    for (const Broker& broker : brokers) write_broker(w, broker);
    if (version >= 2) w.nullable_string("cluster");
    w.i32(brokers.empty() ? -1 : brokers.front().node_id);
    w.array(topics.size());
    for (const Topic& topic : topics) write_metadata_topic(w, topic, version);
    if (version >= 8 && version <= 10) w.i32(0);
    w.no_tags();
  });
}

Buffer find_coordinator_answer(std::int32_t correlation_id, const Broker& coordinator) {
  return answer(10, 1, correlation_id, [&](Writer& w) {
    w.i32(0);
    w.i16(0);
    w.nullable_string(std::nullopt);
    w.i32(coordinator.node_id);
    w.string(coordinator.host);
    w.i32(coordinator.port);
  });
}

Buffer fetch_answer(std::int32_t correlation_id, const std::string& records,
                    const std::vector<Broker>& endpoints) {
  return answer(1, 16, correlation_id, [&](Writer& w) {
    w.i32(0);
    w.i16(0);
    w.i32(7);
    w.array(1);
    w.uuid({1});
    w.array(1);
    w.i32(0);
    w.i16(endpoints.empty() ? 0 : 6);
    for (int i = 0; i < 3; ++i) w.i64(10);
    w.array(0);
    w.i32(-1);
    w.nullable_bytes(as_bytes(records));
    w.no_tags();
    w.no_tags();
    if (endpoints.empty()) return w.no_tags();
    Buffer data;
    Writer tag(data, true);
    tag.array(endpoints.size());
    for (const Broker& broker : endpoints) write_broker(tag, broker);
    w.tag_count(1);
    w.tag(0, data);
  });
}

Buffer sasl_handshake_request(std::int16_t version, std::int32_t correlation_id, std::string_view mechanism) {
  return asked(17, version, correlation_id, "tester", [&](Writer& w) { w.string(mechanism); });
}

Buffer sasl_handshake_answer(std::int32_t correlation_id) {
  return answer(17, 1, correlation_id, [&](Writer& w) {
    w.i16(0);
    w.array(1);
    w.string("PLAIN");
  });
}

Buffer sasl_authenticate_request(std::int32_t correlation_id, std::string_view user) {
  std::string token(1, '\0');
  token.append(user).append(1, '\0').append("secret");
  return asked(36, 1, correlation_id, "tester", [&](Writer& w) { w.bytes(as_bytes(token)); });
}

Buffer sasl_authenticate_answer(std::int32_t correlation_id, std::int16_t error) {
  return answer(36, 1, correlation_id, [&](Writer& w) {
    w.i16(error);
    w.nullable_string(std::nullopt);
    w.bytes({});
    w.i64(0);
  });
}

Buffer joined(const std::vector<Buffer>& buffers) {
  Buffer out;
  for (const Buffer& buffer : buffers) append(out, buffer);
  return out;
}

}  // namespace assay::kit
