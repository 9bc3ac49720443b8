"""Tax amounts as lines of an entry, on the accounts that play their roles.

    tax_entry_lines(book, purchase.postings)     input_tax 1300  ->  22210101 debit 13.00

Invariant: a posting becomes one line, with its amount, side and colour.

>>> from jxc.ledger.accounts import Account
>>> from jxc.ledger.chart import Chart
>>> book = Book(Chart("tiny", (Account("22210101", "Input VAT", "liability"),), {"input_tax": "22210101"}), "CNY")
>>> tax_entry_lines(book, (TaxPosting("input_tax", -1300, red=True),))[0].debit
-1300
"""

from __future__ import annotations

from collections.abc import Iterable

from jxc.ledger.book import Book
from jxc.ledger.entries import Line
from jxc.tax.vat import TaxPosting

__all__ = ["tax_entry_lines"]


def tax_entry_lines(book: Book, postings: Iterable[TaxPosting]) -> tuple[Line, ...]:
    """The lines of tax postings; ``LedgerError`` ``role_missing`` where the chart has no account for one."""
    return tuple(
        Line(book.chart.role(one.role).code, one.amount, one.amount, book.code, red=one.red) for one in postings
    )
