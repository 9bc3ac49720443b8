"""Why two methods say that the goods sold of an item cost different amounts.

Under every method a cost is made of sources: receipts, charges, price differences, variance, margin, rounding.  Two
methods take different parts of the same sources; the difference is explained by what one took more of each.

Invariant: the differences of the sources add up to the difference of the costs, to the minor unit.

>>> from jxc.api.compare import compare
>>> moves = [
...     {"id": "GR-1", "date": "2026-01-05", "type": "receipt", "item": "TEA", "qty": 10, "unit_cost": "2.00"},
...     {"id": "SO-1", "date": "2026-01-11", "type": "issue", "item": "TEA", "qty": 10},
...     {"id": "GR-2", "date": "2026-01-20", "type": "receipt", "item": "TEA", "qty": 10, "unit_cost": "3.00"},
... ]
>>> print(compare(moves, methods=["fifo", "periodic_average"], currency="CNY").explain("TEA", "periodic_average"))
TEA: periodic_average 25.00, fifo 20.00, difference 5.00
  15.00  own of GR-2: 15.00, not 0.00
  -10.00  own of GR-1: 10.00, not 20.00
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from jxc.api.answers import plain
from jxc.api.valuation import Valuation
from jxc.kernel.exact import from_scaled, round_decimal

__all__ = ["DifferenceExplanation", "SourceDifference", "explain_difference"]

_MORE_PLACES = 6
_Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class SourceDifference:
    """One source: its kind, the row that stated it, and how much of it each of the two methods took."""

    kind: str
    row: int
    name: str
    amount: Decimal
    against: Decimal

    @property
    def difference(self) -> Decimal:
        """What the method took more of it."""
        return self.amount - self.against


@dataclass(frozen=True, slots=True)
class DifferenceExplanation:
    """The cost of the issues of an item under a method, against another, by source; the largest difference first."""

    item: str
    method: str
    against: str
    cost: Decimal
    cost_against: Decimal
    sources: tuple[SourceDifference, ...]

    @property
    def difference(self) -> Decimal:
        """What the method says more."""
        return self.cost - self.cost_against

    def __str__(self) -> str:
        head = (
            f"{self.item}: {self.method} {self.cost}, {self.against} {self.cost_against}, difference {self.difference}"
        )
        return "\n".join(
            [head, *(f"  {s.difference}  {s.kind} of {s.name}: {s.amount}, not {s.against}" for s in self.sources)]
        )


def explain_difference(item: str, one: Valuation, other: Valuation) -> DifferenceExplanation:
    """The difference of two valuations of the same rows for one item; sources that both took alike are left out."""
    ours, theirs = one.sources_of_issues(item), other.sources_of_issues(item)
    places = one.money_places
    cost, against = (_money(sum(found.values(), Fraction(0)), places) for found in (ours, theirs))
    amounts, others = _shown(ours, cost, places), _shown(theirs, against, places)
    zero = from_scaled(0, places)
    lines = [
        SourceDifference(key[0], key[1], one.name_of(key[1]), amounts.get(key, zero), others.get(key, zero))
        for key in sorted({**amounts, **others})
        if amounts.get(key) != others.get(key)
    ]
    lines.sort(key=lambda line: (-abs(line.difference), line.row, line.kind))
    return DifferenceExplanation(item, one.method, other.method, cost, against, tuple(lines))


def _shown(found: dict[_Key, Fraction], cost: Decimal, places: int) -> dict[_Key, Decimal]:
    """The amounts as decimals that add up to the cost; the largest takes what the last place leaves."""
    shown = {key: round_decimal(amount / 10**places, places + _MORE_PLACES) for key, amount in found.items()}
    if shown:
        largest = max(sorted(shown), key=lambda key: abs(shown[key]))
        shown[largest] += cost - sum(shown.values())
    return {key: plain(amount, places) for key, amount in shown.items()}


def _money(minor: Fraction, places: int) -> Decimal:
    return plain(round_decimal(minor / 10**places, places + _MORE_PLACES), places)
