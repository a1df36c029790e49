// One answer out of the broker's and Assay's own, in the order of the request.
#include "proxy/produce/merge_response.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/reference/produce/records.h"

namespace assay::kit {
namespace {

using kafka::ProducePartitionResponse;
using kafka::ProduceResponse;
using proxy::LocalAnswer;
using proxy::merge_response;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

const std::vector<proxy::RequestedTopic> kRequested{{"a", {}, {4, 2, 7}}, {"b", {}, {0}}, {"c", {}, {1}}};

ProducePartitionResponse stored(std::int32_t index, std::int64_t offset) {
  ProducePartitionResponse out;
  out.index = index;
  out.base_offset = offset;
  return out;
}

ProducePartitionResponse refused(std::int16_t error) {
  ProducePartitionResponse out;
  out.index = -5;  // the merge knows which one it is
  out.error_code = error;
  return out;
}

// Topic, partition, error or offset.
std::vector<std::tuple<std::string, std::int32_t, std::int64_t>> told(const ProduceResponse& response) {
  std::vector<std::tuple<std::string, std::int32_t, std::int64_t>> out;
  for (const auto& topic : response.topics) {
    for (const auto& partition : topic.partitions) {
      out.emplace_back(topic.name, partition.index,
                       partition.error_code != 0 ? -partition.error_code : partition.base_offset);
    }
  }
  return out;
}

TEST(MergeResponse, KeepsTheOrderOfTheRequestWhateverTheBrokersIs) {
  ProduceResponse broker;
  broker.topics = {{"c", {}, {stored(1, 30)}}, {"a", {}, {stored(7, 17), stored(4, 14)}}};
  const auto merged = merge_response(9, kRequested, {{0, 1, refused(87)}, {1, 0, refused(19)}}, &broker);
  EXPECT_EQ(merged.correlation_id, 9);
  EXPECT_THAT(told(merged),
              ElementsAre(std::tuple("a", 4, 14), std::tuple("a", 2, -87), std::tuple("a", 7, 17),
                          std::tuple("b", 0, -19), std::tuple("c", 1, 30)));
}

TEST(MergeResponse, NeedsNoBrokerWhenEverythingIsAnsweredHere) {
  std::vector<LocalAnswer> answers{
      {0, 0, refused(87)}, {0, 1, refused(87)}, {0, 2, refused(87)}, {1, 0, refused(87)}, {2, 0, refused(2)}};
  const auto merged = merge_response(1, kRequested, std::move(answers), nullptr);
  EXPECT_THAT(told(merged), SizeIs(5));
  EXPECT_EQ(merged.throttle_time_ms, 0);
}

TEST(MergeResponse, LeavesOutWhatNobodyAnswered) {
  ProduceResponse broker;
  broker.topics = {{"a", {}, {stored(4, 1)}}};
  EXPECT_THAT(told(merge_response(1, kRequested, {}, &broker)), ElementsAre(std::tuple("a", 4, 1)));
  EXPECT_THAT(merge_response(1, kRequested, {}, nullptr).topics, IsEmpty());
}

TEST(MergeResponse, KeepsThrottleTimeEndpointsLeadersAndTags) {
  ProduceResponse broker;
  ProducePartitionResponse moved = stored(1, 0);
  moved.error_code = 6;
  moved.current_leader = {3, 8};
  broker.topics = {{"c", {}, {moved}}};
  broker.throttle_time_ms = 250;
  broker.node_endpoints = {{3, "broker-3", 9092, std::nullopt}};
  broker.unknown_tags = {{77, buffer_of("x")}};
  const auto merged = merge_response(1, kRequested, {{1, 0, refused(87)}}, &broker);
  EXPECT_EQ(merged.throttle_time_ms, 250);
  ASSERT_THAT(merged.node_endpoints, SizeIs(1));
  EXPECT_EQ(merged.node_endpoints[0].host, "broker-3");
  EXPECT_THAT(merged.unknown_tags, ElementsAre(Pair(77, buffer_of("x"))));
  EXPECT_EQ(merged.topics.at(1).partitions.at(0).current_leader->id, 3);
}

TEST(MergeResponse, ALocalAnswerStandsBeforeTheBrokers) {
  ProduceResponse broker;
  broker.topics = {{"b", {}, {stored(0, 5)}}};
  EXPECT_THAT(told(merge_response(1, kRequested, {{1, 0, refused(87)}}, &broker)),
              ElementsAre(std::tuple("b", 0, -87)));
}

TEST(MergeResponse, TopicsByIdAreToldApart) {
  const kafka::TopicId one{1}, two{2};
  const std::vector<proxy::RequestedTopic> requested{{"", one, {0}}, {"", two, {0}}};
  ProduceResponse broker;
  broker.topics = {{"", two, {stored(0, 22)}}};
  const auto merged = merge_response(1, requested, {{0, 0, refused(87)}}, &broker);
  ASSERT_THAT(merged.topics, SizeIs(2));
  EXPECT_EQ(merged.topics[0].id, one);
  EXPECT_EQ(merged.topics[0].partitions.at(0).error_code, 87);
  EXPECT_EQ(merged.topics[1].id, two);
  EXPECT_EQ(merged.topics[1].partitions.at(0).base_offset, 22);
}

TEST(MergeResponse, RemembersWhatWasRequestedWithoutItsFrame) {
  std::vector<proxy::RequestedTopic> requested;
  {
    const Request request({topic("a", {batch({record("x")}), batch({record("y")})}), topic("b", {})});
    requested = proxy::requested_topics(request.decoded());
  }
  ASSERT_THAT(requested, SizeIs(2));
  EXPECT_EQ(requested[0].name, "a");
  EXPECT_THAT(requested[0].partitions, ElementsAre(0, 1));
  EXPECT_EQ(requested[1].name, "b");
  EXPECT_THAT(requested[1].partitions, IsEmpty());
}

}  // namespace
}  // namespace assay::kit
