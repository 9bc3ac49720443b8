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

from jxc.costing.linear import Equation, solve
from jxc.costing.periodic_pools import distances

__all__ = ["PeriodResult", "period_costs"]


@dataclass(slots=True)
class PeriodResult:
    """Costs by row, closing quantity and value by pool, and the groups that the loop leaves to the engine."""

    costs: list[int]
    closing: dict[int, tuple[int, int]]
    failed: set[int]


@dataclass(slots=True)
class _Period:
    """The sums of one period by pool: what came in, what was issued, the rows of transfers, what they leave."""

    came: dict[int, int] = field(default_factory=dict[int, int])
    worth: dict[int, int] = field(default_factory=dict[int, int])
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
    closing = {pool: held for pool, held in loop.held.items() if groups[pool] not in failed}
    return PeriodResult(loop.costs, closing, failed)


class _Loop:
    def __init__(self, pools: Sequence[int], targets: Sequence[int], qty: Sequence[int], groups: Sequence[int]) -> None:
        self.pools, self.targets, self.qty, self.groups = pools, targets, qty, groups
        self.costs = [0] * len(pools)
        self.held: dict[int, tuple[int, int]] = {}
        self.failed: set[int] = set()

    def run(self, rows: Sequence[int], value: Sequence[int]) -> None:
        """One period: sums, averages, transfers, issues."""
        period = self._sum(rows, value)
        moved = period.sent.keys() | period.arrived.keys()
        for pool in moved:
            period.left[pool] = self._qty_left(period, pool)
        if moved:
            self._carry(period, sorted(moved))
        base = self._bases(period)
        self._issue(rows, base)
        for pool, (qty, worth) in base.items():
            gone = period.issued.get(pool, 0)
            self.held[pool] = (qty - gone, worth - (2 * worth * gone + qty) // (2 * qty)) if qty > 0 else (0, 0)

    def _sum(self, rows: Sequence[int], value: Sequence[int]) -> _Period:
        period = _Period()
        came, worth, issued, costs, held = period.came, period.worth, period.issued, self.costs, self.held
        pools, targets, quantities = self.pools, self.targets, self.qty
        for row in rows:
            pool, qty = pools[row], quantities[row]
            if pool not in came:
                came[pool], worth[pool] = held.get(pool, (0, 0))
            if qty > 0:
                came[pool] += qty
                worth[pool] += value[row]
                costs[row] = value[row]
            elif targets[row] < 0:
                issued[pool] = issued.get(pool, 0) - qty
            else:
                target = targets[row]
                if target not in came:
                    came[target], worth[target] = held.get(target, (0, 0))
                period.sent.setdefault(pool, []).append(row)
                period.arrived.setdefault(target, []).append(row)
        return period

    # -- transfers ---------------------------------------------------------------------------------------------------

    def _carry(self, period: _Period, moved: list[int]) -> None:
        """The cost of every transfer: quantity at the average, rounded; where a pool only passes on, with the rest."""
        averages = self._averages(period, moved)
        for pool, rows in period.sent.items():
            average = averages.get(pool)
            if average is None or average < 0:
                self.failed.add(self.groups[pool])
                continue
            n, d = average.numerator, average.denominator
            for row in rows:
                self.costs[row] = (d - 2 * self.qty[row] * n) // (2 * d)
        for pool, row in self._passing(period, moved):
            self.costs[row] += self._value_left(period, pool)

    def _averages(self, period: _Period, moved: list[int]) -> dict[int, Fraction]:
        """The averages of the pools that goods leave or reach; only those that goods reach are unknowns."""
        averages: dict[int, Fraction] = {}
        for pool in moved:
            if pool not in period.arrived:
                qty = period.came[pool]
                averages[pool] = Fraction(period.worth[pool], qty) if qty else Fraction(0)
                if not qty:
                    self.failed.add(self.groups[pool])
        equations = {pool: self._equation(period, pool, averages) for pool in period.arrived}
        solution = solve(equations)
        self.failed.update(self.groups[pool] for circle in solution.stuck for pool in circle)
        averages.update(solution.values)
        return averages

    def _equation(self, period: _Period, pool: int, known: dict[int, Fraction]) -> Equation[int]:
        rows = period.arrived[pool]
        terms: dict[int, Fraction | int] = {}
        top, bottom = period.worth[pool], 1
        whole = period.came[pool]
        for row in rows:
            source, qty = self.pools[row], -self.qty[row]
            whole += qty
            if source in known:
                average = known[source]
                top = top * average.denominator + qty * average.numerator * bottom
                bottom *= average.denominator
            else:
                terms[source] = terms.get(source, 0) + qty
        return Equation(whole, Fraction(top, bottom) if bottom > 1 else top, terms)

    def _value_left(self, period: _Period, pool: int) -> int:
        """The value of a pool after its transfers."""
        left, costs = period.worth[pool], self.costs
        for row in period.arrived.get(pool, ()):
            left += costs[row]
        for row in period.sent.get(pool, ()):
            left -= costs[row]
        return left

    def _qty_left(self, period: _Period, pool: int) -> int:
        """The quantity of a pool after its transfers."""
        left, qty = period.came[pool], self.qty
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

    def _bases(self, period: _Period) -> dict[int, tuple[int, int]]:
        """Quantity and value that the issues of a pool share; a group that cannot be is left to the engine."""
        base: dict[int, tuple[int, int]] = {}
        for pool, came in period.came.items():
            qty, worth = came, period.worth[pool]
            if pool in period.sent or pool in period.arrived:
                qty, worth = period.left[pool], self._value_left(period, pool)
            if qty < period.issued.get(pool, 0) or worth < 0 or (worth and not qty):
                self.failed.add(self.groups[pool])
            base[pool] = (qty, worth)
        return base

    def _issue(self, rows: Sequence[int], base: dict[int, tuple[int, int]]) -> None:
        """What has been issued so far of a pool is rounded, half up; an issue costs the difference."""
        so_far: dict[int, tuple[int, int]] = {}
        pools, targets, quantities, costs = self.pools, self.targets, self.qty, self.costs
        for row in rows:
            qty = quantities[row]
            if qty < 0 and targets[row] < 0:
                pool = pools[row]
                whole, worth = base[pool]
                if whole <= 0:
                    continue
                gone, given = so_far.get(pool, (0, 0))
                gone -= qty
                upto = (2 * worth * gone + whole) // (2 * whole)
                costs[row] = upto - given
                so_far[pool] = (gone, upto)
