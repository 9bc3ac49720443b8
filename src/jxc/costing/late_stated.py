"""The rows that stand, in the order of events, and what is known of them before any is valued.

    rows.amend(cancel, enter)  ->  Restated(first and last key concerned, the rows that go, the way back)

A row moves in the order when a row that refers to it in its own moment comes or goes; a charge that restates, a bill or
a return to the supplier changes what other receipts cost from their beginning.  All that is found here.

Invariant: ``order`` holds the key of every standing row, sorted, and the row is the last part of its key.

>>> rows = StatedRows(Policy(), Scales(), builtin_methods())
>>> first = rows.amend((), [Event(0, "receipt", 1, "TEA", 1, 10), Event(1, "issue", 3, "TEA", 1)])
>>> charge = rows.amend((), [Event(2, "landed_cost", 9, "TEA", amount=5, refs=(0,))])
>>> charge.first, charge.last, rows.charged(0)
((1, 0, 0, 0), (9, 0, 3, 2), 5)
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from jxc.costing.effects import charged_in
from jxc.costing.events import Event, Scales
from jxc.costing.methods import MethodRegistry
from jxc.costing.order import key_of
from jxc.costing.policy import Policy
from jxc.costing.registry import builtin_methods
from jxc.costing.restate import restate
from jxc.costing.state import Charge, State
from jxc.kernel.rounding import Exact

__all__ = ["Key", "Restated", "StatedRows", "builtin_methods", "in_one_pass"]

Key: TypeAlias = tuple[int, ...]

_LATE = ("landed_cost", "invoice_price_change")


@dataclass(frozen=True, slots=True)
class Restated:
    """What an amendment of the stated rows concerns: from the first to the last key; ``before``: the rows as they were.

    ``named``: the rows that came, went or changed, and those that refer to them.
    """

    first: Key
    last: Key
    gone: list[int]
    named: set[int]
    before: Callable[[int], Event | None]
    charged_before: Callable[[int], Exact]
    undo: Callable[[], None]


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What charges and prices that restate put into receipts beforehand."""

    charges: dict[int, list[Charge]]
    restated: dict[int, dict[int, Exact]]
    unpriced: set[int]


