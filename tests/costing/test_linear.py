"""The exact solver: every value satisfies its equation, a chain is substitution, a circle without value is stuck."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from jxc.costing.linear import Equation, components, solve

Equations = dict[int, Equation[int]]

amounts = st.fractions(-50, 50, max_denominator=6)


@st.composite
def systems(draw: st.DrawFn, *, circular: bool = True) -> Equations:
    size = draw(st.integers(1, 9))
    found: Equations = {}
    for key in range(size):
        equation: Equation[int] = Equation(draw(st.integers(0, 30)), draw(amounts))
        others = range(size) if circular else range(key)
        for other in draw(st.lists(st.sampled_from(others), max_size=4)) if others else ():
            factor = draw(st.integers(1, 9))
            equation.add(other, factor)
            equation.whole += factor
        found[key] = equation
    return found


@given(systems())
def test_values_satisfy_their_equations(equations: Equations) -> None:  # P3
    solution = solve(equations)
    for key, value in solution.values.items():
        equation = equations[key]
        terms = sum(factor * solution.values[other] for other, factor in equation.terms.items())
        assert equation.whole * value == equation.constant + terms


@given(systems())
def test_every_unknown_is_solved_or_stuck_or_behind_one(equations: Equations) -> None:  # P4
    solution = solve(equations)
    missing = set(equations) - set(solution.values)
    stuck = {key for circle in solution.stuck for key in circle}
    assert stuck <= missing
    behind = set(stuck)
    for _ in equations:
        behind |= {key for key, equation in equations.items() if behind & set(equation.terms)}
    assert missing <= behind


@given(systems(circular=False))
def test_a_chain_is_substitution(equations: Equations) -> None:  # P3
    expected: dict[int, Fraction] = {}
    for key, equation in equations.items():
        if equation.whole and all(other in expected for other in equation.terms):
            terms = sum(factor * expected[other] for other, factor in equation.terms.items())
            expected[key] = (equation.constant + terms) / Fraction(equation.whole)
    solution = solve(equations)
    assert solution.values == expected
    assert not solution.circles


@given(systems(), st.permutations(range(9)))
def test_the_order_of_unknowns_does_not_matter(equations: Equations, order: list[int]) -> None:  # P8
    turned = {key: equations[key] for key in order if key in equations}
    one, other = solve(equations), solve(turned)
    assert one.values == other.values
    assert {frozenset(circle) for circle in one.stuck} == {frozenset(circle) for circle in other.stuck}


@given(systems())
def test_components_come_after_what_they_use(equations: Equations) -> None:
    found = components({key: equation.terms for key, equation in equations.items()})
    seen: set[int] = set()
    for members in found:
        seen.update(members)
        assert {other for key in members for other in equations[key].terms} <= seen
    assert sorted(seen) == sorted(equations)


def test_a_ring_of_two_hundred() -> None:
    ring = {at: Equation(150, 12_345 + at, {(at - 1) % 200: 50}) for at in range(200)}
    values = solve(ring).values
    assert all(150 * values[at] == 12_345 + at + 50 * values[(at - 1) % 200] for at in ring)


def test_a_long_chain_needs_no_recursion() -> None:
    chain = {at: Equation(1, 1, {at - 1: 1} if at else {}) for at in reversed(range(5000))}
    assert solve(chain).values[4999] == 5000
