"""The clients: how each is run, which modes and codecs it has, and what its makers say to set.

A mode or a codec stands here when the client has it; that it works through the gateway is what the tests find out.
"""

import dataclasses
import pathlib

import parts

HERE = pathlib.Path(__file__).resolve().parent
CODECS = ("none", "gzip", "snappy", "lz4", "zstd")
PRODUCES = ("produce", "idempotent", "transactional")
READS = ("consume", "group", "group-new", "share")


@dataclasses.dataclass(frozen=True)
class Client:
    name: str
    language: str
    command: callable  # () -> the driver's command line; fetches and builds what it needs
    modes: tuple
    to_set: str  # docs/clients.md: what to set, and why
    codecs: tuple = CODECS
    # Modes in which a refusal ends the producer, so that the application has to make a new one.
    fresh: tuple = ()
    # Modes in which what follows a refusal fails once as well, and goes through when it is sent again.
    again: tuple = ()
    # One call sends to several partitions and has one outcome: when it fails, some of them may have been stored.
    whole_calls: bool = False
    # Modes in which Assay refuses a request as a whole: nothing of a call that fails is stored.
    whole_requests: tuple = ()


CLIENTS = (
    Client("java", "Java", lambda: parts.java(),
           ("produce", "idempotent", "transactional", "consume", "group", "group-new", "share"),
           "`batch.size` and `linger.ms`: a batch is refused whole, so small batches cost fewer good records. Retries need "
           "no change."),
    Client("confluent-kafka-python", "Python", lambda: parts.python("confluent.py"),
           ("produce", "idempotent", "transactional", "consume", "group", "group-new", "share"),
           "`linger.ms` and `batch.num.messages`: a batch is refused whole, so small batches cost fewer good records. "
           "Leave `enable.gapless.guarantee` off: with it the first refusal is fatal. After a refused transaction expect "
           "that the next one is aborted too (a sequence gap of its own making), and send it again.",
           again=("transactional",)),
    Client("kafka-python", "Python", lambda: parts.python("kafka_python.py"),
           ("produce", "idempotent", "transactional", "consume", "group"),
           "`enable_idempotence=False` (it is on by default since 3.0): with it the first refusal is fatal to the "
           "producer. Or mark instead of reject. Otherwise make a new producer after an error.",
           fresh=("idempotent", "transactional")),
    Client("aiokafka", "Python", lambda: parts.python("aio.py"),
           ("produce", "idempotent", "transactional", "consume", "group"),
           "Leave `enable_idempotence` off, as it is by default: it never takes back the sequence numbers of a refused "
           "batch. Otherwise make a new producer after an error.",
           fresh=("idempotent", "transactional")),
    Client("franz-go", "Go", lambda: parts.go("franz-go"),
           ("produce", "idempotent", "transactional", "consume", "group", "group-new", "share"),
           "A refusal fails every record that the client holds for the partition, not the batch only: wait for a batch "
           "before the next is produced where that matters, or keep `MaxBufferedRecords` small."),
    Client("sarama", "Go", lambda: parts.go("sarama"),
           ("produce", "idempotent", "transactional", "consume", "group"),
           "`Producer.Flush.MaxMessages` and `.Frequency`: a batch is refused whole. Read `Errors()`, or the producer "
           "stands still."),
    Client("kafka-go", "Go", lambda: parts.go("kafka-go"), ("produce", "consume", "group"),
           "`BatchSize` and `BatchTimeout`: a batch is refused whole. `WriteMessages` returns a `WriteErrors` with one "
           "entry for each message."),
    Client("kafkajs", "Node", lambda: parts.node("kafkajs.mjs"), ("produce", "idempotent", "transactional", "group"),
           "One topic and partition for each `send`: without idempotence a call that fails does not say which of its "
           "partitions were stored; with it all of them are refused. The codecs other than gzip are plug-ins.",
           whole_calls=True, whole_requests=("idempotent", "transactional")),
    Client("@platformatic/kafka", "Node", lambda: parts.node("platformatic.mjs"),
           ("produce", "idempotent", "transactional", "group", "group-new"),
           "One topic and partition for each `send`, or look for what was stored in the error's `response`: the call "
           "fails whole. After a refused transaction make a new producer (the old one goes on with a sequence number too "
           "high), and begin with `producerId: -1n, producerEpoch: -1`: by itself it says 0, and is fenced.",
           fresh=("transactional",), whole_calls=True),
)
