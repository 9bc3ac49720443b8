"""The stores beside raw driver code that writes the same rows, in one run, wall time, on databases of their own.

A posting is a command, a fact, its head put over the version before, a position added to, an entry with a number, two
lines, an outcome.  Raw code runs one statement a row, or ``executemany`` a table; the store is asked through its port.
Servers: as for the tests (``tests/servers``); those that are not there are left out and said so.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from benchmarks.harness import Line, note, ratio
from jxc.kernel.scope import Scope
from jxc.ports import (
    Add,
    Changes,
    CommandRecord,
    EntryRecord,
    FactRecord,
    ItemHead,
    LineRecord,
    OutcomeRecord,
    Record,
)
from jxc.stores.sql import SqlStore

__all__ = ["run"]

SCOPE = Scope("acme", "main")
MICROSECONDS = 1_767_571_200_000_000
NOW, DAY = datetime(2026, 1, 5, tzinfo=UTC), date(2026, 1, 5)
ITEMS = 100


def records(at: int, number: int, version: int) -> tuple[list[Record], ItemHead, Add]:
    """What posting number ``at`` writes."""
    name, item = f"{at:012}", f"I{at % ITEMS:03}"
    body = {"qty": "1", "note": "sold over the counter", "n": at}
    made: list[Record] = [
        CommandRecord(name, "issue", NOW, "clerk", "", body),
        FactRecord(f"{name}#0", name, 0, item, version, "insert", "issue", DAY, NOW, "clerk", None, None, None, body),
        EntryRecord(name, name, "2026-01", "记", number, DAY, NOW, None, "d" * 64, {}),
        LineRecord(name, 0, "6401", "2026-01", DAY, 100, "CNY", 100, None, item, "WH", f"{name}#0", {}),
        LineRecord(name, 1, "1405", "2026-01", DAY, -100, "CNY", -100, None, item, "WH", f"{name}#0", {}),
        OutcomeRecord("issue", name, "d" * 64, name, NOW, {"number": number}),
    ]
    return (
        made,
        ItemHead(item, version, item, {}, {"last": name}),
        Add("position", (item, "WH", ""), {"quantity": 1, "value": 100}),
    )


def rows(at: int, number: int, version: int) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """The same as rows, put together by hand."""
    name, item = f"{at:012}", f"I{at % ITEMS:03}"
    body = json.dumps({"qty": "1", "note": "sold over the counter", "n": at}, separators=(",", ":"))
    fact = f"{name}#0"
    yield "command", (name, "issue", MICROSECONDS, "clerk", "", body)
    yield (
        "fact",
        (fact, name, 0, item, version, "insert", "issue", "2026-01-05", MICROSECONDS, "clerk", None, None, None, body),
    )
    yield "entry", (name, name, "2026-01", "记", number, "2026-01-05", MICROSECONDS, None, "d" * 64, "{}")
    for ordinal, account, amount in ((0, "6401", 100), (1, "1405", -100)):
        money = ("2026-01-05", amount, "CNY", amount)
        yield "line", (name, ordinal, account, "2026-01", *money, None, item, "WH", fact, "{}")
    yield "outcome", ("issue", name, "d" * 64, name, MICROSECONDS, json.dumps({"number": number}))


def post(store: Any, first: int, count: int) -> None:
    """So many postings in one transaction, as the facade asks for them."""
    items = sorted({f"I{at % ITEMS:03}" for at in range(first, first + count)})
    with store.begin(SCOPE, lock={"item_head": [(item,) for item in items]}) as tx:
        tx.get("outcome", [("issue", f"{at:012}") for at in range(first, first + count)])
        heads = {head.item: head.version for head in tx.get("item_head", [(item,) for item in items]) if head}
        number = tx.draw("记", count)
        insert: list[Record] = []
        put: dict[str, ItemHead] = {}
        add: list[Add] = []
        for at in range(first, first + count):
            item = f"I{at % ITEMS:03}"
            made, head, more = records(at, number + at - first, heads.get(item, 0) + 1)
            insert += made
            put[item] = head
            add.append(more)
        tx.commit(Changes(insert=insert, put=list(put.values()), add=add))


class Raw:
    """The same by the driver alone: one statement a row, or one ``executemany`` a table."""

    def __init__(self, store: SqlStore, many: bool) -> None:
        engine = store._target
        assert isinstance(engine, sa.Engine)
        self.pooled = engine.raw_connection()
        self.connection: Any = self.pooled.dbapi_connection
        self.texts, self.style, self.many = store._texts, store._kind.style, many
        self.sqlite = engine.dialect.name == "sqlite"
        kinds = ("command", "fact", "entry", "line", "outcome")
        self.inserts = {kind: self.texts.of(kind).insert for kind in kinds}
        mark, name, equal = self.style.mark, self.style.name, self.style.equal
        sets = ",".join(f"{name(each)}={mark}" for each in ("version", "state"))
        where = equal(["tenant", "book", "item", "version"])
        self.head = f"UPDATE {self.texts.table('item_head')} SET {sets} WHERE {where}"
        sets = ",".join(f"{name(each)}={name(each)}+{mark}" for each in ("quantity", "value"))
        self.position = f"UPDATE {self.texts.table('position')} SET {sets} WHERE {equal(self.texts.of('position').key)}"

    def post(self, first: int, count: int) -> None:
        cursor = self.connection.cursor()
        if self.sqlite:
            cursor.execute("BEGIN IMMEDIATE")
        mark, name = self.style.mark, self.style.name
        scope = ("acme", "main")
        heads: dict[str, int] = {}
        for item in sorted({f"I{at % ITEMS:03}" for at in range(first, first + count)}):
            lock = "" if self.sqlite else " FOR UPDATE"
            cursor.execute(self.texts.of("item_head").find + lock, (*scope, item))
            row = cursor.fetchone()
            heads[item] = row[1] if row else 0
        for at in range(first, first + count):
            cursor.execute(self.texts.of("outcome").find, (*scope, "issue", f"{at:012}"))
            cursor.fetchone()
        series = self.texts.table("series")
        where = self.style.equal(["tenant", "book", "series"])
        cursor.execute(f"UPDATE {series} SET {name('last')}={name('last')}+{mark} WHERE {where}", (count, *scope, "记"))
        cursor.execute(f"SELECT {name('last')} FROM {series} WHERE {where}", (*scope, "记"))
        [last] = cursor.fetchone()
        tables: dict[str, list[Any]] = {text: [] for text in self.inserts.values()}
        moved: dict[str, list[int]] = {}
        for at in range(first, first + count):
            item, number = f"I{at % ITEMS:03}", last - count + 1 + at - first
            for kind, row in rows(at, number, heads[item] + 1):
                tables[self.inserts[kind]].append(scope + row)
            sums = moved.setdefault(item, [0, 0])
            sums[0] += 1
            sums[1] += 100
        tables[self.head] = [(heads[item] + 1, '{"last":"x"}', *scope, item, heads[item]) for item in sorted(moved)]
        tables[self.position] = [(*moved[item], *scope, item, "WH", "") for item in sorted(moved)]
        for text, cells in tables.items():
            if self.many:
                cursor.executemany(text, cells)
            else:
                for row in cells:
                    cursor.execute(text, row)
        self.connection.commit()


def prepare(store: SqlStore) -> None:
    """Heads, positions and a series are there."""
    store.purge(SCOPE)
    heads = [ItemHead(f"I{at:03}", 1, f"I{at:03}", {}, {}) for at in range(ITEMS)]
    add = [Add("position", (f"I{at:03}", "WH", ""), {"quantity": 1}) for at in range(ITEMS)]
    with store.begin(SCOPE) as tx:
        tx.draw("记")
        tx.commit(Changes(put=heads, add=add))


def timed(act: Callable[[int], None], times: int) -> list[float]:
    """Seconds of each call."""
    found = []
    for at in range(times):
        start = time.perf_counter()
        act(at)
        found.append(time.perf_counter() - start)
    return found


def _spread(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    p99 = ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]
    return f"p50 {statistics.median(ordered) * 1e3:.2f} ms, p99 {p99 * 1e3:.2f} ms"


def compared(name: str, store: SqlStore, size: int, times: int, bar: float, many: bool, rounds: int) -> Iterator[Line]:
    """Store and raw code in turn, best of the rounds; then how the single calls spread."""
    prepare(store)
    raw = Raw(store, many)
    place, best, calls = 0, {"raw": 0.0, "ours": 0.0}, {"raw": list[float](), "ours": list[float]()}
    for _ in range(rounds):
        for who, act in (("raw", raw.post), ("ours", lambda first, count: post(store, first, count))):
            start = place
            seconds = timed(lambda at, first=start, run=act: run(first + at * size, size), times)
            place += times * size
            best[who] = max(best[who], times * size / sum(seconds))
            calls[who] += seconds
    raw.pooled.close()
    yield ratio(f"{name}, {size} a transaction: store / raw", best["ours"] / best["raw"], bar)
    for who in ("raw", "ours"):
        yield note(f"  {who}", f"{best[who]:,.0f} postings/s; a transaction {_spread(calls[who])}")


def _write(url: str, schema: str | None, number: int, times: int, ready: Any, results: Any) -> None:
    store = SqlStore(url, schema=schema)
    with store.begin(SCOPE, read_only=True) as tx:
        tx.get("item_head", [("I000",)])
    ready.wait()
    seconds = timed(lambda at: sell(store, number, at), times)
    results.put(seconds)


def sell(store: SqlStore, number: int, at: int) -> None:
    """One posting of a writer on a head of its own."""
    item, name = f"I{number:03}", f"w{number}-{at:09}"
    with store.begin(SCOPE, lock={"item_head": [(item,)]}) as tx:
        [head] = tx.get("item_head", [(item,)])
        body = {"qty": "1", "n": at}
        made: list[Record] = [
            CommandRecord(name, "issue", NOW, "clerk", "", body),
            LineRecord(name, 0, "6401", "2026-01", DAY, 100, "CNY", 100, None, item, "WH", None, {}),
            LineRecord(name, 1, "1405", "2026-01", DAY, -100, "CNY", -100, None, item, "WH", None, {}),
            OutcomeRecord("issue", name, "d" * 64, name, NOW, body),
        ]
        head = ItemHead(item, head.version + 1, item, {}, {})
        tx.commit(Changes(insert=made, put=[head], add=[Add("position", (item, "WH", ""), {"quantity": 1})]))


def spread(name: str, url: str, schema: str | None, times: int, bar: float | None) -> Iterator[Line]:
    """Eight writers on eight heads beside one."""
    rates = {}
    for writers in (1, 8):
        store = SqlStore(url, schema=schema)
        prepare(store)
        store.close()
        context = multiprocessing.get_context("spawn")
        ready, results = context.Barrier(writers + 1), context.Queue()
        each_one = max(times // writers, 60)
        running = [
            context.Process(target=_write, args=(url, schema, at, each_one, ready, results)) for at in range(writers)
        ]
        for each in running:
            each.start()
        ready.wait()
        start = time.perf_counter()
        seconds = [one for _ in running for one in results.get()]
        rates[writers] = len(seconds) / (time.perf_counter() - start)
        for each in running:
            each.join()
        yield note(f"{name}, {writers} writers, spread", f"{rates[writers]:,.0f} postings/s; {_spread(seconds)}")
    figure = rates[8] / rates[1]
    yield (
        note(f"{name}: 8 writers / 1", f"{figure:.2f}") if bar is None else ratio(f"{name}: 8 writers / 1", figure, bar)
    )


def threads(url: str, batch: int, times: int) -> Iterator[Line]:
    """Eight threads on one SQLite file: the longest wait beside the usual one."""
    store = SqlStore(url)
    prepare(store)
    found: list[float] = []

    def work(number: int) -> None:
        base = 10**9 * (number + 1)
        found.extend(timed(lambda at: post(store, base + at * batch, batch), times))

    running = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for each in running:
        each.start()
    for each in running:
        each.join()
    store.close()
    alone = statistics.median(found) / 8
    figure = max(found) / alone
    yield Line("SQLite, 8 threads: longest wait / a batch", f"{figure:.1f}", "<= 20", figure <= 20)


def run(rows: int = 1_000_000, rounds: int = 3) -> Iterator[Line]:
    """One by one and in batches of 1000 on every engine that is there."""
    times = max(60, rows // 2500)
    with tempfile.TemporaryDirectory() as folder:
        for synchronous in ("NORMAL", "FULL"):
            url = f"sqlite:///{folder}/{synchronous}.db"
            store = SqlStore(url, create=True, synchronous=synchronous)
            yield from compared(f"SQLite {synchronous}", store, 1, times * 2, 0.6, False, rounds)
            yield from compared(f"SQLite {synchronous}", store, 1000, max(2, times // 100), 0.5, True, rounds)
            store.close()
        yield from threads(url, 100, 6)
        yield from spread("SQLite FULL", url, None, times, None)
    yield from _servers(times, rounds)


def _servers(times: int, rounds: int) -> Iterator[Line]:
    from tests.servers.databases import mariadb, mariadb_database, postgres, postgres_schema

    with contextlib.ExitStack() as stack:
        try:
            url = stack.enter_context(postgres())
            schema = stack.enter_context(postgres_schema(url))
        except BaseException as reason:  # noqa: BLE001  # pytest skips by an exception of its own
            yield note("PostgreSQL", f"left out: {reason}")
        else:
            yield from _server("PostgreSQL", url, schema, times, rounds, (0.8, 1.0, 1.2))
        try:
            url = stack.enter_context(mariadb_database(stack.enter_context(mariadb())))
        except BaseException as reason:  # noqa: BLE001
            yield note("MariaDB", f"left out: {reason}")
        else:
            yield from _server("MariaDB", url, None, times, rounds, (0.0, 0.0, None))


def _server(
    name: str, url: str, schema: str | None, times: int, rounds: int, bars: tuple[float, float, float | None]
) -> Iterator[Line]:
    store = SqlStore(url, schema=schema, create=True)
    yield from compared(name, store, 1, times, bars[0], False, rounds)
    yield from compared(name, store, 1000, max(2, times // 100), bars[1], True, rounds)
    store.close()
    yield from spread(name, url, schema, times, bars[2])
