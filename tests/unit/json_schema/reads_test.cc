// What rules read: slots once per place, leaves in the order of the bytes.
#include <gmock/gmock.h>

#include "tests/unit/json_schema/checked.h"

namespace assay::schema::json {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

PathRead slot(std::string_view path, std::uint16_t id) {
  return {parse_path(path).value(), false, id};
}
PathRead leaf(std::string_view path, std::uint16_t id) {
  return {parse_path(path).value(), true, id};
}

TEST(Reads, FillSlotsWithEveryKind) {
  for (const std::string_view schema :
       {"true", R"({"properties":{"a":{"properties":{"b":{"type":"integer"}}}}})",
        R"({"$ref":"#/definitions/x","definitions":{"x":{}}})",
        R"({"oneOf":[{"type":"null"},{"type":"object"}]})", R"({"anyOf":[{"required":["a"]},{}]})"}) {
    Checked checked(schema, {slot("a.b", 0), slot("s", 1), slot("n", 2), slot("$", 3), slot("list", 4),
                             slot("missing.x", 5), slot("a", 6), slot("z", 7)});
    const std::string_view body = R"({"a":{"b":-5},"s":"x\ty","n":1.50,"list":[1,2],"z":null})";
    EXPECT_THAT(checked.judge(body).slots,
                ElementsAre("integer -5", "string x\ty", "number 1.50", "object 5 " + std::string(body),
                            "array 2 [1,2]", "absent", "object 1 {\"b\":-5}", "null"))
        << schema;
  }
}

TEST(Reads, KeepNumbersExact) {
  Checked checked("true", {slot("v", 0)});
  const auto read = [&](std::string_view number) {
    return checked.judge("{\"v\":" + std::string(number) + "}").slots[0];
  };
  EXPECT_EQ(read("9223372036854775807"), "integer 9223372036854775807");
  EXPECT_EQ(read("-9223372036854775808"), "integer -9223372036854775808");
  EXPECT_EQ(read("9223372036854775808"), "natural 9223372036854775808");
  EXPECT_EQ(read("18446744073709551615"), "natural 18446744073709551615");
  EXPECT_EQ(read("18446744073709551616"), "number 18446744073709551616");
  EXPECT_EQ(read("-9223372036854775809"), "number -9223372036854775809");
  EXPECT_EQ(read("1.0"), "number 1.0");
  EXPECT_EQ(read("123456789.123456789"), "number 123456789.123456789");
  EXPECT_EQ(read("-0"), "integer 0");
}

TEST(Reads, OfferLeavesInOrder) {
  for (
      const std::string_view schema :
      {"true",
       R"({"properties":{"lines":{"items":{"properties":{"q":{"type":["integer","string","null"]}},"additionalProperties":true}}}})"}) {
    Checked checked(schema, {leaf("lines[*].q", 0), leaf("lines[*]", 1), slot("lines", 0)});
    const Judged judged = checked.judge(R"({"lines":[{"q":1},{"x":2},{"q":null,"x":"y"},7]})");
    EXPECT_THAT(judged.leaves,
                ElementsAre("0=integer 1", "1=object 1 {\"q\":1}", "0=absent", "1=object 1 {\"x\":2}",
                            "0=null", "1=object 2 {\"q\":null,\"x\":\"y\"}", "1=integer 7", "0=absent"))
        << schema;
    EXPECT_THAT(judged.leaf_paths, ElementsAre("lines[0].q", "lines[0]", "lines[1].q", "lines[1]",
                                               "lines[2].q", "lines[2]", "lines[3]", "lines[3].q"));
  }
}

TEST(Reads, GoThroughMapsAndDeepMembers) {
  Checked checked("true", {leaf("m[*].a.b", 0), slot("m.k.c", 0)});
  const Judged judged = checked.judge(R"({"m":{"k":{"a":{"b":1},"c":2},"l":{"a":{}},"o":{}}})");
  EXPECT_THAT(judged.leaves, ElementsAre("0=integer 1", "0=absent", "0=absent"));
  EXPECT_THAT(judged.leaf_paths, ElementsAre("m.k.a.b", "m.l.a.b", "m.o.a.b"));
  EXPECT_THAT(judged.slots, ElementsAre("integer 2"));
  EXPECT_THAT(checked.judge(R"({"m":null})").leaves, IsEmpty());
  EXPECT_THAT(checked.judge(R"({"m":[]})").leaves, IsEmpty());
}

TEST(Reads, BranchesReadNothing) {
  Checked checked(R"({"allOf":[{"properties":{"l":{"items":{"properties":{"q":{"minimum":1}}}}}}],
                      "oneOf":[{"properties":{"l":{"minItems":2}}},{"properties":{"l":{"maxItems":0}}}]})",
                  {leaf("l[*].q", 0), slot("l", 0)});
  EXPECT_THAT(checked.judge(R"({"l":[{"q":1},{"q":2}]})").leaves, ElementsAre("0=integer 1", "0=integer 2"));
  EXPECT_EQ(checked.walk(R"({"l":[{"q":0},{"q":2}]})"), Walk::violates);
}

TEST(Reads, AreCompleteWhenTheSchemaSaysNo) {
  Checked checked(R"({"properties":{"a":{"type":"string"},"b":{"type":"integer"}},"required":["c"]})",
                  {slot("a", 0), slot("b", 1)});
  const Judged judged = checked.judge(R"({"a":1,"b":2})");
  EXPECT_EQ(judged.walk, Walk::violates);
  EXPECT_THAT(judged.slots, ElementsAre("integer 1", "integer 2"));
}

TEST(Reads, TakeTheFirstOfTwoMembersOfOneName) {
  Checked checked("true", {slot("a", 0)});
  const Judged judged = checked.judge(R"({"a":1,"a":2})");
  EXPECT_EQ(judged.walk, Walk::violates);
  EXPECT_THAT(judged.slots, ElementsAre("integer 1"));
}

}  // namespace
}  // namespace assay::schema::json
