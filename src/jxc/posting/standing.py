"""The standing check: what goods cost, on hand and on the way, is what stands on their accounts.

    cost of goods on hand and in transit            by the movements
    + goods shipped whose revenue is to come
    - costed, not carried over                      the entry is not made yet, or the table makes none before the close
    - estimate reversed                             taken back on the first of the month, the invoice not here yet
    = accounts of goods                             小企业: 1403 + 1405 + 1406 + in transit ± 1404 - 1407

What was issued and has no cost yet has no amount either; it is listed.  Impairment is checked against its own list.

Invariant: ``difference`` is zero exactly where every entry on the accounts of goods says what its facts say; where it
is not, ``first`` names the first fact and entry that differ.

>>> from datetime import UTC, datetime
>>> from jxc.ledger.accounts import Account
>>> from jxc.ledger.chart import Chart
>>> from jxc.posting.rules import Rule, RuleLine
>>> accounts = (Account("1405", "Goods", "asset"), Account("2202", "Payable", "liability"))
>>> book = Book(Chart("tiny", accounts, {"inventory": "1405", "grni": "2202", "goods_shipped": "1405"}), "CNY")
>>> lines = (RuleLine("debit", "goods", "value"), RuleLine("credit", "grni", "value"))
>>> table = PostingTable("tiny", (Rule("in", "receipt", lines, leave=("*",)),), (AccountRow("goods", "inventory"),))
>>> poster, ledger = Poster(table, book), Ledger(book)
>>> event = BusinessEvent.of("receipt", "2026-01-05", {"cost": 100}, source="GR-1")
>>> check = standing_check([event], ledger, poster)
>>> str(check.goods), str(check.accounts), str(check.costed_not_carried_over), check.holds
('1.00', '0.00', '1.00', True)
>>> wrong = book.entry("2026-01-05", book.debit("1405", "0.90"), book.credit("2202", "0.90"), sources=("GR-1",))
>>> posted = ledger.post(wrong, at=datetime(2026, 1, 5, tzinfo=UTC))
>>> print(standing_check([event], ledger, poster).first)
GR-1 in 2026-01 记-1: 0.90 on the accounts of goods, 1.00 by the movements
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from jxc.kernel.dates import parse_date
from jxc.ledger.book import Book
from jxc.ledger.entries import Entry, modules_of
from jxc.ledger.ledger import Ledger
from jxc.posting.events import BusinessEvent
from jxc.posting.journal import Journal
from jxc.posting.poster import Poster
from jxc.posting.rules import AccountRow
from jxc.posting.table import ACCOUNT, PostingTable
from jxc.posting.vocabulary import KINDS

__all__ = ["AccountRow", "Difference", "StandingCheck", "goods_accounts", "not_in_books", "standing_check", "value_of"]

GOODS_ROLES = ("goods", "goods_shipped")
"""The roles that goods which are ours stand on, on hand, on the way, or shipped before their revenue."""

_ESTIMATES = frozenset({"estimate", "estimate_reversed"})
_SIGNS: Mapping[str, tuple[tuple[str, int], ...]] = MappingProxyType({
    **dict.fromkeys(("opening", "receipt", "production", "adjust_in", "count_surplus"), (("value", 1),)),
    **dict.fromkeys(("sales_return", "landed_cost", "invoice_price_change", "revalue"), (("value", 1),)),
    **dict.fromkeys(("issue", "consumption", "scrap", "adjust_out"), (("value", -1),)),
    **dict.fromkeys(("count_shortage", "purchase_return"), (("value", -1),)),
    "standard_price": (("value", 1),),
    "transfer": (("arrived", 1), ("left", -1)),
    "purchase_bill": (("stock_difference", 1), ("on_the_way", 1)),
    "arrival": (("cost", -1),),
    "goods_shipped": (("cost", -1),),
    "sales_invoice": (("cost", -1),),
})  # fmt: skip
"""What a kind does to the cost of goods that are ours."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The first fact and entry that differ: what stands on the accounts of goods, and what the movements say."""

    source: str
    entry: str
    accounts: Decimal
    goods: Decimal

    def __str__(self) -> str:
        named = f"{self.source} in {self.entry}" if self.source and self.entry else self.source or self.entry
        return f"{named}: {self.accounts} on the accounts of goods, {self.goods} by the movements"


