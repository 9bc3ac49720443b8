"""Value in + gaps = value out + closing value, after every row, by every method under every policy (design, rule 2)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.costing.engine import Engine
from jxc.costing.events import Event, Scales
from jxc.costing.policy import CostRounding, Policy
from jxc.stock.base_facts import Fact
from jxc.stock.choice_facts import MethodChange, ScopeChange
from jxc.stock.movement_facts import Receipt, Transfer
from jxc.testing.facts import facts_of
from jxc.testing.invariants import Watch, check_row, checked
from jxc.testing.strategies import METHODS, Row, Shape, histories, policies

COSTS = {"TEA": Fraction(3), "CUP": Fraction("1.25")}
LOTS = Shape(lots=("L1", "L2"), decimals=True, times=True, foreign=True)

every_method = pytest.mark.parametrize("method", METHODS)


@every_method
@given(data=st.data(), rows=histories())
def test_every_method_conserves_under_every_policy(method: str, data: st.DataObject, rows: list[Row]) -> None:
    policy = data.draw(policies((method,), standard_cost=COSTS))
    checked(rows, policy, currency="CNY")


@every_method
@given(data=st.data(), rows=histories(LOTS))
def test_every_method_conserves_with_lots_decimals_and_dollars(
    method: str, data: st.DataObject, rows: list[Row]
) -> None:
    policy = data.draw(policies((method,), standard_cost=COSTS))
    checked(rows, policy, currency="CNY")


@pytest.mark.soak
@given(rows=st.one_of(histories(), histories(LOTS)), policy=policies(standard_cost=COSTS))
def test_conserves_in_the_long_run(rows: list[Row], policy: Policy) -> None:
    checked(rows, policy, currency="CNY")


@st.composite
def with_freight(draw: st.DrawFn) -> list[Fact]:
    """Facts whose transfers carry freight, and lose goods on the way."""
    facts: list[Fact] = []
    for fact in facts_of(draw(histories(Shape(kinds=("receipt", "transfer", "issue", "landed_cost"))))):
        if isinstance(fact, Transfer):
            arrived = draw(st.none() | st.integers(0, int(fact.qty)))
            freight = draw(st.none() | st.integers(0, 300))
            lost = None if arrived is None else Decimal(arrived)
            paid = None if freight is None else Decimal(freight) / 100
            facts.append(replace(fact, received_qty=lost, freight=paid))
        else:
            facts.append(fact)
    return facts


@given(facts=with_freight(), policy=policies(standard_cost=COSTS))
def test_freight_and_loss_on_the_way_conserve(facts: list[Fact], policy: Policy) -> None:
    checked(facts, policy, currency="CNY")


@st.composite
def with_changes(draw: st.DrawFn) -> list[Fact]:
    """Facts among which an item changes its method or scope."""
    facts: list[Fact] = facts_of(draw(histories(Shape(in_order=True))))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(facts)))
        day = facts[at - 1].date if at else dt.date(2026, 1, 1)
        item = draw(st.sampled_from(("TEA", "CUP")))
        method = MethodChange(date=day, item=item, method=draw(st.sampled_from(METHODS)))
        scope = ScopeChange(date=day, item=item, scope=draw(st.sampled_from(("company", "place"))))
        facts.insert(at, draw(st.sampled_from((method, scope))))
    return facts


@given(facts=with_changes(), policy=policies(standard_cost=COSTS, replay="entry_order"))
def test_changes_of_method_and_scope_conserve(facts: list[Fact], policy: Policy) -> None:
    checked(facts, policy, currency="CNY")


# -------------------------------------------------------------------------------------------------------- examples


def _engine(events: list[Event], policy: Policy) -> Engine:
    engine = Engine(policy, Scales(2, 0), on_row=Watch())
    engine.run(events)
    return engine


def test_the_watch_sees_value_that_comes_from_nowhere() -> None:
    engine = _engine([Event(0, "receipt", 1, "TEA", 2, 100)], Policy())
    engine.state.outcomes[0].value_change += 1
    with pytest.raises(AssertionError, match="row 1: receipt moved 101, but tells of 100"):
        check_row(engine, engine.state.events[0])


def test_the_watch_sees_a_pool_that_is_not_its_layers() -> None:
    watch = Watch()
    engine = _engine([Event(0, "receipt", 1, "TEA", 2, 100)], Policy())
    watch(engine, engine.state.events[0])
    engine.state.pool("TEA", None, None).value += 1
    with pytest.raises(AssertionError, match="is worth 101, its layers 100"):
        watch(engine, engine.state.events[0])


def test_what_is_lost_on_the_way_leaves_its_cost_to_what_arrives() -> None:
    policy = Policy(method="fifo")
    one, three = Decimal(1), Decimal(3)
    receipts = [
        Receipt(date=dt.date(2026, 1, day), item="TEA", place="WH", qty=one, unit_cost=Decimal(day))
        for day in (1, 2, 3)
    ]
    late = dt.date(2026, 1, 9)
    sent = Transfer(date=late, item="TEA", place="WH", to_place="SHOP", qty=three, received_qty=one)
    state = checked([*receipts, sent], policy, currency="CNY").state
    assert (state.pool("TEA", "SHOP", None).qty, state.pool("TEA", "SHOP", None).value) == (1, 600)


def test_lots_that_share_a_pool_are_not_counted_twice_against_its_stock() -> None:
    rows: list[Row] = [
        {"id": "r1", "date": "2026-01-26", "type": "receipt", "item": "TEA", "qty": "3", "lot": "L2", "amount": "3"},
        {"id": "r2", "date": "2026-01-31", "type": "issue", "item": "TEA", "qty": "6"},
    ]
    engine = checked(rows, Policy(lot_pick="fefo"), currency="CNY")
    assert [engine.problems[row].code for row in engine.problems] == ["insufficient_stock"]


def test_a_reset_says_what_it_leaves_unbooked() -> None:
    policy = Policy(method="moving_average", negative_stock="cost_reset_to_next_receipt", initial_unit_cost=Fraction(3))
    engine = _engine([Event(0, "issue", 1, "TEA", 2), Event(1, "receipt", 2, "TEA", 5, 2000)], policy)
    assert [(gap.kind, gap.amount) for gap in engine.state.gaps] == [("cost_reset", -200)]
    assert engine.state.pool("TEA", None, None).value == 1200


def test_a_count_at_cost_leaves_what_lies_elsewhere() -> None:
    rows: list[Row] = [
        {"id": "r1", "date": "2026-01-05", "type": "receipt", "item": "TEA", "place": "WH", "qty": "2", "amount": "6"},
        {"id": "r2", "date": "2026-01-06", "type": "count", "item": "TEA", "place": "SHOP", "qty": 1, "unit_cost": "5"},
    ]
    state = checked(rows, Policy(scope="item"), currency="CNY").state
    assert (state.pool("TEA", None, None).qty, state.pool("TEA", None, None).value) == (3, 1100)


@pytest.mark.parametrize("rule", ["unit_cost", "unit_cost_layers"])
def test_a_rounded_unit_cost_lists_what_it_loses(rule: str) -> None:
    rounding = CostRounding(rule=rule, unit_cost_places=0)  # type: ignore[arg-type]
    engine = _engine(
        [Event(0, "receipt", 1, "TEA", 3, 1000), Event(1, "issue", 2, "TEA", 3)],
        Policy(method="fifo", rounding=rounding),
    )
    assert engine.state.outcomes[1].cost == 900
    assert sum(gap.amount for gap in engine.state.gaps) == -100
    assert engine.state.pool("TEA", None, None).value == 0


def test_an_item_below_zero_at_a_place_cannot_get_a_pool_for_each_place() -> None:
    day = dt.date(2026, 1, 4)
    moved = Transfer(date=day, item="TEA", place="WH", to_place="SHOP", qty=Decimal(1))
    changes = [ScopeChange(date=day, item="TEA", scope=scope) for scope in ("company", "place")]
    engine = checked([moved, *changes], Policy(scope="item", negative_stock="last_rate_then_reset"), currency="CNY")
    assert {row: problem.code for row, problem in engine.problems.items()} == {2: "negative_at_change"}
