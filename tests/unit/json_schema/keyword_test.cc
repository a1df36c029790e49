// Keyword by keyword: what the official suite says, it says in tests/conformance; here is what it leaves out.
#include "tests/unit/json_schema/checked.h"

namespace assay::schema::json {
namespace {

struct Case {
  std::string_view schema;
  std::vector<std::string_view> good;
  std::vector<std::string_view> bad;
};

TEST(Keywords, SayYesAndNo) {
  const Case cases[] = {
      {R"({"type":"integer"})",
       {"1", "1.0", "1e2", "-0", "18446744073709551616", "10e-1", "1.5e1", "0.0"},
       {"1.5", "1e-1", "\"1\"", "1.00000000000000000000001"}},
      {R"({"$schema":"http://json-schema.org/draft-04/schema#","type":"integer"})", {"1"}, {"1.0"}},
      {R"({"minimum":0.1,"maximum":9007199254740993})",
       {"0.1", "0.10", "1e-1", "9007199254740993", "9007199254740993.0"},
       {"0.09999999999999999999", "9007199254740994", "9007199254740993.5", "-1"}},
      {R"({"exclusiveMinimum":0,"exclusiveMaximum":10})",
       {"0.5", "9.99", "1e-300", "9.99999999999999999999"},
       {"0", "-0", "0.0", "10", "10.0", "-0.5", "1e1", "0e5"}},
      {R"({"minimum":1,"exclusiveMinimum":1})", {"1.5", "2"}, {"1"}},
      {R"({"minimum":-9223372036854775808,"maximum":9223372036854775807})",
       {"-9223372036854775808", "9223372036854775807"},
       {"-9223372036854775809", "9223372036854775808", "1e30"}},
      {R"({"multipleOf":0.01})",
       {"0", "19.99", "1e2", "0.1", "123456789.01", "-3", "1e300", "0.070"},
       {"0.001", "19.999", "1e-3", "0.0000000000000000000001"}},
      {R"({"multipleOf":3})", {"0", "9", "-9", "9.0", "3e20", "18446744073709551615"}, {"1", "9.5", "1e20"}},
      {R"({"multipleOf":1e-300})", {"1", "1e-300", "0.5"}, {"1e-301"}},
      {R"({"multipleOf":12345678901234567890123})",
       {"0", "12345678901234567890123", "24691357802469135780246"},
       {"1", "12345678901234567890124"}},
      {R"({"enum":[1,"a",null,true,[1,{"b":2.0}]]})",
       {"1", "1.0", "1e0", "\"a\"", "\"\\u0061\"", "null", "true", "[1.0,{\"b\":2}]"},
       {"2", "\"b\"", "false", "[1]", "[1,{\"b\":2,\"c\":1}]", "[1,{}]", "1.5", "{}"}},
      {R"({"enum":["a0","a1","a2","a3","a4","a5","a6","a7","a8","a9"]})",
       {"\"a0\"", "\"a9\""},
       {"\"a\"", "\"b0\"", "1"}},
      {R"({"const":{"a":[1,2],"b":{}}})",
       {R"({"b":{},"a":[1.0,2]})"},
       {R"({"a":[2,1],"b":{}})", R"({"a":[1,2]})", "null"}},
      {R"({"const":1,"enum":[1,2]})", {"1"}, {"2"}},
      {R"({"const":1,"enum":[2,3]})", {}, {"1", "2"}},
      {R"({"minLength":2,"maxLength":3})",
       {"\"ab\"", "\"\u20ac\u20ac\u20ac\"", "\"\\ud83d\\ude00\\u20ac\"", "1"},
       {"\"a\"", "\"\\ud83d\\ude00\"", "\"abcd\""}},
      {R"({"pattern":"^[a-z]+@"})", {"\"ab@\"", "\"\\u0061@\""}, {"\"A@\"", "\"\""}},
      {R"({"format":"date"})", {"\"2026-02-28\"", "1"}, {"\"2026-02-30\"", "\"\""}},
      {R"({"format":"made-up"})", {"\"anything\""}, {}},
      {R"({"items":{"type":"integer"},"minItems":1,"maxItems":2})",
       {"[1]", "[1,2]", "{}"},
       {"[]", "[1,2,3]", "[\"a\"]"}},
      {R"({"items":[{"type":"integer"},{"type":"string"}],"additionalItems":false})",
       {"[]", "[1]", "[1,\"a\"]"},
       {"[1,\"a\",2]", "[\"a\"]"}},
      {R"({"$schema":"https://json-schema.org/draft/2020-12/schema","prefixItems":[{"type":"integer"}],"items":{"type":"string"}})",
       {"[1,\"a\"]", "[]"},
       {"[1,2]", "[\"a\"]"}},
      {R"({"contains":{"minimum":5}})", {"[1,5]", "{}"}, {"[]", "[1]"}},
      {R"({"$schema":"https://json-schema.org/draft/2020-12/schema","contains":{"const":1},"minContains":2,"maxContains":3})",
       {"[1,1]", "[1,1,1,2]"},
       {"[1]", "[1,1,1,1]", "[]"}},
      {R"({"$schema":"https://json-schema.org/draft/2020-12/schema","contains":{"const":1},"minContains":0})",
       {"[]", "[2]"},
       {}},
      {R"({"uniqueItems":true})",
       {"[]", "[1,2]", "[1,\"1\",true]", "[{\"a\":1},{\"a\":2}]", "[0,false,null,\"\",[],{}]",
        "[1,2,3,4,5,6,7,8,9,10,11]"},
       {"[1,1.0]", "[\"a\",\"\\u0061\"]", "[{\"a\":1,\"b\":[2]},{\"b\":[2.0],\"a\":1}]",
        "[1,2,3,4,5,6,7,8,9,10,10e0]", "[[],[]]", "[0,-0]", "[100,1e2]"}},
      {R"({"required":["a","b"],"properties":{"a":{"type":"integer"}}})",
       {R"({"a":1,"b":2})", R"({"b":2,"\u0061":1})", "[]"},
       {R"({"a":1})", R"({"a":"x","b":1})", R"({"\u0061":"x","b":1})"}},
      {R"({"patternProperties":{"^x":{"type":"integer"},"y$":{"minimum":5}},"additionalProperties":false})",
       {R"({"x":1,"xy":5,"zy":6})", R"({"zy":"a"})"},
       {R"({"xy":4})", R"({"xy":5.5})", R"({"a":1})"}},
      {R"({"properties":{"ab":{"minimum":1}},"patternProperties":{"^a":{"maximum":3}}})",
       {R"({"ab":2})"},
       {R"({"ab":4})", R"({"ab":0})"}},
      {R"({"additionalProperties":{"type":"string"}})", {R"({"a":"x"})"}, {R"({"a":1})"}},
      {R"({"propertyNames":{"pattern":"^[a-z]+$","maxLength":3}})",
       {R"({"abc":1})", R"({"\u0061":1})"},
       {R"({"A":1})", R"({"abcd":1})"}},
      {R"({"minProperties":1,"maxProperties":2})", {R"({"a":1})"}, {"{}", R"({"a":1,"b":2,"c":3})"}},
      {R"({"dependencies":{"a":["b"],"c":{"required":["d"]}}})",
       {"{}", R"({"a":1,"b":2})", R"({"c":1,"d":2})"},
       {R"({"a":1})", R"({"c":1})"}},
      {R"({"$schema":"https://json-schema.org/draft/2019-09/schema","dependentRequired":{"a":["b"]},"dependentSchemas":{"c":{"maxProperties":1}}})",
       {R"({"a":1,"b":2})", R"({"c":1})"},
       {R"({"a":1})", R"({"c":1,"d":1})"}},
      {R"({"allOf":[{"minimum":1},{"maximum":3}]})", {"2", "\"x\""}, {"0", "4"}},
      {R"({"anyOf":[{"minimum":5},{"type":"string"}]})", {"6", "\"x\""}, {"4"}},
      {R"({"oneOf":[{"minimum":5},{"maximum":7}]})", {"4", "8"}, {"6", "\"x\""}},
      {R"({"oneOf":[{"type":"null"},{"type":"string","minLength":2},{"type":"object","required":["a"]}]})",
       {"null", "\"ab\"", R"({"a":1})"},
       {"\"a\"", "{}", "1", "[]", "true"}},
      {R"({"anyOf":[{"type":"integer"},{"type":"string"}]})", {"1", "1.0", "\"\""}, {"1.5", "null"}},
      {R"({"oneOf":[{"type":"integer"},{"type":"number"}]})", {"1.5"}, {"1", "1.0"}},
      {R"({"not":{"type":"string"}})", {"1"}, {"\"a\""}},
      {R"({"if":{"required":["a"]},"then":{"required":["b"]},"else":{"required":["c"]}})",
       {R"({"a":1,"b":1})", R"({"c":1})"},
       {R"({"a":1,"c":1})", "{}"}},
      {R"({"then":{"type":"string"}})", {"1"}, {}},
      {R"({"$ref":"#/definitions/n","definitions":{"n":{"type":"integer"}},"type":"string"})",
       {"1"},
       {"\"a\""}},
      {R"({"$schema":"https://json-schema.org/draft/2020-12/schema","$ref":"#/$defs/n","$defs":{"n":{"minimum":1}},"maximum":3})",
       {"2"},
       {"0", "4"}},
      {R"({"properties":{"next":{"$ref":"#"},"v":{"type":"integer"}}})",
       {R"({"v":1,"next":{"v":2,"next":{}}})"},
       {R"({"v":1,"next":{"next":{"v":"x"}}})"}},
      {R"(false)", {}, {"1", "null", "{}"}},
      {R"({"properties":{"a":false}})", {"{}", R"({"b":1})"}, {R"({"a":1})"}},
      {R"({"properties":{"with\"quote":{"type":"integer"},"back\\slash":{"type":"integer"},"\u20ac":{"type":"integer"}}})",
       {R"({"with\"quote":1,"back\\slash":1,"€":1})"},
       {R"({"with\"quote":"x"})", R"({"back\\slash":"x"})", R"({"€":"x"})", R"({"\u20ac":"x"})"}},
      {R"({"properties":{"a-name-of-over-sixteen-bytes":{"type":"integer"},"a-name-of-over-sixteen-bytez":{"type":"string"}}})",
       {R"({"a-name-of-over-sixteen-bytes":1,"a-name-of-over-sixteen-bytez":"x"})",
        R"({"a-name-of-over-sixteen-byte":null})"},
       {R"({"a-name-of-over-sixteen-bytes":"x"})", R"({"a-name-of-over-sixteen-bytez":1})"}},
  };
  for (const Case& c : cases) {
    Checked checked(c.schema);
    for (const std::string_view body : c.good)
      EXPECT_EQ(checked.walk(body), Walk::conforms) << c.schema << "  " << body;
    for (const std::string_view body : c.bad)
      EXPECT_EQ(checked.walk(body), Walk::violates) << c.schema << "  " << body;
  }
}

