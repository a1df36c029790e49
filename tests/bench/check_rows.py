#!/usr/bin/env python3
"""Holds what scripts/bench wrote to its form, and to the rows that have to be there. Says nothing of the figures.

    tests/bench/check_rows.py FILE
"""

import json
import math
import pathlib
import sys

# Rows with a yardstick or a budget, by the benchmark that makes them.
ROWS = {
    "judge": ["json_3_rules", "avro_3_rules", "all_bad_by_rule", "all_bad_by_schema", "all_malformed", "compile_json",
              "compile_avro"],
    "produce": ["avro_all_bad", "json_all_bad", "plain_json_all_bad"],
    "produce_gate": ["gate_350", "gate_16384", "gate_65536"],
    "net": ["pass_through_cpu_65536", "pass_through_cpu_16384", "pass_through_cpu_1024"],
    "serve": ["pass_through_cpu", "json_3_rules_cpu", "avro_3_rules_cpu", "all_bad_cpu", "pass_through_latency_p50",
              "pass_through_latency_p99", "json_3_rules_latency_p50", "json_3_rules_latency_p99", "idle_memory",
              "idle_connection_memory"],
    "json_schema": ["validate", "validate_extract_3_rules_by_hand", "plain_json"],
    "avro": ["validate", "validate_extract", "validate_extract_offer"],
}
# Benchmarks that only have figures of their own.
FIGURES = ["rules", "kafka", "rejects"]
KEYS = ["name", "value", "unit", "yardstick", "ratio", "budget", "budget_of", "met", "note", "cpu"]


def is_figure(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def faults_of(row):
    name = row.get("name")
    if list(row) != KEYS:
        yield f"{name}: its members are {list(row)}"
        return
    if not is_figure(row["value"]) or not row["unit"] or not row["cpu"]:
        yield f"{name}: no value with a unit, or no cpu"
    if (row["yardstick"] is None) != (row["ratio"] is None):
        yield f"{name}: a ratio goes with a yardstick"
    if row["yardstick"] and not (row["yardstick"]["name"] and is_figure(row["yardstick"]["value"])
                                 and row["yardstick"]["value"] > 0 and is_figure(row["ratio"])):
        yield f"{name}: the yardstick or the ratio is no figure"
    if row["budget"] is not None:
        if row["budget_of"] not in ("ratio", "value") or row["met"] != (row[row["budget_of"]] <= row["budget"]):
            yield f"{name}: the budget is not compared with what it is of"


def main():
    rows = json.loads(pathlib.Path(sys.argv[1]).read_text())
    faults = [fault for row in rows for fault in faults_of(row)]
    names = [row["name"] for row in rows]
    faults += [f"{name}: twice" for name in sorted(set(names)) if names.count(name) > 1]
    wanted = {f"{bench}/{row}" for bench, bench_rows in ROWS.items() for row in bench_rows}
    compared = {row["name"] for row in rows if row["yardstick"] is not None or row["budget"] is not None}
    faults += [f"{name}: is missing" for name in sorted(wanted - compared)]
    faults += [f"{name}: is not in the list of {pathlib.Path(__file__).name}" for name in sorted(compared - wanted)]
    faults += [f"{bench}: no figure" for bench in FIGURES if not any(name.startswith(bench + "/") for name in names)]
    print("\n".join(faults) if faults else f"{len(rows)} rows, {len(compared)} of them with a yardstick or a budget")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
