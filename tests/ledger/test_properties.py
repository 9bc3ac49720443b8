"""What must hold of every ledger, whatever was posted to it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.errors import LedgerError
from jxc.ledger import Draft, Guard, Ledger, Line, MonthEnd, close_month, close_year, undo_close
from jxc.ledger.turnovers import Cells, scan
from jxc.reports import trial_balance
from tests.ledger.strategies import LAST, NOW, book, days, drafts, ledgers


def balances(ledger: Ledger) -> dict[tuple[str, str, str | None], tuple[int, int]]:
    found = {key: (cell[0] - cell[1], cell[2] - cell[3]) for key, cell in ledger.cells().items()}
    return {key: sizes for key, sizes in found.items() if any(sizes)}


def turnovers(ledger: Ledger) -> Cells:
    return {key: cell for key, cell in ledger.cells().items() if any(cell)}


@given(ledgers())
def test_debits_equal_credits(ledger: Ledger) -> None:  # L4 L22
    for debit, credit in trial_balance(ledger).totals().values():
        assert debit == credit
    assert sum(base for _, base in balances(ledger).values()) == 0


@given(drafts(), st.integers(1, 10**6))
def test_what_does_not_balance_is_refused_and_leaves_no_trace(draft: Draft, off: int) -> None:  # L4 L8
    ledger = Ledger(book())
    bad = Draft(draft.date, (*draft.lines, Line("1002", off, off, "CNY")))
    with pytest.raises(LedgerError) as refused:
        ledger.post(bad, at=NOW)
    assert refused.value.code == "unbalanced"
    assert (ledger.entries, ledger.cells(), ledger.turnovers.periods) == ([], {}, [])


@given(ledgers(), st.booleans(), st.data())
def test_a_reversal_restores_every_balance(ledger: Ledger, red: bool, data: st.DataObject) -> None:  # L3 L10
    entry = data.draw(st.sampled_from(ledger.entries))
    other = Ledger(ledger.book)
    for kept in ledger.entries:
        if kept.id != entry.id:
            other.post(kept.draft, at=kept.recorded_at)
    draft = ledger.reversal(entry.id, red=red)
    ledger.post(draft, at=NOW)
    assert balances(ledger) == balances(other)
    if red:
        assert turnovers(ledger) == turnovers(other)


@given(ledgers(), days, days)
def test_sums_kept_are_sums_read(ledger: Ledger, one: dt.date, other: dt.date) -> None:  # L21
    first, last = sorted((one, other))
    inside = [entry for entry in ledger.entries if first <= entry.date <= last]
    assert {k: v for k, v in ledger.cells(first, last).items() if any(v)} == {
        k: v for k, v in scan(inside, None, closing=True).items() if any(v)
    }


@given(ledgers(), drafts(), days)
def test_what_was_known_never_changes(ledger: Ledger, late: Draft, on: dt.date) -> None:  # L7
    known = ledger.entries[-1].recorded_at
    before = ledger.cells(None, on, known_at=known)
    assert {k: v for k, v in before.items() if any(v)} == {k: v for k, v in ledger.cells(None, on).items() if any(v)}
    ledger.post(late, at=NOW)
    ledger.reverse(ledger.entries[0].id, at=NOW)
    assert ledger.cells(None, on, known_at=known) == before


@given(ledgers(), st.lists(drafts(), min_size=1, max_size=4), st.integers(0, 4))
def test_a_batch_is_whole_or_nothing(ledger: Ledger, more: list[Draft], at: int) -> None:  # L11
    entries, before, seal = list(ledger.entries), turnovers(ledger), ledger.seal()
    bad = Draft(LAST, (Line("1002", 1, 1, "CNY"),))
    result = ledger.post_many([*more[:at], bad, *more[at:]], at=NOW)
    assert [problem.code for problem in result.problems] == ["unbalanced"]
    assert (result.entries, ledger.entries, turnovers(ledger), ledger.seal()) == ((), entries, before, seal)
    each = ledger.post_many([*more[:at], bad, *more[at:]], at=NOW, whole=False)
    assert len(each.entries) == len(more)
    assert ledger.verify().ok


@given(ledgers())
def test_numbers_have_no_gaps(ledger: Ledger) -> None:  # L5
    numbers: dict[str, list[int]] = {}
    for entry in ledger.entries:
        numbers.setdefault(entry.period, []).append(entry.number)
    assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())
    assert ledger.verify().ok


@given(ledgers(), st.decimals(0, 1000, places=2))
def test_closing_again_changes_nothing_and_undoing_restores(ledger: Ledger, cost: Decimal) -> None:  # L18 L19
    before, periods = balances(ledger), [one for one in ledger.turnovers.periods if one <= "2026-12"]
    for period in periods:
        close_month(ledger, period, MonthEnd(costs={("cost_of_sales", "inventory"): cost}), at=NOW)
    closed, count = balances(ledger), len(ledger.entries)
    for period in periods:
        assert close_month(ledger, period, MonthEnd(), at=NOW) == ()
    assert (balances(ledger), len(ledger.entries)) == (closed, count)
    income = [account.code for account in ledger.book.chart if account.in_income_statement]
    assert all(ledger.balance(code) == 0 for code in income)
    for period in reversed(periods):
        undo_close(ledger, period, reason="property", at=NOW)
    assert balances(ledger) == before
    for period in periods:
        close_month(ledger, period, MonthEnd(costs={("cost_of_sales", "inventory"): cost}), at=NOW)
    assert balances(ledger) == closed


@given(ledgers())
def test_a_year_is_closed_once(ledger: Ledger) -> None:  # L20
    close_year(ledger, "2026", at=NOW)
    closed = balances(ledger)
    assert ledger.balance("3103", on="2026-12-31") == 0
    assert close_year(ledger, "2026", at=NOW) == ()
    assert balances(ledger) == closed


@given(st.lists(drafts(), max_size=12), st.integers(-(10**9), 10**9))
def test_a_guard_is_never_passed(many: list[Draft], limit: int) -> None:  # L13
    made = book()
    guarded = Ledger(made, guards=[Guard("1002", "debit", limit=made.amount(limit))])
    held = 0
    for draft in many:
        change = sum(line.base for line in draft.lines if line.account == "1002")
        let = not [problem.code for problem in guarded.post_many([draft], at=NOW).problems]
        assert let == (change <= 0 or held + change <= limit)
        held += change if let else 0
    assert guarded.balance("1002") == made.amount(held)
