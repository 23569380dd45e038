"""The parts of the benchmark: each a ceiling and cdcd, one after the other."""
import json
import os
import subprocess
import time

from consumer import arrivals, count, open_consumer
from runs import MeasuredRun, count_of, cpu_seconds, engine, memory_mb, metric, sink, source

TABLES = ("customers", "accounts", "transactions", "interactions")


def given(pairs):
    """The keys of the command line."""
    return dict(pair.split("=", 1) for pair in pairs)


class Parts:
    def __init__(self, options, bench, kafka, folder):
        self.options, self.bench, self.kafka, self.folder = options, bench, kafka, folder
        self.records, self.runs, self.streamed = [], 0, None

    def report(self, record):
        self.records.append(record)
        print(json.dumps(record), flush=True)

    def ceiling(self, *arguments):
        output = self.bench.tool("ceiling", "--repeat", "1", *arguments)
        for line in output.splitlines():
            record = json.loads(line)
            if "wall_s" in record and not record["label"].endswith("binary"):
                self.report(record)

    def next_name(self, kind):
        self.runs += 1
        return f"{kind}{self.runs}"

    @property
    def watch(self):
        return [f"walsender={self.bench.pid}/walsender", f"broker={self.kafka.pid()}"]

    def read_backlog(self, kind, load, rows, base, label):
        name = self.next_name(kind)
        self.bench.tool("backlog", "copy", name)
        folder = self.folder / name
        config = source(name, name, TABLES) | given(self.options.set_source)
        made = engine(self.options, folder, self.kafka, {name: config})
        self.report(MeasuredRun(self.bench, made).until(
            label, rows, "cdc_events_total", self.watch, base, connector=name) | {"load": load})
        self.bench.tool("backlog", "drop", name)
        topics = [f"{name}.crm.{table}" for table in TABLES]
        found = count(self.kafka.bootstrap, topics)
        if found != rows:
            raise SystemExit(f"{label}: {found} records in the topics, not {rows}")
        return made, topics

    def stream(self):
        for _ in range(self.options.repeat):
            self.ceiling("--only", "stream", "--load", "a", "--rows", str(self.options.rows))
            self.streamed = self.read_backlog("stream", "a", self.options.rows, "pg_recvlogical text", "cdcd to Kafka")

    def large(self):
        rows = self.options.rows // 2
        for _ in range(self.options.repeat):
            before = len(self.records)
            self.ceiling("--only", "stream", "--load", "c", "--rows", str(rows))
            for record in self.records[before:]:
                record["label"] += ", one transaction"
            self.read_backlog("large", "c", rows, "pg_recvlogical text, one transaction", "cdcd to Kafka, one transaction")

    def snapshot(self):
        rows = self.options.rows * 2
        for _ in range(self.options.repeat):
            self.ceiling("--only", "copy", "--snapshot-rows", str(rows))
            name = self.next_name("snapshot")
            config = source(name, name, ["snapshot_rows"], **{
                "snapshot.mode": "initial_only", "slot.drop.on.stop": "true", "publication.name": name,
                "publication.autocreate.mode": "filtered"})
            made = engine(self.options, self.folder / name, self.kafka, {name: config})
            self.report(MeasuredRun(self.bench, made).until(
                "cdcd snapshot to Kafka", rows, "cdc_events_total", [f"backend={self.bench.pid}/postgres"], "COPY text",
                connector=name, op="r"))
            self.bench.tool("backlog", "drop", name)

    def sink(self):
        if self.streamed is None:
            self.stream()
        made, topics = self.streamed
        made.start()  # the topics' schemas are in this engine's registry; its source is not wanted any more
        made.await_rest()
        for name in made.request("GET", "/connectors"):
            made.request("DELETE", f"/connectors/{name}")
        made.stop()
        for _ in range(self.options.repeat):
            self.ceiling("--only", "apply", "--load", "a", "--rows", str(self.options.rows))
            name = self.next_name("sink")
            self.bench.sql(f"create database {name}", "postgres")
            config = sink(topics, name) | given(self.options.set_sink)
            again = engine(self.options, made.folder, self.kafka, {name: config})
            self.report(MeasuredRun(self.bench, again).until(
                "cdcd warehouse sink", self.options.rows, "cdc_sink_rows_total",
                [f"backend={self.bench.pid}/postgres {name}"], "COPY + MERGE inserts", connector=name))
            rows = sum(int(self.bench.sql(f"select count(*) from crm.{table}", name)) for table in TABLES)
            if rows != self.options.rows:
                raise SystemExit(f"{rows} rows in the warehouse, not {self.options.rows}")
            again.start()
            again.await_rest()
            again.request("DELETE", f"/connectors/{name}")
            again.stop()
            self.bench.sql(f"drop database {name} with (force)", "postgres")

    def caught_up(self, name, table):
        """A running engine with one source on `table`, its topic made by a first row."""
        self.bench.tool("backlog", "drop", name)
        made = engine(self.options, self.folder / name, self.kafka, {name: source(name, name, [table])})
        made.start()
        made.await_rest()
        deadline = time.monotonic() + 60
        while metric(made, "cdc_events_total", connector=name) < 1:
            self.bench.sql("insert into crm.latency (gen_us) values (0)")
            if time.monotonic() > deadline:
                raise SystemExit(f"no event after 60 s: {made.states()}")
            time.sleep(0.5)
        return made

    def latency(self):
        for _ in range(self.options.repeat):
            name = self.next_name("latency")
            made = self.caught_up(name, "latency")
            consumer, _ = open_consumer(self.kafka.bootstrap, [f"{name}.crm.latency"], at_end=True)
            generated = self.folder / (name + ".generated")
            load = subprocess.Popen(
                [os.path.join(self.bench.home, "load"), "latency", "--dir", self.bench.directory, "--rate", "2000",
                 "--seconds", str(self.options.seconds), "--out", generated], stderr=subprocess.DEVNULL)
            arrived = arrivals(consumer, lambda: load.poll() is not None)
            consumer.close()
            self.report(self.bench.stats.latency("commit to readable", self.bench.stats.times(generated), arrived, skip=5))
            made.stop()
            self.bench.tool("backlog", "drop", name)

    def start(self):
        name = self.next_name("start")
        made = self.caught_up(name, "latency")
        for way in ("clean stop", "SIGKILL") * self.options.repeat:
            time.sleep(2)
            made.stop() if way == "clean stop" else made.kill()
            consumer, _ = open_consumer(self.kafka.bootstrap, [f"{name}.crm.latency"], at_end=True)
            number = int(self.bench.sql("insert into crm.latency (gen_us) values (0) returning id"))
            began = time.monotonic()
            made.start()
            found = False
            while not found and time.monotonic() - began < 60:
                message = consumer.poll(0.05)
                found = message is not None and not message.error()
            if not found:
                raise SystemExit(f"row {number} did not arrive in 60 s after a {way}")
            self.report({"label": f"start to first event after a {way}", "seconds": round(time.monotonic() - began, 3)})
            consumer.close()
        made.stop()
        self.bench.tool("backlog", "drop", name)

    def soak(self):
        """A steady load for a long time; what must not grow is read once a minute."""
        name = self.next_name("soak")
        made = self.caught_up(name, "latency")
        self.bench.sql(f"create database {name}", "postgres")
        made.put_connector("soak-sink", sink([f"{name}.crm.latency"], name))
        load = subprocess.Popen(
            [os.path.join(self.bench.home, "load"), "latency", "--dir", self.bench.directory, "--rate", "1000",
             "--seconds", str(self.options.soak_minutes * 60), "--out", self.folder / "soak.generated"],
            stderr=subprocess.DEVNULL)
        began = time.monotonic()
        before = cpu_seconds(made.process.pid)
        while load.poll() is None:
            time.sleep(60)
            cpu = cpu_seconds(made.process.pid)
            self.report({
                "label": "soak", "minute": round((time.monotonic() - began) / 60),
                "rss_mb": round(memory_mb(made.process.pid), 1), "threads": count_of(made.process.pid, "task"),
                "files": count_of(made.process.pid, "fd"), "cpu_s_per_minute": round(cpu - before, 2),
                "lag_s": round(metric(made, "cdc_lag_seconds", connector=name), 3),
                "slot_retained_mb": round(metric(made, "cdc_slot_retained_bytes", connector=name) / 1e6, 1),
                "sink_lag": metric(made, "cdc_consumer_lag", connector="soak-sink")})
            before = cpu
        made.stop()
        self.bench.tool("backlog", "drop", name)
        self.bench.sql(f"drop database {name} with (force)", "postgres")

    def idle(self):
        name = self.next_name("idle")
        made = self.caught_up(name, "latency")
        time.sleep(10)
        alone = memory_mb(made.process.pid)
        self.report({"label": "idle, one source", "rss_mb": round(alone, 1)})
        self.bench.sql(f"create database {name}", "postgres")
        for tasks in (1, 4):
            made.put_connector("idle-sink", sink([f"{name}.crm.latency"], name, tasks))
            time.sleep(10)
            now = memory_mb(made.process.pid)
            self.report({"label": f"idle, one source and {tasks} sink tasks", "rss_mb": round(now, 1),
                         "per_task_mb": round((now - alone) / tasks, 1)})
        made.stop()
        self.bench.tool("backlog", "drop", name)
        self.bench.sql(f"drop database {name} with (force)", "postgres")
