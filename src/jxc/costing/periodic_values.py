"""Amounts without goods in a period: revaluations, charges, and invoices that differ from their receipts.

What restates (the default) is in its receipt from the beginning, in the receipt's period.  Any other amount goes into
the pool's average of the period in which it is stated, or to expense where the pool holds nothing (成本调整).

Invariant: what goes to pools plus what is expensed or goes to an account is the amount stated.

>>> from jxc.costing.layers import Rounder
>>> from jxc.costing.events import Scales
>>> from jxc.costing.policy import CostRounding
>>> month = Month(Rounder(CostRounding(), Scales()))
>>> [
...     line.value
...     for line in spread([month.pool("A"), month.pool("B")], [1, 2], 10, Part(10, "revaluation", 0), month.rounder)
... ]
[3, 7]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from jxc.costing.charges import restated_shares, shares_of
from jxc.costing.events import Event
from jxc.costing.forward import late_rule
from jxc.costing.invoices import price_differences
from jxc.costing.layers import Rounder
from jxc.costing.period_methods import nothing_on_hand
from jxc.costing.periodic_pools import In, Month, Out, PeriodPool
from jxc.costing.state import State
from jxc.costing.trace import LeafKind, Part
from jxc.errors import StockError
from jxc.kernel.rounding import Exact

__all__ = ["Line", "invoice_price", "landed_cost", "revalue", "spread"]


@dataclass(slots=True)
class Line:
    """What a part of a row does to one pool: ``moved`` goods, a ``value``, ``goods`` made of others, or an ``out``."""

    pool: PeriodPool
    place: str | None
    lot: str | None
    moved: Exact = 0
    value: Exact = 0
    goods: In | None = None
    out: Out | None = None
    parts: tuple[Part, ...] = ()

    @property
    def moves_goods(self) -> bool:
        """Whether goods come in or leave, and not value alone."""
        return bool(self.moved) or self.goods is not None or self.out is not None


class Reading(Protocol):
    """What these rows need of the reading of a period."""

    state: State
    month: Month

    def pool(self, item: str, place: str | None, lot: str | None) -> PeriodPool:
        """The pool of the period."""
        ...


def spread(
    pools: Sequence[PeriodPool], weights: Sequence[Exact], amount: Exact, part: Part, rounder: Rounder
) -> list[Line]:
    """An amount over pools by weight; the last takes the rest."""
    whole, rest = sum(weights), amount
    lines: list[Line] = []
    for pool, weight in zip(pools, weights, strict=True):
        share = rest if pool is pools[-1] else rounder.share(amount, weight, whole)
        rest -= share
        pool.bring(0, share)
        lines.append(Line(pool, None, None, value=share, parts=(replace(part, amount=share),)))
    return lines


def revalue(reading: Reading, event: Event) -> list[Line]:
    """Add an amount to the pools of an item (at a place, of a lot), by what the period divides by."""
    return _to_pools(reading, event, "revaluation")


def _to_pools(reading: Reading, event: Event, kind: LeafKind) -> list[Line]:
    state = reading.state
    if event.refs:
        goods = [state.events[row] for row in event.refs if row in state.events]
        pools = [reading.pool(source.item, source.to_place or source.place, source.lot) for source in goods]
    else:
        held = state.pools_at(event.item, event.place, event.lot)
        pools = [reading.pool(pool.item, pool.place, pool.lot) for pool in held]
    pools = [pool for pool in dict.fromkeys(pools) if pool.is_divisible]
    if not pools:
        raise nothing_on_hand(event)
    amount = event.amount or 0
    state.outcomes[event.row].cost = amount
    return spread(pools, [pool.qty_in for pool in pools], amount, Part(amount, kind, event.row), state.rounder)


def landed_cost(reading: Reading, event: Event) -> list[Line]:
    """A charge: in its receipts already, or into their pools of this period."""
    state = reading.state
    if not event.refs:
        return _to_pools(reading, event, "charge")
    outcome = state.outcomes[event.row]
    outcome.cost = event.amount or 0
    for row in event.refs:
        moved = state.events.get(row)
        known = row in state.received or (moved is not None and moved.type == "transfer")
        if not known or row not in state.outcomes or state.outcomes[row].status == "refused":
            raise StockError(
                "refused_reference",
                "the charge refers to a row that brought nothing in",
                field="ref",
                value=moved.id if moved is not None and moved.id else row + 1,
                hint="refer to receipts that come before the charge",
            )
    outcome.allocation = shares_of(state, event)
    rule = late_rule(state.policy, state.events, event)
    if rule == "restate":
        outcome.by_receipt = restated_shares(state, event)
        return []
    to_stock = rule != "to_expense"
    lines: list[Line] = []
    for row, share in zip(event.refs, outcome.allocation, strict=True):
        lines += _to_receipt(reading, event, row, share, "charge", to_stock=to_stock)
    return lines


def invoice_price(reading: Reading, event: Event) -> list[Line]:
    """The difference between invoice and receipt: in the receipt already, or where the policy sends it."""
    state = reading.state
    rule, outcome = late_rule(state.policy, state.events, event), state.outcomes[event.row]
    if rule == "restate":
        outcome.by_receipt = shares = restated_shares(state, event)
        outcome.cost = sum(shares.values())
        return []
    outcome.by_receipt = differences = price_differences(state, event)
    outcome.cost = sum(differences.values())
    lines: list[Line] = []
    for row, difference in differences.items():
        state.received[row].price_changes += difference
        if rule == "to_price_difference":
            outcome.price_difference += difference
        else:
            to_stock = rule != "to_expense"
            lines += _to_receipt(reading, event, row, difference, "price_difference", to_stock=to_stock)
    return lines


def _to_receipt(
    reading: Reading, event: Event, row: int, share: Exact, kind: LeafKind, *, to_stock: bool
) -> list[Line]:
    """An amount into the pool of a receipt, or to expense where nothing is there to carry it."""
    source = reading.state.events[row]
    pool = reading.pool(source.item, source.to_place or source.place, source.lot)
    if not to_stock or not pool.is_divisible:
        reading.state.outcomes[event.row].expensed += share
        return []
    return spread([pool], [1], share, Part(share, kind, event.row), reading.state.rounder)
