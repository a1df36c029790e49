"""Producers: librdkafka, Apache Kafka's Java client, and the rig's own with each version of Produce."""

import subprocess
import threading
import time

import confluent_kafka
from ledger import BATCH_MATE, FAILED, REFUSED, STORED, Ledger
from rig import batch, clients, wire
from rig.gateway import REJECT_ID

INVALID_RECORD = 87
INVALID_DIFFERENT_RECORD = confluent_kafka.KafkaError._INVALID_DIFFERENT_RECORD
DELIVERY_TIMEOUT_MS = 120_000


class Producer(threading.Thread):
    """Sends bursts until it is told to end; then waits until it knows what became of each record."""

    BURST = (1, 12)

    def __init__(self, name: str, seed: int, idempotent: bool, bursts_per_s: float, bad_share: float = 0.1):
        super().__init__(name=name, daemon=True)
        self.ledger = Ledger(name, seed, idempotent, bad_share)
        self.pause_s = 1 / bursts_per_s
        self.ending = threading.Event()
        self.broken = None  # what it could not go on from

    def run(self) -> None:
        try:
            self.open()
            while not self.ending.wait(self.ledger.random.uniform(0, 2 * self.pause_s)):
                mixed = self.ledger.random.random() < 0.3
                self.burst([self.ledger.next(mixed) for _ in range(self.ledger.random.randint(*self.BURST))])
            self.finish()
        except Exception as problem:  # told in the report
            self.broken = f"{type(problem).__name__}: {problem}"


def name_of(client: str, codec: str, idempotent: bool, more: dict) -> str:
    conforming = "" if more.get("bad_share", 1) else "-conforming"
    return f"{client}-{codec}-{'idempotent' if idempotent else 'plain'}{conforming}"


class Librdkafka(Producer):
    def __init__(self, bootstrap, topic, codec, idempotent, **more):
        super().__init__(name_of("librdkafka", codec, idempotent, more), idempotent=idempotent, **more)
        self.topic = topic
        self.config = {"bootstrap.servers": bootstrap, "client.id": self.name, "compression.type": codec, "linger.ms": 20,
                       "enable.idempotence": idempotent, "delivery.timeout.ms": DELIVERY_TIMEOUT_MS, "log_level": 2}

    def open(self) -> None:
        self.config["error_cb"] = self.failed
        self.producer = confluent_kafka.Producer(self.config)

    def failed(self, error) -> None:
        if error.fatal():
            self.broken = f"fatal error of the client: {error.str()}"

    def burst(self, records) -> None:
        for key, value in records:
            while True:
                try:
                    self.producer.produce(self.topic, value, key, on_delivery=self.delivered)
                    break
                except BufferError:
                    self.producer.poll(0.1)
        self.producer.poll(0)

    def delivered(self, error, message) -> None:
        if error is None:
            self.ledger.told(message.key(), STORED)
        elif error.code() == INVALID_DIFFERENT_RECORD:
            self.ledger.told(message.key(), BATCH_MATE)
        elif error.code() == INVALID_RECORD:
            # librdkafka gives this code to a whole batch when one record of it is bad: good records have it, too.
            self.ledger.told(message.key(), REFUSED if self.ledger.is_bad(message.key()) else BATCH_MATE)
        else:
            self.ledger.told(message.key(), FAILED, error=error.str())

    def finish(self) -> None:
        self.producer.flush(DELIVERY_TIMEOUT_MS / 1000 + 30)


