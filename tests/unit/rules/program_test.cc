#include <gmock/gmock.h>

#include <map>

#include "tests/unit/rules/support.h"

namespace assay::rules {
namespace {

using ::testing::HasSubstr;

// Rules over several fields, compiled for schemas of the test's choice.
struct Bench {
  LoadedRules loaded;
  std::vector<const Rule*> rules;
  Compiled compiled;

  explicit Bench(const std::string& rules_json, const SchemaFacts* key = nullptr,
                 const SchemaFacts* value = nullptr)
      : loaded(load_text(R"({"topics":["t"],"rules":)" + rules_json + "}")) {
    EXPECT_NE(loaded.set, nullptr) << problems_text(loaded);
    rules = loaded.set->for_topic("t");
    compiled = compile(rules, key, value, Limits{}).value();
  }
  const Program& program() const { return *compiled.program; }
  std::vector<Violation> explain(const Readings& readings, Action action = Action::reject) const {
    std::vector<Violation> violations;
    program().explain(readings, action, violations);
    EXPECT_EQ(program().passes(readings), violations.empty());
    return violations;
  }
};

class FakeFacts : public SchemaFacts {
 public:
  explicit FakeFacts(std::map<std::string, Type> types, bool json = false)
      : types_(std::move(types)), json_(json) {}
  Type type_at(const Path& path) const override {
    Path bare = path;
    bare.part = Part::value;
    const auto found = types_.find(to_string(bare));
    return found == types_.end() ? Type{} : found->second;
  }
  std::vector<std::string> paths(std::size_t) const override {
    std::vector<std::string> paths;
    for (const auto& [path, type] : types_) paths.push_back(path);
    return paths;
  }
  bool json_spans() const override { return json_; }

 private:
  std::map<std::string, Type> types_;
  bool json_;
};

Type typed(KindSet kinds, Logical logical = Logical::none) {
  return {Presence::always, kinds, logical, {}};
}

TEST(Program, ReadsEachPathOnce) {
  const Bench bench(R"([
    {"name":"a","field":"x.y","check":{"minimum":1}},
    {"name":"b","field":"x.\"y\"","check":{"maximum":9}},
    {"name":"c","field":"x[*]","check":{"minimum":1}},
    {"name":"d","field":"key:x.y","check":{"minimum":1}},
    {"name":"e","field":"header:h","check":{"minLength":1}},
    {"name":"f","field":"z","check":{"minimum":1}},
    {"name":"g","field":"x[*]","check":{"maximum":9}}])");
  const auto& reads = bench.program().reads(Part::value);
  ASSERT_EQ(reads.size(), 3U);
  EXPECT_EQ(to_string(reads[0].path), "x.y");
  EXPECT_FALSE(reads[0].leaf);
  EXPECT_EQ(reads[0].id, 0);
  EXPECT_TRUE(reads[1].leaf);
  EXPECT_EQ(reads[1].id, 0);
  EXPECT_EQ(reads[2].id, 1);
  ASSERT_EQ(bench.program().reads(Part::key).size(), 1U);
  EXPECT_EQ(bench.program().rules().size(), 7U);
  EXPECT_FALSE(bench.program().empty());
  EXPECT_TRUE(compile({}, nullptr, nullptr, Limits{}).value().program->empty());
}

TEST(Program, JudgesLeavesOneByOne) {
  const Bench bench(R"([
    {"name":"b","field":"z[*]","check":{"maximum":9}},
    {"name":"a","field":"x[*]","check":{"minimum":1}},
    {"name":"c","field":"x[*]","check":{"maximum":9}},
    {"name":"d","field":"x[*].q","check":{"required":true}}])");
  const Program& program = bench.program();
  const LeafId z = 0, x = 1, q = 2;
  EXPECT_TRUE(program.leaf_passes(Part::value, x, integer_value(5)));
  EXPECT_FALSE(program.leaf_passes(Part::value, x, integer_value(0)));
  EXPECT_FALSE(program.leaf_passes(Part::value, x, integer_value(10)));
  EXPECT_TRUE(program.leaf_passes(Part::value, z, integer_value(0)));
  EXPECT_FALSE(program.leaf_passes(Part::value, q, kind_value(Kind::absent)));
  EXPECT_TRUE(program.leaf_passes(Part::key, x, integer_value(0)));  // the key has none
  std::vector<Violation> violations;
  program.explain_leaf(Part::value, x, text_value("a"), "x[2]", Action::observe, violations);
  program.explain_leaf(Part::value, q, kind_value(Kind::absent), "x[3].q", Action::observe, violations);
  ASSERT_EQ(violations.size(), 3U);
  EXPECT_EQ(violations[0].rule, "a");
  EXPECT_EQ(violations[1].rule, "c");
  EXPECT_EQ(violations[1].path, "x[2]");
  EXPECT_EQ(violations[1].fragment, "\"a\"");
  EXPECT_EQ(violations[2].path, "x[3].q");
  EXPECT_EQ(violations[2].action, Action::observe);
}

