"""The object store sink beside a plain consumer that throws the records away: events of 400 bytes from a real broker into
a local folder, as Avro container files and as JSON lines. One JSON line per run."""
import argparse
import io
import json
import os
import resource
import subprocess
import sys
import threading
import time
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "scripts", "lib"))

import fastavro  # noqa: E402
from confluent_kafka import Producer  # noqa: E402
from confluent_kafka.admin import AdminClient, NewTopic  # noqa: E402

from runs import cpu_seconds, memory_mb  # noqa: E402
from servers import Engine, Folder, Kafka  # noqa: E402

TOPIC, FORMAT = "events", "io.confluent.connect.s3.format."
SCHEMA = {"type": "record", "name": "crm.Envelope", "fields": [
    {"name": "before", "type": ["null", {"type": "record", "name": "crm.Value", "fields": [
        {"name": "id", "type": "long"}, {"name": "name", "type": "string"}, {"name": "email", "type": ["null", "string"]},
        {"name": "status", "type": "string"}, {"name": "balance", "type": "double"}, {"name": "is_vip", "type": "boolean"},
        {"name": "bio", "type": ["null", "string"]}, {"name": "created_at", "type": "long"}]}]},
    {"name": "after", "type": ["null", "crm.Value"]},
    {"name": "source", "type": {"type": "record", "name": "crm.Source", "fields": [
        {"name": "version", "type": "string"}, {"name": "connector", "type": "string"}, {"name": "name", "type": "string"},
        {"name": "ts_ms", "type": "long"}, {"name": "snapshot", "type": ["string", "null"]},
        {"name": "db", "type": "string"}, {"name": "schema", "type": "string"}, {"name": "table", "type": "string"},
        {"name": "txId", "type": ["null", "long"]}, {"name": "lsn", "type": ["null", "long"]}]}},
    {"name": "op", "type": "string"}, {"name": "ts_ms", "type": ["null", "long"]}]}


def arguments():
    parser = argparse.ArgumentParser(prog="benchmark-objects", description=__doc__)
    parser.add_argument("--bin", required=True, help="folder of cdcd")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--partitions", type=int, default=3)
    parser.add_argument("--flush", type=int, default=20_000, help="flush.size")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--formats", default="avro,json")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="further keys of the connector")
    parser.add_argument("--open-folders", type=int, default=0,
                        help="instead: this many folders open at once, for the memory they take")
    return parser.parse_args()


def event(number, folders):
    row = {"id": number, "name": f"Customer {number}", "email": f"customer{number}@example.com", "status": "verified",
           "balance": number * 1.25, "is_vip": number % 7 == 0, "bio": "x" * 218, "created_at": 1_767_225_600_000_000 + number}
    source = {"version": "3.6.3.Final", "connector": "postgresql", "name": "crm", "ts_ms": 1_767_225_600_000 + number,
              "snapshot": "false", "db": "crm", "schema": "public", "table": "customers", "txId": 1000 + number // 100,
              "lsn": 23_456_789_012 + number * 200}
    if folders:
        row["id"] = number % folders
    return {"before": None, "after": row, "source": source, "op": "c", "ts_ms": 1_767_225_600_500 + number}


def fill(options, bootstrap, registry):
    admin = AdminClient({"bootstrap.servers": bootstrap})
    new = NewTopic(TOPIC, options.partitions, 1, config={"retention.ms": "-1"})
    for future in admin.create_topics([new]).values():
        future.result()
    body = json.dumps({"schema": json.dumps(SCHEMA)}).encode()
    request = urllib.request.Request(registry + f"/subjects/{TOPIC}-value/versions", body,
                                     {"Content-Type": "application/vnd.schemaregistry.v1+json"})
    head = b"\0" + json.load(urllib.request.urlopen(request))["id"].to_bytes(4, "big")
    producer = Producer({"bootstrap.servers": bootstrap, "linger.ms": 50, "queue.buffering.max.messages": 2_000_000,
                         "queue.buffering.max.kbytes": 1 << 20})
    parsed, bytes_in = fastavro.parse_schema(SCHEMA), 0
    for number in range(options.events):
        out = io.BytesIO()
        out.write(head)
        fastavro.schemaless_writer(out, parsed, event(number, options.open_folders))
        bytes_in += out.tell()
        producer.produce(TOPIC, out.getvalue(), partition=number % options.partitions)
        if number % 1000 == 0:
            producer.poll(0)
    producer.flush()
    return bytes_in / options.events


