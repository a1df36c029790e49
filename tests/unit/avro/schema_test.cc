#include <gmock/gmock.h>

#include "harness.h"

namespace assay::schema::avro {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

struct Refused {
  std::string schema;
  std::string place;
  std::string why;
};

std::vector<Refused> refused() {
  const std::string fields = R"({"type":"record","name":"R","fields":[{"name":"ok","type":"int"},)";
  return {
      {"", "line 1, column 1", "not JSON"},
      {"{\n  \"type\": }", "line 2, column 11", "not JSON"},
      {R"({"type":"int"} x)", "line 1, column 16", "not JSON"},
      {"7", "the whole schema", "a schema is a name"},
      {R"("Unknown")", "the whole schema", R"("Unknown" is not defined)"},
      {fields + R"({"name":"a","type":{"type":"array","items":"Strng"}}]})", "/fields/1/type/items",
       "not defined"},
      {fields + R"({"name":"a"}]})", "/fields/1", R"(no "type")"},
      {fields + R"({"name":"a-b","type":"int"}]})", "/fields/1", "no name"},
      {fields + R"({"name":"ok","type":"int"}]})", "/fields/1", "twice"},
      {fields + R"({"name":"a","type":["int",["null"]]}]})", "/fields/1/type/1", "union"},
      {fields + R"({"name":"a","type":["int","null","int"]}]})", "/fields/1/type/2",
       "two branches of type int"},
      {fields + R"({"name":"a","type":"int","default":"x"}]})", "/fields/1/default",
       R"(the default of "a", "x", is no int)"},
      {fields + R"({"name":"a","type":"int","order":"up"}]})", "/fields/1", "order"},
      {fields + R"({"name":"a","type":"int","aliases":"x"}]})", "/fields/1/aliases", "array"},
      {fields + R"({"name":"a","type":{"type":"fixed","name":"F","size":-1}}]})", "/fields/1/type", "size"},
      {fields + R"({"name":"a","type":{"type":"enum","name":"E","symbols":["A","A"]}}]})",
       "/fields/1/type/symbols/1", "twice"},
      {R"({"type":"record","name":"9R","fields":[]})", "the whole schema", "no name"},
      {R"({"type":"record","name":"R","namespace":"a..b","fields":[]})", "the whole schema", "namespace"},
      {R"({"type":"record","name":"int","fields":[]})", "the whole schema", "primitive"},
      {R"({"type":"bytes","logicalType":"decimal","precision":400,"scale":300})", "a decimal has scale 300",
       "255"},
  };
}

TEST(Schemas, RefusalsNameThePlace) {
  for (const Refused& r : refused()) {
    EXPECT_THAT(refusal(r.schema), AllOf(StartsWith(r.place), HasSubstr(r.why))) << r.schema;
  }
}

TEST(Schemas, UndefinedNamesSuggestTheNearest) {
  EXPECT_THAT(
      refusal(
          R"(["null",{"type":"fixed","name":"com.x.Money","size":2},{"type":"array","items":"com.x.Mony"}])"),
      HasSubstr(R"(did you mean "com.x.Money"?)"));
}

TEST(Schemas, RecursiveDefaultsAreTaken) {
  EXPECT_EQ(
      refusal(
          R"({"type":"record","name":"R","fields":[{"name":"a","type":["null","R"],"default":{"a":null}}]})"),
      "");
}

TEST(Schemas, CommentsAreAllowed) {
  EXPECT_EQ(refusal("/* money */ \"int\""), "");
}

TEST(Schemas, NamesOfLettersBeyondAsciiAreTaken) {
  EXPECT_EQ(refusal(R"({"type":"record","name":"R","fields":[{"name":"größe","type":"int"}]})"), "");
  EXPECT_NE(refusal(R"({"type":"record","name":"R","fields":[{"name":"a€","type":"int"}]})"), "");
  EXPECT_NE(refusal("{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"\xF0\x9D\x94\xB8\",\"type\":"
                    "\"int\"}]}"),
            "");
}

TEST(Schemas, ReferencesDefineNamesInAnyOrder) {
  const std::string address =
      R"({"type":"record","name":"Address","namespace":"com.x","fields":[{"name":"country","type":"Country"}]})";
  const std::string country = R"({"type":"enum","name":"Country","namespace":"com.x","symbols":["DE","FR"]})";
  const std::string person =
      R"({"type":"record","name":"Person","namespace":"com.x","fields":[{"name":"home","type":"Address"}]})";
  const std::vector<Reference> forward = {{"com.x.Country", country}, {"com.x.Address", address}};
  const std::vector<Reference> backward = {
      {"com.x.Address", address}, {"com.x.Country", country}, {"com.x.Country", country}};
  EXPECT_EQ(refusal(person, forward), "");
  EXPECT_EQ(refusal(person, backward), "");
  EXPECT_THAT(refusal(person, {backward.data(), 1}),
              AllOf(StartsWith(R"(reference "com.x.Address": /fields/0/type: )"),
                    HasSubstr(R"("com.x.Country" is not defined)")));
  const auto schema = parse(person, forward, {}).value();
  EXPECT_EQ(schema->record_name(), "com.x.Person");
  EXPECT_EQ(schema->to_json(Buffer{2}).value(), R"({"home":{"country":"FR"}})");
}

TEST(Schemas, AReferenceMayBeTheWholeSchema) {
  const std::vector<Reference> references = {{"F", R"({"type":"fixed","name":"F","size":1})"}};
  EXPECT_EQ(parse(R"("F")", references, {}).value()->record_name(), "F");
}

TEST(Schemas, SecondDefinitionsAreComparedWhole) {
  const auto twice = [](std::string_view a, std::string_view b) {
    return refusal("[\"null\"," + std::string(a) + R"(,{"type":"array","items":)" + std::string(b) + "}]");
  };
  const std::string record = R"({"type":"record","name":"R","fields":[{"name":"x","type":["null","R"]}]})";
  EXPECT_EQ(twice(record, record), "");
  EXPECT_THAT(twice(record, R"({"type":"record","name":"R","fields":[{"name":"x","type":["R","null"]}]})"),
              HasSubstr("defined again, and differently"));
  EXPECT_NE(twice(record, R"({"type":"record","name":"R","fields":[{"name":"y","type":["null","R"]}]})"), "");
  EXPECT_NE(
      twice(R"({"type":"enum","name":"E","symbols":["A"]})", R"({"type":"enum","name":"E","symbols":["B"]})"),
      "");
}

TEST(Schemas, LimitsHold) {
  Limits limits;
  limits.schema_bytes_max = 10;
  EXPECT_EQ(parse(R"({"type":"int"})", {}, limits).error().code(), ErrorCode::too_large);
  limits = {};
  limits.schema_nodes_max = 5;
  EXPECT_EQ(parse(R"({"type":"enum","name":"E","symbols":["A","B","C","D","E"]})", {}, limits).error().code(),
            ErrorCode::too_large);
  limits = {};
  std::string deep = "\"int\"";
  for (int i = 0; i < 5000; ++i) deep = R"({"type":"array","items":)" + deep + "}";
  EXPECT_EQ(parse(deep, {}, limits).error().code(), ErrorCode::too_large);
}

TEST(Schemas, DefaultsThatBranchForEverEndInALimit) {
  // Each level tries two records that differ only at the bottom: 2^40 ways without a bound.
  std::string schemas = R"("null")";
  const auto record = [](int i, char side, const std::string& type) {
    return R"({"type":"record","name":")" + std::string(1, side) + std::to_string(i) +
           R"(","fields":[{"name":"a","type":)" + type + "}]}";
  };
  std::string type = "\"int\"";
  std::string all;
  for (int i = 0; i < 40; ++i) {
    all += record(i, 'L', type) + "," + record(i, 'R', type) + ",";
    type = "[\"L" + std::to_string(i) + "\",\"R" + std::to_string(i) + "\"]";
  }
  std::string value = "\"no\"";
  for (int i = 0; i < 40; ++i) value = R"({"a":)" + value + "}";
  const std::string schema = "[" + all + R"({"type":"record","name":"Top","fields":[{"name":"x","type":)" +
                             type + R"(,"default":)" + value + "}]}]";
  Limits limits;
  limits.steps_per_record_max = 100'000;
  EXPECT_EQ(parse(schema, {}, limits).error().code(), ErrorCode::too_large);
}

TEST(Schemas, LongChainsOfRecordsCompileWithoutDeepStacks) {
  std::string schema = R"([{"type":"record","name":"R0","fields":[]})";
  for (int i = 1; i < 5'000; ++i) {
    schema += R"(,{"type":"record","name":"R)" + std::to_string(i) + R"(","fields":[{"name":"a","type":"R)" +
              std::to_string(i - 1) + R"("},{"name":"b","type":"R)" + std::to_string(i - 1) + R"("}]})";
  }
  const Checked checked(schema + "]");
  EXPECT_EQ(checked.walk(BodyWriter().integer(3)), Walk::conforms);
  EXPECT_EQ(checked.walk(BodyWriter().integer(4'999)), Walk::over_budget);
  EXPECT_FALSE(checked.schema().to_json(Buffer(BodyWriter().integer(4'999))).has_value());
  EXPECT_GT(canonical_form(checked.schema()).size(), 300'000U);
}

}  // namespace
}  // namespace assay::schema::avro