TEST(Program, LooksAtEveryHeaderOfTheName) {
  const Bench bench(R"([{"name":"h","field":"header:tenant","check":{"required":true,"enum":["eu","us"]}}])");
  const auto judge = [&](std::vector<HeaderView> headers) {
    RecordView record;
    record.headers = headers;
    Readings readings;
    readings.record = &record;
    return bench.explain(readings);
  };
  EXPECT_TRUE(judge({{"tenant", as_bytes("eu")}}).empty());
  EXPECT_TRUE(judge({{"other", as_bytes("x")}, {"tenant", as_bytes("us")}}).empty());
  EXPECT_EQ(judge({{"tenant", as_bytes("eu")}, {"tenant", as_bytes("x")}}).size(), 1U);
  EXPECT_EQ(judge({}).at(0).reason, "is missing, but required");
  EXPECT_EQ(judge({{"tenant", std::nullopt}}).at(0).reason, "is null, but required");
  const auto bytes = judge({{"tenant", as_bytes("\xff\xfe")}});
  ASSERT_EQ(bytes.size(), 1U);
  EXPECT_EQ(bytes[0].part, Part::header);
  EXPECT_EQ(bytes[0].path, "tenant");
  EXPECT_EQ(describe(bytes[0], 500), "rule h: header:tenant is 0xfffe, must be one of \"eu\", \"us\"");
  Readings no_record;
  EXPECT_FALSE(bench.program().passes(no_record));
}

TEST(Program, ATombstoneIsNotAskedForItsFields) {
  const Bench bench(R"([{"name":"v","field":"f","check":{"required":true}},
                        {"name":"k","field":"key:","check":{"required":true}}])");
  Value key = text_value("k"), value;
  Readings readings{Slots(&key, 1), Slots(&value, 1), nullptr, true};
  EXPECT_TRUE(bench.explain(readings).empty());
  readings.tombstone = false;
  EXPECT_EQ(bench.explain(readings).at(0).rule, "v");
  readings.tombstone = true;
  key = Value{};
  const auto violations = bench.explain(readings);
  ASSERT_EQ(violations.size(), 1U);
  EXPECT_EQ(describe(violations[0], 500), "rule k: key:$ is missing, but required");
}

TEST(Program, ARulesActionGoesBeforeTheTopics) {
  const Bench bench(R"([{"name":"a","field":"f","check":{"minimum":1},"onViolation":"mark"},
                        {"name":"b","field":"f","check":{"minimum":1}}])");
  Value value = integer_value(0);
  Readings readings;
  readings.value = Slots(&value, 1);
  const auto violations = bench.explain(readings, Action::observe);
  ASSERT_EQ(violations.size(), 2U);
  EXPECT_EQ(violations[0].action, Action::mark);
  EXPECT_EQ(violations[1].action, Action::observe);
}

TEST(Program, OtherRulesOverASecretAreMaskedToo) {
  const Bench bench(R"([{"name":"secret","field":"p[*].ssn","check":{"encrypted":true}},
                        {"name":"length","field":"p[*].ssn","check":{"minLength":50,"startsWith":"x"}},
                        {"name":"one","field":"p.me.ssn","check":{"minLength":50}},
                        {"name":"other","field":"p.me.name","check":{"minLength":50}}])");
  std::vector<Violation> violations;
  bench.program().explain_leaf(Part::value, 0, text_value("123-45-6789"), "p[0].ssn", Action::reject,
                               violations);
  std::vector<Value> slots{text_value("123-45-6789"), text_value("Ada")};
  Readings readings;
  readings.value = slots;
  bench.program().explain(readings, Action::reject, violations);
  ASSERT_EQ(violations.size(), 5U);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_TRUE(violations[i].masked) << i;
    EXPECT_TRUE(violations[i].fragment.empty());
    EXPECT_THAT(violations[i].reason, ::testing::Not(HasSubstr("123")));
    EXPECT_THAT(violations[i].reason, ::testing::Not(HasSubstr("11 char")));
  }
  EXPECT_EQ(violations[1].reason, "must have at least 50 characters (value not shown)");
  EXPECT_FALSE(violations[4].masked);
  EXPECT_EQ(violations[4].fragment, "\"Ada\"");
}

