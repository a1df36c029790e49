#include "tests/unit/rejects/store_fixture.h"

namespace assay::rejects::testing {
namespace {

using ::testing::IsEmpty;

class StatsTest : public StoreTest {
 protected:
  StatsTest() { open(); }
};

TEST_F(StatsTest, GroupsCarryCountsAndDenominators) {
  Draft draft = draft_of(1, 3);
  draft.violating[0].violations.push_back(violation_of("age-positive", "owner.age", "exclusiveMinimum"));
  draft.violating_more = {7, 9};
  keep(draft);
  keep(retry_of(draft, 11));
  Draft orders = draft_of(21);
  orders.topic = "orders";
  orders.violating[0].violations = {violation_of("schema", "lines[4]", "schema.required")};
  keep(orders);
  store_->count({{"customers", "", "billing", 100}, {"customers", "age-positive", "billing", 90}});
  store_->count({{"orders", "", "billing", 50}, {"orders", "", "shop", 7}});

  auto rows = store_->stats({}, StatsGroup::topic).value();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(text_of(rows[0]),
            "topic=customers rule= path= kind= client=  records=3+2 x6 of 100 "
            "1700000000001..1700000001001");
  EXPECT_EQ(rows[1].evaluated, 57U);

  rows = store_->stats({}, StatsGroup::rule).value();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].rule, "age-positive");
  EXPECT_EQ(rows[0].records, 3U) << "a record counts once for a rule";
  EXPECT_EQ(rows[0].evaluated, 90U);
  EXPECT_EQ(rows[1].rule, "schema");
  EXPECT_EQ(rows[1].evaluated, 157U) << "every judged record was held to its schema";

  rows = store_->stats({}, StatsGroup::client).value();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].client_id, "billing");
  EXPECT_EQ(rows[0].records, 4U);
  EXPECT_EQ(rows[0].evaluated, 150U);

  rows = store_->stats({}, StatsGroup::fingerprint).value();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].topic, "customers");
  EXPECT_EQ(rows[0].rule, "age-positive");
  EXPECT_EQ(rows[0].path, "person.age");
  EXPECT_EQ(rows[0].kind, "exclusiveMinimum");
  EXPECT_EQ(rows[0].fingerprint, store_->find(id_of(1))->fingerprint);
  EXPECT_EQ(rows[0].evaluated, 90U);
  EXPECT_EQ(rows[1].path, "lines[*]");
  EXPECT_EQ(rows[1].evaluated, 57U);
}

TEST_F(StatsTest, FilterNarrowsBothSides) {
  keep(draft_of(1));
  Draft orders = draft_of(2);
  orders.topic = "orders";
  keep(orders);
  store_->count({{"customers", "", "billing", 100}, {"orders", "", "billing", 50}});
  RejectFilter filter;
  filter.topic = "orders";
  const auto rows = store_->stats(filter, StatsGroup::client).value();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].records, 1U);
  EXPECT_EQ(rows[0].evaluated, 50U);
  filter.rule = "nobody";
  EXPECT_THAT(store_->stats(filter, StatsGroup::rule).value(), IsEmpty());
}

TEST_F(StatsTest, LargestGroupsFirstAndNoMoreThanAskedFor) {
  for (std::uint64_t id = 1; id <= 6; ++id) {
    Draft draft = draft_of(id);
    draft.topic = id <= 1 ? "a" : id <= 3 ? "b" : "c";
    keep(draft);
  }
  const auto rows = store_->stats({}, StatsGroup::topic, 2).value();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].topic, "c");
  EXPECT_EQ(rows[1].topic, "b");
}

TEST_F(StatsTest, CountsSurviveTheEnd) {
  keep(draft_of(1));
  store_->count({{"customers", "", "billing", 12}});
  reopen();
  EXPECT_EQ(store_->stats({}, StatsGroup::topic).value().at(0).evaluated, 12U);
}

TEST_F(StatsTest, ManyInventedClientsAreAddedUp) {
  std::vector<Evaluated> evaluated;
  for (int i = 0; i < 30'000; ++i) evaluated.push_back({"customers", "", "client-" + std::to_string(i), 1});
  store_->count(std::move(evaluated));
  keep(draft_of(1));
  EXPECT_EQ(store_->stats({}, StatsGroup::topic).value().at(0).evaluated, 30'000U);
  EXPECT_EQ(metric(metrics_, "assay_rejects_counts_lost_total"), 0);
}

}  // namespace
}  // namespace assay::rejects::testing
