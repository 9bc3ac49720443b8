"""Valued stock facts as business events: from what a row did to value, by role, to the amounts of its kind.

    receipt    inventory +100, grni -100             value 100 (at its place), cost 100
    issue      inventory -60, cogs +60               value 60 (at its place), cost 60
    transfer   inventory -60 (WH), +60 (SHOP)        left 60, arrived 60

What a row did may also be what a late fact changed about it: rules are linear, so the rule that posted a cost posts its
change.

Invariant: every amount of the row is in the event, by the place and item that it concerns; what no amount of its kind
can hold is an error.

>>> from jxc.costing.effects import effects_of, Told
>>> from jxc.costing.outcome import Outcome
>>> from jxc.costing.policy import Policy
>>> row = Event(0, "issue", 739266, "TEA", 3, id="SO-1", place="WH", reason="赠品")
>>> told = effects_of(Told(row, Outcome(cost=60, value_change=-60)), Policy(), {0: row}.get)
>>> made = stock_event(row, told, Surroundings(places={"WH": Place(id="WH")}))
>>> made.kind, made.attributes["reason"], made.total("cost"), made.amounts["value"][0].attributes["place_kind"]
('issue', 'gift', 60, 'warehouse')
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Literal

from jxc.costing.effects import SALE_REASONS, Effect, Role
from jxc.costing.events import Event, Scales
from jxc.errors import LedgerError
from jxc.kernel.exact import from_scaled
from jxc.kernel.frozen import FrozenMap
from jxc.kernel.rounding import Exact
from jxc.posting.events import BusinessEvent, Portion, portion
from jxc.posting.vocabulary import KINDS
from jxc.stock.items import Item
from jxc.stock.places import Place

__all__ = ["NO_FIGURES", "REASONS", "RowFigures", "Surroundings", "reason_of", "stock_event"]

REASONS: Mapping[str, str] = MappingProxyType({
    **{word: "sale" for word in SALE_REASONS if word},
    **dict.fromkeys(("gift", "赠品", "贈品", "赠送", "贈送"), "gift"),
    **dict.fromkeys(("sample", "样品", "樣品"), "sample"),
    **dict.fromkeys(("own_use", "use", "领用", "領用", "自用", "耗用"), "own_use"),
    **dict.fromkeys(("production", "生产", "生產", "生产领用", "生產領用"), "production"),
    **dict.fromkeys(("abnormal", "非正常", "非正常损失", "非正常損失"), "abnormal"),
    **dict.fromkeys(("disaster", "自然灾害", "自然災害"), "disaster"),
})  # fmt: skip
"""Words for why goods went, and the word that tables ask for; any other word stands for itself."""

_KINDS: Mapping[str, str] = MappingProxyType({
    **{name: name for name in ("opening", "receipt", "adjust_in", "sales_return", "landed_cost", "revalue")},
    **{name: name for name in ("invoice_price_change", "standard_price", "write_down", "write_down_reversal")},
    **{name: name for name in ("issue", "scrap", "adjust_out", "purchase_return", "transfer")},
    "assembly": "production",
    "disassembly": "production",
})  # fmt: skip
_AGAINST: Mapping[str, tuple[Role, ...]] = MappingProxyType({
    "opening": ("opening",),
    "receipt": ("grni",),
    "production": ("production_clearing",),
    "adjust_in": ("stock_adjustment",),
    "count_surplus": ("stock_adjustment",),
    "sales_return": ("cogs", "expense", "stock_adjustment", "production_clearing"),
    "landed_cost": (),
    "invoice_price_change": ("grni",),
    "revalue": ("revaluation",),
    "standard_price": ("revaluation",),
    "issue": ("cogs", "expense"),
    "consumption": ("production_clearing",),
    "scrap": ("stock_adjustment",),
    "adjust_out": ("stock_adjustment",),
    "count_shortage": ("stock_adjustment",),
    "purchase_return": ("grni",),
    "transfer": (),
})  # fmt: skip
"""The roles that are the ``cost`` of a kind."""

_CLEARING: tuple[Role, ...] = ("landed_cost_clearing",)

_BESIDE: Mapping[str, str] = MappingProxyType({
    "purchase_variance": "variance",
    "price_difference": "price_difference",
    "cogs": "expensed",
    "expense": "used",
    "stock_adjustment": "lost",
    "production_clearing": "consumed",
    "grni": "returned",
    "revaluation": "revalued",
    "valuation_gap": "gap",
})  # fmt: skip
"""Role -> the amount that it is beside the cost, debit positive."""


def _nothing() -> Mapping[str, Mapping[str, str]]:
    return FrozenMap()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known of places, items and papers; all of it may be empty.

    ``parties``: party by id of a fact or by ``doc``; ``attributes``: more attributes by the same; ``taxes``: by
    id, in minor units, what a gift or a loss brings (``jxc.tax``); ``always``: attributes of every event, such as
    ``tax_regime``; ``scales``: of the rows.
    """

    places: Mapping[str, Place] = field(default_factory=FrozenMap[Place])
    items: Mapping[str, Item] = field(default_factory=FrozenMap[Item])
    parties: Mapping[str, str] = field(default_factory=FrozenMap[str])
    attributes: Mapping[str, Mapping[str, str]] = field(default_factory=_nothing)
    taxes: Mapping[str, int] = field(default_factory=FrozenMap[int])
    always: Mapping[str, str] = field(default_factory=FrozenMap[str])
    scales: Scales = field(default_factory=Scales)

    def of_goods(self, item: str, place: str | None) -> dict[str, str | None]:
        """The attributes of goods of an item at a place."""
        known, where = self.items.get(item), None if place is None else self.places.get(place)
        return {
            "item": item or None,
            "item_group": None if known is None else known.group,
            "place": place,
            "place_kind": None if where is None else where.kind,
            "owned": None if where is None else "yes" if where.owned else "no",
        }

    def of_paper(self, event: Event) -> dict[str, str]:
        """The attributes that its id and its document say."""
        found: dict[str, str] = dict(self.always)
        for name in (event.doc, event.id):
            if name:
                found |= {"party": self.parties[name]} if name in self.parties else {}
                found |= self.attributes.get(name, {})
        return found


