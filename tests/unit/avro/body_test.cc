#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "harness.h"

namespace assay::schema::avro {
namespace {

using testing::HasSubstr;

struct Good {
  std::string name;
  std::string schema;
  Buffer body;
  std::string value;  // of the path $, as `describe` tells it
};

std::vector<Good> good_bodies() {
  return {
      {"null", R"("null")", {}, "null"},
      {"boolean true", R"("boolean")", {1}, "true"},
      {"boolean false", R"("boolean")", {0}, "false"},
      {"int", R"("int")", BodyWriter().integer(-65), "-65"},
      {"int max", R"("int")", BodyWriter().integer(INT32_MAX), "2147483647"},
      {"int min", R"("int")", BodyWriter().integer(INT32_MIN), "-2147483648"},
      {"long", R"("long")", BodyWriter().integer(1'700'000'000'000), "1700000000000"},
      {"long max", R"("long")", BodyWriter().integer(INT64_MAX), "9223372036854775807"},
      {"long min", R"("long")", BodyWriter().integer(INT64_MIN), "-9223372036854775808"},
      {"float", R"("float")", BodyWriter().real(1.5F), "1.5"},
      {"double", R"("double")", BodyWriter().real(-0.25), "-0.25"},
      {"string", R"("string")", BodyWriter().text("foo"), R"("foo")"},
      {"long string", R"("string")", BodyWriter().text(std::string(300, 'x')),
       '"' + std::string(300, 'x') + '"'},
      {"string beyond ASCII", R"("string")", BodyWriter().text("größer €"), R"("größer €")"},
      {"empty string", R"("string")", BodyWriter().text(""), R"("")"},
      {"top-level bytes are bare", R"("bytes")", {0xDE, 0xAD}, "0xdead"},
      {"empty top-level bytes", R"("bytes")", {}, "0x"},
      {"fixed", R"({"type":"fixed","name":"F","size":3})", {1, 2, 3}, "0x010203"},
      {"fixed of nothing", R"({"type":"fixed","name":"F","size":0})", {}, "0x"},
      {"enum", R"({"type":"enum","name":"E","symbols":["A","B","C"]})", BodyWriter().integer(2), R"("C")"},
      {"array of one block", R"({"type":"array","items":"int"})",
       BodyWriter().integer(2).integer(7).integer(8).raw({0}), "an array of 2"},
      {"array of two blocks", R"({"type":"array","items":"string"})",
       BodyWriter().integer(1).text("a").integer(2).text("b").text("c").raw({0}), "an array of 3"},
      {"sized block", R"({"type":"array","items":"long"})",
       BodyWriter().integer(-2).integer(3).integer(300).integer(1).raw({0}), "an array of 2"},
      {"empty array", R"({"type":"array","items":"string"})", {0}, "an array of 0"},
      {"array of doubles", R"({"type":"array","items":"double"})", BodyWriter().integer(1).real(1.0).raw({0}),
       "an array of 1"},
      {"array of nothing", R"({"type":"array","items":"null"})", BodyWriter().integer(5).raw({0}),
       "an array of 5"},
      {"map", R"({"type":"map","values":"int"})", BodyWriter().integer(1).text("k").integer(1).raw({0}),
       "an object of 1"},
      {"empty map", R"({"type":"map","values":"int"})", {0}, "an object of 0"},
      {"sized map", R"({"type":"map","values":"boolean"})",
       BodyWriter().integer(-1).integer(3).text("k").raw({1, 0}), "an object of 1"},
      {"union, null", R"(["null","string"])", {0}, "null"},
      {"union, other", R"(["null","string"])", BodyWriter().integer(1).text("x"), R"("x")"},
      {"union, null last", R"(["string","null"])", BodyWriter().integer(1), "null"},
      {"union of three", R"(["null","string","int"])", BodyWriter().integer(2).integer(9), "9"},
      {"union index padded", R"(["null","int"])", {0x82, 0x00, 0x02}, "1"},
      {"record",
       R"({"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"b","type":"string"}]})",
       BodyWriter().integer(1).text("x"), "an object of 2"},
      {"empty record", R"({"type":"record","name":"R","fields":[]})", {}, "an object of 0"},
      {"recursion",
       R"({"type":"record","name":"N","fields":[{"name":"v","type":"int"},{"name":"next","type":["null","N"]}]})",
       BodyWriter().integer(1).integer(1).integer(2).integer(1).integer(3).integer(0), "an object of 2"},
  };
}

