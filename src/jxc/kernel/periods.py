"""Periods of a book: months, quarters and years of a fiscal calendar that may begin in any month.

    calendar year          2026-01      2026-Q1                 2026
    fiscal year from April 2026-04      FY2026-Q1 (Apr-Jun)     FY2026 (2026-04-01 to 2027-03-31)

A month is named by its calendar month in every calendar; a fiscal year by the year it begins in, or, where the
calendar says so, by the year it ends in.

Invariant: the periods of one kind tile the calendar: every day is in exactly one, and ``next`` of a period begins the
day after it ends.

>>> january = Period.parse("2026-01")
>>> january.first, january.last, january.next().name
(datetime.date(2026, 1, 1), datetime.date(2026, 1, 31), '2026-02')
>>> april = FiscalCalendar(first_month=4)
>>> Period.of(date(2026, 2, 28), "year", april).name, Period.of(date(2026, 2, 28), "quarter", april).name
('FY2025', 'FY2025-Q4')
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NoReturn, Self, TypeAlias

from dateutil.relativedelta import relativedelta

from jxc.errors import DateError
from jxc.kernel.dates import add_months, parse_date

__all__ = ["CALENDAR_YEAR", "FiscalCalendar", "Period", "PeriodKind", "periods_between"]

PeriodKind: TypeAlias = Literal["month", "quarter", "year"]

_MONTHS: dict[PeriodKind, int] = {"month": 1, "quarter": 3, "year": 12}
_NAME = re.compile(r"(FY)?([0-9]{4})(?:-(?:([0-9]{2})|Q([1-4])))?")


@dataclass(frozen=True, slots=True)
class FiscalCalendar:
    """Where the year begins, and which calendar year gives it its name.

    ``first_month`` is 1 to 12; ``named_by`` matters only where the year does not begin in January.
    """

    first_month: int = 1
    named_by: Literal["start", "end"] = "start"

    def __post_init__(self) -> None:
        if type(self.first_month) is not int or not 1 <= self.first_month <= 12:
            raise DateError("bad_first_month", "a month is 1 to 12", field="first_month", value=self.first_month)
        if self.named_by not in ("start", "end"):
            raise DateError(
                "bad_year_name", "a year is named by its start or end", field="named_by", value=self.named_by
            )

    @property
    def begins_in_january(self) -> bool:
        """Whether the fiscal year is the calendar year."""
        return self.first_month == 1

    @property
    def name_shift(self) -> int:
        """The year in a fiscal year's name less the year it begins in: 0 or 1."""
        return int(self.named_by == "end" and not self.begins_in_january)


CALENDAR_YEAR = FiscalCalendar()


@dataclass(frozen=True, slots=True)
class Period:
    """A month, quarter or year of a fiscal calendar, known by the day it begins on.

    Raises ``DateError`` ``no_such_period`` where no period of that kind begins on ``first``.
    """

    kind: PeriodKind
    first: date
    calendar: FiscalCalendar = CALENDAR_YEAR

    def __post_init__(self) -> None:
        parse_date(self.first, field="first")
        if self.first.day != 1 or self._offset() % _months(self.kind):
            _refuse("first", f"no {self.kind} begins on this day", self.first)

    @classmethod
    def of(cls, day: date, kind: PeriodKind = "month", calendar: FiscalCalendar = CALENDAR_YEAR) -> Self:
        """The period of that kind in which ``day`` lies."""
        month = cls("month", parse_date(day, field="day").replace(day=1), calendar)
        return cls(kind, add_months(month.first, -(month._offset() % _months(kind))), calendar)

    @classmethod
    def parse(cls, name: str, calendar: FiscalCalendar = CALENDAR_YEAR) -> Self:
        """The period of that name: the inverse of ``name``; ``DateError`` ``no_such_period``."""
        match = _NAME.fullmatch(name) if type(name) is str else None
        if match is None:
            _refuse("period", "not the name of a period", name)
        fiscal, year, month, quarter = match.groups()
        if bool(fiscal) != (month is None and not calendar.begins_in_january):
            _refuse("period", "not a name in this calendar", name)
        try:
            if month is not None:
                return cls("month", date(int(year), int(month), 1), calendar)
            first = date(int(year) - calendar.name_shift, calendar.first_month, 1)
        except ValueError:
            _refuse("period", "there is no such month or year", name)
        return cls("quarter" if quarter else "year", add_months(first, 3 * (int(quarter or 1) - 1)), calendar)

    @property
    def last(self) -> date:
        """The last day of the period; it belongs to it."""
        return self.first + relativedelta(months=_MONTHS[self.kind] - 1, day=31)

    @property
    def fiscal_year(self) -> int:
        """The year in the name of the fiscal year that the period is part of."""
        return self.first.year - (self.first.month < self.calendar.first_month) + self.calendar.name_shift

    @property
    def number(self) -> int:
        """Its number among those of its kind in the fiscal year, from 1."""
        return self._offset() // _MONTHS[self.kind] + 1

    @property
    def name(self) -> str:
        """Its name, which ``parse`` reads: 2026-01, 2026-Q1, 2026, FY2026-Q1, FY2026."""
        if self.kind == "month":
            return f"{self.first.year:04}-{self.first.month:02}"
        year = f"{self.fiscal_year:04}" if self.calendar.begins_in_january else f"FY{self.fiscal_year:04}"
        return f"{year}-Q{self.number}" if self.kind == "quarter" else year

    def __str__(self) -> str:
        return self.name

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def next(self) -> Self:
        """The period of the same kind that begins the day after this one ends."""
        return self._moved(1)

    def previous(self) -> Self:
        """The period of the same kind that ends the day before this one begins."""
        return self._moved(-1)

    def _moved(self, steps: int) -> Self:
        return type(self)(self.kind, add_months(self.first, steps * _MONTHS[self.kind]), self.calendar)

    def _offset(self) -> int:
        """Months from the beginning of the fiscal year to that of the period."""
        return (self.first.month - self.calendar.first_month) % 12


def periods_between(
    first: date, last: date, kind: PeriodKind = "month", calendar: FiscalCalendar = CALENDAR_YEAR
) -> Iterator[Period]:
    """The periods of one kind from the one of ``first`` to the one of ``last``, in order.

    >>> [period.name for period in periods_between(date(2025, 12, 31), date(2026, 2, 1))]
    ['2025-12', '2026-01', '2026-02']
    """
    period = Period.of(first, kind, calendar)
    while period.first <= last:
        yield period
        if last - period.last < timedelta(1):
            return
        period = period.next()


def _months(kind: PeriodKind) -> int:
    if kind not in _MONTHS:
        raise DateError("bad_period_kind", "a period is a month, quarter or year", field="kind", value=kind)
    return _MONTHS[kind]


def _refuse(field: str, message: str, value: object) -> NoReturn:
    raise DateError(
        "no_such_period", message, field=field, value=value, hint="such as 2026-01, 2026-Q1, 2026, or FY2026-Q1, FY2026"
    )
