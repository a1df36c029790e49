#include "tests/bench/common/report.h"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>

namespace assay::bench {
namespace {

using Json = nlohmann::ordered_json;

bool quick_ = false;

struct Options {
  std::string json_file;
  bool filtered = false;
  std::vector<std::string> benchmark_flags;
};

// Every run of every benchmark, by name and figure.
class Collector final : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }

  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      const std::string name = run.benchmark_name();
      if (run.error_occurred) {
        fmt::print(stderr, "{}: {}\n", name, run.error_message);
        failed_ = true;
      }
      if (run.error_occurred || run.run_type != Run::RT_Iteration) continue;
      const auto iterations = static_cast<double>(run.iterations);
      auto& figures = figures_[name];
      figures["real"].push_back(run.real_accumulated_time / iterations);
      figures["cpu"].push_back(run.cpu_accumulated_time / iterations);
      for (const auto& [counter, value] : run.counters) figures[counter].push_back(value.value);
      if (!run.report_label.empty()) labels_[name] = run.report_label;
    }
  }

  bool failed() const { return failed_; }
  const auto& figures() const { return figures_; }
  std::string label(const std::string& name) const {
    const auto found = labels_.find(name);
    return found == labels_.end() ? "" : found->second;
  }

  std::optional<double> median(const Figure& figure) const {
    const auto benchmark = figures_.find(figure.benchmark);
    if (benchmark == figures_.end()) return {};
    const auto found = benchmark->second.find(figure.of);
    if (found == benchmark->second.end()) return {};
    std::vector<double> values = found->second;
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  }

 private:
  std::map<std::string, std::map<std::string, std::vector<double>>> figures_;
  std::map<std::string, std::string> labels_;
  bool failed_ = false;
};

std::optional<Options> read_options(int argc, char** argv) {
  Options out;
  out.benchmark_flags = {argv[0]};
  std::vector<std::string> own;
  for (int i = 1; i < argc; ++i) {
    const std::string_view option = argv[i];
    if (option == "--quick") {
      quick_ = true;
    } else if (option == "--json" && i + 1 < argc) {
      out.json_file = argv[++i];
    } else if (option.starts_with("--benchmark_")) {
      out.filtered = out.filtered || option.starts_with("--benchmark_filter");
      own.emplace_back(option);
    } else {
      fmt::print(stderr, "usage: {} [--quick] [--json FILE] [--benchmark_filter=REGEX ...]\n", argv[0]);
      return {};
    }
  }
  if (quick_) {
    out.benchmark_flags.emplace_back("--benchmark_min_time=0.001");
  } else {
    for (const char* flag : {"--benchmark_min_time=0.1", "--benchmark_repetitions=9",
                             "--benchmark_enable_random_interleaving=true"})
      out.benchmark_flags.emplace_back(flag);
  }
  out.benchmark_flags.insert(out.benchmark_flags.end(), own.begin(), own.end());
  return out;
}

void run_benchmarks(Options& options, Collector& collector) {
  std::vector<char*> flags;
  for (std::string& flag : options.benchmark_flags) flags.push_back(flag.data());
  auto count = static_cast<int>(flags.size());
  benchmark::Initialize(&count, flags.data());
  benchmark::RunSpecifiedBenchmarks(&collector);
}

// Nothing when one of its figures was not measured.
std::optional<Json> told(const Row& row, const Collector& collector) {
  const auto measured = collector.median(row.measured);
  if (!measured) return {};
  Json out{{"name", row.name},     {"value", *measured * row.scale},
           {"unit", row.unit},     {"yardstick", nullptr},
           {"ratio", nullptr},     {"budget", nullptr},
           {"budget_of", nullptr}, {"met", nullptr}};
  if (!row.yardstick.benchmark.empty()) {
    const auto yardstick = collector.median(row.yardstick);
    if (!yardstick) return {};
    out["yardstick"] = {{"name", row.yardstick_name}, {"value", *yardstick * row.scale}};
    out["ratio"] = *measured / *yardstick;
    if (row.added) out["value"] = (*measured - *yardstick) * row.scale;
  }
  const char* const of = row.ratio_budget ? "ratio" : "value";
  if (const auto budget = row.ratio_budget ? row.ratio_budget : row.value_budget) {
    out["budget"] = *budget;
    out["budget_of"] = of;
    out["met"] = out[of].get<double>() <= *budget;
  }
  std::string note = row.note;
  for (const Figure* figure : {&row.measured, &row.yardstick}) {
    const std::string label = collector.label(figure->benchmark);
    if (!label.empty() && note.find(label) == std::string::npos) note += (note.empty() ? "" : ", ") + label;
  }
  out["note"] = note;
  return out;
}

Json all_rows(const std::string& room, const std::vector<Row>& rows, const Collector& collector,
              bool& complete) {
  Json out = Json::array();
  std::set<std::string> named;
  for (const Row& row : rows) {
    named.insert(row.measured.benchmark);
    named.insert(row.yardstick.benchmark);
    if (auto made = told(row, collector)) {
      out.push_back(std::move(*made));
    } else {
      fmt::print(stderr, "{}: was not measured\n", row.name);
      complete = false;
    }
  }
  for (const auto& [name, figures] : collector.figures()) {
    if (named.contains(name)) continue;
    // CPU time, unless the benchmark asks for another.
    const bool real = name.ends_with("/real_time") || name.ends_with("/manual_time");
    const Figure figure{name, real ? "real" : "cpu"};
    out.push_back(
        *told({.name = room + "/" + name, .unit = "ns", .scale = 1e9, .measured = figure}, collector));
  }
  return out;
}

void print(const Json& rows) {
  for (const Json& row : rows) {
    fmt::print("{:<44} {:>14.4g} {:<10}", row["name"].get<std::string>(), row["value"].get<double>(),
               row["unit"].get<std::string>());
    if (!row["ratio"].is_null())
      fmt::print(" {:8.3f} x {}", row["ratio"].get<double>(), row["yardstick"]["name"].get<std::string>());
    if (!row["budget"].is_null())
      fmt::print("  ({} <= {:g})", row["budget_of"].get<std::string>(), row["budget"].get<double>());
    fmt::print("\n");
  }
}

}  // namespace

bool quick() {
  return quick_;
}

int run(int argc, char** argv, const std::string& room, const std::vector<Row>& rows) {
  auto options = read_options(argc, argv);
  if (!options) return 2;
  Collector collector;
  run_benchmarks(*options, collector);
  bool complete = true;
  const Json found = all_rows(room, rows, collector, complete);
  print(found);
  if (!options->json_file.empty()) {
    std::ofstream file(options->json_file);
    file << found.dump(2) << '\n';
    if (!file.flush()) {
      fmt::print(stderr, "cannot write {}\n", options->json_file);
      return 1;
    }
  }
  return collector.failed() || (!complete && !options->filtered) ? 1 : 0;
}

}  // namespace assay::bench
