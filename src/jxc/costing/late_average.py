"""Goods recorded late under the moving average: a replay that starts right at the change and stops where it is over.

A place is one pool, founded anew by every leg that comes in.  Its state there is two numbers, the quantity and the
value, and both stay with the pool.  So a replay can start at any leg that comes in, and is over at the first that finds
the state that was there.  Where the quantity is what it was and the value lies where it makes no difference to any cost
until the next leg comes in, nothing is worked out.  What a replay changes about transfers and returns makes other
places *due*; a place never runs past a leg whose source lies where an earlier replay is still due.

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
from math import inf

from jxc.costing.late_legs import Costs, Leg, LegKeeper, Place, Pool, by_place
from jxc.costing.policy import Policy

__all__ = ["AverageKeeper", "Policy"]

_MANY = 32
"""So many changes at one place are one replay from the first to the last."""

_END = 1 << 256
"""After every key."""


class AverageKeeper(LegKeeper):
    """A keeper of one plain item under the moving average; see the module."""

    def _closing(self, place: Place) -> tuple[int, int]:
        pool = place.legs[-1].pool
        return (0, 0) if pool is None else pool.left()

    def _value(self, out: list[Leg], new: list[Leg], dirty: list[Leg], before: Costs) -> None:
        run = _Replay(before)
        for place, gone, fresh in by_place(out, new):
            place.drop(gone)
            place.put(fresh)
            keys = sorted({leg.key for leg in gone} | {leg.key for leg in fresh})
            if len(keys) > _MANY:
                run.through[place.number] = keys[-1]
                run.start(_founded(place, keys[0], keys[-1]))
                continue
            for key in keys:
                run.start(_founded(place, key, key))
        for leg in dirty:
            run.start(leg.pool)
        run.run()


def _founded(place: Place, first: int, last: int) -> Pool | None:
    """Say of the legs from one key to another which pool they found or take of; the first pool with another state."""
    keys, legs = place.keys, place.legs
    at = bisect_left(keys, first)
    pool = legs[at - 1].pool if at else None
    start, now = pool, None
    if pool is not None:
        at, now = bisect_left(keys, pool.leg.key), pool.prev
    outs: list[Leg] = []
    gone = 0
    filled: Pool | None = None
    for leg in legs[at:] if last > first else map(legs.__getitem__, range(at, len(legs))):
        if leg.qty < 0:
            gone -= leg.qty
            leg.out, leg.pool = gone, filled
            outs.append(leg)
            continue
        if filled is not None:
            filled.fill(outs, gone)
        pool = leg.pool
        if pool is None:
            pool = leg.pool = Pool(leg)
        pool.prev = now
        if now is not None:
            now.next = pool
        start = start or pool
        if leg.key > last:
            return start
        now = filled = pool
        outs, gone = [], 0
    if filled is not None:
        filled.fill(outs, gone)
    if now is not None:
        now.next = None
    return start


class _Replay:
    """A replay of what is due, in the order of events: ``due`` holds by key the pools where it is; ``heap``, the keys.

    ``done``: by place, the last key that is done.  ``through``: the key before which a replay of the place is not over.
    """

    __slots__ = ("before", "done", "due", "heap", "through")

    def __init__(self, before: Costs) -> None:
        self.before = before
        self.heap: list[int] = []
        self.due: dict[int, Pool] = {}
        self.done: dict[int, int] = {}
        self.through: dict[int, int] = {}

    def start(self, pool: Pool | None) -> None:
        """A pool has to be found anew."""
        if pool is not None:
            key = pool.leg.key
            if key not in self.due:
                self.due[key] = pool
                heappush(self.heap, key)

    def run(self) -> None:
        """Step the place that is due first, until none is."""
        heap, due, done = self.heap, self.due, self.done
        heapify(heap)
        while heap:
            key = heappop(heap)
            pool = due.pop(key)
            number = pool.leg.place.number
            if key > done.get(number, -1):
                done[number] = self._step(pool, heap[0] if heap else _END)

    def _changed(self, leg: Leg, limit: int) -> int:
        """What arrives or came back of a leg costs another sum: the first key that is due elsewhere now."""
        back = leg.returns if leg.twin is None else (leg.twin,)
        for other in back:
            self.start(other.pool)
            limit = min(limit, other.key)
        return limit

    def _step(self, pool: Pool | None, limit: int) -> int:
        """Value a place from a pool on; the last key that is done.

        Everything a pool depends on lies before it: at its own place, or at the source of what came in.  A source
        elsewhere may still change, if its place is not done with it, and it comes after ``limit``, the first key that
        is due elsewhere.
        """
        assert pool is not None
        before, done, place = self.before, self.done, pool.leg.place
        through = self.through.get(place.number, 0)
        rest, left = (0, 0) if pool.prev is None else pool.prev.left()
        while pool is not None:
            leg = pool.leg
            source = leg.source
            if source is not None:
                key = source.key
                if key > limit and source.place is not place and key > done.get(source.place.number, -1):
                    self.start(pool)
                    return leg.key - 1
                if leg.before < 0:
                    leg.cost = source.cost
                else:
                    cost = leg.brought()
                    if cost != leg.cost:
                        before.setdefault(leg.row, leg.cost)
                        leg.cost = cost
            worth, whole = left + leg.cost, rest + leg.qty
            if whole == pool.whole and pool.low <= worth < pool.high:
                if worth == pool.worth and leg.key >= through:
                    return leg.key
                pool.worth = worth
                left, rest = worth - pool.given, whole - pool.gone
                pool = pool.next
                continue
            given, low, high, twice = 0, -inf, inf, 2 * whole
            low, high = (0, inf) if worth >= 0 else (-inf, 0)
            for out in pool.outs:
                gone = out.out
                if worth >= 0:
                    upto, over = divmod(2 * worth * gone + whole, twice)
                    over, under = twice - 1 - over, over
                else:
                    upto, over = divmod(whole - 2 * worth * gone, twice)
                    upto, under = -upto, twice - 1 - over
                gone += gone
                under = worth - under // gone
                if under > low:
                    low = under
                over = worth + over // gone
                if over < high:
                    high = over + 1
                cost = upto - given
                given = upto
                if cost != out.cost:
                    before.setdefault(out.row, out.cost)
                    out.cost = cost
                    if out.twin is not None or out.returns:
                        limit = self._changed(out, limit)
            pool.worth, pool.whole, pool.given, pool.low, pool.high = worth, whole, given, low, high
            left, rest = worth - given, whole - pool.gone
            pool = pool.next
        return _END
