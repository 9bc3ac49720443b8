"""The month-end run as a plan: P20 to P22 of docs/spec/costing.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, cast

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


GOOD = jxc.CostRecord("2026-05:S:1", "2026-05", "S", "issue", "TEA", "", Decimal(1), Decimal("4.00"))


@pytest.mark.parametrize(
    "records",
    [
        None,
        [{"a": 1}],
        ["x"],
        [replace(GOOD, id=cast("str", []))],
        [replace(GOOD, movement=cast("str", {}))],
        [replace(GOOD, reverses=cast("str", []))],
        [replace(GOOD, cost=Decimal("sNaN"))],
        [replace(GOOD, qty=Decimal("Infinity"))],
    ],
)
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


# -- the order of the month, what is open, and what stands --------------------------------------------------------


def got(name: str, on: str, qty: int, cost: str | None = None, **more: Any) -> dict[str, Any]:
    row = {"id": name, "date": on, "type": "receipt", "item": "TEA", "qty": qty, **more}
    return row if cost is None else {**row, "unit_cost": cost}


def back(name: str, on: str, qty: int, ref: str | None = None) -> dict[str, Any]:
    row = {"id": name, "date": on, "type": "purchase_return", "item": "TEA", "qty": qty}
    return row if ref is None else {**row, "ref": ref}


def invoice(name: str, on: str, cost: str, ref: str, qty: int | None = None) -> dict[str, Any]:
    return {
        "id": name,
        "date": on,
        "type": "invoice_price_change",
        "item": "TEA",
        "unit_cost": cost,
        "ref": ref,
        "qty": qty,
    }


def shown(found: jxc.MonthEnd) -> dict[str, tuple[tuple[int, ...], str]]:
    return {step.name: (step.rows, str(step.amount)) for step in found.steps if step.rows}


def test_red_receipts_are_inward() -> None:
    moves = [
        got("G1", "2026-04-02", 10, "10.00"),
        got("G2", "2026-04-03", 10, "12.00", estimated="yes"),
        back("P1", "2026-04-05", 2, "G1"),
        back("P2", "2026-04-06", 1, "G2"),
        back("P3", "2026-04-07", 1),
        issued("S1", "2026-04-10", 4),
    ]
    assert shown(plan(moves, "2026-04")) == {
        "invoices": ((3,), "-20.00"),
        "estimates": ((2, 4), "108.00"),
        "outward": ((5, 6), "55.29"),  # 188.00 x 5 / 17
    }
    as_issues = shown(plan(moves, "2026-04", purchase_returns="as_next_issue"))
    assert as_issues["outward"][0] == (3, 4, 5, 6)


def test_estimates_stay_open_until_all_is_invoiced() -> None:
    moves = [
        got("G1", "2026-04-02", 10, "10.00", estimated=True),
        got("G2", "2026-05-02", 10, "12.00", estimated=True),
        back("P1", "2026-04-20", 1, "G1"),
        invoice("B1", "2026-05-10", "11.00", "G1", 4),
    ]
    assert shown(plan(moves, "2026-04"))["estimates"] == ((1, 3), "90.00")
    may = plan(moves, "2026-05")
    assert shown(may) == {"invoices": ((4,), "4.00"), "estimates": ((1, 2), "170.00")}  # 5 x 10.00 and 120.00
    assert [move.status for move in may.valuation.movements][:2] == ["provisional", "provisional"]
    more = [*moves, invoice("B2", "2026-06-02", "9.00", "G1", 5), invoice("B3", "2026-06-03", "12.00", "G2")]
    june = plan(more, "2026-06")
    assert shown(june) == {"invoices": ((5, 6), "-5.00")}
    assert [move.status for move in june.valuation.movements][:2] == ["final", "final"]


def test_receipts_at_nothing_are_told() -> None:
    free = [got("G1", "2026-04-02", 10, "0"), got("G2", "2026-04-03", 1), issued("S1", "2026-04-05", 2)]
    april = plan(free, "2026-04")
    assert [(problem.code, problem.row, problem.severity) for problem in april.missing] == [
        ("missing_cost", 2, "error"),
        ("received_at_zero", 1, "warning"),
        ("costed_at_zero", 3, "warning"),
    ]
    taken = plan(free, "2026-04", missing_cost="current_cost").missing
    assert [(problem.code, problem.row) for problem in taken][:2] == [("received_at_zero", 1), ("received_at_zero", 2)]


def test_value_that_no_goods_carry_is_told() -> None:
    moves = [got("G1", "2026-04-02", 1, "1.00"), issued("S1", "2026-04-05", 2), got("G2", "2026-05-02", 1, "1.30")]
    may = plan(moves, "2026-05", negative_stock="reset_on_next_receipt", booked=())
    assert [(problem.code, problem.row) for problem in may.missing] == [
        ("residue_without_quantity", 3),
        ("earlier_period_not_run", 0),
    ]
    assert "0.30" in may.missing[0].message


def test_a_month_that_was_run_stands() -> None:
    """An invoice of June for goods of May: May is what it was, and the difference is in June's average."""
    moves = [got("G1", "2026-05-02", 10, "10.00", estimated=True), issued("S1", "2026-05-05", 4)]
    booked = list(plan(moves, "2026-05").apply())
    later = [*moves, invoice("IN", "2026-06-03", "11.20", "G1"), issued("S2", "2026-06-10", 3)]
    june = plan(later, "2026-06", booked=booked)
    assert june.missing == ()
    assert [(record.movement, str(record.cost)) for record in june.apply()] == [("S2", "36.00")]  # 72.00 / 6
    booked += june.apply()
    assert plan(later, "2026-05", booked=booked).costs == ()
    restated = plan(later, "2026-06", booked=booked[:1], closed_periods="restate")
    assert [problem.code for problem in restated.missing] == ["earlier_cost_changed", "earlier_not_booked"]


