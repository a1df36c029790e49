// What conforms goes on byte for byte; what a slow twin refuses does not, whatever happened to the bytes.
#include "tests/reference/produce/soundness.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "tests/reference/avro/naive_avro.h"
#include "tests/reference/avro/random_avro.h"

namespace assay::kit {
namespace {

using proxy::Decision;

kafka::BatchSpec some_spec() {
  kafka::BatchSpec spec;
  spec.codec = *rc::gen::element(kafka::Codec::none, kafka::Codec::gzip, kafka::Codec::snappy,
                                 kafka::Codec::lz4, kafka::Codec::zstd);
  spec.producer_id = *rc::gen::arbitrary<std::int64_t>();
  spec.base_sequence = *rc::gen::arbitrary<std::int32_t>();
  return spec;
}

std::string framed_bytes(std::int32_t id, const Buffer& body) {
  return framed(id, as_text(body));
}

RC_GTEST_PROP(Soundness, ConformingBatchesAreUntouched, ()) {
  static World world = fixed_world();
  world.last_try = false;
  const auto ages = *rc::gen::resize(
      20, rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 1'000'000))));
  std::vector<Record> json, avro;
  for (const int age : ages) {
    json.push_back(record(good_json(age)));
    avro.push_back(record(std::to_string(age), good_avro(age), {{"h", std::nullopt}}));
  }
  const Request request({topic("avro", {batch(avro, some_spec())}),
                         topic("json", {batch(json, some_spec()), batch({tombstone("k")}, some_spec())})},
                        {.version = static_cast<std::int16_t>(*rc::gen::inRange(3, 13))});
  const Decision decision = world.decide(request);
  RC_ASSERT(decision.forward == Decision::Forward::untouched);
  RC_ASSERT(decision.answers.empty() && decision.must_keep.empty() && decision.keep_if_possible.empty());
}

RC_GTEST_PROP(Soundness, RandomAvroIsJudgedAsByItsTwin, ()) {
  reference::RandomAvro random(*rc::gen::arbitrary<std::uint32_t>());
  const nlohmann::json schema = random.schema();
  World world;
  world.topic("t", requiring_schema());
  world.avro(5, schema.dump(), {"t-value"});
  const reference::NaiveAvro twin(schema, world.limits.depth_max, world.limits.steps_per_record_max);
  std::vector<Record> sent;
  std::vector<std::uint32_t> expected;
  int over_budget = 0;
  for (std::uint32_t i = 0; i < 8; ++i) {
    Buffer body = random.body(schema);
    if (i % 2 == 1) body = random.mutated(std::move(body));
    const reference::Answer answer = twin.read(body).answer;
    if (answer == reference::Answer::over_budget) {
      ++over_budget;
    } else if (answer != reference::Answer::conforms) {
      expected.push_back(i);
    }
    sent.push_back(record(framed_bytes(5, body)));
  }
  const Decision decision = world.decide(Request({topic("t", {batch(sent, some_spec())})}));
  std::vector<std::uint32_t> refused;
  for (const auto& draft : decision.must_keep) {
    for (const auto& row : draft.violating) refused.push_back(row.index);
  }
  RC_ASSERT(refused == expected);
  const bool all_conform = expected.empty() && over_budget == 0;
  RC_ASSERT((decision.forward == Decision::Forward::untouched) == all_conform);
  if (expected.empty() && over_budget > 0) RC_ASSERT(decision.answers.at(0).response.error_code == 19);
}

// A request that mixes all that the fixed world knows.
Buffer some_request() {
  const int age = *rc::gen::inRange(-1, 3);
  std::vector<Record> json{record(good_json(1)), record(good_json(age)), tombstone("k")};
  std::vector<Record> avro{record(good_avro(age)), record(good_avro(2))};
  if (*rc::gen::arbitrary<bool>()) avro.push_back(record(good_json(1)));
  const auto version = static_cast<std::int16_t>(*rc::gen::inRange(3, 14));
  kafka::reference::Topic first = topic("json", {batch(json, some_spec()), batch({json[0]})});
  kafka::reference::Topic second = topic("avro", {batch(avro, some_spec())});
  kafka::reference::Topic third = topic("other", {buffer_of("anything")});
  first.id = {1}, second.id = {2}, third.id = {3};
  const Request request({first, second, third}, {.version = version});
  return {request.frame().begin(), request.frame().end()};
}

Buffer mutated(Buffer frame) {
  const int changes = *rc::gen::inRange(0, 4);
  for (int i = 0; i < changes && !frame.empty(); ++i) {
    const auto at = *rc::gen::inRange<std::size_t>(0, frame.size());
    const auto place = frame.begin() + static_cast<std::ptrdiff_t>(at);
    switch (*rc::gen::inRange(0, 4)) {
      case 0:
        frame.erase(place);
        break;
      case 1:
        frame.insert(place, *rc::gen::arbitrary<std::uint8_t>());
        break;
      default:
        *place = *rc::gen::arbitrary<std::uint8_t>();
    }
  }
  return frame;
}

RC_GTEST_PROP(Soundness, WhateverTheBytesNothingWrongIsForwarded, ()) {
  static World world = fixed_world();
  const bool says_who_it_is = *rc::gen::arbitrary<bool>();
  world.traits = says_who_it_is ? proxy::ClientTraits{.software = "librdkafka"} : proxy::ClientTraits{};
  const Buffer frame = mutated(some_request());
  kafka::ProduceRequest request;
  RC_CLASSIFY(kafka::decode(frame, {}, request).has_value(), "decodes");
  RC_ASSERT(complaint(world, Buffer(frame)) == "");
  RC_ASSERT(complaint(world, sealed(frame)) == "");
}

TEST(Soundness, TheChecksThemselvesSeeARecordThatMustNotPass) {
  // A world without the rule lets through what the twin of the fixed world refuses.
  World lax = fixed_world();
  lax.rule_file(R"({"topics":["json"],"rules":[{"name":"a","field":"age","check":{"type":"number"}}]})");
  const Request bad("json", {record(good_json(-1))});
  EXPECT_EQ(complaint(lax, bad.frame()), "record 0 of topic json is forwarded");
  World strict = fixed_world();
  EXPECT_EQ(complaint(strict, bad.frame()), "");
}

}  // namespace
}  // namespace assay::kit
