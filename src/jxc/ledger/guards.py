"""Guards: how far a balance may go; no overdraft, a credit limit, one concept for both, pending amounts included.

    Guard("1001", "credit")                               cash: credits may not exceed debits
    Guard("1122", "debit", limit=Decimal(50000), party="C-09")     what this customer may owe

A guard watches one side of an account with all under it.  What has been posted on that side less what has been posted
on the other, plus what is pending on that side, may not exceed the limit.  What is pending on the other side does not
count: it may still be voided.

Invariant: an entry that makes a watched balance larger than its limit is refused as a whole; one that makes it
smaller is never refused, even if the balance is still beyond the limit.

>>> Guard("1001", "credit").is_about(None), Guard("1122", "debit", party="C-09").is_about("C-10")
(True, False)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import get_args

from jxc.errors import FieldError, LedgerError
from jxc.kernel.exact import to_decimal
from jxc.ledger.accounts import Side
from jxc.ledger.book import Book
from jxc.ledger.entries import Line

__all__ = ["Guard", "Guards"]


@dataclass(frozen=True, slots=True)
class Guard:
    """A limit on one side of an account: for one ``party`` or all, in one ``currency`` or in the book's.

    Raises ``FieldError`` ``unknown_side``; ``NumberError`` for a limit that is no exact number.
    """

    account: str
    side: Side
    limit: Decimal = Decimal(0)
    party: str | None = None
    currency: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "limit", to_decimal(self.limit, field="limit"))
        if self.side not in get_args(Side):
            raise FieldError("unknown_side", "one of debit, credit", field="side", value=self.side)

    def is_about(self, party: str | None) -> bool:
        """Whether a line of this party counts."""
        return self.party in (None, party)

    def size(self, line: Line) -> int:
        """What a line adds to the watched balance, in minor units; below zero where it takes from it."""
        size = line.base if self.currency is None else line.amount if line.currency == self.currency else 0
        return size if self.side == "debit" else -size


class Guards:
    """The guards of one ledger with what each has seen: ``[posted, pending]``."""

    __slots__ = ("_book", "_by_account", "_limits", "_seen")

    def __init__(self, guards: Iterable[Guard], book: Book) -> None:
        self._book = book
        self._by_account: dict[str, list[Guard]] = {}
        self._limits: dict[Guard, int] = {}
        self._seen: dict[Guard, list[int]] = {}
        for guard in guards:
            for account in book.chart.under(guard.account):
                self._by_account.setdefault(account.code, []).append(guard)
            self._limits[guard] = book.minor(guard.limit, guard.currency, field="limit")
            self._seen[guard] = [0, 0]

    @property
    def accounts(self) -> frozenset[str]:
        """The accounts that guards name."""
        return frozenset(guard.account for guard in self._limits)

    def again(self, book: Book) -> Guards:
        """The same guards on another chart; they have seen nothing yet."""
        return Guards(self._limits, book)

    def post(self, lines: Iterable[Line], sign: int = 1) -> None:
        """Count lines as posted, or with ``sign`` -1 no longer."""
        for guard, line in self.watched(lines):
            self._seen[guard][0] += sign * guard.size(line)

    def hold(self, lines: Iterable[Line], sign: int = 1) -> None:
        """Count lines as pending, or with ``sign`` -1 no longer."""
        for guard, line in self.watched(lines):
            self._seen[guard][1] += sign * max(0, guard.size(line))

    def check(self, lines: Iterable[Line], *, pending: bool = False) -> None:
        """``LedgerError`` ``overdraft`` or ``over_limit`` where these lines would take a balance beyond its limit."""
        change: dict[Guard, int] = {}
        for guard, line in self.watched(lines):
            size = guard.size(line)
            change[guard] = change.get(guard, 0) + (max(0, size) if pending else size)
        for guard, size in change.items():
            beyond = sum(self._seen[guard]) + size - self._limits[guard]
            if size > 0 and beyond > 0:
                self._refuse(guard, beyond)

    def watched(self, lines: Iterable[Line]) -> list[tuple[Guard, Line]]:
        """The lines that some guard watches, each with its guard."""
        by_account = self._by_account
        found = list[tuple[Guard, Line]]()
        if by_account:
            for line in lines:
                for guard in by_account.get(line.account, ()):
                    if guard.is_about(line.party):
                        found.append((guard, line))
        return found

    def _refuse(self, guard: Guard, beyond: int) -> None:
        account, party, limit = guard.account, guard.party or "", guard.limit
        size, currency = self._book.amount(beyond, guard.currency), guard.currency or self._book.code
        code, message = ("over_limit", "over the limit") if limit else ("overdraft", "more than there is")
        raise LedgerError(
            code,
            f"{size} {currency} {message}",
            field="amount",
            value=size,
            account=account,
            party=party,
            limit=limit,
        )
