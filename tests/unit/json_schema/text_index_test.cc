#include "registry/schema/json_schema/text_index.h"

#include <gtest/gtest.h>

#include <string>

namespace assay::schema::json {
namespace {

std::string tokens(const IndexedText& text) {
  std::string out;
  for (const std::uint32_t* at = text.at; *at < text.end; ++at) out += static_cast<char>(text.text[*at]);
  return out;
}

TEST(TextIndex, EndsEachBodyWithATokenThatJsonDoesNotHave) {
  const std::string texts[] = {"[1,2]", "", "{\"a\":true}"};
  std::vector<Bytes> bodies;
  for (const std::string& text : texts) bodies.push_back(as_bytes(text));
  TextIndex index;
  index.begin(bodies);
  const std::string wanted[] = {"[1,2]", "", "{\":t}"};
  for (std::size_t i = 0; i < 3; ++i) {
    const IndexedText text = index.open(i);
    ASSERT_EQ(text.error, simdjson::SUCCESS);
    EXPECT_EQ(tokens(text), wanted[i]);
    EXPECT_EQ(text.text[text.end], '\0');
    EXPECT_EQ(text.end - text.begin, texts[i].size() + 1);
  }
}

TEST(TextIndex, BlamesOnlyTheBodyThatIsWrong) {
  const std::string texts[] = {"[1]", "\"open", "[2]"};
  std::vector<Bytes> bodies;
  for (const std::string& text : texts) bodies.push_back(as_bytes(text));
  TextIndex index;
  index.begin(bodies);
  EXPECT_EQ(tokens(index.open(0)), "[1]");
  EXPECT_NE(index.open(1).error, simdjson::SUCCESS);
  EXPECT_EQ(tokens(index.open(2)), "[2]");
}

TEST(TextIndex, KnowsWhereBackslashesMayBe) {
  const std::string texts[] = {"\"a\"", "\"\\n\"", "\"b\"", "\"\\\\\""};
  std::vector<Bytes> bodies;
  for (const std::string& text : texts) bodies.push_back(as_bytes(text));
  TextIndex index;
  index.begin(bodies);
  const bool wanted[] = {false, true, false, true};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(index.open(i).escapes, wanted[i]) << i;
}

TEST(TextIndex, DoesNotJudgeGiants) {
  const std::string giant(TextIndex::kBodyBytesMax, ' ');
  const std::string small = "1";
  const Bytes bodies[] = {as_bytes(small), as_bytes(giant), as_bytes(small)};
  TextIndex index;
  index.begin(bodies);
  EXPECT_EQ(tokens(index.open(0)), "1");
  EXPECT_EQ(index.open(1).error, simdjson::CAPACITY);
  EXPECT_EQ(tokens(index.open(2)), "1");
}

}  // namespace
}  // namespace assay::schema::json
