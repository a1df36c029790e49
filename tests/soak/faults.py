"""Restarts, at random from a seed: of a broker, of the gateway, of both at once; in order or by kill -9."""

import random
import threading

from rig import wire
from rig.gateway import eventually


class Faults(threading.Thread):
    """One after the other. A broker that was down is followed by another fault of a broker only when all replicas are
    in sync again: with two of three away no partition takes records, which says nothing of the gateway."""

    KINDS = {"gateway ends in order": 3, "gateway is killed": 3, "broker ends in order": 2, "broker is killed": 2,
             "broker is killed, gateway restarts meanwhile": 1}

    def __init__(self, seed, cluster, gateway, topic, clock, pauses_s):
        super().__init__(daemon=True)
        self.random = random.Random(f"{seed}:faults")
        self.cluster = cluster
        self.gateway = gateway
        self.topic = topic
        self.clock = clock
        self.pauses_s = pauses_s
        self.spare_gateway = threading.Event()
        self.ending = threading.Event()
        self.counts = dict.fromkeys(self.KINDS, 0)
        self.problems = []

    def run(self) -> None:
        while not self.ending.wait(self.random.uniform(*self.pauses_s)):
            kinds = [k for k in self.KINDS if not (self.spare_gateway.is_set() and "gateway" in k)]
            kind = self.random.choices(kinds, [self.KINDS[k] for k in kinds])[0]
            try:
                self.happen(kind)
            except Exception as problem:  # told in the report
                self.problems.append(f"{kind}: {type(problem).__name__}: {problem}")
                return

    def happen(self, kind: str) -> None:
        self.counts[kind] += 1
        if kind.startswith("gateway"):
            self.clock.say(kind)
            self.restart_gateway("killed" in kind)
            return
        self.heal()
        broker = self.random.choice(list(self.cluster.brokers.values()))
        self.clock.say(f"{kind} (node {broker.node_id})")
        if "killed" in kind:
            broker.kill()
        else:
            broker.process.terminate()
            broker.process.wait(60)
        if "gateway" in kind:
            self.restart_gateway(self.random.random() < 0.5)
        self.ending.wait(self.random.uniform(0.5, 5))
        broker.start()

    def restart_gateway(self, kill: bool) -> None:
        self.gateway.kill() if kill else self.gateway.stop()
        self.ending.wait(self.random.uniform(0, 3))
        self.gateway.restart()

    def heal(self) -> None:
        eventually("all replicas are in sync", self.in_sync, 60)

    def in_sync(self) -> bool:
        nodes = set(self.cluster.brokers)
        for broker in self.cluster.brokers.values():
            try:
                with wire.Connection(broker.host, broker.port) as connection:
                    topics = connection.metadata([self.topic], 8)["topics"]
            except (OSError, EOFError):
                return False
            if not all(p["leader"] in nodes and set(p["in_sync"]) == nodes for p in topics[0]["partitions"]):
                return False
        return True

    def stop(self) -> None:
        self.ending.set()
        self.join()

    def summary(self) -> str:
        return "faults: " + ", ".join(f"{count} x {kind}" for kind, count in self.counts.items())
