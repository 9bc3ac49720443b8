"""The standing rows of a plain item: which stand, in which order, and which returns refer to which issue.

    amend's arguments  ->  Rows.plan(...)  ->  Edit(leaving, entering, links, charges)  ->  Rows.apply(edit)

``plan`` checks everything that can be known without quantities on hand and changes nothing.  A row whose place in the
order depends on another (a return of the same moment as its issue) leaves and enters again when that one moves.

Invariant: keys are whole numbers that sort as ``order.key_of`` does, unlike for unlike rows.

>>> rows = Rows(Policy())
>>> sold, back = Event(1, "issue", 5, "TEA", 2), Event(2, "sales_return", 5, "TEA", 2, refs=(1,))
>>> edit = rows.plan([], [sold, back], {})
>>> [link.befores for link in edit.links], edit.entering[0][0] < edit.entering[1][0]
([[(2, 0)]], True)
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from jxc.costing.events import OUT_TYPES, Event, Scales
from jxc.costing.late import PLAIN_IN
from jxc.costing.order import key_of
from jxc.costing.picking import insufficient
from jxc.costing.policy import Policy
from jxc.errors import FieldError, NotFoundError, StockError
from jxc.kernel.rounding import Exact

__all__ = ["Edit", "Link", "Rows", "day_key", "share", "shortage"]


def share(value: int, taken: int, qty: int) -> int:
    """What the first ``taken`` of ``qty`` units worth ``value`` cost: ``rounding.part``, half up, for whole numbers."""
    if value >= 0:
        return (2 * value * taken + qty) // (2 * qty)
    return -((qty - 2 * value * taken) // (2 * qty))


def day_key(day: int) -> int:
    """The least key of a day."""
    return day << 99


def _pack(key: tuple[int, ...]) -> int:
    if len(key) == 4:
        day, time, rank, row = key
    else:
        (day, time, row), rank = key, 0
    return (((day << 40 | time) << 3 | rank) << 56) | row


@dataclass(frozen=True, slots=True)
class Link:
    """The returns of one issue in order, each with how much came back before it."""

    issue: int
    befores: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of the standing rows: who leaves (by row), who enters (key and row), what follows from it."""

    leaving: dict[int, Event]
    entering: list[tuple[int, Event]]
    links: list[Link]
    charges: dict[int, int]
    moved: list[int] = field(default_factory=list[int])


