"""Proves that source, topic and warehouse agree: every change once, in commit order per key, and the same rows."""
import json
from collections import defaultdict

import psycopg2

from load import TABLES

PLACEHOLDER = "__debezium_unavailable_value"
SHOWN = 10


class Verdict:
    """Collects what is wrong."""

    def __init__(self):
        self.faults, self.counts = [], defaultdict(int)

    def fault(self, text):
        self.counts["faults"] += 1
        if len(self.faults) < SHOWN:
            self.faults.append(text)


def committed_history(dsn, table):
    """Per key the committed changes in order: [(op, version)]."""
    history = defaultdict(list)
    with psycopg2.connect(dsn) as connection, connection.cursor("history") as cursor:
        cursor.itersize = 50_000
        cursor.execute("SELECT id, op, version FROM history WHERE tbl = %s ORDER BY id, version", (table,))
        for key, op, version in cursor:
            history[key].append((op, version))
    return history


def rows(dsn, table):
    """The table's rows by key, without the time, as texts that both sides print alike."""
    with psycopg2.connect(dsn) as connection, connection.cursor("rows") as cursor:
        cursor.itersize = 50_000
        cursor.execute(f"SELECT id, version, name, score, note FROM public.{table}")
        return {row[0]: row[1:] for row in cursor}


class Topic:
    """What a topic says about each key: streamed changes, snapshot reads, and the row that is left."""

    def __init__(self, events, topic, verdict):
        self.streamed, self.reads, self.row = defaultdict(list), defaultdict(list), {}
        self.notes, self.moves = {}, {}  # (key) -> note; (old, new, n-th move) -> note that the old row had
        made, arrived, owed = defaultdict(int), defaultdict(int), {}
        where = {}
        for partition, offset, key, value, headers in events.read(topic):
            verdict.counts["events"] += 1
            identity = key["id"]
            if where.setdefault(identity, partition) != partition:
                verdict.fault(f"{topic}: key {identity} is in two partitions")
            if owed.pop(partition, identity) != identity:
                verdict.fault(f"{topic}[{partition}]@{offset}: a delete is not followed by its tombstone")
            if value is None:
                verdict.counts["tombstones"] += 1
                continue
            op = value["op"]
            if op == "d":
                self.streamed[identity].append(("d", None))
                self.row.pop(identity, None)
                moved = headers.get("__debezium.newkey")
                if moved is not None:
                    pair = (identity, header_key(moved))
                    self.moves[(*pair, made[pair])] = self.notes.get(identity)
                    made[pair] += 1
                self.notes.pop(identity, None)
                owed[partition] = identity
                continue
            after = value["after"]
            note = after["note"]
            if note == PLACEHOLDER:
                verdict.counts["unchanged TOAST values"] += 1
                origin = headers.get("__debezium.oldkey")
                if origin is not None:
                    pair = (header_key(origin), identity)
                    # A repeated snapshot may hold the row at its new place already; then nobody told of the old one.
                    note = ("moved", *pair, arrived[pair], self.notes.get(identity))
                else:
                    note = self.notes.get(identity)
            if headers.get("__debezium.oldkey") is not None:
                arrived[(header_key(headers["__debezium.oldkey"]), identity)] += 1
            self.notes[identity] = note
            self.row[identity] = (after["version"], after["name"], after["score"], identity)
            if op == "r":
                if self.streamed[identity]:
                    verdict.fault(f"{topic}: key {identity} has a snapshot read behind a streamed change")
                self.reads[identity].append(after["version"])
            else:
                self.streamed[identity].append((op, after["version"]))

    def note(self, identity):
        """The note of a row, following moves back to where the value was last sent."""
        note = self.notes.get(identity)
        while isinstance(note, tuple):
            *_, known = note
            old = self.moves.get(note[1:4])
            note = known if old is None else old
        return note


def header_key(header):
    """The id in a key header: JSON {"id": 1} or {"schema":…,"payload":{"id":1}}, as the header converter writes structs."""
    text = header.decode() if isinstance(header, bytes) else header
    try:
        value = json.loads(text)
    except ValueError:
        return int("".join(c for c in text if c.isdigit()))
    return value.get("payload", value)["id"]


def check_order(table, topic, history, verdict):
    """Every streamed change of a key is the next one of its history, from the first that the snapshot does not hold."""
    for key in history.keys() | topic.streamed.keys():
        expected, got = history.get(key, []), topic.streamed.get(key, [])
        tail = expected[len(expected) - len(got):] if len(got) <= len(expected) else None
        same = tail is not None and all(e[0] == g[0] and g[1] in (None, e[1]) for e, g in zip(tail, got))
        if not same:
            verdict.fault(f"{table} {key}: committed {brief(expected)}, in the topic {brief(got)}")
            continue
        verdict.counts["changes"] += len(got)
        before = expected[:len(expected) - len(got)]
        # A snapshot that was killed begins again, later than its slot: a row that was deleted in between is in no snapshot.
        if any(op == "d" for op, _ in got):
            continue
        if before and before[-1][0] != "d" and max(topic.reads.get(key, [0])) < before[-1][1]:
            verdict.fault(f"{table} {key}: {brief(before)} is neither in the snapshot nor in the stream")


def brief(changes):
    text = " ".join(f"{op}{version or ''}" for op, version in changes[-12:])
    return ("… " if len(changes) > 12 else "") + (text or "nothing")


def check_rows(table, source, topic, warehouse, verdict):
    """The rows that are left are the same three times."""
    folded = {key: (*value[:3], topic.note(key)) for key, value in topic.row.items()}
    for name, other in (("topic", folded), ("warehouse", warehouse)):
        verdict.counts[f"rows in {name}"] += len(other)
        for key in source.keys() | other.keys():
            if source.get(key) != other.get(key):
                verdict.fault(f"{table} {key}: source and {name} differ in {difference(source.get(key), other.get(key))}")


def difference(one, other):
    if one is None or other is None:
        return "existence: " + ("only in the copy" if one is None else "only in the source")
    return ", ".join(n for n, a, b in zip(("version", "name", "score", "note"), one, other) if a != b)


def check(source_dsn, warehouse_dsn, events, prefix):
    verdict = Verdict()
    for table in TABLES:
        topic = Topic(events, f"{prefix}.public.{table}", verdict)
        check_order(table, topic, committed_history(source_dsn, table), verdict)
        check_rows(table, rows(source_dsn, table), topic, rows(warehouse_dsn, table), verdict)
    return verdict
