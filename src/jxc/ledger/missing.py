"""Entries that others made for a ledger, such as those of a posting table: what of them does not stand in it yet.

    missing_entries(ledger, journal.drafts)     all of them, at first
    missing_entries(ledger, journal.drafts)     none, once they are posted
    MonthEnd(entries=journal.drafts)            the same as a step of the close

Drafts of one period are held against the entries that stand there and share a fact (source) with one of them; the cost
of the period (结转成本) against all that carried cost over, whoever made it.  What stands for another
amount is brought to the right one by the difference.

Invariant: once what is missing is posted, nothing is; an entry that was taken back is missing again.

>>> from datetime import UTC, datetime
>>> from jxc.ledger.accounts import Account
>>> from jxc.ledger.book import Book
>>> from jxc.ledger.chart import Chart
>>> book = Book(Chart("tiny", (Account("1405", "Goods", "asset"), Account("2202", "Payable", "liability"))), "CNY")
>>> ledger, now = Ledger(book), datetime(2026, 1, 5, tzinfo=UTC)
>>> draft = book.entry("2026-01-05", book.debit("1405", "1"), book.credit("2202", "1"), sources=("GR-1",))
>>> len(ledger.post_all(missing_entries(ledger, [draft]), at=now)), list(missing_entries(ledger, [draft]))
(1, [])
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

from jxc.ledger.entries import Draft, Entry, Line
from jxc.ledger.ledger import Ledger

__all__ = ["COST_STEP", "missing_entries"]

COST_STEP = "cost"
"""The step of closing that carries cost over."""

_Sums: TypeAlias = dict[Line, tuple[int, int]]


def missing_entries(ledger: Ledger, drafts: Iterable[Draft]) -> Iterator[Draft]:
    """The drafts that do not stand yet, in their order, and what is missing of those that stand otherwise.

    A draft without sources is known by its day and memo.  The entry of a fact that no draft names stands; ``reverse``
    takes it back.  Raises ``LedgerError`` ``adjustment_date`` for an adjustment that is not at year's end.
    """
    groups: dict[str, list[Draft]] = {}
    for draft in drafts:
        period = ledger.periods.key_of(draft.date, adjustment=draft.adjustment)
        groups.setdefault(period, []).append(draft)
    for period, group in groups.items():
        yield from _missing_of(group, _standing(ledger, period, group))


def _missing_of(group: Sequence[Draft], entries: Sequence[Entry]) -> Iterator[Draft]:
    """What is missing of the drafts of one period."""
    posted = {name for entry in entries for name in _names(entry.draft)}
    carried = any(entry.draft.step == COST_STEP for entry in entries)
    known = list[Draft]()
    for draft in group:
        if not posted.isdisjoint(_names(draft)) or (draft.step == COST_STEP and carried):
            known.append(draft)
        else:
            yield draft
    if not known:
        return
    sums: _Sums = {}
    for lines, sign in (*((draft.lines, 1) for draft in known), *((entry.lines, -1) for entry in entries)):
        for line in lines:
            amount, base = sums.get(_place(line), (0, 0))
            sums[_place(line)] = (amount + sign * line.amount, base + sign * line.base)
    rest = [replace(place, amount=sizes[0], base=sizes[1]) for place, sizes in sums.items() if any(sizes)]
    if rest:
        lines = tuple(sorted(rest, key=lambda line: line.side == "credit"))
        sources = tuple(dict.fromkeys(name for draft in known for name in draft.sources))
        step = COST_STEP if any(draft.step == COST_STEP for draft in known) else known[-1].step
        made = replace(known[-1], lines=lines, sources=sources, kind="adjusting", step=step)
        yield replace(made, memo=f"{made.memo}, the difference")


def _names(draft: Draft) -> tuple[str, ...]:
    """The facts of a draft; one without any is known by its day and memo."""
    return draft.sources or (f"{draft.date} {draft.memo}",)


def _standing(ledger: Ledger, period: str, group: Sequence[Draft]) -> list[Entry]:
    """The entries of a period that share a fact with drafts, and those that carried its cost over where drafts do."""
    used = [period] if period in ledger.turnovers.periods else []
    names = {name for draft in group for name in _names(draft)}
    carries = any(draft.step == COST_STEP for draft in group)
    return [
        one
        for one in ledger.turnovers.entries(used)
        if (not names.isdisjoint(_names(one.draft)) or (carries and one.draft.step == COST_STEP))
        and one.draft.reverses is None
        and ledger.reversed_by(one.id) is None
    ]


def _place(line: Line) -> Line:
    """Where a line stands, without how much."""
    return Line(line.account, 1, 1, line.currency, rate=line.rate, party=line.party, dimensions=line.dimensions)
