"""The periodic average as a whole: P1 to P9 of docs/spec/costing.md, over random months."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import jxc
from jxc.costing.engine import Engine
from jxc.costing.events import Details, Event
from jxc.costing.explain import explain
from jxc.costing.order import period_start
from jxc.costing.periodic import PeriodicEngine
from jxc.costing.policy import CostRounding, Policy
from jxc.errors import PolicyError
from tests.costing.periodic_histories import JANUARY, POLICY, months, value

_OUT = ("issue", "scrap", "adjust_out", "purchase_return")


def flow(engine: PeriodicEngine, event: Event) -> dict[str, int | Fraction]:
    """What a row did to the value of its item (and what it says it cost)."""
    return {event.item: engine.state.outcomes[event.row].value_change}


@given(months())
def test_value_is_conserved(events: list[Event]) -> None:  # P6
    engine = value(events)
    moved = sum(outcome.value_change for outcome in engine.state.outcomes.values())
    gaps = sum(gap.amount for gap in engine.state.gaps)
    held = sum(pool.value for pool in engine.state.pools.values())
    assert moved + gaps == held
    for pool in engine.state.pools.values():
        assert pool.qty >= 0
        assert pool.qty or not pool.value
        assert isinstance(pool.value, int)


@given(months())
def test_carried_cost_arrives(events: list[Event]) -> None:  # P5
    engine = value(events)
    for event in events:
        outcome = engine.state.outcomes[event.row]
        if event.type == "transfer" and outcome.status != "refused":
            assert outcome.value_change == 0
        if event.type == "assembly" and outcome.status != "refused":
            source = engine.state.outcomes[event.details.cost_from[0]]
            assert outcome.cost == source.cost + event.details.add_amount


@given(months(1))
def test_every_carried_cost_is_within_a_cent_of_the_average(events: list[Event]) -> None:  # P5
    engine = value(events)
    for event in events:
        outcome = engine.state.outcomes[event.row]
        if event.type in ("transfer", "issue") and outcome.status != "refused":
            rate = outcome.taken[0].rate
            assert rate is not None
            assert abs(outcome.cost - rate * event.qty) <= 1 + len(events)


@given(months(), st.randoms(use_true_random=False))
def test_the_order_of_rows_of_different_moments_does_not_matter(events: list[Event], random: object) -> None:  # P8
    engine = value(events)
    turned = list(reversed(events))
    again = value(turned)
    assert again.state.outcomes == engine.state.outcomes
    assert {row: str(error) for row, error in again.problems.items()} == {
        row: str(error) for row, error in engine.problems.items()
    }


@given(months())
def test_the_names_of_places_do_not_matter(events: list[Event]) -> None:  # P8
    names = {"A": "Z", "B": "Y", "C": "X"}
    renamed = [_renamed(event, names) for event in events]
    one, other = value(events), value(renamed)
    assert [one.state.outcomes[event.row].cost for event in events] == [
        other.state.outcomes[event.row].cost for event in events
    ]
    assert sorted(one.problems) == sorted(other.problems)


def _renamed(event: Event, names: dict[str, str]) -> Event:
    return Event(
        event.row,
        event.type,
        event.date,
        event.item,
        event.qty,
        event.amount,
        place=names.get(event.place or ""),
        to_place=names.get(event.to_place or ""),
        refs=event.refs,
        details=event.details,
    )


@given(months(1), st.data())
def test_splitting_an_issue_changes_nothing_else(events: list[Event], data: st.DataObject) -> None:  # P7
    engine = value(events)
    referred = {row for event in events for row in (*event.refs, *event.details.cost_from)}
    issues = [
        event
        for event in events
        if event.type == "issue" and event.qty > 1 and event.row not in referred and event.row not in engine.problems
    ]
    if not issues:
        return
    chosen = data.draw(st.sampled_from(issues))
    first = data.draw(st.integers(1, int(chosen.qty) - 1))
    doubled = [_numbered(event) for event in events]
    at = events.index(chosen)
    doubled[at].qty = first
    rest = Event(2 * chosen.row + 1, "issue", chosen.date, chosen.item, chosen.qty - first, place=chosen.place)
    split = value([*doubled[: at + 1], rest, *doubled[at + 1 :]])
    for event in events:
        expected = engine.state.outcomes[event.row].cost
        got = split.state.outcomes[2 * event.row].cost
        if event is chosen:
            got += split.state.outcomes[rest.row].cost
        assert got == expected


def _numbered(event: Event) -> Event:
    details = replace(event.details, cost_from=tuple(2 * row for row in event.details.cost_from))
    return Event(
        2 * event.row,
        event.type,
        event.date,
        event.item,
        event.qty,
        event.amount,
        place=event.place,
        to_place=event.to_place,
        refs=tuple(2 * row for row in event.refs),
        details=details,
    )


@given(months())
def test_months_by_themselves_give_the_same(events: list[Event]) -> None:  # P1
    """Rows of a later month change nothing of an earlier one, but for what restates."""
    plain = [event for event in events if event.type != "landed_cost"]
    first = period_start(JANUARY, "month")
    early = [event for event in plain if period_start(event.date, "month") == first]
    rows = {event.row for event in early}
    early = [event for event in early if rows.issuperset(event.refs)]
    kept = {event.row for event in early}
    whole, part = value(plain), value(early)
    for event in early:
        assert whole.state.outcomes[event.row].cost == part.state.outcomes[event.row].cost
        assert (event.row in whole.problems) == (event.row in part.problems)
    assert kept <= set(whole.state.outcomes)


@given(months(1))
def test_issues_of_a_pool_have_one_average(events: list[Event]) -> None:  # P2
    engine = value(events, POLICY.with_(rounding=CostRounding(rule="none")))
    rates: dict[tuple[str, str | None], set[Fraction]] = defaultdict(set)
    for event in events:
        outcome = engine.state.outcomes[event.row]
        if event.type in ("issue", "transfer") and outcome.status != "refused":
            rates[event.item, event.place].add(Fraction(outcome.cost) / event.qty)
    assert all(len(found) == 1 for found in rates.values())


@given(months())
def test_an_explanation_adds_up(events: list[Event]) -> None:  # C57
    engine = PeriodicEngine(POLICY, trace=True)
    engine.run(events)
    for event in events:
        outcome = engine.state.outcomes[event.row]
        if outcome.status != "refused" and event.type in ("issue", "transfer", "assembly", "receipt"):
            lines = explain(engine.state, event.row)
            assert sum(line.amount for line in lines) == outcome.cost
            rounding = sum(abs(line.amount) for line in lines if line.kind == "rounding")
            assert rounding <= 2 + len(events)


# -- examples ----------------------------------------------------------------------------------------------------------


def row(number: int, kind: str, qty: int, amount: int | None = None, **more: object) -> Event:
    return Event(number, kind, JANUARY + number, "TEA", qty, amount, **more)  # type: ignore[arg-type]


def costs(*events: Event, policy: Policy = POLICY) -> list[int | Fraction]:
    engine = value(list(events), policy)
    assert not engine.problems
    return [engine.state.outcomes[event.row].cost for event in events]


def test_a_circle_with_value_is_solved() -> None:  # P3
    """With a = (100·10 + 10b) / 110 and b = (30a + 10·14) / 40 in whole units: a = 10.30..., b = 11.22..."""
    found = costs(
        row(0, "receipt", 100, 100_000, place="A"),
        row(1, "transfer", 30, place="A", to_place="B"),
        row(2, "receipt", 10, 14_000, place="B"),
        row(3, "transfer", 10, place="B", to_place="A"),
        row(4, "issue", 80, place="A"),
        row(5, "issue", 30, place="B"),
    )
    a = Fraction(100_000 * 40 + 10 * 14_000, 110 * 40 - 300)
    b = (30 * a + 14_000) / 40
    assert found[1] == round(30 * a)
    assert found[3] == round(10 * b)
    assert found[4] + found[5] == 114_000  # nothing is left, so nothing remains


def test_a_circle_without_value_names_its_members() -> None:  # P4
    engine = value(
        [
            row(0, "transfer", 10, place="A", to_place="B"),
            row(1, "transfer", 10, place="B", to_place="C"),
            row(2, "transfer", 10, place="C", to_place="A"),
        ]
    )
    assert [error.code for error in engine.problems.values()] == ["undetermined_cycle"] * 3
    assert engine.problems[0].params["members"] == "TEA/A, TEA/B, TEA/C"


def test_a_circle_that_makes_more_than_goes_in_is_refused() -> None:  # P4
    """One BOX gives 2 TEA, one TEA gives 2 BOX: no price satisfies it."""
    day = JANUARY
    engine = value(
        [
            Event(0, "receipt", day, "TEA", 1, 100),
            Event(1, "issue", day, "TEA", 2),
            Event(2, "assembly", day, "BOX", 1, details=Details(cost_from=(1,))),
            Event(3, "issue", day, "BOX", 1),
            Event(4, "disassembly", day, "TEA", 1, details=Details(cost_from=(3,))),
        ]
    )
    assert {error.code for error in engine.problems.values()} <= {
        "undetermined_cycle",
        "refused_reference",
        "insufficient_stock",
    }
    assert engine.problems


def test_an_undetermined_circle_leaves_the_other_items_alone() -> None:  # P4
    engine = value(
        [
            row(0, "transfer", 10, place="A", to_place="B"),
            row(1, "transfer", 10, place="B", to_place="A"),
            Event(2, "receipt", JANUARY, "OIL", 3, 100),
            Event(3, "issue", JANUARY, "OIL", 1),
        ]
    )
    assert engine.state.outcomes[3].cost == 33


def test_what_only_passes_through_leaves_nothing_behind() -> None:  # P5
    found = costs(
        row(0, "receipt", 3, 100, place="A"),
        row(1, "transfer", 3, place="A", to_place="B"),
        row(2, "transfer", 1, place="B", to_place="C"),
        row(3, "transfer", 1, place="B", to_place="C"),
        row(4, "transfer", 1, place="B", to_place="C"),
        row(5, "issue", 3, place="C"),
    )
    assert found == [100, 100, 33, 33, 34, 100]


def test_a_return_of_the_month_takes_the_average_back() -> None:  # P9
    found = costs(row(0, "receipt", 3, 100), row(1, "issue", 3), row(2, "sales_return", 1, refs=(1,)))
    assert found == [100, 100, 33]


def test_a_return_of_an_earlier_month_comes_in_at_its_own_cost() -> None:  # P9
    later = JANUARY + 40
    found = costs(
        row(0, "receipt", 10, 1000),
        row(1, "issue", 10),
        Event(2, "receipt", later, "TEA", 1, 400),
        Event(3, "sales_return", later, "TEA", 1, refs=(1,)),
        Event(4, "issue", later, "TEA", 2),
    )
    assert found == [1000, 1000, 400, 100, 500]


def test_goods_sent_back_count_as_negative_receipt() -> None:  # P9
    found = costs(
        row(0, "opening", 100, 100_000),
        row(1, "receipt", 200, 260_000),
        row(2, "purchase_return", 20, refs=(1,)),
        row(3, "issue", 150),
    )
    assert found == [100_000, 260_000, 26_000, 178_929]


def test_all_goods_sent_back_take_all_value() -> None:  # C3
    engine = value([row(0, "opening", 1, 90), row(1, "receipt", 1, 100), row(2, "purchase_return", 2, refs=(1, 0))])
    assert engine.state.pool("TEA", None, None).value == 0


def test_a_month_that_ends_below_zero_lists_the_rows() -> None:  # P10
    engine = value([row(0, "issue", 5), row(1, "receipt", 6, 600), row(2, "issue", 3), row(3, "issue", 1)])
    assert {number: error.code for number, error in engine.problems.items()} == {2: "insufficient_stock"}
    assert [engine.state.outcomes[number].cost for number in (0, 3)] == [500, 100]


def test_a_month_below_zero_may_be_carried_where_the_policy_says_so() -> None:  # P10
    policy = POLICY.with_(negative_stock="reset_on_next_receipt")
    later = JANUARY + 40
    engine = value([row(0, "receipt", 1, 100), row(1, "issue", 2), Event(2, "receipt", later, "TEA", 1, 130)], policy)
    assert engine.state.outcomes[1].cost == 200
    assert engine.state.pool("TEA", None, None).value == 0
    assert [(gap.kind, gap.amount) for gap in engine.state.gaps] == [("shortage_settled", -30)]


def test_a_gain_comes_in_at_the_average() -> None:  # P9
    assert costs(row(0, "receipt", 3, 100), row(1, "count", 6), row(2, "issue", 6)) == [100, 100, 200]


def test_residual_rules() -> None:  # P5, C5
    events = (row(0, "receipt", 3, 100), row(1, "issue", 1), row(2, "issue", 1))
    to_stock = POLICY.with_(rounding=CostRounding(rule="residual_to_stock", unit_cost_places=1))
    to_issue = POLICY.with_(rounding=CostRounding(rule="residual_to_issue", unit_cost_places=1))
    assert costs(*events, policy=to_stock) == [100, 30, 30]
    assert costs(*events, policy=to_issue) == [100, 40, 30]


def test_a_charge_is_in_the_average_of_its_receipt() -> None:  # P9
    charge = Event(2, "landed_cost", JANUARY + 40, "TEA", amount=50, refs=(0,))
    events = [row(0, "receipt", 10, 1000), row(1, "issue", 4), charge]
    assert value(events).state.outcomes[1].cost == 420
    late = value(events, POLICY.with_(landed_cost="all_to_stock")).state
    assert (late.outcomes[1].cost, late.outcomes[2].value_change) == (400, 50)


def test_a_method_of_the_replay_engine_is_not_mixed_in() -> None:
    with pytest.raises(PolicyError, match="cannot be mixed"):
        value([row(0, "receipt", 1, 1)], POLICY.with_(item_methods={"OIL": "fifo"}))
    with pytest.raises(PolicyError, match="cannot be mixed"):
        Engine(Policy(item_methods={"OIL": "periodic_average"}))


def test_a_row_without_meaning_is_listed() -> None:
    problems = jxc.value(
        [
            {"date": "2026-01-05", "type": "receipt", "item": "TEA", "qty": 3, "amount": "1.00"},
            {"date": "2026-01-06", "type": "standard_price", "item": "TEA", "unit_cost": "2.00"},
        ],
        method="periodic_average",
    ).problems
    assert [problem.code for problem in problems] == ["not_in_period_method"]


@given(months(), st.sampled_from(("reset_on_next_receipt", "last_rate_then_reset")))
def test_value_is_conserved_below_zero_too(events: list[Event], word: str) -> None:  # P6, P10
    engine = value(events, POLICY.with_(negative_stock=word, missing_cost="current_cost"))
    moved = sum(outcome.value_change for outcome in engine.state.outcomes.values())
    gaps = sum(gap.amount for gap in engine.state.gaps)
    assert moved + gaps == sum(pool.value for pool in engine.state.pools.values())
    assert all(pool.qty or not pool.value for pool in engine.state.pools.values())
    assert "insufficient_stock" not in {error.code for error in engine.problems.values()}


@given(months(), st.sampled_from(("residual_to_stock", "residual_to_issue", "slice_last_takes_rest")))
def test_value_is_conserved_under_every_rule(events: list[Event], rule: str) -> None:  # P6
    rounding = CostRounding(rule=rule, unit_cost_places=2)  # type: ignore[arg-type]
    engine = value(events, POLICY.with_(rounding=rounding))
    moved = sum(outcome.value_change for outcome in engine.state.outcomes.values())
    held = sum(pool.value for pool in engine.state.pools.values())
    assert moved + sum(gap.amount for gap in engine.state.gaps) == held
    assert all(pool.qty or not pool.value for pool in engine.state.pools.values())


@given(months())
def test_one_pool_for_the_company_has_one_average(events: list[Event]) -> None:  # P2
    engine = value(events, POLICY.with_(scope="item", rounding=CostRounding(rule="none")))
    rates: dict[tuple[int, str], set[Fraction]] = defaultdict(set)
    for event in events:
        outcome = engine.state.outcomes[event.row]
        if event.type in ("issue", "transfer") and outcome.status != "refused":
            month = period_start(event.date, "month")
            rates[month, event.item].add(Fraction(outcome.cost) / event.qty)
    assert all(len(found) == 1 for found in rates.values())


def test_a_group_of_places_is_one_pool() -> None:
    policy = POLICY.with_(place_groups={"A": "EAST", "B": "EAST"})
    events = [
        row(0, "receipt", 1, 100, place="A"),
        row(1, "receipt", 1, 200, place="B"),
        row(2, "transfer", 1, place="A", to_place="B"),
        row(3, "issue", 1, place="B"),
    ]
    assert costs(*events, policy=policy) == [100, 200, 150, 150]


def test_a_lot_has_an_average_of_its_own() -> None:
    policy = POLICY.with_(scope="lot")
    events = [
        row(0, "receipt", 2, 100, lot="L1"),
        row(1, "receipt", 2, 300, lot="L2"),
        row(2, "receipt", 2, 200, lot="L1"),
        row(3, "issue", 1, lot="L1"),
        row(4, "issue", 1, lot="L2"),
    ]
    assert costs(*events, policy=policy)[3:] == [75, 150]


def test_made_goods_by_weight_share_all_that_was_consumed() -> None:  # P5, C26
    day = JANUARY
    weigh = [Details(cost_from=(1,), add_amount=1, share_weight=Fraction(1)) for _ in range(3)]
    found = costs(
        Event(0, "receipt", day, "LEAF", 3, 100),
        Event(1, "issue", day, "LEAF", 3),
        *(Event(2 + at, "disassembly", day, f"CUT-{at}", 1, details=details) for at, details in enumerate(weigh)),
    )
    assert found == [100, 100, 34, 34, 33]


def test_a_reference_names_the_same_item() -> None:
    engine = value(
        [
            row(0, "receipt", 3, 100),
            row(1, "issue", 1),
            Event(2, "receipt", JANUARY, "OIL", 3, 100),
            Event(3, "sales_return", JANUARY + 3, "OIL", 1, refs=(1,)),
            Event(4, "purchase_return", JANUARY + 3, "OIL", 1, refs=(0,)),
            row(5, "issue", 2, details=Details(lots=(("L", 1),))),
        ]
    )
    assert {number: error.code for number, error in engine.problems.items()} == {
        3: "wrong_item",
        4: "wrong_item",
        5: "lots_mismatch",
    }


def test_a_row_that_is_refused_leaves_the_pools_of_others_alone() -> None:
    rows = [
        {"date": "2026-01-01", "type": "issue", "item": "CUP", "qty": 1, "place": "A"},
        {"date": "2026-01-02", "type": "receipt", "item": "TEA", "qty": 2, "unit_cost": "1.00", "place": "A"},
        {"date": "2026-01-02", "type": "transfer", "item": "CUP", "qty": 1, "place": "A", "to_place": "B"},
    ]
    choices = {"scope": "item", "currency": "CNY", "run_to": "2026-12-31"}
    assert str(jxc.value(rows, method="periodic_average", **choices).on_hand_value) == "2.00"  # type: ignore[arg-type]


# -- customers' returns to another place --------------------------------------------------------------------------


SPLIT = (
    row(0, "receipt", 3, 100, place="A"),
    row(1, "issue", 1, place="A"),
    row(2, "issue", 1, place="A"),
    row(3, "sales_return", 1, place="B", refs=(2,)),
    row(4, "transfer", 1, place="B", to_place="A"),
)


def test_a_return_to_another_place_costs_what_its_issue_cost() -> None:  # P9
    """A: 4 a = 100 + b, B: b = a: both are 33.33..., whatever the places are called."""
    for names in ("AB", "BA"):
        places = dict(zip("AB", names, strict=True))
        events = [
            Event(e.row, e.type, e.date, e.item, e.qty, e.amount, place=places[e.place or "A"], refs=e.refs,
                  to_place=places[e.to_place] if e.to_place else None)
            for e in SPLIT
        ]  # fmt: skip
        engine = value(events)
        found = [engine.state.outcomes[e.row].cost for e in events]
        assert found == [100, 33, 33, 33, 33]


@given(months(1), st.permutations("ABC"))
def test_returns_are_exact_and_blind_to_the_names_of_places(events: list[Event], names: list[str]) -> None:  # P8, P9
    places = dict(zip("ABC", names, strict=True))
    renamed = [
        Event(e.row, e.type, e.date, e.item, e.qty, e.amount, place=places[e.place or "A"], refs=e.refs,
              to_place=places[e.to_place] if e.to_place else None, details=e.details)
        for e in events
    ]  # fmt: skip
    one, other = value(events).state.outcomes, value(renamed).state.outcomes
    for event in events:
        if event.type == "sales_return" and one[event.row].status != "refused":
            assert one[event.row].cost == other[event.row].cost


def test_all_that_came_back_elsewhere_costs_exactly_what_left() -> None:  # P9
    rows = [
        row(0, "receipt", 7, 100, place="A"),
        row(1, "issue", 6, place="A"),
        *(row(at, "sales_return", 2, place="B", refs=(1,)) for at in (2, 3, 4)),
    ]
    found = costs(*rows)
    assert found[1] == sum(found[2:]) == 87
    at_current = value(rows, POLICY.with_(returns="current_cost", missing_cost="current_cost"))
    assert [at_current.state.outcomes[at].cost for at in (2, 3, 4)] == [0, 0, 0]  # B knows no cost of its own


def test_a_shortage_is_not_settled_by_an_average() -> None:  # P10
    with pytest.raises(PolicyError) as caught:
        value([row(0, "receipt", 1, 100)], POLICY.with_(negative_stock="estimate_then_correct"))
    assert (caught.value.code, caught.value.field) == ("contradiction", "negative_stock")
    assert "reset_on_next_receipt" in (caught.value.hint or "")
