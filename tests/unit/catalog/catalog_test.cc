// What the catalog finds out, and how long it believes it.
#include "proxy/catalog/catalog_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "proxy/config/config.h"
#include "tests/unit/catalog/memory_source.h"

namespace assay::proxy {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using State = KnownSchema::State;

constexpr const char* kAge = R"({"type":"object","properties":{"age":{}},"additionalProperties":false})";

class CatalogTest : public testing::Test {
 protected:
  CatalogTest() {
    CatalogOptions options;
    options.policies = load_config("", "{}").config.policies;
    catalog_ = std::make_unique<CatalogService>(std::move(options), source_, metrics_, clock_);
  }
  std::shared_ptr<const Snapshot> resolved(Wanted wanted) {
    auto known = std::make_shared<std::promise<void>>();
    auto future = known->get_future();
    catalog_->resolve(std::move(wanted), [known] { known->set_value(); });
    future.get();
    return catalog_->current();
  }
  KnownSchema schema(std::int32_t id) {
    const SchemaName name{{std::nullopt, id}, {}, 0};
    Wanted wanted;
    wanted.schemas.push_back(name);
    return resolved(std::move(wanted))->schemas->at(name);
  }
  static std::shared_ptr<const rules::RuleSet> rules_on(const std::string& field) {
    const std::vector<rules::RuleFile> files{
        {"a.json",
         R"({"topics":["people"],"rules":[{"name":"r","field":")" + field + R"(","check":{"minimum":0}}]})"}};
    return rules::load_rules(files, Limits{}).set;
  }

  MemorySource source_;
  Metrics metrics_;
  ManualClock clock_{1'000'000};
  std::unique_ptr<CatalogService> catalog_;
};

TEST_F(CatalogTest, AnUnknownIdIsUndecidedForItsGraceAndThenUnknown) {
  EXPECT_EQ(schema(7).state, State::unavailable);
  clock_.advance(4'999);
  EXPECT_EQ(schema(7).state, State::unavailable);
  clock_.advance(1);
  EXPECT_EQ(schema(7).state, State::unknown);
}

TEST_F(CatalogTest, AnIdThatBecomesKnownIsUsedAfterItsMissExpired) {
  EXPECT_EQ(schema(1).state, State::unavailable);
  source_.add("people-value", kAge);
  clock_.advance(5'000);
  EXPECT_EQ(schema(1).state, State::usable);
}

TEST_F(CatalogTest, ASchemaThatCannotBeUsedSaysWhy) {
  const auto id = source_.add("people-value", R"({"type":"no such type"})");
  const KnownSchema known = schema(id);
  EXPECT_EQ(known.state, State::unusable);
  EXPECT_THAT(known.why, HasSubstr("schema 1 cannot be used"));
}

TEST_F(CatalogTest, MembershipIsForEverWhenTrueAndForAWhileWhenFalse) {
  const auto id = source_.add("people-value", kAge);
  const schema::SchemaRef ref{std::nullopt, id};
  const auto belongs = [&](const std::string& subject) {
    Wanted wanted;
    wanted.memberships.emplace_back(ref, subject);
    return resolved(std::move(wanted))->memberships->at({ref, subject});
  };
  EXPECT_TRUE(belongs("people-value").belongs);
  EXPECT_EQ(belongs("people-value").expires_ms, 0);
  const Membership other = belongs("orders-value");
  EXPECT_FALSE(other.belongs);
  EXPECT_EQ(other.expires_ms, clock_.now_ms() + 30'000);
  EXPECT_THAT(other.owners, testing::ElementsAre("people-value"));
}

TEST_F(CatalogTest, RulesWhoseFieldKnownSchemasLackDoNotBecomeActive) {
  source_.add("people-value", kAge);
  ASSERT_THAT(catalog_->activate(rules_on("age")), IsEmpty());
  const auto before = catalog_->current()->rules;
  EXPECT_THAT(catalog_->activate(rules_on("agge")), SizeIs(1));
  EXPECT_EQ(catalog_->current()->rules, before);
}

TEST_F(CatalogTest, RulesAreActiveWhereNoSchemaIsKnown) {
  source_.keeps_to_itself = true;
  source_.add("people-value", kAge);
  EXPECT_THAT(catalog_->activate(rules_on("agge")), IsEmpty());
  EXPECT_EQ(catalog_->current()->rules->rules().size(), 1U);
}

TEST_F(CatalogTest, ASchemaThatIsLearntLaterMakesAWarningAndIsCounted) {
  source_.keeps_to_itself = true;
  const SchemaName name{{std::nullopt, source_.add("people-value", kAge)}, {}, 0};
  ASSERT_THAT(catalog_->activate(rules_on("agge")), IsEmpty());
  Wanted wanted;
  wanted.topics = {"people"};
  wanted.schemas = {name};
  PlanKey key;
  key.topic = resolved(std::move(wanted))->topics->at("people")->number;
  key.value_reading = judge::Reading::schema;
  key.value_schema = name;
  Wanted plan;
  plan.plans = {key};
  const auto snapshot = resolved(std::move(plan));
  ASSERT_NE(snapshot->plans->at(key).plan, nullptr);
  EXPECT_THAT(snapshot->plans->at(key).plan->unbound(), SizeIs(1));
  EXPECT_THAT(metrics_.expose(), HasSubstr("assay_rule_unbound_total 1"));
  // In use, it counts when the next rules are loaded.
  EXPECT_THAT(catalog_->activate(rules_on("aage")), SizeIs(1));
}

TEST_F(CatalogTest, SubscribersHearTheCurrentAndEveryNewerSnapshot) {
  std::mutex mutex;
  std::vector<std::uint64_t> heard;
  catalog_->subscribe([&](const std::shared_ptr<const Snapshot>& snapshot) {
    const std::lock_guard lock(mutex);
    heard.push_back(snapshot->version);
  });
  ASSERT_THAT(catalog_->activate(rules_on("age")), IsEmpty());
  Wanted wanted;
  wanted.topics = {"people"};
  const auto last = resolved(std::move(wanted))->version;
  const std::lock_guard lock(mutex);
  EXPECT_TRUE(std::is_sorted(heard.begin(), heard.end()));
  EXPECT_EQ(heard.front(), 0U);
  EXPECT_EQ(heard.back(), last);
  EXPECT_THAT(heard, SizeIs(3));
}

}  // namespace
}  // namespace assay::proxy
