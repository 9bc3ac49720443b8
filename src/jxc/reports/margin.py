"""Gross margin (毛利): what sales brought less what the goods cost, net of returns; by item, party, salesman, paper.

    TEA    qty 25    revenue 125.00    cost 50.00    margin 75.00    60.00 %

Invariant: cost adds up to the cost of sales of the days; margin is revenue less cost, and a rate only of the two.

>>> sales = [
...     Sale(739627, "TEA", "C-09", "li", "SO-1", 30, 15000, 6000),
...     Sale(739630, "TEA", "C-09", "li", "SR-1", -5, -2500, -1000),
... ]
>>> [row] = margin(sales, Shown(Scales(2, 0)), by="item")
>>> str(row.revenue), str(row.cost), str(row.margin), str(row.rate)
('125.00', '50.00', '75.00', '0.6000')
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from operator import attrgetter

from jxc.costing.outcome import Status
from jxc.errors import FieldError
from jxc.kernel.exact import round_decimal
from jxc.reports.stock_moves import Scales, Shown, worst

__all__ = ["MarginRow", "Sale", "Scales", "margin"]

_KEYS = ("item", "party", "salesman", "document")


@dataclass(frozen=True, slots=True)
class Sale:
    """Goods sold, below zero goods that came back: quanta, minor units."""

    day: int
    item: str
    party: str
    salesman: str
    document: str
    qty: int
    revenue: int
    cost: int
    status: Status = "final"


@dataclass(frozen=True, slots=True)
class MarginRow:
    """A row; ``rate``: margin by revenue, to four places, ``None`` where there is no revenue."""

    key: str
    qty: Decimal
    revenue: Decimal
    cost: Decimal | None
    margin: Decimal | None
    rate: Decimal | None
    status: Status


def margin(
    sales: Iterable[Sale], shown: Shown, *, by: str = "item", first: date | None = None, last: date | None = None
) -> list[MarginRow]:
    """The rows, sorted; raises ``FieldError`` ``unknown_key``."""
    if by not in _KEYS:
        raise FieldError("unknown_key", "there is no such row", field="by", value=by, hint=f"use {', '.join(_KEYS)}")
    key_of = attrgetter(by)
    begin, end = 1 if first is None else first.toordinal(), None if last is None else last.toordinal()
    sums: dict[str, list[int]] = {}
    statuses: dict[str, set[str]] = {}
    for sale in sales:
        if sale.day >= begin and (end is None or sale.day <= end):
            held = sums.setdefault(key_of(sale), [0, 0, 0])
            for at, size in enumerate((sale.qty, sale.revenue, sale.cost)):
                held[at] += size
            statuses.setdefault(key_of(sale), set()).add(sale.status)
    return [_row(key, sums[key], worst(statuses[key]), shown) for key in sorted(sums)]


def _row(key: str, sums: list[int], status: Status, shown: Shown) -> MarginRow:
    qty, revenue, cost = sums
    rate = round_decimal(Fraction(revenue - cost, revenue), 4) if revenue else None
    return MarginRow(
        key, shown.qty(qty), shown.money(revenue), shown.money(cost), shown.money(revenue - cost), rate, status
    )
