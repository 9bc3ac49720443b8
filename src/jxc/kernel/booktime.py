"""The time of a book: its zone, and the moment at which something took effect.

    BookTime("Asia/Shanghai").today(now)      now: an aware datetime, handed in by who has a clock
    Moment(date(2026, 1, 5), time(9, 30))     the effective date, and the time of day where one is given

Invariant: the zone decides which day it is; no clock is read.  A moment without a time says nothing about the time:
its place among the moments of its day is a policy of the caller, so moments have no order of their own.

>>> from datetime import UTC
>>> BookTime("Asia/Shanghai").today(datetime(2026, 1, 31, 17, 0, tzinfo=UTC))
datetime.date(2026, 2, 1)
>>> str(Moment(date(2026, 1, 5), time(9, 30))), str(Moment(date(2026, 1, 5)))
('2026-01-05 09:30', '2026-01-05')
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo

from jxc.errors import DateError
from jxc.kernel.dates import parse_date, parse_instant, parse_time

__all__ = ["BookTime", "Moment"]


@dataclass(frozen=True, slots=True)
class BookTime:
    """The time zone of a book, by its name in the IANA time zone database, or ``UTC``.

    Raises ``DateError`` ``unknown_zone``.
    """

    zone: str

    def __post_init__(self) -> None:
        self.tzinfo()

    def tzinfo(self) -> tzinfo:
        """The zone as Python knows it."""
        if self.zone == "UTC":
            return UTC
        from zoneinfo import ZoneInfo  # here, because most programs that import the kernel never ask for a zone

        try:
            return ZoneInfo(self.zone)
        except (LookupError, ValueError, OSError) as error:
            raise DateError(
                "unknown_zone",
                "no such time zone on this machine",
                field="zone",
                value=self.zone,
                hint="a name such as Asia/Shanghai; where the system has no zones, pip install tzdata",
            ) from error

    def local(self, now: datetime) -> datetime:
        """The instant on the clocks of the book; ``DateError`` ``naive_datetime`` if it has no zone."""
        return parse_instant(now, field="now").astimezone(self.tzinfo())

    def today(self, now: datetime) -> date:
        """The day it is in the book at that instant."""
        return self.local(now).date()

    def date_of(self, value: object, *, field: str | None = None) -> date:
        """A business date as ``parse_date`` reads it, where an aware datetime gives its day in this zone."""
        return parse_date(value, field=field, zone=self.tzinfo())


@dataclass(frozen=True, slots=True)
class Moment:
    """When something took effect: a business date, and the time of day if it was stated."""

    date: date
    time: time | None = None

    @classmethod
    def of(cls, day: object, at: object = None) -> Moment:
        """The moment as written; a time that is None or blank is a time not stated."""
        blank = at is None or (isinstance(at, str) and not at.strip())
        return cls(parse_date(day, field="date"), None if blank else parse_time(at, field="time"))

    @property
    def seconds(self) -> int | None:
        """Microseconds are cut off; None where no time is stated."""
        return None if self.time is None else self.time.hour * 3600 + self.time.minute * 60 + self.time.second

    def __str__(self) -> str:
        if self.time is None:
            return self.date.isoformat()
        clock = self.time.isoformat()
        return f"{self.date.isoformat()} {clock.removesuffix(':00') if len(clock) == 8 else clock}"
