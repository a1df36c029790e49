"""No client is ever told where the broker is."""

import re
import struct

import pytest

from rig import batch, clients, wire
from rig.people import BAD_AGE, GOOD


@pytest.fixture
def client(transparent):
    with wire.Connection(transparent.host, transparent.port) as connection:
        yield connection


def assert_nothing_leaked(broker, received: bytes):
    assert broker.host.encode() not in received
    assert struct.pack(">i", broker.port) not in received


def test_metadata_of_every_version_names_the_gateway(transparent, broker, client, topic):
    name = topic()
    for version in range(1, 13):
        answer = client.metadata([name], version)
        assert [b["id"] for b in answer["brokers"]] == [broker.node_id], f"version {version}"
        for told in answer["brokers"]:
            assert told["host"] == transparent.host
            assert told["port"] != transparent.port, "a bootstrap address must not be a broker's"
            with wire.Connection(told["host"], told["port"]) as mapped:
                assert mapped.produce({name: {0: batch.batch([GOOD])}}, 11)[0].error == 0
    assert_nothing_leaked(broker, client.received)


def test_coordinators_and_cluster_name_the_gateway(transparent, broker, client, newest):
    for version in range(1, 7):
        for node, host, port, error in client.find_coordinator("a-group", version):
            assert error or (node, host) == (broker.node_id, transparent.host) and port != broker.port
    for version in range(newest(wire.DESCRIBE_CLUSTER) + 1):
        assert [(node, host) for node, host, _ in client.describe_cluster(version)] == [
            (broker.node_id, transparent.host)]
    assert_nothing_leaked(broker, client.received)


def test_coordinator_errors_are_left_as_they_are(client, upstream):
    # Asking creates the internal topic; the first answers may say that it is not there yet.
    for version in range(1, 7):
        for node, host, port, error in client.find_coordinator("another", version):
            assert not error or (node, host, port) == (-1, "", -1)


def test_cluster_and_node_ids_are_the_brokers(client, upstream):
    assert client.metadata([], 8)["cluster"] == upstream.metadata([], 8)["cluster"]
    assert client.metadata([], 8)["controller"] == upstream.metadata([], 8)["controller"]


def test_refusals_and_unknown_topics_leak_nothing(broker, client, topic, newest):
    name = topic("judged", partitions=2)
    last = min(newest(wire.PRODUCE), 12)
    for version in range(3, last + 1):
        client.produce({name: {0: batch.batch([GOOD]), 1: batch.batch([BAD_AGE])}}, version)
    client.produce({"no.such.topic": {99: batch.batch([GOOD])}}, last)
    assert_nothing_leaked(broker, client.received)


def test_java_admin_sees_the_gateway_only(transparent, broker):
    nodes = clients.java("cluster", transparent.bootstrap, "-")
    assert len(nodes) == 1 and re.fullmatch(rf"node {broker.node_id} {re.escape(transparent.host)}:\d+", nodes[0])


def test_api_versions_are_what_both_can_do(client, upstream):
    ours, theirs = client.api_versions(3), upstream.api_versions(3)
    assert ours["error"] == 0
    assert ours["keys"][wire.PRODUCE][0] == theirs["keys"][wire.PRODUCE][0] == 0, "librdkafka needs to see version 0"
    for key, (low, high) in ours["keys"].items():
        assert low >= theirs["keys"][key][0] and high <= theirs["keys"][key][1]
    assert ours["keys"][wire.PRODUCE][1] == min(theirs["keys"][wire.PRODUCE][1], 13)


def test_an_unknown_api_versions_version_is_answered_in_version_0(client):
    answer = client.api_versions(99)
    assert answer["error"] == 35
    assert wire.API_VERSIONS in answer["keys"]
    assert client.api_versions(0)["error"] == 0  # the connection lives
