#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "kafka/messages/addresses.h"
#include "kafka/messages/api_versions.h"
#include "kafka/messages/coordinator.h"
#include "kafka/messages/metadata.h"
#include "tests/unit/kafka/golden.h"

namespace assay::kafka {
namespace {

using testing::ElementsAre;

constexpr std::int16_t kMetadata = 3, kFindCoordinator = 10, kDescribeCluster = 60;
constexpr Uuid kOrders = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

class ByPort : public AddressMap {
 public:
  HostPort place(const BrokerAddress& broker) override {
    seen.push_back(broker.node_id);
    return {host, 19092 + broker.node_id};
  }
  std::optional<HostPort> find(std::int32_t node_id) const override {
    if (node_id == unknown) return std::nullopt;
    return HostPort{host, 19092 + node_id};
  }
  std::string host = "gate.example.com";
  std::int32_t unknown = -1;
  std::vector<std::int32_t> seen;
};

TEST(Metadata, ReadsEveryVersion) {
  const auto all = golden_message("metadata_response");
  ASSERT_EQ(all.size(), 14U);
  for (const Golden& one : all) {
    const auto response = decode_metadata_response(one.bytes, one.version);
    ASSERT_TRUE(response) << name_of(one) << response.error().message();
    EXPECT_EQ(response->correlation_id, 7);
    ASSERT_EQ(response->brokers.size(), 2U);
    EXPECT_EQ(response->brokers[0].node_id, 1);
    EXPECT_EQ(response->brokers[0].host, "real-1.internal");
    EXPECT_EQ(response->brokers[0].port, 9092);
    EXPECT_EQ(response->brokers[0].rack.value_or("none"), one.version >= 1 ? "az-a" : "none");
    EXPECT_FALSE(response->brokers[1].rack);
    EXPECT_EQ(response->controller_id, one.version >= 1 ? 2 : -1);
    EXPECT_EQ(response->cluster_id.value_or("none"), one.version >= 2 ? "cluster-x" : "none");
    EXPECT_EQ(response->error_code, one.version >= 13 ? 129 : 0);
    ASSERT_EQ(response->topics.size(), 2U);
    EXPECT_EQ(response->topics[0].name, "orders");
    EXPECT_EQ(response->topics[0].id, one.version >= 10 ? kOrders : Uuid{});
    EXPECT_EQ(response->topics[0].partition_count, 2U);
    EXPECT_EQ(response->topics[1].error_code, one.version >= 12 ? 100 : 3);
    EXPECT_EQ(response->topics[1].name.has_value(), one.version < 12);
    expect_only_whole(one.bytes, name_of(one),
                      [&](Bytes bytes) { return decode_metadata_response(bytes, one.version).has_value(); });
  }
  EXPECT_EQ(decode_metadata_response(all[0].bytes, 14).error().code(), ErrorCode::unsupported);
}

TEST(Metadata, WritesTheRequestsThatJavaWrites) {
  const auto check = [](const std::string& name, MetadataRequest request) {
    request.correlation_id = 7;
    request.client_id = "golden";
    for (const Golden& one : golden_message(name)) {
      Buffer written;
      encode(request, one.version, written);
      EXPECT_TRUE(same_bytes(body_of(written), one.bytes)) << name_of(one);
    }
  };
  using Topics = MetadataRequest::Topics;
  check("metadata_request_all", {0, {}, Topics::all, {}, {}});
  check("metadata_request_none", {0, {}, Topics::none, {}, {}});
  check("metadata_request_named", {0, {}, Topics::named, {"orders", "clicks"}, {}});
  check("metadata_request_ids", {0, {}, Topics::named, {}, {kOrders}});
}

TEST(FindCoordinator, ReadsEveryVersion) {
  const auto all = golden_message("find_coordinator_response");
  ASSERT_EQ(all.size(), 7U);
  for (const Golden& one : all) {
    const auto found = decode_find_coordinator_response(one.bytes, one.version);
    ASSERT_TRUE(found) << name_of(one);
    ASSERT_EQ(found->size(), one.version < 4 ? 1U : 2U);
    EXPECT_EQ(found->back().node_id, 2);
    EXPECT_EQ(found->back().host, "real-22.internal");
    EXPECT_EQ(found->back().port, 9093);
    expect_only_whole(one.bytes, name_of(one), [&](Bytes bytes) {
      return decode_find_coordinator_response(bytes, one.version).has_value();
    });
  }
  EXPECT_EQ(decode_find_coordinator_response(all[0].bytes, 7).error().code(), ErrorCode::unsupported);
  for (const Golden& one : golden_message("find_coordinator_error_response")) {
    EXPECT_TRUE(decode_find_coordinator_response(one.bytes, one.version).value().empty());
  }
}

TEST(DescribeCluster, ReadsEveryVersion) {
  const auto all = golden_message("describe_cluster_response");
  ASSERT_EQ(all.size(), 3U);
  for (const Golden& one : all) {
    const auto found = decode_describe_cluster_response(one.bytes, one.version);
    ASSERT_TRUE(found) << name_of(one);
    ASSERT_EQ(found->size(), 2U);
    EXPECT_EQ((*found)[0].host, "real-1.internal");
    EXPECT_EQ((*found)[0].rack, "az-a");
    EXPECT_EQ((*found)[1].node_id, 2);
    expect_only_whole(one.bytes, name_of(one), [&](Bytes bytes) {
      return decode_describe_cluster_response(bytes, one.version).has_value();
    });
  }
  EXPECT_EQ(decode_describe_cluster_response(all[0].bytes, 3).error().code(), ErrorCode::unsupported);
}

// Rewritten to what the broker said, the frame is the same again: so nothing but the addresses was touched.
class Restoring : public AddressMap {
 public:
  HostPort place(const BrokerAddress& broker) override {
    return broker.node_id == 1 ? HostPort{"real-1.internal", 9092} : HostPort{"real-22.internal", 9093};
  }
  std::optional<HostPort> find(std::int32_t) const override { return std::nullopt; }
};

TEST(Addresses, AreReplacedAndNothingElse) {
  const std::pair<std::string, std::int16_t> messages[] = {
      {"metadata_response", kMetadata},
      {"find_coordinator_response", kFindCoordinator},
      {"find_coordinator_error_response", kFindCoordinator},
      {"describe_cluster_response", kDescribeCluster}};
  for (const auto& [name, key] : messages) {
    EXPECT_TRUE(names_brokers(key));
    for (const Golden& one : golden_message(name)) {
      ByPort map;
      Buffer rewritten;
      ASSERT_TRUE(rewrite_addresses(key, one.version, one.bytes, map, rewritten)) << name_of(one);
      EXPECT_EQ(as_text(rewritten).find("real-"), std::string_view::npos) << name_of(one);
      EXPECT_EQ(map.seen.empty(), name == "find_coordinator_error_response");
      Restoring restoring;
      Buffer restored;
      ASSERT_TRUE(rewrite_addresses(key, one.version, body_of(rewritten), restoring, restored));
      EXPECT_TRUE(same_bytes(body_of(restored), one.bytes)) << name_of(one);
    }
  }
  EXPECT_FALSE(names_brokers(0));
  EXPECT_FALSE(names_brokers(1));
  EXPECT_FALSE(names_brokers(88)) << "a streams group's endpoints are the application's";
}

TEST(Addresses, AreNotReplacedInAVersionThatIsNotKnown) {
  ByPort map;
  Buffer out;
  const Buffer bytes = golden_message("metadata_response")[0].bytes;
  EXPECT_EQ(rewrite_addresses(kMetadata, 14, bytes, map, out).error().code(), ErrorCode::unsupported);
  EXPECT_EQ(rewrite_addresses(0, 3, bytes, map, out).error().code(), ErrorCode::internal);
  EXPECT_TRUE(out.empty());
}

TEST(Addresses, EndpointsOfUnknownNodesAreLeftOut) {
  ByPort map;
  map.unknown = 2;
  std::vector<NodeEndpoint> endpoints = {{1, "real-1", 9092, "az"}, {2, "real-2", 9092, std::nullopt}};
  map_endpoints(endpoints, map);
  ASSERT_EQ(endpoints.size(), 1U);
  EXPECT_EQ(endpoints[0].host, "gate.example.com");
  EXPECT_EQ(endpoints[0].port, 19093);
  EXPECT_EQ(endpoints[0].rack, "az");
}

TEST(ApiVersions, ReadsEveryRequest) {
  for (const Golden& one : golden_message("api_versions_request")) {
    const auto request = decode_api_versions_request(one.bytes);
    ASSERT_TRUE(request) << name_of(one);
    EXPECT_EQ(request->header.api_version, one.version);
    EXPECT_EQ(request->client_software_name, one.version >= 3 ? "apache-kafka-java" : "");
    EXPECT_EQ(request->client_software_version, one.version >= 3 ? "4.3.1" : "");
    expect_only_whole(one.bytes, name_of(one),
                      [](Bytes bytes) { return decode_api_versions_request(bytes).has_value(); });
  }
  Buffer fifth = golden_message("api_versions_request")[4].bytes;
  fifth[3] = 5;
  fifth.insert(fifth.end() - 1, {0, 0, 0, 0, 9});  // cluster id, node id
  EXPECT_EQ(decode_api_versions_request(fifth).value().client_software_name, "apache-kafka-java");
  fifth[3] = 6;
  EXPECT_EQ(decode_api_versions_request(fifth).error().code(), ErrorCode::unsupported);
  fifth[1] = 3;
  EXPECT_EQ(decode_api_versions_request(fifth).error().code(), ErrorCode::invalid);
}

TEST(ApiVersions, ReadsAndWritesEveryResponse) {
  for (const Golden& one : golden_message("api_versions_response")) {
    const auto response = decode_api_versions_response(one.bytes, one.version);
    ASSERT_TRUE(response) << name_of(one);
    EXPECT_THAT(response->apis, ElementsAre(ApiRange{0, 0, 13}, ApiRange{1, 4, 18}, ApiRange{3, 0, 13},
                                            ApiRange{18, 0, 4}, ApiRange{60, 0, 2}));
    EXPECT_EQ(response->throttle_time_ms, one.version >= 1 ? 9 : 0);
    EXPECT_EQ(response->tags.size(), one.version >= 3 ? 4U : 0U);
    Buffer written;
    encode(*response, one.version, written);
    EXPECT_TRUE(same_bytes(body_of(written), one.bytes)) << name_of(one);
    expect_only_whole(one.bytes, name_of(one), [&](Bytes bytes) {
      return decode_api_versions_response(bytes, one.version).has_value();
    });
  }
  EXPECT_EQ(decode_api_versions_response({}, 6).error().code(), ErrorCode::unsupported);
}

TEST(ApiVersions, TheBodyOfAnUnsupportedVersionIsNotRead) {
  const Buffer malformed = {0, 0, 0, 7, 0, 35, 0xde, 0xad};
  for (std::int16_t version = 0; version <= kApiVersionsVersionMax; ++version) {
    const auto response = decode_api_versions_response(malformed, version).value();
    EXPECT_EQ(response.error_code, kErrorUnsupportedVersion);
    EXPECT_TRUE(response.apis.empty());
  }
}

TEST(ApiVersions, ClampsWhatTheProxyReadsAndDropsWhatItDoesNotKnow) {
  ApiVersionsResponse response;
  response.apis = {{0, 0, 14}, {1, 4, 19}, {2, 1, 11}, {3, 0, 12}, {10, 7, 8}, {18, 0, 6}, {55, 0, 2},
                   {60, 0, 3}, {78, 0, 3}, {79, 0, 0}, {88, 0, 1}, {94, 0, 0}, {95, 0, 1}, {-1, 0, 1}};
  clamp(response);
  EXPECT_THAT(response.apis,
              ElementsAre(ApiRange{0, 0, 13}, ApiRange{1, 4, 18}, ApiRange{2, 1, 11}, ApiRange{3, 0, 12},
                          ApiRange{18, 0, 5}, ApiRange{55, 0, 1}, ApiRange{60, 0, 2}, ApiRange{78, 1, 2},
                          ApiRange{88, 0, 1}, ApiRange{94, 0, 0}));
  ASSERT_NE(response.find(ApiKey::produce), nullptr);
  EXPECT_EQ(response.find(ApiKey::produce)->version_min, 0) << "librdkafka needs the broker's 0";
  EXPECT_EQ(response.find(ApiKey::find_coordinator), nullptr);
}

TEST(ApiVersions, AnswersAnUnknownVersionInTheOldestForm) {
  Buffer written;
  encode(unsupported_api_versions(7), 0, written);
  EXPECT_EQ(written, (Buffer{0, 0, 0, 16, 0, 0, 0, 7, 0, 35, 0, 0, 0, 1, 0, 18, 0, 0, 0, 5}));
}

}  // namespace
}  // namespace assay::kafka
