"""The retail method: P13 of docs/spec/costing.md."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.costing.retail import Stock, by_balances, by_margin_rate, by_ratio, ratio_of_markup, without_vat
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


@given(stocks, stocks, parts, st.integers(0, 10**6), st.integers(0, 10**6))
def test_balances_give_the_rate_of_opening_and_receipts(
    opening: Stock, received: Stock, part: Fraction, shipped: int, consigned: int
) -> None:  # P13
    available = opening.retail + received.retail
    sold = int(available * part)
    away = min(shipped, available - sold)
    lent = min(consigned, available - sold - away)
    by_month = by_margin_rate(opening, received, sold=sold)
    margin = opening.margin + received.margin
    assert (
        by_balances(margin, on_hand=available - sold - away - lent, sold=sold, shipped=away, consigned=lent) == by_month
    )


def test_fifo_values_what_is_left_at_the_ratio_of_purchases() -> None:
    opening, received = Stock(500, 1000), Stock(1200, 2000)
    assert by_ratio(opening, received, sold=1500, basis="fifo").closing == Stock(900, 1500)  # 1500 x 0.6
    assert by_ratio(opening, received, sold=500, basis="fifo").closing == Stock(1450, 2500)  # 1200 + 500 x 0.5


def test_cost_is_another_name_of_average() -> None:
    opening, received = Stock(500, 1000), Stock(1200, 2000)
    assert by_ratio(opening, received, sold=1500, markdowns=100, basis="cost") == by_ratio(
        opening, received, sold=1500, markdowns=100, basis="average"
    )


@given(st.integers(-(10**9), 10**9), st.fractions(0, 1, max_denominator=100))
def test_net_and_vat_are_the_price(gross: int, rate: Fraction) -> None:
    net, vat = without_vat(gross, rate)
    assert net + vat == gross
    assert abs(net * (1 + rate) - gross) <= 1


def test_the_margin_rate_is_one_with_and_without_vat() -> None:
    with_vat = by_margin_rate(Stock(5000, 7910), Stock(4000, 6215), sold=9040)
    net = by_margin_rate(Stock(5000, 7000), Stock(4000, 5500), sold=8000)
    assert with_vat.cost_of_sales == net.cost_of_sales == 5760
    assert without_vat(9040, Fraction("0.13")) == (8000, 1040)


def test_a_rate_of_vat_below_zero_is_refused() -> None:
    with pytest.raises(PolicyError) as caught:
        without_vat(100, Fraction(-1, 10))
    assert caught.value.code == "bad_vat_rate"
