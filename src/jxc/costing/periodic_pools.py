"""The average of one period: pools, what goes in and out of them, and the cost of every part (全月一次加权平均).

    In   goods that come into a pool: at a value, or at what other goods cost (transfers, goods made)
    Out  goods that leave a pool at its average; ``carried``: their cost goes into other pools

A pool's average is (opening + all that came in) / quantities.  Pools that feed each other are one linear system, solved
in rational numbers.  Then every carried cost is rounded by itself, and the other parts of the pool share the rest
cumulatively, in their order.  Goods that only pass through a pool take its rest along, to one that issues or keeps.

Invariant: per pool, value in = costs out + closing value to the minor unit; no quantity left means no value left.

>>> month = Month(Rounder(CostRounding(), Scales()))
>>> main, shop = month.pool("main"), month.pool("shop")
>>> main.bring(3, 100)
>>> sent = Out(2, carried=True)
>>> main.outs.append(sent)
>>> shop.ins.append(In(2, (Source(main, 2, sent),)))
>>> sold = Out(1)
>>> shop.outs.append(sold)
>>> month.solve(), month.settle()
([], None)
>>> main.average, sent.cost, sold.cost, main.closing_value, shop.closing_value
(Fraction(100, 3), 67, 34, 33, 33)
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeVar

from jxc.costing.events import Scales
from jxc.costing.layers import Rounder
from jxc.costing.linear import Equation, solve
from jxc.costing.periodic_shares import Shares
from jxc.costing.policy import CostRounding
from jxc.kernel.rounding import Exact

__all__ = ["CostRounding", "In", "Month", "Out", "PeriodPool", "Scales", "Source", "distances"]

K = TypeVar("K", bound=Hashable)


@dataclass(slots=True, eq=False)
class Out:
    """Goods that leave a pool (negative: that come back, or are found) at its average."""

    qty: Exact
    carried: bool = False
    cost: Exact = 0
    targets: list[PeriodPool] = field(default_factory=list["PeriodPool"])


@dataclass(frozen=True, slots=True)
class Source:
    """Goods whose cost goes into others: of a pool, how many; by which ``Out``, if its rounded cost is meant."""

    pool: PeriodPool
    qty: Exact
    out: Out | None = None


@dataclass(slots=True, eq=False)
class In:
    """Goods that come in at ``share`` of what the sources cost and ``added``; ``rest_of``: what those leave over."""

    qty: Exact
    sources: tuple[Source, ...]
    added: Exact = 0
    share: Fraction | None = None
    rest_of: tuple[In, ...] = ()
    value: Exact = 0

    def work_out(self, rounder: Rounder) -> Exact:
        """The value, now that its sources have their costs."""
        total = self.added
        for source in self.sources:
            cost = source.out.cost if source.out is not None else rounder.money((source.pool.average or 0) * source.qty)
            total += cost
        if self.rest_of:
            total -= sum(other.work_out(rounder) for other in self.rest_of)
        elif self.share is not None:
            total = rounder.money(total * self.share)
        self.value = total
        return total


class PeriodPool:
    """What is costed together in one period; ``fixed_*``: opening and what came in at a known value."""

    __slots__ = ("average", "closing_value", "fixed_qty", "fixed_value", "ins", "key", "last_rate", "outs", "rest")

    def __init__(self, key: object, last_rate: Fraction | None = None) -> None:
        self.key = key
        self.fixed_qty: Exact = 0
        self.fixed_value: Exact = 0
        self.ins: list[In] = []
        self.outs: list[Out] = []
        self.last_rate = last_rate
        self.average: Fraction | None = None
        self.closing_value: Exact = 0
        self.rest: Exact = 0

    def bring(self, qty: Exact, value: Exact) -> None:
        """Goods of a known value come in, or go back (negative), or value without goods."""
        self.fixed_qty += qty
        self.fixed_value += value

    @property
    def qty_in(self) -> Exact:
        """The divisor of the average: opening, and all that came in at a cost."""
        return self.fixed_qty + sum(goods.qty for goods in self.ins)

    @property
    def closing_qty(self) -> Exact:
        """What is left at the end."""
        return self.qty_in - sum(out.qty for out in self.outs)

    @property
    def is_divisible(self) -> bool:
        """Whether the period has an average of its own; else the last one stands."""
        return self.qty_in > 0


class Month:
    """The pools of one period; first ``solve``, then ``settle``."""

    def __init__(self, rounder: Rounder) -> None:
        self.rounder = rounder
        self.pools: dict[object, PeriodPool] = {}
        self.circles: list[tuple[PeriodPool, ...]] = []

    def pool(self, key: object, last_rate: Fraction | None = None) -> PeriodPool:
        """The pool of that key; a new one where there is none."""
        found = self.pools.get(key)
        if found is None:
            found = self.pools[key] = PeriodPool(key, last_rate)
        return found

    def join(self, other: Month) -> None:
        """Take in the pools of another part of the period, none of which is here."""
        self.pools.update(other.pools)
        self.circles += other.circles

    # -- the averages ------------------------------------------------------------------------------------------------

    def equation(self, pool: PeriodPool) -> Equation[PeriodPool]:
        """``quantity in * average = value in``, with the averages of other pools as unknowns."""
        equation: Equation[PeriodPool] = Equation(pool.qty_in, pool.fixed_value)
        for goods in pool.ins:
            share = 1 if goods.share is None else goods.share
            equation.constant += goods.added * share
            for source in goods.sources:
                equation.add(source.pool, source.qty * share)
        return equation

    def solve(self) -> list[tuple[PeriodPool, ...]]:
        """Find every average; the circles that nothing valued goes into are returned and have none."""
        equations: dict[PeriodPool, Equation[PeriodPool]] = {}
        for pool in self.pools.values():
            if not pool.is_divisible:
                pool.average = pool.last_rate
                equations[pool] = Equation(1, pool.last_rate or 0)
            elif pool.ins:
                equations[pool] = self.equation(pool)
            else:
                pool.average = Fraction(pool.fixed_value) / pool.fixed_qty
                equations[pool] = Equation(1, pool.average)
        if not any(pool.ins for pool in self.pools.values()):
            return []
        solution = solve(equations)
        for pool, average in solution.values.items():
            if pool.is_divisible:
                pool.average = average
        self.circles = solution.circles
        return solution.stuck + [circle for circle in solution.circles if self._is_absurd(circle)]

    @staticmethod
    def _is_absurd(circle: tuple[PeriodPool, ...]) -> bool:
        """A circle that gives out more than goes in: negative averages from nothing negative."""
        return min(pool.fixed_value for pool in circle) >= 0 and any((pool.average or 0) < 0 for pool in circle)

    # -- the costs -----------------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Round every carried cost, work out what it brings elsewhere, and share out the rest of each pool."""
        pools = list(self.pools.values())
        for pool in pools:
            rate = self.rounder.unit(pool.average or 0)
            for out in pool.outs:
                if out.carried:
                    out.cost = self.rounder.money(out.qty * rate)
        for pool, outlet in self._passing():
            outlet.cost += self._value_in(pool) - sum(out.cost for out in pool.outs if out.carried)
        for pool in pools:
            self._share_out(pool)

    def _value_in(self, pool: PeriodPool) -> Exact:
        return pool.fixed_value + sum(goods.work_out(self.rounder) for goods in pool.ins)

    def _share_out(self, pool: PeriodPool) -> None:
        carried = [out for out in pool.outs if out.carried]
        value = self._value_in(pool) - sum(out.cost for out in carried)
        qty = pool.qty_in - sum(out.qty for out in carried)
        shares = Shares(self.rounder, qty, value, pool.average or Fraction(0), pool.closing_qty)
        for out in pool.outs:
            if not out.carried:
                out.cost = shares.next(out.qty)
        pool.closing_value = value - shares.given
        if not pool.closing_qty:
            pool.rest, pool.closing_value = pool.closing_value, 0

    def _passing(self) -> list[tuple[PeriodPool, Out]]:
        """The pools that only pass goods on, those farthest from any other first; with the part that takes the rest."""
        passing = [pool for pool in self.pools.values() if _only_passes(pool)]
        if not passing:
            return []
        feeders: dict[PeriodPool, list[PeriodPool]] = {}
        for pool in passing:
            for target in dict.fromkeys(target for out in pool.outs for target in out.targets):
                feeders.setdefault(target, []).append(pool)
        far = distances(self.pools.values(), feeders, set(passing))
        found = [
            (far[pool], pool, next(out for out in reversed(pool.outs) if _leads(out, far, far[pool])))
            for pool in passing
            if pool in far
        ]
        return [(pool, out) for _, pool, out in sorted(found, key=lambda step: -step[0])]


def _leads(out: Out, far: Mapping[PeriodPool, int], own: int) -> bool:
    """Whether goods go that way to a pool that is nearer to the end."""
    return any(far.get(target, own) < own for target in out.targets)


def distances(pools: Iterable[K], feeders: Mapping[K, Iterable[K]], passing: AbstractSet[K]) -> dict[K, int]:
    """How many steps every pool is away from one that does not only pass goods on."""
    found = {pool: 0 for pool in pools if pool not in passing}
    reached = deque(found)
    while reached:
        target = reached.popleft()
        for pool in feeders.get(target, ()):
            if pool not in found:
                found[pool] = found[target] + 1
                reached.append(pool)
    return found


def _only_passes(pool: PeriodPool) -> bool:
    return (
        any(out.carried for out in pool.outs)
        and not pool.closing_qty
        and not sum(out.qty for out in pool.outs if not out.carried)
    )
