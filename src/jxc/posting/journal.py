"""A journal: events, and the entries that they become, put together as the policy says.

    journal = Journal.of(events, Poster(table, book), PostingPolicy(cost="close"))
    journal.vouchers                    drafts with their reasons, in the order of their days
    later.since(journal)                what changed since, one adjusting entry a period

Rules are linear, so a difference is posted by the rules that posted the whole: a late fact that makes an issue dearer
is an issue of the difference.

Invariant: posting a journal, and then what changed since, comes to what posting the later journal comes to.

>>> from jxc.ledger.accounts import Account
>>> from jxc.ledger.chart import Chart
>>> from jxc.posting.rules import Rule, RuleLine
>>> accounts = (Account("1405", "Goods", "asset"), Account("5401", "Cost of sales", "expense"))
>>> book = Book(Chart("tiny", accounts, {"inventory": "1405", "cost_of_sales": "5401"}), "CNY")
>>> lines = (RuleLine("debit", "cost_of_sales", "cost"), RuleLine("credit", "inventory", "cost"))
>>> poster = Poster(PostingTable("tiny", (Rule("sold", "issue", lines, leave=("*",)),)), book)
>>> first, second = (
...     Journal.of([BusinessEvent.of("issue", "2026-01-15", {"cost": cost}, source="SO-1")], poster)
...     for cost in (6000, 6500)
... )
>>> [line.amount for line in second.since(first)[0].draft.lines], second.since(second)
([500, -500], ())
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from jxc.kernel.frozen import FrozenMap
from jxc.kernel.periods import Period
from jxc.ledger.book import Book
from jxc.ledger.entries import Draft
from jxc.posting.events import BusinessEvent, Portion
from jxc.posting.policy import PostingPolicy, Together
from jxc.posting.poster import Poster, Voucher
from jxc.posting.table import PostingTable

__all__ = ["COST_KINDS", "Journal", "PostingTable", "differences"]

COST_KINDS = frozenset({"issue", "sales_return", "goods_shipped"})
"""The events that carry cost over to where the goods went."""


@dataclass(frozen=True, slots=True)
class Journal:
    """Events and their entries; make one with ``of``."""

    events: tuple[BusinessEvent, ...]
    vouchers: tuple[Voucher, ...]
    poster: Poster
    policy: PostingPolicy

    @classmethod
    def of(cls, events: Iterable[BusinessEvent], poster: Poster, policy: PostingPolicy | None = None) -> Journal:
        """The entries of these events; raises what ``Poster.lines`` raises."""
        chosen = PostingPolicy() if policy is None else policy
        given = tuple(events)
        if chosen.merge != poster.merge:
            poster = Poster(poster.table, poster.book, merge=chosen.merge)
        return cls(given, tuple(_vouchers(given, poster, chosen)), poster, chosen)

    @property
    def drafts(self) -> tuple[Draft, ...]:
        """The entries alone, ready for ``Ledger.post_all``."""
        return tuple(voucher.draft for voucher in self.vouchers)

    def since(self, earlier: Journal, *, closed_until: date | None = None) -> tuple[Voucher, ...]:
        """What changed since an earlier journal was posted: one adjusting entry a period.

        What concerns days up to ``closed_until`` is booked on the day after it.
        """
        first_open = None if closed_until is None else closed_until + timedelta(1)
        groups: dict[date, list[BusinessEvent]] = {}
        for event in differences(earlier.events, self.events):
            day = event.date if first_open is None else max(event.date, first_open)
            groups.setdefault(_last_day(day, self.poster.book), []).append(replace(event, date=day))
        made = (self._adjusting(groups[last]) for last in sorted(groups))
        adjusting = (replace(one, draft=replace(one.draft, kind="adjusting")) for one in made if one is not None)
        return tuple(adjusting)

    def _adjusting(self, events: Sequence[BusinessEvent]) -> Voucher | None:
        """The entry of differences; where they cancel out on every account it says so, debits beside credits."""
        by_side = Poster(self.poster.table, self.poster.book, merge="side")
        memo = "adjusted by late facts"
        return self.poster.voucher(events, memo=memo) or by_side.voucher(events, memo=memo)


def differences(before: Iterable[BusinessEvent], after: Iterable[BusinessEvent]) -> list[BusinessEvent]:
    """What to add to the events before to come to those after: events of differences, in the order of their days."""
    found: dict[tuple[object, ...], BusinessEvent] = {}
    sums: dict[tuple[object, ...], dict[str, dict[FrozenMap[str], list[Portion]]]] = {}
    for events, sign in ((before, -1), (after, 1)):
        for event in events:
            key = (event.kind, event.source, event.doc, event.date, event.attributes, event.currency, event.rate)
            found.setdefault(key, event)
            amounts = sums.setdefault(key, {})
            for name, portions in event.amounts.items():
                for one in portions:
                    held = amounts.setdefault(name, {}).setdefault(one.attributes, [])
                    held.append(one if sign > 0 else _negated(one))
    made = [replace(event, amounts=_totals(sums[key])) for key, event in found.items()]
    return sorted((event for event in made if event.amounts), key=lambda event: event.date)


def _negated(one: Portion) -> Portion:
    foreign = None if one.foreign is None else -one.foreign
    return Portion(-one.amount, one.attributes, foreign, None if one.quantity is None else -one.quantity)


def _totals(amounts: dict[str, dict[FrozenMap[str], list[Portion]]]) -> FrozenMap[tuple[Portion, ...]]:
    totals: dict[str, tuple[Portion, ...]] = {}
    for name, by_attributes in amounts.items():
        summed = (_total(attributes, portions) for attributes, portions in by_attributes.items())
        kept = tuple(one for one in summed if one.amount or one.foreign or one.quantity)
        if kept:
            totals[name] = kept
    return FrozenMap(totals)


def _total(attributes: FrozenMap[str], portions: Sequence[Portion]) -> Portion:
    foreign = [one.foreign for one in portions if one.foreign is not None]
    quantities = [one.quantity for one in portions if one.quantity is not None]
    return Portion(
        sum(one.amount for one in portions),
        attributes,
        sum(foreign) if foreign else None,
        sum(quantities[1:], quantities[0]) if quantities else None,
    )


def _vouchers(events: Sequence[BusinessEvent], poster: Poster, policy: PostingPolicy) -> list[Voucher]:
    groups: dict[tuple[object, ...], list[BusinessEvent]] = {}
    for number, event in enumerate(events):
        carried = event.kind in COST_KINDS
        how = policy.cost if carried else policy.entries
        groups.setdefault(_group(event, number, how, carried, poster.book), []).append(event)
    ordered = sorted(groups.items(), key=lambda pair: (_day(pair[0]), pair[0][0] == "close"))
    made: list[Voucher] = []
    for key, group in ordered:
        at_close = key[0] == "close"
        memo = "cost carried over" if at_close and key[2] else ""
        one = poster.voucher(group, on=_day(key), memo=memo)
        if one is not None:
            made.append(replace(one, draft=replace(one.draft, step="cost")) if memo else one)
    return made


def _day(key: tuple[object, ...]) -> date:
    day = key[1]
    return day if isinstance(day, date) else date.min


def _group(event: BusinessEvent, number: int, how: Together, carried: bool, book: Book) -> tuple[object, ...]:
    """What events share an entry with: the first two are how, and the day of the entry."""
    if how == "close":
        return how, _last_day(event.date, book), carried
    if how == "day":
        return how, event.date, carried
    if how == "document" and event.doc:
        return how, event.date, event.doc
    return "movement", event.date, number


def _last_day(day: date, book: Book) -> date:
    return Period.of(day, "month", book.calendar).last
