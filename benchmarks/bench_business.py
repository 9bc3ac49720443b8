"""The Business facade one command at a time: in memory, and on SQLite beside sqlite3 writing the very same rows.

Two thirds issues, one third receipts, over fifty items, each with validation, moving average, entry, log, event and
outcome.  The bare driver repeats what a run of the facade wrote, transaction by transaction, into the same tables with
the same indexes; wall time, since both wait for the disk.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jxc
from benchmarks.harness import Line, measure, note

__all__ = ["run"]

BAR = 0.6
ITEMS = 50
Write = tuple[str, list[Any]]
_BY_COMMAND = {"jxc_fact": "command", "jxc_entry": "command", "jxc_event": "id", "jxc_outcome": "command"}


def run(rows: int = 1_000_000, rounds: int = 3) -> Iterator[Line]:
    """A thousandth as many commands as ``rows``, twice over in memory."""
    count = max(200, rows // 1000)
    memory = measure({"memory": partial(_in_memory, 2 * count)}, rounds)["memory"]
    yield note(f"business in memory: {2 * count:,} commands one by one", f"{2 * count / memory.best:,.0f}/s")
    ours, bare = [], []
    for _ in range(rounds):
        with TemporaryDirectory() as folder:
            path = Path(folder)
            ours.append(_on_sqlite(path / "ours.db", count))
            bare.append(_bare(path / "ours.db", path / "bare.db"))
    share = min(bare) / min(ours)
    yield note(f"business on SQLite (WAL, FULL): {count:,} commands one by one", f"{count / min(ours):,.0f}/s")
    yield note("sqlite3 alone, the same rows", f"{count / min(bare):,.0f}/s")
    yield Line("business / sqlite3 alone, wall", f"{share:.2f}", f">= {BAR}", share >= BAR)


def _story(shop: jxc.Business, count: int) -> None:
    for at in range(count):
        item, day = f"I{at % ITEMS}", (dt.date(2026, 1, 1) + dt.timedelta(at // 100)).isoformat()
        if (at // ITEMS) % 3 == 0:
            shop.stock.receive(item, "10", "2.00", date=day, place="WH", party="S-01", key=f"k{at}")
        else:
            shop.stock.issue(item, "4", date=day, place="WH", party="C-01", sale_price="5.00", key=f"k{at}")


def _open(url: str) -> jxc.Business:
    return jxc.open(url, book="acme/main", currency="CNY", chart="ifrs-trading", costing="moving_average")


def _in_memory(count: int) -> None:
    _story(_open("memory:"), count)


def _on_sqlite(path: Path, count: int) -> float:
    shop = _open(f"sqlite:///{path}")
    start = time.perf_counter()
    _story(shop, count)
    taken = time.perf_counter() - start
    shop.close_store()
    return taken


def _bare(source: Path, target: Path) -> float:
    """The wall time of the bare driver for what was written into ``source``."""
    with sqlite3.connect(source) as read:
        transactions = _transactions(read)
        schema = [row[0] for row in read.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid")]
    connection = sqlite3.connect(target, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    for statement in schema:
        if "sqlite_" not in statement[:40]:
            connection.execute(statement)
    start = time.perf_counter()
    for writes in transactions:
        connection.execute("BEGIN IMMEDIATE")
        for statement, values in writes:
            connection.execute(statement, values)
        connection.execute("COMMIT")
    taken = time.perf_counter() - start
    connection.close()
    return taken


def _transactions(read: sqlite3.Connection) -> list[list[Write]]:
    """What each command wrote, as statements: its own rows, its chunk, and its head, position and series put anew."""
    found: list[list[Write]] = []
    lines = _rows(read, "jxc_line", "entry")
    entries = _rows(read, "jxc_entry", "command")
    tables = {table: _rows(read, table, column) for table, column in _BY_COMMAND.items()}
    heads, chunks = _rows(read, "jxc_item_head", "item"), _rows(read, "jxc_cost_chunk", "item")
    positions = _rows(read, "jxc_position", "item")
    [series] = _rows(read, "jxc_series", "tenant").values()
    for row in _rows(read, "jxc_command", "id").values():
        command = row[0][2]
        writes = [_insert("jxc_command", row[0])]
        for table, by_command in tables.items():
            writes += [_insert(table, each) for each in by_command.get(command, ())]
        for entry in entries.get(command, ()):
            writes += [_insert("jxc_line", each) for each in lines[entry[2]]]
        item = tables["jxc_fact"][command][0][5]
        writes += [_insert("jxc_cost_chunk", chunks[item].pop(0))]
        writes += [_put("jxc_item_head", heads[item][0]), _put("jxc_position", positions[item][0])]
        found.append([*writes, _put("jxc_series", series[0])])
    return found


def _rows(read: sqlite3.Connection, table: str, column: str) -> dict[str, list[Any]]:
    cursor = read.execute(f"SELECT * FROM {table}")
    at = [each[0] for each in cursor.description].index(column)
    found: dict[str, list[Any]] = {}
    for row in cursor:
        found.setdefault(row[at], []).append(row)
    return found


def _insert(table: str, row: Any, how: str = "INSERT") -> Write:
    return f"{how} INTO {table} VALUES ({', '.join('?' * len(row))})", list(row)


def _put(table: str, row: Any) -> Write:
    return _insert(table, row, "INSERT OR REPLACE")
