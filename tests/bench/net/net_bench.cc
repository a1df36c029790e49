// What the gateway costs beside a relay that only moves bytes, on the same traffic in the same process.
//   net_bench --benchmark_min_time=1
// cpu/*: CPU time of the forwarding thread alone for each 64 MiB of Produce requests (v10, five in flight),
// as the benchmark's "time". Budget (docs/architecture.md): gateway at most 1.15 times the relay at 64 KiB.
// memory/*: resident memory of one more connection that rests. Budget: 16 KiB.
// latency/*: wall time from a request's first byte to its answer's last, one in flight. Budget: gateway -
// direct <= 60 us.
#include <benchmark/benchmark.h>
#include <malloc.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <ctime>
#include <fstream>
#include <future>
#include <thread>

#include "base/log.h"
#include "tests/bench/net/traffic.h"
#include "tests/reference/net/gateway_rig.h"

namespace assay {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr std::size_t kVolumeBytes = 64UL << 20;
constexpr std::size_t kInFlight = 5;
constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

double cpu_seconds_of(io::Loop& loop) {
  std::promise<double> told;
  loop.post([&] {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    told.set_value(static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9);
  });
  return told.get_future().get();
}

// The yardstick: what comes on one side goes out on the other.
class Relay {
 public:
  Relay(std::uint16_t to, std::size_t buffer_bytes)
      : buffer_bytes_(buffer_bytes),
        acceptor_(runtime_.loop(0).context(), {asio::ip::address_v4::loopback(), 0}) {
    asio::co_spawn(runtime_.loop(0).context(), accept(to), asio::detached);
    runtime_.start();
  }
  ~Relay() {
    runtime_.stop();
    runtime_.join();
  }
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  io::Loop& loop() { return runtime_.loop(0); }

 private:
  struct Pair {
    tcp::socket near, far;
  };

  static asio::awaitable<void> pump(std::shared_ptr<Pair> pair, tcp::socket& from, tcp::socket& to,
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

  asio::awaitable<void> accept(std::uint16_t to) {
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

  const std::size_t buffer_bytes_;
  io::Runtime runtime_{1};
  tcp::acceptor acceptor_;
};

void count(benchmark::State& state, std::size_t request_bytes) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kVolumeBytes));
  state.counters["request_bytes"] = static_cast<double>(request_bytes);
}

void cpu(benchmark::State& state, io::Loop& loop, std::uint16_t port) {
  const auto bytes = static_cast<std::size_t>(state.range(0));
  bench::Producer producer(port, bytes);
  producer.run(kVolumeBytes / 8 / bytes, kInFlight);
  for (auto _ : state) {
    const double before = cpu_seconds_of(loop);
    producer.run(kVolumeBytes / bytes, kInFlight);
    state.SetIterationTime(cpu_seconds_of(loop) - before);
  }
  count(state, bytes);
}

void relay_cpu(benchmark::State& state, std::size_t buffer_bytes) {
  bench::Sink sink;
  Relay relay(sink.port(), buffer_bytes);
  cpu(state, relay.loop(), relay.port());
}

void gateway_cpu(benchmark::State& state) {
  bench::Sink sink;
  kit::GatewayRig rig({{"127.0.0.1", sink.port()}}, 1);
  cpu(state, rig.runtime.loop(0), rig.port());
}

void latency(benchmark::State& state, std::uint16_t port) {
  bench::Producer producer(port, static_cast<std::size_t>(state.range(0)));
  producer.run(100, 1);
  for (auto _ : state) producer.run(1, 1);
}

void direct_latency(benchmark::State& state) {
  bench::Sink sink;
  latency(state, sink.port());
}

void relay_latency(benchmark::State& state) {
  bench::Sink sink;
  Relay relay(sink.port(), 64UL << 10);
  latency(state, relay.port());
}

void gateway_latency(benchmark::State& state) {
  bench::Sink sink;
  kit::GatewayRig rig({{"127.0.0.1", sink.port()}}, 1);
  latency(state, rig.port());
}

std::size_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::size_t pages = 0;
  statm >> pages >> pages;
  return pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

// Connections that have produced 64 KiB and one answer each, and then rest until they have cooled down.
// Counts the stub broker's side as well.
void idle_memory(benchmark::State& state) {
  constexpr std::size_t kConnections = 250;
  kit::StubBroker broker(1);
  kit::GatewayRig rig({broker.address()}, 1,
                      [](auto& options) { options.stall_timeout = std::chrono::milliseconds(100); });
  const Buffer request =
      kit::produce_request(10, 1, -1, {{"orders", {}, {{0, std::string(64UL << 10, 'r')}}}});
  std::vector<std::unique_ptr<kit::TestClient>> clients;
  const auto open = [&](std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      clients.push_back(std::make_unique<kit::TestClient>(rig.port()));
      clients.back()->send(request);
      clients.back()->receive();
    }
    broker.forget();
    std::this_thread::sleep_for(std::chrono::milliseconds(400));
    malloc_trim(0);
  };
  for (auto _ : state) {
    open(kConnections);
    const std::size_t before = resident_bytes();
    open(kConnections);
    state.counters["bytes_per_connection"] = static_cast<double>(resident_bytes() - before) / kConnections;
  }
}

void sizes(benchmark::internal::Benchmark* of) {
  of->Arg(64 << 10)->Arg(16 << 10)->Arg(1 << 10)->UseManualTime()->Unit(benchmark::kMillisecond);
}

BENCHMARK_CAPTURE(relay_cpu, , 64UL << 10)->Name("cpu/relay")->Apply(sizes);
BENCHMARK_CAPTURE(relay_cpu, , 256UL << 10)->Name("cpu/relay_large")->Apply(sizes);
BENCHMARK(gateway_cpu)->Name("cpu/gateway")->Apply(sizes);
BENCHMARK(direct_latency)
    ->Name("latency/direct")
    ->Arg(16 << 10)
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(relay_latency)->Name("latency/relay")->Arg(16 << 10)->UseRealTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(gateway_latency)
    ->Name("latency/gateway")
    ->Arg(16 << 10)
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(idle_memory)->Name("memory/idle_connection")->Iterations(1);

}  // namespace
}  // namespace assay

int main(int argc, char** argv) {
  assay::start_logging("error", assay::LogFormat::text);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
