"""A period that no month-end run has costed yet: issues are provisional at the last average, or uncosted.

Invariant: per pool, value in = costs out + closing value, also where goods are gone and their value waits for the run.

>>> from jxc.costing.events import Scales
>>> from jxc.costing.layers import Rounder
>>> from jxc.costing.periodic_pools import Out
>>> from jxc.costing.policy import CostRounding
>>> month = Month(Rounder(CostRounding(), Scales()))
>>> pool = month.pool("TEA", Fraction(40))
>>> pool.bring(3, 100)
>>> sold = Out(2)
>>> pool.outs.append(sold)
>>> settle_open(month, "last_average")
>>> sold.cost, pool.closing_value
(80, 20)
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from jxc.costing.order import period_end
from jxc.costing.outcome import Outcome, Status
from jxc.costing.periodic_pools import Month, Out, PeriodPool
from jxc.costing.policy import BeforeRun, Policy

__all__ = ["is_open", "mark", "settle_open"]


def is_open(day: int, policy: Policy) -> bool:
    """Whether the period that holds a day is not over by the last month-end run: its average is not known yet.

    Where all is one period, ``day`` is its last row's, which stands for its end.
    """
    if policy.run_to is None:
        return False
    last = day if policy.period == "all" else period_end(day, policy.period)
    return last > policy.run_to.toordinal()


def settle_open(month: Month, before_run: BeforeRun) -> None:
    """Give everything that leaves the last average, or nothing; what that leaves over stays in the pool."""
    pools = list(month.pools.values())
    for pool in pools:
        pool.average = pool.last_rate if before_run == "last_average" else None
        for out in pool.outs:
            out.cost = month.rounder.money(out.qty * (pool.average or Fraction(0)))
    for pool in pools:
        came = sum(goods.work_out(month.rounder) for goods in pool.ins)
        pool.closing_value = pool.fixed_value + came - sum(out.cost for out in pool.outs)


def mark(outcome: Outcome, outs: Iterable[tuple[PeriodPool, Out]]) -> None:
    """Say of a row that its cost waits for the run: provisional where there is a last average, else uncosted."""
    pools = [pool for pool, _ in outs]
    if pools:
        status: Status = "uncosted" if any(pool.average is None for pool in pools) else "provisional"
        outcome.status = status
