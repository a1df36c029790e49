"""What a producer is told, and what the broker gets, when records break rules."""

import re

import pytest

from rig import batch, wire
from rig.gateway import REJECT_ID, eventually
from rig.people import BAD_AGE, BAD_EMAIL, GOOD, person

NONE, CORRUPT_MESSAGE, INVALID_RECORD = 0, 2, 87


@pytest.fixture
def client(transparent):
    with wire.Connection(transparent.host, transparent.port) as connection:
        yield connection


def stored(upstream, topic, partition=0):
    return list(batch.batches(upstream.fetch(topic, partition, wait_ms=100)))


def test_one_bad_record_refuses_its_batch_and_says_which_and_why(transparent, client, upstream, topic):
    name = topic("judged")
    records = [GOOD, GOOD, BAD_AGE, GOOD, BAD_EMAIL]
    answer, = client.produce({name: {0: batch.batch(records)}}, 11)
    assert (answer.error, answer.base_offset) == (INVALID_RECORD, -1)
    assert [index for index, _ in answer.record_errors] == [2, 4]
    first, second = (text for _, text in answer.record_errors)
    assert "rule age-positive: person.age is -1, must be greater than 0" in first
    assert "email-has-at" in second and "person.email" in second
    assert answer.message
    assert stored(upstream, name) == []
    ids = [REJECT_ID.search(text)[1] for text in (first, second)]
    rows = transparent.wait_for_rejects(2, topic=name)
    assert sorted(row["id"] for row in rows) == sorted(ids)
    for reject in ids:
        assert transparent.get(f"/v1/rejects/{reject}").status == 200


@pytest.mark.parametrize("form", ["none", "gzip", "gzip-members", "snappy", "snappy-raw", "lz4", "zstd"])
def test_compression_hides_nothing(client, upstream, topic, form):
    name = topic("judged")
    answer, = client.produce({name: {0: batch.batch([GOOD] * 99 + [BAD_AGE], form)}}, 11)
    assert answer.error == INVALID_RECORD and [index for index, _ in answer.record_errors] == [99]
    assert stored(upstream, name) == []


@pytest.mark.parametrize("version", range(3, 14))
def test_every_produce_version_is_judged(client, upstream, newest, topic, version):
    if version > newest(wire.PRODUCE):
        pytest.skip("this broker has no such version")
    name = topic("judged", partitions=2)
    known = client.metadata([name], 12)["topics"][0]["id"] if version >= 13 else name
    answers = client.produce({known: {0: batch.batch([BAD_AGE]), 1: batch.batch([GOOD])}}, version)
    assert [(a.topic, a.partition, a.error) for a in answers] == [(known, 0, INVALID_RECORD), (known, 1, NONE)]
    assert bool(answers[0].record_errors) == (version >= 8)
    assert stored(upstream, name, 0) == [] and len(stored(upstream, name, 1)) == 1


def test_other_partitions_of_the_request_go_through(client, upstream, topic):
    first, second, free = topic("judged", partitions=3), topic("judged", partitions=2), topic("plain")
    good, bad = batch.batch([GOOD] * 3), batch.batch([GOOD, BAD_AGE, GOOD])
    answers = client.produce({first: {0: good, 1: bad, 2: good}, second: {0: bad, 1: bad}, free: {0: bad}}, 11)
    # The order of an answer is free, but each partition is in it exactly once.
    by_partition = {(a.topic, a.partition): a for a in answers}
    assert len(answers) == len(by_partition) == 6
    refused = {key for key, a in by_partition.items() if a.error}
    assert refused == {(first, 1), (second, 0), (second, 1)}
    assert all(by_partition[key].record_errors[0][0] == 1 for key in refused)
    for partition in (0, 2):
        kept, = stored(upstream, first, partition)
        assert batch.from_attributes(kept) == batch.from_attributes(good)
    assert stored(upstream, first, 1) == stored(upstream, second, 0) == stored(upstream, second, 1) == []
    assert len(stored(upstream, free)) == 1


def test_refusals_wait_their_turn_among_pipelined_requests(client, topic):
    name = topic("judged")
    bad = [i % 3 == 0 for i in range(30)]
    asked = [client.send_produce({name: {0: batch.batch([BAD_AGE if b else GOOD])}}, 11) for b in bad]
    answers = [client.receive_produce(correlation, 11)[0] for correlation in asked]
    assert [a.error == INVALID_RECORD for a in answers] == bad
    assert [a.base_offset for a in answers if not a.error] == list(range(20))


