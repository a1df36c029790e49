// Which policy a topic has, and what a plan for it is made of.
#include "proxy/produce/policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/reference/produce/world.h"

namespace assay::kit {
namespace {

using judge::SchemaMode;
using proxy::may_hold_secrets;
using proxy::PolicySet;
using proxy::resolve_topic;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::shared_ptr<const rules::RuleSet> rules_of(const std::string& rules) {
  const rules::RuleFile file{"r.json", R"({"topics":["ruled*"],"rules":[)" + rules + "]}"};
  return rules::load_rules({&file, 1}, {}).set;
}

TEST(Policy, TheFirstRowThatMatchesIsTaken) {
  PolicySet set;
  set.rows.push_back({{"orders", "orders.eu"}, requiring_schema()});
  set.rows.push_back({{"orders*"}, policy()});
  const auto none = rules_of("");
  ASSERT_TRUE(none);
  EXPECT_EQ(resolve_topic("orders.eu", 1, set, *none)->policy.value.schema, SchemaMode::required);
  EXPECT_EQ(resolve_topic("orders.us", 1, set, *none)->policy.value.schema, SchemaMode::optional);
  EXPECT_TRUE(resolve_topic("orders.us", 1, set, *none)->judged);
  EXPECT_FALSE(resolve_topic("customers", 1, set, *none)->judged);
}

TEST(Policy, ARuleIsEnoughToBeJudgedADisabledOneIsNot) {
  PolicySet set;
  set.unmatched = policy();
  const auto one = rules_of(R"({"name":"a","field":"x","check":{"minimum":0}})");
  const auto entry = resolve_topic("ruled.a", 7, set, *one);
  EXPECT_TRUE(entry->judged);
  EXPECT_EQ(entry->number, 7U);
  EXPECT_EQ(entry->policy.value.schema, SchemaMode::optional);
  EXPECT_THAT(entry->rules, SizeIs(1));
  EXPECT_TRUE(entry->rules_read_value);
  EXPECT_FALSE(entry->rules_read_key);
  const auto off = rules_of(R"({"name":"a","enabled":false,"field":"x","check":{"minimum":0}})");
  EXPECT_FALSE(resolve_topic("ruled.a", 7, set, *off)->judged);
}

TEST(Policy, KnowsWhatItsRulesRead) {
  const auto whole = rules_of(R"({"name":"a","field":"key:","check":{"minLength":1}})");
  EXPECT_TRUE(resolve_topic("ruled", 1, {}, *whole)->rules_read_key);
  EXPECT_FALSE(resolve_topic("ruled", 1, {}, *whole)->rules_read_key_fields);
  const auto field = rules_of(R"({"name":"a","field":"key:id","check":{"minLength":1}})");
  EXPECT_TRUE(resolve_topic("ruled", 1, {}, *field)->rules_read_key_fields);
  const auto header = rules_of(R"({"name":"a","field":"header:id","check":{"minLength":1}})");
  const auto entry = resolve_topic("ruled", 1, {}, *header);
  EXPECT_FALSE(entry->rules_read_key || entry->rules_read_value);
}

TEST(Policy, TheGatewayCapsEveryTopicAndNeverEnforcesMore) {
  PolicySet set;
  judge::TopicPolicy observing = policy();
  observing.enforce = false;
  set.rows.push_back({{"observed"}, observing});
  set.rows.push_back({{"enforced"}, policy()});
  const auto none = rules_of("");
  EXPECT_FALSE(resolve_topic("observed", 1, set, *none)->policy.enforce);
  EXPECT_TRUE(resolve_topic("enforced", 1, set, *none)->policy.enforce);
  set.enforce = false;
  EXPECT_FALSE(resolve_topic("enforced", 1, set, *none)->policy.enforce);
}

TEST(Policy, SecretsAreThoseOfPathsAndOfEncryptedRules) {
  PolicySet set;
  judge::TopicPolicy masking = policy();
  masking.masked_paths = {"card.number", "key:id"};
  set.rows.push_back({{"masking"}, masking});
  const auto encrypted = rules_of(R"({"name":"a","field":"x","check":{"encrypted":true}})");
  EXPECT_THAT(resolve_topic("masking", 1, set, *encrypted)->masked,
              ElementsAre(*parse_path("card.number"), *parse_path("key:id")));
  EXPECT_TRUE(may_hold_secrets(*resolve_topic("masking", 1, set, *encrypted)));
  EXPECT_TRUE(may_hold_secrets(*resolve_topic("ruled", 1, set, *encrypted)));
  EXPECT_FALSE(may_hold_secrets(*resolve_topic("other", 1, set, *encrypted)));
}

TEST(Policy, APlanTakesSchemaRulesActionAndTaggedFields) {
  World world;
  judge::TopicPolicy marking = policy();
  marking.on_violation = Action::mark;
  marking.value.assert_formats = false;
  marking.masked_paths = {"a"};
  world.topic("t", marking);
  world.rules({R"({"name":"r","field":"a","check":{"minimum":0}})"});
  world.json(1,
             R"({"properties":{"a":{},"b":{"confluent:tags":["Sensitive"]},"c":{"confluent:tags":["x"]}}})",
             {"t-value"});
  world.resolve({{"t"}, {}, {by_id(1)}, {}, {}});
  const proxy::TopicEntry& entry = *world.snapshot().topics->at("t");
  const proxy::PlanKey key{entry.number, judge::Reading::nothing, judge::Reading::schema, {}, by_id(1)};
  const auto input = proxy::plan_input(key, entry, world.snapshot(), world.policies);
  ASSERT_TRUE(input);
  EXPECT_EQ(input->value.reading, judge::Reading::schema);
  EXPECT_FALSE(input->value.assert_formats);
  EXPECT_EQ(input->default_action, Action::mark);
  EXPECT_THAT(input->rules, SizeIs(1));
  EXPECT_THAT(input->masked, ElementsAre(*parse_path("a"), *parse_path("b")));

  proxy::PlanKey unknown = key;
  unknown.value_schema = by_id(2);
  const auto missing = proxy::plan_input(unknown, entry, world.snapshot(), world.policies);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code(), ErrorCode::not_found);
}

}  // namespace
}  // namespace assay::kit
