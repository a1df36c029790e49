// A schema for each part and the rules, bound and run over records.
#include "judge/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace assay::judge {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// Owns what a plan is made of and what it looks at.
class Bench {
 public:
  PlanInput input;
  Limits limits;

  explicit Bench(const std::string& rules = "") {
    const rules::RuleFile file{"r.json", R"({"topics":["t"],"rules":[)" + rules + "]}"};
    auto loaded = rules::load_rules({&file, 1}, {});
    if (!loaded.set) throw std::runtime_error(to_string(loaded.problems.front()));
    input.rule_set = loaded.set;
    input.rules = loaded.set->for_topic("t");
  }
  Bench& json(std::string_view schema) { return part(input.value, schema::Format::json, schema); }
  Bench& avro(std::string_view schema) { return part(input.value, schema::Format::avro, schema); }
  Bench& key(std::string_view schema) { return part(input.key, schema::Format::json, schema); }
  Bench& plain() {
    input.value.reading = Reading::json;
    return *this;
  }

  const Plan& plan() {
    if (!plan_) plan_ = Plan::compile(std::move(input), limits).value();
    return *plan_;
  }
  // Records with these values.
  std::vector<Verdict> judge(const std::vector<std::optional<std::string>>& values) {
    keep(values);
    std::vector<Verdict> verdicts(records_.size(), Verdict::conforms);
    plan().judge(open_, scratch_, verdicts);
    return verdicts;
  }
  Explanation explain(std::optional<std::string> value, std::optional<std::string> key = {}) {
    keep({std::move(value)}, std::move(key));
    return plan().explain(open_.front(), scratch_);
  }
  // What the yes/no pass says of the same record.
  Verdict verdict() {
    std::vector<Verdict> verdicts(1, Verdict::conforms);
    plan().judge(open_, scratch_, verdicts);
    return verdicts.front();
  }

 private:
  Bench& part(PartInput& part, schema::Format format, std::string_view schema) {
    part.reading = Reading::schema;
    part.schema = schema::parse_schema(format, schema, {}, limits).value();
    return *this;
  }
  void keep(std::vector<std::optional<std::string>> values, std::optional<std::string> key = {}) {
    values_ = std::move(values);
    key_ = std::move(key);
    records_.assign(values_.size(), {});
    open_.clear();
    for (std::size_t i = 0; i < values_.size(); ++i) {
      RecordView& record = records_[i];
      record.index = static_cast<std::uint32_t>(i);
      if (values_[i]) record.value = as_bytes(*values_[i]);
      if (key_) record.key = as_bytes(*key_);
      open_.push_back({&record, record.key, record.value});
    }
  }

  std::shared_ptr<const Plan> plan_;
  Scratch scratch_;
  std::vector<std::optional<std::string>> values_;
  std::optional<std::string> key_;
  std::vector<RecordView> records_;
  std::vector<OpenRecord> open_;
};

constexpr const char* kAge = R"({"name":"age","field":"age","check":{"minimum":0}})";

TEST(Plan, JudgesEachRecordOfABatchByItself) {
  Bench bench(kAge);
  bench.plain();
  EXPECT_THAT(bench.judge({R"({"age":1})", R"({"age":-1})", "{", R"({"age":1})", "", R"({"age":1} )"}),
              ElementsAre(Verdict::conforms, Verdict::violates, Verdict::violates, Verdict::conforms,
                          Verdict::violates, Verdict::conforms));
}

TEST(Plan, NeverMakesAVerdictBetter) {
  Bench bench(kAge);
  bench.plain();
  const std::string good = R"({"age":1})";
  RecordView record;
  record.value = as_bytes(good);
  const OpenRecord open{&record, std::nullopt, record.value};
  Scratch scratch;
  for (const Verdict before : {Verdict::conforms, Verdict::undecided, Verdict::violates}) {
    Verdict verdict = before;
    bench.plan().judge({&open, 1}, scratch, {&verdict, 1});
    EXPECT_EQ(verdict, before);
  }
}

TEST(Plan, ANullValueIsReadByNothingAndDoesNotShiftTheOthers) {
  Bench bench(R"({"name":"age","field":"age","check":{"required":true,"minimum":0}})");
  bench.plain();
  EXPECT_THAT(bench.judge({std::nullopt, R"({"age":-1})", std::nullopt, R"({"age":1})", "{}"}),
              ElementsAre(Verdict::conforms, Verdict::violates, Verdict::conforms, Verdict::conforms,
                          Verdict::violates));
}

TEST(Plan, AnEmptyValueIsNoTombstone) {
  EXPECT_THAT(Bench().json("true").judge({"", std::nullopt}),
              ElementsAre(Verdict::violates, Verdict::conforms));
  EXPECT_THAT(Bench().avro(R"("null")").judge({"", std::nullopt}),
              ElementsAre(Verdict::conforms, Verdict::conforms));
}

TEST(Plan, ExplainsExactlyWhatTheFirstPassRefused) {
  Bench bench(std::string(kAge) + R"(,{"name":"q","field":"lines[*].q","check":{"minimum":1}})");
  bench.json(R"({"properties":{"name":{"maxLength":3}}})");
  for (const char* body :
       {R"({"age":1})", R"({"age":-1})", R"({"name":"long"})", R"({"lines":[{"q":0},{"q":2}]})", "{", "[]",
        R"({"age":1}x)", R"({"lines":[{"q":1}],"name":"abc","age":0})"}) {
    const Explanation explanation = bench.explain(body);
    EXPECT_EQ(explanation.violations.empty(), bench.verdict() == Verdict::conforms) << body;
  }
}

