// Secrets: nothing that is answered or kept shows their values, and a payload that may hold one is called
// secret.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/reference/produce/world.h"

namespace assay::kit {
namespace {

using proxy::Decision;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kSecret = "078-05-1120";
constexpr std::string_view kEncrypted =
    R"({"name":"ssn-encrypted","field":"person.ssn","check":{"encrypted":true}})";

bool secret(const Decision& decision, std::size_t record = 0) {
  return decision.must_keep.at(0).violating.at(record).masked;
}

void expect_silence(const Decision& decision) {
  EXPECT_FALSE(decision.answers.empty());
  EXPECT_THAT(texts_of(decision), Each(Not(HasSubstr(kSecret))));
}

std::string person(const std::string& ssn, const std::string& more = "") {
  return R"({"person":{"ssn":")" + ssn + "\"" + more + "}}";
}

TEST(MaskedTexts, APlaintextUnderAnEncryptedRuleIsNotShownNorByOtherRulesOnThatPlace) {
  World world;
  world.rules({std::string(kEncrypted), R"({"name":"short","field":"person.ssn","check":{"maxLength":3}})",
               R"({"name":"one-of","field":"person.ssn","check":{"enum":["a"]}})"});
  const Decision decision = world.decide(Request("t", {record(person(kSecret))}));
  expect_silence(decision);
  EXPECT_TRUE(secret(decision));
}

TEST(MaskedTexts, ABodyThatDoesNotDecodeMayHoldTheSecretAnywhere) {
  World world;
  world.rules({std::string(kEncrypted)});
  const Decision decision = world.decide(Request("t", {record(person(kSecret) + kSecret)}));
  expect_silence(decision);
  EXPECT_TRUE(secret(decision));
}

TEST(MaskedTexts, SchemaViolationsAtAboveAndBelowASecretAreSilent) {
  World world;
  world.topic("t", requiring_schema());
  world.rules({std::string(kEncrypted)});
  for (const char* schema : {
           R"({"properties":{"person":{"properties":{"ssn":{"maxLength":2}}}}})",
           R"({"properties":{"person":{"const":1}}})",
           R"({"const":1})",
           R"({"properties":{"person":{"properties":{"ssn":{"type":"integer"}}}}})",
           R"({"properties":{"person":{"properties":{"ssn":{"enum":["x"]}}}}})",
       }) {
    world.json(1, schema, {"t-value"});
    const Decision decision = world.decide(Request("t", {record(framed(1, person(kSecret)))}));
    expect_silence(decision);
    EXPECT_TRUE(secret(decision)) << schema;
  }
}

TEST(MaskedTexts, ConfiguredPathsAreSecretWhateverTheirNamesLookLike) {
  const std::vector<std::pair<std::string, std::string>> places{
      {R"(["x[0].card"])", R"({"x[0].card":"%"})"},
      {R"(["key:card"])", R"({"key:card":"%"})"},
      {R"(["header:card"])", R"({"header:card":"%"})"},
      {R"(["a.b"].c)", R"({"a.b":{"c":"%"}})"},
      {R"(["quo\"te"])", R"({"quo\"te":"%"})"},
      {R"(["a]b"])", R"({"a]b":"%"})"},
      {"cards[*].number", R"({"cards":[{"number":"ok"},{"number":"%"}]})"},
      {"cards", R"({"cards":[{"number":"ok"},{"number":"%"}]})"},
      {R"(cards[*]["n.r"])", R"({"cards":{"m":{"n.r":"%"}}})"},
  };
  for (const auto& [path, body] : places) {
    World world;
    judge::TopicPolicy masking = requiring_schema();
    masking.masked_paths = {path};
    world.topic("t", masking);
    // Every text is too long, at every depth.
    world.json(1, R"({"$ref":"#/definitions/any","definitions":{"any":{"maxLength":3,
        "additionalProperties":{"$ref":"#/definitions/any"},"items":{"$ref":"#/definitions/any"}}}})",
               {"t-value"});
    std::string value = body;
    value.replace(value.find('%'), 1, kSecret);
    const Decision decision = world.decide(Request("t", {record(framed(1, value))}));
    expect_silence(decision);
    EXPECT_TRUE(secret(decision)) << path;
  }
}

TEST(MaskedTexts, SiblingsOfASecretAreToldWithTheirValues) {
  World world;
  world.rules({std::string(kEncrypted), R"({"name":"age","field":"person.age","check":{"minimum":0}})"});
  const Decision decision = world.decide(Request("t", {record(R"({"person":{"age":-31}})")}));
  EXPECT_THAT(texts_of(decision), Contains(HasSubstr("-31")));
  EXPECT_FALSE(secret(decision));
}

