"""Commands on stock, decided: what they do to costs and to the books, and what that writes.

    Decision(ground, books, ...)     the commands of one transaction, one after the other
        .insert / .cancel / .change  one command: amend the item books, plan the entries, or raise and leave no trace
        .keep()                      what all of them came to, for ``recording``
        .undo()                      take all of it back

Everything is decided on what was loaded; no store, clock or random source is asked.

Invariant: a command that is refused leaves no trace; the sum of what the others did is what is written.

>>> moves = [Move(0, 10, 10, 1, "TEA", "WH", "inventory", 5, 1), Move(0, 10, 40, 2, "TEA", "WH", "inventory", 5, 1)]
>>> _closed_rows(moves, last=31)
[(10, 1)]
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, cast

from jxc.api.business.ground import Ground
from jxc.api.business.item_book import ItemBook, Step
from jxc.api.business.recorded import Command, Recorded, Touched
from jxc.api.business.results import Done, PostedEntry, RowCost
from jxc.api.business.stating import fact_of, refs_in
from jxc.api.late_answers import Why, check_closed_word
from jxc.api.late_facts import no_such_fact
from jxc.app.entries import Planned
from jxc.app.stock_entries import About, plan, valued_rows
from jxc.costing.late_changes import RowChange
from jxc.costing.late_journal import Move, moves_of
from jxc.errors import FieldError, StockError
from jxc.kernel.dates import parse_date
from jxc.kernel.exact import from_scaled
from jxc.ledger.checks import check_draft
from jxc.ports import FactRecord

__all__ = ["Decision", "Move"]

Body = Mapping[str, Any]


class Decision:
    """See the module.

    ``book_of``: item -> its item book; ``found``: the records of facts that commands name; ``read``: the record of a
    fact by its own id; ``taken``: ids that facts of other items have.
    """

    def __init__(
        self,
        ground: Ground,
        book_of: Callable[[str], ItemBook],
        found: Mapping[str, FactRecord],
        read: Callable[[str], FactRecord],
        taken: Container[str] = (),
    ) -> None:
        self._ground = ground
        self._book_of = book_of
        self._found = found
        self._read = read
        self._taken = taken
        self._ordinals: dict[str, int] = {}
        self._came: dict[str, ItemBook] = {}
        self._latest: dict[str, FactRecord] = {}
        self.done: list[Recorded] = []

    # -- commands ------------------------------------------------------------------------------------------------------

    def insert(self, command: Command, body: Body) -> Recorded:
        """Facts that come, all or none; raises ``InputError``, ``StockError``, ``LedgerError``."""
        recorded = Recorded(command, "insert")
        homes: dict[str, ItemBook] = {}
        bodies: dict[str, Body] = {}
        for number, fact in enumerate(body["facts"]):
            name = fact.get("id") or f"{command.id}#{number}"
            book = self._home(fact, homes)
            if name in homes or name in book.homes or name in self._came or name in self._taken:
                raise _duplicate(name, number + 1)
            homes[name], bodies[name] = book, fact
        for book, names in _by_book(homes):
            facts = {name: bodies[name] for name in names}
            self._step(recorded, book, names, partial(book.insert, facts))
        for name, fact in bodies.items():
            self._record(recorded, homes[name], "insert", fact, name, None)
        return self._finish(recorded, body)

    def cancel(self, command: Command, body: Body) -> Recorded:
        """Facts that go, all or none; raises ``NotFoundError`` ``no_such_fact``, ``StockError``."""
        recorded = Recorded(command, "cancel")
        homes = {name: self._standing(name) for name in _names(body["ids"])}
        for book, names in _by_book(homes):
            self._step(recorded, book, names, partial(book.cancel, names))
        for number, (name, book) in enumerate(homes.items()):
            self._record(recorded, book, "cancel", self._stated(name, book), f"{command.id}#{number}", name)
        return self._finish(recorded, body)

    def change(self, command: Command, body: Body) -> Recorded:
        """A fact stated anew; raises ``NotFoundError``, ``FieldError``, ``StockError``."""
        recorded = Recorded(command, "change")
        name = body["id"]
        book = self._standing(name)
        fact = _restated(name, self._stated(name, book), body["fields"])
        self._step(recorded, book, (name,), lambda: book.change(name, fact))
        self._record(recorded, book, "change", fact, f"{command.id}#0", name)
        return self._finish(recorded, body)

    def undo(self) -> bool:
        """Take everything back; False where item books have to be dropped instead: only their latest step is undone."""
        steps = Counter(one.book.head for recorded in self.done for one in recorded.touched)
        if any(count > 1 for count in steps.values()):
            return False
        while self.done:
            self.take_back()
        return True

    def take_back(self) -> None:
        """Take the latest command back."""
        self.done.pop().take_back()

    # -- what facts are about ------------------------------------------------------------------------------------------

    def _home(self, fact: Body, here: Mapping[str, ItemBook]) -> ItemBook:
        """The item book of a fact: its item's, or that of the facts it refers to."""
        item = fact.get("item")
        if isinstance(item, str) and item:
            return self._book_of(item)
        fact_of(fact)
        for name in refs_in(fact):
            book = here.get(name) or self._came.get(name)
            if book is None and name in self._found:
                book = self._book_of(self._found[name].item)
            if book is not None:
                return book
            hint = "give the id of a fact in this book"
            raise FieldError("unknown_reference", f"no fact has the id {name}", field="refs", value=name, hint=hint)
        raise FieldError("missing_field", "this field is needed", field="item", hint="name the item that it concerns")

    def _standing(self, name: str) -> ItemBook:
        """The item book of a standing fact."""
        record = self._found.get(name)
        book = self._came.get(name)
        if book is None and record is not None and record.verb == "insert":
            book = self._book_of(record.item)
        if book is None or name not in book.by_id:
            raise no_such_fact(name)
        return book

    def _stated(self, name: str, book: ItemBook) -> Body:
        """A standing fact as it was stated last."""
        latest = self._latest.get(name)
        return (self._read(book.stated_by.get(name, name)) if latest is None else latest).body

    # -- one step ------------------------------------------------------------------------------------------------------

    def _step(self, recorded: Recorded, book: ItemBook, names: Sequence[str], do: Callable[[], Step]) -> None:
        try:
            step = do()
        except BaseException:
            recorded.take_back()
            raise
        recorded.undo.append(step.undo)
        recorded.touched.append(Touched(book, step, (), tuple(names)))

    def _record(
        self, recorded: Recorded, book: ItemBook, verb: str, fact: Body, own: str, refers_to: str | None
    ) -> None:
        """Record a fact under the head of its item book, as the next of this transaction."""
        ordinal = self._ordinals.get(book.head, 0)
        self._ordinals[book.head] = ordinal + 1
        command = recorded.command
        record = FactRecord(
            own,
            command.id,
            ordinal,
            book.head,
            book.version + 1,
            verb,
            fact["type"],
            parse_date(fact["date"], field="date"),
            command.at,
            command.actor,
            refers_to,
            fact.get("doc"),
            fact.get("party"),
            {} if verb == "cancel" else fact,
        )
        recorded.facts.append(record)
        recorded.undo.append(book.know(record))
        name = refers_to or own
        known, came = self._latest.get(name), name in self._came
        self._latest[name] = record
        if verb == "insert":
            self._came[name] = book
        recorded.undo.append(lambda: self._not_known(name, known, came=came))

    def _not_known(self, name: str, latest: FactRecord | None, *, came: bool) -> None:
        if latest is None:
            del self._latest[name]
        else:
            self._latest[name] = latest
        if not came:
            self._came.pop(name, None)

    def _finish(self, recorded: Recorded, body: Body) -> Recorded:
        """Book what the steps did; refuse what a closed period would not stand, and give all of it back then."""
        try:
            self._book(recorded, body)
        except BaseException:
            recorded.take_back()
            raise
        self.done.append(recorded)
        return recorded

    def _book(self, recorded: Recorded, body: Body) -> None:
        closed = check_closed_word(body.get("closed", "restate"))
        start = self._start(recorded, body) if closed == "forward" else None
        recorded.touched = [replace(one, moves=tuple(self._moves(one, start))) for one in recorded.touched]
        recorded.booked_from = None if start is None else date.fromordinal(start)
        self._check_closed(recorded)
        entries = [planned for one in recorded.touched for planned in self._entries(one)]
        for planned in entries:
            check_draft(self._ground.book, planned.draft)
        recorded.entries = entries

    def _moves(self, touched: Touched, start: int | None) -> Iterable[Move]:
        changes = touched.step.changes
        yield from moves_of(changes, 0, start)
        if start is None:
            yield from touched.book.forward.released([change.row for change in changes], 0)

    def _start(self, recorded: Recorded, body: Body) -> int:
        """The first day that may change under ``forward``: the earliest fact's, the one given, the first open one."""
        days = [
            change.event.date
            for one in recorded.touched
            for change in one.step.changes
            if one.book.fact_of[change.row] in one.names
        ]
        given = body.get("booked_on")
        booked_on = 1 if given is None else parse_date(given, field="booked_on").toordinal()
        return max(min(days, default=1), self._first_open, booked_on)

    @property
    def _first_open(self) -> int:
        closed = self._ground.closed_until
        return 1 if closed is None else closed.toordinal() + 1

    def _check_closed(self, recorded: Recorded) -> None:
        closed = self._ground.closed_until
        if closed is None:
            return
        last = closed.toordinal()
        for one in recorded.touched:
            touched = _closed_rows(one.moves, last)
            if touched:
                day, row = touched[0]
                raise StockError(
                    "closed_period",
                    f"{len(touched)} rows up to {closed} would change, the first is {one.book.fact_of[row]}",
                    field="date",
                    value=date.fromordinal(day),
                    hint="book it in the open period with closed='forward', or reopen",
                    rows=len(touched),
                )

    def _entries(self, touched: Touched) -> list[Planned]:
        book = touched.book
        events = {change.row: change.event for change in touched.step.changes}
        for move in touched.moves:
            if move.row not in events:
                events[move.row] = book.late.events[move.row]
        charging = self._charging(book, touched.names)
        about = {row: _about(book, book.fact_of[row], touched.names, charging) for row in events}
        for change in touched.step.changes:
            if change.event.type == "count":
                about[change.row] = replace(about[change.row], surplus=_is_surplus(change))
        return plan(valued_rows(touched.moves, events, about), self._ground.lines)

    def _charging(self, book: ItemBook, names: Sequence[str]) -> str | None:
        """Whom the charge of this command concerns: what it does to receipts concerns the same."""
        types = {name: self._latest[name].type for name in names}
        parties = {book.parties.get(name) for name, kind in types.items() if kind == "landed_cost"}
        return next(iter(parties)) if len(parties) == 1 else None

    # -- answers -------------------------------------------------------------------------------------------------------

    def answer(self, recorded: Recorded) -> Done:
        """What a command answers as long as it is not committed: its entries have no numbers."""
        return Done(
            recorded.command.id,
            recorded.verb,
            tuple(dict.fromkeys(name for one in recorded.touched for name in one.names)),
            tuple(self._costs(recorded)),
            tuple(self._posted(planned, f"{recorded.command.id}/{at}") for at, planned in enumerate(recorded.entries)),
            recorded.command.at,
            recorded.booked_from,
            preview=True,
            more=None if recorded.act is None else recorded.act.more,
        )

    def _costs(self, recorded: Recorded) -> Iterable[RowCost]:
        places = self._ground.terms.currency.places
        for one in recorded.touched:
            for change in one.step.changes:
                before, after = change.before, change.after
                if before is not None and after is not None and before.event is after.event and not change.difference:
                    continue
                event = change.event
                yield RowCost(
                    one.book.fact_of[change.row],
                    date.fromordinal(event.date),
                    event.type,
                    event.item,
                    None if before is None else from_scaled(before.cost, places),
                    None if after is None else from_scaled(after.cost, places),
                    _why(change),
                )

    def _posted(self, planned: Planned, name: str) -> PostedEntry:
        places = self._ground.terms.currency.places
        lines = tuple((line.account, from_scaled(line.base, places)) for line in planned.draft.lines)
        return PostedEntry(name, None, planned.draft.date, lines)


