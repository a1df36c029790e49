// Which rules are told to read nothing, by the schemas of their topics.
#include "proxy/catalog/rule_fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace assay::proxy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kPerson =
    R"({"type":"record","name":"Person","namespace":"crm","fields":[{"name":"age","type":"int"},
        {"name":"name","type":"string"}]})";
constexpr const char* kClosed =
    R"({"type":"object","title":"Person","properties":{"age":{"type":"integer"}},"additionalProperties":false})";
constexpr const char* kOpen = R"({"type":"object","properties":{"age":{"type":"integer"}}})";

struct Bench {
  explicit Bench(const std::string& text) {
    policies.unmatched.value.schema = judge::SchemaMode::optional;
    files.push_back({"rules/a.json", text});
    loaded = rules::load_rules(files, limits);
    for (const auto& problem : loaded.problems) ADD_FAILURE() << to_string(problem);
  }
  RuleFields fields() const { return RuleFields(*loaded.set, policies); }
  std::shared_ptr<const schema::Schema> schema(schema::Format format, const char* text) const {
    auto parsed = schema::parse_schema(format, text, {}, limits);
    EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().message());
    return parsed ? *parsed : nullptr;
  }
  std::vector<std::string> unbound_names(const RuleFields& fields) const {
    std::vector<std::string> names;
    for (const UnboundRule& one : fields.unbound()) names.push_back(one.rule->name);
    return names;
  }

  Limits limits;
  PolicySet policies;
  std::vector<rules::RuleFile> files;
  rules::LoadedRules loaded;
};

constexpr const char* kRules = R"({ "topics": ["people.*"], "rules": [
  { "name": "there", "field": "age", "check": { "minimum": 0 } },
  { "name": "misspelt",
    "field": "agge", "check": { "minimum": 0 } },
  { "name": "off", "enabled": false, "field": "nowhere", "check": { "minimum": 0 } },
  { "name": "of-a-header", "field": "header:agge", "check": { "required": true } },
  { "name": "elsewhere", "topics": ["orders"], "field": "lines", "check": { "required": true } } ] })";

TEST(RuleFields, SayNothingOfRulesThatNoSchemaIsKnownFor) {
  const Bench bench(kRules);
  EXPECT_THAT(bench.fields().unbound(), IsEmpty());
}

TEST(RuleFields, NameTheRuleWhoseFieldNoSchemaHas) {
  const Bench bench(kRules);
  auto fields = bench.fields();
  fields.add_version("people.eu-value", *bench.schema(schema::Format::avro, kPerson));
  EXPECT_THAT(bench.unbound_names(fields), ElementsAre("misspelt"));
}

TEST(RuleFields, TheProblemStandsAtTheFieldAndSuggestsTheNearestName) {
  const Bench bench(kRules);
  auto fields = bench.fields();
  fields.add_version("people.eu-value", *bench.schema(schema::Format::avro, kPerson));
  const auto problem = problem_of(fields.unbound().at(0), bench.files, bench.limits);
  EXPECT_EQ(problem.file, "rules/a.json");
  EXPECT_EQ(problem.pointer, "/rules/1/field");
  EXPECT_EQ(problem.at.line, 4U);
  EXPECT_EQ(problem.at.column, 14U);
  EXPECT_THAT(problem.message, HasSubstr("misspelt can never match"));
  EXPECT_THAT(problem.message, HasSubstr("people.eu"));
  EXPECT_EQ(problem.suggestion, "did you mean age?");
  EXPECT_FALSE(problem.warning);
}

TEST(RuleFields, AreContentWhenOneVersionHasTheField) {
  const Bench bench(kRules);
  auto fields = bench.fields();
  fields.add_version("people.eu-value", *bench.schema(schema::Format::avro, kPerson));
  fields.add_version(
      "people.us-value",
      *bench.schema(schema::Format::avro,
                    R"({"type":"record","name":"Q","fields":[{"name":"agge","type":"int"}]})"));
  EXPECT_THAT(bench.unbound_names(fields), IsEmpty());
}

TEST(RuleFields, AreOpenWhereAJsonSchemaIs) {
  const Bench bench(kRules);
  auto open = bench.fields();
  open.add_version("people.eu-value", *bench.schema(schema::Format::json, kOpen));
  EXPECT_THAT(bench.unbound_names(open), IsEmpty());
  auto closed = bench.fields();
  closed.add_version("people.eu-value", *bench.schema(schema::Format::json, kClosed));
  EXPECT_THAT(bench.unbound_names(closed), ElementsAre("misspelt"));
}

TEST(RuleFields, ACheckThatNoValueOfTheTypeCanPassIsNamed) {
  const Bench bench(R"({ "topics": ["people"], "rules": [
    { "name": "number-of-text", "field": "name", "check": { "minimum": 0 } } ] })");
  auto fields = bench.fields();
  fields.add_version("people-value", *bench.schema(schema::Format::avro, kPerson));
  EXPECT_THAT(bench.unbound_names(fields), ElementsAre("number-of-text"));
}

TEST(RuleFields, AnotherTopicsSubjectsAndKeysAreNotTheirs) {
  const Bench bench(kRules);
  auto fields = bench.fields();
  for (const char* subject : {"people.eu", "people.eu-key", "animals-value", "crm.Person", "-value"}) {
    EXPECT_FALSE(fields.wants(subject)) << subject;
    fields.add_version(subject, *bench.schema(schema::Format::avro, kPerson));
  }
  EXPECT_TRUE(fields.wants("people.eu-value"));
  EXPECT_THAT(bench.unbound_names(fields), IsEmpty());
}

TEST(RuleFields, FollowTheSubjectStrategyOfTheTopic) {
  Bench bench(R"({ "topics": ["people"], "rules": [
    { "name": "misspelt", "field": "agge", "check": { "minimum": 0 } } ] })");
  const auto schema = bench.schema(schema::Format::avro, kPerson);
  const auto unbound = [&](judge::SubjectStrategy strategy, const std::string& subject) {
    bench.policies.unmatched.value.strategy = strategy;
    bench.policies.unmatched.value.pinned_subject = "the-one";
    auto fields = bench.fields();
    if (fields.wants(subject)) fields.add_version(subject, *schema);
    return fields.unbound().size();
  };
  using enum judge::SubjectStrategy;
  EXPECT_EQ(unbound(topic_name, "people-value"), 1U);
  EXPECT_EQ(unbound(topic_record_name, "people-value"), 0U);
  EXPECT_EQ(unbound(topic_record_name, "people-crm.Person"), 1U);
  EXPECT_EQ(unbound(pinned, "the-one"), 1U);
  EXPECT_EQ(unbound(pinned, "people-value"), 0U);
  EXPECT_EQ(unbound(record_name, "crm.Person"), 0U);
  bench.policies.unmatched.value.schema = judge::SchemaMode::off;
  EXPECT_EQ(unbound(topic_name, "people-value"), 0U);
}

TEST(RuleFields, SayWhatARegistryCanBeAskedAbout) {
  Bench bench(kRules);
  EXPECT_THAT(bench.fields().named_topics(), ElementsAre("orders"));
  EXPECT_THAT(bench.fields().subjects_of("orders"), ElementsAre("orders-value"));
  bench.policies.unmatched.key.schema = judge::SchemaMode::required;
  EXPECT_THAT(bench.fields().subjects_of("orders"), ElementsAre("orders-key", "orders-value"));
}

}  // namespace
}  // namespace assay::proxy
