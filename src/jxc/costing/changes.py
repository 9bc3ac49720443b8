"""Changes of the rules in mid-life: of an item's costing method, of its scope, of its base unit.

What is on hand is carried over as it is: value is untouched, layers keep date, origin and lot; an average pool becomes
layers of one unit cost.  A change of method is a change of accounting policy (IAS 8.14, 企业会计准则第28号): what
came before stays.  A change of base unit multiplies quantities by an exact factor.

Invariant: quantity (in the unit in force) and value of every item are the same before and after, to the minor unit.

>>> from jxc.costing.engine import replay
>>> from jxc.costing.policy import Policy
>>> from jxc.costing.events import Details
>>> rows = [
...     Event(0, "receipt", 1, "TEA", 1, 10),
...     Event(1, "receipt", 2, "TEA", 1, 20),
...     Event(2, "method_change", 3, "TEA", details=Details(to="moving_average")),
...     Event(3, "issue", 4, "TEA", 1),
... ]
>>> replay(rows, Policy(method="fifo")).state.outcomes[3].cost
15
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from jxc.costing.events import Event
from jxc.costing.layers import Layer, Pool, Slice
from jxc.costing.methods import CostingMethod
from jxc.costing.outcome import Outcome
from jxc.costing.state import Lot, State
from jxc.costing.trace import Part
from jxc.errors import StockError
from jxc.kernel.rounding import Exact

__all__ = ["change_base_unit", "change_method", "change_scope"]


@dataclass(frozen=True, slots=True)
class _Portion:
    goods: Lot
    qty: Exact
    cost: Exact
    node: int = -1


def change_method(state: State, event: Event) -> Outcome:
    """From this row on the item (every item, where the row names none) is costed by the method in ``details.to``."""
    name = event.details.to or ""
    if name not in state.methods.names():
        raise StockError(
            "no_such_method",
            "there is no such costing method to change to",
            field="method",
            value=name,
            hint=f"use one of {', '.join(state.methods.names())}",
        )
    items = _items(state, event)
    _not_to_standard(event, [state.methods.get(name)])
    _no_shortage(state, items)
    if event.item:
        state.method_of[event.item] = name
    else:
        state.book_method = name
    return _regroup(state, event, items)


def change_scope(state: State, event: Event) -> Outcome:
    """From this row on the item (or every item) has one pool (``item``) or one a place (``item+location``)."""
    scope = event.details.to
    if scope not in ("item", "item+location"):
        raise StockError(
            "unknown_scope",
            "an item can change to one pool or to one a place",
            field="to",
            value=scope,
            hint="use item or item+location",
        )
    items = _items(state, event)
    _not_to_standard(event, [pool.method for item in items for pool in state.pools_of.get(item, ())])
    _no_shortage(state, items)
    if scope == "item+location":
        _no_shortage_anywhere(state, items)
    if event.item:
        state.by_place_of[event.item] = scope == "item+location"
    else:
        state.book_by_place = scope == "item+location"
    return _regroup(state, event, items)


def _items(state: State, event: Event) -> list[str]:
    """The items that the row changes and that have been seen; a row that names none changes all."""
    if event.item:
        return [event.item]
    return list(dict.fromkeys((*state.pools_of, *state.places_of)))


def _no_shortage(state: State, items: list[str]) -> None:
    for item in items:
        if any(pool.shortages for pool in state.pools_of.get(item, ())):
            raise _negative(item, "")


def _no_shortage_anywhere(state: State, items: list[str]) -> None:
    """One pool over several places may hold enough while a place lies below zero; its own pool could not."""
    for item in items:
        for place in state.places_of.get(item, ()):
            if state.placed[item, place] < 0:
                raise _negative(item, f" at {place}")


def _negative(item: str, where: str) -> StockError:
    return StockError(
        "negative_at_change",
        f"{item} is below zero{where}",
        field="item",
        value=item,
        hint="enter what is missing before the method, scope or unit changes",
    )


def _not_to_standard(event: Event, methods: list[CostingMethod]) -> None:
    if any(method.by_period for method in methods):
        raise StockError(
            "not_in_period_method",
            f"{event.item} would be costed at the end of a period from here on",
            field="to",
            value=event.details.to,
            hint="value the rows of each method by themselves",
        )
    if any(method.at_standard for method in methods):
        raise StockError(
            "method_change_to_standard",
            f"{event.item or 'all stock'} would be revalued",
            field="to",
            value=event.details.to,
            hint="choose the standard cost from the first row on, or revalue the goods and then set their price",
        )


def _regroup(state: State, event: Event, items: list[str]) -> Outcome:
    """Put what is on hand into the pools that the rules in force want."""
    outcome = Outcome()
    for item in items:
        pools = state.dissolve(item)
        before = sum(pool.value for pool in pools)
        portions = _at_places(state, item, [portion for pool in pools for portion in _portions(state, pool)])
        state.gap(event.row, "unit_cost_rounding", sum(portion.cost for portion in portions) - before)
        for pool in pools:
            pool.clear()
        for portion in portions:
            pool = state.pool(item, portion.goods.place, portion.goods.lot)
            parts = (Part(portion.cost, "rest", event.row, portion.node),)
            state.add(pool, replace(portion.goods, row=event.row, parts=parts), portion.qty, portion.cost)
        outcome.value_change += sum(pool.value for pool in state.pools_of.get(item, ())) - before
    return outcome


def _portions(state: State, pool: Pool) -> Iterator[_Portion]:
    """What a pool holds, layer by layer, or origin by origin of an average; at which place is known of some."""
    if not pool.method.averages:
        for layer in pool.open_layers():
            place = layer.place if pool.place is None else pool.place
            goods = Lot(layer.row, layer.date, layer.origin, layer.lot, layer.expiry, place, layer.currency)
            yield _Portion(goods, layer.left, layer.worth, layer.node)
        return
    done: Exact = 0
    given: Exact = 0
    for origin in pool.origins:
        done += origin.qty
        upto = state.rounder.share(pool.value, done, pool.qty)
        lot = origin.lot if pool.lot is None else pool.lot
        goods = Lot(origin.origin, origin.date, origin.origin, lot, origin.expiry, pool.place)
        yield _Portion(goods, origin.qty, upto - given, pool.layers[0].node)
        given = upto


def _at_places(state: State, item: str, portions: list[_Portion]) -> list[_Portion]:
    """The portions cut so that at every place lies what the book says: first where each is known to be, then anywhere.

    One pool over several places issues by date, not by place, so its layers need not lie where they came in.
    """
    free = {place: max(state.placed[item, place], 0) for place in state.places_of.get(item, ())}
    groups = state.policy.place_groups
    if any(portion.goods.place in groups.values() for portion in portions):
        return portions
    found: list[_Portion] = []
    homeless: list[_Portion] = []
    for portion in portions:
        place = portion.goods.place
        found += _cut(state, portion, [place] if place in free else [], free, homeless)
    for portion in homeless:
        found += _cut(state, portion, list(free), free, [])
    return found


def _cut(
    state: State,
    portion: _Portion,
    places: list[str | None],
    free: dict[str | None, Exact],
    homeless: list[_Portion],
) -> list[_Portion]:
    """The parts of a portion that find room at these places; the rest is homeless."""
    found: list[_Portion] = []
    rest = portion
    for place in places:
        taken = min(rest.qty, free[place])
        if taken > 0:
            cost = state.rounder.share(rest.cost, taken, rest.qty)
            found.append(replace(rest, goods=replace(rest.goods, place=place), qty=taken, cost=cost))
            rest = replace(rest, qty=rest.qty - taken, cost=rest.cost - cost)
            free[place] -= taken
    if rest.qty:
        homeless.append(rest)
    return found


def change_base_unit(state: State, event: Event) -> Outcome:
    """From this row on quantities of the item are in a unit of which one old unit is ``details.factor``."""
    factor = event.details.factor
    if factor is None or factor <= 0:
        raise StockError("missing_factor", "the change of unit has no factor", field="factor", hint="give a ratio > 0")
    for pool in state.pools_of.get(event.item, ()):
        _scale_pool(pool, factor)
    more: dict[str | None, Exact] = {}
    for key in [key for key in state.placed if key[0] == event.item]:
        held = state.placed[key]
        state.placed[key] = _scaled(held, factor)
        more[key[1]] = state.placed[key] - held
        state.lots[key] = {lot: _scaled(qty, factor) for lot, qty in state.lots.get(key, {}).items()}
    for key, rate in list(state.standards.items()):
        if key[0] == event.item:
            state.standards[key] = rate / factor
    for row, past in state.events.items():
        if past.item != event.item:
            continue
        received = state.received.get(row)
        if received is not None:
            received.qty = _scaled(received.qty, factor)
            received.added_qty = _scaled(received.added_qty, factor)
            received.returned = _scaled(received.returned, factor)
        outcome = state.outcomes.get(row)
        if outcome is not None:
            outcome.qty = _scaled(outcome.qty, factor)
            outcome.returned_qty = _scaled(outcome.returned_qty, factor)
            outcome.taken = [_scale_slice(piece, factor) for piece in outcome.taken]
    return Outcome(by_place=more)


def _scale_pool(pool: Pool, factor: Fraction) -> None:
    pool.qty = _scaled(pool.qty, factor)
    for layer in (*pool.layers[pool.head :], *(short.layer for short in pool.shortages)):
        _scale_layer(layer, factor)
    for origin in pool.origins:
        origin.qty = _scaled(origin.qty, factor)
    pool.last_rate = None if pool.last_rate is None else pool.last_rate / factor
    pool.standard = None if pool.standard is None else pool.standard / factor
    pool.unit = None if pool.unit is None else pool.unit / factor


def _scale_layer(layer: Layer, factor: Fraction) -> None:
    layer.qty = _scaled(layer.qty, factor)
    layer.out = _scaled(layer.out, factor)
    layer.rate = None if layer.rate is None else layer.rate / factor


def _scale_slice(piece: Slice, factor: Fraction) -> Slice:
    per = None if piece.rate is None else piece.rate / factor
    return replace(piece, qty=_scaled(piece.qty, factor), per=per)


def _scaled(qty: Exact, factor: Fraction) -> Exact:
    result = qty * factor
    return result.numerator if result.denominator == 1 else result
