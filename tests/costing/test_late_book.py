"""A book that stays open is one valuation of all that stands in it, whatever the order of arrival."""

from __future__ import annotations

from copy import copy
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import event as hypothesis_event
from hypothesis import strategies as st

from jxc.api.plugins import methods_in_force
from jxc.api.sources import read_rows
from jxc.costing import late_timeline
from jxc.costing.effects import Effects
from jxc.costing.events import Details, Event, Scales
from jxc.costing.late_book import LateBook
from jxc.costing.late_changes import RowChange, Standing
from jxc.costing.policy import Policy
from jxc.costing.strategies import engine_for
from jxc.errors import StockError
from jxc.kernel.rounding import Exact
from jxc.testing.strategies import METHODS, Row, Shape, histories, policies

COSTS = {"TEA": Fraction(3), "CUP": Fraction(5, 4)}
SHAPE = Shape(lots=("L1",), most=12, days=12, items=("TEA", "CUP", "POT"))
PLAIN = Shape(
    kinds=("receipt", "issue", "receipt", "issue", "opening", "scrap", "transfer", "sales_return", "landed_cost",
           "invoice_price_change"),
    most=14, days=8,
)  # fmt: skip


def events_of(rows: list[Row], policy: Policy) -> tuple[list[Event], Scales]:
    read = read_rows(rows, policy, currency="CNY", units={}, encoding=None)
    return read.events(row for row in range(read.n) if not read.bad[row]), read.scales


Shown = tuple[Exact, tuple[object, ...], str]


def whole(events: list[Event], policy: Policy, scales: Scales) -> dict[int, Shown]:
    engine = engine_for(policy, scales, methods_in_force())
    engine.run(sorted(events, key=lambda event: event.row))
    assert not engine.problems
    effects = Effects(engine.state)
    outcomes = engine.state.outcomes
    found = {e.row: (outcomes[e.row].cost, effects.of(e.row), outcomes[e.row].status) for e in events}
    for _, parts, _ in found.values():
        assert sum(part.amount for part in parts) == 0
    on_stock = sum(part.amount for _, parts, _ in found.values() for part in parts if part.role == "inventory")
    assert on_stock == sum(pool.value for pool in engine.state.pools.values())
    return found


def shown(book: LateBook) -> dict[int, Shown]:
    return {standing.event.row: (standing.cost, standing.effects, standing.status) for standing in book.all()}


def side(standing: Standing | None) -> Shown | None:
    return None if standing is None else (standing.cost, standing.effects, standing.status)


def check_changes(changes: list[RowChange], before: dict[int, Shown], after: dict[int, Shown], named: set[int]) -> None:
    assert {c.row: (side(c.before), side(c.after)) for c in changes if side(c.before) != side(c.after)} == {
        row: (before.get(row), after.get(row))
        for row in before.keys() | after.keys()
        if before.get(row) != after.get(row)
    }
    assert {change.row for change in changes} <= named | {
        row for row in before.keys() | after.keys() if before.get(row) != after.get(row)
    }
    difference = sum(side[0] for side in after.values()) - sum(side[0] for side in before.values())
    assert sum(change.difference for change in changes) == difference


def amended(book: LateBook, data: st.DataObject, known: list[Event]) -> tuple[set[int], list[Event]]:
    """Some rows to take out, some to state anew, and some to put in, of which those referred to are in the book."""
    standing = sorted(book.events)
    out = set(data.draw(st.sets(st.sampled_from(standing), max_size=2))) if standing else set()
    anew = [restated(book.events[row], data) for row in sorted(out) if data.draw(st.booleans())]
    missing = [event for event in known if event.row not in book.events]
    into = data.draw(st.lists(st.sampled_from(missing), max_size=3, unique_by=lambda e: e.row)) if missing else []
    there = (book.events.keys() - out) | {event.row for event in (*into, *anew)}
    into = [event for event in into if there.issuperset((*event.refs, *event.details.cost_from))]
    return out, [*into, *anew]


def restated(event: Event, data: st.DataObject) -> Event:
    """The same row with another quantity, amount or date."""
    other = copy(event)
    name = data.draw(st.sampled_from(("qty", "amount", "date", "reason")))
    if name == "qty" and event.qty:
        other.qty = data.draw(st.integers(1, 9))
    elif name == "amount" and event.amount is not None:
        other.amount = data.draw(st.integers(0, 2000))
    elif name == "reason":
        other.reason = data.draw(st.sampled_from((None, "own use")))
    else:
        other.date = event.date + data.draw(st.integers(-3, 3))
    return other


def check_arrivals(data: st.DataObject, events: list[Event], policy: Policy, scales: Scales) -> LateBook:
    """Amend a book in many ways; after each it is one valuation of what stands."""
    book = LateBook(policy, scales, methods_in_force(), [])
    for _ in range(8):
        before = shown(book)
        out, into = amended(book, data, events)
        try:
            done = book.amend(cancel=out, enter=into)
        except StockError:
            assert shown(book) == before
            continue
        after = shown(book)
        assert after == whole(list(book.events.values()), policy, scales)
        check_changes(list(done.changes), before, after, out | {event.row for event in into})
        assert all(book.standing(row).cost == cost for row, (cost, *_) in after.items())
        if data.draw(st.booleans()):
            done.undo()
            assert shown(book) == before
            assert before == whole(list(book.events.values()), policy, scales)
    return book


