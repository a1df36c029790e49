"""Other people's clients through the gateway: Apache Kafka's Java client, librdkafka (by confluent-kafka), kcat."""

import confluent_kafka
import pytest

from rig import batch, clients
from rig.gateway import REJECT_ID
from rig.people import BAD_AGE, BAD_EMAIL, GOOD, person
from rig.places import KAFKA_VERSION
from rig.stored import stored_values

INVALID_RECORD = 87
passes_through = pytest.mark.passes_through


# --- Java -------------------------------------------------------------------------------------------------------

@passes_through
@pytest.mark.parametrize("command", ["produce", "idempotent", "pipelined"])
def test_java_produces(transparent, broker, topic, command):
    name = topic("judged")
    values = [person(age=i).decode() for i in range(1, 21)]
    lines = clients.java(command, transparent.bootstrap, name, *values)
    assert lines == [f"stored {i} offset {i}" for i in range(20)]
    assert stored_values(broker, name, 20) == [v.encode() for v in values]


@passes_through
@pytest.mark.parametrize("protocol", ["classic", "consumer"])
def test_java_consumes_in_a_group_and_commits(transparent, topic, protocol):
    if protocol == "consumer" and KAFKA_VERSION.startswith("3."):
        pytest.skip("the protocol of KIP-848 came with Kafka 4.0")
    name = topic("plain")
    clients.java("produce", transparent.bootstrap, name, "a", "b", "c")
    lines = clients.java("consume", transparent.bootstrap, name, 3, f"group-{name}", protocol)
    assert lines == ["read a", "read b", "read c", "committed 0 3"]


def test_java_is_told_record_and_rule_and_goes_on(transparent, broker, topic):
    name = topic("judged")
    good, bad = GOOD.decode(), BAD_AGE.decode()
    lines = clients.java("idempotent", transparent.bootstrap, name, good, bad, good, BAD_EMAIL.decode())
    assert [line.split()[:2] for line in lines] == [["failed", str(i)] for i in range(4)]
    assert "InvalidRecordException" in lines[1] and "age-positive" in lines[1] and "person.age" in lines[1]
    assert REJECT_ID.search(lines[1])
    assert "email-has-at" in lines[3]
    assert "part of a batch" in lines[0] and "part of a batch" in lines[2]


def test_java_idempotent_producer_goes_on_after_a_refusal(transparent, broker, topic):
    name = topic("judged")
    values = [person(age=-1 if i == 3 else i + 1).decode() for i in range(12)]
    lines = clients.java("pipelined", transparent.bootstrap, name, *values)
    assert [line.split()[0] for line in lines] == ["failed" if i == 3 else "stored" for i in range(12)]
    assert stored_values(broker, name, 11) == [v.encode() for i, v in enumerate(values) if i != 3]


def test_java_transactions_commit_abort_and_survive_a_refusal(transparent, broker, topic):
    name = topic("judged")
    lines = clients.java("transactions", transparent.bootstrap, name, GOOD.decode(), BAD_AGE.decode())
    assert [line.split()[:2] for line in lines] == [["committed", "first"], ["aborted", "second"], ["failed", "third"],
                                                    ["committed", "fourth"]]
    assert "age-positive" in lines[2]
    assert clients.java("consume-committed", transparent.bootstrap, name, 2, f"g-{name}")[:2] == [
        f"read {GOOD.decode()}"] * 2


# --- librdkafka -------------------------------------------------------------------------------------------------

def produce_all(bootstrap, topic, values, **config):
    """[(error or None, offset)] in the values' order."""
    producer = confluent_kafka.Producer({"bootstrap.servers": bootstrap, "client.id": "librdkafka-rig",
                                         "message.timeout.ms": 20_000, **config})
    outcomes = [None] * len(values)

    def told(index):
        def report(error, message):
            outcomes[index] = (error, message.offset())
        return report
    for i, value in enumerate(values):
        producer.produce(topic, value, partition=0, on_delivery=told(i))
    assert producer.flush(30) == 0
    return outcomes


