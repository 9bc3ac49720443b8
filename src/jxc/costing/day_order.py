"""The order of events over columns of integers: by day, receipts first within a day, then as entered.

The rows of a history mostly stand by day already; then nothing is sorted, each day is only cut in two.

Invariant: the order is a permutation, stable within what comes in and within what goes out of a day.

>>> day_order([1, 1, 2, 2], [True, False, False, True])
[1, 0, 2, 3]
>>> day_order([2, 1], [False, True])
[1, 0]
>>> day_order([1, 2], [False, True]) is None
True
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import compress, islice
from operator import le, not_

__all__ = ["day_order"]


def day_order(day: Sequence[int], out: Sequence[bool]) -> list[int] | None:
    """The rows in the order of events; ``None`` where they stand in it.  ``out`` says which rows take goods out."""
    if not all(map(le, day, islice(day, 1, None))):
        keys = [2 * on + gone for on, gone in zip(day, out, strict=True)]
        return sorted(range(len(keys)), key=keys.__getitem__)
    order: list[int] = []
    moved = False
    start = 0
    while start < len(day):
        end = bisect_right(day, day[start], start)
        flags = out[start:end]
        rows = range(start, end)
        if list(flags) == sorted(flags):
            order.extend(rows)
        else:
            moved = True
            order.extend(compress(rows, map(not_, flags)))
            order.extend(compress(rows, flags))
        start = end
    return order if moved else None
