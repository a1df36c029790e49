"""What clients are told, byte for byte: a relay in front of a gateway that advertises the tap's address."""

import contextlib
import socket
import struct
import threading


class Tap:
    """Listens on `host` at each of `ports`, and passes everything on to the same port of `to`. Usable as a context
    manager; `received` is what went to clients, on all connections, unless a subclass's `recorder` does other things
    with it."""

    def __init__(self, host: str, ports, to: str):
        self.host = host
        self.to = to
        self.received = bytearray()
        self.lock = threading.Lock()
        self.listeners = [socket.create_server((host, port)) for port in ports]
        for listener in self.listeners:
            threading.Thread(target=self.accept, args=(listener,), daemon=True).start()

    def accept(self, listener) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection((self.to, listener.getsockname()[1]))
            except OSError:
                client.close()
                continue
            threading.Thread(target=self.relay, args=(client, server, None), daemon=True).start()
            threading.Thread(target=self.relay, args=(server, client, self.recorder()), daemon=True).start()

    def recorder(self):
        """What each part that goes to a client is given to before it goes there; one for each connection."""
        def record(part: bytes) -> None:
            with self.lock:
                self.received += part
        return record

    def relay(self, source, target, record) -> None:
        with contextlib.suppress(OSError):
            while part := source.recv(1 << 16):
                if record is not None:
                    record(part)
                target.sendall(part)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> "Tap":
        return self

    def __exit__(self, *_) -> None:
        for listener in self.listeners:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()


def assert_no_marker(received: bytes, brokers) -> None:
    """No client may see a host name that only the upstream cluster uses, or host and port as messages write them."""
    assert received, "nothing was recorded"
    for broker in brokers:
        assert broker.host.encode() not in received, f"a client was told of {broker.host}"
        assert struct.pack(">i", broker.port) not in received, f"a client was told of port {broker.port}"
