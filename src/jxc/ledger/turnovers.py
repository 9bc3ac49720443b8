"""Turnover (发生额) of every account: kept per period while entries come in, added up when somebody asks.

    cells[period][kind][account, currency, party] = [debit, credit, base debit, base credit]

A question that begins and ends with whole periods adds cells up; one that cuts a period reads the entries of that
period as well; one about what was known at a time, or about a dimension, reads the entries it concerns.

Invariant: the cells are a projection of the entries: adding them up gives what reading all entries gives.

>>> from jxc.ledger.entries import Line
>>> totals = Turnover.of([Line("1002", 500, 500, "CNY"), Line("1002", -200, -200, "CNY")])
>>> totals.base, totals.base_debit, totals.base_credit
(300, 500, 200)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from jxc.ledger.entries import Entry, Line

__all__ = ["Cells", "Key", "Turnover", "Turnovers", "add_line", "merge", "scan", "subtract"]

Key: TypeAlias = tuple[str, str, str | None]
"""Account, currency, party."""

Cells: TypeAlias = dict[Key, list[int]]


@dataclass(frozen=True, slots=True)
class Turnover:
    """What was debited and credited, in minor units of the currency and of the book's."""

    debit: int = 0
    credit: int = 0
    base_debit: int = 0
    base_credit: int = 0

    @classmethod
    def of(cls, lines: Iterable[Line]) -> Turnover:
        """The turnover of lines of one currency."""
        cells: Cells = {}
        for line in lines:
            add_line(cells, line, 1)
        return cls(*map(sum, zip(*cells.values(), strict=True))) if cells else cls()

    @property
    def amount(self) -> int:
        """The balance in the currency, debit above zero."""
        return self.debit - self.credit

    @property
    def base(self) -> int:
        """The balance in the book's currency, debit above zero."""
        return self.base_debit - self.base_credit

    def __add__(self, other: Turnover) -> Turnover:
        return Turnover(
            self.debit + other.debit,
            self.credit + other.credit,
            self.base_debit + other.base_debit,
            self.base_credit + other.base_credit,
        )


def add_line(cells: Cells, line: Line, sign: int) -> None:
    """Add a line to its cell, or with ``sign`` -1 take it out again."""
    key = (line.account, line.currency, line.party)
    cell = cells.get(key)
    if cell is None:
        cell = cells[key] = [0, 0, 0, 0]
    amount, base = line.amount, line.base
    if ((base or amount) >= 0) != line.red:
        cell[0] += sign * amount
        cell[2] += sign * base
    else:
        cell[1] -= sign * amount
        cell[3] -= sign * base


def merge(into: Cells, cells: Cells) -> None:
    """Add cells to others."""
    for key, (debit, credit, base_debit, base_credit) in cells.items():
        cell = into.get(key)
        if cell is None:
            into[key] = [debit, credit, base_debit, base_credit]
        else:
            cell[0] += debit
            cell[1] += credit
            cell[2] += base_debit
            cell[3] += base_credit


def subtract(cells: Cells, others: Cells) -> Cells:
    """What cells have beyond others."""
    found: Cells = {}
    for key, cell in cells.items():
        other = others.get(key, _NOTHING)
        left = [one - two for one, two in zip(cell, other, strict=True)]
        if any(left):
            found[key] = left
    return found


_NOTHING = [0, 0, 0, 0]
_PLACES = {"normal": 0, "adjusting": 0, "closing": 1, "opening": 2}
"""Which of the cells of a period an entry of that kind counts in."""


class Turnovers:
    """The cells of one ledger, by period, those of closing and of opening entries apart."""

    __slots__ = ("_cells", "_entries")

    def __init__(self) -> None:
        self._cells: dict[str, tuple[Cells, Cells, Cells]] = {}
        self._entries: dict[str, list[Entry]] = {}

    def add(self, entry: Entry) -> None:
        """Take a posted entry in."""
        period = entry.period
        pair = self._cells.get(period)
        if pair is None:
            pair = self._cells[period] = ({}, {}, {})
            self._entries[period] = []
        cells = pair[_PLACES[entry.draft.kind]]
        for line in entry.draft.lines:  # as add_line does, written out: every posted line comes this way
            amount, base, key = line.amount, line.base, (line.account, line.currency, line.party)
            cell = cells.get(key)
            if cell is None:
                cell = cells[key] = [0, 0, 0, 0]
            if ((base or amount) >= 0) != line.red:
                cell[0] += amount
                cell[2] += base
            else:
                cell[1] -= amount
                cell[3] -= base
        self._entries[period].append(entry)

    def remove_last(self, entry: Entry) -> None:
        """Take out the entry that was taken in last: a batch was refused."""
        cells = self._cells[entry.period][_PLACES[entry.draft.kind]]
        for line in entry.draft.lines:
            add_line(cells, line, -1)
        self._entries[entry.period].pop()
        if not self._entries[entry.period]:
            del self._entries[entry.period], self._cells[entry.period]

    @property
    def periods(self) -> list[str]:
        """The periods in which something stands, in order."""
        return sorted(self._cells)

    @property
    def has_opening(self) -> bool:
        """Whether any opening entry stands."""
        return any(opened for _, _, opened in self._cells.values())

    def whole(self, periods: Iterable[str], *, closing: bool, opening: bool = True) -> Cells:
        """The turnover of whole periods, with or without closing and opening entries."""
        found: Cells = {}
        for period in periods:
            normal, closed, opened = self._cells[period]
            merge(found, normal)
            if closing:
                merge(found, closed)
            if opening:
                merge(found, opened)
        return found

    def entries(self, periods: Iterable[str]) -> Iterator[Entry]:
        """The entries of some periods, in the order they were posted within each."""
        for period in periods:
            yield from self._entries[period]


def scan(
    entries: Iterable[Entry], wanted: Callable[[Line], bool] | None, *, closing: bool, opening: bool = True
) -> Cells:
    """The turnover of entries read one by one; ``wanted`` chooses lines."""
    cells: Cells = {}
    for entry in entries:
        kind = entry.draft.kind
        if (kind == "closing" and not closing) or (kind == "opening" and not opening):
            continue
        for line in entry.draft.lines:
            if wanted is None or wanted(line):
                add_line(cells, line, 1)
    return cells
