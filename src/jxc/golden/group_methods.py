"""Cases of methods that cost a group of goods from its selling prices: retail and gross profit.

Invariant: figures come from ``jxc.costing.retail`` and ``jxc.costing.gross_profit``, nothing is read from ``expect``.

>>> case = {"id": "x", "method": "retail", "currency_places": 0, "policy": {"retail_variant": "markup_on_cost"}}
>>> case |= {"inputs": {"count_retail": "10", "markup_on_cost": "1"}, "expect": {"cost_to_retail_ratio": "0.4"}}
>>> print(*check_group(case))
x case cost_to_retail_ratio: expected 0.4, got 0.5
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import cast

from jxc.costing.gross_profit import estimate, margin_of
from jxc.costing.retail import Stock, by_margin_rate, by_ratio, ratio_of_markup
from jxc.golden.case import Json, table
from jxc.golden.checks import Failure
from jxc.golden.figures import same, text
from jxc.kernel.rounding import divide

__all__ = ["GROUP_METHODS", "check_group"]

GROUP_METHODS = frozenset({"retail", "gross_profit"})

_Figures = dict[str, Fraction]
_EXACT = ("cogs", "cost", "value", "retail_value", "margin", "gross_profit", "ending_retail")


def check_group(raw: Json) -> Iterator[Failure]:
    """Every figure of a case of ``retail`` or ``gross_profit``."""
    figures = _gross_profit(raw) if raw["method"] == "gross_profit" else _RETAIL[_variant(raw)](raw)
    for event in raw.get("events") or ():
        got = figures
        if event["type"] != "issue":
            got = {"margin": Fraction(event.get("retail_amount") or 0) - Fraction(event.get("amount") or 0)}
        yield from _compare(raw, event["id"], table(event, "expect"), got)
    expected = dict(table(raw, "expect"))
    for line in cast("list[Json]", expected.pop("closing", None) or []):
        wanted = {f"closing_{name}": figure for name, figure in line.items() if name not in ("item", "location")}
        yield from _compare(raw, "closing", wanted, figures)
    yield from _compare(raw, "case", expected, figures)


def _variant(raw: Json) -> str:
    return str(table(raw, "policy").get("retail_variant", "margin_rate"))


def _compare(raw: Json, step: str, expected: Json, got: _Figures) -> Iterator[Failure]:
    for name, wanted in expected.items():
        if wanted is None or name in ("journal", "error", "periods"):
            continue
        figure = got.get(name)
        exact = name.removeprefix("closing_") in _EXACT
        if not same(str(wanted), figure, exact=exact):
            yield Failure(str(raw["id"]), step, name, str(wanted), text(figure))


def _minor(raw: Json, amount: object) -> int:
    scaled = Fraction(str(amount or 0)) * 10 ** int(raw.get("currency_places") or 0)
    return divide(scaled.numerator, scaled.denominator)


def _major(raw: Json, minor: int) -> Fraction:
    return Fraction(minor, 10 ** int(raw.get("currency_places") or 0))


def _total(raw: Json, kinds: tuple[str, ...], name: str = "amount") -> int:
    return sum(_minor(raw, event.get(name)) for event in raw.get("events") or () if event["type"] in kinds)


def _gross_profit(raw: Json) -> _Figures:
    inputs, basis = table(raw, "inputs"), table(raw, "policy").get("rate_basis", "sales")
    if basis == "prior_cost_ratio":
        margin = 1 - Fraction(inputs["prior_cogs"]) / Fraction(inputs["prior_sales"])
    else:
        margin = margin_of(Fraction(inputs["gross_profit_rate"]), "cost" if basis == "cost" else "sales")
    sales = _total(raw, ("issue",), "sales_amount")
    found = estimate(
        opening=_total(raw, ("opening",)), received=_total(raw, ("receipt",)), net_sales=sales, margin=margin
    )
    return {
        "cost": _major(raw, found.cost_of_sales),
        "cogs": _major(raw, found.cost_of_sales),
        "gross_profit": _major(raw, found.gross_profit),
        "cost_ratio": 1 - margin,
        "closing_value": _major(raw, found.closing),
    }


def _stock(raw: Json, kinds: tuple[str, ...]) -> Stock:
    return Stock(_total(raw, kinds), _total(raw, kinds, "retail_amount"))


def _margin_rate(raw: Json) -> _Figures:
    places = table(table(raw, "policy"), "rounding").get("rate_places")
    sold = _total(raw, ("issue",), "retail_amount")
    found = by_margin_rate(
        _stock(raw, ("opening",)),
        _stock(raw, ("receipt",)),
        sold=sold,
        rate_places=None if places is None else int(places),
    )
    return {
        "margin_rate": found.rate,
        "cost": _major(raw, found.cost_of_sales),
        "cogs": _major(raw, found.cost_of_sales),
        "margin": _major(raw, found.margin_of_sales),
        "closing_value": _major(raw, found.closing.cost),
        "closing_retail_value": _major(raw, found.closing.retail),
        "closing_margin": _major(raw, found.closing.margin),
    }


_BOUGHT = ("purchases", "purchase_returns", "purchase_discounts", "purchase_allowances", "freight_in")


def _conventional(raw: Json) -> _Figures:
    cost, retail = (table(table(raw, "inputs"), name) for name in ("cost", "retail"))
    places = table(table(raw, "policy"), "rounding").get("ratio_places")
    others = [name for name in retail if name not in (*_BOUGHT, "opening", "net_markups", "net_markdowns")]
    found = by_ratio(
        Stock(_minor(raw, cost.get("opening")), _minor(raw, retail.get("opening"))),
        Stock(
            sum(_minor(raw, amount) for name, amount in cost.items() if name != "opening"),
            sum(_minor(raw, retail.get(name)) for name in _BOUGHT),
        ),
        sold=_minor(raw, table(raw, "inputs").get("net_sales")),
        markups=_minor(raw, retail.get("net_markups")),
        markdowns=-_minor(raw, retail.get("net_markdowns")),
        reductions=-sum(_minor(raw, retail[name]) for name in others),
        ratio_places=None if places is None else int(places),
    )
    return {
        "cost_to_retail_ratio": found.ratio,
        "ending_retail": _major(raw, found.closing.retail),
        "cogs": _major(raw, found.cost_of_sales),
        "closing_value": _major(raw, found.closing.cost),
        "closing_retail_value": _major(raw, found.closing.retail),
    }


def _markup_on_cost(raw: Json) -> _Figures:
    inputs = table(raw, "inputs")
    ratio = ratio_of_markup(Fraction(inputs["markup_on_cost"]))
    counted = _minor(raw, inputs["count_retail"])
    cost = divide(counted * ratio.numerator, ratio.denominator)
    return {
        "cost_to_retail_ratio": ratio,
        "closing_value": _major(raw, cost),
        "closing_retail_value": _major(raw, counted),
    }


_RETAIL = {"margin_rate": _margin_rate, "conventional": _conventional, "markup_on_cost": _markup_on_cost}
