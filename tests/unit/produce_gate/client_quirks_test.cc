#include "proxy/produce/client_quirks.h"

#include <gtest/gtest.h>

#include "tests/reference/broker_sequences/gate_rig.h"

namespace assay::kit {
namespace {

using proxy::BatchNote;
using proxy::ClientTraits;
using Refusal = proxy::ClientQuirk::Refusal;

struct Seen {
  const char* client;  // the row
  ClientTraits traits;
  std::int16_t produce_version;
  Refusal refusal;
};

// What each client shows on the connection that it produces on.
const Seen kSeen[] = {
    {"Java", {"apache-kafka-java 4.3.1", 3}, 13, Refusal::partition},
    {"librdkafka", {"librdkafka 2.12.0", 3}, 10, Refusal::partition},
    {"librdkafka (bindings)", {"confluent-kafka-python 2.16.0-rdkafka-2.16.0", 3}, 10, Refusal::partition},
    {"franz-go", {"kgo v1.20.0", 4}, 13, Refusal::partition},
    {"sarama", {"sarama v1.50.0", 3}, 10, Refusal::partition},
    {"kafka-python", {"kafka-python 3.0.0", 4}, 9, Refusal::partition},
    {"@platformatic/kafka", {"platformatic-kafka 1.35.0", 3}, 11, Refusal::partition},
    {"aiokafka", {"", 0}, 7, Refusal::partition},
    {"kafkajs", {"", -1}, 7, Refusal::request},
    {"segmentio/kafka-go", {"", 0}, 8, Refusal::partition},
    {"unknown", {"something-new 1.0", 4}, 7, Refusal::partition},
};

TEST(ClientQuirks, EveryClientIsTakenForItself) {
  std::size_t rows = 0;
  for (const auto& quirk : proxy::client_quirks()) {
    const auto seen = std::find_if(std::begin(kSeen), std::end(kSeen),
                                   [&](const Seen& s) { return s.client == quirk.client; });
    ASSERT_NE(seen, std::end(kSeen)) << quirk.client << " has no test";
    ++rows;
  }
  EXPECT_EQ(rows, std::size(kSeen));
  for (const Seen& seen : kSeen) {
    kafka::ProduceRequest request;
    request.header.api_version = seen.produce_version;
    const proxy::ClientQuirk& quirk = proxy::quirk_of(seen.traits, request);
    EXPECT_EQ(quirk.client, seen.client);
    EXPECT_EQ(quirk.refusal, seen.refusal) << seen.client;
  }
}

TEST(ClientQuirks, KafkajsIsKnownOnItsFirstConnectionToo) {
  kafka::ProduceRequest request;
  request.header.api_version = 7;
  EXPECT_EQ(proxy::quirk_of({"", 2}, request).client, "kafkajs");
}

class Refusals : public testing::TestWithParam<Seen> {};

TEST_P(Refusals, OneBadPartitionOfAnIdempotentRequest) {
  GateRig rig;
  rig.traits = GetParam().traits;
  const Buffer good = batch_of({value_of(5, "a")}), bad = batch_of({value_of(-5, "b")});
  const auto decision = rig.decide({{0, good}, {1, bad}, {2, good}}, GetParam().produce_version);
  if (GetParam().refusal == Refusal::partition) {
    EXPECT_EQ(decision.forward, proxy::Decision::Forward::edited);
    ASSERT_EQ(decision.answers.size(), 1U);
    EXPECT_EQ(decision.answers[0].partition, 1U);
    return;
  }
  EXPECT_EQ(decision.forward, proxy::Decision::Forward::nothing);
  EXPECT_TRUE(decision.edits.empty());
  ASSERT_EQ(decision.answers.size(), 3U);
  ASSERT_EQ(decision.unless_kept.size(), 3U);
  for (std::size_t p = 0; p < 3; ++p) {
    EXPECT_EQ(decision.answers[p].partition, p);
    EXPECT_EQ(decision.answers[p].response.index, static_cast<std::int32_t>(p));
    EXPECT_EQ(decision.answers[p].response.error_code, 87);
    EXPECT_EQ(decision.unless_kept[p].response.error_code, 19);
  }
  EXPECT_EQ(decision.must_keep.size(), 1U) << "nothing is kept of those that nothing is wrong with";
  EXPECT_NE(decision.answers[0].response.error_message->find("another partition"), std::string::npos);
  for (const BatchNote& note : decision.notes) EXPECT_EQ(note.fate, BatchNote::Fate::refused);
}

TEST_P(Refusals, ABadPartitionByItselfIsRefusedByItselfWithoutIdempotence) {
  GateRig rig;
  rig.traits = GetParam().traits;
  const Buffer good = batch_of({value_of(5, "a")}, {.producer_id = -1, .epoch = -1, .first = -1});
  const Buffer bad = batch_of({value_of(-5, "b")}, {.producer_id = -1, .epoch = -1, .first = -1});
  const auto decision = rig.decide({{0, good}, {1, bad}}, GetParam().produce_version);
  EXPECT_EQ(decision.forward, proxy::Decision::Forward::edited);
  EXPECT_EQ(decision.answers.size(), 1U);
  EXPECT_TRUE(decision.notes.empty());
}

INSTANTIATE_TEST_SUITE_P(EveryClient, Refusals, testing::ValuesIn(kSeen), [](const auto& of) {
  std::string name = of.param.client;
  std::erase_if(name, [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); });
  return name;
});

TEST(ClientQuirks, AKafkajsRequestThatIsOnlyUndecidedComesAgainAsAWhole) {
  GateRig rig;
  const Buffer first = batch_of({value_of(5, "a")}), second = batch_of({value_of(6, "b")}, {.first = 1});
  rig.away(true);
  rig.decide({{0, first}}, 7);
  rig.away(false);
  auto decision = rig.decide({{0, second}, {1, first}}, 7);
  ASSERT_EQ(decision.answers.size(), 2U);
  EXPECT_EQ(decision.answers[0].response.error_code, 19) << "held back";
  EXPECT_EQ(decision.answers[1].response.error_code, 19) << "with it";
  EXPECT_EQ(rig.decide({{0, first}}, 7).forward, proxy::Decision::Forward::untouched);
  EXPECT_EQ(rig.decide({{0, second}, {1, first}}, 7).forward, proxy::Decision::Forward::untouched);
}

TEST(ClientQuirks, WhatWouldHaveBeenMarkedIsNotSaidToBe) {
  GateRig rig;
  rig.rule(0, Action::mark);
  const Buffer bad = batch_of({value_of(-5, "b")});
  Buffer broken = batch_of({value_of(5, "a")});
  broken.back() ^= 1;  // answered with error 2
  const auto decision = rig.decide({{0, bad}, {1, broken}}, 7);
  EXPECT_EQ(decision.forward, proxy::Decision::Forward::nothing);
  EXPECT_TRUE(decision.keep_if_possible.empty());
  ASSERT_EQ(decision.answers.size(), 2U);
  EXPECT_EQ(decision.answers[0].response.error_code, 19);
  EXPECT_EQ(decision.answers[1].response.error_code, 2);
}

}  // namespace
}  // namespace assay::kit
