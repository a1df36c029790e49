// What the Kafka side tells Prometheus. Series are looked up once, here.
#pragma once

#include <array>
#include <cstdint>
#include <map>

#include "base/metrics.h"
#include "proxy/session/close_reason.h"

namespace assay::proxy {

class Counters {
 public:
  explicit Counters(Metrics& metrics);

  prometheus::Gauge& connections;
  prometheus::Counter& connections_accepted;
  prometheus::Counter& accept_failures;
  prometheus::Counter& bytes_to_broker;
  prometheus::Counter& bytes_to_client;
  prometheus::Counter& upstream_connect_failures;
  prometheus::Counter& upstream_lost;  // with answers outstanding
  prometheus::Counter& connections_stalled;
  prometheus::Counter& judge_waits;  // for schemas or plans
  prometheus::Counter& judge_timeouts;
  prometheus::Counter& rejects_not_kept;  // decisions whose rejects could not be made durable
  prometheus::Counter& discovery_failures;
  prometheus::Gauge& brokers;
  prometheus::Counter& listener_failures;

  prometheus::Counter& requests(std::int16_t api_key) const;
  prometheus::Counter& refused(CloseReason reason) const;

 private:
  static constexpr std::size_t kApis = 95;
  std::array<prometheus::Counter*, kApis + 1> requests_{};  // the last: others
  std::map<CloseReason, prometheus::Counter*> refused_;
};

}  // namespace assay::proxy
