#include "tests/unit/rejects/store_fixture.h"

namespace assay::rejects::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class QueryTest : public StoreTest {
 protected:
  QueryTest() { open(); }
  Buffer bytes(std::string_view text) { return {text.begin(), text.end()}; }
};

TEST_F(QueryTest, RowIsWhatWasKept) {
  Draft draft = draft_of(1, 2);
  draft.violating_more = {7, 9};
  keep(draft);
  const RejectRow row = store_->find(id_of(2)).value();
  EXPECT_EQ(row.id, id_of(2));
  EXPECT_EQ(row.time_ms, draft.time_ms);
  EXPECT_EQ(row.topic, "customers");
  EXPECT_EQ(row.partition, 3);
  EXPECT_EQ(row.key, bytes("k2"));
  EXPECT_EQ(row.value_bytes, 40);
  EXPECT_EQ(row.timestamp_ms, draft.time_ms - 5);
  EXPECT_EQ(row.key_schema_id, -1);
  EXPECT_EQ(row.value_schema_id, 12);
  EXPECT_EQ(row.subject, "customers-value");
  EXPECT_EQ(row.client.software, "apache-kafka-java 4.3.1");
  EXPECT_EQ(row.client.address, "10.0.0.7:51234");
  EXPECT_EQ(row.rule_set_version, "v7");
  EXPECT_EQ(row.batch, draft.batch);
  EXPECT_EQ(row.batch_records, 4U);
  EXPECT_EQ(row.batch_violating, 4U);
  EXPECT_EQ(row.record_index, 2U);
  EXPECT_EQ(row.occurrences, 1U);
  EXPECT_EQ(row.first_seen_ms, draft.time_ms);
  ASSERT_EQ(row.violations.size(), 1U);
  EXPECT_EQ(row.violations[0].fragment, "-1");
  EXPECT_EQ(text_of(store_->list({}, 1).value().rows.at(0)), text_of(row));
}

