"""Goods recorded late under FIFO where nothing is transferred or returned: no cost is kept, each is worked out.

Every place is a ``CumulativeIndex``.  An amendment changes a few rows of it, whatever the number of rows after; costs
and the totals of periods are differences of F.  The list of changes is found when it is asked for, by looking at the
rows between the first unit and the last that can have another cost, once as they are and once as they were.  It can be
asked for until the next amendment; where it is short it is kept.

Invariant: the answers are those of ``late_fifo``.

>>> from jxc.costing.events import Event
>>> rows = [Event(0, "receipt", 1, "TEA", 9, 900), Event(1, "issue", 2, "TEA", 2), Event(2, "issue", 3, "TEA", 8)]
>>> keeper = IndexKeeper([*rows, Event(3, "receipt", 2, "TEA", 1, 50)], Policy())
>>> keeper.amend(enter=[Event(4, "receipt", 1, "TEA", 2, 20), Event(5, "issue", 1, "TEA", 2)]).changes
[CostChange(row=2, old=750, new=570), CostChange(row=4, old=None, new=20), CostChange(row=5, old=None, new=200)]
>>> keeper.totals([1, 2, 3])
[200, 400, 970]
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from jxc.costing.events import OUT_TYPES, Event, Scales
from jxc.costing.late import NO_CHARGES, Amendment, CostChange
from jxc.costing.late_index import CumulativeIndex, Held
from jxc.costing.late_rows import Edit, Rows, day_key, shortage, whole
from jxc.costing.policy import Policy
from jxc.errors import NotFoundError
from jxc.kernel.rounding import Exact

__all__ = ["IndexKeeper", "Policy"]


@dataclass(frozen=True, slots=True)
class _Op:
    """At one key of one place: what was there, and what is there now."""

    place: str | None
    key: int
    old: Held | None
    new: Held | None

    @property
    def qty(self) -> int:
        return (self.new[1] if self.new else 0) - (self.old[1] if self.old else 0)

    def net(self, sign: int) -> int | None:
        """How much more comes in (1) or goes out (-1) here than did; ``None``: nothing does, and nothing did."""
        found = [(held[1] * sign, way) for held, way in ((self.old, -1), (self.new, 1)) if held and held[1] * sign > 0]
        return sum(qty * way for qty, way in found) if found else None


@dataclass(frozen=True, slots=True)
class _Span:
    """The units of a place that may have another cost: from ``low`` on, up to ``high`` now, ``high_before`` before."""

    place: str | None
    low: int
    high: int | None
    high_before: int | None


class IndexKeeper:
    """A keeper of one plain item under FIFO without transfers and returns; see the module."""

    def __init__(
        self,
        events: Iterable[Event],
        policy: Policy,
        scales: Scales | None = None,
        recharge: Mapping[int, Exact] = NO_CHARGES,
    ) -> None:
        self._rows = Rows(policy, scales)
        self._places: dict[str | None, CumulativeIndex] = {}
        self._last: Amendment | None = None
        edit = self._rows.plan((), list(events), recharge)
        self._rows.apply(edit)
        self._fill(edit)

    def _fill(self, edit: Edit) -> None:
        """Make the indexes of all rows; an issue beyond stock is refused."""
        by_place: dict[str | None, list[tuple[int, int, int, int]]] = {}
        for key, event in edit.entering:
            row, qty, value = self._held(event, edit.charges.get(event.row, 0))
            by_place.setdefault(self._where(event), []).append((key, row, qty, value))
        for name, rows in by_place.items():
            self._places[name] = CumulativeIndex(sorted(rows))
        shorts = (index.first_below(-1, None, 0) for index in self._places.values())
        self._refuse([short for short in shorts if short is not None], {})

    # -- answers ----------------------------------------------------------------------------------------------------

    def cost(self, row: int) -> int:
        """The cost of a standing row."""
        event = self._rows.events.get(row)
        if event is None:
            raise NotFoundError("no_such_row", "there is no such row", field="row", value=row + 1)
        if event.type not in OUT_TYPES:
            return self._held(event, self._rows.charges.get(row, 0))[2]
        index, start = self.taker(event)
        return index.cost_of_first(start + whole(event.qty)) - index.cost_of_first(start)

    def taker(self, event: Event) -> tuple[CumulativeIndex, int]:
        """The queue that an issue takes of, and how many units went before."""
        index = self._places[self._where(event)]
        return index, index.before(self._rows.key(event))[1]

    def costs(self) -> Iterator[tuple[int, int]]:
        """Every standing row with its cost."""
        for index in self._places.values():
            yield from index.receipts()
            yield from index.costs(0, None)

    def pools(self) -> dict[str | None, tuple[int, int]]:
        """Quantity and value at the end of every place that has rows."""
        found: dict[str | None, tuple[int, int]] = {}
        for name, index in self._places.items():
            came, went, worth = index.total()
            if came:
                found[name] = (came - went, worth - index.cost_of_first(went))
        return found

    def totals(self, days: Sequence[int]) -> list[int]:
        """The cost of all that was issued up to the end of each day."""
        ends = [day_key(day + 1) for day in days]
        indexes = self._places.values()
        return [sum(index.cost_of_first(index.before(end)[1]) for index in indexes) for end in ends]

    def events(self) -> Mapping[int, Event]:
        """The standing rows."""
        return self._rows.events

    def charges(self) -> Mapping[int, int]:
        """The charges of receipts that have any."""
        return self._rows.charges

    def dump(self) -> list[tuple[object, ...]]:
        """All that is known, as data: equal for keepers of the same rows, whatever their past."""
        places = sorted(self._places.items(), key=lambda place: place[0] or "")
        return [(name, *told) for name, index in places for told in index.dump()]

    # -- amending ---------------------------------------------------------------------------------------------------

    def amend(
        self,
        *,
        cancel: Collection[int] = (),
        enter: Sequence[Event] = (),
        recharge: Mapping[int, Exact] = NO_CHARGES,
    ) -> Amendment:
        """Change the standing rows; see ``late.ItemKeeper``.  Changes can be asked for until the next amendment."""
        edit = self._rows.plan(cancel, enter, recharge)
        out, back, charged = self._rows.inverse(edit)
        ops = self._ops(edit)
        self._check(ops, {event.row: event for _, event in edit.entering})
        if self._last is not None:
            self._last.close()
        find, lasting = self._apply(edit, ops)
        self._last = Amendment(find, lambda: self._take_back(out, back, charged), lasting=lasting)
        return self._last

    def _apply(self, edit: Edit, ops: list[_Op]) -> tuple[Callable[[], list[CostChange]], bool]:
        """Make the change, and say how its effects are found: at once where they are few or only values change."""
        self._rows.apply(edit)
        if all(op.old and op.new and op.old[1] == op.new[1] for op in ops):
            spans = self._spans(ops)
            old = self._told(spans, (op.old for op in ops))
            self._put(ops)
            found = _differences(old, self._told(spans, (op.new for op in ops)))
            return lambda: found, True
        self._put(ops)
        spans = self._spans(ops)
        if all(self._places[span.place].nearby(span.low, span.high) for span in spans):
            found = self._changes(ops, spans)
            return lambda: found, True
        return lambda: self._changes(ops, spans), False

    def _take_back(self, cancel: list[int], enter: list[Event], recharge: Mapping[int, Exact]) -> None:
        self._last = None
        edit = self._rows.plan(cancel, enter, recharge)
        ops = self._ops(edit)
        self._rows.apply(edit)
        self._put(ops)

    def _where(self, event: Event) -> str | None:
        return event.place if self._rows.policy.by_place else None

    def _held(self, event: Event, charge: int) -> Held:
        if event.type in OUT_TYPES:
            return event.row, -whole(event.qty), 0
        return event.row, whole(event.qty), whole(event.amount or 0) + charge

    def _ops(self, edit: Edit) -> list[_Op]:
        """What the edit changes, key by key."""
        rows, charges = self._rows, self._rows.charges
        old: dict[tuple[str | None, int], Held] = {}
        new: dict[tuple[str | None, int], Held] = {}
        for row, event in edit.leaving.items():
            old[self._where(event), rows.key(event)] = self._held(event, charges.get(row, 0))
        for key, event in edit.entering:
            kept = charges.get(event.row, 0) if event.row in edit.leaving else 0
            new[self._where(event), key] = self._held(event, edit.charges.get(event.row, kept))
        entering = {event.row for _, event in edit.entering}
        for row, total in edit.charges.items():
            if row not in entering:
                event = rows.events[row]
                at = (self._where(event), rows.key(event))
                old[at], new[at] = self._held(event, charges.get(row, 0)), self._held(event, total)
        return [_Op(*at, old.get(at), new.get(at)) for at in sorted(old | new, key=_by_place_and_key)]

    def _put(self, ops: Iterable[_Op]) -> None:
        for op in ops:
            if op.place not in self._places:
                self._places[op.place] = CumulativeIndex([])
            self._places[op.place].replace(op.key, op.old, op.new)

    # -- shortages --------------------------------------------------------------------------------------------------

    def _check(self, ops: list[_Op], entering: Mapping[int, Event]) -> None:
        """Refuse what makes any row take more than is on hand by then; the first such row is named."""
        places = dict.fromkeys(op.place for op in ops)
        shorts = (self._first_short(place, [op for op in ops if op.place == place]) for place in places)
        self._refuse([short for short in shorts if short is not None], entering)

    def _refuse(self, shorts: list[tuple[int, int, int]], entering: Mapping[int, Event]) -> None:
        if shorts:
            _, row, left = min(shorts)
            event = entering.get(row) or self._rows.events[row]
            raise shortage(self._rows.scales, event, left + whole(event.qty))

    def _first_short(self, place: str | None, ops: list[_Op]) -> tuple[int, int, int] | None:
        """Key and row of the first that takes too much, and what it would leave."""
        index = self._places.get(place) or CumulativeIndex([])
        running = 0
        for position, op in enumerate(ops):
            running += op.qty
            if op.new is not None and op.new[1] < 0:
                came, went = index.before(op.key + 1)
                if came - went + running < 0:
                    return op.key, op.new[0], came - went + running
            until = ops[position + 1].key if position + 1 < len(ops) else None
            found = index.first_below(op.key, until, -running) if running < 0 else None
            if found is not None:
                key, row, left = found
                return key, row, left + running
        return None

    # -- changes ----------------------------------------------------------------------------------------------------

    def _spans(self, ops: list[_Op]) -> list[_Span]:
        """By place, the units that may have another cost."""
        return [
            _span(self._places[place], place, [op for op in ops if op.place == place])
            for place in dict.fromkeys(op.place for op in ops)
        ]

    def _changes(self, ops: list[_Op], spans: list[_Span]) -> list[CostChange]:
        """Every row with another cost: the rows of the spans as they are and as they were."""
        new = self._told(spans, (op.new for op in ops))
        self._put(_Op(op.place, op.key, op.new, op.old) for op in reversed(ops))
        old = self._told([replace(span, high=span.high_before) for span in spans], (op.old for op in ops))
        self._put(ops)
        return _differences(old, new)

    def _told(self, spans: list[_Span], held: Iterable[Held | None]) -> dict[int, int]:
        costs = {row: value for row, qty, value in filter(None, held) if qty > 0}
        for span in spans:
            costs.update(self._places[span.place].costs(span.low, span.high))
        return costs


def _differences(old: Mapping[int, int], new: Mapping[int, int]) -> list[CostChange]:
    rows = sorted(old.keys() | new.keys())
    return [CostChange(row, old.get(row), new.get(row)) for row in rows if old.get(row) != new.get(row)]


def _by_place_and_key(at: tuple[str | None, int]) -> tuple[str, int]:
    return at[0] or "", at[1]


def _span(index: CumulativeIndex, place: str | None, ops: list[_Op]) -> _Span:
    """Before the first change nothing differs; after the last, where as much more came as went, nothing either."""
    came = [op for op in ops if op.net(1) is not None]
    went = [op for op in ops if op.net(-1) is not None]
    low = min([index.before(op.key)[0] for op in came[:1]] + [index.before(op.key)[1] for op in went[:1]])
    more, less = (sum(op.net(sign) or 0 for op in ops) for sign in (1, -1))
    if more != less:
        return _Span(place, low, None, None)
    last = [index.before(op.key + 1)[0] for op in came[-1:]] + [index.before(op.key + 1)[1] for op in went[-1:]]
    return _Span(place, low, max(last), max(last) - more)
