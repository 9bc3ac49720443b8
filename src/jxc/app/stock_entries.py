"""What commands did to value, as journal entries: one for each day that a command books on.

    Moves (day, item, place, role, amount)  --valued_rows-->  ValuedRow (event, day, effects)  --plan-->  Planned

Which lines an effect makes is asked of the ``Lines`` handed in; nothing is decided here but which lines stand in one
entry.

Invariant: the lines of an entry add up to nothing, because moves do, day by day; what is on the stock accounts is what
the moves did to stock.

>>> moves = [
...     Move(0, 739621, 739621, 0, "TEA", "WH", "inventory", 200, 10),
...     Move(0, 739621, 739621, 0, "TEA", None, "grni", -200, 0),
... ]
>>> receipt = Event(0, "receipt", 739621, "TEA", 10, 200, id="GR-1")
>>> def lines(row):
...     for effect in row.effects:
...         account = {"inventory": "1405", "grni": "2202"}[effect.role]
...         yield Line(account, effect.amount, effect.amount, "CNY"), Tag("TEA", effect.place, row.about.fact)
>>> [planned] = plan(valued_rows(moves, {0: receipt}, {0: About("GR-1")}), lines)
>>> [(line.account, line.base) for line in planned.draft.lines], planned.tags[0]
([('1405', 200), ('2202', -200)], Tag(item='TEA', place='WH', source='GR-1', party=None))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

from jxc.app.entries import Planned, Tag
from jxc.costing.effects import Effect
from jxc.costing.events import Event
from jxc.costing.late_journal import Move
from jxc.kernel.exact import add_exact
from jxc.ledger.entries import Draft, Line

__all__ = ["STOCK_MODULE", "About", "Event", "Lines", "Move", "ValuedRow", "plan", "valued_rows"]

STOCK_MODULE = "stock"
"""The module of all entries that follow a command about goods."""


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a fact beside its cost.

    ``stated``: by this command, so that its lines name it.  ``surplus``: of a count, whether it found more or less as
    a whole, whichever way its cost has changed now.
    """

    fact: str
    party: str | None = None
    stated: bool = True
    surplus: bool | None = None


_OTHER = About("", stated=False)


@dataclass(frozen=True, slots=True)
class ValuedRow:
    """What a row did, or does now beside what it did before, on the ``day`` on which it is booked."""

    event: Event
    day: int
    effects: Sequence[Effect]
    about: About


Lines: TypeAlias = Callable[[ValuedRow], Iterable[tuple[Line, Tag]]]
"""The lines that a row makes; raises ``LedgerError`` where there is no rule or no account."""


def valued_rows(moves: Iterable[Move], events: Mapping[int, Event], about: Mapping[int, About]) -> Iterator[ValuedRow]:
    """Moves by day and row; ``about``: what is known of the facts of the rows."""
    found: dict[tuple[int, int], dict[tuple[str, str | None, str], tuple[int, int]]] = {}
    for move in moves:
        sums = found.setdefault((move.booked, move.row), {})
        key = (move.item, move.place, move.role)
        amount, qty = sums.get(key, (0, 0))
        sums[key] = (amount + int(move.amount), qty + int(move.qty))
    for day, row in sorted(found):
        event = events[row]
        effects = tuple(
            Effect(role, place, amount, qty, "" if item == event.item else item)  # type: ignore[arg-type]
            for (item, place, role), (amount, qty) in found[day, row].items()
            if amount or qty
        )
        if effects:
            yield ValuedRow(event, day, effects, about.get(row, _OTHER))


def plan(rows: Iterable[ValuedRow], lines: Lines) -> list[Planned]:
    """The entries of one command, in the order of days; a day on which nothing has an amount has none."""
    days: dict[int, list[ValuedRow]] = {}
    for row in rows:
        days.setdefault(row.day, []).append(row)
    found = (_entry(day, days[day], lines) for day in sorted(days))
    return [planned for planned in found if planned is not None]


def _entry(day: int, rows: Sequence[ValuedRow], lines: Lines) -> Planned | None:
    posted = [pair for row in rows for pair in lines(row)]
    if len(rows) > 1:
        posted = _merged(posted)
    if not posted:
        return None
    tags = tuple(tag for _, tag in posted)
    sources = tuple(dict.fromkeys(tag.source for tag in tags if tag.source))
    draft = Draft(
        date.fromordinal(day), tuple(line for line, _ in posted), _memo(rows), module=STOCK_MODULE, sources=sources
    )
    return Planned(draft, tags)


def _merged(posted: Sequence[tuple[Line, Tag]]) -> list[tuple[Line, Tag]]:
    """Lines that are about the same put together, what cancels out left out."""
    sums: dict[tuple[object, ...], tuple[Line, Tag]] = {}
    for line, tag in posted:
        key = (line.account, line.currency, line.red, line.rate, line.party, line.dimensions, line.due, line.memo, tag)
        known = sums.get(key)
        sums[key] = (line if known is None else _sum(known[0], line), tag)
    return [(line, tag) for line, tag in sums.values() if line.base or line.amount]


def _sum(first: Line, other: Line) -> Line:
    quantity = first.quantity
    if other.quantity is not None:
        quantity = other.quantity if quantity is None else add_exact(quantity, other.quantity)
    return replace(first, amount=first.amount + other.amount, base=first.base + other.base, quantity=quantity)


def _memo(rows: Iterable[ValuedRow]) -> str:
    """What the entry is about: the first fact that was stated, by its paper where it names one."""
    for row in rows:
        if row.about.stated:
            return f"{row.event.type.replace('_', ' ')} {row.event.doc or row.about.fact}"[:200]
    return "cost restated"
