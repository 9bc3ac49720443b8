"""Explaining a cost of a plain item: back along the legs, layers and pools that its fast keeper holds.

Nothing is valued again.  What a node is made of is found when it is asked for, so an explanation takes time in
proportion to its sources: under FIFO the layers that an issue took and the rows that carried them, under the moving
average the receipts back to the last time there was nothing, as far as a share of them is left.

Invariant: the nodes have the parts that a traced replay gives them, in the same order.

>>> from jxc.costing.late_average import AverageKeeper
>>> from jxc.costing.policy import Policy
>>> rows = [Event(0, "receipt", 1, "TEA", 3, 100), Event(1, "issue", 2, "TEA", 2)]
>>> keeper = AverageKeeper(rows, Policy())
>>> trace = LegTrace(keeper.legs(), keeper.events(), {}, Rounder(Policy().rounding, Scales()))
>>> [trace.parts(piece.node) for piece in trace.pieces(1)]
[(Part(amount=100, kind='own', row=0, node=-1, via=-1),)]
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from jxc.costing.events import IN_TYPES, Event, Scales
from jxc.costing.inflow import charged_parts
from jxc.costing.late_index import CumulativeIndex
from jxc.costing.late_legs import Layer, Leg, Pool
from jxc.costing.late_rows import share
from jxc.costing.layers import Rounder, Slice
from jxc.costing.outcome import Outcome
from jxc.costing.returns import portions_of
from jxc.costing.state import POOLED, Charge
from jxc.costing.trace import Part, kept

__all__ = ["Charges", "Event", "IndexTrace", "LegTrace", "PlainTrace", "Rounder", "Scales"]

Charges = Mapping[int, Sequence[Charge]]
"""What charges and prices put into receipts."""

_CAME_BACK, _ARRIVED, _POOLED = range(3)
"""What a node is: the portions that came back together, what a leg or a layer of it brought, an average with it."""


class PlainTrace(Protocol):
    """What the costs of a plain item are made of."""

    def pieces(self, row: int) -> list[Slice]:
        """What the cost of a row was made of."""
        ...

    def parts(self, node: int) -> tuple[Part, ...]:
        """What a node is made of."""
        ...


def _stated(event: Event, charges: Charges) -> tuple[Part, ...]:
    """What a receipt is made of."""
    return kept((Part(event.amount or 0, "own", event.row), *charged_parts(charges.get(event.row, ()))))


class IndexTrace:
    """Of a queue without transfers and returns, where a node is a receipt."""

    def __init__(
        self, find: Callable[[Event], tuple[CumulativeIndex, int]], events: Mapping[int, Event], charges: Charges
    ) -> None:
        self._find = find
        self._events = events
        self._charges = charges

    def pieces(self, row: int) -> list[Slice]:
        """The receipts that an issue took of; a receipt is its own."""
        event = self._events[row]
        if event.type in IN_TYPES:
            cost = (event.amount or 0) + sum(charge.amount for charge in self._charges.get(row, ()))
            return [Slice(row, row, event.date, event.qty, cost, node=row)]
        index, start = self._find(event)
        return [
            Slice(of, of, event.date, end - begin, cost, per=(value, qty), node=of)
            for of, begin, end, cost, value, qty in index.taken(start, start + int(event.qty))
        ]

    def parts(self, node: int) -> tuple[Part, ...]:
        """What a receipt is made of."""
        return _stated(self._events[node], self._charges)


class LegTrace:
    """Of legs; nodes are numbered by the key of the leg, so that what a node is made of has a lower number."""

    def __init__(
        self, legs: Mapping[int, Leg], events: Mapping[int, Event], charges: Charges, rounder: Rounder
    ) -> None:
        self._legs = legs
        self._events = events
        self._charges = charges
        self._rounder = rounder
        self._made: dict[int, Callable[[], tuple[Part, ...]]] = {}

    def pieces(self, row: int) -> list[Slice]:
        """The layers or the average that a leg took of, or what it brought."""
        leg = self._legs[row]
        if leg.qty < 0:
            return self._taken(leg)
        return [Slice(row, row, 0, leg.qty, leg.cost, node=self._arrived(leg, 0))]

    def parts(self, node: int) -> tuple[Part, ...]:
        """What a node is made of."""
        return kept(self._made[node]())

    def _node(self, leg: Leg, kind: int, make: Callable[[], tuple[Part, ...]], number: int = 0) -> int:
        node = (leg.key << 32 | number) << 2 | kind
        self._made.setdefault(node, make)
        return node

    # -- what went out -------------------------------------------------------------------------------------------------

    def _taken(self, leg: Leg) -> list[Slice]:
        if leg.pool is None:
            return [
                Slice(
                    leg.row, leg.row, 0, piece.end - piece.start, piece.cost or 0,
                    per=(piece.layer.value or 0, piece.layer.qty), node=self._layer(piece.layer, leg),
                )
                for piece in leg.slices
            ]  # fmt: skip
        pool, before = leg.pool, leg.out + leg.qty
        worth = pool.worth - (share(pool.worth, before, pool.whole) if before else 0)
        per = (worth, pool.whole - before)
        return [Slice(POOLED, leg.row, 0, -leg.qty, leg.cost, per=per, node=self._pooled(pool))]

    def _layer(self, layer: Layer, taker: Leg) -> int:
        """A layer lies where it is taken from; its rank says by which leg it came in there."""
        place, rank = taker.place, layer.rank
        key = rank >> 32 & ((1 << 128) - 1)
        return self._arrived(place.legs[bisect_left(place.keys, key)], rank & 0xFFFFFFFF)

    # -- what came in --------------------------------------------------------------------------------------------------

    def _arrived(self, leg: Leg, number: int) -> int:
        """What a leg brought; of goods moved, each layer is by itself."""
        return self._node(leg, _ARRIVED, lambda: self._brought(leg, number), number)

    def _brought(self, leg: Leg, number: int) -> tuple[Part, ...]:
        source, row = leg.source, leg.row
        if source is None:
            return _stated(self._events[row], self._charges)
        if source.twin is leg:
            piece = self._taken(source)[number]
            return (Part(piece.cost, "rest", row, piece.node, via=row),)
        return (Part(leg.cost, "rest", row, self._node(leg, _CAME_BACK, lambda: self._came_back(leg, source))),)

    def _came_back(self, leg: Leg, source: Leg) -> tuple[Part, ...]:
        issue = Outcome(returned_qty=leg.before, taken=self._taken(source))
        portions = portions_of(self._rounder, issue, leg.qty)
        return tuple(Part(piece.cost, "rest", leg.row, piece.node, via=leg.row) for piece in portions)

    def _pooled(self, pool: Pool) -> int:
        """What a leg founded: what was left before, and what it brought."""
        leg, prev = pool.leg, pool.prev
        if prev is None or prev.whole == prev.gone:
            return self._arrived(leg, 0)
        return self._node(leg, _POOLED, lambda: self._mixed(pool, prev))

    def _mixed(self, pool: Pool, prev: Pool) -> tuple[Part, ...]:
        rest, came = prev.worth - prev.given, pool.leg
        return (
            Part(rest, "rest", prev.leg.row, self._pooled(prev)),
            Part(came.cost, "rest", came.row, self._arrived(came, 0)),
        )
