"""Books as an hledger (or ledger) journal.

    2026-01-05 * (记-1) capital
        assets:1002    100.00 CNY
        equity:3001   -100.00 CNY

Invariant: as for beancount: entries balance, and the balances of every account are ours, to the minor unit.

>>> from jxc.ledger import Account, Book, Chart, Ledger
>>> print(to_hledger(Ledger(Book(Chart("tiny", (Account("1002", "Bank", "asset"),)), "CNY"))), end="")
commodity 1000.00 CNY
account Assets:1002  ; type: A, Bank
"""

from __future__ import annotations

from jxc.formats.names import account_names
from jxc.kernel.exact import decimal_text
from jxc.ledger.entries import Entry, Line
from jxc.ledger.ledger import Ledger

__all__ = ["to_hledger"]

_TYPES = {"asset": "A", "liability": "L", "equity": "E", "income": "R", "expense": "X"}


def to_hledger(ledger: Ledger) -> str:
    """The chart and all entries as a journal."""
    names = account_names(ledger.book.chart)
    used = {line.currency for entry in ledger.entries for line in entry.lines} | {ledger.book.code}
    parts = [f"commodity {_style(ledger, code)} {_commodity(code)}\n" for code in sorted(used)]
    parts += (
        f"account {names[one.code]}  ; type: {_TYPES[one.type]}, {_plain(one.name)}\n" for one in ledger.book.chart
    )
    parts += (_entry(ledger, entry, names) for entry in ledger.entries)
    return "".join(parts)


def _entry(ledger: Ledger, entry: Entry, names: dict[str, str]) -> str:
    code = f"{entry.series}-{entry.number}".replace("(", "[").replace(")", "]")
    head = f"\n{entry.date} * ({code}) {_plain(entry.memo)}\n"
    return head + "".join(_posting(ledger, line, names[line.account]) for line in entry.lines)


def _posting(ledger: Ledger, line: Line, name: str) -> str:
    book = ledger.book
    text = f"{decimal_text(book.amount(line.base))} {_commodity(book.code)}"
    if line.currency != book.code and line.amount:
        worth = decimal_text(book.amount(abs(line.base)))
        own = decimal_text(book.amount(line.amount, line.currency))
        text = f"{own} {_commodity(line.currency)} @@ {worth} {_commodity(book.code)}"
    party = "" if line.party is None else f"  ; party: {_plain(line.party)}"
    return f"    {name}  {text}{party}\n"


def _style(ledger: Ledger, code: str) -> str:
    """A sample amount, from which the program takes the number of places."""
    return decimal_text(ledger.book.amount(1000 * 10 ** ledger.book.currencies.get(code).places, code))


def _commodity(code: str) -> str:
    return code if code.isalpha() else f'"{code}"'


def _plain(text: str) -> str:
    """A text on one line, without what begins a comment or a new field."""
    return " ".join(text.replace(";", ",").replace("|", "/").split())
