"""The command for a person at a terminal: help, version, demo, check, rejects."""

import json
import re

import pytest

from rig import batch, wire
from rig.people import BAD_AGE, GOOD

RULES = {"topics": ["judged.*"], "rules": [
    {"name": "age-positive", "field": "person.age", "check": {"exclusiveMinimum": 0}}]}


def test_version_and_help(assay):
    assert re.search(r"\b\d+\.\d+\.\d+\b", assay("--version").stdout)
    help_text = assay("--help")
    assert help_text.returncode == 0
    for word in ("serve", "check", "rejects", "demo"):
        assert word in help_text.stdout
        of_one = assay(word, "--help")
        assert of_one.returncode == 0 and f"assay {word}" in of_one.stdout, "with an example"


def test_no_or_an_unknown_subcommand_is_a_usage_error(assay):
    assert assay().returncode == 2
    run = assay("sevre")
    assert run.returncode == 2 and "sevre" in run.stderr


def test_demo_once_ends_by_itself_and_shows_both_sides(assay, tmp_path):
    run = assay("demo", "--once", timeout_s=90, cwd=tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    shown = run.stdout
    assert "curl " in shown and "kcat " in shown and "/v1/rejects" in shown
    assert re.search(r"pass", shown, re.I) and re.search(r"refused|rejected", shown, re.I)
    assert "Avro" in shown or "avro" in shown
    assert list(tmp_path.iterdir()) == [], "it leaves nothing where it was called"


def test_check_passes_good_rules_and_samples(assay, tmp_path):
    rules = tmp_path / "rules.json"
    rules.write_text(json.dumps(RULES))
    assert assay("check", "--rules", rules).returncode == 0
    samples = tmp_path / "samples.jsonl"
    samples.write_bytes(GOOD + b"\n")
    run = assay("check", "--rules", rules, "--topic", "judged.x", samples)
    assert run.returncode == 0, run.stdout + run.stderr
    samples.write_bytes(GOOD + b"\n" + BAD_AGE + b"\n")
    run = assay("check", "--rules", rules, "--topic", "judged.x", samples)
    assert run.returncode == 1 and "age-positive" in run.stdout and ":2" in run.stdout


def test_check_reads_standard_input_and_answers_in_json(assay, tmp_path):
    rules = tmp_path / "rules.json"
    rules.write_text(json.dumps(RULES))
    run = assay("check", "--rules", rules, "--topic", "judged.x", "--json", "-", stdin=BAD_AGE.decode() + "\n")
    assert run.returncode == 1
    assert "age-positive" in json.dumps(json.loads(run.stdout))


@pytest.fixture
def running(gateway, topic):
    made = gateway(rules={"a.json": RULES})
    made.topic = topic("judged")
    with wire.Connection(made.host, made.port) as client:
        assert client.produce({made.topic: {0: batch.batch([GOOD, BAD_AGE])}}, 11)[0].error == 87
    made.wait_for_rejects(1, topic=made.topic)
    return made


def test_rejects_lists_shows_and_counts(assay, running):
    where = ["--http", f"http://127.0.0.1:{running.http_port}"]
    table = assay("rejects", "list", *where)
    assert table.returncode == 0 and running.topic in table.stdout and "age-positive" in table.stdout
    row, = json.loads(assay("rejects", "list", "--json", *where).stdout)["items"]
    shown = assay("rejects", "show", row["id"], "--http", f"127.0.0.1:{running.http_port}")
    assert shown.returncode == 0 and "person.age" in shown.stdout and "-1" in shown.stdout
    stats = assay("rejects", "stats", *where)
    assert stats.returncode == 0 and running.topic in stats.stdout


def test_rejects_of_a_gateway_that_is_away_is_told(assay):
    run = assay("rejects", "list", "--http", "http://127.0.0.1:1")
    assert run.returncode != 0 and "127.0.0.1:1" in run.stderr
