"""Statements tie to each other on random books, and refuse what they cannot show."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given

from jxc.edge.charts import load_chart, load_layout
from jxc.errors import FieldError, LedgerError
from jxc.ledger import Account, Book, Draft, Ledger, Line, close_month
from jxc.reports import CostStatus, Layout, LayoutRow, Term, ageing, statement, trial_balance
from jxc.reports.account_ledger import account_ledger
from tests.ledger.strategies import CHART, FIRST, LAST, NOW, days, ledgers

SHEET, PROFIT = load_layout("general-balance-sheet"), load_layout("general-income-statement")
DIRECT, INDIRECT = load_layout("general-cash-flow"), load_layout("general-cash-flow-indirect")


@given(ledgers(), days, days)
def test_statements_tie(ledger: Ledger, one: dt.date, other: dt.date) -> None:  # L23 L24
    first, last = sorted((one, other))
    sheet = statement(ledger, SHEET, (first, last))
    assert sheet.amount("assets") == sheet.amount("equity_and_liabilities")
    cash = [ledger.balance("1002", on=day) for day in (first - dt.timedelta(1), last)]
    for layout in (DIRECT, INDIRECT):
        flow = statement(ledger, layout, (first, last))
        assert (flow.amount("begin"), flow.amount("end")) == tuple(cash)
    whole = statement(ledger, PROFIT, (FIRST, LAST)).amount("net_profit")
    assert whole == statement(ledger, SHEET, (FIRST, LAST)).amount("unclosed")
    halves = [statement(ledger, PROFIT, pair).amount("net_profit") for pair in ((FIRST, first), (_next(first), LAST))]
    assert sum(halves) == whole


def _next(day: dt.date) -> dt.date:
    return day + dt.timedelta(1)


@given(ledgers())
def test_closing_moves_the_result_but_not_the_statements(ledger: Ledger) -> None:  # L18 L23
    span = (FIRST, LAST)
    before = [statement(ledger, layout, span) for layout in (PROFIT, DIRECT, INDIRECT)]
    equity = statement(ledger, SHEET, span).amount("equity")
    for period in ledger.turnovers.periods:
        close_month(ledger, period, at=NOW)
    assert [statement(ledger, layout, span) for layout in (PROFIT, DIRECT, INDIRECT)] == before
    after = statement(ledger, SHEET, span)
    assert (after.amount("equity"), after.amount("unclosed")) == (equity, Decimal(0))


@given(ledgers(), days, days)
def test_the_trial_balance_adds_up(ledger: Ledger, one: dt.date, other: dt.date) -> None:  # L22
    first, last = sorted((one, other))
    trial = trial_balance(ledger, first, last, by_party=True)
    for row in trial.rows:
        where = None if row.party is None else {"party": row.party}
        asked = trial_balance(ledger, None, last, by_party=True).row(row.account, party=row.party)
        assert asked is None or row.party is None or asked.closing == ledger.balance(row.account, on=last, where=where)
    single = trial_balance(ledger, first, last)
    for row in single.rows:
        assert row.closing == ledger.balance(row.account, on=last)
        shown = account_ledger(ledger, row.account, first, last)
        assert (shown.opening, shown.closing) == (row.opening, row.closing)
        assert sum(line.debit - line.credit for line in shown.rows) == row.debit - row.credit


@given(ledgers(), days)
def test_ageing_is_the_balance_of_each_party(ledger: Ledger, on: dt.date) -> None:  # L25
    for account, sign in (("1122", 1), ("2202", -1)):
        rows = {row.party: row.balance for row in ageing(ledger, account, on).rows}
        for party in ("P-1", "P-2"):
            assert rows.get(party, Decimal(0)) == sign * ledger.balance(account, on=on, where={"party": party})


def sold(party: str, size: int, day: str, **more: object) -> Draft:
    lines = (Line("1122", size, size, "CNY", party=party, **more), Line("5001", -size, -size, "CNY"))  # type: ignore[arg-type]
    return Draft(dt.date.fromisoformat(day), lines)


def ledger_of(*drafts: Draft) -> Ledger:
    made = Ledger(Book(CHART, "CNY"))
    made.post_all(drafts, at=NOW)
    return made


def test_balances_of_parties_stand_on_their_right_side() -> None:  # L23
    ledger = ledger_of(sold("P-1", 10000, "2026-01-05"), sold("P-2", -3000, "2026-01-06"))
    sheet = statement(ledger, SHEET, (FIRST, LAST))
    assert (sheet.amount("receivables"), sheet.amount("other_liabilities")) == (Decimal("100.00"), Decimal("30.00"))


def test_ageing_sets_payments_against_the_oldest() -> None:  # L25
    due = dt.date(2026, 3, 1)
    ledger = ledger_of(
        sold("P-1", 10000, "2026-01-05", due=due),
        sold("P-1", 5000, "2026-02-05", due=dt.date(2026, 4, 15)),
        Draft(dt.date(2026, 3, 2), (Line("1002", 4000, 4000, "CNY"), Line("1122", -4000, -4000, "CNY", party="P-1"))),
        Draft(dt.date(2026, 3, 2), (Line("1002", 50, 50, "CNY"), Line("1122", -50, -50, "CNY", party="P-2"))),
    )
    found = ageing(ledger, "1122", dt.date(2026, 4, 10), limits=(30, 60))
    assert found.heads == ("not due", "1-30 days", "31-60 days", "over 60 days")
    first, second = found.rows
    assert [str(size) for size in first.buckets] == ["50.00", "0.00", "60.00", "0.00"]
    assert (str(second.credit), str(second.balance)) == ("0.50", "-0.50")


def test_comparative_by_dimension_and_as_known() -> None:  # L23
    ledger = ledger_of(sold("P-1", 100, "2025-12-05"), sold("P-2", 300, "2026-01-05"))
    years = ((dt.date(2026, 1, 1), dt.date(2026, 12, 31)), (dt.date(2025, 1, 1), dt.date(2025, 12, 31)))
    found = statement(ledger, PROFIT, *years)
    assert [str(size) for size in found.rows[0].amounts] == ["3.00", "1.00"]
    assert found.to_dicts()[0]["2025-01-01..2025-12-31"] == Decimal("1.00")
    trial = trial_balance(ledger, where={"party": "P-2"})
    assert [(row.account, str(row.closing)) for row in trial.rows] == [("1122", "3.00")]
    early = NOW - dt.timedelta(1)
    assert statement(ledger, PROFIT, years[0], known_at=early).amount("revenue") == 0


def test_an_account_that_no_row_takes_refuses_the_statement() -> None:  # L24
    ledger = ledger_of(sold("P-1", 100, "2026-01-05"))
    ledger.use_chart(CHART.with_(Account("9001", "Odd", "asset", section="odd")))
    ledger.post(Draft(LAST, (Line("9001", 1, 1, "CNY"), Line("3001", -1, -1, "CNY"))), at=NOW)
    with pytest.raises(LedgerError) as refused:
        statement(ledger, SHEET, (FIRST, LAST))
    assert (refused.value.code, refused.value.value) == ("account_not_in_layout", "9001")
    with pytest.raises(LedgerError, match="no such row"):
        statement(ledger, PROFIT, (FIRST, LAST)).amount("nothing")


@pytest.mark.parametrize(
    ("status", "demand", "lack"),
    [
        (None, "any", ""),
        (None, "computed", "nowhere"),
        (CostStatus(LAST), "final", ""),
        (CostStatus(LAST, uncosted=2), "computed", "2 movements"),
        (CostStatus(LAST, ("GR-7",)), "computed", ""),
        (CostStatus(LAST, ("GR-7",)), "final", "GR-7"),
    ],
)
def test_a_statement_says_how_far_cost_is_computed_or_refuses(status: CostStatus, demand: str, lack: str) -> None:
    ledger = ledger_of(sold("P-1", 100, "2026-01-05"))  # L26
    if lack:
        with pytest.raises(LedgerError, match=lack) as refused:
            statement(ledger, PROFIT, (FIRST, LAST), cost=status, demand=demand)  # type: ignore[arg-type]
        assert refused.value.code == "cost_not_final"
    else:
        found = statement(ledger, PROFIT, (FIRST, LAST), cost=status, demand=demand)  # type: ignore[arg-type]
        assert found.cost == (status or CostStatus())


def test_layouts_are_checked_when_they_are_made() -> None:  # L24
    cash, twice = LayoutRow("1", "Cash", terms=(Term("1002"),)), LayoutRow("2", "Again", terms=(Term("1002", "debit"),))
    for code, rows in {
        "duplicate_row_id": (cash, cash),
        "unknown_row": (LayoutRow("1", "Sum", sum=("2",)),),
        "row_circle": (LayoutRow("1", "A", sum=("2",)), LayoutRow("2", "B", sum=("-1",))),
        "claimed_twice": (cash, twice),
    }.items():
        with pytest.raises(FieldError) as refused:
            Layout("x", "X", "balance_sheet", rows)
        assert refused.value.code == code
    for call in (lambda: Layout("x", "X", "other", ()), lambda: Term.parse("1002 half")):  # type: ignore[arg-type]
        with pytest.raises(FieldError):
            call()


def test_a_red_receipt_takes_from_what_came_in() -> None:  # L24
    layout = load_layout("cn-small-business-cash-flow")
    book = Book(load_chart("cn-small-business"), "CNY")
    ledger = Ledger(book)
    entry = ledger.post(book.entry("2026-01-05", book.debit("1002", "9"), book.credit("5301", "9")), at=NOW)
    ledger.reverse(entry.id, at=NOW)
    found = statement(ledger, layout, (FIRST, LAST))
    assert [str(found.amount(row)) for row in ("2", "6", "20")] == ["0.00", "0.00", "0.00"]
