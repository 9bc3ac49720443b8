"""The periodic average: a month of movements over many items and places, and circles of 200 places.

A month has 20 places and 50 rows an item: receipts, issues, and one row in eight a transfer, so that most items hold
chains and some hold circles.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Mapping, Sequence

import jxc
from benchmarks.harness import Line, measure

__all__ = ["run"]

ROWS_A_SECOND = 100_000
"""1,000,000 rows within 10 seconds."""
CIRCLE_SECONDS = 1.0
ROWS_AN_ITEM, PLACES = 50, 20


def run(rows: int = 1_000_000, rounds: int = 2) -> Iterator[Line]:
    table = month(rows)
    timing = measure({"month": lambda: jxc.value(table, method="periodic_average", currency="CNY")}, rounds)["month"]
    rate = rows / timing.best
    name = f"periodic average: {rows:,} rows, {rows // ROWS_AN_ITEM:,} items, {PLACES} places"
    yield Line(name, timing.per_row(rows), f"about {ROWS_A_SECOND:,} rows/s", rate >= ROWS_A_SECOND)
    for transfers in (200, 400, 1000, 4000):
        yield _circle(circle(200, transfers), f"periodic average: circle of 200 places, {transfers} transfers", rounds)


def _circle(table: Mapping[str, Sequence[object]], name: str, rounds: int) -> Line:
    timing = measure({"circle": lambda: jxc.value(table, method="periodic_average", currency="CNY")}, rounds)["circle"]
    return Line(name, f"{timing.best:.2f} s", f"<= {CIRCLE_SECONDS:g} s", timing.best <= CIRCLE_SECONDS)


def month(rows: int, seed: int = 1) -> dict[str, Sequence[object]]:
    """Columns of a month, in the order of dates, without shortages."""
    draw = random.Random(seed)
    held: dict[tuple[int, int], int] = {}
    table: dict[str, list[object]] = {
        name: [] for name in ("date", "type", "item", "place", "to_place", "qty", "amount")
    }
    for row in range(rows):
        item, place = row % (rows // ROWS_AN_ITEM), draw.randrange(PLACES)
        have, chance = held.get((item, place), 0), draw.random()
        kind, target, qty = "receipt", None, draw.randrange(5, 60)
        if have > 1 and chance > 0.3:
            kind, qty = "issue", draw.randrange(1, have + 1)
            if chance > 0.75:
                kind, target = "transfer", (place + draw.randrange(1, PLACES)) % PLACES
                held[item, target] = held.get((item, target), 0) + qty
        held[item, place] = have + (qty if kind == "receipt" else -qty)
        values = (
            dt.date(2026, 1, 1 + row * 28 // rows),
            kind,
            f"item-{item:05}",
            f"place-{place:02}",
            None if target is None else f"place-{target:02}",
            qty,
            qty * draw.randrange(100, 900) if kind == "receipt" else None,
        )
        for column, value in zip(table.values(), values, strict=True):
            column.append(value)
    return table


def circle(places: int, transfers: int, seed: int = 1) -> dict[str, Sequence[object]]:
    """One item at many places: a receipt at each, a ring of transfers, and more transfers at random."""
    draw = random.Random(seed)
    rows: list[tuple[str, int, int | None, int, int | None]] = []
    for place in range(places):
        qty = draw.randrange(50, 90)
        rows.append(("receipt", place, None, qty, qty * draw.randrange(100, 900)))
    pairs = [(place, (place + 1) % places) for place in range(places)]
    while len(pairs) < transfers:
        source = draw.randrange(places)
        pairs.append((source, (source + draw.randrange(1, places)) % places))
    rows += [("transfer", source, target, draw.randrange(1, 3), None) for source, target in pairs]
    rows += [("issue", place, None, 1, None) for place in range(places)]
    return {
        "date": [dt.date(2026, 1, 5)] * len(rows),
        "type": [row[0] for row in rows],
        "item": ["tea"] * len(rows),
        "place": [f"place-{row[1]:03}" for row in rows],
        "to_place": [None if row[2] is None else f"place-{row[2]:03}" for row in rows],
        "qty": [row[3] for row in rows],
        "amount": [row[4] for row in rows],
    }
