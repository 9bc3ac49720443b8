"""What stands on accounts at the end of a day: by currency and party, and by the dimensions that an account asks for.

    1122  USD  C-09                    100.00 worth 710.00
    6602  CNY  -     department=D1       3.00

What is emptied, revalued or settled has to name again what the lines on its account must name.

Invariant: the balances of an account add up to its balance; one that is zero in every amount is left out.

>>> from jxc.ledger.accounts import Account
>>> from jxc.ledger.book import Book
>>> from jxc.ledger.chart import Chart
>>> standing(Ledger(Book(Chart("tiny", (Account("1002", "Bank", "asset"),)), "CNY")), date(2026, 1, 31), ["1002"])
{}
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from jxc.kernel.dimension import Dimensions
from jxc.ledger.entries import NO_DIMENSIONS, Line
from jxc.ledger.ledger import Ledger
from jxc.ledger.turnovers import Cells, merge

__all__ = ["Stand", "balance_at", "cells_at", "named_dimensions", "standing"]


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a balance stands."""

    account: str
    currency: str
    party: str | None = None
    dimensions: Dimensions = NO_DIMENSIONS

    def line(self, amount: int, base: int) -> Line:
        """A line there."""
        return Line(self.account, amount, base, self.currency, party=self.party, dimensions=self.dimensions)


def named_dimensions(ledger: Ledger, account: str, dimensions: Dimensions) -> Dimensions:
    """Those of some dimensions that lines on an account must name."""
    return dimensions.only(*ledger.book.chart.get(account).dimensions) if dimensions else NO_DIMENSIONS


def cells_at(ledger: Ledger, day: date, *, adjustment: bool) -> Cells:
    """Balances at the end of a day; without ``adjustment``, before the adjustment period that this day may end."""
    if adjustment:
        return ledger.cells(None, day)
    cells = ledger.cells(None, day - timedelta(1))
    merge(cells, ledger.cells(day, day, adjustments=False))
    return cells


def balance_at(ledger: Ledger, account: str, day: date, *, adjustment: bool) -> int:
    """The balance of an account with all under it in the book's minor units, debit above zero."""
    codes = {found.code for found in ledger.book.chart.under(account)}
    cells = cells_at(ledger, day, adjustment=adjustment)
    return sum(cell[2] - cell[3] for key, cell in cells.items() if key[0] in codes)


def standing(
    ledger: Ledger, day: date, accounts: Iterable[str], *, adjustment: bool = True
) -> dict[Stand, tuple[int, int]]:
    """The balances of accounts, in their currency and in the book's, in the order of the accounts' codes."""
    codes = set(accounts)
    fine = {code for code in codes if set(ledger.book.chart.get(code).dimensions) - {"party"}}
    found: dict[Stand, tuple[int, int]] = {}
    for (account, currency, party), cell in cells_at(ledger, day, adjustment=adjustment).items():
        if account in codes and account not in fine:
            found[Stand(account, currency, party)] = (cell[0] - cell[1], cell[2] - cell[3])
    if fine:
        found |= _by_dimensions(ledger, day, fine, adjustment)
    ordered = sorted(found, key=lambda one: (one.account, one.currency, one.party or "", str(one.dimensions)))
    return {stand: found[stand] for stand in ordered if any(found[stand])}


def _by_dimensions(ledger: Ledger, day: date, codes: set[str], adjustment: bool) -> dict[Stand, tuple[int, int]]:
    found: dict[Stand, tuple[int, int]] = {}
    for entry in ledger.entries:
        if entry.date < day or (entry.date == day and (adjustment or not entry.draft.adjustment)):
            for line in entry.lines:
                if line.account in codes:
                    named = named_dimensions(ledger, line.account, line.dimensions)
                    stand = Stand(line.account, line.currency, line.party, named)
                    amount, base = found.get(stand, (0, 0))
                    found[stand] = (amount + line.amount, base + line.base)
    return found
