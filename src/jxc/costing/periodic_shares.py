"""How the value of a period's pool is shared out over what leaves it at the average, by the rounding rule.

Invariant: the shares depend on how much left before, never on how it was cut, except under the rules
``slice_last_takes_rest`` and ``residual_to_stock``, which round each part by itself; who empties the pool takes all.

>>> from jxc.costing.events import Scales
>>> from jxc.costing.policy import CostRounding
>>> shares = Shares(Rounder(CostRounding(), Scales()), 3, 100, Fraction(100, 3), 0)
>>> [shares.next(1) for _ in range(3)]
[33, 34, 33]
"""

from __future__ import annotations

from fractions import Fraction

from jxc.costing.layers import Rounder
from jxc.kernel.rounding import Exact

__all__ = ["Shares"]


class Shares:
    """Hands out ``value`` over ``qty``, of which ``closing`` stays; ``average`` is the exact unit cost of the pool."""

    __slots__ = ("_closing", "_rate", "_rounder", "_taken", "average", "given", "qty", "value")

    def __init__(self, rounder: Rounder, qty: Exact, value: Exact, average: Fraction, closing: Exact) -> None:
        self._rounder = rounder
        self.qty = qty
        self.value = value
        self.average = average
        self.given: Exact = 0
        self._taken: Exact = 0
        self._closing = closing
        self._rate = rounder.unit(average)

    def next(self, qty: Exact) -> Exact:
        """The cost of the next part; negative for goods that come back or are found."""
        before, self._taken = self.given, self._taken + qty
        self.given = self._upto(qty)
        return self.given - before

    def _upto(self, qty: Exact) -> Exact:
        """What has been given when this part is out too."""
        taken, left = self._taken, self.qty - self._taken
        if not left and not self._closing and self.qty:
            return self.value
        rule = self._rounder.rule
        if rule == "residual_to_stock":
            return self.given + self._rounder.money(qty * self._rate)
        if rule == "residual_to_issue" and taken:
            return self.value - self._rounder.money(left * self._rate)
        if rule == "slice_last_takes_rest" and 0 < qty <= left + qty:
            return self.given + self._rounder.share(self.value - self.given, qty, left + qty)
        return self._cumulative(taken)

    def _cumulative(self, taken: Exact) -> Exact:
        """``value * taken / qty``, rounded; beyond the pool's bounds at the average, with all of the rest."""
        if self.qty > 0 and 0 <= taken <= self.qty:
            return self._rounder.share(self.value, taken, self.qty)
        part = Fraction(taken) / self.qty if self.qty else Fraction(0)
        rest = self.value - self.average * self.qty
        return self._rounder.money(self.average * taken + rest * min(max(part, Fraction(0)), Fraction(1)))
