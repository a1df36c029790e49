// Rule files that change while they are watched.
#include "proxy/rules_watcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "proxy/config/config.h"
#include "tests/reference/rejects/drafts.h"
#include "tests/unit/catalog/memory_source.h"

namespace assay::proxy {
namespace {

using rejects::testing::metric;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kGood =
    R"({"topics":["people"],"rules":[{"name":"good","field":"age","check":{"minimum":0}}]})";
constexpr const char* kBetter =
    R"({"topics":["people"],"rules":[{"name":"better","field":"age","check":{"minimum":1}}]})";
constexpr const char* kBad =
    R"({"topics":["people"],"rules":[{"name":"bad","field":"age","check":{"minimun":0}}]})";
constexpr const char* kUnbound =
    R"({"topics":["people"],"rules":[{"name":"lost","field":"agge","check":{"minimum":0}}]})";

class RulesWatcherTest : public testing::Test {
 protected:
  RulesWatcherTest()
      : folder_(std::string("assay_watcher_") +
                testing::UnitTest::GetInstance()->current_test_info()->name()) {
    CatalogOptions options;
    options.policies = load_config("", "{}").config.policies;
    catalog_ = std::make_unique<CatalogService>(std::move(options), source_, metrics_, clock_);
    watcher_ = std::make_unique<RulesWatcher>(folder_.path, *catalog_, status_, metrics_, clock_, limits_);
  }
  void write(const std::string& text) {
    // Renamed into place: the watcher never reads half a file.
    const auto beside = folder_.path / ".new";
    std::ofstream(beside) << text;
    std::filesystem::rename(beside, folder_.path / "rules.json");
  }
  std::string active() const {
    const auto rules = catalog_->current()->rules;
    return rules == nullptr || rules->rules().empty() ? "" : rules->rules()[0].name;
  }
  template <class Condition>
  bool eventually(Condition condition) {
    for (int i = 0; i < 500 && !condition(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return condition();
  }
  bool refused() const { return metric(metrics_, "assay_rules_refused") == 1; }

  rejects::testing::TemporaryFolder folder_;
  MemorySource source_;
  Limits limits_;
  Metrics metrics_;
  ManualClock clock_{5'000};
  RulesStatus status_;
  std::unique_ptr<CatalogService> catalog_;
  std::unique_ptr<RulesWatcher> watcher_;
};

TEST_F(RulesWatcherTest, AGoodFileIsActiveOnceLoaded) {
  write(kGood);
  EXPECT_THAT(watcher_->load(), IsEmpty());
  EXPECT_EQ(active(), "good");
  EXPECT_EQ(status_.view().loaded_ms, 5'000);
  EXPECT_EQ(metric(metrics_, "assay_rules_loaded_total"), 1);
}

TEST_F(RulesWatcherTest, ABadFileIsToldWithItsPlaceAndNothingIsActive) {
  write(kBad);
  const auto problems = watcher_->load();
  ASSERT_THAT(problems, SizeIs(1));
  EXPECT_THAT(problems[0].file, HasSubstr("rules.json"));
  EXPECT_THAT(problems[0].suggestion, HasSubstr("minimum"));
  EXPECT_EQ(active(), "");
}

TEST_F(RulesWatcherTest, AChangeBecomesActive) {
  write(kGood);
  ASSERT_THAT(watcher_->load(), IsEmpty());
  watcher_->watch(std::chrono::milliseconds(5));
  write(kBetter);
  EXPECT_TRUE(eventually([&] { return active() == "better"; }));
}

TEST_F(RulesWatcherTest, ABadChangeLeavesTheOldSetActiveAndIsTold) {
  write(kGood);
  ASSERT_THAT(watcher_->load(), IsEmpty());
  watcher_->watch(std::chrono::milliseconds(5));
  clock_.advance(1'000);
  write(kBad);
  ASSERT_TRUE(eventually([&] { return refused() && status_.view().refused_ms != 0; }));
  EXPECT_EQ(active(), "good");
  const auto view = status_.view();
  EXPECT_EQ(view.loaded_ms, 5'000);
  EXPECT_EQ(view.refused_ms, 6'000);
  ASSERT_THAT(view.problems, SizeIs(1));
  EXPECT_THAT(view.problems[0].message, HasSubstr("minimun"));
  write(kBetter);
  ASSERT_TRUE(eventually([&] { return active() == "better" && !refused(); }));
  EXPECT_EQ(status_.view().refused_ms, 0);
  EXPECT_THAT(status_.view().problems, IsEmpty());
}

TEST_F(RulesWatcherTest, AFieldThatKnownSchemasLackIsABadChange) {
  source_.add("people-value", R"({"properties":{"age":{}},"additionalProperties":false})");
  write(kGood);
  ASSERT_THAT(watcher_->load(), IsEmpty());
  watcher_->watch(std::chrono::milliseconds(5));
  write(kUnbound);
  ASSERT_TRUE(eventually([&] { return status_.view().refused_ms != 0; }));
  EXPECT_EQ(active(), "good");
  EXPECT_EQ(status_.view().problems.at(0).pointer, "/rules/0/field");
}

TEST_F(RulesWatcherTest, AFieldThatKnownSchemasLackIsRefusedAtTheStart) {
  source_.add("people-value", R"({"properties":{"age":{}},"additionalProperties":false})");
  write(kUnbound);
  ASSERT_THAT(watcher_->load(), SizeIs(1));
  EXPECT_EQ(active(), "");
}

TEST_F(RulesWatcherTest, AFolderThatVanishesForAMomentChangesNothing) {
  write(kGood);
  ASSERT_THAT(watcher_->load(), IsEmpty());
  watcher_->watch(std::chrono::milliseconds(5));
  const auto away = folder_.path.string() + ".away";
  std::filesystem::rename(folder_.path, away);
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  std::filesystem::rename(away, folder_.path);
  EXPECT_EQ(active(), "good");
  EXPECT_FALSE(refused());
}

}  // namespace
}  // namespace assay::proxy
