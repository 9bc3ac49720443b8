"""Cases of methods that cost a group of goods from its selling prices: retail and gross profit.

Invariant: figures come from ``jxc.costing.retail`` and ``jxc.costing.gross_profit``, nothing is read from ``expect``.

>>> case = {"id": "x", "method": "retail", "currency_places": 0, "policy": {"retail_variant": "markup_on_cost"}}
>>> case |= {"inputs": {"count_retail": "10", "markup_on_cost": "1"}, "expect": {"cost_to_retail_ratio": "0.4"}}
>>> print(*check_group(case))
x case cost_to_retail_ratio: expected 0.4, got 0.5
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import cast

from jxc.costing.gross_profit import estimate, margin_of
from jxc.costing.retail import RetailBasis, Stock, by_margin_rate, by_ratio, ratio_of_markup
from jxc.golden.case import Json, table
from jxc.golden.checks import Failure
from jxc.golden.figures import same, text
from jxc.kernel.rounding import RoundingMode, divide, round_to

__all__ = ["GROUP_METHODS", "check_group"]

GROUP_METHODS = frozenset({"retail", "gross_profit"})

_Figures = dict[str, Fraction]
_EXACT = ("cogs", "cost", "value", "retail_value", "margin", "gross_profit", "ending_retail")


def check_group(raw: Json) -> Iterator[Failure]:
    """Every figure of a case of ``retail`` or ``gross_profit``."""
    figures = _gross_profit(raw) if raw["method"] == "gross_profit" else _RETAIL[_variant(raw)](raw)
    given: _Figures = {}
    for at, event in enumerate(raw.get("events") or ()):
        if event["type"] in _OUT:
            upto = _until(raw, at)
            got = {name: figure - given.get(name, 0) if name in _FLOWS else figure for name, figure in upto.items()}
            given = upto
        else:
            got = {"margin": Fraction(event.get("retail_amount") or 0) - Fraction(event.get("amount") or 0)}
        yield from _compare(raw, event["id"], table(event, "expect"), got)
    expected = dict(table(raw, "expect"))
    for line in cast("list[Json]", expected.pop("closing", None) or []):
        wanted = {f"closing_{name}": figure for name, figure in line.items() if name not in ("item", "location")}
        yield from _compare(raw, "closing", wanted, figures)
    yield from _compare(raw, "case", expected, figures)


_FLOWS = ("cost", "cogs", "margin", "gross_profit")


def _until(raw: Json, last: int) -> _Figures:
    """The figures of the case without the issues after this row: what it takes is the difference to the one before."""
    events = [event for at, event in enumerate(raw["events"]) if at <= last or event["type"] not in _OUT]
    part = {**raw, "events": events}
    return _gross_profit(part) if raw["method"] == "gross_profit" else _RETAIL[_variant(raw)](part)


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


def _places(raw: Json, name: str) -> int | None:
    places = table(table(raw, "policy"), "rounding").get(name)
    return None if places is None else int(places)


def _mode(raw: Json) -> RoundingMode:
    return cast("RoundingMode", table(table(raw, "policy"), "rounding").get("mode") or "half_up")


def _gross_profit(raw: Json) -> _Figures:
    inputs, basis = table(raw, "inputs"), table(raw, "policy").get("rate_basis", "sales")
    if basis == "prior_cost_ratio":
        ratio = Fraction(inputs["prior_cogs"]) / Fraction(inputs["prior_sales"])
    else:
        ratio = 1 - margin_of(Fraction(inputs["gross_profit_rate"]), "cost" if basis == "cost" else "sales")
    for name in ("ratio_places", "rate_places"):
        places = _places(raw, name)
        ratio = ratio if places is None else Fraction(round_to(ratio, places, _mode(raw)))
    found = estimate(
        opening=_given(raw, _OPENING, "amount", ("opening",)),
        received=_given(raw, _IN, "amount", _BOUGHT),
        net_sales=_given(raw, _OUT, "sales_amount", ("net_sales",)),
        margin=1 - ratio,
        mode=_mode(raw),
    )
    return {
        "cost": _major(raw, found.cost_of_sales),
        "cogs": _major(raw, found.cost_of_sales),
        "gross_profit": _major(raw, found.gross_profit),
        "cost_ratio": ratio,
        "gross_profit_rate": 1 - ratio,
        "closing_value": _major(raw, found.closing),
    }


_OPENING = {"opening": 1}
_IN = {"receipt": 1, "adjust_in": 1, "landed_cost": 1, "purchase_return": -1}
_OUT = {"issue": 1, "scrap": 1, "adjust_out": 1, "sales_return": -1}
_BOUGHT = ("purchases", "purchase_returns", "purchase_discounts", "purchase_allowances", "freight_in")


def _signed(raw: Json, signs: Mapping[str, int], name: str) -> int:
    """The total of a field over rows of these types, those that take back negative."""
    return sum(
        signs[event["type"]] * _minor(raw, event.get(name))
        for event in raw.get("events") or ()
        if event["type"] in signs
    )


def _given(raw: Json, signs: Mapping[str, int], name: str, inputs: tuple[str, ...]) -> int:
    """The total over the rows; of a case without rows, what its inputs say."""
    if raw.get("events"):
        return _signed(raw, signs, name)
    return sum(_minor(raw, table(raw, "inputs").get(each)) for each in inputs)


def _stock(raw: Json, signs: Mapping[str, int]) -> Stock:
    return Stock(_signed(raw, signs, "amount"), _signed(raw, signs, "retail_amount"))


def _margin_rate(raw: Json) -> _Figures:
    found = by_margin_rate(
        _stock(raw, _OPENING),
        _stock(raw, _IN),
        sold=_signed(raw, _OUT, "retail_amount"),
        rate_places=_places(raw, "rate_places"),
        mode=_mode(raw),
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


_MARKUPS = ("net_markups", "markups", "markup_cancellations")
_MARKDOWNS = ("net_markdowns", "markdowns", "markdown_cancellations")


def _by_ratio(raw: Json) -> _Figures:
    """The ratio of cost to retail; what lowers both columns (abnormal losses) does so before the ratio."""
    cost, retail = (table(table(raw, "inputs"), name) for name in ("cost", "retail"))
    both = [name for name in retail if name in _BOUGHT or (name in cost and name != "opening")]
    others = [name for name in retail if name not in (*both, "opening", *_MARKUPS, *_MARKDOWNS)]
    found = by_ratio(
        Stock(_minor(raw, cost.get("opening")), _minor(raw, retail.get("opening"))),
        Stock(
            sum(_minor(raw, amount) for name, amount in cost.items() if name != "opening"),
            sum(_minor(raw, retail.get(name)) for name in both),
        ),
        sold=_minor(raw, table(raw, "inputs").get("net_sales")),
        markups=sum(_minor(raw, retail.get(name)) for name in _MARKUPS),
        markdowns=-sum(_minor(raw, retail.get(name)) for name in _MARKDOWNS),
        reductions=-sum(_minor(raw, retail[name]) for name in others),
        basis=cast("RetailBasis", _variant(raw)),
        ratio_places=_places(raw, "ratio_places"),
        mode=_mode(raw),
    )
    return {
        "cost_to_retail_ratio": found.ratio,
        "ending_retail": _major(raw, found.closing.retail),
        "cogs": _major(raw, found.cost_of_sales),
        "closing_value": _major(raw, found.closing.cost),
        "closing_retail_value": _major(raw, found.closing.retail),
    }


def _markup_on_cost(raw: Json) -> _Figures:
    inputs, places = table(raw, "inputs"), _places(raw, "ratio_places")
    ratio = ratio_of_markup(Fraction(inputs["markup_on_cost"]))
    ratio = ratio if places is None else Fraction(round_to(ratio, places, _mode(raw)))
    counted = _minor(raw, inputs.get("count_retail"))
    if inputs.get("count_retail") is None:
        counted = sum(_minor(raw, inputs.get(name)) for name in ("opening_retail", "purchases_retail"))
        counted -= _minor(raw, inputs.get("net_sales"))
    cost = divide(counted * ratio.numerator, ratio.denominator, _mode(raw))
    return {
        "cost_to_retail_ratio": ratio,
        "ending_retail": _major(raw, counted),
        "closing_value": _major(raw, cost),
        "closing_retail_value": _major(raw, counted),
    }


_RETAIL = {
    "margin_rate": _margin_rate,
    "markup_on_cost": _markup_on_cost,
    **dict.fromkeys(("conventional", "cost", "average", "fifo", "lifo"), _by_ratio),
}
