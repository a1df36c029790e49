// What the gateway costs beside a relay that only moves bytes, on the same traffic in the same process.
// cpu/*: CPU time of the forwarding thread alone for each volume of Produce requests (v10, five in flight),
// as the benchmark's "time". Budget (docs/architecture.md): gateway at most 1.15 times the relay at 64 KiB.
// memory/*: resident memory of one more connection that rests. Budget: 16 KiB.
// latency/*: wall time from a request's first byte to its answer's last, one in flight. (Percentiles, with
// the whole command between: tests/bench/serve.)
#include <benchmark/benchmark.h>
#include <malloc.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "base/log.h"
#include "tests/bench/common/report.h"
#include "tests/bench/net/relay.h"
#include "tests/bench/net/traffic.h"
#include "tests/reference/net/gateway_rig.h"

namespace assay {
namespace {

using bench::cpu_seconds_of;
using bench::Relay;

constexpr std::size_t kInFlight = 5;

std::size_t volume_bytes() {
  return bench::quick() ? 1UL << 20 : 64UL << 20;
}

void count(benchmark::State& state, std::size_t request_bytes) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(volume_bytes()));
  state.counters["request_bytes"] = static_cast<double>(request_bytes);
}

void cpu(benchmark::State& state, io::Loop& loop, std::uint16_t port) {
  const auto bytes = static_cast<std::size_t>(state.range(0));
  bench::Producer producer(port, {bench::opaque_request(bytes)});
  producer.run(volume_bytes() / 8 / bytes, kInFlight);
  for (auto _ : state) {
    const double before = cpu_seconds_of(loop);
    producer.run(volume_bytes() / bytes, kInFlight);
    state.SetIterationTime(cpu_seconds_of(loop) - before);
  }
  state.counters["cpu_per_mb"] =
      benchmark::Counter(static_cast<double>(volume_bytes()) / 1e6 * static_cast<double>(state.iterations()),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
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
  bench::Producer producer(port, {bench::opaque_request(static_cast<std::size_t>(state.range(0)))});
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
  const auto row = [](const std::string& size, std::optional<double> budget) {
    const std::string of = "/" + size + "/manual_time";
    return assay::bench::Row{.name = "net/pass_through_cpu_" + size,
                             .unit = "us/MB",
                             .scale = 1e6,
                             .measured = {"cpu/gateway" + of, "cpu_per_mb"},
                             .yardstick = {"cpu/relay" + of, "cpu_per_mb"},
                             .yardstick_name = "bare Asio relay",
                             .ratio_budget = budget};
  };
  return assay::bench::run(argc, argv, "net", {row("65536", 1.15), row("16384", {}), row("1024", {})});
}
