#include <gmock/gmock.h>

#include "harness.h"
#include "registry/schema/avro/value_checks.h"

namespace assay::schema::avro {
namespace {

std::string logical(std::string_view type, std::string_view name, std::string_view more = "") {
  return R"({"type":")" + std::string(type) + R"(","logicalType":")" + std::string(name) + '"' +
         std::string(more) + "}";
}

std::string in_record(const std::string& type) {
  return R"({"type":"record","name":"R","fields":[{"name":"v","type":)" + type + "}]}";
}

std::string fixed(int size, std::string_view name, std::string_view more = "") {
  return R"({"type":"fixed","name":"F","size":)" + std::to_string(size) + R"(,"logicalType":")" +
         std::string(name) + '"' + std::string(more) + "}";
}

struct Case {
  std::string type;
  Buffer body;
  Walk walk;
  std::string kind;
  std::string value;
  Logical logical;
};

std::vector<Case> cases() {
  const std::string money = logical("bytes", "decimal", R"(,"precision":4,"scale":2)");
  const auto uuid = "89791762-2336-4186-9674-299b90a802e2";
  const std::int64_t day_us = 86'400'000'000;
  return {
      {money, BodyWriter().raw({4, 0x27, 0x0F}), Walk::conforms, "", "99.99", Logical::decimal},
      {money, BodyWriter().raw({4, 0x27, 0x10}), Walk::violates, "schema.decimal", "0x2710",
       Logical::decimal},
      {money, BodyWriter().raw({4, 0xD8, 0xF1}), Walk::conforms, "", "-99.99", Logical::decimal},
      {money, BodyWriter().raw({4, 0xD8, 0xF0}), Walk::violates, "schema.decimal", "0xd8f0",
       Logical::decimal},
      {money, BodyWriter().raw({8, 0, 0, 0, 1}), Walk::conforms, "", "0.01", Logical::decimal},
      {money, BodyWriter().raw({8, 0xFF, 0xFF, 0xFF, 0xFF}), Walk::conforms, "", "-0.01", Logical::decimal},
      {money, BodyWriter().raw({6, 1, 0, 0}), Walk::violates, "schema.decimal", "0x010000", Logical::decimal},
      {money, BodyWriter().raw({0}), Walk::violates, "schema.decimal", "0x", Logical::decimal},
      {money, BodyWriter().raw({8, 1}), Walk::malformed, "schema.malformed", "", Logical::none},
      {fixed(2, "decimal", R"(,"precision":3)"), {0x03, 0xE7}, Walk::conforms, "", "999", Logical::decimal},
      {fixed(2, "decimal", R"(,"precision":3)"),
       {0x03, 0xE8},
       Walk::violates,
       "schema.decimal",
       "0x03e8",
       Logical::decimal},
      {fixed(2, "decimal", R"(,"precision":3)"),
       {0x03},
       Walk::malformed,
       "schema.malformed",
       "",
       Logical::none},
      {fixed(2, "decimal", R"(,"precision":5)"), {0xFF, 0xFF}, Walk::conforms, "", "0xffff", Logical::none},
      {logical("string", "uuid"), BodyWriter().text(uuid), Walk::conforms, "", '"' + std::string(uuid) + '"',
       Logical::uuid},
      {logical("string", "uuid"), BodyWriter().text("x"), Walk::violates, "schema.uuid", R"("x")",
       Logical::uuid},
      {fixed(16, "uuid"), Buffer(16, 7), Walk::conforms, "",
       "0x" + std::string("07070707070707070707070707070707"), Logical::uuid},
      {logical("int", "date"), BodyWriter().integer(-1), Walk::conforms, "", "-1", Logical::date},
      {logical("int", "time-millis"), BodyWriter().integer(86'399'999), Walk::conforms, "", "86399999",
       Logical::time_ms},
      {logical("int", "time-millis"), BodyWriter().integer(86'400'000), Walk::violates, "schema.time",
       "86400000", Logical::time_ms},
      {logical("int", "time-millis"), BodyWriter().integer(-1), Walk::violates, "schema.time", "-1",
       Logical::time_ms},
      {logical("int", "time-millis"), BodyWriter().integer(INT64_C(1) << 40), Walk::malformed,
       "schema.malformed", "", Logical::none},
      {logical("long", "time-micros"), BodyWriter().integer(day_us - 1), Walk::conforms, "", "86399999999",
       Logical::time_us},
      {logical("long", "time-micros"), BodyWriter().integer(day_us), Walk::violates, "schema.time",
       "86400000000", Logical::time_us},
      {logical("long", "time-micros"), Buffer(11, 0x80), Walk::malformed, "schema.malformed", "",
       Logical::none},
      {logical("long", "timestamp-millis"), BodyWriter().integer(5), Walk::conforms, "", "5",
       Logical::timestamp_ms},
      {logical("long", "timestamp-micros"), BodyWriter().integer(5), Walk::conforms, "", "5",
       Logical::timestamp_us},
      {logical("long", "timestamp-nanos"), BodyWriter().integer(5), Walk::conforms, "", "5",
       Logical::timestamp_ns},
      {logical("long", "local-timestamp-millis"), BodyWriter().integer(5), Walk::conforms, "", "5",
       Logical::timestamp_ms},
      {logical("long", "local-timestamp-micros"), BodyWriter().integer(5), Walk::conforms, "", "5",
       Logical::timestamp_us},
      {logical("long", "local-timestamp-nanos"), BodyWriter().integer(5), Walk::conforms, "", "5",
       Logical::timestamp_ns},
      {fixed(12, "duration"), Buffer(12, 1), Walk::conforms, "", "0x010101010101010101010101",
       Logical::duration},
      // Invalid annotations: the type beneath is used.
      {logical("bytes", "decimal"), BodyWriter().raw({0}), Walk::conforms, "", "0x", Logical::none},
      {logical("bytes", "decimal", R"(,"precision":0)"), BodyWriter().raw({0}), Walk::conforms, "", "0x",
       Logical::none},
      {logical("bytes", "decimal", R"(,"precision":2,"scale":3)"), BodyWriter().raw({0}), Walk::conforms, "",
       "0x", Logical::none},
      {logical("bytes", "decimal", R"(,"precision":2,"scale":-1)"), BodyWriter().raw({0}), Walk::conforms, "",
       "0x", Logical::none},
      {logical("bytes", "decimal", R"(,"precision":"2")"), BodyWriter().raw({0}), Walk::conforms, "", "0x",
       Logical::none},
      {logical("string", "decimal", R"(,"precision":2)"), BodyWriter().text("x"), Walk::conforms, "",
       R"("x")", Logical::none},
      {logical("int", "time-micros"), BodyWriter().integer(-1), Walk::conforms, "", "-1", Logical::none},
      {logical("string", "no-such-type"), BodyWriter().text("x"), Walk::conforms, "", R"("x")",
       Logical::none},
      {R"({"type":"string","logicalType":7})", BodyWriter().text("x"), Walk::conforms, "", R"("x")",
       Logical::none},
      {fixed(15, "uuid"), Buffer(15, 7), Walk::conforms, "",
       "0x" + std::string("070707070707070707070707070707"), Logical::none},
      {fixed(11, "duration"), Buffer(11, 1), Walk::conforms, "", "0x0101010101010101010101", Logical::none},
  };
}

