"""Books of one plain item under random amendments, and what the engine says of the rows that stand.

    Step(kind, a, b, c, d, e)  ->  Book.draft(step)  ->  Draft(cancel, enter, recharge)

A step is a few small numbers that mean something in every book (a row is picked by its place in the list, and so on),
so that hypothesis can shrink a failing run to its shortest form.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from jxc.costing.engine import Engine, replay
from jxc.costing.events import OUT_TYPES, Event
from jxc.costing.late import PLAIN_IN
from jxc.costing.order import order_key
from jxc.costing.policy import Policy
from jxc.errors import StockError

PLACES = ("A", "B", "C")

KINDS = ("receipt", "issue", "transfer", "sales_return", "cancel", "change", "recharge", "several", "exchange")

Step = tuple[str, int, int, int, int, int]


def steps(
    kinds: Sequence[str] = KINDS, *, days: int = 12, size: int = 9, most: int = 24
) -> st.SearchStrategy[list[Step]]:
    """Runs of steps; receipts are more likely than others, so that there is something to move."""
    weighted = ("receipt", "receipt", *kinds)
    small = st.integers(0, 40)
    return st.lists(
        st.tuples(st.sampled_from(weighted), st.integers(1, days), st.integers(1, size), small, small, small),
        max_size=most,
    )


@dataclass
class Draft:
    cancel: list[int] = field(default_factory=list)
    enter: list[Event] = field(default_factory=list)
    recharge: dict[int, int] = field(default_factory=dict)


@dataclass
class Book:
    """The standing rows and charges as a caller keeps them, and the policy; ``still``: no transfers, no returns."""

    policy: Policy
    events: dict[int, Event] = field(default_factory=dict)
    charges: dict[int, int] = field(default_factory=dict)
    last_row: int = 0
    one_place: bool = False
    still: bool = False
    factor: int = 1

    # -- drafts -----------------------------------------------------------------------------------------------------

    def draft(self, step: Step) -> Draft:
        """What the step asks of this book."""
        kind, day, qty, a, b, c = step
        rows = sorted(self.events)
        draft = Draft()
        if kind in ("receipt", "issue", "transfer", "sales_return"):
            draft.enter += self._new(kind, day, qty, a, b, c)
        elif kind == "several":
            for shift, other in enumerate(("receipt", "issue", "receipt", "transfer")):
                draft.enter += self._new(other, 1 + (day + shift * a) % 12, qty + shift, a, b + shift, c)
        elif kind == "exchange" and rows:
            draft.cancel.append(rows[a % len(rows)])
            draft.enter += self._new("receipt", day, qty, b, b, c)
            draft.enter += self._new("issue", day, qty, b, c, c)
        elif kind == "cancel" and rows:
            draft.cancel.append(rows[a % len(rows)])
        elif kind == "change" and rows:
            old = self.events[rows[a % len(rows)]]
            draft.cancel.append(old.row)
            draft.enter.append(self._changed(old, day, qty, b, c))
        elif kind == "recharge":
            bought = [row for row in rows if self.events[row].type in PLAIN_IN]
            for row in {bought[n % len(bought)] for n in ((a, b) if c % 4 == 0 else (a,))} if bought else ():
                draft.recharge[row] = (b - 12) * (c + 1) * self.factor
        return draft

    def _new(self, kind: str, day: int, qty: int, a: int, b: int, c: int) -> list[Event]:
        if self.still and kind in ("transfer", "sales_return"):
            return []
        self.last_row += 1
        row, place = self.last_row, PLACES[a % 3]
        common: dict[str, Any] = {"time": (0, 0, 7, 9)[b % 4], "place": None if self.one_place else place}
        if kind == "receipt":
            name = ("receipt", "receipt", "opening", "adjust_in")[c % 4]
            return [Event(row, name, day, "TEA", qty * 3 * self.factor, (b * 37 + c) * self.factor, **common)]
        if kind == "issue":
            name = ("issue", "issue", "scrap", "adjust_out")[c % 4]
            return [Event(row, name, day, "TEA", qty * self.factor, **common)]
        if kind == "transfer":
            to = PLACES[(a + 1 + c % 2) % 3]
            return [] if self.one_place else [Event(row, kind, day, "TEA", qty, to_place=to, **common)]
        sold = [event for _, event in sorted(self.events.items()) if event.type in OUT_TYPES]
        if not sold:
            return []
        source = sold[b % len(sold)]
        day = max(day, source.date)
        common["time"] = source.time if day == source.date else common["time"]
        return [Event(row, kind, day, "TEA", min(qty, int(source.qty)), refs=(source.row,), **common)]

    def _changed(self, old: Event, day: int, qty: int, b: int, c: int) -> Event:
        """The row with another date, quantity, amount or place."""
        what = c % 5
        return Event(
            old.row,
            old.type,
            day if what in (0, 4) else old.date,
            old.item,
            qty * self.factor if what in (1, 4) else old.qty,
            b * 11 * self.factor if old.amount is not None and what in (2, 4) else old.amount,
            time=old.time,
            place=PLACES[b % 3] if what == 3 and not self.one_place and PLACES[b % 3] != old.to_place else old.place,
            to_place=old.to_place,
            refs=old.refs,
        )

    # -- what would stand -------------------------------------------------------------------------------------------

    def after(self, draft: Draft) -> Book:
        """The book with the draft in it, checked or not."""
        events = {row: event for row, event in self.events.items() if row not in draft.cancel}
        events.update((event.row, event) for event in draft.enter)
        charges = {**self.charges, **draft.recharge}
        kept = {row: total for row, total in charges.items() if row in events and total}
        return Book(self.policy, events, kept, self.last_row, self.one_place, self.still, self.factor)

    def valued(self) -> Engine:
        """What the engine says; charges go into the amounts of their receipts."""
        rows = (self._charged(event) for event in self.events.values())
        return replay(rows, self.policy)

    def _charged(self, event: Event) -> Event:
        charge = self.charges.get(event.row, 0)
        if not charge:
            return event
        amount = (event.amount or 0) + charge
        return Event(
            event.row, event.type, event.date, event.item, event.qty, amount, time=event.time, place=event.place
        )

    def first_problem(self, engine: Engine) -> StockError | None:
        """The refusal that comes first in the order of events."""
        key = order_key(self.events.values(), self.policy)
        refused = sorted((self.events[row] for row in engine.problems), key=key)
        return engine.problems[refused[0].row] if refused else None


def costs_of(engine: Engine) -> dict[int, int]:
    return {row: int(outcome.cost) for row, outcome in engine.state.outcomes.items()}


def pools_of(engine: Engine) -> dict[str | None, tuple[int, int]]:
    """Quantity and value by place; places that hold nothing are left out."""
    return {pool.place: (int(pool.qty), int(pool.value)) for pool in engine.state.pools.values() if pool.qty}


def issued_by(book: Book, costs: dict[int, int], days: Iterable[int]) -> list[int]:
    """The cost of what was issued up to each day, added up row by row."""
    return [
        sum(costs[row] for row, event in book.events.items() if event.type in OUT_TYPES and event.date <= day)
        for day in days
    ]
