"""What earlier periods have booked, held against what their rows cost now.

    booked            now            told
    nothing at all    rows           earlier_period_not_run, once for the period
    a period          a row more     earlier_not_booked
    a cost            another cost   earlier_cost_changed
    a cost            no such row    earlier_row_gone, also where the row is dated in another period now

Invariant: nothing is told exactly if every earlier period, run again, would book nothing.

>>> from jxc.api.month_records import CostRecord
>>> old = CostRecord("2026-04:SO-1:1", "2026-04", "SO-1", "issue", "TEA", "", Decimal(1), Decimal("9.00"))
>>> late = EarlierRow(7, "SO-9", date(2026, 4, 20), Decimal("5.00"))
>>> [problem.code for problem in earlier_periods(Booked([old]), Period.parse("2026-05"), [late])]
['earlier_not_booked', 'earlier_row_gone']
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jxc.api.month_records import Booked
from jxc.kernel.periods import Period
from jxc.stock.problem import Problem, Severity

__all__ = ["EarlierRow", "earlier_periods"]


@dataclass(frozen=True, slots=True)
class EarlierRow:
    """A row of an earlier period: its number, the name its records have, its day, and what it costs now.

    ``moves``: it costs the average of a quarter that is not over, so that later months move it, and book that.
    """

    row: int
    name: str
    day: date
    cost: Decimal
    moves: bool = False


def earlier_periods(
    booked: Booked, span: Period, rows: Iterable[EarlierRow], *, by_quarter: bool = False
) -> Iterator[Problem]:
    """What earlier periods would book if they were run again.

    That a period was never run is a warning; that one which was run would move now is an error: what this period opens
    with is not what the books say.  ``by_quarter`` (of the gross profit method): what a row costs is booked
    by all months of its quarter; where the run of this period books what moved, that is a warning.
    """
    days: dict[str, date] = {}
    has_run: dict[date, bool] = {}
    idle: dict[date, int] = {}
    for row in rows:
        days[row.name] = row.day
        if row.day not in has_run:
            has_run[row.day] = booked.has_run(row.day)
        quarter = Period.of(row.day, "quarter") if by_quarter else None
        held = booked.cost_on(row.name, row.day) if quarter is None else booked.cost_within(row.name, quarter)
        if row.cost and not has_run[row.day]:
            idle[row.day] = idle.get(row.day, 0) + 1
        elif held != row.cost:
            yield _differs(row, held)
    not_run: dict[Period, int] = {}
    for day, count in idle.items():
        period = Period.of(day, span.kind)
        not_run[period] = not_run.get(period, 0) + count
    for period, count in sorted(not_run.items(), key=lambda item: item[0].first):
        message = f"{count} rows of {period} have a cost, and no run booked any of them"
        hint = f"run {period} first: month_end(period={period.name!r})"
        yield Problem(0, "earlier_period_not_run", message, hint, "period", period.name, "warning")
    yield from _gone(booked, span, days, by_quarter=by_quarter)


def _differs(row: EarlierRow, held: Decimal) -> Problem:
    hint = "run its period again with all records: it books the difference"
    if held or row.moves:
        severity: Severity = "warning" if row.moves else "error"
        hint = "nothing: this run books the difference" if row.moves else hint
        message = f"{row.name} is booked at {held} and costs {row.cost} now"
        return Problem(row.row, "earlier_cost_changed", message, hint, "row", str(row.row), severity)
    message = f"{row.name} of {row.day} costs {row.cost} and is not booked: it came after the run of its period"
    return Problem(row.row, "earlier_not_booked", message, hint, "row", str(row.row))


def _gone(booked: Booked, span: Period, days: dict[str, date], *, by_quarter: bool) -> Iterator[Problem]:
    """Movements that an earlier period has booked and that are not in it any more."""
    for name, period in sorted(booked.periods.items()):
        first = Period.of(period.first, "quarter").first if by_quarter else period.first
        inside = {movement for movement, day in days.items() if first <= day <= period.last}
        for record in booked.gone(name, inside) if period.last < span.first else ():
            message = (
                f"{record.movement} is booked in {name} at {booked.cost(record.movement, name)} and is not in it now"
            )
            hint = f"run {name} again with all records: it takes the cost back; or enter the row again"
            yield Problem(0, "earlier_row_gone", message, hint, "booked", record.id)