// The walk has quick ways for short numbers and short lists of texts: their edges.
TEST(Keywords, SayTheSameOnQuickWays) {
  const Case cases[] = {
      {R"({"minimum":-5000000000,"exclusiveMaximum":2000000000})",
       {"0.5", "-12345678.5", "99999999.99999999", "-99999999.99999999", "1999999999", "-5000000000"},
       {"2000000000", "-5000000001", "2000000000.0"}},
      {R"({"minimum":99999999})",
       {"99999999", "99999999.5", "100000000"},
       {"99999998.99999999", "-99999999", "0"}},
      {R"({"exclusiveMinimum":0})",
       {"1", "0.00000001", "0.1", "12345678901234"},
       {"0", "-0", "0.0", "-0.1", "-1", "0.00000000"}},
      {R"({"minimum":0})", {"0", "-0", "0.0", "-0.0", "7"}, {"-0.00000001", "-1"}},
      {R"({"minimum":1,"type":"integer"})", {"1", "1.0", "10", "1e0"}, {"0", "0.5", "1.5", "-1"}},
      {R"({"minimum":0.5})", {"0.5", "1", "0.50000000"}, {"0.49999999", "0", "-1"}},
      {R"({"exclusiveMinimum":9223372036854775807})", {"9223372036854775808"}, {"9223372036854775807", "1"}},
      {R"({"enum":["a-long-constant","a-long-constanu","","short"]})",
       {"\"a-long-constant\"", "\"a-long-constanu\"", "\"\"", "\"short\""},
       {"\"a-long-constanv\"", "\"a-long-c\"", "\"shor\"", "\"shorts\""}},
      {R"({"enum":["12345678a","12345678b"]})",
       {"\"12345678a\"", "\"12345678b\""},
       {"\"12345678\"", "\"12345678c\""}},
  };
  for (const Case& c : cases) {
    Checked checked(c.schema);
    for (const std::string_view body : c.good)
      EXPECT_EQ(checked.walk(body), Walk::conforms) << c.schema << body;
    for (const std::string_view body : c.bad)
      EXPECT_EQ(checked.walk(body), Walk::violates) << c.schema << body;
  }
}