@pytest.fixture(autouse=True)
def short_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stretches of two rows, so that a short history has many of them."""
    monkeypatch.setattr(late_timeline, "_LEAST", 2)
    monkeypatch.setattr(late_timeline, "size", lambda state: 0)


@pytest.mark.parametrize("method", [*METHODS, "periodic_average"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), rows=histories(SHAPE))
def test_any_order_of_arrival_is_the_whole(method: str, data: st.DataObject, rows: list[Row]) -> None:
    policy = data.draw(policies((method,), standard_cost=COSTS))
    if method == "periodic_average":
        policy = Policy(method=method)
    check_arrivals(data, *arrivals(rows, policy))


@pytest.mark.parametrize("method", ["fifo", "moving_average", "lifo"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), rows=histories(PLAIN))
def test_so_it_is_for_plain_items_and_their_charges(method: str, data: st.DataObject, rows: list[Row]) -> None:
    scope, moment = (
        data.draw(st.sampled_from(("item", "place"))),
        data.draw(st.sampled_from(("as_entered", "receipts_first"))),
    )
    policy = Policy(method=method).with_(scope=scope, same_moment=moment)
    book = check_arrivals(data, *arrivals(rows, policy))
    for keeper in {type(book.keeper_of(row)).__name__ for row in book.events}:
        hypothesis_event(f"{method}: {keeper}")


def arrivals(rows: list[Row], policy: Policy) -> tuple[list[Event], Policy, Scales]:
    events, scales = events_of(rows, policy)
    return events, policy, scales


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), rows=histories(SHAPE))
def test_cancelling_what_was_entered_restores_what_was_there(data: st.DataObject, rows: list[Row]) -> None:
    policy = data.draw(policies(("fifo", "moving_average"), negative_stock="estimate_then_correct"))
    events, scales = events_of(rows, policy)
    book = LateBook(policy, scales, methods_in_force(), [])
    for event in events:
        before = shown(book)
        try:
            book.amend(enter=[event])
        except StockError:
            continue
        if data.draw(st.booleans()):
            book.amend(cancel=[event.row])
            assert shown(book) == before


@pytest.mark.parametrize("method", ["fifo", "moving_average", "lifo"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), rows=histories(PLAIN))
def test_a_change_of_unit_comes_and_goes_like_any_row(method: str, data: st.DataObject, rows: list[Row]) -> None:
    events, policy, scales = arrivals(rows, Policy(method=method))
    day = min((event.date for event in events), default=1) + data.draw(st.integers(0, 8))
    units = Event(len(rows), "base_unit_change", day, "TEA", details=Details(factor=Fraction(12)))
    book = check_arrivals(data, [*events, units], policy, scales)
    engine = engine_for(policy, scales)
    engine.run(book.events[row] for row in sorted(book.events))
    held: dict[tuple[str, str | None], Exact] = {}
    for standing in book.all():
        for effect in standing.effects:
            if effect.role == "inventory":
                key = (effect.item or standing.event.item, effect.place)
                held[key] = held.get(key, 0) + effect.qty
    assert {key: qty for key, qty in held.items() if qty} == {
        key: qty for key, qty in engine.state.placed.items() if qty
    }


def test_a_change_of_method_for_all_items_holds_for_items_that_come_later() -> None:
    rows = [Event(0, "receipt", 1, "TEA", 1, 10), Event(1, "method_change", 2, "", details=Details(to="lifo"))]
    book = LateBook(Policy(), Scales(), methods_in_force(), rows)
    later = [
        Event(2, "receipt", 1, "CUP", 1, 10),
        Event(3, "receipt", 3, "CUP", 1, 20),
        Event(4, "issue", 4, "CUP", 1),
    ]
    book.amend(enter=later)
    assert book.standing(4).cost == 20
    done = book.amend(cancel=[1])
    assert book.standing(4).cost == 10
    done.undo()
    assert book.standing(4).cost == 20


def test_a_row_that_others_refer_to_stays() -> None:
    rows = [
        Event(0, "receipt", 1, "TEA", 3, 300),
        Event(1, "issue", 2, "TEA", 3, id="SO-1"),
        Event(2, "sales_return", 3, "TEA", 1, refs=(1,), id="RET-1"),
    ]
    book = LateBook(Policy(), Scales(), methods_in_force(), rows)
    with pytest.raises(StockError, match="RET-1 refers to SO-1") as caught:
        book.amend(cancel=[1])
    assert caught.value.code == "still_referred_to"
    book.amend(cancel=[1, 2])
    assert sorted(book.events) == [0]


def test_a_late_issue_that_a_later_one_needs_is_refused_with_its_date() -> None:
    rows = [Event(0, "receipt", 737000, "TEA", 3, 300), Event(1, "issue", 737009, "TEA", 3, id="SO-1")]
    book = LateBook(Policy(), Scales(), methods_in_force(), rows)
    with pytest.raises(StockError, match="3 of TEA wanted, 2 on hand for issue SO-1 of 2018-11-11") as caught:
        book.amend(enter=[Event(2, "issue", 737001, "TEA", 1)])
    assert (caught.value.code, caught.value.params["short"]) == ("insufficient_stock", "1")
    assert caught.value.params["date"] == "2018-11-11"
