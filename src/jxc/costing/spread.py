"""Value added to what is on hand, without goods: spread over pools and layers by quantity, the last takes the rest.

Invariant: the amount arrives to the minor unit, and no quantity changes.

>>> from jxc.costing.policy import Policy
>>> from jxc.costing.events import Scales
>>> from jxc.costing.state import Lot, builtin_methods
>>> state = State(Policy(), Scales(), builtin_methods())
>>> pool = state.pool("TEA", "WH", None)
>>> _ = state.add(pool, Lot(row=0, date=1), 1, 10), state.add(pool, Lot(row=1, date=2), 2, 30)
>>> spread(state, 2, pool, 10, "charge"), [layer.worth for layer in pool.open_layers()]
(10, [13, 37])
"""

from __future__ import annotations

from dataclasses import replace

from jxc.costing.events import Event
from jxc.costing.layers import Layer, Origin, Pool
from jxc.costing.outcome import Outcome
from jxc.costing.state import State
from jxc.costing.trace import LeafKind, Part
from jxc.errors import StockError
from jxc.kernel.rounding import Exact

__all__ = ["add_value", "homes_of", "left_of", "raise_worth", "spread", "warn_below_zero"]


def add_value(state: State, event: Event, kind: LeafKind) -> Outcome:
    """Add an amount to the value of what is on hand of an item (at a place, of a lot), by quantity."""
    if event.refs:
        return _to_receipts(state, event, kind)
    pools = [pool for pool in state.pools_at(event.item, event.place, event.lot) if pool.qty > 0]
    if not pools:
        raise _nothing_on_hand(event)
    amount = event.amount or 0
    outcome = Outcome(cost=amount, value_change=amount)
    by_lot: dict[str | None, Exact] = {}
    whole = sum(pool.qty for pool in pools)
    rest = amount
    for pool in pools:
        share = rest if pool is pools[-1] else state.rounder.share(amount, pool.qty, whole)
        rest -= share
        spread(state, event.row, pool, share, kind)
        by_lot[pool.lot] = by_lot.get(pool.lot, 0) + share
    outcome.by_lot = by_lot
    return outcome


def _nothing_on_hand(event: Event) -> StockError:
    return StockError(
        "nothing_on_hand",
        f"there is no {event.item} on hand to carry the amount",
        field="qty",
        value=0,
        hint="book the amount as an expense, or date it where there is stock",
    )


def _to_receipts(state: State, event: Event, kind: LeafKind) -> Outcome:
    """Only to what is left of the receipts referred to, wherever it lies."""
    homes = [home for row in event.refs for home in homes_of(state, row)]
    on_hand = sum(left_of(goods) for _, goods in homes)
    if not on_hand:
        raise _nothing_on_hand(event)
    amount = event.amount or 0
    raise_worth(state, Part(amount, kind, event.row), homes, on_hand)
    return Outcome(cost=amount, value_change=amount)


def homes_of(state: State, row: int) -> list[tuple[Pool, Layer | Origin]]:
    """Where goods of a receipt (and of late additions to it) still lie; empty homes are forgotten on the way."""
    received = state.received.get(row)
    found: list[tuple[Pool, Layer | Origin]] = []
    for origin in (row, *(received.added_rows if received is not None else ())):
        held = [home for home in state.homes.get(origin, ()) if left_of(home[1]) > 0]
        state.homes[origin] = held
        found += held
    return found


def left_of(goods: Layer | Origin) -> Exact:
    """The quantity of a home that is still there."""
    return goods.left if isinstance(goods, Layer) else goods.qty


def raise_worth(state: State, part: Part, homes: list[tuple[Pool, Layer | Origin]], on_hand: Exact) -> None:
    """Add an amount to the goods at these homes, by quantity; the last takes the rest."""
    change = rest = part.amount
    for index, (pool, goods) in enumerate(homes):
        last = index == len(homes) - 1
        share = rest if last else state.rounder.share(change, left_of(goods), on_hand)
        rest -= share
        layer = goods if isinstance(goods, Layer) else pool.layers[0]
        state.found(pool, layer, layer.left, layer.worth + share, replace(part, amount=share))
        pool.value += share
        state.raise_at(pool, share)
        pool.requeue(layer)
    for pool in {id(pool): pool for pool, _ in homes}.values():
        state.revalued(pool, part.row)
        warn_below_zero(state, part.row, pool)


def warn_below_zero(state: State, row: int, pool: Pool) -> None:
    """Say so where a charge, rebate or revaluation leaves goods on hand that are worth less than nothing."""
    if pool.qty > 0 and any(layer.worth < 0 for layer in pool.open_layers()):
        hint = "check the amount: more was taken off than the goods were worth"
        state.warn(row, "value_below_zero", f"{pool.item} on hand is worth less than nothing", hint)


def spread(state: State, row: int, pool: Pool, amount: Exact, kind: LeafKind) -> Exact:
    """Add an amount to the value of what a pool holds, by quantity; the last layer takes the rest."""
    layers = list(pool.open_layers())
    left = sum(layer.left for layer in layers)
    rest = amount
    for layer in layers:
        share = rest if layer is layers[-1] else state.rounder.share(amount, layer.left, left)
        rest -= share
        state.found(pool, layer, layer.left, layer.worth + share, Part(share, kind, row))
        pool.requeue(layer)
    if layers:
        pool.value += amount
        state.raise_at(pool, amount)
        state.revalued(pool, row)
        warn_below_zero(state, row, pool)
    return amount - rest