TEST(Keywords, WorkForMoreThan64Properties) {
  std::string schema = R"({"properties":{)";
  std::string body = "{";
  for (int i = 0; i < 200; ++i) {
    schema += (i == 0 ? "\"p" : ",\"p") + std::to_string(i) + R"(":{"type":"integer"})";
    body += (i == 0 ? "\"p" : ",\"p") + std::to_string(i) + "\":" + std::to_string(i);
  }
  Checked checked(schema + R"(},"required":["p3","p63","p64","p199"]})");
  EXPECT_EQ(checked.walk(body + "}"), Walk::conforms);
  EXPECT_EQ(checked.walk(body + ",\"p150\":1}"), Walk::violates);
  EXPECT_EQ(checked.walk(R"({"p3":1,"p63":1,"p64":1,"p199":1})"), Walk::conforms);
  EXPECT_EQ(checked.walk(R"({"p3":1,"p63":1,"p64":1})"), Walk::violates);
  EXPECT_EQ(checked.walk(R"({"p3":1,"p63":1,"p64":1,"p199":"x"})"), Walk::violates);
}

// Without a memory of what was asked before, this takes 2^60 steps.
TEST(Keywords, BranchesWithinBranchesTakeNoTime) {
  Checked checked(R"({"anyOf":[{"type":"string"},{"properties":{"n":{"$ref":"#"},"a":{}},"required":["a"]},
                               {"properties":{"n":{"$ref":"#"},"b":{}},"required":["b"]}]})");
  std::string body = "\"end\"";
  for (int i = 0; i < 60; ++i) body = R"({"n":)" + body + R"(,"b":1})";
  EXPECT_EQ(checked.walk(body), Walk::conforms);
  EXPECT_EQ(checked.walk(R"({"n":)" + body + "}"), Walk::violates);
}

TEST(Keywords, EqualityOfManyItemsHasABudget) {
  CompileOptions options;
  options.limits.steps_per_record_max = 1000;
  Checked checked(R"({"uniqueItems":true})", {}, options);
  std::string body = "[0";
  for (int i = 1; i < 300; ++i) body += "," + std::to_string(i);
  EXPECT_EQ(checked.walk(body + "]"), Walk::conforms);
  EXPECT_EQ(checked.walk(body + ",{\"a\":[" + body.substr(1) + "]},{\"a\":[" + body.substr(1) + ",1]}]"),
            Walk::over_budget);
}

TEST(Keywords, FormatsOnlyAnnotateWhenToldSo) {
  CompileOptions options;
  options.assert_formats = false;
  Checked checked(R"({"properties":{"a":{"format":"email"},"b":{"format":"iri"}}})", {}, options);
  EXPECT_EQ(checked.walk(R"({"a":"none","b":"none"})"), Walk::conforms);
}

}  // namespace
}  // namespace assay::schema::json
