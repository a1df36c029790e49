"""librdkafka, by confluent-kafka-python."""

import confluent_kafka
from confluent_kafka import KafkaException, TopicPartition

import drive

SECONDS = drive.DELIVERY_MS / 1000


def producer(args, codec):
    config = {"bootstrap.servers": args.bootstrap, "compression.type": codec, "linger.ms": drive.LINGER_MS,
              "message.timeout.ms": drive.DELIVERY_MS, "enable.idempotence": args.mode != "produce"}
    if args.single:
        config.update({"linger.ms": 0, "batch.num.messages": 1})
    if args.mode == "transactional":
        config["transactional.id"] = f"{args.group}-{codec}"
    made = confluent_kafka.Producer(config)
    if args.mode == "transactional":
        made.init_transactions(SECONDS)
    return made


def send(made, codec, topic, number, records):
    good, refused = [True], [False]

    def told(index):
        def report(error, message):
            if error is None:
                drive.acked(codec, number, index, message.offset())
            else:
                good[0] = False
                refused[0] |= error.code() == drive.REFUSED
                drive.failed(codec, number, index, error.name(), error.code(), error.str())
        return report
    for index, record in enumerate(records):
        try:
            made.produce(topic, record["value"].encode(), partition=record["partition"], on_delivery=told(index))
        except KafkaException as problem:
            told(index)(problem.args[0], None)
    made.flush(SECONDS * 2)
    return good[0], refused[0]


def transact(made, codec, topic, number, records):
    error = None
    try:
        made.begin_transaction()
        good, refused = send(made, codec, topic, number, records)
        if good:
            made.commit_transaction(SECONDS)
        else:
            made.abort_transaction(SECONDS)
    except KafkaException as problem:
        good, refused, error = False, False, problem.args[0].str()
    drive.tell("transaction", codec=codec, round=number, committed=good, error=error)
    return good, refused


def produce(args):
    for codec, topic in zip(args.codecs, args.topics):
        made = producer(args, codec)
        for number, records in enumerate(args.rounds):
            one = transact if args.mode == "transactional" else send
            good, refused = one(made, codec, topic, number, records)
            if args.again and not good and not refused:
                one(made, codec, topic, number, records)


def consume(args):
    config = {"bootstrap.servers": args.bootstrap, "group.id": args.group or "none", "auto.offset.reset": "earliest",
              "enable.auto.commit": False}
    if args.mode == "group-new":
        config["group.protocol"] = "consumer"
    consumer = confluent_kafka.Consumer(config)
    if args.mode == "consume":
        consumer.assign([TopicPartition(topic, p, 0) for topic in args.topics for p in drive.PARTITIONS])
    else:
        consumer.subscribe(args.topics)
    reading = drive.Reading(args.count)
    while reading.going_on():
        message = consumer.poll(0.2)
        if message is not None and message.error() is None:
            reading.read(message.topic(), message.partition(), message.offset(), message.value())
    if args.mode != "consume":
        consumer.commit(asynchronous=False)
    consumer.close()


def share(args):
    consumer = confluent_kafka.ShareConsumer({"bootstrap.servers": args.bootstrap, "group.id": args.group})
    consumer.subscribe(args.topics)
    reading = drive.Reading(args.count)
    while reading.going_on():
        for message in consumer.poll(0.5):
            if message.error() is None:
                reading.read(message.topic(), message.partition(), message.offset(), message.value())
    consumer.commit_sync(SECONDS)
    consumer.close()


def main():
    args = drive.arguments()
    drive.tell("client", name="confluent-kafka-python", version=confluent_kafka.__version__,
               library=f"librdkafka {confluent_kafka.libversion()[0]}")
    {"share": share}.get(args.mode, produce if args.mode in drive.PRODUCES else consume)(args)
    drive.tell("end")


if __name__ == "__main__":
    main()
