"""Columns of integers, the fastest way in: no parsing, no records, the default policy.

For callers who hold their history as numbers already: quantities in the smallest unit of each item, amounts in minor
units of one currency.  The answer is the same as that of ``value`` under the default policy, an integer a row.

>>> answer = value_integers(["TEA", "TEA"], [3, -2], [100, 0])
>>> answer.costs, answer.pools
([100, 67], {'TEA': (1, 33)})
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from jxc.api.partition import LOOPS
from jxc.api.plugins import methods_in_force
from jxc.costing.day_order import day_order
from jxc.costing.loops import LoopResult
from jxc.errors import PolicyError

__all__ = ["value_integers"]


def value_integers(
    pool: Sequence[Hashable],
    qty: Sequence[int],
    amount: Sequence[int],
    *,
    date: Sequence[int] | None = None,
    method: str = "fifo",
) -> LoopResult[Hashable]:
    """Value movements given as columns: ``qty`` > 0 came in for ``amount``, ``qty`` < 0 went out.

    ``pool`` is what is costed together: the item, or (item, place).  ``date``: any integers that grow with time; rows
    of one date are valued receipts first, then as entered; without dates the rows stand in order.  ``method``: fifo,
    lifo or moving_average.  An issue beyond stock is refused: its row is listed in ``shortages`` and costs 0.  All
    numbers must be ``int``; only the lengths of the columns are checked (``FieldError`` ``columns_differ_in_length``).
    """
    loop = LOOPS.get(methods_in_force().get(method))
    if loop is None:
        raise PolicyError(
            "no_loop", "this method has no loop over integers", field="method", value=method, hint="use jxc.value"
        )
    return loop(pool, qty, amount, None if date is None else day_order(date, [count < 0 for count in qty]))
