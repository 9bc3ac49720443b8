"""Ageing (账龄): what each party owes or is owed, by how long it is overdue.

    C-09    not due 100.00    1-30 days 50.00    31-60 days 0.00    over 60 days 20.00    credit 0.00

What came in is set against the oldest amounts first, by due date, or by the date of the entry where none is stated.
What is left over of it is a credit of the party.

Invariant: the buckets less the credit are the balance of the party, to the cent.

>>> bucket_of(0, (30, 60)), bucket_of(1, (30, 60)), bucket_of(61, (30, 60))
(0, 1, 3)
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jxc.kernel.exact import add_exact
from jxc.ledger.entries import Line
from jxc.ledger.ledger import Ledger

__all__ = ["Ageing", "AgeingRow", "ageing", "bucket_of"]


@dataclass(frozen=True, slots=True)
class AgeingRow:
    """A party: what is not due, then what is overdue by each bucket, then what it has in credit."""

    party: str
    buckets: tuple[Decimal, ...]
    credit: Decimal

    @property
    def balance(self) -> Decimal:
        """What the party owes, or is owed, in all."""
        total = -self.credit
        for bucket in self.buckets:
            total = add_exact(total, bucket)
        return total


@dataclass(frozen=True, slots=True)
class Ageing:
    """Who owes what for how long; ``heads`` name the buckets."""

    account: str
    on: date
    heads: tuple[str, ...]
    rows: tuple[AgeingRow, ...]


def bucket_of(days: int, limits: tuple[int, ...]) -> int:
    """The bucket of so many days overdue: 0 not due, then one for each limit, then all beyond."""
    return 0 if days <= 0 else 1 + bisect_left(limits, days)


def ageing(ledger: Ledger, account: str, on: date, *, limits: tuple[int, ...] = (30, 60, 90)) -> Ageing:
    """The ageing of an account by party, in the book's currency; claims of an asset, debts of a liability."""
    book = ledger.book
    sign = 1 if book.chart.get(account).side == "debit" else -1
    codes = {found.code for found in book.chart.under(account)}
    charges: dict[str, list[tuple[date, int]]] = {}
    paid: dict[str, int] = {}
    for entry in ledger.entries:
        for line in entry.lines if entry.date <= on else ():
            if line.account in codes:
                party, size = line.party or "", sign * line.base
                charges.setdefault(party, [])
                if (size > 0) != line.red:  # a red line takes a charge or a payment back
                    charges[party].append((_due(line, entry.date), size))
                else:
                    paid[party] = paid.get(party, 0) - size
    rows = (_row(ledger, party, items, paid.get(party, 0), on, limits) for party, items in sorted(charges.items()))
    ends = zip((1, *(limit + 1 for limit in limits)), limits, strict=False)
    heads = ("not due", *(f"{begin}-{end} days" for begin, end in ends), f"over {limits[-1]} days")
    return Ageing(account, on, heads, tuple(row for row in rows if row.credit or any(row.buckets)))


def _due(line: Line, day: date) -> date:
    return day if line.due is None else line.due


def _row(
    ledger: Ledger, party: str, items: list[tuple[date, int]], paid: int, on: date, limits: tuple[int, ...]
) -> AgeingRow:
    """Set what was paid (and what was taken back in red) against the oldest first."""
    left = paid - sum(size for _, size in items if size < 0)
    sizes = [0] * (len(limits) + 2)
    for due, size in sorted(item for item in items if item[1] > 0):
        taken = min(size, max(0, left))
        left -= taken
        sizes[bucket_of((on - due).days, limits)] += size - taken
    if left < 0:  # more payments were taken back than made: it is owed, and due
        sizes[0], left = sizes[0] - left, 0
    amount = ledger.book.amount
    return AgeingRow(party, tuple(amount(size) for size in sizes), amount(left))
