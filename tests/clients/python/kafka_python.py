"""kafka-python."""

import kafka
from kafka.errors import KafkaError

import drive


def producer(args, codec):
    config = {"enable_idempotence": args.mode != "produce"}
    if args.single:
        config["batch_size"] = 1
    if args.mode == "transactional":
        config["transactional_id"] = f"{args.group}-{codec}"
    made = kafka.KafkaProducer(bootstrap_servers=args.bootstrap, compression_type=None if codec == "none" else codec,
                               linger_ms=0 if args.single else drive.LINGER_MS, request_timeout_ms=10_000,
                               delivery_timeout_ms=drive.DELIVERY_MS, max_block_ms=drive.DELIVERY_MS, **config)
    if args.mode == "transactional":
        made.init_transactions()
    return made


def send(made, codec, topic, number, records):
    good = True

    def report(index, error):
        drive.failed(codec, number, index, type(error).__name__, getattr(error, "errno", None), str(error))
    sent = []
    for index, record in enumerate(records):
        try:
            sent.append((index, made.send(topic, record["value"].encode(), partition=record["partition"])))
        except KafkaError as error:
            good = False
            report(index, error)
    for index, future in sent:
        try:
            drive.acked(codec, number, index, future.get(drive.DELIVERY_MS / 500).offset)
        except KafkaError as error:
            good = False
            report(index, error)
    return good


def transact(made, codec, topic, number, records):
    error = None
    try:
        made.begin_transaction()
        good = send(made, codec, topic, number, records)
        if good:
            made.commit_transaction()
        else:
            made.abort_transaction()
    except (KafkaError, AssertionError) as problem:
        good, error = False, f"{type(problem).__name__}: {problem}"
    drive.tell("transaction", codec=codec, round=number, committed=good, error=error)
    return good


def produce(args):
    for codec, topic in zip(args.codecs, args.topics):
        made = producer(args, codec)
        for number, records in enumerate(args.rounds):
            good = (transact if args.mode == "transactional" else send)(made, codec, topic, number, records)
            if args.fresh and not good:
                made.close(1)
                made = producer(args, codec)
        made.close(1)


def consume(args):
    grouped = args.mode == "group"
    consumer = kafka.KafkaConsumer(bootstrap_servers=args.bootstrap, group_id=args.group if grouped else None,
                                   auto_offset_reset="earliest", enable_auto_commit=False)
    if grouped:
        consumer.subscribe(args.topics)
    else:
        consumer.assign([kafka.TopicPartition(topic, p) for topic in args.topics for p in drive.PARTITIONS])
    reading = drive.Reading(args.count)
    while reading.going_on():
        for messages in consumer.poll(timeout_ms=200).values():
            for m in messages:
                reading.read(m.topic, m.partition, m.offset, m.value)
    if grouped:
        consumer.commit()
    consumer.close()


def main():
    args = drive.arguments()
    drive.tell("client", name="kafka-python", version=kafka.__version__)
    (produce if args.mode in drive.PRODUCES else consume)(args)
    drive.tell("end")


if __name__ == "__main__":
    main()
