#include "proxy/rules_watcher.h"

#include <algorithm>

#include "base/log.h"

namespace assay::proxy {
namespace {

bool same_files(const std::vector<rules::RuleFile>& a, const std::vector<rules::RuleFile>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const rules::RuleFile& x, const rules::RuleFile& y) {
                      return x.name == y.name && x.text == y.text;
                    });
}

bool only_warnings(const std::vector<rules::Problem>& problems) {
  return std::all_of(problems.begin(), problems.end(),
                     [](const rules::Problem& problem) { return problem.warning; });
}

}  // namespace

RulesWatcher::RulesWatcher(std::filesystem::path path, CatalogService& catalog, RulesStatus& status,
                           Metrics& metrics, const Clock& clock, const Limits& limits)
    : path_(std::move(path)),
      catalog_(catalog),
      status_(status),
      clock_(clock),
      limits_(limits),
      refused_(metrics.gauge("assay_rules_refused",
                             "1 while the rule files are not the active rules, because they are wrong")),
      reloads_(metrics.counter("assay_rules_loaded_total", "Rule sets that became active")) {}

RulesWatcher::~RulesWatcher() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

std::vector<rules::Problem> RulesWatcher::load() {
  if (path_.empty()) return activate({});
  auto files = rules::read_rule_files(path_, limits_);
  if (!files) {
    rules::Problem problem;
    problem.file = path_.string();
    problem.message = files.error().message();
    return {problem};
  }
  seen_ = *files;
  return activate(seen_);
}

std::vector<rules::Problem> RulesWatcher::activate(const std::vector<rules::RuleFile>& files) {
  rules::LoadedRules loaded = rules::load_rules(files, limits_);
  if (!loaded.set) return std::move(loaded.problems);
  for (const UnboundRule& unbound : catalog_.activate(loaded.set))
    loaded.problems.push_back(problem_of(unbound, files, limits_));
  if (only_warnings(loaded.problems)) {
    status_.loaded(clock_.now_ms());
    reloads_.Increment();
    spdlog::info("rules: {} active, version {}", loaded.set->rules().size(), loaded.set->version());
  }
  return std::move(loaded.problems);
}

void RulesWatcher::watch(std::chrono::milliseconds period) {
  if (path_.empty()) return;
  thread_ = std::thread([this, period] {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, period, [this] { return stop_; })) look();
  });
}

void RulesWatcher::look() {
  auto files = rules::read_rule_files(path_, limits_);
  // A file may vanish and come back while an editor writes it; the next look finds it.
  if (!files || same_files(*files, seen_)) return;
  seen_ = std::move(*files);
  auto problems = activate(seen_);
  for (const rules::Problem& problem : problems) {
    if (problem.warning) {
      spdlog::warn("rules: {}", to_string(problem));
    } else {
      spdlog::error("rules: {}", to_string(problem));
    }
  }
  const bool refused = !only_warnings(problems);
  refused_.Set(refused ? 1 : 0);
  if (!refused) return;
  spdlog::error("rules: the changed files are not active; the rules from before stay so");
  status_.refused(clock_.now_ms(), std::move(problems));
}

}  // namespace assay::proxy
