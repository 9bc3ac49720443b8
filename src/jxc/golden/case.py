"""A golden case as the engine reads it: its policy and its events.

The format is described beside the cases; names there are data of the check, so this module is the only place that knows
them.

Invariant: every number goes from its decimal string to an exact integer or fraction.

>>> case = parse_case(
...     {
...         "id": "x",
...         "method": "fifo",
...         "currency_places": 2,
...         "events": [
...             {"id": "e1", "date": "2026-01-05", "type": "receipt", "item": "A", "qty": "2.5", "unit_cost": "2"}
...         ],
...     }
... )
>>> case.scales, case.events[0].qty, case.events[0].amount
(Scales(money_places=2, qty_places=1), 25, 500)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Any, cast

from jxc.costing.events import Details, Event, Foreign, LotMatch, Scales
from jxc.costing.intake import line_amount
from jxc.costing.layers import Rounder
from jxc.costing.policy import CostRounding, Policy
from jxc.kernel.rounding import Exact

__all__ = ["Case", "Json", "derived", "parse_case", "places_of", "rows", "table"]

Json = Mapping[str, Any]

_PICKED = {"fifo": "fifo", "lifo": "lifo", "hifo": "hifo", "lofo": "lofo", "average": "moving_average"}
_STRICT = ("strict", "strict_with_size", "average_of_match", "none")
_GLOBAL: Mapping[str, Json] = MappingProxyType({
    "fifo_global": {"pick": "fifo", "scope": "item", "place_check": "refuse_if_older_elsewhere"},
    "average_global": {"pick": "average", "scope": "item"},
})  # fmt: skip
_NOT_PICKED = ("lcnrv", "landed_cost")
_TAKEN_OVER = (
    "replay",
    "same_moment",
    "scope",
    "negative_stock",
    "returns",
    "return_layer",
    "purchase_returns",
    "zero_quantity",
    "negative_lots",
    "system",
    "landed_cost",
    "invoice_difference",
    "transfer_layers",
    "transfer_freight",
    "lot_pick",
    "place_check",
    "sale_price_check",
    "item_methods",
    "location_methods",
)


@dataclass(frozen=True, slots=True)
class Case:
    """A valuation case, ready to run: events by their position, and the case as it was read."""

    id: str
    policy: Policy
    scales: Scales
    events: tuple[Event, ...]
    raw: Json


def parse_case(raw: Json) -> Case:
    """Read a valuation case."""
    words = table(raw, "policy")
    if raw["method"] == "other" and words.get("pick") is None:
        words = {**(derived(raw.get("submethod")) or {}), **words}
    policy = _policy(raw, words)
    money_places = policy.rounding.money_places
    scales = Scales(
        money_places if money_places is not None else int(raw.get("currency_places") or 2),
        max((places_of(text) for text in _quantities(raw)), default=0),
    )
    by_id = {event["id"]: row for row, event in enumerate(raw["events"]) if "id" in event}
    rounder = Rounder(policy.rounding, scales)
    events = tuple(_event(row, event, by_id, scales, rounder) for row, event in enumerate(raw["events"]))
    return Case(str(raw["id"]), policy, scales, events, raw)


def table(raw: Json, name: str) -> Json:
    """A part of a case that is a JSON object; empty where it is absent."""
    return cast("Json", raw.get(name) or {})


def rows(raw: Json, name: str) -> list[Json]:
    """A part of a case that is a list of JSON objects; empty where it is absent."""
    return cast("list[Json]", raw.get(name) or [])


def derived(submethod: object) -> Json | None:
    """The policy that a submethod stands for; empty where it says nothing about picking, ``None`` if it is unknown."""
    if submethod is None or submethod in _NOT_PICKED:
        return {}
    if not isinstance(submethod, str):
        return None
    if submethod == "hifo" or submethod in _STRICT:
        return {"pick": submethod}
    pairs = [part.strip().partition(":") for part in submethod.split(",")]
    if all(method in _PICKED.values() and place for method, _, place in pairs):
        return {"pick": "by_location", "location_methods": {place: method for method, _, place in pairs}}
    return _GLOBAL.get(submethod)


def places_of(text: str) -> int:
    """How many decimal places a number is written with."""
    return len(text.partition(".")[2])


def _quantities(raw: Json) -> list[str]:
    names = ("qty", "received_qty", "standard_qty_allowed")
    found = [str(event[name]) for event in raw["events"] for name in names if event.get(name) is not None]
    return found + [str(lot["qty"]) for event in raw["events"] for lot in event.get("lots") or ()]


def _policy(raw: Json, words: Json) -> Policy:
    method, pick = str(raw["method"]), words.get("pick")
    if pick in _PICKED:
        method = _PICKED[pick]
    elif pick in _STRICT or pick == "by_location" or method == "other":
        method = "fifo"
    choices: dict[str, Any] = {"same_moment": "as_entered", "zero_quantity": "ignore"}
    choices |= {name: words[name] for name in _TAKEN_OVER if words.get(name) is not None}
    standard = {item: Fraction(cost) for item, cost in table(words, "standard_cost").items()}
    initial = raw.get("initial_unit_cost")
    return Policy(
        method=method,
        missing_cost="current_cost",
        period="all",
        pick=pick if pick in _STRICT else None,
        rounding=_rounding(raw, words),
        standard_cost=standard,
        initial_unit_cost=None if initial is None else Fraction(initial),
        qty_places=raw.get("qty_places"),
        invoice_difference=choices.pop("invoice_difference", "split_on_hand_sold"),
        **choices,
    )


def _rounding(raw: Json, words: Json) -> CostRounding:
    given = table(words, "rounding")
    places = given.get("money_places", raw.get("currency_places"))
    return CostRounding(
        rule="none" if places is None else given.get("rule", "cumulative"),
        unit_cost_places=given.get("unit_cost_places"),
        money_places=places,
        mode=given.get("mode", "half_up"),
    )


def _event(row: int, raw: Json, by_id: Mapping[str, int], scales: Scales, rounder: Rounder) -> Event:
    qty = _scaled(raw.get("qty"), scales) or 0
    foreign = _foreign(raw)
    unit_cost, amount = _number(raw, "unit_cost"), _number(raw, "amount")
    if foreign is not None and unit_cost is None and amount is None:
        line = line_amount(rounder, scales, qty, amount=foreign.amount, unit_cost=foreign.unit_cost, rate=foreign.rate)
        unit_cost = foreign.unit_cost * foreign.rate if foreign.unit_cost is not None else None
    else:
        line = line_amount(rounder, scales, qty, amount=amount, unit_cost=unit_cost)
    whole_price = raw["type"] in ("standard_price", "count") or (raw["type"] == "invoice_price_change" and not qty)
    return Event(
        row,
        str(raw["type"]),
        date.fromisoformat(raw["date"]).toordinal(),
        str(raw.get("item") or ""),
        qty,
        None if whole_price and amount is None else line,
        id=str(raw.get("id") or row + 1),
        time=_time(raw.get("time")),
        place=raw.get("location"),
        to_place=raw.get("to_location"),
        lot=raw.get("lot"),
        expiry=_day(raw.get("expiry")),
        lot_date=_day(raw.get("lot_date")),
        rate=None if unit_cost is None else scales.rate(unit_cost),
        currency=raw.get("currency"),
        refs=tuple(by_id[ref] for ref in raw.get("refs") or ()),
        reason=raw.get("reason"),
        doc=raw.get("doc"),
        details=_details(raw, by_id, scales, foreign),
    )


def _details(raw: Json, by_id: Mapping[str, int], scales: Scales, foreign: Foreign | None) -> Details:
    match = raw.get("lot_match")
    credit = _number(raw, "credit_price")
    return Details(
        lots=tuple((lot["lot"], scales.qty(Fraction(lot["qty"]))) for lot in raw.get("lots") or ()),
        lot_match=None if match is None else _match(match, scales),
        sale_price=_number(raw, "sale_price"),
        cost_from=tuple(by_id[ref] for ref in raw.get("cost_from") or ()),
        add_amount=_money(raw, "add_amount", scales),
        share=_number(raw, "share"),
        share_weight=_number(raw, "share_weight"),
        received_qty=_scaled(raw.get("received_qty"), scales),
        freight=_money(raw, "freight", scales),
        credit_price=None if credit is None else scales.rate(credit),
        allocate_by=raw.get("allocate_by") or "value",
        weights=tuple(Fraction(weight) for weight in raw.get("weights") or ()),
        shares=tuple(_whole(scales.money(Fraction(share))) for share in raw.get("shares") or ()),
        unit_weight=_number(raw, "unit_weight"),
        unit_volume=_number(raw, "unit_volume"),
        direction=raw.get("direction"),
        foreign=foreign,
        standard_qty_allowed=_scaled(raw.get("standard_qty_allowed"), scales),
        batch=raw.get("batch"),
    )


def _match(raw: Json, scales: Scales) -> LotMatch:
    rate = _number(raw, "unit_cost")
    return LotMatch(
        rate=None if rate is None else scales.rate(rate),
        lot_date=_day(raw.get("lot_date")),
        lot=raw.get("lot"),
        currency=raw.get("currency"),
    )


def _foreign(raw: Json) -> Foreign | None:
    given = raw.get("foreign")
    if given is None:
        return None
    return Foreign(
        currency=given["currency"],
        rate=Fraction(given["rate"]),
        unit_cost=_number(given, "unit_cost"),
        amount=_number(given, "amount"),
    )


def _number(raw: Json, name: str) -> Fraction | None:
    value = raw.get(name)
    return None if value is None else Fraction(value)


def _money(raw: Json, name: str, scales: Scales) -> Exact:
    return _whole(scales.money(Fraction(raw.get(name) or 0)))


def _whole(number: Fraction) -> Exact:
    return number.numerator if number.denominator == 1 else number


def _scaled(text: str | None, scales: Scales) -> Exact | None:
    return None if text is None else scales.qty(Fraction(text))


def _day(text: str | None) -> int | None:
    return None if text is None else date.fromisoformat(text).toordinal()


def _time(text: str | None) -> int:
    if not text:
        return 0
    hours, minutes, *rest = text.split(":")
    seconds = Fraction(rest[0]) if rest else Fraction(0)
    return int(((int(hours) * 60 + int(minutes)) * 60 + seconds) * 10**6)
