// The Kafka side of `assay serve`: listeners, the map of brokers, and a connection for each client.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "base/metrics.h"
#include "io/net/runtime.h"
#include "io/net/tcp.h"
#include "proxy/net/catalog.h"
#include "proxy/produce/inspect.h"
#include "rejects/reject_store.h"

namespace assay::proxy {

struct GatewayOptions {
  std::vector<io::HostPort> upstream;  // bootstrap servers
  io::HostPort listen;                 // where clients bootstrap
  std::string advertise_host;          // what clients are told; empty: listen.host
  std::uint16_t broker_port_base = 0;  // node n listens on base + n; 0: listen.port + 1
  bool require_sasl = false;           // see ConversationOptions
  Limits limits;
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds judge_timeout{5'000};   // for what a request wants to know
  std::chrono::milliseconds stall_timeout{30'000};  // between two pieces of one request that is held
  // A client that has never asked anything, either side that takes nothing of what it is sent, and a broker
  // that has nothing to say to a client that left. As a broker's own connections.max.idle.ms.
  std::chrono::milliseconds idle_timeout{600'000};
  std::chrono::milliseconds discovery_period{30'000};
  std::chrono::milliseconds broker_grace{600'000};  // a broker gone that long loses its listener
};

using Inspector = std::function<Inspection(const kafka::ProduceRequest&, const Snapshot&, InspectContext&,
                                           InspectScratch&)>;
// Denominators: what was judged for whom. Called on the loops' threads.
using JudgedSink =
    std::function<void(const std::vector<Judged>&, const std::shared_ptr<const rejects::Client>&)>;

// All of it outlives the gateway.
struct GatewayParts {
  io::Runtime& runtime;
  io::Connector& connector;
  std::vector<Catalog*> catalogs;  // one per loop
  rejects::RejectSink& rejects;
  Metrics& metrics;
  const Clock& clock;
  Inspector inspector;
  JudgedSink judged;
  ProducerStates* producers = nullptr;  // null: no sequence gate, no verdict memo
};

class Gateway {
 public:
  // Bound and accepting when it returns. Errors name the address that could not be bound. The runtime may be
  // started before or after.
  static Result<std::unique_ptr<Gateway>> start(GatewayOptions options, GatewayParts parts);
  // REQUIRES: stop() has returned.
  ~Gateway();

  // The bootstrap listener's.
  io::HostPort address() const;

  // Empty: the brokers are known, or the upstream is there and wants clients that authenticate. Otherwise why
  // not yet.
  std::string not_ready() const;

  // Names topics by their ids, asking upstream. For catalogs; `unavailable` when it cannot be asked.
  io::Task<Result<std::vector<std::pair<kafka::TopicId, std::string>>>> topic_names(
      io::Loop& loop, std::vector<kafka::TopicId> ids);

  // No new connections; requests in flight are answered, at most for `timeout`; then everything is closed.
  // Blocks; not on a loop's thread. REQUIRES: the runtime runs. Idempotent.
  void stop(std::chrono::milliseconds timeout);

 private:
  class Core;
  explicit Gateway(std::shared_ptr<Core> core);
  std::shared_ptr<Core> core_;
};

}  // namespace assay::proxy
