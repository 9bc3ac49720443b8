"""Quantities: an exact value in one unit, and the units that one item is counted in.

    Quantity(Decimal("3"), Unit("case"))
    ItemUnits("A", base=Unit("pcs"), factors={"case": 24})      3 case of A = 72 pcs
    ItemUnits("B", base=Unit("pcs"), factors={"case": 12})      3 case of B = 36 pcs

Units belong to an item: a case of A is not a case of B, so nothing converts without an item.  A factor is how many
base units make one of that unit, as an exact fraction.

Invariant: conversion is exact, there and back; where the result has no finite decimal, or more places than its unit
allows, it is refused unless places and a mode of rounding are named.

>>> units = ItemUnits("A", "pcs", {"case": 24, "dozen": "12"})
>>> units.to_base(Quantity.of("3", "case"))
72
>>> str(units.convert(Quantity.of("30", "pcs"), "dozen")), str(units.convert(Quantity.of("30", "pcs"), "case"))
('2.5 dozen', '1.25 case')
>>> str(units.convert(Quantity.of("1", "pcs"), "case", places=3))
'0.042 case'
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import NoReturn, Self

from jxc.errors import NumberError, UnitError
from jxc.kernel.exact import decimal_text, from_scaled, round_decimal, to_decimal, to_exact, to_scaled
from jxc.kernel.frozen import FrozenMap
from jxc.kernel.measure import Measure
from jxc.kernel.rounding import Exact, RoundingMode
from jxc.kernel.text import check_text

__all__ = ["ItemUnits", "Quantity", "Unit", "unit"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure.  Its ``code`` is its identity; the rest only describes it and takes no part in equality.

    ``places`` is the most decimal places a quantity may have in it (0 for pieces; None: not limited); ``un_ece`` the
    code of UN/ECE Recommendation 20 or 21, such as KGM, LTR, C62, where one is known.
    """

    code: str
    name: str = field(default="", compare=False)
    un_ece: str = field(default="", compare=False)
    places: int | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        check_text(self.code, field="unit", limit=40)
        check_text(self.name, field="name", empty=True)
        check_text(self.un_ece, field="un_ece", limit=3, empty=True)
        if self.places is not None and (type(self.places) is not int or self.places < 0):
            raise UnitError("bad_unit_places", "not a number of decimal places", field="places", value=self.places)

    def __str__(self) -> str:
        return self.code


def unit(code: str | Unit) -> Unit:
    """The unit of that code, with nothing else known of it; a ``Unit`` is returned as it is."""
    return code if isinstance(code, Unit) else Unit(code)


@dataclass(frozen=True, slots=True)
class Quantity(Measure):
    """An exact quantity: ``value`` in ``unit``.

    Supports ``+ - abs`` and ordering with a quantity in the same unit (else ``UnitError`` ``unit_mismatch``), and
    ``*`` by an int, Decimal or Fraction.  ``NumberError`` ``too_many_places`` where the unit allows fewer.
    """

    value: Decimal
    unit: Unit

    def __post_init__(self) -> None:
        value = to_decimal(self.value, field="quantity")
        if self.unit.places is not None:
            to_scaled(value, self.unit.places, field="quantity")
        object.__setattr__(self, "value", value)

    @classmethod
    def of(cls, value: object, code: str | Unit) -> Self:
        """The quantity written as text, Decimal or int, in that unit."""
        return cls(to_decimal(value, field="quantity"), unit(code))

    def __str__(self) -> str:
        return f"{decimal_text(self.value)} {self.unit.code}"

    def _with(self, value: Decimal) -> Self:
        return type(self)(value, self.unit)

    @property
    def _kind(self) -> Unit:
        return self.unit

    def _refuse_kind(self, other: object) -> NoReturn:
        raise UnitError(
            "unit_mismatch",
            "two units where one is needed",
            field="unit",
            value=other,
            hint="convert one of them by the units of the item first",
            expected=self.unit,
        )


def _no_factors() -> FrozenMap[Fraction]:
    return FrozenMap()


@dataclass(frozen=True, slots=True)
class ItemUnits:
    """The units of one item: the ``base`` unit that stock is kept in, and for every other how many base units it is.

    ``factors`` may be given as int, Decimal, text or Fraction and is kept as a sorted ``FrozenMap`` of fractions
    without the base.  Raises ``UnitError`` ``bad_factor`` (not above zero; the base other than 1).
    """

    item: str
    base: Unit
    factors: Mapping[str, Fraction] = field(default_factory=_no_factors)

    def __init__(self, item: str, base: str | Unit, factors: Mapping[str, Decimal | Exact | str] | None = None) -> None:
        known = {code: _factor(code, given) for code, given in (factors or {}).items()}
        if known.pop(unit(base).code, 1) != 1:
            _refuse_factor(unit(base).code, "the base unit is one of itself")
        object.__setattr__(self, "item", check_text(item, field="item"))
        object.__setattr__(self, "base", unit(base))
        object.__setattr__(self, "factors", FrozenMap(known))

    def factor(self, code: str | Unit) -> Fraction:
        """How many base units one of that unit is; ``UnitError`` ``unknown_unit`` if the item has no such unit."""
        name = unit(code).code
        if name == self.base.code:
            return Fraction(1)
        if name not in self.factors:
            _refuse_unknown(name, self.item, (self.base.code, *self.factors))
        return self.factors[name]

    def to_base(self, quantity: Quantity) -> Exact:
        """The quantity counted in base units, exactly."""
        return to_exact(quantity.exact * self.factor(quantity.unit))

    def from_base(
        self, number: Decimal | Exact, code: str | Unit, *, places: int | None = None, mode: RoundingMode = "half_up"
    ) -> Quantity:
        """So many base units as a quantity in another unit: exactly, or rounded where ``places`` are named.

        Raises ``NumberError`` ``no_finite_decimal`` or ``too_many_places`` where neither is possible.
        """
        value = Fraction(to_exact(number, field="quantity")) / self.factor(code)
        exact = from_scaled(value) if places is None else round_decimal(value, places, mode)
        return Quantity(exact, unit(code))

    def convert(
        self, quantity: Quantity, code: str | Unit, *, places: int | None = None, mode: RoundingMode = "half_up"
    ) -> Quantity:
        """The quantity in another unit of the item, as ``from_base`` makes it."""
        return self.from_base(self.to_base(quantity), code, places=places, mode=mode)

    def rebased(self, code: str | Unit) -> ItemUnits:
        """The same units of the same item, kept in another of them from now on: every conversion stays what it was.

        >>> ItemUnits("A", "pcs", {"case": 24}).rebased("case").factor("pcs")
        Fraction(1, 24)
        """
        size = self.factor(code)
        factors = {name: self.factor(name) / size for name in (self.base.code, *self.factors)}
        return ItemUnits(self.item, code, factors)


def _factor(code: str, given: Decimal | Exact | str) -> Fraction:
    check_text(code, field="unit", limit=40)
    try:
        factor = Fraction(to_exact(given, field="factors"))
    except NumberError as error:
        _refuse_factor(code, error.message)
    if factor <= 0:
        _refuse_factor(code, "a factor is above zero")
    return factor


def _refuse_factor(code: str, why: str) -> NoReturn:
    raise UnitError("bad_factor", why, field="factors", value=code, hint="give the exact number of base units")


def _refuse_unknown(code: str, item: str, known: Iterable[str]) -> NoReturn:
    raise UnitError(
        "unknown_unit",
        f"no conversion from this unit for item {item}",
        field="unit",
        value=code,
        hint=f"known units: {', '.join(known)}; add a factor for this one",
        item=item,
    )
