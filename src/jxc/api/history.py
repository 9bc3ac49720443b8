"""A history that stays open: goods recorded late are valued as if recorded in time, and nothing else moves.

    book = jxc.History(moves, method="moving_average", currency="CNY", closed_until="2026-01-31")
    book.insert([row], preview=True)      what it would change, without effect
    book.insert([row], closed="forward")  in the book; what concerns January is booked in February
    book.at(as_of="2026-01-31", known_at=3)

Every change is an operation with a number; none is ever undone by forgetting: a fact is cancelled, or stated anew.

Invariant: the costs are those of one valuation of all facts that stand; what was answered as of a day, as known after
an operation, is answered the same for ever.

>>> book = History(
...     [
...         {"id": "GR-1", "date": "2026-01-05", "type": "receipt", "item": "TEA", "qty": 10, "unit_cost": "2.00"},
...         {"id": "SO-1", "date": "2026-01-15", "type": "issue", "item": "TEA", "qty": 4},
...     ],
...     currency="CNY",
... )
>>> late = {"id": "GR-0", "date": "2026-01-02", "type": "receipt", "item": "TEA", "qty": 10, "unit_cost": "3.00"}
>>> [(row.id, str(row.old), str(row.new)) for row in book.insert([late], preview=True).changes]
[('SO-1', '8.00', '12.00'), ('GR-0', 'None', '30.00')]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Unpack, get_args

from jxc.api.answers import Explanation, Movement, OnHand
from jxc.api.late_answers import Balance, Change, Closed, How, Verb, check_closed_word, check_how
from jxc.api.late_facts import Entered, Facts, no_such_fact
from jxc.api.late_problems import Problems
from jxc.api.late_read import Stated, Terms, rescaled
from jxc.api.late_sums import Sums
from jxc.api.late_told import Telling
from jxc.api.plugins import methods_in_force
from jxc.api.rows import Rows
from jxc.api.sources import Movements, read_rows
from jxc.api.value import check_write_downs, in_framework, policy_of, units_of, value_rows
from jxc.costing.events import Event, Scales
from jxc.costing.late_book import LateBook
from jxc.costing.late_changes import Standing
from jxc.costing.late_journal import LateJournal, Move, moves_of
from jxc.costing.methods import MethodRegistry
from jxc.costing.policy import Policy
from jxc.costing.registry import Framework
from jxc.errors import DateError, FieldError, NotFoundError, PolicyError, StockError
from jxc.kernel.currencies import Currency
from jxc.kernel.dates import parse_date, parse_instant
from jxc.kernel.rounding import Exact
from jxc.stock.problem import Problem

__all__ = ["History", "Operation"]

_ROOM = 4
"""Decimal places of quantities that a book has from the first: what comes later may be finer than what is there."""

_CHANGES = ("load", *get_args(Verb))
"""The operations that change what stands."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One entry of the log: what was done, to which facts, when it was recorded, by whom and why.

    ``stated``: the facts that came, as they were handed in.  ``until``: the day of a close or reopening.
    """

    number: int
    verb: str
    ids: tuple[str, ...] = ()
    closed: Closed | None = None
    recorded_at: datetime | None = None
    actor: str | None = None
    reason: str | None = None
    until: date | None = None
    stated: tuple[object, ...] = ()


class History:
    """Facts that stay open to change, always valued; see the module.

    ``movements``, ``method``, ``scope``, ``currency``, ``policy``, ``framework``, ``waive``, ``units``,
    ``standard_cost``, ``encoding`` and ``choices`` are those of ``jxc.value``.  ``closed_until``: the last day of what
    is closed.  ``recorded_at``: since when the first facts were known, for questions as known at a moment.

    Rows that cannot be read or valued at first are listed in ``problems`` and are not in the book, until they are
    entered.  Raises what ``jxc.value`` raises, and ``StockError`` ``not_in_history`` for what a history cannot hold.
    """

    def __init__(
        self,
        movements: Movements = (),
        *,
        method: str | None = None,
        scope: str | None = None,
        currency: str | Currency | None = None,
        policy: Policy | None = None,
        framework: Framework | None = None,
        waive: bool = False,
        units: Mapping[str, Mapping[str, object]] | None = None,
        standard_cost: Mapping[str, object] | None = None,
        encoding: str | None = None,
        closed_until: date | str | None = None,
        recorded_at: datetime | str | None = None,
        **choices: Any,
    ) -> None:
        asked = in_framework(policy_of(policy, method, scope, standard_cost, choices), framework, waive=waive)
        self.policy = _closing_its_own_way(asked)
        methods = methods_in_force()
        methods.get(self.policy.method)
        stated = Stated(movements)
        factors = units_of(units)
        rows = read_rows(stated.movements, self.policy, currency=currency, units=factors, encoding=encoding)
        check_write_downs(rows, framework, waive=waive)
        scales = replace(rows.scales, qty_places=max(_ROOM, rows.scales.qty_places))
        problems, self._book = _first_book(rows, self.policy, methods, scales)
        self._problems = Problems(problems, rows.number, rows.id)
        terms = Terms(self.policy, scales, rows.currency, factors, encoding)
        self._facts = Facts(stated, rows, self._book.events.values(), terms)
        self._telling = Telling(self._facts)
        self._journal = LateJournal()
        self._past: dict[int, list[tuple[int, Standing | None]]] = {}
        self._read_then: tuple[int, LateBook] | None = None
        self._gone: dict[int, Event] = {}
        self._currency = None if rows.currency is None else rows.currency.code
        self._operations: list[Operation] = []
        self._log("load", (), self._moment(recorded_at))
        self.closed_until = None if closed_until is None else parse_date(closed_until, field="closed_until")

    # -- changes of the past -------------------------------------------------------------------------------------------

    def insert(self, movements: Movements, **how: Unpack[How]) -> Change:
        """Put facts in, all or none, wherever their dates fall; ``how`` they are booked: see ``How``.

        Raises ``FieldError`` for what cannot be read (``row`` counts within ``movements``), ``StockError`` for what
        cannot be valued: also ``insufficient_stock`` on a later row, with its ``id``, ``date`` and what is ``short``.
        """
        check_how(how)
        listed = Stated(movements)
        return self._do("insert", self._facts.read([listed[at] for at in range(len(listed))]), how)

    def cancel(self, *ids: str, **how: Unpack[How]) -> Change:
        """Take facts out again, all or none.

        Raises ``NotFoundError`` ``no_such_fact``, ``StockError`` ``still_referred_to`` where a fact that stays refers
        to one of them, and what ``insert`` raises.
        """
        check_how(how)
        names = [self._facts.named(name).id for name in ids]
        return self._do("cancel", self._facts.cancel(tuple(dict.fromkeys(names))), how)

    def change(self, id: str, fields: Mapping[str, object], **how: Unpack[How]) -> Change:  # noqa: A002 - the field's own name
        """State fields of a fact anew, such as ``{"qty": 12}``; it keeps its place in the order of entry.

        A new ``unit_cost`` or ``amount`` replaces the price, however it was stated.  Raises ``NotFoundError``
        ``no_such_fact``, ``FieldError`` ``unknown_field``, and what ``insert`` raises.
        """
        check_how(how)
        entered = self._facts.restate(id, fields)
        renamed = id not in {event.id for event in entered.events}
        others = {other for row in entered.cancel for other in self._book.referring_to(row)} - {*entered.cancel}
        if renamed and others:
            name = self._telling.name(min(others), self._book)
            message = f"{name} refers to {id}, which would have another id"
            hint = "change that one first, or keep the id"
            raise StockError("still_referred_to", message, field="id", value=id, hint=hint)
        return self._do("change", entered, how)

    def close(self, until: date | str, *, actor: str | None = None, reason: str | None = None) -> None:
        """Close all days up to this one.  Raises ``StockError`` ``closed_already`` if it goes back: see ``reopen``."""
        day = parse_date(until, field="until")
        if self.closed_until is not None and day < self.closed_until:
            raise StockError(
                "closed_already",
                f"the book is closed until {self.closed_until}",
                field="until",
                value=day,
                hint="reopen says why days are opened again",
            )
        self._log("close", actor=actor, reason=reason, until=day)
        self.closed_until = day

    def reopen(self, until: date | str | None, *, reason: str, actor: str | None = None) -> None:
        """Open the days after ``until`` again (反结账; ``None``: all), for a reason that is logged.

        Raises ``FieldError`` ``missing_field`` without a reason, ``StockError`` ``days_are_open`` for an open day.
        """
        day = None if until is None else parse_date(until, field="until")
        if not str(reason or "").strip():
            raise FieldError(
                "missing_field", "why are these days opened again?", field="reason", hint="give the reason"
            )
        if day is not None and (self.closed_until is None or day > self.closed_until):
            raise StockError(
                "days_are_open",
                "these days are open",
                field="until",
                value=day,
                hint="close says how far it is closed",
            )
        self._log("reopen", actor=actor, reason=reason, until=day)
        self.closed_until = day

    def _do(self, verb: Verb, entered: Entered, how: How) -> Change:
        closed = check_closed_word(how.get("closed", "restate"))
        booked_on = None if how.get("booked_on") is None else parse_date(how.get("booked_on"), field="booked_on")
        needed = not how.get("preview") and any(operation.recorded_at for operation in self._operations)
        moment = self._moment(how.get("recorded_at"), needed=needed)
        if not entered.facts and not entered.cancel:
            raise FieldError(
                "nothing_stated", "nothing comes, goes or changes", field=verb, hint="name at least one fact"
            )
        start = self._start(entered, booked_on) if closed == "forward" else None
        done = self._book.amend(cancel=entered.cancel, enter=entered.events)
        number = len(self._operations)
        moves = list(moves_of(done.changes, number, start))
        if closed == "restate":
            moves += self._journal.released([change.row for change in done.changes], number)
            if self._touches_closed(moves):
                done.undo()
                raise self._closed_period(moves, entered)
        told = Change(
            verb=verb,
            ids=self._telling.named(entered),
            operation=None if how.get("preview") else number,
            closed=closed,
            booked_from=None if start is None else date.fromordinal(start),
            recorded_at=moment,
            changes=self._telling.changes(done.changes, entered, self._book),
            bookings=self._telling.bookings(moves),
            notes=entered.notes,
        )
        if how.get("preview"):
            done.undo()
            return told
        self._problems.record(told.ids, self._facts.came(entered), entered.notes)
        self._facts.keep(entered, number)
        self._journal.add(moves)
        for change in done.changes:
            self._past.setdefault(change.row, []).append((number, change.before))
            if change.before is not None:
                self._gone[change.row] = change.before.event
        stated = tuple(fact for fact, _ in entered.facts)
        self._log(verb, told.ids, moment, closed, how.get("actor"), how.get("reason"), stated=stated)
        return told

    def _start(self, entered: Entered, booked_on: date | None) -> int:
        """The first day that may change under ``forward``: the earliest fact's, the one given, the first open one."""
        days = [event.date for event in (*entered.events, *(self._book.events[row] for row in entered.cancel))]
        open_from = 1 if self.closed_until is None else self.closed_until.toordinal() + 1
        return max(min(days), open_from, 1 if booked_on is None else booked_on.toordinal())

    def _touches_closed(self, moves: Sequence[Move]) -> list[tuple[int, int]]:
        """Day and row of the closed figures that would be others."""
        if self.closed_until is None:
            return []
        last = self.closed_until.toordinal()
        sums: dict[tuple[int, int, str, str | None, str], tuple[Exact, Exact]] = {}
        for move in moves:
            if move.booked <= last:
                key = (move.booked, move.row, move.item, move.place, move.role)
                amount, qty = sums.get(key, (0, 0))
                sums[key] = (amount + move.amount, qty + move.qty)
        return sorted({(key[0], key[1]) for key, (amount, qty) in sums.items() if amount or qty})

    def _closed_period(self, moves: Sequence[Move], entered: Entered) -> StockError:
        touched = self._touches_closed(moves)
        day, row = touched[0]
        coming = {
            event.row: event.id or f"row {self._facts.numbers_of(entered)[event.row]}" for event in entered.events
        }
        count, name = len({row for _, row in touched}), coming.get(row) or self._telling.name(row, self._book)
        return StockError(
            "closed_period",
            f"{count} rows up to {self.closed_until} would change, the first is {name}",
            field="date",
            value=date.fromordinal(day),
            hint="book it in the open period with closed='forward', or reopen",
            rows=count,
        )

    def _moment(self, recorded_at: datetime | str | None, *, needed: bool = False) -> datetime | None:
        if recorded_at is None:
            if needed:
                hint = "give recorded_at: earlier operations say when they were recorded"
                raise DateError("moment_missing", "when was this recorded?", field="recorded_at", hint=hint)
            return None
        moment = parse_instant(recorded_at, field="recorded_at")
        last = next((op.recorded_at for op in reversed(self._operations) if op.recorded_at is not None), None)
        if last is not None and moment < last:
            message = f"the operation before was recorded at {last.isoformat()}"
            hint = "operations are recorded in their order"
            raise DateError("recorded_before", message, field="recorded_at", value=moment.isoformat(), hint=hint)
        return moment

    def _log(
        self,
        verb: str,
        ids: tuple[str, ...] = (),
        moment: datetime | None = None,
        closed: Closed | None = None,
        actor: str | None = None,
        reason: str | None = None,
        until: date | None = None,
        stated: tuple[object, ...] = (),
    ) -> None:
        number = len(self._operations)
        self._operations.append(Operation(number, verb, ids, closed, moment, actor, reason, until, stated))

    # -- how things stand ----------------------------------------------------------------------------------------------

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was wrong or doubtful about the facts as they were stated last.

        Facts of the first load that could not be read or valued are here until one of the same id is in the book.
        """
        return self._problems.told

    @property
    def scales(self) -> Scales:
        """The decimal places of money and of quantities in exact integers."""
        return self._book.scales

    @property
    def currency(self) -> str | None:
        """The currency of the book; ``None`` where nobody named one."""
        return self._currency

    @property
    def operations(self) -> tuple[Operation, ...]:
        """The log, oldest first; number 0 is the first load."""
        return tuple(self._operations)

    def at(self, as_of: date | str | None = None, known_at: int | datetime | str | None = None) -> Balance:
        """How things stood at the end of a day (by default: of all), as known after an operation or at a moment.

        Raises ``NotFoundError``: ``no_such_operation``, ``moments_unknown`` if operations state no ``recorded_at``.
        """
        day = None if as_of is None else parse_date(as_of, field="as_of")
        operation = self._operation(known_at)
        sums = Sums(self.policy, None if day is None else day.toordinal())
        for standing in self._book.all():
            for effect in standing.effects:
                sums.add(standing.event.date, effect.item or standing.event.item, effect)
        for line in self._journal.lines(operation):
            sums.add(line.day, line.item, line.effect)
        return self._telling.balance(sums, day, operation)

    def cost(self, id: str, known_at: int | datetime | str | None = None) -> Decimal:  # noqa: A002 - the field's own name
        """What the fact of this id brought in or took out, as it is valued now, or was after an operation.

        Raises ``NotFoundError``: ``no_such_fact``, also if it was not in the book then, and what ``at`` raises.
        """
        operation = self._operation(known_at)
        row = self._facts.row_at(id, operation)
        found = self._standing(row, operation)
        if found is None:
            raise no_such_fact(id)
        return self._telling.money(found.cost)

    def _standing(self, row: int, operation: int) -> Standing | None:
        """A row as it stood after an operation."""
        for number, before in self._past.get(row, ()):
            if number > operation:
                return before
        return self._book.standing(row) if row in self._book.events else None

    def _operation(self, known_at: int | datetime | str | None) -> int:
        last = len(self._operations) - 1
        if known_at is None:
            return last
        if isinstance(known_at, int):
            if isinstance(known_at, bool) or not 0 <= known_at <= last:
                hint = f"operations count from 0 to {last}"
                raise NotFoundError(
                    "no_such_operation", "there is no such operation", field="known_at", value=known_at, hint=hint
                )
            return known_at
        return self._operation_at(parse_instant(known_at, field="known_at"))

    def _operation_at(self, moment: datetime) -> int:
        recorded = [op for op in self._operations if op.verb not in ("close", "reopen")]
        if any(op.recorded_at is None for op in recorded):
            raise NotFoundError(
                "moments_unknown",
                "not every operation says when it was recorded",
                field="known_at",
                value=moment.isoformat(),
                hint="give recorded_at with each operation, or ask by its number",
            )
        known = [op.number for op in recorded if op.recorded_at is not None and op.recorded_at <= moment]
        if not known:
            raise NotFoundError(
                "nothing_known", "nothing was recorded by then", field="known_at", value=moment.isoformat()
            )
        return known[-1]

    def standings(self) -> Iterator[Standing]:
        """Every row that stands, with what it did by role, for the modules beside this one."""
        return (self._book.standing(row) for row in sorted(self._book.events))

    def booked_forward(self) -> Iterator[tuple[Event, Move]]:
        """What is booked on another day than the one that it concerns, with the row it belongs to."""
        for move in self._journal.forward():
            standing = self._book.events.get(move.row)
            yield self._gone[move.row] if standing is None else standing, move

    @property
    def on_hand(self) -> tuple[OnHand, ...]:
        """What is left by item and place, with all that is known."""
        return self.at().on_hand

    @property
    def on_hand_value(self) -> Decimal:
        """The value of all that is left, with all that is known."""
        return self.at().on_hand_value

    @property
    def cost_of_sales(self) -> Decimal:
        """The cost of sales, with all that is known."""
        return self.at().cost_of_sales

    @property
    def movements(self) -> Iterator[Movement]:
        """Every row that stands and what it cost, in the order of entry."""
        return self.movements_known()

    def movements_known(self, known_at: int | datetime | str | None = None) -> Iterator[Movement]:
        """Every row that stood after an operation, or at a moment, and what it cost then, in the order of entry.

        Raises what ``at`` raises.
        """
        operation = self._operation(known_at)
        standing = (self._standing(row, operation) for row in sorted(self._book.events.keys() | self._past.keys()))
        return (self._telling.movement(found) for found in standing if found is not None)

    def stated(self, id: str, known_at: int | datetime | str | None = None) -> object:  # noqa: A002 - the field's own name
        """The fact of this id as it was handed in, or stated anew, by an operation.

        Raises ``NotFoundError``: ``no_such_fact``, and what ``at`` raises.
        """
        if known_at is None:
            return self._facts.stated(id)
        operation = self._operation(known_at)
        if self._standing(self._facts.row_at(id, operation), operation) is None:
            raise no_such_fact(id)
        return self._facts.stated(id, operation)

    def explain(self, id: str, known_at: int | datetime | str | None = None) -> Explanation:  # noqa: A002 - the field's own name
        """The receipts, charges, differences and rounding that the cost of a fact is made of, or was by an operation.

        Of now it takes time in proportion to the sources.  Of a time past, the rows that stood then are valued once.
        Raises ``NotFoundError``: ``no_such_fact``, and what ``at`` raises.
        """
        operation = self._operation(known_at)
        if not any(op.verb in _CHANGES for op in self._operations[operation + 1 :]):
            return self._telling.explanation(self._book, self._facts.named(id).row)
        row, book = self._facts.row_at(id, operation), self._book_then(operation)
        if row not in book.events:
            raise no_such_fact(id)
        return self._telling.explanation(book, row)

    def _book_then(self, operation: int) -> LateBook:
        """The rows as they stood after an operation; the last that was asked for is kept."""
        if self._read_then is None or self._read_then[0] != operation:
            rows = sorted(self._book.events.keys() | self._past.keys())
            events = [found.event for row in rows if (found := self._standing(row, operation)) is not None]
            book = LateBook(self.policy, self._book.scales, self._book.methods, events)
            self._read_then = operation, book
        return self._read_then[1]


def _closing_its_own_way(policy: Policy) -> Policy:
    """The policy of a history, which closes days by its own calls."""
    if policy.closed_periods == "forward":
        raise PolicyError(
            "contradiction",
            "a history has closed days of its own",
            field="closed_periods",
            value="forward",
            hint="close(until) the days, and insert with closed='forward'",
        )
    return policy.with_(closed_periods="restate")


def _first_book(
    rows: Rows, policy: Policy, methods: MethodRegistry, scales: Scales
) -> tuple[tuple[Problem, ...], LateBook]:
    """The book of the rows that can be valued, and the problems of the others."""
    names = {policy.method, *policy.item_methods.values(), *policy.location_methods.values()}
    if apart := sorted(names & {"planned", "retail", "gross_profit"}):
        raise StockError(
            "not_in_history",
            "a history cannot be kept by a method that costs a group of goods",
            field="method",
            value=apart[0],
            hint="value with jxc.value, or close its months with jxc.month_end",
        )
    chosen = [row for row in range(rows.n) if not rows.bad[row]]
    by = 10 ** (scales.qty_places - rows.scales.qty_places)
    try:
        events = [rescaled(event, by) for event in rows.events(chosen)]
        return tuple(rows.problems), LateBook(policy, scales, methods, events)
    except StockError:
        valuation = value_rows(rows, policy, methods)
    refused = {row for row, status in valuation.statuses.items() if status == "refused"}
    standing = [row for row in chosen if row not in refused]
    events = [rescaled(event, by) for event in rows.events(standing)]
    return valuation.problems, LateBook(policy, scales, methods, events)
