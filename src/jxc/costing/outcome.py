"""What the engine answers for one row, and the gaps that a policy leaves.

Money in minor units, quantities in quanta.  ``cost`` is what the row brought in or took out when it was valued;
``correction`` is what it settled about earlier shortages, ``corrections`` what later rows settled about it (row,
amount; negative: more cost).

Invariant: over a whole run, value in + gaps = value out + closing value (``conservation`` in the tests).

>>> Outcome(cost=100, corrections=((7, -20),)).final_cost
120
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from jxc.costing.layers import Slice
from jxc.kernel.rounding import Exact

__all__ = ["Gap", "GapKind", "Outcome", "Status"]

Status: TypeAlias = Literal["final", "provisional", "uncosted", "refused"]

GapKind: TypeAlias = Literal[
    "shortage_settled", "cost_reset", "unit_cost_rounding", "end_of_day", "stated_price", "variance_kept", "true_up"
]
"""Why value did not follow the movements: the policy in force breaks with its own past there."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A change of stock value that no movement carries; ``amount`` signed, in minor units."""

    row: int
    kind: GapKind
    amount: Exact


@dataclass(slots=True)
class Outcome:
    """The answer for one row.

    ``value_change``: what the row did to the value of stock, signed.  ``expensed``: the part of a charge that concerns
    goods already gone.  ``variance``: actual less standard (``production_variance`` where goods were made).
    ``price_difference``: debit positive.  ``taken``: the slices of layers that left, in order.  ``allocation``: the
    shares of a charge in the order of its refs.  ``by_place``: by how much a change of unit changed quantities.
    ``raised``: what value without goods (a charge, a price, a revaluation) did to the pools of each item and place.
    """

    cost: Exact = 0
    qty: Exact = 0
    value_change: Exact = 0
    correction: Exact = 0
    corrections: tuple[tuple[int, Exact], ...] = ()
    expensed: Exact = 0
    variance: Exact = 0
    production_variance: Exact = 0
    quantity_variance: Exact = 0
    price_difference: Exact = 0
    price_difference_foreign: Fraction | None = None
    status: Status = "final"
    difference_qty: Exact = 0
    returned_qty: Exact = 0
    returned_cost: Exact = 0
    allowance_change: Exact = 0
    allowance_released: Exact = 0
    consumed: bool = False
    taken: Sequence[Slice] = ()
    allocation: Sequence[Exact] = ()
    by_lot: Mapping[str | None, Exact] | None = None
    by_receipt: Mapping[int, Exact] | None = None
    by_place: Mapping[str | None, Exact] | None = None
    raised: Mapping[tuple[str, str | None], Exact] | None = None

    @property
    def final_cost(self) -> Exact:
        """The cost of the row with what later receipts corrected about it."""
        return self.cost - sum(amount for _, amount in self.corrections)
