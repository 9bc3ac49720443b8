"""Goods recorded late under the moving average: a replay that starts right at the change and stops where it is over.

A place is one layer, founded anew by every leg that comes in.  After such a leg its state is two numbers, the quantity
and the value of the pool, and both stay with the leg.  So a replay can start at any leg, and is over at the first leg
that comes in and finds the state that was there.  What it changes about transfers and returns makes other places
*dirty*; a place never runs past a leg whose source lies where an earlier replay is still due.

Invariant: after an amendment every leg holds what a replay of all standing rows gives it.

>>> from jxc.costing.events import Event
>>> rows = [
...     Event(0, "receipt", 1, "TEA", 10, 1000, place="WH"),
...     Event(1, "transfer", 5, "TEA", 4, place="WH", to_place="SHOP"),
...     Event(2, "issue", 6, "TEA", 1, place="SHOP"),
... ]
>>> keeper = AverageKeeper(rows, Policy(method="moving_average"))
>>> keeper.amend(recharge={0: 50}).changes[1:]
[CostChange(row=1, old=400, new=420), CostChange(row=2, old=100, new=105)]
>>> keeper.pools()
{'WH': (6, 630), 'SHOP': (3, 315)}
"""

from __future__ import annotations

from bisect import bisect_left
from heapq import heapify, heappop, heappush
from typing import TypeAlias

from jxc.costing.late_legs import Costs, Leg, LegKeeper, Place, by_place
from jxc.costing.late_rows import share
from jxc.costing.policy import Policy

__all__ = ["AverageKeeper", "Policy"]

_MANY = 32
"""So many changes at one place are one replay from the first to the last."""

_END = 1 << 256
"""After every key."""


class AverageKeeper(LegKeeper):
    """A keeper of one plain item under the moving average; see the module."""

    def _closing(self, place: Place) -> tuple[int, int]:
        last = place.legs[-1]
        _, worth, whole = _pool(last)
        return whole - last.out, worth - share(worth, last.out, whole)

    def _value(self, out: list[Leg], new: list[Leg], dirty: list[Leg], before: Costs) -> None:
        run = _Replay(before)
        for place, gone, fresh in by_place(out, new):
            place.drop(gone)
            place.put(fresh)
            keys = sorted({leg.key for leg in gone} | {leg.key for leg in fresh})
            _found(place, keys)
            run.start(place, keys)
        for leg in dirty:
            run.start(leg.place, [leg.key])
        run.run()


def _found(place: Place, keys: list[int]) -> None:
    """Say of the legs out around these keys which leg founded the pool that they take of, and how much went before."""
    legs = place.legs
    at = 0
    for key in keys:
        start = bisect_left(place.keys, key)
        if start < at:
            continue
        base = _pool(legs[start - 1])[0] if start else None
        out = legs[start - 1].out if start else 0
        for at in range(start, len(legs)):
            leg = legs[at]
            if leg.qty > 0:
                base, out = leg, 0
                if leg.key > key:
                    break
                continue
            out -= leg.qty
            leg.out, leg.base = out, base


def _pool(leg: Leg) -> tuple[Leg | None, int, int]:
    """The leg that founded the pool as it is after this leg; what it was worth then, and its quantity."""
    base = leg if leg.qty > 0 else leg.base
    return (None, 0, 0) if base is None else (base, base.worth or 0, base.bal)


_State: TypeAlias = tuple[int, int, int, int, int]
"""A place that waits: at which key, where in its list; then its pool: worth, quantity, cost handed out."""


class _Replay:
    """A replay of what is dirty, in the order of events; ``heap`` holds where it is due: key, number of the place."""

    __slots__ = ("before", "done", "heap", "places", "through", "waiting")

    def __init__(self, before: Costs) -> None:
        self.before = before
        self.heap: list[tuple[int, int]] = []
        self.places: dict[int, Place] = {}
        self.done: dict[int, int] = {}
        self.through: dict[int, int] = {}
        self.waiting: dict[int, _State] = {}

    def start(self, place: Place, keys: list[int]) -> None:
        """Make a place due at each of these keys."""
        self.places[place.number] = place
        if len(keys) > _MANY:
            self.through[place.number] = max(keys[-1], self.through.get(place.number, 0))
            del keys[1:]
        self.heap += [(key, place.number) for key in keys]

    def run(self) -> None:
        """Step the place that is due first, until none is."""
        heap, done, places, waiting = self.heap, self.done, self.places, self.waiting
        heapify(heap)
        while heap:
            key, number = heappop(heap)
            if key <= done.get(number, -1):
                continue
            place = places[number]
            state = waiting.pop(number, None) or _state(place, key)
            done[number] = self._step(place, state, heap[0][0] if heap else _END)

    def _due(self, leg: Leg) -> int:
        """Another leg has to be valued anew; its key.  A place that waits before it will not stop before it."""
        number, key = leg.place.number, leg.key
        waiting = self.waiting.get(number)
        if waiting is not None and waiting[0] <= key and leg.before < 0:
            if key > self.through.get(number, 0):
                self.through[number] = key
            return key
        self.places[number] = leg.place
        heappush(self.heap, (key, number))
        return key

    def _step(self, place: Place, state: _State, limit: int) -> int:
        """Value the legs of a place from where it stands; the last key that is done.

        Everything a leg depends on lies before it: at its own place, or at the source of what came in.  A source
        elsewhere may still change, if its place is not done with it, and it comes after ``limit``, the first key that
        is due elsewhere.
        """
        before, done = self.before, self.done
        through = self.through.get(place.number, 0)
        legs = place.legs
        _, at, worth, whole, given = state
        half = whole >> 1
        out = legs[at - 1].out if at else 0
        for number in range(at, len(legs)):
            leg = legs[number]
            if leg.out:
                out = leg.out
                upto = (worth * out + half) // whole if worth >= 0 else -((half - worth * out) // whole)
                cost = upto - given
                given = upto
                if cost != leg.cost:
                    before.setdefault(leg.row, leg.cost)
                    leg.cost = cost
                    if leg.twin is not None:
                        limit = min(limit, self._due(leg.twin))
                    elif leg.returns:
                        limit = min(limit, *map(self._due, leg.returns))
                continue
            source = leg.source
            if source is None:
                cost = leg.cost
            else:
                key = source.key
                if key > limit and source.place is not place and key > done.get(source.place.number, -1):
                    heappush(self.heap, (leg.key, place.number))
                    self.waiting[place.number] = (leg.key, number, worth, whole, given)
                    return leg.key - 1
                if leg.before < 0:
                    leg.cost = cost = source.cost
                else:
                    cost = leg.brought()
                    if cost != leg.cost:
                        before.setdefault(leg.row, leg.cost)
                        leg.cost = cost
            worth += cost - given
            whole += leg.qty - out
            if worth == leg.worth and whole == leg.bal and leg.key >= through:
                return leg.key
            leg.worth = worth
            leg.bal = whole
            given = out = 0
            half = whole >> 1
        return _END


def _state(place: Place, key: int) -> _State:
    """A place as it stands before a key."""
    at = bisect_left(place.keys, key)
    if not at:
        return key, at, 0, 0, 0
    last = place.legs[at - 1]
    _, worth, whole = _pool(last)
    return key, at, worth, whole, share(worth, last.out, whole)
