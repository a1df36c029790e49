// What every benchmark program has in common: its options, how it measures, and how it tells what it found.
//
//   int main(int argc, char** argv) { return assay::bench::run(argc, argv, "avro", {{.name = ...}}); }
//
// Benchmarks are Google Benchmark's. Each runs several times, in random order among the others, so that what
// disturbs the machine meets a measured thing and its yardstick alike; figures are medians of these runs.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace assay::bench {

// One figure of one benchmark: "real" or "cpu" time of an iteration in seconds, or a counter.
struct Figure {
  std::string benchmark;  // its full name; empty: none
  std::string of = "real";
};

// A row of build/bench.json: a figure, beside its yardstick and its budget (docs/performance.md).
struct Row {
  std::string name;
  std::string unit;
  double scale = 1;  // from the figure to the unit
  Figure measured;
  Figure yardstick = {};
  std::string yardstick_name = {};  // for people
  // The row's value is what the measured thing takes more than its yardstick, not what it takes.
  bool added = false;
  // At most; of the ratio, or of the value. At most one of the two.
  std::optional<double> ratio_budget = {};
  std::optional<double> value_budget = {};
  std::string note = {};
};

// Options: --quick (as short as possible: whether it works, not how fast), --json FILE (rows as a JSON
// array), --help, and Google Benchmark's own. Figures that no row names become rows of their own,
// "<room>/<benchmark>". Returns the exit code: 1 when a benchmark failed or a row's figure is not there
// (without --benchmark_filter).
int run(int argc, char** argv, const std::string& room, const std::vector<Row>& rows);

// Whether --quick was given.
bool quick();

}  // namespace assay::bench