def test_acks_0_keeps_the_connection_and_the_reject(transparent, client, upstream, topic):
    name = topic("judged", partitions=2)
    client.send_produce({name: {0: batch.batch([BAD_AGE]), 1: batch.batch([GOOD])}}, 11, acks=0)
    assert client.produce({name: {1: batch.batch([GOOD])}}, 11)[0].error == NONE
    assert stored(upstream, name, 0) == [] and len(stored(upstream, name, 1)) == 2
    assert transparent.wait_for_rejects(1, topic=name)[0]["partition"] == 0


def test_a_wrong_crc_is_answered_as_the_broker_answers_it(client, upstream, topic):
    name = topic("judged", partitions=2)
    answers = client.produce({name: {0: batch.batch([GOOD], corrupt_crc=True), 1: batch.batch([GOOD])}}, 11)
    assert [(a.partition, a.error) for a in answers] == [(0, CORRUPT_MESSAGE), (1, NONE)]
    assert stored(upstream, name, 0) == []


def test_a_batch_whose_records_cannot_be_read_is_refused(client, upstream, topic):
    name = topic("judged")
    whole = batch.batch([GOOD] * 3)
    for damaged in (b"", whole[:40], whole[:16] + b"\1" + whole[17:]):  # nothing, cut off, an old magic
        answer, = client.produce({name: {0: damaged}}, 11)
        assert answer.error != NONE
    assert stored(upstream, name) == []


def test_a_compression_bomb_is_refused_within_the_memory_limit(transparent, client, upstream, topic):
    name = topic("judged")
    bomb = batch.batch([person(pad="a" * (300 << 20))], "gzip")
    assert len(bomb) < 1 << 20
    answer, = client.produce({name: {0: bomb}}, 11)
    assert answer.error == INVALID_RECORD
    assert stored(upstream, name) == []
    assert transparent.peak_memory_bytes() < 400 << 20


def test_tombstones_pass_unless_the_topic_says_otherwise(gateway, topic):
    lenient, strict = topic("judged.lenient"), topic("judged.strict")
    running = gateway(rules={"a.json": {"topics": ["judged.*"], "rules": [
        {"name": "age-positive", "field": "person.age", "check": {"required": True, "minimum": 0}}]}},
        policies=["judged.strict.*=tombstones:reject"])
    tombstone = batch.batch([batch.Record(value=None, key=b"k")])
    with wire.Connection(running.host, running.port) as client:
        assert client.produce({lenient: {0: tombstone}}, 11)[0].error == NONE
        answer, = client.produce({strict: {0: tombstone}}, 11)
        assert answer.error == INVALID_RECORD and "tombstone" in answer.record_errors[0][1]


def headers_of(upstream, topic):
    """{value: {header: value}} of what is stored, by a client that reads records."""
    import confluent_kafka
    consumer = confluent_kafka.Consumer({"bootstrap.servers": f"{upstream.socket.getpeername()[0]}:"
                                                              f"{upstream.socket.getpeername()[1]}",
                                         "group.id": f"headers-{topic}", "auto.offset.reset": "earliest"})
    consumer.subscribe([topic])
    messages = consumer.consume(2, timeout=10)
    consumer.close()
    return {m.value(): dict(m.headers() or []) for m in messages}


@pytest.mark.parametrize("form", ["none", "lz4", "zstd"])
def test_mark_adds_a_header_to_the_violating_record_only(gateway, upstream, topic, form):
    name = topic("judged")
    running = gateway(rules={"a.json": {"topics": ["judged.*"], "onViolation": "mark", "rules": [
        {"name": "age-positive", "field": "person.age", "check": {"minimum": 0}}]}})
    with wire.Connection(running.host, running.port) as client:
        sent = batch.batch([batch.Record(GOOD, headers=[("trace", b"1")]), batch.Record(BAD_AGE)], form)
        assert client.produce({name: {0: sent}}, 11)[0].error == NONE
    found = headers_of(upstream, name)
    assert found[GOOD] == {"trace": b"1"}
    (header, value), = found[BAD_AGE].items()
    assert header.startswith("assay") and b"age-positive" in value
    row, = running.wait_for_rejects(1, topic=name, outcome="marked")
    assert row["violations"][0]["rule"] == "age-positive"


