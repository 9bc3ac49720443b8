"""The gross profit method: P12 of docs/spec/costing.md."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.costing.gross_profit import estimate, margin_of, true_up
from jxc.errors import PolicyError

amounts = st.integers(0, 10**9)
rates = st.fractions(0, 1, max_denominator=1000)


@given(amounts, amounts, amounts, rates)
def test_opening_and_received_are_sold_or_left(opening: int, received: int, sales: int, margin: Fraction) -> None:
    found = estimate(opening=opening, received=received, net_sales=sales, margin=margin)
    assert opening + received == found.cost_of_sales + found.closing
    assert found.cost_of_sales + found.gross_profit == sales
    assert abs(found.gross_profit - sales * margin) <= Fraction(1, 2)


@given(st.fractions(0, 50, max_denominator=1000), st.integers(1, 10**6))
def test_a_markup_on_cost_is_the_same_profit_on_sales(markup: Fraction, cost: int) -> None:
    sales = cost * (1 + markup)
    assert sales * margin_of(markup, "cost") == cost * markup


@given(amounts, amounts, amounts, rates, st.integers(-(10**6), 10**6))
def test_the_true_up_brings_closing_to_what_is_there(o: int, r: int, s: int, margin: Fraction, off: int) -> None:
    found = estimate(opening=o, received=r, net_sales=s, margin=margin)
    there = found.closing + off
    assert o + r == found.cost_of_sales + true_up(found, closing=there) + there


@pytest.mark.parametrize(("rate", "basis"), [("1.01", "sales"), ("-1", "sales"), ("-1", "cost")])
def test_no_such_rate(rate: str, basis: str) -> None:
    with pytest.raises(PolicyError, match="no such rate"):
        margin_of(Fraction(rate), basis)  # type: ignore[arg-type]
