#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>

#include "kafka/messages/api_versions.h"
#include "kafka/messages/endpoint_patcher.h"
#include "kafka/messages/produce.h"
#include "tests/reference/kafka/encoders.h"

namespace assay::kafka {
namespace {

rc::Gen<Buffer> bytes() {
  return rc::gen::container<Buffer>(rc::gen::arbitrary<std::uint8_t>());
}
rc::Gen<std::string> text() {
  return rc::gen::container<std::string>(rc::gen::inRange('a', 'z'));
}

rc::Gen<std::optional<std::string>> nullable_text() {
  return rc::gen::oneOf(rc::gen::just(std::optional<std::string>()),
                        rc::gen::map(text(), [](std::string t) { return std::optional(std::move(t)); }));
}

// Tags that no message has; ascending and distinct.
rc::Gen<UnknownTags> tags() {
  return rc::gen::map(
      rc::gen::container<std::map<std::uint32_t, Buffer>>(
          rc::gen::weightedOneOf<std::uint32_t>({{5, rc::gen::inRange<std::uint32_t>(40, 130)},
                                                 {1, rc::gen::inRange<std::uint32_t>(200, 1'000'000)}}),
          bytes()),
      [](const std::map<std::uint32_t, Buffer>& fields) {
        UnknownTags out;
        for (const auto& [tag, data] : fields) out.emplace_back(tag, data);
        return out;
      });
}

rc::Gen<Uuid> uuid() {
  return rc::gen::map(rc::gen::container<Buffer>(16, rc::gen::arbitrary<std::uint8_t>()),
                      [](const Buffer& from) {
                        Uuid id{};
                        std::copy(from.begin(), from.end(), id.begin());
                        return id;
                      });
}

reference::Topic topic() {
  reference::Topic out{*text(), *uuid(), {}, *tags()};
  const int partitions = *rc::gen::inRange(0, 5);
  for (int i = 0; i < partitions; ++i) {
    auto& partition = out.partitions.emplace_back();
    partition.index = *rc::gen::arbitrary<std::int32_t>();
    if (*rc::gen::inRange(0, 4) > 0) {
      partition.records = *bytes();
      // Lengths around those where a compact length prefix grows.
      if (*rc::gen::inRange(0, 4) == 0)
        partition.records->resize(*rc::gen::element<std::size_t>(126, 127, 128, 16'382, 16'383));
    }
    partition.tags = *tags();
  }
  return out;
}

reference::ProduceRequest request() {
  reference::ProduceRequest out;
  out.correlation_id = *rc::gen::arbitrary<std::int32_t>();
  out.client_id = *nullable_text();
  out.transactional_id = *nullable_text();
  out.acks = *rc::gen::element<std::int16_t>(-1, 0, 1);
  out.timeout_ms = *rc::gen::arbitrary<std::int32_t>();
  const int topics = *rc::gen::inRange(0, 5);
  for (int i = 0; i < topics; ++i) out.topics.push_back(topic());
  out.tags = *tags();
  return out;
}

rc::Gen<std::int16_t> version() {
  return rc::gen::inRange<std::int16_t>(kProduceVersionMin, kProduceVersionMax + 1);
}

RC_GTEST_PROP(ProduceProperty, RequestsComeBack, ()) {
  const auto sent = request();
  const auto v = *version();
  const Buffer frame = reference::encode(sent, v);
  ProduceRequest read;
  RC_ASSERT(decode(frame, {}, read).has_value());
  RC_ASSERT(read.header.correlation_id == sent.correlation_id);
  RC_ASSERT(read.header.client_id == sent.client_id);
  RC_ASSERT(read.transactional_id == sent.transactional_id);
  RC_ASSERT(read.acks == sent.acks);
  RC_ASSERT(read.timeout_ms == sent.timeout_ms);
  RC_ASSERT(read.topics.size() == sent.topics.size());
  for (std::size_t t = 0; t < sent.topics.size(); ++t) {
    RC_ASSERT(read.topics[t].name == (v < 13 ? sent.topics[t].name : ""));
    RC_ASSERT(read.topics[t].id == (v < 13 ? Uuid{} : sent.topics[t].id));
    RC_ASSERT(read.topics[t].partitions.size() == sent.topics[t].partitions.size());
    for (std::size_t p = 0; p < sent.topics[t].partitions.size(); ++p) {
      const auto& wanted = sent.topics[t].partitions[p];
      const auto& got = read.topics[t].partitions[p];
      RC_ASSERT(got.index == wanted.index);
      RC_ASSERT(got.records.has_value() == wanted.records.has_value());
      RC_ASSERT(!got.records || same_bytes(*got.records, *wanted.records));
    }
  }
}

RC_GTEST_PROP(ProduceProperty, EditingIsEncodingTheEditedRequest, ()) {
  const auto sent = request();
  const auto v = *version();
  const Buffer frame = reference::encode(sent, v);
  ProduceRequest read;
  RC_ASSERT(decode(frame, {}, read).has_value());
  auto expected = sent;
  expected.topics.clear();
  std::vector<ProduceEdit> edits;
  for (std::size_t t = 0; t < sent.topics.size(); ++t) {
    auto kept = sent.topics[t];
    kept.partitions.clear();
    for (std::size_t p = 0; p < sent.topics[t].partitions.size(); ++p) {
      auto partition = sent.topics[t].partitions[p];
      const int what = *rc::gen::inRange(0, 3);
      if (what == 1) partition.records = *bytes();
      if (what != 0) edits.push_back({t, p, what == 1 ? partition.records : std::nullopt});
      if (what != 2) kept.partitions.push_back(std::move(partition));
    }
    // A topic that came without partitions is not one that was emptied.
    if (!kept.partitions.empty() || sent.topics[t].partitions.empty())
      expected.topics.push_back(std::move(kept));
  }
  const auto edited = edit_request(read, frame, edits);
  Buffer wire;
  for (const Bytes piece : edited.pieces) append(wire, piece);
  RC_ASSERT(wire.size() == edited.bytes);
  RC_ASSERT(same_bytes(Bytes(wire).subspan(4), reference::encode(expected, v)));
}

ProduceResponse response(std::int16_t v) {
  ProduceResponse out;
  out.correlation_id = *rc::gen::arbitrary<std::int32_t>();
  out.throttle_time_ms = *rc::gen::arbitrary<std::int32_t>();
  const int topics = *rc::gen::inRange(0, 4);
  for (int t = 0; t < topics; ++t) {
    auto& topic = out.topics.emplace_back();
    (v < 13 ? void(topic.name = *text()) : void(topic.id = *uuid()));
    const int partitions = *rc::gen::inRange(0, 4);
    for (int p = 0; p < partitions; ++p) {
      auto& partition = topic.partitions.emplace_back();
      partition.index = p;
      partition.error_code = *rc::gen::arbitrary<std::int16_t>();
      partition.base_offset = *rc::gen::arbitrary<std::int64_t>();
      if (v >= 5) partition.log_start_offset = *rc::gen::arbitrary<std::int64_t>();
      for (int e = *rc::gen::inRange(0, 4); v >= 8 && e > 0; --e)
        partition.record_errors.push_back({e, *text()});
      if (v >= 8) partition.error_message = *nullable_text();
      if (v >= 10 && *rc::gen::arbitrary<bool>()) {
        partition.current_leader = ProducePartitionResponse::Leader{*rc::gen::arbitrary<std::int32_t>(), 9};
      }
      if (v >= 9) partition.unknown_tags = *tags();
    }
    if (v >= 9) topic.unknown_tags = *tags();
  }
  for (int n = *rc::gen::inRange(0, 3); v >= 10 && n > 0; --n)
    out.node_endpoints.push_back({n, *text(), n, *nullable_text()});
  if (v >= 9) out.unknown_tags = *tags();
  return out;
}

RC_GTEST_PROP(ProduceProperty, ResponsesComeBack, ()) {
  const auto v = *version();
  const ProduceResponse sent = response(v);
  Buffer frame, again;
  encode(sent, v, frame);
  const auto read = decode_produce_response(Bytes(frame).subspan(4), v, {});
  RC_ASSERT(read.has_value());
  RC_ASSERT(read->correlation_id == sent.correlation_id);
  RC_ASSERT(read->unknown_tags == sent.unknown_tags);
  RC_ASSERT(read->node_endpoints.size() == sent.node_endpoints.size());
  RC_ASSERT(read->topics.size() == sent.topics.size());
  for (std::size_t t = 0; t < sent.topics.size(); ++t) {
    RC_ASSERT(read->topics[t].name == sent.topics[t].name);
    RC_ASSERT(read->topics[t].partitions.size() == sent.topics[t].partitions.size());
    for (std::size_t p = 0; p < sent.topics[t].partitions.size(); ++p) {
      const auto& wanted = sent.topics[t].partitions[p];
      const auto& got = read->topics[t].partitions[p];
      RC_ASSERT(got.error_code == wanted.error_code);
      RC_ASSERT(got.base_offset == wanted.base_offset);
      RC_ASSERT(got.error_message == wanted.error_message);
      RC_ASSERT(got.record_errors.size() == wanted.record_errors.size());
      RC_ASSERT(got.current_leader.has_value() == wanted.current_leader.has_value());
      RC_ASSERT(got.unknown_tags == wanted.unknown_tags);
    }
  }
  encode(*read, v, again);
  RC_ASSERT(again == frame);
}

class Gate : public AddressMap {
 public:
  explicit Gate(std::string host) : host_(std::move(host)) {}
  HostPort place(const BrokerAddress&) override { return {host_, 1}; }
  std::optional<HostPort> find(std::int32_t node_id) const override {
    if (node_id % 3 == 0) return std::nullopt;
    return HostPort{host_, 19092 + node_id};
  }