def consume(options, bootstrap):
    """kcat: librdkafka as cdcd has it, in C, every record thrown away."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(["kcat", "-C", "-q", "-e", "-b", bootstrap, "-t", TOPIC, "-o", "beginning", "-f", "", "-X",
                    "isolation.level=read_committed", "-X", "queued.max.messages.kbytes=16384"],
                   check=True, stdout=subprocess.DEVNULL)
    wall, after = time.monotonic() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    return report(options, "plain consumer", wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def report(options, label, wall, cpu, **more):
    record = {"label": label, "events": options.events, "wall_s": round(wall, 2),
              "events_per_s": round(options.events / wall), "cpu_s_per_million": round(cpu / options.events * 1e6, 2)} | more
    print(json.dumps(record), flush=True)
    return record


class Watch:
    """Notes the engine's largest memory."""

    def __init__(self, pid):
        self.pid, self.peak, self.ended = pid, 0, False
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.ended:
            try:
                self.peak = max(self.peak, memory_mb(self.pid))
            except OSError:
                return
            time.sleep(0.05)

    def stop(self):
        self.ended = True
        self.thread.join()
        return round(self.peak, 1)


def sink(options, engine, folder, name, kind):
    os.makedirs(folder)
    per = options.events // options.partitions
    flush = options.flush if not options.open_folders else per
    config = {"connector.class": "s3", "topics": TOPIC, "s3.bucket.name": "lake", "store.url": f"file://{folder}",
              "flush.size": str(flush), "key.converter": "org.apache.kafka.connect.storage.StringConverter",
              "format.class": FORMAT + ("avro.AvroFormat" if kind == "avro" else "json.JsonFormat")}
    if options.open_folders:
        config |= {"partition.field.name": "after.id",
                   "partitioner.class": "io.confluent.connect.storage.partitioner.FieldPartitioner"}
    config |= dict(pair.split("=", 1) for pair in options.set)
    ends = {p: len(range(p, options.events, options.partitions)) // flush * flush for p in range(options.partitions)}
    pid, watch = engine.process.pid, Watch(engine.process.pid)
    idle, cpu, begun = memory_mb(pid), cpu_seconds(pid), time.monotonic()
    engine.put_connector(name, config)
    while True:
        state, trace = engine.states().get(name, (["?"], None))
        if "FAILED" in state:
            raise SystemExit(f"the sink failed: {trace}")
        files = sum(len(f) for _, _, f in os.walk(f"{folder}/lake"))
        found = {o["partition"]["kafka_partition"]: o["offset"]["kafka_offset"]
                 for o in engine.request("GET", f"/connectors/{name}/offsets")["offsets"]} if files else {}
        if all(found.get(p, 0) >= end for p, end in ends.items()):
            break
        time.sleep(0.05)
    wall, cpu = time.monotonic() - begun, cpu_seconds(pid) - cpu
    times = [os.stat(os.path.join(base, f)).st_mtime for base, _, names in os.walk(f"{folder}/lake/topics") for f in names]
    first = report(options, f"cdcd {kind}", wall, cpu, idle_mb=round(idle, 1), peak_mb=watch.stop(), objects=len(times),
                   from_first_to_last_object_s=round(max(times) - min(times), 2))
    engine.request("DELETE", f"/connectors/{name}")
    return first


def main():
    options = arguments()
    folder = Folder("benchmark-objects")
    kafka = engine = None
    try:
        kafka = Kafka(folder / "kafka")
        engine = Engine(options.bin, folder / "engine", kafka.bootstrap)
        engine.start()
        engine.await_rest()
        size = fill(options, kafka.bootstrap, engine.registry_url())
        print(json.dumps({"label": "load", "events": options.events, "bytes_per_event": round(size, 1)}), flush=True)
        for run in range(options.repeat):
            consume(options, kafka.bootstrap)
            for kind in options.formats.split(","):
                name = f"lake-{kind}-{run}"
                sink(options, engine, folder / name, name, kind)
                subprocess.run(["rm", "-rf", folder / name], check=True)
    finally:
        if engine and engine.is_running():
            engine.kill()
        if kafka:
            kafka.kill()
        folder.remove()


main()
