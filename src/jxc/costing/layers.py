"""Layers and pools: what is on hand, what it is worth, and since when.

A ``Layer`` is a quantity that came in together with its exact value, and how much of both has been handed out.  A
``Pool`` is what the policy's scope costs together: an ordered queue of layers (FIFO and its kin), or a single layer
that every receipt founds anew (averages), beside the shortages that an issue beyond stock has left.

Invariants: ``0 <= out <= qty``; a layer that is used up has handed out its whole value; a pool's ``qty`` and
``value`` are the sums over its layers less those over its shortages.

>>> layer = Layer(origin=0, row=0, date=1, seq=0, qty=3, value=100)
>>> [layer.take(1, Rounder(CostRounding(), Scales())) for _ in range(3)]
[33, 34, 33]
"""

from __future__ import annotations

from bisect import insort
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from jxc.costing.events import LotMatch, Scales
from jxc.costing.methods import CostingMethod
from jxc.costing.policy import CostRounding, RoundingRule
from jxc.kernel.rounding import Exact, RoundingMode, divide

__all__ = ["Layer", "Origin", "Pool", "Rounder", "Shortage", "Slice"]


class Rounder:
    """The rounding policy at work on minor units and quanta."""

    __slots__ = ("mode", "rule", "scale", "unit_places")

    def __init__(self, rounding: CostRounding, scales: Scales) -> None:
        self.rule: RoundingRule = rounding.rule
        self.mode: RoundingMode = rounding.mode
        self.scale = Fraction(10**scales.qty_places, 10**scales.money_places)
        self.unit_places = rounding.unit_cost_places

    def money(self, amount: Exact) -> Exact:
        """An exact amount as money: whole minor units, or as it is where nothing is rounded."""
        if self.rule == "none":
            return amount
        return amount if isinstance(amount, int) else divide(amount.numerator, amount.denominator, self.mode)

    def share(self, value: Exact, part: Exact, whole: Exact) -> Exact:
        """``value * part / whole`` as money."""
        if part == whole:
            return value
        if self.rule == "none":
            return Fraction(value * part) / whole
        return divide(value * part, whole, self.mode)

    def unit(self, rate: Exact) -> Fraction:
        """A rate rounded to the places of a unit cost; unrounded where the policy names none."""
        if self.unit_places is None:
            return Fraction(rate)
        scale = 10**self.unit_places
        return Fraction(divide(Fraction(rate) * self.scale * scale, 1, self.mode), scale) / self.scale


class Layer:
    """Goods that came in together: ``qty`` and ``value`` when founded, ``out`` and ``cost_out`` handed out since.

    ``origin`` is the row by which the goods first came in and stays with them through transfers, as do ``date`` (the
    date by which they queue), ``lot``, ``expiry``; ``row`` is the row that put this layer here, ``since`` the one that
    changed last what its value is made of.
    """

    __slots__ = (
        "cost_out",
        "currency",
        "date",
        "expiry",
        "lot",
        "node",
        "origin",
        "out",
        "place",
        "qty",
        "rate",
        "row",
        "seq",
        "since",
        "value",
    )

    def __init__(
        self,
        *,
        origin: int,
        row: int,
        date: int,
        seq: int,
        qty: Exact,
        value: Exact,
        lot: str | None = None,
        expiry: int | None = None,
        place: str | None = None,
        currency: str | None = None,
        rate: Fraction | None = None,
    ) -> None:
        self.origin = origin
        self.row = row
        self.date = date
        self.seq = seq
        self.qty = qty
        self.value = value
        self.lot = lot
        self.expiry = expiry
        self.place = place
        self.currency = currency
        self.rate = rate
        self.since = row
        self.node = -1
        self.out: Exact = 0
        self.cost_out: Exact = 0

    @property
    def left(self) -> Exact:
        """The quantity not handed out yet."""
        return self.qty - self.out

    @property
    def worth(self) -> Exact:
        """The value not handed out yet."""
        return self.value - self.cost_out

    @property
    def unit_rate(self) -> Fraction:
        """Value per quantum when founded or last re-valued: the layer's unit cost."""
        return self.rate if self.rate is not None else Fraction(self.value) / self.qty

    def take(self, qty: Exact, rounder: Rounder) -> Exact:
        """Hand out ``qty`` and return its cost; what empties the layer takes all that is left."""
        cost = self._cost_of(qty, rounder)
        self.out += qty
        self.cost_out += cost
        return cost

    def _cost_of(self, qty: Exact, rounder: Rounder) -> Exact:
        left = self.qty - self.out
        if qty == left:
            return self.value - self.cost_out
        rule = rounder.rule
        if rule == "slice_last_takes_rest":
            return rounder.share(self.worth, qty, left)
        if rule == "residual_to_stock":
            return rounder.money(qty * rounder.unit(Fraction(self.worth) / left))
        if rule == "residual_to_issue":
            return self.worth - rounder.money((left - qty) * rounder.unit(Fraction(self.worth) / left))
        return rounder.share(self.value, self.out + qty, self.qty) - self.cost_out

    def found(self, qty: Exact, value: Exact) -> None:
        """Start anew with this quantity and value: a receipt into an average pool, a charge, a revaluation."""
        self.qty = qty
        self.value = value
        self.out = 0
        self.cost_out = 0
        self.rate = None

    def fits(self, match: LotMatch) -> bool:
        """Whether this layer is one of those that an issue names."""
        return (
            (match.lot is None or match.lot == self.lot)
            and (match.lot_date is None or match.lot_date == self.date)
            and (match.currency is None or self.currency is None or match.currency == self.currency)
            and (match.rate is None or match.rate == self.unit_rate)
        )