TEST(Body, EveryTypeIsReadAndEveryTruncationRefused) {
  for (const Good& good : good_bodies()) {
    SCOPED_TRACE(good.name);
    const Checked read(good.schema, {"$"});
    const Checked unread(good.schema);
    const Outcome outcome = read.run(good.body);
    EXPECT_EQ(outcome.walk, Walk::conforms);
    EXPECT_EQ(text(outcome.slots[0]), good.value);
    EXPECT_EQ(unread.walk(good.body), Walk::conforms);
    const bool bare = good.schema == R"("bytes")";
    for (std::size_t size = 0; size < good.body.size() && !bare; ++size) {
      const Buffer cut(good.body.begin(), good.body.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_EQ(read.walk(cut), Walk::malformed) << size;
      EXPECT_EQ(unread.walk(cut), Walk::malformed) << size;
    }
  }
}

TEST(Body, NothingMayFollow) {
  for (const Good& good : good_bodies()) {
    SCOPED_TRACE(good.name);
    if (good.schema == R"("bytes")") continue;
    Buffer longer = good.body;
    longer.push_back(0);
    const Outcome outcome = Checked(good.schema).run(longer);
    EXPECT_EQ(outcome.walk, Walk::malformed);
    EXPECT_EQ(outcome.kind(), "schema.trailing");
    EXPECT_EQ(outcome.where(), "$");
  }
}

struct Bad {
  std::string name;
  std::string schema;
  Buffer body;
  Walk walk;
  std::string kind;
  std::string path;
  std::string reason;
};

constexpr std::string_view kOrder = R"({"type":"record","name":"Order","fields":[
  {"name":"id","type":"string"},
  {"name":"lines","type":{"type":"array","items":{"type":"record","name":"Line","fields":[
    {"name":"quantity","type":"int"},{"name":"gift","type":"boolean"}]}}},
  {"name":"labels","type":{"type":"map","values":"string"}}]})";

std::vector<Bad> bad_bodies() {
  const auto array = R"({"type":"array","items":"int"})";
  const auto huge = std::int64_t{1} << 40;
  return {
      {"boolean of 2", R"("boolean")", {2}, Walk::malformed, "schema.malformed", "$", "0x02"},
      {"int of 33 bits", R"("int")", BodyWriter().integer(INT64_C(1) << 31), Walk::malformed,
       "schema.malformed", "$", "int"},
      {"long of 11 bytes", R"("long")", Buffer(11, 0xff), Walk::malformed, "schema.malformed", "$", "long"},
      {"negative length", R"("string")", BodyWriter().integer(-1), Walk::malformed, "schema.malformed", "$",
       "length"},
      {"length beyond", R"("string")", BodyWriter().integer(4).raw({'a', 'b', 'c'}), Walk::malformed,
       "schema.malformed", "$", "length"},
      {"largest length", R"("string")", BodyWriter().integer(INT64_MAX), Walk::malformed, "schema.malformed",
       "$", ""},
      {"invalid UTF-8", R"("string")", BodyWriter().text("a\xC3("), Walk::violates, "schema.utf8", "$",
       "UTF-8"},
      {"overlong UTF-8", R"("string")", BodyWriter().text("\xC0\xAF"), Walk::violates, "schema.utf8", "$",
       "UTF-8"},
      {"surrogate in UTF-8", R"("string")", BodyWriter().text("\xED\xA0\x80"), Walk::violates, "schema.utf8",
       "$", ""},
      {"enum beyond", R"({"type":"enum","name":"E","symbols":["A"]})", BodyWriter().integer(1),
       Walk::violates, "schema.enum", "$", "symbol 1"},
      {"enum negative", R"({"type":"enum","name":"E","symbols":["A"]})", BodyWriter().integer(-1),
       Walk::violates, "schema.enum", "$", "symbol -1"},
      {"union beyond", R"(["null","int"])", BodyWriter().integer(2), Walk::malformed, "schema.union", "$",
       "branch 2"},
      {"union negative", R"(["null","int"])", BodyWriter().integer(-1), Walk::malformed, "schema.union", "$",
       ""},
      {"large union beyond", R"(["null","int","string"])", BodyWriter().integer(3), Walk::malformed,
       "schema.union", "$", "branch 3 of 3"},
      {"empty union", R"([])", BodyWriter().integer(0), Walk::malformed, "schema.union", "$", ""},
      {"count beyond the bytes", array, BodyWriter().integer(huge).integer(1), Walk::malformed,
       "schema.malformed", "$", "block"},
      {"least count", array, BodyWriter().integer(INT64_MIN).integer(0).raw({0}), Walk::malformed,
       "schema.malformed", "$", "block"},
      {"block shorter than said", array, BodyWriter().integer(-1).integer(2).integer(1).raw({0}),
       Walk::malformed, "schema.malformed", "$", "as long as it says"},
      {"block longer than said", array, BodyWriter().integer(-2).integer(2).integer(1).integer(100).raw({0}),
       Walk::malformed, "schema.malformed", "$", "as long as it says"},
      {"negative block size", array, BodyWriter().integer(-1).integer(-1).integer(1).raw({0}),
       Walk::malformed, "schema.malformed", "$", "size"},
      {"unread block longer than said", R"({"type":"array","items":"float"})",
       BodyWriter().integer(-1).integer(5).real(1.0F).raw({0, 0}), Walk::malformed, "schema.malformed", "$",
       "as long"},
      {"map key not UTF-8", R"({"type":"map","values":"int"})",
       BodyWriter().integer(1).text("\xff").integer(1).raw({0}), Walk::violates, "schema.utf8", "$", "key"},
      {"deep inside", std::string(kOrder),
       BodyWriter().text("o1").integer(2).integer(1).raw({1}).integer(2).raw({3}), Walk::malformed,
       "schema.malformed", "lines[1].gift", "0x03"},
      {"in a map", std::string(kOrder),
       BodyWriter().text("o1").integer(0).integer(1).text("k.x").text("\xff").raw({0}), Walk::violates,
       "schema.utf8", R"(labels["k.x"])", "UTF-8"},
  };
}

