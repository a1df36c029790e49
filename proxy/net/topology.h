// Which port stands for which broker: node n is reached at base + n. A broker's listener is bound before its
// address is handed out.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "io/net/tcp.h"
#include "kafka/messages/addresses.h"
#include "proxy/net/counters.h"

namespace assay::proxy {

struct BrokerPlaces {
  std::string bind_host;
  std::string advertise_host;
  std::uint16_t port_base = 0;
  std::chrono::milliseconds grace{0};  // see GatewayOptions::broker_grace
};

// Thread-safe.
class Topology : public kafka::AddressMap {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // Binds, and begins to accept; and the end of it.
  using Open =
      std::function<Result<std::shared_ptr<io::Listener>>(std::int32_t node, const io::HostPort& address)>;
  using Close = std::function<void(std::int32_t node, std::shared_ptr<io::Listener>)>;

  Topology(BrokerPlaces places, Open open, Close close, Counters& counters);

  // A broker seen for the first time gets its listener here. Where that fails, the log and a metric name
  // broker and port, and the next call tries again; the address is the same.
  kafka::HostPort place(const kafka::BrokerAddress& broker) override;
  std::optional<kafka::HostPort> find(std::int32_t node) const override;

  // Where a broker is. Nothing: it has not been seen.
  std::optional<io::HostPort> upstream_of(std::int32_t node) const;
  std::vector<io::HostPort> upstreams() const;

  // The cluster's own list: the listeners of brokers that no answer named for the grace period are closed.
  void update(const std::vector<kafka::BrokerAddress>& brokers, Time now);
  // Closes all listeners; none is opened any more.
  void shut_down();

 private:
  struct Broker {
    io::HostPort upstream;
    std::shared_ptr<io::Listener> listener;  // nothing: it could not be bound
    Time seen;
  };
  kafka::HostPort advertised(std::int32_t node) const;
  void open_listener(std::int32_t node, Broker& broker);
  void place_locked(const kafka::BrokerAddress& broker, Time now);
  void count_locked() const;

  const BrokerPlaces places_;
  const Open open_;
  const Close close_;
  Counters& counters_;
  mutable std::mutex mutex_;
  std::map<std::int32_t, Broker> brokers_;
  bool shut_down_ = false;
};

}  // namespace assay::proxy
