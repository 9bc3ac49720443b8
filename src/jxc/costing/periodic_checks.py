"""What cannot be in a period: more out than in, goods found without any cost to take, circles without value.

Invariant: every check names at least one row where something is wrong, so that reading again comes to an end.

>>> check = shortages(State(Policy(), Scales(), builtin_methods()), [], {})
>>> check
{}
"""

from __future__ import annotations

from collections.abc import Mapping

from jxc.costing.events import Event, Scales
from jxc.costing.layers import Pool
from jxc.costing.periodic_pools import PeriodPool
from jxc.costing.periodic_values import Line
from jxc.costing.picking import insufficient
from jxc.costing.policy import Policy
from jxc.costing.state import State, builtin_methods
from jxc.errors import StockError
from jxc.kernel.rounding import Exact

__all__ = ["Policy", "Scales", "absent_costs", "builtin_methods", "circles", "shortages"]

_Lines = Mapping[int, list[Line]]


def shortages(state: State, events: list[Event], lines: _Lines) -> dict[int, StockError]:
    """Pools that would end the period below zero: the rows, in order of time, that find too little there."""
    left: dict[PeriodPool, Exact] = {}
    for event in events:
        for line in lines.get(event.row, ()):
            pool = line.pool
            if pool not in left:
                left[pool] = pool.key.qty if isinstance(pool.key, Pool) else 0
            left[pool] += max(line.moved, 0)
    found: dict[int, StockError] = {}
    for event in events:
        wanted: dict[PeriodPool, Exact] = {}
        for line in lines.get(event.row, ()):
            if line.moved < 0:
                wanted[line.pool] = wanted.get(line.pool, 0) - line.moved
        for pool, qty in wanted.items():
            if qty > left[pool]:
                found[event.row] = insufficient(state.scales, event.item, event.place, qty, left[pool])
        if event.row not in found:
            for pool, qty in wanted.items():
                left[pool] -= qty
    return found


def absent_costs(state: State, events: list[Event], lines: _Lines) -> dict[int, StockError]:
    """Goods that come back or are found where neither this period nor an earlier one knows a cost."""
    if state.policy.missing_cost != "refuse":
        return {}
    return {
        event.row: StockError(
            "missing_cost",
            f"{event.type} of {event.item} finds no cost to take",
            field="unit_cost",
            hint="give amount or unit_cost",
        )
        for event in events
        for line in lines.get(event.row, ())
        if line.out is not None and line.out.qty < 0 and not line.pool.is_divisible and line.pool.last_rate is None
    }


def circles(stuck: list[tuple[PeriodPool, ...]], events: list[Event], lines: _Lines) -> dict[int, StockError]:
    """The rows that feed a circle from itself, where nothing valued goes in: its members are named."""
    found: dict[int, StockError] = {}
    for circle in stuck:
        members = set(circle)
        names = ", ".join(sorted(_name(pool) for pool in circle))
        for event in events:
            for line in lines.get(event.row, ()):
                inside = line.goods is not None and line.pool in members
                if inside and line.goods is not None and any(s.pool in members for s in line.goods.sources):
                    found[event.row] = StockError(
                        "undetermined_cycle",
                        f"{names} get their cost from each other alone",
                        field="item",
                        value=event.item,
                        hint="enter the receipt that is missing, or take the circle apart",
                        members=names,
                    )
    return found


def _name(pool: PeriodPool) -> str:
    held = pool.key
    if not isinstance(held, Pool):
        return str(held)
    return "/".join(part for part in (held.item, held.place, held.lot) if part)
