#include "record/path.h"

#include <gtest/gtest.h>

#include "record/path_trie.h"

namespace assay {
namespace {

TEST(Path, ReadsEveryForm) {
  const auto path = parse_path("lines[*].price.\"net.amount\"[\"x y\"]").value();
  ASSERT_EQ(path.steps.size(), 5U);
  EXPECT_EQ(path.part, Part::value);
  EXPECT_TRUE(path.steps[1].each);
  EXPECT_EQ(path.steps[3].name, "net.amount");
  EXPECT_EQ(path.steps[4].name, "x y");
  EXPECT_TRUE(path.many());
  EXPECT_EQ(parse_path("header:tenant").value().steps[0].name, "tenant");
  EXPECT_EQ(parse_path("header:x.y[0]").value().steps[0].name, "x.y[0]");
  EXPECT_EQ(parse_path("key:").value().steps.size(), 0U);
  EXPECT_EQ(parse_path("key:id").value().part, Part::key);
  EXPECT_TRUE(parse_path("$").value().steps.empty());
}

TEST(Path, SaysWhereItStopsMakingSense) {
  for (const char* text :
       {"", "a..b", "a.", ".a", "a[0]", "a[*", "a[\"x\"", "a b", "header:", "\"a", "a\"b\""}) {
    const auto path = parse_path(text);
    ASSERT_FALSE(path) << text;
    EXPECT_NE(path.error().message().find("column"), std::string::npos) << path.error().message();
  }
}

TEST(Path, TextParsesBackToTheSamePath) {
  for (const char* text : {"a", "a.b[*].c", "key:", "key:a", "header:tenant", "$", "[\"key:a\"]", "[\"$\"].b",
                           "[\"a.b\"][\"\"]", "key:[\"$\"]", "header:\"\\\"q\""}) {
    const auto path = parse_path(text).value();
    EXPECT_EQ(parse_path(to_string(path)).value(), path) << text << " -> " << to_string(path);
  }
}

TEST(PathTrie, SharesPrefixesAndKnowsWhatIsBelowAnItem) {
  const PathTrie trie({{parse_path("a.b").value(), false, 0},
                       {parse_path("a.c[*].d").value(), true, 0},
                       {parse_path("a").value(), false, 1}});
  const auto a = trie.node(PathTrie::kRoot).field("a");
  ASSERT_NE(a, kNoTrieNode);
  EXPECT_EQ(trie.node(a).slots, std::vector<SlotId>{1});
  const auto item = trie.node(trie.node(a).field("c")).each;
  ASSERT_NE(item, kNoTrieNode);
  EXPECT_TRUE(trie.node(trie.node(item).field("d")).below_each);
  EXPECT_EQ(trie.node(trie.node(item).field("d")).leaves, std::vector<LeafId>{0});
  EXPECT_EQ(trie.node(PathTrie::kRoot).field("x"), kNoTrieNode);
  EXPECT_EQ(trie.slot_count(), 2U);
}

}  // namespace
}  // namespace assay
