"""Rates of tax with the days they are valid on.

    goods   17% until 2018-04-30   16% until 2019-03-31   13% since 2019-04-01

Invariant: one rate a code and day; a day that no rate covers is an error, never the nearest rate.

>>> rates = TaxRates(
...     (TaxRate("goods", Decimal(16), last=date(2019, 3, 31)), TaxRate("goods", Decimal(13), date(2019, 4, 1)))
... )
>>> rates.on("goods", date(2019, 3, 31)).percent, rates.on("goods", date(2019, 4, 1)).percent
(Decimal('16'), Decimal('13'))
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from jxc.errors import FieldError, NotFoundError, NumberError
from jxc.kernel.dates import parse_date
from jxc.kernel.exact import to_decimal
from jxc.kernel.text import check_text

__all__ = ["TaxRate", "TaxRates"]


@dataclass(frozen=True, slots=True)
class TaxRate:
    """A rate in percent, valid from ``first`` to ``last``, both included; open where one is None.

    Raises ``NumberError`` ``negative_tax_rate``, ``FieldError`` ``rate_ends_before_it_begins``.
    """

    code: str
    percent: Decimal
    first: date | None = None
    last: date | None = None
    note: str = ""

    def __post_init__(self) -> None:
        check_text(self.code, field="code")
        object.__setattr__(self, "percent", to_decimal(self.percent, field="percent"))
        for name in ("first", "last"):
            day = getattr(self, name)
            object.__setattr__(self, name, None if day is None else parse_date(day, field=name))
        if self.percent < 0:
            raise NumberError("negative_tax_rate", "a rate is not below zero", field="percent", value=self.percent)
        if self.first is not None and self.last is not None and self.last < self.first:
            raise FieldError(
                "rate_ends_before_it_begins", "its last day is before its first", field="last", value=self.last
            )

    @property
    def fraction(self) -> Fraction:
        """The rate as a fraction of the net amount: 13% is 13/100."""
        return Fraction(self.percent) / 100

    def covers(self, day: date) -> bool:
        """Whether it is valid on that day."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True, init=False)
class TaxRates:
    """Rates by code and day; ``FieldError`` ``overlapping_rates`` where two of one code are valid on one day."""

    rates: tuple[TaxRate, ...]
    _by_code: dict[str, list[TaxRate]] = field(init=False, repr=False, compare=False, hash=False)

    def __init__(self, rates: Iterable[TaxRate] = ()) -> None:
        ordered = tuple(sorted(rates, key=lambda rate: (rate.code, rate.first or date.min)))
        by_code: dict[str, list[TaxRate]] = {}
        for rate in ordered:
            by_code.setdefault(rate.code, []).append(rate)
        for row in by_code.values():
            for one, following in pairwise(row):
                if one.last is None or following.first is None or one.last >= following.first:
                    value = f"{following.code} from {following.first}"
                    raise FieldError("overlapping_rates", "two rates are valid on one day", field="first", value=value)
        object.__setattr__(self, "rates", ordered)
        object.__setattr__(self, "_by_code", by_code)

    def on(self, code: str, day: date | str) -> TaxRate:
        """The rate of that code on a day; ``NotFoundError`` ``tax_rate_missing``."""
        day = parse_date(day, field="day")
        for rate in self._by_code.get(code, ()):
            if rate.covers(day):
                return rate
        hint = f"there are {', '.join(sorted(self._by_code))}"
        value = f"{code} {day}"
        raise NotFoundError("tax_rate_missing", "no rate is valid on that day", field="rate", value=value, hint=hint)

    def with_(self, *rates: TaxRate) -> TaxRates:
        """A table that also has these."""
        return TaxRates((*self.rates, *rates))
