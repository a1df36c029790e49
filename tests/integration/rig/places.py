"""Where things lie, and free ports."""

import contextlib
import os
import pathlib
import random
import socket

ROOT = pathlib.Path(__file__).resolve().parents[3]
BUILD = ROOT / "build"
ASSAY = pathlib.Path(os.environ.get("ASSAY_BINARY", BUILD / "release" / "assay"))
KAFKA_VERSION = os.environ.get("ASSAY_KAFKA_VERSION", "4.3.1")


def free_ports(count: int, host: str = "127.0.0.1") -> int:
    """The first of `count` consecutive ports that nothing listens on.

    They lie below the range from which the kernel takes ports for outgoing connections, so that none is taken by a
    client between now and their use.
    """
    for _ in range(200):
        first = random.randrange(12_000, 30_000)
        with contextlib.ExitStack() as held:
            try:
                for port in range(first, first + count):
                    taken = held.enter_context(socket.socket())
                    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    taken.bind((host, port))
            except OSError:
                continue
            return first
    raise RuntimeError(f"no {count} free consecutive ports on {host}")
