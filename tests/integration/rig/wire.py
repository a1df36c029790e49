"""A small Kafka client on a bare socket: every version of a request, byte by byte.

Formats: the message definitions of Apache Kafka (clients/src/main/resources/common/message). Nothing here is shared
with Assay's own decoders.
"""

import dataclasses
import itertools
import socket
import struct
import uuid

PRODUCE, FETCH, METADATA, FIND_COORDINATOR, API_VERSIONS, CREATE_TOPICS, DESCRIBE_CLUSTER = 0, 1, 3, 10, 18, 19, 60
SASL_HANDSHAKE, SASL_AUTHENTICATE, NEVER = 17, 36, 1 << 15
FLEXIBLE_FROM = {PRODUCE: 9, FETCH: 12, METADATA: 9, FIND_COORDINATOR: 3, API_VERSIONS: 3, CREATE_TOPICS: 5,
                 DESCRIBE_CLUSTER: 0, SASL_HANDSHAKE: NEVER, SASL_AUTHENTICATE: 2}


class Writer:
    def __init__(self, flexible: bool):
        self.flexible = flexible
        self.out = bytearray()

    def pack(self, layout: str, *values) -> "Writer":
        self.out += struct.pack(">" + layout, *values)
        return self

    def uvarint(self, value: int) -> "Writer":
        while value > 0x7F:
            self.out.append(value & 0x7F | 0x80)
            value >>= 7
        self.out.append(value)
        return self

    def string(self, text) -> "Writer":
        data = None if text is None else text.encode()
        if self.flexible:
            self.uvarint(0 if data is None else len(data) + 1)
        else:
            self.pack("h", -1 if data is None else len(data))
        self.out += data or b""
        return self

    def bytes(self, data) -> "Writer":
        if self.flexible:
            self.uvarint(0 if data is None else len(data) + 1)
        else:
            self.pack("i", -1 if data is None else len(data))
        self.out += data or b""
        return self

    def array(self, items, each) -> "Writer":
        if self.flexible:
            self.uvarint(0 if items is None else len(items) + 1)
        else:
            self.pack("i", -1 if items is None else len(items))
        for item in items or []:
            each(item)
        return self

    def tags(self) -> "Writer":
        if self.flexible:
            self.out.append(0)
        return self


class Reader:
    def __init__(self, data: bytes, flexible: bool):
        self.data = data
        self.flexible = flexible
        self.at = 0

    def take(self, size: int) -> bytes:
        if size < 0 or self.at + size > len(self.data):
            raise ValueError("the answer ends too early")
        self.at += size
        return self.data[self.at - size:self.at]

    def unpack(self, layout: str):
        values = struct.unpack(">" + layout, self.take(struct.calcsize(">" + layout)))
        return values[0] if len(values) == 1 else values

    def uvarint(self) -> int:
        value = shift = 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    def string(self):
        size = self.uvarint() - 1 if self.flexible else self.unpack("h")
        return None if size < 0 else self.take(size).decode()

    def bytes(self):
        size = self.uvarint() - 1 if self.flexible else self.unpack("i")
        return None if size < 0 else self.take(size)

    def array(self, each) -> list:
        size = self.uvarint() - 1 if self.flexible else self.unpack("i")
        return [each() for _ in range(max(size, 0))]

    def tags(self) -> dict:
        if not self.flexible:
            return {}
        return {self.uvarint(): self.take(self.uvarint()) for _ in range(self.uvarint())}

    def end(self) -> None:
        if self.at != len(self.data):
            raise ValueError(f"{len(self.data) - self.at} bytes follow the answer")


@dataclasses.dataclass
class PartitionAnswer:
    topic: object  # name, or UUID from version 13 on
    partition: int
    error: int
    base_offset: int
    record_errors: list  # (index in the batch, text)
    message: str | None


def node_endpoints(tags: dict) -> list:
    """The (node, host, port) of KIP-951, from the last tags of an answer."""
    if 0 not in tags:
        return []
    r = Reader(tags[0], True)

    def endpoint():
        found = (r.unpack("i"), r.string(), r.unpack("i"))
        r.string()
        r.tags()
        return found
    return r.array(endpoint)


