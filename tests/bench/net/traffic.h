// Both ends of the measured traffic, on blocking sockets in threads of their own: cheap, so that what stands
// between shows.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "base/bytes.h"

namespace assay::bench {

// A broker that takes Produce requests, and answers each with the same success. Says in Metadata that it is
// alone, and that there are no topics.
class Sink {
 public:
  Sink();
  ~Sink();
  std::uint16_t port() const { return port_; }

 private:
  void accept();
  void serve(int fd) const;
  // Answers what `rest` begins with; the bytes to skip until the next request, 0 when it has to be whole
  // first.
  std::size_t answer(Bytes rest, Buffer& out) const;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
  std::vector<std::thread> connections_;
};

// A Produce request for `topic`, and one of that many bytes that nobody can read as records.
Buffer request_of(const std::string& topic, Bytes batch);
Buffer opaque_request(std::size_t bytes);

// Sends its requests over and over, one after the other.
class Producer {
 public:
  Producer(std::uint16_t port, std::vector<Buffer> requests);
  ~Producer();
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;
  // `requests` of them, with at most `in_flight` unanswered. Returns how many bytes were sent.
  std::size_t run(std::size_t requests, std::size_t in_flight);
  // How many answers so far were not the sink's: somebody on the way refused the request.
  std::size_t refused() const { return refused_; }

 private:
  int fd_ = -1;
  std::vector<Buffer> requests_;
  std::size_t next_ = 0, refused_ = 0;
  Buffer answers_;
};

}  // namespace assay::bench
