#include "base/text_position.h"

#include <gtest/gtest.h>

#include <array>
#include <tuple>

namespace assay {
namespace {

TEST(TextPosition, CountsLinesAndBytesFromOne) {
  const std::string_view text = "{\n  \"a\": 1\n}";
  for (const auto& [offset, line, column] :
       {std::tuple{0U, 1U, 1U}, {2U, 2U, 1U}, {4U, 2U, 3U}, {11U, 3U, 1U}, {99U, 3U, 2U}}) {
    EXPECT_EQ(position_of(text, offset).line, line) << offset;
    EXPECT_EQ(position_of(text, offset).column, column) << offset;
  }
}

TEST(PointerToken, EscapesWhatAPointerIsMadeOf) {
  EXPECT_EQ(pointer_token("a/b~c"), "a~1b~0c");
}

TEST(Nearest, SuggestsAnHonestMisspellingOnly) {
  const std::array<std::string_view, 3> words{"minimum", "maximum", "pattern"};
  EXPECT_EQ(nearest("minimun", words), "minimum");
  EXPECT_EQ(nearest("patern", words), "pattern");
  EXPECT_FALSE(nearest("colour", words));
}

}  // namespace
}  // namespace assay
