// Order records in batches of 64 KB, judged, beside a DOM parse of the same records by simdjson and nothing
// else.
#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <memory>

#include "registry/schema/json_schema/json_schema.h"
#include "tests/bench/common/json_orders.h"
#include "tests/bench/common/report.h"

namespace assay::schema::json {
namespace {

constexpr std::size_t kBatchBytes = 64UL << 10;

using bench::kOrderSchema;

// Three rules by hand: total >= 0, the e-mail contains @, each line's quantity >= 1.
class QuantityRule : public LeafSink {
 public:
  void check(LeafId, const Value& value) override {
    ok = ok && (value.kind != Kind::integer || value.integer >= 1);
  }
  void explain(LeafId, const Value&, std::string_view) override {}
  bool ok = true;
};

bool rules_pass(Slots slots, const QuantityRule& quantity) {
  const Value& total = slots[0];
  const bool total_fits = total.kind == Kind::number ? total.real >= 0 : total.integer >= 0;
  return total_fits && as_text(slots[1].raw).find('@') != std::string_view::npos && quantity.ok;
}

std::shared_ptr<const Validator> validator(std::string_view schema, bool reads) {
  std::vector<PathRead> wanted;
  if (reads) {
    wanted = {{parse_path("total").value(), false, 0},
              {parse_path("customer.email").value(), false, 1},
              {parse_path("lines[*].quantity").value(), true, 0}};
  }
  return parse(schema, {}, Limits{}).value()->compile(PathTrie(wanted), CompileOptions{}).value();
}

std::vector<std::string> batch(std::string_view from = "", std::string_view to = "") {
  std::vector<std::string> out;
  std::size_t bytes = 0;
  for (std::string& order : bench::orders(1000, 7)) {
    const std::size_t at = from.empty() ? std::string::npos : order.find(from);
    if (at != std::string::npos) order.replace(at, from.size(), to);
    bytes += order.size();
    if (bytes > kBatchBytes) break;
    out.push_back(std::move(order));
  }
  return out;
}

void report(benchmark::State& state, const std::vector<std::string>& records) {
  std::size_t bytes = 0;
  for (const std::string& record : records) bytes += record.size();
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes) * static_cast<std::int64_t>(state.iterations()));
  state.SetItemsProcessed(static_cast<std::int64_t>(records.size()) *
                          static_cast<std::int64_t>(state.iterations()));
  state.counters["time_per_record"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * static_cast<double>(records.size()),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["record_bytes"] = static_cast<double>(bytes) / static_cast<double>(records.size());
  state.SetLabel("simdjson kernel " + simdjson::get_active_implementation()->name());
}

void dom_parse(benchmark::State& state) {
  const auto records = batch();
  std::vector<simdjson::padded_string> padded(records.begin(), records.end());
  simdjson::dom::parser parser;
  for (auto _ : state) {
    for (const auto& record : padded) benchmark::DoNotOptimize(parser.parse(record).error());
  }
  report(state, records);
}
BENCHMARK(dom_parse);

void judge(benchmark::State& state, std::string_view schema, bool reads,
           const std::vector<std::string>& records, Walk wanted) {
  const auto engine = validator(schema, reads);
  const auto workspace = engine->make_workspace();
  std::vector<Bytes> bodies;
  for (const std::string& record : records) bodies.push_back(as_bytes(record));
  std::vector<Value> slots(2);
  for (auto _ : state) {
    engine->begin(bodies, *workspace);
    for (std::size_t i = 0; i < bodies.size(); ++i) {
      reset(slots);
      QuantityRule quantity;
      const Walk walk = engine->walk(i, *workspace, slots, quantity);
      if (walk != wanted || (reads && walk == Walk::conforms && !rules_pass(slots, quantity))) {
        state.SkipWithError("a verdict is wrong");
        return;
      }
    }
  }
  report(state, records);
}

void schema_and_three_rules(benchmark::State& state) {
  judge(state, kOrderSchema, true, batch(), Walk::conforms);
}
BENCHMARK(schema_and_three_rules);

void schema_only(benchmark::State& state) {
  judge(state, kOrderSchema, false, batch(), Walk::conforms);
}
BENCHMARK(schema_only);

void plain_json_and_three_rules(benchmark::State& state) {
  judge(state, "true", true, batch(), Walk::conforms);
}
BENCHMARK(plain_json_and_three_rules);

void plain_json(benchmark::State& state) {
  judge(state, "true", false, batch(), Walk::conforms);
}
BENCHMARK(plain_json);

void every_record_breaks_the_schema(benchmark::State& state) {
  judge(state, kOrderSchema, true, batch("ORD-", "XRD-"), Walk::violates);
}
BENCHMARK(every_record_breaks_the_schema);

void every_record_is_malformed(benchmark::State& state) {
  judge(state, kOrderSchema, true, batch("null}", "nul}"), Walk::malformed);
}
BENCHMARK(every_record_is_malformed);

void every_record_fails_the_first_stage(benchmark::State& state) {
  judge(state, kOrderSchema, true, batch("null}", "\"}"), Walk::malformed);
}
BENCHMARK(every_record_fails_the_first_stage);

void compile_200_properties(benchmark::State& state) {
  const std::string schema = bench::wide_schema(200);
  for (auto _ : state) benchmark::DoNotOptimize(validator(schema, true));
}
BENCHMARK(compile_200_properties)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace assay::schema::json

int main(int argc, char** argv) {
  const assay::bench::Figure dom{"dom_parse", "time_per_record"};
  const auto row = [&](const char* name, const char* of) {
    return assay::bench::Row{.name = name,
                             .unit = "ns/record",
                             .scale = 1e9,
                             .measured = {of, "time_per_record"},
                             .yardstick = dom,
                             .yardstick_name = "simdjson DOM parse"};
  };
  return assay::bench::run(argc, argv, "json_schema",
                           {row("json_schema/validate", "schema_only"),
                            row("json_schema/validate_extract_3_rules_by_hand", "schema_and_three_rules"),
                            row("json_schema/plain_json", "plain_json")});
}
