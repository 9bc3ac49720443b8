"""The gross profit method (毛利率法): cost of sales estimated from net sales and a rate, by group of goods.

CAS 1 guide; Chinese wholesale uses the rate of the last quarter and trues the estimate up at the quarter's end;
elsewhere it serves interim figures and losses (not IAS 2 year-end figures).  Amounts in minor units, exact rates.

Invariant: opening + received = cost of sales + closing.

>>> estimate(opening=6500, received=7000, net_sales=8750, margin=margin_of(Fraction("0.25"), "cost"))
Estimate(cost_of_sales=7000, gross_profit=1750, closing=6500)
>>> true_up(Estimate(7000, 1750, 6500), closing=6400)
100
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from jxc.errors import PolicyError
from jxc.kernel.rounding import RoundingMode, divide

__all__ = ["Estimate", "RateBasis", "estimate", "margin_of", "true_up"]

RateBasis: TypeAlias = Literal["sales", "cost"]
"""What a rate of profit is a part of."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What was sold cost, what it earned, and what is left; minor units."""

    cost_of_sales: int
    gross_profit: int
    closing: int


def margin_of(rate: Fraction, basis: RateBasis = "sales", *, field: str = "rate", of: str = "") -> Fraction:
    """The rate as a part of sales: a mark-up m on cost is m / (1 + m) of sales."""
    if rate <= -1 or (basis == "sales" and rate > 1):
        raise PolicyError(
            "bad_margin",
            f"no such rate of gross profit{f' of {of}' if of else ''}",
            field=field,
            value=rate,
            hint="a part of sales lies between -1 and 1, a mark-up on cost above -1",
        )
    return rate if basis == "sales" else rate / (1 + rate)


def estimate(
    *, opening: int, received: int, net_sales: int, margin: Fraction, mode: RoundingMode = "half_up"
) -> Estimate:
    """Cost of sales = net sales x (1 - margin), rounded once; what is left is the rest."""
    part = net_sales * (1 - margin)
    cost = divide(part.numerator, part.denominator, mode)
    return Estimate(cost, net_sales - cost, opening + received - cost)


def true_up(so_far: Estimate, *, closing: int) -> int:
    """What the quarter's end adds to cost of sales: estimated closing less the closing that was counted or costed."""
    return so_far.closing - closing
