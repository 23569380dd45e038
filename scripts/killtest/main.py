"""Kills cdcd, PostgreSQL and the broker at random moments under load, then proves that nothing was lost or repeated."""
import argparse
import json
import os
import random
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import psycopg2  # noqa: E402

from check import check  # noqa: E402
from load import TABLES, Load  # noqa: E402
from servers import Engine, Folder, Kafka, Postgres  # noqa: E402
from topics import Events  # noqa: E402

PREFIX = "killed"


def arguments():
    parser = argparse.ArgumentParser(prog="kill-test", description=__doc__)
    parser.add_argument("--bin", required=True, help="folder of cdcd and cdcctl")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="repeats a run's choices")
    parser.add_argument("--kills", type=int, default=60, help="SIGKILLs of cdcd, half of them under a backlog")
    parser.add_argument("--database-restarts", type=int, default=6, help="immediate restarts of PostgreSQL")
    parser.add_argument("--broker-kills", type=int, default=6, help="kills of the broker")
    parser.add_argument("--backlog", type=int, default=1_000_000, help="changes that wait when a backlog phase begins")
    parser.add_argument("--rate", type=int, default=2000, help="changes per second of the live load")
    parser.add_argument("--largest", type=int, default=50_000, help="changes in the largest transaction")
    parser.add_argument("--rows", type=int, default=20_000, help="rows per table before the snapshot")
    parser.add_argument("--patience", type=float, default=900, help="seconds to catch up at the end")
    parser.add_argument("--keep", action="store_true", help="keep the folder with all logs")
    return parser.parse_args()


