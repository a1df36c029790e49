#include "proxy/produce/verdict_memo.h"

#include <gtest/gtest.h>

namespace assay::proxy {
namespace {

RememberedBatch remembered(std::int32_t first, std::uint64_t hash) {
  return {{first, first + 4}, {hash, hash}, nullptr};
}

TEST(VerdictMemo, KnowsTheLastFiveBatches) {
  VerdictMemo memo;
  EXPECT_EQ(memo.find({0, 4}), nullptr);
  for (std::int32_t i = 0; i < 7; ++i) memo.remember(remembered(i * 5, static_cast<std::uint64_t>(i)));
  EXPECT_EQ(memo.size(), VerdictMemo::kBatches);
  EXPECT_EQ(memo.find({0, 4}), nullptr);
  EXPECT_EQ(memo.find({5, 9}), nullptr);
  for (std::int32_t i = 2; i < 7; ++i) {
    const RememberedBatch* found = memo.find({i * 5, i * 5 + 4});
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->hash[0], static_cast<std::uint64_t>(i));
  }
  EXPECT_EQ(memo.find({10, 13}), nullptr) << "both numbers count";
}

TEST(VerdictMemo, ALateCopyOfAForgottenBatchTakesNoPlace) {
  VerdictMemo memo;
  for (std::int32_t i = 0; i < 7; ++i) memo.remember(remembered(i * 5, static_cast<std::uint64_t>(i)));
  memo.remember(remembered(0, 0));
  EXPECT_EQ(memo.find({0, 4}), nullptr);
  EXPECT_NE(memo.find({10, 14}), nullptr);
}

TEST(VerdictMemo, NumbersThatAreUsedAgainStandForTheNewBatch) {
  VerdictMemo memo;
  memo.remember(remembered(0, 1));
  memo.remember(remembered(0, 2));
  EXPECT_EQ(memo.size(), 1U);
  EXPECT_EQ(memo.find({0, 4})->hash[0], 2U);
}

TEST(VerdictMemo, DoesNotKeepMarksWithoutEnd) {
  VerdictMemo memo;
  RememberedBatch marked = remembered(0, 1);
  marked.marks = std::make_shared<Marks>(Marks{{3, std::string(1'000, 'x')}});
  memo.remember(marked);
  EXPECT_GE(memo.extra_bytes(), 1'000U);
  ASSERT_NE(memo.find({0, 4}), nullptr);
  marked.marks = std::make_shared<Marks>(Marks{{3, std::string(VerdictMemo::kMarksBytesMax, 'x')}});
  memo.remember(marked);
  EXPECT_EQ(memo.find({0, 4}), nullptr) << "and what stood there is no longer true";
  EXPECT_EQ(memo.extra_bytes(), 0U);
}

}  // namespace
}  // namespace assay::proxy