class Java(Producer):
    def __init__(self, bootstrap, topic, codec, idempotent, folder, **more):
        super().__init__(name_of("java", codec, idempotent, more), idempotent=idempotent, **more)
        self.command = clients.java_command(
            "stream", bootstrap, topic, f"client.id={self.name}", f"compression.type={codec}", "linger.ms=20",
            f"enable.idempotence={str(idempotent).lower()}", f"delivery.timeout.ms={DELIVERY_TIMEOUT_MS}",
            f"max.block.ms={DELIVERY_TIMEOUT_MS}")
        self.log = folder / f"{self.name}.log"

    def open(self) -> None:
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def burst(self, records) -> None:
        self.process.stdin.write(b"".join(key + b"\t" + value + b"\n" for key, value in records))
        self.process.stdin.flush()

    def read(self) -> None:
        for line in self.process.stdout:
            word, _, rest = line.decode().rstrip("\n").partition(" ")
            key, _, told = rest.partition(" ")
            if word == "stored":
                self.ledger.told(key, STORED)
            elif word == "failed" and told.startswith("InvalidRecordException"):
                reject = REJECT_ID.search(told)
                self.ledger.told(key, REFUSED, reject and reject[1])
            elif word == "failed" and "part of a batch which had one" in told:
                self.ledger.told(key, BATCH_MATE)
            elif word == "failed":
                self.ledger.told(key, FAILED, error=told.partition(f" for {self.ledger.name}")[0][:120])

    def finish(self) -> None:
        self.process.stdin.close()
        try:
            code = self.process.wait(DELIVERY_TIMEOUT_MS / 1000 + 60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        self.reader.join(30)
        if code:
            raise RuntimeError(f"ended with {code}; see {self.log}")


class Wire(Producer):
    """Each request in another version, with batches in forms of compression that every consumer reads (librdkafka does
    not read gzip of several members); no retries: what was sent while the connection broke may be stored or not."""

    FORMS = [*batch.CODECS, "snappy-raw"]

    def __init__(self, bootstrap, topic, partitions, **more):
        super().__init__("wire-plain", idempotent=False, **more)
        self.bootstrap = bootstrap
        self.topic = topic
        self.partitions = partitions
        self.connections = {}

    def open(self) -> None:
        self.leaders = None

    def leader(self, partition: int) -> wire.Connection:
        if self.leaders is None:
            host, _, port = self.bootstrap.rpartition(":")
            with wire.Connection(host, int(port), client_id=self.name) as asking:
                answer = asking.metadata([self.topic], 8)
            places = {b["id"]: (b["host"], b["port"]) for b in answer["brokers"]}
            self.leaders = {p["index"]: places[p["leader"]] for p in answer["topics"][0]["partitions"]
                            if p["leader"] in places}
        place = self.leaders[partition]
        if place not in self.connections:
            self.connections[place] = wire.Connection(*place, client_id=self.name)
        return self.connections[place]

    def burst(self, records) -> None:
        version, partition = self.ledger.random.randint(3, 12), self.ledger.random.randrange(self.partitions)
        made = batch.batch([batch.Record(value, key) for key, value in records],
                           self.ledger.random.choice([f for f in self.FORMS if f != "zstd" or version >= 7]))
        try:
            answer, = self.leader(partition).produce({self.topic: {partition: made}}, version)
        except (OSError, EOFError, KeyError, IndexError) as problem:
            for key, _ in records:
                self.ledger.told(key, FAILED, error=type(problem).__name__)
            self.forget()
            return
        told = dict(answer.record_errors or [])
        for index, (key, _) in enumerate(records):
            if answer.error == INVALID_RECORD and version >= 8:
                reject = REJECT_ID.search(told.get(index) or "")
                self.ledger.told(key, REFUSED if index in told else BATCH_MATE, reject and reject[1])
            elif answer.error == INVALID_RECORD:  # says nothing of single records before version 8
                self.ledger.told(key, REFUSED if self.ledger.is_bad(key) else BATCH_MATE)
            else:
                self.ledger.told(key, FAILED if answer.error else STORED, error=answer.error and f"error {answer.error}")
        if answer.error not in (0, INVALID_RECORD):
            self.forget()

    def forget(self) -> None:
        for connection in self.connections.values():
            connection.close()
        self.connections, self.leaders = {}, None
        time.sleep(0.2)

    def finish(self) -> None:
        self.forget()


def all_of(bootstrap, topic, partitions, folder, seed, bursts_per_s) -> list:
    """One of each kind; some idempotent ones send only what conforms: see Ledger.order_problems."""
    more = {"seed": seed, "bursts_per_s": bursts_per_s}
    made = [Librdkafka(bootstrap, topic, codec, idempotent, **more) for codec in batch.CODECS
            for idempotent in (True, False)]
    made += [Librdkafka(bootstrap, topic, codec, True, bad_share=0, **more) for codec in ("none", "lz4")]
    made += [Java(bootstrap, topic, codec, idempotent, folder, bad_share=bad_share, **more)
             for codec, idempotent, bad_share in (("lz4", True, 0.1), ("zstd", True, 0), ("gzip", False, 0.1))]
    return [*made, Wire(bootstrap, topic, partitions, **more)]
