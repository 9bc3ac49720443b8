"""What becomes known in a later period than its goods: P23 of docs/spec/costing.md."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import jxc
from jxc.testing.strategies import Row, Shape, histories

GOODS: list[dict[str, Any]] = [
    {"id": "GR", "date": "2026-05-06", "type": "receipt", "item": "TEA", "qty": 10, "amount": "100.00"},
    {"id": "S1", "date": "2026-05-12", "type": "issue", "item": "TEA", "qty": 4},
]
FREIGHT = {"id": "LC", "date": "2026-06-03", "type": "landed_cost", "item": "TEA", "amount": "6.00", "ref": "GR"}
SOLD = {"id": "S2", "date": "2026-06-20", "type": "issue", "item": "TEA", "qty": 3}
HOUSE: dict[str, Any] = {"currency": "CNY", "standard_cost": {"TEA": "9.00"}}


@pytest.mark.parametrize("method", ["periodic_average", "planned", "retail"])
def test_a_later_charge_is_in_the_average_of_its_own_month(method: str) -> None:
    book = jxc.value([*GOODS, FREIGHT, SOLD], method=method, closed_periods="forward", **HOUSE)
    assert [str(cost) for cost in book.costs()] == ["100.00", "40.00", "6.00", "33.00"]  # 66.00 / 6
    restated = jxc.value([*GOODS, FREIGHT, SOLD], method=method, closed_periods="restate", **HOUSE)
    assert str(restated.costs()[1]) == "42.40"


def test_row_by_row_it_is_split_between_what_is_left_and_what_is_gone() -> None:
    book = jxc.value([*GOODS, FREIGHT, SOLD], method="fifo", closed_periods="forward", **HOUSE)
    assert [str(cost) for cost in book.costs()] == ["100.00", "40.00", "6.00", "31.80"]
    assert book.cost_of_sales_by_period == {"2026-05": 40, "2026-06": Decimal("34.20")}


def test_with_nothing_left_it_is_expensed() -> None:
    gone = {**SOLD, "date": "2026-05-20", "qty": 6}
    book = jxc.value([*GOODS, gone, FREIGHT], method="periodic_average", closed_periods="forward", **HOUSE)
    assert book.cost_of_sales_by_period == {"2026-05": 100, "2026-06": 6}
    assert book.effect_totals == {"expensed": 6}


def test_it_goes_by_periods_and_not_by_the_last_run() -> None:
    """The word is in force as soon as runs are named, and says the same after every run."""
    rows = [*GOODS, FREIGHT, SOLD]
    for day in ("2026-05-31", "2026-06-30", "2026-12-31"):
        assert str(jxc.value(rows, method="periodic_average", run_to=day, **HOUSE).costs()[1]) == "40.00"
    assert str(jxc.value(rows, method="periodic_average", **HOUSE).costs()[1]) == "42.40"


def test_bills_of_two_months_settle_their_own_units() -> None:
    bills = [
        {
            "id": "B1",
            "date": "2026-05-20",
            "type": "invoice_price_change",
            "item": "TEA",
            "qty": 4,
            "unit_cost": "11.00",
        },
        {
            "id": "B2",
            "date": "2026-06-10",
            "type": "invoice_price_change",
            "item": "TEA",
            "qty": 6,
            "unit_cost": "12.00",
        },
    ]
    rows = [*GOODS, *({**bill, "ref": "GR"} for bill in bills)]
    book = jxc.value(rows, method="periodic_average", closed_periods="forward", **HOUSE)
    assert [str(cost) for cost in book.costs()] == ["104.00", "41.60", "4.00", "12.00"]
    more = {"id": "B3", "date": "2026-06-11", "type": "invoice_price_change", "item": "TEA", "qty": 1, "ref": "GR"}
    book = jxc.value(
        [*rows, {**more, "unit_cost": "1.00"}], method="periodic_average", closed_periods="forward", **HOUSE
    )
    assert [problem.code for problem in book.problems] == ["billed_beyond_received"]


@settings(max_examples=80)
@given(histories(Shape(days=89)), st.sampled_from(["periodic_average", "planned", "moving_average", "fifo"]))
def test_no_later_row_changes_an_earlier_month(rows: list[Row], method: str) -> None:  # P23
    choices: dict[str, Any] = {"standard_cost": {"TEA": 3, "CUP": 2}, "currency": "CNY", "closed_periods": "forward"}
    whole = jxc.value(rows, method=method, **choices)
    for last in ("2026-01-31", "2026-02-28"):
        part = jxc.value(rows, method=method, as_of=last, **choices)
        before = [row for row, each in enumerate(rows) if str(each["date"]) <= last]
        assert [part.costs()[row] for row in before] == [whole.costs()[row] for row in before]


def test_a_history_closes_in_its_own_way() -> None:
    with pytest.raises(jxc.PolicyError) as caught:
        jxc.History(GOODS, currency="CNY", closed_periods="forward")
    assert caught.value.code == "contradiction"
