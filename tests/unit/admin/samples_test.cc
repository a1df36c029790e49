// Samples as people write them.
#include "proxy/admin/samples.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace assay::proxy {
namespace {

using testing::HasSubstr;

std::string text(const std::optional<Buffer>& bytes) {
  return bytes ? std::string(as_text(*bytes)) : "(null)";
}

TEST(Sample, IsAValueAsItStands) {
  for (const char* json : {"{\"a\": 1.50}", "17", "null", "no JSON at all", "{\"$record\": 1, \"b\": 2}"}) {
    EXPECT_EQ(text(parse_sample(json)->value), json);
  }
}

TEST(Sample, OfARecordHasKeyValueAndHeaders) {
  const auto sample = parse_sample(
      R"({"$record":{"key":"k","value":{"a":1},"headers":{"h":["x",null],"b":{"base64":"AAE="}}}})");
  ASSERT_TRUE(sample) << sample.error().message();
  EXPECT_EQ(text(sample->key), "k");
  EXPECT_EQ(text(sample->value), R"({"a":1})");
  ASSERT_EQ(sample->headers.size(), 3U);
  EXPECT_EQ(text(sample->headers[0].second), "x");
  EXPECT_EQ(text(sample->headers[1].second), "(null)");
  EXPECT_EQ(sample->headers[2].second, (Buffer{0, 1}));
}

TEST(Sample, OfARecordIsATombstoneWhereTheValueIsNull) {
  EXPECT_FALSE(parse_sample(R"({"$record":{"key":"k","value":null}})")->value);
}

TEST(Sample, SaysWhatItDoesNotUnderstand) {
  for (const auto& [json, why] : {std::pair{R"({"$record":1})", "$record"},
                                  {R"({"$record":{"vlaue":1}})", "vlaue"},
                                  {R"({"$record":{"headers":[]}})", "headers"},
                                  {R"({"$record":{"value":{"base64":"?"}}})", "base64"}}) {
    const auto sample = parse_sample(json);
    ASSERT_FALSE(sample) << json;
    EXPECT_THAT(sample.error().message(), HasSubstr(why));
  }
}

TEST(Sample, KeepsWhatIsWritten) {
  const auto text_of = [](const char* json) { return text(parse_sample(json)->value); };
  EXPECT_EQ(text_of(R"({"$record": {"value": {"a": 1.000000000000000000001, "a": 0.10} }})"),
            R"({"a": 1.000000000000000000001, "a": 0.10})");
  EXPECT_EQ(text_of(R"({"$record":{"value":12345678901234567890.50 }})"), "12345678901234567890.50");
  EXPECT_EQ(text_of(R"({"$record":{"value":"\u00e9\"" }})"), "\u00e9\"");
}

TEST(Sample, MayBeNestedWithoutEnd) {
  constexpr std::size_t kDepth = 1'000'000;
  const std::string deep = std::string(kDepth, '[') + std::string(kDepth, ']');
  EXPECT_EQ(text(parse_sample(deep)->value), deep);
  EXPECT_EQ(text(parse_sample(R"({"$record":{"value":)" + deep + "}}")->value), deep);
}

TEST(Sample, IsFramedInNetworkOrder) {
  Sample sample;
  sample.value = Buffer{'{', '}'};
  frame_value(sample, 0x01020304);
  EXPECT_EQ(sample.value, (Buffer{0, 1, 2, 3, 4, '{', '}'}));
  Sample tombstone;
  frame_value(tombstone, 1);
  EXPECT_FALSE(tombstone.value);
}

}  // namespace
}  // namespace assay::proxy