def _about(book: ItemBook, name: str, stated: Sequence[str], charging: str | None) -> About:
    if name in stated:
        return About(name, book.parties.get(name))
    return About(name, charging or book.parties.get(name), stated=False)


def _is_surplus(change: RowChange) -> bool:
    """Whether a count found more than the books had, as it stands, or stood last."""
    standing = change.after or change.before
    effects = () if standing is None else standing.effects
    return sum(effect.amount for effect in effects if effect.role == "inventory") >= 0


def _closed_rows(moves: Iterable[Move], last: int) -> list[tuple[int, int]]:
    """Day and row of the closed figures that would be others."""
    sums: dict[tuple[int, int, str, str | None, str], tuple[Any, Any]] = {}
    for move in moves:
        if move.booked <= last:
            key = (move.booked, move.row, move.item, move.place, move.role)
            amount, qty = sums.get(key, (0, 0))
            sums[key] = (amount + move.amount, qty + move.qty)
    return sorted({(key[0], key[1]) for key, (amount, qty) in sums.items() if amount or qty})


def _why(change: RowChange) -> Why:
    if change.before is None:
        return "entered"
    if change.after is None:
        return "cancelled"
    return "recosted" if change.before.event is change.after.event else "changed"


def _names(ids: object) -> list[str]:
    given = cast("list[object]", ids) if isinstance(ids, list) else []
    names = [name for name in given if isinstance(name, str)]
    if not names or len(names) < len(given):
        raise FieldError("missing_field", "name at least one fact", field="ids", hint="a list of ids")
    return names


