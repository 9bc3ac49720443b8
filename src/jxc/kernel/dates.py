"""Dates, times and instants as people and papers write them.

    business date   datetime.date                      2026-01-05   2026/1/5   20260105
    time of day     datetime.time without a zone       09:30   09:30:15
    recorded at     datetime.datetime in UTC           2026-01-05T01:30:00Z   2026-01-05T09:30:00+08:00

Invariant: nothing here reads a clock, and no zone is assumed.  A datetime without a zone is refused wherever an
instant is meant; a datetime becomes a business date only by a zone that the caller names.

>>> parse_date("2026/1/5"), parse_date("20260105")
(datetime.date(2026, 1, 5), datetime.date(2026, 1, 5))
>>> parse_instant("2026-01-05T09:30:00+08:00").isoformat()
'2026-01-05T01:30:00+00:00'
>>> add_months(parse_date("2026-01-31"), 1)
datetime.date(2026, 2, 28)
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, tzinfo
from typing import NoReturn

from dateutil.relativedelta import relativedelta

from jxc.errors import DateError

__all__ = ["add_months", "parse_date", "parse_instant", "parse_time"]

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})|/([0-9]{1,2})/([0-9]{1,2})|([0-9]{2})([0-9]{2}))")
_TIME = re.compile(r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?"
)


def parse_date(value: object, *, field: str | None = None, zone: tzinfo | None = None) -> date:
    """The business date that was written: a ``date``, or text with the year first (``-``, ``/`` or nothing between).

    An aware datetime is taken only with a ``zone``, in which it gives the date.  Raises ``DateError``, in this order:
    ``empty_date``, ``naive_datetime``, ``zone_needed``, ``not_a_date``, ``no_such_date``.
    """
    if type(value) is date:
        return value
    if type(value) is str and len(value) == 10 and value[4:8:3] == "--":  # by far the commonest form, and its fast way
        try:
            return date.fromisoformat(value)
        except ValueError:
            return _date_from_text(value, field)
    if isinstance(value, datetime):
        return _date_of(value, field, zone)
    if value is None or (isinstance(value, str) and not value.strip()):
        raise DateError("empty_date", "a date is missing", field=field)
    if not isinstance(value, str):
        _refuse("not_a_date", f"a {type(value).__name__} is not a date", field, value, "write it as 2026-01-31")
    return _date_from_text(value, field)


def parse_time(value: object, *, field: str | None = None) -> time:
    """The time of day that was written: a ``time`` without a zone, or text such as 9:30, 09:30:15, 09:30:15.25.

    Raises ``DateError``: ``empty_time``, ``time_with_zone``, ``not_a_time``, ``no_such_time``.
    """
    if isinstance(value, time):
        if value.tzinfo is not None:
            _refuse("time_with_zone", "a time of day has no zone of its own", field, value, "the book has the zone")
        return value
    if value is None or (isinstance(value, str) and not value.strip()):
        raise DateError("empty_time", "a time is missing", field=field)
    text = value.strip() if isinstance(value, str) else ""
    if _TIME.fullmatch(text) is None:
        _refuse("not_a_time", "this is no time of day", field, value, "write it as 09:30 or 09:30:15")
    hour, minute, *rest = text.split(":")
    seconds, _, fraction = rest[0].partition(".") if rest else ("0", "", "")
    try:
        return time(int(hour), int(minute), int(seconds), int(fraction.ljust(6, "0")))
    except ValueError:
        _refuse("no_such_time", "there is no such time of day", field, value, "from 00:00 to 23:59:59")


def parse_instant(value: object, *, field: str | None = None) -> datetime:
    """The instant, in UTC: an aware ``datetime``, or ISO text with ``Z`` or an offset.

    Raises ``DateError``: ``not_an_instant``, ``naive_datetime``, ``no_such_date``.
    """
    if isinstance(value, datetime):
        return _aware(value, field).astimezone(UTC)
    text = value.strip() if isinstance(value, str) else ""
    if _INSTANT.fullmatch(text) is None:
        _refuse("not_an_instant", "this is no instant", field, value, "write it as 2026-01-05T01:30:00Z")
    try:
        return _aware(datetime.fromisoformat(text), field).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        if isinstance(error, DateError):
            raise
        _refuse("no_such_date", "there is no such instant", field, value, "check the day, the hour and the offset")


def add_months(day: date, months: int) -> date:
    """``day`` that many months later (earlier if negative), moved to the end of the month where the day is missing.

    Raises ``DateError`` ``date_out_of_range`` outside the years 1 to 9999.
    """
    try:
        return day + relativedelta(months=months)
    except (ValueError, OverflowError):
        _refuse("date_out_of_range", "outside the years 1 to 9999", "months", months, "")


def _date_from_text(value: str, field: str | None) -> date:
    text = value.strip()
    match = _DATE.fullmatch(text)
    if match is None:
        hint = "a time has a field of its own" if _DATE.match(text) else "write it as 2026-01-31, the year first"
        _refuse("not_a_date", "this text is no date", field, value, hint)
    year, month, day = (int(group) for group in match.groups() if group is not None)
    try:
        return date(year, month, day)
    except ValueError:
        _refuse("no_such_date", "there is no such day", field, value, "check the day and the month")


def _aware(value: datetime, field: str | None) -> datetime:
    if value.utcoffset() is None:
        _refuse("naive_datetime", "a datetime without a zone", field, value, "add the zone, such as +08:00 or Z")
    return value


def _date_of(value: datetime, field: str | None, zone: tzinfo | None) -> date:
    _aware(value, field)
    if zone is None:
        _refuse("zone_needed", "whose day is meant?", field, value, "pass a date, or name the zone of the book")
    return value.astimezone(zone).date()


def _refuse(code: str, message: str, field: str | None, value: object, hint: str) -> NoReturn:
    shown = str(value)
    raise DateError(code, message, field=field, value=shown if len(shown) <= 60 else f"{shown[:57]}...", hint=hint)
