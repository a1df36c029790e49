"""A cluster that demands authentication: the gateway has no account there, and learns the brokers from its clients."""

import confluent_kafka
import pytest

from rig import batch, wire
from rig.broker import KafkaBroker
from rig.people import BAD_AGE, GOOD
from conftest import AGES

USERS = {"alice": "in-wonderland", "bob": "builder"}


@pytest.fixture(scope="module")
def guarded(request):
    if request.config.getoption("--direct"):
        pytest.skip("is about the gateway")
    with KafkaBroker(host="127.77.0.2", node_id=3, users=USERS) as running:
        yield running


@pytest.fixture
def guarded_topic(guarded):
    with wire.Connection(guarded.host, guarded.port) as connection:
        connection.authenticate("alice", USERS["alice"])
        if "judged.sasl" not in [t["name"] for t in connection.metadata(None)["topics"]]:
            connection.create_topic("judged.sasl")
    return "judged.sasl"


def test_a_broker_is_reached_as_soon_as_a_client_was_told_of_it(guarded, guarded_topic, gateway):
    made = gateway(upstream=guarded.address, rules={"ages.json": AGES})
    assert made.metric("^assay_brokers$") == 0, "nobody has told it yet"
    with wire.Connection(made.host, made.port) as client:
        client.authenticate("alice", USERS["alice"])
        told, = client.metadata([guarded_topic])["brokers"]
        assert (told["id"], told["host"], told["port"]) == (3, made.host, made.port + 1 + 3)
        assert guarded.host.encode() not in client.received
    with wire.Connection(told["host"], told["port"]) as client:
        client.authenticate("alice", USERS["alice"])
        answers = client.produce({guarded_topic: {0: batch.batch([GOOD])}}, 11)
        assert [a.error for a in answers] == [0]
        assert [a.error for a in client.produce({guarded_topic: {0: batch.batch([BAD_AGE])}}, 11)] == [87]
    assert made.metric("^assay_brokers$") == 1
    row, = made.wait_for_rejects(1)
    assert row["client"]["principal"] == "alice"


def test_nobody_produces_who_has_not_authenticated(guarded, guarded_topic, gateway):
    made = gateway(upstream=guarded.address, rules={"ages.json": AGES})
    with wire.Connection(made.host, made.port) as client, pytest.raises(PermissionError):
        client.authenticate("alice", "a guess")
    with wire.Connection(made.host, made.port) as client:
        client.send(wire.SASL_HANDSHAKE, 1, bytes(wire.Writer(False).string("PLAIN").out))
        client.send_produce({guarded_topic: {0: batch.batch([BAD_AGE])}}, 11)
        with pytest.raises((EOFError, ConnectionError)):
            while True:
                client.read(1)
    assert made.rejects() == []


def test_librdkafka_authenticates_through_it_from_a_cold_start(guarded, guarded_topic, gateway):
    made = gateway(upstream=guarded.address, rules={"ages.json": AGES})
    outcomes = []
    producer = confluent_kafka.Producer({
        "bootstrap.servers": made.bootstrap, "security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN",
        "sasl.username": "bob", "sasl.password": USERS["bob"], "enable.idempotence": True})
    for value in (GOOD, GOOD):
        producer.produce(guarded_topic, value, on_delivery=lambda error, _: outcomes.append(error))
    assert producer.flush(30) == 0
    assert outcomes == [None, None]
