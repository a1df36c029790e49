// The HTTP API: rejects, statistics, rules, topics, trial validations, metrics and health. Without sockets: a
// request in, a response out. docs/operations.md and the OpenAPI document (GET /openapi.json) describe it; a
// test holds them together.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "base/metrics.h"
#include "io/http/message.h"
#include "proxy/catalog/catalog_service.h"
#include "rejects/store.h"
#include "rules/rule_set.h"

namespace assay::proxy {

// How the last look at the rule files ended. Thread-safe.
class RulesStatus {
 public:
  void loaded(EpochMs at_ms);
  // The old set stays active.
  void refused(EpochMs at_ms, std::vector<rules::Problem> problems);
  struct View {
    EpochMs loaded_ms = 0;
    EpochMs refused_ms = 0;  // 0 when the newest files are the active set
    std::vector<rules::Problem> problems;
  };
  View view() const;

 private:
  mutable std::mutex mutex_;
  View view_;
};

struct AdminParts {
  rejects::RejectStore& rejects;
  CatalogService& catalog;
  const RulesStatus& rules_status;
  const Metrics& metrics;
  const Clock& clock;
  const Limits& limits;
  std::function<std::string()> not_ready;  // why not, or empty
  std::string token;                       // empty: nobody is asked for one
  std::chrono::milliseconds schema_wait{2'000};
};

class AdminApi {
 public:
  // What the parts refer to outlives the API.
  explicit AdminApi(AdminParts parts) : parts_(std::move(parts)) {}

  // Thread-safe; may wait for the disk, and for schemas as long as schema_wait. Every problem is a problem
  // document.
  io::HttpResponse handle(const io::HttpRequest& request);

  // Method and path template of everything that is served, for the test that compares them with the OpenAPI
  // document.
  struct Route {
    std::string_view method;
    std::string_view path;  // "/v1/rejects/{id}"
    bool open = false;      // answered without a token
    io::HttpResponse (AdminApi::*handler)(const io::HttpRequest&) = nullptr;
    std::string_view parameters;  // the query parameters it knows, space separated
  };
  static std::span<const Route> routes();

 private:
  io::HttpResponse list_rejects(const io::HttpRequest& request);
  io::HttpResponse show_reject(const io::HttpRequest& request);
  io::HttpResponse change_reject(const io::HttpRequest& request);
  io::HttpResponse reject_value(const io::HttpRequest& request);
  io::HttpResponse stats(const io::HttpRequest& request);
  io::HttpResponse list_rules(const io::HttpRequest& request);
  io::HttpResponse list_topics(const io::HttpRequest& request);
  io::HttpResponse validate(const io::HttpRequest& request);
  io::HttpResponse metrics(const io::HttpRequest& request);
  io::HttpResponse health(const io::HttpRequest& request);
  io::HttpResponse readiness(const io::HttpRequest& request);
  io::HttpResponse openapi(const io::HttpRequest& request);

  bool authorized(const io::HttpRequest& request) const;
  // The value as JSON text, through its schema where it names one.
  Result<std::string> decode(const rejects::RejectRow& row, const rejects::RejectPayload& payload);

  AdminParts parts_;
};

// The OpenAPI 3.1 document.
std::string_view openapi_document();

// The filter that a query describes; `invalid` names the parameter and what it takes. `now_ms` is what "-15m"
// counts from.
Result<rejects::RejectFilter> parse_reject_filter(const io::HttpRequest& request, EpochMs now_ms);

}  // namespace assay::proxy
