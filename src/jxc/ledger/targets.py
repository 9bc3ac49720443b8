"""Balances that somebody states: checked against the books, or reached by an entry.

    BalanceClaim("1002", Decimal("9700.00"), date(2026, 1, 31)).difference(ledger)     what the books have beyond it
    reach(ledger, "1002", "9700.00", "opening", on="2026-02-01")                       the entry that gets there

A claim is about the end of its day unless it says ``start``; it holds for an account with all under it.

Invariant: checking changes nothing, and reaching a balance that is there makes no entry.

>>> BalanceClaim("1002", Decimal("1.20"), date(2026, 1, 31)).at
'end'
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from jxc.errors import FieldError
from jxc.kernel.dates import parse_date
from jxc.kernel.exact import add_exact, to_decimal
from jxc.ledger.entries import Draft
from jxc.ledger.ledger import Ledger

__all__ = ["BalanceClaim", "reach"]


@dataclass(frozen=True, slots=True)
class BalanceClaim:
    """What an account is said to hold at a date, debit above zero, in a currency (the book's unless named).

    Raises ``FieldError`` ``unknown_moment``, ``NumberError``, ``DateError``.
    """

    account: str
    amount: Decimal
    date: date
    currency: str | None = None
    tolerance: Decimal = Decimal(0)
    at: Literal["start", "end"] = "end"

    def __post_init__(self) -> None:
        object.__setattr__(self, "amount", to_decimal(self.amount, field="amount"))
        object.__setattr__(self, "tolerance", to_decimal(self.tolerance, field="tolerance"))
        object.__setattr__(self, "date", parse_date(self.date, field="date"))
        if self.at not in ("start", "end"):
            raise FieldError("unknown_moment", "start or end of the day", field="at", value=self.at)

    def difference(self, ledger: Ledger, known_at: datetime | None = None) -> Decimal:
        """What the books have beyond the claim, as known at a time; zero where they agree."""
        day = self.date if self.at == "end" else self.date - timedelta(1)
        code = ledger.book.code if self.currency is None else self.currency
        held = ledger.balance(
            self.account, on=day, known_at=known_at, currency=None if code == ledger.book.code else code
        )
        return add_exact(held, self.amount.copy_negate())

    def holds(self, ledger: Ledger, known_at: datetime | None = None) -> bool:
        """Whether the books agree within the tolerance, which itself still passes."""
        return self.difference(ledger, known_at).copy_abs() <= self.tolerance


def reach(
    ledger: Ledger,
    account: str,
    target: Any,
    against: str,
    *,
    on: date | str,
    currency: str | None = None,
    rate: Any = None,
    memo: str = "to the balance stated",
) -> Draft | None:
    """The entry that brings an account, with what is under it, to a balance at the end of a day; None if it is there.

    What is missing in a foreign currency needs a ``rate``; ``LedgerError`` ``base_missing``.
    """
    book, day = ledger.book, parse_date(on, field="on")
    code = book.code if currency is None else currency
    held = ledger.balance(account, on=day, currency=None if code == book.code else code)
    missing = book.amount(book.minor(target, code) - book.minor(held, code), code)
    if not missing:
        return None
    first, second = (book.debit, book.credit) if missing > 0 else (book.credit, book.debit)
    more = {"currency": code, "rate": rate}
    lines = (first(account, missing.copy_abs(), **more), second(against, missing.copy_abs(), **more))
    return Draft(day, lines, memo)
