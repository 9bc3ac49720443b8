"""Rounding as an explicit policy: K7 and K8 of docs/spec/kernel.md."""

from __future__ import annotations

import decimal
from decimal import Decimal
from fractions import Fraction
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.errors import PolicyError
from jxc.kernel import RoundingMode, check_mode, divide, part, round_to
from tests.kernel.strategies import exact, fractions, integers

MODES: tuple[RoundingMode, ...] = get_args(RoundingMode)
modes = st.sampled_from(MODES)


@given(integers, st.integers(1, 10**6), modes)
def test_divide_rounds_as_the_decimal_module_does(numerator: int, denominator: int, mode: RoundingMode) -> None:  # K7
    with decimal.localcontext(prec=200, Emax=10**6):
        quotient = Decimal(numerator) / denominator
        expected = quotient.to_integral_value(rounding=f"ROUND_{mode.upper()}")
    assert divide(numerator, denominator, mode) == expected


@given(exact, exact.filter(bool), modes)
def test_divide_is_within_one(numerator: int | Fraction, denominator: int | Fraction, mode: RoundingMode) -> None:  # K7
    found = divide(numerator, denominator, mode)
    assert isinstance(found, int)
    assert abs(found - Fraction(numerator) / denominator) < 1
    assert found == divide(-numerator, -denominator, mode)


@given(fractions, st.sampled_from(["half_up", "half_even", "half_down", "up", "down"]))
def test_these_modes_know_no_sign(number: Fraction, mode: RoundingMode) -> None:  # K7
    assert divide(-number, 1, mode) == -divide(number, 1, mode)


@given(fractions, st.integers(0, 12), modes)
def test_round_to_is_idempotent(number: Fraction, places: int, mode: RoundingMode) -> None:  # K7
    once = round_to(number, places, mode)
    assert round_to(once, places, mode) == once
    assert abs(once - number) < Fraction(1, 10**places)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("half_up", [-3, -2, -1, 1, 2, 3]),
        ("half_even", [-2, -2, 0, 0, 2, 2]),
        ("half_down", [-2, -1, 0, 0, 1, 2]),
        ("up", [-3, -2, -1, 1, 2, 3]),
        ("down", [-2, -1, 0, 0, 1, 2]),
        ("ceiling", [-2, -1, 0, 1, 2, 3]),
        ("floor", [-3, -2, -1, 0, 1, 2]),
    ],
)
def test_halves(mode: RoundingMode, expected: list[int]) -> None:  # K7
    assert [divide(half, 2, mode) for half in (-5, -3, -1, 1, 3, 5)] == expected


@given(integers, st.lists(st.fractions(0, 100), min_size=1, max_size=8), modes)
def test_slices_telescope(value: int, slices: list[Fraction], mode: RoundingMode) -> None:  # K8
    quantity = sum(slices)
    taken = Fraction(0)
    handed = 0
    for size in slices:
        handed += part(value, taken + size, quantity, mode) - part(value, taken, quantity, mode)
        taken += size
    assert handed == value or quantity == 0


@given(st.integers(0, 10**20), st.fractions(1, 100), st.fractions(0, 1), st.fractions(0, 1), modes)
def test_part_never_falls(value: int, quantity: Fraction, one: Fraction, other: Fraction, mode: RoundingMode) -> None:
    low, high = sorted((one * quantity, other * quantity))  # K8
    assert 0 <= part(value, low, quantity, mode) <= part(value, high, quantity, mode) <= value


def test_the_mode_is_checked() -> None:
    for mode in MODES:
        check_mode(mode)
    with pytest.raises(PolicyError) as caught:
        check_mode("bankers")
    assert caught.value.code == "unknown_rounding_mode"
    assert "half_even" in caught.value.hint
