// A gateway with everything around it that a test can turn: what is refused, what the store says, what the
// catalog knows.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "io/net/timer.h"
#include "proxy/net/gateway.h"
#include "tests/reference/net/stub_broker.h"
#include "tests/reference/net/test_client.h"

namespace assay::kit {

class StubCatalog : public proxy::Catalog {
 public:
  explicit StubCatalog(io::Loop& loop) : loop_(loop) {}
  std::shared_ptr<const proxy::Snapshot> current() override { return snapshot_; }
  io::Task<void> resolve(proxy::Wanted wanted, std::chrono::steady_clock::time_point deadline) override;
  void learn(const kafka::TopicId& id, std::string_view name) override;

  std::atomic<bool> away{false};  // resolve takes until the deadline
  std::atomic<int> resolved{0};
  std::atomic<int> learnt{0};

 private:
  io::Loop& loop_;
  std::shared_ptr<const proxy::Snapshot> snapshot_ = std::make_shared<proxy::Snapshot>();
};

class StubRejects : public rejects::RejectSink {
 public:
  void keep(std::vector<rejects::Draft> drafts, rejects::Ticket ticket) override;
  void keep_if_possible(std::vector<rejects::Draft>) override {}
  void count(std::vector<rejects::Evaluated>) override {}

  std::atomic<bool> hold{false};  // tickets wait for release()
  std::atomic<bool> full{false};  // tickets say so
  std::atomic<int> kept{0};
  void release();

 private:
  std::mutex mutex_;
  std::vector<rejects::Ticket> waiting_;
};

// Partitions whose records begin with "bad" are refused (87, or 19 where their reject was not kept); a
// request with records "wanted" asks the catalog once, or as long as it is away.
class GatewayRig {
 public:
  explicit GatewayRig(
      std::vector<io::HostPort> upstream, std::size_t threads = 2,
      const std::function<void(proxy::GatewayOptions&)>& change = [](auto&) {});
  ~GatewayRig();

  std::uint16_t port() const { return gateway->address().port; }
  std::uint16_t port_of(std::int32_t node) const { return static_cast<std::uint16_t>(port_base_ + node); }
  void stop(std::chrono::milliseconds timeout);
  // False: not within some seconds.
  static bool eventually(const std::function<bool()>& condition);

  Metrics metrics;
  StubRejects rejects;
  io::TcpConnector connector;
  io::Runtime runtime;
  std::vector<std::unique_ptr<StubCatalog>> catalogs;
  std::unique_ptr<proxy::Gateway> gateway;

 private:
  proxy::Inspection inspect(const kafka::ProduceRequest& request, const proxy::InspectContext& context);
  std::uint16_t port_base_;
};

}  // namespace assay::kit
