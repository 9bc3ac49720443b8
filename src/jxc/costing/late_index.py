"""The cumulative index of one FIFO queue: what the first units ever received cost, at any moment, in little time.

Let F(x) be the cost of the first x units ever received.  What takes the units a to b costs F(b) - F(a), so the state of
the queue at any time is one number, the quantity issued so far.  Rows lie in order in blocks of a few hundred, with
the sums of each block beside: an insert, the quantities before a key, and F(x) take time in the root of the number of
rows.

    heads = [key, key, ...]; blocks = [Block(keys, rows, ins, outs, values), ...]; ins, outs, worth, low: one a block

Invariant: the sums of a block are those of its rows; ``low`` is the least balance after a row, from the block's start.

>>> index = CumulativeIndex([(1, 0, 3, 100), (2, 1, -2, 0), (3, 2, 3, 200), (4, 3, -2, 0)])
>>> list(index.costs(0, None)), index.before(3), index.cost_of_first(3)
([(1, 67), (3, 100)], (3, 2), 100)
>>> index.replace(0, None, (0, 1, 50))
>>> list(index.costs(0, None))
[(1, 83), (3, 67)]
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import TypeAlias

from jxc.costing.late_rows import share

__all__ = ["CumulativeIndex", "Held"]

Held: TypeAlias = tuple[int, int, int]
"""Row, quantity (signed), value (of what comes in)."""

_SIZE = 256
"""Rows of a block when it is made; twice as many are two blocks."""


class _Block:
    """Rows that follow each other, as columns; ``ins`` and ``outs`` hold 0 for rows of the other direction."""

    __slots__ = ("ins", "keys", "outs", "rows", "values")

    def __init__(self, rows: list[tuple[int, int, int, int]]) -> None:
        self.keys = [key for key, _, _, _ in rows]
        self.rows = [row for _, row, _, _ in rows]
        self.ins = [max(qty, 0) for _, _, qty, _ in rows]
        self.outs = [max(-qty, 0) for _, _, qty, _ in rows]
        self.values = [value for _, _, _, value in rows]

    def low(self) -> int:
        return min(accumulate(map(int.__sub__, self.ins, self.outs)), default=0)

    def tail(self) -> list[tuple[int, int, int, int]]:
        """Take the second half out."""
        half = len(self.keys) // 2
        qtys = map(int.__sub__, self.ins[half:], self.outs[half:])
        gone = list(zip(self.keys[half:], self.rows[half:], qtys, self.values[half:], strict=True))
        for column in (self.keys, self.rows, self.ins, self.outs, self.values):
            del column[half:]
        return gone


class CumulativeIndex:
    """The rows of one queue, open to change; see the module."""

    __slots__ = ("_blocks", "_heads", "_ins", "_low", "_outs", "_sums", "_worth")

    def __init__(self, rows: list[tuple[int, int, int, int]]) -> None:
        """``rows``: key, row, quantity, value; ascending by key."""
        self._blocks = [_Block(rows[at : at + _SIZE]) for at in range(0, len(rows), _SIZE)] or [_Block([])]
        self._heads = [block.keys[0] if block.keys else 0 for block in self._blocks]
        self._ins = [sum(block.ins) for block in self._blocks]
        self._outs = [sum(block.outs) for block in self._blocks]
        self._worth = [sum(block.values) for block in self._blocks]
        self._low = [block.low() for block in self._blocks]
        self._sums: list[list[int] | None] = [None, None, None]

    # -- sums over blocks -------------------------------------------------------------------------------------------

    def _sum(self, which: int) -> list[int]:
        """What came in (0), went out (1), was worth (2) before each block, and in all."""
        sums = self._sums[which]
        if sums is None:
            column = (self._ins, self._outs, self._worth)[which]
            sums = self._sums[which] = list(accumulate(column, initial=0))
        return sums

    def total(self) -> tuple[int, int, int]:
        """What came in, what went out, and what came in was worth, over all rows."""
        return self._sum(0)[-1], self._sum(1)[-1], self._sum(2)[-1]

    def _find(self, key: int) -> int:
        """The block that a key belongs to."""
        return max(bisect_right(self._heads, key) - 1, 0)

    # -- questions --------------------------------------------------------------------------------------------------

    def before(self, key: int) -> tuple[int, int]:
        """What came in and what went out before a key."""
        number = self._find(key)
        block = self._blocks[number]
        at = bisect_left(block.keys, key)
        return self._sum(0)[number] + sum(block.ins[:at]), self._sum(1)[number] + sum(block.outs[:at])

    def cost_of_first(self, units: int) -> int:
        """F: what the first so many units ever received cost."""
        if not units:
            return 0
        start, qty, worth, value = next(self._layers(units - 1, from_start=True))
        return worth + share(value, units - start, qty)

    def _layers(self, units: int, *, from_start: bool) -> Iterator[tuple[int, int, int, int]]:
        """What came in, from the one on that holds the unit after so many: units before it, its own, value so too.

        The value before is counted from the first layer, or from anywhere: a difference of two does not tell.
        """
        start, at, number = self._holding(units)
        worth = 0
        if from_start:
            worth = self._sum(2)[number] + sum(self._blocks[number].values[:at])
        for block in self._blocks[number:]:
            for qty, value in zip(block.ins[at:], block.values[at:], strict=True):
                if qty:
                    yield start, qty, worth, value
                    start += qty
                    worth += value
            at = 0

    def _holding(self, units: int) -> tuple[int, int, int]:
        """What came in with the unit after so many: units before it, and where it lies: in its block, and which."""
        number = min(bisect_right(self._sum(0), units), len(self._blocks)) - 1
        running = list(accumulate(self._blocks[number].ins, initial=self._sum(0)[number]))
        at = max(bisect_right(running, units) - 1, 0)
        return running[at], at, number

    def taken(self, low: int, high: int) -> Iterator[tuple[int, int, int, int, int, int]]:
        """The receipts that hold the units from ``low`` to ``high``.

        Row, the first and the last unit of it that is meant, what these cost, value and quantity of all of it.
        """
        start, at, number = self._holding(low)
        for block in self._blocks[number:]:
            for row, qty, value in zip(block.rows[at:], block.ins[at:], block.values[at:], strict=True):
                if start >= high:
                    return
                if qty:
                    begin, end = max(low - start, 0), min(high - start, qty)
                    yield row, begin, end, share(value, end, qty) - share(value, begin, qty), value, qty
                    start += qty
            at = 0

    def _issues(self, units: int) -> Iterator[tuple[int, int, int]]:
        """What went out, from the one on that took the unit after so many: units before it, its own, its row."""
        number = bisect_right(self._sum(1), units) - 1
        start = self._sum(1)[number]
        first = self._blocks[number] if number < len(self._blocks) else _Block([])
        running = list(accumulate(first.outs, initial=0))
        at = max(bisect_right(running, units - start) - 1, 0)
        start += running[at]
        for block in self._blocks[number:]:
            for qty, row in zip(block.outs[at:], block.rows[at:], strict=True):
                if qty:
                    yield start, qty, row
                    start += qty
            at = 0

    def costs(self, low: int, high: int | None) -> Iterator[tuple[int, int]]:
        """Row and cost of all that took one of the units from ``low`` to ``high`` (``None``: to the last)."""
        given: int | None = None
        end = first = worth = value = 0
        qty = 1
        layers: Iterator[tuple[int, int, int, int]] = iter(())
        for start, wanted, row in self._issues(low):
            if high is not None and start >= high:
                return
            if given is None:
                layers = self._layers(start, from_start=False)
                first, qty, worth, value = next(layers)
                end = first + qty
                given = worth + share(value, start - first, qty)
            upto = start + wanted
            while end < upto:
                first, qty, worth, value = next(layers)
                end = first + qty
            cost = worth + share(value, upto - first, qty)
            yield row, cost - given
            given = cost

    def receipts(self) -> Iterator[tuple[int, int]]:
        """Row and value of all that came in."""
        for block in self._blocks:
            for row, qty, value in zip(block.rows, block.ins, block.values, strict=True):
                if qty:
                    yield row, value

    def first_below(self, after: int, until: int | None, floor: int) -> tuple[int, int, int] | None:
        """The first row between two keys that leaves less than ``floor``: its key and row, and what it leaves."""
        number = self._find(after)
        balance = self._sum(0)[number] - self._sum(1)[number]
        while number < len(self._blocks) and (until is None or self._heads[number] < until):
            if balance + self._low[number] < floor:
                found = _below(self._blocks[number], balance, after, until, floor)
                if found is not None:
                    return found
            balance += self._ins[number] - self._outs[number]
            number += 1
        return None

    def nearby(self, low: int, high: int | None) -> bool:
        """Whether the units between two lie so close together that the rows which took them are soon listed."""
        sums = self._sum(1)
        last = len(sums) if high is None else bisect_right(sums, high)
        return last - bisect_right(sums, low) <= 2

    # -- changes ----------------------------------------------------------------------------------------------------

    def replace(self, key: int, old: Held | None, new: Held | None) -> None:
        """Put a row at a key in place of the one there, or of none; ``None``: take it out."""
        number = self._find(key)
        block = self._blocks[number]
        at = bisect_left(block.keys, key)
        if old is not None:
            if new is not None and new[1] == old[1]:
                block.rows[at], block.values[at] = new[0], new[2]
                self._worth[number] += new[2] - old[2]
                self._sums[2] = None
                return
            for column in (block.keys, block.rows, block.ins, block.outs, block.values):
                del column[at]
        if new is not None:
            row, qty, value = new
            block.keys.insert(at, key)
            block.rows.insert(at, row)
            block.ins.insert(at, max(qty, 0))
            block.outs.insert(at, max(-qty, 0))
            block.values.insert(at, value)
        self._balance(number)

    def _balance(self, number: int) -> None:
        """The sums of a block anew; a block too large is split, an empty one goes."""
        block = self._blocks[number]
        if not block.keys and len(self._blocks) > 1:
            for column in (self._blocks, self._heads, self._ins, self._outs, self._worth, self._low):
                del column[number]
        else:
            if len(block.keys) > 2 * _SIZE:
                self._blocks.insert(number + 1, _Block(block.tail()))
                for sums in (self._heads, self._ins, self._outs, self._worth, self._low):
                    sums.insert(number + 1, 0)
                self._note(number + 1)
            self._note(number)
        self._sums = [None, None, None]

    def _note(self, number: int) -> None:
        block = self._blocks[number]
        self._heads[number] = block.keys[0] if block.keys else 0
        self._ins[number] = sum(block.ins)
        self._outs[number] = sum(block.outs)
        self._worth[number] = sum(block.values)
        self._low[number] = block.low()

    def dump(self) -> list[tuple[int, ...]]:
        """All rows as data: key, row, in, out, value."""
        return [
            told
            for block in self._blocks
            for told in zip(block.keys, block.rows, block.ins, block.outs, block.values, strict=True)
        ]


def _below(block: _Block, balance: int, after: int, until: int | None, floor: int) -> tuple[int, int, int] | None:
    for key, row, came, went in zip(block.keys, block.rows, block.ins, block.outs, strict=True):
        balance += came - went
        if key > after and balance < floor and (until is None or key < until):
            return key, row, balance
    return None
