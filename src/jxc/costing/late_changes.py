"""A row before and after a change of the past.

Invariant: a ``RowChange`` differs in cost or in effects; ``None`` stands for a row that was not, or is no more, there.

>>> RowChange(3, before=None, after=Standing(Event(3, "receipt", 1, "TEA", 1, 100), 100)).difference
100
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jxc.costing.effects import Effect
from jxc.costing.events import Event
from jxc.costing.outcome import Status
from jxc.kernel.rounding import Exact

__all__ = ["RowChange", "RowChanges", "Standing"]


@dataclass(frozen=True, slots=True)
class Standing:
    """A row of the book: what was stated, what it cost (minor units), what that did by role."""

    event: Event
    cost: Exact
    effects: tuple[Effect, ...] = ()
    status: Status = "final"


_NO_ROW = Standing(Event(-1, "", 1, ""), 0)


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row whose cost, or what it did, is another one now."""

    row: int
    before: Standing | None
    after: Standing | None

    @property
    def difference(self) -> Exact:
        """New cost less old cost."""
        new = 0 if self.after is None else self.after.cost
        return new - (0 if self.before is None else self.before.cost)

    @property
    def event(self) -> Event:
        """What was stated: as it stands now, or stood last."""
        return (self.after or self.before or _NO_ROW).event


@dataclass(frozen=True, slots=True)
class RowChanges:
    """What one amendment did; ``undo`` takes it back and holds for the latest one only."""

    changes: Sequence[RowChange]
    undo: Callable[[], None]
