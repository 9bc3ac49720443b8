"""Sharing out a pool: conserved, path independent, no residue."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from jxc.costing.events import Scales
from jxc.costing.layers import Rounder
from jxc.costing.periodic_shares import Shares
from jxc.costing.policy import CostRounding

values = st.integers(-500, 10**6)
parts = st.lists(st.integers(1, 40), min_size=1, max_size=8)


def shares(rule: str, qty: int, value: int, closing: int = 0, off: int = 0) -> Shares:
    rounding = CostRounding(rule=rule, unit_cost_places=2)  # type: ignore[arg-type]
    return Shares(Rounder(rounding, Scales()), qty, value, Fraction(value - off) / qty, closing)


@given(
    values, parts, st.sampled_from(["cumulative", "residual_to_stock", "residual_to_issue", "slice_last_takes_rest"])
)
def test_who_empties_the_pool_takes_all(value: int, cut: list[int], rule: str) -> None:  # C3, P5
    pool = shares(rule, sum(cut), value)
    assert sum(pool.next(qty) for qty in cut) == value


@given(values, parts, st.integers(1, 50), st.sampled_from(["cumulative", "residual_to_issue"]))
def test_the_cut_does_not_matter(value: int, cut: list[int], kept: int, rule: str) -> None:  # P7
    whole = sum(cut)
    cut_up, at_once = shares(rule, whole + kept, value, kept), shares(rule, whole + kept, value, kept)
    assert sum(cut_up.next(qty) for qty in cut) == at_once.next(whole)


@given(st.integers(0, 10**6), parts, st.integers(1, 50), st.integers(-5, 5))
def test_a_part_is_within_the_rest_of_its_due(value: int, cut: list[int], kept: int, off: int) -> None:  # P5
    pool = shares("cumulative", sum(cut) + kept, value, kept, off)
    for qty in cut:
        assert abs(pool.next(qty) - qty * pool.average) <= 1 + abs(off)


def test_goods_that_come_back_take_their_part_back() -> None:  # P9
    pool = shares("cumulative", 3, 100, 1)
    assert [pool.next(3), pool.next(-1)] == [100, -33]
