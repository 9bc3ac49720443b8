"""One command while it is decided: which it is, what it touched, what it will write.

    Command(id, at, actor)  ->  Recorded: facts, touched item books, entries, an act; and the way back

Invariant: ``take_back`` undoes what was done so far, the latest first, and leaves no trace.

>>> recorded = Recorded(Command("c-1", datetime(2026, 1, 5), "wang"), "insert")
>>> recorded.undo.append(lambda: print("undone"))
>>> recorded.take_back()
undone
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from jxc.api.business.item_book import ItemBook, Step
from jxc.app.entries import Planned
from jxc.costing.late_journal import Move
from jxc.ports import FactRecord, PeriodRecord, SettingRecord

__all__ = ["Act", "Command", "Recorded", "Touched"]


@dataclass(frozen=True, slots=True)
class Command:
    """Which command it is: what the shell gave it."""

    id: str
    at: datetime
    actor: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Touched:
    """A step of a command on one item book, with what it booked, and which facts it stated."""

    book: ItemBook
    step: Step
    moves: tuple[Move, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Act:
    """What an act on the book itself writes beside its command."""

    insert: tuple[SettingRecord, ...] = ()
    put: tuple[PeriodRecord, ...] = ()
    more: Mapping[str, Any] | None = None


@dataclass(slots=True)
class Recorded:
    """What one command writes about stock: its facts, what it touched, its entries."""

    command: Command
    verb: str
    facts: list[FactRecord] = field(default_factory=list[FactRecord])
    touched: list[Touched] = field(default_factory=list[Touched])
    entries: list[Planned] = field(default_factory=list[Planned])
    act: Act | None = None
    booked_from: date | None = None
    undo: list[Callable[[], None]] = field(default_factory=list[Callable[[], None]])

    def take_back(self) -> None:
        """Undo what was done so far, the latest first."""
        while self.undo:
            self.undo.pop()()
