#include "record/pattern.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

namespace assay {
namespace {

constexpr std::size_t kMemory = 1UL << 20;

struct Case {
  std::string_view pattern;
  std::string_view text;
  bool found;
};

TEST(Pattern, SearchesAsEcmaSays) {
  const Case cases[] = {
      {"", "anything", true},
      {"^a*$", "aaa", true},
      {"^a*$", "aab", false},
      {"sex", "expression", false},
      {"e", "expression", true},
      {"^$", "", true},
      {"^$", "a", false},
      {"^ORD-", "ORD-7", true},
      {"^ORD-", "aORD-7", false},
      {"\\.json$", "a.json", true},
      {"\\.json$", "a.json\n", false},
      {"a.c", "a\u20acc", true},
      {"a.c", "a\nc", false},
      {"a.c", "a\u2028c", false},
      {"^\\d+$", "123", true},
      {"^\\d+$", "\u0661", false},
      {"^\\D$", "\u0661", true},
      {"^\\w+$", "a_9", true},
      {"^\\w$", "\u00e9", false},
      {"^[\\W]$", "\u00e9", true},
      {"^\\s$", "\u00a0", true},
      {"^\\s$", "\ufeff", true},
      {"^\\S$", "\u2003", false},
      {"^[^\\s]+$", "a\u3000", false},
      {"^[\\s\\S]*$", "a\n\u20ac", true},
      {"^[^@]+@[^@]+$", "a\u00e9@b", true},
      {"^[^@]+@[^@]+$", "a@b@c", false},
      {"^[A-Z]{2,3}-[0-9]{4}$", "ABC-0123", true},
      {"^[A-Z]{2,3}-[0-9]{4}$", "ABCD-0123", false},
      {"^[A-Z]{2,3}-[0-9]{4}$", "ABC-01234", false},
      {"^[a-z]{0,2}b$", "aab", true},
      {"^[a-z]{0,2}b$", "bb", true},
      {"^\\u0041\\x42\\u{43}\\cJ$", "ABC\n", true},
      {"^\\ud83d\\ude00$", "\U0001F600", true},
      {"^.$", "\U0001F600", true},
      {"^\\p{Lu}\\p{Letter}+$", "\u00c9t\u00e9", true},
      {"^\\p{Script=Greek}+$", "\u03b1\u03b2", true},
      {"^[\\p{L}\\d]+$", "\u00e97", true},
      {"^[^\\p{L}]+$", "7\u00e9", false},
      {"^(?<year>\\d{4})-(?:0[1-9]|1[0-2])$", "2026-12", true},
      {"^(?<year>\\d{4})-(?:0[1-9]|1[0-2])$", "2026-13", false},
      {"\\bcat\\b", "a cat", true},
      {"\\bcat\\b", "concat", false},
      {"^[\\w-.]+$", "a-b.c", true},
      {"^a{,3}$", "a{,3}", true},
      {"^x{2}$", "xx", true},
      {"^x{2}$", "xxx", false},
      {"[]", "a", false},
      {"^[^]$", "\n", true},
      {"^[\\b]$", "\b", true},
      {"^a+?$", "aaa", true},
      {"colou?r", "the color", true},
  };
  for (const Case& c : cases) {
    const auto pattern = Pattern::compile(c.pattern, kMemory);
    ASSERT_TRUE(pattern) << c.pattern << ": " << pattern.error().message();
    EXPECT_EQ(pattern->search(c.text), c.found) << c.pattern << " in \"" << c.text << '"';
  }
}

// What runs without RE2 says what RE2 would: here, all texts of up to four characters over a small alphabet.
TEST(Pattern, SimpleFormsAgreeWithRe2) {
  constexpr std::string_view kAlphabet[] = {"a", "b", "0", "-", "\n", "\u00e9"};
  std::vector<std::string> texts{""};
  for (std::size_t from = 0, length = 1; length <= 4; ++length) {
    const std::size_t to = texts.size();
    for (; from < to; ++from) {
      for (const std::string_view letter : kAlphabet) texts.push_back(texts[from] + std::string(letter));
    }
  }
  for (const std::string_view text : {"",           "^",          "$",           "^$",
                                      "^ab",        "ab$",        "ab",          "^ab$",
                                      "^[ab]+$",    "^[^ab]{2}",  "^[ab]{1,2}$", "^[ab]?[0-]*$",
                                      "^a{2}$",     "^\\d+-\\w$", "^a?b?0?$",    "^[^-]+-[^-]*$",

                                      "^[ab]{2,}0", "^[ab]{4}$",  "^a[a-b]{3}",  "^[ab0]{4}",
                                      "^\\D{3}$"}) {
    const auto pattern = Pattern::compile(text, kMemory);
    ASSERT_TRUE(pattern);
    EXPECT_TRUE(pattern->simple()) << text;
    const re2::RE2 twin(re2_syntax_of(text).value());
    for (const std::string& sample : texts) {
      ASSERT_EQ(pattern->search(sample), re2::RE2::PartialMatch(sample, twin))
          << text << " in \"" << sample << '"';
    }
  }
}

TEST(Pattern, ComparesFixedFormsOfAnyLength) {
  for (std::uint32_t size = 4; size <= 70; ++size) {
    const auto pattern = Pattern::compile("^[0-9]{" + std::to_string(size - 2) + "}-[A-Z]$", kMemory);
    ASSERT_TRUE(pattern);
    const std::string good = std::string(size - 2, '7') + "-Q";
    EXPECT_TRUE(pattern->search(good));
    EXPECT_FALSE(pattern->search(good + "Q"));
    EXPECT_FALSE(pattern->search(good.substr(1)));
    for (std::size_t i = 0; i < good.size(); ++i) {
      for (const char c : {'/', ':', '@', '[', '\0', '\x7f', '\xc3'}) {
        std::string bad = good;
        bad[i] = c;
        EXPECT_FALSE(pattern->search(std::string(bad.begin(), bad.end()))) << bad;
      }
    }
  }
}

TEST(Pattern, LeavesBacktrackingToRe2) {
  for (const std::string_view text :
       {"^[a-z]{0,2}b$", "[0-9]+", "^a|b$", "^(a)$", "^a*ab$", "\\p{L}", "[\u00e0-\u00ff]"}) {
    const auto pattern = Pattern::compile(text, kMemory);
    ASSERT_TRUE(pattern);
    EXPECT_FALSE(pattern->simple()) << text;
  }
}

TEST(Pattern, SaysWhyItCannotRun) {
  const std::pair<std::string_view, ErrorCode> cases[] = {
      {"(?=a)", ErrorCode::unsupported},
      {"(?!a)b", ErrorCode::unsupported},
      {"(?<=a)b", ErrorCode::unsupported},
      {"(a)\\1", ErrorCode::unsupported},
      {"(?<n>a)\\k<n>", ErrorCode::unsupported},
      {"a{1001}", ErrorCode::unsupported},
      {"\\p{Emoji}", ErrorCode::unsupported},
      {"\\ud800", ErrorCode::unsupported},
      {"(a{1000}){1000}", ErrorCode::too_large},
      {"a**", ErrorCode::invalid},
      {"*a", ErrorCode::invalid},
      {"(a", ErrorCode::invalid},
      {"a)", ErrorCode::invalid},
      {"[a", ErrorCode::invalid},
      {"[b-a]", ErrorCode::invalid},
      {"a{2,1}", ErrorCode::invalid},
      {"\\a", ErrorCode::invalid},
      {"\\Z", ErrorCode::invalid},
      {"\\", ErrorCode::invalid},
      {"\\x4", ErrorCode::invalid},
      {"\\u{110000}", ErrorCode::invalid},
      {"\\c1", ErrorCode::invalid},
      {"\\012", ErrorCode::invalid},
      {"(?a)", ErrorCode::invalid},
      {"\\p{Script=Nowhere}", ErrorCode::unsupported},
  };
  for (const auto& [text, code] : cases) {
    const auto pattern = Pattern::compile(text, kMemory);
    ASSERT_FALSE(pattern) << text;
    EXPECT_EQ(pattern.error().code(), code) << text << ": " << pattern.error().message();
  }
  EXPECT_EQ(Pattern::compile("a(?=b)", kMemory).error().message(),
            "pattern \"a(?=b)\": look-around does not run in linear time (column 3)");
}

TEST(Pattern, BoundsGroupsWithinGroups) {
  const std::string deep = std::string(10'000, '(') + std::string(10'000, ')');
  EXPECT_EQ(Pattern::compile(deep, kMemory).error().code(), ErrorCode::too_large);
}

}  // namespace
}  // namespace assay
