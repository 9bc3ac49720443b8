"""The dense solver: the same answer as elimination, which it replaces; no answer where there is no single one."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from jxc.costing.lifting import lifted
from jxc.costing.linear import Equation, solve

numbers = st.integers(-(10**6), 10**6)


@st.composite
def square(draw: st.DrawFn) -> tuple[list[dict[int, int]], list[int]]:
    size = draw(st.integers(1, 7))
    entries = st.dictionaries(st.integers(0, size - 1), numbers | st.integers(-3, 3), min_size=1)
    return [draw(entries) for _ in range(size)], [draw(numbers) for _ in range(size)]


def determinant(rows: list[dict[int, int]]) -> int:
    """By cofactors of the first row."""
    if not rows:
        return 1
    first, *others = rows
    size = len(rows)
    total = 0
    for at in range(size):
        minor = [{c - (c > at): v for c, v in row.items() if c != at} for row in others]
        total += (-1) ** at * first.get(at, 0) * determinant(minor) if first.get(at, 0) else 0
    return total


@given(square())
def test_an_answer_satisfies_every_row(system: tuple[list[dict[int, int]], list[int]]) -> None:  # P3
    rows, right = system
    found = lifted(rows, right)
    assert (found is None) == (determinant(rows) == 0)
    if found is not None:
        numerators, denominator = found
        for row, value in zip(rows, right, strict=True):
            assert sum(factor * Fraction(numerators[at], denominator) for at, factor in row.items()) == value


@settings(max_examples=15)
@given(st.randoms(use_true_random=False), st.integers(24, 40), st.integers(6, 12))
def test_dense_circles_satisfy_their_equations(draw: object, size: int, entries: int) -> None:  # P3
    choose = draw.randrange  # type: ignore[attr-defined]
    dense = {at: Equation(choose(20, 90), Fraction(choose(10**9), 7)) for at in range(size)}
    for at, equation in dense.items():
        for _ in range(entries):
            factor = choose(1, 10**6)
            equation.add(choose(size), factor)
            equation.whole += factor
        equation.add((at + 1) % size, 1)
        equation.whole += 1
    values = solve(dense).values
    for at, equation in dense.items():
        terms = sum(factor * values[other] for other, factor in equation.terms.items())
        assert equation.whole * values[at] == equation.constant + terms


def test_a_dense_circle_without_a_single_solution_is_stuck() -> None:  # P4
    size = 30
    dense: dict[int, Equation[int]] = {}
    for at in range(size):
        others = {(at + step) % size: 1 for step in range(1, 9)}
        dense[at] = Equation(8, 0, others)
    assert solve(dense).stuck == [tuple(range(size))]
