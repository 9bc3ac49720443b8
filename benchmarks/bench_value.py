"""``jxc.value_integers`` from columns of integers; ``jxc.value`` from tables, dicts of text, movement objects.

The same history each time, in the order of its dates, receipts first within a day; bare loops over the bare columns are
timed in the same run.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial

import jxc
from benchmarks.baselines import bare_average, bare_fifo, bare_lifo, by_day, float_fifo
from benchmarks.harness import Line, Timing, measure, note, ratio, speed
from benchmarks.histories import Columns, zipf
from jxc.stock.base_facts import Movement
from jxc.stock.movement_facts import Issue, Receipt

__all__ = ["run"]

BARE: dict[str, Callable[..., object]] = {"fifo": bare_fifo, "lifo": bare_lifo, "moving_average": bare_average}
TEXT_BAR = 300_000
MOVEMENT_BAR = 100_000
DAYS = 730


def run(rows: int = 1_000_000, rounds: int = 3) -> Iterator[Line]:
    history = zipf(rows)
    yield from _whole_columns(history, rounds)
    few = Columns(*(column[: rows // 5] for column in history))
    yield from _other_inputs(few, rounds)


def _whole_columns(history: Columns, rounds: int) -> Iterator[Line]:
    table = columns_of_integers(history)
    days = [row * DAYS // len(history.keys) for row in range(len(history.keys))]
    candidates: dict[str, Callable[[], object]] = {"float": partial(float_fifo, *history)}
    for method, bare in BARE.items():
        candidates[f"bare {method}"] = partial(bare, *history)
        candidates[f"sorted {method}"] = partial(by_day, bare, days, *history)
        candidates[method] = partial(jxc.value_integers, *history, method=method)
        candidates[f"days {method}"] = partial(jxc.value_integers, *history, date=days, method=method)
        candidates[f"table {method}"] = partial(jxc.value, table, method=method, currency="CNY")
    timings = measure(candidates, rounds)
    rows = len(history.keys)
    for method in BARE:
        yield note(f"value_integers, {method}: {rows:,} rows in order", timings[method].per_row(rows))
        yield ratio(
            f"value_integers, {method}: speed / bare integer loop", speed(timings, method, f"bare {method}"), 0.6
        )
        yield note(f"value_integers, {method}: {rows:,} rows by day", timings[f"days {method}"].per_row(rows))
        fair = speed(timings, f"days {method}", f"sorted {method}")
        yield ratio(f"value_integers, {method}: speed / sorting and the bare loop", fair, 0.6)
        yield note(
            f"value, {method}: {rows:,} rows, words, dates and integers", timings[f"table {method}"].per_row(rows)
        )
    yield ratio("value_integers, fifo: speed / bare float queue", speed(timings, "fifo", "float"), 1.0)


def _other_inputs(history: Columns, rounds: int) -> Iterator[Line]:
    rows = len(history.keys)
    inputs = {
        "text": columns_of_text(history),
        "dicts": list_of_dicts(history),
        "movements": movements(history),
    }
    timings = measure(
        {kind: partial(jxc.value, data, method="fifo", currency="CNY") for kind, data in inputs.items()}, rounds
    )
    yield _rate(f"value, fifo: {rows:,} rows, columns of text", timings["text"], rows, TEXT_BAR)
    yield _rate(f"value, fifo: {rows:,} movement objects", timings["movements"], rows, MOVEMENT_BAR)
    yield note(f"value, fifo: {rows:,} dicts of text", timings["dicts"].per_row(rows))


def _rate(name: str, timing: Timing, rows: int, bar: int) -> Line:
    rate = rows / timing.best
    return Line(name, timing.per_row(rows), f"about {bar:,} rows/s", rate >= bar)


def _dates(rows: int) -> list[dt.date]:
    first = dt.date(2024, 1, 1)
    days = [first + dt.timedelta(days=day) for day in range(DAYS)]
    return [days[row * DAYS // rows] for row in range(rows)]


def columns_of_integers(history: Columns) -> dict[str, Sequence[object]]:
    """Quantities and amounts as ``int``; an issue has no amount."""
    return {
        "date": _dates(len(history.keys)),
        "type": ["receipt" if qty > 0 else "issue" for qty in history.qty],
        "item": [f"item-{key:05}" for key in history.keys],
        "qty": [abs(qty) for qty in history.qty],
        "amount": [value if qty > 0 else None for qty, value in zip(history.qty, history.value, strict=True)],
    }


def columns_of_text(history: Columns) -> dict[str, list[str]]:
    """As a CSV file has them: dates in ISO form, amounts with two places, an empty amount for an issue."""
    whole = columns_of_integers(history)
    cents = zip(history.qty, history.value, strict=True)
    return {
        "date": [str(date) for date in whole["date"]],
        "type": [str(kind) for kind in whole["type"]],
        "item": [str(item) for item in whole["item"]],
        "qty": [str(qty) for qty in whole["qty"]],
        "amount": [f"{value // 100}.{value % 100:02}" if qty > 0 else "" for qty, value in cents],
    }


def list_of_dicts(history: Columns) -> list[Mapping[str, str]]:
    columns = columns_of_text(history)
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def movements(history: Columns) -> list[Movement]:
    dates = _dates(len(history.keys))
    found: list[Movement] = []
    for date, key, qty, value in zip(dates, *history, strict=True):
        item = f"item-{key:05}"
        if qty > 0:
            found.append(Receipt(date=date, item=item, qty=Decimal(qty), amount=Decimal(value).scaleb(-2)))
        else:
            found.append(Issue(date=date, item=item, qty=Decimal(-qty)))
    return found
