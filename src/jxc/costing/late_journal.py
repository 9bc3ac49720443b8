"""What changes of the past did to the books, day by day, with both times: when it counts, and since when it was known.

A change of the past moves amounts between roles on the dates of its rows.  Booked as restated, they count on those
dates; booked forward, what concerns days before a given one counts on that day.  Nothing is ever rewritten: a question
as of a day, as known at an operation, has the same answer for ever.

    what the rows that stand did, up to the day
    - all moves that concern days up to it
    + the moves known by then that are booked up to it  =  what was answered

Invariant: over all days, booked as restated or forward, the sums are the same.

>>> late = Move(1, concerns=10, booked=32, row=5, item="TEA", place=None, role="cogs", amount=14, qty=0)
>>> journal = LateJournal([late])
>>> [(line.day, line.effect.amount) for line in journal.lines(1)], [line.day for line in journal.lines(0)]
([(10, -14), (32, 14)], [10])
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jxc.costing.effects import Effect, Role
from jxc.costing.late_changes import RowChange, Standing
from jxc.kernel.rounding import Exact

__all__ = ["LateJournal", "Line", "Move", "moves_of"]


@dataclass(frozen=True, slots=True)
class Move:
    """An amount (minor units) and quantity that an operation moved: for the day that it concerns, booked on a day."""

    operation: int
    concerns: int
    booked: int
    row: int
    item: str
    place: str | None
    role: Role
    amount: Exact
    qty: Exact


@dataclass(frozen=True, slots=True)
class Line:
    """An effect on an item, on a day."""

    day: int
    item: str
    effect: Effect


def moves_of(changes: Iterable[RowChange], operation: int, not_before: int | None) -> Iterator[Move]:
    """What the changed rows did less what they did before; days before ``not_before`` are booked on that day."""
    for change in changes:
        sums: dict[tuple[int, str, str | None, Role], tuple[Exact, Exact]] = {}
        for standing, sign in ((change.before, -1), (change.after, 1)):
            for day, item, effect in _effects(standing):
                key = (day, item, effect.place, effect.role)
                amount, qty = sums.get(key, (0, 0))
                sums[key] = (amount + sign * effect.amount, qty + sign * effect.qty)
        for (day, item, place, role), (amount, qty) in sums.items():
            if amount or qty:
                booked = day if not_before is None else max(day, not_before)
                yield Move(operation, day, booked, change.row, item, place, role, amount, qty)


def _effects(standing: Standing | None) -> Iterator[tuple[int, str, Effect]]:
    if standing is not None:
        for effect in standing.effects:
            yield standing.event.date, effect.item or standing.event.item, effect


class LateJournal:
    """The moves of all operations, in their order; they are only ever added."""

    def __init__(self, moves: Iterable[Move] = ()) -> None:
        self._moves: list[Move] = []
        self._forward: dict[int, list[Move]] = {}
        self.add(moves)

    def add(self, moves: Iterable[Move]) -> None:
        """Keep the moves of one more operation."""
        for move in moves:
            self._moves.append(move)
            if move.booked != move.concerns:
                self._forward.setdefault(move.row, []).append(move)

    def released(self, rows: Iterable[int], operation: int) -> Iterator[Move]:
        """What was booked forward of rows that are restated now, put back to the days that it concerns."""
        for row in rows:
            sums: dict[tuple[int, int, str, str | None, Role], tuple[Exact, Exact]] = {}
            for move in self._forward.get(row, ()):
                key = (move.concerns, move.booked, move.item, move.place, move.role)
                amount, qty = sums.get(key, (0, 0))
                sums[key] = (amount + move.amount, qty + move.qty)
            for (concerns, booked, item, place, role), (amount, qty) in sums.items():
                if amount or qty:
                    yield Move(operation, concerns, booked, row, item, place, role, -amount, -qty)
                    yield Move(operation, concerns, concerns, row, item, place, role, amount, qty)

    def forward(self) -> Iterator[Move]:
        """The moves that are booked on another day than the one they concern."""
        for moves in self._forward.values():
            yield from moves

    def lines(self, operation: int) -> Iterator[Line]:
        """What to add to the effects of the rows as they stand now, for the books as known at an operation."""
        for move in self._moves:
            known = move.operation <= operation
            if not known or move.booked != move.concerns:
                yield Line(move.concerns, move.item, Effect(move.role, move.place, -move.amount, -move.qty))
                if known:
                    yield Line(move.booked, move.item, Effect(move.role, move.place, move.amount, move.qty))
