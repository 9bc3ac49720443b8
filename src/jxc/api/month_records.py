"""What a month-end run books: records of cost that are added and never changed, and the red ones that undo them.

    movement SO-1   2026-05:SO-1:1  +100.00          booked by the run
                    2026-05:SO-1:2    +2.00          booked by a later run: the difference
                    2026-05:SO-1:1-  -100.00         undone: the red record, reverses 2026-05:SO-1:1

Invariant: what is booked of a movement is the sum of its records; after ``undo_month_end`` that is zero.

>>> one = CostRecord("2026-05:SO-1:1", "2026-05", "SO-1", "issue", "TEA", "A", Decimal(10), Decimal("100.00"))
>>> [red] = undo_month_end([one], period="2026-05")
>>> red.id, red.cost, red.reverses, undo_month_end([one, red], period="2026-05")
('2026-05:SO-1:1-', Decimal('-100.00'), '2026-05:SO-1:1', ())
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from decimal import Decimal

from jxc.errors import FieldError

__all__ = ["Booked", "CostRecord", "undo_month_end"]


@dataclass(frozen=True, slots=True)
class CostRecord:
    """The cost of one movement as a run booked it, or a red record that takes it back (``reverses`` names it).

    ``movement`` is the id of the row, or ``row 3`` where it has none.  ``cost`` is what this record adds to what was
    booked before; ``qty`` is the movement's.
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
    """The records so far, by movement."""

    def __init__(self, records: Iterable[CostRecord]) -> None:
        self._sums: dict[str, Decimal] = {}
        self._counts: dict[str, int] = {}
        self.records = list(records)
        self._last: dict[str, CostRecord] = {}
        seen: set[str] = set()
        for record in self.records:
            if record.id in seen:
                raise FieldError(
                    "duplicate_record",
                    "two records have one id",
                    field="booked",
                    value=record.id,
                    hint="hand in every record that was booked, each once",
                )
            seen.add(record.id)
            self._last[record.movement] = record
            self._sums[record.movement] = self.cost(record.movement) + record.cost
            self._counts[record.movement] = self._counts.get(record.movement, 0) + (not record.reverses)

    def cost(self, movement: str) -> Decimal:
        """What is booked of a movement."""
        return self._sums.get(movement, Decimal(0))

    def gone(self, period: str, movements: AbstractSet[str]) -> list[CostRecord]:
        """The last records of movements that a run of the period booked and that are no longer among ``movements``."""
        last = (record for record in self._last.values() if record.period == period)
        return [record for record in last if record.movement not in movements and self.cost(record.movement)]

    def next_id(self, period: str, movement: str) -> str:
        """The id of the next record of a movement."""
        return f"{period}:{movement}:{self._counts.get(movement, 0) + 1}"


def undo_month_end(booked: Iterable[CostRecord], *, period: str) -> Sequence[CostRecord]:
    """The red records that take back what the runs of a period booked (恢复记账 by 红冲); nothing is deleted.

    Add them to the records; the period may then be run again.  What was taken back before is left alone.  Raises
    ``FieldError`` ``duplicate_record``.
    """
    records = Booked(booked).records
    undone = {record.reverses for record in records if record.reverses}
    return tuple(
        replace(record, id=f"{record.id}-", cost=-record.cost, reverses=record.id)
        for record in records
        if record.period == period and not record.reverses and record.id not in undone
    )
