"""The days a report is about: dates, or text that is one, the first not after the last.

Invariant: a span that passes has a day in it; one that is turned round is refused, never an empty report.

>>> span("2026-01-01", "2026-01-31")
(datetime.date(2026, 1, 1), datetime.date(2026, 1, 31))
>>> span(None, "2026-01-31")
(None, datetime.date(2026, 1, 31))
"""

from __future__ import annotations

from datetime import date
from typing import TypeAlias

from jxc.errors import DateError
from jxc.kernel.dates import parse_date

__all__ = ["Day", "span"]

Day: TypeAlias = date | str


def span(first: Day | None, last: Day | None) -> tuple[date | None, date | None]:
    """Both as dates; ``DateError`` ``last_before_first``, and what ``parse_date`` raises."""
    begin = None if first is None else parse_date(first, field="first")
    end = None if last is None else parse_date(last, field="last")
    if begin is not None and end is not None and end < begin:
        raise DateError("last_before_first", "the last day is before the first", field="last", value=str(end))
    return begin, end
