"""The month-end run as a plan: P20 to P22 of docs/spec/costing.md."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import jxc
from jxc.testing.strategies import Row, Shape, histories

MOVES: list[dict[str, Any]] = [
    {
        "id": "OB",
        "date": "2026-05-01",
        "type": "opening",
        "item": "TEA",
        "place": "MAIN",
        "qty": 100,
        "amount": "1000.00",
    },
    {
        "id": "GR",
        "date": "2026-05-06",
        "type": "receipt",
        "item": "TEA",
        "place": "MAIN",
        "qty": 200,
        "unit_cost": "13.00",
    },
    {
        "id": "T1",
        "date": "2026-05-10",
        "type": "transfer",
        "item": "TEA",
        "place": "MAIN",
        "to_place": "SHOP",
        "qty": 90,
    },
    {"id": "S1", "date": "2026-05-12", "type": "issue", "item": "TEA", "place": "SHOP", "qty": 60},
    {
        "id": "T2",
        "date": "2026-05-15",
        "type": "transfer",
        "item": "TEA",
        "place": "SHOP",
        "to_place": "MAIN",
        "qty": 5,
    },
    {"id": "R1", "date": "2026-05-18", "type": "sales_return", "item": "TEA", "place": "SHOP", "qty": 4, "ref": "S1"},
    {"id": "LC", "date": "2026-05-25", "type": "landed_cost", "item": "TEA", "amount": "36.00", "ref": "GR"},
    {
        "id": "IN",
        "date": "2026-05-28",
        "type": "invoice_price_change",
        "item": "TEA",
        "unit_cost": "13.10",
        "ref": "GR",
    },
    {"id": "CT", "date": "2026-05-31", "type": "count", "item": "TEA", "place": "SHOP", "qty": 28},
    {"id": "J1", "date": "2026-06-02", "type": "issue", "item": "TEA", "place": "MAIN", "qty": 10},
]


OPEN = {"id": "OB", "date": "2026-04-01", "type": "opening", "item": "TEA", "qty": 100, "amount": "1000.00"}


def plan(moves: object = MOVES, period: str = "2026-05", **choices: Any) -> jxc.MonthEnd:
    return jxc.month_end(moves, period=period, currency="CNY", **choices)


def test_the_order_of_the_month_is_fixed_and_shown() -> None:
    may = plan()
    assert [(step.number, step.name, step.rows) for step in may.steps] == [
        (1, "invoices", (8,)),
        (2, "estimates", ()),
        (3, "landed_cost", (7,)),
        (4, "counts", (9,)),
        (5, "red_issues", (6,)),
        (6, "transfers", (3, 5)),
        (7, "outward", (4,)),
    ]
    assert str(may).startswith("month end 2026-05, periodic_average: cost of sales 682.46")
    assert "1 invoices 采购结算: 1 rows, 20.00" in str(may)


def test_pools_in_a_circle_stand_together() -> None:
    pools = plan().pools
    assert [(pool.order, pool.circle, pool.place) for pool in pools] == [(1, 1, "MAIN"), (2, 1, "SHOP")]
    assert [(str(pool.closing_qty), pool.opening_qty) for pool in pools] == [("215", 0), ("28", 0)]
    june = plan(period="2026-06").pools
    assert [(str(pool.opening_qty), str(pool.closing_qty), pool.circle) for pool in june] == [("215", "205", None)]


def test_what_is_missing_is_told_with_row_field_and_way_out() -> None:
    wrong = [*MOVES, {"id": "NP", "date": "2026-05-07", "type": "receipt", "item": "CUP", "qty": 5, "place": "MAIN"}]
    wrong.append({"id": "TM", "date": "2026-05-20", "type": "issue", "item": "TEA", "qty": 999, "place": "MAIN"})
    may = plan(wrong)
    assert [(problem.row, problem.code, problem.field) for problem in may.missing] == [
        (11, "missing_cost", "unit_cost"),
        (12, "insufficient_stock", "qty"),
    ]
    assert all(problem.hint for problem in may.missing)
    assert not may.ready
    with pytest.raises(jxc.StockError) as caught:
        may.apply()
    assert caught.value.code == "month_not_ready"
    assert may.apply(partial=True) == may.costs


def test_an_estimate_makes_it_ready_and_is_a_step_of_its_own() -> None:
    open_price = [
        *MOVES,
        {"id": "NP", "date": "2026-05-07", "type": "receipt", "item": "CUP", "qty": 5, "place": "MAIN"},
    ]
    may = plan(open_price, estimates={"CUP": "1.25"})
    assert may.ready
    assert (may.steps[1].rows, str(may.steps[1].amount)) == ((11,), "6.25")
    assert [str(record.cost) for record in may.costs if record.movement == "NP"] == ["6.25"]


UNPRICED = {"id": "NP", "date": "2026-04-07", "type": "receipt", "item": "TEA", "qty": 5}


def test_an_estimate_is_of_the_period_that_is_run() -> None:
    moves = [OPEN, UNPRICED, {**UNPRICED, "id": "N2", "date": "2026-05-07"}]
    booked = list(plan(moves, "2026-04", estimates={"TEA": "3"}).apply())
    assert [str(record.cost) for record in booked] == ["15.00"]
    may = plan(moves, "2026-05", estimates={"TEA": "4"}, booked=booked)
    assert [str(record.cost) for record in may.costs] == ["20.00"]
    assert may.missing == ()
    unknown = plan(moves, "2026-05", estimates={"TEA": "4"}).missing
    assert [(problem.row, problem.code) for problem in unknown] == [(2, "missing_cost")]


@pytest.mark.parametrize(
    ("estimates", "code"),
    [
        ({"TEA": "-3"}, "cost_below_zero"),
        ({"TAE": "3"}, "unknown_item"),
        (["TEA"], "wrong_kind"),
        ("TEA", "wrong_kind"),
    ],
)
def test_an_estimate_that_cannot_be_is_refused(estimates: Any, code: str) -> None:
    with pytest.raises(jxc.PolicyError) as caught:
        plan([OPEN], "2026-04", estimates=estimates)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("period", "length", "method"),
    [
        ("2026-05", "quarter", "periodic_average"),
        ("2026", "month", "planned"),
        ("2026-Q2", "year", "retail"),
        ("2026-05", "all", "periodic_average"),
        ("2026", "month", "gross_profit"),
    ],
)
def test_a_run_is_of_the_length_that_the_policy_costs_by(period: str, length: str, method: str) -> None:
    with pytest.raises(jxc.PolicyError) as caught:
        jxc.month_end([OPEN], period=period, policy=jxc.Policy(method=method, period=length))  # type: ignore[arg-type]
    assert caught.value.code == "wrong_period"


def test_costs_of_zero_and_below_are_told() -> None:
    free = {**OPEN, "amount": "0"}
    found = plan([free, issued("S1", "2026-04-10")], "2026-04").missing
    assert [(problem.code, problem.row) for problem in found] == [("received_at_zero", 1), ("costed_at_zero", 2)]
    moves = [
        {**OPEN, "type": "receipt", "qty": 10},
        {**OPEN, "id": "G2", "type": "receipt", "qty": 90, "amount": "90.00"},
        {**issued("P", "2026-04-10", 9), "type": "purchase_return", "unit_cost": "200.00", "ref": "OB"},
        issued("S", "2026-04-12", 5),
    ]
    below = plan(moves, "2026-04", purchase_returns="stated_price").missing
    assert [(problem.code, problem.row) for problem in below] == [("returned_at_average", 3)]
    apart = [{**move, "place": "A"} for move in moves]
    came = {**OPEN, "id": "OC", "qty": 2, "amount": "2.00", "place": "B"}
    sent = {**issued("T", "2026-04-05", 1), "type": "transfer", "place": "B", "to_place": "A"}
    below = plan([came, sent, *apart], "2026-04", purchase_returns="stated_price").missing
    assert [(problem.code, problem.row) for problem in below] == [("value_below_zero", 5), ("costed_below_zero", 6)]


def test_negative_balances_and_residues_are_told() -> None:
    below = [{"date": "2026-05-12", "type": "issue", "item": "TEA", "qty": 6}]
    may = plan(below, negative_stock="reset_on_next_receipt", initial_unit_cost="2")
    assert [problem.code for problem in may.missing] == ["negative_balance"]
    rest = [
        {"id": "R", "date": "2026-05-01", "type": "receipt", "item": "TEA", "qty": 6, "amount": "12.00"},
        {"date": "2026-05-02", "type": "purchase_return", "item": "TEA", "qty": 6, "unit_cost": "1.00", "ref": "R"},
    ]
    may = plan(rest, method="planned", purchase_returns="stated_price", standard_cost={"TEA": 2})
    assert [(p.code, p.severity, p.value) for p in may.missing] == [("residue_without_quantity", "warning", "TEA")]
    assert may.ready


def test_the_same_again_changes_nothing() -> None:
    booked = plan().apply()
    assert plan(booked=booked).costs == ()
    assert [record.movement for record in booked] == ["T1", "S1", "T2", "R1", "CT"]
    assert {record.period for record in booked} == {"2026-05"}


def test_a_late_row_books_the_difference() -> None:
    booked = plan().apply()
    late = [
        *MOVES,
        {"id": "LC2", "date": "2026-05-30", "type": "landed_cost", "item": "TEA", "amount": "10.00", "ref": "GR"},
    ]
    more = plan(late, booked=booked).apply()
    assert more
    assert {record.id for record in more} & {record.id for record in booked} == set()
    assert plan(late, booked=[*booked, *more]).costs == ()
    june = plan(late, "2026-06", booked=booked)
    assert {problem.code for problem in june.missing} == {"earlier_cost_changed"}


def test_a_row_that_is_gone_is_taken_back() -> None:
    booked = plan().apply()
    rest = [row for row in MOVES if row["id"] not in ("S1", "R1", "CT")]
    fewer = plan(rest, booked=booked)
    assert {record.movement for record in fewer.costs if record.cost < 0} >= {"S1", "R1"}
    assert [record.cost for record in fewer.costs if record.movement == "CT"] == [
        Decimal("12.18")
    ]  # a loss, taken back
    assert plan(rest, booked=[*booked, *fewer.costs]).costs == ()


def test_a_framework_is_held_against_it() -> None:
    with pytest.raises(jxc.FrameworkError):
        plan(method="lifo", framework="cas_small")
    assert plan(method="lifo", framework="cas_small", waive=True).ready


def test_undone_by_red_records_and_run_again() -> None:
    booked = list(plan().apply())
    booked += jxc.undo_month_end(booked, period="2026-05")
    assert sum(record.cost for record in booked) == 0
    assert jxc.undo_month_end(booked, period="2026-05") == ()
    again = plan(booked=booked).apply()
    assert {record.movement: record.cost for record in again} == {r.movement: r.cost for r in plan().apply()}
    assert plan(booked=[*booked, *again]).costs == ()


def test_records_are_handed_in_once() -> None:
    booked = plan().apply()
    with pytest.raises(jxc.FieldError) as caught:
        plan(booked=[*booked, *booked])
    assert caught.value.code == "duplicate_record"


def issued(name: str, on: str, qty: int = 10) -> dict[str, Any]:
    return {"id": name, "date": on, "type": "issue", "item": "TEA", "qty": qty}


def counted(qty: int) -> dict[str, Any]:
    return {"id": "CT", "date": "2026-04-30", "type": "count", "item": "TEA", "qty": qty}


def test_a_gain_and_a_loss_by_count_are_told_apart() -> None:
    [gain] = plan([OPEN, counted(101)], "2026-04").apply()
    [loss] = plan([OPEN, counted(99)], "2026-04").apply()
    assert [str(figure) for figure in (gain.qty, gain.cost, loss.qty, loss.cost)] == ["1", "10.00", "-1", "-10.00"]
    out = {**issued("AO", "2026-04-20", 2), "type": "adjust_out"}
    step = plan([OPEN, out, counted(99)], "2026-04").steps[3]
    assert (step.gains, step.losses, step.amount) == (Decimal("10.00"), Decimal("20.00"), Decimal("-10.00"))
    assert str(step) == "4 counts 盘点: 2 rows, -10.00 (盘盈 10.00, 盘亏 20.00)"


def test_a_gain_that_a_late_receipt_makes_a_loss_is_booked_as_one() -> None:
    booked = list(plan([OPEN, counted(101)], "2026-04").apply())
    late = {"id": "GR", "date": "2026-04-20", "type": "receipt", "item": "TEA", "qty": 2, "amount": "20.00"}
    booked += plan([OPEN, late, counted(101)], "2026-04", booked=booked).apply()
    assert [str(record.cost) for record in booked] == ["10.00", "-20.00"]


def codes(moves: object, booked: Sequence[jxc.CostRecord], period: str = "2026-05") -> list[tuple[str, int]]:
    return [(problem.code, problem.row) for problem in plan(moves, period, booked=booked).missing]


def test_what_a_closed_month_did_not_book_is_told_by_later_plans() -> None:
    moves = [OPEN, issued("S1", "2026-04-10"), issued("S2", "2026-05-10")]
    assert codes(moves, []) == [("earlier_period_not_run", 0)]
    booked: list[jxc.CostRecord] = []
    for period in ("2026-04", "2026-05"):
        booked += plan(moves, period, booked=booked).apply()
    assert codes(moves, booked) == []
    assert codes([*moves, issued("S9", "2026-04-20")], booked) == [("earlier_not_booked", 4)]
    assert codes([moves[0], moves[2]], booked) == [("earlier_row_gone", 0)]
    assert codes([OPEN, issued("S1", "2026-05-02"), moves[2]], booked) == [("earlier_row_gone", 0)]
    undone = [*booked, *jxc.undo_month_end(booked, period="2026-05")]
    undone += jxc.undo_month_end(undone, period="2026-04")
    assert codes(moves, undone) == [("earlier_period_not_run", 0)]


def test_a_row_that_moves_to_another_month_takes_its_cost_along() -> None:
    moves = [OPEN, issued("S1", "2026-04-10")]
    booked = list(plan(moves, "2026-04").apply())
    moved = [OPEN, issued("S1", "2026-05-10")]
    with pytest.raises(jxc.StockError):  # what May opens with is not what April has booked
        plan(moved, "2026-05", booked=booked).apply()
    for period in ("2026-04", "2026-05"):
        booked += plan(moved, period, booked=booked).apply()
    assert by_period(booked) == {("2026-05", "S1"): Decimal("100.00")}


def test_a_period_is_undone_after_those_that_stand_on_it() -> None:
    moves = [OPEN, issued("S1", "2026-04-10"), issued("S2", "2026-05-10")]
    booked = list(plan(moves, "2026-04").apply())
    booked += plan(moves, "2026-05", booked=booked).apply()
    with pytest.raises(jxc.StockError) as caught:
        jxc.undo_month_end(booked, period="2026-04")
    assert caught.value.code == "later_period_booked"
    with pytest.raises(jxc.PolicyError) as other:
        jxc.undo_month_end(booked, period="2026")
    assert other.value.code == "wrong_period"
    for word in ("garbage", "2026-5", None, 5):
        with pytest.raises(jxc.DateError):
            jxc.undo_month_end(booked, period=word)  # type: ignore[arg-type]
        with pytest.raises(jxc.DateError):
            plan(moves, word)  # type: ignore[arg-type]


@pytest.mark.parametrize("records", [None, [{"a": 1}], ["x"]])
def test_records_are_records(records: Any) -> None:
    with pytest.raises(jxc.FieldError):
        plan(booked=records)
    with pytest.raises(jxc.FieldError):
        jxc.undo_month_end(records, period="2026-05")


def sums(records: Sequence[jxc.CostRecord]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for record in records:
        found[record.movement] = found.get(record.movement, Decimal(0)) + record.cost
    return {name: cost for name, cost in found.items() if cost}


def by_period(records: Sequence[jxc.CostRecord]) -> dict[tuple[str, str], Decimal]:
    found: dict[tuple[str, str], Decimal] = {}
    for record in records:
        key = record.period, record.movement
        found[key] = found.get(key, Decimal(0)) + record.cost
    return {key: cost for key, cost in found.items() if cost}


def run_both(rows: object, booked: list[jxc.CostRecord], **choices: Any) -> None:
    for period in ("2026-01", "2026-02"):
        booked += plan(rows, period, booked=booked, **choices).apply(partial=True)


COUNTED = "count"
ISSUES = frozenset({"issue", "scrap", "adjust_out", "transfer", "sales_return", "purchase_return", "count"})


def said(valuation: jxc.Valuation) -> dict[tuple[str, str], Decimal]:
    """What the method says each movement of January and February cost, taken from the valuation itself."""
    found: dict[tuple[str, str], Decimal] = {}
    state = valuation.state
    for at, move in enumerate(valuation.movements):
        if move.type in ISSUES and move.status != "refused" and move.cost:
            outcome = None if state is None else state.outcomes.get(at)
            is_loss = move.type == COUNTED and outcome is not None and outcome.difference_qty < 0
            found["any", move.id] = -move.cost if is_loss else move.cost
    return found


@settings(max_examples=80)
@given(
    histories(Shape(days=59)),
    histories(Shape(kinds=("receipt", "issue"), days=59, most=3)),
    st.sampled_from(["periodic_average", "planned", "moving_average", "fifo"]),
    st.data(),
)
def test_booked_and_planned_is_what_the_method_says(  # P21
    rows: list[Row], late: list[Row], method: str, data: st.DataObject
) -> None:
    choices: dict[str, Any] = {"method": method, "standard_cost": {"TEA": 3, "CUP": 2}}
    booked: list[jxc.CostRecord] = []
    run_both(rows, booked, **choices)
    moved = [dict(row) for row in rows]
    for row in moved:
        if data.draw(st.integers(0, 5)) == 0:
            row["date"] = data.draw(st.sampled_from(["2026-01-20", "2026-02-20"]))
    more = [*moved, *({**row, "id": f"late{at}"} for at, row in enumerate(late) if "ref" not in row)]
    run_both(more, booked, **choices)
    fresh: list[jxc.CostRecord] = []
    run_both(more, fresh, **choices)
    assert by_period(booked) == by_period(fresh)
    february = plan(more, "2026-02", booked=booked, **choices)
    assert february.costs == ()
    for period in ("2026-02", "2026-01"):
        if any(record.period == period for record in booked):
            booked += jxc.undo_month_end(booked, period=period)
    assert sums(booked) == {}


@settings(max_examples=60)
@given(histories(Shape(days=31)), st.sampled_from(["periodic_average", "planned", "fifo"]))
def test_records_are_the_costs_of_the_valuation(rows: list[Row], method: str) -> None:  # P21
    january = plan(rows, "2026-01", method=method, standard_cost={"TEA": 3, "CUP": 2})
    kinds = {str(row["id"]): row["type"] for row in rows}
    recorded = {("any", r.movement): r.cost for r in january.costs if kinds[r.movement] in ISSUES}
    assert recorded == said(january.valuation)


@settings(max_examples=80)
@given(histories(Shape(days=59)), st.sampled_from(["item", "place"]))
def test_pools_tie_to_what_is_on_hand(rows: list[Row], scope: str) -> None:  # P20
    february = plan(rows, "2026-02", scope=scope)
    touched = {(pool.item, pool.place) for pool in february.pools}
    held: dict[tuple[str, str], Decimal] = {}
    for line in february.valuation.on_hand:
        key = line.item, line.place if scope == "place" else ""
        held[key] = held.get(key, Decimal(0)) + line.value
    assert {(p.item, p.place): p.closing_value for p in february.pools if p.closing_value} == {
        key: value for key, value in held.items() if key in touched and value
    }
    order = {(pool.item, pool.place): pool for pool in february.pools}
    for move in february.valuation.movements:
        row = next(row for row in rows if row["id"] == move.id)
        if move.type == "transfer" and move.status == "final" and str(row["date"]) >= "2026-02" and scope == "place":
            source, target = order[move.item, str(row["place"])], order[move.item, str(row["to_place"])]
            assert source.order < target.order or source.circle == target.circle is not None or source is target
