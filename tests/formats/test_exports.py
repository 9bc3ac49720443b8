"""Exported books are read by a program that others trust, and have our balances to the minor unit."""

from __future__ import annotations

import csv
import io
import runpy
import warnings
from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

from jxc.edge.charts import load_chart
from jxc.errors import PolicyError
from jxc.formats.beancount import to_beancount
from jxc.formats.hledger import to_hledger
from jxc.formats.journal_csv import HEADER, to_csv
from jxc.formats.names import account_names
from jxc.ledger import Account, Book, Chart, Ledger
from jxc.reports import trial_balance
from tests.house.source import ROOT
from tests.ledger.strategies import NOW, ledgers


@pytest.fixture(scope="module")
def company() -> Ledger:
    """The books of the example: VAT, a foreign supplier, two months closed."""
    return runpy.run_path(str(ROOT / "examples" / "books.py"))["keep_books"]()


def load(text: str) -> tuple[list[Any], list[Any]]:
    """The entries and the errors that beancount finds, all its own checks on (as ``bean-check`` does)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from beancount import loader
        from beancount.ops import validation

        entries, errors, _ = loader.load_string(text, extra_validations=validation.HARDCORE_VALIDATIONS)
    return entries, errors


def positions(text: str) -> dict[tuple[str, str], Decimal]:
    entries, errors = load(text)
    assert not errors, errors
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for entry in entries:
        for posting in getattr(entry, "postings", ()):
            sums[posting.account, posting.units.currency] += posting.units.number
    return {key: total for key, total in sums.items() if total}


def ours(ledger: Ledger) -> dict[tuple[str, str], Decimal]:
    names = account_names(ledger.book.chart)
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for (account, _, _), cell in ledger.cells().items():
        sums[names[account], ledger.book.code] += ledger.book.amount(cell[2] - cell[3])
    return {key: total for key, total in sums.items() if total}


def test_the_books_of_the_company_pass_bean_check(company: Ledger) -> None:
    assert load(to_beancount(company, balances=True))[1] == []
    assert positions(to_beancount(company, amounts="book")) == ours(company)


def test_a_changed_figure_does_not_pass(company: Ledger) -> None:
    text = to_beancount(company, balances=True)
    assert load(text.replace("56500.00 CNY", "56500.01 CNY", 1))[1]


def test_foreign_balances_are_ours(company: Ledger) -> None:
    found = positions(to_beancount(company))
    names = account_names(company.book.chart)
    for (account, code, _), cell in company.cells().items():
        if code != company.book.code and cell[0] != cell[1]:
            assert found[names[account], code] == company.book.amount(cell[0] - cell[1], code)
    assert company.balance("220201", currency="USD", on="2026-01-31") == Decimal("-1000.00")


@settings(max_examples=15)
@given(ledgers())
def test_random_books_have_the_same_balances(ledger: Ledger) -> None:
    assert positions(to_beancount(ledger, amounts="book")) == ours(ledger)
    assert load(to_beancount(ledger, balances=True))[1] == []


def test_hledger_has_every_line_and_balances(company: Ledger) -> None:
    text = to_hledger(company)
    blocks = [block.splitlines() for block in text.split("\n\n")[1:]]
    assert len(blocks) == len(company.entries)
    for block, entry in zip(blocks, company.entries, strict=True):
        assert block[0].startswith(f"{entry.date} * ({entry.series}-{entry.number})")
        total = Decimal(0)
        for line in block[1:]:
            amount = line.split("  ; ")[0].split()[1:]
            sign = -1 if amount[0].startswith("-") else 1
            total += sign * Decimal(amount[3]) if "@@" in amount else Decimal(amount[0])
        assert total == 0


@given(ledgers())
def test_csv_gives_every_line_back(ledger: Ledger) -> None:
    rows = list(csv.DictReader(io.StringIO(to_csv(ledger))))
    lines = [(entry, line) for entry in ledger.entries for line in entry.lines]
    assert tuple(rows[0]) == HEADER
    assert len(rows) == len(lines)
    for row, (entry, line) in zip(rows, lines, strict=True):
        sign = 1 if row["side"] == "debit" else -1
        assert (row["entry"], row["account"], row["digest"]) == (entry.id, line.account, entry.digest)
        assert ledger.book.minor(row["base"]) * sign == line.base
        assert ledger.book.minor(row["amount"], row["currency"]) * sign == line.amount
        assert (row["red"] == "yes", row["party"] or None) == (line.red, line.party)


def test_csv_cells_are_no_formulas(company: Ledger) -> None:
    book = company.book
    evil = book.entry("2026-03-01", book.debit("1002", "1"), book.credit("3001", "1"), memo="=1+1")
    ledger = Ledger(book)
    ledger.post(evil, at=company.entries[-1].recorded_at)
    assert next(csv.DictReader(io.StringIO(to_csv(ledger))))["memo"] == "'=1+1"


def test_names_are_unique_and_allowed() -> None:
    codes = ["a b", "a.b", "a-b", "库存", "x"]
    names = account_names(Chart("x", tuple(Account(code, code, "asset") for code in codes)))
    assert len(set(names.values())) == len(codes)
    text = "".join(f"1900-01-01 open {name}\n" for name in names.values())
    assert load(text)[1] == []


def test_numbers_of_any_length_stay_as_they_are() -> None:
    book = Book(load_chart("cn-small-business"), "CNY")
    ledger, size = Ledger(book), "9" * 35
    ledger.post(book.entry("2026-01-05", book.debit("1002", size), book.credit("3001", size)), at=NOW)
    assert f"balance Assets:1002  {size}.00 ~ 0 CNY" in to_beancount(ledger, balances=True)
    row = trial_balance(ledger).row("3001")
    assert row is not None
    assert row.closing_sides == (0, Decimal(size))
    with pytest.raises(PolicyError):
        to_beancount(ledger, amounts="books")  # type: ignore[arg-type]
