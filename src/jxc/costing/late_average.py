"""Goods recorded late under the moving average: a replay that starts right at the change and stops where it is over.

A place is one pool, founded anew by every leg that comes in; its state there is two numbers, quantity and value, and
both stay with the pool.  The pools of all places lie in one list in the order of events, and a replay sweeps along it
from the first that is *due*, with the difference in quantity and value for each place that has one: what no place
differs in is passed by, and where no place differs and none is due any more, the replay is over.  While the quantity is
the same and the value lies where it makes no difference to any cost, nothing is worked out.

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
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from math import inf

from jxc.costing.events import Event, Scales
from jxc.costing.late import NO_CHARGES
from jxc.costing.late_legs import Costs, Found, Leg, LegKeeper, Place, Pool, by_place
from jxc.costing.policy import Policy
from jxc.kernel.rounding import Exact

__all__ = ["AverageKeeper", "Policy"]

_MANY = 32
"""So many new legs are sorted in together rather than one by one."""

_BLOCK = 256
"""So many pools are looked at together."""


class AverageKeeper(LegKeeper):
    """A keeper of one plain item under the moving average; see the module."""

    def __init__(
        self,
        events: Iterable[Event],
        policy: Policy,
        scales: Scales | None = None,
        recharge: Mapping[int, Exact] = NO_CHARGES,
    ) -> None:
        self._keys: list[int] = []
        self._pools: list[Pool] = []
        super().__init__(events, policy, scales, recharge)

    def _closing(self, place: Place) -> tuple[int, int]:
        pool = place.legs[-1].pool
        return (0, 0) if pool is None else (pool.whole - pool.gone, pool.worth - pool.given)

    def pools_in_order(self) -> Sequence[Pool]:
        """The pools of all places, by the leg that founded them."""
        return self._pools

    def _value(self, out: list[Leg], new: list[Leg], dirty: list[Leg], before: Costs, found: Found) -> None:
        due: list[Pool] = []
        for place, gone, fresh in by_place(out, new):
            place.drop(gone)
            place.put(fresh)
            keys = sorted({leg.key for leg in gone} | {leg.key for leg in fresh})
            if len(keys) > _MANY:
                due += _founded(place, keys[0], keys[-1])
                continue
            for key in keys:
                due += _founded(place, key, key)
        due += [leg.pool for leg in dirty if leg.pool is not None]
        self._keep([leg for leg in out if leg.qty > 0], [leg for leg in new if leg.qty > 0])
        if due:
            live = 0
            for pool in due:
                live += not pool.due
                pool.due = True
            at = bisect_left(self._keys, min(pool.leg.key for pool in due))
            _sweep(self._pools, at, len(self._places), live, found)

    def _keep(self, out: list[Leg], new: list[Leg]) -> None:
        """Take out the pools that these legs founded, and put in those that these found."""
        keys, pools = self._keys, self._pools
        if len(out) + len(new) > _MANY:
            gone = set(map(id, out))
            pools = [pool for pool in pools if id(pool.leg) not in gone]
            pools += [leg.pool for leg in new if leg.pool is not None]
            pools.sort(key=_key)
            self._pools, self._keys = pools, [pool.leg.key for pool in pools]
            return
        for leg in out:
            at = bisect_left(keys, leg.key)
            del keys[at], pools[at]
        for leg in new:
            if leg.pool is not None:
                at = bisect_left(keys, leg.key)
                keys.insert(at, leg.key)
                pools.insert(at, leg.pool)


def _key(pool: Pool) -> int:
    return pool.leg.key


def _founded(place: Place, first: int, last: int) -> list[Pool]:
    """Say of the legs from one key to another which pool they found or take of; those that are another one now."""
    keys, legs = place.keys, place.legs
    at = bisect_left(keys, first)
    pool = legs[at - 1].pool if at else None
    now = filled = None
    if pool is not None:
        at, now = bisect_left(keys, pool.leg.key), pool.prev
    found: list[Pool] = []
    outs: list[Leg] = []
    gone = 0
    for position in range(at, len(legs)):
        leg = legs[position]
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
        found.append(pool)
        if leg.key > last:
            return found
        now = filled = pool
        outs, gone = [], 0
    if filled is not None:
        filled.fill(outs, gone)
    return found


def _changed(leg: Leg) -> int:
    """What arrives or comes back of a leg costs another sum: how many more pools are due."""
    more = 0
    for back in leg.returns if leg.twin is None else (leg.twin,):
        pool = back.pool
        if pool is not None and not pool.due:
            pool.due = True
            more += 1
    return more


def _brought(leg: Leg, found: Found) -> None:
    """Let a leg in cost what its source costs now."""
    cost = leg.brought()
    if cost != leg.cost:
        if leg.before >= 0:
            found.append((leg.row, leg.cost, cost))
        leg.cost = cost


def _sweep(pools: list[Pool], at: int, places: int, live: int, found: Found) -> None:
    """Value the pools that are due, and all that follows from them.

    ``more``, ``less``: by place, how much more value and quantity there is than was, ``None`` for neither.  ``live``:
    how many pools are due, and places differ.  All that goes out of a pool is valued with it, ahead of its time: it
    depends on nothing else, and what depends on it comes later.
    """
    more: list[int | None] = [None] * places
    less = [0] * places
    for pool in chain.from_iterable(pools[block : block + _BLOCK] for block in range(at, len(pools), _BLOCK)):
        number = pool.number
        value = more[number]
        if pool.due:
            pool.due = False
            live -= value is not None
            if pool.leg.source is not None:
                _brought(pool.leg, found)
            worth, whole = _entered(pool)
            value = more[number] = worth - pool.worth
            qty = less[number] = whole - pool.whole
        elif value is None:
            continue
        else:
            qty = less[number]
            worth = pool.worth + value
            if qty == 0 and pool.low <= worth < pool.high:
                pool.worth = worth
                continue
            whole = pool.whole + qty
        if qty or not pool.low <= worth < pool.high:
            narrow = qty or 2 * pool.gone * abs(value) * len(pool.outs) > whole or worth < 0
            value += pool.given
            pool.whole = whole
            live += _costed(pool, worth, found) if narrow else _ranged(pool, worth, found)
            value -= pool.given
            more[number] = value
        pool.worth = worth
        if value == 0 and qty == 0:
            more[number] = None
            live -= 1
            if not live:
                return


def _costed(pool: Pool, worth: int, found: Found) -> int:
    """Find the costs of what goes out of a pool; how many more pools are due."""
    live = given = 0
    whole, double, sign = pool.whole, 2 * worth, 1
    if worth < 0:
        double, sign = -double, -1
    twice = 2 * whole
    for out in pool.outs:
        upto = (double * out.out + whole) // twice * sign
        cost = upto - given
        given = upto
        if cost != out.cost:
            found.append((out.row, out.cost, cost))
            out.cost = cost
            if out.twin is not None or out.returns:
                live += _changed(out)
    pool.given, pool.low, pool.high = given, worth, worth + 1
    return live


def _ranged(pool: Pool, worth: int, found: Found) -> int:
    """As ``_costed``, for a pool worth something; and find from which worth to which the costs are the same.

    That is twice the work, and pays where a difference like the one at hand is likely to lie within.
    """
    live = given = 0
    whole, double = pool.whole, 2 * worth
    twice = 2 * whole
    under, over = worth, inf
    for out in pool.outs:
        gone = out.out
        rest = double * gone + whole
        upto = rest // twice
        rest -= upto * twice
        gone += gone
        slack = rest // gone
        under = min(under, slack)
        slack = (twice - 1 - rest) // gone
        over = min(over, slack)
        cost = upto - given
        given = upto
        if cost != out.cost:
            found.append((out.row, out.cost, cost))
            out.cost = cost
            if out.twin is not None or out.returns:
                live += _changed(out)
    pool.given, pool.low, pool.high = given, worth - under, worth + over + 1
    return live


def _entered(pool: Pool) -> tuple[int, int]:
    """Value and quantity of a pool as what is left of the one before and what came in make them."""
    leg, prev = pool.leg, pool.prev
    if prev is None:
        return leg.cost, leg.qty
    return prev.worth - prev.given + leg.cost, prev.whole - prev.gone + leg.qty
