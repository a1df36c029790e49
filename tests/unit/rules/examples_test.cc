// Every example, line by line: as plain JSON, by the program and by its slow twin.
#include <filesystem>
#include <fstream>

#include "tests/reference/rules/sample.h"
#include "tests/unit/rules/support.h"

namespace assay::rules {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> lines_of(const fs::path& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) lines.push_back(line);
  }
  EXPECT_FALSE(lines.empty()) << path;
  return lines;
}

std::set<std::pair<std::string, std::string>> places(const reference::Broken& broken) {
  std::set<std::pair<std::string, std::string>> all;
  for (const auto& [rule, path, keyword] : broken) all.emplace(rule, path);
  return all;
}

void judge_lines(const fs::path& folder, const Program& program, const RuleSet& set, bool accept,
                 std::set<std::string>& bitten) {
  std::vector<const Rule*> rules;
  for (const Rule& rule : set.rules()) rules.push_back(&rule);
  for (const std::string& line : lines_of(folder / (accept ? "accept.jsonl" : "reject.jsonl"))) {
    const reference::Sample sample = reference::read_sample(line);
    bool passes = false;
    const auto broken = reference::judge_by_program(program, sample, passes);
    EXPECT_EQ(passes, accept) << folder << ": " << line;
    EXPECT_EQ(broken.empty(), accept) << folder << ": " << line;
    EXPECT_EQ(places(broken), places(reference::judge_naively(rules, sample))) << folder << ": " << line;
    for (const auto& [rule, path, keyword] : broken) bitten.insert(rule);
  }
}

TEST(Examples, AcceptWhatTheyAcceptAndRejectWhatTheyReject) {
  std::size_t examples = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(ASSAY_SOURCE_DIR) / "examples")) {
    if (!fs::exists(entry.path() / "rule.json")) continue;
    ++examples;
    const auto files = read_rule_files(entry.path() / "rule.json", Limits{}).value();
    const LoadedRules loaded = load_rules(files, Limits{});
    ASSERT_NE(loaded.set, nullptr) << problems_text(loaded);
    std::vector<const Rule*> rules;
    for (const Rule& rule : loaded.set->rules()) rules.push_back(&rule);
    const auto program = compile(rules, nullptr, nullptr, Limits{}).value().program;
    std::set<std::string> bitten;
    judge_lines(entry.path(), *program, *loaded.set, true, bitten);
    judge_lines(entry.path(), *program, *loaded.set, false, bitten);
    EXPECT_EQ(bitten.size(), rules.size())
        << entry.path() << ": every rule is broken by some line of reject.jsonl";
  }
  EXPECT_GE(examples, 8U);
}

}  // namespace
}  // namespace assay::rules
