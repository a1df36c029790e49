// What a check costs on a value that passes it, and what programs of 1 to 1,000 rules cost per record.
#include <benchmark/benchmark.h>

#include <fstream>

#include "rules/program.h"
#include "tests/bench/common/report.h"

namespace assay::rules {
namespace {

struct Compiled1 {
  LoadedRules loaded;
  std::shared_ptr<const Program> program;
};

Compiled1 compile_text(const std::string& rules) {
  Compiled1 made;
  const std::vector<RuleFile> files{{"bench", R"({"topics":["t"],"rules":[)" + rules + "]}"}};
  made.loaded = load_rules(files, Limits{});
  if (made.loaded.set == nullptr) std::abort();
  made.program = compile(made.loaded.set->for_topic("t"), nullptr, nullptr, Limits{}).value().program;
  return made;
}

std::string rule(const std::string& name, const std::string& field, const std::string& check) {
  return R"({"name":")" + name + R"(","field":")" + field + R"(","check":)" + check + '}';
}

Value text_value(std::string_view text) {
  Value value;
  value.kind = Kind::string;
  value.raw = as_bytes(text);
  return value;
}

Value integer_value(std::int64_t integer) {
  Value value;
  value.kind = Kind::integer;
  value.integer = integer;
  return value;
}

void run(benchmark::State& state, const std::string& check, Value value) {
  const auto made = compile_text(rule("r", "f", check));
  Readings readings;
  readings.value = Slots(&value, 1);
  if (!made.program->passes(readings)) state.SkipWithError("does not pass");
  for (auto _ : state) {
    benchmark::DoNotOptimize(readings);
    benchmark::DoNotOptimize(made.program->passes(readings));
  }
}

void number(benchmark::State& state) {
  run(state, R"({"exclusiveMinimum":0,"maximum":150})", integer_value(42));
}
void fraction(benchmark::State& state) {
  Value value = text_value("19.99");
  value.kind = Kind::number;
  value.real = 19.99;
  run(state, R"({"minimum":0.5})", value);
}
void multiple_of(benchmark::State& state) {
  run(state, R"({"multipleOf":5})", integer_value(40));
}
void length(benchmark::State& state) {
  run(state, R"({"minLength":2,"maxLength":40})", text_value("ada@example.com"));
}
void contains(benchmark::State& state) {
  run(state, R"({"contains":"@"})", text_value("ada@example.com"));
}
void starts_with(benchmark::State& state) {
  run(state, R"({"startsWith":"ada"})", text_value("ada@example.com"));
}
void pattern_class(benchmark::State& state) {
  run(state, R"({"pattern":"^[A-Z0-9]{4,12}$"})", text_value("AB1234"));
}
void pattern_re2(benchmark::State& state) {
  run(state, R"({"pattern":"^[A-Z]{2}-?[0-9]{4}$"})", text_value("AB1234"));
}
void enumeration(benchmark::State& state) {
  run(state, R"({"enum":["eu","us","asia","africa"]})", text_value("us"));
}
void email(benchmark::State& state) {
  run(state, R"({"format":"email"})", text_value("ada@example.com"));
}
void uuid(benchmark::State& state) {
  run(state, R"({"format":"uuid"})", text_value("550e8400-e29b-41d4-a716-446655440000"));
}
void date_time(benchmark::State& state) {
  run(state, R"({"format":"date-time"})", text_value("2026-02-01T12:30:00Z"));
}
void unique_items(benchmark::State& state) {
  Value value = text_value(R"(["a","b","c",1,2,3,{"a":1},{"b":2}])");
  value.kind = Kind::array;
  value.count = 8;
  run(state, R"({"uniqueItems":true})", value);
}

// An accepted sample of that family.
std::string sample(const std::string& path, const std::string& family) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(family + "\ttext\t\""))
      return line.substr(family.size() + 7, line.size() - family.size() - 8);
  }
  std::abort();
}

void encrypted(benchmark::State& state, const std::string& family) {
  const std::string text = sample(std::string(ASSAY_SAMPLES), family);
  run(state, R"({"encrypted":true})", text_value(text));
}
BENCHMARK_CAPTURE(encrypted, jwe, std::string("jwe_compact"));
BENCHMARK_CAPTURE(encrypted, fernet, std::string("fernet"));
BENCHMARK_CAPTURE(encrypted, tink, std::string("tink"));

void header(benchmark::State& state) {
  const auto made = compile_text(rule("r", "header:tenant", R"({"enum":["eu","us"]})"));
  const std::vector<HeaderView> headers{{"trace", as_bytes("abc")}, {"tenant", as_bytes("eu")}};
  RecordView record;
  record.headers = headers;
  Readings readings;
  readings.record = &record;
  for (auto _ : state) benchmark::DoNotOptimize(made.program->passes(readings));
}

// As many rules as the argument, a third each of bounds, text and enum, over as many fields.
void programs(benchmark::State& state) {
  std::string rules;
  std::vector<Value> slots;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    const std::string id = std::to_string(i);
    if (i > 0) rules += ',';
    const bool numeric = i % 3 == 0;
    rules += rule("r" + id, "f" + id,
                  numeric      ? R"({"minimum":0,"maximum":100})"
                  : i % 3 == 1 ? R"({"contains":"@"})"
                               : R"({"enum":["a@b","c"]})");
    slots.push_back(numeric ? integer_value(7) : text_value("a@b"));
  }
  const auto made = compile_text(rules);
  Readings readings;
  readings.value = slots;
  for (auto _ : state) benchmark::DoNotOptimize(made.program->passes(readings));
  state.counters["ns_per_rule"] =
      benchmark::Counter(static_cast<double>(state.iterations() * state.range(0)) / 1e9,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void compile_program(benchmark::State& state) {
  std::string rules;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    const std::string id = std::to_string(i);
    rules += (i > 0 ? "," : "") + rule("r" + id, "a.b.f" + id, R"({"minimum":0,"maximum":100})");
  }
  const auto made = compile_text(rules);
  const auto chosen = made.loaded.set->for_topic("t");
  for (auto _ : state) benchmark::DoNotOptimize(compile(chosen, nullptr, nullptr, Limits{}));
}

BENCHMARK(number);
BENCHMARK(fraction);
BENCHMARK(multiple_of);
BENCHMARK(length);
BENCHMARK(contains);
BENCHMARK(starts_with);
BENCHMARK(pattern_class);
BENCHMARK(pattern_re2);
BENCHMARK(enumeration);
BENCHMARK(email);
BENCHMARK(uuid);
BENCHMARK(date_time);
BENCHMARK(unique_items);
BENCHMARK(header);
BENCHMARK(programs)->Arg(1)->Arg(10)->Arg(100)->Arg(1000);
BENCHMARK(compile_program)->Arg(50)->Arg(1000);

}  // namespace
}  // namespace assay::rules

int main(int argc, char** argv) {
  return assay::bench::run(argc, argv, "rules", {});
}
