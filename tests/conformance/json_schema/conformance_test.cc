// Runs the official suite. Differences are listed in tests/data/json_schema/conformance.txt, each with its
// reason; any other failure fails the test, and so does a listed one that no longer is one.
#include <gtest/gtest.h>

#include <fstream>
#include <iostream>
#include <set>

#include "registry/schema/json_schema/json_schema.h"
#include "tests/conformance/json_schema/suite.h"

namespace assay::schema::json {
namespace {

class IgnoreLeaves : public LeafSink {
 public:
  void check(LeafId, const Value&) override {}
  void explain(LeafId, const Value&, std::string_view) override {}
};

// Lines of the list: a file, or the beginning of a case's name; indented lines and those that begin with #
// are reasons.
std::set<std::string> known_differences() {
  std::ifstream in(ASSAY_TEST_DATA "/json_schema/conformance.txt");
  std::set<std::string> out;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line[0] != '#' && line[0] != ' ') out.insert(line);
  }
  return out;
}

struct Tally {
  std::size_t passed = 0, listed = 0, total = 0;
};

class Conformance : public testing::Test {
 protected:
  Conformance() : suite_(ASSAY_JSON_SCHEMA_SUITE), known_(known_differences()) {}

  void SetUp() override { ASSERT_TRUE(suite_.found()) << "run scripts/fetch-json-schema-suite"; }

  void TearDown() override {
    for (const std::string& line : known_) {
      const bool ours = std::any_of(folders_.begin(), folders_.end(), [&](const std::string& folder) {
        return line.starts_with(folder + '/') && line.find('/', folder.size() + 1) == std::string::npos;
      });
      EXPECT_TRUE(!ours || used_.contains(line)) << "listed, but no difference any more: " << line;
    }
  }

  bool is_known(const SuiteCase& one) {
    for (const std::string& line : known_) {
      if (!one.name.starts_with(line)) continue;
      used_.insert(line);
      return true;
    }
    return false;
  }

  void run(const std::string& folder, const std::string& dialect, bool assert_formats) {
    folders_.push_back(folder);
    Tally tally;
    for (const SuiteGroup& group : suite_.groups(folder, dialect)) run_group(group, assert_formats, tally);
    std::cout << "json-schema-test-suite " << folder << ": " << tally.passed << "/" << tally.total
              << " passed, " << tally.listed << " listed differences\n";
    EXPECT_GT(tally.total, 0U);
  }

  void run_group(const SuiteGroup& group, bool assert_formats, Tally& tally) {
    const auto references = suite_.references(group.schema);
    std::string error;
    std::shared_ptr<const Validator> validator;
    const auto schema = parse(group.schema, references, Limits{});
    if (schema) {
      const auto compiled = (*schema)->compile(PathTrie{}, CompileOptions{assert_formats, Limits{}});
      compiled ? void(validator = *compiled) : void(error = compiled.error().message());
    } else {
      error = schema.error().message();
    }
    for (const SuiteCase& one : group.cases) {
      ++tally.total;
      const std::string problem = validator ? judge(*validator, one) : error;
      if (problem.empty()) {
        ++tally.passed;
      } else if (is_known(one)) {
        ++tally.listed;
      } else {
        ADD_FAILURE() << one.name << "\n  " << problem << "\n  schema " << group.schema << "\n  data "
                      << one.data;
      }
    }
  }

  static std::string judge(const Validator& validator, const SuiteCase& one) {
    const auto workspace = validator.make_workspace();
    IgnoreLeaves leaves;
    const Bytes body = as_bytes(one.data);
    validator.begin({&body, 1}, *workspace);
    const Walk walk = validator.walk(0, *workspace, {}, leaves);
    std::vector<Violation> violations;
    const Walk explained = validator.explain(body, *workspace, {}, leaves, violations);
    if (walk != explained) return "walk and explain differ";
    if ((walk == Walk::conforms) != violations.empty()) return "violations do not fit the verdict";
    if (walk > Walk::violates) return "not judged";
    if ((walk == Walk::conforms) == one.valid) return "";
    return one.valid ? "refused: " + violations[0].kind + ' ' + violations[0].reason : "accepted";
  }

  Suite suite_;
  std::set<std::string> known_, used_;
  std::vector<std::string> folders_;
};

constexpr auto kDraft4 = "http://json-schema.org/draft-04/schema#";
constexpr auto kDraft6 = "http://json-schema.org/draft-06/schema#";
constexpr auto kDraft7 = "http://json-schema.org/draft-07/schema#";
constexpr auto kDraft2019 = "https://json-schema.org/draft/2019-09/schema";
constexpr auto kDraft2020 = "https://json-schema.org/draft/2020-12/schema";

TEST_F(Conformance, Draft4) {
  run("draft4", kDraft4, false);
}
TEST_F(Conformance, Draft6) {
  run("draft6", kDraft6, false);
}
TEST_F(Conformance, Draft7) {
  run("draft7", kDraft7, false);
}
TEST_F(Conformance, Draft2019) {
  run("draft2019-09", kDraft2019, false);
}
TEST_F(Conformance, Draft2020) {
  run("draft2020-12", kDraft2020, false);
}
TEST_F(Conformance, Draft7Optional) {
  run("draft7/optional", kDraft7, false);
}
TEST_F(Conformance, Draft2020Optional) {
  run("draft2020-12/optional", kDraft2020, false);
}
TEST_F(Conformance, Draft7Formats) {
  run("draft7/optional/format", kDraft7, true);
}
TEST_F(Conformance, Draft2020Formats) {
  run("draft2020-12/optional/format", kDraft2020, true);
}

}  // namespace
}  // namespace assay::schema::json
