"""Cases of planned cost with a rate of variance (计划成本, 材料成本差异率): ``policy.variance`` is
``rate_at_period_end``.

Rows give ``standard_amount`` (or a quantity, at the standard cost of the policy) and the actual ``amount`` or the
``variance_amount``.  Returns to suppliers are negative receipts, returns of customers negative issues.

Invariant: figures come from ``jxc.costing.variance_rate``, nothing is read from ``expect``.

>>> case = {"id": "x", "currency_places": 2, "policy": {}, "expect": {"variance_rate": "0.2"}}
>>> case["events"] = [{"id": "e1", "type": "opening", "item": "A", "standard_amount": "10", "amount": "11"}]
>>> print(*check_planned(case))
x case variance_rate: expected 0.2, got 0.1
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import cast

from jxc.costing.variance_rate import Planned, VarianceResult, by_variance_rate
from jxc.golden.case import Json, table
from jxc.golden.checks import Failure
from jxc.golden.figures import same, text
from jxc.kernel.rounding import RoundingMode, divide

__all__ = ["check_planned", "is_planned"]

_Figures = dict[str, Fraction]
_SIGNS = {"opening": 1, "receipt": 1, "adjust_in": 1, "purchase_return": -1}
_OUT = {"issue": 1, "scrap": 1, "adjust_out": 1, "sales_return": -1}
_ROUNDED = frozenset({"variance_rate"})


def is_planned(raw: Json) -> bool:
    """Whether the case asks for a rate of variance at the end of the period."""
    return raw["method"] == "standard" and table(raw, "policy").get("variance") == "rate_at_period_end"


def check_planned(raw: Json) -> Iterator[Failure]:
    """Every figure of the case: of its rows, of what is left, of the whole."""
    items = list(dict.fromkeys(str(event.get("item")) for event in raw["events"] if event.get("item")))
    case = _Case(raw)
    totals: _Figures = {}
    closing: dict[str, _Figures] = {}
    for item in items:
        rows, whole, left = case.item(item)
        closing[item] = left
        for event, figures in rows:
            for name in ("expect", "expect_final"):
                yield from _compare(raw, str(event["id"]), table(event, name), figures)
        for name, figure in whole.items():
            totals[name] = figure if name in _ROUNDED else totals.get(name, Fraction(0)) + figure
    expected = dict(table(raw, "expect"))
    for line in cast("list[Json]", expected.pop("closing", None) or []):
        wanted = {name: figure for name, figure in line.items() if name not in ("item", "location")}
        yield from _compare(raw, "closing", wanted, closing.get(str(line.get("item")), {}))
    yield from _compare(raw, "case", expected, totals)


def _compare(raw: Json, step: str, expected: Json, got: _Figures) -> Iterator[Failure]:
    for name, wanted in expected.items():
        if wanted is None or name in ("journal", "error", "periods"):
            continue
        figure = got.get(name)
        if not same(str(wanted), figure, exact=name not in _ROUNDED):
            yield Failure(str(raw["id"]), step, name, str(wanted), text(figure))


class _Case:
    """The amounts of a case in minor units."""

    def __init__(self, raw: Json) -> None:
        self._raw = raw
        rounding = table(table(raw, "policy"), "rounding")
        places = rounding.get("money_places", raw.get("currency_places"))
        self._places = int(places if places is not None else 2)
        rate_places = rounding.get("rate_places")
        self._rate_places = None if rate_places is None else int(rate_places)
        self._mode: RoundingMode = cast("RoundingMode", rounding.get("mode") or "half_up")

    def item(self, item: str) -> tuple[list[tuple[Json, _Figures]], _Figures, _Figures]:
        """Figures by row, of the whole, and of what is left, for one item."""
        events = [event for event in self._raw["events"] if event.get("item") == item]
        incoming = [event for event in events if event["type"] in _SIGNS]
        estimates = [event for event in incoming if event.get("estimated") and self._is_unpriced(event)]
        base = sum((self._planned(event) for event in incoming if event not in estimates), Planned(0))
        estimated = sum(self._planned(event).planned for event in estimates)
        rows = [(event, self._moved(self._planned(event))) for event in incoming]
        upto, given = 0, Planned(0)
        found = self._upto(base, estimated, 0)
        for event in (event for event in events if event["type"] in _OUT):
            upto += self._planned(event).planned
            found = self._upto(base, estimated, upto)
            rows.append((event, self._issue(found.issued - given, _OUT[event["type"]])))
            given = found.issued
        whole = {
            "variance_rate": found.rate,
            "issue_variance": self._major(given.variance),
            "issue_actual_cost": self._major(given.actual),
            "cogs": self._major(given.actual),
            "price_variance": sum((self._major(self._planned(event).variance) for event in incoming), Fraction(0)),
        }
        left = found.closing
        closing = {"standard_value": left.planned, "variance": left.variance, "value": left.actual}
        return rows, whole, {name: self._major(minor) for name, minor in closing.items()}

    def _upto(self, base: Planned, estimated: int, issued: int) -> VarianceResult:
        return by_variance_rate(
            base, Planned(0), issued=issued, estimated=estimated, rate_places=self._rate_places, mode=self._mode
        )

    def _moved(self, goods: Planned) -> _Figures:
        sign = -1 if goods.planned < 0 else 1
        return {"cost": self._major(sign * goods.planned), "variance": self._major(sign * goods.variance)}

    def _issue(self, goods: Planned, sign: int) -> _Figures:
        return {"cost": self._major(sign * goods.actual), "variance": self._major(sign * goods.variance)}

    @staticmethod
    def _is_unpriced(event: Json) -> bool:
        return all(event.get(name) is None for name in ("amount", "unit_cost", "variance_amount"))

    def _planned(self, event: Json) -> Planned:
        sign = _SIGNS.get(event["type"]) or _OUT[event["type"]]
        planned = self._standard(event)
        actual = event.get("amount")
        if actual is None and event.get("unit_cost") is not None:
            actual = Fraction(event["unit_cost"]) * Fraction(event.get("qty") or 0)
        if event.get("variance_amount") is not None:
            variance = self._minor(event["variance_amount"])
        else:
            variance = 0 if actual is None else self._minor(actual) - planned
        return Planned(sign * planned, sign * variance)

    def _standard(self, event: Json) -> int:
        if event.get("standard_amount") is not None:
            return self._minor(event["standard_amount"])
        standard = table(table(self._raw, "policy"), "standard_cost").get(str(event.get("item")), 0)
        return self._minor(Fraction(event.get("qty") or 0) * Fraction(standard))

    def _minor(self, amount: object) -> int:
        scaled = Fraction(str(amount)) * 10**self._places
        return divide(scaled.numerator, scaled.denominator, self._mode)

    def _major(self, minor: int) -> Fraction:
        return Fraction(minor, 10**self._places)
