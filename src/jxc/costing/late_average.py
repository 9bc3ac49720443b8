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
        base, worth = _pool(last)
        return last.bal, worth - share(worth, base.bal - last.bal, base.bal)

    def _value(self, out: list[Leg], new: list[Leg], dirty: list[Leg], before: Costs) -> None:
        run = _Replay(before)
        for place, gone, fresh in by_place(out, new):
            place.drop(gone)
            place.put(fresh)
            run.start(place, sorted({leg.key for leg in gone} | {leg.key for leg in fresh}))
        for leg in dirty:
            run.start(leg.place, [leg.key])
        run.run()


def _pool(leg: Leg) -> tuple[Leg, int]:
    """The leg that founded the pool as it is after this leg, and what it was worth then."""
    base = leg if leg.qty > 0 else leg.base
    return (leg, 0) if base is None or base.worth is None else (base, base.worth)


_State: TypeAlias = tuple[int, int, "Leg | None", int, int, int]
"""A place that waits: at which key, where in its list; then its pool: founding leg, worth, on hand, handed out."""


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
        heap, done, places = self.heap, self.done, self.places
        heapify(heap)
        while heap:
            key, number = heappop(heap)
            if key <= done.get(number, -1):
                continue
            while heap and heap[0][0] <= done.get(heap[0][1], -1):
                heappop(heap)
            limit = heap[0][0] if heap else _END
            state = self.waiting.pop(number, None) or _state(places[number], key)
            done[number] = self._step(places[number], state, limit)

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
        elsewhere may still change, if it comes after ``limit``, the first key that is due elsewhere.
        """
        before = self.before
        through = self.through.get(place.number, 0)
        legs = place.legs
        _, at, base, worth, bal, given = state
        whole = 0 if base is None else base.bal
        twice, both = 2 * worth, 2 * whole
        for number in range(at, len(legs)):
            leg = legs[number]
            qty = leg.qty
            if qty < 0:
                bal += qty
                if worth >= 0:
                    upto = (twice * (whole - bal) + whole) // both
                else:
                    upto = -((whole - twice * (whole - bal)) // both)
                cost = upto - given
                given = upto
                leg.bal = bal
                leg.base = base
                if cost != leg.cost:
                    before.setdefault(leg.row, leg.cost)
                    leg.cost = cost
                    if leg.twin is not None:
                        key = self._due(leg.twin)
                        if key < limit:
                            limit = key
                    for back in leg.returns:
                        key = self._due(back)
                        if key < limit:
                            limit = key
                continue
            source = leg.source
            if source is None:
                cost = leg.cost
            else:
                if source.key > limit and source.place is not place:
                    heappush(self.heap, (leg.key, place.number))
                    self.waiting[place.number] = (leg.key, number, base, worth, bal, given)
                    return leg.key - 1
                cost = leg.brought()
                if cost != leg.cost:
                    if source.twin is not leg:
                        before.setdefault(leg.row, leg.cost)
                    leg.cost = cost
            worth += cost - given
            bal += qty
            given = 0
            if worth == leg.worth and bal == leg.bal and leg.key >= through:
                return leg.key
            leg.worth = worth
            leg.bal = whole = bal
            base = leg
            twice, both = 2 * worth, 2 * whole
        return _END


def _state(place: Place, key: int) -> _State:
    """A place as it stands before a key."""
    at = bisect_left(place.keys, key)
    if not at:
        return key, at, None, 0, 0, 0
    bal = place.legs[at - 1].bal
    base, worth = _pool(place.legs[at - 1])
    return key, at, base, worth, bal, share(worth, base.bal - bal, base.bal)
