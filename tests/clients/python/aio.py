"""aiokafka."""

import asyncio

import aiokafka
from aiokafka.errors import KafkaError

import drive


async def producer(args, codec):
    config = {"enable_idempotence": args.mode != "produce"}
    if args.single:
        config["max_batch_size"] = 1
    if args.mode == "transactional":
        config["transactional_id"] = f"{args.group}-{codec}"
    made = aiokafka.AIOKafkaProducer(bootstrap_servers=args.bootstrap,
                                     compression_type=None if codec == "none" else codec,
                                     linger_ms=0 if args.single else drive.LINGER_MS,
                                     request_timeout_ms=drive.DELIVERY_MS, **config)
    await made.start()
    return made


async def send(made, codec, topic, number, records):
    good = True
    sent = []
    for index, record in enumerate(records):
        try:
            sent.append((index, await made.send(topic, record["value"].encode(), partition=record["partition"])))
        except KafkaError as error:
            good = False
            drive.failed(codec, number, index, type(error).__name__, getattr(error, "errno", None), str(error))
    for index, future in sent:
        try:
            drive.acked(codec, number, index, (await future).offset)
        except KafkaError as error:
            good = False
            drive.failed(codec, number, index, type(error).__name__, getattr(error, "errno", None), str(error))
    return good


async def transact(made, codec, topic, number, records):
    error = None
    try:
        await made.begin_transaction()
        good = await send(made, codec, topic, number, records)
        if good:
            await made.commit_transaction()
        else:
            await made.abort_transaction()
    except (KafkaError, AssertionError) as problem:
        good, error = False, f"{type(problem).__name__}: {problem}"
    drive.tell("transaction", codec=codec, round=number, committed=good, error=error)
    return good


async def close(made):
    try:
        await made.stop()
    except KafkaError:  # a producer that has failed says so once more
        pass


async def produce(args):
    for codec, topic in zip(args.codecs, args.topics):
        made = await producer(args, codec)
        for number, records in enumerate(args.rounds):
            good = await (transact if args.mode == "transactional" else send)(made, codec, topic, number, records)
            if args.fresh and not good:
                await close(made)
                made = await producer(args, codec)
        await close(made)


async def consume(args):
    grouped = args.mode == "group"
    consumer = aiokafka.AIOKafkaConsumer(bootstrap_servers=args.bootstrap, group_id=args.group if grouped else None,
                                         auto_offset_reset="earliest", enable_auto_commit=False)
    await consumer.start()
    if grouped:
        consumer.subscribe(args.topics)
    else:
        consumer.assign([aiokafka.TopicPartition(topic, p) for topic in args.topics for p in drive.PARTITIONS])
    reading = drive.Reading(args.count)
    while reading.going_on():
        for messages in (await consumer.getmany(timeout_ms=200)).values():
            for m in messages:
                reading.read(m.topic, m.partition, m.offset, m.value)
    if grouped:
        await consumer.commit()
    await consumer.stop()


def main():
    args = drive.arguments()
    drive.tell("client", name="aiokafka", version=aiokafka.__version__)
    asyncio.run((produce if args.mode in drive.PRODUCES else consume)(args))
    drive.tell("end")


if __name__ == "__main__":
    main()
