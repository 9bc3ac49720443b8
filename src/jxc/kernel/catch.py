"""Two quantities of the same goods, neither of which follows from the other (浮动换算; catch weight).

    CatchQuantity(first=10 pcs, second=21.37 kg)     ten hams weigh what they weigh

Invariant: both quantities are kept as they were measured; no ratio is assumed or stored.  Where only one is known of
a part, the other is shared in proportion, rounded as named, and the two parts sum to the whole.

>>> hams = CatchQuantity(Quantity.of(10, "pcs"), Quantity.of("21.37", "kg"))
>>> taken, left = hams.split(Quantity.of(3, "pcs"), places=2)
>>> str(taken), str(left)
('3 pcs (6.41 kg)', '7 pcs (14.96 kg)')
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Self

from jxc.errors import UnitError
from jxc.kernel.exact import round_decimal
from jxc.kernel.quantity import Quantity
from jxc.kernel.rounding import RoundingMode

__all__ = ["CatchQuantity"]


@dataclass(frozen=True, slots=True)
class CatchQuantity:
    """The same goods in two units: ``first`` (in which stock is moved) and ``second`` (measured beside it).

    Raises ``UnitError`` ``same_unit`` where both are in one unit.
    """

    first: Quantity
    second: Quantity

    def __post_init__(self) -> None:
        if self.first.unit == self.second.unit:
            raise UnitError("same_unit", "two quantities in one unit", field="second", value=self.second.unit)

    def __str__(self) -> str:
        return f"{self.first} ({self.second})"

    def __add__(self, other: Self) -> Self:
        return type(self)(self.first + other.first, self.second + other.second)

    def __sub__(self, other: Self) -> Self:
        return type(self)(self.first - other.first, self.second - other.second)

    def __neg__(self) -> Self:
        return type(self)(-self.first, -self.second)

    def __bool__(self) -> bool:
        return bool(self.first) or bool(self.second)

    def ratio(self) -> Fraction:
        """``second`` per ``first`` as it happens to be; ``UnitError`` ``no_ratio`` where ``first`` is zero."""
        if not self.first:
            raise UnitError("no_ratio", "no ratio to a quantity of zero", field="first", value=self.first)
        return Fraction(self.second.exact) / self.first.exact

    def split(self, taken: Quantity, *, places: int, mode: RoundingMode = "half_up") -> tuple[Self, Self]:
        """What is taken and what is left, when only the first quantity of the part is known.

        The second is shared in proportion and rounded to ``places``; who takes all of the first takes all of the
        second.  ``UnitError`` ``beyond_whole`` unless ``taken`` lies between zero and the whole.
        """
        rest = self.first - taken
        if not min(rest - rest, self.first) <= taken <= max(rest - rest, self.first):
            raise UnitError("beyond_whole", "more than there is, or of the other sign", field="taken", value=taken)
        if not rest:
            return self, type(self)(rest, self.second - self.second)
        value = round_decimal(self.ratio() * taken.exact, places, mode)
        part = type(self)(taken, Quantity(value, self.second.unit))
        return part, self - part
