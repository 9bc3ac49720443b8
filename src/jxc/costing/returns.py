"""Goods that come back from a customer, and goods that go back to a supplier.

A customer's return comes in at what the issue took, corrections included (policy ``returns``); it is a slice of that
issue, so several partial returns tie to its cost.  A supplier's return takes the receipt's own goods at their cost
(policy ``purchase_returns``); what the supplier credits beyond or below is a price difference.

Invariant: no more comes back than went out, over all returns of one row.

>>> from jxc.costing.engine import replay
>>> from jxc.costing.policy import Policy
>>> rows = [
...     Event(0, "receipt", 1, "TEA", 3, 100),
...     Event(1, "issue", 2, "TEA", 3),
...     Event(2, "sales_return", 3, "TEA", 1, refs=(1,)),
...     Event(3, "sales_return", 4, "TEA", 2, refs=(1,)),
...     Event(4, "sales_return", 5, "TEA", 1, refs=(1,)),
... ]
>>> engine = replay(rows, Policy())
>>> engine.state.outcomes[2].cost, engine.state.outcomes[3].cost, engine.problems[4].code
(33, 67, 'return_beyond_original')
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from jxc.costing.events import Event
from jxc.costing.inflow import store
from jxc.costing.layers import Layer, Pool, Rounder, Slice
from jxc.costing.outcome import Outcome
from jxc.costing.outflow import take_out
from jxc.costing.picking import Pick, check_stock, plan
from jxc.costing.state import Lot, Received, State
from jxc.costing.trace import Part
from jxc.errors import StockError
from jxc.kernel.rounding import Exact

__all__ = ["from_customer", "portions_of", "to_supplier", "wrong_item"]


_WENT_OUT = frozenset({"issue", "scrap", "adjust_out", "count", "purchase_return"})
_CAME_IN = frozenset({"opening", "receipt", "adjust_in", "assembly", "disassembly", "sales_return"})


def from_customer(state: State, event: Event) -> Outcome:
    """Goods come back in: ``sales_return``, or the re-entry of anything that went out."""
    pool = state.pool(event.item, event.place, event.lot)
    originals = _originals(state, event) if event.refs else []
    if not originals or state.policy.returns == "current_cost":
        outcome = _unlinked(state, event, pool)
        for original, qty in originals:
            original.returned_qty += qty
        return outcome
    by_layer = state.policy.returns == "original_layers"
    portions: list[Slice] = []
    value: Exact = 0
    for original, qty in originals:
        slices = portions_of(state.rounder, original, qty)
        plain = by_layer and not original.corrections
        cost = sum(piece.cost for piece in slices) if plain else _slice_of(state, original, qty)
        original.returned_qty += qty
        original.returned_cost += cost
        portions += slices
        value += cost
    if state.policy.return_layer == "new" and not by_layer:
        parts = tuple(Part(piece.cost, "rest", event.row, piece.node, via=event.row) for piece in portions)
        outcome = store(state, event, pool, value, event.qty, parts=_node(state, parts, value))
    else:
        outcome = _under_old_dates(state, event, pool, portions, value)
    if state.policy.same_moment == "by_day":
        state.today.setdefault(event.item, []).append((pool, event.row, event.qty))
    return outcome


def _node(state: State, parts: tuple[Part, ...], value: Exact) -> tuple[Part, ...]:
    """The portions that came back as one part of the value at which they come in."""
    if state.trace is None or not parts:
        return ()
    return (Part(value, "rest", parts[0].row, state.trace.add(parts)),)


def _originals(state: State, event: Event) -> list[tuple[Outcome, Exact]]:
    """The rows that a return refers to, in order, and how much comes back of each."""
    found: list[tuple[Outcome, Exact]] = []
    rest = event.qty
    for row in event.refs:
        original = _original(state, event, row, _WENT_OUT)
        out = original.qty if state.events[row].type != "count" else max(-original.difference_qty, 0)
        taken = min(rest, out - original.returned_qty)
        found += [(original, taken)] if taken > 0 else []
        rest -= taken
    if rest > 0:
        raise _beyond(state, event, "more comes back than went out")
    return found


def _original(state: State, event: Event, row: int, kinds: frozenset[str]) -> Outcome:
    """The outcome of a row referred to: in the book, of these kinds, of the same item, not consumed since."""
    original, source = state.outcomes.get(row), state.events.get(row)
    if original is None or source is None or original.status == "refused":
        raise StockError(
            "refused_reference",
            "the row that this one returns is not in the book",
            field="ref",
            value=source.id if source is not None else row + 1,
            hint="mend that row, or date the return after it",
        )
    if source.type not in kinds:
        raise StockError(
            "wrong_kind_of_row",
            f"a {event.type} cannot return a {source.type}",
            field="ref",
            value=source.id or row + 1,
            hint="refer to the row by which the goods left (a return to the supplier: came)",
        )
    if source.item != event.item:
        raise wrong_item(event, source)
    if original.consumed:
        raise StockError(
            "consumed_already",
            "what this row returns went into other goods",
            field="ref",
            value=source.id or row + 1,
            hint="take the goods made apart first",
        )
    return original


def wrong_item(event: Event, source: Event) -> StockError:
    """The refusal of a reference to a row of another item."""
    return StockError(
        "wrong_item",
        f"a row of {event.item} refers to a row of {source.item}",
        field="ref",
        value=source.id or source.row + 1,
        hint="refer to a row of the same item",
    )


def _beyond(state: State, event: Event, message: str) -> StockError:
    return StockError(
        "return_beyond_original",
        message,
        field="qty",
        value=Fraction(event.qty) / 10**state.scales.qty_places,
        hint="refer to every row that it returns, or enter the rest as a row of its own",
    )


def _unlinked(state: State, event: Event, pool: Pool) -> Outcome:
    """A return without its original: at the cost stated, else at the current unit cost."""
    rate = pool.rate
    if event.amount is None and rate is None:
        raise StockError(
            "missing_cost",
            f"the return of {event.item} names no original and there is no cost to take",
            field="ref",
            hint="give ref, or unit_cost",
        )
    value = event.amount if event.amount is not None else state.rounder.money(event.qty * (rate or 0))
    parts = (Part(value, "own" if event.amount is not None else "current_cost", event.row),)
    return store(state, event, pool, value, event.qty, parts=parts)


def _slice_of(state: State, original: Outcome, qty: Exact) -> Exact:
    before, total = original.returned_qty, original.final_cost
    share = state.rounder.share
    return share(total, before + qty, original.qty) - (share(total, before, original.qty) if before else 0)


def portions_of(rounder: Rounder, original: Outcome, qty: Exact) -> list[Slice]:
    """The slices of an issue that come back, last taken first, after those that came back before."""
    skip = original.returned_qty
    portions: list[Slice] = []
    for piece in reversed(original.taken):
        skipped = min(skip, piece.qty)
        skip -= skipped
        taken = min(qty, piece.qty - skipped)
        if taken > 0:
            share = rounder.share
            cost = share(piece.cost, skipped + taken, piece.qty) - share(piece.cost, skipped, piece.qty)
            portions.append(replace(piece, qty=taken, cost=cost))
            qty -= taken
    return portions


def _under_old_dates(state: State, event: Event, pool: Pool, portions: list[Slice], value: Exact) -> Outcome:
    """Each portion queues again under the date of the layer it came from, or all as new at their own costs."""
    outcome = Outcome(cost=value, qty=event.qty)
    total = sum(piece.cost for piece in portions)
    done: Exact = 0
    given: Exact = 0
    keep_date = state.policy.return_layer == "original"
    for piece in portions:
        done += piece.cost
        upto = state.rounder.share(value, done, total) if total else value
        goods = Lot(
            event.row,
            piece.date if keep_date else event.date,
            origin=piece.origin if keep_date and piece.origin >= 0 else None,
            lot=event.lot or piece.lot,
            expiry=event.expiry or piece.expiry,
            place=event.place,
            currency=piece.currency,
            parts=(Part(upto - given, "rest", event.row, piece.node, via=event.row),),
        )
        change, correction = state.add(pool, goods, piece.qty, upto - given)
        given = upto
        outcome.value_change += change
        outcome.correction += correction
        state.move(event.item, event.place, goods.lot, piece.qty)
    return outcome


def to_supplier(state: State, event: Event) -> Outcome:
    """Goods go back to the supplier: ``purchase_return``."""
    rule = state.policy.purchase_returns
    receipts = _receipts_of(state, event)
    if not receipts or rule == "as_next_issue":
        outcome, _ = take_out(state, event, plan(state, event))
    else:
        outcome = _own_goods(state, event, receipts)
    for received, qty in receipts:
        received.returned += qty
    credit = event.details.credit_price
    if credit is not None:
        outcome.price_difference = outcome.cost - state.rounder.money(event.qty * credit)
    return outcome


def _receipts_of(state: State, event: Event) -> list[tuple[Received, Exact]]:
    """The receipts that goods go back to, in the order of refs, and how much of each."""
    found: list[tuple[Received, Exact]] = []
    rest = event.qty
    for row in event.refs:
        received = state.received.get(row)
        _original(state, event, row, _CAME_IN)
        if received is None:
            return []
        taken = min(rest, received.kept)
        found += [(received, taken)] if taken > 0 else []
        rest -= taken
    if event.refs and rest > 0:
        raise _beyond(state, event, "more goes back than was received")
    return found


def _own_goods(state: State, event: Event, receipts: list[tuple[Received, Exact]]) -> Outcome:
    lot = event.lot or state.events[event.refs[0]].lot
    pool = state.pool(event.item, event.place, lot)
    check_stock(state, pool, event.qty, event)
    if pool.method.averages:
        return _from_average(state, event, receipts, pool, lot)
    layers = _own_layers_first(state, event, pool)
    stated = event.amount if state.policy.purchase_returns == "stated_price" else None
    own = layers[0] if layers else None
    if stated is not None and own is not None and own.left > event.qty and 0 <= stated <= own.worth:
        return _at_stated_price(state, event, pool, own, stated)
    outcome, _ = take_out(state, event, [Pick(pool, event.qty, lot, layers)])
    if stated is not None:
        state.gap(event.row, "stated_price", stated - outcome.cost)
        outcome.cost = stated
    return outcome


def _at_stated_price(state: State, event: Event, pool: Pool, layer: Layer, stated: Exact) -> Outcome:
    """Take goods out of a layer at the price stated; what is left of it carries the rest of its value."""
    node = layer.node
    state.found(pool, layer, layer.left - event.qty, layer.worth - stated)
    pool.requeue(layer)
    pool.qty -= event.qty
    pool.value -= stated
    state.move(event.item, event.place, event.lot or layer.lot, -event.qty)
    taken = Slice(layer.origin, layer.row, layer.date, event.qty, stated, layer.lot, layer.expiry, node=node)
    return Outcome(cost=stated, qty=event.qty, value_change=-stated, taken=[taken])


def _own_layers_first(state: State, event: Event, pool: Pool) -> list[Layer]:
    """The receipt's own layers (or those of its unit cost), then the others in their order."""
    queue = list(pool.open_layers())
    if pool.method.from_tail and state.policy.purchase_returns != "matching_rate":
        queue.reverse()
    if state.policy.purchase_returns == "matching_rate":
        rates = [Fraction(state.received[row].total) / state.received[row].qty for row in event.refs]
        return sorted(queue, key=lambda layer: layer.unit_rate not in rates)
    return sorted(queue, key=lambda layer: layer.origin not in event.refs)


