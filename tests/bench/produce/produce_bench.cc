// inspect as a whole: a Produce request with one batch of 64 KB, decoded and decided. Time per record, and
// what a batch takes in which every record is bad.
#include <benchmark/benchmark.h>

#include "tests/bench/common/avro_orders.h"
#include "tests/bench/common/json_orders.h"
#include "tests/bench/common/report.h"
#include "tests/reference/produce/world.h"

namespace assay::bench {
namespace {

constexpr std::size_t kBatchBytes = 64UL << 10;
constexpr std::int32_t kAvroSchemas = 4;  // 1 to 4, all the same
constexpr std::int32_t kJsonSchema = 9;

enum class Quality { good, bad };

kit::World world_of(Quality quality) {
  kit::World world;
  world.topic("t", kit::policy());
  for (std::int32_t id = 1; id <= kAvroSchemas; ++id) world.avro(id, kAvroOrderSchema, {"t-value"});
  world.json(kJsonSchema, kOrderSchema, {"t-value"});
  const std::string bound = quality == Quality::good ? R"("minimum":0)" : R"("maximum":-1)";
  world.rules({R"({"name":"total","field":"total","check":{)" + bound + "}}",
               R"({"name":"email","field":"email","check":{"contains":"@"}})",
               R"({"name":"tenant","field":"header:tenant","check":{"enum":["eu","us"]}})"});
  return world;
}

// As many of `bodies` as make 64 KB.
std::vector<kit::Record> records_of(const std::vector<std::string>& bodies) {
  std::vector<kit::Record> out;
  std::size_t bytes = 0;
  for (const std::string& body : bodies) {
    bytes += body.size();
    if (bytes > kBatchBytes) break;
    out.push_back(kit::record(std::to_string(out.size()), body, {{"tenant", "eu"}}));
  }
  return out;
}

// Their schemas in turn.
std::vector<kit::Record> avro_records(std::int32_t schemas) {
  std::vector<std::string> bodies;
  for (const Buffer& order : avro_orders(1'000, 7))
    bodies.push_back(kit::framed(1 + static_cast<std::int32_t>(bodies.size()) % schemas, as_text(order)));
  return records_of(bodies);
}

std::vector<kit::Record> json_records(bool with_schema) {
  std::vector<std::string> bodies = orders(1'000, 7);
  for (std::string& body : bodies) {
    if (with_schema) body = kit::framed(kJsonSchema, body);
  }
  return records_of(bodies);
}

void inspect(benchmark::State& state, const std::vector<kit::Record>& records, Quality quality) {
  kit::World world = world_of(quality);
  const kit::Request request("t", records);
  const auto first = world.decide(request);
  const std::size_t refused = first.must_keep.empty() ? 0 : first.must_keep.front().violating.size();
  if (refused != (quality == Quality::good ? 0 : records.size()))
    return state.SkipWithError("the records are not what they should be");
  kafka::ProduceRequest decoded;
  for (auto _ : state) {
    if (!kafka::decode(request.frame(), world.limits, decoded)) state.SkipWithError("does not decode");
    benchmark::DoNotOptimize(world.ask(decoded));
  }
  state.counters["time_per_record"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * static_cast<double>(records.size()),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK_CAPTURE(inspect, avro, avro_records(1), Quality::good);
BENCHMARK_CAPTURE(inspect, avro_schemas_in_turn, avro_records(kAvroSchemas), Quality::good);
BENCHMARK_CAPTURE(inspect, avro_all_bad, avro_records(1), Quality::bad);
BENCHMARK_CAPTURE(inspect, json, json_records(true), Quality::good);
BENCHMARK_CAPTURE(inspect, json_all_bad, json_records(true), Quality::bad);
BENCHMARK_CAPTURE(inspect, plain_json, json_records(false), Quality::good);
BENCHMARK_CAPTURE(inspect, plain_json_all_bad, json_records(false), Quality::bad);

Row row(const char* name, const char* of) {
  return {.name = name, .unit = "ns/record", .scale = 1e9, .measured = {of, "time_per_record"}};
}

Row bad_row(const char* name, const char* of, const char* good) {
  Row out = row(name, of);
  out.yardstick = {good, "time_per_record"};
  out.yardstick_name = "all good";
  out.ratio_budget = 3;
  return out;
}

std::vector<Row> rows() {
  return {
      row("produce/inspect_avro", "inspect/avro"),
      row("produce/inspect_avro_schemas_in_turn", "inspect/avro_schemas_in_turn"),
      row("produce/inspect_json", "inspect/json"),
      row("produce/inspect_plain_json", "inspect/plain_json"),
      bad_row("produce/avro_all_bad", "inspect/avro_all_bad", "inspect/avro"),
      bad_row("produce/json_all_bad", "inspect/json_all_bad", "inspect/json"),
      bad_row("produce/plain_json_all_bad", "inspect/plain_json_all_bad", "inspect/plain_json"),
  };
}

}  // namespace
}  // namespace assay::bench

int main(int argc, char** argv) {
  return assay::bench::run(argc, argv, "produce", assay::bench::rows());
}