TEST(Plan, TellsSchemaLeavesAndRulesTogether) {
  Bench bench(std::string(kAge) +
              R"(,{"name":"q","field":"lines[*].q","check":{"minimum":1},"onViolation":"mark"})");
  bench.json(R"({"properties":{"name":{"maxLength":3}}})");
  bench.input.default_action = Action::observe;
  const auto violations = bench.explain(R"({"age":-1,"name":"long","lines":[{"q":1},{"q":0}]})").violations;
  ASSERT_THAT(violations, SizeIs(3));
  EXPECT_EQ(violations[0].rule, "schema");
  EXPECT_EQ(violations[0].kind, "schema.maxLength");
  EXPECT_EQ(violations[0].path, "name");
  EXPECT_EQ(violations[0].action, Action::observe);
  EXPECT_EQ(violations[1].path, "lines[1].q");
  EXPECT_EQ(violations[1].action, Action::mark);
  EXPECT_EQ(violations[2].rule, "age");
  EXPECT_EQ(violations[2].action, Action::observe);
}

TEST(Plan, RulesSayNothingOfABodyThatDidNotDecode) {
  Bench bench(R"({"name":"need","field":"a","check":{"required":true}},
                 {"name":"key-need","field":"key:b","check":{"required":true}})");
  bench.plain();
  bench.input.key.reading = Reading::json;
  const auto violations = bench.explain("{", "{}").violations;
  ASSERT_THAT(violations, SizeIs(2));
  EXPECT_EQ(violations[0].kind, "schema.malformed");
  EXPECT_EQ(violations[1].rule, "key-need");
}

TEST(Plan, ReadsAPlainKeyAsText) {
  Bench bench(R"({"name":"k","field":"key:","check":{"pattern":"^[a-z]+$"}})");
  bench.input.key.reading = Reading::text;
  EXPECT_THAT(bench.explain("v", "abc").violations, IsEmpty());
  EXPECT_THAT(bench.explain("v", "ABC").violations, SizeIs(1));
  EXPECT_THAT(bench.explain("v", "").violations, SizeIs(1));
  EXPECT_THAT(bench.explain("v").violations, IsEmpty());
}

TEST(Plan, AKeyThatIsNoUtf8IsNoText) {
  Bench bench(R"({"name":"k","field":"key:","check":{"maxLength":10}})");
  bench.input.key.reading = Reading::text;
  for (const char* key : {"\xff", "a\xe2\x82", "\xf0", "\xc0\x80", "\xed\xa0\x80"}) {
    const Explanation explanation = bench.explain("v", key);
    EXPECT_THAT(explanation.violations, SizeIs(1));
    EXPECT_EQ(bench.verdict(), Verdict::violates);
  }
}

TEST(Plan, IsUndecidedOverItsBudgetAndTheWorsePartWins) {
  Bench bench;
  bench.limits.steps_per_record_max = 100;
  bench.avro(R"({"type":"array","items":"null"})").key(R"({"type":"integer"})");
  const std::string many("\xd0\x0f\x00", 3);  // 1,000 items of no bytes
  EXPECT_THAT(bench.explain(many, "1").violations, IsEmpty());
  EXPECT_EQ(bench.verdict(), Verdict::undecided);
  EXPECT_THAT(bench.explain(many, "true").violations, SizeIs(1));
  EXPECT_EQ(bench.verdict(), Verdict::violates);
}

TEST(Plan, ListsNoMoreViolationsThanTheLimitButKnowsOfSecretsBeyond) {
  Bench bench(R"({"name":"q","field":"q[*]","check":{"minimum":1}},
                 {"name":"s","field":"s[*]","check":{"encrypted":true}})");
  bench.plain();
  bench.limits.violations_per_record_max = 5;
  std::string body = R"({"q":[0,0,0,0,0,0,0],"s":["plain text"]})";
  const Explanation explanation = bench.explain(body);
  EXPECT_THAT(explanation.violations, SizeIs(5));
  EXPECT_TRUE(explanation.secret);
  EXPECT_FALSE(bench.explain(R"({"q":[0,0,0]})").secret);
}

TEST(Plan, ARecordIsSecretWhenAMaskedValueIsWrongOrNoRuleLooksAtTheSecret) {
  Bench encrypted(std::string(kAge) + R"(,{"name":"s","field":"ssn","check":{"encrypted":true}})");
  encrypted.plain();
  EXPECT_TRUE(encrypted.explain(R"({"ssn":"plain"})").secret);
  EXPECT_FALSE(encrypted.explain(R"({"age":-1})").secret);
  Bench configured(kAge);
  configured.plain().input.masked = {*parse_path("ssn")};
  EXPECT_TRUE(configured.explain(R"({"age":-1})").secret);
}

TEST(Plan, SaysWhichRulesItAsksAndWhichFindNothing) {
  Bench bench(std::string(kAge) + R"(,{"name":"b","field":"b","check":{"minimum":0}})");
  bench.avro(R"({"type":"record","name":"R","fields":[{"name":"age","type":"int"}]})");
  ASSERT_THAT(bench.plan().rules(), SizeIs(1));
  EXPECT_EQ(bench.plan().rules()[0]->name, "age");
  ASSERT_THAT(bench.plan().unbound(), SizeIs(1));
  EXPECT_EQ(bench.plan().unbound()[0].rule->name, "b");
}

}  // namespace
}  // namespace assay::judge
