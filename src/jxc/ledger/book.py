"""A book: its chart, its currency, its calendar and its policy; where decimal amounts become lines.

    Book(chart, "CNY")
    book.debit("1405", "100.00")                                        in the book's currency
    book.credit("2202", "100", currency="USD", rate="7.1234", party="S-01")   worth 712.34 CNY

Invariant: what a line holds is exact: an amount with more places than its currency is refused, never rounded; only the
worth of a foreign amount at a rate is rounded, once, by the policy.

>>> from jxc.ledger.accounts import Account
>>> book = Book(Chart("tiny", (Account("1002", "Bank", "asset"),)), "CNY")
>>> book.debit("1002", "12.30").amount, book.credit("1002", "10", currency="USD", rate="7.125").base
(1230, -7125)
>>> str(book.amount(1230))
'12.30'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from jxc.errors import CurrencyError, LedgerError, NumberError
from jxc.kernel.currencies import Currencies, Currency
from jxc.kernel.dates import parse_date
from jxc.kernel.dimension import Dimensions
from jxc.kernel.exact import from_scaled, round_decimal, to_decimal, to_exact, to_scaled
from jxc.kernel.periods import CALENDAR_YEAR, FiscalCalendar
from jxc.kernel.rounding import Exact, divide
from jxc.ledger.accounts import Side
from jxc.ledger.chart import Chart
from jxc.ledger.entries import NO_DIMENSIONS, Draft, EntryKind, Line
from jxc.ledger.policy import LedgerPolicy

__all__ = ["Book"]

IMPLIED_PLACES = 12
"""Places of a rate that follows from a stated worth; it is shown, never computed with."""

_NONE: Mapping[str, str] = Dimensions()


@dataclass(frozen=True, slots=True)
class Book:
    """What a ledger is kept by; ``currencies`` are ISO 4217 unless more are named.

    Raises ``CurrencyError`` ``unknown_currency`` for the book's, or that of an account of the chart.
    """

    chart: Chart
    code: str
    policy: LedgerPolicy = field(default_factory=LedgerPolicy)
    calendar: FiscalCalendar = CALENDAR_YEAR
    currencies: Currencies = field(default_factory=Currencies.iso)

    def __post_init__(self) -> None:
        self.currencies.get(self.code)
        for account in self.chart:
            if account.currency is not None:
                self.currencies.get(account.currency)

    @property
    def currency(self) -> Currency:
        """The currency of the book (记账本位币)."""
        return self.currencies.get(self.code)

    def debit(self, account: str, amount: Any, **more: Any) -> Line:
        """A line on the debit side; see ``line`` for what else it takes."""
        return self.line(account, debit=amount, **more)

    def credit(self, account: str, amount: Any, **more: Any) -> Line:
        """A line on the credit side; see ``line`` for what else it takes."""
        return self.line(account, credit=amount, **more)

    def line(
        self,
        account: str,
        *,
        debit: Any = 0,
        credit: Any = 0,
        currency: str | None = None,
        rate: Any = None,
        base: Any = None,
        party: str | None = None,
        memo: str = "",
        due: date | str | None = None,
        quantity: Any = None,
        dimensions: Mapping[str, str] = _NONE,
        reference: str = "",
    ) -> Line:
        """A line from decimal amounts, one of them zero; an amount below zero makes it red.

        A foreign amount needs a ``rate`` (what one unit is worth in the book's currency) or its worth as ``base``, on
        the same side as the amount, from which the rate is worked out to twelve places, for show.
        Raises ``LedgerError`` ``debit_and_credit``, ``base_missing``, ``base_differs`` (from the amount, where it is in
        the book's currency; from what the rate gives, where both are stated), ``base_on_other_side``; ``NumberError``;
        ``CurrencyError``; ``FieldError``.
        """
        given = to_decimal(debit, field="debit"), to_decimal(credit, field="credit")
        if given[0] and given[1]:
            raise LedgerError("debit_and_credit", "a line stands on one side", field="account", value=account)
        side: Side = "credit" if given[1] else "debit"
        size = given[1] or given[0]
        code = self.currencies.get(currency).code if currency is not None else self.code
        amount = to_scaled(size, self.currencies.get(code).places, field=side)
        price = None if rate is None else to_decimal(rate, field="rate")
        worth = self._worth(size, amount, code, price, base)
        if price is None and code != self.code and size:
            price = round_decimal(to_exact(self.amount(worth)) / Fraction(size), IMPLIED_PLACES)
        sign = 1 if side == "debit" else -1
        return Line(
            account,
            sign * amount,
            sign * worth,
            code,
            red=size < 0,
            rate=price,
            party=party,
            dimensions=Dimensions(dimensions) if dimensions else NO_DIMENSIONS,
            memo=memo,
            due=None if due is None else parse_date(due, field="due"),
            quantity=None if quantity is None else to_decimal(quantity, field="quantity"),
            reference=reference,
        )

    def entry(self, day: date | str, *lines: Line, memo: str = "", kind: EntryKind = "normal", **more: Any) -> Draft:
        """A draft of these lines; ``more`` are the other fields of ``Draft``."""
        return Draft(parse_date(day, field="date"), lines, memo, kind=kind, **more)

    def convert(self, amount: Exact, code: str, rate: Decimal | Exact) -> int:
        """What an amount in minor units of a currency is worth at a rate, in minor units of the book's."""
        value = to_exact(rate, field="rate")
        if value <= 0:
            raise NumberError("rate_not_positive", "a rate is above zero", field="rate", value=rate)
        scale = 10**self.currency.places
        return divide(amount * value * scale, 10 ** self.currencies.get(code).places, self.policy.rounding)

    def amount(self, minor: int, code: str | None = None) -> Decimal:
        """An amount in minor units as a decimal of its currency, the book's unless another is named."""
        return from_scaled(minor, self.currencies.get(self.code if code is None else code).places)

    def minor(self, amount: object, code: str | None = None, *, field: str = "amount") -> int:
        """A decimal amount in minor units; ``NumberError`` ``too_many_places`` rather than rounding it."""
        places = self.currencies.get(self.code if code is None else code).places
        return to_scaled(to_decimal(amount, field=field), places, field=field)

    def _worth(self, size: Decimal, amount: int, code: str, rate: Decimal | None, base: Any) -> int:
        stated = None if base is None else self._stated(size, base)
        if code == self.code:
            if rate is not None and rate != 1:
                raise CurrencyError("same_currency", "a currency in itself is 1", field="rate", value=rate)
            found = amount
        elif rate is not None:
            found = self.convert(amount, code, rate)
        elif stated is not None:
            return stated
        else:
            raise LedgerError(
                "base_missing",
                "a foreign amount needs a rate or its worth in the book's currency",
                field="rate",
                value=code,
                hint=f'rate="what 1 {code} is in {self.code}", or base="its worth"',
            )
        if stated not in (None, found):
            message, hint = f"the amount is worth {self.amount(found)}", "state the worth or the rate, not both"
            raise LedgerError("base_differs", message, field="base", value=base, hint=hint)
        return found

    def _stated(self, size: Decimal, base: Any) -> int:
        """A worth as stated, which for a red line may be stated without its sign."""
        worth = self.minor(base, field="base")
        if size < 0:
            return -abs(worth)
        if worth < 0:
            raise LedgerError("base_on_other_side", "a worth has the sign of its amount", field="base", value=base)
        return worth
