"""The rates by which planned cost and retail become actual cost: one record a category and period.

    period  category  place  opening, incoming, outgoing, closing at the planned price and at actual cost  rate

For planned cost (计划成本) ``rate`` is 材料成本差异率, over-run positive; for retail (售价金额核算) it is cost less
selling price over selling price, so the rate of 商品进销差价 is ``margin_rate``, its negative.

Invariant: opening + incoming = outgoing + closing, at the planned price and at actual cost.

>>> rate = GroupRate("2026-01", "TEA", "", *map(Decimal, (700, 500, 550, 400, 800, 576)), Fraction(-7, 25))
>>> rate.closing_planned, rate.closing_actual, rate.margin_rate
(Decimal('450'), Decimal('324'), Fraction(7, 25))
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from jxc.costing.engine import Engine
from jxc.costing.planned import PlannedEngine
from jxc.kernel.exact import from_scaled, round_decimal
from jxc.kernel.rounding import Exact

__all__ = ["GroupRate", "group_rates", "period_name"]


@dataclass(frozen=True, slots=True)
class GroupRate:
    """One category (at a place, where the scope goes by place) in one period."""

    period: str
    category: str
    place: str
    opening_planned: Decimal
    opening_actual: Decimal
    in_planned: Decimal
    in_actual: Decimal
    out_planned: Decimal
    out_actual: Decimal
    rate: Fraction

    @property
    def closing_planned(self) -> Decimal:
        """What is left, at the planned price."""
        return self.opening_planned + self.in_planned - self.out_planned

    @property
    def closing_actual(self) -> Decimal:
        """What is left, at actual cost."""
        return self.opening_actual + self.in_actual - self.out_actual

    @property
    def out_variance(self) -> Decimal:
        """What actual cost of what left is beyond the planned price."""
        return self.out_actual - self.out_planned

    @property
    def closing_variance(self) -> Decimal:
        """The balance of 材料成本差异 (1404); of retail the negative of 商品进销差价 (1407)."""
        return self.closing_actual - self.closing_planned

    @property
    def margin_rate(self) -> Fraction:
        """The rate of 商品进销差价."""
        return -self.rate


def group_rates(engine: Engine | None, money_places: int) -> Iterator[GroupRate]:
    """The records of an engine that has such rates; of another none."""
    if not isinstance(engine, PlannedEngine):
        return
    length = engine.state.policy.period
    for group in engine.periods:
        category, place = group.key
        yield GroupRate(
            period_name(group.start, length),
            category,
            place or "",
            _money(group.opening_planned, money_places),
            _money(group.opening_actual, money_places),
            _money(group.in_planned, money_places),
            _money(group.in_actual, money_places),
            _money(group.out_planned, money_places),
            _money(group.out_actual, money_places),
            group.rate,
        )


def _money(minor: Exact, places: int) -> Decimal:
    if isinstance(minor, Fraction):
        return round_decimal(minor / 10**places, 12).normalize()
    return from_scaled(minor, places)


def period_name(start: int, length: str) -> str:
    """The name of a period: 2026-01, 2026-Q1, 2026, all."""
    if not start:
        return "all"
    first = date.fromordinal(start)
    if length == "quarter":
        return f"{first.year}-Q{(first.month + 2) // 3}"
    return str(first.year) if length == "year" else first.isoformat()[:7]
