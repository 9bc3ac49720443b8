"""Before the month-end run: P17 of docs/spec/costing.md."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import jxc
from jxc.costing.policy import Policy
from jxc.testing.invariants import engine_for
from jxc.testing.strategies import Row, Shape, histories

MOVES: list[dict[str, Any]] = [
    {"date": "2026-01-05", "type": "receipt", "item": "TEA", "qty": 100, "amount": "200.00", "place": "A"},
    {"date": "2026-01-15", "type": "issue", "item": "TEA", "qty": 40, "place": "A"},
    {"date": "2026-02-03", "type": "receipt", "item": "TEA", "qty": 60, "amount": "180.00", "place": "A"},
    {"date": "2026-02-04", "type": "transfer", "item": "TEA", "qty": 10, "place": "A", "to_place": "B"},
    {"date": "2026-02-05", "type": "issue", "item": "TEA", "qty": 60, "place": "A"},
    {"date": "2026-02-06", "type": "issue", "item": "TEA", "qty": 10, "place": "B"},
]


def book(**choices: Any) -> jxc.Valuation:
    return jxc.value(MOVES, method="periodic_average", currency="CNY", **choices)


def test_issues_are_provisional_at_the_last_average_until_the_run() -> None:
    january = book(run_to="2026-01-31")
    assert [str(cost) for cost in january.costs()] == ["200.00", "80.00", "180.00", "20.00", "120.00", "0.00"]
    expected = ["final", "final", "final", "provisional", "provisional", "uncosted"]  # B has no last average
    assert [movement.status for movement in january.movements] == expected


def test_or_uncosted_by_policy() -> None:
    january = book(run_to="2026-01-31", before_run="uncosted")
    assert [str(cost) for cost in january.costs()] == ["200.00", "80.00", "180.00", "0.00", "0.00", "0.00"]
    assert [movement.status for movement in january.movements][3:] == ["uncosted"] * 3
    assert str(january.on_hand_value) == "300.00"


def test_final_after_it() -> None:
    february = book(run_to="2026-02-28")
    assert february.costs() == book().costs()
    assert {movement.status for movement in february.movements} == {"final"}


KINDS = ("receipt", "issue", "opening", "adjust_in", "scrap", "transfer", "sales_return", "assembly", "count")


@settings(max_examples=100)
@given(
    histories(Shape(kinds=KINDS, days=100)),
    st.sampled_from(["periodic_average", "planned"]),
    st.sampled_from(["last_average", "uncosted"]),
    st.sampled_from(["2025-12-31", "2026-01-31", "2026-02-28"]),
)
def test_value_is_conserved_before_the_run_too(rows: list[Row], method: str, before: Any, run_to: Any) -> None:
    policy = Policy(method=method, run_to=run_to, before_run=before, standard_cost={"TEA": "3", "CUP": "1.5"})
    state = engine_for(rows, policy).state
    moved = sum(outcome.value_change for outcome in state.outcomes.values()) + sum(gap.amount for gap in state.gaps)
    assert moved == sum(pool.value for pool in state.pools.values())
    final = engine_for(rows, policy.with_(run_to=None)).state
    last = policy.run_to
    assert last is not None
    for row, event in state.events.items():
        if event.date <= last.toordinal():
            assert state.outcomes[row].cost == final.outcomes[row].cost


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(jxc.DateError):
        book(run_to="2026-02-30")