TEST(Body, EachErrorIsFoundNamedAndPlaced) {
  for (const Bad& bad : bad_bodies()) {
    SCOPED_TRACE(bad.name);
    const Outcome outcome = Checked(bad.schema).run(bad.body);
    EXPECT_EQ(outcome.walk, bad.walk);
    ASSERT_EQ(outcome.violations.size(), 1U);
    EXPECT_EQ(outcome.violations[0].rule, "schema");
    EXPECT_EQ(outcome.kind(), bad.kind);
    EXPECT_EQ(outcome.where(), bad.path);
    EXPECT_THAT(outcome.reason(), HasSubstr(bad.reason));
    EXPECT_EQ(Checked(bad.schema, {"$"}).walk(bad.body), bad.walk);
  }
}

TEST(Body, ViolationsGoOnToTheEndAndAreBounded) {
  const Buffer body = BodyWriter().integer(3).text("\xff").text("ok").text("\xfe").raw({0});
  Limits limits;
  const Outcome both = Checked(R"({"type":"array","items":"string"})", {"[*]"}, limits).run(body);
  EXPECT_EQ(both.walk, Walk::violates);
  ASSERT_EQ(both.violations.size(), 2U);
  EXPECT_EQ(both.violations[1].path, "[2]");
  ASSERT_EQ(both.offers.size(), 3U);
  EXPECT_EQ(both.offers[0].value.kind, Kind::bytes);
  EXPECT_EQ(both.offers[1].value.kind, Kind::string);
  limits.violations_per_record_max = 1;
  const Outcome first = Checked(R"({"type":"array","items":"string"})", {}, limits).run(body);
  EXPECT_EQ(first.violations.size(), 1U);
}

TEST(Budget, ItemsOfNothingCost) {
  Limits limits;
  limits.steps_per_record_max = 1000;
  const Buffer nulls = BodyWriter().integer(1001).raw({0});
  const Buffer fewer = BodyWriter().integer(1000).raw({0});
  for (const auto& paths : {std::vector<std::string>{}, std::vector<std::string>{"[*]"}}) {
    const Checked array(R"({"type":"array","items":"null"})", paths, limits);
    EXPECT_EQ(array.walk(nulls), Walk::over_budget);
    EXPECT_EQ(array.walk(fewer), Walk::conforms);
    EXPECT_EQ(array.walk(BodyWriter().integer(INT64_MAX).raw({0})), Walk::over_budget);
    EXPECT_EQ(array.walk(BodyWriter().integer(INT64_MIN).integer(0).raw({0})), Walk::over_budget);
  }
  const Checked records(
      R"({"type":"array","items":{"type":"record","name":"R","fields":[{"name":"a","type":"null"},{"name":"b","type":"null"}]}})",
      {}, limits);
  EXPECT_EQ(records.walk(BodyWriter().integer(250).raw({0})), Walk::conforms);
  EXPECT_EQ(records.walk(BodyWriter().integer(251).raw({0})), Walk::over_budget);
}

