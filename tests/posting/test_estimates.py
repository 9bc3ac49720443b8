"""Estimates of goods received, not invoiced (B15 to B17): three ways, parts, returns, the standing check."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import jxc
from jxc.kernel.dates import parse_date
from jxc.ledger import Entry, Ledger
from jxc.posting.estimates import BillLine, Estimate, Estimates
from jxc.posting.events import BusinessEvent, portion
from jxc.posting.journal import Journal
from jxc.posting.standing import standing_check
from tests.posting.books import NOW, poster_of

DAY = parse_date("2026-03-28")
WAYS = ("month_start", "on_invoice", "difference")
GOODS = {"item": "TEA", "place": "WH", "party": "S-01"}


def received(name: str, day: str, qty: int, cost: int) -> tuple[Estimate, BusinessEvent]:
    estimate = Estimate(name, parse_date(day), Fraction(qty), cost, attributes=GOODS)
    amounts: dict[str, Any] = {"cost": cost, "value": [portion(cost, GOODS)]}
    return estimate, BusinessEvent.of("receipt", day, amounts, source=name, given=GOODS)


def shown(entry: Entry) -> list[tuple[str, int, int]]:
    """Account, debit and credit of every line, red ones below zero."""
    return [(line.account, line.debit, line.credit) for line in entry.lines]


def entries_of(way: Any) -> list[list[tuple[str, int, int]]]:
    """Received 100 at an estimate of 30.00 on 28 March; invoiced at 31.00 and 13 % on 12 April."""
    estimate, receipt = received("GR-1", "2026-03-28", 100, 300000)
    book = Estimates(way).receive(estimate)
    events = [receipt]
    april = book.month_start("2026-04-01")
    billed = april.estimates.bill("2026-04-12", [BillLine("GR-1", Fraction(100), 310000, 40300)], doc="V-1")
    poster = poster_of("cn-small-business")
    ledger = Ledger(poster.book)
    ledger.post_all(Journal.of([*events, *april.events, *billed.events], poster).drafts, at=NOW)
    assert billed.estimates.open == ()
    assert str(ledger.balance("220202")) == "0.00"
    return [shown(entry) for entry in ledger.entries]


FIRST = [("1405", 300000, 0), ("220202", 0, 300000)]


def test_month_start_reversal() -> None:  # B15
    """月初回冲: red on the first of April, the invoice in blue."""
    assert entries_of("month_start") == [
        FIRST,
        [("1405", -300000, 0), ("220202", 0, -300000)],
        [("1405", 310000, 0), ("22210101", 40300, 0), ("220201", 0, 350300)],
    ]


def test_reversal_on_invoice() -> None:  # B15
    """单到回冲: red and blue when the invoice comes."""
    first, invoice = entries_of("on_invoice")
    assert first == FIRST
    assert sorted(invoice) == sorted([
        ("1405", -300000, 0),
        ("220202", 0, -300000),
        ("1405", 310000, 0),
        ("22210101", 40300, 0),
        ("220201", 0, 350300),
    ])  # fmt: skip


def test_difference_on_invoice() -> None:  # B15
    """单到补差: the difference alone."""
    first, invoice = entries_of("difference")
    assert first == FIRST
    assert sorted(invoice) == sorted([
        ("1405", 10000, 0),
        ("220202", 300000, 0),
        ("22210101", 40300, 0),
        ("220201", 0, 350300),
    ])  # fmt: skip


Act = tuple[str, int, int, int]
acts = st.lists(
    st.tuples(
        st.sampled_from(("receive", "receive", "bill", "bill", "return", "start", "end")),
        st.integers(0, 9),
        st.integers(1, 9),
        st.integers(0, 5000),
    ),
    max_size=14,
)


@settings(max_examples=80)
@given(st.sampled_from(WAYS), acts)
def test_it_holds_whatever_comes(way: Any, chosen: list[Act]) -> None:  # B15 B16 B17
    """After every act the accounts of goods agree, and 220202 holds what is open and not taken back."""
    poster = poster_of("cn-small-business")
    ledger, book, events = Ledger(poster.book), Estimates(way), list[BusinessEvent]()
    for at, (act, pick, qty, money) in enumerate(chosen):
        day = f"2026-{1 + at // 2:02d}-{1 + at % 28:02d}"
        new: list[BusinessEvent] = []
        if act == "receive":
            estimate, receipt = received(f"GR-{at}", day, qty, money)
            book, new = book.receive(estimate), [receipt]
        elif act in ("bill", "return") and book.open:
            one = book.open[pick % len(book.open)]
            part = min(Fraction(qty), one.open_qty)
            if act == "bill":
                step = book.bill(day, [BillLine(one.id, part, money, money // 10)], doc=f"V-{at}")
            else:
                share = one.share(part)
                step = book.send_back(day, one.id, part, doc=f"R-{at}")
                amounts: dict[str, Any] = {"cost": share, "value": [portion(share, GOODS)]}
                back = BusinessEvent.of("purchase_return", day, amounts, source=f"R-{at}", given=GOODS)
                step = type(step)(step.estimates, (*step.events, back))
            book, new = step.estimates, list(step.events)
        elif act in ("start", "end"):
            step = book.month_start(day) if act == "start" else book.month_end(day)
            book, new = step.estimates, list(step.events)
        events += new
        ledger.post_all(Journal.of(new, poster).drafts, at=NOW)
        standing = sum(one.open_cost for one in book.open if not one.reversed)
        assert ledger.balance("220202") == -poster.book.amount(standing)
        check = standing_check(events, ledger, poster)
        assert check.holds, check
        assert check.estimate_reversed == poster.book.amount(book.open_cost - standing)
    assert ledger.balance("220201") == -poster.book.amount(
        sum(e.total("gross") for e in events if e.kind == "purchase_bill")
    )


@pytest.mark.parametrize(
    ("code", "act"),
    [
        ("no_such_estimate", lambda book: book.bill("2026-04-01", [BillLine("GR-9", Fraction(1), 1)])),
        ("billed_beyond_receipt", lambda book: book.bill("2026-04-01", [BillLine("GR-1", Fraction(101), 1)])),
        ("billed_beyond_receipt", lambda book: book.bill("2026-04-01", [BillLine("GR-1", Fraction(0), 1)])),
        ("billed_beyond_receipt", lambda book: book.send_back("2026-04-01", "GR-1", Fraction(-1))),
        ("estimate_twice", lambda book: book.receive(Estimate("GR-1", DAY, Fraction(1), 1))),
        (
            "estimate_without_quantity",
            lambda book: book.receive(Estimate("X", parse_date("2026-03-28"), Fraction(0), 1)),
        ),
        ("unknown_choice", lambda _: Estimates("sometimes")),
    ],
)
def test_refusals(code: str, act: Any) -> None:
    book = Estimates().receive(Estimate("GR-1", DAY, Fraction(100), 300000))
    with pytest.raises(jxc.JxcError) as refused:
        act(book)
    assert refused.value.code == code


def test_a_new_estimate_at_the_end_of_the_month() -> None:
    book = Estimates("month_start").receive(Estimate("GR-1", DAY, Fraction(100), 300000))
    april = book.month_start("2026-04-01").estimates
    part = april.bill("2026-04-12", [BillLine("GR-1", Fraction(40), 124000)]).estimates
    end = part.month_end("2026-04-30", {"GR-1": 186000})
    assert [event.total("cost") for event in end.events] == [186000]
    assert end.estimates.open_cost == 186000
    assert end.estimates.month_end("2026-04-30").events == ()
    assert [e.total("cost") for e in end.estimates.month_start("2026-05-01").events] == [186000]


MONTHS = ((1, 9), (1, 5000), (0, 9), (1, 5000))
"""Received, at what estimate, invoiced, at what price."""


def months_of(chosen: list[tuple[int, int, int, int]]) -> tuple[Ledger, list[str]]:
    """Receipts and invoices month by month, each closed by the turn of the month; and 220202 at its end."""
    poster = poster_of("cn-small-business")
    ledger, book, ends = Ledger(poster.book), Estimates("month_start"), list[str]()
    for at, (qty, money, billed, price) in enumerate(chosen, 1):
        estimate, receipt = received(f"GR-{at}", f"2026-{at:02d}-10", qty, money)
        events, book = [receipt], book.receive(estimate)
        one = book.open[0]
        if billed:
            part = min(Fraction(billed), one.open_qty)
            step = book.bill(f"2026-{at:02d}-20", [BillLine(one.id, part, price, price // 10)], doc=f"V-{at}")
            events, book = [*events, *step.events], step.estimates
        turned = book.turn(f"2026-{at:02d}")
        assert turned.estimates.turn(f"2026-{at:02d}").events == ()
        assert all(one.reversed for one in turned.estimates.open)
        ledger.post_all(Journal.of([*events, *turned.events], poster).drafts, at=NOW)
        last = max(event.date for event in turned.events) if turned.events else None
        book = turned.estimates
        ends.append(f"{book.open_cost / 100:.2f}")
        if last is not None:
            assert str(-ledger.balance("220202", on=last.replace(day=1).fromordinal(last.toordinal() - 1))) == ends[-1]
            assert ledger.balance("220202", on=last) == 0
    return ledger, ends


@settings(max_examples=40)
@given(st.lists(st.tuples(*(st.integers(least, most) for least, most in MONTHS)), max_size=6))
def test_the_turn_of_each_month_holds_what_is_open(chosen: list[tuple[int, int, int, int]]) -> None:  # B16 B26
    """220202 is the open estimates at the end of every month and nothing on the first; the turn is idempotent."""
    months_of(chosen)


def test_the_turn_of_a_month_in_figures() -> None:  # B15 B26
    """100 at 30.00 in January, 40 of them invoiced at 31.00 in March: the example of the recipe."""
    book = Estimates("month_start").receive(received("GR-1", "2026-01-20", 100, 300000)[0])
    january = book.turn("2026-01")
    february = january.estimates.turn("2026-02", {"GR-1": 310000})
    billed = february.estimates.bill("2026-03-05", [BillLine("GR-1", Fraction(40), 124000)])
    march = billed.estimates.turn("2026-03")
    told = [(event.kind, str(event.date), event.total("cost")) for event in (*january.events, *february.events)]
    assert told == [
        ("estimate_reversed", "2026-02-01", 300000),
        ("estimate", "2026-02-28", 310000),
        ("estimate_reversed", "2026-03-01", 310000),
    ]
    assert [(event.kind, event.total("cost")) for event in march.events] == [
        ("estimate", 186000),
        ("estimate_reversed", 186000),
    ]
    for done in (january, february, march):
        assert [done.estimates.turn(f"2026-0{month}").events for month in (1, 2, 3)][:1] == [()]
    assert march.estimates.turn("2026-02").events == march.estimates.turn("2026-03").events == ()


def test_a_receipt_that_turns_up_late_is_turned_alone() -> None:
    turned = Estimates("month_start").receive(received("GR-1", "2026-01-20", 10, 1000)[0]).turn("2026-01").estimates
    late = turned.receive(received("GR-2", "2026-01-25", 10, 700)[0]).turn("2026-01")
    assert [(event.source, event.total("cost")) for event in late.events] == [
        ("GR-2/estimate_reversed/2026-02-01", 700)
    ]
    february = turned.receive(received("GR-3", "2026-02-05", 10, 700)[0])
    assert february.month_start("2026-02-01").events == ()  # it was not there yet


def test_an_invoice_before_the_turn_is_refused() -> None:  # B26
    turned = Estimates("month_start").receive(received("GR-1", "2026-01-20", 10, 1000)[0]).turn("2026-01").estimates
    with pytest.raises(jxc.LedgerError) as refused:
        turned.bill("2026-01-30", [BillLine("GR-1", Fraction(1), 100)])
    assert refused.value.code == "estimate_turned"
    with pytest.raises(jxc.LedgerError):
        turned.send_back("2026-01-30", "GR-1", Fraction(1))
    assert turned.bill("2026-02-01", [BillLine("GR-1", Fraction(1), 100)]).events
    with pytest.raises(jxc.LedgerError):
        turned.turn("2026")
    for way in ("on_invoice", "difference"):
        assert Estimates(way).receive(received("GR-1", "2026-01-20", 10, 1000)[0]).turn("2026-01").events == ()
    with pytest.raises(jxc.NotFoundError):
        turned.turn("2026-02", {"GR-9": 100})
