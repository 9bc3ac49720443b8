"""What the engine reads: one event a row, in exact integers.

A fact or a row of a table becomes one ``Event`` (an assembly: several).  Quantities count in quanta of ``10**-s`` of
the base unit and money in minor units of ``10**-m`` of the currency; both scales are stated once, in ``Scales``, never
per row.  A conversion that no power of ten can hold stays an exact ``Fraction``: the engine computes with either.

Invariant: an event holds what was stated and nothing that was computed; ``amount`` is the line's own total.

>>> scales = Scales(money_places=2, qty_places=3)
>>> scales.money(Fraction("12.5")), scales.qty(Fraction("1.5")), scales.rate(Fraction("2"))
(Fraction(1250, 1), 1500, Fraction(1, 5))
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from jxc.kernel.rounding import Exact

__all__ = [
    "IN_TYPES",
    "NO_DETAILS",
    "OUT_TYPES",
    "Details",
    "Event",
    "Foreign",
    "LotMatch",
    "Scales",
    "power",
]

IN_TYPES = frozenset({"opening", "receipt", "adjust_in", "assembly", "disassembly"})
"""Rows that bring goods in at a cost of their own (``assembly`` and ``disassembly`` rows: the goods produced)."""

OUT_TYPES = frozenset({"issue", "scrap", "adjust_out"})
"""Rows that take goods out at the cost that the method finds."""


def power(places: int) -> int:
    """Ten to the number of places, which is never negative."""
    return int(10**places)


@dataclass(frozen=True, slots=True)
class Scales:
    """The one scale of money and the one of quantity of a run: decimal places of the integers inside."""

    money_places: int = 2
    qty_places: int = 0

    def money(self, amount: Fraction) -> Fraction:
        """An amount of the currency in minor units, exact."""
        return amount * power(self.money_places)

    def qty(self, quantity: Fraction) -> Exact:
        """A quantity of the base unit in quanta; an ``int`` where it is whole."""
        scaled = quantity * power(self.qty_places)
        return scaled.numerator if scaled.denominator == 1 else scaled

    def rate(self, unit_cost: Fraction) -> Fraction:
        """A unit cost in minor units per quantum."""
        return unit_cost * Fraction(10**self.money_places, 10**self.qty_places)

    def unit_cost(self, rate: Exact) -> Fraction:
        """A rate (minor units per quantum) as a unit cost of the currency per base unit."""
        return Fraction(rate) * Fraction(10**self.qty_places, 10**self.money_places)


@dataclass(frozen=True, slots=True, kw_only=True)
class LotMatch:
    """Which lots an issue may take: every field given must fit (``rate`` in minor units per quantum)."""

    rate: Fraction | None = None
    lot_date: int | None = None
    lot: str | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """The price as typed in a foreign currency; ``rate`` is book currency per foreign unit, ``unit_cost`` per unit."""

    currency: str
    rate: Fraction
    unit_cost: Fraction | None = None
    amount: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What only some rows carry; amounts in minor units, quantities in quanta, rates in minor units per quantum."""

    lots: tuple[tuple[str, Exact], ...] = ()
    lot_match: LotMatch | None = None
    sale_price: Fraction | None = None
    cost_from: tuple[int, ...] = ()
    add_amount: Exact = 0
    share: Fraction | None = None
    share_weight: Fraction | None = None
    received_qty: Exact | None = None
    freight: Exact = 0
    credit_price: Fraction | None = None
    allocate_by: Literal["value", "qty", "equal", "weight", "volume"] = "value"
    weights: tuple[Fraction, ...] = ()
    shares: tuple[Exact, ...] = ()
    unit_weight: Fraction | None = None
    unit_volume: Fraction | None = None
    direction: Literal["bill", "refund"] | None = None
    foreign: Foreign | None = None
    standard_qty_allowed: Exact | None = None
    nrv: Exact | None = None
    to: str | None = None
    factor: Fraction | None = None
    estimated: bool = False
    batch: str | None = None


NO_DETAILS = Details()


class Event:
    """One row as the engine sees it; ``row`` is its position in the input, from 0."""

    __slots__ = (
        "amount",
        "currency",
        "date",
        "details",
        "doc",
        "expiry",
        "id",
        "item",
        "lot",
        "lot_date",
        "place",
        "qty",
        "rate",
        "reason",
        "refs",
        "row",
        "time",
        "to_place",
        "type",
    )

    def __init__(
        self,
        row: int,
        type: str,  # noqa: A002 - the field's own name in every file and fact
        date: int,
        item: str,
        qty: Exact = 0,
        amount: Exact | None = None,
        *,
        id: str = "",  # noqa: A002 - the field's own name
        time: int = 0,
        place: str | None = None,
        to_place: str | None = None,
        lot: str | None = None,
        expiry: int | None = None,
        lot_date: int | None = None,
        rate: Fraction | None = None,
        currency: str | None = None,
        refs: tuple[int, ...] = (),
        reason: str | None = None,
        doc: str | None = None,
        details: Details = NO_DETAILS,
    ) -> None:
        self.row = row
        self.type = type
        self.date = date
        self.item = item
        self.qty = qty
        self.amount = amount
        self.id = id
        self.time = time
        self.place = place
        self.to_place = to_place
        self.lot = lot
        self.expiry = expiry
        self.lot_date = lot_date
        self.rate = rate
        self.currency = currency
        self.refs = refs
        self.reason = reason
        self.doc = doc
        self.details = details

    def of(self, qty: Exact, lot: str | None) -> Event:
        """A part of the row: the same, of another quantity and lot."""
        return Event(
            self.row,
            self.type,
            self.date,
            self.item,
            qty,
            id=self.id,
            time=self.time,
            place=self.place,
            lot=lot,
            expiry=self.expiry,
            lot_date=self.lot_date,
            rate=self.rate,
            currency=self.currency,
            reason=self.reason,
            doc=self.doc,
        )

    def __repr__(self) -> str:
        return f"Event(row={self.row}, type={self.type!r}, date={self.date}, item={self.item!r}, qty={self.qty})"
