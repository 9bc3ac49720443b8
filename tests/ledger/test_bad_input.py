"""What is wrong is named: lines, drafts, books, guards, periods; nothing of it changes the books."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from jxc.errors import JxcError
from jxc.kernel import FiscalCalendar
from jxc.ledger import (
    Account,
    BalanceClaim,
    Book,
    Chart,
    Draft,
    Guard,
    Ledger,
    Line,
    MonthEnd,
    TemplateLine,
    close_month,
    close_year,
    settle,
    undo_close,
)
from tests.ledger.strategies import CHART, NOW, book

DAY = dt.date(2026, 1, 5)
PAIR = (Line("1002", 100, 100, "CNY"), Line("5001", -100, -100, "CNY"))
BOOK = book()


def refused(call: Callable[..., object], *args: Any, **more: Any) -> str:
    with pytest.raises(JxcError) as error:
        call(*args, **more)
    return error.value.code


@pytest.mark.parametrize("amount", [1.5, "1", Decimal(1), True, None])
def test_a_line_has_whole_minor_units(amount: Any) -> None:  # L3
    for sizes in ((amount, 1), (1, amount), (amount, amount)):
        assert refused(Line, "1002", *sizes, "CNY") == "not_minor_units"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"party": " "}, "space_around_text"),
        ({"party": 7}, "not_text"),
        ({"reference": "a\n"}, "unseen_character"),
        ({"dimensions": ["a"]}, "not_dimensions"),
        ({"base": "900"}, "base_differs"),
        ({"currency": "USD", "rate": "7", "base": "900"}, "base_differs"),
        ({"currency": "USD", "base": "-700"}, "base_on_other_side"),
        ({"currency": "USD", "rate": "-7"}, "rate_not_positive"),
        ({"currency": "USD"}, "base_missing"),
        ({"currency": "ZZZ", "rate": "7"}, "unknown_currency"),
    ],
)
def test_a_line_is_what_it_says(more: dict[str, Any], code: str) -> None:  # L2 L3
    for side in (BOOK.debit, BOOK.credit):
        assert refused(side, "1002", "100", **more) == code


def test_a_red_worth_may_be_stated_either_way() -> None:  # L3
    made = [BOOK.debit("1002", "-100", currency="USD", base=base) for base in ("700", "-700")]
    assert made[0] == made[1]
    assert (made[0].base, made[0].red) == (-70000, True)
    assert BOOK.debit("1002", "100", currency="USD", rate="7", base="700").base == 70000


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"sources": "GR-1"}, "not_a_list"),
        ({"sources": ("",)}, "empty_text"),
        ({"attachments": -1}, "not_a_count"),
        ({"attachments": "two"}, "not_a_count"),
        ({"number": 0}, "not_a_count"),
        ({"number": "1"}, "not_a_count"),
        ({"id": 5}, "not_text"),
        ({"memo": None}, "not_text"),
        ({"series": " "}, "space_around_text"),
        ({"module": ""}, "empty_text"),
        ({"kind": "clsoing"}, "unknown_entry_kind"),
        ({"lines": ("1002",)}, "not_a_line"),
        ({"date": "2026-02-30"}, "no_such_date"),
    ],
)
def test_a_draft_is_what_it_says(more: dict[str, Any], code: str) -> None:  # L8
    assert refused(Draft, **{"date": DAY, "lines": PAIR, **more}) == code


def test_what_is_no_draft_is_refused_and_a_batch_is_still_whole() -> None:  # L8 L11
    ledger = Ledger(BOOK)
    assert refused(ledger.post, None, at=NOW) == "not_a_draft"
    result = ledger.post_many([Draft(DAY, PAIR), None], at=NOW)  # type: ignore[list-item]
    assert [(problem.row, problem.code) for problem in result.problems] == [(2, "not_a_draft")]

    def broken() -> Any:
        yield Draft(DAY, PAIR)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        ledger.post_many(broken(), at=NOW)
    assert (ledger.entries, ledger.cells()) == ([], {})


def test_parts_of_a_book_are_checked() -> None:  # L1
    assert refused(Account, "1", "A", "asset", dimensions="party") == "not_a_list"
    assert refused(Book, Chart("x", (Account("1", "A", "asset", currency="usdd"),)), "CNY") == "unknown_currency"
    assert Chart("x", [Account("1", "A", "asset")]).accounts == (Account("1", "A", "asset"),)  # type: ignore[arg-type]
    assert refused(TemplateLine, "1002", "debt", "rent") == "unknown_side"
    assert refused(Guard, "1002", "crdit") == "unknown_side"
    assert refused(BalanceClaim, "1002", 1.5, DAY) == "float_refused"
    assert refused(BalanceClaim, "1002", Decimal(1), DAY, at="begin") == "unknown_moment"
    assert BalanceClaim("1002", "1", "2026-01-05").date == DAY  # type: ignore[arg-type]


def test_a_misspelt_dimension_is_no_empty_report() -> None:  # L21
    ledger = Ledger(BOOK)
    ledger.post(Draft(DAY, PAIR), at=NOW)
    assert refused(ledger.balance, "1002", where={"prty": "C"}) == "unknown_dimension"
    assert ledger.balance("1002", where={"party": "C"}) == 0


def test_a_settlement_in_a_third_currency_is_refused() -> None:  # L16
    ledger = Ledger(BOOK)
    lines = (BOOK.debit("1405", "70"), BOOK.credit("2202", "10", currency="USD", rate="7", party="S"))
    ledger.post(BOOK.entry(DAY, *lines), at=NOW)
    words = {"into": "1002", "rate": "7", "on": DAY, "party": "S"}
    assert refused(settle, ledger, "2202", "10", "USD", into_currency="EUR", **words) == "not_of_settlement"
    assert refused(settle, ledger, "2202", "10", "USD", into_currency="cny", **words) == "unknown_currency"


def test_a_reversal_is_not_before_its_entry() -> None:  # L10
    ledger = Ledger(BOOK)
    entry = ledger.post(Draft(DAY, PAIR), at=NOW)
    assert refused(ledger.reverse, entry.id, at=NOW, on="2026-01-04") == "reversal_before_entry"
    ledger.reverse(entry.id, at=NOW)


def test_a_used_account_stays_a_leaf_while_a_balance_stands_on_it() -> None:  # L1
    ledger = Ledger(BOOK)
    child = Account("500101", "Tea", "income", parent="5001")
    ledger.hold(Draft(DAY, PAIR, id="held"), at=NOW)
    assert refused(ledger.use_chart, CHART.with_(child)) == "account_in_use"
    entry = ledger.post_pending("held", at=NOW)
    assert refused(ledger.use_chart, CHART.with_(child)) == "account_in_use"
    ledger.reverse(entry.id, at=NOW)
    ledger.use_chart(CHART.with_(child))
    assert refused(ledger.post, Draft(DAY, PAIR), at=NOW) == "account_has_children"


def test_whoever_fails_leaves_the_periods_as_they_were() -> None:  # L8 L19
    ledger = Ledger(BOOK)
    ledger.post(Draft(DAY, PAIR), at=NOW)
    for call in (close_month, ledger.close_period):
        first = (ledger,) if call is close_month else ()
        assert refused(call, *first, "2026-01", at="yesterday") == "not_an_instant"
        assert refused(call, *first, 202601, at=NOW) == "unknown_period"
    assert (ledger.periods.acts, len(ledger.entries)) == ([], 1)
    close_month(ledger, "2026-01", at=NOW)
    acts = list(ledger.periods.acts)
    assert refused(undo_close, ledger, "2026-01", reason="x", at="yesterday") == "not_an_instant"
    assert refused(undo_close, ledger, "2026-01", reason="", at=NOW) == "empty_text"
    ledger.use_chart(CHART.block("5001"))
    assert refused(undo_close, ledger, "2026-01", reason="x", at=NOW) == "account_blocked"
    assert (ledger.periods.acts, ledger.periods.is_closed("2026-01")) == (acts, True)


def test_years_and_roles_by_their_names() -> None:  # L18 L20
    ledger = Ledger(Book(CHART, "CNY", calendar=FiscalCalendar(first_month=4)))
    assert refused(close_year, ledger, "2026-05", at=NOW) == "unknown_period"
    assert refused(close_year, ledger, 2026, at=NOW) == "not_a_date"
    end = MonthEnd(costs={("cost_of_sale", "inventory"): "1"})
    assert refused(close_month, ledger, "2026-01", end, at=NOW) == "unknown_account"


def test_closing_names_its_preparer_and_reviewer_where_the_policy_asks() -> None:  # L9 L18
    ledger = Ledger(book(reviewer="required"))
    persons = {"prepared_by": "wang", "reviewed_by": "li"}
    ledger.post(replace(Draft(DAY, PAIR), **persons), at=NOW)  # type: ignore[arg-type]
    assert refused(close_month, ledger, "2026-01", at=NOW) == "reviewer_missing"
    assert refused(close_month, ledger, "2026-01", at=NOW, prepared_by="li", reviewed_by="li") == "preparer_reviews"
    close_month(ledger, "2026-01", at=NOW, **persons)
    undo_close(ledger, "2026-01", reason="x", at=NOW, **persons)
    close_year(ledger, "2026", at=NOW, **persons)
    assert {(entry.draft.prepared_by, entry.draft.reviewed_by) for entry in ledger.entries} == {("wang", "li")}


def test_who_calls_himself_closing_posts_to_no_control_account() -> None:  # L2
    ledger = Ledger(Book(CHART.with_(replace(CHART.get("1002"), control="cash")), "CNY"))
    for module in ("general", "closing"):
        assert refused(ledger.post, Draft(DAY, PAIR, module=module), at=NOW) == "control_account"
    ledger.post(Draft(DAY, PAIR, module="cash"), at=NOW)
