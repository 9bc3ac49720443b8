"""Account and party ledgers (明细账): every line with the balance after it.

    account_ledger(ledger, "1122", first, last, where={"party": "C-09"})

Invariant: the balance after the last line is the balance of the account; each balance is the one before plus the line.

>>> LedgerRow.__dataclass_fields__["balance"].type
'Decimal'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from jxc.ledger.entries import Entry, Line
from jxc.ledger.ledger import Ledger
from jxc.reports.span import Day, span

__all__ = ["AccountLedger", "LedgerRow", "account_ledger"]


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A line of an entry, and what the balance is after it, debit above zero."""

    date: date
    entry: str
    label: str
    account: str
    memo: str
    debit: Decimal
    credit: Decimal
    balance: Decimal
    party: str | None = None


@dataclass(frozen=True, slots=True)
class AccountLedger:
    """The opening balance, and the lines in the order of their dates."""

    account: str
    currency: str
    opening: Decimal
    rows: tuple[LedgerRow, ...]

    @property
    def closing(self) -> Decimal:
        """The balance after the last line."""
        return self.rows[-1].balance if self.rows else self.opening


def account_ledger(
    ledger: Ledger,
    account: str,
    first: Day | None = None,
    last: Day | None = None,
    *,
    currency: str | None = None,
    where: Mapping[str, str] | None = None,
    known_at: datetime | None = None,
) -> AccountLedger:
    """The ledger of an account with all under it, in the book's currency or in another; of a party by ``where``.

    Raises ``DateError``; ``LedgerError`` ``unknown_account``, ``unknown_dimension``; ``CurrencyError``.
    """
    book = ledger.book
    first, last = span(first, last)
    ledger.check_where(where)
    code = book.code if currency is None else currency
    codes = {found.code for found in book.chart.under(account)}
    opening = book.amount(0, code)
    if first is not None:
        day = first - timedelta(1)
        opening = ledger.balance(account, on=day, known_at=known_at, currency=currency, where=where)
    balance = book.minor(opening, code)
    rows = list[LedgerRow]()
    for entry in sorted(ledger.known(known_at), key=lambda entry: entry.date):
        if (first is None or entry.date >= first) and (last is None or entry.date <= last):
            for line in entry.lines:
                if line.account in codes and _asked(line, currency, where):
                    balance += line.base if currency is None else line.amount
                    rows.append(_row(ledger, entry, line, balance, code))
    return AccountLedger(account, code, opening, tuple(rows))


def _asked(line: Line, currency: str | None, where: Mapping[str, str] | None) -> bool:
    same = currency is None or line.currency == currency
    return same and all(line.dimension(name) == value for name, value in (where or {}).items())


def _row(ledger: Ledger, entry: Entry, line: Line, balance: int, code: str) -> LedgerRow:
    book = ledger.book
    size = line.base if code == book.code else line.amount
    debit, credit = (size, 0) if line.side == "debit" else (0, -size)
    return LedgerRow(
        entry.date,
        entry.id,
        entry.label,
        line.account,
        line.memo or entry.memo,
        book.amount(debit, code),
        book.amount(credit, code),
        book.amount(balance, code),
        line.party,
    )
