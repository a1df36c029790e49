"""What a producer sent and what it was told of it, record by record; and what must be true of that in the end."""

import json
import random
import threading

UNTOLD, STORED, REFUSED, BATCH_MATE, FAILED = range(5)
OUTCOMES = ["untold", "stored", "refused", "refused with its batch", "failed"]
RULES = {"soak.json": {"topics": ["judged.*"], "owner": "soak", "rules": [
    {"name": "age-positive", "field": "person.age", "check": {"required": True, "exclusiveMinimum": 0, "maximum": 150}},
    {"name": "email-has-at", "field": "person.email", "check": {"required": True, "contains": "@"}}]}}


def conforms(value: bytes) -> bool:
    """RULES, told apart without Assay."""
    try:
        person = json.loads(value)["person"]
        return 0 < person["age"] <= 150 and "@" in person["email"]
    except (ValueError, KeyError):
        return False


class Ledger:
    """One producer's records: key "name:number". Thread-safe where told."""

    def __init__(self, name: str, seed: int, idempotent: bool, bad_share: float):
        self.name = name
        self.idempotent = idempotent
        self.random = random.Random(f"{seed}:{name}")
        self.bad_share = bad_share
        self.rebatches = name.startswith("librdkafka")
        self.doubled = 0
        self.bad = bytearray()
        self.outcomes = bytearray()
        self.reject_ids = {}  # number -> the id that the producer was told
        self.errors = {}  # text -> how often
        self.lock = threading.Lock()

    def next(self, may_be_bad: bool) -> tuple:
        """A new (key, value). Pads are of several lengths, and not all of them compress."""
        number = len(self.outcomes)
        age, email = self.random.randint(1, 150), "ann@example.com"
        bad = may_be_bad and self.random.random() < self.bad_share
        breaks = self.random.choice(["age", "email", "missing", "malformed"]) if bad else None
        if breaks == "age":
            age = self.random.choice([0, -1, 151])
        elif breaks == "email":
            email = "nobody"
        person = {"age": age} if breaks == "missing" else {"age": age, "email": email}
        size = self.random.choice([0, 40, 400, 3000])
        pad = self.random.randbytes(size // 4).hex() + "z" * (size // 2)
        value = json.dumps({"person": person, "from": self.name, "number": number, "pad": pad}).encode()
        with self.lock:
            self.bad.append(bad)
            self.outcomes.append(UNTOLD)
        return f"{self.name}:{number}".encode(), value[:-1] if breaks == "malformed" else value

    @staticmethod
    def number_of(key) -> int:
        return int((key.decode() if isinstance(key, bytes) else key).rpartition(":")[2])

    def is_bad(self, key) -> bool:
        return bool(self.bad[self.number_of(key)])

    def told(self, key, outcome: int, reject_id=None, error=None) -> None:
        """Thread-safe."""
        number = self.number_of(key)
        with self.lock:
            self.outcomes[number] = outcome
            if reject_id:
                self.reject_ids[number] = reject_id
            if error:
                self.errors[error] = self.errors.get(error, 0) + 1

    def count(self, outcome: int, since: int = 0) -> int:
        with self.lock:
            return self.outcomes.count(outcome, since)

    def summary(self) -> str:
        told = ", ".join(f"{self.count(i)} {name}" for i, name in enumerate(OUTCOMES) if self.count(i))
        told += f", {self.doubled} doubled" if self.doubled else ""
        errors = "; ".join(f"{text} ({count})" for text, count in sorted(self.errors.items(), key=lambda e: -e[1])[:3])
        return f"{self.name}: {len(self.outcomes)} sent: {told}" + (f"; {errors}" if errors else "")

    # --- in the end ---------------------------------------------------------------------------------------------

    def problems(self, stored: dict, kept: set, by_id: dict):
        """`stored`: {partition: keys in the log's order}; `kept`: the keys of all rejects; `by_id`: {id: key} of those that
        this producer was told."""
        where = {}
        for partition, keys in stored.items():
            for at, key in enumerate(keys):
                name, _, number = key.rpartition(":")
                if name == self.name:
                    where.setdefault(int(number), []).append((partition, at))
        for number, outcome in enumerate(self.outcomes):
            key = f"{self.name}:{number}"
            if outcome == UNTOLD:
                yield f"{key}: the producer was never told what became of it"
            if outcome == STORED and number not in where:
                yield f"{key}: acknowledged, and lost"
            if outcome == STORED and self.bad[number]:
                yield f"{key}: breaks a rule, and was acknowledged"
            # A good record that was stored, and whose answer was lost, may be sent again in another batch, by librdkafka.
            if outcome == BATCH_MATE and number in where and not self.rebatches:
                yield f"{key}: refused, and stored all the same"
            if outcome == REFUSED and not self.bad[number]:
                yield f"{key}: refused, and breaks no rule"
            if outcome == REFUSED and key not in kept:
                yield f"{key}: refused, and not in the store"
            if outcome == BATCH_MATE and self.bad[number]:
                yield f"{key}: breaks a rule, and its producer was told that others do"
        for number, reject in self.reject_ids.items():
            if by_id[reject] != f"{self.name}:{number}":
                yield f"{self.name}:{number}: its producer was told of reject {reject}, which the store has as {by_id[reject]}"
        self.doubled = sum(len(places) > 1 for places in where.values())
        if self.idempotent:
            yield from self.order_problems(where)

    def order_problems(self, where: dict):
        """An idempotent producer's records are neither overtaken nor doubled. But a record whose answer was lost is sent
        again under a new epoch when another one was refused meanwhile: clients do so with any broker, and no broker can
        tell. So only a producer that no record was refused of is held to the latter."""
        last = {}
        for number in sorted(where):
            if len(where[number]) > 1 and not self.bad_share:
                yield f"{self.name}:{number}: stored {len(where[number])} times by an idempotent producer"
            partition, at = where[number][0]
            if last.get(partition, (-1,))[0] > at:
                yield f"{self.name}:{number}: stored before {self.name}:{last[partition][1]}, by an idempotent producer"
            last[partition] = (at, number)
