// By which schema a key or value is read, and what is said of frames that lead to none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proxy/produce/part_reading.h"
#include "tests/reference/produce/world.h"

namespace assay::kit {
namespace {

using judge::Reading;
using judge::SchemaMode;
using judge::SubjectStrategy;
using judge::Unframed;
using proxy::PartReader;
using proxy::PartReading;
using testing::ElementsAre;
using testing::HasSubstr;
using State = PartReading::State;

constexpr std::string_view kPerson =
    R"({"type":"record","name":"Person","namespace":"org.x","fields":[{"name":"name","type":"string"}]})";

// Reads records of topic "t" one after another, as a batch is read.
class Reader {
 public:
  explicit Reader(judge::TopicPolicy policy, Part part = Part::value) : part_(part) {
    world_.avro(1, kPerson, {"t-value", "org.x.Person", "t-org.x.Person", "pinned"});
    world_.avro(2, kPerson, {"orders-value", "orders-v2"});
    world_.topic("t", std::move(policy));
    world_.resolve({{"t"}, {}, {}, {}, {}});
  }
  World& world() { return world_; }

  // Until nothing is wanted; the last reading.
  PartReading read(const Record& sent) {
    if (!world_.snapshot().topics->contains("t")) world_.resolve({{"t"}, {}, {}, {}, {}});
    for (int round = 0; round < 4; ++round) {
      proxy::Wanted wanted;
      PartReading out = read_once(sent, wanted);
      if (out.state != State::wanted) return out;
      world_.resolve(wanted);
    }
    throw std::runtime_error("wants the same again");
  }
  PartReading read(const std::string& value) { return read(record(value)); }

  PartReading read_once(const Record& sent, proxy::Wanted& wanted) {
    std::vector<std::vector<HeaderView>> storage;
    kept_ = {sent};
    const auto views = kafka::reference::views_of(kept_, storage);
    PartReader reader(part_, *world_.snapshot().topics->at("t"), world_.snapshot(), world_.now_ms, false,
                      wanted);
    return reader.read(views[0]);
  }

