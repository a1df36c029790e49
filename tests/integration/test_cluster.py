"""Three brokers: leaders move, a broker is killed under load, and no client is ever told where any of them is."""

import threading
import time
import uuid

import confluent_kafka
import pytest

from rig import batch, clients, wire
from rig.broker import KafkaCluster
from rig.gateway import Gateway, eventually
from rig.people import GOOD, person
from rig.tap import Tap, assert_no_marker

NOT_LEADER, FENCED_LEADER_EPOCH = 6, 74
# Two bytes shorter than the brokers' names: Fetch answers keep their length, and one byte could not be padded.
TAP_HOST = "127.8.0.1"


@pytest.fixture(scope="module")
def cluster(request):
    if request.config.getoption("--direct"):
        pytest.skip("is about the gateway")
    with KafkaCluster() as running:
        yield running


@pytest.fixture(scope="module")
def gateway(cluster, tmp_path_factory):
    made = Gateway(tmp_path_factory.mktemp("cluster"), upstream=cluster.address, policies=["judged.*=schema:optional"],
                   flags=["--advertise", TAP_HOST])
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def tap(gateway):
    with Tap(TAP_HOST, range(gateway.port, gateway.port + 8), gateway.host) as running:
        yield running


def port_of(gateway, node: int) -> int:
    return gateway.port + 1 + node


def ask_somebody(cluster, question):
    """The answer of any broker that is up."""
    for broker in cluster.brokers.values():
        if broker.process.poll() is None:
            try:
                with wire.Connection(broker.host, broker.port) as connection:
                    return question(connection)
            except (OSError, EOFError):
                continue
    raise AssertionError("no broker answers")


def leader_of(cluster, topic) -> int:
    """-1: there is none, or the broker that was asked does not know the topic yet."""
    partitions = ask_somebody(cluster, lambda c: c.metadata([topic], 12))["topics"][0]["partitions"]
    return partitions[0]["leader"] if partitions else -1


def make_topic(cluster, name) -> str:
    full = f"{name}.{uuid.uuid4().hex[:8]}"
    ask_somebody(cluster, lambda c: c.create_topic(full, 1, {"min.insync.replicas": "2"}, replicas=3))
    eventually("a leader", lambda: leader_of(cluster, full) > 0)
    return full


def test_the_old_leader_names_the_new_one_at_the_gateway(cluster, gateway, tap):
    topic = make_topic(cluster, "judged")
    old = leader_of(cluster, topic)

    def led():
        with wire.Connection(TAP_HOST, port_of(gateway, old)) as client:
            return client.produce({topic: {0: batch.batch([GOOD])}}, 11)[0].error == 0
    eventually("its leader knows that it leads", led)
    topic_id = ask_somebody(cluster, lambda c: c.metadata([topic], 12))["topics"][0]["id"]
    cluster.brokers[old].process.terminate()
    cluster.brokers[old].process.wait(60)
    new = eventually("another leader", lambda: (leader := leader_of(cluster, topic)) not in (old, -1)
                     and leader, 30)
    cluster.brokers[old].start()
    told = [(new, TAP_HOST, port_of(gateway, new))]

    def moved():
        # A broker that has just come back may not know yet what it follows.
        with wire.Connection(TAP_HOST, port_of(gateway, old)) as client:
            error = client.produce({topic: {0: batch.batch([GOOD])}}, 11)[0].error
            return error == NOT_LEADER and client.endpoints == told
    eventually("Produce's hint", moved, 30)
    with wire.Connection(TAP_HOST, port_of(gateway, old)) as client:
        assert client.fetch_by_id(topic_id, 0, epoch=0) == FENCED_LEADER_EPOCH
        assert client.endpoints == told
    assert_no_marker(bytes(tap.received), cluster.brokers.values())


def test_a_broker_is_killed_under_load_and_nothing_is_lost_or_doubled(cluster, gateway, tap):
    topic = make_topic(cluster, "judged")
    producer = confluent_kafka.Producer({"bootstrap.servers": f"{TAP_HOST}:{gateway.port}", "linger.ms": 5,
                                         "enable.idempotence": True, "delivery.timeout.ms": 60_000})
    outcomes, count = [], 3_000
    victim = cluster.brokers[leader_of(cluster, topic)]
    killer = threading.Timer(0.5, victim.kill)
    killer.start()
    for i in range(count):
        producer.produce(topic, person(age=1 + i % 100, number=i), on_delivery=lambda e, m: outcomes.append(e))
        producer.poll(0)
        if i % 10 == 0:
            time.sleep(0.005)
    assert producer.flush(90) == 0
    killer.join()
    victim.start()
    assert [e for e in outcomes if e] == [] and len(outcomes) == count
    consumer = confluent_kafka.Consumer({"bootstrap.servers": f"{TAP_HOST}:{gateway.port}", "group.id": topic,
                                         "auto.offset.reset": "earliest"})
    consumer.subscribe([topic])
    values = []
    while len(values) < count and (got := consumer.consume(500, timeout=20)):
        values += [m.value() for m in got]
    consumer.close()
    assert values == [person(age=1 + i % 100, number=i) for i in range(count)]
    assert_no_marker(bytes(tap.received), cluster.brokers.values())


def test_java_clients_see_the_gateway_only(cluster, gateway, tap):
    bootstrap, topic = f"{TAP_HOST}:{gateway.port}", make_topic(cluster, "judged")
    nodes = clients.java("cluster", bootstrap, "-")
    assert sorted(nodes) == [f"node {n} {TAP_HOST}:{port_of(gateway, n)}" for n in cluster.brokers]
    clients.java("idempotent", bootstrap, topic, *[person(age=i + 1).decode() for i in range(3)])
    lines = clients.java("consume", bootstrap, topic, 3, f"group-{topic}", "classic")
    assert [line.split()[0] for line in lines] == ["read"] * 3 + ["committed"]
    assert_no_marker(bytes(tap.received), cluster.brokers.values())
