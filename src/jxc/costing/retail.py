"""The retail method (售价金额核算法): stock kept at selling price, cost found by the share of the margin in it.

``by_margin_rate`` is Chinese practice: the rate of 商品进销差价 over opening and receipts, applied to what was sold.
``by_balances`` takes the same rate from the month's end: 商品进销差价 before it is spread, over what is left (goods
shipped and out on consignment with it) and what was sold.  ``by_ratio`` is the ratio of cost to retail:
``conventional`` leaves mark-downs out of it and so comes near the lower of cost and market; ``average`` (some books:
``cost``) has them in it; ``fifo`` and ``lifo`` leave the opening stock out.  IAS 2.21-22, CAS 1 guide, notes to
小企业会计准则 on 1407, ASC 330-10-30-13.  Amounts in minor units; retail with or without VAT, but the same throughout
(``without_vat``).

Invariant: cost available = cost of sales + closing cost, and retail available = sales + reductions + closing retail.

>>> by_margin_rate(Stock(500, 700), Stock(400, 550), sold=800)
MarginResult(rate=Fraction(7, 25), cost_of_sales=576, margin_of_sales=224, closing=Stock(cost=324, retail=450))
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from jxc.errors import PolicyError
from jxc.kernel.rounding import RoundingMode, divide

__all__ = [
    "MarginResult",
    "RatioResult",
    "RetailBasis",
    "Stock",
    "by_balances",
    "by_margin_rate",
    "by_ratio",
    "ratio_of_markup",
    "without_vat",
]

RetailBasis: TypeAlias = Literal["conventional", "cost", "average", "fifo", "lifo"]
"""Who is in the ratio: ``cost`` and ``average`` are two names of one."""


@dataclass(frozen=True, slots=True)
class Stock:
    """Goods at cost and at selling price; ``margin`` (商品进销差价) lies between."""

    cost: int
    retail: int

    @property
    def margin(self) -> int:
        """Retail less cost."""
        return self.retail - self.cost


@dataclass(frozen=True, slots=True)
class MarginResult:
    """The margin rate, what it puts to sales, and what is left."""

    rate: Fraction
    cost_of_sales: int
    margin_of_sales: int
    closing: Stock


@dataclass(frozen=True, slots=True)
class RatioResult:
    """The ratio of cost to retail, what is left, and what was sold or lost."""

    ratio: Fraction
    closing: Stock
    cost_of_sales: int


def by_margin_rate(
    opening: Stock,
    received: Stock,
    *,
    sold: int,
    rate_places: int | None = None,
    mode: RoundingMode = "half_up",
) -> MarginResult:
    """Rate = margin / retail of opening and receipts; the margin of sales is retail sold x rate, all if all is sold."""
    available = Stock(opening.cost + received.cost, opening.retail + received.retail)
    rate = _rounded(_over(available.margin, available.retail), rate_places, mode)
    margin = available.margin if sold == available.retail else _money(sold * rate, mode)
    cost = sold - margin
    return MarginResult(rate, cost, margin, Stock(available.cost - cost, available.retail - sold))


def by_balances(
    margin: int,
    *,
    on_hand: int,
    sold: int,
    shipped: int = 0,
    consigned: int = 0,
    rate_places: int | None = None,
    mode: RoundingMode = "half_up",
) -> MarginResult:
    """The rate from the balances of the month's end, all but ``margin`` (1407 before spreading) at selling price.

    ``on_hand``: 1405; ``shipped``: 发出商品 (1406); ``consigned``: 委托代销商品; ``sold``: the month's sales.  The
    goods shipped and consigned are not sold yet and stay in ``closing``.
    """
    available = on_hand + shipped + consigned + sold
    return by_margin_rate(
        Stock(available - margin, available), Stock(0, 0), sold=sold, rate_places=rate_places, mode=mode
    )


def without_vat(gross: int, rate: Fraction, mode: RoundingMode = "half_up") -> tuple[int, int]:
    """A selling price with VAT as (net, VAT): net = gross / (1 + rate), the VAT is the rest."""
    if rate < 0:
        raise PolicyError(
            "bad_vat_rate", "a rate of VAT is not below zero", field="rate", value=rate, hint="such as 0.13"
        )
    net = divide(gross * rate.denominator, rate.denominator + rate.numerator, mode)
    return net, gross - net


def by_ratio(
    opening: Stock,
    received: Stock,
    *,
    sold: int,
    markups: int = 0,
    markdowns: int = 0,
    reductions: int = 0,
    basis: RetailBasis = "conventional",
    ratio_places: int | None = None,
    mode: RoundingMode = "half_up",
) -> RatioResult:
    """Ratio = cost / retail of what was available; closing cost = closing retail x ratio.

    ``received``: purchases with freight, less returns and discounts.  ``markdowns`` and ``reductions`` (normal
    shrinkage, employee discounts) are positive and lower the retail that is left.
    """
    base_retail = opening.retail + received.retail + markups
    base_cost = opening.cost + received.cost
    if basis != "conventional":
        base_retail -= markdowns
    retail = opening.retail + received.retail + markups - markdowns - reductions - sold
    if basis in ("fifo", "lifo"):
        one = _of_purchases if basis == "fifo" else _lifo
        return one(opening, received.cost, base_retail - opening.retail, retail, base_cost, ratio_places, mode)
    ratio = _rounded(_over(base_cost, base_retail), ratio_places, mode)
    closing = _money(retail * ratio, mode)
    return RatioResult(ratio, Stock(closing, retail), base_cost - closing)


def _of_purchases(
    opening: Stock, cost: int, base: int, retail: int, available: int, places: int | None, mode: RoundingMode
) -> RatioResult:
    """What is left came from the period's purchases, as far as they reach; beyond them from the opening stock."""
    ratio = _rounded(_ratio_of_purchases(opening, cost, base), places, mode)
    closing = _money(min(retail, base) * ratio, mode)
    if retail > base:
        closing += _money((retail - base) * _over(opening.cost, opening.retail), mode)
    return RatioResult(ratio, Stock(closing, retail), available - closing)