@dataclass(frozen=True, slots=True)
class RowFigures:
    """What else is known of a row, in minor units.

    ``quantity_variance``: the part of its cost beyond what was allowed.  ``freight``: of a transfer, where it is no
    part of cost.  ``difference``: what the row adds to the difference of stock from the price set for it, kept apart
    (``kept_apart``) as ``variance`` at planned cost or as ``margin`` at retail.  ``repriced``: what a transfer between
    places with prices of their own adds to the price that is set.
    """

    quantity_variance: Exact = 0
    freight: Exact = 0
    difference: Exact = 0
    repriced: Exact = 0
    kept_apart: Literal["variance", "margin"] | None = None


NO_FIGURES = RowFigures()


def reason_of(event: Event, find: Callable[[int], Event | None] | None = None) -> str | None:
    """Why goods went, in the word that tables ask for; of goods that came back: why they had gone."""
    if event.type == "sales_return" and event.refs and find is not None:
        source = find(event.refs[0])
        return "sale" if source is None else reason_of(source, find)
    if not event.reason:
        return "sale" if event.type in ("issue", "sales_return") else None
    return REASONS.get(event.reason, event.reason)


def stock_event(
    event: Event,
    effects: Sequence[Effect],
    around: Surroundings,
    *,
    find: Callable[[int], Event | None] | None = None,
    more: RowFigures = NO_FIGURES,
) -> BusinessEvent | None:
    """What a row did as a business event; ``None`` for one that did nothing.

    ``find``: other rows, for the reason of goods that come back.
    Raises ``LedgerError`` ``effect_not_posted``, ``amount_not_whole``.
    """
    if not effects and not more.freight:
        return None
    kind = _kind_of(event, effects)
    if more.kept_apart is not None:
        effects = _with_difference_in_stock(kind, effects)
    if kind in ("write_down", "write_down_reversal"):
        amounts = _impairment(kind, effects)
    elif kind == "transfer":
        amounts = {**_moved(event, effects, around, more), **_beside(kind, effects), "freight": more.freight}
    else:
        amounts = _stock(kind, event, effects, around, more)
    tax = around.taxes.get(event.id, 0)
    if tax:
        amounts["tax"] = _taxable(kind, tax)
    goods = around.of_goods(event.item, event.place)
    if goods["owned"] == "no" and kind != "transfer":
        kind, amounts = _of_others(kind, amounts)
    words: dict[str, str | None] = {**goods, "reason": reason_of(event, find)}
    words |= around.of_paper(event)
    return BusinessEvent.of(
        kind,
        date.fromordinal(event.date),
        amounts,
        source=event.id or f"row {event.row + 1}",
        doc=event.doc or "",
        given=words,
    )


def _taxable(kind: str, tax: int) -> int:
    """The tax of an event that may have one; ``effect_not_posted`` for another."""
    if "tax" not in KINDS[kind].free:
        raise LedgerError("effect_not_posted", f"no amount of {kind} can hold this", field="role", value="tax")
    return tax


def _with_difference_in_stock(kind: str, effects: Sequence[Effect]) -> tuple[Effect, ...]:
    """At planned cost or retail the difference is a part of stock (1404, 1407), so what stands against it is whole."""
    variance = sum(effect.amount for effect in effects if effect.role == "purchase_variance")
    kept = [effect for effect in effects if effect.role != "purchase_variance"]
    against = _AGAINST[kind] or _CLEARING
    there: list[Role] = [effect.role for effect in kept if effect.role in against]
    return (*kept, Effect((*there, *against)[0], None, variance))