TEST(Program, ViolationsAndFragmentsAreBounded) {
  const Bench bench(R"([{"name":"a","field":"f","check":{"minimum":1}}])");
  const std::string large(10'000, 'x');
  std::vector<Violation> violations;
  Value value = text_value(large);
  Readings readings;
  readings.value = Slots(&value, 1);
  for (int i = 0; i < 100; ++i) bench.program().explain(readings, Action::reject, violations);
  EXPECT_EQ(violations.size(), Limits{}.violations_per_record_max);
  EXPECT_LE(violations[0].fragment.size(), Limits{}.fragment_bytes_max + 10);
  EXPECT_LE(violations[0].reason.size(), Limits{}.fragment_bytes_max + 60);
}

TEST(Program, TooManyFieldsAreAnErrorNotAWrap) {
  std::string rules = "[";
  for (int i = 0; i < 70; ++i) {
    std::string path = "a" + std::to_string(i);
    for (int j = 0; j < 255; ++j) path += ".b";
    for (int k = 0; k < 4; ++k) {
      rules += R"({"name":"r)" + std::to_string(i) + "_" + std::to_string(k) + R"(","field":")" +
               path.substr(0, path.size() - static_cast<std::size_t>(k)) + "c" +
               R"(","check":{"minimum":1}},)";
    }
  }
  rules.back() = ']';
  const LoadedRules loaded = load_text(R"({"topics":["t"],"rules":)" + rules + "}");
  ASSERT_NE(loaded.set, nullptr) << problems_text(loaded);
  EXPECT_EQ(compile(loaded.set->for_topic("t"), nullptr, nullptr, Limits{}).error().code(),
            ErrorCode::too_large);
}

TEST(Bindings, SayWhatTheSchemaLacks) {
  const FakeFacts facts({{"person.age", typed({Kind::integer})}, {"person.name", typed({Kind::string})}});
  const Bench bench(R"([{"name":"a","field":"person.aeg","check":{"minimum":1}},
                        {"name":"b","field":"person.gone","check":{"required":true}},
                        {"name":"c","field":"person.age","check":{"minimum":1}},
                        {"name":"d","field":"key:x","check":{"minimum":1}}])",
                    nullptr, &facts);
  const auto& unbound = bench.compiled.unbound;
  ASSERT_EQ(unbound.size(), 2U);
  EXPECT_EQ(unbound[0].state, Binding::State::unbound);
  EXPECT_EQ(unbound[0].why, "the schema has no field person.aeg; did you mean person.age?");
  // Never there: only `required` can bite.
  std::vector<std::string> names;
  for (const Rule* rule : bench.program().rules()) names.push_back(rule->name);
  EXPECT_THAT(names, ::testing::ElementsAre("b", "c", "d"));
  std::vector<Value> values(2), keys(1);
  values[1] = integer_value(1);
  Readings readings{keys, values, nullptr, false};
  EXPECT_EQ(bench.explain(readings).at(0).rule, "b");
}

TEST(Bindings, SayWhatTheTypeMakesImpossible) {
  const FakeFacts avro({{"age", typed({Kind::string})},
                        {"day", typed({Kind::integer}, Logical::date)},
                        {"list", typed({Kind::array})},
                        {"inner", typed({Kind::object})},
                        {"any", typed(KindSet::any())}});
  const Bench bench(R"([{"name":"a","field":"age","check":{"minimum":1}},
                        {"name":"b","field":"day","check":{"format":"date"}},
                        {"name":"c","field":"day","check":{"format":"date-time"}},
                        {"name":"d","field":"day","check":{"format":"email"}},
                        {"name":"e","field":"list","check":{"uniqueItems":true}},
                        {"name":"f","field":"any","check":{"minimum":1}},
                        {"name":"g","field":"age","check":{"encrypted":true}},
                        {"name":"h","field":"day","check":{"encrypted":true}},
                        {"name":"i","field":"inner","check":{"encrypted":true}}])",
                    nullptr, &avro);
  std::map<std::string, std::string> why;
  for (const Binding& binding : bench.compiled.unbound) {
    EXPECT_EQ(binding.state, Binding::State::impossible_type);
    why[binding.rule->name] = binding.why;
  }
  ASSERT_EQ(why.size(), 6U);
  EXPECT_EQ(why.count("i"), 1U);
  EXPECT_EQ(why["a"], "age is a string in the schema; minimum can never hold for that");
  EXPECT_THAT(why["c"], HasSubstr("format can never hold"));
  EXPECT_THAT(why["d"], HasSubstr("day is an integer"));
  EXPECT_THAT(why["e"], HasSubstr("uniqueItems compares items as JSON"));
  EXPECT_THAT(why["h"], HasSubstr("encrypted can never hold"));
  const FakeFacts json({{"list", typed({Kind::array})}}, true);
  EXPECT_TRUE(Bench(R"([{"name":"e","field":"list","check":{"uniqueItems":true}}])", nullptr, &json)
                  .compiled.unbound.empty());
}

}  // namespace
}  // namespace assay::rules