 private:
  World world_;
  Part part_;
  std::vector<Record> kept_;  // readings view it
};

judge::TopicPolicy with(SchemaMode mode, Unframed unframed = Unframed::automatic) {
  judge::TopicPolicy out;
  out.value.schema = mode;
  out.value.unframed = unframed;
  return out;
}

std::string reason(const PartReading& reading) {
  return reading.violation ? reading.violation->kind + ": " + reading.violation->reason : "";
}

TEST(PartReading, AFramedValueIsReadByTheSchemaItNames) {
  for (const SchemaMode mode : {SchemaMode::required, SchemaMode::optional}) {
    Reader reader(with(mode));
    const PartReading reading = reader.read(framed(1, "body"));
    EXPECT_EQ(reading.state, State::ready);
    EXPECT_EQ(reading.reading, Reading::schema);
    EXPECT_EQ(reading.schema, by_id(1));
    EXPECT_EQ(reading.schema_id, 1);
    EXPECT_EQ(reading.subject, "t-value");
    EXPECT_EQ(as_text(reading.body.value()), "body");
  }
}

TEST(PartReading, NullIsNotEmpty) {
  Reader reader(with(SchemaMode::required));
  const PartReading null = reader.read(tombstone("k"));
  EXPECT_EQ(null.state, State::ready);
  EXPECT_EQ(null.reading, Reading::nothing);
  EXPECT_FALSE(null.body);
  EXPECT_EQ(reason(reader.read("")),
            "frame.missing: is empty and so names no schema, and the topic requires one");
  Reader optional(with(SchemaMode::optional));
  const PartReading empty = optional.read("");
  EXPECT_EQ(empty.state, State::ready);
  ASSERT_TRUE(empty.body);
  EXPECT_TRUE(empty.body->empty());
}

TEST(PartReading, AMissingFrameSaysWhatTheBytesLookLike) {
  Reader reader(with(SchemaMode::required));
  EXPECT_EQ(reason(reader.read(R"( {"a":1})")),
            "frame.missing: names no schema (the bytes look like plain JSON), and the topic requires one");
  EXPECT_THAT(reason(reader.read("hello")), HasSubstr("look like text"));
  EXPECT_THAT(reason(reader.read(std::string("Obj\x01zz"))), HasSubstr("look like an Avro container file"));
  EXPECT_THAT(reason(reader.read(std::string("\0\0\0\1", 4))), HasSubstr("look like a frame cut short"));
  EXPECT_THAT(reason(reader.read("\x02\x03")), HasSubstr("look like binary"));
}

TEST(PartReading, AMissingFrameIsDescribedAnewForEachRecordOfABatch) {
  World world;
  world.topic("t", requiring_schema());
  const auto decision = world.decide(Request("t", {record("hello"), record("{}"), record("")}));
  const auto& errors = decision.answers.at(0).response.record_errors;
  ASSERT_EQ(errors.size(), 3U);
  EXPECT_THAT(errors[0].message, HasSubstr("look like text"));
  EXPECT_THAT(errors[1].message, HasSubstr("look like plain JSON"));
  EXPECT_THAT(errors[2].message, HasSubstr("is empty and so names no schema"));
}

TEST(PartReading, OffLooksAtNoFrame) {
  Reader reader(with(SchemaMode::off));
  const PartReading reading = reader.read(framed(1, "body"));
  EXPECT_EQ(reading.state, State::ready);
  EXPECT_EQ(reading.reading, Reading::nothing);
  EXPECT_EQ(reading.schema_id, -1);
}

TEST(PartReading, ASchemaOfAnotherSubjectSaysWhoOwnsIt) {
  Reader reader(with(SchemaMode::optional));
  const PartReading reading = reader.read(framed(2, "body"));
  EXPECT_EQ(reading.state, State::violates);
  EXPECT_EQ(reason(reading),
            "frame.subject: names schema id 2 of subject orders-v2, orders-value, not a version of subject "
            "t-value");
  EXPECT_EQ(reading.violation->rule, "schema");
  EXPECT_EQ(reading.violation->path, "$");
  EXPECT_EQ(reading.schema_id, 2);
  reader.world().avro(3, kPerson, {});
  EXPECT_THAT(reason(reader.read(framed(3, "body"))), HasSubstr("names schema id 3 of no subject"));
}

TEST(PartReading, EachStrategyHasItsSubject) {
  const auto subject = [](SubjectStrategy strategy) {
    judge::TopicPolicy policy = with(SchemaMode::required);
    policy.value.strategy = strategy;
    policy.value.pinned_subject = "pinned";
    Reader reader(policy);
    const PartReading reading = reader.read(framed(1, "body"));
    EXPECT_EQ(reading.state, State::ready);
    return reading.subject;
  };
  EXPECT_EQ(subject(SubjectStrategy::topic_name), "t-value");
  EXPECT_EQ(subject(SubjectStrategy::record_name), "org.x.Person");
  EXPECT_EQ(subject(SubjectStrategy::topic_record_name), "t-org.x.Person");
  EXPECT_EQ(subject(SubjectStrategy::pinned), "pinned");
}

TEST(PartReading, AKeyHasAPolicyAndASubjectOfItsOwn) {
  judge::TopicPolicy policy = with(SchemaMode::off);
  policy.key.schema = SchemaMode::required;
  Reader reader(policy, Part::key);
  reader.world().avro(4, kPerson, {"t-key"});
  const PartReading good = reader.read(record(framed(4, "body"), "anything"));
  EXPECT_EQ(good.state, State::ready);
  EXPECT_EQ(good.subject, "t-key");
  const PartReading other = reader.read(record(framed(1, "body"), "anything"));
  EXPECT_EQ(other.state, State::violates);
  EXPECT_EQ(other.violation->part, Part::key);
  EXPECT_THAT(reason(other), HasSubstr("not a version of subject t-key"));
  EXPECT_EQ(reader.read(record(std::nullopt, "anything")).state, State::ready);
}

TEST(PartReading, AGuidInAHeaderNamesTheSchemaToo) {
  Reader reader(with(SchemaMode::required));
  proxy::KnownSchema known;
  known.schema = schema::parse_schema(schema::Format::avro, kPerson, {}, {}).value();
  proxy::SchemaName name;
  name.ref.guid = schema::Guid::parse("89791762-2336-4186-9674-299b90a802e2");
  reader.world().schema(name, known);
  std::string header(1, '\x01');
  header.append(reinterpret_cast<const char*>(name.ref.guid->bytes.data()), 16);
  const Record sent = record(std::nullopt, "body", {{"__value_schema_id", header}});
  const PartReading reading = reader.read(sent);
  EXPECT_EQ(reading.state, State::violates);  // of no subject
  EXPECT_THAT(reason(reading), HasSubstr("names schema 89791762-2336-4186-9674-299b90a802e2 of no subject"));
  EXPECT_EQ(as_text(reading.body.value()), "body");
}

TEST(PartReading, AHeaderThatNamesNoSchemaIsAViolationAlsoBesideAFrame) {
  Reader reader(with(SchemaMode::optional));
  for (const std::optional<std::string>& header :
       {std::optional<std::string>("x"), std::optional<std::string>(""), std::optional<std::string>()}) {
    const PartReading reading =
        reader.read(record(std::nullopt, framed(1, "body"), {{"__value_schema_id", header}}));
    EXPECT_EQ(reading.state, State::violates);
    EXPECT_THAT(reason(reading), HasSubstr("frame.header"));
  }
}

TEST(PartReading, UnframedBytesAreTakenForWhatThePolicySays) {
  Reader any(with(SchemaMode::optional, Unframed::any));
  EXPECT_EQ(any.read("{}").reading, Reading::nothing);
  Reader json(with(SchemaMode::optional, Unframed::json));
  EXPECT_EQ(json.read("{}").reading, Reading::json);
  Reader automatic(with(SchemaMode::optional));
  EXPECT_EQ(automatic.read("{}").reading, Reading::nothing);
}

TEST(PartReading, AutomaticReadsWhatRulesRead) {
  Reader value(with(SchemaMode::optional));
  value.world().rules({R"({"name":"r","field":"a","check":{"minimum":1}})"});
  EXPECT_EQ(value.read("{}").reading, Reading::json);

  Reader whole(with(SchemaMode::optional), Part::key);
  whole.world().rules({R"({"name":"r","field":"key:","check":{"minLength":1}})"});
  EXPECT_EQ(whole.read(record("k", "v")).reading, Reading::text);

  Reader fields(with(SchemaMode::optional), Part::key);
  fields.world().rules({R"({"name":"r","field":"key:","check":{"minLength":1}})",
                        R"({"name":"s","field":"key:a","check":{"minimum":1}})"});
  EXPECT_EQ(fields.read(record("{}", "v")).reading, Reading::json);
}

TEST(PartReading, APinnedSchemaReadsUnframedBytesAndIsNeverTheRecordsFault) {
  judge::TopicPolicy policy = with(SchemaMode::optional, Unframed::pinned);
  policy.value.pinned_subject = "pinned";
  policy.value.pinned_version = 3;
  Reader reader(policy);
  proxy::SchemaName name;
  name.subject = "pinned";
  name.version = 3;
  proxy::Wanted wanted;
  EXPECT_EQ(reader.read_once(record("body"), wanted).state, State::wanted);
  EXPECT_THAT(wanted.schemas, ElementsAre(name));

  proxy::KnownSchema known;
  known.state = proxy::KnownSchema::State::unknown;
  known.why = "the registry does not know subject pinned";
  reader.world().schema(name, known);
  const PartReading missing = reader.read("body");
  EXPECT_EQ(missing.state, State::undecided);
  EXPECT_EQ(missing.why, known.why);

  known.state = proxy::KnownSchema::State::usable;
  known.schema = schema::parse_schema(schema::Format::avro, kPerson, {}, {}).value();
  known.id = 12;
  reader.world().schema(name, known);
  const PartReading pinned = reader.read("body");
  EXPECT_EQ(pinned.reading, Reading::schema);
  EXPECT_EQ(pinned.schema, name);
  EXPECT_EQ(pinned.schema_id, 12);
  EXPECT_EQ(pinned.subject, "pinned");
}

TEST(PartReading, AMembershipThatExpiredIsAskedForAgain) {
  Reader reader(with(SchemaMode::optional));
  EXPECT_EQ(reader.read(framed(2, "")).state, State::violates);
  proxy::Wanted none;
  EXPECT_EQ(reader.read_once(record(framed(2, "")), none).state, State::violates);
  EXPECT_TRUE(none.empty());
}

}  // namespace
}  // namespace assay::kit
