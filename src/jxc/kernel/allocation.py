"""Sharing a whole number of minor units out by weights, without loss.

    100 by (1, 1, 1) -> 34, 33, 33        100 by (3, 0, 1) -> 75, 0, 25        -100 by (1, 1, 1) -> -34, -33, -33

Every share gets the whole part of what is due to it; the units that remain go one each to the largest remainders,
first come first served among equals (the method of the largest remainder, also Hamilton's).

Invariant: the shares sum to the whole; each is within one unit of what is due to it; a weight of zero gets zero; the
shares of the negated whole are the negated shares.

>>> allocate(5, [Fraction(1, 3), Decimal("0.5"), 0])
(2, 3, 0)
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import lcm

from jxc.errors import NumberError
from jxc.kernel.exact import to_exact
from jxc.kernel.rounding import Exact

__all__ = ["allocate"]


def allocate(whole: int, weights: Sequence[Decimal | Exact]) -> tuple[int, ...]:
    """``whole`` in shares proportional to ``weights``, in their order.

    Raises ``NumberError``: ``weights_all_zero`` (also when there are none), ``weight_below_zero``, and what
    ``to_exact`` raises for a weight that is a float or no number.
    """
    sizes = _whole_weights(weights)
    total = sum(sizes)
    if total == 0:
        raise NumberError("weights_all_zero", "nothing to share out by: every weight is zero", field="weights")
    due = [divmod(abs(whole) * size, total) for size in sizes]
    left = abs(whole) - sum(share for share, _ in due)
    largest_first = sorted(range(len(due)), key=lambda index: -due[index][1])
    lucky = frozenset(largest_first[:left])
    sign = -1 if whole < 0 else 1
    return tuple(sign * (share + (index in lucky)) for index, (share, _) in enumerate(due))


def _whole_weights(weights: Sequence[Decimal | Exact]) -> list[int]:
    """The weights as integers of the same proportions."""
    exact = [to_exact(weight, field="weights") for weight in weights]
    for weight in exact:
        if weight < 0:
            raise NumberError("weight_below_zero", "a weight is not negative", field="weights", value=weight)
    common = lcm(*(weight.denominator for weight in exact))
    return [Fraction(weight * common).numerator for weight in exact]
