"""What a month-end run books: records of cost that are added and never changed, and the red ones that undo them.

    movement SO-1   2026-05:SO-1:1  +100.00          booked by the run
                    2026-05:SO-1:2    +2.00          booked by a later run: the difference
                    2026-05:SO-1:1-  -100.00         undone: the red record, reverses 2026-05:SO-1:1

Invariant: what a period has booked of a movement is the sum of its records; after ``undo_month_end`` that is zero.

>>> one = CostRecord("2026-05:SO-1:1", "2026-05", "SO-1", "issue", "TEA", "A", Decimal(10), Decimal("100.00"))
>>> [red] = undo_month_end([one], period="2026-05")
>>> red.id, red.cost, red.reverses, undo_month_end([one, red], period="2026-05")
('2026-05:SO-1:1-', Decimal('-100.00'), '2026-05:SO-1:1', ())
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from jxc.errors import FieldError, PolicyError, StockError
from jxc.kernel.periods import Period

__all__ = ["Booked", "CostRecord", "undo_month_end"]


@dataclass(frozen=True, slots=True)
class CostRecord:
    """The cost of one movement as a run booked it, or a red record that takes it back (``reverses`` names it).

    ``movement`` is the id of the row, or ``row 3`` where it has none.  ``cost`` is what this record adds to what was
    booked before; ``qty`` is the movement's.  Of a count both are the difference: a gain (盘盈) above zero, a loss
    (盘亏) below.
    """

    id: str
    period: str
    movement: str
    type: str
    item: str
    place: str
    qty: Decimal
    cost: Decimal
    reverses: str = ""


class Booked:
    """The records so far, by period and movement.

    Raises ``FieldError``: ``not_a_list``, ``wrong_type``, ``duplicate_record``; ``DateError`` ``no_such_period``.
    """

    def __init__(self, records: Iterable[CostRecord]) -> None:
        self.records = _checked(records)
        self.periods = {record.period: Period.parse(record.period) for record in self.records}
        self._sums: dict[str, dict[str, Decimal]] = {}
        self._counts: dict[str, int] = {}
        self._last: dict[tuple[str, str], CostRecord] = {}
        for record in self.records:
            self._last[record.period, record.movement] = record
            sums = self._sums.setdefault(record.movement, {})
            sums[record.period] = sums.get(record.period, Decimal(0)) + record.cost
            self._counts[record.movement] = self._counts.get(record.movement, 0) + (not record.reverses)
        self.standing = frozenset(name for sums in self._sums.values() for name, cost in sums.items() if cost)
        """The names of the periods that have something booked that was not taken back."""

    def cost(self, movement: str, period: str) -> Decimal:
        """What a period has booked of a movement."""
        return self._sums.get(movement, {}).get(period, Decimal(0))

    def cost_on(self, movement: str, day: date) -> Decimal:
        """What the periods that hold a day have booked of a movement."""
        sums = self._sums.get(movement, {})
        return sum((cost for name, cost in sums.items() if day in self.periods[name]), Decimal(0))

    def cost_within(self, movement: str, span: Period) -> Decimal:
        """What the periods inside a longer one have booked of a movement."""
        inside = ((self.periods[name], cost) for name, cost in self._sums.get(movement, {}).items())
        return sum((cost for each, cost in inside if span.first <= each.first and each.last <= span.last), Decimal(0))

    def has_run(self, day: date) -> bool:
        """Whether a period that holds the day has anything booked that was not taken back."""
        return any(day in self.periods[name] for name in self.standing)

    def gone(self, period: str, movements: AbstractSet[str]) -> list[CostRecord]:
        """The last records of movements that the period has booked and that are not among ``movements``."""
        last = (record for (name, _), record in self._last.items() if name == period)
        return [record for record in last if record.movement not in movements and self.cost(record.movement, period)]

    def next_id(self, period: str, movement: str) -> str:
        """The id of the next record of a movement."""
        return f"{period}:{movement}:{self._counts.get(movement, 0) + 1}"


def _checked(records: Iterable[CostRecord]) -> list[CostRecord]:
    """The records, if they are records and each is there once."""
    try:
        found = list(records)
    except TypeError:
        hint = "hand in the records that apply() gave, or ()"
        raise FieldError(
            "not_a_list", "a list of records is needed", field="booked", value=records, hint=hint
        ) from None
    seen: set[str] = set()
    for record in found:
        if not _is_record(record):
            hint = "hand in jxc.CostRecord: its cost and quantity finite Decimals, all else text"
            raise FieldError("wrong_type", "this is no record of cost", field="booked", value=str(record), hint=hint)
        if record.id in seen:
            hint = "hand in every record that was booked, each once"
            raise FieldError("duplicate_record", "two records have one id", field="booked", value=record.id, hint=hint)
        seen.add(record.id)
    return found


def _is_record(record: object) -> bool:
    if not isinstance(record, CostRecord):
        return False
    texts = (record.id, record.period, record.movement, record.type, record.item, record.place, record.reverses)
    numbers = (record.cost, record.qty)
    return all(type(each) is str for each in texts) and all(
        type(each) is Decimal and each.is_finite() for each in numbers
    )


def undo_month_end(booked: Iterable[CostRecord], *, period: str) -> Sequence[CostRecord]:
    """The red records that take back what the runs of a period booked (恢复记账 by 红冲); nothing is deleted.

    Add them to the records; the period may then be run again.  What was taken back before is left alone.  Raises
    what ``month_end`` raises of records and periods; ``PolicyError`` ``wrong_period`` where the runs went by periods of
    another length; ``StockError``: ``later_period_booked`` while a later period stands on this one,
    ``period_not_booked`` where no run of it has booked anything.
    """
    span, known = Period.parse(period), Booked(booked)
    _check_may_undo(span, known)
    undone = {record.reverses for record in known.records if record.reverses}
    return tuple(
        replace(record, id=f"{record.id}-", cost=-record.cost, reverses=record.id)
        for record in known.records
        if record.period == span.name and not record.reverses and record.id not in undone
    )


def _check_may_undo(span: Period, known: Booked) -> None:
    others = [each for name, each in known.periods.items() if name != span.name]
    if any(each.first <= span.last and span.first <= each.last for each in others):
        raise PolicyError(
            "wrong_period",
            "the runs of this time went by periods of another length",
            field="period",
            value=span.name,
            hint=f"name one of {', '.join(sorted(known.periods))}",
        )
    if span.name not in known.periods:
        raise StockError(
            "period_not_booked",
            f"no run of {span.name} has booked anything",
            field="period",
            value=span.name,
            hint=f"name one of {', '.join(sorted(known.periods))}" if known.periods else "run it first",
        )
    later = sorted(each.name for each in others if each.first > span.last and each.name in known.standing)
    if later:
        raise StockError(
            "later_period_booked",
            f"{later[0]} is booked and opens with what this period closes with",
            field="period",
            value=span.name,
            hint=f"undo {', '.join(reversed(later))} first, the last one first",
        )
