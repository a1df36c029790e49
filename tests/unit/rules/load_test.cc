#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/unit/rules/support.h"

namespace assay::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kShape =
    R"({ "$schema": "assay-rules.schema.json", "topics": ["customers", "customers.*"], "owner": "crm",
  "rules": [
  { "name": "age-positive", "doc": "Ages are counted in years", "field": "person.age",
    "check": { "exclusiveMinimum": 0, "maximum": 150 } },
  { "name": "email-has-at", "field": "person.email", "check": { "required": true, "contains": "@" } },
  { "name": "ssn-encrypted", "field": "person.ssn", "check": { "encrypted": true } },
  { "name": "lines-positive", "topics": ["orders"], "field": "lines[*].quantity", "check": { "minimum": 1 }, "onViolation": "mark" },
  { "name": "tenant-known", "field": "header:tenant", "check": { "enum": ["eu", "us"] }, "onViolation": "observe" }
] })";

TEST(LoadRules, ReadsTheShapeOfRuleFiles) {
  const LoadedRules loaded = load_text(kShape, "rules/customers.json");
  ASSERT_NE(loaded.set, nullptr) << problems_text(loaded);
  EXPECT_TRUE(loaded.problems.empty());
  const auto rules = loaded.set->rules();
  ASSERT_EQ(rules.size(), 5U);
  EXPECT_EQ(rules[0].name, "age-positive");
  EXPECT_EQ(rules[0].doc, "Ages are counted in years");
  EXPECT_EQ(rules[0].owner, "crm");
  EXPECT_EQ(rules[0].source, "rules/customers.json:/rules/0");
  EXPECT_THAT(rules[0].topics, ElementsAre("customers", "customers.*"));
  EXPECT_EQ(rules[0].on_violation, std::nullopt);
  EXPECT_EQ(rules[0].severity, Severity::error);
  EXPECT_FALSE(rules[0].masked);
  EXPECT_TRUE(rules[2].masked);
  EXPECT_THAT(rules[3].topics, ElementsAre("orders"));
  EXPECT_EQ(rules[3].on_violation, Action::mark);
  EXPECT_EQ(rules[4].on_violation, Action::observe);
  EXPECT_EQ(rules[4].field.part, Part::header);
}

TEST(LoadRules, ChoosesRulesByTopicInOrder) {
  const LoadedRules loaded = load_text(kShape);
  const auto names = [&](std::string_view topic) {
    std::vector<std::string> found;
    for (const Rule* rule : loaded.set->for_topic(topic)) found.push_back(rule->name);
    return found;
  };
  EXPECT_THAT(names("orders"), ElementsAre("lines-positive"));
  EXPECT_THAT(names("customers.eu"),
              ElementsAre("age-positive", "email-has-at", "ssn-encrypted", "tenant-known"));
  EXPECT_TRUE(names("customersx").empty());
}

TEST(LoadRules, DisabledRulesAreKeptButNotChosen) {
  const LoadedRules loaded = load_text(one_rule(R"({"minimum":1})", "f", R"(,"enabled":false)"));
  ASSERT_NE(loaded.set, nullptr);
  EXPECT_EQ(loaded.set->rules().size(), 1U);
  EXPECT_TRUE(loaded.set->for_topic("t").empty());
}

TEST(LoadRules, TellsTheRuleAgainWithItsDefaults) {
  const LoadedRules loaded = load_text(
      R"({"topics":["t"],"severity":"info","onViolation":"mark","owner":"o",
          "rules":[{"name":"r","field":"[\"a b\"].c","check":{"minimum":0.10,"not":{"enum":[1e2,"x\n"]}}}]})");
  ASSERT_NE(loaded.set, nullptr) << problems_text(loaded);
  EXPECT_EQ(loaded.set->rules()[0].json,
            R"({"name":"r","doc":"","owner":"o","topics":["t"],"field":"[\"a b\"].c","severity":"info",)"
            R"("onViolation":"mark","enabled":true,"check":{"minimum":0.10,"not":{"enum":[1e2,"x\n"]}}})");
}

TEST(LoadRules, VersionDependsOnEveryByteAndName) {
  const auto version = [](const std::string& text, const std::string& name) {
    return load_text(text, name).set->version();
  };
  const std::string text = one_rule(R"({"minimum":1})");
  EXPECT_EQ(version(text, "a").size(), 16U);
  EXPECT_EQ(version(text, "a"), version(text, "a"));
  EXPECT_NE(version(text, "a"), version(text + " ", "a"));
  EXPECT_NE(version(text, "a"), version(text, "b"));
}