TEST(MaskedTexts, ASecretKeyAndASecretHeaderAreSilent) {
  World world;
  world.rules({R"({"name":"k","field":"key:","check":{"encrypted":true}})",
               R"({"name":"h","field":"header:x.card no","check":{"encrypted":true}})",
               R"({"name":"h2","field":"header:x.card no","check":{"maxLength":1}})"});
  const Decision key = world.decide(Request("t", {record(kSecret, "v")}));
  expect_silence(key);
  EXPECT_TRUE(secret(key));
  const Decision header = world.decide(Request("t", {record(std::nullopt, "v", {{"x.card no", kSecret}})}));
  expect_silence(header);
  EXPECT_TRUE(secret(header));
}

TEST(MaskedTexts, FieldsWithASensitiveTagAreSilentWithoutAnyRule) {
  World world;
  world.topic("t", requiring_schema());
  world.json(1, R"({"properties":{"ssn":{"type":"string","maxLength":3,"confluent:tags":["pii"]},
                                  "age":{"minimum":0}}})",
             {"t-value"});
  const Decision decision =
      world.decide(Request("t", {record(framed(1, std::string(R"({"age":-1,"ssn":")") + kSecret + "\"}"))}));
  expect_silence(decision);
  EXPECT_TRUE(secret(decision));
}

TEST(MaskedTexts, ATaggedFieldOfARecursiveSchemaIsSilentAtEveryDepth) {
  World world;
  world.topic("t", requiring_schema());
  world.json(1, R"({"$ref":"#/definitions/node","definitions":{"node":{"type":"object","properties":{
      "ssn":{"type":"string","maxLength":3,"confluent:tags":["PII"]},"next":{"$ref":"#/definitions/node"}}}}})",
             {"t-value"});
  std::string body = std::string(R"({"ssn":")") + kSecret + "\"}";
  for (int depth = 0; depth < 6; ++depth) {
    const Decision decision = world.decide(Request("t", {record(framed(1, body))}));
    expect_silence(decision);
    EXPECT_TRUE(secret(decision));
    body = R"({"next":)" + body + "}";
  }
}

TEST(MaskedTexts, ASecretBeyondTheViolationsThatAreListedStillMakesThePayloadSecret) {
  World world;
  world.rules({R"({"name":"q","field":"lines[*].quantity","check":{"minimum":1}})",
               R"({"name":"c","field":"lines[*].card","check":{"encrypted":true}})"});
  std::string body = R"({"lines":[)";
  for (int i = 0; i < 60; ++i) body += R"({"quantity":0},)";
  body += std::string(R"({"card":")") + kSecret + R"("}]})";
  const Decision decision = world.decide(Request("t", {record(body)}));
  expect_silence(decision);
  EXPECT_TRUE(secret(decision));
}

TEST(MaskedTexts, ARecordThatWasNotReadMayHoldASecret) {
  World world;
  judge::TopicPolicy strict = requiring_schema();
  strict.reject_tombstones = true;
  world.topic("t", strict);
  world.rules({std::string(kEncrypted)});
  world.avro(5, R"("string")", {"other-value"});
  for (const std::string& value : {person(kSecret), framed(5, kSecret), framed(6, kSecret)}) {
    const Decision decision = world.decide(Request("t", {record(value)}));
    expect_silence(decision);
    EXPECT_TRUE(secret(decision));
  }
  EXPECT_TRUE(secret(world.decide(Request("t", {tombstone(kSecret)}))));
}

TEST(MaskedTexts, ARecordWhoseSchemaHasSensitiveTagsIsSecretAlsoWhenItWasNotRead) {
  constexpr std::string_view kTagged =
      R"({"type":"record","name":"P","fields":[{"name":"ssn","type":"string","confluent:tags":["PII"]}]})";
  World world;
  judge::TopicPolicy policy = requiring_schema();
  policy.key.schema = judge::SchemaMode::optional;
  policy.on_undecided = judge::OnUndecided::reject;
  policy.reject_tombstones = true;
  world.topic("t", policy);
  world.avro(1, kTagged, {"t-value", "t-key"});
  world.avro(2, kTagged, {"elsewhere"});
  world.avro(3, R"("string")", {"elsewhere"});
  proxy::KnownSchema away;
  away.state = proxy::KnownSchema::State::unavailable;
  away.why = "away";
  world.schema(by_id(7), away);
  const std::string tagged = framed(1, avro_text(kSecret));
  const auto is_secret = [&](const Record& sent) {
    const Decision decision = world.decide(Request("t", {sent}));
    expect_silence(decision);
    return secret(decision);
  };
  EXPECT_TRUE(is_secret(record(framed(2, avro_text(kSecret)))));  // another subject's
  EXPECT_TRUE(is_secret(record(framed(3, "x"), tagged)));         // the key's frame is wrong
  EXPECT_TRUE(is_secret(record(framed(7, "x"), tagged)));         // the key is undecided
  EXPECT_TRUE(is_secret(record(tagged, std::nullopt)));           // a tombstone
  EXPECT_FALSE(is_secret(record(framed(3, "x"))));
}

}  // namespace
}  // namespace assay::kit
