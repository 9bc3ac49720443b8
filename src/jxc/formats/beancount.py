"""Books as a beancount file, so that a program that others trust can check them.

    2026-01-05 * "capital"
      number: "2026-01 记-1"
      Assets:1002    100.00 CNY
      Equity:3001   -100.00 CNY

A foreign line states its worth as a total price (``100.00 USD @@ 712.34 CNY``); the difference of a revaluation, which
has no amount in its currency, stands in the book's currency on the account.  ``amounts="book"`` writes everything in
the book's currency instead.

Invariant: each entry balances in beancount exactly where it does here; the balances of every account are ours, to the
minor unit (``bean-check`` verifies the assertions written by ``balances=True``).

>>> from jxc.ledger import Account, Book, Chart, Ledger
>>> print(to_beancount(Ledger(Book(Chart("tiny", (Account("1002", "Bank", "asset"),)), "CNY"))), end="")
option "operating_currency" "CNY"
option "inferred_tolerance_default" "*:0"
<BLANKLINE>
1900-01-01 open Assets:1002
  name: "Bank"
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, get_args

from jxc.errors import PolicyError
from jxc.formats.names import account_names
from jxc.kernel.exact import decimal_text
from jxc.ledger.entries import Entry, Line
from jxc.ledger.ledger import Ledger

__all__ = ["to_beancount"]

Amounts = Literal["own", "book"]


def to_beancount(ledger: Ledger, *, amounts: Amounts = "own", balances: bool = False) -> str:
    """The chart and all entries as a beancount file; with ``balances``, an assertion for every balance at the end.

    Raises ``PolicyError`` ``unknown_choice``.
    """
    if amounts not in get_args(Amounts):
        hint = f"one of {', '.join(get_args(Amounts))}"
        raise PolicyError("unknown_choice", "there is no such choice", field="amounts", value=amounts, hint=hint)
    names = account_names(ledger.book.chart)
    parts = [f'option "operating_currency" "{ledger.book.code}"\n', 'option "inferred_tolerance_default" "*:0"\n\n']
    opened = min([date(1900, 1, 1), *(entry.date for entry in ledger.entries)])
    parts += (f"{opened} open {names[one.code]}\n  name: {_quoted(one.name)}\n" for one in ledger.book.chart)
    parts += (_entry(ledger, entry, names, amounts) for entry in ledger.entries)
    if balances:
        parts += _balances(ledger, names, amounts)
    return "".join(parts)


def _entry(ledger: Ledger, entry: Entry, names: dict[str, str], amounts: Amounts) -> str:
    head = f"\n{entry.date} * {_quoted(entry.memo)}\n  number: {_quoted(entry.label)}\n"
    if entry.draft.reverses is not None:
        head += f"  reverses: {_quoted(ledger.entry(entry.draft.reverses).label)}\n"
    return head + "".join(_posting(ledger, line, names[line.account], amounts) for line in entry.lines)


def _posting(ledger: Ledger, line: Line, name: str, amounts: Amounts) -> str:
    book = ledger.book
    foreign = amounts == "own" and line.currency != book.code and line.amount != 0
    text = f"{_shown(book.amount(line.base))} {book.code}"
    if foreign:
        worth = _shown(book.amount(abs(line.base)))
        text = f"{_shown(book.amount(line.amount, line.currency))} {line.currency} @@ {worth} {book.code}"
    more = "" if line.party is None else f"    party: {_quoted(line.party)}\n"
    return f"  {name}  {text}\n{more}"


def _balances(ledger: Ledger, names: dict[str, str], amounts: Amounts) -> Iterator[str]:
    """An assertion for the balance of each account and currency, on the day after the last entry."""
    if not ledger.entries:
        return
    totals: dict[tuple[str, str], int] = {}
    for entry in ledger.entries:
        for line in entry.lines:
            foreign = amounts == "own" and line.currency != ledger.book.code and line.amount != 0
            code, minor = (line.currency, line.amount) if foreign else (ledger.book.code, line.base)
            totals[line.account, code] = totals.get((line.account, code), 0) + minor
    after = max(entry.date for entry in ledger.entries) + timedelta(1)
    yield "\n"
    for (account, code), total in totals.items():
        if ledger.book.chart.is_leaf(account):  # an assertion counts what is under the account too
            yield f"{after} balance {names[account]}  {_shown(ledger.book.amount(total, code))} ~ 0 {code}\n"


def _shown(number: Decimal) -> str:
    return decimal_text(number)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
