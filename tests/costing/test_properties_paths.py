"""Figures do not depend on the way: how a history is cut, mixed, named, measured, interrupted, computed (rule 3)."""

from __future__ import annotations

import copy
import pickle
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.api.sources import read_rows
from jxc.api.value import value
from jxc.costing.engine import Engine
from jxc.costing.order import in_order
from jxc.costing.policy import CostRounding, Policy
from jxc.testing.invariants import engine_for
from jxc.testing.rewrites import Figures, figures, mixed, parts, references, renamed, scaled, split
from jxc.testing.strategies import ALL_KINDS, METHODS, PLAIN_KINDS, Row, Shape, histories, policies, roundings

COSTS = {"TEA": Fraction(3), "CUP": Fraction("1.25")}
LOTS = Shape(lots=("L1", "L2"))
CUMULATIVE = roundings("cumulative")
NOT_ROUNDED = CostRounding(rule="none")

cumulative = policies(rounding=CUMULATIVE, standard_cost=COSTS)


def run(rows: list[Row], policy: Policy) -> Engine:
    return engine_for(rows, policy, currency="CNY")


def found(rows: list[Row], policy: Policy) -> Figures:
    return figures(run(rows, policy))


# ----------------------------------------------------------------------------------------- an issue split in two

# at no stock the "current unit cost" is that of the last slice taken, which the cut of an issue decides
NO_CURRENT_COST = Shape(kinds=tuple(kind for kind in ALL_KINDS if kind not in ("count", "adjust_in")))
exactly = {"negative_stock": "refuse", "missing_cost": "refuse", "returns": "original_cost"}


@pytest.mark.parametrize("method", METHODS)
@given(data=st.data(), rows=histories(NO_CURRENT_COST))
def test_an_issue_split_in_two_changes_no_cost(method: str, data: st.DataObject, rows: list[Row]) -> None:
    scope = data.draw(st.sampled_from(("item", "item+location")))
    drawn = policies((method,), CUMULATIVE, standard_cost=COSTS, scope=scope, same_moment="receipts_first", **exactly)
    policy = data.draw(drawn)
    whole = found(rows, policy)
    referred = {name for row in rows for name in references(row)}
    for at, row in enumerate(rows):
        name = str(row["id"])
        if row["type"] not in ("issue", "scrap", "adjust_out") or name in referred:
            continue
        if Decimal(str(row["qty"])) > 1 and whole.rows[name][1] != "refused":
            halves = found(split(rows, at, Decimal(1)), policy)
            costs: dict[str, Any] = halves.costs()
            costs[name] += costs.pop(f"{name}+")
            assert costs == whole.costs()
            assert halves.closing == whole.closing


# --------------------------------------------------------------------------------- independent items, names, units


@given(rows=histories(Shape(items=("TEA", "CUP", "POT"))), policy=policies(standard_cost=COSTS), data=st.data())
def test_items_that_share_nothing_may_come_in_any_order_or_apart(
    rows: list[Row], policy: Policy, data: st.DataObject
) -> None:
    together = found(rows, policy)
    groups = parts(rows)
    turns = data.draw(st.lists(st.integers(0, 5), max_size=len(rows)))
    assert found(mixed(groups, turns), policy) == together
    apart = [found(group, policy) for group in groups]
    assert {name: row for one in apart for name, row in one.rows.items()} == together.rows
    assert {key: held for one in apart for key, held in one.closing.items()} == together.closing


NO_DISASSEMBLY = Shape(lots=("L1", "L2"), kinds=tuple(kind for kind in ALL_KINDS if kind != "disassembly"))
"""A disassembly may share its cost by quantities of several items: there the unit of each does matter."""


@given(rows=histories(LOTS), policy=policies(standard_cost=COSTS))
def test_names_of_items_and_places_do_not_matter(rows: list[Row], policy: Policy) -> None:
    costs = {f"{item[::-1]}-{item}": cost for item, cost in COSTS.items()}
    assert found(renamed(rows), policy.with_(standard_cost=costs)).rows == found(rows, policy).rows


@given(rows=histories(NO_DISASSEMBLY), policy=cumulative, factor=st.sampled_from((4, 10, 125)))
def test_the_unit_that_goods_are_counted_in_does_not_matter(rows: list[Row], policy: Policy, factor: int) -> None:
    small = policy.with_(standard_cost={item: cost / factor for item, cost in COSTS.items()})
    plain, fine = found(rows, policy), found(scaled(rows, factor), small)
    assert fine.rows == plain.rows
    assert fine.closing == {key: (qty * factor, worth) for key, (qty, worth) in plain.closing.items()}


