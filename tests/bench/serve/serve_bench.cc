// The whole command: `assay serve` as a process between a producer and a broker that costs nothing.
// cpu/*: CPU time of all its threads for each MB of requests, five in flight.
// latency/*: from a request's first byte to its answer's last, one in flight, nothing else going on.
// memory/*: resident memory, at rest and for each connection that has produced and rests.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/log.h"
#include "tests/bench/common/report.h"
#include "tests/bench/net/relay.h"
#include "tests/bench/net/traffic.h"
#include "tests/bench/serve/records.h"
#include "tests/bench/serve/served.h"

namespace assay::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kBatchBytes = 64UL << 10;
constexpr std::size_t kSmallBatchBytes = 16UL << 10;
constexpr std::size_t kDistinct = 32;
constexpr std::size_t kInFlight = 5;

// One for all benchmarks that send through it, stopped before main ends.
struct Rig {
  Sink sink;
  Relay relay{sink.port(), 64UL << 10};
  Served served{sink.port()};
};
std::unique_ptr<Rig> shared_rig;

Rig& rig() {
  if (!shared_rig) shared_rig = std::make_unique<Rig>();
  return *shared_rig;
}

std::vector<Buffer> good_json(std::size_t batch_bytes) {
  return json_requests(kJsonTopic, rig().served.json_schema_id(), kDistinct, batch_bytes);
}

// All the same, or what is measured is not what it is called.
void check(benchmark::State& state, const Producer& producer, std::size_t sent, bool refused) {
  if (producer.refused() != (refused ? sent : 0))
    state.SkipWithError("a request is not answered as it should be");
}

template <class CpuSeconds>
void cpu(benchmark::State& state, std::uint16_t port, std::vector<Buffer> requests, std::size_t mb,
         CpuSeconds&& cpu_seconds, bool refused = false) {
  const std::size_t count = (quick() ? 1'000'000 : mb * 1'000'000) / requests.front().size();
  Producer producer(port, std::move(requests));
  std::size_t sent = count / 8 + 1;
  producer.run(sent, kInFlight);
  for (auto _ : state) {
    const double before = cpu_seconds();
    const std::size_t bytes = producer.run(count, kInFlight);
    const double used = cpu_seconds() - before;
    sent += count;
    state.SetIterationTime(used);
    state.counters["cpu_per_mb"] = used / (static_cast<double>(bytes) / 1e6);
  }
  check(state, producer, sent, refused);
}

void relay_cpu(benchmark::State& state) {
  auto& relay = rig().relay;
  cpu(state, relay.port(), good_json(kBatchBytes), 64, [&] { return cpu_seconds_of(relay.loop()); });
}

void served_cpu(benchmark::State& state, std::vector<Buffer> requests, std::size_t mb = 64,
                bool refused = false) {
  const Served& served = rig().served;
  cpu(
      state, served.port(), std::move(requests), mb, [&] { return served.settled_cpu_seconds(); }, refused);
}

void plain_cpu(benchmark::State& state) {
  served_cpu(state, json_requests(kPlainTopic, 1, kDistinct, kBatchBytes));
}

void json_cpu(benchmark::State& state) {
  served_cpu(state, good_json(kBatchBytes));
}

void avro_cpu(benchmark::State& state) {
  served_cpu(state, avro_requests(kAvroTopic, rig().served.avro_schema_id(), kDistinct, kBatchBytes));
}

// No batch is sent twice: a retry would be no new reject.
void all_bad_cpu(benchmark::State& state) {
  static unsigned seed = 100;
  const std::int32_t id = rig().served.json_schema_id();
  served_cpu(state, json_requests(kJsonTopic, id, kDistinct, kBatchBytes, {.bad = true, .seed = seed++}), 2,
             true);
}

