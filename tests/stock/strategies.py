"""Strategies for valid facts of every kind: small numbers, few names, all fields used now and then.

``arguments(cls)`` gives the keyword arguments of one, ``facts()`` a fact of any kind, ``facts_of(cls)`` of one kind.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from jxc.stock import FACT_TYPES, AnyFact, Component, LotMatch, LotPick, Product
from jxc.stock.facts import Inbound, Outbound

Arguments = dict[str, Any]

names = st.sampled_from(["A", "TEA", "茶叶", "B-1", "x y"])
dates = st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31))
instants = st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2030, 1, 1), timezones=st.just(dt.UTC))  # noqa: DTZ001
not_negative = st.decimals(0, 10**9, places=4) | st.integers(0, 10**6).map(Decimal)
positive = not_negative.filter(bool)
signed = st.decimals(-(10**6), 10**6, places=2)
ids = st.text("abcdefg", min_size=1, max_size=3)
id_tuples = st.lists(ids, min_size=1, max_size=4, unique=True).map(tuple)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


common: dict[str, st.SearchStrategy[Any]] = {
    "id": st.just("") | ids.map("own-{}".format),
    "time": maybe(st.times()),
    "doc": maybe(names),
    "reason": maybe(st.sampled_from(["gift", "报废", "damaged in the rain"])),
    "actor": maybe(names),
    "refs": st.just(()) | id_tuples,
    "recorded_at": maybe(instants),
}
simple: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "revalue": {"amount": signed},
    "standard_price": {"unit_cost": not_negative},
    "method_change": {"method": st.sampled_from(["fifo", "moving_average"])},
    "scope_change": {"scope": st.just("item")},
    "base_unit_change": {"unit": st.just("can"), "factor": st.fractions(Fraction(1, 100), 100)},
}
costs: dict[str, st.SearchStrategy[Any]] = {"unit_cost": maybe(not_negative), "amount": maybe(not_negative)}


def picks(qty: Decimal) -> st.SearchStrategy[tuple[LotPick, ...]]:
    """The quantity as picks of one or two lots."""
    half = qty / 2
    one = (LotPick(lot="L1", qty=qty),)
    return st.sampled_from([one, (LotPick(lot="L1", qty=half), LotPick(lot="L2", qty=half))])


lot_matches = st.builds(
    LotMatch, unit_cost=maybe(not_negative), lot_date=maybe(dates), lot=maybe(names), currency=maybe(st.just("EUR"))
)
components = st.builds(
    Component, item=names, qty=positive, place=maybe(names), lot=maybe(names), uom=maybe(st.just("case"))
)


@st.composite
def products(draw: st.DrawFn) -> tuple[Product, ...]:
    weighed = draw(st.booleans())
    one = st.builds(Product, item=names, qty=positive, expiry=maybe(dates), weight=positive if weighed else st.none())
    return tuple(draw(st.lists(one, min_size=1, max_size=3)))


def currency_and_rate(draw: st.DrawFn) -> Arguments:
    currency = draw(maybe(st.sampled_from(["EUR", "USD"])))
    return {"currency": currency, "rate": draw(maybe(positive)) if currency else None}


def movement(draw: st.DrawFn) -> Arguments:
    given = {"qty": draw(positive), "place": draw(maybe(names)), "lot": draw(maybe(names)), "uom": draw(maybe(names))}
    if draw(st.integers(0, 4)) == 0:
        serials = draw(id_tuples)
        given |= {"serials": serials, "qty": Decimal(len(serials)), "uom": None}
    return given


def lots(draw: st.DrawFn, given: Arguments) -> Arguments:
    way = draw(st.integers(0, 3))
    if way == 1:
        return {"lot": None, "lots": draw(picks(given["qty"]))}
    return {"lot": None, "lot_match": draw(lot_matches)} if way == 2 else {}


def inbound(draw: st.DrawFn) -> Arguments:
    lot_date = draw(maybe(dates))
    return {
        **{name: draw(each) for name, each in costs.items()},
        **currency_and_rate(draw),
        "lot_date": lot_date,
        "expiry": draw(maybe(st.dates(lot_date or dt.date(2020, 1, 1), dt.date(2031, 1, 1)))),
        "unit_weight": draw(maybe(not_negative)),
        "unit_volume": draw(maybe(not_negative)),
        "estimated": draw(st.booleans()),
    }


def made(draw: st.DrawFn) -> Arguments:
    if draw(st.integers(0, 3)):
        return {}
    part = draw(st.sampled_from(["share", "share_weight"]))
    return {
        "unit_cost": None,
        "amount": None,
        "cost_from": draw(id_tuples),
        "add_amount": draw(maybe(not_negative)),
        part: draw(maybe(st.sampled_from([Decimal("0.25"), Decimal(1)]))),
    }


def landed(draw: st.DrawFn, refs: tuple[str, ...]) -> Arguments:
    given = {"amount": draw(signed), **currency_and_rate(draw)}
    given["allocate_by"] = draw(st.sampled_from(["value", "qty", "equal", "weight", "volume"]))
    way = draw(st.integers(0, 2)) if refs else 0
    if way == 1:
        given["weights"] = (Decimal(1), *(draw(not_negative) for _ in refs[1:]))
    if way == 2:
        given["shares"] = (given["amount"], *(Decimal(0) for _ in refs[1:]))
    return given


def price_difference(draw: st.DrawFn) -> Arguments:
    given = {"unit_cost": draw(not_negative), "amount": draw(maybe(not_negative)), **currency_and_rate(draw)}
    direction = draw(maybe(st.sampled_from(["bill", "refund"])))
    if direction == "refund":
        given["unit_cost"] = draw(maybe(not_negative))
    qty = draw(positive) if direction else draw(maybe(positive))
    return {**given, "refs": draw(id_tuples), "direction": direction, "qty": qty}


def impairment(draw: st.DrawFn) -> Arguments:
    if draw(st.booleans()):
        return {"amount": draw(not_negative), "level": "group", "group": "drinks"}
    return {"net_realisable_value": draw(not_negative), "per_unit": draw(st.booleans())}


def special(draw: st.DrawFn, word: str, given: Arguments) -> Arguments:
    """What only this kind of fact has."""
    match word:
        case "receipt":
            return made(draw)
        case "issue":
            allowed = draw(maybe(not_negative))
            return {"sale_price": draw(maybe(not_negative)), "standard_qty_allowed": allowed, **currency_and_rate(draw)}
        case "count":
            return {"unit_cost": draw(maybe(not_negative))}
        case "transfer":
            received = draw(maybe(st.sampled_from([given["qty"], given["qty"] / 2, Decimal(0)])))
            freight = draw(maybe(not_negative))
            return {"to_place": "elsewhere", "received_qty": received, "freight": freight, **lots(draw, given)}
        case "purchase_return":
            price = {"credit_price": draw(maybe(not_negative)), **currency_and_rate(draw)}
            return {**price, **{name: draw(each) for name, each in costs.items()}, **lots(draw, given)}
        case "sales_return":
            return {"sale_price": draw(maybe(not_negative)), "expiry": draw(maybe(dates)), **currency_and_rate(draw)}
        case "assembly":
            return {
                "components": tuple(draw(st.lists(components, min_size=1, max_size=3))),
                "expiry": draw(maybe(dates)),
            }
        case "disassembly":
            return {"products": draw(products()), "extra_cost": draw(maybe(not_negative))}
        case "landed_cost":
            return landed(draw, given["refs"])
        case "invoice_price_change":
            return price_difference(draw)
        case "write_down" | "write_down_reversal":
            return impairment(draw)
        case _:
            return {name: draw(each) for name, each in simple.get(word, {}).items()}


@st.composite
def arguments(draw: st.DrawFn, cls: type[AnyFact]) -> Arguments:
    """Keyword arguments that make a valid fact of this kind."""
    given: Arguments = {"date": draw(dates), "item": draw(names), **{name: draw(each) for name, each in common.items()}}
    if "qty" in cls.__dataclass_fields__ and cls.type != "invoice_price_change":
        given |= movement(draw)
    if issubclass(cls, Inbound):
        given |= inbound(draw)
    if issubclass(cls, Outbound):
        given |= lots(draw, given)
    return {**given, **special(draw, cls.type, given)}


def facts_of(cls: type[AnyFact]) -> st.SearchStrategy[AnyFact]:
    return arguments(cls).map(lambda given: cls(**given))


def facts() -> st.SearchStrategy[AnyFact]:
    return st.one_of([facts_of(cls) for cls in FACT_TYPES.values()])
