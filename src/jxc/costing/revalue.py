"""Changes of value without goods: revaluation, change of standard price, count, write-down.

A revaluation is spread over what is on hand by quantity.  A change of the standard revalues stock to quantity x the new
price; at no stock it only sets the price.  A count brings the book to what was counted: a loss leaves like an issue, a
gain comes in at the current unit cost, and a count with a unit cost states quantity and value.  A write-down to net
realisable value is an allowance beside the cost (IAS 2.28-33, CAS 1 art. 15-19), released with the goods that leave.

Invariant: the layers' quantities change by a count alone.

>>> from jxc.costing.engine import replay
>>> from jxc.costing.policy import Policy
>>> rows = [
...     Event(0, "receipt", 1, "TEA", 10, 1000),
...     Event(1, "count", 2, "TEA", 9),
...     Event(2, "revalue", 3, "TEA", amount=-90),
...     Event(3, "write_down", 4, "TEA", amount=100),
...     Event(4, "issue", 5, "TEA", 3),
... ]
>>> engine = replay(rows, Policy())
>>> [engine.state.outcomes[row].value_change for row in (1, 2)], engine.state.outcomes[4].cost
([-100, -90], 270)
>>> engine.state.outcomes[4].allowance_released, engine.state.allowances
(33, {'TEA': 67})
"""

from __future__ import annotations

from fractions import Fraction

from jxc.costing.events import Event
from jxc.costing.inflow import store
from jxc.costing.layers import Pool
from jxc.costing.outcome import Outcome
from jxc.costing.outflow import take_out
from jxc.costing.picking import Pick, check_stock
from jxc.costing.spread import add_value
from jxc.costing.state import Lot, State
from jxc.costing.trace import Part
from jxc.errors import StockError
from jxc.kernel.rounding import Exact

__all__ = ["change_standard", "count", "revalue", "write_down"]


def revalue(state: State, event: Event) -> Outcome:
    """Add an amount to the value of what is on hand, by quantity (成本调整)."""
    return add_value(state, event, "revaluation")


def change_standard(state: State, event: Event) -> Outcome:
    """Set the unit cost: the new standard, or what the goods on hand are worth from now on."""
    if event.rate is None:
        raise StockError("missing_cost", "the price change states no price", field="unit_cost", hint="give unit_cost")
    rate = state.rounder.unit(event.rate) if state.rounder.rule == "unit_cost" else event.rate
    if event.lot is None:
        state.standards[event.item, state.place_key(event.item, event.place)] = rate
    state.pool(event.item, event.place, event.lot)
    outcome = Outcome()
    for pool in state.pools_at(event.item, event.place, event.lot):
        before = pool.value
        if pool.method.at_standard:
            pool.standard = rate
        if pool.qty > 0:
            value: Exact = pool.qty * rate
            if state.rounder.rule == "unit_cost":
                pool.unit = rate
            else:
                value = state.rounder.money(value)
            _set_value(state, event.row, pool, value)
        elif pool.unit is not None or state.rounder.rule == "unit_cost":
            pool.unit = rate
        pool.last_rate = rate
        outcome.value_change += pool.value - before
        state.raise_at(pool, pool.value - before)
    outcome.cost = outcome.value_change
    return outcome


def _set_value(state: State, row: int, pool: Pool, value: Exact) -> None:
    """Give every layer its share, by quantity, of a new value of the pool."""
    layers = list(pool.open_layers())
    left = sum(layer.left for layer in layers)
    done: Exact = 0
    given: Exact = 0
    for layer in layers:
        done += layer.left
        upto = value if layer is layers[-1] else state.rounder.share(value, done, left)
        part = Part(upto - given - layer.worth, "standard_price", row)
        state.found(pool, layer, layer.left, upto - given, part)
        pool.requeue(layer)
        given = upto
    pool.value = value


def count(state: State, event: Event) -> Outcome:
    """Bring the book to what was counted (盘点); ``difference_qty`` is counted less book."""
    event = _of_one_lot(state, event)
    if event.rate is not None:
        return _count_at_cost(state, event)
    book = _book_quantity(state, event)
    difference = event.qty - book
    pool = state.pool(event.item, event.place, event.lot)
    if difference < 0:
        loss = event.of(-difference, event.lot)
        check_stock(state, pool, -difference, loss)
        outcome, _ = take_out(state, loss, [Pick(pool, -difference, event.lot)])
    elif difference > 0:
        rate = pool.rate
        if rate is None and state.policy.missing_cost == "refuse":
            raise StockError(
                "missing_cost",
                f"the count finds {event.item} that was never costed",
                field="unit_cost",
                hint="give the count a unit_cost",
            )
        gain = event.of(difference, event.lot)
        value = state.rounder.money(difference * (rate or 0))
        outcome = store(state, gain, pool, value, difference, parts=(Part(value, "count", event.row),))
    else:
        outcome = Outcome()
    outcome.qty = event.qty
    outcome.difference_qty = difference
    return outcome


