"""Slow stock (呆滞存货, 库龄): what is on hand, by how long it has been lying.

    TEA  WH    up to 30 days 20   31-90 days 0   over 90 days 50    value 140.00    last out 2026-01-11

Goods leave in the order in which they came, whatever the costing method: age is about goods, not about cost.  A
transfer takes the age along.  The value of a position goes to its ages by quantity, and adds up to it.

Invariant: the quantities of the ages are the quantity on hand, their values its value, to the cent.

>>> moves = [
...     StockMove(739621, "TEA", "WH", "receipt", "GR-1", 100, 20000),
...     StockMove(739627, "TEA", "WH", "issue", "SO-1", -30, -6000),
... ]
>>> [row] = slow_stock(moves, Shown(Scales(2, 0)), on=date(2026, 3, 1), days=(30, 90))
>>> [str(age.qty) for age in row.ages], str(row.value), row.last_out
(['0', '70', '0'], '140.00', datetime.date(2026, 1, 11))
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from jxc.costing.outcome import Status
from jxc.kernel.rounding import divide
from jxc.reports.stock_moves import Scales, Shown, StockMove, worst
from jxc.reports.stock_summary import Held

__all__ = ["Scales", "SlowRow", "slow_stock"]


@dataclass(frozen=True, slots=True)
class SlowRow:
    """A position by age; ``ages``: one more than the days that were asked for, the last is older than all."""

    item: str
    place: str
    qty: Decimal
    value: Decimal | None
    ages: tuple[Held, ...]
    oldest: date | None
    last_in: date | None
    last_out: date | None
    status: Status


@dataclass(slots=True)
class _Lying:
    """What lies at a place: (day, quantity), the oldest first; ``owed``: what went before it came."""

    parts: deque[list[int]] = field(default_factory=deque[list[int]])
    owed: int = 0
    value: int = 0
    last_in: int | None = None
    last_out: int | None = None
    statuses: set[str] = field(default_factory=set[str])

    def put(self, day: int, qty: int) -> None:
        settled = min(self.owed, qty)
        self.owed -= settled
        if qty > settled:
            self.parts.append([day, qty - settled])

    def take(self, qty: int) -> Iterator[tuple[int, int]]:
        while qty and self.parts:
            first = self.parts[0]
            taken = min(first[1], qty)
            first[1] -= taken
            qty -= taken
            yield first[0], taken
            if not first[1]:
                self.parts.popleft()
        self.owed += qty


def slow_stock(
    moves: Iterable[StockMove], shown: Shown, *, on: date, days: Sequence[int] = (30, 90, 180, 365)
) -> list[SlowRow]:
    """The positions at the end of a day, sorted by item and place; ``moves`` of one or many items, in any order."""
    last = on.toordinal()
    known = [one for one in moves if one.day <= last]
    known.sort(key=lambda one: (one.item, one.day, one.fact, one.qty < 0 and one.type != "transfer", one.qty > 0))
    places: dict[tuple[str, str], _Lying] = {}
    moving: tuple[str, list[tuple[int, int]]] = ("", [])
    for one in known:
        lying = places.setdefault((one.item, one.place), _Lying())
        lying.value += one.value
        lying.statuses.add(one.status)
        if one.qty < 0:
            taken = list(lying.take(-one.qty))
            moving = (one.fact, taken) if one.type == "transfer" else ("", [])
            lying.last_out = one.day
        elif one.qty > 0:
            aged = moving[1] if one.type == "transfer" and moving[0] == one.fact else [(one.day, one.qty)]
            for day, qty in _at_most(aged, one.qty, one.day):
                lying.put(day, qty)
            lying.last_in = one.day
    rows = (_row(item, place, lying, shown, last, days) for (item, place), lying in sorted(places.items()))
    return [row for row in rows if row.qty or row.value]


def _at_most(aged: Iterable[tuple[int, int]], qty: int, today: int) -> Iterator[tuple[int, int]]:
    """The ages of a quantity that arrived: what is lost on the way is the youngest, what is more is of today."""
    for day, part in aged:
        taken = min(part, qty)
        qty -= taken
        if taken:
            yield day, taken
    if qty:
        yield today, qty


def _row(item: str, place: str, lying: _Lying, shown: Shown, last: int, days: Sequence[int]) -> SlowRow:
    sums = [0] * (len(days) + 1)
    for day, qty in lying.parts:
        sums[bisect_left(days, last - day)] += qty
    sums[0] -= lying.owed
    total = sum(sums)
    ages: list[Held] = []
    before = part = 0
    for qty in sums:
        part += qty
        worth = divide(lying.value * part, total, "half_up") if total else 0
        ages.append(Held(shown.qty(qty), shown.money(worth - before)))
        before = worth
    return SlowRow(
        item,
        place,
        shown.qty(total),
        shown.money(lying.value),
        tuple(ages),
        date.fromordinal(lying.parts[0][0]) if lying.parts else None,
        None if lying.last_in is None else date.fromordinal(lying.last_in),
        None if lying.last_out is None else date.fromordinal(lying.last_out),
        worst(lying.statuses),
    )
