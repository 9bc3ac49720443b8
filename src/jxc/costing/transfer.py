"""Goods move from one place to another: quantity always, cost where the places have pools of their own.

Layers keep their receipt date, lot, cost and identity on the way (policy ``transfer_layers``); goods in transit lie at
a place like any other, so a transfer in two steps is two transfers, the second referring to the first.  Freight is
capitalised (first place of sale, IAS 2.10) or an expense (between points of sale, IAS 2.16).  ``received_qty`` below
``qty`` is normal loss: what arrives carries the whole cost (CAS 1 art. 6).

Invariant: what leaves one pool enters the other to the minor unit, plus the freight that is capitalised.

>>> from jxc.costing.engine import replay
>>> from jxc.costing.policy import Policy
>>> rows = [
...     Event(0, "receipt", 1, "TEA", 10, 1000, place="WH"),
...     Event(1, "transfer", 5, "TEA", 4, place="WH", to_place="SHOP"),
... ]
>>> state = replay(rows, Policy()).state
>>> [(layer.left, layer.worth, layer.date) for layer in state.pool("TEA", "SHOP", None).open_layers()]
[(4, 400, 1)]
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from jxc.costing.events import Event
from jxc.costing.layers import Layer, Pool, Slice
from jxc.costing.outcome import Outcome
from jxc.costing.outflow import Taken, take_out
from jxc.costing.picking import Pick, plan
from jxc.costing.spread import spread
from jxc.costing.state import Lot, State
from jxc.costing.trace import Part
from jxc.errors import StockError
from jxc.kernel.rounding import Exact

__all__ = ["transfer"]


@dataclass(frozen=True, slots=True)
class _Portion:
    origin: int
    date: int
    qty: Exact
    cost: Exact
    lot: str | None
    expiry: int | None
    currency: str | None = None
    node: int = -1


@dataclass(slots=True)
class _Arrival:
    """What arrives of a portion: how much, at which cost, made of what."""

    portion: _Portion
    qty: Exact = 0
    cost: Exact = 0
    parts: tuple[Part, ...] = ()


def transfer(state: State, event: Event) -> Outcome:
    """Move goods to ``to_place``; the outcome's cost is what left."""
    if event.details.received_qty == 0:
        raise _nothing_arrived()
    picks = plan(state, event)
    target_pools = [state.pool(event.item, event.to_place, pick.lot) for pick in picks]
    if all(pick.pool is target for pick, target in zip(picks, target_pools, strict=True)):
        return _within(state, event, picks)
    if event.refs:
        picks = [_what_it_brought(event, pick) for pick in picks]
    outcome, gone = take_out(state, event, picks)
    extra = _extra(state, event)
    _arrive(state, event, gone, extra, outcome)
    return outcome


def _nothing_arrived() -> StockError:
    return StockError(
        "nothing_arrived",
        "all goods were lost on the way",
        field="received_qty",
        value=0,
        hint="enter the loss as scrap where the goods were",
    )


def _extra(state: State, event: Event) -> Exact:
    freight = event.details.freight if state.policy.transfer_freight == "capitalise" else 0
    return freight + sum(charge.amount for charge in state.charges.get(event.row, ()))


def _within(state: State, event: Event, picks: list[Pick]) -> Outcome:
    """Inside one pool nothing changes but where the goods lie, and freight that is part of their cost."""
    outcome = Outcome(qty=event.qty)
    received = event.qty if event.details.received_qty is None else event.details.received_qty
    lost = event.qty - received
    if lost > 0 and lost >= sum(layer.left for layer in picks[0].pool.open_layers()):
        raise _nothing_arrived()
    for pick in picks:
        pool = pick.pool
        cost = state.rounder.share(pool.value, pick.qty, pool.qty) if pool.qty else 0
        outcome.cost += cost
        if state.trace is not None:
            _trace_within(state, event, pick, cost)
        state.move(event.item, event.place, pick.lot, -pick.qty)
        state.move(event.item, event.to_place, pick.lot, pick.qty)
        if not pool.method.averages:
            _relocate(state, event, pick)
    if lost > 0:
        _shrink(state, event.row, picks[0].pool, lost)
        state.move(event.item, event.to_place, picks[0].lot, -lost)
    extra = _extra(state, event)
    if extra:
        outcome.value_change = spread(state, event.row, picks[0].pool, extra, "freight")
        outcome.expensed = extra - outcome.value_change
    return outcome


