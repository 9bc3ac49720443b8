"""Closing beside opening balances, adjustment periods, dimensions and prepaid tax."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.edge.charts import load_chart
from jxc.kernel import Rate, RateTable, currency
from jxc.ledger import (
    Book,
    Draft,
    Ledger,
    Line,
    MonthEnd,
    close_month,
    close_vat,
    close_year,
    opening_entry,
    revalue,
    settle,
    undo_close,
)
from tests.ledger.strategies import CHART, NOW, book, ledgers

YEAR_END = dt.date(2026, 12, 31)


def shown(ledger: Ledger, codes: Iterable[str], **more: bool) -> dict[str, int]:
    cells = ledger.cells(None, YEAR_END, **more)
    return {code: sum(cell[2] - cell[3] for key, cell in cells.items() if key[0] == code) for code in codes}


def pair(size: int, debit: str, credit: str, day: dt.date = YEAR_END, *, adjustment: bool = False) -> Draft:
    lines = (Line(debit, size, size, "CNY"), Line(credit, -size, -size, "CNY"))
    return Draft(day, lines, adjustment=adjustment)


@given(ledgers())
def test_new_books_keep_their_opening_when_a_close_is_undone(ledger: Ledger) -> None:  # L19 L20
    close_year(ledger, "2025", at=NOW)
    close_year(ledger, "2026", at=NOW)
    new = Ledger(ledger.book)
    opened = opening_entry(ledger, "2027-01-01", "3001")
    if opened is not None:
        new.post(opened, at=NOW)
    new.post(pair(5, "1002", "5001", dt.date(2027, 1, 10)), at=NOW)
    before = {code: new.balance(code) for code in ("1002", "1122", "2202", "3001", "3104", "5001")}
    close_month(new, "2027-01", at=NOW)
    undo_close(new, "2027-01", reason="property", at=NOW)
    assert {code: new.balance(code) for code in before} == before
    kept = ("1002", "1122", "1405", "2202", "3104")
    assert [new.balance(code, on="2027-01-01") for code in kept] == [ledger.balance(code) for code in kept]


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(0, 10**4), st.booleans())
def test_december_and_its_adjustments_are_closed_apart(sold: int, adjusted: int, kept: int, known: bool) -> None:  # L15
    ledger = Ledger(book())
    ledger.post(pair(sold, "1002", "5001"), at=NOW)
    end = MonthEnd(year_end=True, appropriations={"3001": ledger.book.amount(kept)})
    late = pair(adjusted, "5602", "1002", adjustment=True)
    if known:
        ledger.post(late, at=NOW)
    close_month(ledger, "2026-12", end, at=NOW)
    assert shown(ledger, ("5001", "5602", "3103"), adjustments=False) == {"5001": 0, "5602": 0, "3103": 0}
    if not known:
        ledger.post(late, at=NOW)
    close_month(ledger, "2026-12+", end, at=NOW)
    expected = {"5001": 0, "5602": 0, "3103": 0, "3104": adjusted + kept - sold, "3001": -kept}
    assert shown(ledger, expected) == expected
    undo_close(ledger, "2026-12+", reason="property", at=NOW)
    assert shown(ledger, ("5602", "3104")) == {"5602": adjusted, "3104": kept - sold}


def test_an_adjustment_period_is_revalued_in_itself() -> None:  # L15 L17
    ledger = Ledger(book())
    base = ledger.book
    lines = (base.debit("1002", "10", currency="USD", rate="7"), base.credit("3001", "70"))
    ledger.post(base.entry("2026-12-05", *lines), at=NOW)
    ledger.close_period("2026-12")
    rates = RateTable([Rate(currency("USD"), currency("CNY"), Decimal("7.2"), YEAR_END)])
    posted = close_month(ledger, "2026-12+", MonthEnd(rates=rates), at=NOW)
    assert [(entry.period, entry.draft.step) for entry in posted] == [
        ("2026-12+", "revaluation"),
        ("2026-12+", "result"),
    ]
    assert ledger.balance("1002") == Decimal("72.00")


@given(
    st.lists(
        st.tuples(st.sampled_from(["D1", "D2"]), st.integers(-9, 9).map(lambda n: 100 * n)), min_size=1, max_size=5
    )
)
def test_balances_with_dimensions_are_revalued_and_settled(sales: list[tuple[str, int]]) -> None:  # L16 L17
    asked = ("party", "department")
    chart = CHART.with_(*(replace(CHART.get(code), dimensions=asked[at:]) for at, code in ((0, "1122"), (1, "5603"))))
    chart = chart.with_(replace(CHART.get("5301"), dimensions=("department",)))
    ledger = Ledger(Book(chart, "CNY"))
    for department, size in sales:
        worth = ledger.book.convert(size, "USD", Decimal(7))
        named = ledger.book.line("1122", currency="USD", rate=7, party="C", dimensions={"department": department})
        lines = (replace(named, amount=size, base=worth), Line("3001", -worth, -worth, "CNY"))
        if size:
            ledger.post(Draft(dt.date(2026, 1, 5), lines), at=NOW)
    rates = RateTable([Rate(currency("USD"), currency("CNY"), Decimal("7.3"), dt.date(2026, 1, 31))])
    draft = revalue(ledger, rates, "2026-01-31")
    if draft is not None:
        ledger.post(draft, at=NOW)
    assert revalue(ledger, rates, "2026-01-31") is None
    for department in ("D1", "D2"):
        where = {"department": department}
        held = ledger.balance("1122", currency="USD", where=where)
        assert ledger.balance("1122", where=where) == held * Decimal("7.3")
        gained = -ledger.balance("5301", where=where) - ledger.balance("5603", where=where)
        assert gained == held * Decimal("0.3")
        if held:
            words = {"into": "1002", "rate": "7.3", "on": "2026-02-01", "party": "C", "dimensions": where}
            ledger.post(settle(ledger, "1122", abs(held), "USD", **words), at=NOW)  # type: ignore[arg-type]
            assert ledger.balance("1122", where=where) == 0


@pytest.mark.parametrize(
    ("output", "inward", "paid", "unpaid", "left"),
    [
        ("100", "60", "0", "-40.00", "0.00"),  # 转出未交增值税 40
        ("100", "60", "50", "10.00", "0.00"),  # 40 was owed, 50 paid: 转出多交增值税 10
        ("100", "120", "50", "50.00", "20.00"),  # nothing was owed: 50 paid too much, 20 留抵税额
        ("100", "100", "0", "0.00", "0.00"),
    ],
)
def test_vat_at_the_end_of_a_month(output: str, inward: str, paid: str, unpaid: str, left: str) -> None:  # L18
    base = Book(load_chart("cn-small-business"), "CNY")
    ledger = Ledger(base)
    taxes = (("1002", "22210102", output), ("22210101", "1002", inward), ("22210105", "1002", paid))
    for debit, credit, size in taxes:
        if size != "0":
            ledger.post(base.entry("2026-01-05", base.debit(debit, size), base.credit(credit, size)), at=NOW)
    for month, more in (("2026-01", 0), ("2026-02", 7)):  # what was settled in one month is not settled in the next
        if more:
            lines = (base.debit("22210101", more), base.credit("1002", more))
            ledger.post(base.entry("2026-02-05", *lines), at=NOW)
        close_month(ledger, month, at=NOW)
        assert (str(ledger.balance("222102")), ledger.balance("222101")) == (unpaid, Decimal(left) + more)
        assert close_vat(ledger, month) is None
