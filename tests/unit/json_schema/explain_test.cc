#include <gmock/gmock.h>

#include "tests/unit/json_schema/checked.h"

namespace assay::schema::json {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

TEST(Explain, NamesPlaceAndReason) {
  Checked checked(
      R"({"type":"object","properties":{"age":{"type":"integer","exclusiveMinimum":0},"email":{"type":"string","pattern":"@"},
      "lines":{"type":"array","items":{"properties":{"quantity":{"minimum":1}},"required":["sku"]}},
      "state":{"enum":["a","b"]},"id":{},"odd name":{"maxLength":2}},"required":["id"],"additionalProperties":false})");
  EXPECT_THAT(
      checked.why(
          R"({"age":-1,"email":"x","lines":[{"sku":1},{"quantity":0}],"state":"c","odd name":"abc","more":1})"),
      ElementsAre("age: schema.exclusiveMinimum: is -1, must be greater than 0",
                  "email: schema.pattern: is \"x\", must match @",
                  "lines[1].quantity: schema.minimum: is 0, must be at least 1",
                  "lines[1].sku: schema.required: is missing",
                  "state: schema.enum: is \"c\", must be one of [\"a\",\"b\"]",
                  "[\"odd name\"]: schema.maxLength: is \"abc\", 3 characters long, must have at most 2",
                  "more: schema.additionalProperties: is not allowed", "id: schema.required: is missing"));
  EXPECT_THAT(checked.why("[]"), ElementsAre("$: schema.type: is an array, must be object"));
  EXPECT_THAT(checked.why(R"({"id":1,"age":"x"})"),
              ElementsAre("age: schema.type: is a string, must be integer"));
}

TEST(Explain, TellsWhyABranchFails) {
  Checked all(R"({"allOf":[{"properties":{"a":{"minimum":5}}},{"required":["b"]}]})");
  EXPECT_THAT(all.why(R"({"a":1})"),
              ElementsAre("a: schema.minimum: is 1, must be at least 5", "b: schema.required: is missing"));
  Checked one(R"({"properties":{"x":{"oneOf":[{"type":"null"},{"type":"string","minLength":2}]}}})");
  EXPECT_THAT(one.why(R"({"x":"a"})"),
              ElementsAre("x: schema.minLength: is \"a\", 1 characters long, must have at least 2"));
  EXPECT_THAT(one.why(R"({"x":1})"), ElementsAre("x: schema.type: is an integer, must be null or string"));
  Checked any(R"({"anyOf":[{"minimum":5},{"maximum":1}]})");
  EXPECT_THAT(any.why("3"), ElementsAre("$: schema.anyOf: matches none of the 2 schemas of anyOf"));
  Checked conditional(R"({"if":{"required":["a"]},"then":{"required":["b"]}})");
  EXPECT_THAT(conditional.why(R"({"a":1})"), ElementsAre("b: schema.required: is missing"));
}

TEST(Explain, CountsBytesInWhatIsNoJson) {
  Checked plain("true");
  const auto why = [&](std::string_view body) { return plain.why(body).at(0); };
  EXPECT_EQ(why("{\"a\":tru}"), "$: schema.malformed: is not JSON at byte 5: neither true, false nor null");
  EXPECT_EQ(why("{\"a\":1"), "$: schema.malformed: is not JSON at byte 6: a comma or } should stand here");
  EXPECT_EQ(why(""), "$: schema.malformed: is not JSON at byte 0: the text ends too early");
  EXPECT_EQ(why("[1] 2"), "$: schema.malformed: is not JSON at byte 4: something follows the value");
  EXPECT_EQ(why("[\"a\\q\"]"),
            "$: schema.malformed: is not JSON at byte 3: an escape that JSON does not have");
  EXPECT_EQ(why("[\"a]"), "$: schema.malformed: is not JSON at byte 1: a string that is not closed");
  EXPECT_EQ(why("[\"a\xff\"]"), "$: schema.malformed: is not JSON at byte 3: no valid UTF-8");
  EXPECT_EQ(why("[\"a\n\"]"), "$: schema.malformed: is not JSON at byte 3: a control character in a string");
}

TEST(Explain, KeepsWithinItsLimits) {
  Checked checked(R"({"items":{"type":"integer"}})");
  std::string body = "[\"" + std::string(1000, 'x') + "\"";
  for (int i = 0; i < 200; ++i) body += ",null";
  const Judged judged = checked.judge(body + "]");
  EXPECT_EQ(judged.violations.size(), Limits{}.violations_per_record_max);
  EXPECT_EQ(judged.violations[0].fragment.size(), Limits{}.fragment_bytes_max);
  EXPECT_EQ(judged.violations[1].fragment, "null");
  EXPECT_EQ(judged.violations[1].rule, "schema");
  EXPECT_EQ(judged.violations[1].path, "[1]");
}

}  // namespace
}  // namespace assay::schema::json
