"""Telling what a change did: rows, bookings and balances in the words and numbers of the surface.

Invariant: nothing is computed here but sums and decimal places.

>>> from jxc.api.late_read import Stated, Terms
>>> from jxc.api.rows import Rows
>>> rows = Rows(scales=Scales(2, 0), currency=None)
>>> Telling(Facts(Stated([]), rows, [], Terms(Policy(), rows.scales, None, {}, None))).money(1250)
Decimal('12.50')
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from jxc.api.answers import Explanation, Movement, OnHand, Source, plain
from jxc.api.late_answers import Balance, Booking, CostChange, Why
from jxc.api.late_facts import Entered, Facts
from jxc.api.late_sums import Sums
from jxc.costing.effects import Role
from jxc.costing.events import Scales
from jxc.costing.late_book import LateBook
from jxc.costing.late_changes import RowChange, Standing
from jxc.costing.late_journal import Move
from jxc.costing.policy import Policy
from jxc.errors import NumberError
from jxc.kernel.exact import from_scaled, round_decimal
from jxc.kernel.rounding import Exact

__all__ = ["Policy", "Scales", "Telling"]

_UNENDING = 12
"""To so many places a number is told that has no last decimal, as by ``jxc.value``."""


class Telling:
    """Turns rows and minor units into records; knows the facts by number and id."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._scales = facts.terms.scales
        self._rounded = facts.terms.policy.rounding.rule != "none"

    def money(self, minor: Exact) -> Decimal:
        """An amount with the places of the currency; an unrounded one to twelve places."""
        places = self._scales.money_places
        if isinstance(minor, int) or minor.denominator == 1:
            return from_scaled(int(minor), places)
        return plain(round_decimal(minor / 10**places, _UNENDING), places)

    def qty(self, quanta: Exact) -> Decimal:
        """A quantity without needless zeros."""
        places = self._scales.qty_places
        try:
            return plain(from_scaled(quanta, places))
        except NumberError:  # a third of a box has no last decimal
            return plain(round_decimal(Fraction(quanta) / 10**places, _UNENDING))

    def name(self, row: int, book: LateBook) -> str:
        """The id of a row, or its number."""
        event = book.events.get(row)
        return event.id if event is not None and event.id else f"row {self._facts.number(row)}"

    def named(self, entered: Entered) -> tuple[str, ...]:
        """The ids of the facts that came, went or changed."""
        came = (event.id for event in entered.events if event.id)
        return tuple(dict.fromkeys((*entered.names, *came)))

    # -- a change ------------------------------------------------------------------------------------------------------

    def changes(self, changes: Iterable[RowChange], entered: Entered, book: LateBook) -> tuple[CostChange, ...]:
        """The rows that cost another amount."""
        charged = self._charged(entered, book)
        numbers = self._facts.numbers_of(entered)
        return tuple(self._change(change, numbers, charged) for change in changes if _is_told(change))

    def _charged(self, entered: Entered, book: LateBook) -> set[int]:
        """The rows that charges and prices among what came or went refer to."""
        rows = (*entered.events, *(event for row in entered.cancel if (event := book.events.get(row)) is not None))
        return {ref for event in rows if event.type in ("landed_cost", "invoice_price_change") for ref in event.refs}

    def _change(self, change: RowChange, numbers: dict[int, int], charged: set[int]) -> CostChange:
        event = change.event
        return CostChange(
            numbers.get(change.row) or self._facts.number(change.row),
            event.id,
            date.fromordinal(event.date),
            event.type,
            event.item,
            event.place or "",
            event.to_place or "",
            None if change.before is None else self.money(change.before.cost),
            None if change.after is None else self.money(change.after.cost),
            _why(change, charged),
        )

    def bookings(self, moves: Sequence[Move]) -> tuple[Booking, ...]:
        """The moves by day, item, place and role, sorted."""
        sums: dict[tuple[int, str, str, Role], list[Exact]] = {}
        for move in moves:
            held = sums.setdefault((move.booked, move.item, move.place or "", move.role), [0, 0])
            held[0] += move.amount
            held[1] += move.qty
        return tuple(
            Booking(date.fromordinal(day), item, place, role, self.money(amount), self.qty(qty))
            for (day, item, place, role), (amount, qty) in sorted(sums.items())
            if amount or qty
        )

    # -- how things stand ----------------------------------------------------------------------------------------------

    def balance(self, sums: Sums, day: date | None, operation: int) -> Balance:
        """The sums as a record."""
        months = sums.cost_of_sales()
        return Balance(
            day,
            operation,
            tuple(OnHand(item, place, self.qty(qty), self.money(value)) for item, place, qty, value in sums.on_hand()),
            self.money(sums.roles.get("inventory", 0)),
            self.money(sums.roles.get("cogs", 0)),
            {name: self.money(amount) for name, amount in months.items()},
            {role: self.money(amount) for role, amount in sorted(sums.roles.items()) if amount},
        )

    def movement(self, standing: Standing) -> Movement:
        """A row that stands, with its cost."""
        event = standing.event
        return Movement(
            self._facts.number(event.row),
            event.id,
            event.type,
            event.item,
            event.place or "",
            self.qty(event.qty),
            self.money(standing.cost),
            standing.status,
        )

    def explanation(self, book: LateBook, row: int) -> Explanation:
        """Why a row costs what it does."""
        event = book.events[row]
        cost = self.money(book.standing(row).cost)
        lines = book.explain(row)
        amounts = [self._fine(line.amount) for line in lines]
        if amounts:
            amounts[0] += cost - sum(amounts)
        sources = tuple(
            Source(
                line.kind,
                self._facts.number(line.row),
                book.events[line.row].id,
                book.events[line.row].doc or "",
                amount,
                tuple(self._facts.number(step) for step in line.via),
            )
            for line, amount in zip(lines, amounts, strict=True)
        )
        return Explanation(self._facts.number(row), event.type, event.item, cost, sources)

    def _fine(self, minor: Fraction) -> Decimal:
        places = self._scales.money_places
        return plain(round_decimal(minor / 10**places, places + 6), places)


def _is_told(change: RowChange) -> bool:
    """Whether the row came, went, was stated anew, or costs another amount."""
    before, after = change.before, change.after
    return before is None or after is None or before.event is not after.event or before.cost != after.cost


def _why(change: RowChange, charged: set[int]) -> Why:
    if change.before is None:
        return "entered"
    if change.after is None:
        return "cancelled"
    if change.before.event is not change.after.event:
        return "changed"
    return "charged" if change.row in charged else "recosted"
