"""Kills cdcd again and again while the object store sink works off a backlog into folders by time, then reads all objects
back: every event exactly once, no object half-written, no multipart upload left behind after the next start."""
import argparse
import collections
import io
import json
import os
import random
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import boto3  # noqa: E402
import fastavro  # noqa: E402
from confluent_kafka import Producer  # noqa: E402
from confluent_kafka.admin import AdminClient, NewTopic  # noqa: E402

from servers import Engine, Folder, Kafka, free_port  # noqa: E402

SCHEMA = {"type": "record", "name": "shop.Order", "fields": [
    {"name": "partition", "type": "int"}, {"name": "number", "type": "long"}, {"name": "note", "type": "string"}]}
HOUR, BEGIN = 3_600_000, 1_767_225_600_000
TOPIC, BUCKET, CONNECTOR = "orders", "lake", "lake-sink"


def arguments():
    parser = argparse.ArgumentParser(prog="kill-test-objects", description=__doc__)
    parser.add_argument("--bin", required=True, help="folder of cdcd")
    parser.add_argument("--store", choices=["s3", "file"], default="s3", help="moto, or a folder")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="repeats a run's choices")
    parser.add_argument("--kills", type=int, default=20, help="SIGKILLs of cdcd")
    parser.add_argument("--events", type=int, default=360_000, help="events of the backlog")
    parser.add_argument("--flush", type=int, default=5000, help="flush.size")
    parser.add_argument("--part", type=int, default=5 << 20, help="s3.part.size")
    parser.add_argument("--note", type=int, default=1500, help="bytes of an event, about")
    parser.add_argument("--longest", type=float, default=0.5, help="seconds to the next kill at most, once objects come")
    parser.add_argument("--patience", type=float, default=600, help="seconds to catch up at the end")
    parser.add_argument("--keep", action="store_true", help="keep the folder with all logs")
    return parser.parse_args()


class Moto:
    """An S3 server that takes any request."""

    def __init__(self, folder):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        log = open(folder / "moto.log", "a")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)], stdout=log, stderr=log)
        self.client = boto3.client("s3", endpoint_url=self.url, region_name="us-east-1", aws_access_key_id="id",
                                   aws_secret_access_key="secret")
        deadline = time.monotonic() + 60
        while True:
            try:
                self.client.create_bucket(Bucket=BUCKET)
                return
            except Exception:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise SystemExit("the S3 server does not come up")
                time.sleep(0.2)

    def names(self):
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
        return [item["Key"] for page in pages for item in page.get("Contents", [])]

    def read(self, name):
        return self.client.get_object(Bucket=BUCKET, Key=name)["Body"].read()

    def leftovers(self):
        return [u["Key"] for u in self.client.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])]

    def stop(self):
        self.process.kill()
        self.process.wait()


class Lake:
    """A folder as the store."""

    def __init__(self, folder):
        self.path = folder / "lake-root"
        os.makedirs(self.path)

    def names(self):
        root = os.path.join(self.path, BUCKET)
        return [os.path.relpath(os.path.join(base, f), root) for base, _, files in os.walk(root) for f in files
                if ".martinet-uploads" not in base]

    def read(self, name):
        with open(os.path.join(self.path, BUCKET, name), "rb") as f:
            return f.read()

    def leftovers(self):
        folder = os.path.join(self.path, BUCKET, ".martinet-uploads")
        return os.listdir(folder) if os.path.isdir(folder) else []

    def stop(self):
        pass


