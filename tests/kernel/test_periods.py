"""Periods tile the calendar: K22 of docs/spec/kernel.md."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.errors import DateError
from jxc.kernel import CALENDAR_YEAR, FiscalCalendar, Period, PeriodKind, periods_between
from tests.kernel.strategies import days

kinds: st.SearchStrategy[PeriodKind] = st.sampled_from(["month", "quarter", "year"])
calendars = st.builds(FiscalCalendar, st.integers(1, 12), st.sampled_from(["start", "end"]))
inner_days = st.dates(date(3, 1, 1), date(9990, 1, 1))
APRIL = FiscalCalendar(4)


@given(inner_days, kinds, calendars)
def test_every_day_is_in_just_one_period(day: date, kind: PeriodKind, calendar: FiscalCalendar) -> None:  # K22
    period = Period.of(day, kind, calendar)
    assert day in period
    assert day not in period.next()
    assert day not in period.previous()
    assert period.next().first - period.last == period.first - period.previous().last == timedelta(1)
    assert period.next().previous() == period.previous().next() == period
    assert Period.of(period.first, kind, calendar) == Period.of(period.last, kind, calendar) == period


@given(inner_days, kinds, calendars)
def test_a_name_is_read_back(day: date, kind: PeriodKind, calendar: FiscalCalendar) -> None:  # K22
    period = Period.of(day, kind, calendar)
    assert Period.parse(period.name, calendar) == period
    assert str(period) == period.name
    assert period.next().name != period.name


@given(inner_days, calendars)
def test_quarters_and_months_tile_the_year(day: date, calendar: FiscalCalendar) -> None:  # K22
    year = Period.of(day, "year", calendar)
    for kind, count in (("quarter", 4), ("month", 12)):
        parts = list(periods_between(year.first, year.last, kind, calendar))  # type: ignore[arg-type]
        assert [part.number for part in parts] == list(range(1, count + 1))
        assert (parts[0].first, parts[-1].last) == (year.first, year.last)
        assert {part.fiscal_year for part in parts} == {year.fiscal_year}
        assert all(one.next() == other for one, other in pairwise(parts))


@given(inner_days, st.integers(0, 900), kinds, calendars)
def test_periods_between_cover_the_span(
    first: date, length: int, kind: PeriodKind, calendar: FiscalCalendar
) -> None:  # K22
    last = first + timedelta(length)
    parts = list(periods_between(first, last, kind, calendar))
    assert first in parts[0]
    assert last in parts[-1]
    assert all(one.next() == other for one, other in pairwise(parts))


@given(days, days)
def test_nothing_lies_between_backwards(one: date, other: date) -> None:  # K22
    first, last = max(one, other), min(one, other)
    found = list(periods_between(first, last))
    assert len(found) == int(Period.of(first) == Period.of(last))


@pytest.mark.parametrize(
    ("name", "calendar", "first", "last"),
    [
        ("2026-02", CALENDAR_YEAR, date(2026, 2, 1), date(2026, 2, 28)),
        ("2024-02", APRIL, date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-Q4", CALENDAR_YEAR, date(2026, 10, 1), date(2026, 12, 31)),
        ("2026", CALENDAR_YEAR, date(2026, 1, 1), date(2026, 12, 31)),
        ("FY2026-Q4", APRIL, date(2027, 1, 1), date(2027, 3, 31)),
        ("FY2026", APRIL, date(2026, 4, 1), date(2027, 3, 31)),
        ("FY2026", FiscalCalendar(7, "end"), date(2025, 7, 1), date(2026, 6, 30)),
    ],
)
def test_named_periods(name: str, calendar: FiscalCalendar, first: date, last: date) -> None:  # K22
    period = Period.parse(name, calendar)
    assert (period.first, period.last, period.name) == (first, last, name)


@pytest.mark.parametrize(
    ("name", "calendar"),
    [
        ("", CALENDAR_YEAR),
        ("2026-13", CALENDAR_YEAR),
        ("2026-1", CALENDAR_YEAR),
        ("2026-Q5", CALENDAR_YEAR),
        ("0000", CALENDAR_YEAR),
        ("FY2026", CALENDAR_YEAR),
        ("2026", APRIL),
        ("2026-Q1", APRIL),
        ("FY2026-04", APRIL),
        ("0001-01-01", CALENDAR_YEAR),
    ],
)
def test_no_names(name: str, calendar: FiscalCalendar) -> None:  # K22
    with pytest.raises(DateError) as caught:
        Period.parse(name, calendar)
    assert caught.value.code == "no_such_period"


@pytest.mark.parametrize(
    ("kind", "first", "calendar"),
    [
        ("month", date(2026, 1, 2), CALENDAR_YEAR),
        ("quarter", date(2026, 2, 1), CALENDAR_YEAR),
        ("year", date(2026, 1, 1), APRIL),
    ],
)
def test_no_period_begins_there(kind: PeriodKind, first: date, calendar: FiscalCalendar) -> None:  # K22
    with pytest.raises(DateError) as caught:
        Period(kind, first, calendar)
    assert caught.value.code == "no_such_period"


def test_the_ends_of_the_calendar() -> None:  # K22
    december = Period.of(date.max)
    assert december.last == date.max
    for call in (december.next, Period.of(date.min).previous):
        with pytest.raises(DateError) as caught:
            call()
        assert caught.value.code == "date_out_of_range"
    assert [period.name for period in periods_between(date(9999, 11, 1), date.max)] == ["9999-11", "9999-12"]


def test_a_naive_datetime_is_in_no_period() -> None:  # K20
    for call in (lambda: Period.of(datetime(2026, 1, 5)), lambda: Period("month", datetime(2026, 1, 1))):  # noqa: DTZ001
        with pytest.raises(DateError) as caught:
            call()
        assert caught.value.code == "naive_datetime"


def test_bad_calendars() -> None:  # K22
    for code, call in (
        ("bad_first_month", lambda: FiscalCalendar(13)),
        ("bad_first_month", lambda: FiscalCalendar(True)),
        ("bad_year_name", lambda: FiscalCalendar(4, "middle")),  # type: ignore[arg-type]
        ("bad_period_kind", lambda: Period("week", date(2026, 1, 1))),  # type: ignore[arg-type]
        ("bad_period_kind", lambda: Period.of(date(2026, 1, 1), "week")),  # type: ignore[arg-type]
    ):
        with pytest.raises(DateError) as caught:
            call()
        assert caught.value.code == code
