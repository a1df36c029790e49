#!/usr/bin/env python3
"""5,000 idle connections, and then 5,000 slow ones, on one `assay serve`: what it holds, and that it works.

    python3 tests/bench/net/many_connections.py [--connections 5000] [--json FILE]

idle: each has asked ApiVersions and got its answer, and rests.
slow readers: each asks for answers of many KB (Metadata of all topics) and takes none of them.
slow senders: each has sent half of a produce request and sends a byte now and then.
During each, another client produces and must be answered: its time is shown. The broker is played by this script.
Budget (docs/architecture.md): at most 16 KiB resident for an idle connection.
"""

import argparse
import json
import pathlib
import resource
import selectors
import signal
import socket
import struct
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests" / "integration"))

from rig import batch, wire  # noqa: E402
from rig.gateway import Gateway  # noqa: E402

NODE = 1
TOPICS = [f"topic-{i:05}" for i in range(3_000)]


def string(text: str) -> bytes:
    return struct.pack(">h", len(text)) + text.encode()


class PlayedBroker:
    """Answers ApiVersions v0, Metadata v1 and Produce v3 on any number of connections, on one thread."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
        self.listener.setblocking(False)
        self.port = self.listener.getsockname()[1]
        self.large = struct.pack(">i", 1) + struct.pack(">i", NODE) + string("127.0.0.1") + struct.pack(
            ">ihii", self.port, -1, NODE, len(TOPICS)) + b"".join(
                struct.pack(">h", 0) + string(name) + struct.pack(">?i", False, 0) for name in TOPICS)
        self.small = struct.pack(">i", 1) + struct.pack(">i", NODE) + string("127.0.0.1") + struct.pack(
            ">ihii", self.port, -1, NODE, 0)
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.listener, selectors.EVENT_READ)
        threading.Thread(target=self.serve, daemon=True).start()

    def answer(self, frame: bytes) -> bytes:
        key, _, correlation, client = struct.unpack_from(">hhih", frame)
        body = frame[10 + max(client, 0):]
        if key == wire.API_VERSIONS:
            told = struct.pack(">hihhhhhh", 0, 2, wire.PRODUCE, 0, 3, wire.METADATA, 0, 1)
        elif key == wire.METADATA:
            told = self.large if body == struct.pack(">i", -1) else self.small
        else:
            told = struct.pack(">i", 1) + string("t") + struct.pack(">iihqqi", 1, 0, 0, 0, -1, 0)
        return struct.pack(">ii", len(told) + 4, correlation) + told

    def serve(self) -> None:
        while True:
            for key, events in self.selector.select():
                if key.fileobj is self.listener:
                    self.accept()
                else:
                    self.move(key.fileobj, key.data, events)

    def accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except BlockingIOError:
                return
            client.setblocking(False)
            self.selector.register(client, selectors.EVENT_READ, {"in": bytearray(), "out": bytearray()})

    def move(self, client, held, events) -> None:
        try:
            if events & selectors.EVENT_READ:
                part = client.recv(1 << 16)
                if not part:
                    raise ConnectionError
                held["in"] += part
                while len(held["in"]) >= 4 and len(held["in"]) >= 4 + struct.unpack_from(">i", held["in"])[0]:
                    size = 4 + struct.unpack_from(">i", held["in"])[0]
                    held["out"] += self.answer(bytes(held["in"][4:size]))
                    del held["in"][:size]
            if held["out"]:
                del held["out"][:client.send(held["out"])]
        except BlockingIOError:
            pass
        except OSError:
            self.selector.unregister(client)
            client.close()
            return
        # Like a broker, it reads no more from who does not take its answers.
        self.selector.modify(client, selectors.EVENT_WRITE if held["out"] else selectors.EVENT_READ, held)


def request(key: int, version: int, body: bytes) -> bytes:
    frame = struct.pack(">hhih", key, version, 1, 1) + b"c" + body
    return struct.pack(">i", len(frame)) + frame


def resident_bytes(pid: int) -> int:
    return int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()


def produce_ms(gateway) -> float:
    """The worst of 20 produce requests, one after the other, of a client that came last."""
    worst = 0.0
    with wire.Connection(gateway.host, gateway.port) as client:
        for _ in range(20):
            began = time.monotonic()
            answer, = client.produce({"t": {0: batch.batch([b"x" * 100])}}, 3)
            assert answer.error == 0
            worst = max(worst, (time.monotonic() - began) * 1e3)
    return worst


def connect(gateway, count: int, sent: bytes) -> list:
    clients = []
    for _ in range(count):
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect((gateway.host, gateway.port))
        client.sendall(sent)
        clients.append(client)
    return clients


def measure(name: str, gateway, before: int, clients: list) -> dict:
    end = time.monotonic() + 120
    while (open_now := gateway.metric("^assay_connections$")) < len(clients) and time.monotonic() < end:
        time.sleep(0.5)
    if open_now != len(clients):
        sys.exit(f"{open_now} of {len(clients)} connections are open; the log ends:\n{gateway.log_text()[-2000:]}")
    worst = produce_ms(gateway)
    held = resident_bytes(gateway.process.pid)
    row = {"name": name, "connections": len(clients), "resident_mb": round(held / 1e6, 1),
           "bytes_per_connection": round((held - before) / len(clients)), "produce_worst_ms": round(worst, 2)}
    print(f"{name:15} {row['connections']:6} connections  {row['resident_mb']:8.1f} MB resident  "
          f"{row['bytes_per_connection']:8} B each  another client's produce: {worst:.1f} ms at worst", flush=True)
    return row


def calm(gateway) -> None:
    """Until the kernel's buffers are full and nothing moves any more."""
    before = -1.0
    while (now := gateway.metric("^assay_bytes_total")) != before:
        before = now
        time.sleep(2)


def leave(gateway, clients: list) -> None:
    for client in clients:
        client.close()
    end = time.monotonic() + 30
    while gateway.metric("^assay_connections$") > 0:
        assert time.monotonic() < end, "connections stay behind"
        time.sleep(0.1)


def run(count: int) -> list:
    broker = PlayedBroker()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        gateway = Gateway(pathlib.Path(folder), upstream=f"127.0.0.1:{broker.port}", registry=None).start()
        try:
            start = resident_bytes(gateway.process.pid)
            clients = connect(gateway, count, request(wire.API_VERSIONS, 0, b""))
            for client in clients:
                client.recv(1 << 16)
            time.sleep(1)
            rows.append(measure("idle", gateway, start, clients))
            leave(gateway, clients)

            clients = connect(gateway, count, request(wire.METADATA, 1, struct.pack(">i", -1)) * 12)
            calm(gateway)
            rows.append(measure("slow readers", gateway, start, clients))
            leave(gateway, clients)

            whole = request(wire.PRODUCE, 3, struct.pack(">hhii", -1, 1, 1000, 1) + bytes(60_000))
            clients = connect(gateway, count, whole[:30_000])
            for client in clients:
                client.sendall(whole[30_000:30_001])
            time.sleep(2)
            rows.append(measure("slow senders", gateway, start, clients))
            leave(gateway, clients)
            print(f"{'afterwards':15} {0:6} connections  {resident_bytes(gateway.process.pid) / 1e6:8.1f} MB resident")
        finally:
            gateway.process.send_signal(signal.SIGTERM)
            assert gateway.process.wait(30) == 0
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--connections", type=int, default=5_000)
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    rows = run(options.connections)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2) + "\n")


if __name__ == "__main__":
    main()
