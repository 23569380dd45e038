"""The load: transactions of many kinds from several connections, which live through restarts of the server."""
import random
import threading
import time

import psycopg2

TABLES = ("customers", "accounts", "transactions")
KEYS = 200_000  # keys are reused, so that deletes and inserts of one key follow each other


class Load:
    """Runs `workers` connections until told to stop; `rate` bounds the changes per second of all of them."""

    def __init__(self, dsn, seed, workers=3, rate=2000, largest=50_000):
        self.dsn, self.rate, self.largest = dsn, rate, largest
        self.stopping = threading.Event()
        self.lock = threading.Lock()
        self.committed = self.rolled_back = self.failed = self.changes = 0
        self.threads = [
            threading.Thread(target=self._work, args=(random.Random(f"{seed}-{n}"),), daemon=True) for n in range(workers)]

    def start(self):
        for thread in self.threads:
            thread.start()
        return self

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join(120)
        return self

    def run_changes(self, count, seed):
        """Commits about `count` changes as fast as the server takes them."""
        rng, connection = random.Random(seed), psycopg2.connect(self.dsn)
        done = 0
        while done < count:
            try:
                done += self._transaction(connection, rng, min(self.largest, max(1000, count // 20)), may_roll_back=False)
            except psycopg2.Error:  # a conflict with the live load's keys
                connection.rollback()
        connection.close()
        return done

    def _work(self, rng):
        connection = None
        while not self.stopping.is_set():
            try:
                if connection is None:
                    connection = psycopg2.connect(self.dsn)
                    connection.cursor().execute("SET statement_timeout = '60s'; SET deadlock_timeout = '200ms'")
                    connection.commit()
                # log-uniform sizes: mostly small, now and then up to the largest
                size = int(min(self.largest, 10 ** rng.uniform(0, 4.7) if rng.random() < 0.05 else rng.randint(1, 30)))
                done = self._transaction(connection, rng, size)
                self.stopping.wait(done / self.rate * len(self.threads) * rng.uniform(0.5, 1.5))
            except psycopg2.Error:
                with self.lock:
                    self.failed += 1
                try:
                    connection.rollback()
                except (psycopg2.Error, AttributeError):
                    connection = None
                    time.sleep(0.2)

    def _transaction(self, connection, rng, size, may_roll_back=True):
        """One transaction of about `size` changes in one to three tables; returns how many it committed."""
        cursor, done = connection.cursor(), 0
        tables = sorted(rng.sample(TABLES, rng.choice((1, 1, 2, 3))))
        for table in tables:
            share = max(1, size // len(tables))
            while share > 0:
                step = share if share > 100 else rng.randint(1, share)
                done += self._statement(cursor, rng, table, step)
                share -= step
            if may_roll_back and rng.random() < 0.1:
                cursor.execute("SAVEPOINT s")
                self._statement(cursor, rng, table, rng.randint(1, 50))
                cursor.execute("ROLLBACK TO SAVEPOINT s")
        if may_roll_back and rng.random() < 0.1:
            connection.rollback()
            with self.lock:
                self.rolled_back += 1
            return 0
        connection.commit()
        with self.lock:
            self.committed += 1
            self.changes += done
        return done

    @staticmethod
    def _statement(cursor, rng, table, count):
        first = rng.randrange(KEYS)
        kind = rng.random()
        if kind < 0.45:
            cursor.execute(
                f"""INSERT INTO {table} SELECT g %% {KEYS}, 0, 'name ' || g, g / 7.0,
                      CASE WHEN g %% 40 = 0 THEN repeat(md5(g::text), 80) ELSE 'note ' || g END, clock_timestamp()
                    FROM generate_series(%s::bigint, %s::bigint) g
                    WHERE NOT EXISTS (SELECT FROM {table} t WHERE t.id = g %% {KEYS})""", (first, first + count - 1))
        elif kind < 0.80:  # the note is left alone: a large one comes as an unchanged TOAST value
            cursor.execute(
                f"UPDATE {table} SET score = score + 1, changed = clock_timestamp() WHERE id BETWEEN %s AND %s",
                (first, first + count - 1))
        elif kind < 0.95:
            cursor.execute(f"DELETE FROM {table} WHERE id BETWEEN %s AND %s", (first, first + count // 2))
        else:  # keys move out of the way and back into free places
            cursor.execute(
                f"""UPDATE {table} t SET id = n.free FROM (
                      SELECT o.id, {KEYS} + o.id * 3 + %s AS free FROM {table} o WHERE o.id BETWEEN %s AND %s
                      ORDER BY o.id LIMIT 50) n
                    WHERE t.id = n.id AND NOT EXISTS (SELECT FROM {table} x WHERE x.id = n.free)""",
                (rng.randrange(3), first, first + count - 1))
            return max(cursor.rowcount, 0) * 2
        return max(cursor.rowcount, 0)
