"""Reads the topics as any consumer would: read_committed, Confluent's wire format, schemas from the registry."""
import io
import json
import urllib.request

import fastavro
from confluent_kafka import Consumer, KafkaError, TopicPartition


class Events:
    """Decoded events of topics, partition by partition, in offset order."""

    def __init__(self, bootstrap, registry):
        self.registry, self.schemas = registry, {}
        self.settings = {
            "bootstrap.servers": bootstrap, "group.id": "kill-test-checker", "isolation.level": "read_committed",
            "enable.auto.commit": False, "enable.partition.eof": True, "auto.offset.reset": "earliest"}
        self.consumer = Consumer(self.settings)

    def read(self, topic):
        """Yields (partition, offset, key, value, headers) of everything committed."""
        metadata = self.consumer.list_topics(topic, timeout=30).topics[topic]
        left = set(metadata.partitions)
        self.consumer.assign([TopicPartition(topic, partition, 0) for partition in left])
        while left:
            message = self.consumer.poll(30)
            if message is None:
                raise SystemExit(f"{topic}: nothing came for 30 s while partitions {sorted(left)} are not at their end")
            if message.error():
                if message.error().code() != KafkaError._PARTITION_EOF:
                    raise SystemExit(f"{topic}: {message.error()}")
                left.discard(message.partition())
                continue
            yield (message.partition(), message.offset(), self._decode(message.key()), self._decode(message.value()),
                   dict(message.headers() or ()))
        self.consumer.unassign()

    def ends(self, topics):
        """Per partition the offset behind the last record, and behind the last stable one."""
        found = {}
        for level in ("read_uncommitted", "read_committed"):
            reader = Consumer({**self.settings, "isolation.level": level})
            for topic in topics:
                for partition in reader.list_topics(topic, timeout=30).topics[topic].partitions:
                    end = reader.get_watermark_offsets(TopicPartition(topic, partition), timeout=30)[1]
                    found.setdefault(f"{topic}-{partition}", []).append(end)
            reader.close()
        return found

    def _decode(self, data):
        if data is None:
            return None
        if data[0] != 0:
            raise SystemExit(f"a record without the magic byte: {data[:8]!r}")
        number = int.from_bytes(data[1:5], "big")
        if number not in self.schemas:
            with urllib.request.urlopen(f"{self.registry}/schemas/ids/{number}", timeout=30) as answer:
                self.schemas[number] = fastavro.parse_schema(json.loads(json.load(answer)["schema"]))
        return fastavro.schemaless_reader(io.BytesIO(data[5:]), self.schemas[number])
