"""The short way from a plain row to an event: receipts, issues, adjustments and transfers that say no more than that.

Most rows of a book are plain, and reading them as facts takes ten times as long as valuing them.

Invariant: an event that is read here is the one that the facts' own reader makes; whatever looks unusual, and whatever
is wrong, is left to that reader (``None``).

>>> terms = Terms(Policy(), Scales(2, 3), None, {}, None)
>>> row = {"type": "receipt", "date": "2026-01-05", "item": "TEA", "qty": "1.5", "unit_cost": "2.00", "id": "GR-1"}
>>> event = PlainReader(terms).read(row, 7)
>>> event.row, event.qty, event.amount, event.rate
(7, 1500, 300, Fraction(1, 5))
>>> PlainReader(terms).read({**row, "uom": "box"}, 7) is None
True
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from jxc.api.business.stating import BESIDE
from jxc.api.late_read import Terms
from jxc.costing.events import NO_DETAILS, Event, Scales, power
from jxc.costing.layers import Rounder
from jxc.costing.policy import Policy

__all__ = ["PlainReader", "Policy", "Scales"]

_SHARED = frozenset({"type", "date", "item", "qty", "id", "doc", "reason", "actor", "place", "lot", *BESIDE})
_PRICED = _SHARED | {"unit_cost", "amount"}
_FIELDS: Mapping[str, frozenset[str]] = {
    "opening": _PRICED,
    "receipt": _PRICED,
    "adjust_in": _PRICED,
    "issue": _SHARED | {"sale_price"},
    "scrap": _SHARED,
    "adjust_out": _SHARED,
    "transfer": _SHARED | {"to_place"},
}
_TEXTS = ("item", "id", "doc", "reason", "actor", "place", "lot", "to_place", *BESIDE)
_LONGEST = 200
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NUMBER = re.compile(r"\d{1,15}(\.\d{1,12})?", re.ASCII)
_CLEAN = re.compile(r"[0-9A-Za-z_\u4e00-\u9fff](?:[ -~\u4e00-\u9fff]*[!-~\u4e00-\u9fff])?")


class PlainReader:
    """Reads plain rows by the terms of one book."""

    def __init__(self, terms: Terms) -> None:
        self._priced = terms.policy.sale_price_check == "required" or terms.policy.method == "gross_profit"
        self._quanta = power(terms.scales.qty_places)
        self._cents = power(terms.scales.money_places)
        self._rounder = Rounder(terms.policy.rounding, terms.scales)
        self._scales = terms.scales
        self._days: dict[str, int] = {}

    def read(self, body: Mapping[str, Any], row: int) -> Event | None:
        """The event of a plain row; ``None`` for any other."""
        kind = body.get("type")
        known = _FIELDS.get(kind) if isinstance(kind, str) else None
        if kind is None or known is None or not body.keys() <= known or not _clean(body):
            return None
        day = self._day(body.get("date"))
        qty = self._qty(body.get("qty"))
        if day is None or not qty or "item" not in body or (kind == "transfer") is not ("to_place" in body):
            return None
        if kind == "transfer" and body["to_place"] == body.get("place"):
            return None
        if "sale_price" in body and (self._priced or not _is_number(body["sale_price"])):
            return None
        return self._event(str(kind), body, row, day, qty)

    def _event(self, kind: str, body: Mapping[str, Any], row: int, day: int, qty: int) -> Event | None:
        amount, rate = None, None
        if "amount" in body or "unit_cost" in body:
            priced = self._price(body, qty)
            if priced is None:
                return None
            amount, rate = priced
        return Event(
            row,
            kind,
            day,
            body["item"],
            qty,
            amount,
            id=body.get("id", ""),
            place=body.get("place"),
            to_place=body.get("to_place"),
            lot=body.get("lot"),
            rate=rate,
            reason=body.get("reason"),
            doc=body.get("doc"),
            details=NO_DETAILS,
        )

    def _price(self, body: Mapping[str, Any], qty: int) -> tuple[int, Fraction | None] | None:
        """The cost of the line in minor units, and the rate of a stated unit cost; ``None`` if it is not plain."""
        amount, unit_cost = body.get("amount"), body.get("unit_cost")
        rate = None
        if unit_cost is not None:
            if not _is_number(unit_cost):
                return None
            unit = Fraction(unit_cost)
            rate = self._scales.rate(unit)
            if amount is None:
                cost = self._rounder.money(unit * qty * self._cents / self._quanta)
                return (int(cost), rate) if cost.denominator == 1 else None
        minor = _scaled(amount, self._cents)
        return None if minor is None else (minor, rate)

    def _day(self, text: object) -> int | None:
        if not isinstance(text, str) or not _DAY.fullmatch(text):
            return None
        found = self._days.get(text)
        if found is None:
            try:
                found = date.fromisoformat(text).toordinal()
            except ValueError:
                return None
            if len(self._days) > 4000:
                self._days.clear()
            self._days[text] = found
        return found

    def _qty(self, text: object) -> int | None:
        return _scaled(text, self._quanta)


def _clean(body: Mapping[str, Any]) -> bool:
    """Whether every text is one that nobody could object to."""
    for name in _TEXTS:
        text = body.get(name)
        if text is not None and not (isinstance(text, str) and len(text) <= _LONGEST and _CLEAN.fullmatch(text)):
            return False
    return True


def _is_number(text: object) -> bool:
    return isinstance(text, str) and _NUMBER.fullmatch(text) is not None


def _scaled(text: object, scale: int) -> int | None:
    """A number as a whole number of parts of which ``scale`` make one; ``None`` if it is not plain."""
    if not _is_number(text):
        return None
    numerator, denominator = Decimal(str(text)).as_integer_ratio()
    whole, rest = divmod(numerator * scale, denominator)
    return None if rest else whole
