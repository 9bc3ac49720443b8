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

__all__ = ["in_order", "order_key", "period_start"]

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
    if policy.replay == "entry_order":
        return lambda event: (event.row,)
    if policy.system == "periodic":
        return lambda event: _periodic_key(event, policy.period)
    if policy.same_moment != "receipts_first":
        return lambda event: (event.date, event.time, event.row)
    ranks = _same_moment_ranks(events)
    return lambda event: (event.date, event.time, ranks.get(event.row, 0) or _RANKS.get(event.type, _AFTER), event.row)


def _same_moment_ranks(events: Iterable[Event]) -> dict[int, int]:
    """The rows whose rank is not that of their type: parts of an assembly, and what refers to its own moment."""
    rows = {event.row: event for event in events}
    ranks: dict[int, int] = {}
    for event in rows.values():
        for row in event.details.cost_from:
            source = rows.get(row)
            if source is not None and (source.date, source.time) == (event.date, event.time):
                ranks[row] = ranks[event.row] = _INSIDE
    for event in rows.values():
        if event.type not in ("sales_return", "adjust_in") or not event.refs:
            continue
        sources = [rows[row] for row in event.refs if row in rows]
        if any((s.date, s.time) == (event.date, event.time) and s.type not in IN_TYPES for s in sources):
            ranks[event.row] = _AFTER
    return ranks


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
