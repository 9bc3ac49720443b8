"""Open items: what is left of every claim or debt of a party, and of what came in against it.

    C-09   INV-1  100.00  due 03-01    left  60.00
    C-09   INV-2   50.00  due 04-15    left   0.00   paid with reference INV-2
    C-09   paid in advance             left -20.00

What settles what is decided in this order: a reversal takes back just what it reverses; links that somebody made; a
payment taken back in red takes from payments; lines with one reference belong together; the rest by policy, the oldest
first or left open.

Invariant: what is left of all items of a party is its balance, to the cent; nothing is settled beyond its size.

>>> bill = Item("1#1", "C", date(2026, 1, 5), date(2026, 2, 5), 100, 100)
>>> settle_pair(bill, Item("2#1", "C", date(2026, 2, 1), date(2026, 2, 1), -30, -30)), bill.left
(30, 70)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, TypeAlias, get_args

from jxc.errors import CurrencyError, LedgerError, PolicyError
from jxc.kernel.dates import parse_date
from jxc.kernel.link import Link, live_links
from jxc.ledger.entries import Entry, Line
from jxc.ledger.ledger import Ledger
from jxc.reports.span import Day

__all__ = ["By", "Item", "OpenItem", "Rest", "Settling", "items_of", "open_items", "settle_pair"]

By: TypeAlias = Literal["due", "document"]
"""Which day makes an item old: that on which it falls due, or that of its entry."""

Rest: TypeAlias = Literal["oldest_first", "open"]
"""What becomes of payments that nothing says the purpose of: set against the oldest, or left open."""


@dataclass(slots=True)
class Item:
    """A line while it is being settled: a claim above zero, what came in below, in minor units."""

    line: str
    party: str
    day: date
    due: date
    size: int
    left: int
    reference: str = ""
    red: bool = False
    reverses: str = ""

    @property
    def is_charge(self) -> bool:
        """Whether it stands on the side of claims; a red line stands on the side of what it takes back."""
        return (self.size > 0) != self.red


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A line of a party: its size and what is left of it, above zero what is owed."""

    line: str
    party: str
    day: date
    due: date
    reference: str
    size: Decimal
    left: Decimal


@dataclass(frozen=True, slots=True)
class Settling:
    """How items are settled and which are asked for.  Raises ``PolicyError`` ``unknown_choice``."""

    links: tuple[Link, ...] = ()
    rest: Rest = "oldest_first"
    by: By = "due"
    currency: str | None = None
    known_at: datetime | None = None
    where: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        for name, word, words in (("rest", self.rest, get_args(Rest)), ("by", self.by, get_args(By))):
            if word not in words:
                hint = f"one of {', '.join(words)}"
                raise PolicyError("unknown_choice", "there is no such choice", field=name, value=word, hint=hint)

    def takes(self, line: Line) -> bool:
        """Whether a line has the dimensions that are asked for."""
        return all(line.dimension(name) == value for name, value in (self.where or {}).items())


def open_items(
    ledger: Ledger,
    account: str,
    on: Day,
    *,
    links: Iterable[Link] = (),
    rest: Rest = "oldest_first",
    by: By = "due",
    currency: str | None = None,
    known_at: datetime | None = None,
    where: Mapping[str, str] | None = None,
) -> tuple[OpenItem, ...]:
    """The items of an account with something left, by party and due date; claims of an asset, debts of a liability.

    A line is named by its entry and its number: ``2026-01 记-5#1``.  ``links`` say which lines belong together, by an
    amount in the currency of the report.  Raises ``PolicyError`` ``unknown_choice``; ``DateError``; ``LedgerError``
    ``unknown_account``, ``unknown_dimension``, ``unknown_entry``, ``unknown_line``, ``link_same_side``,
    ``link_beyond_line``; ``CurrencyError`` ``currency_mismatch``.
    """
    asked = Settling(tuple(links), rest, by, currency, known_at, where)
    amount = ledger.book.amount
    return tuple(
        OpenItem(
            *(one.line, one.party, one.day, one.due, one.reference),
            amount(one.size, currency),
            amount(one.left, currency),
        )
        for one in items_of(ledger, account, on, asked)
        if one.left
    )


