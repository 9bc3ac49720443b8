"""The records of an answer: rows with their cost, what is left, layers, totals, sources of a cost, effects.

Amounts and quantities are ``Decimal``, rows are numbered as in the input, from 1; every record is frozen.

>>> OnHand("TEA", "WH", Decimal("4"), Decimal("10.00")).unit_cost
Fraction(5, 2)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from jxc.costing.outcome import Status

__all__ = [
    "Difference",
    "Effect",
    "Explanation",
    "Layer",
    "Movement",
    "OnHand",
    "Source",
    "TypeTotal",
    "plain",
]


@dataclass(frozen=True, slots=True)
class Movement:
    """One row of the input and what it cost: ``cost`` is what it brought in or took out, positive."""

    row: int
    id: str
    type: str
    item: str
    place: str
    qty: Decimal | None
    cost: Decimal
    status: Status


@dataclass(frozen=True, slots=True)
class OnHand:
    """What is left of an item at a place: quantity and value."""

    item: str
    place: str
    qty: Decimal
    value: Decimal

    @property
    def unit_cost(self) -> Fraction | None:
        """Value per base unit, exact; ``None`` where nothing is left."""
        return Fraction(self.value) / Fraction(self.qty) if self.qty else None


@dataclass(frozen=True, slots=True)
class Layer:
    """One open cost layer: since when, how much is left, what it is worth, and the row that first brought it in."""

    item: str
    place: str
    lot: str
    date: date
    qty: Decimal
    value: Decimal
    row: int


@dataclass(frozen=True, slots=True)
class TypeTotal:
    """All rows of one type: how many were valued, their quantity and their cost."""

    type: str
    rows: int
    qty: Decimal
    cost: Decimal


@dataclass(frozen=True, slots=True)
class Source:
    """One source of a cost: its kind, the row that stated it (with its id and document), how much, and by which rows
    the value came here.
    """

    kind: str
    row: int
    id: str
    doc: str
    amount: Decimal
    via: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a row cost what it cost; the amounts of ``sources`` add up to ``cost``."""

    row: int
    type: str
    item: str
    cost: Decimal
    sources: tuple[Source, ...]

    def __str__(self) -> str:
        lines = [f"row {self.row}: {self.type} of {self.item} cost {self.cost}"]
        for source in self.sources:
            named = source.id or f"row {source.row}"
            path = f" through {', '.join(f'row {row}' for row in source.via)}" if source.via else ""
            doc = f" ({source.doc})" if source.doc else ""
            lines.append(f"  {source.amount}  {source.kind} of {named}{doc}{path}")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a row did beside its cost.

    ``kind``: ``variance`` (actual less standard), ``production_variance`` (consumed less standard),
    ``quantity_variance``, ``price_difference`` (debit positive), ``expensed`` (the part of a late charge that concerns
    goods already gone), ``correction`` (of an earlier shortage; negative: more cost), ``allowance_change`` and
    ``allowance_released`` (write-downs).
    """

    row: int
    kind: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Difference:
    """A change of stock value that no movement carries: the policy in force broke with its own past there."""

    row: int
    kind: str
    amount: Decimal


def plain(number: Decimal, places: int = 0) -> Decimal:
    """The number without needless zeros behind the point, but with at least that many places."""
    text = format(number, "f")
    whole, point, rest = text.partition(".")
    if not point:
        return number
    rest = rest.rstrip("0").ljust(places, "0")
    return Decimal(f"{whole}.{rest}" if rest else whole)
