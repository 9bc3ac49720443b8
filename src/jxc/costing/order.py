"""The one order of events: total, explicit, and the same for the same rows on any machine.

``by_date``: effective date, then time (none = start of the day), then the rule of the same moment, then entry.
``entry_order``: as entered.  In a ``periodic`` system every period first receives everything, then issues.

Among rows of one moment ``receipts_first`` puts what comes in from outside before what moves inside (transfers,
assemblies: as entered), then what goes out, then what refers back to a row of the same moment and changes of value,
last of all counts, which look at the end of it.

Invariant: the order is a permutation, and a row never comes before a row of the same moment that it refers to.

>>> rows = [Event(0, "issue", 5, "A", 1), Event(1, "receipt", 5, "A", 1), Event(2, "receipt", 4, "A", 1)]
>>> [event.row for event in in_order(rows, Policy())]
[2, 1, 0]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from jxc.costing.events import IN_TYPES, Event
from jxc.costing.policy import Policy

__all__ = ["in_order", "key_of", "order_key", "period_end", "period_start"]

_FIRST, _INSIDE, _OUT, _AFTER, _COUNT = range(5)
_RANKS = {
    "opening": _FIRST,
    "receipt": _FIRST,
    "adjust_in": _FIRST,
    "sales_return": _FIRST,
    "standard_price": _FIRST,
    "transfer": _INSIDE,
    "assembly": _INSIDE,
    "disassembly": _INSIDE,
    "issue": _OUT,
    "scrap": _OUT,
    "adjust_out": _OUT,
    "purchase_return": _OUT,
    "count": _COUNT,
}


def in_order(events: Iterable[Event], policy: Policy) -> list[Event]:
    """The events in the order in which the policy values them."""
    rows = list(events)
    return sorted(rows, key=order_key(rows, policy))


def order_key(events: Iterable[Event], policy: Policy) -> Callable[[Event], tuple[int, ...]]:
    """The sort key of the policy for these events."""
    rows: dict[int, Event] = {}
    makers: dict[int, list[Event]] = {}
    if _ranked(policy):
        for event in events:
            rows[event.row] = event
            for row in event.details.cost_from:
                makers.setdefault(row, []).append(event)
    return lambda event: key_of(event, policy, rows.get, makers.get(event.row, ()))


def key_of(
    event: Event, policy: Policy, find: Callable[[int], Event | None], makers: Iterable[Event] = ()
) -> tuple[int, ...]:
    """The sort key of one event: ``find`` knows the rows it refers to, ``makers`` are the rows made from its goods.

    Keys of one policy can be compared, whatever else is in the book; a row moves when a row that refers to it in its
    own moment comes or goes.
    """
    if policy.replay == "entry_order":
        return (event.row,)
    if policy.system == "periodic":
        return _periodic_key(event, policy.period)
    if policy.same_moment != "receipts_first":
        return (event.date, event.time, event.row)
    return (event.date, event.time, _rank(event, find, makers), event.row)


def _ranked(policy: Policy) -> bool:
    by_date = policy.replay == "by_date" and policy.system == "perpetual"
    return by_date and policy.same_moment == "receipts_first"


def _rank(event: Event, find: Callable[[int], Event | None], makers: Iterable[Event]) -> int:
    """Mostly that of the type; parts of an assembly and what refers to its own moment have another."""
    if event.refs and event.type in ("sales_return", "adjust_in"):
        sources = (find(row) for row in event.refs)
        if any(source is not None and _together(source, event) and source.type not in IN_TYPES for source in sources):
            return _AFTER
    parts = (find(row) for row in event.details.cost_from)
    if any(_together(maker, event) for maker in makers) or any(part and _together(part, event) for part in parts):
        return _INSIDE
    return _RANKS.get(event.type, _AFTER)


def _together(one: Event, other: Event) -> bool:
    return (one.date, one.time) == (other.date, other.time)


def _periodic_key(event: Event, period: str) -> tuple[int, ...]:
    incoming = event.type in IN_TYPES or event.type == "purchase_return"
    return (period_start(event.date, period), not incoming, event.date, event.time, event.row)


def period_start(day: int, period: str) -> int:
    """The first day (as an ordinal) of the calendar period that holds ``day``; 0 where all is one period."""
    if period == "all":
        return 0
    on = date.fromordinal(day)
    if period == "year":
        return date(on.year, 1, 1).toordinal()
    month = on.month if period == "month" else (on.month - 1) // 3 * 3 + 1
    return date(on.year, month, 1).toordinal()


_PAST_THE_END = {"month": 32, "quarter": 95, "year": 367}
"""Days from the first day of a period into the next one, whatever its length."""


def period_end(day: int, period: str) -> int:
    """The last day of the month, quarter or year that holds ``day``.

    >>> date.fromordinal(period_end(date(2026, 5, 3).toordinal(), "quarter"))
    datetime.date(2026, 6, 30)
    """
    return period_start(period_start(day, period) + _PAST_THE_END[period], period) - 1
