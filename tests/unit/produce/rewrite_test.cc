// `mark`: everything of the batch stays, but for one header more on some of its records.
#include "proxy/produce/rewrite.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proxy/produce/reject_response.h"
#include "tests/reference/produce/records.h"

namespace assay::kit {
namespace {

using proxy::ViolatingRecord;
using testing::SizeIs;

ViolatingRecord violating(const kafka::OpenBatch& open, std::uint32_t index) {
  UlidGenerator ids(index + 1);
  ViolatingRecord out;
  out.id = ids.next(1);
  out.index = index;
  out.record = &open.records.at(index);
  Violation violation;
  violation.rule = "r";
  violation.path = "a";
  violation.reason = "is wrong";
  out.violations.push_back(violation);
  return out;
}

class Rewrite : public testing::TestWithParam<kafka::Codec> {};

TEST_P(Rewrite, AddsTheRefusalsTextToTheMarkedRecordsOnly) {
  std::vector<Record> records{record("a"), tombstone("k"), record("", "", {{"h", std::nullopt}}),
                              record("d")};
  const kafka::BatchSpec spec{GetParam(), 42, 2, 100, true};
  const Buffer sent = batch(records, spec);
  kafka::OpenBatch open;
  std::string detail;
  ASSERT_EQ(kafka::open_batch(sent, {}, open, detail), kafka::BatchFault::none);
  const ViolatingRecord first = violating(open, 1), second = violating(open, 2);
  const std::vector<const ViolatingRecord*> both{&first, &second};
  const auto rebuilt = proxy::mark(sent, open, proxy::marks_of(both, {}), {});
  ASSERT_TRUE(rebuilt);
  for (const ViolatingRecord* one : both) {
    records[one->index].headers.emplace_back("assay.violation", buffer_of(proxy::reason_of(*one, 512)));
  }
  EXPECT_EQ(records_of(*rebuilt), records);
  kafka::BatchHeader before, after;
  ASSERT_TRUE(kafka::read_batch_header(sent, before));
  ASSERT_TRUE(kafka::read_batch_header(*rebuilt, after));
  EXPECT_EQ(after.attributes, before.attributes);
  EXPECT_EQ(after.producer_id, 42);
  EXPECT_EQ(after.producer_epoch, 2);
  EXPECT_EQ(after.base_sequence, 100);
  EXPECT_EQ(after.record_count, 4);
}

INSTANTIATE_TEST_SUITE_P(Codecs, Rewrite,
                         testing::Values(kafka::Codec::none, kafka::Codec::gzip, kafka::Codec::snappy,
                                         kafka::Codec::lz4, kafka::Codec::zstd));

TEST(RewriteLimit, SaysNothingRatherThanABatchThatTheBrokerRefuses) {
  const Buffer sent = batch({record("a")});
  kafka::OpenBatch open;
  std::string detail;
  ASSERT_EQ(kafka::open_batch(sent, {}, open, detail), kafka::BatchFault::none);
  const ViolatingRecord one = violating(open, 0);
  const std::vector<const ViolatingRecord*> all{&one};
  Limits limits;
  const proxy::Marks marks = proxy::marks_of(all, limits);
  const std::size_t needed = proxy::mark(sent, open, marks, limits)->size();
  limits.marked_batch_bytes_max = needed;
  EXPECT_TRUE(proxy::mark(sent, open, marks, limits));
  limits.marked_batch_bytes_max = needed - 1;
  EXPECT_FALSE(proxy::mark(sent, open, marks, limits));
}

}  // namespace
}  // namespace assay::kit