TEST(LogicalTypes, HoldOrAreIgnoredWhenInvalid) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.type + " " + testing::PrintToString(c.body));
    const Outcome outcome = Checked(in_record(c.type), {"v"}).run(c.body);
    EXPECT_EQ(outcome.walk, c.walk);
    EXPECT_EQ(outcome.kind(), c.kind);
    EXPECT_EQ(Checked(in_record(c.type)).walk(c.body), c.walk);
    if (c.walk == Walk::malformed) continue;
    EXPECT_EQ(text(outcome.slots[0]), c.value);
    EXPECT_EQ(outcome.slots[0].logical, c.logical);
  }
}

TEST(LogicalTypes, TopLevelDecimalIsBare) {
  const Checked money(logical("bytes", "decimal", R"(,"precision":4,"scale":2)"), {"$"});
  EXPECT_EQ(text(money.run({0x27, 0x0F}).slots[0]), "99.99");
  EXPECT_EQ(money.run({0x27, 0x10}).kind(), "schema.decimal");
}

TEST(DecimalBound, AgreesWithArithmetic) {
  for (std::uint32_t precision = 1; precision <= 18; ++precision) {
    const DecimalBound bound(precision);
    std::int64_t limit = 1;
    for (std::uint32_t i = 0; i < precision; ++i) limit *= 10;
    for (std::int64_t value :
         {std::int64_t{0}, std::int64_t{-1}, limit - 1, limit, limit + 1, -limit, 1 - limit, -limit - 1,
          INT64_MAX, INT64_MIN, limit / 2, std::int64_t{127}, std::int64_t{-128}, std::int64_t{128}}) {
      Buffer bytes;
      for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<std::uint8_t>(value >> shift));
      const bool fits = value > -limit && value < limit;
      EXPECT_EQ(bound.fits(bytes) == DecimalBound::Fit::yes, fits) << precision << " " << value;
    }
  }
}

TEST(DecimalBound, HugePrecisionsAreNotComputedWith) {
  const DecimalBound bound(1'000'000);
  EXPECT_EQ(bound.fits(Buffer(4096, 0x55)), DecimalBound::Fit::yes);
  EXPECT_EQ(bound.fits(Buffer(4097, 0x55)), DecimalBound::Fit::too_long);
  EXPECT_EQ(bound.fits(Buffer(5000, 0xFF)), DecimalBound::Fit::yes);  // -1
}

TEST(Uuid, IsThirtySixHexadecimalCharacters) {
  EXPECT_TRUE(is_uuid("89791762-2336-4186-9674-299B90A802E2"));
  EXPECT_FALSE(is_uuid("89791762-2336-4186-9674-299b90a802e"));
  EXPECT_FALSE(is_uuid("89791762-2336-4186-9674-299b90a802eg"));
  EXPECT_FALSE(is_uuid("89791762023360418609674-299b90a802e2"));
  EXPECT_FALSE(is_uuid("8979176-22336-4186-9674-299b90a802e2"));
}

}  // namespace
}  // namespace assay::schema::avro
