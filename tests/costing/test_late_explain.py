"""Explaining a cost of a book that stays open: as one traced valuation of all that stands, without valuing it all."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jxc.api.plugins import methods_in_force
from jxc.api.sources import read_rows
from jxc.costing import late_timeline
from jxc.costing.engine import Engine
from jxc.costing.events import Event, Scales
from jxc.costing.explain import explain
from jxc.costing.late_book import LateBook
from jxc.costing.policy import Policy
from jxc.costing.strategies import engine_for
from jxc.errors import StockError
from jxc.testing.strategies import METHODS, Row, Shape, histories, policies

COSTS = {"TEA": Fraction(3), "CUP": Fraction(5, 4)}
SHAPE = Shape(lots=("L1",), most=16, days=12, items=("TEA", "CUP"))
PLAIN = Shape(
    kinds=("receipt", "issue", "receipt", "issue", "opening", "scrap", "transfer", "transfer", "sales_return",
           "landed_cost", "invoice_price_change"),
    most=20, days=10,
)  # fmt: skip


def read(rows: list[Row], policy: Policy) -> tuple[list[Event], Scales]:
    found = read_rows(rows, policy, currency="CNY", units={}, encoding=None)
    return found.events(row for row in range(found.n) if not found.bad[row]), found.scales


def traced(book: LateBook) -> Engine:
    engine = engine_for(book.policy, book.scales, book.methods, trace=True)
    engine.run(book.events[row] for row in sorted(book.events))
    return engine


def check(book: LateBook) -> None:
    state = traced(book).state
    assert {row: book.explain(row) for row in book.events} == {row: explain(state, row) for row in book.events}


def grow(data: st.DataObject, rows: list[Row], policy: Policy) -> None:
    """Enter rows in any order, take some out, and explain on the way."""
    events, scales = read(rows, policy)
    book = LateBook(policy, scales, methods_in_force(), [])
    for event in data.draw(st.permutations(events)) if data.draw(st.booleans()) else events:
        if book.events.keys() >= {*event.refs, *event.details.cost_from}:
            with suppress(StockError):
                book.amend(enter=[event])
        if book.events and data.draw(st.integers(0, 5)) == 0:
            book.explain(data.draw(st.sampled_from(sorted(book.events))))
    for row in data.draw(st.sets(st.sampled_from(sorted(book.events)), max_size=3)) if book.events else ():
        with suppress(StockError):
            done = book.amend(cancel=[row])
            check(book)
            if data.draw(st.booleans()):
                done.undo()
    check(book)


@pytest.mark.parametrize("method", ["fifo", "moving_average"])
@given(data=st.data(), rows=histories(PLAIN))
def test_plain_items_are_explained_from_what_their_keepers_hold(
    method: str, data: st.DataObject, rows: list[Row]
) -> None:
    scope, moment = data.draw(st.sampled_from(("item", "place"))), data.draw(st.sampled_from(("as_entered", None)))
    policy = Policy(method=method).with_(scope=scope, **({"same_moment": moment} if moment else {}))
    grow(data, rows, policy)


@pytest.mark.parametrize("method", [*METHODS, "periodic_average"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), rows=histories(SHAPE))
def test_any_policy_is_explained_as_the_whole(
    method: str, data: st.DataObject, rows: list[Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(late_timeline, "_LEAST", 2)
    monkeypatch.setattr(late_timeline, "size", lambda state: 0)
    policy = data.draw(policies((method,), standard_cost=COSTS))
    grow(data, rows, Policy(method=method) if method == "periodic_average" else policy)