@dataclass(frozen=True, slots=True)
class StandingCheck:
    """What stands on the accounts of goods against what the movements say; see the module.

    ``shipped`` is part of ``goods``; ``difference`` what the accounts hold beyond what they should.
    """

    goods: Decimal
    shipped: Decimal
    accounts: Decimal
    costed_not_carried_over: Decimal
    estimate_reversed: Decimal
    issued_not_costed: tuple[str, ...]
    difference: Decimal
    allowance_difference: Decimal
    first: Difference | None

    @property
    def holds(self) -> bool:
        """Whether the books agree with the goods."""
        return not self.difference and not self.allowance_difference and self.first is None


@dataclass(frozen=True, slots=True)
class _Told:
    """An event, what it did to the cost of goods, and what the table puts on their accounts."""

    event: BusinessEvent
    value: int
    lines: int


def standing_check(
    events: Iterable[BusinessEvent],
    ledger: Ledger,
    poster: Poster,
    *,
    on: date | str | None = None,
    uncosted: Sequence[str] = (),
    allowance: Decimal | None = None,
) -> StandingCheck:
    """Compare events with a ledger at the end of a day.

    ``uncosted``: the movements that have no cost yet; ``allowance``: the sum of the list of write-downs, if it is to
    be checked.
    """
    book, day = ledger.book, None if on is None else parse_date(on, field="on")
    known = [event for event in events if day is None or event.date <= day]
    accounts = goods_accounts(poster)
    entries = [one for one in _standing(ledger) if day is None or one.date <= day]
    posted = {source for one in entries for source in one.draft.sources}
    told = [_Told(event, value_of(event), _on_goods(poster, event, accounts)) for event in known]
    goods = shipped = waiting = estimates = 0
    for one in told:
        event, value, lines = one.event, one.value, one.lines
        goods, shipped = goods + value, shipped + _shipped(event)
        if _is_estimate(event):
            estimates += value - lines
        elif not lines or event.kind == "stock_variation":
            waiting += value - lines
        waiting += 0 if event.source in posted else lines
    held = sum(line.base for one in entries for line in one.lines if line.account in accounts)
    beyond = 0
    if allowance is not None:
        listed = poster.account("stock_allowance", {}).code
        beyond = -book.minor(ledger.balance(listed, on=day)) - book.minor(allowance)
    return StandingCheck(
        book.amount(goods),
        book.amount(shipped),
        book.amount(held),
        book.amount(waiting),
        book.amount(estimates),
        tuple(uncosted),
        book.amount(held - (goods - waiting - estimates)),
        book.amount(beyond),
        _first_difference(told, entries, book, accounts) or _misposted(told, poster),
    )


def not_in_books(journal: Journal, ledger: Ledger, *, on: date | None = None) -> tuple[str, ...]:
    """The facts of goods up to a day that the journal has an entry for, and no standing entry up to that day names."""
    entries = [one for one in _standing(ledger) if on is None or one.date <= on]
    posted = {source for one in entries for source in one.draft.sources}
    wanted = {source for draft in journal.drafts for source in draft.sources} - posted
    known = (event for event in journal.events if on is None or event.date <= on)
    return tuple(dict.fromkeys(one.source for one in known if one.source in wanted and _is_of_goods(one)))


def _is_of_goods(event: BusinessEvent) -> bool:
    return "stock" in modules_of(KINDS[event.kind].module)


def value_of(event: BusinessEvent) -> int:
    """What an event did to the cost of goods that are ours, shipped ones included, in minor units."""
    value = sum(sign * event.total(name) for name, sign in _SIGNS.get(event.kind, ()))
    return value + (_shipped(event) if event.kind in ("issue", "sales_return") else 0)


def goods_accounts(poster: Poster) -> frozenset[str]:
    """The accounts that goods may stand on by the table."""
    found: set[str] = set()
    chart = poster.book.chart
    for player in _players(poster.table):
        if player.startswith(ACCOUNT):
            found.add(player.removeprefix(ACCOUNT))
        elif player in chart.roles:
            found.add(chart.role(player).code)
    return frozenset(found)


