"""The second route itself: two ways to first in, first out that share no arithmetic, and what must hold for all."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.realdata.second_route import Line, Outcome, by_layers, fifo, line_total, moving_average, unit_by_unit


@st.composite
def histories(draw: st.DrawFn) -> list[Line]:
    """Up to 25 lines of two items over three days, issues as likely as receipts."""
    quantities = st.integers(-9, 9).filter(bool)
    days = st.sampled_from(["2026-01-01", "2026-01-02", "2026-01-03"])
    drawn = draw(st.lists(st.tuples(days, st.sampled_from("AB"), quantities, st.integers(0, 500)), max_size=25))
    return [Line(row, day, item, qty, value if qty > 0 else 0) for row, (day, item, qty, value) in enumerate(drawn)]


def lifo(lines: list[Line]) -> Outcome:
    return by_layers(lines, lambda serial, _: Fraction(-serial))


def highest(lines: list[Line]) -> Outcome:
    return by_layers(lines, lambda _, unit_cost: -unit_cost)


@given(histories())
def test_prefix_sums_equal_a_price_tag_on_every_unit(lines: list[Line]) -> None:
    assert fifo(lines) == unit_by_unit(lines)


@given(histories())
def test_prefix_sums_equal_a_list_of_layers(lines: list[Line]) -> None:
    assert fifo(lines) == by_layers(lines, lambda serial, _: Fraction(serial))


@pytest.mark.parametrize("route", [fifo, lifo, highest, moving_average])
@given(lines=histories())
def test_value_in_is_value_out_and_left(route: Callable[[list[Line]], Outcome], lines: list[Line]) -> None:
    outcome = route(lines)
    left_out = set(outcome.shortages)
    assert outcome.cost_of_sales + outcome.closing_value == sum(line.value for line in lines)
    assert set(outcome.costs) | left_out == {line.row for line in lines}
    for item, (qty, value) in outcome.closing.items():
        assert qty == sum(line.qty for line in lines if line.item == item and line.row not in left_out)
        assert qty > 0 or value == 0


@given(histories())
def test_all_routes_refuse_the_same_issues(lines: list[Line]) -> None:
    assert fifo(lines).shortages == lifo(lines).shortages == moving_average(lines).shortages


@pytest.mark.parametrize(
    ("qty", "unit_cost", "places", "total"),
    [(3, "45.5805", 2, 13674), (3, "45.5805", 4, 1367415), (1, "0.0050", 2, 1), (1, "0.0049", 2, 0), (7, "0", 2, 0)],
)
def test_a_line_is_rounded_once_half_up(qty: int, unit_cost: str, places: int, total: int) -> None:
    assert line_total(qty, unit_cost, places) == total