class Trial:
    def __init__(self, options):
        self.options, self.rng = options, random.Random(options.seed)
        self.begun = time.monotonic()
        self.folder = Folder("kill-test")
        self.done = {"cdcd": 0, "database": 0, "broker": 0}
        self.postgres = self.kafka = self.engine = self.load = None

    def say(self, text):
        print(f"[{time.monotonic() - self.begun:7.1f} s] {text}", flush=True)

    def prepare(self):
        self.say(f"seed {self.options.seed}, folder {self.folder.path}")
        self.postgres = Postgres(self.folder / "postgres")
        self.kafka = Kafka(self.folder / "kafka")
        connection = psycopg2.connect(self.postgres.dsn("postgres"))
        connection.autocommit = True
        for name in ("crm", "dwh"):
            connection.cursor().execute(f"CREATE DATABASE {name}")
        connection.close()
        with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "schema.sql")) as f:
            schema = f.read()
        with psycopg2.connect(self.postgres.dsn("crm")) as connection:
            cursor = connection.cursor()
            cursor.execute(schema)
            for table in TABLES:
                cursor.execute(
                    f"INSERT INTO {table} SELECT g, 0, 'first ' || g, 1, CASE WHEN g % 40 = 0 THEN "
                    f"repeat(md5(g::text), 80) ELSE 'note' END, now() FROM generate_series(0, {self.options.rows - 1}) g")
        self.engine = Engine(self.options.bin, self.folder / "engine", self.kafka.bootstrap,
                             {"DB_PASSWORD": "postgres"}.items())
        self.engine.start()
        self.engine.await_rest()
        port = str(self.postgres.port)
        self.engine.put_connector("killed-source", {
            "connector.class": "io.debezium.connector.postgresql.PostgresConnector", "database.hostname": "127.0.0.1",
            "database.port": port, "database.user": "postgres", "database.password": "${env:DB_PASSWORD}",
            "database.dbname": "crm", "topic.prefix": PREFIX, "slot.name": "killed", "publication.name": "killed",
            "publication.autocreate.mode": "filtered", "table.include.list": ",".join(f"public.{t}" for t in TABLES),
            "column.propagate.source.type": ".*", "topic.creation.default.partitions": "3",
            "topic.creation.default.replication.factor": "1"})
        self.engine.put_connector("killed-sink", {
            "connector.class": "io.confluent.connect.jdbc.JdbcSinkConnector", "tasks.max": "2",
            "topics": ",".join(f"{PREFIX}.public.{t}" for t in TABLES),
            "connection.url": f"jdbc:postgresql://127.0.0.1:{port}/dwh", "connection.user": "postgres",
            "connection.password": "${env:DB_PASSWORD}", "insert.mode": "upsert", "pk.mode": "record_key",
            "delete.enabled": "true", "auto.create": "true", "auto.evolve": "true"})

    def kill_engine(self, phase):
        """SIGKILL a random time after the start, so that it hits start, snapshot, streaming and commits."""
        time.sleep(self.rng.choice((self.rng.uniform(0.02, 0.6), self.rng.uniform(0.6, 4))))
        if not self.engine.is_running():
            code = self.engine.process.returncode
            raise SystemExit(f"cdcd ended by itself with {code}, see {self.folder.path}/engine/cdcd.log")
        self.engine.kill()
        self.done["cdcd"] += 1
        if self.done["cdcd"] % 10 == 0:
            self.say(f"{self.done['cdcd']} kills of cdcd, {phase}; {self.load.changes} changes committed")
        self.engine.start()

    def disturb(self, phase, kills, database_restarts, broker_kills):
        """Kills and restarts in a random order."""
        todo = ["cdcd"] * kills + ["database"] * database_restarts + ["broker"] * broker_kills
        self.rng.shuffle(todo)
        for what in todo:
            if what == "cdcd":
                self.kill_engine(phase)
                continue
            time.sleep(self.rng.uniform(0.2, 2))
            self.say(f"{phase}: {what} killed")
            if what == "database":
                self.postgres.restart_immediate()
            else:
                self.kafka.kill()
                time.sleep(self.rng.uniform(0, 3))
                self.kafka.start()
            self.done[what] += 1
            if not self.engine.is_running():  # without Kafka at its start it gives up after 30 s, as documented
                self.engine.start()

    def waiting_bytes(self):
        with psycopg2.connect(self.postgres.dsn("crm")) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(max(pg_current_wal_lsn() - confirmed_flush_lsn), 0) FROM pg_replication_slots"
                           " WHERE slot_name = 'killed'")
            return int(cursor.fetchone()[0])

    def run(self):
        options = self.options
        dsn = self.postgres.dsn("crm")
        self.load = Load(dsn, options.seed, rate=options.rate, largest=options.largest).start()
        half, left = options.kills // 2, options.kills - options.kills // 2
        restarts, brokers = options.database_restarts // 2, options.broker_kills // 2
        self.say("phase 1: under a live load, snapshot included")
        self.disturb("live", half, restarts, brokers)
        self.say("phase 2: while a backlog is worked off")
        restarts, brokers = options.database_restarts - restarts, options.broker_kills - brokers
        rounds = 0
        while left > 0:
            rounds += 1
            self.engine.kill()
            made = self.load.run_changes(options.backlog, f"{options.seed}-backlog-{rounds}")
            waiting = self.waiting_bytes()
            self.say(f"backlog {rounds}: {made} changes, {waiting / 1e6:.0f} MB of log")
            self.engine.start()
            now = min(left, 12)
            self.disturb("backlog", now, restarts if left <= 12 else restarts // 2, brokers if left <= 12 else brokers // 2)
            if left > 12:
                restarts, brokers = restarts - restarts // 2, brokers - brokers // 2
            self.say(f"backlog {rounds}: {self.waiting_bytes() / 1e6:.0f} MB of log still wait after {now} kills")
            left -= now
        self.load.stop()
        self.say(f"load: {self.load.committed} transactions, {self.load.changes} changes committed; "
                 f"{self.load.rolled_back} rolled back, {self.load.failed} failed")

    def catch_up(self):
        """Waits until the warehouse equals the source, by number and sum of versions."""
        if not self.engine.is_running():
            self.engine.start()
        self.engine.await_rest()
        query = " UNION ALL ".join(f"SELECT count(*), coalesce(sum(version), 0) FROM public.{t}" for t in TABLES)
        deadline, answers = time.monotonic() + self.options.patience, []
        while time.monotonic() < deadline:
            answers = []
            for name in ("crm", "dwh"):
                try:
                    with psycopg2.connect(self.postgres.dsn(name)) as connection, connection.cursor() as cursor:
                        cursor.execute(query)
                        answers.append(sorted(cursor.fetchall()))
                except psycopg2.Error as error:
                    answers.append(str(error))
            if answers[0] == answers[1]:
                return
            failed = {n: s for n, s in self.engine.states().items() if "FAILED" in s[0]}
            if failed:
                raise SystemExit(f"a connector failed: {failed}")
            time.sleep(0.5)
        self.describe_stall()
        raise SystemExit(f"the warehouse did not catch up in {self.options.patience} s: {answers}, {self.engine.states()}")

    def describe_stall(self):
        """What an operator would look at first."""
        for path in ("/health", "/connectors/killed-sink/offsets", "/connectors/killed-source/offsets"):
            try:
                self.say(f"{path}: {json.dumps(self.engine.request('GET', path))}")
            except OSError as error:
                self.say(f"{path}: {error}")
        self.say(f"ends of the topics: {Events(self.kafka.bootstrap, '').ends([f'{PREFIX}.public.{t}' for t in TABLES])}")
        with open(f"{self.engine.folder}/cdcd.log") as f:
            for line in f.readlines()[-25:]:
                entry = json.loads(line)
                print(entry["@timestamp"][11:23], entry["log.level"], entry["message"][:300])

    def judge(self):
        time.sleep(1)  # what is in the warehouse was read from the topic; the topic is complete
        verdict = check(self.postgres.dsn("crm"), self.postgres.dsn("dwh"),
                        Events(self.kafka.bootstrap, self.engine.registry_url()), PREFIX)
        self.say(", ".join(f"{count} {name}" for name, count in sorted(verdict.counts.items())))
        self.say(f"killed: cdcd {self.done['cdcd']} times, PostgreSQL {self.done['database']}, broker {self.done['broker']}")
        for fault in verdict.faults:
            self.say("FAULT " + fault)
        code = self.engine.stop()
        if code != 0:
            verdict.fault(f"cdcd ended with {code} after SIGTERM")
        return verdict

    def clean_up(self, keep):
        if self.load:
            self.load.stopping.set()
        if self.engine and self.engine.is_running():
            self.engine.kill()
        if self.kafka:
            self.kafka.kill()
        if self.postgres:
            self.postgres.stop()
        if not keep:
            self.folder.remove()


def main():
    options = arguments()
    trial, passed = Trial(options), False
    watchdog = threading.Timer(6 * 3600, lambda: os._exit(3))
    watchdog.daemon = True
    watchdog.start()
    try:
        trial.prepare()
        trial.run()
        trial.catch_up()
        verdict = trial.judge()
        passed = not verdict.faults and verdict.counts["changes"] > 0
        trial.say("PASSED: every change once and in order; source, topic and warehouse are equal" if passed else "FAILED")
    finally:
        keep = options.keep or not passed
        trial.clean_up(keep)
        if keep:
            trial.say(f"logs and data are in {trial.folder.path}")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
