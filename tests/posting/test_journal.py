"""Journals (B12, B14, B18): what shares an entry, when cost is carried over, what late facts change."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import jxc
from jxc.costing.policy import CostRounding
from jxc.ledger import Ledger, MonthEnd, close_month, missing_entries, undo_close
from jxc.posting.journal import Journal
from jxc.posting.policy import PostingPolicy
from jxc.posting.standing import standing_check
from jxc.testing.strategies import Row, Shape, histories, policies
from tests.posting.books import ITEMS, NOW, PLACES, TABLES, book_of

MOVES: list[Row] = [
    {"id": "GR-1", "date": "2026-01-05", "type": "receipt", "item": "TEA", "qty": 10, "unit_cost": "2.00", "doc": "R1"},
    {"id": "GR-2", "date": "2026-01-05", "type": "receipt", "item": "CUP", "qty": 10, "unit_cost": "1.00", "doc": "R1"},
    {"id": "SO-1", "date": "2026-01-15", "type": "issue", "item": "TEA", "qty": 4},
    {"id": "SO-2", "date": "2026-01-15", "type": "issue", "item": "CUP", "qty": 4},
    {"id": "SO-3", "date": "2026-02-03", "type": "issue", "item": "TEA", "qty": 1},
]


def journal(rows: list[Row], table: str = "cn-small-business", **more: Any) -> Journal:
    valued = jxc.value(rows, method="fifo", currency="CNY")
    return jxc.post_valuation(valued, table=table, book=book_of(table), party="S", **more)


def shown(found: Journal) -> list[tuple[str, tuple[str, ...]]]:
    return [(str(one.draft.date), one.draft.sources) for one in found.vouchers]


@pytest.mark.parametrize(
    ("policy", "entries"),
    [
        (
            PostingPolicy(entries="movement", cost="movement"),
            [
                ("2026-01-05", ("GR-1",)),
                ("2026-01-05", ("GR-2",)),
                ("2026-01-15", ("SO-1",)),
                ("2026-01-15", ("SO-2",)),
                ("2026-02-03", ("SO-3",)),
            ],
        ),
        (
            PostingPolicy(cost="day"),
            [("2026-01-05", ("GR-1", "GR-2")), ("2026-01-15", ("SO-1", "SO-2")), ("2026-02-03", ("SO-3",))],
        ),
        (
            PostingPolicy(cost="close"),
            [("2026-01-05", ("GR-1", "GR-2")), ("2026-01-31", ("SO-1", "SO-2")), ("2026-02-28", ("SO-3",))],
        ),
        (
            PostingPolicy(entries="close", cost="close"),
            [("2026-01-31", ("GR-1", "GR-2")), ("2026-01-31", ("SO-1", "SO-2")), ("2026-02-28", ("SO-3",))],
        ),
    ],
)
def test_which_events_share_an_entry(policy: PostingPolicy, entries: list[Any]) -> None:  # B12 B18
    assert shown(journal(MOVES, policy=policy)) == entries


def test_cost_carried_over_at_close_is_a_step_of_it() -> None:  # B18
    found = journal(MOVES, policy=PostingPolicy(cost="close"))
    ledger = Ledger(found.poster.book)
    ledger.post_all(found.drafts, at=NOW)
    closed = close_month(ledger, "2026-01", MonthEnd(costs={("cost_of_sales", "inventory"): "12.00"}), at=NOW)
    assert [entry.draft.step for entry in closed] == ["result"]
    assert ledger.balance("5401", on="2026-01-30") == 0


def test_an_unknown_choice_is_refused() -> None:
    with pytest.raises(jxc.PolicyError) as refused:
        PostingPolicy(cost="weekly")  # type: ignore[arg-type]
    assert (refused.value.code, refused.value.field) == ("unknown_choice", "cost")


def balances(ledger: Ledger) -> dict[str, Decimal]:
    return {one.code: held for one in ledger.book.chart.leaves if (held := ledger.balance(one.code))}


SHAPE = Shape(places=("WH", "SHOP"), most=10)


@settings(max_examples=50)
@given(
    histories(SHAPE),
    policies(rounding=st.just(CostRounding()), same_moment="receipts_first"),
    st.sampled_from(TABLES),
    st.integers(0, 12),
    st.sampled_from(("movement", "close")),
)
def test_what_changed_since_comes_to_the_later_journal(
    rows: list[Row], policy: Any, table: str, cut: int, how: Any
) -> None:  # B14
    """Any change of the facts, late ones, fewer ones: old entries and adjusting ones are what posting anew gives."""
    book, posting = book_of(table), PostingPolicy(entries=how, cost=how)
    now, before = (
        jxc.post_valuation(
            jxc.value(chosen, policy=policy, currency="CNY"),
            table=table, book=book, policy=posting, items=ITEMS, places=PLACES, party="X",
        )
        for chosen in (rows, rows[cut % (len(rows) + 1) :])
    )  # fmt: skip
    adjusted, anew = Ledger(book), Ledger(book)
    since = now.since(before)
    adjusted.post_all(before.drafts, at=NOW)
    adjusted.post_all([one.draft for one in since], at=NOW)
    anew.post_all(now.drafts, at=NOW)
    assert balances(adjusted) == balances(anew)
    assert len({(one.draft.date.year, one.draft.date.month) for one in since}) == len(since)
    assert all(one.draft.kind == "adjusting" for one in since)
    assert standing_check(now.events, adjusted, now.poster).holds
    assert now.since(now) == ()


def test_a_late_fact_makes_one_adjusting_entry_a_period() -> None:  # B14
    before = journal(MOVES)
    late = {"id": "GR-0", "date": "2026-01-02", "type": "receipt", "item": "TEA", "qty": 10, "unit_cost": "3.00"}
    since = journal([*MOVES, late]).since(before)
    assert [(str(one.draft.date), one.draft.kind) for one in since] == [
        ("2026-01-15", "adjusting"),
        ("2026-02-03", "adjusting"),
    ]
    assert [(line.account, line.base) for line in since[0].draft.lines] == [
        ("1405", 2600),
        ("5401", 400),
        ("220202", -3000),
    ]
    closed = journal([*MOVES, late]).since(before, closed_until=dt.date(2026, 1, 31))
    assert [str(one.draft.date) for one in closed] == ["2026-02-03"]
    assert "cost of issue SO-1 by rule sale" in closed[0].explain(2)


def test_a_history_posts_what_it_books_forward() -> None:  # B14
    book = book_of("cn-small-business")
    history = jxc.History(MOVES, method="fifo", currency="CNY", closed_until="2026-01-31")
    first = jxc.post_valuation(history, book=book, party="S")
    late = {"id": "GR-0", "date": "2026-01-02", "type": "receipt", "item": "TEA", "qty": 10, "unit_cost": "3.00"}
    history.insert([late], closed="forward")
    ledger = Ledger(book)
    ledger.post_all(first.drafts, at=NOW)
    then = jxc.post_valuation(history, book=book, party="S")
    ledger.post_all([one.draft for one in then.since(first)], at=NOW)
    for day in ("2026-01-31", "2026-02-28"):
        told = history.at(as_of=day)
        assert ledger.balance("1405", on=day) == told.on_hand_value
        assert ledger.balance("5401", on=day) == told.cost_of_sales
    assert jxc.check_goods(history, then, ledger).holds
    history.cancel("GR-0", closed="forward")
    last = jxc.post_valuation(history, book=book, party="S")
    ledger.post_all([one.draft for one in last.since(then)], at=NOW)
    assert ledger.balance("1405") == history.on_hand_value
    assert jxc.check_goods(history, last, ledger).holds


@settings(max_examples=40)
@given(histories(Shape(places=("WH", "SHOP"), most=8)), st.sampled_from(("fifo", "moving_average")))
def test_a_history_and_its_valuation_are_posted_alike(rows: list[Row], method: str) -> None:
    book = book_of("perpetual")
    ledgers = [Ledger(book), Ledger(book)]
    for ledger, valued in zip(
        ledgers,
        (jxc.value(rows, method=method, currency="CNY"), jxc.History(rows, method=method, currency="CNY")),
        strict=True,
    ):
        ledger.post_all(jxc.post_valuation(valued, book=book, party="X", table="perpetual").drafts, at=NOW)
    assert balances(ledgers[0]) == balances(ledgers[1])


def test_changes_that_cancel_out_are_told_all_the_same() -> None:
    """The cost of one sale goes to another of the same goods: no balance changes, both facts have their entry."""
    rows: list[Row] = [
        {"id": "GR-1", "date": "2026-01-05", "type": "receipt", "item": "TEA", "qty": 1, "unit_cost": "2.00"},
        {"id": "SO-1", "date": "2026-01-15", "type": "issue", "item": "TEA", "qty": 1},
    ]
    other = {**rows[1], "id": "SO-2"}
    before, now = journal(rows), journal([rows[0], other])
    (since,) = now.since(before)
    assert [(line.account, line.base) for line in since.draft.lines] == [
        ("1405", 200),
        ("5401", 200),
        ("5401", -200),
        ("1405", -200),
    ]
    ledger = Ledger(now.poster.book)
    ledger.post_all([*before.drafts, since.draft], at=NOW)
    assert standing_check(now.events, ledger, now.poster).holds


WAYS = st.sampled_from(("movement", "document", "day", "close"))


@settings(max_examples=60)
@given(WAYS, WAYS, st.integers(200, 900), st.integers(200, 900), st.integers(0, 4), st.sampled_from(TABLES))
def test_what_does_not_stand_is_posted(  # B27
    entries: Any, cost: Any, price: int, later: int, posted: int, table: str
) -> None:
    """Whatever stands already, and at whatever cost, the books come to what posting the whole journal comes to."""
    policy = PostingPolicy(entries=entries, cost=cost)
    before, after = (
        journal([{**MOVES[0], "unit_cost": f"{one / 100:.2f}"}, *MOVES[1:]], table, policy=policy)
        for one in (price, later)
    )
    ledger, whole = Ledger(before.poster.book), Ledger(before.poster.book)
    ledger.post_all(before.drafts[:posted], at=NOW)
    ledger.post_all(missing_entries(ledger, after.drafts), at=NOW)
    whole.post_all(after.drafts, at=NOW)
    for month in ("2026-01-31", "2026-02-28"):
        assert [ledger.balance(one.code, on=month) for one in ledger.book.chart] == [
            whole.balance(one.code, on=month) for one in ledger.book.chart
        ]
    assert list(missing_entries(ledger, after.drafts)) == []


@pytest.mark.parametrize("cost", ["document", "close"])
def test_the_close_posts_what_a_journal_is_missing_and_undoing_takes_the_cost_back(cost: Any) -> None:  # B18 B27
    made = journal(MOVES, policy=PostingPolicy(cost=cost))
    ledger, end = Ledger(made.poster.book), MonthEnd(entries=made.drafts)
    for month, stock in (("2026-01", "18.00"), ("2026-02", "16.00")):
        close_month(ledger, month, end, at=NOW)
        assert str(ledger.balance("1405")) == stock
    undo_close(ledger, "2026-02", reason="again", at=NOW)
    assert str(ledger.balance("1405")) == ("18.00" if cost == "close" else "16.00")
    close_month(ledger, "2026-02", end, at=NOW)
    assert str(ledger.balance("1405")) == "16.00"


@pytest.mark.parametrize("cost", ["document", "day", "close"])
def test_what_late_facts_adjusted_is_not_adjusted_again_by_the_close(cost: Any) -> None:  # B14 B27
    history = jxc.History(MOVES, method="fifo", currency="CNY")
    book, policy = book_of("cn-small-business"), PostingPolicy(cost=cost)
    first = jxc.post_valuation(history, book=book, policy=policy, party="S")
    ledger = Ledger(book)
    ledger.post_all(first.drafts, at=NOW)
    history.change("GR-1", {"unit_cost": "3.00"})
    later = jxc.post_valuation(history, book=book, policy=policy, party="S")
    ledger.post_all([voucher.draft for voucher in later.since(first)], at=NOW)
    assert list(missing_entries(ledger, later.drafts)) == []
    close_month(ledger, "2026-01", MonthEnd(entries=later.drafts), at=NOW)
    undo_close(ledger, "2026-01", reason="again", at=NOW)
    close_month(ledger, "2026-01", MonthEnd(entries=later.drafts), at=NOW)
    assert jxc.check_goods(history, later, ledger).accounts == history.on_hand_value


@pytest.mark.parametrize("cost", ["movement", "document", "day", "close"])
def test_what_concerns_a_closed_month_is_closed_with_the_next(cost: Any) -> None:  # B14 B27
    """Freight and a receipt of January that turn up in February: January stands, February's close books them."""
    history = jxc.History(MOVES, method="moving_average", currency="CNY", closed_until="2026-01-31")
    book, policy = book_of("cn-small-business"), PostingPolicy(cost=cost)
    ledger = Ledger(book)
    january = jxc.post_valuation(history, book=book, policy=policy, party="S")
    close_month(ledger, "2026-01", MonthEnd(entries=january.drafts), at=NOW)
    freight: Row = {"id": "LC-1", "date": "2026-02-10", "type": "landed_cost", "ref": "GR-1", "amount": "10.00"}
    late: Row = {**MOVES[0], "id": "GR-0", "date": "2026-01-02", "unit_cost": "4.00"}
    history.insert([freight, late], closed="forward")
    february = jxc.post_valuation(history, book=book, policy=policy, party="S")
    close_month(ledger, "2026-02", MonthEnd(entries=february.drafts), at=NOW)
    for day in ("2026-01-31", None):
        assert jxc.check_goods(history, february, ledger, on=day).holds
    assert str(ledger.balance("1405", on="2026-01-31")) == "18.00"
    assert ledger.balance("1405") == history.on_hand_value
    assert jxc.cost_status(history, february, ledger, until="2026-02-28").note == "cost is computed until 2026-02-28"