class Rows:
    """The rows that stand, by number; see the module."""

    __slots__ = ("charges", "events", "policy", "returns", "scales")

    def __init__(self, policy: Policy, scales: Scales | None = None) -> None:
        self.policy = policy
        self.scales = scales or Scales()
        self.events: dict[int, Event] = {}
        self.charges: dict[int, int] = {}
        self.returns: dict[int, list[int]] = {}

    def key(self, event: Event) -> int:
        """Where a standing row stands in the order."""
        return _pack(key_of(event, self.policy, self.events.get))

    # -- planning ---------------------------------------------------------------------------------------------------

    def plan(self, cancel: Collection[int], enter: Sequence[Event], recharge: Mapping[int, Exact]) -> Edit:
        """What an amendment comes to; raises and changes nothing if the rows cannot stand together."""
        leaving = {row: self._standing(row) for row in sorted(set(cancel))}
        new: dict[int, Event] = {}
        for event in enter:
            if event.row in new or (event.row in self.events and event.row not in leaving):
                raise NotFoundError("no_such_row", "this row stands already", field="row", value=event.row + 1)
            new[event.row] = event
        charges = {row: whole_charge(row, total) for row, total in recharge.items()}
        for row in charges:
            receipt = new.get(row) or (None if row in leaving else self.events.get(row))
            if receipt is None or receipt.type not in PLAIN_IN:
                raise NotFoundError("no_such_row", "there is no such receipt to charge", field="row", value=row + 1)
        return self._linked(leaving, new, charges)

    def _standing(self, row: int) -> Event:
        event = self.events.get(row)
        if event is None:
            raise NotFoundError("no_such_row", "there is no such row", field="row", value=row + 1)
        return event

    def _linked(self, leaving: dict[int, Event], new: dict[int, Event], charges: dict[int, int]) -> Edit:
        """Follow the references between issues and returns; a return whose place in the order moves enters anew."""
        policy = self.policy
        touched, coming = self._touched(leaving, new)
        if not touched:
            find = new.get
            entering = [(_pack(key_of(event, policy, find)), event) for event in new.values()]
            return Edit(leaving, entering, [], charges)

        def after(row: int) -> Event | None:
            return new.get(row) or (None if row in leaving else self.events.get(row))

        entering = [(_pack(key_of(event, policy, after)), event) for event in new.values()]
        edit = Edit(dict(leaving), entering, [], charges)
        for issue in touched:
            stay = [row for row in self.returns.get(issue, ()) if row not in leaving]
            backs = [self.events[row] for row in stay] + coming.get(issue, [])
            keyed = sorted((_pack(key_of(event, policy, after)), event.row) for event in backs)
            edit.links.append(self._checked(issue, after(issue), keyed, after))
            for key, row in keyed:
                if row not in new and key != self.key(self.events[row]):
                    edit.leaving[row] = self.events[row]
                    edit.entering.append((key, self.events[row]))
                    edit.moved.append(row)
        return edit

    def _touched(self, leaving: dict[int, Event], new: dict[int, Event]) -> tuple[list[int], dict[int, list[Event]]]:
        """The issues of which a return comes or goes, or which come or go themselves; and the returns that come."""
        coming: dict[int, list[Event]] = {}
        touched: set[int] = set()
        for event in new.values():
            if event.refs:
                coming.setdefault(event.refs[0], []).append(event)
        touched.update(coming)
        for row, event in leaving.items():
            touched.update(event.refs)
            if row in self.returns:
                touched.add(row)
        return sorted(touched), coming

    def _checked(
        self, issue: int, source: Event | None, keyed: list[tuple[int, int]], after: Callable[[int], Event | None]
    ) -> Link:
        """The returns of an issue with what came back before each; refused like the engine refuses them."""
        befores: list[tuple[int, int]] = []
        done = 0
        for key, row in keyed:
            event = after(row) or self.events[row]
            if source is None or key < _pack(key_of(source, self.policy, after)):
                raise refused_reference(event, source)
            if source.type not in OUT_TYPES:
                raise wrong_kind(event, source)
            befores.append((row, done))
            done += whole(event.qty)
            if done > whole(source.qty):
                raise beyond_original(event, self.scales)
        return Link(issue, befores)

    # -- applying ---------------------------------------------------------------------------------------------------

    def apply(self, edit: Edit) -> None:
        """Let the rows of a checked edit leave and enter."""
        events, returns = self.events, self.returns
        for row in edit.leaving:
            del events[row]
        for _, event in edit.entering:
            events[event.row] = event
        for row in edit.leaving:
            if row not in events or events[row].type not in PLAIN_IN:
                self.charges.pop(row, None)
        for link in edit.links:
            returns.pop(link.issue, None)
            if link.befores:
                returns[link.issue] = [row for row, _ in link.befores]
        for row, total in edit.charges.items():
            self.charges[row] = total
            if not total:
                del self.charges[row]

    def inverse(self, edit: Edit) -> tuple[list[int], list[Event], dict[int, Exact]]:
        """What takes a planned edit back, as arguments of ``amend``; to be asked for before it is applied."""
        moved = set(edit.moved)
        cancel = [event.row for _, event in edit.entering if event.row not in moved]
        enter = [event for row, event in edit.leaving.items() if row not in moved]
        rows = [*edit.charges, *(event.row for event in enter)]
        stands = {event.row for event in enter} | {row for row in edit.charges if row in self.events}
        old = {row: self.charges.get(row, 0) for row in rows if row in stands}
        return cancel, enter, {row: total for row, total in old.items() if total or row in edit.charges}


def whole(qty: Exact) -> int:
    """A quantity that is known to be whole, as an ``int``."""
    return qty if isinstance(qty, int) else int(qty)


def whole_charge(row: int, total: Exact) -> int:
    """A charge in whole minor units; ``FieldError`` ``bad_value`` for anything else."""
    if total.denominator != 1:
        raise FieldError("bad_value", "a charge counts in whole minor units", field="charge", value=total, row=row)
    return total.numerator


# ------------------------------------------------------------------------------------------------------- refusals


def refused_reference(event: Event, source: Event | None) -> StockError:
    """The refusal of a return whose issue does not stand before it."""
    return StockError(
        "refused_reference",
        "the row that this one returns is not in the book",
        field="ref",
        value=source.id or source.row + 1 if source is not None else event.refs[0] + 1,
        hint="mend that row, or date the return after it",
        row=event.row,
        date=event.date,
    )


def wrong_kind(event: Event, source: Event) -> StockError:
    """The refusal of a return of what did not go out."""
    return StockError(
        "wrong_kind_of_row",
        f"a {event.type} cannot return a {source.type}",
        field="ref",
        value=source.id or source.row + 1,
        hint="refer to the row by which the goods left (a return to the supplier: came)",
        row=event.row,
        date=event.date,
    )


def beyond_original(event: Event, scales: Scales) -> StockError:
    """The refusal of a return of more than what went out, all returns together."""
    return StockError(
        "return_beyond_original",
        "more comes back than went out",
        field="qty",
        value=Fraction(event.qty) / 10**scales.qty_places,
        hint="refer to every row that it returns, or enter the rest as a row of its own",
        row=event.row,
        date=event.date,
    )


def shortage(scales: Scales, event: Event, held: int) -> StockError:
    """The refusal of an amendment that makes this row, new or not, take more than is on hand by then."""
    plain = insufficient(scales, event.item, event.place, event.qty, held)
    return StockError(
        plain.code,
        f"{plain.message} for {event.type} {event.id or event.row + 1} of {date.fromordinal(event.date)}",
        field=plain.field,
        value=plain.value,
        hint=plain.hint,
        row=event.row,
        date=event.date,
        **plain.params,
    )
