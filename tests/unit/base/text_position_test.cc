#include "base/text_position.h"

#include <gtest/gtest.h>

#include <array>

namespace assay {
namespace {

constexpr std::string_view kJson = R"({ "a": 1,
  "rules": [ { "name": "x", "check": { "minimum": 3 } },
             { "na/me": "y, \" }", "check": [ 1, 2 ] } ]
})";

void expect_at(std::string_view pointer, PointerTarget target, std::uint32_t line, std::uint32_t column) {
  const auto at = position_of_pointer(kJson, pointer, target);
  ASSERT_TRUE(at) << pointer;
  EXPECT_EQ(at->line, line) << pointer;
  EXPECT_EQ(at->column, column) << pointer;
}

TEST(TextPosition, FindsWhatAPointerNames) {
  expect_at("", PointerTarget::value, 1, 1);
  expect_at("/a", PointerTarget::value, 1, 8);
  expect_at("/rules/0/check/minimum", PointerTarget::value, 2, 51);
  expect_at("/rules/0/check/minimum", PointerTarget::key, 2, 40);
  expect_at("/rules/1/na~1me", PointerTarget::value, 3, 25);
  expect_at("/rules/1/check/1", PointerTarget::value, 3, 50);
}

TEST(TextPosition, IsNothingForWhatIsNotThere) {
  EXPECT_FALSE(position_of_pointer(kJson, "/b"));
  EXPECT_FALSE(position_of_pointer(kJson, "/rules/2"));
  EXPECT_FALSE(position_of_pointer(kJson, "/a/b"));
}

TEST(Nearest, SuggestsAnHonestMisspellingOnly) {
  const std::array<std::string_view, 3> words{"minimum", "maximum", "pattern"};
  EXPECT_EQ(nearest("minimun", words), "minimum");
  EXPECT_EQ(nearest("patern", words), "pattern");
  EXPECT_FALSE(nearest("colour", words));
}

}  // namespace
}  // namespace assay