def items_of(ledger: Ledger, account: str, on: Day, asked: Settling) -> list[Item]:
    """All items, settled as ``open_items`` says, by party and day."""
    day, currency = parse_date(on, field="on"), asked.currency
    ledger.check_where(asked.where)
    book = ledger.book
    code = book.currencies.get(book.code if currency is None else currency).code
    sign = 1 if book.chart.get(account).side == "debit" else -1
    codes = {found.code for found in book.chart.under(account)}
    items = list[Item]()
    for entry in ledger.known(asked.known_at):
        if entry.date <= day:
            for number, line in enumerate(entry.lines, 1):
                size = sign * (line.base if currency is None else line.amount if line.currency == code else 0)
                if line.account in codes and size and asked.takes(line):
                    items.append(_item(entry, number, line, size))
    items.sort(key=lambda one: (one.party, *((one.due, one.day) if asked.by == "due" else (one.day, one.due))))
    _take_back(items)
    _settle_linked(ledger, items, live_links(asked.links), code)
    _settle_groups(items, lambda one: one.party, lambda one: not one.is_charge)
    _settle_groups(items, lambda one: (one.party, one.reference) if one.reference else None)
    if asked.rest == "oldest_first":
        _settle_groups(items, lambda one: one.party)
    return items


def settle_pair(one: Item, other: Item, most: int | None = None) -> int:
    """Set two items of opposite sign against each other, at most so much; how much it was."""
    size = min(abs(one.left), abs(other.left)) if (one.left > 0) != (other.left > 0) else 0
    size = size if most is None else min(size, most)
    one.left -= size if one.left > 0 else -size
    other.left -= size if other.left > 0 else -size
    return size


def _item(entry: Entry, number: int, line: Line, size: int) -> Item:
    due = entry.date if line.due is None else line.due
    name = f"{entry.id}#{number}"
    reverses = "" if entry.draft.reverses is None else f"{entry.draft.reverses}#{number}"
    return Item(name, line.party or "", entry.date, due, size, size, line.reference, line.red, reverses)


def _take_back(items: Iterable[Item]) -> None:
    """A reversal takes back what it reverses: the line of its place, or another of its entry with that amount."""
    by_line = {one.line: one for one in items}
    by_entry: dict[str, list[Item]] = {}
    for one in by_line.values():
        by_entry.setdefault(one.line.rpartition("#")[0], []).append(one)
    for one in by_line.values():
        if one.reverses:
            others = by_entry.get(one.reverses.rpartition("#")[0], [])
            fitting = [other for other in others if (other.party, other.left) == (one.party, -one.left)]
            fitting.sort(key=lambda other: other.line != one.reverses)
            for other in fitting[:1]:
                settle_pair(one, other)


def _settle_linked(ledger: Ledger, items: Iterable[Item], links: Iterable[Link], code: str) -> None:
    by_line = {one.line: one for one in items}
    for link in links:
        for line in (link.from_line, link.to_line):
            _check_line(ledger, line)
        one, other = by_line.get(link.from_line), by_line.get(link.to_line)
        if one is None or other is None or link.amount is None:
            continue  # of another account, of a later day, or of goods
        if link.amount.currency.code != code:
            raise CurrencyError("currency_mismatch", f"the report is in {code}", field="links", value=link.id)
        if (one.size > 0) == (other.size > 0):
            raise LedgerError("link_same_side", "a link joins a claim and what came in", field="links", value=link.id)
        size = ledger.book.minor(link.amount.value, code)
        if settle_pair(one, other, size) < size:
            raise LedgerError("link_beyond_line", "more than is left of a line", field="links", value=link.id)


def _check_line(ledger: Ledger, line: str) -> None:
    entry, _, number = line.rpartition("#")
    if not entry or not number.isdigit() or not 1 <= int(number) <= len(ledger.entry(entry).lines):
        raise LedgerError("unknown_line", "a line is its entry and number", field="links", value=line, hint="JV-1#2")


def _settle_groups(
    items: Iterable[Item], group_of: Callable[[Item], object], chosen: Callable[[Item], bool] | None = None
) -> None:
    """Set the items of each group against each other, the oldest first."""
    groups: dict[object, tuple[list[Item], list[Item]]] = {}
    for one in items:
        group = group_of(one)
        if one.left and group is not None and (chosen is None or chosen(one)):
            groups.setdefault(group, ([], []))[one.left < 0].append(one)
    for claims, paid in groups.values():
        at = 0
        for one in paid:
            while one.left and at < len(claims):
                settle_pair(claims[at], one)
                at += not claims[at].left
