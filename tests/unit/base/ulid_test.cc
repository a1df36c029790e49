#include "base/ulid.h"

#include <gtest/gtest.h>

namespace assay {
namespace {

TEST(Ulid, TextIsTheSpecifications) {
  const auto id = Ulid::parse("01ARZ3NDEKTSV4RRFFQ69G5FAV");  // the example of the specification
  ASSERT_TRUE(id);
  EXPECT_EQ(id->time_ms(), 1469922850259);
  EXPECT_EQ(id->text(), "01ARZ3NDEKTSV4RRFFQ69G5FAV");
}

TEST(Ulid, AscendsWithinAMillisecondAndWhenTheClockStepsBack) {
  UlidGenerator ids(7);
  Ulid last = ids.next(1000);
  for (const EpochMs now : {1000, 1000, 1001, 900, 1001, 2000}) {
    const Ulid next = ids.next(now);
    EXPECT_LT(last, next);
    EXPECT_LT(last.text(), next.text());
    EXPECT_EQ(Ulid::parse(next.text()), next);
    last = next;
  }
}

TEST(Ulid, RefusesOtherText) {
  EXPECT_FALSE(Ulid::parse(""));
  EXPECT_FALSE(Ulid::parse("81ARZ3NDEKTSV4RRFFQ69G5FAV"));  // 129 bits
  EXPECT_FALSE(Ulid::parse("01ARZ3NDEKTSV4RRFFQ69G5FAU"));  // U is not in the alphabet
}

}  // namespace
}  // namespace assay
