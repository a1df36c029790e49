#include "registry/schema/avro/json_encoder.h"

#include <gmock/gmock.h>

#include "harness.h"

namespace assay::schema::avro {
namespace {

struct Sample {
  std::string schema;
  std::string json;
};

std::string field(std::string_view type, std::string_view more = "") {
  return R"({"type":"record","name":"R","fields":[{"name":"a","type":)" + std::string(type) +
         std::string(more) + "}]}";
}

std::string logical(std::string_view type, std::string_view name) {
  return R"({"type":")" + std::string(type) + R"(","logicalType":")" + std::string(name) + R"("})";
}

constexpr std::string_view kDecimal = R"({"type":"bytes","logicalType":"decimal","precision":40,"scale":2})";
constexpr std::string_view kFixedDecimal =
    R"({"type":"fixed","name":"M","size":8,"logicalType":"decimal","precision":18,"scale":2})";

// Encodes, has the validator agree, and prints.
std::string again(const std::string& schema, std::string_view json) {
  const auto body = encode_json(schema, json, Limits{});
  if (!body) return "refused: " + body.error().message();
  const Checked checked(schema);
  EXPECT_EQ(checked.walk(*body), Walk::conforms) << schema << "\n" << json;
  return checked.schema().to_json(*body).value();
}

std::string refused(const std::string& schema, std::string_view json, const Limits& limits = {}) {
  const auto body = encode_json(schema, json, limits);
  return body ? "" : body.error().message();
}

TEST(JsonEncoder, WhatIsPrintedReadsBackTheSame) {
  const std::vector<Sample> samples = {
      {R"("null")", "null"},
      {R"("boolean")", "true"},
      {R"("int")", "-2147483648"},
      {R"("long")", "9223372036854775807"},
      {R"("long")", "-9223372036854775808"},
      {R"("double")", "0.1"},
      {R"("float")", "0.1"},
      {R"("double")", R"("NaN")"},
      {R"("float")", R"("-Infinity")"},
      {R"("string")", R"("q\"\u0001é")"},
      {R"("bytes")", R"("0x00ff")"},
      {field(R"("bytes")"), R"({"a":"0x"})"},
      {field(R"(["null","bytes"])"), R"({"a":"0x0102"})"},
      {R"({"type":"fixed","name":"F","size":2})", R"("0xabcd")"},
      {R"({"type":"enum","name":"E","symbols":["X","Y"]})", R"("Y")"},
      {R"({"type":"array","items":"int"})", "[]"},
      {R"({"type":"array","items":["null","int","string"]})", R"([1,null,"x"])"},
      {R"({"type":"map","values":"long"})", R"({"b":2,"k":1})"},
      {R"({"type":"map","values":"long"})", "{}"},
      {R"({"type":"record","name":"n.L","fields":[{"name":"v","type":"int"},{"name":"next","type":["null","L"]}]})",
       R"({"v":1,"next":{"v":2,"next":null}})"},
      {std::string(kDecimal), "12.34"},
      {field(kDecimal), R"({"a":-12345678901234567890123456789012345678.90})"},
      {field(kFixedDecimal), R"({"a":-1.28})"},
      {logical("int", "date"), R"("2022-01-08")"},
      {logical("int", "date"), R"("0000-01-01")"},
      {logical("int", "time-millis"), R"("01:02:03.004")"},
      {logical("long", "time-micros"), R"("23:59:59.000001")"},
      {logical("long", "timestamp-millis"), R"("1969-12-31T23:59:59.999Z")"},
      {logical("long", "timestamp-micros"), R"("2023-11-14T22:13:20.000001Z")"},
      {logical("long", "timestamp-nanos"), R"("1970-01-01T00:00:00.000000001Z")"},
      {logical("long", "local-timestamp-millis"), R"("1970-01-01T00:00:00.000")"},
      {R"({"type":"fixed","name":"D","size":12,"logicalType":"duration"})", R"("P1M2DT1.027S")"},
  };
  for (const Sample& sample : samples)
    EXPECT_EQ(again(sample.schema, sample.json), sample.json) << sample.schema;
}

TEST(JsonEncoder, OtherSpellingsOfAValue) {
  EXPECT_EQ(again(logical("int", "date"), "19000"), R"("2022-01-08")");
  EXPECT_EQ(again(logical("long", "timestamp-millis"), R"("1970-01-01T01:00:00+01:00")"),
            R"("1970-01-01T00:00:00.000Z")");
  EXPECT_EQ(again(field(kDecimal), R"({"a":"12.5"})"), R"({"a":12.50})");
  EXPECT_EQ(again(field(kDecimal), R"({"a":7})"), R"({"a":7.00})");
  EXPECT_EQ(again(field(kDecimal), R"({"a":1.5e3})"), R"({"a":1500.00})");
  EXPECT_EQ(again(field(kDecimal), R"({"a":"0x04d2"})"), R"({"a":12.34})");
  EXPECT_EQ(again(R"("bytes")", R"("a\u00ff\u0080")"), R"("0x61ff80")");
  EXPECT_EQ(again(field(R"(["int","long","double"])"), R"({"a":1.5})"), R"({"a":1.5})");
}

TEST(JsonEncoder, BytesAreThoseOfTheSpecification) {
  EXPECT_EQ(encode_json(field(R"(["null","string"])"), R"({"a":"hi"})", {}).value(),
            (Buffer{2, 4, 'h', 'i'}));
  EXPECT_EQ(encode_json(R"("bytes")", R"("0x0102")", {}).value(), (Buffer{1, 2}));  // bare at the top
  EXPECT_EQ(encode_json(field(R"("bytes")"), R"({"a":"0x0102"})", {}).value(), (Buffer{4, 1, 2}));
  EXPECT_EQ(encode_json(R"({"type":"array","items":"long"})", "[64,-1]", {}).value(),
            (Buffer{4, 0x80, 1, 1, 0}));
  EXPECT_EQ(encode_json(R"("double")", "1", {}).value(), (Buffer{0, 0, 0, 0, 0, 0, 0xf0, 0x3f}));
}

TEST(JsonEncoder, MissingFieldsTakeDefaultThenNull) {
  EXPECT_EQ(again(field(R"("int")", R"(,"default":5)"), "{}"), R"({"a":5})");
  EXPECT_EQ(again(field(R"(["int","null"])", R"(,"default":5)"), "{}"), R"({"a":5})");
  EXPECT_EQ(again(field(R"(["int","null"])", R"(,"default":5)"), R"({"a":null})"), R"({"a":null})");
  EXPECT_EQ(again(field(R"(["int","null"])"), "{}"), R"({"a":null})");
  // A default is in Avro's own encoding: the letters are the bytes.
  EXPECT_EQ(again(field(R"("bytes")", R"(,"default":"0x")"), "{}"), R"({"a":"0x3078"})");
  EXPECT_EQ(again(field(kDecimal, R"(,"default":"\u0004\u00d2")"), "{}"), R"({"a":12.34})");
  EXPECT_EQ(refused(field(R"("int")"), "{}"), "/a: is missing and has no default");
}

TEST(JsonEncoder, NamedTypesOfReferences) {
  const Reference part{"part", R"({"type":"enum","name":"n.Part","symbols":["A","B"]})"};
  const auto body = encode_json(R"({"type":"array","items":"n.Part"})", {&part, 1}, R"(["B","A"])", {});
  ASSERT_TRUE(body) << body.error().message();
  EXPECT_EQ(*body, (Buffer{4, 2, 0, 0}));
}

TEST(JsonEncoder, ErrorsNameThePlace) {
  EXPECT_EQ(refused(field(R"({"type":"array","items":"long"})"), R"({"a":[1,"x"]})"), "/a/1: is not a long");
  EXPECT_EQ(refused(field(R"("long")"), R"({"a":9223372036854775808})"), "/a: is not a long");
  EXPECT_EQ(refused(field(R"("long")"), R"({"a":1.0})"), "/a: is not a long");
  EXPECT_EQ(refused(field(R"("int")"), R"({"a":2147483648})"), "/a: is not an int");
  EXPECT_EQ(refused(field(R"("string")"), R"({"a":1})"), "/a: is not a string");
  EXPECT_EQ(refused(field(R"("float")"), R"({"a":1e39})"), "/a: is not a float");
  EXPECT_EQ(refused(field(R"(["null","string"])"), R"({"a":1})"), "/a: is not a string");
  EXPECT_EQ(refused(field(R"(["string","null"])"), R"({"a":1})"), "/a: is not a string");
  EXPECT_EQ(refused(field(R"(["int","string"])"), R"({"a":true})"),
            "/a: is not a value of any branch of its union: int, string");
  EXPECT_EQ(refused(field(R"("int")"), R"({"a":1,"b/c":2})"), "/b~1c: is not a field of R");
  EXPECT_EQ(refused(field(kDecimal), R"({"a":1.234})"), "/a: is not a decimal of scale 2");
  EXPECT_EQ(refused(field(kDecimal), R"({"a":"1,2"})"), "/a: is not a decimal of scale 2");
  EXPECT_EQ(refused(field(kFixedDecimal), R"({"a":100000000000000000000})"),
            "/a: is not of 8 bytes but of 10");
  EXPECT_EQ(refused(R"({"type":"enum","name":"E","symbols":["X"]})", R"("Y")"), "/: is not a symbol of E");
  EXPECT_EQ(refused(R"("bytes")", R"("€")"), "/: is not bytes: \"0x…\", or a text of code points up to 255");
  for (const std::string_view text : {"2022-02-30", "2022-1-08", "08.01.2022", ""}) {
    EXPECT_EQ(refused(logical("int", "date"), '"' + std::string(text) + '"'),
              "/: is not an int, nor the ISO 8601 text of its logical type");
  }
  for (const std::string_view text : {"2022-01-08T00:00:00", "2022-01-08T24:00:00Z",
                                      "2022-01-08T00:00:00.0001Z", "2022-01-08T00:00:00+24:00"}) {
    EXPECT_EQ(refused(logical("long", "timestamp-millis"), '"' + std::string(text) + '"'),
              "/: is not a long, nor the ISO 8601 text of its logical type");
  }
  EXPECT_NE(refused(logical("long", "timestamp-nanos"), R"("9999-01-01T00:00:00Z")"), "");
  EXPECT_THAT(refused(R"("int")", "{\n1"), testing::StartsWith("line 2, column 1: not JSON"));
  EXPECT_THAT(refused(R"("nothing")", "1"), testing::StartsWith("the schema: "));
}

TEST(JsonEncoder, StaysWithinLimits) {
  const std::string schema =
      R"({"type":"record","name":"L","fields":[{"name":"n","type":["null","L"],"default":null}]})";
  EXPECT_EQ(refused(schema, R"({"n":{"n":{}}})", {.depth_max = 3}), "");
  EXPECT_EQ(refused(schema, R"({"n":{"n":{"n":{}}}})", {.depth_max = 3}), "nested more than 3 levels deep");
  EXPECT_EQ(refused(R"({"type":"array","items":"int"})", "[1,2,3]", {.steps_per_record_max = 3}),
            "/2: takes too many steps");
}

}  // namespace
}  // namespace assay::schema::avro
