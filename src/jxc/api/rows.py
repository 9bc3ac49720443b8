"""The rows of a book, in exact integers, column by column: the one form that tables, dicts and facts become.

    ParsedColumns or facts  --rows_from_*-->  Rows  --events-->  the engine
                                                    --columns->  the integer loops

Invariant: a row marked in ``bad`` has an error in ``problems`` and is never valued; every other row is complete for
its type.  Money is in minor units of the book's currency, quantities in quanta of one scale.

>>> rows = Rows(scales=Scales(2, 0), currency=None)
>>> rows.n
0
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from jxc.costing.effects import SALE_REASONS
from jxc.costing.events import NO_DETAILS, Details, Event, Scales
from jxc.frames import Held
from jxc.kernel.currencies import Currency
from jxc.kernel.rounding import Exact
from jxc.stock.problem import Problem

__all__ = ["AFTER", "MADE_TYPES", "REFUSED", "SALE_REASONS", "Rows"]

REFUSED, AFTER = 1, 2
"""Why a row is ``bad``: it has an error, or it lies after the day that was asked for."""

MADE_TYPES = frozenset({"assembly", "disassembly"})


@dataclass(slots=True)
class Rows:
    """Columns of equal length; lists that no row needs are empty.

    ``number``: the row of the input that each row comes from, from 1 (a fact of assembly becomes several rows).
    ``frame``: the dataframe that the rows were read from.
    ``parts``: the rows that are only a part of a fact, another row stands for it.
    ``refs``: positions in these columns.  ``rate``: unit cost in minor units per quantum.
    """

    scales: Scales
    currency: Currency | None
    number: list[int] = field(default_factory=list[int])
    type: list[str] = field(default_factory=list[str])
    date: list[int] = field(default_factory=list[int])
    time: list[int | None] | None = None
    item: list[str | None] = field(default_factory=list[str | None])
    place: list[str | None] = field(default_factory=list[str | None])
    qty: list[Exact] = field(default_factory=list[Exact])
    amount: list[Exact | None] = field(default_factory=list[Exact | None])
    id: list[str | None] = field(default_factory=list[str | None])
    reason: list[str | None] = field(default_factory=list[str | None])
    doc: list[str | None] = field(default_factory=list[str | None])
    to_place: list[str | None] = field(default_factory=list[str | None])
    lot: list[str | None] = field(default_factory=list[str | None])
    expiry: list[int | None] = field(default_factory=list[int | None])
    lot_date: dict[int, int] = field(default_factory=dict[int, int])
    rate: dict[int, Fraction] = field(default_factory=dict[int, Fraction])
    refs: dict[int, tuple[int, ...]] = field(default_factory=dict[int, tuple[int, ...]])
    details: dict[int, Details] = field(default_factory=dict[int, Details])
    line_currency: dict[int, str] = field(default_factory=dict[int, str])
    parts: set[int] = field(default_factory=set[int])
    bad: bytearray = field(default_factory=bytearray)
    problems: list[Problem] = field(default_factory=list[Problem])
    where: Callable[[int], tuple[str | None, int | None]] | None = None
    frame: Held | None = None
    places_given: bool = True
    lots_given: bool = True

    @property
    def n(self) -> int:
        """How many rows there are."""
        return len(self.type)

    def refuse(self, row: int, problem: Problem) -> None:
        """Mark a row as bad, with its problem."""
        self.bad[row] = 1
        self.problems.append(problem)

    def events(self, rows: Iterable[int]) -> list[Event]:
        """The events of these rows, for the engine."""
        time = self.time
        return [
            Event(
                row,
                self.type[row],
                self.date[row],
                self.item[row] or "",
                self.qty[row],
                self.amount[row],
                id=self.id[row] or "",
                time=0 if time is None else time[row] or 0,
                place=self.place[row],
                to_place=self.to_place[row],
                lot=self.lot[row],
                expiry=self.expiry[row],
                lot_date=self.lot_date.get(row),
                rate=self.rate.get(row),
                currency=self.line_currency.get(row),
                refs=self.refs.get(row, ()),
                reason=self.reason[row],
                doc=self.doc[row],
                details=self.details.get(row, NO_DETAILS),
            )
            for row in rows
        ]
