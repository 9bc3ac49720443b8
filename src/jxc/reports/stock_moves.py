"""What moved in stock: the one form that stock reports are made from, and how their figures are shown.

    StockMove(day, item, place, type, fact, qty, value, status)     quanta, minor units, both signed

Invariant: the moves up to a day add up to what was on hand at its end, quantity and value.

>>> moved = StockMove(739621, "TEA", "WH", "receipt", "GR-1", 10, 200)
>>> Shown(Scales(2, 0)).qty(moved.qty), str(Shown(Scales(2, 0)).money(moved.value))
(Decimal('10'), '2.00')
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from jxc.costing.events import Scales
from jxc.costing.outcome import Status
from jxc.kernel.exact import from_scaled

__all__ = ["Scales", "Shown", "StockMove", "worst"]

_RANK: dict[str, int] = {"final": 0, "provisional": 1, "uncosted": 2, "refused": 3}

CostWord: TypeAlias = Status


@dataclass(frozen=True, slots=True)
class StockMove:
    """A quantity and value that came (above zero) or went at a place, on a day as ``date.toordinal`` counts.

    ``adjusts``: no goods moved, or not then: what was booked on another day than its own.
    """

    day: int
    item: str
    place: str
    type: str
    fact: str
    qty: int
    value: int
    status: Status = "final"
    adjusts: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """Turns quanta and minor units into numbers for people."""

    scales: Scales

    def qty(self, quanta: int) -> Decimal:
        """A quantity without needless zeros."""
        found = from_scaled(quanta, self.scales.qty_places).normalize()  # house: at most 28 digits, checked when kept
        return found.quantize(Decimal(1)) if found == found.to_integral_value() else found

    def money(self, minor: int) -> Decimal:
        """An amount with the places of the currency."""
        return from_scaled(minor, self.scales.money_places)


def worst(statuses: Iterable[str]) -> Status:
    """The least certain of some cost statuses; ``final`` of none."""
    found: Status = "final"
    for status in statuses:
        if _RANK[status] > _RANK[found]:
            found = status  # type: ignore[assignment]
    return found
