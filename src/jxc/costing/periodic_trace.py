"""What the average of a period is made of, so that a cost can be explained: opening, receipts, charges, other pools.

A pool of a period is one node of the trace.  In a circle the pools are parts of each other; there each is put down to
what came into the circle from outside, in exact proportion (a row of the inverse of its equations).

Invariant: the parts of a node add up to the value that went into the pool, up to the rounding of carried costs.

>>> Tracer.__name__
'Tracer'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from jxc.costing.events import Event
from jxc.costing.layers import Pool, Slice
from jxc.costing.linear import Equation, components, solve
from jxc.costing.periodic_pools import In, Month, PeriodPool
from jxc.costing.periodic_values import Line
from jxc.costing.state import State
from jxc.costing.trace import Part, Trace
from jxc.kernel.rounding import Exact

__all__ = ["Tracer"]


class Tracer:
    """The nodes of a period's pools."""

    def __init__(
        self, state: State, trace: Trace, month: Month, events: list[Event], lines: Mapping[int, list[Line]]
    ) -> None:
        self._state = state
        self._trace = trace
        self._month = month
        self._nodes: dict[PeriodPool, int] = {}
        self._made: dict[In, int] = {}
        self._lines: dict[PeriodPool, list[tuple[Event, Line]]] = {pool: [] for pool in month.pools.values()}
        for event in events:
            for line in lines.get(event.row, ()):
                self._lines[line.pool].append((event, line))
        uses = {pool: dict.fromkeys(s.pool for goods in pool.ins for s in goods.sources) for pool in self._lines}
        for members in components(uses):
            first = next(iter(members))
            if len(members) > 1 or first in uses[first]:
                self._circle(members)
            else:
                self._single(first)

    def node(self, pool: PeriodPool) -> int:
        """The node of a pool in this period."""
        return self._nodes[pool]

    def entered(self, event: Event, line: Line, value: Exact) -> None:
        """Remember what a row brought in, and what of."""
        parts = line.parts
        if line.goods is not None:
            parts = (*parts, Part(line.goods.value, "rest", event.row, self._made_of(event, line.goods)))
        piece = Slice(event.row, event.row, event.date, line.moved, value, line.lot, node=self._trace.add(parts))
        self._state.entered.setdefault(event.row, []).append(piece)

    def left(self, event: Event, line: Line) -> Slice:
        """What a row took back out at a cost of its own."""
        node = self._trace.add(tuple(replace(part, amount=-line.value) for part in line.parts[:1]))
        return Slice(event.row, event.row, event.date, -line.moved, -line.value, line.lot, node=node)

    def _made_of(self, event: Event, goods: In) -> int:
        found = self._made.get(goods)
        if found is None:
            parts = [
                Part(
                    source.qty * (source.pool.average or 0), "rest", event.row, self._nodes[source.pool], via=event.row
                )
                for source in goods.sources
            ]
            found = self._made[goods] = self._trace.add((*parts, Part(goods.added, "added_cost", event.row)))
        return found

    def _single(self, pool: PeriodPool) -> None:
        parts = self._from_outside(pool)
        for event, line in self._lines[pool]:
            if line.goods is not None:
                parts.append(Part(line.goods.value, "rest", event.row, self._made_of(event, line.goods)))
        if not pool.is_divisible:
            rows = [event.row for event, _ in self._lines[pool]]
            parts = [Part(1, "current_cost", rows[0])] if rows else parts
        self._nodes[pool] = self._trace.add(tuple(parts))

    def _from_outside(self, pool: PeriodPool) -> list[Part]:
        """Opening, and what rows of this period stated."""
        parts: list[Part] = []
        held = pool.key
        if isinstance(held, Pool) and held.layers and held.value:
            layer = held.layers[0]
            parts.append(Part(held.value, "rest", layer.row, layer.node))
        for _, line in self._lines[pool]:
            sign = -1 if line.value < 0 and line.moved < 0 else 1
            parts += [replace(part, amount=sign * part.amount) for part in line.parts]
        return parts

    def _circle(self, members: tuple[PeriodPool, ...]) -> None:
        inside = set(members)
        equations = {pool: self._month.equation(pool) for pool in members}
        outside = {pool: [*self._from_outside(pool), *self._from_others(pool, inside)] for pool in members}
        for pool in members:
            transposed: dict[PeriodPool, Equation[PeriodPool]] = {
                other: Equation(equations[other].whole, 1 if other is pool else 0) for other in members
            }
            for user, equation in equations.items():
                for used, factor in equation.terms.items():
                    if used in inside:
                        transposed[used].add(user, factor)
            shares = solve(transposed).values
            self._nodes[pool] = self._trace.add(
                tuple(
                    replace(part, amount=part.amount * shares[other] * pool.qty_in)
                    for other in members
                    if other in shares
                    for part in outside[other]
                )
            )

    def _from_others(self, pool: PeriodPool, inside: set[PeriodPool]) -> list[Part]:
        """What comes into a pool of a circle from pools that are not in it, and what is added on the way."""
        parts: list[Part] = []
        for event, line in self._lines[pool]:
            if line.goods is None:
                continue
            share = Fraction(1) if line.goods.share is None else line.goods.share
            parts.append(Part(line.goods.added * share, "added_cost", event.row))
            for source in line.goods.sources:
                if source.pool not in inside:
                    amount = source.qty * (source.pool.average or 0) * share
                    parts.append(Part(amount, "rest", event.row, self._nodes[source.pool], via=event.row))
        return parts
