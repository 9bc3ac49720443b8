"""Trial balance (科目余额表): opening balance, turnover and closing balance of every account.

    1002 银行存款    opening 100.00 Dr    debit 50.00  credit 20.00    closing 130.00 Dr

Invariant: debits equal credits in each of the three pairs of columns; opening + debit - credit = closing, line by line.

>>> TrialRow("1002", "Bank", "CNY", Decimal(100), Decimal(50), Decimal(20)).closing
Decimal('130')
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import TypeAlias

from jxc.errors import FieldError
from jxc.kernel.exact import add_exact
from jxc.ledger.ledger import Ledger
from jxc.ledger.turnovers import Cells, merge, subtract
from jxc.reports.span import Day, span

__all__ = ["TrialBalance", "TrialRow", "trial_balance"]

_Group: TypeAlias = tuple[str, str, str | None]
"""Account, currency, party."""


@dataclass(frozen=True, slots=True)
class TrialRow:
    """A line: balances are debit above zero; ``opening_sides`` and ``closing_sides`` put them on their side."""

    account: str
    name: str
    currency: str
    opening: Decimal
    debit: Decimal
    credit: Decimal
    party: str | None = None

    @property
    def closing(self) -> Decimal:
        """The balance at the end, debit above zero."""
        return add_exact(add_exact(self.opening, self.debit), self.credit.copy_negate())

    @property
    def opening_sides(self) -> tuple[Decimal, Decimal]:
        """The opening balance as debit and credit."""
        return _sides(self.opening)

    @property
    def closing_sides(self) -> tuple[Decimal, Decimal]:
        """The closing balance as debit and credit."""
        return _sides(self.closing)


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """The lines in the order of the chart."""

    rows: tuple[TrialRow, ...]

    def row(self, account: str, currency: str | None = None, party: str | None = None) -> TrialRow | None:
        """The line of an account, or None where nothing stands on it."""
        for row in self.rows:
            if row.account == account and currency in (None, row.currency) and party in (None, row.party):
                return row
        return None

    def totals(self) -> dict[str, tuple[Decimal, Decimal]]:
        """Debit and credit sums of ``opening``, ``turnover`` and ``closing``; equal where the books balance."""
        return {
            "opening": _total(row.opening_sides for row in self.rows),
            "turnover": _total((row.debit, row.credit) for row in self.rows),
            "closing": _total(row.closing_sides for row in self.rows),
        }


def trial_balance(
    ledger: Ledger,
    first: Day | None = None,
    last: Day | None = None,
    *,
    known_at: datetime | None = None,
    where: Mapping[str, str] | None = None,
    closing: bool = True,
    adjustments: bool = True,
    by_currency: bool = False,
    by_party: bool = False,
    level: int | None = None,
) -> TrialBalance:
    """The trial balance between two days, in the book's currency or ``by_currency`` in each one's own.

    ``level`` 1 adds accounts up to the first level of the chart; ``closing`` False leaves closing entries out of the
    turnover; ``where`` and ``by_party`` are for sub-ledgers.  What an opening entry states is opening balance,
    whichever day it has.  Raises ``DateError`` ``last_before_first``; ``FieldError`` ``unknown_level``; ``LedgerError``
    ``unknown_dimension``.
    """
    if level is not None and (type(level) is not int or level < 1):
        raise FieldError("unknown_level", "levels of a chart count from 1", field="level", value=level)
    begin, end = span(first, last)
    ask = partial(ledger.cells, known_at=known_at, adjustments=adjustments, where=where)
    turnover = ask(begin, end, closing=closing)
    before: Cells = {}
    if ledger.turnovers.has_opening:
        whole, turnover = turnover, ask(begin, end, closing=closing, opening=False)
        before = subtract(whole, turnover)
    if begin is not None:
        merge(before, ask(None, begin - timedelta(1)))
    grouper = _Grouper(ledger, by_currency, by_party, level)
    opened, moved = grouper.sums(before), grouper.sums(turnover)
    order = {account.code: place for place, account in enumerate(ledger.book.chart)}
    groups = sorted({*opened, *moved}, key=lambda group: (order[group[0]], group[1], group[2] or ""))
    return TrialBalance(tuple(grouper.row(group, opened.get(group), moved.get(group)) for group in groups))


@dataclass(frozen=True, slots=True)
class _Grouper:
    ledger: Ledger
    by_currency: bool
    by_party: bool
    level: int | None

    def sums(self, cells: Cells) -> dict[_Group, tuple[int, int]]:
        found: dict[_Group, tuple[int, int]] = {}
        code_of: dict[str, str] = {}
        for (account, currency, party), cell in cells.items():
            code = code_of.get(account)
            if code is None:
                code = code_of[account] = self._shown(account)
            group = (code, currency if self.by_currency else self.ledger.book.code, party if self.by_party else None)
            debit, credit = (cell[0], cell[1]) if self.by_currency else (cell[2], cell[3])
            before = found.get(group, (0, 0))
            found[group] = (before[0] + debit, before[1] + credit)
        return found

    def row(self, group: _Group, opened: tuple[int, int] | None, moved: tuple[int, int] | None) -> TrialRow:
        account, currency, party = group
        book = self.ledger.book
        before, now = opened or (0, 0), moved or (0, 0)
        opening, debit, credit = (book.amount(size, currency) for size in (before[0] - before[1], now[0], now[1]))
        return TrialRow(account, book.chart.get(account).name, currency, opening, debit, credit, party)

    def _shown(self, account: str) -> str:
        path = self.ledger.book.chart.path(account)
        return path[-1 if self.level is None else min(self.level, len(path)) - 1].code


def _sides(balance: Decimal) -> tuple[Decimal, Decimal]:
    nothing = Decimal(0)
    return (balance, nothing) if balance >= 0 else (nothing, balance.copy_negate())


def _total(pairs: Iterable[tuple[Decimal, Decimal]]) -> tuple[Decimal, Decimal]:
    debit = credit = Decimal(0)
    for one, other in pairs:
        debit, credit = add_exact(debit, one), add_exact(credit, other)
    return debit, credit
