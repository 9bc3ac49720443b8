"""The rate of material cost variance: P14 of docs/spec/costing.md."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.costing.variance_rate import Planned, by_variance_rate
from jxc.errors import PolicyError

stocks = st.builds(Planned, st.integers(1, 10**8), st.integers(-(10**7), 10**7))


@given(stocks, stocks, st.integers(0, 10**6), st.fractions(0, 1, max_denominator=100), st.none() | st.integers(0, 4))
def test_planned_cost_and_variance_are_conserved(
    opening: Planned, received: Planned, estimated: int, part: Fraction, places: int | None
) -> None:
    whole = opening.planned + received.planned + estimated
    found = by_variance_rate(opening, received, issued=int(whole * part), estimated=estimated, rate_places=places)
    assert found.issued + found.closing == opening + received + Planned(estimated)
    if part == 1:
        assert found.closing == Planned(0, 0)


@given(stocks, stocks)
def test_the_rate_applied_to_all_is_the_variance(opening: Planned, received: Planned) -> None:
    found = by_variance_rate(opening, received, issued=0)
    assert found.rate * (opening + received).planned == (opening + received).variance


def test_an_estimate_is_left_out_of_the_rate() -> None:
    opening, received = Planned(8000, 2000), Planned(12000, -1000)
    assert by_variance_rate(opening, received, issued=10000, estimated=5000).issued.variance == 500
    assert by_variance_rate(opening, received + Planned(5000), issued=10000).issued.variance == 400


def test_nothing_at_planned_cost_has_no_rate() -> None:
    with pytest.raises(PolicyError) as caught:
        by_variance_rate(Planned(0, 5), Planned(0), issued=1)
    assert caught.value.code == "no_planned_cost"
