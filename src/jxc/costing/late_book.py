"""A book that stays open: which rows belong together, and amendments over all of them, whole or not at all.

Items belong together when a row of one refers to a row of another (an assembly, a charge over several receipts), and
all of them when a row changes the method or scope of the whole book.  Rows of other items are never touched.

    book.amend(cancel=[3], enter=[event])  ->  RowChanges(changes, undo)

Invariant: the costs are those of one valuation of all standing rows; an amendment that is refused changes nothing.

>>> rows = [
...     Event(0, "receipt", 1, "TEA", 3, 300),
...     Event(1, "issue", 3, "TEA", 3),
...     Event(2, "receipt", 1, "CUP", 1, 100),
... ]
>>> book = LateBook(Policy(method="lifo"), Scales(), builtin_methods(), rows)
>>> late = book.amend(enter=[Event(3, "receipt", 2, "TEA", 3, 360)])
>>> [(change.row, change.difference) for change in late.changes]
[(1, 60), (3, 360)]
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from jxc.costing.events import Event, Scales
from jxc.costing.explain import Line
from jxc.costing.late_changes import RowChange, RowChanges, Standing
from jxc.costing.late_engine import EngineKeeper, compared
from jxc.costing.late_group import PlainGroup
from jxc.costing.late_stated import in_one_pass
from jxc.costing.late_timeline import TimelineKeeper
from jxc.costing.methods import MethodRegistry
from jxc.costing.policy import Policy
from jxc.costing.registry import builtin_methods
from jxc.costing.strategies import engine_for
from jxc.errors import StockError

__all__ = ["Keeper", "LateBook", "builtin_methods"]


class Keeper(Protocol):
    """The standing rows of items that belong together, valued and open to change."""

    def amend(self, cancel: Collection[int] = (), enter: Sequence[Event] = ()) -> RowChanges: ...

    def rows(self) -> Collection[int]: ...

    def standing(self, row: int) -> Standing: ...

    def all(self) -> Iterator[Standing]: ...

    def explain(self, row: int) -> list[Line]: ...


class _Group:
    """Items that belong together, and the keeper of their rows."""

    __slots__ = ("items", "keeper")

    def __init__(self, items: set[str], keeper: Keeper) -> None:
        self.items = items
        self.keeper = keeper


@dataclass(slots=True)
class _Part:
    """The part of an amendment that concerns items that belong together, with the groups they were in."""

    items: set[str]
    groups: list[_Group]
    cancel: list[int]
    enter: list[Event]


class LateBook:
    """See the module; raises ``StockError`` if the first rows cannot all be valued."""

    def __init__(self, policy: Policy, scales: Scales, methods: MethodRegistry, events: Iterable[Event]) -> None:
        self.policy = policy
        self.scales = scales
        self.methods = methods
        self.events: dict[int, Event] = {}
        self._referring: dict[int, set[int]] = {}
        self._for_all: set[int] = set()
        self._groups: dict[str, _Group] = {}
        engine_for(policy, scales, methods)  # refuses what contradicts itself, also before the first row
        first = list(events)
        self._exchange((), first)
        for part in self._parts((), first):
            self._set(_Group(part.items, self._keeper(part.enter)))

    def _keeper(self, events: list[Event]) -> Keeper:
        kind: type[PlainGroup | TimelineKeeper | EngineKeeper] = EngineKeeper
        if PlainGroup(self.policy, self.scales, self.methods).takes((), events):
            kind = PlainGroup
        elif self._in_one_pass(events):
            kind = TimelineKeeper
        return kind(self.policy, self.scales, self.methods, events)

    def _in_one_pass(self, events: Iterable[Event]) -> bool:
        return in_one_pass(self.policy, events, self.methods, self.events.get)

    def _set(self, group: _Group) -> None:
        self._groups.update(dict.fromkeys(group.items, group))

    # -- questions -----------------------------------------------------------------------------------------------------

    def standing(self, row: int) -> Standing:
        """A row with its cost and effects; ``KeyError`` if it does not stand."""
        return self.keeper_of(row).standing(row)

    def keeper_of(self, row: int) -> Keeper:
        """The keeper of a standing row."""
        return self._group_of(row).keeper

    def _group_of(self, row: int) -> _Group:
        event = self.events[row]
        return self._groups.get(event.item) or self._groups_of(self._items(event))[0]

    def all(self) -> Iterator[Standing]:
        """Every row that stands."""
        for group in self._groups_of(self._groups):
            yield from group.keeper.all()

    def explain(self, row: int) -> list[Line]:
        """The sources of the cost of a row; ``KeyError`` if it does not stand."""
        return self.keeper_of(row).explain(row)

    def referring_to(self, row: int) -> list[int]:
        """The standing rows that refer to this one."""
        return sorted(self._referring.get(row, ()))

    # -- amendments ----------------------------------------------------------------------------------------------------

    def amend(self, *, cancel: Collection[int] = (), enter: Sequence[Event] = ()) -> RowChanges:
        """Take rows out and put rows in (a row number in both is a change); all or nothing.

        Raises ``StockError``: ``still_referred_to`` if a standing row refers to one that is taken out, and whatever a
        row, of now or later, would be refused for.
        """
        self._check_references(set(cancel), {event.row for event in enter})
        parts = self._parts([self.events[row] for row in cancel], ())
        undo = [self._exchange(cancel, enter)]
        parts = _joined([*parts, *self._parts((), enter)])
        changes: dict[int, RowChange] = {}
        whole = False
        try:
            for part in parts:
                done = self._amend(part)
                undo.append(done.undo)
                for change in done.changes:
                    changes[change.row] = _one(changes.get(change.row), change)
            whole = True
        finally:
            if not whole:
                _take_back(undo)
        return RowChanges([changes[row] for row in sorted(changes)], lambda: _take_back(undo))

    def _check_references(self, cancel: set[int], enter: set[int]) -> None:
        for row in sorted(cancel - enter):
            for other in self.referring_to(row):
                if other not in cancel:
                    named, event = _name(self.events[row]), self.events[other]
                    raise StockError(
                        "still_referred_to",
                        f"{_name(event)} refers to {named}, which would be gone",
                        field="ref",
                        value=named,
                        hint="cancel the row that refers to it too, or change it first",
                    )

    def _exchange(self, cancel: Collection[int], enter: Sequence[Event]) -> Callable[[], None]:
        """Put the stated rows in place; returns the way back."""
        before = {row: self.events.get(row) for row in (*cancel, *(event.row for event in enter))}
        for row in cancel:
            self._put(row, None)
        for event in enter:
            self._put(event.row, event)

        def undo() -> None:
            for row, event in before.items():
                self._put(row, event)

        return undo

    def _put(self, row: int, event: Event | None) -> None:
        old = self.events.pop(row, None)
        self._for_all.discard(row)
        for other in () if old is None else (*old.refs, *old.details.cost_from):
            self._referring[other].discard(row)
        if event is not None:
            self.events[row] = event
            if _for_all(event):
                self._for_all.add(row)
            for other in (*event.refs, *event.details.cost_from):
                self._referring.setdefault(other, set()).add(row)

    def _amend(self, part: _Part) -> RowChanges:
        if len(part.groups) == 1 and part.items <= part.groups[0].items:
            keeper = part.groups[0].keeper
            if self._serves(keeper, part):
                return keeper.amend(part.cancel, part.enter)
        return self._regroup(part)

    def _serves(self, keeper: Keeper, part: _Part) -> bool:
        """Whether the keeper can still keep the rows once they are changed."""
        if isinstance(keeper, PlainGroup):
            return keeper.takes(part.cancel, part.enter)
        return isinstance(keeper, EngineKeeper) or self._in_one_pass(self._with_referring(part.enter))

    def _with_referring(self, events: Sequence[Event]) -> Iterator[Event]:
        yield from events
        for event in events:
            yield from (self.events[row] for row in self.referring_to(event.row))

    def _regroup(self, part: _Part) -> RowChanges:
        """Items that did not belong together, or were not there, get one keeper."""
        past = [standing for group in part.groups for standing in group.keeper.all()]
        gone = {*part.cancel, *(event.row for event in part.enter)}
        kept = [standing.event for standing in past if standing.event.row not in gone]
        items = part.items.union(*(group.items for group in part.groups))
        group = _Group(items, self._keeper([*kept, *part.enter]))
        self._set(group)

        def undo() -> None:
            for item in items:
                del self._groups[item]
            for before in part.groups:
                self._set(before)

        return RowChanges(compared(past, group.keeper.all()), undo)

    # -- who belongs together ------------------------------------------------------------------------------------------

    def _parts(self, cancel: Iterable[Event], enter: Iterable[Event]) -> list[_Part]:
        """The rows by the items that belong together."""
        parts: list[_Part] = []
        of: dict[str, _Part] = {}
        for rows, goes in ((cancel, True), (enter, False)):
            for event in rows:
                part = self._part(self._items(event), of, parts)
                if goes:
                    part.cancel.append(event.row)
                else:
                    part.enter.append(event)
        return [part for part in parts if part.items]

    def _part(self, items: set[str], of: dict[str, _Part], parts: list[_Part]) -> _Part:
        """The part that holds these items, joined from those that hold some of them."""
        found = {id(part): part for item in items if (part := of.get(item)) is not None}
        if len(found) == 1 and all(item in of for item in items):
            return next(iter(found.values()))
        groups = self._groups_of(items)
        part = _join([*found.values(), _Part(items, groups, [], [])])
        parts.append(part)
        of.update(dict.fromkeys(part.items.union(*(group.items for group in part.groups)), part))
        return part

    def _items(self, event: Event) -> set[str]:
        """The items that a row concerns: its own and those of the rows it refers to, or all of the book."""
        if _for_all(event):
            return {"", *self._groups}
        rows = (self.events.get(row) for row in (*event.refs, *event.details.cost_from))
        found = {event.item, *(other.item for other in rows if other is not None)}
        return found | {""} if self._for_all else found - {""} or {""}

    def _groups_of(self, items: Iterable[str]) -> list[_Group]:
        found = {id(group): group for item in items if (group := self._groups.get(item)) is not None}
        return list(found.values())


def _join(parts: list[_Part]) -> _Part:
    """One part of several; those that were joined are emptied."""
    whole = _Part(set(), [], [], [])
    for part in parts:
        whole.items |= part.items
        whole.groups += [group for group in part.groups if group not in whole.groups]
        whole.cancel += part.cancel
        whole.enter += part.enter
        part.items = set()
    return whole


def _joined(parts: list[_Part]) -> list[_Part]:
    """The same rows in parts that share no item and no group."""
    found: list[_Part] = []
    for part in parts:
        sharing = [other for other in found if other.items & part.items or any(g in other.groups for g in part.groups)]
        found = [other for other in found if other not in sharing]
        found.append(_join([*sharing, part]) if sharing else part)
    return found


def _one(first: RowChange | None, other: RowChange) -> RowChange:
    """A row that left one item and came to another is one row."""
    return other if first is None else RowChange(other.row, first.before or other.before, first.after or other.after)


def _for_all(event: Event) -> bool:
    """Whether a row changes how all items are costed."""
    return event.type in ("method_change", "scope_change") and not event.item


def _name(event: Event) -> str:
    return event.id or f"row {event.row + 1}"


def _take_back(undo: list[Callable[[], None]]) -> None:
    while undo:
        undo.pop()()
