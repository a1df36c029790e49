"""A conforming batch is stored byte for byte as it was sent: each codec, each form of it, each Produce version."""

import pytest

from rig import batch, wire
from rig.people import GOOD, person

pytestmark = pytest.mark.passes_through

FORMS = ["none", "gzip", "gzip-members", "snappy", "snappy-raw", "lz4", "zstd"]
VERSIONS = range(3, 14)
UNSUPPORTED_COMPRESSION_TYPE = 76


def stored_batch(upstream, topic, offset):
    return next(batch.batches(upstream.fetch(topic, 0, offset)))


def names_of(connection, topic, versions):
    return {version: connection.metadata([topic], 12)["topics"][0]["id"] if version >= 13 else topic
            for version in versions}


@pytest.mark.parametrize("kind", ["plain", "judged"])
@pytest.mark.parametrize("form", FORMS)
def test_every_version_stores_what_was_sent(transparent, upstream, newest, topic, kind, form):
    name = topic(kind)
    versions = [version for version in VERSIONS if version <= newest(wire.PRODUCE)]
    with wire.Connection(transparent.host, transparent.port) as client:
        names = names_of(client, name, versions)
        for version in versions:
            records = [batch.Record(person(age=20 + i, pad="x" * 50), key=b"k%d" % i if i % 2 else None,
                                    headers=[("trace", b"\0\xff"), ("none", None)]) for i in range(40)]
            sent = batch.batch(records, form)
            answer, = client.produce({names[version]: {0: sent}}, version)
            if form == "zstd" and version < 7:
                assert answer.error == UNSUPPORTED_COMPRESSION_TYPE, (version, answer)
                continue
            assert answer.error == 0, (version, answer)
            stored = stored_batch(upstream, name, answer.base_offset)
            assert batch.from_attributes(stored) == batch.from_attributes(sent), f"version {version}"
            assert batch.crc_of(stored) == batch.crc_of(sent), f"version {version}"


def test_many_partitions_in_one_request_are_each_stored_as_sent(transparent, upstream, topic):
    name = topic("judged", partitions=6)
    sent = {p: batch.batch([person(age=p + 1)] * (p + 1), FORMS[p]) for p in range(6)}
    with wire.Connection(transparent.host, transparent.port) as client:
        for answer in client.produce({name: sent}, 11):
            assert answer.error == 0
            stored = next(batch.batches(upstream.fetch(name, answer.partition, answer.base_offset)))
            assert batch.from_attributes(stored) == batch.from_attributes(sent[answer.partition])


def test_a_large_batch_is_stored_as_sent(transparent, upstream, topic):
    name = topic("judged", max_message_bytes=20_000_000)
    sent = batch.batch([person(pad="y" * 10_000)] * 1_000)
    with wire.Connection(transparent.host, transparent.port) as client:
        answer, = client.produce({name: {0: sent}}, 11)
    assert answer.error == 0
    assert batch.from_attributes(stored_batch(upstream, name, 0)) == batch.from_attributes(sent)


def test_pipelined_requests_are_answered_in_order(transparent, topic):
    name = topic("judged")
    with wire.Connection(transparent.host, transparent.port) as client:
        asked = [client.send_produce({name: {0: batch.batch([GOOD])}}, 11) for _ in range(50)]
        offsets = [client.receive_produce(correlation, 11)[0].base_offset for correlation in asked]
    assert offsets == list(range(50))


def test_acks_0_gets_no_answer_and_is_stored(transparent, upstream, topic):
    name = topic("judged")
    sent = batch.batch([GOOD])
    with wire.Connection(transparent.host, transparent.port) as client:
        client.send_produce({name: {0: sent}}, 11, acks=0)
        assert client.produce({name: {0: batch.batch([GOOD])}}, 11)[0].base_offset == 1  # the next answer is this one's
    assert batch.from_attributes(stored_batch(upstream, name, 0)) == batch.from_attributes(sent)


def test_what_a_consumer_fetches_through_the_gateway_is_what_is_stored(transparent, upstream, topic):
    name = topic("judged")
    with wire.Connection(transparent.host, transparent.port) as client:
        for form in FORMS:
            client.produce({name: {0: batch.batch([GOOD] * 10, form)}}, 11)
        assert client.fetch(name, 0) == upstream.fetch(name, 0)
