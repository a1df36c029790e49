#include "tests/bench/net/relay.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <ctime>
#include <future>
#include <vector>

namespace assay::bench {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

struct Pair {
  tcp::socket near, far;
};

asio::awaitable<void> pump(std::shared_ptr<Pair> pair, tcp::socket& from, tcp::socket& to,
                           std::size_t buffer_bytes) {
  std::vector<char> buffer(buffer_bytes);
  for (;;) {
    const auto [error, n] = co_await from.async_read_some(asio::buffer(buffer), kTuple);
    if (error) break;
    const auto [failed, written] = co_await asio::async_write(to, asio::buffer(buffer.data(), n), kTuple);
    if (failed) break;
  }
  pair->near.close();
  pair->far.close();
}

}  // namespace

double cpu_seconds_of(io::Loop& loop) {
  std::promise<double> told;
  loop.post([&] {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    told.set_value(static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9);
  });
  return told.get_future().get();
}

Relay::Relay(std::uint16_t to, std::size_t buffer_bytes)
    : buffer_bytes_(buffer_bytes),
      acceptor_(runtime_.loop(0).context(), {asio::ip::address_v4::loopback(), 0}) {
  asio::co_spawn(runtime_.loop(0).context(), accept(to), asio::detached);
  runtime_.start();
}

Relay::~Relay() {
  runtime_.stop();
  runtime_.join();
}

asio::awaitable<void> Relay::accept(std::uint16_t to) {
  auto& context = runtime_.loop(0).context();
  for (;;) {
    auto pair = std::make_shared<Pair>(Pair{tcp::socket(context), tcp::socket(context)});
    const auto [error] = co_await acceptor_.async_accept(pair->near, kTuple);
    if (error) co_return;
    const tcp::endpoint sink(asio::ip::address_v4::loopback(), to);
    co_await pair->far.async_connect(sink, kTuple);
    pair->near.set_option(tcp::no_delay(true));
    pair->far.set_option(tcp::no_delay(true));
    asio::co_spawn(context, pump(pair, pair->near, pair->far, buffer_bytes_), asio::detached);
    asio::co_spawn(context, pump(pair, pair->far, pair->near, buffer_bytes_), asio::detached);
  }
}

}  // namespace assay::bench
