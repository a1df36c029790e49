#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <future>

#include "io/net/address.h"
#include "io/net/descriptors.h"
#include "io/net/tcp.h"
#include "io/net/timer.h"

namespace assay::io {
namespace {

using std::chrono::milliseconds;

// Runs a task on a loop of its own, and waits for what it returns.
template <class T>
T result_of(Runtime& runtime, Task<T> task) {
  std::promise<T> promise;
  auto future = promise.get_future();
  runtime.loop(0).spawn([](Task<T> inner, std::promise<T>& told) -> Task<void> {
    told.set_value(co_await std::move(inner));
  }(std::move(task), promise));
  return future.get();
}

TEST(Address, ReadsHostAndPort) {
  EXPECT_EQ(parse_host_port("broker:9092").value(), (HostPort{"broker", 9092}));
  EXPECT_EQ(parse_host_port("[::1]:1").value(), (HostPort{"::1", 1}));
  EXPECT_EQ(to_string(HostPort{"::1", 1}), "[::1]:1");
  EXPECT_EQ(parse_host_ports("a:1, b:2").value(), (std::vector<HostPort>{{"a", 1}, {"b", 2}}));
  for (const char* bad : {"", "broker", ":9092", "broker:", "broker:x", "broker:65536", "broker:-1",
                          "::1:9092", "a b:1", "http://a:1"}) {
    EXPECT_FALSE(parse_host_port(bad)) << bad;
  }
  EXPECT_FALSE(parse_host_ports("a:1,"));
}

TEST(Address, KnowsWildcardsAndLoopback) {
  EXPECT_TRUE(is_wildcard("0.0.0.0") && is_wildcard("::"));
  EXPECT_TRUE(is_loopback("127.0.0.9") && is_loopback("localhost") && is_loopback("::1"));
  EXPECT_FALSE(is_wildcard("10.0.0.1") || is_loopback("10.0.0.1"));
}

TEST(Descriptors, SoftLimitBecomesTheHardOne) {
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit low = before;
  low.rlim_cur = std::min<rlim_t>(before.rlim_max, 256);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &low), 0);
  EXPECT_EQ(raise_descriptor_limit(), before.rlim_max);
  rlimit after{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &after), 0);
  EXPECT_EQ(after.rlim_cur, before.rlim_max);
}

TEST(Listener, SaysWhichAddressIsInUse) {
  Runtime runtime(1);
  const auto first = Listener::bind(runtime.loop(0), {"127.0.0.1", 0}).value();
  const auto second = Listener::bind(runtime.loop(0), first->address());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), ErrorCode::conflict);
  EXPECT_NE(second.error().message().find(to_string(first->address())), std::string::npos);
}

TEST(Listener, WantsAnAddressOfThisMachine) {
  Runtime runtime(1);
  EXPECT_EQ(Listener::bind(runtime.loop(0), {"192.0.2.1", 0}).error().code(), ErrorCode::invalid);
  EXPECT_EQ(Listener::bind(runtime.loop(0), {"some-name", 0}).error().code(), ErrorCode::invalid);
}

TEST(Connector, NamesTheAddressThatRefuses) {
  Runtime runtime(1);
  runtime.start();
  const HostPort nobody = [&] {
    return Listener::bind(runtime.loop(0), {"127.0.0.1", 0}).value()->address();
  }();
  TcpConnector connector;
  const auto stream = result_of(runtime, connector.connect(runtime.loop(0), nobody, milliseconds(2000)));
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().code(), ErrorCode::unavailable);
  EXPECT_NE(stream.error().message().find(to_string(nobody)), std::string::npos);
}

// A listener that takes nobody: beyond its backlog, the kernel leaves connection attempts without an answer.
class FullListener {
 public:
  FullListener() : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(fd_, 0), 0);
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    for (int& waiting : waiting_) {
      waiting = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
      (void)::connect(waiting, reinterpret_cast<sockaddr*>(&address), size);
    }
  }
  ~FullListener() {
    for (const int waiting : waiting_) ::close(waiting);
    ::close(fd_);
  }
  std::uint16_t port() const { return port_; }

 private:
  int fd_;
  std::uint16_t port_ = 0;
  std::array<int, 3> waiting_{};
};

