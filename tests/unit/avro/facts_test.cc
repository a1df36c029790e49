#include <gmock/gmock.h>

#include "harness.h"

namespace assay::schema::avro {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

assay::Type at(const Schema& schema, std::string_view path) {
  return schema.facts().type_at(parse_path(path).value());
}

std::shared_ptr<const Schema> person() {
  return parse(R"({"type":"record","name":"Person","namespace":"com.x","fields":[
      {"name":"age","type":"int"},
      {"name":"email","type":["null","string"],"confluent:tags":["PII","CONTACT"]},
      {"name":"id","type":{"type":"string","logicalType":"uuid"}},
      {"name":"worth","type":[{"type":"bytes","logicalType":"decimal","precision":9,"scale":2},"double"]},
      {"name":"ssns","type":{"type":"array","items":"string"},"confluent:tags":["PII"]},
      {"name":"extra","type":{"type":"map","values":"long"}},
      {"name":"parent","type":["null","Person"]},
      {"name":"pet","type":[{"type":"record","name":"Dog","fields":[{"name":"name","type":"string"},{"name":"bark","type":"int"}]},
                            {"type":"record","name":"Cat","confluent:tags":["CAT"],"fields":[{"name":"name","type":"string"}]}]}]})",
               {}, {})
      .value();
}

TEST(Facts, PresenceKindsAndLogicalTypes) {
  const auto schema = person();
  EXPECT_EQ(schema->record_name(), "com.x.Person");
  EXPECT_EQ(at(*schema, "age").presence, Presence::always);
  EXPECT_EQ(at(*schema, "age").kinds, KindSet({Kind::integer}));
  EXPECT_EQ(at(*schema, "email").presence, Presence::possible);
  EXPECT_EQ(at(*schema, "email").kinds, KindSet({Kind::string}));
  EXPECT_EQ(at(*schema, "id").logical, Logical::uuid);
  EXPECT_EQ(at(*schema, "worth").kinds, KindSet({Kind::decimal, Kind::real}));
  EXPECT_EQ(at(*schema, "worth").logical, Logical::none);
  EXPECT_EQ(at(*schema, "ssns").kinds, KindSet({Kind::array}));
  EXPECT_EQ(at(*schema, "ssns[*]").presence, Presence::possible);
  EXPECT_EQ(at(*schema, "extra.anything").presence, Presence::possible);
  EXPECT_EQ(at(*schema, "extra[*]").kinds, KindSet({Kind::integer}));
  EXPECT_EQ(at(*schema, "parent.parent.age").presence, Presence::possible);
  EXPECT_EQ(at(*schema, "pet.name").presence, Presence::always);
  EXPECT_EQ(at(*schema, "pet.bark").presence, Presence::possible);
  EXPECT_EQ(at(*schema, "$").kinds, KindSet({Kind::object}));
}

TEST(Facts, WhatNoRecordHasIsImpossible) {
  const auto schema = person();
  for (const std::string path : {"agee", "age.x", "age[*]", "email[*]", "ssns.x", "parent.agee", "[*]"}) {
    EXPECT_EQ(at(*schema, path).presence, Presence::impossible) << path;
    EXPECT_TRUE(at(*schema, path).kinds.empty());
  }
}

TEST(Facts, TagsOfFieldsReachTheirItems) {
  const auto schema = person();
  EXPECT_THAT(at(*schema, "email").tags, ElementsAre("CONTACT", "PII"));
  EXPECT_THAT(at(*schema, "ssns[*]").tags, ElementsAre("PII"));
  EXPECT_THAT(at(*schema, "parent.ssns[*]").tags, ElementsAre("PII"));
  EXPECT_THAT(at(*schema, "pet").tags, ElementsAre("CAT"));
  EXPECT_THAT(at(*schema, "age").tags, IsEmpty());
}

TEST(Facts, PathsAreListedBreadthFirstAndRecursionOnce) {
  const auto schema = parse(R"({"type":"record","name":"N","fields":[{"name":"v","type":"int"},
      {"name":"kids","type":{"type":"array","items":"N"}},{"name":"m","type":["null",{"type":"map","values":"int"}]}]})",
                            {}, {})
                          .value();
  EXPECT_THAT(schema->facts().paths(100),
              ElementsAre("v", "kids", "m", "kids[*]", "m[*]", "kids[*].v", "kids[*].kids", "kids[*].m",
                          "kids[*].kids[*]", "kids[*].m[*]"));
  EXPECT_THAT(schema->facts().paths(2), ElementsAre("v", "kids"));
}

}  // namespace
}  // namespace assay::schema::avro
