"""Exact solution of a dense system in whole numbers, by lifting a solution modulo a prime (Dixon 1982).

Elimination in whole numbers makes every entry as long as the answer; modulo a prime they stay short.  The matrix is
decomposed once modulo a prime; each step then finds one more digit of every unknown in that base, and when there are
enough digits the fractions are read from them, over one common denominator.  A row of numbers is kept in one long
integer, a slot each, so that adding a multiple of a row to another is one operation.

    rows = [{column: number, ...}, ...]      right = [number, ...]      rows x unknowns = right

Invariant: an answer satisfies every row exactly (it is put back into them), whatever the prime; a system without a
single solution, or none that these primes can tell, has no answer here.

>>> lifted([{0: 2, 1: 1}, {0: 1, 1: -1}], [3, 1])
([4, 1], 3)
>>> lifted([{0: 1, 1: 1}, {0: 2, 1: 2}], [1, 2]) is None
True
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isqrt

__all__ = ["lifted"]

_PRIMES = (2**61 - 1, 2**61 - 31)
"""Primes of one machine word: a matrix that is singular modulo both of them is left to elimination."""

Row = Mapping[int, int]


def lifted(rows: Sequence[Row], right: Sequence[int]) -> tuple[list[int], int] | None:
    """The unknowns as numerators over one denominator; ``None`` where there is no single solution to be found."""
    for prime in _PRIMES:
        factors = _decomposed(rows, prime)
        if factors is not None:
            return _lift(rows, right, factors)
    return None


@dataclass(frozen=True, slots=True)
class _Slots:
    """Numbers from zero side by side in one integer, ``width`` bytes each."""

    width: int

    def pack(self, numbers: Iterable[int]) -> int:
        return int.from_bytes(b"".join(number.to_bytes(self.width, "little") for number in numbers), "little")

    def unpack(self, packed: int, count: int) -> list[int]:
        width, raw = self.width, packed.to_bytes(self.width * count, "little")
        return [int.from_bytes(raw[at : at + width], "little") for at in range(0, width * count, width)]


@dataclass(frozen=True, slots=True)
class _Factors:
    """A decomposition modulo the prime; columns of both factors packed, those of the upper one from below."""

    prime: int
    slots: _Slots
    order: list[int]
    lower: list[int]
    upper: list[int]
    inverse: list[int]

    def solve(self, right: Sequence[int]) -> list[int]:
        """The unknowns modulo the prime."""
        prime = self.prime
        steps = self._through([right[row] % prime for row in self.order], self.lower, [1] * len(self.order))
        return self._through(steps[::-1], self.upper[::-1], self.inverse[::-1])[::-1]

    def _through(self, numbers: list[int], columns: list[int], inverse: list[int]) -> list[int]:
        prime, bits = self.prime, 8 * self.slots.width
        mask, packed = (1 << bits) - 1, self.slots.pack(numbers)
        found: list[int] = []
        for column, unit in zip(columns, inverse, strict=True):
            value = (packed & mask) * unit % prime
            found.append(value)
            packed >>= bits
            if value:
                packed += (prime - value) * column
        return found


def _decomposed(rows: Sequence[Row], prime: int) -> _Factors | None:
    """Lower and upper factors modulo the prime, sparsest rows first; ``None`` if the matrix is singular there."""
    size = len(rows)
    # A slot holds as many products of two remainders as there are rows, so only a pivot row is ever reduced.
    slots = _Slots((2 * prime.bit_length() + size.bit_length() + 8) // 8)
    bits = 8 * slots.width
    mask = (1 << bits) - 1
    order = sorted(range(size), key=lambda row: (len(rows[row]), row))
    work = [slots.pack(rows[row].get(at, 0) % prime for at in range(size)) for row in order]
    lower: list[list[int]] = [[] for _ in rows]
    upper: list[list[int]] = []
    inverse: list[int] = []
    for at in range(size):
        pivot = next((row for row in range(at, size) if (work[row] & mask) % prime), None)
        if pivot is None:
            return None
        work[at], work[pivot] = work[pivot], work[at]
        lower[at], lower[pivot] = lower[pivot], lower[at]
        order[at], order[pivot] = order[pivot], order[at]
        first, *rest = (number % prime for number in slots.unpack(work[at], size - at))
        inverse.append(pow(first, -1, prime))
        upper.append(rest)
        packed = slots.pack(rest)
        for row in range(at + 1, size):
            factor = (work[row] & mask) * inverse[at] % prime
            lower[row].append(factor)
            work[row] >>= bits
            if factor:
                work[row] += (prime - factor) * packed
    downward = [slots.pack(lower[row][at] for row in range(at + 1, size)) for at in range(size)]
    upward = [slots.pack(upper[row][at - row - 1] for row in range(at - 1, -1, -1)) for at in range(size)]
    return _Factors(prime, slots, order, downward, upward, inverse)


class _Columns:
    """The matrix by columns, to multiply it by digits from zero: what is added and what is taken off."""

    def __init__(self, rows: Sequence[Row], prime: int) -> None:
        size = len(rows)
        largest = max(abs(factor) for row in rows for factor in row.values())
        self.size = size
        self.slots = _Slots((largest.bit_length() + prime.bit_length() + size.bit_length() + 8) // 8)
        self.plus = [self.slots.pack(max(row.get(at, 0), 0) for row in rows) for at in range(size)]
        self.minus = [self.slots.pack(max(-row.get(at, 0), 0) for row in rows) for at in range(size)]

    def times(self, digits: Sequence[int]) -> list[int]:
        """The product of every row with the digits."""
        plus, minus = (
            self.slots.unpack(sum(map(int.__mul__, digits, side)), self.size) for side in (self.plus, self.minus)
        )
        return [one - other for one, other in zip(plus, minus, strict=True)]


def _lift(rows: Sequence[Row], right: Sequence[int], factors: _Factors) -> tuple[list[int], int] | None:
    """Digits of the unknowns in base ``prime`` until fractions can be read from them."""
    prime, modulus = factors.prime, 1
    columns, rest, bound = _Columns(rows, prime), list(right), _bound(rows, right)
    found = [0] * len(rows)
    until = 4
    while True:
        digits = factors.solve(rest)
        found = [value + digit * modulus for value, digit in zip(found, digits, strict=True)]
        modulus *= prime
        rest = [(value - gone) // prime for value, gone in zip(rest, columns.times(digits), strict=True)]
        until -= 1
        if until and modulus <= bound:
            continue
        answer = _read(found, modulus)
        if answer is not None and _holds(rows, right, *answer):
            return answer
        if modulus > bound:
            return None
        until = max(2, modulus.bit_length() // 300)


def _bound(rows: Sequence[Row], right: Sequence[int]) -> int:
    """More than twice the square of any numerator or denominator (Hadamard, by Cramer's rule)."""
    size = 1
    for row, value in zip(rows, right, strict=True):
        size *= isqrt(sum(factor * factor for factor in row.values()) + value * value) + 1
    return 2 * size * size + 1


def _read(found: Sequence[int], modulus: int) -> tuple[list[int], int] | None:
    """Fractions with one denominator that are these numbers modulo ``modulus``."""
    numerators: list[int] = []
    denominator = 1
    limit = isqrt(modulus // 2)
    for value in found:
        scaled = value * denominator % modulus
        scaled -= modulus if scaled > modulus // 2 else 0
        if abs(scaled) > limit:
            pair = _fraction(scaled % modulus, modulus, limit)
            if pair is None or denominator * pair[1] > limit:
                return None
            scaled, more = pair
            denominator *= more
            numerators = [numerator * more for numerator in numerators]
        numerators.append(scaled)
    return numerators, denominator


def _fraction(value: int, modulus: int, limit: int) -> tuple[int, int] | None:
    """The fraction within the limit that is ``value`` modulo ``modulus`` (Wang 1981)."""
    before, now = modulus, value
    old, new = 0, 1
    while now > limit:
        quotient = before // now
        before, now = now, before - quotient * now
        old, new = new, old - quotient * new
    if not new or abs(new) > limit:
        return None
    return (now, new) if new > 0 else (-now, -new)


def _holds(rows: Sequence[Row], right: Sequence[int], numerators: Sequence[int], denominator: int) -> bool:
    return all(
        sum(factor * numerators[other] for other, factor in row.items()) == value * denominator
        for row, value in zip(rows, right, strict=True)
    )
