"""What a broker has stored, read past the gateway."""

import uuid

import confluent_kafka


def stored_values(broker, topic, count):
    """All that is stored, which should be `count` values: one more is waited for."""
    consumer = confluent_kafka.Consumer({"bootstrap.servers": broker.address, "group.id": uuid.uuid4().hex,
                                         "auto.offset.reset": "earliest", "enable.auto.commit": False,
                                         "isolation.level": "read_committed"})
    consumer.subscribe([topic])
    try:
        values = [m.value() for m in consumer.consume(count, timeout=20)]
        return values + [m.value() for m in consumer.consume(1, timeout=1)]
    finally:
        consumer.close()