class Trial:
    def __init__(self, options):
        self.options, self.rng = options, random.Random(options.seed)
        self.begun = time.monotonic()
        self.folder = Folder("kill-test-objects")
        self.kafka = self.engine = self.store = None

    def say(self, text):
        print(f"[{time.monotonic() - self.begun:7.1f} s] {text}", flush=True)

    def run(self):
        self.say(f"seed {self.options.seed}, folder {self.folder.path}")
        self.kafka = Kafka(self.folder / "kafka")
        self.store = Moto(self.folder) if self.options.store == "s3" else Lake(self.folder)
        self.engine = Engine(self.options.bin, self.folder / "engine", self.kafka.bootstrap)
        self.engine.start()
        self.engine.await_rest()
        self.fill()
        url = {"store.url": self.store.url, "aws.access.key.id": "id", "aws.secret.access.key": "secret"} \
            if self.options.store == "s3" else {"store.url": "file://" + self.store.path}
        self.engine.put_connector(CONNECTOR, {
            "connector.class": "io.confluent.connect.s3.S3SinkConnector", "tasks.max": "2", "topics": TOPIC,
            "s3.bucket.name": BUCKET, "s3.region": "us-east-1", "s3.part.size": str(self.options.part),
            "flush.size": str(self.options.flush), "format.class": "io.confluent.connect.s3.format.avro.AvroFormat",
            "key.converter": "org.apache.kafka.connect.storage.StringConverter", "timezone": "UTC", "locale": "en",
            "partitioner.class": "io.confluent.connect.storage.partitioner.HourlyPartitioner",
            "timestamp.extractor": "Record", "rotate.interval.ms": str(HOUR), "consumer.override.session.timeout.ms": "6000",
            "consumer.override.heartbeat.interval.ms": "1000"} | url)
        self.kill()
        self.catch_up()
        problems = self.check()
        # What a last kill left is gone after the next start.
        self.engine.kill()
        self.engine.start()
        self.engine.await_rest()
        deadline, empty = time.monotonic() + 60, 0
        while empty < 20 and time.monotonic() < deadline:
            empty = 0 if self.store.leftovers() else empty + 1
            time.sleep(0.1)
        if empty < 20:
            problems.append(f"left behind after the next start: {self.store.leftovers()[:5]}")
        return problems

    def fill(self):
        admin = AdminClient({"bootstrap.servers": self.kafka.bootstrap})
        for future in admin.create_topics([NewTopic(TOPIC, 3, 1, config={"retention.ms": "-1"})]).values():
            future.result()
        registry = self.engine.registry_url()
        body = json.dumps({"schema": json.dumps(SCHEMA)}).encode()
        import urllib.request
        request = urllib.request.Request(registry + f"/subjects/{TOPIC}-value/versions", body,
                                         {"Content-Type": "application/vnd.schemaregistry.v1+json"})
        identity = json.load(urllib.request.urlopen(request))["id"]
        producer = Producer({"bootstrap.servers": self.kafka.bootstrap, "linger.ms": 50,
                             "queue.buffering.max.messages": 1_000_000})
        parsed, note = fastavro.parse_schema(SCHEMA), "n" * self.options.note
        per = self.options.events // 3
        for number in range(per):
            for partition in range(3):
                out = io.BytesIO()
                out.write(b"\0" + identity.to_bytes(4, "big"))
                fastavro.schemaless_writer(out, parsed, {"partition": partition, "number": number, "note": note})
                # About eight folders, with late records in between.
                late = HOUR if number % 5003 == 0 else 0
                at = BEGIN + number * 8 * HOUR // per - late
                producer.produce(TOPIC, out.getvalue(), partition=partition, timestamp=at)
                producer.poll(0)
        producer.flush()
        self.say(f"{per * 3} events wait")

    def kill(self):
        """Kills come while objects are on their way: a random moment after the first one since the start."""
        for kill in range(self.options.kills):
            before, deadline = len(self.store.names()), time.monotonic() + 30
            while len(self.store.names()) == before and not self.store.leftovers() and time.monotonic() < deadline:
                time.sleep(0.02)
            time.sleep(self.rng.uniform(0, self.options.longest))
            self.engine.kill()
            self.engine.start()
            self.engine.await_rest()
            if kill % 5 == 4:
                self.say(f"{kill + 1} kills, {len(self.store.names())} objects, {len(self.store.leftovers())} uploads cut off")

    def catch_up(self):
        """All that can be closed is: the last files of each partition stay open by the rules."""
        deadline = time.monotonic() + self.options.patience
        last, since = -1, time.monotonic()
        while time.monotonic() < deadline:
            states = self.engine.states().get(CONNECTOR, (["?"], None))
            if any(s == "FAILED" for s in states[0]):
                raise SystemExit(f"the sink failed: {states[1]}")
            count = len(self.store.names())
            if count != last:
                last, since = count, time.monotonic()
            if time.monotonic() - since > 15:
                return
            time.sleep(0.5)
        raise SystemExit("the sink did not come to rest")

    def committed(self):
        found = {}
        for entry in self.engine.request("GET", f"/connectors/{CONNECTOR}/offsets")["offsets"]:
            found[entry["partition"]["kafka_partition"]] = entry["offset"]["kafka_offset"]
        return found

    def check(self):
        problems, seen = [], collections.defaultdict(collections.Counter)
        names = self.store.names()
        for name in names:
            try:
                records = list(fastavro.reader(io.BytesIO(self.store.read(name))))
            except Exception as error:
                problems.append(f"{name} can't be read: {error}")
                continue
            partition = int(name.split("+")[1])
            for record in records:
                seen[partition][record["number"]] += 1
                if record["partition"] != partition:
                    problems.append(f"{name} has a record of partition {record['partition']}")
        per, committed = self.options.events // 3, self.committed()
        for partition in range(3):
            counts, end = seen[partition], committed.get(partition, 0)
            twice = [n for n, c in counts.items() if c > 1]
            missing = [n for n in range(end) if n not in counts]
            beyond = [n for n in counts if n >= end]
            if twice:
                problems.append(f"partition {partition}: {len(twice)} events more than once, as {twice[:5]}")
            if missing:
                problems.append(f"partition {partition}: {len(missing)} events missing, as {missing[:5]}")
            if beyond:
                problems.append(f"partition {partition}: {len(beyond)} events behind the committed offset {end}")
            if end < per - self.options.flush:
                problems.append(f"partition {partition}: committed {end} of {per}")
        self.say(f"{len(names)} objects, {sum(sum(c.values()) for c in seen.values())} events, committed {committed}")
        return problems

    def clean_up(self):
        if self.engine and self.engine.is_running():
            self.engine.kill()
        if self.store:
            self.store.stop()
        if self.kafka:
            self.kafka.kill()
        if not self.options.keep:
            self.folder.remove()


def main():
    options = arguments()
    trial = Trial(options)
    try:
        problems = trial.run()
    finally:
        trial.clean_up()
    for problem in problems:
        print("FAILED:", problem)
    if problems:
        sys.exit(1)
    trial.say(f"every event exactly once after {options.kills} kills")


main()
