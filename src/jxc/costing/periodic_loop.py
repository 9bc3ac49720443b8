"""The fast path of the periodic average: receipts, issues and transfers over whole columns of integers.

Shape: columns of equal length; ``pools[i]`` numbers the pool of row ``i`` from 0, ``targets[i]`` the pool that a
transfer goes to (-1: none), ``qty[i] > 0`` comes in worth ``value[i]``, ``qty[i] < 0`` goes out.  ``periods``: the row
numbers of each period in order of time; ``groups[p]`` numbers the item of pool ``p``.

Rule: that of ``periodic_pools``.  What needs more than plain sums (a period that ends below zero, a circle without
value) is not judged here: the group is in ``failed``, has no figures, and the engine values it.

Invariant: for every group that has not failed the figures are those of the engine.

>>> result = period_costs([0, 0, 1], [-1, 1, -1], [3, -2, -1], [100, 0, 0], [[0, 1, 2]], [0, 0])
>>> result.costs, result.closing, result.failed
([100, 67, 34], {0: (1, 33), 1: (1, 33)}, set())
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd

from jxc.costing.linear import Equation, solve
from jxc.costing.periodic_pools import distances

__all__ = ["PeriodResult", "period_costs"]

_LONG = 1 << 60
"""From where on a fraction is reduced: shorter ones are as fast as they are."""


@dataclass(slots=True)
class PeriodResult:
    """Costs by row, closing quantity and value by pool, and the groups that the loop leaves to the engine."""

    costs: list[int]
    closing: dict[int, tuple[int, int]]
    failed: set[int]


@dataclass(slots=True)
class _Period:
    """The transfers of one period by pool, what is issued of each, and what transfers leave of those they touch."""

    issued: dict[int, int] = field(default_factory=dict[int, int])
    sent: dict[int, list[int]] = field(default_factory=dict[int, list[int]])
    arrived: dict[int, list[int]] = field(default_factory=dict[int, list[int]])
    left: dict[int, int] = field(default_factory=dict[int, int])


def period_costs(
    pools: Sequence[int],
    targets: Sequence[int],
    qty: Sequence[int],
    value: Sequence[int],
    periods: Sequence[Sequence[int]],
    groups: Sequence[int],
) -> PeriodResult:
    """Value all periods, one after the other."""
    loop = _Loop(pools, targets, qty, groups)
    for rows in periods:
        loop.run(rows, value)
    failed = loop.failed
    if failed:
        for row, pool in enumerate(pools):
            if groups[pool] in failed:
                loop.costs[row] = 0
    closing = {p: (loop.came[p], loop.worth[p]) for p, group in enumerate(groups) if group not in failed}
    return PeriodResult(loop.costs, closing, failed)


class _Loop:
    """``came`` and ``worth``: quantity and value of every pool, between periods what it holds."""

    def __init__(self, pools: Sequence[int], targets: Sequence[int], qty: Sequence[int], groups: Sequence[int]) -> None:
        self.pools, self.targets, self.qty, self.groups = pools, targets, qty, groups
        self.costs = [0] * len(pools)
        self.came = [0] * len(groups)
        self.worth = [0] * len(groups)
        self.failed: set[int] = set()

    def run(self, rows: Sequence[int], value: Sequence[int]) -> None:
        """One period: sums, averages, transfers, issues."""
        period = self._sum(rows, value)
        moved = period.sent.keys() | period.arrived.keys()
        if moved:
            for pool in moved:
                period.left[pool] = self._qty_left(period, pool)
            self._carry(period, sorted(moved))
            for pool in moved:
                self.worth[pool] = self._value_left(period, pool)
                self.came[pool] = period.left[pool]
        self._check(period)
        self._issue(rows, period)

    def _sum(self, rows: Sequence[int], value: Sequence[int]) -> _Period:
        period = _Period()
        came, worth, issued, costs = self.came, self.worth, period.issued, self.costs
        pools, targets, quantities = self.pools, self.targets, self.qty
        for row in rows:
            pool, qty = pools[row], quantities[row]
            if qty > 0:
                came[pool] += qty
                worth[pool] += value[row]
                costs[row] = value[row]
            elif targets[row] < 0:
                issued[pool] = issued.get(pool, 0) - qty
            else:
                period.sent.setdefault(pool, []).append(row)
                period.arrived.setdefault(targets[row], []).append(row)
        return period

    # -- transfers ---------------------------------------------------------------------------------------------------

    def _carry(self, period: _Period, moved: list[int]) -> None:
        """The cost of every transfer: quantity at the average, rounded; where a pool only passes on, with the rest."""
        averages = self._averages(period, moved)
        for pool, rows in period.sent.items():
            n, d = averages.get(pool, (-1, 1))
            if n < 0:
                self.failed.add(self.groups[pool])
                continue
            for row in rows:
                self.costs[row] = (d - 2 * self.qty[row] * n) // (2 * d)
        for pool, row in self._passing(period, moved):
            self.costs[row] += self._value_left(period, pool)

    def _averages(self, period: _Period, moved: list[int]) -> dict[int, tuple[int, int]]:
        """The averages (numerator, denominator) of the pools that goods leave or reach.

        A pool is averaged when all that it gets goods from are, so a chain is substitution; circles are a system.
        """
        found: dict[int, tuple[int, int]] = {}
        waiting = {pool: len(rows) for pool, rows in period.arrived.items()}
        ready = [pool for pool in moved if pool not in waiting]
        for pool in ready:
            top, bottom = self._average(period, pool, found)
            if bottom <= 0:
                self.failed.add(self.groups[pool])
                top, bottom = 0, 1
            found[pool] = top, bottom
            for row in period.sent.get(pool, ()):
                target = self.targets[row]
                waiting[target] -= 1
                if not waiting[target]:
                    ready.append(target)
        if len(found) < len(moved):
            self._solve(period, [pool for pool in period.arrived if pool not in found], found)
        return found

    def _average(self, period: _Period, pool: int, known: dict[int, tuple[int, int]]) -> tuple[int, int]:
        """Value over quantity of a pool whose sources have their averages."""
        top, bottom, whole = self.worth[pool], 1, self.came[pool]
        for row in period.arrived.get(pool, ()):
            qty = self.qty[row]
            n, d = known[self.pools[row]]
            top, bottom, whole = top * d - qty * n * bottom, bottom * d, whole - qty
        bottom *= whole
        if bottom > _LONG:
            common = gcd(top, bottom)
            return top // common, bottom // common
        return top, bottom

    def _solve(self, period: _Period, circular: list[int], found: dict[int, tuple[int, int]]) -> None:
        """The averages of pools that get goods from a circle, or are in one."""
        solution = solve({pool: self._equation(period, pool, found) for pool in circular})
        self.failed.update(self.groups[pool] for circle in solution.stuck for pool in circle)
        found.update({pool: (average.numerator, average.denominator) for pool, average in solution.values.items()})

    def _equation(self, period: _Period, pool: int, known: dict[int, tuple[int, int]]) -> Equation[int]:
        terms: dict[int, Fraction | int] = {}
        top, bottom, whole = self.worth[pool], 1, self.came[pool]
        for row in period.arrived[pool]:
            source, qty = self.pools[row], -self.qty[row]
            whole += qty
            if source in known:
                n, d = known[source]
                top, bottom = top * d + qty * n * bottom, bottom * d
            else:
                terms[source] = terms.get(source, 0) + qty
        return Equation(whole, Fraction(top, bottom) if bottom > 1 else top, terms)

    def _value_left(self, period: _Period, pool: int) -> int:
        """The value of a pool after its transfers."""
        left, costs = self.worth[pool], self.costs
        for row in period.arrived.get(pool, ()):
            left += costs[row]
        for row in period.sent.get(pool, ()):
            left -= costs[row]
        return left

    def _qty_left(self, period: _Period, pool: int) -> int:
        """The quantity of a pool after its transfers."""
        left, qty = self.came[pool], self.qty
        for row in period.arrived.get(pool, ()):
            left -= qty[row]
        for row in period.sent.get(pool, ()):
            left += qty[row]
        return left

    def _passing(self, period: _Period, moved: list[int]) -> list[tuple[int, int]]:
        """Pools that keep and issue nothing, the farthest from others first; with the transfer that takes the rest."""
        inside = dict.fromkeys(pool for pool in period.sent if not period.left[pool])
        feeders: dict[int, list[int]] = {}
        for pool in inside:
            for target in dict.fromkeys(self.targets[row] for row in period.sent[pool]):
                feeders.setdefault(target, []).append(pool)
        far = distances(moved, feeders, inside.keys())
        steps = sorted((-far[pool], pool) for pool in inside if pool in far)
        return [(pool, self._outlet(period.sent[pool], far, -steps_away)) for steps_away, pool in steps]

    def _outlet(self, rows: list[int], far: dict[int, int], own: int) -> int:
        """The last transfer to a pool that is nearer to the end."""
        return next(row for row in reversed(rows) if far.get(self.targets[row], own) < own)

    # -- issues ------------------------------------------------------------------------------------------------------

    def _check(self, period: _Period) -> None:
        """Leave groups to the engine whose pools would end below zero, or keep value without goods."""
        came, worth, failed = self.came, self.worth, self.failed
        for pool, gone in period.issued.items():
            if came[pool] < gone or worth[pool] < 0:
                failed.add(self.groups[pool])
        for pool, left in period.left.items():
            if left < 0 or worth[pool] < 0 or (worth[pool] and not left):
                failed.add(self.groups[pool])

    def _issue(self, rows: Sequence[int], period: _Period) -> None:
        """What has been issued so far of a pool is rounded, half up; an issue costs the difference."""
        gone = [0] * len(self.came)
        given = [0] * len(self.came)
        pools, targets, quantities, costs, came, worth = (
            self.pools,
            self.targets,
            self.qty,
            self.costs,
            self.came,
            self.worth,
        )
        for row in rows:
            qty = quantities[row]
            if qty < 0 and targets[row] < 0:
                pool = pools[row]
                whole = came[pool]
                if whole <= 0:
                    continue
                taken = gone[pool] = gone[pool] - qty
                upto = (2 * worth[pool] * taken + whole) // (2 * whole)
                costs[row] = upto - given[pool]
                given[pool] = upto
        for pool in period.issued:
            came[pool] -= gone[pool]
            worth[pool] -= given[pool]
