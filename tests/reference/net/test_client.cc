#include "tests/reference/net/test_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <random>
#include <stdexcept>

#include "proxy/session/frame.h"

namespace assay::kit {
namespace {

constexpr timeval kPatience{10, 0};

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(port);
  out.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return out;
}

bool is_free(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  const auto address = loopback(port);
  const bool free = ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return free;
}

}  // namespace

TestClient::TestClient(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
  const auto address = loopback(port);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(fd_);
    throw std::runtime_error("cannot connect to port " + std::to_string(port));
  }
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

TestClient::~TestClient() {
  ::close(fd_);
}

void TestClient::send(Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return;
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
}

bool TestClient::read_all(MutableBytes into) {
  while (!into.empty()) {
    const ssize_t n = ::recv(fd_, into.data(), into.size(), 0);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) timed_out_ = true;
    if (n <= 0) return false;
    into = into.subspan(static_cast<std::size_t>(n));
  }
  return true;
}

std::optional<Buffer> TestClient::receive() {
  Buffer frame(4);
  if (!read_all(frame)) return std::nullopt;
  frame.resize(4 + static_cast<std::size_t>(proxy::frame_length(frame)));
  if (!read_all(MutableBytes(frame).subspan(4))) return std::nullopt;
  return frame;
}

void TestClient::shutdown_send() {
  ::shutdown(fd_, SHUT_WR);
}

bool TestClient::ended() {
  std::uint8_t byte = 0;
  return !read_all({&byte, 1}) && !timed_out_;
}

std::uint16_t free_ports(std::size_t count) {
  std::random_device random;
  for (int attempt = 0; attempt < 1000; ++attempt) {
    const auto first = static_cast<std::uint16_t>(20'000 + random() % 10'000);
    bool all = true;
    for (std::size_t i = 0; i < count && all; ++i) all = is_free(static_cast<std::uint16_t>(first + i));
    if (all) return first;
  }
  throw std::runtime_error("no free ports");
}

}  // namespace assay::kit
