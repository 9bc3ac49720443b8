"""What holdings are worth at prices of a day, beside what the books carry them at.

    market_values(ledger, {"brokerage": "30.00"}, on)  ->  brokerage 300.00, carried at 200.00, gain 100.00

Invariant: nothing is posted; an account without a price is worth what it is carried at.

>>> MarketValue("brokerage", Decimal(300), Decimal(200)).gain
Decimal('100')
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from jxc.kernel.exact import add_exact, round_decimal, to_exact
from jxc.ledger.ledger import Ledger
from jxc.reports.span import Day, span

__all__ = ["MarketValue", "market_values"]


@dataclass(frozen=True, slots=True)
class MarketValue:
    """An account: what it is worth, and what it is carried at."""

    account: str
    value: Decimal
    carried: Decimal

    @property
    def gain(self) -> Decimal:
        """The gain that is not realised; a loss below zero."""
        return add_exact(self.value, self.carried.copy_negate())


def market_values(ledger: Ledger, prices: Mapping[str, Any], on: Day | None = None) -> tuple[MarketValue, ...]:
    """The value of every balance-sheet account with a balance: quantity times price, where a price is given."""
    book, on = ledger.book, span(None, on)[1]
    for code in prices:
        book.chart.get(code)
    held: dict[str, Fraction] = {}
    for entry in ledger.entries:
        for line in entry.lines if on is None or entry.date <= on else ():
            if line.quantity is not None:
                held[line.account] = held.get(line.account, Fraction(0)) + Fraction(line.quantity)
    carried: dict[str, int] = {}
    for (code, _, _), cell in ledger.cells(None, on).items():
        carried[code] = carried.get(code, 0) + cell[2] - cell[3]
    found = list[MarketValue]()
    for code, base in carried.items():
        if not book.chart.get(code).in_income_statement:
            worth = book.amount(base)
            if code in prices:
                value = held.get(code, Fraction(0)) * to_exact(prices[code], field="prices")
                worth = round_decimal(value, book.currency.places, book.policy.rounding)
            found.append(MarketValue(code, worth, book.amount(base)))
    return tuple(found)
