"""The words that everybody shares: exact numbers, money, quantities, dates, ids, links.

    numbers     exact, rounding, allocation           text and Decimal in, scaled integers and fractions inside
    money       currencies, money, rate               Amount(Decimal("12.30"), CNY)
    quantity    quantity, catch                       Quantity(Decimal("3"), case), ItemUnits per item
    time        dates, periods, booktime              date; Period 2026-01; BookTime("Asia/Shanghai")
    identity    ids, scope, party, dimension          command#3; acme/main
    relation    link                                  that much of one line belongs to that much of another

Invariant: no function here loses a digit, rounds without being told how, or reads a clock, a random source, the
environment or a file of its own.  Every record is frozen, slotted, hashable, and survives copying and pickling.
The rules are numbered in docs/spec/kernel.md.  A name loads its module when it is first asked for.

>>> from jxc.kernel import Amount, ItemUnits, Quantity
>>> str(Amount.of("0.1234", "CNY").times(1000)), ItemUnits("A", "pcs", {"case": 24}).to_base(Quantity.of(3, "case"))
('123.40 CNY', 72)
"""

from __future__ import annotations

from importlib import import_module  # house: a name loads its module when it is first asked for
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jxc.kernel.allocation import allocate
    from jxc.kernel.booktime import BookTime, Moment
    from jxc.kernel.catch import CatchQuantity
    from jxc.kernel.currencies import MAX_PLACES, Currencies, Currency, currency
    from jxc.kernel.dates import add_months, parse_date, parse_instant, parse_time
    from jxc.kernel.dimension import Dimensions
    from jxc.kernel.exact import (
        MAX_DIGITS,
        add_exact,
        decimal_text,
        from_scaled,
        multiply_exact,
        round_decimal,
        to_decimal,
        to_exact,
        to_scaled,
    )
    from jxc.kernel.frozen import FrozenMap
    from jxc.kernel.ids import RANDOM_BITS, FactId, time_id, time_of_id
    from jxc.kernel.link import Link, live_links, open_amount, open_quantity
    from jxc.kernel.measure import Measure
    from jxc.kernel.money import Amount, total
    from jxc.kernel.party import Party
    from jxc.kernel.periods import CALENDAR_YEAR, FiscalCalendar, Period, PeriodKind, periods_between
    from jxc.kernel.quantity import ItemUnits, Quantity, Unit, unit
    from jxc.kernel.rate import Rate, RateTable
    from jxc.kernel.rounding import Exact, RoundingMode, check_mode, divide, part, round_to
    from jxc.kernel.scope import Scope
    from jxc.kernel.text import check_text

__all__ = [
    "CALENDAR_YEAR",
    "MAX_DIGITS",
    "MAX_PLACES",
    "RANDOM_BITS",
    "Amount",
    "BookTime",
    "CatchQuantity",
    "Currencies",
    "Currency",
    "Dimensions",
    "Exact",
    "FactId",
    "FiscalCalendar",
    "FrozenMap",
    "ItemUnits",
    "Link",
    "Measure",
    "Moment",
    "Party",
    "Period",
    "PeriodKind",
    "Quantity",
    "Rate",
    "RateTable",
    "RoundingMode",
    "Scope",
    "Unit",
    "add_exact",
    "add_months",
    "allocate",
    "check_mode",
    "check_text",
    "currency",
    "decimal_text",
    "divide",
    "from_scaled",
    "live_links",
    "multiply_exact",
    "open_amount",
    "open_quantity",
    "parse_date",
    "parse_instant",
    "parse_time",
    "part",
    "periods_between",
    "round_decimal",
    "round_to",
    "time_id",
    "time_of_id",
    "to_decimal",
    "to_exact",
    "to_scaled",
    "total",
    "unit",
]

_HOMES = {
    "allocation": "allocate",
    "booktime": "BookTime Moment",
    "catch": "CatchQuantity",
    "currencies": "MAX_PLACES Currencies Currency currency",
    "dates": "add_months parse_date parse_instant parse_time",
    "dimension": "Dimensions",
    "exact": "MAX_DIGITS add_exact decimal_text from_scaled multiply_exact round_decimal to_decimal to_exact to_scaled",
    "frozen": "FrozenMap",
    "ids": "RANDOM_BITS FactId time_id time_of_id",
    "link": "Link live_links open_amount open_quantity",
    "measure": "Measure",
    "money": "Amount total",
    "party": "Party",
    "periods": "CALENDAR_YEAR FiscalCalendar Period PeriodKind periods_between",
    "quantity": "ItemUnits Quantity Unit unit",
    "rate": "Rate RateTable",
    "rounding": "Exact RoundingMode check_mode divide part round_to",
    "scope": "Scope",
    "text": "check_text",
}
_MODULES = {name: module for module, names in _HOMES.items() for name in names.split()}


def __getattr__(name: str) -> object:
    """A public name, from the module that has it."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    value: object = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
