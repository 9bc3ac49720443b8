"""``jxc.value`` under ``periodic_average``: the fast path and the engine answer alike, item by item."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import jxc

PLACES = ("A", "B", "C")


@st.composite
def tables(draw: st.DrawFn) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for _ in range(draw(st.integers(1, 14))):
        kind = draw(st.sampled_from(("receipt", "receipt", "transfer", "issue")))
        place = draw(st.sampled_from(PLACES))
        row: dict[str, Any] = {
            "date": f"2026-0{draw(st.integers(1, 2))}-{draw(st.integers(10, 28))}",
            "type": kind,
            "item": draw(st.sampled_from(("OIL", "TEA"))),
            "place": place,
            "qty": draw(st.integers(1, 9)) + (9 if kind == "receipt" else 0),
            "amount": str(draw(st.integers(0, 999))) if kind == "receipt" else "",
            "to_place": draw(st.sampled_from([p for p in PLACES if p != place])) if kind == "transfer" else "",
        }
        rows.append(row)
    return rows


def figures(book: jxc.Valuation) -> dict[str, Any]:
    return {**book.to_dict(), "policy": None}


@given(tables(), st.sampled_from(("month", "all")))
def test_fast_path_and_engine_answer_alike(rows: list[dict[str, Any]], period: str) -> None:  # P11
    fast = jxc.value(rows, method="periodic_average", currency="CNY", period=period)
    # A choice that these rows don't meet, but that the fast path does not take on.
    plain = jxc.value(
        rows, method="periodic_average", currency="CNY", period=period, place_groups={"NOWHERE": "ELSEWHERE"}
    )
    assert plain._run.loop is None
    assert fast.costs() == plain.costs()
    assert fast.on_hand == plain.on_hand
    assert fast.problems == plain.problems
    assert fast.cost_of_sales_by_period == plain.cost_of_sales_by_period
    assert fast.totals == plain.totals


@given(tables())
def test_value_in_is_value_out_and_on_hand(rows: list[dict[str, Any]]) -> None:  # P6
    book = jxc.value(rows, method="periodic_average", currency="CNY")
    by_type = {total.type: total.cost for total in book.totals}
    left_out = {problem.row for problem in book.problems}
    assert len(left_out) == book.rows_left_out
    assert by_type.get("receipt", 0) == by_type.get("issue", 0) + book.on_hand_value


def test_most_rows_take_the_fast_path() -> None:
    rows = [
        {"date": "2026-01-05", "type": "receipt", "item": "TEA", "qty": 3, "amount": "1.00"},
        {"date": "2026-01-06", "type": "issue", "item": "TEA", "qty": 2},
        {"date": "2026-01-06", "type": "issue", "item": "OIL", "qty": 2},
    ]
    book = jxc.value(rows, method="periodic_average", currency="CNY")
    assert book._run.in_engine == {"OIL"}
    assert [problem.row for problem in book.problems] == [3]
    assert [str(cost) for cost in book.costs()] == ["1.00", "0.67", "0.00"]


def test_compare_puts_it_beside_the_others() -> None:
    rows = [
        {"date": "2026-01-05", "type": "receipt", "item": "TEA", "qty": 1, "amount": "1.00"},
        {"date": "2026-01-06", "type": "issue", "item": "TEA", "qty": 1},
        {"date": "2026-01-07", "type": "receipt", "item": "TEA", "qty": 1, "amount": "2.00"},
    ]
    table = jxc.compare(rows, methods=["fifo", "periodic_average"], currency="CNY")
    assert [str(table[name].cost_of_sales) for name in ("fifo", "periodic_average")] == ["1.00", "1.50"]
    assert str(table.items()[0].spread) == "0.50"


def test_frameworks_know_it() -> None:
    for framework in ("ifrs", "cas", "cas_small", "us_gaap"):
        assert jxc.value([], method="periodic_average", framework=framework).problems == ()
