"""The legs of an item's rows, place by place: what the fast keepers of moving average and FIFO have in common.

    Place("WH").keys  = [key, key, ...]         in the order of events, to be searched
    Place("WH").legs  = [Leg(+10), Leg(-4), ...]  beside them; a transfer is two legs, one at each place

An amendment is planned (``late_rows``), checked for shortages against the running balances, and only then applied, so
a refusal has nothing to take back.  ``_value`` is what the methods differ in.  An amendment is undone by the opposite
one: the answers depend on the standing rows alone.

Invariant: between amendments ``on_hand`` of every leg is the quantity on hand after it, and never below zero.

>>> from jxc.costing.late_average import AverageKeeper
>>> keeper = AverageKeeper([Event(0, "receipt", 1, "TEA", 3, 100), Event(2, "issue", 3, "TEA", 3)], Policy())
>>> keeper.amend(enter=[Event(1, "receipt", 2, "TEA", 2, 50)]).changes
[CostChange(row=1, old=None, new=50), CostChange(row=2, old=100, new=90)]
>>> keeper.amend(enter=[Event(3, "issue", 1, "TEA", 3)])
Traceback (most recent call last):
...
jxc.errors.StockError: 3 of TEA wanted, 2 on hand for issue 3 of 0001-01-03 (qty: 3); enter the missing receipt, or \
choose a policy for negative stock
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter

from jxc.costing.events import OUT_TYPES, Event, Scales
from jxc.costing.late import NO_CHARGES, PLAIN_IN, Amendment, CostChange
from jxc.costing.late_rows import Edit, Rows, day_key, share, shortage, whole
from jxc.costing.policy import Policy
from jxc.errors import NotFoundError
from jxc.kernel.rounding import Exact

__all__ = ["Costs", "Found", "Layer", "Leg", "LegKeeper", "Place", "Pool", "Slice", "by_place"]

Costs = dict[int, int | None]
"""Row -> its cost before the amendment, for rows that may have another one after."""

Found = list[tuple[int, int, int]]
"""Rows with the cost that they had, and have now."""

_WHOLE = -1
"""``before`` of a leg that takes all of its source: what arrives of a transfer."""

_MANY = 32
"""So many new legs at one place are sorted in together rather than one by one."""


class Leg:
    """A movement at one place: ``qty`` signed; ``cost`` what it brought or took; ``bal`` what is on hand after it.

    ``source``: the leg whose cost an inbound leg has (the issue that comes back, the other end of a transfer), from
    unit ``before`` on.  ``twin``: of what leaves by transfer, where it arrives.  ``pool``, ``out``: of the average,
    the pool that a leg in founds or a leg out takes of, and what has gone out of it by then (``bal`` is not kept
    then, but found by ``on_hand``).  ``layers``, ``slices``: of FIFO, what came in, and what it went out of.  The key
    of a leg out is even, of a leg in odd: of one row, goods leave before they arrive.
    """

    __slots__ = (
        "bal",
        "before",
        "cost",
        "gone",
        "key",
        "layers",
        "out",
        "place",
        "pool",
        "qty",
        "returns",
        "row",
        "slices",
        "source",
        "twin",
    )

    def __init__(self, key: int, row: int, place: Place, qty: int, cost: int) -> None:
        self.key = key
        self.row = row
        self.place = place
        self.qty = qty
        self.cost = cost
        self.bal = 0
        self.pool: Pool | None = None
        self.out = 0
        self.source: Leg | None = None
        self.before = _WHOLE
        self.twin: Leg | None = None
        self.returns: tuple[Leg, ...] = ()
        self.layers: tuple[Layer, ...] = ()
        self.slices: tuple[Slice, ...] = ()
        self.gone = False

    def on_hand(self) -> int:
        """What is on hand at the place after this leg."""
        return self.bal if self.pool is None else self.pool.whole - self.out

    def brought(self) -> int:
        """The cost at which an inbound leg comes in, as its source stands now."""
        source, before = self.source, self.before
        if source is None:
            return self.cost
        if before == _WHOLE:
            return source.cost
        upto = share(source.cost, before + self.qty, -source.qty)
        return upto - (share(source.cost, before, -source.qty) if before else 0)


class Pool:
    """What is on hand at a place under the average, founded anew by every leg that comes in.

    ``worth``, ``whole``: value and quantity after that leg; ``outs``: what takes of it, in order; ``gone``, ``given``:
    quantity and cost of these in all.  For every worth from ``low`` up to but not including ``high`` their costs are
    known to be the same; ``low == high``: they have to be found.  ``due``: a replay has to look at it.
    """

    __slots__ = ("due", "given", "gone", "high", "leg", "low", "number", "outs", "prev", "whole", "worth")

    def __init__(self, leg: Leg) -> None:
        self.leg = leg
        self.number = leg.place.number
        self.worth = self.whole = self.gone = self.given = 0
        self.low = 0
        self.high: float = 0
        self.outs: tuple[Leg, ...] = ()
        self.prev: Pool | None = None
        self.due = False

    def fill(self, outs: list[Leg], gone: int) -> None:
        """These legs take of it now."""
        self.outs = tuple(outs)
        self.gone = gone
        self.low = self.high = 0


class Layer:
    """Goods that came in together and queue together: ``rank`` is their date, then their arrival; ``slices`` in order.

    ``out``: units handed out so far, where a replay of the place stands.
    """

    __slots__ = ("date", "out", "qty", "rank", "slices", "value")

    def __init__(self, date: int, key: int, number: int, qty: int) -> None:
        self.date = date
        self.rank = ((date << 128) + key << 32) + number
        self.qty = qty
        self.value: int | None = None
        self.out = 0
        self.slices: list[Slice] = []


class Slice:
    """The units ``start`` to ``end`` of a layer, which went out by a leg."""

    __slots__ = ("cost", "end", "layer", "leg", "start")

    def __init__(self, layer: Layer, leg: Leg, start: int, end: int) -> None:
        self.layer = layer
        self.leg = leg
        self.start = start
        self.end = end
        self.cost: int | None = None


class Place:
    """The legs at one place in the order of events."""

    __slots__ = ("keys", "legs", "name", "number")

    def __init__(self, name: str | None, number: int) -> None:
        self.name = name
        self.number = number
        self.keys: list[int] = []
        self.legs: list[Leg] = []

    def put(self, legs: list[Leg]) -> None:
        """Put new legs where they belong."""
        if len(legs) > _MANY:
            self.legs += legs
            self.legs.sort(key=_key)
            self.keys = [leg.key for leg in self.legs]
            return
        for leg in legs:
            at = bisect_left(self.keys, leg.key)
            self.keys.insert(at, leg.key)
            self.legs.insert(at, leg)

    def drop(self, legs: list[Leg]) -> None:
        """Take legs out."""
        if len(legs) > _MANY:
            gone = set(map(id, legs))
            self.legs = [leg for leg in self.legs if id(leg) not in gone]
            self.keys = [leg.key for leg in self.legs]
            return
        for leg in legs:
            at = bisect_left(self.keys, leg.key)
            at += self.legs[at] is not leg
            del self.keys[at], self.legs[at]

    def balance(self, key: int) -> int:
        """What is on hand after all legs up to this key."""
        at = bisect_right(self.keys, key)
        return self.legs[at - 1].on_hand() if at else 0


def _key(leg: Leg) -> int:
    return leg.key


class LegKeeper(ABC):
    """A keeper of legs; ``_value`` of a method brings balances and costs up to date after a change."""

    def __init__(
        self,
        events: Iterable[Event],
        policy: Policy,
        scales: Scales | None = None,
        recharge: Mapping[int, Exact] = NO_CHARGES,
    ) -> None:
        self._rows = Rows(policy, scales)
        self._legs: dict[int, Leg] = {}
        self._places: dict[str | None, Place] = {}
        self._last: Amendment | None = None
        self._make(self._rows.plan((), list(events), recharge))

    # -- answers ----------------------------------------------------------------------------------------------------

    def cost(self, row: int) -> int:
        """The cost of a standing row."""
        leg = self._legs.get(row)
        if leg is None:
            raise NotFoundError("no_such_row", "there is no such row", field="row", value=row + 1)
        return leg.cost

    def costs(self) -> Iterator[tuple[int, int]]:
        """Every standing row with its cost."""
        return ((row, leg.cost) for row, leg in self._legs.items())

    def pools(self) -> dict[str | None, tuple[int, int]]:
        """Quantity and value at the end of every place that has rows."""
        return {name: self._closing(place) for name, place in self._places.items() if place.legs}

    def totals(self, days: Sequence[int]) -> list[int]:
        """The cost of all that was issued up to the end of each day."""
        ends = [2 * day_key(day + 1) for day in days]
        order = sorted(range(len(ends)), key=ends.__getitem__)
        sums = [0] * (len(ends) + 1)
        bounds = [ends[at] for at in order]
        for place in self._places.values():
            for leg in place.legs:
                if leg.qty < 0 and leg.twin is None:
                    sums[bisect_right(bounds, leg.key)] += leg.cost
        found, running = [0] * len(ends), 0
        for position, at in enumerate(order):
            running += sums[position]
            found[at] = running
        return found

    def events(self) -> Mapping[int, Event]:
        """The standing rows."""
        return self._rows.events

    def legs(self) -> Mapping[int, Leg]:
        """The leg of every row; of a transfer the one that leaves."""
        return self._legs

    def charges(self) -> Mapping[int, int]:
        """The charges of receipts that have any."""
        return self._rows.charges

    def dump(self) -> list[tuple[object, ...]]:
        """All that is known, as data: equal for keepers of the same rows, whatever their past."""
        return [
            (place.name, *_told(leg))
            for place in sorted(self._places.values(), key=lambda place: place.name or "")
            for leg in place.legs
        ]

    # -- amending ---------------------------------------------------------------------------------------------------

    def amend(
        self,
        *,
        cancel: Collection[int] = (),
        enter: Sequence[Event] = (),
        recharge: Mapping[int, Exact] = NO_CHARGES,
    ) -> Amendment:
        """Change the standing rows and value anew what that touches; see ``late.ItemKeeper``."""
        rows = self._rows
        edit = rows.plan(cancel, enter, recharge)
        out, back, charged = rows.inverse(edit)
        before, found = self._make(edit)
        now = [None if leg is None else leg.cost for leg in map(self._legs.get, before)]
        if self._last is not None:
            self._last.close()
        self._last = Amendment(
            lambda: _differences(before, now, found),
            lambda: self._take_back(out, back, charged),
        )
        return self._last

    def _take_back(self, cancel: list[int], enter: list[Event], recharge: Mapping[int, Exact]) -> None:
        self._last = None
        self._make(self._rows.plan(cancel, enter, recharge))

    def _make(self, edit: Edit) -> tuple[Costs, Found]:
        """Apply a planned edit, or refuse it for a shortage; the costs before, and those found to be others."""
        out = [leg for row in edit.leaving for leg in self._legs_of(row)]
        new = [leg for key, event in edit.entering for leg in self._made(key, event)]
        self._check(out, new, edit)
        before: Costs = {row: self._legs[row].cost for row in edit.leaving}
        self._rows.apply(edit)
        for row in edit.leaving:
            del self._legs[row]
        for _, event in edit.entering:
            before.setdefault(event.row, None)
        for leg in new:
            if leg.source is None:
                self._legs[leg.row] = leg
        dirty = [*self._link(edit), *self._charge(edit, before)]
        found: Found = []
        self._value(out, new, dirty, before, found)
        return before, found

    def _legs_of(self, row: int) -> tuple[Leg, ...]:
        leg = self._legs[row]
        return (leg,) if leg.twin is None else (leg, leg.twin)

    def _place(self, name: str | None) -> Place:
        where = name if self._rows.policy.by_place else None
        place = self._places.get(where)
        if place is None:
            place = self._places[where] = Place(where, len(self._places))
        return place

    def _made(self, key: int, event: Event) -> tuple[Leg, ...]:
        """The legs of an entering row."""
        qty, place = whole(event.qty), self._place(event.place)
        if event.type in PLAIN_IN:
            return (Leg(2 * key + 1, event.row, place, qty, whole(event.amount or 0)),)
        if event.type not in OUT_TYPES and event.type != "transfer":
            return (Leg(2 * key + 1, event.row, place, qty, 0),)
        leg = Leg(2 * key, event.row, place, -qty, 0)
        if event.type != "transfer":
            return (leg,)
        leg.twin = Leg(2 * key + 1, event.row, self._place(event.to_place), qty, 0)
        leg.twin.source = leg
        return (leg, leg.twin)

    def _link(self, edit: Edit) -> Iterator[Leg]:
        """Tie returns to their issues; those that stood before may have another value now."""
        for link in edit.links:
            issue = self._legs.get(link.issue)
            if issue is None:
                continue
            issue.returns = tuple(self._legs[row] for row, _ in link.befores)
            for leg, (_, before) in zip(issue.returns, link.befores, strict=True):
                leg.source, leg.before = issue, before
                yield leg

    def _charge(self, edit: Edit, before: Costs) -> Iterator[Leg]:
        """Give receipts their own amount and the charges that they have now; those that differ."""
        charges, events = self._rows.charges, self._rows.events
        rows = [*edit.charges, *(row for row in edit.leaving if row in charges)]
        for row in rows:
            leg, amount = self._legs[row], events[row].amount
            cost = whole(amount or 0) + charges.get(row, 0)
            if cost != leg.cost:
                before.setdefault(row, leg.cost)
                leg.cost = cost
                yield leg

    # -- shortages --------------------------------------------------------------------------------------------------

    def _check(self, out: list[Leg], new: list[Leg], edit: Edit) -> None:
        """Refuse the edit if any row, at any place, would then take more than is on hand by then; the first such."""
        shorts: list[tuple[int, Leg, int]] = []
        for place, gone, fresh in by_place(out, new):
            short = _first_short(place, gone, fresh)
            if short is not None:
                shorts.append(short)
        if shorts:
            _, leg, held = min(shorts, key=lambda short: short[0])
            entering = {event.row: event for _, event in edit.entering}
            event = entering.get(leg.row) or self._rows.events[leg.row]
            raise shortage(self._rows.scales, event, held)

    # -- of the method ----------------------------------------------------------------------------------------------

    @abstractmethod
    def _closing(self, place: Place) -> tuple[int, int]:
        """Quantity and value of a place at the end."""

    @abstractmethod
    def _value(self, out: list[Leg], new: list[Leg], dirty: list[Leg], before: Costs, found: Found) -> None:
        """Take legs out, put legs in, and value anew what depends on them or on the legs that are dirty.

        Costs that change go into ``before`` as they were, unless the row is there already; or into ``found``, each
        row once, which is cheaper.  ``before`` goes before ``found``.
        """


def _differences(before: Costs, now: list[int | None], found: Found) -> list[CostChange]:
    """The rows whose cost is another one now, by number."""
    changes: list[tuple[int, int | None, int | None]] = [told for told in found if told[0] not in before]
    changes += [told for told in zip(before, before.values(), now, strict=True) if told[1] != told[2]]
    changes.sort(key=itemgetter(0))
    return list(map(CostChange._make, changes))


def _told(leg: Leg) -> tuple[object, ...]:
    pool = () if leg.pool is None else _told_pool(leg.pool)
    source = None if leg.source is None else leg.source.key
    returns = [back.key for back in leg.returns]
    layers = [(layer.rank, layer.qty, layer.value, [part.leg.key for part in layer.slices]) for layer in leg.layers]
    slices = [(part.layer.rank, part.start, part.end, part.cost) for part in leg.slices]
    state = (leg.key, leg.row, leg.qty, leg.cost, leg.bal, leg.out, pool, source, leg.before, returns)
    return (*state, layers, slices)


def _told_pool(pool: Pool) -> tuple[object, ...]:
    prev = None if pool.prev is None else pool.prev.leg.key
    outs = [leg.key for leg in pool.outs]
    return (pool.leg.key, pool.worth, pool.whole, pool.gone, pool.given, pool.due, prev, outs)


def by_place(out: list[Leg], new: list[Leg]) -> list[tuple[Place, list[Leg], list[Leg]]]:
    """The legs that leave and those that come, by place."""
    found: dict[int, tuple[Place, list[Leg], list[Leg]]] = {}
    for coming, legs in ((False, out), (True, new)):
        for leg in legs:
            _, gone, fresh = found.setdefault(leg.place.number, (leg.place, [], []))
            (fresh if coming else gone).append(leg)
    return list(found.values())


def _first_short(place: Place, gone: list[Leg], fresh: list[Leg]) -> tuple[int, Leg, int] | None:
    """The first leg at a place that the changed balance does not suffice for, and what is on hand before it."""
    keys, legs = place.keys, place.legs
    changes: dict[int, int] = {}
    for leg in gone:
        changes[leg.key] = -leg.qty
    for leg in fresh:
        changes[leg.key] = changes.get(leg.key, 0) + leg.qty
    new = {leg.key: leg for leg in fresh if leg.qty < 0}
    order = sorted(changes)
    running = 0
    for position, key in enumerate(order):
        running += changes[key]
        if key in new:
            left = place.balance(key) + running
            if left < 0:
                return key, new[key], left - new[key].qty
        if running >= 0:
            continue
        start = bisect_right(keys, key)
        end = bisect_left(keys, order[position + 1]) if position + 1 < len(order) else len(keys)
        for number in range(start, end):
            leg = legs[number]
            left = leg.on_hand() + running
            if left < 0:
                return leg.key, leg, left - leg.qty
    return None
