#include "judge/masking.h"

#include <gtest/gtest.h>

namespace assay::judge {
namespace {

Masking masking(const char* secret) {
  return Masking({parse_path(secret).value()});
}

TEST(Masking, CoversASecretWhatIsAboveItAndWhatIsBelow) {
  const Masking card = masking("person.card");
  EXPECT_TRUE(card.covers(Part::value, "person.card"));
  EXPECT_TRUE(card.covers(Part::value, "person"));
  EXPECT_TRUE(card.covers(Part::value, "$"));
  EXPECT_TRUE(card.covers(Part::value, "person.card.number[2]"));
  EXPECT_FALSE(card.covers(Part::value, "person.age"));
  EXPECT_FALSE(card.covers(Part::value, "person.cards"));
  EXPECT_FALSE(card.covers(Part::value, "card"));
  EXPECT_FALSE(card.covers(Part::key, "person.card"));
}

TEST(Masking, EachMeetsIndexesAndNames) {
  const Masking each = masking("lines[*].card");
  EXPECT_TRUE(each.covers(Part::value, "lines[17].card"));
  EXPECT_TRUE(each.covers(Part::value, "lines[17]"));
  EXPECT_TRUE(each.covers(Part::value, "lines.some_key.card"));
  EXPECT_TRUE(each.covers(Part::value, R"(lines["odd.key[3]"].card)"));
  EXPECT_FALSE(each.covers(Part::value, "lines[17].quantity"));
  EXPECT_FALSE(each.covers(Part::value, R"(lines["odd.key[3]"].quantity)"));
}

TEST(Masking, NamesAreComparedAsTheyAreHoweverTheyLook) {
  EXPECT_TRUE(masking(R"(["a[0]"])").covers(Part::value, R"(["a[0]"])"));
  EXPECT_FALSE(masking(R"(["a[0]"])").covers(Part::value, R"(["a[1]"])"));
  EXPECT_TRUE(masking(R"(["key:a"])").covers(Part::value, "key:a"));
  EXPECT_TRUE(masking(R"(["header:a"].b)").covers(Part::value, "header:a.b"));
  EXPECT_TRUE(masking(R"(["q\"]x"].b)").covers(Part::value, R"(["q\"]x"].b)"));
  EXPECT_TRUE(masking(R"(["back\\"].b)").covers(Part::value, R"(["back\\"].b)"));
  EXPECT_FALSE(masking(R"(["back\\"].b)").covers(Part::value, R"(["back\\"].c)"));
  EXPECT_TRUE(masking(R"([""].b)").covers(Part::value, R"([""].b)"));
}

TEST(Masking, APathThatCannotBeReadIsAsGoodAsTheWholeBody) {
  for (const char* path : {"", "a[", R"(a["x)", R"(a["x"y)", "a..b", "a]b", R"(a["\q"])"}) {
    EXPECT_TRUE(masking("z.y").covers(Part::value, path)) << path;
  }
}

TEST(Masking, HeadersAreComparedByName) {
  const Masking header = masking("header:x.y[0]");
  EXPECT_TRUE(header.covers(Part::header, "x.y[0]"));
  EXPECT_FALSE(header.covers(Part::header, "x.y[1]"));
  EXPECT_FALSE(header.covers(Part::value, "x"));
  EXPECT_TRUE(header.concerns(Part::header));
  EXPECT_FALSE(header.concerns(Part::value));
  EXPECT_TRUE(masking(R"(header:"quoted")").covers(Part::header, "quoted"));
}

TEST(Masking, TakesTheValueOutOfWhatIsTold) {
  Violation violation;
  violation.kind = "maxLength";
  violation.reason = "is \"secret\", must be shorter";
  violation.fragment = "secret";
  violation.path = "person.card";
  Masking::mask(violation);
  EXPECT_TRUE(violation.masked);
  EXPECT_EQ(violation.reason, "breaks maxLength (value masked)");
  EXPECT_EQ(violation.fragment, "");
  EXPECT_EQ(violation.path, "person.card");
}

}  // namespace
}  // namespace assay::judge