def _shrink(state: State, row: int, pool: Pool, lost: Exact) -> None:
    """Normal loss inside one pool: fewer goods carry the same value (CAS 1 art. 6)."""
    state.consume_origins(pool, lost)
    pool.qty -= lost
    carried: Exact = 0
    while lost > 0 or carried:
        layer = pool.next_layer()
        if layer is None:
            break
        gone = min(lost, layer.left)
        lost -= gone
        if gone == layer.left:
            carried += layer.take(gone, state.rounder)
            continue
        state.found(pool, layer, layer.left - gone, layer.worth + carried)
        pool.requeue(layer)
        carried = 0
    pool.value -= carried
    state.revalued(pool, row)


def _trace_within(state: State, event: Event, pick: Pick, cost: Exact) -> None:
    """What was moved is a share of all that is in the pool."""
    pool = pick.pool
    layers = list(pool.open_layers())
    worth = sum(layer.worth for layer in layers)
    for layer in layers if worth else ():
        share = Fraction(cost * layer.worth) / worth
        piece = Slice(layer.origin, layer.row, event.date, pick.qty, share, node=layer.node)
        state.entered.setdefault(event.row, []).append(piece)


def _relocate(state: State, event: Event, pick: Pick) -> None:
    """Say of the layers moved where they lie now; a layer moved in part is split."""
    rest = pick.qty
    for layer in list(pick.pool.open_layers()):
        if rest <= 0:
            return
        if layer.place != event.place:
            continue
        if layer.left > rest:
            _split_off(state, pick.pool, layer, rest)
        rest -= layer.left
        layer.place = event.to_place


def _split_off(state: State, pool: Pool, layer: Layer, moved: Exact) -> None:
    """Leave ``moved`` in the layer and put the others beside it as a layer of the same date and origin."""
    stays = layer.left - moved
    worth = layer.worth
    moved_worth = state.rounder.share(worth, moved, layer.left)
    state.seq += 1
    beside = Layer(
        origin=layer.origin,
        row=layer.row,
        date=layer.date,
        seq=layer.seq,
        qty=stays,
        value=worth - moved_worth,
        lot=layer.lot,
        expiry=layer.expiry,
        place=layer.place,
        currency=layer.currency,
        rate=layer.rate,
    )
    rate = layer.rate
    layer.found(moved, moved_worth)
    layer.rate = rate
    beside.node, beside.since = layer.node, layer.since
    pool.put(beside)
    state.homes.setdefault(beside.origin, []).append((pool, beside))


def _what_it_brought(event: Event, pick: Pick) -> Pick:
    """Of the goods here, first those that the transfer referred to brought."""
    if pick.pool.method.averages or pick.layers is not None:
        return pick
    queue = list(pick.pool.open_layers())
    if pick.pool.method.from_tail:
        queue.reverse()
    queue.sort(key=lambda layer: layer.row not in event.refs)
    return Pick(pick.pool, pick.qty, pick.lot, queue)


def _arrive(state: State, event: Event, gone: list[Taken], extra: Exact, outcome: Outcome) -> None:
    """Put what left into the pools it goes to, and say in the outcome what that changed there."""
    keep = state.policy.transfer_layers == "keep"
    for arrival in _arrivals(state, event, gone, extra):
        portion = arrival.portion
        lot = event.lot if portion.lot is None else portion.lot
        goods = Lot(event.row, portion.date if keep else event.date, lot=lot, parts=arrival.parts)
        _land(state, event, arrival, goods, outcome)


