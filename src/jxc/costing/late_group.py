"""The keeper of plain items: a fast keeper for each, tied together by the charges and prices that name several.

What charges put into receipts is worked out from what was stated, as for the engine; a change of it re-charges the
receipts concerned.

Invariant: the figures are those of one replay of all standing rows; ``takes`` says beforehand whether a change leaves
the items plain, and what is not plain is for another keeper.

>>> rows = [Event(0, "receipt", 1, "TEA", 3, 300), Event(1, "issue", 3, "TEA", 2)]
>>> group = PlainGroup(Policy(), Scales(), builtin_methods(), rows)
>>> charge = Event(2, "landed_cost", 9, "", amount=30, refs=(0,))
>>> group.takes((), [charge])
True
>>> [(change.row, change.difference) for change in group.amend((), [charge]).changes]
[(0, 30), (1, 20), (2, 30)]
"""

from __future__ import annotations

from bisect import insort
from collections import ChainMap
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from jxc.costing.effects import charged_in, plain_effects
from jxc.costing.events import NO_DETAILS, OUT_TYPES, Event, Scales
from jxc.costing.explain import Line, lines_of
from jxc.costing.late import PLAIN_IN, Amendment, CostChange, plain_event, plain_policy
from jxc.costing.late_changes import RowChange, RowChanges, Standing
from jxc.costing.late_engine import impossible
from jxc.costing.late_plain import PlainKeeper
from jxc.costing.methods import MethodRegistry
from jxc.costing.order import key_of
from jxc.costing.policy import Policy
from jxc.costing.registry import builtin_methods
from jxc.costing.restate import restate
from jxc.costing.state import Charge, State
from jxc.costing.trace import Trace, leaves
from jxc.errors import StockError
from jxc.kernel.rounding import Exact

__all__ = ["PlainGroup", "builtin_methods"]

_LATE = ("landed_cost", "invoice_price_change")


@dataclass(frozen=True, slots=True)
class _Charged:
    """What charges put into receipts, and the share of each charge by receipt."""

    charges: MutableMapping[int, list[Charge]]
    shares: MutableMapping[int, Mapping[int, Exact]]

    def total(self, row: int) -> Exact:
        return sum(charge.amount for charge in self.charges.get(row, ()))


