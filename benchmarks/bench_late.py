"""Goods recorded late: what an amendment takes, against a replay of the item or of everything by a bare integer loop.

Every line is of one run.  ``item replay``: the bare loop over the rows of the item that an amendment is made to, mean
over the amendments.  After each series the costs are compared with a full replay (``R5``).  The list of changes is
asked for within what is timed.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import fmean, median, quantiles
from typing import Any

from benchmarks.harness import Line, measure, note, ratio
from benchmarks.late_moves import DAYS, START, bare_average_item, bare_fifo_item, bare_rows, moves
from jxc.api.history import History
from jxc.costing.engine import replay
from jxc.costing.events import Event, Scales
from jxc.costing.late_average import AverageKeeper
from jxc.costing.late_book import LateBook, builtin_methods
from jxc.costing.late_fifo import FifoKeeper
from jxc.costing.late_fifo_index import IndexKeeper
from jxc.costing.loops import fifo_costs
from jxc.costing.order import in_order
from jxc.costing.policy import Policy

__all__ = ["run"]

PLACES = 5
BACK = {"1 day": 1, "30 days": 30, "365 days": 365}

Bare = Callable[..., Mapping[int, int]]
Job = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Series:
    """Seconds of each amendment, and what it changed."""

    seconds: list[float]
    changed: list[int]

    def told(self) -> str:
        p99 = quantiles(self.seconds, n=100)[98]
        times = " / ".join(f"{value * 1e3:,.3f}" for value in (median(self.seconds), fmean(self.seconds), p99))
        return f"{times} ms; {fmean(self.changed):,.1f} rows changed, most {max(self.changed):,}"

    @property
    def mean(self) -> float:
        return fmean(self.seconds)

    @property
    def p99(self) -> float:
        return quantiles(self.seconds, n=100)[98]


def run(rows: int = 1_000_000, rounds: int = 3) -> Iterator[Line]:
    jobs = 300 if rows >= 1_000_000 else 120
    yield from _average(rows // 5, jobs, rounds)
    yield from _fifo_queues(rows // 5, jobs, rounds)
    yield from _fifo_prices(rows, jobs * 2, rounds)
    yield from _hot_key(rows, jobs * 2, rounds)
    yield from _explained((1_000, rows // 10, rows))
    yield from _history(rows // 10)


# ------------------------------------------------------------------------------------------------------- amending


def by_item(events: Sequence[Event]) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = {}
    for event in events:
        found.setdefault(event.item, []).append(event)
    return found


def series(keepers: Mapping[str, Any], jobs: Sequence[Job]) -> Series:
    """Make each amendment, ask for its changes, and take it back untimed."""
    seconds: list[float] = []
    changed: list[int] = []
    gc.collect()
    for item, arguments in jobs:
        start = time.process_time()
        amendment = keepers[item].amend(**arguments)
        changes = amendment.changes
        seconds.append(time.process_time() - start)
        changed.append(len(changes))
        amendment.undo()
    return Series(seconds, changed)


def equal(keepers: Mapping[str, Any], policy: Policy, jobs: Sequence[Job], most: int) -> bool:
    """Make some of the amendments for good, one after the other, and compare their items with a full replay."""
    touched = [job for job in jobs if "enter" not in job[1]][:most] or list(jobs[:most])
    rows: dict[int, int] = {}
    for item, arguments in touched:
        if rows.keys().isdisjoint(event.row for event in arguments.get("enter", ())):
            keepers[item].amend(**arguments)
            rows.update((event.row, 1) for event in arguments.get("enter", ()))
    return all(_as_replayed(keepers[item], policy) for item in dict(touched))


def _as_replayed(keeper: Any, policy: Policy) -> bool:
    charges = keeper.charges()
    rows = [_charged(event, charges.get(event.row, 0)) for event in keeper.events().values()]
    outcomes = replay(rows, policy).state.outcomes
    return dict(keeper.costs()) == {row: outcome.cost for row, outcome in outcomes.items()}


def _charged(event: Event, charge: int) -> Event:
    if not charge:
        return event
    amount = (event.amount or 0) + charge
    return Event(event.row, event.type, event.date, event.item, event.qty, amount, place=event.place)


def late_receipts(events: Sequence[Event], back: int, count: int, seed: int) -> list[Job]:
    """Receipts so many days before the end; the item and the place of a row picked at random."""
    draw = random.Random(seed)
    day, found = START + DAYS - back, list[Job]()
    for number in range(count):
        near, qty = draw.choice(events), draw.randint(1, 200)
        amount = qty * draw.randint(300, 500)
        late = Event(len(events) + 10_000 * back + number, "receipt", day, near.item, qty, amount, place=near.place)
        found.append((near.item, {"enter": [late]}))
    return found


def price_changes(events: Sequence[Event], back: int, count: int, seed: int) -> list[Job]:
    """Charges to receipts of one day, so many days before the end."""
    draw = random.Random(seed)
    day = START + DAYS - back
    near = [event for event in events if event.type == "receipt" and day - 1 <= event.date <= day]
    return [
        (event.item, {"recharge": {event.row: draw.randint(1, int(event.amount or 0) // 5 + 1)}})
        for event in (draw.choice(near) for _ in range(count))
    ]


# --------------------------------------------------------------------------------------------------------- lines


def item_replay(items: Mapping[str, list[Event]], bare: Bare, rounds: int) -> Callable[[str], float]:
    """Seconds that the bare loop takes for an item, and to compare its costs; measured once for each."""
    known: dict[str, float] = {}

    def seconds(item: str) -> float:
        if item not in known:
            rows = bare_rows(items[item])
            old = bare(rows, PLACES)
            known[item] = measure({"bare": lambda: _compared(bare(rows, PLACES), old)}, rounds)["bare"].best
        return known[item]

    return seconds


def _compared(new: Mapping[int, int], old: Mapping[int, int]) -> list[tuple[int, int, int]]:
    """What a replay is for: the rows with another cost."""
    return [(row, old[row], cost) for row, cost in new.items() if old[row] != cost]


def _average(rows: int, count: int, rounds: int) -> Iterator[Line]:
    events = moves(rows, 30, PLACES)
    items, policy = by_item(events), Policy(method="moving_average")
    keepers = {item: AverageKeeper(found, policy) for item, found in items.items()}
    seconds = item_replay(items, bare_average_item, rounds)
    for code, name, make, bars in (
        ("R2", "late receipt", late_receipts, {"1 day": 50, "30 days": 20, "365 days": 2.5}),
        ("R3", "changed cost", price_changes, {"1 day": 80, "365 days": 6}),
    ):
        for words, back in BACK.items():
            jobs = make(events, back, count, back)
            done, whole = series(keepers, jobs), fmean(seconds(item) for item, _ in jobs)
            title = f"{code} average, {rows:,} rows, {name}, {words} back"
            yield note(f"{title}: p50 / mean / p99", done.told())
            bar = bars.get(words)
            speed = whole / done.mean
            yield (
                ratio(f"{title}: speed / item replay ({whole * 1e3:,.1f} ms)", speed, bar)
                if bar
                else note(f"{title}: speed / item replay", f"{speed:,.1f}")
            )
            yield _same(f"R5 {title}", equal(keepers, policy, jobs, 4))


def _fifo_queues(rows: int, count: int, rounds: int) -> Iterator[Line]:
    """Under FIFO what changes quantities has no bar; it is told."""
    events = moves(rows, 30, PLACES)
    items, policy = by_item(events), Policy()
    keepers = {item: FifoKeeper(found, policy) for item, found in items.items()}
    seconds = item_replay(items, bare_fifo_item, rounds)
    for words, back in BACK.items():
        jobs = late_receipts(events, back, count // 3, back)
        done, whole = series(keepers, jobs), fmean(seconds(item) for item, _ in jobs)
        title = f"FIFO, {rows:,} rows, late receipt, {words} back"
        yield note(f"{title}: p50 / mean / p99", done.told())
        yield note(f"{title}: speed / item replay ({whole * 1e3:,.1f} ms)", f"{whole / done.mean:,.1f}")
        yield _same(f"R5 {title}", equal(keepers, policy, jobs, 4))


def _fifo_prices(rows: int, count: int, rounds: int) -> Iterator[Line]:
    events = moves(rows, 2000, PLACES)
    items, policy = by_item(events), Policy()
    keepers = {item: FifoKeeper(found, policy) for item, found in items.items()}
    bare = [bare_rows(found) for found in items.values()]
    whole = measure({"bare": lambda: [bare_fifo_item(found, PLACES) for found in bare]}, 1)["bare"].best
    for words, back in BACK.items():
        jobs = price_changes(events, back, count, back)
        yield from _price_lines(f"R1 FIFO, {rows:,} rows, 2,000 items, {words} back", series(keepers, jobs), whole)
        yield _same(f"R5 FIFO, changed cost, {words} back", equal(keepers, policy, jobs, 20))


def _price_lines(title: str, done: Series, whole: float) -> Iterator[Line]:
    yield note(f"{title}: p50 / mean / p99", done.told())
    yield Line(f"{title}: p99", f"{done.p99 * 1e3:.3f} ms", "<= 0.5 ms", done.p99 <= 0.0005)
    yield ratio(f"{title}: speed / whole bare replay ({whole:,.2f} s)", whole / done.mean, 2000)


def _same(title: str, same: bool) -> Line:
    return Line(f"{title}: costs = full replay", "equal" if same else "DIFFERENT", "equal", same)


def _hot_key(rows: int, count: int, rounds: int) -> Iterator[Line]:
    """One key of so many rows: prices change, and the totals of two years by month after a late receipt."""
    events = moves(rows, 1, 1, plain=True)
    keeper = IndexKeeper(events, Policy())
    keepers = {"item-0": keeper}
    bare = bare_rows(events)
    whole = measure({"bare": lambda: bare_fifo_item(bare, 1)}, 1)["bare"].best
    for words, back in BACK.items():
        jobs = price_changes(events, back, count, back)
        yield from _price_lines(f"R1 FIFO, one key of {rows:,} rows, {words} back", series(keepers, jobs), whole)
    ends = [START + month * 365 // 12 for month in range(1, 25)]
    for words, back in BACK.items():
        done = _totals(keeper, late_receipts(events, back, count // 6, back), ends)
        title = f"R4 late receipt and totals of 24 months, one key of {rows:,} rows, {words} back"
        yield note(f"{title}: p50 / mean / p99", done.told().split(";")[0])
        yield Line(f"{title}: p99", f"{done.p99 * 1e3:.2f} ms", "<= 5 ms", done.p99 <= 0.005)
    for _, arguments in [*late_receipts(events, 365, 3, 7), *price_changes(events, 100, 3, 7)]:
        keeper.amend(**arguments)
    yield _same(f"R5 FIFO, one key of {rows:,} rows", _as_looped(keeper, ends))


def _explained(sizes: Sequence[int]) -> Iterator[Line]:
    """Why an issue picked at random costs what it does, right after a late receipt a day before the end."""
    for title, method, plain, counts in (
        ("FIFO, one key", "fifo", True, sizes),
        ("FIFO with transfers, one item", "fifo", False, sizes[:2]),
        ("average, one key", "moving_average", True, sizes[:2]),
        ("LIFO, one key, by stretches", "lifo", True, (sizes[0], sizes[0] * 20)),
    ):
        first = 0.0
        for rows in counts:
            done = _explanations(moves(rows, 1, 1 if plain else PLACES, plain=plain), Policy(method=method))
            name = f"explain, {title} of {rows:,} rows"
            yield note(f"{name}: p50 / mean / p99", done.told().replace("rows changed", "sources"))
            first = first or median(done.seconds)
            times = median(done.seconds) / first
            if title.startswith("FIFO") and rows > sizes[0]:
                yield Line(f"{name}: time / that of {sizes[0]:,} rows", f"{times:.2f}", "<= 4", times <= 4)


def _explanations(events: Sequence[Event], policy: Policy) -> Series:
    book = LateBook(policy, Scales(), builtin_methods(), events)
    draw, last = random.Random(7), events[-1]
    issues = [event for event in events if event.type == "issue"]
    seconds: list[float] = []
    sources: list[int] = []
    gc.collect()
    for number in range(40):
        late = Event(len(events) + number, "receipt", last.date - 1, last.item, 9, 3000 + number, place=last.place)
        book.amend(enter=[late])
        issue = draw.choice(issues)
        start = time.process_time()
        lines = book.explain(issue.row)
        seconds.append(time.process_time() - start)
        sources.append(len(lines))
    return Series(seconds, sources)


def _history(rows: int) -> Iterator[Line]:
    """The open history as users have it: read from dicts, previewed, asked."""
    table = [_stated(event) for event in moves(rows, 100, PLACES)]
    start = time.process_time()
    book = History(table, method="moving_average", currency="CNY")
    yield note(f"History of {rows:,} rows, average: load", f"{time.process_time() - start:.1f} s")
    draw, seconds, changed = random.Random(3), list[float](), list[int]()
    gc.collect()
    for number in range(60):
        near = draw.choice(table)
        late = {**near, "id": f"L{number}", "type": "receipt", "qty": 5, "amount": "17.00", "ref": "", "to_place": ""}
        late["date"] = date.fromordinal(START + DAYS - 30)
        start = time.process_time()
        changes = book.insert([late], preview=True).changes
        seconds.append(time.process_time() - start)
        changed.append(len(changes))
    done = Series(seconds, changed)
    yield note(f"History of {rows:,} rows: preview of a receipt 30 days late: p50 / mean / p99", done.told())


def _stated(event: Event) -> dict[str, object]:
    return {
        "id": f"R{event.row}",
        "date": date.fromordinal(event.date),
        "type": event.type,
        "item": event.item,
        "qty": event.qty,
        "amount": "" if event.amount is None else Decimal(int(event.amount)) / 100,
        "place": event.place or "",
        "to_place": event.to_place or "",
        "ref": ";".join(f"R{row}" for row in event.refs),
    }


def _totals(keeper: IndexKeeper, jobs: Sequence[Job], ends: Sequence[int]) -> Series:
    seconds: list[float] = []
    gc.collect()
    for _, arguments in jobs:
        start = time.process_time()
        amendment = keeper.amend(**arguments)
        keeper.totals(ends)
        seconds.append(time.process_time() - start)
        amendment.undo()
    return Series(seconds, [0])


def _as_looped(keeper: IndexKeeper, ends: Sequence[int]) -> bool:
    """The same costs and totals as those of the loop over all rows, which the engine is proven equal to."""
    charges = keeper.charges()
    rows = in_order(keeper.events().values(), Policy())
    qty = [int(event.qty) * (1 if event.type == "receipt" else -1) for event in rows]
    value = [int(event.amount or 0) + charges.get(event.row, 0) for event in rows]
    costs = fifo_costs([0] * len(rows), qty, value).costs
    if dict(keeper.costs()) != {event.row: cost for event, cost in zip(rows, costs, strict=True)}:
        return False
    issued = [(event.date, cost) for event, cost in zip(rows, costs, strict=True) if event.type == "issue"]
    return keeper.totals(ends) == [sum(cost for day, cost in issued if day <= end) for end in ends]
