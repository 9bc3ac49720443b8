"""What was stated in a history: the facts that stand, by id, as they were handed in, and the rows that they became.

    facts.read(stated)        ->  Entered(rows to put in)
    facts.restate(id, cells)  ->  Entered(rows to put in, rows to take out)

Invariant: nothing is kept before ``keep``; a fact that is restated keeps its place in the order of entry.

>>> facts = Facts(
...     Stated([]), Rows(scales=Scales(2, 0), currency=None), [], Terms(Policy(), Scales(2, 0), None, {}, None)
... )
>>> row = {"id": "GR-1", "date": "2026-01-05", "type": "receipt", "item": "TEA", "qty": 2, "amount": 5}
>>> entered = facts.read([row])
>>> entered.events
[Event(row=0, type='receipt', date=739621, item='TEA', qty=2)]
>>> facts.keep(entered)
>>> facts.named("GR-1").row, facts.number(0)
(0, 1)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from jxc.api.late_read import Stated, Terms, read_late, restated
from jxc.api.rows import Rows
from jxc.costing.events import Event, Scales
from jxc.costing.policy import Policy
from jxc.errors import NotFoundError
from jxc.stock.problem import Problem

__all__ = ["Entered", "Facts", "Policy", "Scales", "no_such_fact"]


@dataclass(frozen=True, slots=True)
class Entered:
    """Facts on their way into the book, each with what was stated and its rows; and the facts and rows that go.

    ``notes``: warnings about what was stated, such as columns that are not read.
    """

    facts: list[tuple[object, list[Event]]] = field(default_factory=list[tuple[object, list[Event]]])
    names: tuple[str, ...] = ()
    cancel: list[int] = field(default_factory=list[int])
    notes: tuple[Problem, ...] = ()

    @property
    def events(self) -> list[Event]:
        """The rows to put in."""
        return [event for _, events in self.facts for event in events]


class Facts:
    """See the module; ``standing``: the rows of the first facts that are in the book."""

    def __init__(self, stated: Stated, rows: Rows, standing: Iterable[Event], terms: Terms) -> None:
        self.terms = terms
        self._first = stated
        self._later: dict[int, list[tuple[int, object]]] = {}
        self._next = rows.n
        self._numbers: Sequence[int] = rows.number
        self._later_numbers: dict[int, int] = {}
        self._count = max(rows.number, default=0)
        self._parts: dict[int, list[int]] = {}
        if rows.parts:
            for row, number in enumerate(rows.number):
                self._parts.setdefault(number, []).append(row)
        self._by_id = {event.id: event for event in standing if event.id}
        self._first_ids = {name: event.row for name, event in self._by_id.items()}
        self._later_ids: dict[str, list[tuple[int, int]]] = {}

    def number(self, row: int) -> int:
        """The number of the fact that a row belongs to, counted from 1 in the order of entry."""
        return self._numbers[row] if row < len(self._numbers) else self._later_numbers[row]

    def numbers_of(self, entered: Entered) -> dict[int, int]:
        """The numbers that rows on their way into the book will have."""
        found: dict[int, int] = {}
        count = self._count
        for _, events in entered.facts:
            fresh = events[0].row >= self._next
            count += fresh
            found.update((event.row, count if fresh else self.number(event.row)) for event in events)
        return found

    def came(self, entered: Entered) -> list[tuple[int, str]]:
        """Number and id of each fact on its way into the book, in the order in which they were stated."""
        numbers = self.numbers_of(entered)
        return [
            (numbers[events[0].row], next((event.id for event in events if event.id), ""))
            for _, events in entered.facts
        ]

    def named(self, name: str) -> Event:
        """The row that stands for the fact of this id; raises ``NotFoundError`` ``no_such_fact``."""
        event = self._by_id.get(name) if isinstance(name, str) else None  # pyright: ignore[reportUnnecessaryIsInstance]
        if event is None:
            raise no_such_fact(name)
        return event

    def row_at(self, name: str, operation: int) -> int:
        """The row of the fact that had this id after an operation, or last before it.

        Raises ``NotFoundError`` ``no_such_fact``.
        """
        later = [row for number, row in self._later_ids.get(name, ()) if number <= operation]
        row = later[-1] if later else self._first_ids.get(name)
        if row is None:
            raise no_such_fact(name)
        return row

    def rows_of(self, name: str) -> list[int]:
        """All rows of the fact of this id."""
        row = self.named(name).row
        return self._parts.get(self.number(row), [row])

    def read(self, stated: Sequence[object]) -> Entered:
        """New facts, read as rows behind those of the book; raises ``FieldError`` for what cannot be read."""
        events, notes = read_late(stated, self._by_id, self._next, self.terms)
        return Entered(list(zip(stated, events, strict=True)), notes=notes)

    def restate(self, name: str, cells: Mapping[str, object]) -> Entered:
        """A fact with some fields stated anew; raises ``FieldError``, ``NotFoundError``."""
        old = self.rows_of(name)
        stated = restated(self.stated(name), cells)
        [events], notes = read_late([stated], self._by_id, self._next, self.terms, anew=name)
        if len(events) == len(old):
            _put_at(events, dict(zip((event.row for event in events), old, strict=True)))
        return Entered([(stated, events)], (name,), old, notes)

    def cancel(self, names: Sequence[str]) -> Entered:
        """Facts that go; raises ``NotFoundError``."""
        return Entered([], tuple(names), [row for name in names for row in self.rows_of(name)])

    def stated(self, name: str, operation: int | None = None) -> object:
        """The fact of this id as it was stated last, or last by an operation; a copy."""
        number = self.number(self.named(name).row if operation is None else self.row_at(name, operation))
        later = [told for at, told in self._later.get(number, ()) if operation is None or at <= operation]
        found = later[-1] if later else self._first[number - 1]
        return dict(cast("Mapping[str, object]", found)) if isinstance(found, Mapping) else found

    def keep(self, entered: Entered, operation: int = 0) -> None:
        """Remember what came and what went."""
        for name in entered.names:
            del self._by_id[name]
        for stated, events in entered.facts:
            number = self._number_for(events)
            self._later.setdefault(number, []).append((operation, stated))
            if len(events) > 1:
                self._parts[number] = [event.row for event in events]
            for event in events:
                if event.id:
                    self._by_id[event.id] = event
                    self._later_ids.setdefault(event.id, []).append((operation, event.row))

    def _number_for(self, events: Sequence[Event]) -> int:
        """The number of a fact: its own if it was there before, else the next."""
        if events[0].row < self._next:
            return self.number(events[0].row)
        self._count += 1
        self._next = max(self._next, *(event.row + 1 for event in events))
        self._later_numbers.update((event.row, self._count) for event in events)
        return self._count


def no_such_fact(name: str) -> NotFoundError:
    """The answer to an id that no fact has."""
    hint = "use the id of a fact that stands; facts without one cannot be named"
    return NotFoundError("no_such_fact", "no standing fact has this id", field="id", value=name, hint=hint)


def _put_at(events: Sequence[Event], rows: Mapping[int, int]) -> None:
    """Give the rows of a fact the numbers of the rows that they replace."""
    for event in events:
        event.row = rows[event.row]
        if event.details.cost_from:
            made_from = tuple(rows.get(row, row) for row in event.details.cost_from)
            event.details = replace(event.details, cost_from=made_from)
