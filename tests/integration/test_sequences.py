"""Idempotent producers whose records cannot be judged for a moment, and retries across a reload."""

import threading
import time

import confluent_kafka
import pytest

from rig import batch, clients, wire
from rig.gateway import eventually
from rig.people import person
from rig.stored import stored_values
from test_registry import AVRO, REQUIRED, RULES, avro_person, fake  # noqa: F401

KNOWN, LATE = 7, 9  # schema ids; the registry does not give the second one at first
RECORDS = 30


@pytest.fixture
def held(gateway, fake, topic):  # noqa: F811
    """A gateway, a topic, and the values for it: the first names a schema that the registry gives three seconds after it
    was asked for it, the others one that it gives at once."""
    name = topic("people")
    for schema_id in (KNOWN, LATE):
        fake.add(schema_id, f"{name}-value", AVRO)
    late = f"/schemas/ids/{LATE}"
    there = fake.answers[late]
    fake.answers[late] = (503, {"error_code": 50300, "message": "away"})
    running = gateway(rules=RULES, policies=REQUIRED, registry=fake.url)
    values = [avro_person(LATE if i == 0 else KNOWN, age=i + 1) for i in range(RECORDS)]

    def come_back():
        eventually("the late schema is asked for", lambda: any(path.startswith(late) for path, _ in fake.asked), 60)
        time.sleep(3)
        fake.answers[late] = there
    back = threading.Thread(target=come_back)
    back.start()
    yield running, name, values
    back.join()


def expect_in_order(broker, held):
    running, name, values = held
    assert stored_values(broker, name, RECORDS) == values
    assert running.metric("^assay_sequence_gate_held_total") > 0
    assert running.rejects(topic=name) == []


@pytest.mark.parametrize("transactional", [False, True])
def test_librdkafka_loses_doubles_and_reorders_nothing(broker, held, transactional):
    running, name, values = held
    errors = []
    config = {"bootstrap.servers": running.bootstrap, "enable.idempotence": True, "linger.ms": 0,
              "batch.num.messages": 1, "message.timeout.ms": 40_000}
    if transactional:
        config["transactional.id"] = name
    producer = confluent_kafka.Producer(config)
    if transactional:
        producer.init_transactions(20)
        producer.begin_transaction()
    for value in values:
        producer.produce(name, value, partition=0, on_delivery=lambda error, _: error and errors.append(error))
    assert producer.flush(45) == 0
    if transactional:
        producer.commit_transaction(20)
    assert errors == []
    expect_in_order(broker, held)


def test_java_loses_doubles_and_reorders_nothing(broker, held):
    running, name, values = held
    escaped = ["".join(f"\\{byte:03o}" for byte in value) for value in values]
    lines = clients.java("pipelined-escaped", running.bootstrap, name, *escaped)
    assert [line.split()[0] for line in lines] == ["stored"] * RECORDS
    expect_in_order(broker, held)


def test_a_retry_on_another_connection_is_stored_once_though_the_rules_have_changed(gateway, broker, topic):
    name, other = topic("judged"), topic("judged")

    def rules(minimum):
        return {"topics": ["judged.*"], "rules": [
            {"name": "age-positive", "field": "person.age", "check": {"minimum": minimum}}]}

    def produce(to, value, **numbers):
        sent = batch.batch([value], timestamp_ms=1_700_000_000_000, **numbers)
        with wire.Connection(running.host, running.port) as client:
            return client.produce({to: {0: sent}}, 9)[0].error

    running = gateway(rules={"a.json": rules(0)})
    idempotent = {"producer_id": 4711, "epoch": 0}
    assert produce(name, person(age=30), **idempotent, sequence=0) == 0
    running.write_rules("a.json", rules(60))
    eventually("the new rule refuses", lambda: produce(other, person(age=30)) == 87)
    assert produce(name, person(age=30), **idempotent, sequence=0) == 0
    assert produce(name, person(age=31), **idempotent, sequence=1) == 87
    assert produce(name, person(age=70), **idempotent, sequence=1) == 0
    assert stored_values(broker, name, 2) == [person(age=30), person(age=70)]
    assert running.metric("^assay_verdict_memo_hits_total") == 1
