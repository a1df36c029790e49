"""What is looked at all the time: each byte that clients are sent, and the gateway's memory."""

import pathlib
import re
import statistics
import threading
import time

from rig.tap import Tap

MIB = 1 << 20


class Marker(Tap):
    """A relay that remembers no byte, but finds `marker` wherever it is sent, cut by reads or not."""

    def __init__(self, host: str, ports, to: str, marker: bytes):
        super().__init__(host, ports, to)
        self.marker = marker
        self.bytes = 0
        self.found = []

    def recorder(self):
        tail = b""

        def look(part: bytes) -> None:
            nonlocal tail
            text = tail + part
            if (at := text.find(self.marker)) >= 0:
                self.found.append(text[max(0, at - 40):at + 40])
            tail = text[-(len(self.marker) - 1):]
            self.bytes += len(part)  # of several threads at once: about right is enough
        return look


class Memory(threading.Thread):
    """Resident memory of each of the gateway's lives, once a second."""

    PEAK_MAX = 128 * MIB
    # Between the first quarter and the last of the last life, which is the longest, without its first ten seconds.
    GROWTH_MAX = 16 * MIB
    WARM_UP = 10

    def __init__(self, gateway):
        super().__init__(daemon=True)
        self.gateway = gateway
        self.lives = {}  # process id -> samples
        self.ending = threading.Event()

    def run(self) -> None:
        while not self.ending.wait(1):
            pid = self.gateway.process.pid
            try:
                status = pathlib.Path(f"/proc/{pid}/status").read_text()
                self.lives.setdefault(pid, []).append(int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) << 10)
            except (OSError, TypeError):
                continue  # it has just ended

    def stop(self) -> None:
        self.ending.set()
        self.join()

    @property
    def peak(self) -> int:
        return max(max(samples) for samples in self.lives.values())

    @property
    def last_life(self) -> list:
        return list(self.lives.values())[-1][self.WARM_UP:]

    @property
    def growth(self) -> float:
        quarter = len(self.last_life) // 4
        return statistics.median(self.last_life[-quarter:]) - statistics.median(self.last_life[:quarter])

    def problems(self):
        if len(self.last_life) < 20:
            yield f"memory: the gateway's last life has {len(self.last_life)} samples, which says nothing"
            return
        if self.peak > self.PEAK_MAX:
            yield f"memory: {self.peak / MIB:.0f} MiB at most; {self.PEAK_MAX / MIB:.0f} are allowed"
        if self.growth > self.GROWTH_MAX:
            yield f"memory: grew by {self.growth / MIB:.1f} MiB; {self.GROWTH_MAX / MIB:.0f} are allowed"

    def summary(self) -> str:
        return (f"memory: {len(self.lives)} lives, at most {self.peak / MIB:.0f} MiB; the last one, {len(self.last_life)} s: "
                f"median {statistics.median(self.last_life) / MIB:.0f} MiB, grew by {self.growth / MIB:+.1f} MiB")


class Clock:
    """Tells what happens, and when."""

    def __init__(self):
        self.began = time.monotonic()

    def say(self, text: str) -> None:
        print(f"{time.monotonic() - self.began:7.1f} s  {text}", flush=True)