@passes_through
@pytest.mark.parametrize("codec", batch.CODECS)
@pytest.mark.parametrize("idempotent", [False, True])
def test_librdkafka_produces_with_each_codec(transparent, broker, topic, codec, idempotent):
    name = topic("judged")
    values = [person(age=i + 1, pad="z" * 100) for i in range(100)]
    outcomes = produce_all(transparent.bootstrap, name, values,
                           **{"compression.type": codec, "enable.idempotence": idempotent, "linger.ms": 50})
    assert [error for error, _ in outcomes] == [None] * 100
    assert stored_values(broker, name, 100) == values


@passes_through
def test_librdkafka_consumes_in_a_group_and_resumes(transparent, topic):
    name = topic("plain")
    produce_all(transparent.bootstrap, name, [b"%d" % i for i in range(10)])
    config = {"bootstrap.servers": transparent.bootstrap, "group.id": f"group-{name}", "auto.offset.reset": "earliest",
              "enable.auto.commit": False}
    for expected in ([b"0", b"1", b"2", b"3"], [b"4", b"5", b"6"]):
        consumer = confluent_kafka.Consumer(config)
        consumer.subscribe([name])
        messages = consumer.consume(len(expected), timeout=20)
        assert [m.value() for m in messages] == expected
        consumer.commit(message=messages[-1], asynchronous=False)
        consumer.close()


@passes_through
def test_librdkafka_transactions(transparent, broker, topic):
    name = topic("judged")
    producer = confluent_kafka.Producer({"bootstrap.servers": transparent.bootstrap, "transactional.id": f"tx-{name}"})
    producer.init_transactions(20)
    for values, commit in (([GOOD], True), ([person(age=99)], False), ([person(age=2)], True)):
        producer.begin_transaction()
        for value in values:
            producer.produce(name, value)
        producer.flush(20)
        producer.commit_transaction(20) if commit else producer.abort_transaction(20)
    assert stored_values(broker, name, 2) == [GOOD, person(age=2)]


def test_librdkafka_is_told_record_and_rule_and_goes_on(transparent, broker, topic):
    name = topic("judged")
    values = [GOOD, BAD_AGE, GOOD, BAD_EMAIL]
    outcomes = produce_all(transparent.bootstrap, name, values, **{"enable.idempotence": True, "linger.ms": 100})
    # The Python binding tells codes, not the records' texts; librdkafka has told good from bad by record_errors.
    different = confluent_kafka.KafkaError._INVALID_DIFFERENT_RECORD
    assert [error.code() for error, _ in outcomes] == [different, INVALID_RECORD, different, INVALID_RECORD]
    outcomes = produce_all(transparent.bootstrap, name, [person(age=-1 if i == 2 else i + 1) for i in range(8)],
                           **{"enable.idempotence": True, "batch.num.messages": 1})
    assert [bool(error) for error, _ in outcomes] == [i == 2 for i in range(8)]
    assert len(stored_values(broker, name, 7)) == 7


# --- kcat -------------------------------------------------------------------------------------------------------

@passes_through
def test_kcat_produces_and_consumes(transparent, topic):
    name = topic("plain")
    sent = clients.kcat("-b", transparent.bootstrap, "-P", "-t", name, "-z", "lz4", stdin="one\ntwo\nthree\n")
    assert sent.returncode == 0, sent.stderr
    read = clients.kcat("-b", transparent.bootstrap, "-C", "-t", name, "-o", "beginning", "-e", "-q")
    assert read.stdout.split() == ["one", "two", "three"]


@passes_through
def test_kcat_consumes_in_a_group(transparent, topic):
    name = topic("plain")
    clients.kcat("-b", transparent.bootstrap, "-P", "-t", name, stdin="one\ntwo\n")
    read = clients.kcat("-b", transparent.bootstrap, "-q", "-c", "2", "-X", "auto.offset.reset=earliest",
                        "-G", f"kcat-{name}", name)
    assert read.stdout.split() == ["one", "two"]


def test_kcat_is_refused(transparent, topic):
    name = topic("judged")
    sent = clients.kcat("-b", transparent.bootstrap, "-P", "-t", name, stdin=BAD_AGE.decode() + "\n")
    assert "Broker failed to validate record" in sent.stderr
    assert transparent.wait_for_rejects(1, topic=name)


def test_kcat_lists_the_gateway(transparent, broker):
    listed = clients.kcat("-b", transparent.bootstrap, "-L")
    assert listed.returncode == 0 and f"broker {broker.node_id} at {transparent.host}:" in listed.stdout
    assert broker.host not in listed.stdout