TEST(LoadRules, AnEmptySetIsASet) {
  const LoadedRules loaded = load_rules({}, Limits{});
  ASSERT_NE(loaded.set, nullptr);
  EXPECT_TRUE(loaded.set->rules().empty());
  EXPECT_NE(load_text(R"({"rules":[]})").set, nullptr);
}

TEST(LoadRules, TellsEveryProblemWithItsPlaceInOrder) {
  const LoadedRules loaded = load_text(
      "{ \"topics\": [\"t\"],\n"
      "  \"ownr\": \"crm\",\n"
      "  \"rules\": [\n"
      "    { \"name\": \"a\", \"field\": \"x..y\", \"check\": { \"minimun\": 0 } },\n"
      "    { \"name\": \"a\", \"field\": \"x\", \"check\": { \"minLength\": 5, \"maxLength\": 4 } } ] }",
      "rules/a.json");
  EXPECT_EQ(loaded.set, nullptr);
  EXPECT_EQ(
      problems_text(loaded),
      "rules/a.json:2:3: /ownr: \"ownr\" is no member of a rule file; did you mean \"owner\"?\n"
      "rules/a.json:4:29: /rules/0/field: path \"x..y\", column 3: a field name is missing\n"
      "rules/a.json:4:48: /rules/0/check/minimun: unknown keyword \"minimun\"; did you mean \"minimum\"?\n"
      "rules/a.json:5:15: /rules/1/name: a rule named \"a\" stands at rules/a.json:4:15 already; "
      "names are unique over all files\n"
      "rules/a.json:5:58: /rules/1/check/minLength: minLength 5 is above maxLength 4: no value fits\n");
}

TEST(LoadRules, NamesAreUniqueOverAllFiles) {
  const std::vector<RuleFile> files{{"a.json", one_rule(R"({"minimum":1})")},
                                    {"b.json", one_rule(R"({"minimum":1})")}};
  const LoadedRules loaded = load_rules(files, Limits{});
  ASSERT_EQ(loaded.problems.size(), 1U);
  EXPECT_EQ(loaded.set, nullptr);
  EXPECT_EQ(loaded.problems[0].file, "b.json");
  EXPECT_THAT(loaded.problems[0].message, HasSubstr("a.json:1:"));
}

// The message and the suggestion of the one problem that a file has.
std::string only_problem(const std::string& text) {
  const LoadedRules loaded = load_text(text);
  EXPECT_EQ(loaded.set, nullptr) << text;
  EXPECT_EQ(loaded.problems.size(), 1U) << text << "\n" << problems_text(loaded);
  return loaded.problems.empty() ? ""
                                 : loaded.problems[0].pointer + ": " + loaded.problems[0].message + "; " +
                                       loaded.problems[0].suggestion;
}

TEST(LoadRules, RefusesWhatIsNotJson) {
  EXPECT_THAT(only_problem(""), HasSubstr("not JSON"));
  EXPECT_THAT(only_problem("{\"rules\":[}"), HasSubstr("not JSON"));
  EXPECT_THAT(only_problem("{\"rules\":[]} x"), HasSubstr("not JSON"));
  EXPECT_THAT(only_problem("\xEF\xBB\xBF{\"rules\":[]}"), HasSubstr("byte-order mark"));
  EXPECT_THAT(only_problem("{\"rules\":[],\"owner\":\"\xff\"}"), HasSubstr("not JSON"));
  EXPECT_THAT(only_problem("[]"), HasSubstr("a rule file is an object, not an array"));
  const LoadedRules loaded = load_text("{\n \"rules\": [ tru ]\n}");
  EXPECT_EQ(loaded.problems.at(0).at.line, 2U);
}