TEST(Connector, GivesUpInTime) {
  Runtime runtime(1);
  runtime.start();
  const FullListener full;
  TcpConnector connector;
  const auto begin = std::chrono::steady_clock::now();
  const auto stream =
      result_of(runtime, connector.connect(runtime.loop(0), {"127.0.0.1", full.port()}, milliseconds(100)));
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().code(), ErrorCode::unavailable);
  EXPECT_NE(stream.error().message().find("timed out"), std::string::npos);
  const auto took = std::chrono::steady_clock::now() - begin;
  EXPECT_TRUE(took >= milliseconds(100) && took < milliseconds(5000));
}

Task<std::string> converse(Loop& loop, Listener& listener) {
  TcpConnector connector;
  auto near = (co_await connector.connect(loop, listener.address(), milliseconds(2000))).value();
  auto far = (co_await listener.accept(loop)).value();
  std::array<std::uint8_t, 100> into{};
  std::string log;
  log += far->read_now(into).error().code() == ErrorCode::unavailable ? "nothing yet," : "?";
  const std::array<Bytes, 3> pieces{as_bytes("ab"), Bytes{}, as_bytes("cd")};
  (co_await near->write(pieces)).value();
  co_await far->wait_readable();
  const auto n = far->read_now(into).value();
  log += std::string(as_text(Bytes(into).first(n))) + ",";
  near->shutdown_send();
  log += std::to_string((co_await far->read_some(into)).value()) + ",";
  (co_await far->write(as_bytes("still"))).value();
  log += std::string(as_text(Bytes(into).first((co_await near->read_some(into)).value()))) + ",";
  loop.post([&] { near->wake(); });
  co_await near->wait_readable();
  log += "woken,";
  loop.post([&] { near->close(); });
  co_await near->wait_readable();
  log += near->read_now(into) ? "?" : "closed";
  co_return log;
}

TEST(Stream, ReadsWritesHalfClosesAndWakes) {
  Runtime runtime(1);
  runtime.start();
  const auto listener = Listener::bind(runtime.loop(0), {"127.0.0.1", 0}).value();
  EXPECT_EQ(result_of(runtime, converse(runtime.loop(0), *listener)),
            "nothing yet,abcd,0,still,woken,closed");
}

Task<std::string> write_much(Loop& loop, Listener& listener) {
  TcpConnector connector;
  auto near = (co_await connector.connect(loop, listener.address(), milliseconds(2000))).value();
  auto far = (co_await listener.accept(loop)).value();
  const Buffer much(20'000'000, 7);
  bool written = false;
  loop.spawn([](Stream& to, const Buffer& from, bool& done) -> Task<void> {
    std::vector<Bytes> pieces;
    for (std::size_t at = 0; at < from.size(); at += 100'000)
      pieces.push_back(Bytes(from).subspan(at, 100'000));
    (co_await to.write(pieces)).value();
    done = true;
  }(*near, much, written));
  co_await sleep_for(loop, milliseconds(20));
  std::string log = written ? "too early," : "waits,";
  Buffer into(1'000'000);
  std::size_t got = 0;
  while (got < much.size()) got += (co_await far->read_some(into)).value();
  co_await sleep_for(loop, milliseconds(20));
  co_return log + (written ? "done" : "stuck");
}

TEST(Stream, WritesNoFasterThanTheOtherSideReads) {
  Runtime runtime(1);
  runtime.start();
  const auto listener = Listener::bind(runtime.loop(0), {"127.0.0.1", 0}).value();
  EXPECT_EQ(result_of(runtime, write_much(runtime.loop(0), *listener)), "waits,done");
}

Task<std::string> notifications(Loop& loop) {
  Event event(loop);
  std::string log;
  event.notify();
  event.notify();
  log += co_await event.wait_for(milliseconds(1)) ? "told," : "late,";
  log += co_await event.wait_for(milliseconds(1)) ? "told," : "late,";
  Alarm alarm(loop);
  alarm.set(milliseconds(1), [&] { event.notify(); });
  co_await event.wait();
  alarm.set(milliseconds(1), [&] { event.notify(); });
  alarm.cancel();
  log += co_await event.wait_for(milliseconds(30)) ? "told" : "silent";
  co_return log;
}

TEST(Timer, NotifiesOnceAndStaysSilentWhenCancelled) {
  Runtime runtime(1);
  runtime.start();
  EXPECT_EQ(result_of(runtime, notifications(runtime.loop(0))), "told,late,silent");
}

}  // namespace
}  // namespace assay::io
