"""The reject store over HTTP: found again, paged, filtered, durable."""

import json

import pytest

from rig import batch, wire
from rig.gateway import REJECT_ID, eventually
from rig.people import BAD_AGE, BAD_EMAIL, GOOD, person

ONE_RULE = {"a.json": {"topics": ["judged.*"], "rules": [
    {"name": "age-positive", "field": "person.age", "check": {"minimum": 0}}]}}


def refuse(running, topic, *records, client_id="rejects-rig"):
    """The reject ids of a batch, as the producer was told them."""
    with wire.Connection(running.host, running.port, client_id=client_id) as client:
        answer, = client.produce({topic: {0: batch.batch(records)}}, 11)
    assert answer.error == 87, answer
    return [REJECT_ID.search(text)[1] for _, text in answer.record_errors]


def test_a_reject_is_told_whole(transparent, topic):
    name = topic("judged")
    record = batch.Record(BAD_AGE, key=b"customer-1", headers=[("trace", b"abc")])
    reject, = refuse(transparent, name, GOOD, record)
    transparent.wait_for_rejects(1, topic=name)
    row = transparent.get(f"/v1/rejects/{reject}").json
    assert (row["id"], row["topic"], row["partition"], row["outcome"], row["state"]) == (
        reject, name, 0, "rejected", "open")
    assert row["client"]["id"] == "rejects-rig"
    assert (row["recordIndex"], row["batchRecords"]) == (1, 2)
    violation, = row["violations"]
    assert (violation["rule"], violation["path"]) == ("age-positive", "person.age")
    assert "-1" in violation["reason"]
    assert (row["key"], row["headers"]) == ("customer-1", [{"name": "trace", "value": "abc"}])
    assert row["decoded"] == json.loads(BAD_AGE)
    assert transparent.get(f"/v1/rejects/{reject}/value").body == BAD_AGE


def test_rows_are_newest_first_and_paged(transparent, topic):
    name = topic("judged")
    ids = [refuse(transparent, name, person(age=-i - 1))[0] for i in range(7)]
    transparent.wait_for_rejects(7, topic=name)
    seen, cursor = [], None
    for _ in range(4):
        page = transparent.get(f"/v1/rejects?topic={name}&limit=2" + (f"&cursor={cursor}" if cursor else "")).json
        seen += [row["id"] for row in page["items"]]
        cursor = page.get("nextCursor")
        if not cursor:
            break
    assert seen == ids[::-1] and not cursor


def test_filters(transparent, topic):
    name, other = topic("judged"), topic("judged")
    refuse(transparent, name, BAD_AGE, client_id="ann")
    refuse(transparent, name, BAD_EMAIL, client_id="bob")
    refuse(transparent, other, BAD_AGE, client_id="ann")
    transparent.wait_for_rejects(2, topic=name)
    transparent.wait_for_rejects(1, topic=other)
    assert len(transparent.rejects(topic=name, rule="age-positive")) == 1
    assert len(transparent.rejects(topic=name, path="person.email")) == 1
    assert len(transparent.rejects(topic=name, clientId="bob")) == 1
    assert len(transparent.rejects(topic=name, outcome="rejected")) == 2
    assert len(transparent.rejects(topic=name, outcome="observed")) == 0
    assert len(transparent.rejects(topic=name, since="-15m")) == 2
    assert len(transparent.rejects(topic=name, until="-15m")) == 0
    assert len(transparent.rejects(topic=name, state="replayed")) == 0
    row = transparent.rejects(topic=name, rule="age-positive")[0]
    assert len(transparent.rejects(topic=name, fingerprint=row["fingerprint"])) == 1


def test_stats_have_what_was_evaluated_as_denominators(transparent, topic):
    name = topic("judged")
    with wire.Connection(transparent.host, transparent.port) as client:
        client.produce({name: {0: batch.batch([GOOD] * 8)}}, 11)
    refuse(transparent, name, GOOD, BAD_AGE)
    transparent.wait_for_rejects(1, topic=name)

    def group():
        answer = transparent.get(f"/v1/stats?by=rule&topic={name}")
        assert answer.status == 200, answer.text
        return [g for g in answer.json["items"] if (g["rule"], g["records"], g["evaluated"]) == ("age-positive", 1, 10)]
    assert eventually("ten records were evaluated by the rule", group)


@pytest.mark.parametrize("query", ["limit=many", "limit=0", "since=yesterday", "outcome=bad", "partition=x",
                                   "nonsense=1", "cursor=%21%21", "topic=%zz", "since=-15"])
