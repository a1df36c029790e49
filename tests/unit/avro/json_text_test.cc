#include <gmock/gmock.h>

#include "harness.h"

namespace assay::schema::avro {
namespace {

std::string json(std::string_view schema, const Buffer& body) {
  const auto text = parse(schema, {}, {}).value()->to_json(body);
  return text ? *text : "refused: " + text.error().message();
}

std::string logical(std::string_view type, std::string_view name) {
  return R"({"type":")" + std::string(type) + R"(","logicalType":")" + std::string(name) + R"("})";
}

TEST(JsonText, ReadsLikeTheRecord) {
  EXPECT_EQ(
      json(
          R"({"type":"record","name":"R","fields":[{"name":"a","type":["null","int"]},{"name":"b","type":["null","string"]},
                  {"name":"c","type":{"type":"array","items":"boolean"}},{"name":"d","type":{"type":"map","values":"double"}},
                  {"name":"e","type":{"type":"enum","name":"E","symbols":["X"]}},{"name":"f","type":{"type":"fixed","name":"F","size":2}},
                  {"name":"g","type":{"type":"record","name":"G","fields":[]}}]})",
          BodyWriter()
              .raw({0, 2})
              .text("q\"\n")
              .raw({2, 1, 2, 0, 0})
              .integer(1)
              .text("k")
              .real(0.5)
              .raw({0})
              .raw({0})
              .raw({1, 2})),
      R"({"a":null,"b":"q\"\n","c":[true,false],"d":{"k":0.5},"e":"X","f":"0x0102","g":{}})");
}

TEST(JsonText, DatesAndTimes) {
  EXPECT_EQ(json(logical("int", "date"), BodyWriter().integer(19'000)), R"("2022-01-08")");
  EXPECT_EQ(json(logical("int", "date"), BodyWriter().integer(-1)), R"("1969-12-31")");
  EXPECT_EQ(json(logical("int", "date"), BodyWriter().integer(-719'528)), R"("0000-01-01")");
  EXPECT_EQ(json(logical("int", "date"), BodyWriter().integer(-719'529)), "-719529");
  EXPECT_EQ(json(logical("int", "date"), BodyWriter().integer(2'932'896)), R"("9999-12-31")");
  EXPECT_EQ(json(logical("int", "date"), BodyWriter().integer(INT32_MIN)), "-2147483648");
  EXPECT_EQ(json(logical("int", "time-millis"), BodyWriter().integer(3'723'004)), R"("01:02:03.004")");
  EXPECT_EQ(json(logical("long", "time-micros"), BodyWriter().integer(1)), R"("00:00:00.000001")");
  EXPECT_EQ(json(logical("long", "timestamp-millis"), BodyWriter().integer(-1)),
            R"("1969-12-31T23:59:59.999Z")");
  EXPECT_EQ(json(logical("long", "timestamp-micros"), BodyWriter().integer(1'700'000'000'000'001)),
            R"("2023-11-14T22:13:20.000001Z")");
  EXPECT_EQ(json(logical("long", "timestamp-nanos"), BodyWriter().integer(1)),
            R"("1970-01-01T00:00:00.000000001Z")");
  EXPECT_EQ(json(logical("long", "local-timestamp-millis"), BodyWriter().integer(0)),
            R"("1970-01-01T00:00:00.000")");
  EXPECT_EQ(json(logical("long", "timestamp-millis"), BodyWriter().integer(INT64_MIN)),
            "-9223372036854775808");
  EXPECT_EQ(json(logical("long", "timestamp-nanos"), BodyWriter().integer(INT64_MIN)),
            R"("1677-09-21T00:12:43.145224192Z")");
  EXPECT_EQ(json(R"({"type":"fixed","name":"D","size":12,"logicalType":"duration"})",
                 {1, 0, 0, 0, 2, 0, 0, 0, 3, 4, 0, 0}),
            R"("P1M2DT1.027S")");
}

TEST(JsonText, NumbersAndBytes) {
  EXPECT_EQ(json(R"({"type":"bytes","logicalType":"decimal","precision":4,"scale":2})", {0xFF, 0x6A}),
            "-1.50");
  EXPECT_EQ(json(R"("double")", BodyWriter().real(std::numeric_limits<double>::quiet_NaN())), R"("NaN")");
  EXPECT_EQ(json(R"("float")", BodyWriter().real(-std::numeric_limits<float>::infinity())), R"("-Infinity")");
  EXPECT_EQ(json(R"("float")", BodyWriter().real(0.1F)), "0.1");
  EXPECT_EQ(json(R"("bytes")", {}), R"("0x")");
}

TEST(JsonText, WhatBreaksOnlyItsMeaningIsShown) {
  EXPECT_EQ(json(R"("string")", BodyWriter().text("a\xff")), "\"a\xEF\xBF\xBD\"");
  EXPECT_EQ(json(logical("int", "time-millis"), BodyWriter().integer(-5)), "-5");
  EXPECT_EQ(json(R"({"type":"enum","name":"E","symbols":["X"]})", BodyWriter().integer(4)), "4");
}

TEST(JsonText, WhatDoesNotDecodeIsRefused) {
  EXPECT_EQ(json(R"("int")", {}), "refused: no whole int");
  EXPECT_EQ(json(R"("int")", {2, 2}), "refused: bytes are left over behind the value");
  EXPECT_EQ(json(R"(["null","int"])", {8}), "refused: no whole union");
  EXPECT_EQ(json(R"({"type":"array","items":"int"})", {1, 4, 2, 0}), "refused: no whole block");
  const auto nulls = parse(R"({"type":"array","items":"null"})", {}, {})
                         .value()
                         ->to_json(Buffer(BodyWriter().integer(INT64_MAX)));
  EXPECT_EQ(nulls.error().code(), ErrorCode::too_large);
  const auto endless = parse(R"({"type":"record","name":"E","fields":[{"name":"e","type":"E"}]})", {}, {})
                           .value()
                           ->to_json({});
  EXPECT_EQ(endless.error().code(), ErrorCode::too_large);
}

}  // namespace
}  // namespace assay::schema::avro
