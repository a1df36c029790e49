// What clients are offered, and what becomes of those that ask for something else or for nothing.
#include <gtest/gtest.h>

#include "kafka/messages/api_versions.h"
#include "tests/reference/session/messages.h"
#include "tests/reference/session/script.h"

namespace assay {
namespace {

using kit::Script;
using proxy::CloseReason;
using proxy::Decision;

constexpr std::int16_t kProduce = 0, kFetch = 1, kMetadata = 3, kDescribeQuorum = 55, kShareFetch = 78;

std::vector<kit::Topic> two_partitions() {
  return {{"orders", {}, {{0, "good"}, {1, "bad"}}}};
}

Buffer versions_of(std::vector<kafka::ApiRange> apis, std::int16_t version, std::int32_t correlation_id,
                   kafka::UnknownTags tags = {}) {
  kafka::ApiVersionsResponse answer;
  answer.correlation_id = correlation_id;
  answer.apis = std::move(apis);
  answer.tags = std::move(tags);
  Buffer bytes;
  kafka::encode(answer, version, bytes);
  return bytes;
}

kafka::ApiVersionsResponse versions_in(Bytes frame, std::int16_t version) {
  return kafka::decode_api_versions_response(frame.subspan(4), version).value();
}

// Refuses the second partition.
Decision refuse_second(const kafka::ProduceRequest&) {
  Decision decision;
  kafka::ProducePartitionResponse refusal;
  refusal.index = 1;
  refusal.error_code = 87;
  refusal.record_errors = {{0, "rule no-bad: it is bad"}};
  decision.answers.push_back({0, 1, refusal});
  decision.edits.push_back({0, 1, std::nullopt});
  decision.forward = Decision::Forward::edited;
  return decision;
}

// A conversation with a broker that was found out to end at Produce v7.
void ask_versions_of_an_old_broker(Script& script) {
  script.client(kit::api_versions_request(2, 1));
  const Buffer told = script.broker(versions_of({{kProduce, 0, 7}, {kFetch, 0, 11}}, 2, 1)).to_client();
  EXPECT_EQ(versions_in(told, 2).find(kafka::ApiKey::produce)->version_max, 8);
  EXPECT_EQ(versions_in(told, 2).find(kafka::ApiKey::produce)->version_min, 0);
  script.to_broker();
}

TEST(OldBroker, GetsAsVersion7WhatClientsSendAsVersion8) {
  Script script;
  ask_versions_of_an_old_broker(script);
  const auto topics = two_partitions();
  script.client(kit::produce_request(8, 2, -1, topics));
  EXPECT_EQ(script.to_broker(), kit::produce_request(7, 2, -1, topics));
  auto answer = kit::produce_answer(2, topics);
  answer.throttle_time_ms = 9;
  script.broker(kit::encoded(answer, 7));
  EXPECT_EQ(script.to_client(), kit::encoded(answer, 8));
  EXPECT_FALSE(script.owes_answers());
}

TEST(OldBroker, ItsClientsAreToldWhatWasWrongWithARecord) {
  Script script;
  ask_versions_of_an_old_broker(script);
  script.judge = refuse_second;
  script.client(kit::produce_request(8, 2, -1, two_partitions()));
  EXPECT_EQ(script.to_broker(), kit::produce_request(7, 2, -1, {{"orders", {}, {{0, "good"}}}}));
  script.broker(kit::encoded(kit::produce_answer(2, {{"orders", {}, {{0, ""}}}}), 7));
  const auto told = kafka::decode_produce_response(Bytes(script.to_client()).subspan(4), 8, Limits{}).value();
  ASSERT_EQ(told.topics.at(0).partitions.size(), 2U);
  EXPECT_TRUE(told.topics[0].partitions[0].record_errors.empty());
  ASSERT_EQ(told.topics[0].partitions[1].record_errors.size(), 1U);
  EXPECT_EQ(told.topics[0].partitions[1].record_errors[0].message, "rule no-bad: it is bad");
}

TEST(OldBroker, KeepsOtherVersionsAndAcks0AsTheyAre) {
  Script script;
  ask_versions_of_an_old_broker(script);
  const auto topics = two_partitions();
  for (std::int16_t version = 3; version <= 7; ++version) {
    const Buffer asked = kit::produce_request(version, version, -1, topics);
    EXPECT_EQ(script.client(asked).to_broker(), asked);
    const Buffer told = kit::encoded(kit::produce_answer(version, topics), version);
    EXPECT_EQ(script.broker(told).to_client(), told);
  }
  EXPECT_EQ(script.client(kit::produce_request(8, 2, 0, topics)).to_broker(),
            kit::produce_request(7, 2, 0, topics));
  EXPECT_FALSE(script.owes_answers());
}

TEST(OldBroker, IsRememberedForConnectionsThatDoNotAskItsVersions) {
  Script asking;
  ask_versions_of_an_old_broker(asking);
  EXPECT_TRUE(asking.elsewhere_ends_at_7);
  Script silent;
  silent.elsewhere_ends_at_7 = true;
  EXPECT_EQ(silent.client(kit::produce_request(8, 2, -1, two_partitions())).to_broker(),
            kit::produce_request(7, 2, -1, two_partitions()));
  // What a connection was told itself counts more.
  Script newer;
  newer.client(kit::api_versions_request(2, 1)).broker(versions_of({{kProduce, 0, 9}}, 2, 1));
  newer.elsewhere_ends_at_7 = true;
  newer.to_broker();
  const Buffer asked = kit::produce_request(8, 2, -1, two_partitions());
  EXPECT_EQ(newer.client(asked).to_broker(), asked);
}

TEST(OldBroker, GetsALargeRequestInPiecesOfItsOwnMemory) {
  proxy::ConversationOptions options;
  options.chunk_bytes = 1000;
  Script script(options);
  script.elsewhere_ends_at_7 = true;
  const std::vector<kit::Topic> large{{"t", {}, {{0, std::string(5000, 'r')}}}};
  EXPECT_EQ(script.client(kit::produce_request(8, 5, -1, large)).to_broker(),
            kit::produce_request(7, 5, -1, large));
}

TEST(Versions, ConversationsNeedNoApiVersions) {
  Script script;
  const auto topics = two_partitions();
  const Buffer produce = kit::produce_request(3, 2, -1, topics);
  script.client(kit::request(kMetadata, 1, 1)).client(produce);
  EXPECT_EQ(script.to_broker(), kit::joined({kit::request(kMetadata, 1, 1), produce}));
  script.broker(kit::metadata_answer(1, 1, {{1, "secret", 9092}}));
  EXPECT_EQ(script.to_client(), kit::metadata_answer(1, 1, {{1, "gate", 20'001}}));
  const Buffer told = kit::encoded(kit::produce_answer(2, topics), 3);
  EXPECT_EQ(script.broker(told).to_client(), told);
  EXPECT_EQ(script.who().software, "");
}

TEST(Versions, FeaturesPassAsTheyCame) {
  const Bytes supported = as_bytes("supported features"), epoch = as_bytes("8 bytes."),
              final = as_bytes("finalized features"), unknown = as_bytes("of a later year");
  const auto copy = [](Bytes bytes) { return Buffer(bytes.begin(), bytes.end()); };
  const kafka::UnknownTags tags{
      {0, copy(supported)}, {1, copy(epoch)}, {2, copy(final)}, {3, {1}}, {9, copy(unknown)}};
  for (std::int16_t version = 3; version <= kafka::kApiVersionsVersionMax; ++version) {
    Script script;
    script.client(kit::api_versions_request(version, 1));
    const Buffer told = script.broker(versions_of({{kProduce, 0, 13}}, version, 1, tags)).to_client();
    EXPECT_EQ(versions_in(told, version).tags, tags);
  }
}

TEST(Versions, AnErrorOfApiVersionsPasses) {
  // A client that asks the wrong node must bootstrap again (KIP-1242).
  Script script;
  script.client(kit::api_versions_request(5, 1));
  kafka::ApiVersionsResponse answer;
  answer.correlation_id = 1;
  answer.error_code = 129;
  Buffer told;
  kafka::encode(answer, 5, told);
  EXPECT_EQ(script.broker(told).to_client(), told);
}

TEST(Versions, WhatCouldNameBrokersUnreadIsRefused) {
  const std::pair<std::int16_t, std::int16_t> refused[] = {
      {kFetch, 19}, {kMetadata, 14},  {10, 7},          {kDescribeQuorum, 2},
      {60, 3},      {kShareFetch, 0}, {kShareFetch, 3}, {79, 0},
      {79, 3},      {95, 0}};
  for (const auto& [key, version] : refused) {
    Script script;
    EXPECT_EQ(script.client(kit::request(key, version, 1)).closed(), CloseReason::unsupported_version)
        << key << " v" << version;
    EXPECT_TRUE(script.to_broker().empty()) << key << " v" << version;
  }
  const std::pair<std::int16_t, std::int16_t> passing[] = {
      {kFetch, 18}, {kMetadata, 13}, {kDescribeQuorum, 1}, {kShareFetch, 1}, {79, 2}, {94, 7}};
  for (const auto& [key, version] : passing) {
    Script script;
    EXPECT_FALSE(script.client(kit::request(key, version, 1)).to_broker().empty()) << key << " v" << version;
  }
}

}  // namespace
}  // namespace assay
