"""Assembly (组装) and disassembly (拆卸): goods that became other goods; their cost goes with them.

    Assembly       components: Component(item, qty, place, lot), ...   ->  item, qty, place     + extra_cost
    Disassembly    item, qty, place   ->  products: Product(item, qty, place, lot, weight), ...  + extra_cost

Invariant: there is at least one part on the other side; a part that names no place lies where the fact does.  The cost
that goes in comes out (IAS 2.10 and 2.12: the cost of conversion is part of the cost of what is made; of products made
together, 2.14, the cost is shared on a rational basis: here by ``weight``).

>>> kit = Assembly(
...     date=dt.date(2026, 1, 3),
...     item="SET",
...     qty=Decimal(2),
...     place="WH",
...     extra_cost=Decimal("30.00"),
...     components=(Component(item="CUP", qty=Decimal(4)), Component(item="POT", qty=Decimal(2))),
... )
>>> [part.item for part in kit.components]
['CUP', 'POT']
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from jxc.errors import FieldError
from jxc.stock.base_facts import QTY, Movement
from jxc.stock.checks import (
    NumberRule,
    check_name,
    check_numbers,
    check_optional_dates,
    check_records,
    check_texts,
    missing,
)

__all__ = ["Assembly", "Component", "Disassembly", "Product"]

_EXTRA = NumberRule("extra_cost", "negative_amount")


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A part that went in: ``qty`` in ``uom``, else in its base unit; ``place`` where it is not the assembly's."""

    item: str
    qty: Decimal
    place: str | None = None
    lot: str | None = None
    uom: str | None = None

    def __post_init__(self) -> None:
        check_name("item", self.item)
        check_texts(self, ("place", "lot", "uom"))
        check_numbers(self, (QTY,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A part that came out; its share of the cost is its ``weight`` among the weights of all."""

    item: str
    qty: Decimal
    place: str | None = None
    lot: str | None = None
    uom: str | None = None
    expiry: dt.date | None = None
    weight: Decimal | None = None

    def __post_init__(self) -> None:
        check_optional_dates(self, ("expiry",))
        check_name("item", self.item)
        check_texts(self, ("place", "lot", "uom"))
        check_numbers(self, (QTY, NumberRule("weight", "negative_weight", "zero_weight")))


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Assembly(Movement):
    """``qty`` of ``item`` was made at ``place`` out of ``components``; ``extra_cost`` (labour) is in book currency."""

    type: ClassVar[str] = "assembly"
    _lists: ClassVar[tuple[str, ...]] = (*Movement._lists, "components")
    _numbers: ClassVar[tuple[NumberRule, ...]] = (QTY, _EXTRA)

    components: tuple[Component, ...]
    extra_cost: Decimal | None = None
    expiry: dt.date | None = None

    def _check(self) -> None:
        check_records("components", self.components, Component)
        if not self.components:
            raise missing("components", "name what went in")
        Movement._check(self)
        check_optional_dates(self, ("expiry",))


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Disassembly(Movement):
    """``qty`` of ``item`` was taken apart at ``place`` into ``products``; ``extra_cost`` is in book currency.

    Every product has a ``weight``, or none has: then costing's policy says how the cost is shared.
    """

    type: ClassVar[str] = "disassembly"
    _lists: ClassVar[tuple[str, ...]] = (*Movement._lists, "products")
    _numbers: ClassVar[tuple[NumberRule, ...]] = (QTY, _EXTRA)

    products: tuple[Product, ...]
    extra_cost: Decimal | None = None

    def _check(self) -> None:
        check_records("products", self.products, Product)
        if not self.products:
            raise missing("products", "name what came out")
        Movement._check(self)
        if len({product.weight is None for product in self.products}) > 1:
            raise FieldError(
                "weights_incomplete",
                "some products have a weight and some have none",
                field="products",
                hint="weigh every product, or none",
            )
