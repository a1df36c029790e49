// A producer's retry raises the rows it has, and makes no new ones.
#include "tests/unit/rejects/store_fixture.h"

namespace assay::rejects::testing {
namespace {

using ::testing::ElementsAre;

class RetryTest : public StoreTest {
 protected:
  RetryTest() { open(); }
  static Draft idempotent(std::uint64_t first_id, std::size_t records = 1) {
    Draft draft = draft_of(first_id, records);
    draft.producer_id = 7;
    draft.producer_epoch = 1;
    draft.base_sequence = 40;
    return draft;
  }
  // Once everything kept so far is indexed.
  RejectRow row(std::uint64_t id) {
    static_cast<void>(found());
    return store_->find(id_of(id)).value();
  }
  static void move_client(Draft& draft, const std::string& address) {
    Client client = *draft.client;
    client.address = address;
    draft.client = std::make_shared<Client>(client);
  }
};

TEST_F(RetryTest, SameSequenceRaisesOccurrences) {
  const Draft draft = idempotent(1, 2);
  keep(draft);
  Draft retry = retry_of(draft, 11);
  retry.time_ms += 24LL * 3600 * 1000;
  retry.crc = 99;  // compressed again
  keep(retry);
  EXPECT_THAT(found(), ElementsAre(2, 1));
  const RejectRow first = row(1);
  EXPECT_EQ(first.occurrences, 2U);
  EXPECT_EQ(first.first_seen_ms, draft.time_ms);
  EXPECT_EQ(first.last_seen_ms, retry.time_ms);
}

TEST_F(RetryTest, IdsToldToTheRetryLeadToTheRow) {
  const Draft draft = idempotent(1, 2);
  keep(draft);
  keep(retry_of(draft, 11));
  EXPECT_EQ(row(12).id, id_of(2));
  EXPECT_EQ(store_->payload(id_of(12), false)->key, draft.violating[1].key);
  EXPECT_EQ(store_->set_state(std::vector{id_of(11), id_of(1)}, RejectState::discarded).value(), 1U);
  EXPECT_EQ(row(1).state, RejectState::discarded);
}

TEST_F(RetryTest, SameBytesOfTheSameClientWithinTheWindow) {
  const Draft draft = draft_of(1);
  keep(draft);
  Draft retry = retry_of(draft, 11);
  move_client(retry, "10.0.0.7:60000");  // another connection of the same machine
  keep(retry);
  EXPECT_THAT(found(), ElementsAre(1));
  Draft later = retry_of(retry, 21);
  later.time_ms = retry.time_ms + options_.retry_window_ms;
  keep(later);
  EXPECT_EQ(row(1).occurrences, 3U) << "the window counts from the last time";
  later = retry_of(later, 31);
  later.time_ms += options_.retry_window_ms;
  keep(later);
  EXPECT_THAT(found(), ElementsAre(31, 1));
}

TEST_F(RetryTest, OthersAreNoRetries) {
  const Draft draft = draft_of(1);
  keep(draft);
  Draft other = retry_of(draft, 11);
  move_client(other, "10.0.0.8:51234");
  keep(other);
  other = retry_of(draft, 12);
  other.partition = 4;
  keep(other);
  other = retry_of(draft, 13);
  other.topic = "orders";
  keep(other);
  other = retry_of(draft, 14);
  other.crc += 1;
  keep(other);
  other = retry_of(draft, 15);
  other.outcome = Outcome::diverted;
  keep(other);
  EXPECT_THAT(found(), ElementsAre(15, 14, 13, 12, 11, 1));
}

// Clients that do not move their sequence on after a refusal send other data under the same one.
TEST_F(RetryTest, OtherDataUnderTheSameSequenceIsKept) {
  keep(idempotent(1));
  keep(idempotent(2));
  EXPECT_THAT(found(), ElementsAre(2, 1));
  keep(retry_of(idempotent(1), 11));
  EXPECT_EQ(row(1).occurrences, 2U);
  EXPECT_EQ(row(2).occurrences, 1U);
}

TEST_F(RetryTest, AnotherEpochIsAnotherBatch) {
  keep(idempotent(1));
  Draft other = retry_of(idempotent(1), 11);
  other.producer_epoch = 2;
  other.crc += 1;
  keep(other);
  EXPECT_THAT(found(), ElementsAre(11, 1));
}

TEST_F(RetryTest, RecordThatOnlyTheRetryRefusesGetsARow) {
  const Draft draft = idempotent(1, 2);
  Draft first = draft;
  first.violating.erase(first.violating.begin());
  keep(first);
  keep(retry_of(draft, 11));
  EXPECT_THAT(found(), ElementsAre(11, 2));
  EXPECT_EQ(row(12).id, id_of(2));
}

TEST_F(RetryTest, MaskedRecordsAreRecognisedByTheBatchsChecksum) {
  Draft draft = idempotent(1);
  draft.violating[0].masked = true;
  keep(draft);
  keep(retry_of(draft, 11));
  Draft other = retry_of(draft, 12);
  other.crc += 1;
  keep(other);
  EXPECT_THAT(found(), ElementsAre(12, 1));
  EXPECT_EQ(row(1).occurrences, 2U);
}

TEST_F(RetryTest, LargeBatchIsFoldedWithoutCostingASquare) {
  const Draft draft = idempotent(1'000, 10'000);
  keep(draft);
  keep(retry_of(draft, 100'000));
  keep(retry_of(draft, 200'000));
  options_.catch_up_wait_ms = 60'000;
  reopen();
  const auto stats = store_->stats({}, StatsGroup::topic).value();
  EXPECT_EQ(stats.at(0).records, 10'000U);
  EXPECT_EQ(stats.at(0).occurrences, 30'000U);
}

TEST_F(RetryTest, RetriesAreFoldedAgainWhenTheIndexIsMadeAnew) {
  const Draft draft = idempotent(1, 2);
  keep(draft);
  keep(retry_of(draft, 11));
  const std::string before = text_of(row(1));
  store_.reset();
  std::filesystem::remove(file("index.db"));
  open();
  EXPECT_EQ(text_of(row(1)), before);
  EXPECT_EQ(text_of(row(11)), before);
}

}  // namespace
}  // namespace assay::rejects::testing
