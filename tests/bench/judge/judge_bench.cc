// Plans in process: what judging a batch of 64 KB takes beside a mere parse of the same records by others,
// what a batch takes in which every record is bad, and what compiling takes.
#include <benchmark/benchmark.h>
#include <simdjson.h>

#include "tests/bench/common/avro_orders.h"
#include "tests/bench/common/json_orders.h"
#include "tests/bench/common/report.h"
#include "tests/bench/judge/plans.h"

namespace assay::bench {
namespace {

constexpr std::size_t kBatchBytes = 64UL << 10;

// A batch as it is opened: views of `bodies`.
struct Batch {
  std::vector<Buffer> bodies;
  std::vector<RecordView> views;
  std::vector<judge::OpenRecord> records;
};

// The first of `bodies`, as many as make 64 KB.
Batch batch_of(std::vector<Buffer> bodies) {
  Batch out;
  std::size_t bytes = 0, count = 0;
  while (count < bodies.size() && bytes + bodies[count].size() <= kBatchBytes)
    bytes += bodies[count++].size();
  bodies.resize(count);
  out.bodies = std::move(bodies);
  out.views.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    out.views[i].index = static_cast<std::uint32_t>(i);
    out.views[i].value = out.bodies[i];
    out.records.push_back({&out.views[i], {}, Bytes(out.bodies[i])});
  }
  return out;
}

// With `from` replaced by `to` in each record.
Batch json_batch(std::string_view from = "", std::string_view to = "") {
  std::vector<Buffer> bodies;
  for (std::string& order : orders(1000, 7)) {
    if (!from.empty()) order.replace(order.find(from), from.size(), to);
    bodies.emplace_back(order.begin(), order.end());
  }
  return batch_of(std::move(bodies));
}

Batch avro_batch() {
  return batch_of(avro_orders(1000, 7));
}

void per_record(benchmark::State& state, std::size_t records) {
  state.counters["time_per_record"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * static_cast<double>(records),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void judge_batch(benchmark::State& state, const PlanTexts& texts, const Batch& batch) {
  const auto plan = compiled(parsed(texts));
  judge::Scratch scratch;
  std::vector<judge::Verdict> verdicts(batch.records.size());
  for (auto _ : state) {
    std::fill(verdicts.begin(), verdicts.end(), judge::Verdict::conforms);
    plan->judge(batch.records, scratch, verdicts);
    for (const judge::Verdict verdict : verdicts) {
      if (verdict != judge::Verdict::conforms) state.SkipWithError("a record is refused");
    }
  }
  per_record(state, batch.records.size());
}

// As the proxy does it: what says no is walked again, to say why.
void refuse_batch(benchmark::State& state, const PlanTexts& texts, const Batch& batch) {
  const auto plan = compiled(parsed(texts));
  judge::Scratch scratch;
  std::vector<judge::Verdict> verdicts(batch.records.size());
  for (auto _ : state) {
    std::fill(verdicts.begin(), verdicts.end(), judge::Verdict::conforms);
    plan->judge(batch.records, scratch, verdicts);
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
      if (verdicts[i] != judge::Verdict::violates) return state.SkipWithError("a record is not refused");
      benchmark::DoNotOptimize(plan->explain(batch.records[i], scratch));
    }
  }
  per_record(state, batch.records.size());
}

void json(benchmark::State& state) {
  judge_batch(state, json_order_texts(), json_batch());
}
BENCHMARK(json);

void dom_parse(benchmark::State& state) {
  const Batch batch = json_batch();
  std::vector<simdjson::padded_string> padded;
  for (const Buffer& body : batch.bodies) padded.emplace_back(as_text(body));
  simdjson::dom::parser parser;
  for (auto _ : state) {
    for (const auto& record : padded) {
      if (parser.parse(record).error() != simdjson::SUCCESS) state.SkipWithError("simdjson refuses a record");
    }
  }
  per_record(state, padded.size());
  state.SetLabel("simdjson kernel " + simdjson::get_active_implementation()->name());
}
BENCHMARK(dom_parse);

void avro(benchmark::State& state) {
  judge_batch(state, avro_order_texts(), avro_batch());
}
BENCHMARK(avro);

void avro_c_decode(benchmark::State& state) {
  const Batch batch = avro_batch();
  AvroCDecoder decoder;
  for (auto _ : state) {
    for (const Buffer& body : batch.bodies) {
      if (!decoder.decode(body)) state.SkipWithError("avro-c refuses a record");
    }
  }
  per_record(state, batch.bodies.size());
}
BENCHMARK(avro_c_decode);

void json_all_bad_by_rule(benchmark::State& state) {
  refuse_batch(state, json_order_texts(), json_batch("@example", ".example"));
}
BENCHMARK(json_all_bad_by_rule);

void json_all_bad_by_schema(benchmark::State& state) {
  refuse_batch(state, json_order_texts(), json_batch("ORD-", "XRD-"));
}
BENCHMARK(json_all_bad_by_schema);

void json_all_malformed(benchmark::State& state) {
  refuse_batch(state, json_order_texts(), json_batch("null}", "nul}"));
}
BENCHMARK(json_all_malformed);

// Parsing texts is not part of it: schemas and rules are parsed once, plans compiled for each pair.
void compile(benchmark::State& state, const PlanTexts& texts) {
  const ParsedTexts both = parsed(texts);
  for (auto _ : state) benchmark::DoNotOptimize(compiled(both));
}
BENCHMARK_CAPTURE(compile, json, wide_json_texts())->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(compile, avro, wide_avro_texts())->Unit(benchmark::kMillisecond);

void parse_and_compile(benchmark::State& state, const PlanTexts& texts) {
  for (auto _ : state) benchmark::DoNotOptimize(compiled(parsed(texts)));
}
BENCHMARK_CAPTURE(parse_and_compile, json, wide_json_texts())->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(parse_and_compile, avro, wide_avro_texts())->Unit(benchmark::kMillisecond);

Row record_row(const char* name, const char* of, const char* yardstick, const char* yardstick_name,
               double budget) {
  return {.name = name,
          .unit = "ns/record",
          .scale = 1e9,
          .measured = {of, "time_per_record"},
          .yardstick = {yardstick, "time_per_record"},
          .yardstick_name = yardstick_name,
          .ratio_budget = budget};
}

Row compile_row(const char* name, const char* of, std::optional<double> budget) {
  return {.name = name, .unit = "ms", .scale = 1e3, .measured = {of, "cpu"}, .value_budget = budget};
}

std::vector<Row> rows() {
  return {
      record_row("judge/json_3_rules", "json", "dom_parse", "simdjson DOM parse", 0.9),
      record_row("judge/avro_3_rules", "avro", "avro_c_decode", "avro-c generic decode", 0.12),
      record_row("judge/all_bad_by_rule", "json_all_bad_by_rule", "json", "all good", 3),
      record_row("judge/all_bad_by_schema", "json_all_bad_by_schema", "json", "all good", 3),
      record_row("judge/all_malformed", "json_all_malformed", "json", "all good", 3),
      compile_row("judge/compile_json", "compile/json", 5),
      compile_row("judge/compile_avro", "compile/avro", 5),
      compile_row("judge/parse_and_compile_json", "parse_and_compile/json", {}),
      compile_row("judge/parse_and_compile_avro", "parse_and_compile/avro", {}),
  };
}

}  // namespace
}  // namespace assay::bench

int main(int argc, char** argv) {
  return assay::bench::run(argc, argv, "judge", assay::bench::rows());
}
