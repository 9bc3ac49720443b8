"""Ids that need no round trip: made of a time and random bits that are handed in, and numbered inside a command.

    time id   018f2c5e-6a00-7abc-8def-0123456789ab     UUID version 7 (RFC 9562, section 5.7)
    fact id   018f2c5e-6a00-7abc-8def-0123456789ab#3   the third thing that this command made

Invariant: nothing here reads a clock or a random source, so that the same command makes the same ids when it is run
again.  Sorting the text of time ids sorts them by their millisecond.

>>> from datetime import datetime, UTC
>>> command = time_id(datetime(2026, 1, 5, 1, 30, tzinfo=UTC), random_bits=1)
>>> command, time_of_id(command).isoformat()
('019b8bc6-7dc0-7000-8000-000000000001', '2026-01-05T01:30:00+00:00')
>>> str(FactId(command, 3)), FactId.parse(f"{command}#3").ordinal
('019b8bc6-7dc0-7000-8000-000000000001#3', 3)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from jxc.errors import FieldError
from jxc.kernel.dates import parse_instant
from jxc.kernel.text import check_text

__all__ = ["RANDOM_BITS", "FactId", "time_id", "time_of_id"]

RANDOM_BITS = 74
"""How many random bits an id holds beside its time."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TIME_ID = re.compile(r"([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_FACT_ID = re.compile(r"(.+)#(0|[1-9][0-9]{0,17})", re.DOTALL)


def time_id(now: datetime, random_bits: int) -> str:
    """The id of that instant (cut to the millisecond) and those ``RANDOM_BITS`` bits, in lower case.

    Raises ``DateError`` ``naive_datetime``; ``FieldError`` ``bad_random_bits``, ``time_out_of_range`` (before 1970).
    """
    if not 0 <= random_bits < 1 << RANDOM_BITS:
        raise FieldError("bad_random_bits", f"not {RANDOM_BITS} bits", field="random_bits", value=random_bits)
    milliseconds = (parse_instant(now, field="now") - _EPOCH) // timedelta(milliseconds=1)
    if milliseconds < 0:
        raise FieldError("time_out_of_range", "an id has no time before 1970", field="now", value=now)
    high, low = random_bits >> 62, random_bits & ((1 << 62) - 1)
    text = f"{milliseconds << 80 | 7 << 76 | high << 64 | 2 << 62 | low:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def time_of_id(text: str) -> datetime:
    """The instant in a time id, in UTC, to the millisecond; ``FieldError`` ``not_a_time_id``."""
    match = _TIME_ID.fullmatch(text)
    if match is None:
        raise FieldError("not_a_time_id", "not an id made of a time", field="id", value=text)
    try:
        return _EPOCH + timedelta(milliseconds=int(match[1] + match[2], 16))
    except OverflowError as error:
        raise FieldError(
            "not_a_time_id", "the time in the id is after the year 9999", field="id", value=text
        ) from error


@dataclass(frozen=True, slots=True, order=True)
class FactId:
    """What a command made: the id of the ``command`` and an ``ordinal`` within it, ordered by both."""

    command: str
    ordinal: int

    def __post_init__(self) -> None:
        check_text(self.command, field="command")
        if type(self.ordinal) is not int or not 0 <= self.ordinal < 10**18:
            raise FieldError("bad_ordinal", "not a whole number from zero", field="ordinal", value=self.ordinal)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The id written as ``command#ordinal``: the inverse of ``str``; ``FieldError`` ``not_a_fact_id``."""
        match = _FACT_ID.fullmatch(text)
        if match is None:
            raise FieldError("not_a_fact_id", "not an id of the form command#ordinal", field="id", value=text)
        return cls(match[1], int(match[2]))

    def __str__(self) -> str:
        return f"{self.command}#{self.ordinal}"