class PlainGroup:
    """Plain items with what charges them; see the module.  ``events`` have to be plain: ask ``takes``."""

    def __init__(self, policy: Policy, scales: Scales, methods: MethodRegistry, events: Iterable[Event] = ()) -> None:
        self._policy = policy
        self._scales = scales
        self._methods = methods
        self._plain_policy = plain_policy(policy, methods)
        self._events: dict[int, Event] = {}
        self._late: dict[int, Event] = {}
        self._referring: dict[int, set[int]] = {}
        self._charged = _Charged({}, {})
        self._keepers: dict[str, PlainKeeper] = {}
        by_item: dict[str, list[Event]] = {}
        for event in events:
            self._put(event.row, event)
            if event.type not in _LATE:
                by_item.setdefault(event.item, []).append(event)
        if self._late:
            self._charged = self._shares(self._events.get, list(self._late.values()))
        for item, rows in by_item.items():
            self._keepers[item] = self._first_keeper(rows)

    def _first_keeper(self, rows: list[Event]) -> PlainKeeper:
        charges = self._charged.charges
        recharge = {event.row: self._charged.total(event.row) for event in rows if event.row in charges}
        try:
            return PlainKeeper(rows, self._policy, self._scales, recharge)
        except StockError as error:
            raise self._refusal(error, ()) from None

    # -- what is plain -------------------------------------------------------------------------------------------------

    def takes(self, cancel: Collection[int], enter: Sequence[Event]) -> bool:
        """Whether the rows that would stand are plain; asked before ``amend``, and changes nothing."""
        if not self._plain_policy:
            return False
        coming = {event.row: event for event in enter}
        gone = {*cancel} - coming.keys()

        def find(row: int) -> Event | None:
            return coming.get(row) or (None if row in gone else self._events.get(row))

        referring = (self._events[row] for event in enter for row in self._referring.get(event.row, ()))
        named = {event.row: event for event in (*referring, *enter)}
        if not all(self._is_plain(event, find) for row, event in named.items() if row not in gone):
            return False
        late = [event for row in self._late_around({*cancel, *coming}, find) if (event := find(row)) is not None]
        return len(self._shares(find, late).shares) == len(late)

    def _is_plain(self, event: Event, find: Callable[[int], Event | None]) -> bool:
        if event.type not in _LATE:
            sources = [find(row) for row in event.refs]
            return plain_event(event, self._policy) and all(
                source is not None and source.type in OUT_TYPES and source.item == event.item for source in sources
            )
        rule = self._policy.landed_cost if event.type == "landed_cost" else self._policy.invoice_difference
        many = event.type == "landed_cost"
        if rule != "restate" or not event.refs or (len(event.refs) > 1 and not many) or event.amount is None:
            return False
        if replace(event.details, allocate_by="value", weights=(), shares=()) != NO_DETAILS or len(
            set(event.refs)
        ) < len(event.refs):
            return False
        return all(self._is_charged(event, find(row), find) for row in event.refs)

    def _is_charged(self, event: Event, source: Event | None, find: Callable[[int], Event | None]) -> bool:
        """Whether a row is a plain receipt that comes before its charge."""
        if source is None or source.type not in PLAIN_IN or not plain_event(source, self._policy):
            return False
        same = event.type == "landed_cost" or not event.item or event.item == source.item
        return same and key_of(source, self._policy, find) < key_of(event, self._policy, find)

    # -- questions -----------------------------------------------------------------------------------------------------

    def rows(self) -> Collection[int]:
        """The rows that stand."""
        return self._events.keys()

    def standing(self, row: int) -> Standing:
        """A row with its cost and effects."""
        event = self._events[row]
        cost = self._late_cost(event, self._charged) if event.type in _LATE else self._keepers[event.item].cost(row)
        return self._told(event, cost, self._charged, self._events.get)

    def all(self) -> Iterator[Standing]:
        """Every row that stands."""
        costs = {row: cost for keeper in self._keepers.values() for row, cost in keeper.costs()}
        for row, event in self._events.items():
            cost = costs[row] if row in costs else self._late_cost(event, self._charged)
            yield self._told(event, cost, self._charged, self._events.get)

    def explain(self, row: int) -> list[Line]:
        """The sources of the cost of a standing row."""
        event = self._events[row]
        if event.type in _LATE:
            return lines_of(row, self._late_cost(event, self._charged), (), Trace().leaves)
        trace = self._keepers[event.item].trace(self._charged.charges)
        pieces = trace.pieces(row)
        return lines_of(row, sum(piece.cost for piece in pieces), pieces, partial(leaves, trace.parts))

    @staticmethod
    def _late_cost(event: Event, charged: _Charged) -> Exact:
        """A charge costs its amount, an invoice what it adds to its receipt."""
        if event.type == "landed_cost":
            return event.amount or 0
        return sum(charged.shares.get(event.row, {}).values())

    @staticmethod
    def _told(event: Event, cost: Exact, charged: _Charged, find: Callable[[int], Event | None]) -> Standing:
        if event.type in _LATE:
            return Standing(event, cost)
        return Standing(
            event, cost, plain_effects(event, cost, charged_in(event, charged.charges.get(event.row, ())), find)
        )

    # -- amendments ----------------------------------------------------------------------------------------------------

    def amend(self, cancel: Collection[int] = (), enter: Sequence[Event] = ()) -> RowChanges:
        """Take rows out and put rows in; raises ``StockError`` if a row, of now or later, could not be valued then."""
        old = {row: self._events.get(row) for row in (*cancel, *(event.row for event in enter))}
        around = self._late_around(old, self._events.get)
        for row in old:
            self._put(row, None)
        for event in enter:
            self._put(event.row, event)
        charged, recharged = self._recharge({*around, *self._late_around(old, self._events.get)})
        done: list[Amendment] = []

        def undo() -> None:
            while done:
                done.pop().undo()
            _overlay(self._charged, charged)
            for row in old:
                self._put(row, None)
            for row, event in old.items():
                self._put(row, event)

        try:
            for item, part in self._by_item(cancel, enter, old, recharged).items():
                done.append(self._keeper(item).amend(**part))
        except StockError as error:
            undo()
            raise self._refusal(error, enter) from None
        return RowChanges(self._changes(old, done, charged, recharged), undo)

    def _put(self, row: int, event: Event | None) -> None:
        old = self._events.pop(row, None)
        self._late.pop(row, None)
        for other in () if old is None else old.refs:
            self._referring[other].discard(row)
        if event is not None:
            self._events[row] = event
            if event.type in _LATE:
                self._late[row] = event
            for other in event.refs:
                self._referring.setdefault(other, set()).add(row)

    def _keeper(self, item: str) -> PlainKeeper:
        if item not in self._keepers:
            self._keepers[item] = PlainKeeper((), self._policy, self._scales)
        return self._keepers[item]

    def _late_around(self, rows: Iterable[int], find: Callable[[int], Event | None]) -> set[int]:
        """The charges and prices whose shares may be others once these rows are.

        What a charge puts into a receipt is told by the receipt and itself, what an invoice adds by the others too.
        """
        found: set[int] = set()
        for row in rows:
            events = [event for event in (self._events.get(row), find(row)) if event is not None]
            if any(event.type in _LATE for event in events):
                found.add(row)
            else:
                found.update(self._late_of(row))
            billed = (of for event in events if event.type == "invoice_price_change" for of in event.refs)
            found.update(other for of in billed for other in self._late_of(of))
        return found

    def _late_of(self, receipt: int) -> list[int]:
        return [row for row in self._referring.get(receipt, ()) if row in self._late]

    def _recharge(self, late: set[int]) -> tuple[_Charged, dict[int, Exact]]:
        """Work out these charges anew: how they were, and the receipts that carry others now, with their totals."""
        charged = self._charged
        standing = [self._late[row] for row in late if row in self._late]
        named = {row for event in standing for row in event.refs}.union(*(charged.shares.get(row, ()) for row in late))
        shares = self._shares(self._events.get, standing).shares
        before = _Charged(
            {row: charged.charges.get(row, []) for row in named}, {row: charged.shares.get(row, {}) for row in late}
        )
        _overlay(charged, _Charged({}, {row: shares.get(row, {}) for row in late}))
        _overlay(charged, _Charged({row: self._carried(row, late) for row in named}, {}))
        return before, {row: charged.total(row) for row in named if charged.charges.get(row, []) != before.charges[row]}

    def _carried(self, receipt: int, late: set[int]) -> list[Charge]:
        """What charges and prices put into a receipt, in their order, once those of these rows are others."""
        carried = [charge for charge in self._charged.charges.get(receipt, ()) if charge.row not in late]
        for row in late:
            share = self._charged.shares.get(row, {}).get(receipt)
            if share is not None:
                is_price = self._late[row].type == "invoice_price_change"
                insort(carried, Charge(row, share, is_price), key=self._key_of_charge)
        return carried

    def _key_of_charge(self, charge: Charge) -> tuple[int, ...]:
        return key_of(self._late[charge.row], self._policy, self._events.get)

    def _shares(self, find: Callable[[int], Event | None], late: list[Event]) -> _Charged:
        state = State(self._policy, self._scales, self._methods)
        named = {row for event in late for row in event.refs}
        state.events = {row: event for row in named if (event := find(row)) is not None}
        state.events.update((event.row, event) for event in late)
        restate(state, sorted(late, key=lambda event: event.row))
        return _Charged(state.charges, dict[int, Mapping[int, Exact]](state.restated))

    def _by_item(
        self,
        cancel: Collection[int],
        enter: Sequence[Event],
        old: Mapping[int, Event | None],
        recharged: Mapping[int, Exact],
    ) -> dict[str, dict[str, Any]]:
        """The part of each item's keeper: rows to take out, rows to put in, receipts to charge."""
        parts: dict[str, dict[str, Any]] = {}

        def part(item: str) -> dict[str, Any]:
            return parts.setdefault(item, {"cancel": [], "enter": [], "recharge": {}})

        for row, event in old.items():
            if event is not None and event.type not in _LATE:
                part(event.item)["cancel"].append(row)
        for event in enter:
            if event.type not in _LATE:
                part(event.item)["enter"].append(event)
                if total := self._charged.total(event.row):  # another keeper does not know what its receipt carries
                    part(event.item)["recharge"][event.row] = total
        for row, total in recharged.items():
            if row in self._events:
                part(self._events[row].item)["recharge"][row] = total
        return parts

    def _refusal(self, error: StockError, enter: Sequence[Event]) -> StockError:
        row = error.params.get("row")
        events = {**self._events, **{event.row: event for event in enter}}
        return impossible(events[row], error) if isinstance(row, int) and row in events else error

    def _changes(
        self,
        old: Mapping[int, Event | None],
        done: Sequence[Amendment],
        charged: _Charged,
        recharged: Mapping[int, Exact],
    ) -> list[RowChange]:
        """The rows whose cost, or what it did, is another one now."""
        costs = _told_once(change for amendment in done for change in amendment.changes)

        def before_of(row: int) -> Event | None:
            return old[row] if row in old else self._events.get(row)

        past = _Charged(
            ChainMap(charged.charges, self._charged.charges), ChainMap(charged.shares, self._charged.shares)
        )
        named = {*old, *recharged, *(other for row in old for other in self._referring.get(row, ()))}
        changes: list[RowChange] = []
        for row in sorted({*costs, *named, *charged.shares}):
            was, now = before_of(row), self._events.get(row)
            known = costs.get(row)
            before = self._side(was, None if known is None else known[0], past, before_of)
            after = self._side(now, None if known is None else known[1], self._charged, self._events.get)
            if before != after:
                changes.append(RowChange(row, before, after))
        return changes

    def _side(
        self, event: Event | None, cost: Exact | None, charged: _Charged, find: Callable[[int], Event | None]
    ) -> Standing | None:
        if event is None:
            return None
        if event.type in _LATE:
            return self._told(event, self._late_cost(event, charged), charged, find)
        known = self._keepers[event.item].cost(event.row) if cost is None else cost
        return self._told(event, known, charged, find)


def _told_once(changes: Iterable[CostChange]) -> dict[int, tuple[Exact | None, Exact | None]]:
    """The old and the new cost by row; a row that left one item for another is told by both."""
    found: dict[int, tuple[Exact | None, Exact | None]] = {}
    for row, old, new in changes:
        before, after = found.get(row, (None, None))
        found[row] = (before if old is None else old, after if new is None else new)
    return found


def _overlay(charged: _Charged, entries: _Charged) -> None:
    """Put entries in the place of those that were there; what is empty is left out."""
    for row, held in entries.charges.items():
        charged.charges[row] = held
        if not held:
            del charged.charges[row]
    for row, shares in entries.shares.items():
        charged.shares[row] = shares
        if not shares:
            del charged.shares[row]
