// What walks leave in slots, and what they offer to leaves.
#include <gmock/gmock.h>

#include "harness.h"

namespace assay::schema::avro {
namespace {

using testing::ElementsAre;

std::vector<std::string> shown(const std::vector<Offer>& offers) {
  std::vector<std::string> lines;
  for (const Offer& offer : offers)
    lines.push_back(std::to_string(offer.leaf) + " " + offer.path + " = " + text(offer.value));
  return lines;
}

std::vector<std::string> shown(const std::vector<Value>& slots) {
  std::vector<std::string> texts;
  for (const Value& value : slots) texts.push_back(text(value));
  return texts;
}

TEST(Slots, HoldEveryKind) {
  const Checked checked(R"({"type":"record","name":"R","fields":[
      {"name":"b","type":"boolean"},{"name":"f","type":"float"},{"name":"d","type":"double"},{"name":"y","type":"bytes"},
      {"name":"e","type":{"type":"enum","name":"E","symbols":["X","Y"]}},{"name":"n","type":"null"}]})",
                        {"b", "f", "d", "y", "e", "n", "$", "nothing", "b.below"});
  const Outcome outcome =
      checked.run(BodyWriter().raw({1}).real(0.1F).real(0.1).raw({4, 0xAB, 0xCD}).integer(1));
  EXPECT_THAT(shown(outcome.slots), ElementsAre("true", "0.1", "0.1", "0xabcd", "\"Y\"", "null",
                                                "an object of 6", "absent", "absent"));
  EXPECT_TRUE(outcome.slots[1].single);
  EXPECT_FALSE(outcome.slots[2].single);
  EXPECT_EQ(outcome.slots[4].logical, Logical::enumeration);
}

TEST(Slots, SeveralPathsOfOnePlace) {
  const Checked checked(R"({"type":"record","name":"R","fields":[{"name":"a","type":"long"}]})",
                        {"a", "a", "a"});
  EXPECT_THAT(shown(checked.run(BodyWriter().integer(-9)).slots), ElementsAre("-9", "-9", "-9"));
}

TEST(Slots, UnionBranchesAreTransparent) {
  const Checked checked(R"({"type":"record","name":"R","fields":[{"name":"p","type":["null",
      {"type":"record","name":"A","fields":[{"name":"x","type":"int"},{"name":"y","type":"int"}]},
      {"type":"record","name":"B","fields":[{"name":"y","type":"string"}]}, "string"]}]})",
                        {"p", "p.x", "p.y"});
  EXPECT_THAT(shown(checked.run({0}).slots), ElementsAre("null", "absent", "absent"));
  EXPECT_THAT(shown(checked.run({2, 2, 4}).slots), ElementsAre("an object of 2", "1", "2"));
  EXPECT_THAT(shown(checked.run({4, 2, 'q'}).slots), ElementsAre("an object of 1", "absent", "\"q\""));
  EXPECT_THAT(shown(checked.run({6, 2, 'q'}).slots), ElementsAre("\"q\"", "absent", "absent"));
}

TEST(Slots, FollowRecursionAsFarAsThePathGoes) {
  const Checked checked(
      R"({"type":"record","name":"N","fields":[{"name":"v","type":"int"},{"name":"next","type":["null","N"]}]})",
      {"v", "next.v", "next.next.v", "next.next"});
  EXPECT_THAT(shown(checked.run({2, 2, 4, 2, 6, 2, 8, 0}).slots),
              ElementsAre("1", "2", "3", "an object of 2"));
  EXPECT_THAT(shown(checked.run({2, 2, 4, 0}).slots), ElementsAre("1", "2", "absent", "null"));
}

TEST(Slots, MapValuesByKeyAndTheLastOneWins) {
  const Checked checked(
      R"({"type":"map","values":["null","int",{"type":"record","name":"R","fields":[{"name":"x","type":"int"}]}]})",
      {"a", "a.x", "b", "$"});
  const Buffer body =
      BodyWriter().integer(3).text("a").raw({4, 2}).text("c").raw({2, 4}).text("b").raw({0}).integer(0);
  EXPECT_THAT(shown(checked.run(body).slots), ElementsAre("an object of 1", "1", "null", "an object of 3"));
  const Buffer again =
      BodyWriter().integer(1).text("a").raw({4, 2}).integer(1).text("a").raw({2, 8}).raw({0});
  EXPECT_THAT(shown(checked.run(again).slots), ElementsAre("4", "absent", "absent", "an object of 2"));
}

