"""Every refusal has its code, the first in the documented order, and changes nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from jxc.errors import JxcError, LedgerError
from jxc.ledger import Account, Book, Chart, Draft, Guard, Ledger, LedgerPolicy, Line
from tests.ledger.strategies import NOW

DAY = dt.date(2026, 3, 5)
CHART = Chart(
    "checks",
    (
        Account("1001", "Cash", "asset"),
        Account("1002", "Bank", "asset", currency="CNY"),
        Account("1122", "Receivables", "asset", control="receivable"),
        Account("1405", "Goods", "asset", dimensions=("place",)),
        Account("14", "Stock", "asset"),
        Account("1401", "Tea", "asset", parent="14"),
        Account("1999", "Old", "asset", blocked=True),
        Account("3001", "Capital", "equity"),
    ),
)


def pair(account: str, size: int = 100, **more: Any) -> tuple[Line, ...]:
    return Line(account, size, size, "CNY", **more), Line("3001", -size, -size, "CNY")


def ledger(**policy: Any) -> Ledger:
    made = Ledger(Book(CHART, "CNY", LedgerPolicy(**policy)), guards=[Guard("1001", "credit")])
    made.post(Draft(DAY, pair("1001"), id="first"), at=NOW)
    made.post(Draft(dt.date(2026, 1, 5), pair("1001"), id="january"), at=NOW)
    made.close_period("2026-01")
    made.periods.lock("2026-02", "sales", by="li", at=None)
    made.reverse("first", at=NOW)
    return made


# in the order of the checks: each draft is wrong in its own way and in every later one that it can be
CASES: list[tuple[str, Draft]] = [
    ("empty_entry", Draft(dt.date(2026, 1, 9), ())),
    ("unknown_account", Draft(dt.date(2026, 1, 9), (Line("9", 1, 1, "CNY"),))),
    ("account_blocked", Draft(dt.date(2026, 1, 9), (Line("1999", 1, 1, "CNY"),))),
    ("account_has_children", Draft(dt.date(2026, 1, 9), (Line("14", 1, 1, "CNY"),))),
    ("control_account", Draft(dt.date(2026, 1, 9), (Line("1122", 1, 1, "CNY"),))),
    ("account_currency", Draft(dt.date(2026, 1, 9), (Line("1002", 1, 1, "USD"),))),
    ("dimension_missing", Draft(dt.date(2026, 1, 9), (Line("1405", 1, 1, "CNY"),))),
    ("base_differs", Draft(dt.date(2026, 1, 9), (Line("1001", 1, 2, "CNY"),))),
    ("unknown_currency", Draft(dt.date(2026, 1, 9), (Line("1001", 1, 2, "ZZZ"),))),
    ("zero_entry", Draft(dt.date(2026, 1, 9), (Line("1001", 0, 0, "CNY"),))),
    ("unbalanced", Draft(dt.date(2026, 1, 9), (Line("1001", 1, 1, "CNY"),))),
    ("unbalanced", Draft(dt.date(2026, 1, 9), (Line("1001", 1, 1, "USD"), Line("3001", -1, -1, "CNY")))),
    ("preparer_reviews", Draft(dt.date(2026, 1, 9), pair("1001"), prepared_by="li", reviewed_by="li")),
    ("adjustment_date", Draft(dt.date(2026, 1, 9), pair("1001"), adjustment=True)),
    ("period_closed", Draft(dt.date(2026, 1, 9), pair("1001"), id="first")),
    ("period_locked", Draft(dt.date(2026, 2, 9), pair("1001"), module="sales", id="first")),
    ("duplicate_entry", Draft(DAY, pair("1001"), id="first", number=1)),
    ("duplicate_number", Draft(DAY, pair("1001"), number=1, reverses="nothing")),
    ("number_gap", Draft(DAY, pair("1001"), number=9, reverses="nothing")),
    ("unknown_entry", Draft(DAY, pair("1001"), reverses="nothing")),
    ("entry_reversed_twice", Draft(DAY, pair("1001", -100), reverses="first")),
    ("reversal_of_a_reversal", Draft(DAY, pair("1001"), reverses="2026-03 记-2")),
    ("overdraft", Draft(DAY, pair("1001", -101))),
]


@pytest.mark.parametrize(("code", "draft"), CASES, ids=[f"{at}-{code}" for at, (code, _) in enumerate(CASES)])
def test_a_refusal_is_the_first_in_order_and_changes_nothing(code: str, draft: Draft) -> None:  # L8
    made = ledger()
    before = (list(made.entries), made.cells(), made.seal())
    with pytest.raises(JxcError) as refused:
        made.post(draft, at=NOW)
    assert refused.value.code == code
    with pytest.raises(JxcError) as checked:
        made.check(draft)
    assert checked.value == refused.value
    assert (made.entries, made.cells(), made.seal()) == before


def test_a_reversal_mirrors_its_entry() -> None:  # L10
    made = ledger()
    with pytest.raises(LedgerError, match="negated"):
        made.post(Draft(DAY, pair("1001", -99), reverses="january"), at=NOW)


def test_a_currency_balances_where_no_line_carries_a_rate() -> None:  # L4
    made = Ledger(Book(CHART, "CNY"))
    euros = (Line("1001", 100, 700, "EUR"), Line("3001", -100, -700, "USD"))
    with pytest.raises(LedgerError) as refused:
        made.post(Draft(DAY, euros), at=NOW)
    assert refused.value.code == "unbalanced"
    rated = (replace(euros[0], rate=7), replace(euros[1], rate=7))
    made.post(Draft(DAY, rated), at=NOW)


def test_reviewers_by_policy() -> None:  # L9
    same = Draft(DAY, pair("1001"), prepared_by="li", reviewed_by="li")
    Ledger(Book(CHART, "CNY", LedgerPolicy(reviewer="optional"))).post(same, at=NOW)
    strict = Ledger(Book(CHART, "CNY", LedgerPolicy(reviewer="required")))
    with pytest.raises(LedgerError) as refused:
        strict.post(Draft(DAY, pair("1001")), at=NOW)
    assert refused.value.code == "reviewer_missing"
    strict.post(replace(same, reviewed_by="wang"), at=NOW)


def test_the_module_of_a_control_account_may_post() -> None:  # L2
    Ledger(Book(CHART, "CNY")).post(Draft(DAY, pair("1122"), module="receivable"), at=NOW)


def test_a_replacement_is_linked_and_made_once() -> None:  # L10
    made = Ledger(Book(CHART, "CNY"))
    made.post(Draft(DAY, pair("1001", 10000), id="wrong"), at=NOW)
    taken, right = made.replace("wrong", Draft(DAY, pair("1001", 1000)), at=NOW)
    assert (taken.draft.reverses, right.draft.replaces) == ("wrong", "wrong")
    assert (made.reversed_by("wrong"), made.balance("1001")) == (taken.id, made.book.amount(1000))
    with pytest.raises(LedgerError) as refused:
        made.post(Draft(DAY, pair("1001"), replaces="wrong"), at=NOW)
    assert refused.value.code == "entry_replaced_twice"


def test_entries_are_recorded_in_the_order_of_time() -> None:  # L7
    made = ledger()
    with pytest.raises(LedgerError) as refused:
        made.post(Draft(DAY, pair("1001")), at=NOW - dt.timedelta(1))
    assert refused.value.code == "recorded_before_last"


def test_a_rate_that_is_missing() -> None:  # L16
    with pytest.raises(LedgerError) as refused:
        Book(CHART, "CNY").debit("1001", "1", currency="USD")
    assert refused.value.code == "base_missing"
    with pytest.raises(LedgerError) as sides:
        Book(CHART, "CNY").line("1001", debit="1", credit="1")
    assert sides.value.code == "debit_and_credit"


def test_a_used_account_stays_in_the_chart() -> None:  # L1
    made = ledger()
    with pytest.raises(LedgerError) as refused:
        made.use_chart(Chart("other", (Account("3001", "Capital", "equity"),)))
    assert refused.value.code == "account_in_use"
    made.use_chart(CHART.block("1001"))
    with pytest.raises(LedgerError) as blocked:
        made.post(Draft(DAY, pair("1001")), at=NOW)
    assert blocked.value.code == "account_blocked"


def test_lines_handed_over_as_a_list_cannot_be_changed_later() -> None:  # L10
    given = list(pair("1001"))
    made = Ledger(Book(CHART, "CNY"))
    entry = made.post(Draft(DAY, given), at=NOW)  # type: ignore[arg-type]
    given.clear()
    assert (len(entry.lines), made.verify().ok) == (2, True)


def test_an_id_that_looks_like_a_number_is_not_taken_over() -> None:  # L5
    made = Ledger(Book(CHART, "CNY"))
    made.post(Draft(DAY, pair("1001"), id="2026-03 记-2"), at=NOW)
    with pytest.raises(LedgerError) as refused:
        made.post(Draft(DAY, pair("1001")), at=NOW)
    assert (refused.value.code, len(made.entries)) == ("duplicate_entry", 1)
    assert made.post(Draft(DAY, pair("1001"), id="mine"), at=NOW).number == 2


def test_words_and_dates_of_drafts_and_guards_are_checked_when_made() -> None:  # L8
    for call, code in (
        (lambda: Guard("1001", "left"), "unknown_side"),  # type: ignore[arg-type]
        (lambda: Guard("1001", "debit", limit=1.5), "float_refused"),  # type: ignore[arg-type]
        (lambda: Draft(DAY, pair("1001"), kind="closed"), "unknown_entry_kind"),  # type: ignore[arg-type]
        (lambda: Draft(NOW, pair("1001")), "zone_needed"),
        (lambda: Draft("never", pair("1001")), "not_a_date"),  # type: ignore[arg-type]
    ):
        with pytest.raises(JxcError) as refused:
            call()
        assert refused.value.code == code
    assert Draft("2026-03-05", pair("1001")).date == DAY  # type: ignore[arg-type]
