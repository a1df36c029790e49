"""The command for a person at a terminal: help, version, demo, check, rejects."""

import json
import re
import subprocess

import pytest

from rig import batch, wire
from rig.gateway import eventually, http
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


def test_a_misspelt_flag_is_told_with_the_one_meant(assay):
    run = assay("serve", "--upstreem=b:9092")
    assert run.returncode == 2 and "did you mean --upstream?" in run.stderr
    run = assay("rejects", "list", "--clientid", "x")
    assert run.returncode == 2 and "did you mean --client-id?" in run.stderr


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


def test_check_of_nothing_is_a_usage_error(assay):
    run = assay("check")
    assert run.returncode == 2 and "--rules" in run.stderr


def test_rejects_with_a_token_file_that_is_not_there(assay, tmp_path):
    run = assay("rejects", "list", "--http", "127.0.0.1:1", "--token-file", tmp_path / "none")
    assert run.returncode == 1 and "--token-file" in run.stderr and "cannot be read" in run.stderr


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


def test_rejects_takes_an_address_or_a_url_and_says_what_it_is_not(assay):
    run = assay("rejects", "list", "--http", "nowhere")
    assert run.returncode == 1 and "--http" in run.stderr and "host:port" in run.stderr


AVRO = json.dumps({"type": "record", "name": "Person", "fields": [{"name": "age", "type": "int"}]})


def rules_on(field, topic="people"):
    return {"topics": [topic], "rules": [{"name": "positive", "field": field, "check": {"minimum": 0}}]}


def test_check_holds_rules_to_a_schema(assay, tmp_path):
    schema = tmp_path / "person.avsc"
    schema.write_text(AVRO)
    rules = tmp_path / "rules.json"
    rules.write_text(json.dumps(rules_on("age")))
    assert assay("check", "--rules", rules, "--topic", "people", "--schema", schema).returncode == 0
    rules.write_text(json.dumps(rules_on("agge")))
    run = assay("check", "--rules", rules, "--topic", "people", "--schema", schema)
    assert run.returncode == 2 and "/rules/0/field" in run.stderr and "did you mean age?" in run.stderr
    problem, = json.loads(assay("check", "--json", "--rules", rules, "--topic", "people", "--schema",
                                schema).stdout)["problems"]
    assert problem["pointer"] == "/rules/0/field" and problem["line"] == 1 and problem["severity"] == "error"


def register(gateway, subject, schema):
    answer = http(gateway.registry_url + f"/subjects/{subject}/versions", json.dumps({"schema": schema}).encode())
    assert answer.status == 200, answer.text()


def test_check_asks_a_registry_about_the_fields_of_rules(assay, gateway, tmp_path):
    running = gateway()
    register(running, "people-value", AVRO)
    rules = tmp_path / "rules.json"
    for field, status in (("age", 0), ("agge", 2)):
        rules.write_text(json.dumps(rules_on(field)))
        run = assay("check", "--rules", rules, "--registry", running.registry_url)
        assert run.returncode == status, run.stderr
    assert "did you mean age?" in run.stderr
    run = assay("check", "--rules", rules, "--registry", "http://127.0.0.1:1")
    assert run.returncode == 2 and "127.0.0.1:1" in run.stderr


def test_serve_refuses_a_rule_whose_field_no_known_schema_has(gateway):
    running = gateway(rules={"a.json": rules_on("age")})
    register(running, "people-value", AVRO)
    running.write_rules("a.json", rules_on("agge"))
    eventually("the change is refused", lambda: running.get("/v1/rules").json["refused"])
    listed = running.get("/v1/rules").json
    assert listed["items"][0]["field"] == "age" and listed["problems"][0]["pointer"] == "/rules/0/field"
    running.stop()
    again = subprocess.run(running.command, capture_output=True, text=True, timeout=30, cwd=running.folder)
    assert again.returncode == 2 and "did you mean age?" in again.stderr
    running.write_rules("a.json", rules_on("age"))
    running.start()
