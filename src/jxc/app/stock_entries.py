"""What commands did to value, as journal entries: one for each day that a command books on.

    Moves (day, item, place, role, amount)  ->  Planned entries, lines with item, place and fact

Which account plays a role is asked of the ``Accounts`` handed in; nothing is decided here but which lines stand in one
entry.

Invariant: the lines of an entry add up to nothing, because moves do, day by day; what is on the stock accounts is what
the moves did to stock.

>>> moves = [
...     Move(0, 739621, 739621, 0, "TEA", "WH", "inventory", 200, 10),
...     Move(0, 739621, 739621, 0, "TEA", None, "grni", -200, 0),
... ]
>>> [planned] = plan(moves, lambda role, about: {"inventory": "1405", "grni": "2202"}[role], {0: About("GR-1")}, "CNY")
>>> [(line.account, line.base) for line in planned.draft.lines], planned.tags[0]
([('1405', 200), ('2202', -200)], Tag(item='TEA', place='WH', source='GR-1', party=None))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from jxc.app.entries import Planned, Tag
from jxc.costing.effects import Role
from jxc.costing.late_journal import Move
from jxc.kernel.dimension import Dimensions
from jxc.ledger.entries import Draft, Line

__all__ = ["About", "Accounts", "Move", "plan"]


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a stated fact beside its cost: ``red``: it is taken back, and its lines stand red."""

    fact: str
    type: str = ""
    party: str | None = None
    reason: str | None = None
    doc: str | None = None
    red: bool = False


_OTHER = About("")

Accounts: TypeAlias = Callable[[Role, About], str]
"""The account that plays a role for a fact; raises ``LedgerError`` where there is none."""

_Key: TypeAlias = tuple[str, str, str | None, About]


@dataclass(slots=True)
class _Day:
    sums: dict[_Key, int] = field(default_factory=dict[_Key, int])


def plan(moves: Iterable[Move], accounts: Accounts, about: Mapping[int, About], currency: str) -> list[Planned]:
    """The entries of one command, by day; ``about``: the rows that were stated, by row; others were re-costed."""
    days: dict[int, _Day] = {}
    for move in moves:
        if move.amount:
            told = about.get(move.row, _OTHER)
            sums = days.setdefault(move.booked, _Day()).sums
            key = (move.role, move.item, move.place, told)
            sums[key] = sums.get(key, 0) + int(move.amount)
    found = (_entry(day, days[day].sums, accounts, currency) for day in sorted(days))
    return [planned for planned in found if planned is not None]


def _entry(day: int, sums: Mapping[_Key, int], accounts: Accounts, currency: str) -> Planned | None:
    lines: list[Line] = []
    tags: list[Tag] = []
    for (role, item, place, told), amount in sums.items():
        if amount:
            party = told.party
            lines.append(
                Line(
                    accounts(role, told),  # type: ignore[arg-type]
                    amount,
                    amount,
                    currency,
                    red=told.red,
                    party=party,
                    dimensions=_dimensions(item, place),
                )
            )
            tags.append(Tag(item or None, place, told.fact or None, party))
    if not lines:
        return None
    sources = tuple(dict.fromkeys(tag.source for tag in tags if tag.source))
    draft = Draft(date.fromordinal(day), tuple(lines), _memo(sums), module="stock", sources=sources)
    return Planned(draft, tuple(tags))


def _memo(sums: Iterable[_Key]) -> str:
    """What the entry is about: the first fact that was stated, by its paper where it names one."""
    for _, _, _, told in sums:
        if told.fact:
            return f"{told.type} {told.doc or told.fact}"[:200]
    return "cost restated"


def _dimensions(item: str, place: str | None) -> Dimensions:
    names = {"item": item} if item else {}
    return Dimensions({**names, "place": place} if place else names)
