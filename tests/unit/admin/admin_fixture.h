// The HTTP API over a store, a catalog and a clock of the test's own.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "io/http/url.h"
#include "proxy/admin/admin_api.h"
#include "proxy/config/config.h"
#include "tests/reference/rejects/drafts.h"
#include "tests/unit/catalog/memory_source.h"

namespace assay::proxy {

class AdminTest : public testing::Test {
 protected:
  explicit AdminTest(const rejects::StoreOptions& store_options = {}) {
    CatalogOptions options;
    options.policies = load_config("", "{}").config.policies;
    catalog_ = std::make_unique<CatalogService>(std::move(options), source_, metrics_, clock_);
    auto store = rejects::RejectStore::open(folder_.path, store_options, limits_, metrics_, clock_);
    EXPECT_TRUE(store) << store.error().message();
    store_ = std::move(store).value();
    serve("");
  }
  void serve(const std::string& token) {
    api_ = std::make_unique<AdminApi>(AdminParts{*store_, *catalog_, status_, metrics_, clock_, limits_,
                                                 [this] { return not_ready_; }, token});
  }
  void keep(rejects::Draft draft) {
    std::vector<rejects::Draft> drafts;
    drafts.push_back(std::move(draft));
    const auto kept = rejects::testing::keep_and_wait(*store_, std::move(drafts));
    ASSERT_TRUE(kept) << kept.error().message();
  }
  void activate(const std::string& rule_file) {
    const std::vector<rules::RuleFile> files{{"rules/a.json", rule_file}};
    const auto loaded = rules::load_rules(files, limits_);
    ASSERT_NE(loaded.set, nullptr) << to_string(loaded.problems.at(0));
    ASSERT_TRUE(catalog_->activate(loaded.set).empty());
    status_.loaded(clock_.now_ms());
  }
  io::HttpResponse ask(const std::string& method, const std::string& target, const std::string& body = "",
                       const std::string& authorization = "") {
    io::HttpRequest request;
    request.method = method;
    io::parse_target(target, request);
    request.body = body;
    if (!authorization.empty()) request.headers.add("Authorization", authorization);
    return api_->handle(request);
  }
  io::HttpResponse get(const std::string& target) { return ask("GET", target); }
  static nlohmann::json json_of(const io::HttpResponse& response) {
    return nlohmann::json::parse(response.body, nullptr, false);
  }
  // The detail of a problem document with that status.
  static std::string problem_of(const io::HttpResponse& response, int status) {
    EXPECT_EQ(response.status, status) << response.body;
    EXPECT_EQ(response.content_type, "application/problem+json");
    const auto body = json_of(response);
    EXPECT_EQ(body.value("status", 0), status);
    EXPECT_EQ(body.value("title", ""), io::http_reason(status));
    return body.value("detail", "");
  }

  rejects::testing::TemporaryFolder folder_{std::string("assay_admin_") +
                                            testing::UnitTest::GetInstance()->current_test_info()->name()};
  MemorySource source_;
  Limits limits_;
  Metrics metrics_;
  ManualClock clock_{1'700'000'100'000};
  RulesStatus status_;
  std::string not_ready_;
  std::unique_ptr<CatalogService> catalog_;
  std::unique_ptr<rejects::RejectStore> store_;
  std::unique_ptr<AdminApi> api_;
};

}  // namespace assay::proxy