def _arrivals(state: State, event: Event, gone: list[Taken], extra: Exact) -> list[_Arrival]:
    """The portions with the quantity that arrived of each; what was lost leaves its cost to its neighbour."""
    portions = [portion for taken in gone for portion in _portions(state, taken)]
    if state.policy.transfer_layers == "collapse":
        portions = _collapsed(state, event, portions)
    received = event.qty if event.details.received_qty is None else event.details.received_qty
    arrivals: list[_Arrival] = []
    waiting = _Arrival(portions[0])
    sent: Exact = 0
    arrived: Exact = 0
    done: Exact = 0
    for portion in portions:
        sent += portion.qty
        upto = state.rounder.share(received, sent, event.qty) if received != event.qty else sent
        upto_extra = state.rounder.share(extra, sent, event.qty) if extra else 0
        lost = upto == arrived
        into = arrivals[-1] if lost and arrivals else waiting
        into.qty += upto - arrived
        into.cost += portion.cost + upto_extra - done
        into.parts += (
            Part(portion.cost, "rest", event.row, portion.node, via=event.row),
            Part(upto_extra - done, "freight", event.row),
        )
        arrived, done = upto, upto_extra
        if not lost:
            into.portion = portion
            arrivals.append(into)
            waiting = _Arrival(portion)
    return arrivals


def _land(state: State, event: Event, arrival: _Arrival, goods: Lot, outcome: Outcome) -> None:
    pool = state.pool(event.item, event.to_place, goods.lot)
    qty, cost = arrival.qty, arrival.cost
    booked = cost if pool.standard is None else state.rounder.money(qty * pool.standard)
    goods = replace(
        goods,
        origin=arrival.portion.origin,
        expiry=arrival.portion.expiry,
        place=event.to_place,
        currency=arrival.portion.currency,
        parts=goods.parts if booked == cost else (Part(booked, "standard", event.row),),
    )
    change, correction = state.add(pool, goods, qty, booked)
    outcome.value_change += change
    outcome.correction += correction
    outcome.variance += cost - booked
    state.move(event.item, event.to_place, goods.lot, qty)


def _portions(state: State, taken: Taken) -> list[_Portion]:
    """What was taken, by origin: layers as they are; of an average pool each origin's share of the cost."""
    pool, slices, origins = taken
    if not origins:
        return [
            _Portion(s.origin, s.date, s.qty, s.cost, s.lot, s.expiry, s.currency, s.node)
            if s.origin >= 0
            else _Portion(s.row, s.date, s.qty, s.cost, pool.lot, None, None, s.node)
            for s in slices
        ]
    qty, cost = sum(s.qty for s in slices), sum(s.cost for s in slices)
    portions: list[_Portion] = []
    done: Exact = 0
    given: Exact = 0
    for origin in origins:
        done += origin.qty
        upto = state.rounder.share(cost, done, qty)
        portions.append(
            _Portion(
                origin.origin, origin.date, origin.qty, upto - given, origin.lot, origin.expiry, None, slices[0].node
            )
        )
        given = upto
    if done < qty:
        short = slices[-1]
        portions.append(_Portion(short.row, short.date, qty - done, cost - given, pool.lot, None, None, short.node))
    return portions


def _collapsed(state: State, event: Event, portions: list[_Portion]) -> list[_Portion]:
    """All that was moved as one new layer per lot."""
    lots: dict[str | None, list[_Portion]] = {}
    for portion in portions:
        lots.setdefault(portion.lot, []).append(portion)
    return [_one(state, event, lot, held) for lot, held in lots.items()]


def _one(state: State, event: Event, lot: str | None, held: list[_Portion]) -> _Portion:
    node = -1
    if state.trace is not None:
        node = state.trace.add(tuple(Part(p.cost, "rest", event.row, p.node) for p in held))
    qty, cost = sum(p.qty for p in held), sum(p.cost for p in held)
    return _Portion(event.row, event.date, qty, cost, lot, held[0].expiry, None, node)
