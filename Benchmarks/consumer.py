"""A read_committed consumer that only counts, or notes when each row arrived."""
import time

from confluent_kafka import Consumer, KafkaError, TopicPartition


def open_consumer(bootstrap, topics, at_end=False):
    consumer = Consumer({
        "bootstrap.servers": bootstrap, "group.id": f"benchmark-{time.time_ns()}", "isolation.level": "read_committed",
        "enable.auto.commit": False, "enable.partition.eof": True, "auto.offset.reset": "earliest", "fetch.wait.max.ms": 5,
        "fetch.error.backoff.ms": 5})
    partitions = []
    for topic in topics:
        for partition in consumer.list_topics(topic, timeout=30).topics[topic].partitions:
            start = consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=30)[1] if at_end else 0
            partitions.append(TopicPartition(topic, partition, start))
    consumer.assign(partitions)
    return consumer, len(partitions)


def count(bootstrap, topics):
    """Committed records of the topics. What counts as a partition's end is its last record, not the last stable one: the
    markers of a transaction are written behind its commit."""
    consumer, _ = open_consumer(bootstrap, topics)
    ends = {(p.topic, p.partition): consumer.get_watermark_offsets(p, timeout=30)[1] for p in consumer.assignment()}
    total, ended = 0, set()
    while len(ended) < len(ends):
        for message in consumer.consume(10_000, 5):
            if not message.error():
                total += 1
            elif message.error().code() == KafkaError._PARTITION_EOF:
                if message.offset() >= ends[message.topic(), message.partition()]:
                    ended.add((message.topic(), message.partition()))
            else:
                raise SystemExit(str(message.error()))
    consumer.close()
    return total


def identity(key):
    """The first field of an Avro key behind Confluent's five bytes, a long in zigzag form."""
    number = shift = 0
    for byte in key[5:]:
        number |= (byte & 0x7f) << shift
        shift += 7
        if byte < 128:
            break
    return (number >> 1) ^ -(number & 1)


def arrivals(consumer, ended, idle=3.0):
    """Notes the time of each row's arrival until `ended()` and nothing came for `idle` seconds."""
    arrived, last = {}, time.monotonic()
    while not (ended() and time.monotonic() - last > idle):
        message = consumer.poll(0.2)
        if message is None or message.error() or message.value() is None:
            continue
        last = time.monotonic()
        arrived.setdefault(identity(message.key()), time.time_ns() // 1000)
    return arrived
