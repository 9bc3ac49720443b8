"""What a replay remembers of past rows, kept so that it can go back to a moment and on from there.

Outcomes, receipts and what was made of issues are looked up by row; later rows change them (a return, a bill, a
settled shortage).  A ``Known`` memory shows only rows up to the one being valued.  Before a row can be changed it puts
a copy in its place, and keeps what was there: for the stretch of rows in which that happens, and for the whole run.

Invariant: what a stretch may have changed of earlier rows is in its ``before``, as it was when the stretch began; what
a run may have changed is in ``originals``, untouched.

>>> clock = Clock({7: (1,), 8: (2,)}, lambda name, row: NOT_TOUCHED)
>>> known = Known("outcomes", clock)
>>> known[7], known[8] = ["a"], ["b"]
>>> clock.now = (1,)
>>> known.get(8), known.get(7), clock.before, clock.originals
(None, ['a'], {('outcomes', 7): ['a']}, {('outcomes', 7): ['a']})
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any

__all__ = ["ABSENT", "MEMORIES", "NOT_TOUCHED", "Before", "Clock", "Known"]

Before = dict[tuple[str, int], Any]
"""(which memory, row) -> what it held of the row."""

MEMORIES = ("outcomes", "received", "made_of", "warnings")
"""The fields of a state that are kept by row."""

ABSENT = None
"""Nothing was held of the row."""

NOT_TOUCHED = object()
"""No later stretch has changed what is held of the row."""


class Clock:
    """Where a run stands, and what it has changed.

    ``keys``: the order of all rows.  ``now``: the key of the row being valued.  ``before``: of the stretch being
    valued, ``fresh``: its rows.  ``past``: what was held of a row at the start of the run, where later rows have
    changed it since.  ``looked``: the outcomes that the row being valued looked at.
    """

    def __init__(self, keys: dict[int, tuple[int, ...]], past: Callable[[str, int], Any]) -> None:
        self.keys = keys
        self.past = past
        self.now: tuple[int, ...] = ()
        self.before: Before = {}
        self.fresh: set[int] = set()
        self.originals: Before = {}
        self.looked: list[int] = []


class Known(dict[int, Any]):
    """A memory by row that a replay looks into; see the module."""

    def __init__(self, name: str, clock: Clock) -> None:
        super().__init__()
        self.name = name
        self.clock = clock

    def _shown(self, row: int) -> bool:
        clock = self.clock
        key = clock.keys.get(row)
        if key is None or key > clock.now:
            return False
        self.go_back(row)
        if row not in clock.fresh and (self.name, row) not in clock.before:
            clock.before[self.name, row] = copy(self.peek(row))
        if self.name == "outcomes":
            clock.looked.append(row)
        return True

    def go_back(self, row: int) -> None:
        """Hold what was held of a row at the start of the run, unless the run has come to it already."""
        at = (self.name, row)
        if at not in self.clock.originals:
            self.clock.originals[at] = self.peek(row)
            past = self.clock.past(*at)
            self.put(row, copy(self.peek(row) if past is NOT_TOUCHED else past))

    def peek(self, row: int) -> Any:
        """What is held of a row, whatever the time."""
        return super().get(row, ABSENT)

    def get(self, row: int, default: Any = None) -> Any:
        """What is known of a row by now."""
        return super().get(row, default) if self._shown(row) else default

    def __getitem__(self, row: int) -> Any:
        if not self._shown(row):
            raise KeyError(row)
        return super().__getitem__(row)

    def __contains__(self, row: object) -> bool:
        return isinstance(row, int) and self._shown(row) and super().__contains__(row)

    def put(self, row: int, value: Any) -> None:
        """Hold this of a row; ``ABSENT``: nothing."""
        if value is ABSENT:
            super().pop(row, None)
        else:
            super().__setitem__(row, value)

    def renew(self, row: int) -> None:
        """Hold nothing of a row that is about to be valued, or that goes."""
        self.clock.originals.setdefault((self.name, row), self.peek(row))
        self.put(row, ABSENT)
