// What Assay cannot judge: nothing is made up, the topic says what follows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/reference/produce/world.h"

namespace assay::kit {
namespace {

using judge::OnUndecided;
using proxy::Decision;
using proxy::KnownSchema;
using proxy::Wanted;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

judge::TopicPolicy on_undecided(OnUndecided what) {
  judge::TopicPolicy out = requiring_schema();
  out.on_undecided = what;
  return out;
}

KnownSchema unavailable(EpochMs expires_ms) {
  KnownSchema out;
  out.state = KnownSchema::State::unavailable;
  out.why = "the registry cannot be asked: 503";
  out.expires_ms = expires_ms;
  return out;
}

// Topics named after their onUndecided; schema 7 cannot be had, schema 1 is Avro's string.
World with_registry_away() {
  World world;
  world.topic("retry", on_undecided(OnUndecided::retry));
  world.topic("accept", on_undecided(OnUndecided::accept));
  world.topic("reject", on_undecided(OnUndecided::reject));
  world.avro(1, R"("string")", {"retry-value", "accept-value", "reject-value"});
  world.schema(by_id(7), unavailable(0));
  return world;
}

const std::string kUnjudged = framed(7, "x");
const std::string kGood = framed(1, avro_text("ok"));
const std::string kBad = framed(1, avro_text("ok") + "trailing");

TEST(Undecided, ASchemaThatIsNotKnownYetIsWanted) {
  World world;
  world.topic("t", requiring_schema());
  const Request request("t", {record(kUnjudged), record(kUnjudged), record(framed(8, ""))});
  world.resolve({{"t"}, {}, {}, {}, {}});
  const auto asked = world.ask(request.decoded());
  ASSERT_TRUE(std::holds_alternative<Wanted>(asked));
  EXPECT_THAT(std::get<Wanted>(asked).schemas, ElementsAre(by_id(7), by_id(8)));
}

TEST(Undecided, WhatIsStillMissingAtTheLastTryIsUndecided) {
  World world;
  world.topic("t", requiring_schema());
  world.resolve({{"t"}, {}, {}, {}, {}});
  world.last_try = true;
  const Decision decision = world.decide(Request("t", {record(kUnjudged)}));
  EXPECT_EQ(decision.answers.at(0).response.error_code, 19);
  EXPECT_THAT(decision.answers[0].response.error_message.value(),
              StartsWith("assay: undecided: the registry gave no answer in time"));
  const Decision unresolved = world.decide(Request("never-seen", {record(kUnjudged)}));
  EXPECT_EQ(unresolved.answers.at(0).response.error_code, 19);
}

TEST(Undecided, MembershipAndPlanThatDoNotComeInTimeAreUndecided) {
  World world;
  world.topic("t", requiring_schema());
  world.avro(1, R"("string")", {"t-value"});
  const Request request("t", {record(kGood)});
  world.resolve({{"t"}, {}, {by_id(1)}, {}, {}});
  world.last_try = true;
  EXPECT_THAT(world.decide(request).answers.at(0).response.error_message.value(),
              HasSubstr("whether schema id 1 belongs to subject t-value"));
  world.resolve({{}, {}, {}, {{by_id(1).ref, "t-value"}}, {}});
  EXPECT_THAT(world.decide(request).answers.at(0).response.error_message.value(), HasSubstr("plan"));
}

TEST(Undecided, IsAnsweredSoThatTheProducerTriesAgainByDefault) {
  World world = with_registry_away();
  const Request request(
      {topic("retry", {batch({record(kGood), record(kUnjudged)}), batch({record(kGood)})})});
  Decision decision = world.decide(request);
  EXPECT_THAT(decision.must_keep, IsEmpty());
  EXPECT_THAT(decision.answers.at(0).response.record_errors, IsEmpty());
  EXPECT_EQ(decision.answers[0].response.error_message,
            "assay: undecided: the registry cannot be asked: 503");
  const Outcome outcome = outcome_of(request, std::move(decision));
  EXPECT_THAT(outcome.errors, ElementsAre(testing::Pair(testing::Pair(0, 0), 19)));
  EXPECT_THAT(outcome.forwarded->topics.at(0).partitions, SizeIs(1));
}

TEST(Undecided, IsForwardedWhereTheTopicAcceptsIt) {
  World world = with_registry_away();
  EXPECT_EQ(world.decide(Request("accept", {record(kUnjudged)})).forward, Decision::Forward::untouched);
}

TEST(Undecided, IsRefusedAndKeptWhereTheTopicRejectsIt) {
  World world = with_registry_away();
  const Decision decision = world.decide(Request("reject", {record(kGood), record(kUnjudged)}));
  const auto& response = decision.answers.at(0).response;
  EXPECT_EQ(response.error_code, 87);
  ASSERT_THAT(response.record_errors, SizeIs(1));
  EXPECT_EQ(response.record_errors[0].batch_index, 1);
  EXPECT_THAT(response.record_errors[0].message, HasSubstr("could not be judged: the registry cannot"));
  EXPECT_EQ(decision.must_keep.at(0).violating.at(0).violations.at(0).kind, "undecided");
}

TEST(Undecided, AViolationInTheSameBatchIsTheWorseVerdict) {
  World world = with_registry_away();
  for (const char* name : {"retry", "accept", "reject"}) {
    const Decision decision = world.decide(Request(name, {record(kUnjudged), record(kBad)}));
    EXPECT_EQ(decision.answers.at(0).response.error_code, 87) << name;
    EXPECT_EQ(decision.answers[0].response.record_errors.at(0).batch_index, 1) << name;
  }
}

TEST(Undecided, IsNoMilderForRecordsThatAreOnlyMarked) {
  World world = with_registry_away();
  judge::TopicPolicy marking = on_undecided(OnUndecided::retry);
  marking.on_violation = Action::mark;
  world.topic("marking", marking);
  world.avro(1, R"("string")", {"marking-value"});
  const Decision decision = world.decide(Request("marking", {record(kUnjudged), record(kBad)}));
  EXPECT_EQ(decision.answers.at(0).response.error_code, 19);
}

TEST(Undecided, WithoutAcknowledgementItIsKeptSinceNobodyTriesAgain) {
  World world = with_registry_away();
  const Request retried({topic("retry", {batch({record(kUnjudged)})})}, {.acks = 0});
  const Decision decision = world.decide(retried);
  EXPECT_EQ(decision.forward, Decision::Forward::nothing);
  EXPECT_THAT(decision.must_keep, SizeIs(1));
  const Request accepted({topic("accept", {batch({record(kUnjudged)})})}, {.acks = 0});
  EXPECT_EQ(world.decide(accepted).forward, Decision::Forward::untouched);
}

TEST(Undecided, AnIdThatTheRegistryDoesNotKnowAfterItsGraceIsAViolation) {
  World world = with_registry_away();
  const Decision decision = world.decide(Request("retry", {record(framed(99, "x"))}));
  EXPECT_EQ(decision.answers.at(0).response.error_code, 87);
  EXPECT_THAT(decision.answers[0].response.record_errors.at(0).message,
              StartsWith("schema: $ names schema id 99, which the registry does not know"));
}

TEST(Undecided, AnAnswerIsAskedForAgainWhenItExpired) {
  World world = with_registry_away();
  world.schema(by_id(7), unavailable(world.now_ms + 1'000));
  const Request request("retry", {record(kUnjudged)});
  EXPECT_EQ(world.decide(request).answers.at(0).response.error_code, 19);
  EXPECT_TRUE(std::holds_alternative<Decision>(world.ask(request.decoded())));
  world.now_ms += 1'000;
  const auto asked = world.ask(request.decoded());
  ASSERT_TRUE(std::holds_alternative<Wanted>(asked));
  EXPECT_THAT(std::get<Wanted>(asked).schemas, ElementsAre(by_id(7)));
  world.last_try = true;
  EXPECT_EQ(world.decide(request).answers.at(0).response.error_code, 19);
}

TEST(Undecided, ASchemaThatCannotBeUsedIsUndecidedWithItsReason) {
  World world = with_registry_away();
  KnownSchema unusable;
  unusable.state = KnownSchema::State::unusable;
  unusable.why = "schema 9 cannot be used: no such keyword";
  world.schema(by_id(9), unusable);
  EXPECT_EQ(world.decide(Request("retry", {record(framed(9, "x"))})).answers.at(0).response.error_message,
            "assay: undecided: schema 9 cannot be used: no such keyword");
}

TEST(Undecided, ARecordOverTheStepLimitIsNotJudged) {
  World world = with_registry_away();
  world.avro(2, R"({"type":"array","items":"long"})", {"retry-value"});
  world.limits.steps_per_record_max = 1'000;
  const std::string many = avro_long(5'000) + std::string(5'000, '\x02') + avro_long(0);
  const Decision decision = world.decide(Request("retry", {record(framed(2, many))}));
  EXPECT_EQ(decision.answers.at(0).response.error_code, 19);
  EXPECT_THAT(decision.answers[0].response.error_message.value(), HasSubstr("more steps"));
}

}  // namespace
}  // namespace assay::kit
