"""Every row of a valuation or a history with what it did, by role, in the order in which it was valued.

    valued_rows(jxc.value(moves))     ValuedRow(event, effects, quantity_variance, freight, difference)

What a history booked forward is a row of its own: less on the day it concerns, more on the day it is booked.

Invariant: the effects of a row add up to nothing, and those on ``inventory`` over all rows are the value on hand.

>>> from jxc.api.value import value
>>> told = valued_rows(
...     value(
...         [
...             {"date": "2026-01-05", "type": "receipt", "item": "TEA", "qty": 3, "amount": "1.00"},
...             {"date": "2026-01-06", "type": "issue", "item": "TEA", "qty": 2},
...         ]
...     )
... )
>>> [[(effect.role, effect.amount) for effect in row.effects] for row in told]
[[('inventory', 100), ('grni', -100)], [('inventory', -67), ('cogs', 67)]]
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace

from jxc.api.history import History
from jxc.api.valuation import Valuation
from jxc.costing.effects import Effect, Effects, plain_effects
from jxc.costing.events import OUT_TYPES, Event
from jxc.costing.order import in_order
from jxc.costing.outcome import Outcome
from jxc.kernel.rounding import Exact

__all__ = ["ValuedRow", "valued_rows"]


@dataclass(frozen=True, slots=True)
class ValuedRow:
    """A row and what it did to value; amounts in minor units.

    ``difference``: what it adds to the difference of stock from the price set for it; ``repriced``: what a transfer
    adds to that price; ``freight``: of a transfer, where it is no part of cost.
    """

    event: Event
    effects: tuple[Effect, ...]
    quantity_variance: Exact = 0
    difference: Exact = 0
    repriced: Exact = 0
    freight: Exact = 0


def valued_rows(valuation: Valuation | History) -> list[ValuedRow]:
    """The rows that are in the figures; those that were refused, or lie after ``as_of``, are left out."""
    return _of_history(valuation) if isinstance(valuation, History) else _of_valuation(valuation)


def _of_history(history: History) -> list[ValuedRow]:
    told = [ValuedRow(standing.event, standing.effects) for standing in history.standings()]
    moved: dict[tuple[int, int, int], list[Effect]] = {}
    events: dict[int, Event] = {}
    for event, move in history.booked_forward():
        events[move.row] = event
        effect = Effect(move.role, move.place, move.amount, move.qty, "" if move.item == event.item else move.item)
        moved.setdefault((move.row, move.concerns, move.booked), []).append(effect)
    for (row, concerns, booked), effects in moved.items():
        told.append(ValuedRow(_on(events[row], concerns), tuple(_negated(effect) for effect in effects)))
        told.append(ValuedRow(_on(events[row], booked), tuple(effects)))
    return sorted(told, key=lambda row: row.event.date)


def _on(event: Event, day: int) -> Event:
    """The same row on another day."""
    other = copy(event)
    other.date = day
    return other


def _negated(effect: Effect) -> Effect:
    return replace(effect, amount=-effect.amount, qty=-effect.qty)


def _difference(event: Event, outcome: Outcome) -> Exact:
    """What a row at planned cost or retail adds to the difference of stock from the price set for it."""
    if event.type == "transfer":  # its slices were taken at the price that was set where they lay
        return sum(taken.cost for taken in outcome.taken) - outcome.cost
    out = event.type in OUT_TYPES or event.type == "purchase_return" or outcome.difference_qty < 0
    return -outcome.variance if out else outcome.variance


def _of_valuation(valuation: Valuation) -> list[ValuedRow]:
    rows, policy, state = valuation.rows, valuation.policy, valuation.state
    refused = valuation.refused_rows
    chosen = [row for row in range(rows.n) if row not in refused and not rows.bad[row]]
    events = {event.row: event for event in rows.events(chosen)}
    told = None if state is None else Effects(state)
    costs, find = valuation.exact_costs, events.get
    expensed = policy.transfer_freight == "expense"

    def valued(event: Event) -> ValuedRow:
        if told is None or state is None or event.row not in state.outcomes:
            return ValuedRow(event, plain_effects(event, costs[event.row], 0, find))
        outcome = state.outcomes[event.row]
        freight = event.details.freight if expensed else 0
        difference = _difference(event, outcome)
        repriced = -outcome.variance if event.type == "transfer" else 0
        return ValuedRow(event, told.of(event.row), outcome.quantity_variance, difference, repriced, freight)

    return [valued(event) for event in in_order(events.values(), policy)]
