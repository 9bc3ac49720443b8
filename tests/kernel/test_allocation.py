"""Sharing out without loss: K13 of docs/spec/kernel.md."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.errors import NumberError
from jxc.kernel import allocate
from tests.kernel.strategies import integers, weights

Weights = list[int | Fraction | Decimal]


@given(integers, weights)
def test_shares_sum_to_the_whole(whole: int, by: Weights) -> None:  # K13
    assert sum(allocate(whole, by)) == whole


@given(integers, weights)
def test_each_share_is_within_one_of_its_due(whole: int, by: Weights) -> None:  # K13
    exact = [Fraction(weight) for weight in by]
    for share, weight in zip(allocate(whole, by), exact, strict=True):
        due = whole * weight / sum(exact)
        assert abs(share - due) < 1
        assert share == 0 or weight > 0


@given(integers, weights)
def test_the_negated_whole_has_negated_shares(whole: int, by: Weights) -> None:  # K13
    assert allocate(-whole, by) == tuple(-share for share in allocate(whole, by))


@given(integers, weights, st.fractions(Fraction(1, 9), 9))
def test_only_proportions_matter(whole: int, by: Weights, factor: Fraction) -> None:  # K13
    assert allocate(whole, by) == allocate(whole, [Fraction(weight) * factor for weight in by])


@given(st.integers(0, 10**6), st.lists(st.integers(0, 30), min_size=2, max_size=6).filter(any))
def test_the_largest_remainders_win_first_come(whole: int, by: list[int]) -> None:  # K13
    shares = allocate(whole, by)
    total = sum(by)
    for first, (share, weight) in enumerate(zip(shares, by, strict=True)):
        for later in range(first + 1, len(by)):
            mine, theirs = whole * weight % total, whole * by[later] % total
            i_won, they_won = share > whole * weight // total, shares[later] > whole * by[later] // total
            assert not (they_won and not i_won and mine >= theirs)
            assert not (i_won and not they_won and mine < theirs)


@pytest.mark.parametrize(
    ("whole", "by", "shares"),
    [
        (100, [1, 1, 1], (34, 33, 33)),
        (-100, [1, 1, 1], (-34, -33, -33)),
        (5, [0, 1, 0, 1], (0, 3, 0, 2)),
        (0, [1, 2], (0, 0)),
        (1, [Fraction(1, 3), Decimal("0.5")], (0, 1)),
        (2, [1] * 5, (1, 1, 0, 0, 0)),
    ],
)
def test_worked_shares(whole: int, by: Weights, shares: tuple[int, ...]) -> None:  # K13
    assert allocate(whole, by) == shares


@pytest.mark.parametrize(
    ("by", "code"),
    [
        ([], "weights_all_zero"),
        ([0, Decimal("0.00")], "weights_all_zero"),
        ([2, -1], "weight_below_zero"),
        ([0.5], "float_refused"),
        ([True], "not_a_number"),
        ([Decimal("NaN")], "not_finite"),
    ],
)
def test_what_is_refused(by: Weights, code: str) -> None:  # K13
    with pytest.raises(NumberError) as caught:
        allocate(10, by)
    assert caught.value.code == code
