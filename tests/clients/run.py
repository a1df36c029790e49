"""Runs a driver and reads its events; and what the broker itself has stored."""

import dataclasses
import json
import pathlib
import struct
import subprocess

import confluent_kafka
import confluent_kafka.admin

import parts
from rig import batch

RUN_S = 240
PARTITIONS = (0, 1)
NAMES = {number: name for name, number in batch.CODECS.items()}


@dataclasses.dataclass
class Events:
    version: str
    library: str
    records: list
    transactions: list
    reads: list

    def of(self, codec, kind="records"):
        return [event for event in getattr(self, kind) if event["codec"] == codec]


def drive(client, bootstrap, topic, mode, codecs, rounds=None, group="", count=0, fresh=False, again=False,
          single=False, log: pathlib.Path | None = None) -> Events:
    command = [*client.command(), "--bootstrap", bootstrap, "--topic", topic, "--mode", mode, "--codec",
               ",".join(codecs), "--group", group or topic, "--count", str(count)]
    command += ["--fresh"] * fresh + ["--again"] * again + ["--single"] * single
    done = subprocess.run(command, input=json.dumps(rounds or []), capture_output=True, text=True, timeout=RUN_S,
                          env=parts.environment())
    if log:
        log.write_text(f"{' '.join(command)}\n{done.stdout}\n{done.stderr}")
    events = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{") and '"event":' in line]
    assert done.returncode == 0 and events and events[-1]["event"] == "end", (
        f"{' '.join(command)} ended with {done.returncode}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")

    def kind(name):
        return [event for event in events if event["event"] == name]

    def last(name):
        """Of what was sent again the last outcome."""
        return list({(e["codec"], e["round"], e.get("index")): e for e in kind(name)}.values())
    return Events(kind("client")[0]["version"], kind("client")[0].get("library", ""), last("record"),
                  last("transaction"), kind("read"))


def stored(broker, topic) -> dict:
    """{partition: [(offset, value)]}: what a reader of committed records finds at the broker itself."""
    consumer = confluent_kafka.Consumer({"bootstrap.servers": broker.address, "group.id": "stored",
                                         "enable.partition.eof": True, "isolation.level": "read_committed"})
    found = {partition: [] for partition in PARTITIONS}
    ended = set()
    consumer.assign([confluent_kafka.TopicPartition(topic, partition, 0) for partition in PARTITIONS])
    while ended != set(PARTITIONS):
        message = consumer.poll(20)
        assert message is not None, f"{topic} cannot be read to its end at the broker"
        if message.error() is None:
            found[message.partition()].append((message.offset(), message.value().decode()))
        else:
            assert message.error().code() == confluent_kafka.KafkaError._PARTITION_EOF, message.error()
            ended.add(message.partition())
    consumer.close()
    return found


def codecs_stored(upstream, topic) -> set:
    """The codecs of the batches of records (not of control batches) as the broker keeps them."""
    attributes = [struct.unpack_from(">h", one, 21)[0] for partition in PARTITIONS
                  for one in batch.batches(upstream.fetch(topic, partition, wait_ms=0))]
    return {NAMES[value & 7] for value in attributes if not value & 0x20}


def share_from_the_beginning(broker, group) -> None:
    """A share group starts at the end of a topic unless its configuration says otherwise (KIP-932)."""
    admin = confluent_kafka.admin.AdminClient({"bootstrap.servers": broker.address})
    resource = confluent_kafka.admin.ConfigResource(
        confluent_kafka.admin.ResourceType.GROUP, group, incremental_configs=[confluent_kafka.admin.ConfigEntry(
            "share.auto.offset.reset", "earliest",
            incremental_operation=confluent_kafka.admin.AlterConfigOpType.SET)])
    for future in admin.incremental_alter_configs([resource]).values():
        future.result(20)


def committed(broker, group, prefix, codecs) -> int:
    """The sum of the offsets that the group has committed, as the broker has them."""
    consumer = confluent_kafka.Consumer({"bootstrap.servers": broker.address, "group.id": group})
    found = consumer.committed([confluent_kafka.TopicPartition(f"{prefix}.{codec}", partition)
                                for codec in codecs for partition in PARTITIONS], timeout=20)
    consumer.close()
    return sum(max(each.offset, 0) for each in found)
