"""Periods: closed in order, reopened from the last, locked per module, with an adjustment period."""

from __future__ import annotations

import datetime as dt

import pytest

from jxc.errors import DateError, FieldError, LedgerError
from jxc.kernel import FiscalCalendar
from jxc.ledger import Book, Draft, Ledger, Line, Periods, close_month, close_year
from tests.ledger.strategies import CHART, NOW


def pair(size: int = 100) -> tuple[Line, ...]:
    return Line("1002", size, size, "CNY"), Line("5001", -size, -size, "CNY")


def ledger(first_month: int = 1) -> Ledger:
    return Ledger(Book(CHART, "CNY", calendar=FiscalCalendar(first_month=first_month)))


def code_of(call: object, *args: object, **more: object) -> str:
    with pytest.raises((LedgerError, FieldError)) as refused:
        call(*args, **more)  # type: ignore[operator]
    return refused.value.code


def test_closed_in_order_and_reopened_from_the_last() -> None:  # L14
    made = ledger()
    for month in (1, 2):
        made.post(Draft(dt.date(2026, month, 5), pair()), at=NOW)
    assert code_of(made.close_period, "2026-02") == "earlier_period_open"
    made.close_period("2026-01")
    made.close_period("2026-02", by="li")
    assert code_of(made.close_period, "2026-02") == "already_closed"
    assert code_of(made.reopen_period, "2026-01", reason="x") == "later_period_closed"
    assert code_of(made.reopen_period, "2026-02", reason="") == "empty_text"
    made.reopen_period("2026-02", reason="an invoice turned up")
    assert code_of(made.reopen_period, "2026-02", reason="x") == "not_closed"
    assert [(act.action, act.period) for act in made.periods.acts] == [
        ("close", "2026-01"),
        ("close", "2026-02"),
        ("reopen", "2026-02"),
    ]


def test_locked_for_one_module_only() -> None:  # L14
    made = ledger()
    made.periods.lock("2026-01", "sales", by="li", at=None)
    made.post(Draft(dt.date(2026, 1, 5), pair()), at=NOW)
    assert code_of(made.post, Draft(dt.date(2026, 1, 5), pair(), module="sales"), at=NOW) == "period_locked"
    made.periods.unlock("2026-01", "sales", reason="late invoice", by="li", at=None)
    made.post(Draft(dt.date(2026, 1, 5), pair(), module="sales"), at=NOW)
    assert code_of(made.periods.unlock, "2026-01", "sales", reason="x", by="", at=None) == "not_locked"


def test_an_adjustment_period_ends_a_fiscal_year_of_any_month() -> None:  # L15
    made = ledger(first_month=4)
    last = dt.date(2026, 3, 31)
    made.post(Draft(last, pair(100)), at=NOW)
    made.close_period("2026-03")
    entry = made.post(Draft(last, pair(11), adjustment=True), at=NOW)
    assert (entry.period, entry.number) == ("2026-03+", 1)
    assert sum(cell[0] for cell in made.cells(None, last, adjustments=False).values()) == 100
    assert sum(cell[0] for cell in made.cells(None, last).values()) == 111
    assert code_of(made.post, Draft(dt.date(2026, 12, 31), pair(), adjustment=True), at=NOW) == "adjustment_date"
    close_year(made, "FY2025", at=NOW)
    assert made.balance("3104", on=last) == made.book.amount(-111)
    assert made.balance("5001", on=last) == 0


def test_names_of_periods() -> None:  # L14
    periods = Periods()
    assert periods.bounds("2026-12+") == (dt.date(2026, 12, 31), dt.date(2026, 12, 31))
    for name in ("2026-11+", "2026-Q1", "2026"):
        assert code_of(periods.bounds, name) == "unknown_period"
    with pytest.raises(DateError):
        periods.bounds("2026-13")


def test_a_pending_entry_keeps_its_period_open() -> None:  # L12
    made = ledger()
    made.hold(Draft(dt.date(2026, 1, 5), pair(), id="held"), at=NOW)
    assert code_of(made.close_period, "2026-01") == "pending_in_period"
    made.void("held", at=NOW)
    made.close_period("2026-01")


def test_a_month_that_cannot_be_closed_keeps_no_entry_of_its_closing() -> None:  # L18
    made = ledger()
    for month in (1, 2):
        made.post(Draft(dt.date(2026, month, 5), pair()), at=NOW)
    before = list(made.entries)
    assert code_of(close_month, made, "2026-02", at=NOW) == "earlier_period_open"
    assert made.entries == before


def test_a_month_before_a_closed_one_is_closed() -> None:  # L14
    made = ledger()
    for month in (1, 3):
        made.post(Draft(dt.date(2026, month, 5), pair()), at=NOW)
    made.close_period("2026-01")
    made.close_period("2026-03")
    assert code_of(made.post, Draft(dt.date(2026, 2, 5), pair()), at=NOW) == "period_closed"
    assert code_of(made.close_period, "2026-02") == "already_closed"
    assert code_of(made.reopen_period, "2026-02", reason="x") == "later_period_closed"
    made.reopen_period("2026-03", reason="x")
    made.post(Draft(dt.date(2026, 2, 5), pair()), at=NOW)
    assert code_of(made.post, Draft(dt.date(2026, 1, 5), pair()), at=NOW) == "period_closed"


def test_an_adjustment_period_is_closed_only_by_itself() -> None:  # L15
    made = ledger()
    made.close_period("2027-02")
    made.post(Draft(dt.date(2026, 12, 31), pair(), adjustment=True), at=NOW)
    assert code_of(made.close_period, "2027-03") == "earlier_period_open"
