"""From what a line states to the cost it brings: amount, unit cost, foreign currency.

The line's total wins; else quantity x unit cost, rounded once, by the rounding policy; a foreign price is turned into
book currency at the line's rate before it is rounded (IAS 21.21: the rate of the day).

>>> rounder = Rounder(CostRounding(), Scales(money_places=2, qty_places=1))
>>> line_amount(rounder, Scales(2, 1), 15, unit_cost=Fraction("0.33"))
50
>>> line_amount(rounder, Scales(2, 1), 10, unit_cost=Fraction("2"), rate=Fraction("7.1"))
1420
"""

from __future__ import annotations

from fractions import Fraction

from jxc.costing.events import Scales, power
from jxc.costing.layers import Rounder
from jxc.costing.policy import CostRounding
from jxc.kernel.rounding import Exact

__all__ = ["CostRounding", "line_amount"]


def line_amount(
    rounder: Rounder,
    scales: Scales,
    qty: Exact,
    *,
    amount: Fraction | None = None,
    unit_cost: Fraction | None = None,
    rate: Fraction | None = None,
) -> Exact | None:
    """The line's cost in minor units of the book currency; ``None`` if the line states none."""
    total = amount
    if total is None:
        if unit_cost is None:
            return None
        total = unit_cost * qty / power(scales.qty_places)
    return rounder.money(scales.money(total if rate is None else total * rate))
