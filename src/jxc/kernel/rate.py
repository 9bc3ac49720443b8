"""Rates of exchange: what one unit of a currency is in another, on a day, by a source.

    Rate(USD, CNY, value=Decimal("7.1234"), date=date(2026, 1, 5), source="PBC")      1 USD = 7.1234 CNY

A rate quoted per hundred units is stated per one.  The inverse of a rate is not a rate of its own: who needs both
directions states both.

Invariant: ``convert`` is exact; whoever rounds names the mode.  A table answers with the latest rate that is not
after the day asked for and still valid on it, never with a later one, an inverse, or a chain of two.

>>> rate = Rate(currency("USD"), currency("CNY"), Decimal("7.1234"), dt.date(2026, 1, 5))
>>> str(rate.convert(Amount.of("9.99", "USD"))), str(rate.convert(Amount.of("9.99", "USD")).round())
('71.162766 CNY', '71.16 CNY')
>>> RateTable((rate,)).on("USD", "CNY", dt.date(2026, 1, 9)).value
Decimal('7.1234')
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from operator import attrgetter

from jxc.errors import CurrencyError, NumberError
from jxc.kernel.currencies import Currency, currency
from jxc.kernel.exact import round_decimal, to_decimal
from jxc.kernel.money import Amount
from jxc.kernel.rounding import RoundingMode
from jxc.kernel.text import check_text

__all__ = ["Rate", "RateTable"]


@dataclass(frozen=True, slots=True)
class Rate:
    """One unit of ``from_currency`` is ``value`` units of ``to_currency``, on ``date``, as ``source`` says.

    ``until`` is the last day it is valid on; without one it is, until a later rate.  Raises ``NumberError``
    ``rate_not_positive``, ``CurrencyError`` ``same_currency`` (a currency in itself is 1), ``rate_ends_early`` (before
    its date).
    """

    from_currency: Currency
    to_currency: Currency
    value: Decimal
    date: dt.date
    source: str = ""
    until: dt.date | None = None

    def __post_init__(self) -> None:
        value = to_decimal(self.value, field="rate")
        if value <= 0:
            raise NumberError("rate_not_positive", "a rate is above zero", field="rate", value=value)
        if self.from_currency == self.to_currency and value != 1:
            raise CurrencyError("same_currency", "a currency in itself is 1", field="rate", value=value)
        if self.until is not None and self.until < self.date:
            raise CurrencyError("rate_ends_early", "its last day is before its date", field="until", value=self.until)
        check_text(self.source, field="source", empty=True)
        object.__setattr__(self, "value", value)

    def convert(self, amount: Amount) -> Amount:
        """The amount in ``to_currency``, exactly: with as many places as it takes."""
        _check(amount, self.from_currency)
        return Amount((amount * self.value).value, self.to_currency)

    def convert_back(self, amount: Amount, mode: RoundingMode, places: int | None = None) -> Amount:
        """The amount of ``from_currency`` that converts to this one, rounded to its minor unit or those places."""
        _check(amount, self.to_currency)
        exact = Fraction(amount.exact) / Fraction(self.value)
        return Amount(
            round_decimal(exact, self.from_currency.places if places is None else places, mode), self.from_currency
        )


@dataclass(frozen=True, slots=True, init=False)
class RateTable:
    """Rates, looked up by the two currencies and the day; one rate a pair and day.

    Keep a table for each source or purpose.  Raises ``CurrencyError`` ``duplicate_rate``.
    """

    rates: tuple[Rate, ...]
    _by_pair: dict[tuple[str, str], list[Rate]] = field(init=False, repr=False, compare=False, hash=False)

    def __init__(self, rates: Iterable[Rate] = ()) -> None:
        ordered = tuple(sorted(rates, key=_order))
        by_pair: dict[tuple[str, str], list[Rate]] = {}
        for rate in ordered:
            row = by_pair.setdefault((rate.from_currency.code, rate.to_currency.code), [])
            if row and row[-1].date == rate.date:
                raise CurrencyError(
                    "duplicate_rate", "two rates of one pair and day", field="date", value=rate.date, pair=_pair(rate)
                )
            row.append(rate)
        object.__setattr__(self, "rates", ordered)
        object.__setattr__(self, "_by_pair", by_pair)

    def on(self, from_currency: str | Currency, to_currency: str | Currency, day: dt.date) -> Rate:
        """The latest rate not after ``day``; ``CurrencyError`` ``rate_missing``.  A currency in itself is 1.

        A rate that is no longer valid on that day is missing; no older one takes its place.
        """
        first, second = _code(from_currency), _code(to_currency)
        row = self._by_pair.get((first, second), [])
        at = bisect_right(row, day, key=attrgetter("date"))
        last = row[at - 1].until if at else None
        if at and (last is None or day <= last):
            return row[at - 1]
        if first == second:
            return Rate(currency(from_currency), currency(to_currency), Decimal(1), day, "identity")
        hint = f"the first rate is of {row[0].date}" if row else "state one; no inverse or cross rate is derived"
        hint = hint if last is None else f"the last rate was valid until {last}"
        raise CurrencyError(
            "rate_missing", f"no rate from {first} to {second} by that day", field="date", value=day, hint=hint
        )

    def with_(self, *rates: Rate) -> RateTable:
        """A table that also has these."""
        return RateTable((*self.rates, *rates))


def _order(rate: Rate) -> tuple[str, str, dt.date]:
    return rate.from_currency.code, rate.to_currency.code, rate.date


def _pair(rate: Rate) -> str:
    return f"{rate.from_currency}/{rate.to_currency}"


def _code(code: str | Currency) -> str:
    return code.code if isinstance(code, Currency) else code


def _check(amount: Amount, expected: Currency) -> None:
    if amount.currency != expected:
        raise CurrencyError(
            "currency_mismatch",
            "the rate is for another currency",
            field="currency",
            value=amount.currency,
            expected=expected,
        )
