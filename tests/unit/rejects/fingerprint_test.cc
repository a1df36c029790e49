#include "rejects/fingerprint.h"

#include <gtest/gtest.h>

#include "rejects/cursor.h"
#include "rejects/row.h"

namespace assay::rejects {
namespace {

TEST(Fingerprint, LosesIndexesAndNothingElse) {
  EXPECT_EQ(path_shape("lines[2].quantity"), "lines[*].quantity");
  EXPECT_EQ(path_shape("a[0][17]"), "a[*][*]");
  EXPECT_EQ(path_shape("key:items[3]"), "key:items[*]");
  for (const char* same :
       {"$", "person.age", "a[\"x[1]\"].b", "a[\"q\\\"[1]\"]", "header:h[1]", "a[*].b", "a[", "a[1", "a[]"}) {
    EXPECT_EQ(path_shape(same), same);
  }
}

TEST(Fingerprint, TellsItsPartsApart) {
  const auto base = fingerprint("t", "r", "p", "k");
  EXPECT_EQ(base, fingerprint("t", "r", "p", "k"));
  EXPECT_NE(base, fingerprint("tr", "", "p", "k"));
  EXPECT_NE(base, fingerprint("t", "r", "k", "p"));
  EXPECT_NE(fingerprint("a", "b:", "", ""), fingerprint("a", "b", ":", ""));
}

// People keep fingerprints in tickets: they stay what they are.
TEST(Fingerprint, NeverChanges) {
  EXPECT_EQ(fingerprint_text(fingerprint("customers", "age-positive", "person.age", "exclusiveMinimum")),
            "f49102ae4648a870");
}

TEST(Fingerprint, TextIsSixteenDigits) {
  EXPECT_EQ(fingerprint_text(0xab), "00000000000000ab");
  EXPECT_EQ(parse_fingerprint("00000000000000AB"), 0xabU);
  for (const char* bad :
       {"", "ab", "00000000000000abc", "00000000000000ag", "-0000000000000ab", " 0000000000000ab"}) {
    EXPECT_FALSE(parse_fingerprint(bad)) << bad;
  }
}

TEST(Fingerprint, LeadingViolationIsTheFirstOfTheStrictest) {
  std::vector<Violation> violations(3);
  violations[0].action = Action::mark;
  EXPECT_EQ(leading({}), nullptr);
  violations[1].action = violations[2].action = Action::reject;
  EXPECT_EQ(leading(violations), &violations[1]);
}

TEST(Cursor, ComesBackAndNothingElseDoes) {
  for (const std::uint64_t row : {0ULL, 1ULL, 0xfffffULL, (1ULL << 63) - 1}) {
    const std::string text = cursor_text(row);
    EXPECT_EQ(parse_cursor(text).value(), row);
    for (std::size_t at = 0; at < text.size(); ++at) {
      std::string changed = text;
      changed[at] = changed[at] == '1' ? '2' : '1';
      EXPECT_FALSE(parse_cursor(changed)) << changed;
      EXPECT_FALSE(parse_cursor(text.substr(0, at)));
    }
    EXPECT_FALSE(parse_cursor(text + "0"));
  }
  EXPECT_FALSE(parse_cursor(cursor_text(1ULL << 63))) << "no row has such a number";
}

TEST(Texts, OfStatesOutcomesAndGroupsComeBack) {
  for (const auto state : {RejectState::open, RejectState::replayed, RejectState::discarded}) {
    EXPECT_EQ(parse_state(to_string(state)).value(), state);
  }
  for (const auto outcome :
       {Outcome::rejected, Outcome::diverted, Outcome::marked, Outcome::mark_skipped, Outcome::observed}) {
    EXPECT_EQ(parse_outcome(to_string(outcome)).value(), outcome);
  }
  for (const auto group :
       {StatsGroup::topic, StatsGroup::rule, StatsGroup::client, StatsGroup::fingerprint}) {
    EXPECT_EQ(parse_stats_group(to_string(group)).value(), group);
  }
  EXPECT_EQ(parse_state("closed").error().message(),
            "\"closed\" is no state; there are open, replayed, discarded");
}

TEST(Texts, KeyIsTextOrBase64) {
  EXPECT_EQ(parse_key("k1").value(), (Buffer{'k', '1'}));
  EXPECT_EQ(parse_key("base64:AP8=").value(), (Buffer{0, 255}));
  EXPECT_EQ(parse_key("").value(), Buffer());
  EXPECT_FALSE(parse_key("base64:?"));
}

}  // namespace
}  // namespace assay::rejects