@given(rows=histories(Shape(kinds=PLAIN_KINDS)), policy=cumulative)
def test_cases_of_twelve_are_twelve_pieces(rows: list[Row], policy: Policy) -> None:
    pieces = scaled(rows, 12)
    cases = [
        {**one, "qty": row["qty"], "uom": "case"} if at % 2 else {**one, "uom": "piece"}
        for at, (row, one) in enumerate(zip(rows, pieces, strict=True))
    ]
    units = {item: {"piece": 1, "case": 12} for item in ("TEA", "CUP")}
    small = policy.with_(standard_cost={item: cost / 12 for item, cost in COSTS.items()})
    by_case = value(cases, policy=small, currency="CNY", units=units)
    by_piece = value(pieces, policy=small, currency="CNY")
    assert [m.cost for m in by_case.movements] == [m.cost for m in by_piece.movements]
    assert by_case.on_hand == by_piece.on_hand


@given(rows=histories(Shape(in_order=True)), policy=policies(standard_cost=COSTS, same_moment="as_entered"))
def test_rows_in_the_order_of_their_dates_may_be_entered_in_it_or_valued_in_it(rows: list[Row], policy: Policy) -> None:
    perpetual = policy.with_(system="perpetual")
    by_entry = found(rows, perpetual.with_(replay="entry_order"))
    assert by_entry == found(rows, perpetual.with_(replay="by_date"))


@given(rows=histories(), policy=policies(standard_cost=COSTS, replay="by_date", same_moment="as_entered"))
def test_rows_of_different_days_may_be_entered_in_any_order(rows: list[Row], policy: Policy) -> None:
    days = {name: day for day, name in enumerate(sorted({str(row["date"]) for row in rows}))}
    late_first = sorted(rows, key=lambda row: -days[str(row["date"])])  # sorted keeps the order within a day
    assert found(late_first, policy) == found(rows, policy)


# --------------------------------------------------------------- row by row, from a checkpoint, by the integer loops

perpetual = {"same_moment": "as_entered", "system": "perpetual", "replay": "entry_order"}
at_once = {"landed_cost": "split_on_hand_sold", "invoice_difference": "split_on_hand_sold"}


