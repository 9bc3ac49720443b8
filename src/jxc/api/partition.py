"""Which rows the integer loops can value, and which need the engine.

An item is plain when every row of it is a receipt with an amount or an issue, with whole quantities, no references, no
lots that the scope tells apart, under the default habits of the policy.  All rows of an item go the same way, and so do
those of items that refer to each other.

Invariant: both ways give the same figures (a property of the tests); the choice is speed alone.

>>> from jxc.api.plugins import methods_in_force
>>> from jxc.api.sources import read_rows
>>> table = {
...     "date": ["2026-01-05"] * 2,
...     "type": ["receipt", "count"],
...     "item": ["TEA", "OIL"],
...     "qty": [3, 0],
...     "amount": [1, None],
... }
>>> rows = read_rows(table, Policy(), currency=None, units={}, encoding=None)
>>> needing_engine(rows, Policy(), methods_in_force())
{'OIL'}
"""

from __future__ import annotations

from dataclasses import dataclass

from jxc.api.rows import Rows
from jxc.costing.average import MOVING_AVERAGE
from jxc.costing.day_order import day_order
from jxc.costing.fifo import FIFO
from jxc.costing.lifo import LIFO
from jxc.costing.loops import LoopResult, average_costs, fifo_costs, lifo_costs
from jxc.costing.methods import MethodRegistry
from jxc.costing.picking import insufficient
from jxc.costing.policy import CostRounding, Policy
from jxc.errors import StockError
from jxc.kernel.rounding import Exact

__all__ = ["LOOPS", "LoopRun", "loop_order", "needing_engine", "run_loop"]

LOOPS = {FIFO: fifo_costs, LIFO: lifo_costs, MOVING_AVERAGE: average_costs}

_IN = frozenset({"opening", "receipt", "adjust_in"})
_OUT = frozenset({"issue", "scrap", "adjust_out"})
_PLAIN = _IN | _OUT


def needing_engine(rows: Rows, policy: Policy, methods: MethodRegistry) -> set[str | None] | None:
    """The items that need the engine; ``None`` if all do."""
    if not _plain_policy(policy, methods) or _changes_for_all(rows):
        return None
    items = rows.item
    needing: set[str | None] = set()
    if not set(rows.type) <= _PLAIN:
        needing.update(item for item, kind in zip(items, rows.type, strict=True) if kind not in _PLAIN)
    if not {kind for kind, amount in zip(rows.type, rows.amount, strict=True) if amount is None} <= _OUT:
        needing.update(
            item
            for item, kind, amount in zip(items, rows.type, rows.amount, strict=True)
            if amount is None and kind not in _OUT
        )
    if set(map(type, rows.qty)) - {int} or 0 in rows.qty:
        needing.update(item for item, qty in zip(items, rows.qty, strict=True) if type(qty) is not int or qty == 0)
    linked = {*rows.refs, *rows.details, *rows.lot_date}
    for row, refs in rows.refs.items():
        linked.update((row, *refs))
    for details in rows.details.values():
        linked.update(details.cost_from)
    needing.update(items[row] for row in linked)
    return needing


def _changes_for_all(rows: Rows) -> bool:
    """Whether a row changes the method or scope of every item."""
    kinds = ("method_change", "scope_change")
    if set(kinds).isdisjoint(rows.type):
        return False
    return any(kind in kinds and item is None for kind, item in zip(rows.type, rows.item, strict=True))


def _plain_policy(policy: Policy, methods: MethodRegistry) -> bool:
    default = Policy()
    choices = (
        "replay",
        "system",
        "negative_stock",
        "lot_pick",
        "place_check",
        "pick",
        "sale_price_check",
        "qty_places",
    )
    return (
        methods.get(policy.method) in LOOPS
        and policy.same_moment != "by_day"
        and all(getattr(policy, name) == getattr(default, name) for name in choices)
        and CostRounding(money_places=policy.rounding.money_places) == policy.rounding
        and not (policy.by_lot or policy.item_methods or policy.location_methods or policy.place_groups)
    )


def loop_order(rows: Rows, policy: Policy, out: list[bool], chosen: bytearray | None) -> list[int] | None:
    """The rows in the order of events; ``None`` where all rows stand in it already.  ``out``: which rows go out."""
    later = out if policy.same_moment == "receipts_first" else [False] * rows.n
    moments = rows.date
    if rows.time is not None:
        moments = [day * 86_400_000_000 + (time or 0) for day, time in zip(rows.date, rows.time, strict=True)]
    order = day_order(moments, later)
    if chosen is None:
        return order
    return [row for row in (range(rows.n) if order is None else order) if chosen[row]]


@dataclass(frozen=True, slots=True)
class LoopRun:
    """What a loop answered, and by row the refusal of every issue beyond stock."""

    result: LoopResult[object]
    refused: dict[int, StockError]


def run_loop(rows: Rows, policy: Policy, methods: MethodRegistry, chosen: bytearray | None) -> LoopRun:
    """Value the chosen rows (all, where ``chosen`` is ``None``) by the loop of the method."""
    out = [kind in _OUT for kind in rows.type]
    order = loop_order(rows, policy, out, chosen)
    by_place = policy.by_place and rows.places_given
    keys: list[object] = list(zip(rows.item, rows.place, strict=True)) if by_place else list(rows.item)
    qty = [-count if gone else count for count, gone in zip(rows.qty, out, strict=True)]
    # The loops never look at the amount of what goes out, so an empty one may stand there.
    result = LOOPS[methods.get(policy.method)](keys, qty, rows.amount, order)  # type: ignore[arg-type]
    return LoopRun(result, _refusals(rows, keys, qty, result.shortages, order) if result.shortages else {})


def _refusals(
    rows: Rows, keys: list[object], qty: list[Exact], shortages: list[int], order: list[int] | None
) -> dict[int, StockError]:
    """The refusals that the engine would raise for these rows: what was on hand is a running sum."""
    refused = set(shortages)
    short_keys = {keys[row] for row in shortages}
    held: dict[object, Exact] = dict.fromkeys(short_keys, 0)
    errors: dict[int, StockError] = {}
    for row in range(rows.n) if order is None else order:
        key = keys[row]
        if key in short_keys:
            if row in refused:
                item, place = rows.item[row] or "", rows.place[row]
                errors[row] = insufficient(rows.scales, item, place, -qty[row], held[key])
            else:
                held[key] += qty[row]
    return errors