@dataclass(slots=True)
class Shortage:
    """What an issue took that was not there: a layer of negative quantity at the estimated cost."""

    row: int
    layer: Layer


@dataclass(slots=True)
class Slice:
    """What one movement took from one layer; ``origin`` and ``date`` are the layer's, ``lot`` and ``expiry`` too.

    ``per``: the unit cost of the layer, as a rate or as (value, quantity), which costs nothing to keep.
    """

    origin: int
    row: int
    date: int
    qty: Exact
    cost: Exact
    lot: str | None = None
    expiry: int | None = None
    currency: str | None = None
    per: tuple[Exact, Exact] | Fraction | None = None
    node: int = -1

    @property
    def rate(self) -> Fraction | None:
        """The unit cost of what it was taken from (minor units per quantum), worked out when it is asked for."""
        return Fraction(self.per[0]) / self.per[1] if isinstance(self.per, tuple) else self.per


@dataclass(slots=True)
class Origin:
    """Goods in an average pool, by where they came from: quantity only, first in first out."""

    origin: int
    date: int
    qty: Exact
    lot: str | None = None
    expiry: int | None = None


class Pool:
    """What is costed together: layers in queue order, shortages, and the last unit cost used."""

    __slots__ = (
        "allowance",
        "head",
        "item",
        "last_rate",
        "layers",
        "lot",
        "method",
        "origins",
        "place",
        "qty",
        "short_qty",
        "short_rate",
        "shortages",
        "standard",
        "unit",
        "value",
    )

    def __init__(self, item: str, place: str | None, lot: str | None, method: CostingMethod) -> None:
        self.item = item
        self.place = place
        self.lot = lot
        self.method = method
        self.layers: list[Layer] = []
        self.head = 0
        self.qty: Exact = 0
        self.value: Exact = 0
        self.shortages: deque[Shortage] = deque()
        self.origins: deque[Origin] = deque()
        self.last_rate: Fraction | None = None
        self.standard: Fraction | None = None
        self.unit: Fraction | None = None
        self.short_rate: Fraction | None = None
        self.short_qty: Exact = 0
        self.allowance: Exact = 0

    def open_layers(self) -> Iterator[Layer]:
        """The layers that hold something, in the order in which they queue."""
        return (layer for layer in self.layers[self.head :] if layer.qty != layer.out)

    def put(self, layer: Layer) -> None:
        """Put a layer where its date and cost make it queue."""
        if self.head and self.head * 2 > len(self.layers):
            del self.layers[: self.head]
            self.head = 0
        layers = self.layers
        rank = self.method.rank
        if len(layers) == self.head or rank(layers[-1]) <= rank(layer):
            layers.append(layer)
        else:
            insort(layers, layer, lo=self.head, key=rank)

    def requeue(self, layer: Layer) -> None:
        """Queue a layer again whose cost has changed, where the method queues by cost."""
        if self.method.by_cost:
            self.layers = [other for other in self.layers[self.head :] if other is not layer]
            self.head = 0
            self.put(layer)

    def next_layer(self) -> Layer | None:
        """The layer that leaves next by the method; layers that are used up are dropped on the way."""
        layers = self.layers
        if self.method.from_tail:
            while len(layers) > self.head:
                layer = layers[-1]
                if layer.qty != layer.out:
                    return layer
                layers.pop()
            return None
        while self.head < len(layers):
            layer = layers[self.head]
            if layer.qty != layer.out:
                return layer
            self.head += 1
        return None

    def clear(self) -> None:
        """Hold nothing and owe nothing; whoever still knows its layers finds them used up."""
        for layer in self.layers:
            layer.found(0, 0)
        for origin in self.origins:
            origin.qty = 0
        self.layers, self.head = [], 0
        self.shortages.clear()
        self.origins.clear()
        self.qty, self.value, self.unit = 0, 0, None

    @property
    def rate(self) -> Fraction | None:
        """The current unit cost (minor units per quantum): value over quantity, or the last one used."""
        if self.unit is not None:
            return self.unit
        if self.standard is not None and self.qty <= 0:
            return self.standard
        return Fraction(self.value) / self.qty if self.qty > 0 else self.last_rate
