// What is JSON, and what only looks like it.
#include <gmock/gmock.h>
#include <simdjson.h>

#include <string>

#include "tests/unit/json_schema/checked.h"

namespace assay::schema::json {
namespace {

using namespace std::literals;

const std::string_view kGood[] = {
    "true",
    "false",
    "null",
    "0",
    "-0",
    "12",
    "-1.5e+10",
    "1E400",
    "\"\"",
    "\"a\\n\\u0041\\ud83d\\ude00\"",
    "[]",
    "{}",
    " [ 1 , 2 ] ",
    "\t{\"a\":\n1}\r",
    "{\"a\":{\"a\":[{},[],\"\"]}}",
    "\"\u20ac\"",
    "\"\x7f\"",
    "[1,[2,[3]],{\"b\":null}]",
    "123456789012345678901234567890",
    "0.00000000000000000000001",
    "{\"\":0}",
    "{\"a\":1,\"A\":2}",
};

const std::string_view kBad[] = {
    "",
    " ",
    "\n",
    "tru",
    "truex",
    "true1",
    "nul",
    "nulll",
    "True",
    "falsey",
    "01",
    "-",
    "-a",
    "+1",
    "1.",
    ".5",
    "1e",
    "1e+",
    "0x10",
    "1a",
    "1 2",
    "1,",
    ",1",
    "[",
    "]",
    "[1",
    "[1,",
    "[1,]",
    "[,1]",
    "[1 2]",
    "{",
    "}",
    "{\"a\"",
    "{\"a\":",
    "{\"a\":1",
    "{\"a\":1,",
    "{\"a\":1,}",
    "{a:1}",
    "{\"a\" 1}",
    "{\"a\":1 \"b\":2}",
    "{1:2}",
    "{}x",
    "{} {}",
    "[]]",
    "{}}",
    "\"",
    "\"a",
    "a\"",
    "\"a\"b",
    "\"a\"\"b\"",
    "\"\\q\"",
    "\"\\u12\"",
    "\"\\u12g4\"",
    "\"\\ud800\"",
    "\"\\ud800\\u0041\"",
    "\"\\udc00\"",
    "\"\\ud800\\ud800\"",
    "\"a\nb\"",
    "\"a\tb\"",
    "\"a\x01\"",
    "\x01",
    "1\x0c",
    "[1\x0c,2]",
    "\xEF\xBB\xBF{}",
    "{}\xEF\xBB\xBF",
    "\"\xff\"",
    "\"\xc3\"",
    "\"\xed\xa0\x80\"",
    "\"\xc0\x80\"",
    "\xc3\xa9",
    "NaN",
    "Infinity",
    "'a'",
    "[1]/*c*/",
    "\\\"a\"",
    "{\"a\":\\\"b\"}",
    "true\"x\"",
    "1\"x\"",
    "[true\"x\"]",
    "{\"\\q\":1}",
    "{\"\\ud800\":1}",
    "nul\0l"sv,
    "\0"sv,
    "1\0"sv,
    "\0001"sv,
    "[1,\0]"sv,
    "{}\0"sv,
    "\"\0\""sv,
    "1\n\0\n2"sv,
    "{}\n\0\n"sv,
};

TEST(Body, IsJsonToTheLastByte) {
  Checked plain("true");
  for (const std::string_view body : kGood) EXPECT_EQ(plain.walk(body), Walk::conforms) << body;
  for (const std::string_view body : kBad) EXPECT_EQ(plain.walk(body), Walk::malformed) << body;
}

// The kernels of simdjson's first stage take some bytes for different tokens; the verdicts are the same.
TEST(Body, IsTheSameWithEachKernel) {
  auto& active = simdjson::get_active_implementation();
  const simdjson::implementation* const before = active;
  std::size_t kernels = 0;
  for (const simdjson::implementation* kernel : simdjson::get_available_implementations()) {
    if (!kernel->supported_by_runtime_system()) continue;
    ++kernels;
    active = kernel;
    Checked plain("true");
    for (const std::string_view body : kGood)
      EXPECT_EQ(plain.walk(body), Walk::conforms) << kernel->name() << body;
    for (const std::string_view body : kBad)
      EXPECT_EQ(plain.walk(body), Walk::malformed) << kernel->name() << body;
  }
  active = before;
  EXPECT_GT(kernels, 1U);  // at least the one without SIMD, and the machine's
}

TEST(Body, CutAnywhereIsMalformed) {
  Checked plain("true");
  const std::string_view body =
      "{\"name\":\"J\\u00f6rg \xe2\x82\xac\",\"list\":[1,-2.5e3,true,false,null,{\"x\":\"\"}]}";
  ASSERT_EQ(plain.walk(body), Walk::conforms);
  for (std::size_t size = 0; size < body.size(); ++size) {
    EXPECT_EQ(plain.walk(body.substr(0, size)), Walk::malformed) << body.substr(0, size);
  }
}

// Bodies are joined for the first stage; none may reach into its neighbour.
TEST(Body, IsJudgedAsIfAlone) {
  Checked plain("true");
  std::vector<std::string_view> texts;
  for (const std::string_view good : kGood) {
    texts.push_back(good);
    for (const std::string_view bad :
         {"[1", "{\"a\":", "\"open", "{\"a\":1", "1", "\\", "\"\\", "a\"", "\xc3", "]", ",", ":1}", ""}) {
      texts.push_back(bad);
    }
  }
  std::vector<Bytes> bodies;
  for (const std::string_view text : texts) bodies.push_back(as_bytes(text));
  NotedLeaves leaves;
  std::vector<Walk> alone;
  for (const Bytes& body : bodies) {
    plain.validator().begin({&body, 1}, plain.workspace());
    alone.push_back(plain.validator().walk(0, plain.workspace(), {}, leaves));
  }
  // In pairs: a first stage without an error judges both at once.
  for (std::size_t i = 0; i + 1 < bodies.size(); ++i) {
    plain.validator().begin({&bodies[i], 2}, plain.workspace());
    EXPECT_EQ(plain.validator().walk(0, plain.workspace(), {}, leaves), alone[i])
        << texts[i] << " | " << texts[i + 1];
    EXPECT_EQ(plain.validator().walk(1, plain.workspace(), {}, leaves), alone[i + 1])
        << texts[i] << " | " << texts[i + 1];
  }
  plain.validator().begin(bodies, plain.workspace());
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    EXPECT_EQ(plain.validator().walk(i, plain.workspace(), {}, leaves), alone[i]) << i << ' ' << texts[i];
  }
}

TEST(Body, HasEachNameOnce) {
  Checked plain("true");
  for (const std::string_view body :
       {R"({"a":1,"a":1})", R"({"a":1,"\u0061":2})", R"({"x":{"b":1,"c":2,"b":3}})",
        R"([{"a":1},{"a":1,"b":2,"a":3}])", R"({"":1,"":2})", R"({"abcdefghij":1,"abcdefghij":2})",
        R"({"\n":1,"\u000a":2})"}) {
    EXPECT_EQ(plain.walk(body), Walk::violates) << body;
  }
  EXPECT_THAT(plain.why(R"({"a":{"b":1,"b":2}})"),
              testing::ElementsAre("a.b: schema.duplicate_key: stands twice in its object"));
  // Also among many, and where the schema knows the name.
  std::string many = "{";
  for (int i = 0; i < 1000; ++i) many += "\"n" + std::to_string(i) + "\":0,";
  EXPECT_EQ(plain.walk(many + "\"z\":0}"), Walk::conforms);
  EXPECT_EQ(plain.walk(many + "\"n500\":0}"), Walk::violates);
  Checked known(R"({"properties":{"a":{},"b":{}}})");
  EXPECT_EQ(known.walk(R"({"a":1,"b":2})"), Walk::conforms);
  EXPECT_EQ(known.walk(R"({"a":1,"b":2,"\u0061":1})"), Walk::violates);
  EXPECT_EQ(known.walk(R"({"b":1,"c":2,"c":1})"), Walk::violates);
}

TEST(Body, HasLimits) {
  CompileOptions options;
  options.limits.depth_max = 10;
  Checked shallow("true", {}, options);
  EXPECT_EQ(shallow.walk(std::string(10, '[') + std::string(10, ']')), Walk::conforms);
  EXPECT_EQ(shallow.walk(std::string(11, '[') + std::string(11, ']')), Walk::over_budget);
  Checked plain("true");
  EXPECT_EQ(plain.walk(std::string(100'000, '[')), Walk::over_budget);
  options.limits.steps_per_record_max = 100;
  Checked few("true", {}, options);
  std::string items = "[1";
  for (int i = 0; i < 99; ++i) items += ",1";
  EXPECT_EQ(few.walk(items + "]"), Walk::conforms);
  EXPECT_EQ(few.walk(items + ",1]"), Walk::over_budget);
}

TEST(Body, MaySpanChunks) {
  Checked typed(R"({"type":"array","items":{"type":"integer"}})");
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < 40; ++i) {
    std::string text = "[0";
    for (std::size_t n = 0; n < 200 + 997 * i; ++n) text += ",1";
    texts.push_back(text + (i % 3 == 0 ? ",\"x\"]" : i % 3 == 1 ? "]" : "\"]"));
  }
  std::vector<Bytes> bodies;
  for (const std::string& text : texts) bodies.push_back(as_bytes(text));
  NotedLeaves leaves;
  for (int round = 0; round < 2; ++round) {
    typed.validator().begin(bodies, typed.workspace());
    for (std::size_t i = 0; i < bodies.size(); ++i) {
      const Walk wanted = i % 3 == 0 ? Walk::violates : i % 3 == 1 ? Walk::conforms : Walk::malformed;
      EXPECT_EQ(typed.validator().walk(i, typed.workspace(), {}, leaves), wanted) << i;
    }
  }
}

TEST(Body, IsShownAsItIs) {
  const auto schema = parse("true", {}, Limits{}).value();
  EXPECT_EQ(schema->to_json(as_bytes("{\"a\": 1}"sv)).value(), "{\"a\": 1}");
  EXPECT_EQ(schema->to_json(as_bytes("{\"a\": 1"sv)).error().code(), ErrorCode::invalid);
  EXPECT_EQ(schema->to_json(as_bytes("\"\xff\""sv)).error().code(), ErrorCode::invalid);
}

}  // namespace
}  // namespace assay::schema::json