class StatedRows:
    """See the module."""

    def __init__(self, policy: Policy, scales: Scales, methods: MethodRegistry) -> None:
        self._policy = policy
        self._scales = scales
        self._methods = methods
        self.events: dict[int, Event] = {}
        self.keys: dict[int, Key] = {}
        self.order: list[Key] = []
        self.made_from: dict[tuple[int, ...], list[Event]] = {}
        self.prepared = _Prepared({}, {}, set())
        self._referring: dict[int, set[int]] = {}
        self._late: set[int] = set()

    def charged(self, row: int) -> Exact:
        """The charges that are part of a receipt."""
        return charged_in(self.events[row], self.prepared.charges.get(row, ()))

    def amend(self, cancel: Collection[int], enter: Sequence[Event]) -> Restated:
        """Take rows out and put rows in; what they refer to is in the book."""
        old = {row: self.events.get(row) for row in (*cancel, *(event.row for event in enter))}
        prepared = self.prepared
        keys = {row: self.keys.get(row) for row in (*old, *self._sources(old.values()), *self._sources(enter))}
        for row in old:
            self._put(row, None)
        for event in enter:
            self._put(event.row, event)
        concerned = self._reorder(keys, old)
        concerned += self._regroup((*old.values(), *enter))
        if self._restates((*old.values(), *enter)):
            self.prepared = self._prepare()
            concerned += self._recharged(prepared)

        def undo() -> None:
            for row in old:
                self._put(row, None)
            for row, event in old.items():
                self._put(row, event)
            for row, key in keys.items():
                self._place(row, key)
            self._regroup((*old.values(), *enter))
            self.prepared = prepared

        def charged_before(row: int) -> Exact:
            event = old.get(row) or self.events[row]
            return charged_in(event, prepared.charges.get(row, ()))

        return Restated(
            min(concerned, default=()),
            max(concerned, default=()),
            [row for row in old if old[row] is not None],
            {*old, *(other for row in old for other in self._referring.get(row, ()))},
            lambda row: old[row] if row in old else self.events.get(row),
            charged_before,
            undo,
        )

    # -- rows and their order ------------------------------------------------------------------------------------------

    def _put(self, row: int, event: Event | None) -> None:
        old = self.events.pop(row, None)
        for other in self._sources([old]):
            self._referring[other].discard(row)
        self._late.discard(row)
        if event is None:
            return
        self.events[row] = event
        for other in self._sources([event]):
            self._referring.setdefault(other, set()).add(row)
        if event.type in _LATE or (event.type == "purchase_return" and event.refs):
            self._late.add(row)

    @staticmethod
    def _sources(events: Iterable[Event | None]) -> Iterator[int]:
        """The rows that these refer to."""
        for event in events:
            if event is not None:
                yield from event.refs
                yield from event.details.cost_from

    def _reorder(self, keys: dict[int, Key | None], changed: Collection[int]) -> list[Key]:
        """Put rows where they belong now; returns the keys, before and after, of those that changed or moved."""
        found: list[Key] = []
        bulk = not self.order
        for row, old in keys.items():
            event = self.events.get(row)
            new = None if event is None else key_of(event, self._policy, self.events.get, self._makers(row))
            if new != old or row in changed:
                found += [key for key in (old, new) if key is not None]
                if bulk and new is not None:
                    self.keys[row] = new
                elif not bulk:
                    self._place(row, new)
        if bulk:
            self.order = sorted(self.keys.values())
        return found

    def _makers(self, row: int) -> list[Event]:
        others = (self.events[other] for other in self._referring.get(row, ()))
        return [event for event in others if row in event.details.cost_from]

    def _place(self, row: int, key: Key | None) -> None:
        old = self.keys.pop(row, None)
        if old is not None:
            del self.order[bisect_left(self.order, old)]
        if key is not None:
            self.keys[row] = key
            insort(self.order, key)

    # -- what is known beforehand --------------------------------------------------------------------------------------

    def _regroup(self, events: Iterable[Event | None]) -> list[Key]:
        """Goods taken apart share a cost by weight: when one comes or goes, the shares of all are others."""
        found: list[Key] = []
        groups = {e.details.cost_from for e in events if e is not None and e.details.share_weight is not None}
        for group in groups:
            rows = sorted(self._referring.get(group[0], ()))
            members = [event for row in rows if (event := self.events[row]).details.cost_from == group]
            self.made_from[group] = [event for event in members if event.details.share_weight is not None]
            found += [self.keys[event.row] for event in members]
        return found

    def _restates(self, events: Iterable[Event | None]) -> bool:
        """Whether what charges put into receipts may be another amount now."""
        if not self._late:
            return bool(self.prepared.restated)
        rows = {event.row: event for event in events if event is not None}
        late = {row for row, event in rows.items() if event.type in (*_LATE, "purchase_return")}
        return bool(late) or any(not self._late.isdisjoint(self._referring.get(row, ())) for row in rows)

    def _prepare(self) -> _Prepared:
        state = State(self._policy, self._scales, self._methods)
        state.events = self.events
        restate(state, [self.events[row] for row in sorted(self._late)])
        return _Prepared(state.charges, state.restated, state.unpriced)

    def _recharged(self, before: _Prepared) -> list[Key]:
        """The keys of the rows into which other amounts are put now, and of the rows that put them there."""
        now = self.prepared
        rows = {
            row for row in before.charges.keys() | now.charges.keys() if before.charges.get(row) != now.charges.get(row)
        }
        rows |= {
            row
            for row in before.restated.keys() | now.restated.keys()
            if before.restated.get(row) != now.restated.get(row)
        }
        rows |= before.unpriced ^ now.unpriced
        return [self.keys[row] for row in rows if row in self.keys]


def in_one_pass(
    policy: Policy, events: Iterable[Event], methods: MethodRegistry, find: Callable[[int], Event | None]
) -> bool:
    """Whether these rows are valued one after the other, each once, with charges that are known beforehand."""
    names = (policy.method, *policy.item_methods.values(), *policy.location_methods.values())
    rows = list(events)
    if policy.same_moment == "by_day" or any(methods.get(name).by_period for name in names):
        return False
    if any(event.type == "base_unit_change" for event in rows):
        return False
    if policy.landed_cost != "restate":
        return True
    charges = (event for event in rows if event.type == "landed_cost" and len(event.refs) > 1)
    sources = (find(ref) for event in charges for ref in event.refs)
    return not any(source is not None and source.details.cost_from for source in sources)
