// A client on a blocking socket, with nothing of Assay's in it. Every wait ends after some seconds: then the
// test fails.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"

namespace assay::kit {

class TestClient {
 public:
  // Throws std::runtime_error when it cannot connect.
  explicit TestClient(std::uint16_t port);
  ~TestClient();
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;

  void send(Bytes bytes);
  // The next frame with its length field. Nothing: the other side has ended (or time is over: see timed_out).
  std::optional<Buffer> receive();
  void shutdown_send();
  // True when the other side ends within the time, without another byte.
  bool ended();
  bool timed_out() const { return timed_out_; }

 private:
  bool read_all(MutableBytes into);
  int fd_ = -1;
  bool timed_out_ = false;
};

// `count` ports in a row that are free now; returns the first.
std::uint16_t free_ports(std::size_t count);

}  // namespace assay::kit
