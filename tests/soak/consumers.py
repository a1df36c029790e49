"""Who reads through the gateway all the time, and what the brokers really have in the end."""

import subprocess
import threading
import time

import confluent_kafka
from rig import clients


class Follower(threading.Thread):
    """A consumer group through the gateway; `keys` is what it has read. It commits, and so survives rebalances."""

    def __init__(self, name: str):
        super().__init__(name=name, daemon=True)
        self.keys = set()
        self.broken = None
        self.ending = threading.Event()

    def stop(self) -> None:
        self.ending.set()
        self.join(60)


class Librdkafka(Follower):
    def __init__(self, bootstrap, topic):
        super().__init__("librdkafka-consumer")
        self.config = {"bootstrap.servers": bootstrap, "group.id": self.name, "auto.offset.reset": "earliest",
                       "log_level": 2}
        self.topic = topic

    def run(self) -> None:
        consumer = confluent_kafka.Consumer(self.config)
        consumer.subscribe([self.topic])
        while not self.ending.is_set():
            for message in consumer.consume(500, timeout=0.5):
                if not message.error():
                    self.keys.add(message.key().decode())
                elif message.error().fatal():
                    self.broken = message.error().str()
        consumer.close()


class Java(Follower):
    def __init__(self, bootstrap, topic, protocol, folder):
        super().__init__(f"java-consumer-{protocol}")
        self.command = clients.java_command("follow", bootstrap, topic, self.name, protocol)
        self.log = folder / f"{self.name}.log"

    def run(self) -> None:
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
        for line in self.process.stdout:
            word, _, key = line.decode().rstrip("\n").partition(" ")
            if word == "read":
                self.keys.add(key)
        if not self.ending.is_set():
            self.broken = f"ended by itself; see {self.log}"

    def stop(self) -> None:
        self.ending.set()
        try:
            self.process.stdin.write(b"\n")
            self.process.stdin.flush()
            self.process.wait(30)
        except (OSError, subprocess.TimeoutExpired):
            self.process.kill()
        self.join(30)


def read_all(bootstrap: str, topic: str, partitions: int) -> dict:
    """{partition: [(key, value)]} from the first offset to the last one, in order."""
    consumer = confluent_kafka.Consumer({"bootstrap.servers": bootstrap, "group.id": "soak-audit",
                                         "enable.auto.commit": False, "enable.partition.eof": True, "log_level": 2})
    consumer.assign([confluent_kafka.TopicPartition(topic, p, 0) for p in range(partitions)])
    found, ended, until = {p: [] for p in range(partitions)}, set(), time.monotonic() + 600
    while len(ended) < partitions:
        if time.monotonic() > until:
            raise TimeoutError(f"only {len(ended)} of {partitions} partitions could be read to their ends")
        for message in consumer.consume(1000, timeout=1):
            if not message.error():
                found[message.partition()].append((message.key().decode(), message.value()))
            elif message.error().code() == confluent_kafka.KafkaError._PARTITION_EOF:
                ended.add(message.partition())
    consumer.close()
    return found


def rejects(gateway, topic: str) -> dict:
    """{id: key} of all that the store has."""
    found, cursor = {}, None
    while True:
        more = {"cursor": cursor} if cursor else {}
        page = gateway.page_of_rejects(topic=topic, limit=1000, **more)
        found.update((row["id"], row["key"]) for row in page["items"])
        cursor = page.get("nextCursor")
        if not cursor:
            return found


def by_id(gateway, ids, listed: dict) -> dict:
    """{id: key, None when there is none}. A retry of a refused batch is told ids of its own, which lead to the rows of the
    first try and are not listed."""
    found = {}
    for reject in ids:
        found[reject] = listed.get(reject)
        if found[reject] is None and (answer := gateway.get(f"/v1/rejects/{reject}")).status == 200:
            found[reject] = answer.json["key"]
    return found
