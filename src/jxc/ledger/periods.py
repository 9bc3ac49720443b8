"""Periods of a ledger: open, closed, locked for a module, opened again with a reason.

    2026-01   closed  ──reopen(reason)──>  open
    2026-02   locked for sales
    2026-12+  the adjustment period of the year that ends in December

Months of the fiscal calendar, in which every year may end with one adjustment period.  A month is closed only after
those before it in which something stands, and opened again only before those after it (反结账 begins with the latest).
A month before a closed one is closed too, whether or not anything stands in it; an adjustment period only by itself.

Invariant: what was done is a list of acts that only grows; the state of a period is what its acts add up to.

>>> periods = Periods(CALENDAR_YEAR)
>>> periods.close("2026-01", by="li", at=None)
>>> periods.is_closed("2026-01"), periods.key_of(date(2026, 2, 3), adjustment=False)
(True, '2026-02')
>>> periods.reopen("2026-01", reason="invoice of January found", by="li", at=None)
>>> periods.is_closed("2026-01"), [act.action for act in periods.acts]
(False, ['close', 'reopen'])
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias

from jxc.errors import LedgerError
from jxc.kernel.dates import parse_instant
from jxc.kernel.periods import CALENDAR_YEAR, FiscalCalendar, Period
from jxc.kernel.text import check_text

__all__ = ["ADJUSTMENT", "PeriodAct", "Periods", "PeriodsState"]

ADJUSTMENT = "+"
"""What the name of an adjustment period adds to that of the last month of its year; it sorts right after it."""


@dataclass(frozen=True, slots=True)
class PeriodAct:
    """What was done to a period: by whom, when (where a time was given), and why."""

    action: Literal["close", "reopen", "lock", "unlock"]
    period: str
    module: str = ""
    reason: str = ""
    by: str = ""
    at: datetime | None = None

    def __post_init__(self) -> None:
        if self.at is not None:
            object.__setattr__(self, "at", parse_instant(self.at, field="at"))


PeriodsState: TypeAlias = tuple[int, frozenset[str], frozenset[tuple[str, str]]]
"""How many acts there were, what was closed and what was locked."""


class Periods:
    """The state of every period of one ledger; a period that nobody has touched is open."""

    __slots__ = ("_closed", "_keys", "_locked", "_through", "acts", "calendar")

    def __init__(self, calendar: FiscalCalendar = CALENDAR_YEAR) -> None:
        self.calendar = calendar
        self.acts: list[PeriodAct] = []
        self._closed: set[str] = set()
        self._through = ""
        self._locked: set[tuple[str, str]] = set()
        self._keys: dict[date, str] = {}

    def key_of(self, day: date, *, adjustment: bool) -> str:
        """The period a date falls in; ``LedgerError`` ``adjustment_date`` where an adjustment is not at year's end."""
        key = self._keys.get(day)
        if key is None:
            key = self._keys[day] = f"{day.year:04}-{day.month:02}"
        if not adjustment:
            return key
        if Period.of(day, "year", self.calendar).last != day:
            hint = f"date it {Period.of(day, 'year', self.calendar).last}"
            message = "an adjustment is dated the last day of the fiscal year"
            raise LedgerError("adjustment_date", message, field="date", value=day, hint=hint)
        return key + ADJUSTMENT

    def is_closed(self, period: str) -> bool:
        """Whether the period takes no entries at all."""
        return period in self._closed or (period <= self._through and not period.endswith(ADJUSTMENT))

    def is_locked(self, period: str, module: str) -> bool:
        """Whether the period takes no entries of that module; a closed one takes none of any."""
        return self.is_closed(period) or bool(self._locks(period, module))

    def _locks(self, period: str, module: str) -> list[str]:
        """Those of the modules that a word names which are locked: ``sales+stock`` is locked where one of them is."""
        return [one for one in module.split("+") if (period, one) in self._locked] if self._locked else []

    def check(self, period: str, module: str) -> None:
        """``LedgerError`` ``period_closed`` or ``period_locked`` unless the period takes entries of the module."""
        if self.is_closed(period):
            hint = "date it in an open period, or reopen this one with a reason"
            raise LedgerError("period_closed", "the period is closed", field="date", value=period, hint=hint)
        locked = self._locks(period, module)
        if locked:
            message = f"the period is locked for {locked[0]}"
            raise LedgerError("period_locked", message, field="date", value=period, module=locked[0])

    def close(self, period: str, *, by: str, at: datetime | None, used: Iterable[str] = ()) -> None:
        """Close a period; ``used`` are the periods in which something stands.

        Raises ``LedgerError`` ``already_closed``, ``earlier_period_open``.
        """
        self._named(period)
        if self.is_closed(period):
            raise LedgerError("already_closed", "the period is closed already", field="period", value=period)
        earlier = [other for other in sorted(used) if other < period and not self.is_closed(other)]
        if earlier:
            hint = f"close {earlier[0]} first"
            raise LedgerError("earlier_period_open", "a period before is open", field="period", value=period, hint=hint)
        self._add(PeriodAct("close", period, by=by, at=at), self._closed | {period})

    def reopen(self, period: str, *, reason: str, by: str, at: datetime | None) -> None:
        """Open a closed period again (反结账), the latest first.

        Raises ``FieldError`` for an empty reason; ``LedgerError`` ``not_closed``, ``later_period_closed``.
        """
        check_text(reason, field="reason")
        if not self.is_closed(period):
            raise LedgerError("not_closed", "the period is not closed", field="period", value=period)
        later = max(self._closed)
        if later > period:
            hint = f"reopen {later} first"
            raise LedgerError("later_period_closed", "a later one is closed", field="period", value=period, hint=hint)
        self._add(PeriodAct("reopen", period, reason=reason, by=by, at=at), self._closed - {period})

    def state(self) -> PeriodsState:
        """What ``restore`` takes: for commands that do all or nothing."""
        return len(self.acts), frozenset(self._closed), frozenset(self._locked)

    def restore(self, state: PeriodsState) -> None:
        """Take out what a refused command had done since; an act that was told to anybody is never taken out."""
        count, closed, locked = state
        del self.acts[count:]
        self._locked = set(locked)
        self._close_just(set(closed))

    def _add(self, act: PeriodAct, closed: set[str]) -> None:
        self.acts.append(act)
        self._close_just(closed)

    def _close_just(self, closed: set[str]) -> None:
        self._closed = closed
        self._through = max((period.removesuffix(ADJUSTMENT) for period in closed), default="")

    def lock(self, period: str, module: str, *, by: str, at: datetime | None) -> None:
        """Take no more entries of one module in this period: purchases, sales, stock are closed before the ledger."""
        self._named(period)
        check_text(module, field="module")
        self.acts.append(PeriodAct("lock", period, module, by=by, at=at))
        self._locked.update((period, one) for one in module.split("+"))

    def unlock(self, period: str, module: str, *, reason: str, by: str, at: datetime | None) -> None:
        """Take entries of the module again; ``LedgerError`` ``not_locked``."""
        check_text(reason, field="reason")
        named = {(period, one) for one in module.split("+")}
        if not named <= self._locked:
            raise LedgerError("not_locked", "the period is not locked for it", field="module", value=module)
        self.acts.append(PeriodAct("unlock", period, module, reason, by, at))
        self._locked -= named

    def bounds(self, period: str) -> tuple[date, date]:
        """The first and last day of a period; those of an adjustment period are both the last day of its year."""
        month = self._named(period)
        return (month.last, month.last) if period.endswith(ADJUSTMENT) else (month.first, month.last)

    def _named(self, period: str) -> Period:
        if type(period) is not str:
            raise LedgerError(
                "unknown_period", "a period is its name", field="period", value=str(period), hint="2026-01"
            )
        month = Period.parse(period.removesuffix(ADJUSTMENT), self.calendar)
        last = Period.of(month.first, "year", self.calendar).last
        if month.kind != "month" or (period.endswith(ADJUSTMENT) and month.last != last):
            hint = "a month such as 2026-01, or the last month of the year with a plus, such as 2026-12+"
            raise LedgerError("unknown_period", "not a period of this ledger", field="period", value=period, hint=hint)
        return month
