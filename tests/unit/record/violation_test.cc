#include "record/violation.h"

#include <gtest/gtest.h>

namespace assay {
namespace {

TEST(Violation, ReadsAsASentence) {
  Violation violation;
  violation.rule = "age-positive";
  violation.path = "person.age";
  violation.reason = "is -1, must be greater than 0";
  EXPECT_EQ(describe(violation, 512), "rule age-positive: person.age is -1, must be greater than 0");
  violation.rule = kSchemaRule;
  violation.part = Part::key;
  EXPECT_EQ(describe(violation, 512), "schema: key:person.age is -1, must be greater than 0");
}

TEST(Violation, IsCutAtACodePoint) {
  Violation violation;
  violation.rule = "r";
  violation.path = "$";
  violation.reason = "\u20ac\u20ac\u20ac\u20ac";
  for (std::size_t max = 3; max < 24; ++max) {
    const auto text = describe(violation, max);
    EXPECT_LE(text.size(), max);
    EXPECT_NE(static_cast<unsigned char>(text[text.size() - 4 < text.size() ? text.size() - 4 : 0]) & 0xC0U,
              0xC0U);
  }
}

TEST(Action, OrdersFromMildToStrict) {
  EXPECT_LT(Action::observe, Action::mark);
  EXPECT_LT(Action::mark, Action::divert);
  EXPECT_LT(Action::divert, Action::reject);
}

}  // namespace
}  // namespace assay