def _players(table: PostingTable) -> list[str]:
    """Who may play the roles of goods in the end."""
    found, step = list[str](), list(GOODS_ROLES)
    while step:
        role = step.pop()
        rows = [row.to for row in table.accounts if row.role == role]
        always = any(row.role == role and not row.when.words for row in table.accounts)
        found += [] if always else [role]
        step += [to for to in rows if not to.startswith(ACCOUNT)]
        found += [to for to in rows if to.startswith(ACCOUNT)]
    return found


def _is_estimate(event: BusinessEvent) -> bool:
    """Whether what it does to the accounts of goods is a matter of estimates: made, taken back, met by an invoice."""
    return event.kind in _ESTIMATES or (event.kind == "purchase_bill" and "estimate_way" in event.attributes)


def _misposted(told: Sequence[_Told], poster: Poster) -> Difference | None:
    """The first event that the table puts on the accounts of goods with another amount than it moved."""
    for one in told:
        by_itself = _is_estimate(one.event) or one.event.kind == "stock_variation"
        if one.lines not in (0, one.value) and not by_itself:
            rule = poster.rule(one.event)
            return _difference(poster.book, one.event.source, f"rule {rule.id}", one.lines, one.value)
    return None


def _shipped(event: BusinessEvent) -> int:
    """What an event did to goods shipped before their revenue."""
    if event.kind in ("goods_shipped", "sales_invoice"):
        return -event.total("cost")
    later = event.attributes.get("revenue_point", "delivery") != "delivery"
    if not later or event.attributes.get("reason") != "sale":
        return 0
    return event.total("cost") if event.kind == "issue" else -event.total("cost") if event.kind == "sales_return" else 0


def _on_goods(poster: Poster, event: BusinessEvent, accounts: frozenset[str]) -> int:
    return sum(one.line.base for one in poster.lines(event) if one.line.account in accounts)


def _standing(ledger: Ledger) -> list[Entry]:
    """The entries that stand: those taken back, and what took them back, are gone."""
    return [one for one in ledger.entries if one.draft.reverses is None and ledger.reversed_by(one.id) is None]


def _first_difference(
    told: Sequence[_Told], entries: Sequence[Entry], book: Book, accounts: frozenset[str]
) -> Difference | None:
    """Entries that share a fact are compared together: an adjusting entry adds to what the first one said."""
    by_source: dict[str, int] = {}
    for one in told:
        by_source[one.event.source] = by_source.get(one.event.source, 0) + one.lines
    for group in _groups(entries, by_source, accounts):
        sources = dict.fromkeys(source for entry in group for source in entry.draft.sources if source in by_source)
        held = sum(line.base for entry in group for line in entry.lines if line.account in accounts)
        lines = sum(by_source[source] for source in sources)
        if held != lines:
            named = next(iter(sources or group[0].draft.sources), "")
            return _difference(book, named, group[0].label, held, lines)
    return None


def _difference(book: Book, source: str, label: str, held: int, told: int) -> Difference:
    return Difference(source, label, book.amount(held), book.amount(told))


def _groups(
    entries: Sequence[Entry], known: Mapping[str, object], accounts: frozenset[str]
) -> Iterable[Sequence[Entry]]:
    """Entries that concern goods, those that share a fact together, in the order of their first day."""
    group_of: dict[str, list[Entry]] = {}
    groups: dict[int, list[Entry]] = {}
    for entry in sorted(entries, key=lambda one: (one.date, one.recorded_at)):
        sources = entry.draft.sources
        if known.keys().isdisjoint(sources) and not any(line.account in accounts for line in entry.lines):
            continue
        merged = [entry]
        for found in {id(group_of[source]): group_of[source] for source in sources if source in group_of}.values():
            merged = found + merged
            groups.pop(id(found), None)
        groups[id(merged)] = merged
        for one in merged:
            group_of.update((source, merged) for source in one.draft.sources)
    return sorted(groups.values(), key=lambda group: group[0].date)
