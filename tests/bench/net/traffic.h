// Both ends of the measured traffic, on blocking sockets in threads of their own: cheap, so that what stands
// between shows.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

#include "base/bytes.h"

namespace assay::bench {

// Takes Produce requests, and answers each with the same success. Hangs up on Metadata.
class Sink {
 public:
  Sink();
  ~Sink();
  std::uint16_t port() const { return port_; }

 private:
  void accept();
  static void serve(int fd);
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
  std::vector<std::thread> connections_;
};

// Sends the same request over and over.
class Producer {
 public:
  Producer(std::uint16_t port, std::size_t request_bytes);
  ~Producer();
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;
  // `requests` of them, with at most `in_flight` unanswered.
  void run(std::size_t requests, std::size_t in_flight);

 private:
  int fd_ = -1;
  Buffer request_;
  Buffer answers_;
};

}  // namespace assay::bench
