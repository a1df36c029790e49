// Keeps the active rule set in step with the rule files: a good change becomes active, a bad one is told and
// changes nothing.
#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "base/metrics.h"
#include "proxy/admin/admin_api.h"
#include "proxy/catalog/catalog_service.h"
#include "rules/rule_set.h"

namespace assay::proxy {

class RulesWatcher {
 public:
  // An empty path: no rules, and nothing is watched. Everything outlives the watcher.
  RulesWatcher(std::filesystem::path path, CatalogService& catalog, RulesStatus& status, Metrics& metrics,
               const Clock& clock, const Limits& limits);
  ~RulesWatcher();

  // Loads and activates. Problems (never only warnings) mean that nothing was activated.
  std::vector<rules::Problem> load();
  // From now on looks for changes every `period`, on a thread of its own. REQUIRES: load() once before.
  void watch(std::chrono::milliseconds period);

 private:
  std::vector<rules::Problem> activate(const std::vector<rules::RuleFile>& files);
  void look();

  const std::filesystem::path path_;
  CatalogService& catalog_;
  RulesStatus& status_;
  const Clock& clock_;
  const Limits& limits_;
  prometheus::Gauge& refused_;
  prometheus::Counter& reloads_;
  std::vector<rules::RuleFile> seen_;  // the files as they were looked at last
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace assay::proxy