def test_a_month_that_was_run_and_would_move_stops_the_next() -> None:
    moves = [OPEN, issued("S1", "2026-04-10")]
    booked = list(plan(moves, "2026-04").apply())
    late = [*moves, got("G9", "2026-04-05", 100, "20.00"), issued("S2", "2026-05-10")]
    may = plan(late, "2026-05", booked=booked)
    assert [(problem.code, problem.severity) for problem in may.missing] == [("earlier_cost_changed", "error")]
    with pytest.raises(jxc.StockError):
        may.apply()
    booked += plan(late, "2026-04", booked=booked).apply()
    assert plan(late, "2026-05", booked=booked).ready


def test_what_receipts_settle_about_a_shortage_is_booked_in_their_month() -> None:
    moves = [got("G1", "2026-04-02", 1, "10.00"), issued("S1", "2026-04-05", 3), got("G2", "2026-05-02", 9, "13.00")]
    house: dict[str, Any] = {"method": "moving_average", "negative_stock": "estimate_then_correct"}
    booked = list(plan(moves, "2026-04", **house).apply())
    may = plan(moves, "2026-05", booked=booked, **house)
    assert [(record.movement, record.type, str(record.cost)) for record in may.apply()] == [
        ("correction 2026-05 S1", "correction", "6.00")
    ]
    assert may.cost_of_sales == 6
    booked += may.apply()
    assert plan(moves, "2026-05", booked=booked, **house).costs == ()
    june = [*moves, issued("S2", "2026-06-01", 1)]
    assert plan(june, "2026-06", booked=booked, **house).missing == ()


def test_a_period_that_was_never_run_is_not_undone() -> None:
    booked = plan().apply()
    for records, period in ((booked, "2026-04"), (booked, "2026-07"), ((), "2026-05")):
        with pytest.raises(jxc.StockError) as caught:
            jxc.undo_month_end(records, period=period)
        assert (caught.value.code, caught.value.value) == ("period_not_booked", period)


def test_pools_stand_after_those_that_customers_returns_come_from() -> None:  # P20
    moves: list[dict[str, Any]] = [
        got("G1", "2026-04-02", 10, "10.00", place="Z"),
        {**issued("S1", "2026-04-05", 4), "place": "Z"},
        {**issued("R1", "2026-04-08", 1), "type": "sales_return", "place": "A", "ref": "S1"},
    ]
    assert [(pool.place, pool.circle) for pool in plan(moves, "2026-04").pools] == [("Z", None), ("A", None)]
    round_trip = [*moves, {**issued("T1", "2026-04-09", 1), "type": "transfer", "place": "A", "to_place": "Z"}]
    assert [(pool.place, pool.circle) for pool in plan(round_trip, "2026-04").pools] == [("A", 1), ("Z", 1)]
    current = plan(round_trip, "2026-04", returns="current_cost", missing_cost="current_cost")
    assert [(pool.place, pool.circle) for pool in current.pools] == [("A", None), ("Z", None)]
    of_april = plan([*moves, {**moves[2], "id": "R2", "date": "2026-05-02"}], "2026-05").pools
    assert [(pool.place, pool.circle) for pool in of_april] == [("A", None)]


