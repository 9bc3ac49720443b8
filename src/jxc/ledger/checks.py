"""What an entry must be to be posted, in the order in which it is checked: the same draft has the same first error.

    1. empty_entry                                             no lines
    2. of each line in turn                                    unknown_account, account_blocked, account_has_children,
                                                               control_account, account_currency, dimension_missing,
                                                               base_differs, unknown_currency
    3. zero_entry, unbalanced                                  in the book's currency, then in each currency
    4. reviewer_missing, preparer_reviews                      by the policy of the book
    5. adjustment_date, period_closed, period_locked
    6. duplicate_entry, duplicate_number, number_gap
    7. unknown_entry, reversal_of_a_reversal, entry_reversed_twice, reversal_before_entry,
                                                               reversal_not_a_mirror, entry_replaced_twice
    8. overdraft, over_limit                                   the guards

This module has 1 to 4, which need nothing but the book; the ledger has the rest.

Invariant: a check changes nothing.

>>> from jxc.ledger.accounts import Account
>>> from jxc.ledger.chart import Chart
>>> book = Book(Chart("tiny", (Account("1002", "Bank", "asset"), Account("3001", "Capital", "equity"))), "CNY")
>>> check_draft(book, book.entry("2026-01-05", book.debit("1002", "1.00"), book.credit("3001", "0.99")))
Traceback (most recent call last):
...
jxc.errors.LedgerError: debits exceed credits by 0.01 CNY (lines: 0.01)
"""

from __future__ import annotations

from typing import NoReturn

from jxc.errors import LedgerError
from jxc.ledger.accounts import Account
from jxc.ledger.book import Book
from jxc.ledger.entries import CLOSING, Draft, Line, modules_of

__all__ = ["check_account", "check_draft", "check_totals"]


def check_draft(book: Book, draft: Draft) -> None:
    """Checks 1 to 4; ``LedgerError``."""
    if not draft.lines:
        raise LedgerError("empty_entry", "an entry without lines", field="lines")
    module = draft.module if draft.step or draft.module != CLOSING else ""  # closing is what its steps make
    for line in draft.lines:
        check_account(book, line, module)
    check_totals(book, draft)


def check_account(book: Book, line: Line, module: str) -> None:
    """Whether this line may stand on its account (check 2)."""
    account = book.chart.get(line.account)
    if account.blocked:
        _refuse("account_blocked", "the account takes no more entries", account)
    if book.policy.post_to == "leaves" and not book.chart.is_leaf(line.account):
        children = ", ".join(child.code for child in book.chart.children(line.account)[:5])
        _refuse("account_has_children", "entries go to the accounts under it", account, f"such as {children}")
    if account.control is not None and module != CLOSING and modules_of(account.control).isdisjoint(modules_of(module)):
        message = f"only entries of the module {account.control} may post to this control account"
        _refuse("control_account", message, account, f'module="{account.control}"')
    if account.currency is not None and account.currency != line.currency:
        _refuse("account_currency", f"the account holds {account.currency} only", account)
    for name in account.dimensions:
        if not line.dimension(name):
            _refuse("dimension_missing", f"a line on this account names its {name}", account)
    if line.currency == book.code and line.amount != line.base:
        _refuse("base_differs", "an amount in the book's currency is worth itself", account)
    book.currencies.get(line.currency)


def check_totals(book: Book, draft: Draft) -> None:
    """Whether the lines balance, and whether the right persons stand on the entry (checks 3 and 4)."""
    lines = draft.lines
    if not any(line.base or line.amount for line in lines):
        raise LedgerError("zero_entry", "every line of the entry is zero", field="lines")
    total = sum(line.base for line in lines)
    if total:
        _refuse_unbalanced(book, total, book.code)
    if any(line.currency != book.code for line in lines):
        _check_currencies(book, lines)
    _check_persons(book, draft)


def _check_currencies(book: Book, lines: tuple[Line, ...]) -> None:
    """Each currency balances where no line carries a rate; a rate ties its currency to the book's."""
    rated = {line.currency for line in lines if line.rate is not None or line.base != 0 == line.amount}
    if rated:
        rated.add(book.code)
    totals: dict[str, int] = {}
    for line in lines:
        if line.currency not in rated:
            totals[line.currency] = totals.get(line.currency, 0) + line.amount
    for code, total in totals.items():
        if total:
            _refuse_unbalanced(book, total, code)


def _check_persons(book: Book, draft: Draft) -> None:
    policy = book.policy.reviewer
    if policy == "required" and not (draft.prepared_by and draft.reviewed_by):
        raise LedgerError("reviewer_missing", "an entry names its preparer and its reviewer", field="reviewed_by")
    if policy != "optional" and draft.reviewed_by and draft.reviewed_by == draft.prepared_by:
        raise LedgerError(
            "preparer_reviews", "who prepares an entry does not review it", field="reviewed_by", value=draft.reviewed_by
        )


def _refuse(code: str, message: str, account: Account, hint: str = "") -> NoReturn:
    raise LedgerError(code, message, field="account", value=account.code, hint=hint)


def _refuse_unbalanced(book: Book, total: int, code: str) -> NoReturn:
    size = book.amount(abs(total), code)
    sides = "debits exceed credits" if total > 0 else "credits exceed debits"
    raise LedgerError("unbalanced", f"{sides} by {size} {code}", field="lines", value=book.amount(total, code))
