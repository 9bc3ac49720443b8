"""Money: an exact value in one currency.

    Amount(Decimal("12.30"), Currency("CNY", 2))  <->  "12.30 CNY"  <->  1230 minor units

The value may have more places than the currency (a price of 0.1234 CNY); it counts in minor units only after it was
rounded by a named mode.  Text is the form for JSON: ``str(amount)`` and ``Amount.parse`` are inverse.

Invariant: arithmetic is exact and stays in one currency; ``allocate`` and ``split`` hand out every minor unit.

>>> price = Amount.of("0.1234", "CNY")
>>> total = (price * 1000).round() + Amount.of("0.10", "CNY")
>>> str(total), total.minor
('123.50 CNY', 12350)
>>> [str(share) for share in Amount.of("100", "JPY").split(3)]
['34 JPY', '33 JPY', '33 JPY']
>>> Amount.of("1", "CNY") + Amount.of("1", "JPY")
Traceback (most recent call last):
...
jxc.errors.CurrencyError: two currencies where one is needed (currency: JPY); convert one of them by a rate first
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NoReturn, Self

from jxc.errors import CurrencyError, NumberError
from jxc.kernel.allocation import allocate
from jxc.kernel.currencies import Currencies, Currency, currency
from jxc.kernel.exact import decimal_text, from_scaled, round_decimal, to_decimal, to_exact, to_scaled
from jxc.kernel.measure import Measure
from jxc.kernel.rounding import Exact, RoundingMode

__all__ = ["Amount", "total"]


@dataclass(frozen=True, slots=True)
class Amount(Measure):
    """An exact amount of money: ``value`` in units of the currency (not minor units), and the ``currency``.

    Supports ``+ - abs`` and ordering with an amount of the same currency (else ``CurrencyError``
    ``currency_mismatch``), and ``*`` by an int, Decimal or Fraction.  Two amounts are equal when value and currency
    are; 12.3 equals 12.30.
    """

    value: Decimal
    currency: Currency

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", to_decimal(self.value, field="value"))

    @classmethod
    def of(cls, value: object, code: str | Currency) -> Self:
        """The amount written as text, Decimal or int, in a currency of ISO 4217 or a ``Currency`` of your own."""
        return cls(to_decimal(value, field="amount"), currency(code))

    @classmethod
    def from_minor(cls, minor: int, code: str | Currency) -> Self:
        """The amount of that many minor units (cents, 分)."""
        unit = currency(code)
        return cls(from_scaled(minor, unit.places), unit)

    @classmethod
    def zero(cls, code: str | Currency) -> Self:
        """Nothing, in that currency."""
        return cls.from_minor(0, code)

    @classmethod
    def parse(cls, text: str, currencies: Currencies | None = None) -> Self:
        """The amount written as ``"12.30 CNY"``: the inverse of ``str``."""
        number, _, code = text.strip().rpartition(" ")
        known = Currencies.iso() if currencies is None else currencies
        return cls(to_decimal(number, field="amount"), known.get(code))

    @property
    def minor(self) -> int:
        """The amount in minor units; ``NumberError`` ``too_many_places`` if it is not a whole number of them."""
        return to_scaled(self.value, self.currency.places, field="amount")

    @property
    def text(self) -> str:
        """The value in plain digits, with at least the places of the currency and never fewer than it has."""
        exponent = self.value.as_tuple().exponent
        missing = isinstance(exponent, int) and -exponent < self.currency.places
        return decimal_text(self.value, self.currency.places if missing else None)

    def __str__(self) -> str:
        return f"{self.text} {self.currency.code}"

    def round(self, mode: RoundingMode = "half_up", places: int | None = None) -> Self:
        """The amount rounded to its minor unit, or to that many places."""
        return self._with(round_decimal(self.value, self.currency.places if places is None else places, mode))

    def times(self, factor: Decimal | Exact, mode: RoundingMode = "half_up", places: int | None = None) -> Self:
        """``self * factor`` rounded once, to the minor unit or to that many places; any factor will do, also 1/3."""
        product = self.exact * to_exact(factor, field="factor")
        return self._with(round_decimal(product, self.currency.places if places is None else places, mode))

    def ratio(self, other: Self) -> Fraction:
        """How many times ``other`` this amount is, exactly; ``NumberError`` ``division_by_zero``."""
        if other.currency != self.currency:
            self._refuse_kind(other.currency)
        if not other:
            raise NumberError("division_by_zero", "no ratio to an amount of zero", field="other", value=other)
        return Fraction(self.exact) / other.exact

    def allocate(self, weights: Sequence[Decimal | Exact]) -> tuple[Self, ...]:
        """The amount in shares by ``weights``, to the minor unit and without loss (see ``jxc.kernel.allocation``)."""
        places = self.currency.places
        return tuple(self._with(from_scaled(share, places)) for share in allocate(self.minor, weights))

    def split(self, parts: int) -> tuple[Self, ...]:
        """The amount in that many nearly equal shares, the larger ones first."""
        return self.allocate([1] * parts)

    def _with(self, value: Decimal) -> Self:
        return type(self)(value, self.currency)

    @property
    def _kind(self) -> Currency:
        return self.currency

    def _refuse_kind(self, other: object) -> NoReturn:
        raise CurrencyError(
            "currency_mismatch",
            "two currencies where one is needed",
            field="currency",
            value=other,
            hint="convert one of them by a rate first",
            expected=self.currency,
        )


def total(amounts: Iterable[Amount], code: str | Currency) -> Amount:
    """The sum of amounts of one currency, which must be named because there may be none.

    >>> str(total([Amount.of("0.10", "CNY"), Amount.of("0.20", "CNY")], "CNY")), str(total([], "JPY"))
    ('0.30 CNY', '0 JPY')
    """
    result = Amount.zero(code)
    for amount in amounts:
        result = result + amount
    return result
