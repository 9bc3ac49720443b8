"""What goes out: issues, scrap, losses; and what a movement's cost is made of.

Invariant: the cost of an outflow is the sum of what it took, unless the rounding policy carries a rounded unit cost;
then the difference is listed as a gap.

>>> from jxc.costing.engine import replay
>>> from jxc.costing.policy import Policy
>>> rows = [Event(0, "receipt", 1, "TEA", 3, 100), Event(1, "scrap", 2, "TEA", 3)]
>>> engine = replay(rows, Policy())
>>> engine.state.outcomes[1].cost, engine.state.pool("TEA", None, None).value
(100, 0)
"""

from __future__ import annotations

from fractions import Fraction

from jxc.costing.events import Event
from jxc.costing.layers import Origin, Pool, Slice
from jxc.costing.outcome import Outcome
from jxc.costing.picking import Pick, merged, plan
from jxc.costing.state import State
from jxc.errors import StockError
from jxc.kernel.rounding import Exact

__all__ = ["Taken", "issue", "take_out"]

Taken = tuple[Pool, list[Slice], list[Origin]]


def issue(state: State, event: Event) -> Outcome:
    """Take goods out: ``issue``, ``scrap``, ``adjust_out``."""
    details = event.details
    priced = details.sale_price is not None or event.reason == "gift" or event.type != "issue"
    if state.policy.sale_price_check == "required" and not priced:
        raise StockError(
            "missing_sale_price",
            f"the issue of {event.item} has no sale price",
            field="sale_price",
            hint="give it, or the reason gift",
        )
    outcome, _ = take_out(state, event, plan(state, event))
    if details.standard_qty_allowed is not None:
        standard = state.pool(event.item, event.place, event.lot).standard or Fraction(0)
        outcome.quantity_variance = state.rounder.money((event.qty - details.standard_qty_allowed) * standard)
    return outcome


def take_out(state: State, event: Event, picks: list[Pick]) -> tuple[Outcome, list[Taken]]:
    """Take the picks of a row out of their pools; the outcome, and per pick what went and where it came from."""
    outcome = Outcome(qty=event.qty)
    gone: list[Taken] = []
    taken: list[Slice] = []
    value_before = _item_value(state, event.item)
    for pick in picks:
        before, layers = pick.pool.value, pick.layers
        if pick.merge and layers is not None:
            layers = merged(state, pick.pool, layers)
        slices = state.take(pick.pool, pick.qty, row=event.row, date=event.date, layers=layers, estimate=pick.estimate)
        outcome.cost += _settled(state, event, pick.pool, slices, pick.qty)
        outcome.value_change += pick.pool.value - before
        taken += slices
        origins = state.consume_origins(pick.pool, pick.qty) if pick.pool.method.averages else []
        gone.append((pick.pool, slices, origins))
        state.move(event.item, event.place, pick.lot, -pick.qty)
        if pick.pool.shortages:
            outcome.status = "provisional"
        if state.policy.same_moment == "by_day" and event.type != "transfer":
            state.today.setdefault(event.item, []).append((pick.pool, event.row, pick.qty))
    outcome.taken = taken
    if value_before:
        _release(state, event, outcome, value_before)
    return outcome, gone


def _settled(state: State, event: Event, pool: Pool, slices: list[Slice], qty: Exact) -> Exact:
    """The cost by the rounding rule: the sum of the slices, or quantity x a rounded unit cost."""
    rounder = state.rounder
    cost = sum(piece.cost for piece in slices)
    if rounder.rule not in ("unit_cost", "unit_cost_layers") or not qty:
        return cost
    moved = event.type == "transfer"  # what leaves one pool enters the other: nothing is rounded between
    if moved and rounder.rule == "unit_cost_layers":
        return cost
    layers = not pool.method.averages
    mean = rounder.unit(Fraction(cost) / qty) if layers or pool.unit is None else pool.unit
    rounded = cost if moved else rounder.money(qty * mean)
    if rounder.rule == "unit_cost_layers":
        state.gap(event.row, "unit_cost_rounding", rounded - cost)
        return rounded
    expected = pool.value + cost - rounded
    if pool.qty:
        if layers or pool.unit is None:
            pool.unit = rounder.unit(Fraction(expected) / pool.qty)
        state.carry_at_unit(pool, event.row, expected)
    else:
        state.gap(event.row, "unit_cost_rounding", rounded - cost - pool.value)
        pool.value = 0
    return rounded


def _item_value(state: State, item: str) -> Exact:
    if not state.allowances.get(item):
        return 0
    return sum(pool.value for pool in state.pools_of.get(item, ()))


def _release(state: State, event: Event, outcome: Outcome, value_before: Exact) -> None:
    """The write-down on goods that leave goes with them (CAS 1 guide: allowance x cost issued / cost on hand)."""
    allowance = state.allowances.get(event.item)
    if not allowance or value_before <= 0 or event.type == "transfer":
        return
    released = state.rounder.share(allowance, min(outcome.cost, value_before), value_before)
    outcome.allowance_released = released
    state.allowances[event.item] = allowance - released