_Amounts = dict[str, Exact | Iterable[Portion]]


def _kind_of(event: Event, effects: Sequence[Effect]) -> str:
    if event.type == "count":
        return "count_surplus" if sum(e.amount for e in effects if e.role == "inventory") >= 0 else "count_shortage"
    made = any(effect.role == "production_clearing" for effect in effects)
    if made and event.type in ("issue", "receipt"):
        return "consumption" if event.type == "issue" else "production"
    return _KINDS.get(event.type, "revalue")


def _stock(kind: str, event: Event, effects: Sequence[Effect], around: Surroundings, more: RowFigures) -> _Amounts:
    outward = "released" in KINDS[kind].free
    sign = -1 if outward else 1
    held = [effect for effect in effects if effect.role == "inventory"]
    against = sum(effect.amount for effect in effects if effect.role in _AGAINST[kind])
    found: _Amounts = {"cost": -sign * against - more.quantity_variance, **_beside(kind, effects)}
    if outward:
        found["released"] = sum(effect.amount for effect in effects if effect.role == "stock_allowance")
        found["quantity_variance"] = more.quantity_variance
    at_price = _at_price(held, sign, more)
    if more.kept_apart is not None and not held and more.difference:  # only the price that was set has changed
        held = [Effect("inventory", event.place, 0)]
    rests = [at_price, *(0 for _ in held[1:])]
    parts = zip(held, rests, strict=False)
    found["value"] = [one for effect, price in parts for one in _at(effect, event, around, sign, price, more)]
    return found


def _at_price(held: Sequence[Effect], sign: int, more: RowFigures) -> Exact:
    """What goods are worth at the price that was set for them."""
    return sign * (sum(effect.amount for effect in held) - more.difference)


def _at(
    effect: Effect, event: Event, around: Surroundings, sign: int, at_price: Exact, more: RowFigures
) -> list[Portion]:
    """What goods are worth at a place; the price that was set and the difference from it where they are kept apart."""
    goods = around.of_goods(effect.item or event.item, effect.place)
    quantity = from_scaled(sign * effect.qty, around.scales.qty_places) if effect.qty else None
    if more.kept_apart is None:
        return [portion(sign * effect.amount, goods, quantity)]
    price, difference = ("plan", "variance") if more.kept_apart == "variance" else ("retail", "margin")
    at_price_set = portion(at_price, {**goods, "component": price}, quantity)
    return [at_price_set, portion(sign * effect.amount - at_price, {**goods, "component": difference})]


def _moved(event: Event, effects: Sequence[Effect], around: Surroundings, more: RowFigures) -> _Amounts:
    held = [effect for effect in effects if effect.role == "inventory"]
    arrived = [effect for effect in held if effect.place == event.to_place != event.place]
    left = [effect for effect in held if effect not in arrived]
    at_price = _at_price(left, -1, more)
    return {
        "left": _at(_together(left), event, around, -1, at_price, more) if left else 0,
        "arrived": _at(_together(arrived), event, around, 1, at_price + more.repriced, more) if arrived else 0,
    }


def _together(effects: Sequence[Effect]) -> Effect:
    """The effects on one place as one."""
    return replace(effects[0], amount=sum(one.amount for one in effects), qty=sum(one.qty for one in effects))


def _beside(kind: str, effects: Sequence[Effect]) -> _Amounts:
    """What stands beside the cost; ``effect_not_posted`` for what no amount of the kind can hold."""
    found: dict[str, Exact] = {}
    free = KINDS[kind].free
    for effect in effects:
        if effect.role == "inventory" or effect.role in _AGAINST[kind]:
            continue
        if effect.role in ("stock_allowance", "allowance_released") and "released" in free:
            continue
        clearing = effect.role == "landed_cost_clearing"
        name = "charges" if clearing else _BESIDE.get(effect.role, "")
        if name not in free:
            raise LedgerError(
                "effect_not_posted", f"no amount of {kind} can hold this", field="role", value=effect.role
            )
        found[name] = found.get(name, 0) + (-effect.amount if clearing else effect.amount)
    return {**found}


def _of_others(kind: str, amounts: _Amounts) -> tuple[str, _Amounts]:
    """Goods of others are counted and never ours: what they are worth stands apart, or nowhere."""
    inward = "released" not in KINDS[kind].free
    return ("consigned_in" if inward else "consigned_out"), {"value": amounts.get("value", 0)}


def _impairment(kind: str, effects: Sequence[Effect]) -> _Amounts:
    loss = sum(effect.amount for effect in effects if effect.role == "impairment_loss")
    return {"loss": loss} if kind == "write_down" else {"recovered": -loss}
