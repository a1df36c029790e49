// What a producer reads in its log, and within which bounds.
#include "proxy/produce/reject_response.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace assay::proxy {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

ViolatingRecord violating(std::uint32_t index, const std::string& reason = "is -1, must be greater than 0") {
  UlidGenerator ids(index + 1);
  ViolatingRecord out;
  out.id = ids.next(1'764'000'000'000);
  out.index = index;
  Violation violation;
  violation.rule = "age-positive";
  violation.path = "person.age";
  violation.kind = "exclusiveMinimum";
  violation.reason = reason;
  out.violations.push_back(violation);
  return out;
}

TEST(RejectResponse, SaysRulePathReasonAndRejectId) {
  const ViolatingRecord record = violating(3);
  EXPECT_EQ(reason_of(record, 512),
            "rule age-positive: person.age is -1, must be greater than 0 [reject " + record.id.text() + "]");
}

TEST(RejectResponse, SaysEveryViolationThatFits) {
  ViolatingRecord record = violating(0);
  record.violations.push_back(record.violations.front());
  record.violations.back().rule = "schema";
  record.violations.back().part = Part::key;
  EXPECT_THAT(reason_of(record, 512),
              HasSubstr("greater than 0; schema: key:person.age is -1, must be greater than 0 [reject "));
}

TEST(RejectResponse, KeepsTheIdWithinTheBoundHoweverLongTheReasonIs) {
  for (std::size_t bytes = 60; bytes < 700; bytes += 7) {
    for (const char* piece : {"x", "ä", "🙂"}) {
      std::string reason;
      while (reason.size() < 900) reason += piece;
      ViolatingRecord record = violating(0, reason);
      record.violations.resize(20, record.violations.front());
      const std::string text = reason_of(record, bytes);
      EXPECT_LE(text.size(), bytes);
      EXPECT_THAT(text, EndsWith(" [reject " + record.id.text() + "]"));
    }
  }
}

TEST(RejectResponse, IsInvalidRecordWithAscendingErrors) {
  const std::vector<ViolatingRecord> records{violating(1), violating(5), violating(9)};
  const auto response = refused(4, records, 3, 10, {});
  EXPECT_EQ(response.index, 4);
  EXPECT_EQ(response.error_code, 87);
  EXPECT_EQ(response.base_offset, -1);
  ASSERT_THAT(response.record_errors, SizeIs(3));
  EXPECT_EQ(response.record_errors[2].batch_index, 9);
  EXPECT_THAT(response.error_message.value(),
              StartsWith("assay: 3 of 10 records refused: rule age-positive: person.age is -1"));
}

TEST(RejectResponse, ListsNoMoreThanTheLimit) {
  std::vector<ViolatingRecord> records;
  for (std::uint32_t i = 0; i < 300; ++i) records.push_back(violating(i));
  const auto response = refused(0, records, 300, 300, {});
  EXPECT_THAT(response.record_errors, SizeIs(100));
  EXPECT_THAT(response.error_message.value(), StartsWith("assay: 300 of 300 records refused"));
}

TEST(RejectResponse, OtherAnswersSayThatNoReplicaAndNoLeaderIsToBlame) {
  EXPECT_EQ(undecided(2, "the registry is away").error_code, 19);
  EXPECT_EQ(undecided(2, "the registry is away").error_message, "assay: undecided: the registry is away");
  EXPECT_EQ(corrupt(3).error_code, 2);
  EXPECT_EQ(corrupt(3).index, 3);
  EXPECT_EQ(unknown_topic_id(4).error_code, 100);
}

}  // namespace
}  // namespace assay::proxy
