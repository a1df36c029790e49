// Avro records of about 120 bytes: validate and extract for three rules, beside avro-c's generic decode of
// the same records.
// The rules' own cost is measured where plans are (tests/bench/judge).
#include <benchmark/benchmark.h>

#include "record/path.h"
#include "registry/schema/avro/avro_schema.h"
#include "tests/bench/common/avro_orders.h"
#include "tests/bench/common/report.h"

namespace assay::schema::avro {
namespace {

constexpr int kRecords = 512;

std::vector<Buffer> make_records() {
  return bench::avro_orders(kRecords, 7);
}

std::int64_t bytes_of(const std::vector<Buffer>& records) {
  std::int64_t bytes = 0;
  for (const Buffer& record : records) bytes += static_cast<std::int64_t>(record.size());
  return bytes;
}

void report(benchmark::State& state, const std::vector<Buffer>& records) {
  state.SetItemsProcessed(state.iterations() * kRecords);
  state.SetBytesProcessed(state.iterations() * bytes_of(records));
  state.counters["bytes_per_record"] = static_cast<double>(bytes_of(records)) / kRecords;
  state.counters["time_per_record"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * kRecords,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

class NoLeaves final : public LeafSink {
 public:
  void check(LeafId, const Value& value) override { benchmark::DoNotOptimize(value.kind); }
  void explain(LeafId, const Value&, std::string_view) override {}
};

void walk(benchmark::State& state, const std::vector<std::string>& paths) {
  const auto records = make_records();
  const std::vector<Bytes> bodies(records.begin(), records.end());
  std::vector<PathRead> reads;
  std::uint16_t slots_needed = 0;
  for (const std::string& path : paths) {
    PathRead read{parse_path(path).value()};
    read.leaf = read.path.many();
    read.id = read.leaf ? std::uint16_t{0} : slots_needed++;
    reads.push_back(std::move(read));
  }
  const auto schema = parse(bench::kAvroOrderSchema, {}, {}).value();
  const auto validator = schema->compile(PathTrie(reads), {}).value();
  const auto workspace = validator->make_workspace();
  std::vector<Value> slots(slots_needed);
  NoLeaves leaves;
  for (auto _ : state) {
    validator->begin(bodies, *workspace);
    for (std::size_t i = 0; i < bodies.size(); ++i) {
      reset(slots);
      if (validator->walk(i, *workspace, slots, leaves) != Walk::conforms)
        state.SkipWithError("a record is refused");
      for (const Value& value : slots) benchmark::DoNotOptimize(value.integer);
    }
  }
  report(state, records);
}

void BM_assay_validate(benchmark::State& state) {
  walk(state, {});
}
BENCHMARK(BM_assay_validate);

void BM_assay_validate_and_extract(benchmark::State& state) {
  walk(state, {"total", "email", "address.zip"});
}
BENCHMARK(BM_assay_validate_and_extract);

void BM_assay_validate_extract_and_offer(benchmark::State& state) {
  walk(state, {"total", "email", "tags[*]"});
}
BENCHMARK(BM_assay_validate_extract_and_offer);

void BM_avro_c_generic_decode(benchmark::State& state) {
  const auto records = make_records();
  bench::AvroCDecoder decoder;
  for (auto _ : state) {
    for (const Buffer& record : records) {
      if (!decoder.decode(record)) state.SkipWithError("avro-c refuses a record");
    }
  }
  report(state, records);
}
BENCHMARK(BM_avro_c_generic_decode);

}  // namespace
}  // namespace assay::schema::avro

int main(int argc, char** argv) {
  const auto row = [](const char* name, const char* of) {
    return assay::bench::Row{.name = name,
                             .unit = "ns/record",
                             .scale = 1e9,
                             .measured = {of, "time_per_record"},
                             .yardstick = {"BM_avro_c_generic_decode", "time_per_record"},
                             .yardstick_name = "avro-c generic decode"};
  };
  return assay::bench::run(argc, argv, "avro",
                           {row("avro/validate", "BM_assay_validate"),
                            row("avro/validate_extract", "BM_assay_validate_and_extract"),
                            row("avro/validate_extract_offer", "BM_assay_validate_extract_and_offer")});
}
