"""One measured run of cdcd: started, watched until a figure is reached, ended; wall time, CPU and memory of the process."""
import os
import signal
import subprocess
import sys
import time
import urllib.request

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "scripts", "lib"))
from servers import Engine  # noqa: E402


def metric(engine, name, **labels):
    """The sum of a metric's samples with these labels."""
    with urllib.request.urlopen(engine.url + "/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    total = 0.0
    for line in lines:
        if line.startswith(name + "{") or line.startswith(name + " "):
            if all(f'{key}="{value}"' in line for key, value in labels.items()):
                total += float(line.rsplit(" ", 1)[1])
    return total


def memory_mb(pid, field="VmRSS"):
    with open(f"/proc/{pid}/status") as f:
        return next(int(line.split()[1]) for line in f if line.startswith(field)) / 1024


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def count_of(pid, folder):
    """Threads (`task`) or open files (`fd`) of a process."""
    return len(os.listdir(f"/proc/{pid}/{folder}"))


class MeasuredRun:
    """Runs cdcd until `name` has reached `events` and gives a record like those of the bench folder's measure.py."""

    def __init__(self, bench, engine):
        self.bench, self.engine = bench, engine

    def until(self, label, events, name, watch=(), base=None, patience=1800, **labels):
        measure = self.bench.measure
        watches = [measure.Watch(spec) for spec in watch]
        load, busy, began = os.getloadavg()[0], measure.machine_busy_seconds(), time.monotonic()
        self.engine.start()
        reached, next_look = 0, began
        while reached < events:
            for watched in watches:
                watched.sample()
            now = time.monotonic()
            if now - began > patience:
                raise SystemExit(f"{label}: {reached:.0f} of {events} after {patience} s: {self.engine.states()}")
            if now >= next_look:
                next_look = now + 0.1  # asking costs cdcd CPU time, too
                try:
                    reached = metric(self.engine, name, **labels)
                except OSError:
                    if not self.engine.is_running():
                        raise SystemExit(f"{label}: cdcd ended, see {self.engine.folder}/cdcd.log")
            time.sleep(0.02)
        wall = time.monotonic() - began
        peak = memory_mb(self.engine.process.pid, "VmHWM")
        self.engine.process.send_signal(signal.SIGTERM)
        _, status, usage = os.wait4(self.engine.process.pid, 0)
        self.engine.process.returncode = os.waitstatus_to_exitcode(status)
        record = {"label": label, "exit": self.engine.process.returncode, "wall_s": round(wall, 2), "events": events,
                  "events_per_s": round(events / wall), **measure.per_million(usage.ru_utime + usage.ru_stime, events),
                  "rss_peak_mb": round(peak, 1), "watched": {w.name: w.result(events) for w in watches},
                  "machine_busy_s": round(measure.machine_busy_seconds() - busy, 2), "load_before": round(load, 2)}
        if base:
            record["base"] = base
        return record


class Bench:
    """The folder of workload and ceiling tools, and the throw-away database that it makes."""

    def __init__(self, home, directory):
        self.home, self.directory = home, directory
        sys.path.insert(0, home)
        import measure
        import stats
        self.measure, self.stats = measure, stats
        self.environment = {}

    def tool(self, name, *arguments):
        return subprocess.run([os.path.join(self.home, name), *arguments, "--dir", self.directory], check=True,
                              stdout=subprocess.PIPE, text=True).stdout

    def start(self):
        self.read(self.tool("server", "start", "postgres"))

    def read(self, lines):
        for line in lines.splitlines():
            name, _, value = line.removeprefix("export ").partition("=")
            self.environment[name] = value.strip("'")
        os.environ.update(self.environment)

    @property
    def pid(self):
        return self.environment["BENCH_SERVER_PID"]

    def sql(self, statement, database="crm"):
        return subprocess.run(
            [f"{self.environment['PGBIN']}/psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement],
            check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def engine(options, folder, kafka, connectors):
    """A new cdcd with these connectors applied at its start."""
    import json
    made = Engine(options.bin, folder, kafka.bootstrap, {"BENCH_PASSWORD": os.environ["PGPASSWORD"]}.items(), level="warn")
    directory = os.path.join(folder, "connectors")
    os.makedirs(directory, exist_ok=True)
    for file in os.listdir(directory):
        os.unlink(os.path.join(directory, file))
    for name, config in connectors.items():
        with open(os.path.join(directory, name + ".json"), "w") as f:
            json.dump({"name": name, "config": config}, f)
    made.settings["connectors"] = {"directory": directory}
    made.settings["group.id"] = os.path.basename(folder)
    return made


def source(name, slot, tables, **more):
    return {
        "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
        "database.hostname": os.environ["PGHOST"], "database.port": os.environ["PGPORT"],
        "database.user": os.environ["PGUSER"], "database.password": "${env:BENCH_PASSWORD}", "database.dbname": "crm",
        "topic.prefix": name, "slot.name": slot, "publication.name": "bench", "publication.autocreate.mode": "disabled",
        "table.include.list": ",".join(f"crm.{table}" for table in tables), "snapshot.mode": "no_data",
        "topic.creation.default.partitions": "1", "topic.creation.default.replication.factor": "1", **more}


def sink(topics, database, tasks=1):
    return {
        "connector.class": "io.confluent.connect.jdbc.JdbcSinkConnector", "tasks.max": str(tasks), "topics": ",".join(topics),
        "connection.url": f"jdbc:postgresql://{os.environ['PGHOST']}:{os.environ['PGPORT']}/{database}",
        "connection.user": os.environ["PGUSER"], "connection.password": "${env:BENCH_PASSWORD}", "insert.mode": "upsert",
        "pk.mode": "record_key", "delete.enabled": "true", "auto.create": "true", "auto.evolve": "true"}
