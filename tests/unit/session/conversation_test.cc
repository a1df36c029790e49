#include <gtest/gtest.h>

#include "kafka/messages/api_versions.h"
#include "kafka/messages/metadata.h"
#include "tests/reference/session/messages.h"
#include "tests/reference/session/script.h"

namespace assay {
namespace {

using kit::joined;
using kit::Script;
using proxy::CloseReason;
using proxy::Decision;

constexpr std::int16_t kHeartbeat = 12, kFetch = 1, kMetadata = 3, kFindCoordinator = 10;

std::vector<kit::Topic> two_partitions() {
  return {{"orders", {}, {{0, "good"}, {1, "bad"}}}};
}

// Refuses every partition whose records say "bad".
Decision refuse_bad(const kafka::ProduceRequest& request) {
  Decision decision;
  std::size_t forwarded = 0;
  for (std::size_t t = 0; t < request.topics.size(); ++t) {
    for (std::size_t p = 0; p < request.topics[t].partitions.size(); ++p) {
      const auto& partition = request.topics[t].partitions[p];
      if (as_text(*partition.records) != "bad") {
        ++forwarded;
        continue;
      }
      kafka::ProducePartitionResponse refusal;
      refusal.index = partition.index;
      refusal.error_code = 87;
      refusal.error_message = "rule no-bad";
      decision.answers.push_back({t, p, refusal});
      decision.edits.push_back({t, p, std::nullopt});
    }
  }
  decision.forward = decision.answers.empty() ? Decision::Forward::untouched
                     : forwarded != 0         ? Decision::Forward::edited
                                              : Decision::Forward::nothing;
  return decision;
}

kafka::ProduceResponse decoded(Bytes frame, std::int16_t version) {
  return kafka::decode_produce_response(frame.subspan(4), version, Limits{}).value();
}

TEST(Conversation, PassesWhatItHasNoBusinessWithByteForByte) {
  Script script;
  const Buffer asked = kit::request(kHeartbeat, 4, 7, "group and so on");
  const Buffer told = kit::response(kHeartbeat, 4, 7, "fine");
  EXPECT_EQ(script.client(asked).to_broker(), asked);
  EXPECT_EQ(script.broker(told).to_client(), told);
  EXPECT_FALSE(script.owes_answers());
  EXPECT_EQ(script.closed(), CloseReason::none);
}

TEST(Conversation, PassesTheFirstBytesOfALargeRequestBeforeItsLast) {
  Script script;
  const Buffer asked = kit::request(kHeartbeat, 4, 7, std::string(1'000'000, 'x'));
  const Bytes half = Bytes(asked).first(asked.size() / 2);
  EXPECT_EQ(script.client(half).to_broker().size(), half.size());
  EXPECT_FALSE(script.between_requests());
  EXPECT_EQ(script.client(Bytes(asked).subspan(half.size())).to_broker().size(), asked.size() - half.size());
  EXPECT_TRUE(script.between_requests());
  EXPECT_EQ(script.reserved_most, 0U);
}

TEST(Conversation, ForwardsAnUntouchedProduceAsItCame) {
  for (std::int16_t version = 3; version <= 13; ++version) {
    Script script;
    const auto topics = two_partitions();
    const Buffer asked = kit::produce_request(version, 5, -1, topics);
    const Buffer told = kit::encoded(kit::produce_answer(5, topics), version);
    EXPECT_EQ(script.client(asked).to_broker(), asked) << version;
    EXPECT_EQ(script.broker(told).to_client(), told) << version;
  }
}

TEST(Conversation, LeavesTheRefusedPartitionOutAndMergesTheAnswers) {
  for (std::int16_t version = 3; version <= 12; ++version) {
    Script script;
    script.judge = refuse_bad;
    script.client(kit::produce_request(version, 5, -1, two_partitions()));
    EXPECT_EQ(script.to_broker(), kit::produce_request(version, 5, -1, {{"orders", {}, {{0, "good"}}}}))
        << version;
    auto broker = kit::produce_answer(5, {{"orders", {}, {{0, ""}}}});
    broker.throttle_time_ms = 42;
    const auto merged = decoded(script.broker(kit::encoded(broker, version)).to_client(), version);
    ASSERT_EQ(merged.topics.size(), 1U);
    ASSERT_EQ(merged.topics[0].partitions.size(), 2U);
    EXPECT_EQ(merged.topics[0].partitions[0].error_code, 0);
    EXPECT_EQ(merged.topics[0].partitions[1].index, 1);
    EXPECT_EQ(merged.topics[0].partitions[1].error_code, 87);
    EXPECT_EQ(merged.throttle_time_ms, 42);
    EXPECT_EQ(merged.correlation_id, 5);
  }
}

TEST(Conversation, MergesByTopicIdInV13) {
  Script script;
  script.judge = refuse_bad;
  const kafka::TopicId a{1}, b{2};
  script.client(kit::produce_request(13, 5, 1, {{"", a, {{0, "bad"}}}, {"", b, {{0, "good"}}}}));
  EXPECT_EQ(script.to_broker(), kit::produce_request(13, 5, 1, {{"", b, {{0, "good"}}}}));
  const auto merged =
      decoded(script.broker(kit::encoded(kit::produce_answer(5, {{"", b, {{0, ""}}}}), 13)).to_client(), 13);
  ASSERT_EQ(merged.topics.size(), 2U);
  EXPECT_EQ(merged.topics[0].id, a);
  EXPECT_EQ(merged.topics[0].partitions[0].error_code, 87);
  EXPECT_EQ(merged.topics[1].id, b);
  EXPECT_EQ(merged.topics[1].partitions[0].error_code, 0);
}

TEST(Conversation, HoldsALocalAnswerUntilItsTurn) {
  Script script;
  script.judge = refuse_bad;
  const Buffer before = kit::request(kHeartbeat, 4, 1), after = kit::request(kHeartbeat, 4, 3);
  script.client(joined({before, kit::produce_request(9, 2, -1, {{"t", {}, {{0, "bad"}}}}), after}));
  EXPECT_EQ(script.to_broker(), joined({before, after}));
  EXPECT_TRUE(script.to_client().empty());
  const Buffer first = kit::response(kHeartbeat, 4, 1);
  script.broker(first);
  const Buffer told = script.to_client();
  EXPECT_EQ(Buffer(told.begin(), told.begin() + static_cast<std::ptrdiff_t>(first.size())), first);
  EXPECT_EQ(decoded(Bytes(told).subspan(first.size()), 9).correlation_id, 2);
  const Buffer last = kit::response(kHeartbeat, 4, 3);
  EXPECT_EQ(script.broker(last).to_client(), last);
}

TEST(Conversation, WaitsForTheRejectsToBeDurable) {
  Script script;
  script.judge = [](const kafka::ProduceRequest& request) {
    Decision decision = refuse_bad(request);
    decision.must_keep.emplace_back();
    decision.unless_kept = decision.answers;
    for (auto& answer : decision.unless_kept) answer.response.error_code = 19;
    return decision;
  };
  const auto asked = kit::produce_request(9, 2, -1, two_partitions());
  const auto told = kit::encoded(kit::produce_answer(2, {{"orders", {}, {{0, ""}}}}), 9);
  script.client(asked).broker(told);
  EXPECT_TRUE(script.to_client().empty());
  EXPECT_EQ(decoded(script.kept(true).to_client(), 9).topics[0].partitions[1].error_code, 87);

  script.client(asked).broker(told);
  EXPECT_EQ(decoded(script.kept(false).to_client(), 9).topics[0].partitions[1].error_code, 19);

  const auto all_bad = kit::produce_request(9, 2, -1, {{"orders", {}, {{0, "bad"}}}});
  script.client(all_bad);
  EXPECT_TRUE(script.to_client().empty());
  EXPECT_EQ(decoded(script.kept(true).to_client(), 9).topics[0].partitions[0].error_code, 87);
}

TEST(Conversation, GivesAcks0NoSlot) {
  Script script;
  script.judge = refuse_bad;
  const Buffer next = kit::request(kHeartbeat, 4, 3);
  script.client(joined({kit::produce_request(9, 1, 0, two_partitions()),
                        kit::produce_request(9, 2, 0, {{"orders", {}, {{0, "bad"}}}}), next}));
  EXPECT_EQ(script.to_broker(),
            joined({kit::produce_request(9, 1, 0, {{"orders", {}, {{0, "good"}}}}), next}));
  const Buffer told = kit::response(kHeartbeat, 4, 3);
  EXPECT_EQ(script.broker(told).to_client(), told);
  EXPECT_FALSE(script.owes_answers());
}

TEST(Conversation, ClosesAfterForwardingWhereAcks0IsToClose) {
  Script script;
  script.judge = [](const kafka::ProduceRequest& request) {
    Decision decision = refuse_bad(request);
    decision.close = true;
    return decision;
  };
  script.client(kit::produce_request(9, 1, 0, two_partitions()));
  EXPECT_EQ(script.to_broker(), kit::produce_request(9, 1, 0, {{"orders", {}, {{0, "good"}}}}));
  EXPECT_EQ(script.closed(), CloseReason::refused_acks0);
}

TEST(Conversation, NarrowsApiVersionsAndRemembersTheSoftware) {
  Script script;
  const Buffer asked = kit::api_versions_request(3, 1, "apache-kafka-java", "4.3.1");
  EXPECT_EQ(script.client(asked).to_broker(), asked);
  script.broker(kit::api_versions_answer(3, 1));
  const auto told = kafka::decode_api_versions_response(Bytes(script.to_client()).subspan(4), 3).value();
  EXPECT_EQ(told.find(kafka::ApiKey::produce)->version_max, kafka::kProduceVersionMax);
  EXPECT_EQ(told.find(kafka::ApiKey::produce)->version_min, 0);
  for (const auto& api : told.apis) EXPECT_NE(api.api_key, 900);
  EXPECT_EQ(script.who().software, "apache-kafka-java 4.3.1");
  EXPECT_EQ(script.who().client_id, "tester");
}

TEST(Conversation, AnswersAnUnknownApiVersionsVersionItself) {
  Script script;
  script.client(kit::api_versions_request(99, 1));
  EXPECT_TRUE(script.to_broker().empty());
  const Buffer told = script.to_client();
  // v0: correlation id, error 35, one range: 18.
  ASSERT_EQ(told.size(), 4U + 4 + 2 + 4 + 6);
  EXPECT_EQ(told[9], 35);
  EXPECT_EQ(script.closed(), CloseReason::none);
}

TEST(Conversation, PassesAWellFormedRefusalOfApiVersionsAndReplacesAnother) {
  const std::string refusal("\0\x23\0\0\0\1\0\x12\0\0\0\4", 12);
  Script script;
  script.client(kit::api_versions_request(4, 1));
  const Buffer good = kit::response(18, 0, 1, refusal);
  EXPECT_EQ(script.broker(good).to_client(), good);

  script.client(kit::api_versions_request(4, 2));
  const Buffer told = script.broker(kit::response(18, 0, 2, refusal.substr(0, 7))).to_client();
  ASSERT_EQ(told.size(), 4U + 4 + 2 + 4 + 6);
  EXPECT_EQ(told.back(), 0);  // nothing above v0
}

TEST(Conversation, ReplacesEveryAddress) {
  Script script;
  const std::vector<kit::Broker> brokers{{1, "secret-one", 9092}, {2, "secret-two", 9093}};
  script.client(joined({kit::request(kMetadata, 1, 1), kit::request(kFindCoordinator, 1, 2)}));
  script.broker(joined({kit::metadata_answer(1, 1, brokers), kit::find_coordinator_answer(2, brokers[1])}));
  EXPECT_EQ(script.to_client(),
            joined({kit::metadata_answer(1, 1, {{1, "gate", 20'001}, {2, "gate", 20'002}}),
                    kit::find_coordinator_answer(2, {2, "gate", 20'002})}));
}

TEST(Conversation, LearnsTopicIdsFromMetadata) {
  Script script;
  script.client(kit::request(kMetadata, 12, 1));
  script.broker(kit::metadata_answer(12, 1, {{1, "b", 9092}}, {{"orders", {7}, {}}, {"customers", {8}, {}}}));
  EXPECT_EQ(script.learnt.size(), 2U);
  EXPECT_EQ(script.learnt[kafka::TopicId{7}], "orders");
}

TEST(Conversation, ReplacesTheEndpointsOfProduceAndFetch) {
  Script script;
  script.nodes = {1};
  script.client(joined({kit::produce_request(10, 1, -1, two_partitions()), kit::request(kFetch, 16, 2)}));
  auto told = kit::produce_answer(1, two_partitions());
  told.topics[0].partitions[0].error_code = 6;
  told.node_endpoints = {{1, "secret-one", 9092, std::nullopt}, {2, "secret-two", 9092, std::nullopt}};
  const auto merged = decoded(script.broker(kit::encoded(told, 10)).to_client(), 10);
  ASSERT_EQ(merged.node_endpoints.size(), 1U);
  EXPECT_EQ(merged.node_endpoints[0].host, "gate");
  EXPECT_EQ(merged.node_endpoints[0].port, 20'001);

  const Buffer fetched = kit::fetch_answer(2, std::string(5000, 'r'), {{1, "secret-one", 9092}});
  const Buffer patched = script.broker(fetched).to_client();
  EXPECT_EQ(patched.size(), fetched.size());
  EXPECT_EQ(as_text(patched).find("secret"), std::string_view::npos);
  EXPECT_NE(as_text(patched).find("gate"), std::string_view::npos);
  EXPECT_FALSE(script.owes_answers());
}

TEST(Conversation, CollectsALargeProduceInMemoryOfItsOwn) {
  proxy::ConversationOptions options;
  options.chunk_bytes = 1000;
  Script script(options);
  const Buffer asked = kit::produce_request(9, 5, -1, {{"t", {}, {{0, std::string(5000, 'r')}}}});
  script.client(Bytes(asked).first(700)).client(Bytes(asked).subspan(700));
  EXPECT_EQ(script.to_broker(), asked);
  EXPECT_EQ(script.reserved_most, asked.size());
}

}  // namespace
}  // namespace assay
