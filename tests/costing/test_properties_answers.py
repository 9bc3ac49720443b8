"""What the answer promises: no trace of refused rows, explanations that add up, the same bytes, facts like rows."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given

from jxc.api.value import value
from jxc.costing.explain import explain
from jxc.costing.policy import Policy
from jxc.errors import NotFoundError
from jxc.stock.assembly_facts import Assembly, Component
from jxc.testing.facts import fact_of, facts_of
from jxc.testing.invariants import check_layers, check_valuation, engine_for
from jxc.testing.rewrites import figures, without
from jxc.testing.strategies import METHODS, Row, Shape, histories, policies, roundings

COSTS = {"TEA": Fraction(3), "CUP": Fraction("1.25")}
LOTS = Shape(lots=("L1", "L2"))

STATED_BY = {
    "own": {"opening", "receipt", "adjust_in", "sales_return", "disassembly"},
    "charge": {"landed_cost"},
    "price_difference": {"invoice_price_change"},
    "revaluation": {"revalue"},
    "standard_price": {"standard_price"},
    "added_cost": {"assembly", "disassembly"},
    "count": {"count"},
}
"""Which rows may stand at the end of an explanation as the source of each kind of value."""


# ------------------------------------------------------------------------------------------------------ refused rows


# a refused assembly still says that its components went out before the day's issues; as entered, no row moves another
@given(rows=histories(), policy=policies(standard_cost=COSTS, same_moment="as_entered"))
def test_refused_rows_leave_no_trace(rows: list[Row], policy: Policy) -> None:
    _refused_leave_no_trace(rows, policy)


@given(rows=histories(LOTS), policy=policies(standard_cost=COSTS, same_moment="as_entered"))
def test_refused_rows_leave_no_trace_among_lots(rows: list[Row], policy: Policy) -> None:
    _refused_leave_no_trace(rows, policy)


def _refused_leave_no_trace(rows: list[Row], policy: Policy) -> None:
    whole = figures(engine_for(rows, policy, currency="CNY"))
    valued = {name for name, row in whole.rows.items() if row[1] != "refused"}
    refused = {str(row["id"]) for row in rows} - valued
    clean = figures(engine_for(without(rows, refused), policy, currency="CNY"))
    assert clean.rows == {name: row for name, row in whole.rows.items() if name in valued}
    assert clean.closing == whole.closing


# ------------------------------------------------------------------------------------------------------ explanations


@pytest.mark.parametrize("method", METHODS)
@given(rows=histories(LOTS), policy=policies(rounding=roundings("cumulative"), standard_cost=COSTS))
def test_an_explanation_adds_up_and_ends_where_amounts_were_stated(
    method: str, rows: list[Row], policy: Policy
) -> None:
    policy = policy.with_(method=method)
    state = engine_for(rows, policy, currency="CNY", trace=True).state
    for row, outcome in state.outcomes.items():
        if outcome.status == "refused":
            with pytest.raises(NotFoundError):
                explain(state, row)
            continue
        lines = explain(state, row)
        assert sum(line.amount for line in lines) == outcome.cost
        for line in lines:
            kind = state.events[line.row].type
            if line.kind != "own" or line.row != row:  # a charge, asked for itself, is its own source
                assert kind in STATED_BY.get(line.kind, {kind})
                assert line.kind != "own" or state.events[line.row].amount is not None


@pytest.mark.parametrize("method", ["fifo", "lifo", "hifo", "lofo", "moving_average"])
@given(rows=histories(Shape(kinds=("receipt", "issue", "transfer", "sales_return", "assembly", "landed_cost"))))
def test_only_rounding_is_left_unexplained(method: str, rows: list[Row]) -> None:
    state = engine_for(rows, Policy(method=method), currency="CNY", trace=True).state
    for row, outcome in state.outcomes.items():
        if outcome.status != "refused":
            left = sum(abs(line.amount) for line in explain(state, row) if line.kind == "rounding")
            assert left <= len(rows)  # at most a minor unit for each row that handed value on


def test_an_explanation_goes_through_a_transfer_an_assembly_and_a_return() -> None:
    rows: list[Row] = [
        _row("r1", 1, "receipt", "TEA", 10, amount="20.00"),
        _row("f1", 2, "landed_cost", "", "", amount="5.00", ref="r1"),
        _row("t1", 3, "transfer", "TEA", 4, to_place="SHOP"),
        _row("i1", 4, "issue", "TEA", 4, place="SHOP", reason="assembly"),
        _row("a1", 4, "assembly", "GIFT", 2, place="SHOP", ref="i1", amount="1.00"),
        _row("s1", 5, "issue", "GIFT", 2, place="SHOP"),
        _row("b1", 6, "sales_return", "GIFT", 1, place="SHOP", ref="s1"),
    ]
    answer = value(rows, currency="CNY").explain(row=7)
    assert answer.cost == Decimal("5.50")
    assert {(source.kind, source.id, source.amount) for source in answer.sources} == {
        ("own", "r1", Decimal("4.00")),
        ("charge", "f1", Decimal("1.00")),
        ("added_cost", "a1", Decimal("0.50")),
    }


def _row(name: str, day: int, kind: str, item: str, qty: object, **cells: object) -> Row:
    return {"id": name, "date": f"2026-01-{day:02d}", "type": kind, "item": item, "place": "WH", "qty": qty, **cells}


# ------------------------------------------------------------------------------------------------- bytes and figures


@given(rows=histories(LOTS), policy=policies(standard_cost=COSTS))
def test_the_same_input_gives_the_same_bytes_and_figures_that_agree(rows: list[Row], policy: Policy) -> None:
    first, second = (value([dict(row) for row in rows], policy=policy, currency="CNY") for _ in range(2))
    assert first.to_json() == second.to_json()
    check_valuation(first)


@given(rows=histories(), policy=policies(rounding=roundings("cumulative", "none"), standard_cost=COSTS))
def test_the_open_layers_are_what_is_on_hand(rows: list[Row], policy: Policy) -> None:
    check_layers(value(rows, policy=policy, currency="CNY"), ("TEA", "CUP"))


@given(rows=histories(), policy=policies(standard_cost=COSTS))
def test_an_item_valued_by_the_loops_or_by_the_engine_has_the_same_answer(rows: list[Row], policy: Policy) -> None:
    answer, state = value(rows, policy=policy, currency="CNY"), engine_for(rows, policy, currency="CNY").state
    costs = {state.events[row].id: outcome.cost for row, outcome in state.outcomes.items()}
    if policy.rounding.rule != "none" and policy.rounding.rule != "unit_cost":
        assert {moved.id: moved.cost * 100 for moved in answer.movements if moved.id in costs} == costs


# -------------------------------------------------------------------------------------------------------------- facts


@given(rows=histories(Shape(lots=("L1", "L2"), times=True, decimals=True)), policy=policies(standard_cost=COSTS))
def test_facts_are_valued_like_rows(rows: list[Row], policy: Policy) -> None:
    facts = facts_of(rows)
    named = {fact.id for fact in facts}
    by_row = value([row for row in rows if row["id"] in named], policy=policy, currency="CNY")
    by_fact = value(facts, policy=policy, currency="CNY")
    assert [(m.id, m.cost, m.status) for m in by_fact.movements] == [(m.id, m.cost, m.status) for m in by_row.movements]
    assert (by_fact.on_hand, by_fact.cost_of_sales) == (by_row.on_hand, by_row.cost_of_sales)
    assert [problem.code for problem in by_fact.problems] == [problem.code for problem in by_row.problems]


def test_a_fact_of_assembly_is_its_rows() -> None:
    receipt = _row("r1", 1, "receipt", "TEA", 3, amount="10.00")
    issue = _row("i1", 2, "issue", "TEA", 2, reason="assembly")
    made = _row("a1", 2, "assembly", "GIFT", 1, ref="i1", amount="0.40")
    sold = _row("s1", 3, "issue", "GIFT", 1)
    assembly = Assembly(
        date=fact_of(receipt).date.replace(day=2),
        item="GIFT",
        place="WH",
        qty=Decimal(1),
        components=(Component(item="TEA", qty=Decimal(2)),),
        extra_cost=Decimal("0.40"),
    )
    by_row = value([receipt, issue, made, sold], currency="CNY")
    by_fact = value([fact_of(receipt), assembly, fact_of(sold)], currency="CNY")
    assert by_fact.cost_of_sales == by_row.cost_of_sales == Decimal("7.07")
    assert by_fact.on_hand == by_row.on_hand


def test_a_disassembly_shares_by_amounts_or_by_quantities_but_not_by_both() -> None:
    rows: list[Row] = [
        _row("r1", 1, "receipt", "SET", 1, amount="9.00"),
        _row("i1", 2, "issue", "SET", 1, reason="disassembly"),
        _row("d1", 2, "disassembly", "CUP", 2, ref="i1"),
        _row("d2", 2, "disassembly", "POT", 1, ref="i1"),
    ]
    assert [m.cost for m in value(rows, currency="CNY").movements][2:] == [Decimal("6.00"), Decimal("3.00")]
    rows[3]["amount"] = "5.00"
    problems = value(rows, currency="CNY").problems
    assert [(problem.row, problem.code) for problem in problems] == [
        (3, "weights_incomplete"),
        (4, "weights_incomplete"),
    ]


def test_what_went_into_one_product_goes_into_no_other() -> None:
    rows: list[Row] = [
        _row("r1", 1, "receipt", "TEA", 1, amount="9.00"),
        _row("i1", 2, "issue", "TEA", 1, reason="assembly"),
        _row("a1", 2, "assembly", "GIFT", 1, ref="i1"),
        _row("a2", 2, "assembly", "BOX", 1, ref="i1"),
    ]
    answer = value(rows, currency="CNY")
    assert [(problem.row, problem.code) for problem in answer.problems] == [(4, "consumed_already")]
    assert answer.on_hand_value == Decimal("9.00")
