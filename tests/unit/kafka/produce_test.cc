#include "kafka/messages/produce.h"

#include <gtest/gtest.h>

#include "kafka/batch/record_batch.h"
#include "kafka/wire/writer.h"
#include "tests/unit/kafka/golden.h"

namespace assay::kafka {
namespace {

constexpr TopicId kOrders = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
constexpr TopicId kClicks = {17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32};

Buffer joined(const GatheredRequest& request) {
  Buffer out;
  for (const Bytes piece : request.pieces) append(out, piece);
  EXPECT_EQ(out.size(), request.bytes);
  return out;
}

TEST(ProduceRequest, ReadsEveryVersion) {
  const auto all = golden_message("produce_request");
  ASSERT_EQ(all.size(), 11U);
  for (const Golden& one : all) {
    ProduceRequest request;
    ASSERT_TRUE(decode(one.bytes, {}, request)) << name_of(one);
    EXPECT_EQ(request.header.client_id, "golden");
    EXPECT_EQ(request.header.correlation_id, 7);
    EXPECT_EQ(request.transactional_id.has_value(), one.version % 2 == 0);
    EXPECT_EQ(request.acks, -1);
    EXPECT_EQ(request.timeout_ms, 30'000);
    ASSERT_EQ(request.topics.size(), 2U);
    EXPECT_EQ(request.topics[0].name, one.version < 13 ? "orders" : "");
    EXPECT_EQ(request.topics[1].name, one.version < 13 ? "clicks" : "");
    EXPECT_EQ(request.topics[0].id, one.version < 13 ? TopicId{} : kOrders);
    EXPECT_EQ(request.topics[1].id, one.version < 13 ? TopicId{} : kClicks);
    ASSERT_EQ(request.topics[0].partitions.size(), 2U);
    EXPECT_EQ(request.topics[0].partitions[0].index, 0);
    EXPECT_EQ(request.topics[0].partitions[1].index, 5);
    EXPECT_FALSE(request.topics[0].partitions[1].records);
    EXPECT_EQ(request.topics[1].partitions[0].index, 2);
    OpenBatch open;
    std::string detail;
    ASSERT_EQ(open_batch(*request.topics[1].partitions[0].records, {}, open, detail), BatchFault::none)
        << detail;
    EXPECT_EQ(as_text(open.records[1].value.value()), "two1");
  }
}

TEST(ProduceRequest, RefusesEveryTruncation) {
  for (const Golden& one : golden_message("produce_request")) {
    ProduceRequest request;
    expect_only_whole(one.bytes, name_of(one),
                      [&](Bytes bytes) { return decode(bytes, {}, request).has_value(); });
  }
}

TEST(ProduceRequest, RefusesOtherVersionsAndApis) {
  Buffer bytes = golden_message("produce_request").front().bytes,
         newest = golden_message("produce_request").back().bytes;
  ProduceRequest request;
  for (const int version : {0, 1, 2}) {
    bytes[3] = static_cast<std::uint8_t>(version);
    EXPECT_EQ(decode(bytes, {}, request).error().code(), ErrorCode::unsupported) << version;
  }
  for (const int version : {14, 100}) {
    newest[3] = static_cast<std::uint8_t>(version);
    EXPECT_EQ(decode(newest, {}, request).error().code(), ErrorCode::unsupported) << version;
  }
  bytes[3] = 3;
  bytes[1] = 1;
  EXPECT_EQ(decode(bytes, {}, request).error().code(), ErrorCode::invalid);
}

TEST(ProduceRequest, RefusesTooManyPartitions) {
  Limits limits;
  limits.partitions_per_request_max = 3;
  ProduceRequest request;
  for (const Golden& one : golden_message("produce_request")) {
    EXPECT_TRUE(decode(one.bytes, limits, request));
    Limits fewer = limits;
    for (fewer.partitions_per_request_max = 1; fewer.partitions_per_request_max < 3;
         ++fewer.partitions_per_request_max) {
      EXPECT_EQ(decode(one.bytes, fewer, request).error().code(), ErrorCode::too_large);
    }
  }
}

TEST(ProduceRequest, WithoutEditsIsTheSameFrame) {
  for (const Golden& one : golden_message("produce_request")) {
    ProduceRequest request;
    ASSERT_TRUE(decode(one.bytes, {}, request));
    const Buffer sent = joined(edit_request(request, one.bytes, {}));
    EXPECT_TRUE(same_bytes(body_of(sent), one.bytes)) << name_of(one);
  }
}

TEST(ProduceRequest, LeavesOutAndReplacesPartitions) {
  const Buffer replacement = {9, 8, 7};
  for (const Golden& one : golden_message("produce_request")) {
    ProduceRequest request;
    ASSERT_TRUE(decode(one.bytes, {}, request));
    ProduceRequest edited;
    // The first topic loses its first partition, the second topic's only one is replaced.
    const Buffer both = joined(edit_request(request, one.bytes, {{0, 0, std::nullopt}, {1, 0, replacement}}));
    ASSERT_TRUE(decode(body_of(both), {}, edited)) << name_of(one);
    ASSERT_EQ(edited.topics.size(), 2U);
    EXPECT_EQ(edited.topics[0].name, request.topics[0].name);
    EXPECT_EQ(edited.topics[0].id, request.topics[0].id);
    ASSERT_EQ(edited.topics[0].partitions.size(), 1U);
    EXPECT_EQ(edited.topics[0].partitions[0].index, 5);
    EXPECT_FALSE(edited.topics[0].partitions[0].records);
    EXPECT_TRUE(same_bytes(*edited.topics[1].partitions[0].records, replacement));

    // An emptied topic is left out, the tags of the others stay.
    const Buffer without = joined(edit_request(request, one.bytes, {{1, 0, std::nullopt}}));
    ASSERT_TRUE(decode(body_of(without), {}, edited));
    ASSERT_EQ(edited.topics.size(), 1U);
    EXPECT_EQ(edited.topics[0].partitions.size(), 2U);
    const Buffer first =
        joined(edit_request(request, one.bytes, {{0, 0, std::nullopt}, {0, 1, std::nullopt}}));
    ASSERT_TRUE(decode(body_of(first), {}, edited));
    ASSERT_EQ(edited.topics.size(), 1U);
    EXPECT_EQ(edited.topics[0].name, request.topics[1].name);
    EXPECT_EQ(edited.topics[0].id, request.topics[1].id);
    EXPECT_EQ(edited.acks, -1);
    EXPECT_EQ(edited.transactional_id, request.transactional_id);
  }
}

TEST(ProduceRequest, DoesNotCopyPayloads) {
  const Golden one = golden_message("produce_request")[10];
  ProduceRequest request;
  ASSERT_TRUE(decode(one.bytes, {}, request));
  const auto edited = edit_request(request, one.bytes, {{1, 0, std::nullopt}});
  std::size_t owned = 0;
  for (const Buffer& buffer : edited.owned) owned += buffer.size();
  EXPECT_LE(owned, 4U + 1U) << "the length field and a count";
}

TEST(ProduceResponse, ReadsAndWritesEveryVersion) {
  const auto all = golden_message("produce_response");
  ASSERT_EQ(all.size(), 11U);
  for (const Golden& one : all) {
    const auto response = decode_produce_response(one.bytes, one.version, {});
    ASSERT_TRUE(response) << name_of(one) << response.error().message();
    EXPECT_EQ(response->correlation_id, 7);
    EXPECT_EQ(response->throttle_time_ms, 250);
    ASSERT_EQ(response->topics.size(), 1U);
    EXPECT_EQ(response->topics[0].name, one.version < 13 ? "orders" : "");
    EXPECT_EQ(response->topics[0].id, one.version < 13 ? TopicId{} : kOrders);
    const auto& partitions = response->topics[0].partitions;
    ASSERT_EQ(partitions.size(), 3U);
    EXPECT_EQ(partitions[0].base_offset, 1'234'567'890'123);
    EXPECT_EQ(partitions[0].log_append_time_ms, 1'700'000'000'000);
    EXPECT_EQ(partitions[0].log_start_offset, one.version >= 5 ? 5 : -1);
    EXPECT_EQ(partitions[1].error_code, 87);
    if (one.version >= 8) {
      EXPECT_EQ(partitions[1].error_message, "two records are wrong");
      ASSERT_EQ(partitions[1].record_errors.size(), 2U);
      EXPECT_EQ(partitions[1].record_errors[0].batch_index, 3);
      EXPECT_EQ(partitions[1].record_errors[0].message, "age is -1");
      EXPECT_EQ(partitions[1].record_errors[1].message, "");
      EXPECT_FALSE(partitions[0].error_message);
    }
    EXPECT_EQ(partitions[2].current_leader.has_value(), one.version >= 10);
    if (one.version >= 10) {
      EXPECT_EQ(partitions[2].current_leader->id, 2);
      EXPECT_EQ(partitions[2].current_leader->epoch, 41);
      ASSERT_EQ(response->node_endpoints.size(), 2U);
      EXPECT_EQ(response->node_endpoints[0].host, "real-2.internal");
      EXPECT_EQ(response->node_endpoints[0].rack, "az-b");
      EXPECT_EQ(response->node_endpoints[1].port, 9093);
      EXPECT_FALSE(response->node_endpoints[1].rack);
    }
    if (one.version >= 9) {
      ASSERT_EQ(response->unknown_tags.size(), 1U);
      EXPECT_EQ(response->unknown_tags[0].first, 77U);
    }
    Buffer written;
    encode(*response, one.version, written);
    EXPECT_TRUE(same_bytes(body_of(written), one.bytes)) << name_of(one);
    expect_only_whole(one.bytes, name_of(one), [&](Bytes bytes) {
      return decode_produce_response(bytes, one.version, {}).has_value();
    });
  }
}

TEST(ProduceResponse, RefusesOtherVersionsAndTooManyPartitions) {
  const Golden one = golden_message("produce_response")[0];
  EXPECT_EQ(decode_produce_response(one.bytes, 2, {}).error().code(), ErrorCode::unsupported);
  EXPECT_EQ(decode_produce_response(one.bytes, 14, {}).error().code(), ErrorCode::unsupported);
  Limits limits;
  limits.partitions_per_request_max = 2;
  EXPECT_EQ(decode_produce_response(one.bytes, 3, limits).error().code(), ErrorCode::too_large);
}

TEST(ProduceResponse, LeavesOutWhatAVersionDoesNotHave) {
  ProduceResponse response;
  response.topics.push_back({"t", {}, {}, {}});
  auto& partition = response.topics[0].partitions.emplace_back();
  partition.error_code = 87;
  partition.record_errors = {{0, "bad"}};
  partition.error_message = "bad";
  partition.current_leader = ProducePartitionResponse::Leader{1, 2};
  response.node_endpoints = {{1, "h", 1, std::nullopt}};
  for (std::int16_t version = kProduceVersionMin; version <= kProduceVersionMax; ++version) {
    Buffer written;
    encode(response, version, written);
    const auto read = decode_produce_response(body_of(written), version, {});
    ASSERT_TRUE(read) << version;
    EXPECT_EQ(read->topics[0].partitions[0].record_errors.size(), version >= 8 ? 1U : 0U);
    EXPECT_EQ(read->topics[0].partitions[0].error_message.has_value(), version >= 8);
    EXPECT_EQ(read->topics[0].partitions[0].current_leader.has_value(), version >= 10);
    EXPECT_EQ(read->node_endpoints.size(), version >= 10 ? 1U : 0U);
  }
}

}  // namespace
}  // namespace assay::kafka
