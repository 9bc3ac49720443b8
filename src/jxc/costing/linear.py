"""Exact solution of sparse linear systems in which every unknown has an equation of its own.

An ``Equation`` says ``whole * x = constant + sum(factor * other)``.  The unknowns are ordered by strongly connected
components, so a chain is plain substitution and only a circle is a system: a sparse one is eliminated in whole numbers,
sparsest row first; a dense one is lifted from a solution modulo a prime (``lifting``).

Invariant: every value found satisfies its equation exactly; what no value follows for is listed in ``stuck``.

>>> a = Equation(4, 100, {"b": 1})
>>> b = Equation(3, 0, {"a": 3})
>>> solve({"a": a, "b": b, "c": Equation(2, 0, {"c": 2})})
Solution(values={'a': Fraction(100, 3), 'b': Fraction(100, 3)}, stuck=[('c',)], circles=[('a', 'b'), ('c',)])
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from heapq import heapify, heappop, heappush
from math import gcd, lcm
from typing import Generic, TypeVar

from jxc.costing.lifting import lifted
from jxc.kernel.rounding import Exact

__all__ = ["Equation", "Solution", "components", "solve"]

K = TypeVar("K", bound=Hashable)

_RIGHT = -1
"""The column of the right-hand side in a row of integers."""

_LIFTED_FROM, _ENTRIES_A_ROW = 24, 5
"""From how many members, and entries in each of their rows, on elimination is the slower way."""


@dataclass(slots=True)
class Equation(Generic[K]):
    """``whole * x = constant + sum(factor * value of the other)``; a term of its own unknown is allowed."""

    whole: Exact
    constant: Exact = 0
    terms: dict[K, Exact] = field(default_factory=dict[K, Exact])

    def add(self, other: K, factor: Exact) -> None:
        """Add a term."""
        self.terms[other] = self.terms.get(other, 0) + factor


@dataclass(frozen=True, slots=True)
class Solution(Generic[K]):
    """The values; the circles without a solution of their own; all circles, in the order of solving."""

    values: dict[K, Fraction]
    stuck: list[tuple[K, ...]]
    circles: list[tuple[K, ...]]


def solve(equations: Mapping[K, Equation[K]]) -> Solution[K]:
    """Solve all equations; what depends on a stuck circle has no value either."""
    values: dict[K, Fraction] = {}
    stuck: list[tuple[K, ...]] = []
    circles: list[tuple[K, ...]] = []
    for members in components({key: equation.terms for key, equation in equations.items()}):
        first = next(iter(members))
        circular = len(members) > 1 or first in equations[first].terms
        if circular:
            circles.append(members)
        if stuck and any(
            other not in values and other not in members for key in members for other in equations[key].terms
        ):
            continue
        found = _circle(equations, members, values) if circular else _single(equations[first], first, values)
        if found is None:
            stuck.append(members)
        else:
            values.update(found)
    return Solution(values, stuck, circles)


def _single(equation: Equation[K], key: K, values: Mapping[K, Fraction]) -> dict[K, Fraction] | None:
    if not equation.whole:
        return None
    # Reduced once, at the end: a greatest common divisor for each term is what would cost the time.
    top, bottom = equation.constant.numerator, equation.constant.denominator
    for other, factor in equation.terms.items():
        value = values[other]
        below = value.denominator * factor.denominator
        top = top * below + value.numerator * factor.numerator * bottom
        bottom *= below
    return {key: Fraction(top * equation.whole.denominator, bottom * equation.whole.numerator)}


def components(uses: Mapping[K, Iterable[K]]) -> list[tuple[K, ...]]:
    """The strongly connected components, each after those it uses; members in the order of ``uses`` (Tarjan 1972)."""
    place = {key: at for at, key in enumerate(uses)}
    index: dict[K, int] = {}
    low: dict[K, int] = {}
    open_keys: list[K] = []
    is_open: set[K] = set()
    found: list[tuple[K, ...]] = []
    for root in uses:
        if root in index:
            continue
        work = [(root, iter(uses[root]))]
        while work:
            key, others = work[-1]
            if key not in index:
                index[key] = low[key] = len(index)
                open_keys.append(key)
                is_open.add(key)
            for other in others:
                if other not in place:
                    continue
                if other not in index:
                    work.append((other, iter(uses[other])))
                    break
                if other in is_open:
                    low[key] = min(low[key], index[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[key])
                if low[key] == index[key]:
                    found.append(_close(key, open_keys, is_open, place))
    return found


def _close(key: K, open_keys: list[K], is_open: set[K], place: Mapping[K, int]) -> tuple[K, ...]:
    members: list[K] = []
    while not members or members[-1] != key:
        members.append(open_keys.pop())
        is_open.remove(members[-1])
    return tuple(sorted(members, key=place.__getitem__))


# -- a circle: elimination in whole numbers ----------------------------------------------------------------------------


def _circle(
    equations: Mapping[K, Equation[K]], members: tuple[K, ...], values: Mapping[K, Fraction]
) -> dict[K, Fraction] | None:
    """The values of the members of one circle, or ``None`` where it has no single solution."""
    column = {key: at for at, key in enumerate(members)}
    rows = [_row(equations[key], at, column, values) for at, key in enumerate(members)]
    if len(rows) >= _LIFTED_FROM and sum(map(len, rows)) > _ENTRIES_A_ROW * len(rows):
        right = [row.get(_RIGHT, 0) for row in rows]
        found = lifted([{at: factor for at, factor in row.items() if at != _RIGHT} for row in rows], right)
        if found is not None:
            return {key: Fraction(found[0][at], found[1]) for key, at in column.items()}
    steps = _eliminate(rows)
    if len(steps) < len(members):
        return None
    numerators, denominator = _substitute_back(steps)
    return {key: Fraction(numerators[at], denominator) for key, at in column.items()}


def _row(equation: Equation[K], own: int, column: Mapping[K, int], values: Mapping[K, Fraction]) -> dict[int, int]:
    """One equation as a row of integers without a common factor."""
    exact: dict[int, Fraction] = {own: Fraction(equation.whole), _RIGHT: Fraction(equation.constant)}
    for other, factor in equation.terms.items():
        if other in column:
            exact[column[other]] = exact.get(column[other], Fraction(0)) - factor
        else:
            exact[_RIGHT] += factor * values[other]
    scale = lcm(*(number.denominator for number in exact.values()))
    return _reduced({at: int(number * scale) for at, number in exact.items() if number})


def _reduced(row: dict[int, int]) -> dict[int, int]:
    common = gcd(*row.values())
    return {at: number // common for at, number in row.items()} if common > 1 else row


def _eliminate(rows: list[dict[int, int]]) -> list[tuple[int, dict[int, int]]]:
    """The steps (unknown, row that gives it); fewer than rows where the system has no single solution."""
    users: dict[int, set[int]] = {}
    for number, row in enumerate(rows):
        for at in row.keys() - {_RIGHT}:
            users.setdefault(at, set()).add(number)
    waiting = [(len(row), number) for number, row in enumerate(rows)]
    heapify(waiting)
    done: set[int] = set()
    steps: list[tuple[int, dict[int, int]]] = []
    while waiting:
        size, number = heappop(waiting)
        row = rows[number]
        if number in done or size != len(row):
            continue
        done.add(number)
        unknowns = row.keys() - {_RIGHT}
        if not unknowns:
            return steps
        pivot = min(unknowns, key=lambda at: (len(users[at]), at))
        for at in unknowns:
            users[at].discard(number)
        for target in users.pop(pivot):
            rows[target] = _without(rows[target], row, pivot, target, users)
            heappush(waiting, (len(rows[target]), target))
        steps.append((pivot, row))
    return steps


def _without(
    row: dict[int, int], by: dict[int, int], pivot: int, number: int, users: dict[int, set[int]]
) -> dict[int, int]:
    """The row with the pivot's unknown eliminated; ``users`` is kept."""
    common = gcd(row[pivot], by[pivot])
    keep, take = by[pivot] // common, row[pivot] // common
    result = {at: value * keep for at, value in row.items() if at != pivot}
    for at, value in by.items():
        if at == pivot:
            continue
        changed = result.get(at, 0) - value * take
        if changed:
            if at != _RIGHT and at not in result:
                users[at].add(number)
            result[at] = changed
        elif at in result:
            del result[at]
            if at != _RIGHT:
                users[at].discard(number)
    return _reduced(result) if result else result


def _substitute_back(steps: list[tuple[int, dict[int, int]]]) -> tuple[dict[int, int], int]:
    """The unknowns over one common denominator."""
    found: dict[int, int] = {}
    denominator = 1
    for pivot, row in reversed(steps):
        known = row.get(_RIGHT, 0) * denominator
        known -= sum(value * found[at] for at, value in row.items() if at not in (pivot, _RIGHT))
        common = gcd(known, row[pivot])
        scale = row[pivot] // common
        if scale != 1:
            found = {at: value * scale for at, value in found.items()}
            denominator *= scale
        found[pivot] = known // common
    return found, denominator
