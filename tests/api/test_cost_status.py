"""How far cost is computed (B20): what waits, is refused, provisional or not in the books."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings

import jxc
from jxc.edge.charts import load_chart, load_layout
from jxc.ledger import Book, Ledger
from jxc.posting.estimates import Estimate, Estimates
from jxc.posting.events import BusinessEvent
from jxc.posting.journal import Journal
from jxc.posting.payments import payment
from jxc.posting.policy import PostingPolicy
from jxc.reports import statement
from jxc.testing.strategies import Row, Shape, histories
from tests.posting.books import NOW

ROWS: list[Row] = [
    {"id": "GR-1", "date": "2026-01-05", "type": "receipt", "item": "TEA", "qty": 10, "unit_cost": "2.00"},
    {"id": "GR-2", "date": "2026-01-06", "type": "receipt", "item": "CUP", "qty": 1, "amount": 3, "estimated": "yes"},
    {"id": "SO-1", "date": "2026-01-15", "type": "issue", "item": "TEA", "qty": 4},
]
LATER: Row = {"id": "SO-2", "date": "2026-02-15", "type": "issue", "item": "TEA", "qty": 1}
TOO_MUCH: Row = {"id": "SO-9", "date": "2026-01-20", "type": "issue", "item": "TEA", "qty": 99}
JANUARY = ("2026-01-01", "2026-01-31")


def both(rows: list[Row], **more: Any) -> tuple[Any, Any]:
    return jxc.value(rows, currency="CNY", **more), jxc.History(rows, currency="CNY", **more)


def books() -> Ledger:
    return Ledger(Book(load_chart("cn-small-business"), "CNY"))


def test_what_is_provisional_is_named_and_the_last_day_is_that_of_the_rows() -> None:
    for valued in both(ROWS):
        status = jxc.cost_status(valued)
        assert (status.until, status.provisional, status.uncosted) == (date(2026, 1, 15), ("GR-2",), 0)
        assert jxc.cost_status(valued, until="2026-01-05").provisional == ()


def test_a_refused_row_has_no_cost() -> None:
    for valued in both([*ROWS, TOO_MUCH]):
        assert jxc.cost_status(valued, until="2026-01-31").uncosted == 1


def test_rows_after_as_of_wait_where_the_statement_reaches_them() -> None:
    valued = jxc.value([*ROWS, LATER], currency="CNY", as_of="2026-01-31")
    assert jxc.cost_status(valued, until="2026-01-31").uncosted == 0
    assert jxc.cost_status(valued, until="2026-02-28").uncosted == 1


def test_a_statement_says_it_or_refuses() -> None:
    ledger, layout = books(), load_layout("cn-small-business-income-statement")
    valued = jxc.value(ROWS, currency="CNY")
    journal = jxc.post_valuation(valued, book=ledger, party="S", policy=PostingPolicy(cost="close"))
    ledger.post_all([one for one in journal.drafts if one.step != "cost"], at=NOW)
    waiting = jxc.cost_status(valued, journal, ledger, until="2026-01-31")
    assert waiting.not_in_books == 1
    with pytest.raises(jxc.LedgerError, match="1 movements of goods are not in the books"):
        statement(ledger, layout, JANUARY, cost=waiting, demand="computed")
    ledger.post_all([one for one in journal.drafts if one.step == "cost"], at=NOW)
    done = jxc.cost_status(valued, journal, ledger, until="2026-01-31")
    assert statement(ledger, layout, JANUARY, cost=done, demand="computed").cost.provisional == ("GR-2",)
    with pytest.raises(jxc.LedgerError, match="provisional: GR-2"):
        statement(ledger, layout, JANUARY, cost=done, demand="final")
    with pytest.raises(jxc.LedgerError, match="until 2026-01-15 only"):
        statement(ledger, layout, JANUARY, cost=jxc.cost_status(valued), demand="computed")


def test_open_estimates_are_provisional() -> None:
    waiting = Estimates().receive(Estimate("GR-1", date(2026, 1, 5), Fraction(10), 2000))
    status = jxc.cost_status(jxc.value(ROWS[:1], currency="CNY"), estimates=waiting)
    assert status.provisional == ("GR-1",)


@settings(max_examples=40)
@given(histories(Shape(most=12)))
def test_a_history_says_what_its_valuation_says(rows: list[Row]) -> None:
    negative = {"negative_stock": "estimate_then_correct"}
    one, other = (jxc.cost_status(valued, until="2030-01-01") for valued in both(rows, **negative))
    assert (one.uncosted, set(one.provisional)) == (other.uncosted, set(other.provisional))


def test_uncosted_rows_and_write_downs_of_a_history_are_checked() -> None:
    waits: Row = {"id": "SO-1", "date": "2026-02-15", "type": "issue", "item": "TEA", "qty": 1}
    choices = {"method": "periodic_average", "run_to": "2026-01-31", "before_run": "uncosted"}
    for valued in both([ROWS[0], waits], **choices):
        ledger = books()
        journal = jxc.post_valuation(valued, book=ledger, party="S")
        ledger.post_all(journal.drafts, at=NOW)
        check = jxc.check_goods(valued, journal, ledger)
        assert (check.issued_not_costed, check.holds) == (("SO-1",), True)
        assert jxc.check_goods(valued, journal, ledger, on="2026-01-31").issued_not_costed == ()
        assert jxc.cost_status(valued, until="2026-02-28").uncosted == 1


def test_write_downs_of_a_history_are_held_against_their_account() -> None:
    down: Row = {"id": "WD-1", "date": "2026-01-31", "type": "write_down", "item": "TEA", "amount": 5}
    for valued in both([ROWS[0], down]):
        ledger = Ledger(Book(load_chart("cn-enterprise"), "CNY"))
        journal = jxc.post_valuation(valued, book=ledger, party="S")
        ledger.post_all(journal.drafts, at=NOW)
        assert jxc.check_goods(valued, journal, ledger).holds
        assert jxc.check_goods(valued, journal, ledger, on="2026-01-20").holds
        ledger.reverse(ledger.entries[-1].id, at=NOW)
        check = jxc.check_goods(valued, journal, ledger)
        assert (check.holds, str(check.allowance_difference)) == (False, "-5.00")
        assert jxc.check_goods(valued, journal, ledger, on="2026-01-20").holds


def test_what_has_no_entry_is_not_waited_for() -> None:
    """Under IFRS a surplus and its approval cancel out on one account: there is nothing to be in the books."""
    counted: Row = {"id": "CT-1", "date": "2026-01-31", "type": "count", "item": "TEA", "qty": 6}
    valued = jxc.value([ROWS[0], ROWS[2], counted], currency="CNY")
    ledger = Ledger(Book(load_chart("ifrs-trading"), "CNY"))
    stock = jxc.post_valuation(valued, book=ledger, party="S")
    approved = BusinessEvent.of("gain_approved", "2026-01-31", {"gain": 200}, source="G-1")
    paid = payment("payment_in", "2026-01-31", party="C", cleared=100, source="IN-1")
    journal = Journal.of([*stock.events, approved, paid], stock.poster, PostingPolicy(entries="movement"))
    ledger.post_all(stock.drafts, at=NOW)
    assert jxc.cost_status(valued, journal, ledger).not_in_books == 0
