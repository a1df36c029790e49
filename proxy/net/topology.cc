#include "proxy/net/topology.h"

#include <algorithm>

#include "base/clock.h"
#include "base/log.h"

namespace assay::proxy {
namespace {

LogThrottle& failures() {
  static LogThrottle throttle(10'000);
  return throttle;
}

void log_failure(std::int32_t node, const std::string& why) {
  std::uint64_t suppressed = 0;
  if (!failures().admit(system_clock().now_ms(), suppressed)) return;
  spdlog::error("broker {} cannot be reached through the gateway: {} ({} such lines suppressed)", node, why,
                suppressed);
}

}  // namespace

Topology::Topology(BrokerPlaces places, Open open, Close close, Counters& counters)
    : places_(std::move(places)), open_(std::move(open)), close_(std::move(close)), counters_(counters) {}

kafka::HostPort Topology::advertised(std::int32_t node) const {
  return {places_.advertise_host, static_cast<std::int32_t>(places_.port_base) + node};
}

void Topology::open_listener(std::int32_t node, Broker& broker) {
  const std::int64_t port = std::int64_t{places_.port_base} + node;
  if (node < 0 || port > 65535) {
    counters_.listener_failures.Increment();
    return log_failure(node, "its port would be " + std::to_string(port));
  }
  auto listener = open_(node, {places_.bind_host, static_cast<std::uint16_t>(port)});
  if (!listener) {
    counters_.listener_failures.Increment();
    return log_failure(node, listener.error().message());
  }
  broker.listener = std::move(*listener);
  spdlog::info("broker {} ({}) is reached at {}:{}", node, io::to_string(broker.upstream),
               places_.advertise_host, port);
}

void Topology::place_locked(const kafka::BrokerAddress& broker, Time now) {
  if (shut_down_) return;
  Broker& known = brokers_[broker.node_id];
  known.seen = now;
  const bool usable = broker.port > 0 && broker.port <= 65535 && !broker.host.empty();
  if (usable && (known.upstream.port != broker.port || known.upstream.host != broker.host)) {
    known.upstream = {std::string(broker.host), static_cast<std::uint16_t>(broker.port)};
  }
  if (!known.listener) open_listener(broker.node_id, known);
}

void Topology::count_locked() const {
  const auto open = std::count_if(brokers_.begin(), brokers_.end(),
                                  [](const auto& b) { return b.second.listener != nullptr; });
  counters_.brokers.Set(static_cast<double>(open));
}

kafka::HostPort Topology::place(const kafka::BrokerAddress& broker) {
  const std::lock_guard lock(mutex_);
  place_locked(broker, std::chrono::steady_clock::now());
  count_locked();
  return advertised(broker.node_id);
}

std::optional<kafka::HostPort> Topology::find(std::int32_t node) const {
  const std::lock_guard lock(mutex_);
  const auto at = brokers_.find(node);
  if (at == brokers_.end() || !at->second.listener) return std::nullopt;
  return advertised(node);
}

std::optional<io::HostPort> Topology::upstream_of(std::int32_t node) const {
  const std::lock_guard lock(mutex_);
  const auto at = brokers_.find(node);
  if (at == brokers_.end()) return std::nullopt;
  return at->second.upstream;
}

std::vector<io::HostPort> Topology::upstreams() const {
  const std::lock_guard lock(mutex_);
  std::vector<io::HostPort> out;
  out.reserve(brokers_.size());
  for (const auto& [node, broker] : brokers_) out.push_back(broker.upstream);
  return out;
}

void Topology::update(const std::vector<kafka::BrokerAddress>& brokers, Time now) {
  const std::lock_guard lock(mutex_);
  for (const auto& broker : brokers) place_locked(broker, now);
  for (auto at = brokers_.begin(); at != brokers_.end();) {
    if (now - at->second.seen <= places_.grace) {
      ++at;
      continue;
    }
    spdlog::info("broker {} ({}) has left the cluster: its listener is closed", at->first,
                 io::to_string(at->second.upstream));
    if (at->second.listener) close_(at->first, std::move(at->second.listener));
    at = brokers_.erase(at);
  }
  count_locked();
}

void Topology::shut_down() {
  const std::lock_guard lock(mutex_);
  shut_down_ = true;
  for (auto& [node, broker] : brokers_) {
    if (broker.listener) close_(node, std::move(broker.listener));
  }
}

}  // namespace assay::proxy