class Connection:
    """One connection; answers must come in the order of the requests. `received` keeps every byte that came."""

    def __init__(self, host: str, port: int, timeout_s: float = 15, client_id: str = "assay-rig"):
        self.socket = socket.create_connection((host, port), timeout_s)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.client_id = client_id
        self.correlations = itertools.count(1)
        self.received = bytearray()
        self.endpoints = []  # what the last Produce or Fetch answer said of other brokers: (node, host, port)

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def close(self) -> None:
        self.socket.close()

    def send(self, key: int, version: int, body: bytes) -> int:
        correlation = next(self.correlations)
        flexible = version >= FLEXIBLE_FROM[key]
        client = self.client_id.encode()
        header = struct.pack(">hhih", key, version, correlation, len(client)) + client + (b"\0" if flexible else b"")
        self.socket.sendall(struct.pack(">i", len(header) + len(body)) + header + body)
        return correlation

    def receive(self, correlation: int, key: int, version: int) -> Reader:
        size = struct.unpack(">i", self.read(4))[0]
        frame = self.read(size)
        got = struct.unpack_from(">i", frame)[0]
        if got != correlation:
            raise ValueError(f"answer to {got} where that to {correlation} was due")
        flexible = version >= FLEXIBLE_FROM[key]
        reader = Reader(frame[4:], flexible)
        if key != API_VERSIONS:  # its response header never has tags
            reader.tags()
        return reader

    def read(self, size: int) -> bytes:
        data = bytearray()
        while len(data) < size:
            part = self.socket.recv(size - len(data))
            if not part:
                raise EOFError("the connection was closed")
            data += part
        self.received += data
        return bytes(data)

    def closed_by_peer(self, timeout_s: float = 5) -> bool:
        """True when the other side ends the connection within the time (and says nothing before)."""
        self.socket.settimeout(timeout_s)
        try:
            return self.socket.recv(1) == b""
        except ConnectionError:
            return True
        except TimeoutError:
            return False

    def ask(self, key: int, version: int, body: bytes) -> Reader:
        return self.receive(self.send(key, version, body), key, version)

    # --- requests -----------------------------------------------------------------------------------------------

    def api_versions(self, version: int = 0) -> dict:
        """{"error": …, "keys": {api key: (min, max)}}; an answer with error 35 is read in version 0, as KIP-511 says."""
        w = Writer(version >= 3)
        if version >= 3:
            w.string("assay-rig").string("1.0").tags()
        r = self.ask(API_VERSIONS, version, bytes(w.out))
        error = r.unpack("h")
        if error == 35:
            r.flexible = False

        def key():
            values = r.unpack("hhh")
            r.tags()
            return values
        keys = r.array(key)
        return {"error": error, "keys": {k: (low, high) for k, low, high in keys}}

    def metadata(self, topics, version: int = 1) -> dict:
        """`topics`: names; an empty list asks for none, None for all. Versions 1 to 12."""
        w = Writer(version >= 9)

        def topic(name):
            if version >= 10:
                w.pack("16s", bytes(16))
            w.string(name).tags()
        w.array(topics, topic)
        if version >= 4:
            w.pack("?", True)
        if 8 <= version <= 10:
            w.pack("?", False)
        if version >= 8:
            w.pack("?", False)
        w.tags()
        r = self.ask(METADATA, version, bytes(w.out))
        if version >= 3:
            r.unpack("i")

        def broker():
            found = {"id": r.unpack("i"), "host": r.string(), "port": r.unpack("i"), "rack": r.string()}
            r.tags()
            return found

        def partition():
            found = {"error": r.unpack("h"), "index": r.unpack("i"), "leader": r.unpack("i")}
            if version >= 7:
                found["epoch"] = r.unpack("i")
            found["replicas"] = r.array(lambda: r.unpack("i"))
            found["in_sync"] = r.array(lambda: r.unpack("i"))
            if version >= 5:
                r.array(lambda: r.unpack("i"))
            r.tags()
            return found

        def topic_answer():
            found = {"error": r.unpack("h"), "name": r.string()}
            if version >= 10:
                found["id"] = uuid.UUID(bytes=r.take(16))
            r.unpack("?")
            found["partitions"] = r.array(partition)
            if version >= 8:
                r.unpack("i")
            r.tags()
            return found
        answer = {"brokers": r.array(broker)}
        answer["cluster"] = r.string() if version >= 2 else None
        answer["controller"] = r.unpack("i")
        answer["topics"] = r.array(topic_answer)
        return answer

    def find_coordinator(self, group: str, version: int) -> list:
        """The (node, host, port, error) answered for one consumer group. Versions 1 to 6."""
        w = Writer(version >= 3)
        if version < 4:
            w.string(group).pack("b", 0).tags()
        else:
            w.pack("b", 0).array([group], w.string).tags()
        r = self.ask(FIND_COORDINATOR, version, bytes(w.out))
        r.unpack("i")
        if version < 4:
            error = r.unpack("h")
            r.string()
            return [(r.unpack("i"), r.string(), r.unpack("i"), error)]

        def coordinator():
            r.string()
            node, host, port, error = r.unpack("i"), r.string(), r.unpack("i"), r.unpack("h")
            r.string()
            r.tags()
            return node, host, port, error
        return r.array(coordinator)

    def describe_cluster(self, version: int = 0) -> list:
        """The (node, host, port) of all brokers."""
        w = Writer(True).pack("?", False)
        if version >= 1:
            w.pack("b", 1)
        if version >= 2:
            w.pack("?", False)
        w.tags()
        r = self.ask(DESCRIBE_CLUSTER, version, bytes(w.out))
        r.unpack("ih")
        r.string()
        if version >= 1:
            r.unpack("b")
        r.string()
        r.unpack("i")

        def broker():
            found = (r.unpack("i"), r.string(), r.unpack("i"))
            r.string()
            if version >= 2:
                r.unpack("?")
            r.tags()
            return found
        return r.array(broker)

    def authenticate(self, user: str, password: str) -> None:
        """SASL PLAIN."""
        r = self.ask(SASL_HANDSHAKE, 1, bytes(Writer(False).string("PLAIN").out))
        error = r.unpack("h")
        if not error:
            token = f"\0{user}\0{password}".encode()
            error = self.ask(SASL_AUTHENTICATE, 1, bytes(Writer(False).bytes(token).out)).unpack("h")
        if error:
            raise PermissionError(f"{user}: error {error}")

    def create_topic(self, name: str, partitions: int = 1, configs=None, replicas: int = 1) -> None:
        w = Writer(False)

        def topic(_):
            w.string(name).pack("ih", partitions, replicas).array([], None)
            w.array(list((configs or {}).items()), lambda item: w.string(item[0]).string(item[1]))
        w.array([name], topic).pack("i?", 30_000, False)
        r = self.ask(CREATE_TOPICS, 2, bytes(w.out))
        r.unpack("i")
        for _, error, message in r.array(lambda: (r.string(), r.unpack("h"), r.string())):
            if error:
                raise RuntimeError(f"topic {name}: error {error}: {message}")

    def send_produce(self, topics: dict, version: int = 11, acks: int = -1, transactional_id=None) -> int:
        """`topics`: {name, or UUID from version 13 on: {partition: batch bytes}}."""
        w = Writer(version >= 9)

        def topic(item):
            name, partitions = item
            if version >= 13:
                w.pack("16s", name.bytes)
            else:
                w.string(name)
            w.array(list(partitions.items()), lambda p: w.pack("i", p[0]).bytes(p[1]).tags()).tags()
        w.string(transactional_id).pack("hi", acks, 15_000).array(list(topics.items()), topic).tags()
        return self.send(PRODUCE, version, bytes(w.out))

    def receive_produce(self, correlation: int, version: int = 11) -> list:
        r = self.receive(correlation, PRODUCE, version)

        def record_error():
            found = (r.unpack("i"), r.string())
            r.tags()
            return found

        def partition(topic):
            index, error, offset = r.unpack("ihq")
            if version >= 2:
                r.unpack("q")
            if version >= 5:
                r.unpack("q")
            errors = r.array(record_error) if version >= 8 else []
            message = r.string() if version >= 8 else None
            r.tags()
            return PartitionAnswer(topic, index, error, offset, errors, message)

        def topic():
            name = uuid.UUID(bytes=r.take(16)) if version >= 13 else r.string()
            found = r.array(lambda: partition(name))
            r.tags()
            return found
        answers = [answer for answers in r.array(topic) for answer in answers]
        r.unpack("i")
        self.endpoints = node_endpoints(r.tags())
        r.end()
        return answers

    def produce(self, topics: dict, version: int = 11, acks: int = -1, transactional_id=None) -> list:
        return self.receive_produce(self.send_produce(topics, version, acks, transactional_id), version)

    def fetch(self, topic: str, partition: int, offset: int = 0, wait_ms: int = 500) -> bytes:
        """The stored batches from `offset` on, as the broker keeps them."""
        w = Writer(False)
        w.pack("iiiibii", -1, wait_ms, 1, 50 << 20, 0, 0, -1)
        w.array([topic], lambda name: w.string(name).array(
            [partition], lambda index: w.pack("iiqqi", index, -1, offset, -1, 50 << 20)))
        w.array([], None).string("")
        r = self.ask(FETCH, 11, bytes(w.out))
        r.unpack("ihi")

        def part():
            _, error = r.unpack("ih")
            r.unpack("qqq")
            r.array(lambda: r.unpack("qq"))
            r.unpack("i")
            return error, r.bytes()
        found = [p for answers in r.array(lambda: (r.string(), r.array(part))[1]) for p in answers]
        for error, _ in found:
            if error:
                raise RuntimeError(f"fetching {topic}-{partition}: error {error}")
        return b"".join(data or b"" for _, data in found)

    def fetch_by_id(self, topic: uuid.UUID, partition: int, epoch: int, offset: int = 0, wait_ms: int = 500) -> int:
        """The error of a partition by Fetch v16 of a client that knows of the leader epoch; for an old one the answer
        names the new leader: `endpoints` has it then."""
        w = Writer(True)
        w.pack("iiibii", wait_ms, 1, 50 << 20, 0, 0, -1)
        w.array([topic], lambda name: w.pack("16s", name.bytes).array(
            [partition], lambda index: w.pack("iiqiqi", index, epoch, offset, -1, -1, 50 << 20).tags()).tags())
        w.array([], None).string("").tags()
        r = self.ask(FETCH, 16, bytes(w.out))
        r.unpack("ihi")

        def part():
            _, error = r.unpack("ih")
            r.unpack("qqq")
            r.array(lambda: (r.unpack("qq"), r.tags()))
            r.unpack("i")
            r.bytes()
            r.tags()
            return error

        def answers():
            r.take(16)
            found = r.array(part)
            r.tags()
            return found
        errors = [error for found in r.array(answers) for error in found]
        self.endpoints = node_endpoints(r.tags())
        r.end()
        return errors[0]