def test_months_of_one_quarter_may_move_each_other_under_gross_profit() -> None:
    """What is no sale costs the quarter's average, so May's receipts move April's scrap: told, and no obstacle."""
    moves: list[dict[str, Any]] = [
        OPEN,
        {**issued("X", "2026-04-05", 1), "type": "scrap"},
        {**issued("S1", "2026-04-10"), "sale_price": "12.50"},
    ]
    house: dict[str, Any] = {"method": "gross_profit", "gross_margin": {"TEA": "0.2"}}
    booked = list(plan(moves, "2026-04", **house).apply())
    may = plan([*moves, got("G2", "2026-05-02", 100, "12.00")], "2026-05", booked=booked, **house)
    assert [(problem.code, problem.row, problem.severity) for problem in may.missing] == [
        ("earlier_cost_changed", 2, "warning")
    ]
    assert may.ready
    assert [(record.movement, str(record.cost)) for record in may.costs] == [("X", "1.00")]  # 11.00 less 10.00


def test_what_a_quarter_has_booked_and_holds_is_all_that_came_in() -> None:  # P21
    """April's scrap at the average of April, then what May's receipt adds to it; and nothing twice."""
    moves: list[dict[str, Any]] = [
        OPEN,
        {**issued("X", "2026-04-05"), "type": "scrap"},
        {**issued("S1", "2026-04-10", 40), "sale_price": "12.50"},
        got("G2", "2026-05-02", 100, "12.00"),
        {**issued("S2", "2026-06-10", 60), "sale_price": "13.00"},
    ]
    house: dict[str, Any] = {"method": "gross_profit", "gross_margin": {"TEA": "0.2"}}
    booked: list[jxc.CostRecord] = []
    for month in ("2026-04", "2026-05", "2026-06"):
        found = plan(moves, month, booked=booked, **house)
        booked += found.apply()
        assert plan(moves, month, booked=booked, **house).costs == ()
    assert sum(record.cost for record in booked) + found.valuation.on_hand_value == Decimal(2200)
    later = plan([*moves, issued("Y", "2026-07-02", 1) | {"sale_price": "13.00"}], "2026-07", booked=booked, **house)
    assert later.missing == ()
    late = {**issued("S0", "2026-04-20", 1), "sale_price": "12.50"}
    told = plan([*moves, late], "2026-06", booked=booked, **house).missing
    assert ("earlier_not_booked", "error") in [(problem.code, problem.severity) for problem in told]


def test_free_goods_that_a_later_month_prices_are_no_obstacle() -> None:
    """Nothing was booked of what cost nothing; what the quarter makes of it is booked by the month that knows."""
    moves: list[dict[str, Any]] = [
        got("G1", "2026-04-01", 10, "0"),
        {**issued("X", "2026-04-05", 5), "type": "scrap"},
        got("G2", "2026-05-02", 10, "12.00"),
    ]
    house: dict[str, Any] = {"method": "gross_profit", "gross_margin": {"TEA": "0.2"}}
    sold = {**issued("S1", "2026-04-10", 1), "sale_price": "12.50"}
    booked = list(plan([*moves[:2], sold], "2026-04", **house).apply())
    may = plan([*moves, sold], "2026-05", booked=booked, **house)
    assert may.ready
    assert ("X", "30.00") in [(record.movement, str(record.cost)) for record in may.costs]


def test_a_pool_that_only_value_reaches_is_in_the_plan() -> None:  # P20
    moves: list[dict[str, Any]] = [
        OPEN,
        {"id": "V", "date": "2026-05-03", "type": "revalue", "item": "TEA", "amount": "5.00"},
    ]
    [pool] = plan(moves, "2026-05").pools
    assert (str(pool.opening_value), str(pool.closing_value)) == ("1000.00", "1005.00")


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("method", {}),
        ("method", Decimal("sNaN")),
        ("currency", []),
        ("framework", []),
        ("framework", 5),
        ("units", 5),
        ("categories", {"TEA": []}),
        ("place_groups", {"A": 5}),
    ],
)
def test_a_choice_of_another_kind_names_its_field(name: str, word: Any) -> None:
    with pytest.raises(jxc.JxcError) as caught:
        jxc.month_end(MOVES, period="2026-05", **{name: word})
    assert caught.value.field == name
    assert caught.value.hint
