"""Dates, times and instants: K19 to K21 of docs/spec/kernel.md."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.errors import DateError
from jxc.kernel import add_months, parse_date, parse_instant, parse_time
from tests.kernel.strategies import days

EAST = timezone(timedelta(hours=8))
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
instants = st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=offsets)  # noqa: DTZ001


@given(days)
def test_every_form_of_a_day(day: date) -> None:  # K19
    forms = [
        day,
        day.isoformat(),
        day.isoformat().replace("-", "/"),
        day.isoformat().replace("-", ""),
        f"{day.year:04}/{day.month}/{day.day}",
        f"{day.year:04}-{day.month}-{day.day}",
        f" {day} ",
    ]
    assert [parse_date(form) for form in forms] == [day] * len(forms)


@given(st.times())
def test_every_time_of_day(at: time) -> None:  # K19
    assert parse_time(at) == parse_time(at.isoformat()) == at
    assert parse_time(f"{at.hour}:{at.minute:02}") == at.replace(second=0, microsecond=0)


@given(instants)
def test_an_instant_is_in_utc(instant: datetime) -> None:  # K20
    for form in (instant, instant.isoformat(), instant.astimezone(UTC).isoformat().replace("+00:00", "Z")):
        found = parse_instant(form)
        assert found == instant
        assert found.tzinfo is UTC


@given(instants, offsets)
def test_the_zone_decides_the_day(instant: datetime, zone: timezone) -> None:  # K20
    assert parse_date(instant, zone=zone) == (instant.astimezone(UTC) + zone.utcoffset(None)).date()


@given(st.datetimes())
def test_a_naive_datetime_is_no_date_and_no_instant(moment: datetime) -> None:  # K20
    for call in (parse_date, parse_instant, lambda value: parse_date(value, zone=EAST)):
        with pytest.raises(DateError) as caught:
            call(moment)
        assert caught.value.code == "naive_datetime"


@given(days, st.integers(-2000, 2000))
def test_months_keep_the_day_where_there_is_one(day: date, months: int) -> None:  # K21
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    if 1 <= year <= 9999:
        last = calendar.monthrange(year, month)[1]
        assert add_months(day, months) == date(year, month, min(day.day, last))
    else:
        with pytest.raises(DateError) as caught:
            add_months(day, months)
        assert caught.value.code == "date_out_of_range"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, "empty_date"),
        ("", "empty_date"),
        ("  ", "empty_date"),
        (datetime(2026, 1, 5, 9, 30, tzinfo=UTC), "zone_needed"),
        (45321, "not_a_date"),
        (1.0, "not_a_date"),
        ("05/01/2026", "not_a_date"),
        ("2026-01/05", "not_a_date"),
        ("2026-01-05 00:00", "not_a_date"),
        ("2026-W01-1", "not_a_date"),
        ("2026-001", "not_a_date"),
        ("26-01-05", "not_a_date"),
        ("２０２６-01-05", "not_a_date"),
        ("abcd-ef-gh", "not_a_date"),
        ("2026-02-29", "no_such_date"),
        ("2026-13-01", "no_such_date"),
        ("20260230", "no_such_date"),
        ("0000-01-01", "no_such_date"),
    ],
)
def test_no_dates(value: object, code: str) -> None:  # K19, K20
    with pytest.raises(DateError) as caught:
        parse_date(value, field="date")
    assert (caught.value.code, caught.value.field) == (code, "date")


def test_a_date_with_a_time_is_told_so() -> None:  # K19
    with pytest.raises(DateError) as caught:
        parse_date("2026-01-05 00:00:00")
    assert "field of its own" in caught.value.hint


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, "empty_time"),
        (" ", "empty_time"),
        (time(9, 30, tzinfo=UTC), "time_with_zone"),
        (930, "not_a_time"),
        ("9.30", "not_a_time"),
        ("09:30 PM", "not_a_time"),
        ("09:30+08:00", "not_a_time"),
        ("24:00", "no_such_time"),
        ("09:60", "no_such_time"),
    ],
)
def test_no_times(value: object, code: str) -> None:  # K19
    with pytest.raises(DateError) as caught:
        parse_time(value, field="time")
    assert (caught.value.code, caught.value.field) == (code, "time")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, "not_an_instant"),
        ("2026-01-05", "not_an_instant"),
        (date(2026, 1, 5), "not_an_instant"),
        ("2026-01-05T09:30", "naive_datetime"),
        ("2026-02-30T09:30Z", "no_such_date"),
        ("9999-12-31T23:59:59-01:00", "no_such_date"),
    ],
)
def test_no_instants(value: object, code: str) -> None:  # K20
    with pytest.raises(DateError) as caught:
        parse_instant(value)
    assert caught.value.code == code
