"""A valuation as a dataframe: its movements, or its costs beside the rows of the frame that was valued.

    Rows, cost and status of each  --movements_frame-->  row, id, date, type, item, place, qty, cost, status
                                   --costs_beside---->   the columns of a frame, cost, cost_status

Invariant: a row without a cost (refused, or not costed) has a missing value there, not a zero, so that nobody adds it
up as if it had cost nothing.

>>> from jxc.api.value import value
>>> moves = [{"date": "2026-01-05", "type": "receipt", "item": "TEA", "qty": 3, "unit_cost": "2.50"}]
>>> value(moves).to_frame("polars").select("row", "date", "qty", "cost").rows()
[(1, datetime.date(2026, 1, 5), Decimal('3'), Decimal('7.50'))]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

from jxc.api.rows import REFUSED, Rows
from jxc.costing.outcome import Status
from jxc.errors import NotFoundError
from jxc.frames import Column, Days, Decimals, Kind, Texts, Wholes, backend_of, hold
from jxc.kernel.exact import round_decimal
from jxc.kernel.rounding import Exact

__all__ = ["RowFigures", "costs_beside", "movements_frame"]

_UNROUNDED_PLACES = 12
"""How many places a cost is shown with under a policy that rounds nothing."""

_EXACT = Context(prec=1000)


@dataclass(frozen=True, slots=True)
class RowFigures:
    """Rows with their costs in minor units, and the statuses that are not ``final``."""

    rows: Rows
    costs: Sequence[Exact]
    statuses: Mapping[int, Status]

    def picked(self) -> Sequence[int]:
        """The rows that stand for a row of the input each: the first of those made from one fact."""
        number = self.rows.number
        if not number or number[-1] == len(number):
            return range(len(number))
        return [row for row, at in enumerate(number) if row == 0 or at != number[row - 1]]

    def status(self, picked: Sequence[int]) -> Texts:
        """The status of each row."""
        statuses = self.statuses
        return Texts([statuses.get(row, "final") for row in picked])

    def cost(self, picked: Sequence[int]) -> Decimals:
        """The cost of each row that has one."""
        costs, without = self.costs, {row for row, status in self.statuses.items() if status in ("refused", "uncosted")}
        return _decimals([None if row in without else costs[row] for row in picked], self.rows.scales.money_places)

    def qty(self, picked: Sequence[int]) -> Decimals:
        """The quantity of each row that could be read."""
        qty, bad = self.rows.qty, self.rows.bad
        return _decimals([None if bad[row] == REFUSED else qty[row] for row in picked], self.rows.scales.qty_places)

    def day(self, picked: Sequence[int]) -> Days:
        """The day of each row that could be read."""
        days, bad = self.rows.date, self.rows.bad
        return Days([None if bad[row] == REFUSED else date.fromordinal(days[row]) for row in picked])


def movements_frame(figures: RowFigures, kind: Kind | None = None) -> Any:
    """The movements as a frame; without a kind, as the frame that was valued, or pandas if it was none."""
    rows, picked = figures.rows, figures.picked()
    backend = backend_of(kind or "pandas") if kind is not None or rows.frame is None else rows.frame.backend
    columns: dict[str, Column] = {
        "row": Wholes([rows.number[row] for row in picked]),
        "id": _texts(rows.id, picked),
        "date": figures.day(picked),
        "type": _texts(rows.type, picked),
        "item": _texts(rows.item, picked),
        "place": _texts(rows.place, picked),
        "qty": figures.qty(picked),
        "cost": figures.cost(picked),
        "status": figures.status(picked),
    }
    return backend.frame(columns)


def costs_beside(figures: RowFigures, frame: Any, name: str, status_name: str) -> Any:
    """The frame (by default the one that was valued) with a cost and a status for every row."""
    held = figures.rows.frame if frame is None else hold(frame)
    if held is None:
        raise NotFoundError(
            "no_frame",
            "these movements did not come from a dataframe",
            hint="hand in a frame with the same rows in the same order, or use to_frame()",
        )
    picked = figures.picked()
    return held.beside({name: figures.cost(picked), status_name: figures.status(picked)})


def _texts(cells: Sequence[str | None], picked: Sequence[int]) -> Texts:
    return Texts([cells[row] or "" for row in picked])


def _decimals(numbers: Sequence[Exact | None], places: int) -> Decimals:
    """Numbers in units of ``10**-places`` as decimals; where a policy left fractions, rounded to be shown."""
    if any(isinstance(number, Fraction) for number in numbers):
        shown = max(places, _UNROUNDED_PLACES)
        unit = 10**places
        return Decimals([None if n is None else round_decimal(Fraction(n, unit), shown) for n in numbers], shown)
    scaled = _EXACT.scaleb
    return Decimals([None if n is None else scaled(Decimal(n), -places) for n in numbers], places)  # type: ignore[arg-type]
