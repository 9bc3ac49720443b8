"""The standing facts of items that belong together, valued and open to change, with where each is recorded.

    FactRecords of the items, in their order  ->  ItemBook  <->  what a command adds, takes out, states anew

A book of items is a projection that one process keeps at hand; it may be dropped at any time and read again.

Invariant: the rows are numbered in the order of entry, and their costs are those of one valuation of all standing
facts; ``undo`` takes the latest step back and leaves no trace of it.

>>> from jxc.costing.policy import Policy
>>> from jxc.costing.registry import builtin_methods
>>> terms = Terms(Policy(), Scales(2, 3), None, {}, None)
>>> book = ItemBook("TEA", terms, builtin_methods())
>>> came = book.insert({"GR-1": {"type": "receipt", "date": "2026-01-05", "item": "TEA", "qty": "3", "amount": "1"}})
>>> [(book.fact_of[change.row], change.difference) for change in came.changes], book.rows
([('GR-1', 100)], 1)
>>> came.undo()
>>> book.rows
0
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from jxc.api.business.plain_rows import PlainReader
from jxc.api.business.stating import fact_of
from jxc.api.late_read import Terms, read_late, renumbered
from jxc.costing.events import Event, Scales
from jxc.costing.late_book import LateBook
from jxc.costing.late_changes import RowChange
from jxc.costing.late_journal import LateJournal
from jxc.costing.methods import MethodRegistry
from jxc.errors import FieldError, NumberError
from jxc.ports import FactRecord

__all__ = ["Home", "ItemBook", "Scales", "Step"]

Body = Mapping[str, Any]


class Home(NamedTuple):
    """Where a fact is recorded: under which head, at which version of it, and when."""

    item: str
    version: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """What one change did; ``undo`` holds for the latest one; ``parts``: which part of its fact a row was that left."""

    changes: Sequence[RowChange]
    undo: Callable[[], None]
    parts: Mapping[int, int] = field(default_factory=dict[int, int])


class ItemBook:
    """See the module.  ``head`` names the item that heads the group.

    ``version`` and ``stamp`` are those of the head that it is read up to.  The stamp is the latest command: a host may
    roll back what it had us commit, and others then go on another way.
    """

    def __init__(self, head: str, terms: Terms, methods: MethodRegistry) -> None:
        self.head = head
        self.members: tuple[str, ...] = (head,)
        self.version = 0
        self.stamp = ""
        self.late = LateBook(terms.policy, terms.scales, methods, ())
        self.forward = LateJournal()
        self.by_id: dict[str, Event] = {}
        self.fact_of: dict[int, str] = {}
        self.homes: dict[str, Home] = {}
        self.stated_by: dict[str, str] = {}
        self.parties: dict[str, str] = {}
        self._parts: dict[str, list[int]] = {}
        self._next = 0
        self._terms = terms
        self._methods = methods
        self._plain = PlainReader(terms)

    @property
    def rows(self) -> int:
        """How many rows stand: what the book weighs."""
        return len(self.late.events)

    def rows_of(self, name: str) -> list[int]:
        """The rows of a standing fact."""
        return self._parts.get(name) or [self.by_id[name].row]

    # -- reading what is recorded --------------------------------------------------------------------------------------

    def load(self, records: Iterable[FactRecord]) -> None:
        """Read all facts, in the order they were recorded; the book has to be new."""
        standing: dict[str, FactRecord] = {}
        for record in records:
            self.know(record)
            if record.verb == "insert":
                standing[record.id] = record
            elif record.verb == "cancel":
                standing.pop(record.refers_to or "", None)
            else:
                _restate(standing, record)
        events = self._read({name: record.body for name, record in standing.items()})
        self.late = LateBook(
            self._terms.policy, self._terms.scales, self._methods, [event for rows in events.values() for event in rows]
        )
        for name, rows in events.items():
            self._keep(name, rows)

    def catch_up(self, records: Iterable[FactRecord]) -> None:
        """Take in what others recorded meanwhile, one command after the other."""
        commands: dict[str, list[FactRecord]] = {}
        for record in records:
            self.know(record)
            commands.setdefault(record.command, []).append(record)
        for recorded in commands.values():
            self._follow(recorded)

    def know(self, record: FactRecord) -> Callable[[], None]:
        """Remember where a fact is recorded, by what it was stated last, whom it concerns; the way back."""
        name = record.refers_to or record.id
        tables: tuple[dict[str, Any], ...] = (self.homes, self.stated_by, self.parties)
        before = [table.get(name) for table in tables]
        if record.verb == "insert":
            self.homes[name] = home_of(record)
        if record.verb == "change":
            self.stated_by[name] = record.id
        if record.verb != "cancel":
            _set(self.parties, name, record.party)

        def undo() -> None:
            for table, value in zip(tables, before, strict=True):
                _set(table, name, value)

        return undo

    def _follow(self, records: Sequence[FactRecord]) -> None:
        came = {record.id: record.body for record in records if record.verb == "insert"}
        if came:
            self.insert(came)
        gone = [record.refers_to or "" for record in records if record.verb == "cancel"]
        if gone:
            self.cancel(gone)
        for record in records:
            if record.verb == "change":
                self.change(record.refers_to or "", record.body)

    # -- changes -------------------------------------------------------------------------------------------------------

    def insert(self, bodies: Mapping[str, Body]) -> Step:
        """Put facts in, by their ids; raises ``FieldError``, ``StockError``."""
        before = self._next
        events = self._read(bodies)
        try:
            done = self.late.amend(enter=[event for rows in events.values() for event in rows])
        except BaseException:
            self._next = before
            raise
        for name, rows in events.items():
            self._keep(name, rows)

        def undo() -> None:
            for name in events:
                self._forget(name)
            self._next = before
            done.undo()

        return Step(done.changes, undo)

    def cancel(self, names: Sequence[str]) -> Step:
        """Take facts out; raises ``StockError``."""
        parts = {row: part for name in names for part, row in enumerate(self.rows_of(name))}
        done = self.late.amend(cancel=list(parts))
        gone = {name: (self.by_id[name], self._parts.get(name)) for name in names}
        for name in names:
            self._forget(name)

        def undo() -> None:
            for name, (event, rows) in gone.items():
                self._put_back(name, event, rows)
            done.undo()

        return Step(done.changes, undo, parts)

    def change(self, name: str, body: Body) -> Step:
        """State a fact anew: it keeps its place in the order of entry where it is as many rows as before."""
        before, old, event, parts = self._next, self.rows_of(name), self.by_id[name], self._parts.get(name)
        [rows] = self._read({name: body}, anew=name).values()
        try:
            if len(rows) == len(old):
                _put_at(rows, old)
                self._next = before
            done = self.late.amend(cancel=old, enter=rows)
        except BaseException:
            self._next = before
            raise
        self._forget(name)
        self._keep(name, rows)

        def undo() -> None:
            self._forget(name)
            self._next = before
            self._put_back(name, event, parts)
            done.undo()

        return Step(done.changes, undo, {row: part for part, row in enumerate(old)})

    # -- rows ----------------------------------------------------------------------------------------------------------

    def _read(self, bodies: Mapping[str, Body], *, anew: str = "") -> dict[str, list[Event]]:
        """The rows of facts, numbered in the order given; plain ones the short way, the others together."""
        found: dict[str, list[Event]] = {}
        first: dict[str, int] = {}
        longer: dict[str, Body] = {}
        for name, body in bodies.items():
            first[name] = self._next
            event = self._plain.read(body, self._next)
            if event is None:
                longer[name] = body
            else:
                event.id = name
                found[name] = [event]
            self._next += 1 + len(body.get("components", ())) + len(body.get("products", ()))
        if longer:
            known = self.by_id | {name: rows[0] for name, rows in found.items()}
            found |= self._read_facts(longer, first, known, anew)
        return {name: found[name] for name in bodies}

    def _read_facts(
        self, bodies: Mapping[str, Body], first: Mapping[str, int], known: Mapping[str, Event], anew: str
    ) -> dict[str, list[Event]]:
        facts = [fact_of({**body, "id": name}) for name, body in bodies.items()]
        events, _ = read_late(facts, known, self._next, self._terms, anew=anew)
        positions = {event.row: event.row for event in known.values()}
        for name, rows in zip(bodies, events, strict=True):
            positions.update((event.row, first[name] + at) for at, event in enumerate(rows))
        for rows in events:
            for event in rows:
                _check_whole(event)
                renumbered(event, positions)
        return dict(zip(bodies, events, strict=True))

    def _keep(self, name: str, rows: Sequence[Event]) -> None:
        self.by_id[name] = next(event for event in rows if event.id == name)
        if len(rows) > 1:
            self._parts[name] = [event.row for event in rows]
        for event in rows:
            self.fact_of[event.row] = name

    def _put_back(self, name: str, event: Event, parts: list[int] | None) -> None:
        self.by_id[name] = event
        if parts is not None:
            self._parts[name] = parts
        for row in parts or [event.row]:
            self.fact_of[row] = name

    def _forget(self, name: str) -> None:
        """Leave out the fact, but remember whose its rows were: what is told of a change names them."""
        del self.by_id[name]
        self._parts.pop(name, None)


def _set(table: dict[str, Any], name: str, value: object) -> None:
    if value is None:
        table.pop(name, None)
    else:
        table[name] = value


def home_of(record: FactRecord) -> Home:
    """Where a fact is recorded."""
    return Home(record.item, record.version, record.recorded_at)


def _restate(standing: dict[str, FactRecord], record: FactRecord) -> None:
    """A fact stated anew stands where it stood, unless it is another number of rows."""
    name = record.refers_to or ""
    if _parts(standing[name].body) != _parts(record.body):
        del standing[name]
    standing[name] = record


def _parts(body: Body) -> int:
    return len(body.get("components", ())) + len(body.get("products", ()))


def _put_at(events: Sequence[Event], rows: Sequence[int]) -> None:
    positions = {row: row for event in events for row in (*event.refs, *event.details.cost_from)}
    positions.update((event.row, row) for event, row in zip(events, rows, strict=True))
    for event in events:
        renumbered(event, positions)


def _check_whole(event: Event) -> None:
    """Refuse quantities that are no whole number of quanta: positions are kept in them."""
    if not isinstance(event.qty, int):
        raise NumberError(
            "too_many_places",
            "the book keeps quantities to fewer places",
            field="qty",
            hint="state it in a unit that divides evenly, or open the book with more qty_places",
        )
    if not event.item and not event.refs:
        raise FieldError("missing_field", "this field is needed", field="item", hint="name the item that it concerns")
