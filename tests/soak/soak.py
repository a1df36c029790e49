"""Mixed real clients through the gateway while brokers and gateway are restarted at random. By hand: scripts/soak.

Three brokers; twelve producers of librdkafka and three of Java, idempotent and plain, with each codec, and one that sends
each version of Produce; bad records among good ones; consumer groups. In the end:
  - what was acknowledged is stored; by idempotent producers in order, and once (see Ledger.order_problems)
  - no violating record is stored, no conforming record was refused on its own account
  - each refusal that a producer was told of is in the store, under the id that it was told
  - consumers have read through the gateway all that is stored
  - no byte sent to a client names a broker's host
  - the gateway's memory is flat: see watch.Memory
"""

import argparse
import pathlib
import random
import shutil
import signal
import sys
import time
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "integration"))

import consumers  # noqa: E402
import ledger  # noqa: E402
import producers  # noqa: E402
from faults import Faults  # noqa: E402
from rig import wire  # noqa: E402
from rig.broker import KafkaCluster  # noqa: E402
from rig.gateway import Gateway  # noqa: E402
from rig.places import BUILD  # noqa: E402
from watch import Clock, Marker, Memory  # noqa: E402

# As in the integration tests: two bytes shorter than the brokers' names, as Fetch answers keep their length.
TAP_HOST = "127.8.0.1"
MARKER = b"127.77.0."
PARTITIONS = 6
# The gateway is spared at the end, so that its memory is seen over one long life.
SPARED_SHARE = 0.45


def options():
    parser = argparse.ArgumentParser(prog="scripts/soak", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32), help="repeats a run's faults and records")
    parser.add_argument("--bursts", type=float, default=2.0, help="of up to 12 records, per producer and second [2]")
    return parser.parse_args()


