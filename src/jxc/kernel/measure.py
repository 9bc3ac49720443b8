"""What amounts and quantities have in common: an exact value of some kind, and arithmetic within one kind.

A kind is a currency or a unit.  Sums, differences and comparisons need two values of one kind; an exact number may
multiply; nothing here rounds, and a binary float is refused wherever it appears.

Invariant: ``value`` is a finite ``Decimal`` within the limits of ``jxc.kernel.exact``, never a negative zero.

>>> from jxc.kernel.quantity import Quantity
>>> str(Quantity.of("0.1", "kg") * 3 - Quantity.of("0.3", "kg")), Quantity.of(1, "kg") < Quantity.of("1.5", "kg")
('0.0 kg', True)
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import NoReturn, Self

from jxc.kernel.exact import add_exact, from_scaled, multiply_exact, to_decimal, to_exact
from jxc.kernel.rounding import Exact

__all__ = ["Measure"]


class Measure:
    """The base of ``Amount`` and ``Quantity``, which say what a kind is and refuse to mix two."""

    __slots__ = ()
    value: Decimal

    def _with(self, value: Decimal) -> Self:
        """Another value of this kind."""
        raise NotImplementedError

    @property
    def _kind(self) -> object:
        """The currency or the unit."""
        raise NotImplementedError

    def _refuse_kind(self, other: object) -> NoReturn:
        """Raise because ``other`` is the kind of another measure and not of this one."""
        raise NotImplementedError

    @property
    def exact(self) -> Exact:
        """The value as an exact number: an ``int`` where it is whole, else a ``Fraction``."""
        return to_exact(self.value)

    def __add__(self, other: Self) -> Self:
        value = self._value_of(other)
        if value is None:
            return NotImplemented
        return self._with(add_exact(self.value, value))

    def __sub__(self, other: Self) -> Self:
        value = self._value_of(other)
        if value is None:
            return NotImplemented
        return self._with(add_exact(self.value, value.copy_negate()))

    def __mul__(self, factor: Decimal | Exact) -> Self:
        if isinstance(factor, Measure | str):
            return NotImplemented
        if isinstance(factor, Fraction):
            return self._with(from_scaled(Fraction(self.value) * factor))
        return self._with(multiply_exact(self.value, to_decimal(factor, field="factor")))

    __rmul__ = __mul__

    def __neg__(self) -> Self:
        return self._with(self.value.copy_negate())

    def __pos__(self) -> Self:
        return self

    def __abs__(self) -> Self:
        return self._with(self.value.copy_abs())

    def __bool__(self) -> bool:
        return not self.value.is_zero()

    def __lt__(self, other: Self) -> bool:
        value = self._value_of(other)
        return NotImplemented if value is None else self.value < value

    def __le__(self, other: Self) -> bool:
        value = self._value_of(other)
        return NotImplemented if value is None else self.value <= value

    def __gt__(self, other: Self) -> bool:
        value = self._value_of(other)
        return NotImplemented if value is None else self.value > value

    def __ge__(self, other: Self) -> bool:
        value = self._value_of(other)
        return NotImplemented if value is None else self.value >= value

    def _value_of(self, other: object) -> Decimal | None:
        """The value of ``other``, of the same kind; None if it is something else altogether; a float is refused."""
        if isinstance(other, type(self)):
            if other._kind != self._kind:
                self._refuse_kind(other._kind)
            return other.value
        if isinstance(other, float):
            to_decimal(other)
        return None
