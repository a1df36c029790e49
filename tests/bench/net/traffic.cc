#include "tests/bench/net/traffic.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "proxy/session/frame.h"
#include "tests/reference/session/messages.h"

namespace assay::bench {
namespace {

constexpr std::int16_t kVersion = 10;
constexpr std::int32_t kCorrelationId = 7;

const Buffer& answer() {
  static const Buffer bytes =
      kit::encoded(kit::produce_answer(kCorrelationId, {{"orders", {}, {{0, ""}}}}), kVersion);
  return bytes;
}

void no_delay(int fd) {
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

bool send_all(int fd, Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return true;
}

}  // namespace

Sink::Sink() : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 16) != 0)
    std::abort();
  ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { accept(); });
}

Sink::~Sink() {
  ::shutdown(listener_, SHUT_RDWR);
  thread_.join();
  ::close(listener_);
  for (auto& connection : connections_) connection.join();
}

void Sink::accept() {
  for (;;) {
    const int fd = ::accept(listener_, nullptr, nullptr);
    if (fd < 0) return;
    no_delay(fd);
    connections_.emplace_back([fd] { serve(fd); });
  }
}

// Counts bytes; only length fields are looked at, and the first request's api.
void Sink::serve(int fd) {
  Buffer in(1UL << 20), out;
  std::size_t held = 0, skip = 0;
  bool first = true;
  for (;;) {
    const ssize_t n = ::recv(fd, in.data() + held, in.size() - held, 0);
    if (n <= 0) break;
    Bytes rest(in.data(), held + static_cast<std::size_t>(n));
    out.clear();
    while (!rest.empty()) {
      if (skip == 0) {
        if (rest.size() < 6) break;
        if (first && rest[5] == 3) return (void)::close(fd);
        first = false;
        skip = static_cast<std::size_t>(proxy::frame_length(rest)) + 4;
      }
      const std::size_t taken = std::min(skip, rest.size());
      skip -= taken;
      rest = rest.subspan(taken);
      if (skip == 0) append(out, answer());
    }
    held = rest.size();
    std::copy(rest.begin(), rest.end(), in.begin());
    if (!out.empty() && !send_all(fd, out)) break;
  }
  ::close(fd);
}

Producer::Producer(std::uint16_t port, std::size_t request_bytes)
    : fd_(::socket(AF_INET, SOCK_STREAM, 0)),
      request_(kit::produce_request(kVersion, kCorrelationId, -1,
                                    {{"orders", {}, {{0, std::string(request_bytes, 'r')}}}})),
      answers_(64UL << 10) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) std::abort();
  no_delay(fd_);
}

Producer::~Producer() {
  ::close(fd_);
}

void Producer::run(std::size_t requests, std::size_t in_flight) {
  const std::size_t answer_bytes = answer().size();
  std::size_t sent = 0, answered = 0, partial = 0;
  while (answered < requests) {
    while (sent < requests && sent - answered < in_flight) {
      if (!send_all(fd_, request_)) std::abort();
      ++sent;
    }
    const ssize_t n = ::recv(fd_, answers_.data(), answers_.size(), 0);
    if (n <= 0) std::abort();
    partial += static_cast<std::size_t>(n);
    answered += partial / answer_bytes;
    partial %= answer_bytes;
  }
}

}  // namespace assay::bench
