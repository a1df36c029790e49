// What all connections of a gateway, and what those of one loop, have in common.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>

#include "base/log.h"
#include "base/ulid.h"
#include "proxy/net/counters.h"
#include "proxy/net/frame_budget.h"
#include "proxy/net/gateway.h"
#include "proxy/net/read_buffer.h"
#include "proxy/net/topology.h"
#include "proxy/session/conversation.h"

namespace assay::proxy {

class Connection;

// How much is still running: what stop() waits for. Thread-safe.
class Running {
 public:
  void enter();
  void leave();
  // False: the time was over first.
  bool wait_until_none(std::chrono::milliseconds timeout);

 private:
  std::mutex mutex_;
  std::condition_variable none_;
  std::size_t count_ = 0;
};

struct Shared {
  Shared(GatewayOptions with, GatewayParts of);

  const GatewayOptions options;
  GatewayParts parts;
  const ConversationOptions conversation_options;
  Counters counters;
  FrameBudget budget;
  Running running;
  std::unique_ptr<Topology> topology;
  std::atomic<std::size_t> next_server{0};
  std::atomic<bool> produce_ends_at_7{false};  // what the last ApiVersions that passed said
  LogThrottle refusals{1'000};
  LogThrottle connect_failures{1'000};
  LogThrottle accept_failures{10'000};
};

// Of one loop, touched on its thread only.
struct LoopParts {
  LoopParts(io::Loop& of, Catalog& with, std::size_t chunk_bytes)
      : loop(of), catalog(with), chunks(chunk_bytes), wake_sweep(of) {}

  io::Loop& loop;
  Catalog& catalog;
  ChunkPool chunks;
  InspectScratch scratch;
  UlidGenerator ids;
  std::set<Connection*> connections;
  std::uint64_t tick = 1;  // counts sweeps
  io::Event wake_sweep;
  bool draining = false;
};

}  // namespace assay::proxy
