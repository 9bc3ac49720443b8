"""A valuation as a dataframe: its movements, or its costs beside the rows of the frame that was valued.

    Valuation  --movements_frame-->  row, id, date, type, item, place, qty, cost, status
               --costs_beside---->   the columns of a frame, cost, cost_status

Invariant: a row without a cost (refused, or not costed) has a missing value there, not a zero, so that nobody adds it
up as if it had cost nothing.

>>> from jxc.api.value import value
>>> moves = [{"date": "2026-01-05", "type": "receipt", "item": "TEA", "qty": 3, "unit_cost": "2.50"}]
>>> value(moves).to_frame("polars").select("row", "date", "qty", "cost").rows()
[(1, datetime.date(2026, 1, 5), Decimal('3'), Decimal('7.50'))]
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from jxc.api.rows import Rows
from jxc.errors import NotFoundError
from jxc.frames import Column, Days, Decimals, Kind, Texts, Wholes, backend_of, hold, most_places

if TYPE_CHECKING:
    from jxc.api.valuation import Movement

__all__ = ["costs_beside", "movements_frame"]

_WITHOUT_COST = frozenset({"refused", "uncosted"})


def movements_frame(movements: Iterable[Movement], rows: Rows, kind: Kind | None = None) -> Any:
    """The movements as a frame; without a kind, as the frame that was valued, or pandas if it was none."""
    backend = backend_of(kind or "pandas") if kind is not None or rows.frame is None else rows.frame.backend
    return backend.frame(_columns(list(movements), rows))


def _columns(moves: list[Movement], rows: Rows) -> dict[str, Column]:
    day_of = dict(zip(rows.number, rows.date, strict=True))
    quantities, costs = [move.qty for move in moves], [_cost(move) for move in moves]
    return {
        "row": Wholes([move.row for move in moves]),
        "id": Texts([move.id for move in moves]),
        "date": Days([None if move.qty is None else date.fromordinal(day_of[move.row]) for move in moves]),
        "type": Texts([move.type for move in moves]),
        "item": Texts([move.item for move in moves]),
        "place": Texts([move.place for move in moves]),
        "qty": Decimals(quantities, most_places(quantities)),
        "cost": Decimals(costs, most_places(costs, rows.scales.money_places)),
        "status": Texts([move.status for move in moves]),
    }


def costs_beside(movements: Iterable[Movement], rows: Rows, frame: Any, name: str, status_name: str) -> Any:
    """The frame (by default the one that was valued) with a cost and a status for every row."""
    held = rows.frame if frame is None else hold(frame)
    if held is None:
        raise NotFoundError(
            "no_frame",
            "these movements did not come from a dataframe",
            hint="hand in a frame with the same rows in the same order, or use to_frame()",
        )
    moves = list(movements)
    costs, statuses = [_cost(move) for move in moves], [move.status for move in moves]
    return held.with_costs(costs, statuses, name, status_name, places=rows.scales.money_places)


def _cost(move: Movement) -> Decimal | None:
    return None if move.status in _WITHOUT_COST else move.cost