def _from_average(
    state: State, event: Event, receipts: list[tuple[Received, Exact]], pool: Pool, lot: str | None
) -> Outcome:
    """Out of an average pool at the receipt's own cost; what exhausts the pool takes all that is left."""
    wanted = _wanted(state, event, receipts)
    if event.qty < pool.qty and not 0 <= wanted <= pool.value:
        message = f"{event.item} goes back at the average: its own cost is more than all that is on hand is worth"
        state.warn(event.row, "returned_at_average", message, "value what is on hand, or return before it was sold")
    if pool.standard is not None or event.qty >= pool.qty or not 0 <= wanted <= pool.value:
        outcome, _ = take_out(state, event, [Pick(pool, event.qty, lot)])
        return outcome
    held = pool.layers[0]
    held.found(held.left - event.qty, held.worth - wanted)
    pool.qty -= event.qty
    pool.value -= wanted
    state.consume_origins(pool, event.qty, event.refs)
    state.move(event.item, event.place, lot, -event.qty)
    state.revalued(pool, event.row)
    if state.policy.same_moment == "by_day":
        state.today.setdefault(event.item, []).append((pool, event.row, event.qty))
    taken = Slice(event.refs[0], event.refs[0], event.date, event.qty, wanted, lot, node=held.node)
    return Outcome(cost=wanted, qty=event.qty, value_change=-wanted, taken=[taken])


def _wanted(state: State, event: Event, receipts: list[tuple[Received, Exact]]) -> Exact:
    if state.policy.purchase_returns == "stated_price" and event.amount is not None:
        return event.amount
    return sum(_slice_of_receipt(state, received, qty) for received, qty in receipts)


def _slice_of_receipt(state: State, received: Received, qty: Exact) -> Exact:
    share, whole = state.rounder.share, received.qty + received.added_qty
    value = received.total + sum(state.received[row].total for row in received.added_rows)
    return share(value, received.returned + qty, whole) - share(value, received.returned, whole)
