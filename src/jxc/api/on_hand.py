"""What is left by item and place, from pools that may span several places.

Where every place has its own pools, the pools say it.  Where places share a pool, the quantities are those that lie
there and the value of the pool goes by quantity, place after place, rounded cumulatively, so that it ties.

Invariant: the values add up to the values of the pools.

>>> from jxc.costing.events import Scales
>>> from jxc.costing.loops import fifo_costs
>>> rows = Rows(scales=Scales(2, 0), currency=None, places_given=False)
>>> held(rows, Policy(), fifo_costs(["TEA", "TEA"], [3, -2], [100, 0]), None)
[('TEA', '', 1, 33)]
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from jxc.api.rows import Rows
from jxc.costing.engine import Engine
from jxc.costing.loops import LoopResult
from jxc.costing.policy import Policy
from jxc.costing.state import State
from jxc.kernel.rounding import Exact, divide

__all__ = ["held", "shared"]

_Held = tuple[str, str, Exact, Exact]


def held(rows: Rows, policy: Policy, loop: LoopResult[object] | None, engine: Engine | None) -> list[_Held]:
    """(item, place, quantity, value) of all that is left, sorted by item and place."""
    found: list[_Held] = []
    if loop is not None:
        found += _of_loop(rows, policy, loop)
    if engine is not None:
        found += _of_engine(engine.state)
    return sorted(line for line in found if line[2] or line[3])


def _of_loop(rows: Rows, policy: Policy, loop: LoopResult[object]) -> Iterator[_Held]:
    if policy.by_place and rows.places_given:
        for key, (qty, value) in loop.pools.items():
            item, place = cast("tuple[str | None, str | None]", key)
            yield item or "", place or "", qty, value
        return
    placed = _placed(rows, loop) if rows.places_given else {}
    for name, (qty, value) in loop.pools.items():
        yield from shared(str(name or ""), qty, value, placed.get(name, {"": qty}))


def _placed(rows: Rows, loop: LoopResult[object]) -> dict[object, dict[str, Exact]]:
    """Quantities by place of the items that the loop valued."""
    pools, refused = loop.states, set(loop.shortages)
    outward = ("issue", "scrap", "adjust_out")
    found: dict[object, dict[str, Exact]] = {}
    for row, (item, place, qty, kind) in enumerate(zip(rows.item, rows.place, rows.qty, rows.type, strict=True)):
        if item in pools and not rows.bad[row] and row not in refused:
            places = found.setdefault(item, {})
            places[place or ""] = places.get(place or "", 0) + (-qty if kind in outward else qty)
    return found


def _of_engine(state: State) -> Iterator[_Held]:
    for item, pools in state.pools_of.items():
        by_place: dict[str | None, list[Exact]] = {}
        for pool in pools:
            sums = by_place.setdefault(pool.place, [0, 0])
            sums[0] += pool.qty
            sums[1] += pool.value
        for place, (qty, value) in by_place.items():
            lying = _lying(state, item, place)
            yield from shared(item, qty, value, lying or {place or "": qty})


def _lying(state: State, item: str, place: str | None) -> dict[str, Exact]:
    return {
        where or "": state.placed[item, where]
        for where in state.places_of.get(item, ())
        if state.place_key(item, where) == place
    }


def shared(item: str, qty: Exact, value: Exact, placed: dict[str, Exact]) -> Iterator[_Held]:
    """The value of a pool over the places where its goods lie."""
    if sum(placed.values()) != qty or not qty:
        yield item, "" if len(placed) != 1 else next(iter(placed)), qty, value
        return
    done: Exact = 0
    given: Exact = 0
    for place in sorted(placed):
        done += placed[place]
        upto = value if done == qty else divide(value * done, qty)
        yield item, place, placed[place], upto - given
        given = upto