def _lifo(
    opening: Stock, cost: int, base: int, retail: int, available: int, places: int | None, mode: RoundingMode
) -> RatioResult:
    """Up to the opening retail the opening ratio holds, above it that of the period's purchases."""
    ratio = _rounded(_ratio_of_purchases(opening, cost, base), places, mode)
    layer = retail - opening.retail
    closing = opening.cost + _money(layer * ratio, mode)
    if layer < 0:
        closing = _money(retail * _over(opening.cost, opening.retail), mode)
    return RatioResult(ratio, Stock(closing, retail), available - closing)


def _ratio_of_purchases(opening: Stock, cost: int, base: int) -> Fraction:
    """Cost over retail of the period's purchases; of the opening stock in a period that bought nothing."""
    return _over(opening.cost, opening.retail) if not cost and not base else _over(cost, base)


def ratio_of_markup(markup: Fraction) -> Fraction:
    """The ratio of cost to retail under a mark-up on cost: 1 / (1 + markup)."""
    return 1 / (1 + markup)


def _over(part: int, whole: int) -> Fraction:
    if whole <= 0:
        raise PolicyError(
            "no_retail_value",
            "there is nothing at selling price to take a rate of",
            field="retail",
            value=whole,
            hint="give the selling prices of opening stock and receipts",
        )
    return Fraction(part, whole)


def _rounded(rate: Fraction, places: int | None, mode: RoundingMode) -> Fraction:
    if places is None:
        return rate
    scale = 10**places
    return Fraction(divide(rate.numerator * scale, rate.denominator, mode), scale)


def _money(amount: Fraction, mode: RoundingMode) -> int:
    return divide(amount.numerator, amount.denominator, mode)
