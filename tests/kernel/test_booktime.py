"""The zone of a book decides its day: K20 of docs/spec/kernel.md."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.errors import DateError
from jxc.kernel import BookTime, Moment, Period

SHANGHAI = BookTime("Asia/Shanghai")
instants = st.datetimes(datetime(1992, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(instants)
def test_shanghai_is_eight_hours_ahead(now: datetime) -> None:  # K20 (no summer time there since 1991)
    assert SHANGHAI.today(now) == (now + timedelta(hours=8)).date()
    assert SHANGHAI.local(now) == now
    assert BookTime("UTC").today(now) == now.date()


def test_one_instant_two_days_two_months() -> None:  # K20
    now = datetime(2026, 1, 31, 17, tzinfo=UTC)
    assert [BookTime(zone).today(now).isoformat() for zone in ("Asia/Shanghai", "Asia/Taipei", "America/New_York")] == [
        "2026-02-01",
        "2026-02-01",
        "2026-01-31",
    ]
    assert Period.of(SHANGHAI.today(now)).name == "2026-02"


def test_summer_time_is_the_zone_s_affair() -> None:  # K20
    berlin = BookTime("Europe/Berlin")
    assert berlin.today(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == date(2026, 7, 2)
    assert berlin.today(datetime(2026, 12, 1, 22, 30, tzinfo=UTC)) == date(2026, 12, 1)


def test_a_business_date_from_an_instant() -> None:  # K20
    assert SHANGHAI.date_of(datetime(2026, 1, 31, 17, tzinfo=UTC)) == date(2026, 2, 1)
    assert SHANGHAI.date_of("2026-01-31") == date(2026, 1, 31)


def test_a_naive_now_is_refused() -> None:  # K20
    for call in (SHANGHAI.today, SHANGHAI.local, SHANGHAI.date_of):
        with pytest.raises(DateError) as caught:
            call(datetime(2026, 1, 31, 17))  # noqa: DTZ001
        assert caught.value.code == "naive_datetime"


@pytest.mark.parametrize("zone", ["", "Asia/Nowhere", "../etc/passwd", "/etc/localtime", "Asia"])
def test_unknown_zones(zone: str) -> None:  # K20
    with pytest.raises(DateError) as caught:
        BookTime(zone)
    assert caught.value.code == "unknown_zone"


@given(st.dates(), st.one_of(st.none(), st.times()))
def test_a_moment_keeps_what_was_stated(day: date, at: time | None) -> None:  # K19
    moment = Moment.of(day.isoformat(), None if at is None else at.isoformat())
    assert moment == Moment(day, at)
    assert moment.seconds == (None if at is None else at.hour * 3600 + at.minute * 60 + at.second)


def test_moments_are_written_as_they_are() -> None:  # K19
    assert [str(Moment.of("2026-01-05", at)) for at in (None, " ", "9:30", "00:00:05", "1:02:03.25")] == [
        "2026-01-05",
        "2026-01-05",
        "2026-01-05 09:30",
        "2026-01-05 00:00:05",
        "2026-01-05 01:02:03.250000",
    ]