def _of_one_lot(state: State, event: Event) -> Event:
    """A count that names no lot where each lot has its own cost: of the only one here, else it is ambiguous."""
    by_lot = state.policy.by_lot or state.method(event.item, event.place).by_lot
    if event.lot is not None or not by_lot:
        return event
    here: dict[str | None, Exact] = dict(state.lots.get((event.item, event.place), {}).items())
    here[None] = state.placed.get((event.item, event.place), 0) - sum(here.values())
    lots = [lot for lot, qty in here.items() if qty]
    if len(lots) > 1:
        raise StockError(
            "ambiguous_lot",
            f"the count of {event.item} names no lot, and {len(lots)} are here",
            field="lot",
            hint="count lot by lot",
        )
    return event.of(event.qty, lots[0]) if lots and lots[0] is not None else event


def _book_quantity(state: State, event: Event) -> Exact:
    if event.lot is not None:
        return state.lots.get((event.item, event.place), {}).get(event.lot, 0)
    return state.placed.get((event.item, event.place), 0)


def _count_at_cost(state: State, event: Event) -> Outcome:
    """What the book holds here leaves, and what was counted comes in at the unit cost stated.

    Where the pool spans other places or lots, their goods stay.
    """
    pool = state.pool(event.item, event.place, event.lot)
    book = _book_quantity(state, event)
    before = pool.value
    net = event.qty - book
    if book == pool.qty:
        counted = event.qty
        pool.clear()
    else:
        gone = max(min(max(book, 0), max(pool.qty, 0)), -net)
        counted = gone + net
        _take_uncounted(state, event.of(gone, event.lot), pool)
    correction: Exact = 0
    if counted:
        value = state.rounder.money(counted * (event.rate or Fraction(0)))
        goods = Lot(
            event.row,
            event.date,
            lot=event.lot,
            expiry=event.expiry,
            place=event.place,
            rate=event.rate,
            parts=(Part(value, "count", event.row),),
        )
        _, correction = state.add(pool, goods, counted, value)
    pool.last_rate = event.rate
    state.move(event.item, event.place, event.lot, net)
    change = pool.value - before
    return Outcome(
        cost=change if change >= 0 else -change,
        qty=event.qty,
        value_change=change,
        correction=correction,
        difference_qty=net,
    )


def _take_uncounted(state: State, event: Event, pool: Pool) -> None:
    check_stock(state, pool, event.qty, event)
    if event.qty:
        state.take(pool, event.qty, row=event.row, date=event.date)
        if pool.method.averages:
            state.consume_origins(pool, event.qty)


def write_down(state: State, event: Event) -> Outcome:
    """Bring the allowance of an item to cost less net realisable value; below what was booked it is a reversal."""
    cost = sum(pool.value for pool in state.pools_of.get(event.item, ()))
    held = state.allowances.get(event.item, 0)
    nrv, amount = event.details.nrv, event.amount
    if event.rate is not None:
        nrv = state.rounder.money(event.rate * sum(pool.qty for pool in state.pools_of.get(event.item, ())))
    if nrv is not None:
        required = max(0, cost - nrv)
    else:
        change = amount or 0
        required = held - change if event.type == "write_down_reversal" else held + change
    if required < 0 or required > max(cost, 0):
        raise StockError(
            "write_down_beyond_cost" if required > 0 else "reversal_beyond_allowance",
            "the allowance must lie between nothing and the cost",
            field="amount",
            value=Fraction(required) / 10**state.scales.money_places,
            hint="a reversal takes back at most what was written down (IAS 2.33, CAS 1 art. 19)",
        )
    if required < held and state.policy.write_down_reversal == "refuse":
        if event.type == "write_down_reversal":
            raise StockError(
                "reversal_refused",
                "the policy lets no write-down be taken back",
                field="type",
                value=event.type,
                hint="ASC 330-10-35-14: the written-down amount is the new cost; or set write_down_reversal='allow'",
            )
        required = held
    state.allowances[event.item] = required
    moved = required - held
    return Outcome(cost=moved if moved >= 0 else -moved, allowance_change=moved)
