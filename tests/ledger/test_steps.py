"""Steps of closing, stated balances, templates, opening entries: each by its figures."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from jxc.edge.charts import load_chart
from jxc.errors import FieldError, LedgerError
from jxc.kernel import Rate, RateTable, currency
from jxc.ledger import (
    BalanceClaim,
    Book,
    Ledger,
    LedgerPolicy,
    MonthEnd,
    Template,
    TemplateLine,
    carry_over_cost,
    close_month,
    close_year,
    opening_entry,
    reach,
    undo_close,
    write_down,
)
from tests.ledger.strategies import NOW


def company(chart: str = "cn-enterprise", **policy: str) -> Ledger:
    book = Book(load_chart(chart), "CNY", LedgerPolicy(**policy))  # type: ignore[arg-type]
    ledger = Ledger(book)
    ledger.post_all(
        [
            book.entry("2026-01-02", book.debit("1002", "1000"), book.credit(book.chart.role("capital").code, "1000")),
            book.entry("2026-01-03", book.debit("1405", "600"), book.credit("1002", "600")),
            book.entry("2026-01-20", book.debit("1002", "900"), book.credit(book.chart.role("revenue").code, "900")),
        ],
        at=NOW,
    )
    return ledger


def test_every_step_in_the_order_of_practice() -> None:  # L18
    ledger = company()
    book = ledger.book
    lent = book.entry("2026-01-05", book.debit("1002", "70"), book.credit("2001", "10", currency="USD", rate="7"))
    taxed = book.entry("2026-01-06", book.debit("1002", "13"), book.credit("22210102", "13"))
    ledger.post_all([lent, taxed], at=NOW)
    rates = RateTable([Rate(currency("USD"), currency("CNY"), Decimal("7.2"), dt.date(2026, 1, 31))])
    end = MonthEnd({("cost_of_sales", "inventory"): "500"}, allowance="30", rates=rates, tax="92")
    posted = close_month(ledger, "2026-01", end, at=NOW)
    steps = ["cost", "write_down", "revaluation", "vat", "income_tax", "result"]
    assert [entry.draft.step for entry in posted] == steps
    figures = {"1405": "100.00", "1471": "-30.00", "2001": "-72.00", "222102": "-13.00", "4103": "-276.00"}
    assert {code: str(ledger.balance(code)) for code in figures} == figures
    undo_close(ledger, "2026-01", reason="again", at=NOW)
    assert [entry.draft.step for entry in close_month(ledger, "2026-01", end, at=NOW)] == steps
    assert {code: str(ledger.balance(code)) for code in figures} == figures


def test_a_figure_for_the_period_is_topped_up() -> None:  # L18
    ledger = company()
    for cost, step in (("500", "500.00"), ("480", "-20.00")):
        draft = carry_over_cost(ledger, "2026-01", {("6401", "1405"): cost})
        assert draft is not None
        entry = ledger.post(draft, at=NOW)
        found = [line for line in entry.lines if line.account == "6401"]
        assert [str(ledger.book.amount(line.base)) for line in found] == [step]
    assert carry_over_cost(ledger, "2026-01", {("6401", "1405"): "480"}) is None
    with pytest.raises(LedgerError, match="neither an account nor a role"):
        carry_over_cost(ledger, "2026-01", {("nothing", "1405"): "480"})


def test_an_allowance_is_released_when_less_is_required() -> None:  # L18
    ledger = company()
    for required in ("30", "10"):
        draft = write_down(ledger, "2026-01", required)
        assert draft is not None
        ledger.post(draft, at=NOW)
    assert write_down(ledger, "2026-01", "10") is None
    assert (str(ledger.balance("1471")), str(ledger.balance("6701"))) == ("-10.00", "10.00")
    with pytest.raises(LedgerError) as missing:
        write_down(company("cn-small-business"), "2026-01", "10")
    assert missing.value.code == "role_missing"


def test_profit_closed_at_year_end_only_and_appropriated_once() -> None:  # L18 L20
    ledger = company(profit_close="year_end")
    assert close_month(ledger, "2026-01", at=NOW) == ()
    close_year(ledger, "2026", {"410101": "90"}, at=NOW)
    assert close_year(ledger, "2026", {"410101": "90"}, at=NOW) == ()
    figures = {"6001": "0.00", "4103": "0.00", "410415": "-810.00", "410101": "-90.00"}
    assert {code: str(ledger.balance(code)) for code in figures} == figures


def test_a_year_is_closed_with_its_last_month() -> None:  # L20
    ledger = company()
    for month in range(1, 12):
        close_month(ledger, f"2026-{month:02}", at=NOW)
    posted = close_month(ledger, "2026-12", MonthEnd(year_end=True, appropriations={"410101": "90"}), at=NOW)
    assert [entry.draft.step for entry in posted] == ["year", "appropriation"]
    assert str(ledger.balance("410415")) == "-810.00"
    undo_close(ledger, "2026-12", reason="x", at=NOW)
    assert str(ledger.balance("4103")) == "-900.00"


def test_new_books_open_with_the_balances_of_the_old() -> None:  # L20
    ledger = company()
    close_year(ledger, "2026", at=NOW)
    draft = opening_entry(ledger, "2027-01-01", "4002")
    assert draft is not None
    new = Ledger(ledger.book)
    entry = new.post(draft, at=NOW)
    assert (entry.draft.kind, entry.date) == ("opening", dt.date(2027, 1, 1))
    codes = ("1002", "1405", "4001", "410415")
    assert [new.balance(code) for code in codes] == [ledger.balance(code) for code in codes]
    emptied = opening_entry(ledger, "2027-01-01", "4002", closing=True)
    assert emptied is not None
    ledger.post(emptied, at=NOW)
    assert opening_entry(ledger, "2027-01-01", "4002") is None


def test_stated_balances_are_checked_and_reached() -> None:  # L21
    ledger = company()
    claim = BalanceClaim("1002", Decimal("1300.01"), dt.date(2026, 1, 31), tolerance=Decimal("0.01"))
    assert (claim.difference(ledger), claim.holds(ledger)) == (Decimal("-0.01"), True)
    assert not BalanceClaim("1002", Decimal(1300), dt.date(2026, 1, 20), at="start").holds(ledger)
    draft = reach(ledger, "1002", "1250.00", "6602", on="2026-01-31")
    assert draft is not None
    ledger.post(draft, at=NOW)
    assert str(ledger.balance("6602")) == "50.00"
    assert reach(ledger, "1002", "1250.00", "6602", on="2026-01-31") is None
    with pytest.raises(LedgerError) as missing:
        reach(ledger, "1002", "5", "6602", on="2026-01-31", currency="USD")
    assert missing.value.code == "base_missing"


def test_templates() -> None:  # L3
    ledger = company()
    lines = (TemplateLine("role:selling_expense", "debit", "rent"), TemplateLine("1002", "credit", "rent"))
    rent = Template("rent", lines)
    ledger.post(rent.fill(ledger.book, "2026-01-31", rent="80"), at=NOW)
    assert str(ledger.balance("6601")) == "80.00"
    for amounts, code in (({}, "amount_missing"), ({"rent": 1, "tip": 2}, "amount_not_in_template")):
        with pytest.raises(FieldError) as refused:
            rent.fill(ledger.book, "2026-01-31", **amounts)
        assert refused.value.code == code


def test_a_refused_undoing_leaves_the_period_closed() -> None:  # L19
    ledger = company()
    close_month(ledger, "2026-01", MonthEnd({("6401", "1405"): "500"}), at=NOW)
    ledger.use_chart(ledger.book.chart.block("1405"))
    with pytest.raises(LedgerError) as refused:
        undo_close(ledger, "2026-01", reason="x", at=NOW)
    assert refused.value.code == "account_blocked"
    assert ledger.periods.is_closed("2026-01")


def test_closing_reaches_control_accounts_and_keeps_dimensions() -> None:  # L2 L18
    chart = load_chart("cn-enterprise")
    customers = replace(chart.get("1122"), control="receivable")
    chart = chart.with_(customers, replace(chart.get("6602"), dimensions=("department",)))
    book = Book(chart, "CNY")
    ledger = Ledger(book)
    sold = book.entry(
        "2026-01-05",
        book.debit("1122", "10", currency="USD", rate="7", party="C"),
        book.credit("6001", "70"),
        module="receivable",
    )
    costs = [
        book.entry("2026-01-06", book.debit("6602", size, dimensions={"department": name}), book.credit("1002", size))
        for name, size in (("D1", "3"), ("D2", "4"))
    ]
    ledger.post_all([sold, *costs], at=NOW)
    rates = RateTable([Rate(currency("USD"), currency("CNY"), Decimal("7.2"), dt.date(2026, 1, 31))])
    result = close_month(ledger, "2026-01", MonthEnd(rates=rates), at=NOW)[-1]
    closed = {str(line.dimensions): line.base for line in result.lines if line.account == "6602"}
    assert closed == {"department=D1": -300, "department=D2": -400}
    assert str(ledger.balance("4103")) == "-65.00"
    undo_close(ledger, "2026-01", reason="x", at=NOW)
    assert str(ledger.balance("6602", where={"department": "D2"})) == "4.00"
