"""The retail method: P13 of docs/spec/costing.md."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.costing.retail import Stock, by_margin_rate, by_ratio, ratio_of_markup
from jxc.errors import PolicyError

amounts = st.integers(1, 10**8)
stocks = st.builds(Stock, amounts, amounts)
parts = st.fractions(0, 1, max_denominator=100)


@given(stocks, stocks, parts)
def test_cost_and_retail_are_conserved(opening: Stock, received: Stock, part: Fraction) -> None:
    sold = int((opening.retail + received.retail) * part)
    found = by_margin_rate(opening, received, sold=sold)
    assert opening.cost + received.cost == found.cost_of_sales + found.closing.cost
    assert opening.retail + received.retail == sold + found.closing.retail
    assert found.cost_of_sales + found.margin_of_sales == sold


@given(stocks, stocks)
def test_who_sells_all_keeps_no_cost(opening: Stock, received: Stock) -> None:
    found = by_margin_rate(opening, received, sold=opening.retail + received.retail, rate_places=2)
    assert found.closing == Stock(0, 0)


@given(stocks, stocks, parts, st.integers(0, 10**4), st.integers(0, 10**4))
def test_markdowns_keep_the_conventional_value_low(
    opening: Stock, received: Stock, part: Fraction, markups: int, markdowns: int
) -> None:
    available = opening.retail + received.retail + markups
    if available - markdowns <= 0:
        return
    sold = int((available - markdowns) * part)
    low = by_ratio(opening, received, sold=sold, markups=markups, markdowns=markdowns)
    mean = by_ratio(opening, received, sold=sold, markups=markups, markdowns=markdowns, basis="average")
    assert low.closing.cost <= mean.closing.cost
    assert low.closing.retail == mean.closing.retail
    assert opening.cost + received.cost == low.cost_of_sales + low.closing.cost


def test_without_markdowns_the_ways_agree() -> None:
    opening, received = Stock(500, 1000), Stock(1000, 2000)
    assert by_ratio(opening, received, sold=1500) == by_ratio(opening, received, sold=1500, basis="average")


def test_lifo_keeps_the_opening_layer() -> None:
    opening, received = Stock(500, 1000), Stock(1200, 2000)
    assert by_ratio(opening, received, sold=1500, basis="lifo").closing == Stock(800, 1500)  # 500 + 500 x 0.6
    assert by_ratio(opening, received, sold=2400, basis="lifo").closing == Stock(300, 600)  # 600 x 0.5


def test_a_markup_of_a_hundred_percent_is_half_of_retail() -> None:
    assert ratio_of_markup(Fraction(1)) == Fraction(1, 2)


def test_nothing_at_retail_has_no_rate() -> None:
    with pytest.raises(PolicyError, match="nothing at selling price"):
        by_margin_rate(Stock(5, 0), Stock(0, 0), sold=0)