TEST_F(QueryTest, PayloadIsTheBytesAsTheyCame) {
  Draft draft = draft_of(1, 2, 5'000);
  draft.violating[1].key.reset();
  draft.violating[1].value = Buffer();
  keep(draft);
  const RejectPayload first = store_->payload(id_of(1), false).value();
  EXPECT_EQ(first.key, bytes("k1"));
  EXPECT_EQ(first.value, Buffer(5'000, 1));
  EXPECT_EQ(first.headers, draft.violating[0].headers);
  const RejectPayload second = store_->payload(id_of(2), false).value();
  EXPECT_EQ(second.key, std::nullopt);
  EXPECT_EQ(second.value, Buffer()) << "empty is not null";
}

TEST_F(QueryTest, UnknownIdIsNotFound) {
  EXPECT_EQ(store_->find(id_of(9)).error().code(), ErrorCode::not_found);
  EXPECT_EQ(store_->payload(id_of(9), false).error().code(), ErrorCode::not_found);
}

TEST_F(QueryTest, PagesFollowOneAnotherUnderInserts) {
  for (std::uint64_t id = 1; id <= 5; ++id) keep(draft_of(id));
  auto page = store_->list({}, 2).value();
  ASSERT_EQ(page.rows.size(), 2U);
  EXPECT_EQ(page.rows[0].id, id_of(5));
  keep(draft_of(6));
  page = store_->list({}, 2, *page.next_cursor).value();
  ASSERT_EQ(page.rows.size(), 2U);
  EXPECT_EQ(page.rows[0].id, id_of(3));
  page = store_->list({}, 2, *page.next_cursor).value();
  ASSERT_EQ(page.rows.size(), 1U);
  EXPECT_EQ(page.rows[0].id, id_of(1));
  EXPECT_EQ(page.next_cursor, std::nullopt);
  EXPECT_EQ(page.not_indexed, 0U);
}

TEST_F(QueryTest, LastFullPageHasNoCursor) {
  keep(draft_of(1, 2));
  EXPECT_EQ(store_->list({}, 2).value().next_cursor, std::nullopt);
}

TEST_F(QueryTest, CursorsStayGoodWhenTheIndexIsMadeAnew) {
  for (std::uint64_t id = 1; id <= 3; ++id) keep(draft_of(id));
  const auto cursor = store_->list({}, 1).value().next_cursor.value();
  store_.reset();
  std::filesystem::remove(file("index.db"));
  open();
  EXPECT_EQ(store_->list({}, 1, cursor).value().rows.at(0).id, id_of(2));
}

TEST_F(QueryTest, TailGivesWhatCameSinceOldestFirst) {
  keep(draft_of(1));
  auto page = store_->tail({}, 2).value();
  EXPECT_THAT(page.rows, IsEmpty());
  for (std::uint64_t id = 2; id <= 4; ++id) keep(draft_of(id));
  page = store_->tail({}, 2, *page.next_cursor).value();
  ASSERT_EQ(page.rows.size(), 2U);
  EXPECT_EQ(page.rows[0].id, id_of(2));
  page = store_->tail({}, 2, *page.next_cursor).value();
  ASSERT_EQ(page.rows.size(), 1U);
  EXPECT_EQ(page.rows[0].id, id_of(4));
  page = store_->tail({}, 2, *page.next_cursor).value();
  EXPECT_THAT(page.rows, IsEmpty());
  keep(draft_of(5));
  EXPECT_EQ(store_->tail({}, 2, *page.next_cursor).value().rows.at(0).id, id_of(5));
}

TEST_F(QueryTest, EachFilterNarrows) {
  Draft draft = draft_of(1);
  keep(draft);
  draft = draft_of(2);
  draft.topic = "orders";
  draft.partition = 4;
  draft.client = std::make_shared<Client>(Client{"shop", "", "User:shop", "10.0.0.8:1"});
  draft.violating[0].subject = "orders-value";
  draft.violating[0].value_schema_id = -1;
  draft.violating[0].key_schema_id = 33;
  draft.violating[0].key = bytes(
      "o\0"
      "1");
  draft.violating[0].violations[0] = violation_of("lines-positive", "lines[2].quantity", "minimum");
  const Ulid batch = draft.batch;
  const EpochMs time_ms = draft.time_ms;
  keep(std::move(draft));
  const auto only_orders = [&](auto set, const char* what) {
    RejectFilter filter;
    set(filter);
    EXPECT_THAT(found(filter), ElementsAre(2)) << what;
  };
  only_orders([](RejectFilter& f) { f.topic = "orders"; }, "topic");
  only_orders([](RejectFilter& f) { f.partition = 4; }, "partition");
  only_orders([](RejectFilter& f) { f.rule = "lines-positive"; }, "rule");
  only_orders([](RejectFilter& f) { f.path = "lines[*].quantity"; }, "shape");
  only_orders([](RejectFilter& f) { f.path = "lines[2].quantity"; }, "path");
  only_orders([](RejectFilter& f) { f.client_id = "shop"; }, "client");
  only_orders([](RejectFilter& f) { f.principal = "User:shop"; }, "principal");
  only_orders([](RejectFilter& f) { f.subject = "orders-value"; }, "subject");
  only_orders([](RejectFilter& f) { f.schema_id = 33; }, "schema id");
  only_orders(
      [&](RejectFilter& f) {
        f.key = bytes(
            "o\0"
            "1");
      },
      "key");
  only_orders([&](RejectFilter& f) { f.batch = batch; }, "batch");
  only_orders([&](RejectFilter& f) { f.since_ms = time_ms; }, "since");
  const std::string fingerprint = store_->find(id_of(2))->fingerprint;
  only_orders([&](RejectFilter& f) { f.fingerprint = fingerprint; }, "fingerprint");

  RejectFilter filter;
  filter.until_ms = time_ms;
  EXPECT_THAT(found(filter), ElementsAre(1));
  filter = {};
  filter.path = "lines[1].quantity";
  EXPECT_THAT(found(filter), IsEmpty()) << "another index";
  filter = {};
  filter.rule = "lines-positive";
  filter.topic = "customers";
  EXPECT_THAT(found(filter), IsEmpty()) << "all must hold";
}

TEST_F(QueryTest, RuleAndPathAreOfOneViolation) {
  Draft draft = draft_of(1);
  draft.violating[0].violations.push_back(violation_of("email-has-at", "person.email", "contains"));
  draft.violating[0].violations.push_back(violation_of("age-positive", "owner.age", "exclusiveMinimum"));
  keep(std::move(draft));
  RejectFilter filter;
  filter.rule = "email-has-at";
  filter.path = "person.age";
  EXPECT_THAT(found(filter), IsEmpty());
  filter.path = "person.email";
  EXPECT_THAT(found(filter), ElementsAre(1));
  filter = {};
  filter.rule = "age-positive";
  EXPECT_THAT(found(filter), ElementsAre(1)) << "once, though two violations are of it";
}

TEST_F(QueryTest, OnlyRefusedRowsUnlessAskedFor) {
  Draft draft = draft_of(1);
  draft.outcome = Outcome::observed;
  keep(draft);
  draft = draft_of(2);
  draft.outcome = Outcome::diverted;
  keep(draft);
  EXPECT_THAT(found(), ElementsAre(2));
  RejectFilter filter;
  filter.outcomes = {Outcome::observed};
  EXPECT_THAT(found(filter), ElementsAre(1));
  filter.outcomes = {};
  EXPECT_THAT(found(filter), ElementsAre(2, 1));
}

TEST_F(QueryTest, StateIsChangedAndSearchedFor) {
  keep(draft_of(1, 3));
  EXPECT_EQ(store_->set_state(std::vector{id_of(1), id_of(3), id_of(99)}, RejectState::discarded).value(),
            2U);
  EXPECT_EQ(store_->set_state(std::vector{id_of(3)}, RejectState::replayed).value(), 1U);
  RejectFilter filter;
  filter.state = RejectState::discarded;
  EXPECT_THAT(found(filter), ElementsAre(1));
  filter.state = RejectState::open;
  EXPECT_THAT(found(filter), ElementsAre(2));
  EXPECT_EQ(store_->find(id_of(3))->state, RejectState::replayed);
  EXPECT_EQ(store_->set_state({}, RejectState::open).value(), 0U);
}

TEST_F(QueryTest, WrongQuestionsAreInvalid) {
  EXPECT_EQ(store_->list({}, 0).error().code(), ErrorCode::invalid);
  EXPECT_EQ(store_->list({}, 1'001).error().code(), ErrorCode::invalid);
  EXPECT_EQ(store_->list({}, 1, "r0").error().code(), ErrorCode::invalid);
  EXPECT_EQ(store_->tail({}, 1, "yesterday").error().code(), ErrorCode::invalid);
  RejectFilter filter;
  filter.fingerprint = "none";
  EXPECT_EQ(store_->list(filter, 1).error().code(), ErrorCode::invalid);
  EXPECT_EQ(store_->stats(filter, StatsGroup::rule).error().code(), ErrorCode::invalid);
  EXPECT_EQ(metric(metrics_, "assay_rejects_index_rebuilds_total"), 0) << "and are not taken for damage";
}

TEST_F(QueryTest, ValuesAreBoundNotSpelled) {
  keep(draft_of(1));
  RejectFilter filter;
  filter.topic = "' OR 1=1 --";
  filter.rule = "x'; DROP TABLE reject; --";
  filter.path = "\"";
  EXPECT_THAT(found(filter), IsEmpty());
  EXPECT_THAT(found(), ElementsAre(1));
}

}  // namespace
}  // namespace assay::rejects::testing