 private:
  std::string host_;
};

RC_GTEST_PROP(EndpointProperty, OnlyTheEndpointsOfAStreamedFetchChange, ()) {
  reference::FetchResponse sent;
  const int topics = *rc::gen::inRange(0, 4);
  for (int t = 0; t < topics; ++t) sent.topics.push_back(topic());
  for (int n = *rc::gen::inRange(0, 5); n > 0; --n)
    sent.endpoints.push_back({n, "real-" + *text(), 9092, *nullable_text()});
  sent.tags = *tags();
  const Buffer frame = reference::encode(sent);
  const Gate gate("g" + *text());

  EndpointPatcher patcher(1, 18, frame.size(), gate);
  Buffer out;
  for (std::size_t at = 0; at < frame.size();) {
    const auto size = std::min<std::size_t>(*rc::gen::inRange<std::size_t>(1, 200), frame.size() - at);
    const auto passed = patcher.feed(Bytes(frame).subspan(at, size));
    RC_ASSERT(passed.has_value());
    append(out, Bytes(frame).subspan(at, *passed));
    at += size;
  }
  RC_ASSERT(patcher.done());
  const auto tail = patcher.tail();
  RC_ASSERT(tail.has_value());
  append(out, *tail);

  RC_ASSERT(out.size() == frame.size());
  const auto read = reference::decode_fetch_response(out);
  RC_ASSERT(read.has_value());
  auto expected = sent.endpoints;
  map_endpoints(expected, gate);
  RC_ASSERT(read->endpoints.empty() || read->endpoints.size() == expected.size());
  for (const NodeEndpoint& endpoint : read->endpoints) RC_ASSERT(endpoint.host.starts_with("g"));
  // Apart from them, and the zeros that fill their place, it says what it said.
  auto rest = *read;
  rest.endpoints = sent.endpoints;
  std::erase_if(rest.tags, [&](const auto& field) {
    return std::find(sent.tags.begin(), sent.tags.end(), field) == sent.tags.end() &&
           std::count(field.second.begin(), field.second.end(), 0) ==
               static_cast<std::ptrdiff_t>(field.second.size());
  });
  RC_ASSERT(reference::encode(rest) == frame);
}

RC_GTEST_PROP(ApiVersionsProperty, ClampingOnlyNarrows, ()) {
  ApiVersionsResponse sent;
  const auto ranges = *rc::gen::container<std::vector<std::pair<std::int16_t, std::int16_t>>>(
      rc::gen::pair(rc::gen::inRange<std::int16_t>(-5, 200), rc::gen::inRange<std::int16_t>(0, 40)));
  for (const auto& [key, high] : ranges)
    sent.apis.push_back({key, *rc::gen::inRange<std::int16_t>(0, high + 1), high});
  auto clamped = sent;
  clamp(clamped);
  for (const ApiRange& range : clamped.apis) {
    RC_ASSERT(range.api_key >= 0 && range.api_key <= kApiKeyMax);
    RC_ASSERT(range.version_min <= range.version_max);
    RC_ASSERT(std::any_of(sent.apis.begin(), sent.apis.end(), [&](const ApiRange& before) {
      return before.api_key == range.api_key && before.version_min <= range.version_min &&
             before.version_max >= range.version_max;
    }));
  }
  auto again = clamped;
  clamp(again);
  RC_ASSERT(again.apis == clamped.apis);
}

}  // namespace
}  // namespace assay::kafka
