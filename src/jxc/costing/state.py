"""What the engine knows at one moment of the replay, and the two primitives: put goods into a pool, take them out.

``State`` holds pools by key (item, place, lot; ``None`` where the scope does not tell them apart), quantities by place
and lot, and the outcome of every row so far.  Every handler of a kind of row works through ``add`` and ``take``, so
layers, shortages, rounding and conservation are decided here once.

Invariant: ``add`` and ``take`` keep ``pool.qty`` and ``pool.value`` equal to the sums over layers less shortages.

>>> state = State(Policy(), Scales(), builtin_methods())
>>> pool = state.pool("TEA", "WH", None)
>>> state.add(pool, Lot(row=0, date=1), 3, 100)
(100, 0)
>>> [piece.cost for piece in state.take(pool, 2, row=1, date=2)], pool.qty, pool.value
([67], 1, 33)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from jxc.costing.events import Event, Scales
from jxc.costing.layers import Layer, Origin, Pool, Rounder, Shortage, Slice
from jxc.costing.methods import CostingMethod, MethodRegistry
from jxc.costing.outcome import Gap, GapKind, Outcome
from jxc.costing.policy import Policy
from jxc.costing.registry import builtin_methods
from jxc.costing.trace import Part, Trace
from jxc.kernel.rounding import Exact

__all__ = ["Charge", "Lot", "Received", "State", "builtin_methods"]

POOLED = -1
"""The ``origin`` of a slice of an average pool: it comes from all that is in the pool."""


@dataclass(frozen=True, slots=True)
class Lot:
    """Who the goods are that come in: the row, the date by which they queue, their lot and price as stated."""

    row: int
    date: int
    origin: int | None = None
    lot: str | None = None
    expiry: int | None = None
    place: str | None = None
    currency: str | None = None
    rate: Fraction | None = None
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Charge:
    """A share of a charge, or a price difference, that belongs to a receipt from its beginning (``restate``)."""

    row: int
    amount: Exact
    is_price: bool = False


@dataclass(slots=True)
class Received:
    """What is remembered of a receipt: its own value, what was added, returned and billed since."""

    qty: Exact
    own: Exact
    charged: Exact = 0
    price_changes: Exact = 0
    added_rows: tuple[int, ...] = ()
    added_qty: Exact = 0
    returned: Exact = 0
    bills: list[tuple[Exact, Fraction | None, int | None]] | None = None

    @property
    def kept(self) -> Exact:
        """The quantity with what was added and without what went back to the supplier."""
        return self.qty + self.added_qty - self.returned

    @property
    def total(self) -> Exact:
        """The value with all charges and price changes."""
        return self.own + self.charged + self.price_changes


class State:
    """All that a replay has come to; see the module."""

    def __init__(self, policy: Policy, scales: Scales, methods: MethodRegistry, *, trace: bool = False) -> None:
        self.policy = policy
        self.scales = scales
        self.methods = methods
        self.rounder = Rounder(policy.rounding, scales)
        self.pools: dict[tuple[str, str | None, str | None], Pool] = {}
        self._found: dict[tuple[str, str | None, str | None], Pool] = {}
        self.pools_of: dict[str, list[Pool]] = {}
        self.outcomes: dict[int, Outcome] = {}
        self.events: dict[int, Event] = {}
        self.placed: dict[tuple[str, str | None], Exact] = {}
        self.places_of: dict[str, list[str | None]] = {}
        self.lots: dict[tuple[str, str | None], dict[str, Exact]] = {}
        self.lot_expiry: dict[tuple[str, str], int | None] = {}
        self.received: dict[int, Received] = {}
        self.made_from: dict[tuple[int, ...], list[Event]] = {}
        self.charges: dict[int, list[Charge]] = {}
        self.restated: dict[int, dict[int, Exact]] = {}
        self.billed: set[int] = set()
        self.settled: dict[int, dict[int, Exact]] = {}
        self.foreign_told: dict[int, Fraction] = {}
        self.claimed: dict[int, list[tuple[Exact, Fraction | None, int | None]]] = {}
        self.unpriced: set[int] = set()
        self.homes: dict[int, list[tuple[Pool, Layer | Origin]]] = {}
        self.standards: dict[tuple[str, str | None], Fraction] = {}
        self.method_of: dict[str, str] = {}
        self.by_place_of: dict[str, bool] = {}
        self.book_method = policy.method
        self.book_by_place = policy.by_place
        self.allowances: dict[str, Exact] = {}
        self.gaps: list[Gap] = []
        self.repriced: Exact = 0
        self.raised: dict[tuple[str, str | None], Exact] = {}
        self.warnings: dict[int, tuple[str, str, str]] = {}
        self.trace = Trace() if trace else None
        self.entered: dict[int, list[Slice]] = {}
        self.today: dict[str, list[tuple[Pool, int, Exact]]] = {}
        self.made_of: dict[int, tuple[Fraction, tuple[int, ...]]] = {}
        self.seq = 0
        self.layered_pick = policy.pick in ("strict", "strict_with_size", "average_of_match", "none")

    # -- pools ---------------------------------------------------------------------------------------------------

    def method(self, item: str, place: str | None) -> CostingMethod:
        """The costing method in force for goods of this item at this place."""
        policy = self.policy
        name = self.method_of.get(item) or policy.item_methods.get(item)
        if name is None and place is not None:
            name = policy.location_methods.get(place)
        return self.methods.get(name or self.book_method)

    def place_key(self, item: str, place: str | None) -> str | None:
        """The place as the scope sees it: itself, its group, or nothing."""
        if not self.by_place_of.get(item, self.book_by_place):
            return None
        return place if place is None else self.policy.place_groups.get(place, place)

    def pool(self, item: str, place: str | None, lot: str | None) -> Pool:
        """The pool that goods of this item, place and lot belong to; a new one where there is none yet."""
        found = self._found.get((item, place, lot))
        if found is not None:
            return found
        found = self._found[item, place, lot] = self._pool(item, place, lot)
        return found

    def _pool(self, item: str, place: str | None, lot: str | None) -> Pool:
        method = self.method(item, place)
        where = self.place_key(item, place)
        key = (item, where, lot if method.by_lot or self.policy.by_lot else None)
        pool = self.pools.get(key)
        if pool is None:
            pool = self.pools[key] = Pool(item, where, key[2], method)
            if method.at_standard:
                pool.standard = self.standard(item, where)
            pool.last_rate = self._initial_rate()
            self.pools_of.setdefault(item, []).append(pool)
        return pool

    def known_pools(self) -> tuple[int, dict[tuple[str, str | None, str | None], Pool], int]:
        """Which pools there are, for ``forget_pools``."""
        return len(self.pools), self._found, len(self._found)

    def forget_pools(self, known: tuple[int, dict[tuple[str, str | None, str | None], Pool], int]) -> None:
        """Forget the pools that came after ``known``: a row that was refused looked into them and left them empty."""
        count, found, length = known
        while len(self.pools) > count:
            _, pool = self.pools.popitem()
            self.pools_of[pool.item].remove(pool)
        if self._found is not found:
            self.forget_found()
        while len(self._found) > length:
            self._found.popitem()

    def forget_found(self) -> None:
        """Look pools up anew: they are not those that were there before."""
        self._found = {}

    def dissolve(self, item: str) -> list[Pool]:
        """Take the item's pools out of the state, for them to be grouped anew."""
        for pools in (self.pools, self._found):
            for key in [key for key in pools if key[0] == item]:
                del pools[key]
        return self.pools_of.pop(item, [])

    def _initial_rate(self) -> Fraction | None:
        initial = self.policy.initial_unit_cost
        return None if initial is None else self.scales.rate(initial)

    def standard(self, item: str, where: str | None) -> Fraction | None:
        """The standard cost in force (minor units per quantum), of the place or else of the item."""
        standard = self.standards.get((item, where), self.standards.get((item, None)))
        if standard is None and item in self.policy.standard_cost:
            standard = self.scales.rate(self.policy.standard_cost[item])
        return standard

    def pools_at(self, item: str, place: str | None, lot: str | None = None) -> list[Pool]:
        """The item's pools, at that place where the scope tells places apart (and of that lot, if given)."""
        where = self.place_key(item, place)
        any_place = place is None or where is None
        return [
            pool
            for pool in self.pools_of.get(item, ())
            if (any_place or pool.place == where) and (lot is None or pool.lot == lot or pool.lot is None)
        ]

    # -- the two primitives -----------------------------------------------------------------------------------------

    def add(self, pool: Pool, goods: Lot, qty: Exact, value: Exact) -> tuple[Exact, Exact]:
        """Put goods into a pool; return the change of its value and the correction of shortages it settled."""
        before = pool.value
        self.seq += 1
        layer = Layer(
            origin=goods.row if goods.origin is None else goods.origin,
            row=goods.row,
            date=goods.date,
            seq=self.seq,
            qty=qty,
            value=value,
            lot=goods.lot,
            expiry=goods.expiry,
            place=goods.place,
            currency=goods.currency,
            rate=goods.rate,
        )
        if self.trace is not None:
            layer.node = self.trace.add(goods.parts or (Part(value, "own", goods.row),))
            piece = Slice(layer.origin, layer.row, layer.date, qty, value, node=layer.node)
            self.entered.setdefault(goods.row, []).append(piece)
        if pool.qty < 0 and self.policy.negative_stock == "cost_reset_to_next_receipt":
            correction = self._reset(pool, layer)
        else:
            correction = self._settle(pool, layer) if pool.shortages else 0
            if layer.qty != layer.out:
                self._lay(pool, layer)
            pool.qty += qty
        if pool.qty == 0 and qty > 0:
            pool.last_rate = Fraction(value) / qty
        if self.rounder.rule == "unit_cost":
            self._reprice(pool, goods.row, before, value)
        return pool.value - before, correction

    def _lay(self, pool: Pool, layer: Layer) -> None:
        left, worth = layer.left, layer.worth
        pool.value += worth
        if not pool.method.averages:
            pool.put(layer)
            self._house(layer, pool, layer)
            return
        origin = Origin(layer.origin, layer.date, left, layer.lot, layer.expiry)
        pool.origins.append(origin)
        self._house(layer, pool, origin)
        held = pool.layers[0] if pool.layers else None
        if held is None or held.qty == held.out:
            pool.layers = [layer]
            layer.found(left, worth)
        elif self.trace is not None and self.trace.join(held.node, layer.node, worth):
            held.found(held.left + left, held.worth + worth)
            held.since = layer.row
        else:
            added = Part(worth, "rest", layer.row, layer.node)
            self.found(pool, held, held.left + left, held.worth + worth, added)

    def _house(self, layer: Layer, pool: Pool, goods: Layer | Origin) -> None:
        """Remember where goods lie: for the row that first brought them in, and for the one that brought them here."""
        self.homes.setdefault(layer.origin, []).append((pool, goods))
        if layer.row != layer.origin:
            self.homes.setdefault(layer.row, []).append((pool, goods))

    def _settle(self, pool: Pool, layer: Layer) -> Exact:
        """Fill the oldest shortages from what comes in; the gap is a correction or is left, by policy."""
        pool.short_rate = None
        correction: Exact = 0
        correct = self.policy.negative_stock == "estimate_then_correct"
        while pool.shortages and layer.qty != layer.out:
            shortage = pool.shortages[0]
            filled = min(shortage.layer.left, layer.left)
            cost = layer.take(filled, self.rounder)
            estimate = shortage.layer.take(filled, self.rounder)
            pool.value += estimate
            gap = estimate - cost
            if correct:
                correction += gap
                self.outcomes[shortage.row].corrections += ((layer.row, gap),)
            elif gap:
                self.gaps.append(Gap(layer.row, "shortage_settled", gap))
            if not shortage.layer.left:
                self.outcomes[shortage.row].status = "final"
                pool.shortages.popleft()
        return correction

    def _reset(self, pool: Pool, layer: Layer) -> Exact:
        """The receipt's price replaces the unit cost of a pool below zero; nothing is booked for the past."""
        before, incoming = pool.value, layer.value
        for shortage in pool.shortages:
            if shortage.row in self.outcomes:
                self.outcomes[shortage.row].status = "final"
        pool.shortages.clear()
        pool.qty += layer.qty
        pool.layers, pool.head = [], 0
        unit = self.rounder.unit(layer.unit_rate)
        pool.last_rate = unit
        value: Exact = pool.qty * unit
        if self.rounder.rule == "unit_cost":
            pool.unit = unit
        else:
            value = self.rounder.money(value)
        if pool.qty > 0:
            layer.found(pool.qty, value)
            pool.layers = [layer]
            home: Layer | Origin = layer
            if pool.method.averages:
                home = Origin(layer.origin, layer.date, pool.qty, layer.lot, layer.expiry)
                pool.origins.append(home)
            self.homes.setdefault(layer.origin, []).append((pool, home))
        elif pool.qty < 0:
            short = Layer(origin=layer.row, row=layer.row, date=layer.date, seq=0, qty=-pool.qty, value=-value)
            pool.shortages.append(Shortage(layer.row, short))
        self.gap(layer.row, "cost_reset", value - before - incoming)
        pool.value = value
        return 0

    def take(
        self,
        pool: Pool,
        qty: Exact,
        *,
        row: int,
        date: int,
        layers: list[Layer] | None = None,
        estimate: Fraction | None = None,
    ) -> list[Slice]:
        """Take goods out of a pool by its method, or out of the layers given; a shortage at its estimate."""
        slices = self._slices(pool, qty, layers)
        rest = qty - sum(piece.qty for piece in slices)
        if rest > 0:
            rate = estimate if estimate is not None else self._estimate(pool, slices)
            slices.append(self._shortage(pool, rest, rate, row, date))
        cost = sum(piece.cost for piece in slices)
        pool.qty -= qty
        pool.value -= cost
        if pool.qty <= 0 and slices:
            pool.last_rate = slices[-1].rate
        return slices

    def _slices(self, pool: Pool, qty: Exact, layers: list[Layer] | None) -> list[Slice]:
        if pool.method.averages and layers is None:
            held = pool.layers[0] if pool.layers else None
            if held is None or held.qty == held.out:
                return []
            return [self._slice_pool(pool, held, min(qty, held.left))]
        slices: list[Slice] = []
        queue = None if layers is None else iter(layers)
        while qty > 0:
            layer = pool.next_layer() if queue is None else next(queue, None)
            if layer is None:
                break
            taken = min(qty, layer.left)
            slices.append(self._slice(layer, taken))
            qty -= taken
        return slices

    def _slice(self, layer: Layer, taken: Exact) -> Slice:
        rate: tuple[Exact, Exact] | Fraction = (layer.value, layer.qty) if layer.rate is None else layer.rate
        if self.rounder.rule == "slice_last_takes_rest":
            rate = (layer.worth, layer.left)
        cost = layer.take(taken, self.rounder)
        return Slice(
            layer.origin, layer.row, layer.date, taken, cost, layer.lot, layer.expiry, layer.currency, rate, layer.node
        )

    def _slice_pool(self, pool: Pool, held: Layer, taken: Exact) -> Slice:
        rate: tuple[Exact, Exact] | Fraction = (held.worth, held.left)
        if self.rounder.rule == "unit_cost" and pool.unit is not None:
            rate = pool.unit
        cost = held.take(taken, self.rounder)
        return Slice(POOLED, held.row, held.date, taken, cost, pool.lot, None, None, rate, held.node)

    @staticmethod
    def _estimate(pool: Pool, slices: list[Slice]) -> Fraction:
        """What goods cost that are not there: the last slice taken, else the current unit cost, else nothing."""
        if pool.standard is not None:
            return pool.standard
        rate = slices[-1].rate if slices else pool.rate
        return rate or Fraction(0)

    def _shortage(self, pool: Pool, qty: Exact, rate: Fraction, row: int, date: int) -> Slice:
        # What a run of shortages costs at one rate is rounded as a whole, so that an issue may be split.
        before = pool.short_qty if pool.shortages and pool.short_rate == rate else 0
        value = self.rounder.money((before + qty) * rate) - self.rounder.money(before * rate)
        pool.short_rate, pool.short_qty = rate, before + qty
        self.seq += 1
        layer = Layer(origin=row, row=row, date=date, seq=self.seq, qty=qty, value=value, rate=rate)
        pool.shortages.append(Shortage(row, layer))
        node = -1 if self.trace is None else self.trace.add((Part(value, "estimate", row),))
        return Slice(row, row, date, qty, value, per=rate, node=node)

    def consume_origins(self, pool: Pool, qty: Exact, own: tuple[int, ...] = ()) -> list[Origin]:
        """Of an average pool: the origins of the goods that leave, their own rows first, else first in first out."""
        gone: list[Origin] = []
        for origin in [held for held in pool.origins if held.origin in own] if own else ():
            taken = min(qty, origin.qty)
            gone.append(replace(origin, qty=taken))
            origin.qty -= taken
            qty -= taken
        while qty > 0 and pool.origins:
            first = pool.origins[0]
            taken = min(qty, first.qty)
            if taken:
                gone.append(replace(first, qty=taken))
            first.qty -= taken
            qty -= taken
            if not first.qty:
                pool.origins.popleft()
        return gone

    # -- rounded unit costs and gaps ------------------------------------------------------------------------------

    def _reprice(self, pool: Pool, row: int, before: Exact, value: Exact) -> None:
        """Under the rule ``unit_cost`` a pool is worth quantity x rounded unit cost."""
        if pool.qty == 0:
            return
        if pool.qty > 0 or pool.unit is None:
            pool.unit = self.rounder.unit(Fraction(pool.value) / pool.qty)
        self.carry_at_unit(pool, row)

    def revalued(self, pool: Pool, row: int) -> None:
        """The pool's value was changed without goods: under the rule ``unit_cost`` its unit cost follows."""
        if self.rounder.rule == "unit_cost" and pool.qty > 0:
            before = pool.value
            pool.unit = self.rounder.unit(Fraction(pool.value) / pool.qty)
            self.carry_at_unit(pool, row)
            self.repriced += pool.value - before
            self.raise_at(pool, pool.value - before)

    def raise_at(self, pool: Pool, amount: Exact) -> None:
        """Note that the row at hand changes the value of a pool without moving goods."""
        key = (pool.item, pool.place)
        self.raised[key] = self.raised.get(key, 0) + amount

    def carry_at_unit(self, pool: Pool, row: int, expected: Exact | None = None) -> None:
        """Set the pool to quantity x its unit cost and list what that changes as a gap."""
        if pool.unit is None:
            return
        value = pool.qty * pool.unit
        self.gap(row, "unit_cost_rounding", value - (pool.value if expected is None else expected))
        if pool.method.averages and pool.layers and pool.qty > 0:
            part = Part(value - pool.layers[0].worth, "rounding", row)
            self.found(pool, pool.layers[0], pool.qty, value, part)
        elif pool.qty < 0:
            for short in pool.shortages:
                short.layer.found(short.layer.left, short.layer.left * pool.unit)
        pool.value = value

    def warn(self, row: int, code: str, message: str, hint: str) -> None:
        """Keep a remark on a row that is in the book all the same: code, message, way out."""
        self.warnings.setdefault(row, (code, message, hint))

    def gap(self, row: int, kind: GapKind, amount: Exact) -> None:
        """List a change of value that no movement carries."""
        if amount:
            self.gaps.append(Gap(row, kind, amount))

    # -- tracing ------------------------------------------------------------------------------------------------------

    def found(self, pool: Pool, layer: Layer, qty: Exact, value: Exact, part: Part | None = None) -> None:
        """Found a layer anew: its quantity and value now, and what was added to its value."""
        if part is not None:
            layer.since = part.row
        if self.trace is not None:
            rest = value - (part.amount if part is not None else 0)
            parts = (Part(rest, "rest", layer.row, layer.node),) if layer.node >= 0 else ()
            layer.node = self.trace.add(parts if part is None else (*parts, part))
        layer.found(qty, value)

    # -- where goods are --------------------------------------------------------------------------------------------

    def move(self, item: str, place: str | None, lot: str | None, qty: Exact) -> None:
        """Change the quantity of an item (and lot) at a place."""
        key = (item, place)
        held = self.placed.get(key)
        if held is None:
            self.places_of.setdefault(item, []).append(place)
        self.placed[key] = (held or 0) + qty
        if lot is not None:
            lots = self.lots.setdefault(key, {})
            lots[lot] = lots.get(lot, 0) + qty

    def totals(self, item: str, place: str | None) -> tuple[Exact, Exact]:
        """Quantity and value of the item over its pools at the place (everywhere, if the scope is the item)."""
        pools = self.pools_at(item, place)
        return sum(pool.qty for pool in pools), sum(pool.value for pool in pools)
