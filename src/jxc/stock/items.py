"""Items (商品): what is bought, kept and sold, in which units, and how closely it is followed.

    Item(id, name, base_unit, units, qty_places, group, tracking, shelf_life_days)

Stock is kept in ``base_unit``; ``units`` says how many base units one of each other unit is.  ``qty_places`` is the
finest part of a base unit that is counted: what is smaller is nothing (a rest below it is zero).

Invariant: a factor belongs to the item; a case of one item says nothing of a case of another.

>>> cola = Item(id="COLA", name="可乐", base_unit="can", units={"case": 24}, qty_places=0, shelf_life_days=270)
>>> cola.factor("case"), cola.factor("can")
(Fraction(24, 1), Fraction(1, 1))
>>> cola.expiry_of(dt.date(2026, 1, 1))
datetime.date(2026, 9, 28)
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypeAlias, get_args

from jxc.errors import DateError, FieldError
from jxc.kernel.frozen import FrozenMap
from jxc.kernel.quantity import ItemUnits
from jxc.kernel.text import check_text
from jxc.stock.checks import check_choice, check_texts

__all__ = ["Item", "Tracking"]

Tracking: TypeAlias = Literal["none", "lot", "serial"]

_TRACKING: tuple[str, ...] = get_args(Tracking)
_MAX_PLACES = 12


def _no_units() -> FrozenMap[Fraction]:
    return FrozenMap()


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item.  ``group`` is what it is valued, planned and reported with; ``shelf_life_days`` count from its making.

    ``units`` is given as a mapping of unit to factor (int, Decimal, text or Fraction) and kept as a sorted map of exact
    fractions.  Raises ``UnitError`` (``bad_factor``), ``FieldError`` (``not_one_of``, ``bad_places``, ``bad_days``).
    """

    id: str
    name: str = ""
    base_unit: str = "pcs"
    units: Mapping[str, Decimal | Fraction | int | str] = field(default_factory=_no_units)
    qty_places: int = 6
    group: str | None = None
    tracking: Tracking = "none"
    shelf_life_days: int | None = None

    def __post_init__(self) -> None:
        check_text(self.id, field="id")
        check_text(self.name, field="name", empty=True)
        check_texts(self, ("group",))
        check_choice("tracking", self.tracking, _TRACKING)
        object.__setattr__(self, "units", ItemUnits(self.id, self.base_unit, self.units).factors)
        _check_whole("qty_places", "bad_places", self.qty_places, _MAX_PLACES)
        if self.shelf_life_days is not None:
            _check_whole("shelf_life_days", "bad_days", self.shelf_life_days, 100_000)

    def unit_table(self) -> ItemUnits:
        """The units of the item, ready to convert between."""
        return ItemUnits(self.id, self.base_unit, self.units)

    def factor(self, unit: str | None) -> Fraction:
        """How many base units one ``unit`` is; ``None`` is the base unit.  Raises ``UnitError`` (``unknown_unit``)."""
        return Fraction(1) if unit is None or unit == self.base_unit else self.unit_table().factor(unit)

    def expiry_of(self, made: dt.date) -> dt.date | None:
        """The last good day of goods made on that day, or ``None`` where the item keeps for ever."""
        if self.shelf_life_days is None:
            return None
        try:
            return made + dt.timedelta(days=self.shelf_life_days)
        except OverflowError:
            raise DateError("date_out_of_range", "beyond the calendar", field="made", value=made) from None


def _check_whole(name: str, code: str, value: object, most: int) -> None:
    if type(value) is not int or not 0 <= value <= most:
        raise FieldError(code, f"a whole number from 0 to {most} is needed", field=name, value=value, hint="check it")