@pytest.mark.parametrize("by", ["rule", "gateway", "policy"])
def test_observe_changes_nothing_on_the_wire_and_keeps_the_row(gateway, upstream, topic, by):
    name = topic("judged")
    rule = {"name": "age-positive", "field": "person.age", "check": {"minimum": 0}}
    if by == "rule":
        rule["onViolation"] = "observe"
    running = gateway(rules={"a.json": {"topics": ["judged.*"], "rules": [rule]}}, observe=by == "gateway",
                      policies=["judged.*=enforcement:observe"] if by == "policy" else [])
    sent = batch.batch([GOOD, BAD_AGE], "lz4")
    with wire.Connection(running.host, running.port) as client:
        assert client.produce({name: {0: sent}}, 11)[0].error == NONE
    kept, = stored(upstream, name)
    assert batch.from_attributes(kept) == batch.from_attributes(sent)
    assert running.rejects(topic=name) == []  # the default asks for what was kept away from the broker
    row, = running.wait_for_rejects(1, topic=name, outcome="observed")
    assert row["violations"][0]["rule"] == "age-positive"


def test_a_rule_on_a_header_and_one_on_the_key(gateway, topic):
    name = topic("judged")
    running = gateway(rules={"a.json": {"topics": ["judged.*"], "rules": [
        {"name": "tenant-known", "field": "header:tenant", "check": {"required": True, "enum": ["eu", "us"]}},
        {"name": "key-has-prefix", "field": "key:", "check": {"startsWith": "c-"}}]}})
    with wire.Connection(running.host, running.port) as client:
        def errors(key, tenant):
            record = batch.Record(GOOD, key, [("tenant", tenant)] if tenant else [])
            return client.produce({name: {0: batch.batch([record])}}, 11)[0].record_errors
        assert errors(b"c-1", b"eu") == []
        assert "tenant-known" in errors(b"c-1", b"mars")[0][1]
        assert "tenant-known" in errors(b"c-1", None)[0][1]
        assert "key-has-prefix" in errors(b"d-1", b"us")[0][1]


def test_many_violations_are_told_within_bounds(client, topic):
    name = topic("judged")
    answer, = client.produce({name: {0: batch.batch([person(age=-i - 1) for i in range(500)])}}, 11)
    assert answer.error == INVALID_RECORD
    indexes = [index for index, _ in answer.record_errors]
    assert indexes == sorted(indexes) and len(indexes) == 100
    assert all(len(text.encode()) <= 512 for _, text in answer.record_errors)
    assert re.search(r"\b[45]00\b", answer.message), "how many there are beyond those that are listed"


def test_a_plaintext_secret_is_never_told_or_kept(gateway, topic):
    name = topic("judged")
    secret = "457-55-5462"
    running = gateway(rules={"a.json": {"topics": ["judged.*"], "rules": [
        {"name": "ssn-encrypted", "field": "person.ssn", "check": {"encrypted": True}}]}})
    with wire.Connection(running.host, running.port) as client:
        value = b'{"person":{"ssn":"%s"}}' % secret.encode()
        answer, = client.produce({name: {0: batch.batch([value])}}, 11)
        assert answer.error == INVALID_RECORD and "ssn-encrypted" in answer.record_errors[0][1]
        assert secret.encode() not in client.received
    row, = running.wait_for_rejects(1, topic=name)
    for path in (f"/v1/rejects/{row['id']}", "/v1/rejects", "/v1/stats?by=rule", "/metrics"):
        assert secret not in running.get(path).text
    assert secret.encode() not in running.get(f"/v1/rejects/{row['id']}/value").body
    running.stop()
    assert secret not in running.log_text()
    for kept in running.data.rglob("*"):
        if kept.is_file():
            assert secret.encode() not in kept.read_bytes(), kept


def test_a_retry_of_a_refused_batch_raises_occurrences(transparent, client, topic):
    name = topic("judged")
    same = batch.batch([BAD_AGE])
    for _ in range(3):
        assert client.produce({name: {0: same}}, 11)[0].error == INVALID_RECORD
    eventually("the retries are counted", lambda: [r["occurrences"] for r in transparent.rejects(topic=name)] == [3])