TEST(Leaves, OfferEachItemInOrderWithItsPath) {
  const Checked checked(
      R"({"type":"record","name":"O","fields":[{"name":"lines","type":{"type":"array","items":
      {"type":"record","name":"L","fields":[{"name":"q","type":"int"},{"name":"tags","type":{"type":"array","items":"string"}}]}}}]})",
      {"lines[*].q", "lines[*]", "lines[*].tags[*]", "lines[*].tags"});
  const Buffer body = BodyWriter()
                          .integer(1)
                          .integer(5)
                          .raw({0})
                          .integer(-1)
                          .integer(6)
                          .integer(6)
                          .integer(1)
                          .text("ab")
                          .raw({0})
                          .raw({0});
  EXPECT_THAT(
      shown(checked.run(body).offers),
      ElementsAre("1 lines[0] = an object of 2", "0 lines[0].q = 5", "3 lines[0].tags = an array of 0",
                  "1 lines[1] = an object of 2", "0 lines[1].q = 6", "2 lines[1].tags[0] = \"ab\"",
                  "3 lines[1].tags = an array of 1"));
}

TEST(Leaves, MembersThatAreNotThereAreOfferedAsAbsent) {
  const Checked checked(R"({"type":"array","items":["null","int",
      {"type":"record","name":"A","fields":[{"name":"x","type":"int"}]},
      {"type":"record","name":"B","fields":[{"name":"y","type":["null","A"]}]}]})",
                        {"[*].x", "[*].y.x"});
  EXPECT_THAT(
      shown(checked
                .run(BodyWriter().integer(5).raw({4, 2}).raw({6, 0}).raw({6, 2, 4}).raw({0}).raw({2, 2}).raw(
                    {0}))
                .offers),
      ElementsAre("0 [0].x = 1", "1 [0].y.x = absent",  //
                  "1 [1].y.x = absent", "0 [1].x = absent", "1 [2].y.x = 2", "0 [2].x = absent",
                  "0 [3].x = absent", "1 [3].y.x = absent", "0 [4].x = absent", "1 [4].y.x = absent"));
}

TEST(Leaves, NullIsOfferedAsNull) {
  const Checked checked(R"({"type":"array","items":["null","int"]})", {"[*]"});
  EXPECT_THAT(shown(checked.run(BodyWriter().integer(2).raw({0, 2, 14, 0})).offers),
              ElementsAre("0 [0] = null", "0 [1] = 7"));
  EXPECT_THAT(shown(Checked(R"({"type":"array","items":"null"})", {"[*]"}).run({4, 0}).offers),
              ElementsAre("0 [0] = null", "0 [1] = null"));
}

TEST(Leaves, MapValuesEachAndByKey) {
  const Checked checked(R"({"type":"map","values":{"type":"map","values":"int"}})",
                        {"[*].k", "[*][*]", "a[*]", "a.k"});
  const Buffer body = BodyWriter()
                          .integer(2)
                          .text("a")
                          .integer(1)
                          .text("k")
                          .integer(1)
                          .raw({0})
                          .text("odd key")
                          .integer(1)
                          .text("z")
                          .integer(2)
                          .raw({0, 0});
  const Outcome outcome = checked.run(body);
  EXPECT_THAT(shown(outcome.offers), ElementsAre("0 a.k = 1", "2 a.k = 1", "1 a.k = 1",
                                                 "1 [\"odd key\"].z = 2", "0 [\"odd key\"].k = absent"));
  EXPECT_THAT(shown(outcome.slots), ElementsAre("1"));
}

TEST(Leaves, DuplicateKeysAreEachOffered) {
  const Checked checked(R"({"type":"array","items":{"type":"map","values":"int"}})", {"[*].k"});
  EXPECT_THAT(shown(checked
                        .run(BodyWriter()
                                 .integer(2)
                                 .integer(2)
                                 .text("k")
                                 .raw({2})
                                 .text("k")
                                 .raw({4})
                                 .raw({0})
                                 .raw({0})
                                 .raw({0}))
                        .offers),
              ElementsAre("0 [0].k = 1", "0 [0].k = 2", "0 [1].k = absent"));
}

TEST(Leaves, NothingIsOfferedOfEmptyOrMissingArrays) {
  const Checked checked(
      R"({"type":"record","name":"O","fields":[{"name":"lines","type":["null",{"type":"array","items":"int"}]}]})",
      {"lines[*]", "lines[*].x", "other[*]"});
  EXPECT_TRUE(checked.run({0}).offers.empty());
  EXPECT_TRUE(checked.run({2, 0}).offers.empty());
}

TEST(Leaves, ItemsOfEveryKindAreOffered) {
  const std::string types[] = {R"("boolean")", R"("float")", R"("double")",
                               R"({"type":"fixed","name":"F","size":4})"};
  const Buffer bodies[] = {BodyWriter().raw({2, 1, 0}), BodyWriter().raw({2}).real(1.5F).raw({0}),
                           BodyWriter().raw({2}).real(2.5).raw({0}), BodyWriter().raw({2, 1, 2, 3, 4, 0})};
  const std::string values[] = {"true", "1.5", "2.5", "0x01020304"};
  for (int i = 0; i < 4; ++i) {
    const Checked checked(R"({"type":"array","items":)" + types[i] + "}", {"[*]"});
    EXPECT_THAT(shown(checked.run(bodies[i]).offers), ElementsAre("0 [0] = " + values[i]));
  }
}

}  // namespace
}  // namespace assay::schema::avro