void latency(benchmark::State& state, std::uint16_t port, std::vector<Buffer> requests) {
  Producer producer(port, std::move(requests));
  producer.run(100, 1);
  std::vector<double> seconds(quick() ? 100 : 3'000);
  for (auto _ : state) {
    for (double& one : seconds) {
      const auto before = Clock::now();
      producer.run(1, 1);
      one = std::chrono::duration<double>(Clock::now() - before).count();
    }
  }
  check(state, producer, 0, false);
  std::sort(seconds.begin(), seconds.end());
  state.counters["p50"] = seconds[seconds.size() / 2];
  state.counters["p99"] = seconds[seconds.size() * 99 / 100];
}

void direct_latency(benchmark::State& state) {
  latency(state, rig().sink.port(), good_json(kSmallBatchBytes));
}

void plain_latency(benchmark::State& state) {
  latency(state, rig().served.port(), json_requests(kPlainTopic, 1, kDistinct, kSmallBatchBytes));
}

void json_latency(benchmark::State& state) {
  latency(state, rig().served.port(), good_json(kSmallBatchBytes));
}

// A process of its own, to which nothing has happened yet.
void idle_memory(benchmark::State& state) {
  Sink sink;
  const Served served(sink.port());
  for (auto _ : state) std::this_thread::sleep_for(std::chrono::milliseconds(500));
  state.counters["bytes"] = static_cast<double>(served.resident_bytes());
}

// Each has sent 64 KB and read its answer. A first lot pays for what all share.
void idle_connections(benchmark::State& state) {
  const std::size_t lot = quick() ? 20 : 400;
  Sink sink;
  const Served served(sink.port());
  std::vector<std::unique_ptr<Producer>> producers;
  const auto open = [&] {
    const auto requests = json_requests(kJsonTopic, served.json_schema_id(), 1, kBatchBytes);
    for (std::size_t i = 0; i < lot; ++i) {
      producers.push_back(std::make_unique<Producer>(served.port(), requests));
      producers.back()->run(1, 1);
    }
    std::this_thread::sleep_for(std::chrono::seconds(1));
    return static_cast<double>(served.resident_bytes());
  };
  for (auto _ : state) {
    const double before = open();
    state.counters["bytes"] = (open() - before) / static_cast<double>(lot);
  }
}

void once(benchmark::internal::Benchmark* of) {
  of->Iterations(1);
}
void once_by_hand(benchmark::internal::Benchmark* of) {
  of->Iterations(1)->UseManualTime();
}

BENCHMARK(relay_cpu)->Name("cpu/relay")->Apply(once_by_hand);
BENCHMARK(plain_cpu)->Name("cpu/plain")->Apply(once_by_hand);
BENCHMARK(json_cpu)->Name("cpu/json")->Apply(once_by_hand);
BENCHMARK(avro_cpu)->Name("cpu/avro")->Apply(once_by_hand);
BENCHMARK(all_bad_cpu)->Name("cpu/all_bad")->Apply(once_by_hand);
BENCHMARK(direct_latency)->Name("latency/direct")->Apply(once);
BENCHMARK(plain_latency)->Name("latency/plain")->Apply(once);
BENCHMARK(json_latency)->Name("latency/json")->Apply(once);
BENCHMARK(idle_memory)->Name("memory/idle")->Apply(once)->Repetitions(1);
BENCHMARK(idle_connections)->Name("memory/connections")->Apply(once)->Repetitions(1);

Figure cpu_of(const std::string& name) {
  return {"cpu/" + name + "/iterations:1/manual_time", "cpu_per_mb"};
}

Row cpu_row(const char* name, const char* of, const char* yardstick, const char* yardstick_name,
            std::optional<double> budget) {
  return {.name = name,
          .unit = "us/MB",
          .scale = 1e6,
          .measured = cpu_of(of),
          .yardstick = cpu_of(yardstick),
          .yardstick_name = yardstick_name,
          .ratio_budget = budget};
}

Row latency_row(const std::string& name, const std::string& of, const char* percentile, double budget_us) {
  return {.name = name,
          .unit = "us added",
          .scale = 1e6,
          .measured = {"latency/" + of + "/iterations:1", percentile},
          .yardstick = {"latency/direct/iterations:1", percentile},
          .yardstick_name = "the same without Assay",
          .added = true,
          .value_budget = budget_us};
}

Row memory_row(const char* name, const std::string& of, const char* unit, double scale, double budget) {
  return {.name = name,
          .unit = unit,
          .scale = scale,
          .measured = {"memory/" + of + "/iterations:1/repeats:1", "bytes"},
          .value_budget = budget};
}

std::vector<Row> rows() {
  return {
      cpu_row("serve/pass_through_cpu", "plain", "relay", "bare Asio relay", 1.15),
      cpu_row("serve/json_3_rules_cpu", "json", "relay", "bare Asio relay", {}),
      cpu_row("serve/avro_3_rules_cpu", "avro", "relay", "bare Asio relay", {}),
      cpu_row("serve/all_bad_cpu", "all_bad", "json", "all good", 3),
      latency_row("serve/pass_through_latency_p50", "plain", "p50", 60),
      latency_row("serve/pass_through_latency_p99", "plain", "p99", 200),
      latency_row("serve/json_3_rules_latency_p50", "json", "p50", 60),
      latency_row("serve/json_3_rules_latency_p99", "json", "p99", 200),
      memory_row("serve/idle_memory", "idle", "MiB", 1.0 / (1UL << 20), 64),
      memory_row("serve/idle_connection_memory", "connections", "KiB", 1.0 / 1024, 16),
  };
}

}  // namespace
}  // namespace assay::bench

int main(int argc, char** argv) {
  assay::start_logging("error", assay::LogFormat::text);
  const int code = assay::bench::run(argc, argv, "serve", assay::bench::rows());
  assay::bench::shared_rig.reset();
  return code;
}