class Soak:
    def __init__(self, chosen, folder, cluster, gateway, tap):
        self.chosen, self.folder, self.cluster, self.gateway, self.tap = chosen, folder, cluster, gateway, tap
        self.clock = Clock()
        self.topic = f"judged.{uuid.uuid4().hex[:8]}"
        self.bootstrap = f"{TAP_HOST}:{gateway.port}"
        self.problems, self.followers, self.producers = [], [], []

    def make_topic(self) -> None:
        broker = next(iter(self.cluster.brokers.values()))
        with wire.Connection(broker.host, broker.port) as connection:
            connection.create_topic(self.topic, PARTITIONS, {"min.insync.replicas": "2"}, replicas=3)

    def run(self) -> None:
        self.make_topic()
        self.faults = Faults(self.chosen.seed, self.cluster, self.gateway, self.topic, self.clock,
                             (3, 8) if self.chosen.minutes < 5 else (5, 20))
        self.faults.heal()
        self.memory = Memory(self.gateway)
        self.producers = producers.all_of(self.bootstrap, self.topic, PARTITIONS, self.folder, self.chosen.seed,
                                          self.chosen.bursts)
        self.followers = [consumers.Librdkafka(self.bootstrap, self.topic),
                          *[consumers.Java(self.bootstrap, self.topic, protocol, self.folder)
                            for protocol in ("classic", "consumer")]]
        for thread in (self.memory, *self.followers, *self.producers, self.faults):
            thread.start()
        self.clock.say(f"{len(self.producers)} producers, {len(self.followers)} consumers")
        seconds = self.chosen.minutes * 60
        time.sleep(seconds * (1 - SPARED_SHARE))
        self.faults.spare_gateway.set()
        self.clock.say("the gateway is spared from now on")
        time.sleep(seconds * SPARED_SHARE)
        self.faults.stop()
        self.clock.say("no more faults")
        self.settle()

    def settle(self) -> None:
        """Everybody goes on after the last fault, is told of all that was sent, and has read it."""
        self.problems += self.faults.problems
        self.faults.heal()
        before = [len(p.ledger.outcomes) for p in self.producers]
        end = time.monotonic() + 60
        stuck = self.producers
        while stuck and time.monotonic() < end:
            time.sleep(0.5)
            stuck = [p for p, sent in zip(self.producers, before) if not p.ledger.count(ledger.STORED, sent)]
        self.problems += [f"{p.name}: nothing that it sent after the last fault was stored within 60 s" for p in stuck]
        for producer in self.producers:
            producer.ending.set()
        for producer in self.producers:
            producer.join(200)
        self.memory.stop()
        self.clock.say("producers have ended")

    def compare(self) -> None:
        stored = consumers.read_all(self.cluster.address, self.topic, PARTITIONS)
        self.clock.say(f"{sum(map(len, stored.values()))} records are stored")
        keys = {p: [key for key, _ in records] for p, records in stored.items()}
        all_keys = {key for of_partition in keys.values() for key in of_partition}
        self.problems += [f"{key}: breaks a rule, and is stored" for records in stored.values()
                          for key, value in records if not ledger.conforms(value)]
        sent = sum(len(p.ledger.outcomes) for p in self.producers)
        told = sum(p.ledger.count(ledger.REFUSED) for p in self.producers)
        self.kept = self.index_of_rejects(told)
        by_name = {p.name: p.ledger for p in self.producers}
        for reject, key in self.kept.items():
            if not by_name[key.rpartition(":")[0]].is_bad(key):
                self.problems.append(f"{key}: breaks no rule, and is in the store as {reject}")
        for producer in self.producers:
            told_ids = consumers.by_id(self.gateway, producer.ledger.reject_ids.values(), self.kept)
            self.problems += producer.ledger.problems(keys, set(self.kept.values()), told_ids)
            if producer.broken:
                self.problems.append(f"{producer.name}: {producer.broken}")
        self.read_through(all_keys)
        self.clock.say(f"{sent} sent, {told} refused on their own account, {len(self.kept)} kept")

    def index_of_rejects(self, wanted: int) -> dict:
        """It is filled behind the answers to producers."""
        end = time.monotonic() + 30
        while True:
            kept = consumers.rejects(self.gateway, self.topic)
            if len(kept) >= wanted or time.monotonic() > end:
                return kept
            time.sleep(0.5)

    def read_through(self, all_keys: set) -> None:
        end = time.monotonic() + 90
        while time.monotonic() < end and any(all_keys - follower.keys for follower in self.followers):
            time.sleep(0.5)
        for follower in self.followers:
            if follower.broken:
                self.problems.append(f"{follower.name}: {follower.broken}")
            if missing := all_keys - follower.keys:
                self.problems.append(f"{follower.name}: has not read {len(missing)} of {len(all_keys)} records")
            follower.stop()

    def end_processes(self) -> None:
        """Whatever has happened, no client is left behind."""
        for client in (*self.followers, *self.producers):
            process = getattr(client, "process", None)
            if process and process.poll() is None:
                process.kill()

    def report(self) -> bool:
        self.problems += self.memory.problems()
        self.problems += [f"a client was told of a broker's host: {found!r}" for found in self.tap.found]
        if not self.tap.bytes:
            self.problems.append("no byte was searched for the brokers' hosts")
        for line in (*(p.ledger.summary() for p in self.producers), self.faults.summary(), self.memory.summary(),
                     f"{self.tap.bytes / 1e6:.0f} MB sent to clients were searched for {MARKER.decode()}"):
            print(line)
        for problem in self.problems[:50]:
            print(f"PROBLEM: {problem}")
        print(f"{'FAILED' if self.problems else 'passed'}: {len(self.problems)} problems; seed {self.chosen.seed}")
        return not self.problems


def main() -> None:
    chosen = options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by SIGTERM"))  # brokers are not left behind
    folder = BUILD / "soak" / f"{chosen.seed}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    print(f"seed {chosen.seed}, {chosen.minutes:g} minutes; logs in {folder.relative_to(BUILD.parent)}", flush=True)
    with KafkaCluster(folder / "kafka") as cluster:
        gateway = Gateway(folder / "gateway", upstream=cluster.address, rules=ledger.RULES,
                          policies=["judged.*=schema:optional"], flags=["--advertise", TAP_HOST])
        gateway.start()
        try:
            with Marker(TAP_HOST, range(gateway.port, gateway.port + 8), gateway.host, MARKER) as tap:
                soak = Soak(chosen, folder, cluster, gateway, tap)
                try:
                    soak.run()
                    soak.compare()
                    passed = soak.report()
                finally:
                    soak.end_processes()
        finally:
            gateway.stop()
    if passed:
        shutil.rmtree(folder)
    sys.exit(0 if passed else 1)


if __name__ == "__main__":
    main()
