"""What the drivers of the Python clients share: the command line, the rounds on standard input, a line per event.

The other languages' drivers speak the same; tests/clients/README.md says it once.
"""

import argparse
import json
import sys
import time

PRODUCES = ("produce", "idempotent", "transactional")
LINGER_MS = 150  # records of one round share a batch
DELIVERY_MS = 15_000
READ_S = 25
PARTITIONS = (0, 1)


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--topic", required=True, help="a prefix: the topic of a codec is TOPIC.CODEC")
    parser.add_argument("--mode", required=True)
    parser.add_argument("--codec", required=True, help="several: none,gzip")
    parser.add_argument("--group", default="")
    parser.add_argument("--count", type=int, default=0, help="consume: how many records to wait for")
    parser.add_argument("--fresh", action="store_true", help="a new producer after a round with a failure")
    parser.add_argument("--again", action="store_true", help="once more, a round that failed and was not refused")
    parser.add_argument("--single", action="store_true", help="a batch for each record, where the client can")
    found = parser.parse_args()
    found.codecs = found.codec.split(",")
    found.topics = [f"{found.topic}.{codec}" for codec in found.codecs]
    found.rounds = json.load(sys.stdin) if found.mode in PRODUCES else []
    return found


REFUSED = 87  # INVALID_RECORD


def tell(event, **values):
    print(json.dumps({"event": event, **values}), flush=True)


def acked(codec, round_, index, offset):
    tell("record", codec=codec, round=round_, index=index, acked=True, offset=offset)


def failed(codec, round_, index, error, code, message):
    tell("record", codec=codec, round=round_, index=index, acked=False, error=error, code=code, message=message)


class Reading:
    """Counts what was read, and ends at the count or at the deadline."""

    def __init__(self, count):
        self.left = count
        self.end = time.monotonic() + READ_S

    def going_on(self):
        return self.left > 0 and time.monotonic() < self.end

    def read(self, topic, partition, offset, value):
        self.left -= 1
        tell("read", topic=topic, partition=partition, offset=offset, value=value.decode())