TEST(LoadRules, RefusesOtherShapes) {
  EXPECT_THAT(only_problem("{}"), HasSubstr("\"rules\" is missing"));
  EXPECT_THAT(only_problem(R"({"rules":{}})"), HasSubstr("rules is a list of rules, not an object"));
  EXPECT_THAT(only_problem(R"({"topics":["t"],"rules":[5]})"),
              HasSubstr("a rule is an object, not a number"));
  EXPECT_THAT(only_problem(R"({"rules":[{"name":"r","field":"f","check":{"minimum":1}}]})"),
              HasSubstr("no topics"));
  EXPECT_THAT(only_problem(R"({"topics":"t","rules":[]})"), HasSubstr("write [\"t\"]"));
  EXPECT_THAT(only_problem(R"({"topics":[],"rules":[]})"), HasSubstr("never run"));
  EXPECT_THAT(only_problem(R"({"topics":["a b"],"rules":[]})"), HasSubstr("can match no topic"));
  EXPECT_THAT(only_problem(R"({"topics":["a","a"],"rules":[]})"), HasSubstr("twice"));
  EXPECT_THAT(only_problem(R"({"owner":5,"rules":[]})"), HasSubstr("owner is a string, not a number"));
  EXPECT_THAT(only_problem(R"({"severity":"fatal","rules":[]})"), HasSubstr("unknown severity"));
  EXPECT_THAT(only_problem(R"({"onViolation":"drop","rules":[]})"),
              HasSubstr("\"reject\", \"mark\" or \"observe\""));
  EXPECT_THAT(only_problem(R"({"onViolation":"divert","rules":[]})"), HasSubstr("not available yet"));
  EXPECT_THAT(only_problem(R"({"rules":[],"enabled":true})"), HasSubstr("belongs into a rule"));
  EXPECT_THAT(only_problem(one_rule(R"({"minimum":1})", "f", R"(,"minimum":1)")),
              HasSubstr("belongs into \"check\""));
  EXPECT_THAT(only_problem(one_rule(R"({"minimum":1})", "f", R"(,"enabled":"no")")),
              HasSubstr("true or false"));
}

TEST(LoadRules, RefusesNamesThatNobodyCanQuote) {
  for (const std::string& name :
       std::vector<std::string>{"", "9a", "-a", "a b", "a.b", "ä", std::string(257, 'a')}) {
    const std::string text =
        R"({"topics":["t"],"rules":[{"name":")" + name + R"(","field":"f","check":{"minimum":1}}]})";
    EXPECT_THAT(only_problem(text), HasSubstr("a rule's name")) << name;
  }
  EXPECT_THAT(
      only_problem(R"({"topics":["t"],"rules":[{"name":"schema","field":"f","check":{"minimum":1}}]})"),
      HasSubstr("is taken"));
}

TEST(LoadRules, RefusesAMemberThatStandsTwice) {
  EXPECT_THAT(only_problem(R"({"rules":[],"owner":"a","owner":"b"})"),
              HasSubstr("/owner: \"owner\" stands in this"));
  EXPECT_THAT(only_problem(one_rule(R"({"minimum":1,"minimum":2})")), HasSubstr("/rules/0/check/minimum"));
  EXPECT_THAT(only_problem(one_rule(R"({"not":{"minimum":1,"minim\u0075m":2}})")),
              HasSubstr("stands in this object"));
}

TEST(LoadRules, IsBoundedInSizeDepthAndNumber) {
  Limits limits;
  limits.rule_file_bytes_max = 100;
  const std::vector<RuleFile> large{{"a", std::string(101, ' ')}};
  EXPECT_THAT(problems_text(load_rules(large, limits)), HasSubstr("larger than 100 bytes"));
  EXPECT_THAT(only_problem(std::string(100'000, '[')), HasSubstr("nested deeper"));
  limits = Limits{};
  limits.schema_nodes_max = 10;
  const std::vector<RuleFile> many{{"a", R"({"rules":[1,1,1,1,1,1,1,1,1,1,1]})"}};
  EXPECT_THAT(problems_text(load_rules(many, limits)), HasSubstr("more than 10 values"));
  std::string text = R"({"rules":[)";
  for (int i = 0; i < 5000; ++i) text += "0,";
  EXPECT_EQ(load_text(text + "0]}").problems.size(), 1000U);
}

TEST(RuleFiles, AreFoundBelowAFolderSorted) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::path(::testing::TempDir()) / "assay-rule-files";
  fs::remove_all(folder);
  fs::create_directories(folder / "b");
  fs::create_directories(folder / ".git");
  for (const char* name :
       {"b/2.json", "a.json", ".hidden.json", ".git/x.json", "notes.txt", "assay-rules.schema.json"}) {
    std::ofstream(folder / name) << name;
  }
  const auto files = read_rule_files(folder, Limits{}).value();
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[0].name, (folder / "a.json").string());
  EXPECT_EQ(files[1].text, "b/2.json");
  EXPECT_EQ(read_rule_files(folder / "a.json", Limits{}).value().size(), 1U);
  EXPECT_EQ(read_rule_files(folder / "none", Limits{}).error().code(), ErrorCode::not_found);
  Limits limits;
  limits.rule_file_bytes_max = 3;
  EXPECT_EQ(read_rule_files(folder, limits).error().code(), ErrorCode::too_large);
  fs::remove_all(folder);
}

}  // namespace
}  // namespace assay::rules
