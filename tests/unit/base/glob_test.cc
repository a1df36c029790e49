#include "base/glob.h"

#include <gtest/gtest.h>

#include <string>

namespace assay {
namespace {

TEST(Glob, MatchesRunsAndSingles) {
  EXPECT_TRUE(glob_matches("customers", "customers"));
  EXPECT_TRUE(glob_matches("customers.*", "customers.eu"));
  EXPECT_TRUE(glob_matches("*", ""));
  EXPECT_TRUE(glob_matches("a*b*c", "a-b-b-c"));
  EXPECT_TRUE(glob_matches("order?", "orders"));
  EXPECT_FALSE(glob_matches("customers.*", "customers"));
  EXPECT_FALSE(glob_matches("order?", "order"));
  EXPECT_FALSE(glob_matches("", "a"));
}

TEST(Glob, AStarInTheTextIsNoWildcard) {
  EXPECT_FALSE(glob_matches("a", "*"));
  EXPECT_TRUE(glob_matches("*", "*"));
}

TEST(Glob, HostilePatternsStayLinear) {
  const std::string text(20'000, 'a');
  std::string pattern;
  for (int i = 0; i < 2'000; ++i) pattern += "a*";
  EXPECT_FALSE(glob_matches(pattern + "b", text));
}

}  // namespace
}  // namespace assay
