"""Months of goods that are kept in amounts alone, by category: retail, gross profit, planned cost.

Where there are quantities, ``jxc.value`` does it row by row (``method="retail"``, ``"gross_profit"``, ``"planned"``).
These take the totals of a category as they stand in the accounts: text, ``Decimal`` or ``int``, in the currency's unit.

Invariant: opening + received = cost of sales + closing, to the minor unit.

>>> may = retail_month(opening=("5000", "7000"), received=("4000", "5500"), sold="8000", currency="CNY")
>>> may.cost_of_sales, may.closing_cost, may.closing_retail, may.rate
(Decimal('5760.00'), Decimal('3240.00'), Decimal('4500.00'), Fraction(7, 25))
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypeAlias, cast, get_args

from jxc.costing.gross_profit import Estimate, RateBasis, estimate, margin_of, true_up
from jxc.costing.retail import RetailBasis, Stock, by_balances, by_margin_rate, by_ratio, without_vat
from jxc.costing.variance_rate import Planned, by_variance_rate
from jxc.errors import PolicyError
from jxc.kernel.currencies import Currency
from jxc.kernel.currencies import currency as currency_named
from jxc.kernel.exact import from_scaled, to_exact
from jxc.kernel.rounding import RoundingMode, divide

__all__ = [
    "GrossProfitQuarter",
    "PlannedMonth",
    "RetailMonth",
    "gross_profit_quarter",
    "planned_month",
    "retail_from_balances",
    "retail_month",
]

RetailVariant: TypeAlias = Literal["margin_rate", "conventional", "cost", "average", "fifo", "lifo"]
Pair: TypeAlias = tuple[object, object]


@dataclass(frozen=True, slots=True)
class RetailMonth:
    """What was sold and what is left; ``rate`` is that of the margin, or of cost to retail where a ratio is used.

    ``revenue`` and ``vat`` are the sales without VAT and the VAT in them.
    """

    rate: Fraction
    cost_of_sales: Decimal
    closing_cost: Decimal
    closing_retail: Decimal
    revenue: Decimal
    vat: Decimal

    @property
    def closing_margin(self) -> Decimal:
        """The balance of 商品进销差价 (1407)."""
        return self.closing_retail - self.closing_cost

    @property
    def gross_profit(self) -> Decimal:
        """Sales without VAT less what they cost."""
        return self.revenue - self.cost_of_sales


@dataclass(frozen=True, slots=True)
class GrossProfitQuarter:
    """Cost of sales by month; ``true_up`` is what the last has beyond its estimate (``None`` before the end)."""

    cost_of_sales: tuple[Decimal, ...]
    true_up: Decimal | None
    closing: Decimal


@dataclass(frozen=True, slots=True)
class PlannedMonth:
    """The rate of variance, what was issued and what is left, at plan and with their variance (over-run positive)."""

    rate: Fraction
    issued_planned: Decimal
    issued_variance: Decimal
    closing_planned: Decimal
    closing_variance: Decimal

    @property
    def issued_actual(self) -> Decimal:
        """What was issued at actual cost."""
        return self.issued_planned + self.issued_variance

    @property
    def closing_actual(self) -> Decimal:
        """What is left at actual cost."""
        return self.closing_planned + self.closing_variance


class _Money:
    """Amounts of one currency as minor units and back."""

    def __init__(self, currency: str | Currency | None, mode: RoundingMode) -> None:
        _one_of("rounding_mode", mode, get_args(RoundingMode))
        self.places = 2 if currency is None else currency_named(currency).places
        self.mode: RoundingMode = mode

    def minor(self, amount: object, name: str) -> int:
        exact = Fraction(to_exact(amount, field=name)) * 10**self.places
        return divide(exact.numerator, exact.denominator, self.mode)

    def pair(self, amounts: Pair, name: str) -> tuple[int, int]:
        one, other = _listed(amounts, name, 2)
        return self.minor(one, name), self.minor(other, name)

    def major(self, minor: int) -> Decimal:
        return from_scaled(minor, self.places)


def _one_of(name: str, word: object, words: tuple[object, ...]) -> None:
    if word not in words:
        hint = f"use one of {', '.join(str(each) for each in words)}"
        raise PolicyError("unknown_choice", "there is no such choice", field=name, value=word, hint=hint)


def _listed(given: object, name: str, count: int = 0) -> Sequence[object]:
    """A tuple or list of amounts, of just so many where that is said."""
    found = cast("Sequence[object]", given)
    if not isinstance(given, (tuple, list)) or (count and len(found) != count):
        hint = f"give a tuple of {count}" if count else "give one amount a month"
        raise PolicyError("wrong_kind", "a tuple or list of amounts is needed", field=name, value=str(found), hint=hint)
    return found


def _places(rate_places: int | None) -> int | None:
    if rate_places is not None and (type(rate_places) is not int or rate_places < 0):
        hint = "a whole number, 0 or more"
        raise PolicyError(
            "wrong_kind", "this is no number of places", field="rate_places", value=rate_places, hint=hint
        )
    return rate_places


def _vat(vat_rate: object) -> Fraction:
    vat = Fraction(to_exact(vat_rate, field="vat_rate"))
    if not 0 <= vat <= 1:
        hint = "such as 0.13"
        raise PolicyError("bad_vat_rate", "a rate of VAT is 0 to 1", field="vat_rate", value=vat, hint=hint)
    return vat


def retail_month(
    *,
    opening: Pair,
    received: Pair,
    sold: object,
    variant: RetailVariant = "margin_rate",
    markups: object = 0,
    markdowns: object = 0,
    shrinkage: object = 0,
    vat_rate: object = 0,
    retail_includes_vat: bool = True,
    sold_includes_vat: bool = True,
    rate_places: int | None = None,
    currency: str | Currency | None = None,
    rounding_mode: RoundingMode = "half_up",
) -> RetailMonth:
    """A month of a category at selling price (售价金额核算).

    ``opening`` and ``received``: (cost, selling price); ``received`` with freight, less returns.  ``sold``: at selling
    price.  Goods shipped or on consignment that are not sold yet are still in stock and stay in the rate.
    ``variant``: ``margin_rate`` (商品进销差价率), or the ratio of cost to retail: ``conventional``, ``cost`` or
    ``average``, ``fifo``, ``lifo``.  ``markups``, ``markdowns`` and ``shrinkage`` (normal losses, discounts to staff)
    at selling price, positive.  ``vat_rate`` (``"0.13"``): whether selling prices and sales have it in them is said
    apart; cost never has.

    Raises ``PolicyError``: ``no_retail_value``, ``bad_vat_rate``, ``unknown_choice``; ``NumberError`` for an amount
    that is not exact.
    """
    _one_of("variant", variant, get_args(RetailVariant))
    money, vat = _Money(currency, rounding_mode), _vat(vat_rate)
    before, came = Stock(*money.pair(opening, "opening")), Stock(*money.pair(received, "received"))
    at_price, revenue, tax = _sales(money, money.minor(sold, "sold"), vat, (retail_includes_vat, sold_includes_vat))
    up, down, lost = (
        money.minor(amount, name)
        for amount, name in ((markups, "markups"), (markdowns, "markdowns"), (shrinkage, "shrinkage"))
    )
    if variant == "margin_rate":
        came = Stock(came.cost, came.retail + up - down)
        gone = by_margin_rate(before, came, sold=at_price + lost, rate_places=_places(rate_places), mode=rounding_mode)
        rate, cost, left = gone.rate, gone.cost_of_sales, gone.closing
    else:
        found = by_ratio(
            before,
            came,
            sold=at_price,
            markups=up,
            markdowns=down,
            reductions=lost,
            basis=_basis(variant),
            ratio_places=_places(rate_places),
            mode=rounding_mode,
        )
        rate, cost, left = found.ratio, found.cost_of_sales, found.closing
    return RetailMonth(rate, *(money.major(minor) for minor in (cost, left.cost, left.retail, revenue, tax)))


def retail_from_balances(
    *,
    margin: object,
    on_hand: object,
    sold: object,
    shipped: object = 0,
    consigned: object = 0,
    vat_rate: object = 0,
    retail_includes_vat: bool = True,
    sold_includes_vat: bool = True,
    rate_places: int | None = None,
    currency: str | Currency | None = None,
    rounding_mode: RoundingMode = "half_up",
) -> RetailMonth:
    """The same from the accounts at the month's end, before the margin is spread.

    ``margin``: the balance of 商品进销差价 (1407).  At selling price: ``on_hand`` (1405), ``shipped`` (发出商品, 1406),
    ``consigned`` (委托代销商品), and what was ``sold`` in the month; rate = margin / their sum (notes to 小企业会计准则
    on 1407).  Goods shipped and consigned stay in ``closing_retail``.  Raises what ``retail_month`` raises.
    """
    money, vat = _Money(currency, rounding_mode), _vat(vat_rate)
    at_price, revenue, tax = _sales(money, money.minor(sold, "sold"), vat, (retail_includes_vat, sold_includes_vat))
    found = by_balances(
        money.minor(margin, "margin"),
        on_hand=money.minor(on_hand, "on_hand"),
        sold=at_price,
        shipped=money.minor(shipped, "shipped"),
        consigned=money.minor(consigned, "consigned"),
        rate_places=_places(rate_places),
        mode=rounding_mode,
    )
    left = found.closing
    figures = (found.cost_of_sales, left.cost, left.retail, revenue, tax)
    return RetailMonth(found.rate, *(money.major(minor) for minor in figures))


def _basis(variant: RetailVariant) -> RetailBasis:
    return "conventional" if variant == "margin_rate" else variant


def _sales(money: _Money, sold: int, vat: Fraction, includes: tuple[bool, bool]) -> tuple[int, int, int]:
    """Sales in the terms of the selling prices, without VAT, and the VAT."""
    in_retail, in_sold = includes
    if in_sold:
        revenue, tax = without_vat(sold, vat, money.mode)
    else:
        revenue = sold
        tax = divide(sold * vat.numerator, vat.denominator, money.mode)
    return (revenue + tax if in_retail else revenue), revenue, tax


def gross_profit_quarter(
    *,
    opening: object,
    received: Sequence[object],
    net_sales: Sequence[object],
    rate: object,
    rate_basis: RateBasis = "sales",
    closing: object = None,
    currency: str | Currency | None = None,
    rounding_mode: RoundingMode = "half_up",
) -> GrossProfitQuarter:
    """The months of a quarter by the gross profit method (毛利率法), the last one trued up to ``closing``.

    ``received`` and ``net_sales``: one figure a month (sales without VAT, less returns and discounts).  ``rate``: gross
    profit as a part of sales, or of cost (``rate_basis="cost"``).  ``closing``: what the stock at the quarter's end
    costs by another method or a count; while it is not known, every month is an estimate.

    Raises ``PolicyError``: ``bad_margin``, ``months_differ``; ``NumberError`` for an amount that is not exact.
    """
    received, net_sales = _listed(received, "received"), _listed(net_sales, "net_sales")
    _one_of("rate_basis", rate_basis, get_args(RateBasis))
    if len(received) != len(net_sales) or not 1 <= len(net_sales) <= 3:
        raise PolicyError(
            "months_differ",
            f"{len(received)} months of receipts and {len(net_sales)} of sales",
            field="net_sales",
            hint="give one figure for each month to both; a quarter has up to three",
        )
    money = _Money(currency, rounding_mode)
    margin = margin_of(Fraction(to_exact(rate, field="rate")), rate_basis)
    month = Estimate(0, 0, money.minor(opening, "opening"))
    costs: list[int] = []
    for came, sales in zip(received, net_sales, strict=True):
        month = estimate(
            opening=month.closing,
            received=money.minor(came, "received"),
            net_sales=money.minor(sales, "net_sales"),
            margin=margin,
            mode=rounding_mode,
        )
        costs.append(month.cost_of_sales)
    more = 0 if closing is None else true_up(month, closing=money.minor(closing, "closing"))
    costs[-1] += more
    return GrossProfitQuarter(
        tuple(money.major(cost) for cost in costs),
        None if closing is None else money.major(more),
        money.major(month.closing - more),
    )


def planned_month(
    *,
    opening: Pair,
    received: Pair,
    issued: object,
    estimated: object = 0,
    rate_places: int | None = None,
    currency: str | Currency | None = None,
    rounding_mode: RoundingMode = "half_up",
) -> PlannedMonth:
    """A month of a category at planned cost (计划成本): the rate of 材料成本差异, and what it puts to issues.

    ``opening`` and ``received``: (planned cost, actual cost).  ``issued``: at planned cost.  ``estimated``: planned
    cost of receipts still estimated that are to be left out of the rate.

    Raises ``PolicyError`` ``no_planned_cost``; ``NumberError`` for an amount that is not exact.
    """
    money = _Money(currency, rounding_mode)
    stocks = [
        Planned(planned, actual - planned)
        for planned, actual in (money.pair(opening, "opening"), money.pair(received, "received"))
    ]
    found = by_variance_rate(
        *stocks,
        issued=money.minor(issued, "issued"),
        estimated=money.minor(estimated, "estimated"),
        rate_places=_places(rate_places),
        mode=rounding_mode,
    )
    figures = (found.issued.planned, found.issued.variance, found.closing.planned, found.closing.variance)
    return PlannedMonth(found.rate, *(money.major(minor) for minor in figures))
