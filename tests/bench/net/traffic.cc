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
constexpr std::uint8_t kMetadata = 3;
constexpr std::size_t kSinkBytes = 128UL << 10;  // of each connection

const Buffer& produced() {
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
    connections_.emplace_back([this, fd] { serve(fd); });
  }
}

std::size_t Sink::answer(Bytes rest, Buffer& out) const {
  if (rest.size() < 12) return 0;
  const std::size_t bytes = static_cast<std::size_t>(proxy::frame_length(rest)) + 4;
  if (rest[5] != kMetadata) return bytes;
  if (rest.size() < bytes) return 0;
  const auto version = static_cast<std::int16_t>(rest[6] << 8 | rest[7]);
  append(out, kit::metadata_answer(version, proxy::read_i32(rest.data() + 8), {{1, "127.0.0.1", port_}}));
  return bytes;
}

// Counts bytes; only the beginnings of requests are looked at.
void Sink::serve(int fd) const {
  Buffer in(kSinkBytes), out;
  std::size_t held = 0, skip = 0;
  bool produce = false;
  for (;;) {
    const ssize_t n = ::recv(fd, in.data() + held, in.size() - held, 0);
    if (n <= 0) break;
    Bytes rest(in.data(), held + static_cast<std::size_t>(n));
    out.clear();
    while (!rest.empty()) {
      if (skip == 0) {
        skip = answer(rest, out);
        if (skip == 0) break;
        produce = rest[5] != kMetadata;
      }
      const std::size_t taken = std::min(skip, rest.size());
      skip -= taken;
      rest = rest.subspan(taken);
      if (skip == 0 && produce) append(out, produced());
    }
    held = rest.size();
    std::copy(rest.begin(), rest.end(), in.begin());
    if (!out.empty() && !send_all(fd, out)) break;
  }
  ::close(fd);
}

Buffer request_of(const std::string& topic, Bytes batch) {
  return kit::produce_request(kVersion, kCorrelationId, -1,
                              {{topic, {}, {{0, std::string(as_text(batch))}}}});
}

Buffer opaque_request(std::size_t bytes) {
  return request_of("orders", Buffer(bytes, 'r'));
}

Producer::Producer(std::uint16_t port, std::vector<Buffer> requests)
    : fd_(::socket(AF_INET, SOCK_STREAM, 0)), requests_(std::move(requests)), answers_(256UL << 10) {
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

std::size_t Producer::run(std::size_t requests, std::size_t in_flight) {
  std::size_t sent = 0, answered = 0, bytes = 0, held = 0;
  while (answered < requests) {
    while (sent < requests && sent - answered < in_flight) {
      const Buffer& request = requests_[next_++ % requests_.size()];
      if (!send_all(fd_, request)) std::abort();
      bytes += request.size();
      ++sent;
    }
    const ssize_t n = ::recv(fd_, answers_.data() + held, answers_.size() - held, 0);
    if (n <= 0) std::abort();
    Bytes rest(answers_.data(), held + static_cast<std::size_t>(n));
    while (rest.size() >= 4) {
      const std::size_t frame = static_cast<std::size_t>(proxy::frame_length(rest)) + 4;
      if (rest.size() < frame) break;
      refused_ += std::ranges::equal(rest.first(frame), produced()) ? 0 : 1;
      rest = rest.subspan(frame);
      ++answered;
    }
    held = rest.size();
    std::copy(rest.begin(), rest.end(), answers_.begin());
  }
  return bytes;
}

}  // namespace assay::bench
