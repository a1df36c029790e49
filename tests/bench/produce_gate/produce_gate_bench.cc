// What the sequence gate and the verdict memo cost a batch of an idempotent producer: the heart with them and
// without, on one thread. Batches of different numbers take turns, so that none is a retry.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "tests/bench/common/report.h"
#include "tests/reference/broker_sequences/gate_rig.h"

namespace assay::kit {
namespace {

constexpr std::int32_t kBatches = 64;

std::vector<Buffer> batches_of(std::size_t bytes) {
  std::vector<Buffer> out;
  for (std::int32_t i = 0; i < kBatches; ++i) {
    std::vector<std::string> values;
    for (std::size_t used = 0; used < bytes; used += 350)
      values.push_back(value_of(5, std::string(300, static_cast<char>('a' + i % 26))));
    const auto first = i * static_cast<std::int32_t>(values.size());
    out.push_back(batch_of(values, {.first = first}));
  }
  return out;
}

// Arguments: bytes of a batch; with them or without.
void inspect_batch(benchmark::State& state) {
  const auto batches = batches_of(static_cast<std::size_t>(state.range(0)));
  GateRig rig;
  rig.remembers = state.range(1) != 0;
  std::size_t at = 0, bytes = 0;
  for (auto _ : state) {
    const Buffer& batch = batches[at++ % kBatches];
    benchmark::DoNotOptimize(rig.decide({{0, batch}}));
    bytes += batch.size();
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}
BENCHMARK(inspect_batch)->ArgNames({"bytes", "known"})->ArgsProduct({{350, 16'384, 65'536}, {0, 1}});

// A batch that is forwarded again.
void retry(benchmark::State& state) {
  const auto batches = batches_of(static_cast<std::size_t>(state.range(0)));
  GateRig rig;
  for (auto _ : state) benchmark::DoNotOptimize(rig.decide({{0, batches[0]}}));
}
BENCHMARK(retry)->ArgName("bytes")->Arg(16'384);

// Only what is looked up and entered, among many producers.
void look_and_settle(benchmark::State& state) {
  GateRig rig;
  const std::int64_t producers = state.range(0);
  std::int64_t at = 0;
  for (auto _ : state) {
    proxy::BatchNote note{.batch = {*rig.table.stream({"", at++ % producers, "orders", 3}), 0, {0, 4}},
                          .hash = proxy::BatchHash{1, 1}};
    benchmark::DoNotOptimize(rig.table.look(note.batch, rig.now_ms));
    rig.table.settle(std::span(&note, 1), rig.now_ms);
  }
}
BENCHMARK(look_and_settle)->ArgName("producers")->Arg(10)->Arg(50'000);

}  // namespace
}  // namespace assay::kit

int main(int argc, char** argv) {
  std::vector<assay::bench::Row> rows;
  for (const char* bytes : {"350", "16384", "65536"}) {
    const std::string batch = std::string("inspect_batch/bytes:") + bytes;
    rows.push_back({.name = std::string("produce_gate/gate_") + bytes,
                    .unit = "us/batch",
                    .scale = 1e6,
                    .measured = {batch + "/known:1", "cpu"},
                    .yardstick = {batch + "/known:0", "cpu"},
                    .yardstick_name = "without gate and memo"});
  }
  return assay::bench::run(argc, argv, "produce_gate", rows);
}
