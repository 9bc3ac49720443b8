"""Templates of entries (凭证模板): accounts or roles, sides, and the names of amounts; filled in, a draft.

    Template("rent", (TemplateLine("5602", "debit", "rent"), TemplateLine("role:bank", "credit", "rent")))

Invariant: a template posts nothing; what it makes is checked like any other draft.

>>> from jxc.ledger.accounts import Account
>>> from jxc.ledger.chart import Chart
>>> chart = Chart("tiny", (Account("1002", "Bank", "asset"), Account("5602", "Rent", "expense")), {"bank": "1002"})
>>> rent = Template("rent", (TemplateLine("5602", "debit", "rent"), TemplateLine("role:bank", "credit", "rent")))
>>> [line.amount for line in rent.fill(Book(chart, "CNY"), "2026-01-31", rent="800.00").lines]
[80000, -80000]
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, get_args

from jxc.errors import FieldError
from jxc.kernel.dimension import Dimensions
from jxc.ledger.accounts import Side
from jxc.ledger.book import Book
from jxc.ledger.entries import NO_DIMENSIONS, Draft

__all__ = ["Template", "TemplateLine"]


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """A line to be: an account, or ``role:name``; its side; the name of its amount.

    Raises ``FieldError`` ``unknown_side``.
    """

    account: str
    side: Side
    amount: str
    memo: str = ""
    party: str | None = None
    dimensions: Dimensions = NO_DIMENSIONS

    def __post_init__(self) -> None:
        if self.side not in get_args(Side):
            raise FieldError("unknown_side", "one of debit, credit", field="side", value=self.side)

    def code(self, book: Book) -> str:
        """The account it goes to in this book."""
        role = self.account.removeprefix("role:")
        return self.account if role == self.account else book.chart.role(role).code


@dataclass(frozen=True, slots=True)
class Template:
    """Lines to be, and the memo of their entry."""

    name: str
    lines: tuple[TemplateLine, ...]
    memo: str = ""
    series: str = ""

    def fill(self, book: Book, day: date | str, **amounts: Any) -> Draft:
        """The draft with these amounts; a line whose amount is zero is left out.

        Raises ``FieldError`` ``amount_missing``, ``amount_not_in_template``.
        """
        names = [line.amount for line in self.lines]
        missing = [name for name in names if name not in amounts]
        if missing:
            raise FieldError("amount_missing", "the template asks for this amount", field="amounts", value=missing[0])
        strange = [name for name in amounts if name not in names]
        if strange:
            raise FieldError(
                "amount_not_in_template", "the template has no such amount", field="amounts", value=strange[0]
            )
        lines = [
            book.line(
                line.code(book),
                **{line.side: amounts[line.amount]},
                memo=line.memo,
                party=line.party,
                dimensions=line.dimensions,
            )
            for line in self.lines
        ]
        kept = (line for line in lines if line.amount)
        return book.entry(day, *kept, memo=self.memo or self.name, series=self.series)