def test_a_malformed_query_gets_a_problem_document(transparent, query):
    answer = transparent.get(f"/v1/rejects?{query}")
    assert answer.status == 400, answer.text
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    problem = answer.json
    assert problem["status"] == 400 and problem["title"] and problem["detail"]


def test_unknown_ids_and_paths_are_404_problem_documents(transparent):
    for path in ("/v1/rejects/01JD0000000000000000000000", "/v1/nothing"):
        answer = transparent.get(path)
        assert answer.status == 404 and answer.headers["Content-Type"].startswith("application/problem+json")
    assert transparent.get("/v1/rejects", method="DELETE").status == 405


def test_rules_topics_and_metrics_are_told(transparent, topic):
    name = topic("judged")
    refuse(transparent, name, BAD_AGE)
    assert "age-positive" in transparent.get("/v1/rules").text
    assert name in transparent.get("/v1/topics").text
    answer = transparent.get("/metrics")
    assert answer.status == 200 and answer.headers["Content-Type"].startswith("text/plain")
    assert transparent.metric(r"^assay_rejects_written_total") >= 1
    assert transparent.get("/healthz").status == 200 and transparent.get("/readyz").status == 200


def test_samples_are_judged_without_kafka(transparent):
    answer = transparent.get("/v1/validations", body={
        "topic": "judged.samples", "samples": [json.loads(GOOD), {"$record": {"key": "k", "value": json.loads(BAD_AGE)}}]})
    assert answer.status == 200, answer.text
    first, second = answer.json["items"]
    assert (first["verdict"], second["verdict"]) == ("conforms", "violates")
    assert [v["rule"] for v in second["violations"]] == ["age-positive"]


@pytest.mark.parametrize("times", range(3))
def test_a_refusal_that_was_answered_survives_kill_9(gateway, topic, times):
    name = topic("judged")
    running = gateway(rules=ONE_RULE)
    with wire.Connection(running.host, running.port) as client:
        answer, = client.produce({name: {0: batch.batch([GOOD, person(age=-2 - times)])}}, 11)
        running.kill()
    reject = REJECT_ID.search(answer.record_errors[0][1])[1]
    running.restart()
    row, = running.wait_for_rejects(1, topic=name)
    assert row["id"] == reject
    assert running.get(f"/v1/rejects/{reject}/value").body == person(age=-2 - times)


def test_beyond_loopback_http_needs_a_token(gateway, tmp_path):
    running = gateway(rules=ONE_RULE)
    running.stop()
    running.command[running.command.index("--http") + 1] = f"0.0.0.0:{running.http_port}"
    running.launch()
    assert running.process.wait(10) == 2 and "token" in running.log_text()
    token = tmp_path / "token"
    token.write_text("open-sesame\n")
    running.command += ["--http-token-file", str(token)]
    running.restart()  # readiness needs no token
    for path in ("/v1/rejects", "/v1/stats", "/v1/rules", "/v1/topics", "/metrics"):
        assert running.get(path).status == 401
        assert running.get(path, headers={"Authorization": "Bearer open-sesam"}).status == 401
        assert running.get(path, headers={"Authorization": "Bearer open-sesame"}).status == 200
    assert running.get("/healthz").status == 200
    assert "open-sesame" not in running.log_text()


def test_the_store_is_bounded_in_memory_while_it_fills(gateway, topic):
    name = topic("judged")
    running = gateway(rules=ONE_RULE)
    bad = batch.batch([person(age=-1, pad="p" * 1000) for _ in range(500)])
    with wire.Connection(running.host, running.port, timeout_s=60) as client:
        for _ in range(40):
            assert client.produce({name: {0: bad}}, 11)[0].error == 87
    assert running.peak_memory_bytes() < 400 << 20


# Not even `accept` forwards late: the decision was made before the write failed.
@pytest.mark.parametrize("policy, error", [("retry", 19), ("accept", 19), ("reject", 87)])
def test_a_full_disk_is_answered_as_the_topic_says_and_is_an_alarm(gateway, topic, policy, error):
    name = topic("judged")
    running = gateway(rules=ONE_RULE, policies=[f"judged.*=onUndecided:{policy}"], file_bytes_max=4 << 20)
    bad = batch.batch([person(age=-1, pad="p" * 1000) for _ in range(200)])
    with wire.Connection(running.host, running.port) as client:
        def answered():
            answer, = client.produce({name: {0: bad}}, 11)
            return answer.error, running.metric(r"^assay_rejects_write_errors_total")
        code, failures = eventually("the store is full", lambda: (a := answered())[1] and a, 30)
        assert failures >= 1 and code == error
        assert running.metric(r"^assay_rejects_writable") == 0
        assert client.produce({name: {0: batch.batch([GOOD])}}, 11)[0].error == 0