@given(rows=histories(Shape(in_order=True)), policy=policies(standard_cost=COSTS, **perpetual, **at_once))
def test_a_history_valued_in_part_has_the_same_beginning(rows: list[Row], policy: Policy) -> None:
    whole = run(rows, policy).state
    half = run(rows[: len(rows) // 2], policy).state
    for row, outcome in half.outcomes.items():
        if whole.events[row].type != "disassembly":  # the last of its group takes the rest
            assert outcome.cost == whole.outcomes[row].cost


def stepped(rows: list[Row], policy: Policy, again: dict[int, Any]) -> Engine:
    """The rows one by one; before the rows named the engine is put away and taken up again."""
    read = read_rows(rows, policy, currency="CNY", units={}, encoding=None)
    events = in_order(read.events(row for row in range(read.n) if not read.bad[row]), policy)
    engine = Engine(policy, read.scales)
    for event in events:
        if event.details.share_weight is not None:
            engine.state.made_from.setdefault(event.details.cost_from, []).append(event)
    for at, event in enumerate(events):
        if at in again:
            engine = again[at](engine)
        engine.state.events[event.row] = event
        engine.step(event)
    return engine


def put_away(engine: Engine) -> Engine:
    return pickle.loads(pickle.dumps(engine))  # type: ignore[no-any-return]


@pytest.mark.parametrize("method", METHODS)
@given(data=st.data(), rows=histories(LOTS))
def test_row_by_row_from_any_checkpoint_is_the_batch(method: str, data: st.DataObject, rows: list[Row]) -> None:
    moment = data.draw(st.sampled_from(("receipts_first", "as_entered")))
    policy = data.draw(policies((method,), standard_cost=COSTS, same_moment=moment, **at_once))
    stops = data.draw(st.dictionaries(st.integers(0, 15), st.sampled_from((put_away, copy.deepcopy)), max_size=3))
    batch, single = run(rows, policy), stepped(rows, policy, stops)
    assert figures(single) == figures(batch)
    assert single.state.gaps == batch.state.gaps
    assert {row: problem.code for row, problem in single.problems.items()} == {
        row: problem.code for row, problem in batch.problems.items()
    }


def test_goods_taken_apart_share_the_cost_also_after_an_interruption() -> None:
    rows: list[Row] = [
        {"id": "in", "date": "2026-01-01", "type": "receipt", "item": "TEA", "place": "WH", "qty": "1", "amount": "1"},
        {"id": "out", "date": "2026-01-02", "type": "issue", "item": "TEA", "place": "WH", "qty": "1", "reason": "x"},
        *(
            {"id": name, "date": "2026-01-03", "type": "disassembly", "item": "CUP", "place": "WH", "qty": "1"}
            | {"amount": "1", "ref": "out"}
            for name in ("one", "two", "three")
        ),
    ]
    batch = run(rows, Policy())
    for stop in range(5):
        assert figures(stepped(rows, Policy(), {stop: put_away})) == figures(batch)
    assert [batch.state.outcomes[row].cost for row in (2, 3, 4)] == [33, 33, 34]


@pytest.mark.parametrize("method", ["fifo", "lifo", "moving_average"])
@given(
    rows=histories(Shape(kinds=PLAIN_KINDS, most=30, times=True, decimals=True)),
    scope=st.sampled_from(("item", "place")),
)
def test_the_integer_loops_are_the_engine(method: str, rows: list[Row], scope: str) -> None:
    policy = Policy(method=method).with_(scope=scope)
    fast, plain = value(rows, policy=policy, currency="CNY"), run(rows, policy)
    costs = {str(row["id"]): 0 for row in rows}
    costs |= {plain.state.events[row].id: outcome.cost for row, outcome in plain.state.outcomes.items()}
    assert {moved.id: moved.cost * 100 for moved in fast.movements} == costs
    assert {problem.row - 1: problem.code for problem in fast.problems if problem.severity == "error"} == {
        row: problem.code for row, problem in plain.problems.items()
    }
    assert fast.on_hand_value * 100 == sum(pool.value for pool in plain.state.pools.values())


@given(rows=histories(Shape(kinds=PLAIN_KINDS, most=30)))
def test_a_fifo_issue_is_within_a_minor_unit_of_the_exact_cost(rows: list[Row]) -> None:
    stated = [row for row in rows if row["type"] != "adjust_in" or "amount" in row or "unit_cost" in row]
    rounded = found(stated, Policy(method="fifo")).costs()
    exact: dict[str, Any] = found(stated, Policy(method="fifo").with_(rounding=NOT_ROUNDED)).costs()
    amounts = {str(row["id"]) for row in stated if row["type"] in ("issue", "scrap", "adjust_out")}
    for name in amounts:
        assert abs(exact[name] - rounded[name]) < 1  # type: ignore[operator]


def test_a_charge_that_moves_the_value_it_is_shared_by_is_refused_and_the_rest_stands() -> None:
    first = {"date": "2026-01-01", "item": "TEA", "qty": "1"}
    rows: list[Row] = [
        {**first, "id": "r1", "type": "receipt", "amount": "0.00"},
        {**first, "id": "r2", "type": "receipt", "amount": "0.01"},
        {**first, "id": "r3", "type": "issue"},
        {**first, "id": "r4", "type": "issue"},
        {**first, "id": "r5", "type": "assembly", "ref": "r4"},
        {**first, "id": "r6", "type": "invoice_price_change", "amount": "0.02", "ref": "r2", "qty": ""},
        {**first, "id": "r7", "type": "landed_cost", "amount": "0.02", "ref": "r5;r2", "item": "", "qty": ""},
        {**first, "id": "r8", "type": "issue"},
    ]
    book = value(rows, method="hifo", scope="item", currency="CNY")
    assert [(problem.row, problem.code) for problem in book.problems] == [(7, "own_value_unknown")]
    assert book.on_hand_value == 0
    assert value(rows[:6] + rows[7:], method="hifo", scope="item", currency="CNY").cost_of_sales == book.cost_of_sales


def test_a_charge_whose_share_comes_closer_for_ever_is_refused_and_the_rest_stands() -> None:
    first = {"date": "2026-01-01", "item": "TEA", "qty": "1"}
    rows: list[Row] = [
        {**first, "id": "r3", "type": "receipt", "unit_cost": "0.01"},
        {**first, "id": "r4", "type": "issue"},
        {**first, "id": "r6", "type": "assembly", "ref": "r4"},
        {**first, "id": "r7", "type": "landed_cost", "amount": "0.01", "ref": "r3;r6", "item": "", "qty": ""},
    ]
    book = value(rows, currency="CNY", rounding=NOT_ROUNDED)
    assert [(problem.row, problem.code) for problem in book.problems] == [(4, "own_value_unknown")]
    assert book.on_hand_value == Decimal("0.01")