def _duplicate(name: str, row: int) -> FieldError:
    hint = "give every row an id of its own, or change the row that has it"
    return FieldError("duplicate_id", f"the book has a row {name} already", field="id", value=name, hint=hint, row=row)


def _restated(name: str, body: Body, fields: Body) -> dict[str, Any]:
    """A stated row with some fields stated anew, ``None`` takes one back; it keeps its id and its kind."""
    for kept in ("id", "type"):
        if fields.get(kept, body.get(kept)) != body.get(kept, name if kept == "id" else None):
            hint = "cancel it and state another"
            raise FieldError("kept_as_stated", f"a fact keeps its {kept}", field=kept, value=fields[kept], hint=hint)
    fact = {key: cell for key, cell in body.items() if not ({"unit_cost", "amount"} & {key} & _prices(fields))}
    fact |= fields
    fact = {key: cell for key, cell in fact.items() if cell is not None}
    fact_of(fact)
    return fact


def _prices(fields: Body) -> set[str]:
    """What a new price takes the place of."""
    return {"unit_cost", "amount"} if "unit_cost" in fields or "amount" in fields else set()


def _by_book(homes: Mapping[str, ItemBook]) -> list[tuple[ItemBook, list[str]]]:
    """The facts of each item book."""
    found: dict[int, tuple[ItemBook, list[str]]] = {}
    for name, book in homes.items():
        found.setdefault(id(book), (book, []))[1].append(name)
    return list(found.values())
