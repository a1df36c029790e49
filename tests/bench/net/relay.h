// The yardstick of forwarding: a relay that only moves bytes.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <memory>

#include "io/net/runtime.h"

namespace assay::bench {

// CPU time that the loop's thread has used.
double cpu_seconds_of(io::Loop& loop);

// What comes on one side goes out on the other, through one buffer for each direction, on one thread.
class Relay {
 public:
  // `to`: a port of this machine.
  Relay(std::uint16_t to, std::size_t buffer_bytes);
  ~Relay();
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  io::Loop& loop() { return runtime_.loop(0); }

 private:
  boost::asio::awaitable<void> accept(std::uint16_t to);

  const std::size_t buffer_bytes_;
  io::Runtime runtime_{1};
  boost::asio::ip::tcp::acceptor acceptor_;
};

}  // namespace assay::bench