TEST(Budget, DepthEndsRecursionEvenWithoutBytes) {
  Limits limits;
  limits.depth_max = 10;
  const Checked list(R"({"type":"record","name":"N","fields":[{"name":"next","type":["null","N"]}]})", {},
                     limits);
  Buffer ten(9, 2);
  ten.push_back(0);
  EXPECT_EQ(list.walk(ten), Walk::conforms);
  ten.insert(ten.begin(), 2);
  EXPECT_EQ(list.walk(ten), Walk::over_budget);
  EXPECT_EQ(
      Checked(R"({"type":"record","name":"E","fields":[{"name":"self","type":"E"}]})", {}, limits).walk({}),
      Walk::over_budget);
  const std::string nested =
      R"({"type":"array","items":{"type":"array","items":{"type":"array","items":"int"}}})";
  limits.depth_max = 2;
  EXPECT_EQ(Checked(nested, {}, limits).walk(BodyWriter().raw({2, 2, 0, 0, 0})), Walk::over_budget);
  EXPECT_EQ(Checked(nested, {}, limits).walk(BodyWriter().raw({2, 0, 0})), Walk::conforms);
}

TEST(Batch, WorkspaceServesManyBodiesAndValidators) {
  const auto schema = parse(kOrder, {}, {}).value();
  const auto other = parse(R"({"type":"map","values":"int"})", {}, {}).value();
  const PathTrie nothing;
  const auto orders = schema->compile(nothing, {}).value();
  const auto maps = other->compile(nothing, {}).value();
  const auto workspace = orders->make_workspace();
  const Buffer good = BodyWriter().text("o").raw({0, 0});
  const Buffer bad = BodyWriter().text("o").integer(1).integer(1).raw({1});
  const std::vector<Bytes> bodies = {good, bad, good};
  Collector leaves;
  orders->begin(bodies, *workspace);
  EXPECT_EQ(orders->walk(0, *workspace, {}, leaves), Walk::conforms);
  EXPECT_EQ(orders->walk(1, *workspace, {}, leaves), Walk::malformed);  // ends inside the array
  EXPECT_EQ(orders->walk(2, *workspace, {}, leaves), Walk::conforms);
  const Buffer map = BodyWriter().integer(1).text("a").integer(5).raw({0});
  const Bytes map_body(map);
  maps->begin({&map_body, 1}, *workspace);
  EXPECT_EQ(maps->walk(0, *workspace, {}, leaves), Walk::conforms);
}

TEST(Program, LargeRecordsBecomeSubroutines) {
  std::string fields;
  Buffer inner;
  for (int i = 0; i < 100; ++i) {
    fields += (i > 0 ? "," : "") + std::string(R"({"name":"f)") + std::to_string(i) + R"(","type":"int"})";
    inner.push_back(static_cast<std::uint8_t>(2 * (i % 50)));
  }
  const Checked checked(
      R"({"type":"record","name":"R","fields":[{"name":"a","type":{"type":"record","name":"W","fields":[)" +
          fields + R"(]}},{"name":"b","type":"W"},{"name":"c","type":["null","W"]}]})",
      {"a.f7", "b.f99", "c.f1", "b"});
  Buffer body = inner;
  append(body, inner);
  body.push_back(0);
  const Outcome outcome = checked.run(body);
  EXPECT_EQ(outcome.walk, Walk::conforms);
  EXPECT_EQ(text(outcome.slots[0]), "7");
  EXPECT_EQ(text(outcome.slots[1]), "49");
  EXPECT_EQ(text(outcome.slots[2]), "absent");
  EXPECT_EQ(text(outcome.slots[3]), "an object of 100");
}

}  // namespace
}  // namespace assay::schema::avro
