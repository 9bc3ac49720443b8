"""The keeper that goes back in time: rows in stretches, with what was alive at the start of each put away.

An amendment goes back to the stretch in which the first changed row lies, values on from there, and stops at the start
of a later stretch where all is as it was: what follows costs what it did.  It serves every method and policy whose
rows are valued one after the other and whose charges say beforehand what they add to a receipt.

Invariant: the figures are those of one replay of all standing rows; an amendment that is refused changes nothing.

>>> rows = [Event(0, "receipt", 1, "TEA", 3, 300), Event(2, "issue", 3, "TEA", 3)]
>>> keeper = TimelineKeeper(Policy(method="lifo"), Scales(), builtin_methods(), rows)
>>> late = keeper.amend(enter=[Event(1, "receipt", 2, "TEA", 3, 360)])
>>> [(change.row, change.difference) for change in late.changes]
[(1, 360), (2, 60)]
>>> late.undo()
>>> keeper.standing(2).cost
300
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from jxc.costing.effects import Role, Told, effects_of, role_of
from jxc.costing.engine import Engine
from jxc.costing.events import Event, Scales
from jxc.costing.explain import Line
from jxc.costing.late_changes import RowChange, RowChanges, Standing
from jxc.costing.late_engine import impossible
from jxc.costing.late_known import MEMORIES, NOT_TOUCHED, Before, Clock, Known
from jxc.costing.late_live import alive, put_away, revive, shape, size
from jxc.costing.late_retrace import Retrace
from jxc.costing.late_stated import Key, Restated, StatedRows
from jxc.costing.methods import MethodRegistry
from jxc.costing.policy import Policy
from jxc.costing.registry import builtin_methods
from jxc.costing.state import State
from jxc.errors import StockError
from jxc.kernel.rounding import Exact

__all__ = ["TimelineKeeper", "builtin_methods"]

_LEAST = 64
"""Rows of a stretch, at least; more where much is alive, so that what is put away stays in proportion to the rows."""

_NOTES = ("gap_of", "settled")
"""What is noted of a row beside what the state holds of it."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Rows from a key on: what was alive before them, and what they may have changed of earlier rows."""

    start: Key
    live: bytes
    shape: tuple[Any, ...]
    before: Before = field(default_factory=dict[tuple[str, int], Any])


class TimelineKeeper:
    """Rows valued together, that can be gone back to; see the module."""

    def __init__(self, policy: Policy, scales: Scales, methods: MethodRegistry, events: Iterable[Event]) -> None:
        self._policy = policy
        self._scales = scales
        self._methods = methods
        self._engine = Engine(policy, scales, methods)
        self._state = state = self._engine.state
        self.stated = StatedRows(policy, scales, methods)
        self._clock = Clock(self.stated.keys, self._past)
        self._memories = {name: Known(name, self._clock) for name in (*MEMORIES, *_NOTES)}
        for name in MEMORIES:
            setattr(state, name, self._memories[name])
        self._stretches: list[_Stretch] = []
        self.starts: list[Key] = []
        self._by_start: dict[Key, _Stretch] = {}
        self._touched: dict[tuple[str, int], list[Key]] = {}
        self._at: Key = ()
        self._retrace: Retrace | None = None
        self._replace(0, 0, [_Stretch((), put_away(state), shape(state))])
        self.amend((), list(events))

    # -- questions -----------------------------------------------------------------------------------------------------

    def rows(self) -> Collection[int]:
        """The rows that stand."""
        return self.stated.events.keys()

    def standing(self, row: int) -> Standing:
        """A row with its cost and effects."""
        return self._standing(row, {}, self.stated.events.get, self.stated.charged)

    def all(self) -> Iterator[Standing]:
        """Every row that stands."""
        return (self.standing(row) for row in self.stated.events)

    def explain(self, row: int) -> list[Line]:
        """The sources of the cost of a standing row."""
        if self._retrace is None:
            self._retrace = Retrace(self._policy, self._scales, self._methods, self)
        return self._retrace.explain(row)

    def live(self, stretch: int) -> bytes:
        """What was alive at the start of a stretch."""
        return self._stretches[stretch].live

    def held(self, name: str, row: int, start: Key) -> Any:
        """What was held of a row at the start of a stretch."""
        past = self._touched_from(name, row, start)
        return self._memories[name].peek(row) if past is NOT_TOUCHED else past

    def _standing(
        self, row: int, originals: Before, find: Callable[[int], Event | None], charged: Callable[[int], Exact]
    ) -> Standing:
        """A row as it is, or as it was where ``originals`` hold what it was."""

        def held(name: str, of: int) -> Any:
            return originals[name, of] if (name, of) in originals else self._memories[name].peek(of)

        def role(of: int) -> Role:
            event = find(of)
            if event is None:
                raise KeyError(of)
            return role_of(event, find, consumed=held("outcomes", of).consumed)

        event, outcome = find(row), held("outcomes", row)
        if event is None:
            raise KeyError(row)
        settled: Sequence[tuple[int, Exact]] = held("settled", row) or ()
        corrected: tuple[tuple[Role, Exact], ...] = tuple((role(by), amount) for by, amount in settled)
        told = Told(event, outcome, corrected, held("gap_of", row) or 0, charged(row))
        return Standing(event, outcome.cost, effects_of(told, self._policy, find), outcome.status)

    # -- amendments ----------------------------------------------------------------------------------------------------

    def amend(self, cancel: Collection[int] = (), enter: Sequence[Event] = ()) -> RowChanges:
        """Take rows out and put rows in; raises ``StockError`` if a row, of now or later, could not be valued then."""
        self._retrace = None
        stated = self.stated.amend(cancel, enter)
        end = alive(self._state)
        originals: Before = {}
        self._clock.originals = originals
        for row in stated.gone:
            for memory in self._memories.values():
                memory.renew(row)
        self.prepare(self._state)
        first = max(0, bisect_right(self.starts, stated.first) - 1)
        self._at = self.starts[first]
        try:
            revive(self._state, self._stretches[first].live)
            new, last = self._again(first, stated.last, end)
        except StockError:
            self._take_back(stated.undo, end, originals)
            raise
        swap_back = self._replace(first, last, new)

        def undo() -> None:
            swap_back()
            self._take_back(stated.undo, end, originals)

        return RowChanges(self._changes(originals, stated), undo)

    def prepare(self, state: State) -> None:
        """Let a state know what is known before any row is valued."""
        prepared = self.stated.prepared
        state.charges, state.restated, state.unpriced = prepared.charges, prepared.restated, prepared.unpriced
        state.made_from, state.events = self.stated.made_from, self.stated.events

    def _take_back(self, undo: Callable[[], None], end: dict[str, Any], originals: Before) -> None:
        for (name, row), value in originals.items():
            self._memories[name].put(row, value)
        alive(self._state, end)
        self._engine.problems.clear()
        undo()
        self.prepare(self._state)
        self._retrace = None

    def _changes(self, originals: Before, stated: Restated) -> list[RowChange]:
        """The rows that are others now, among those that were valued anew or looked at."""
        rows = {*stated.named, *(row for _, row in originals)}
        for outcome in (value for (name, _), value in originals.items() if name == "outcomes" and value is not None):
            rows.update(by for by, _ in outcome.corrections)
        changes: list[RowChange] = []
        for row in sorted(rows):
            if row not in stated.named and self._same(row, originals, stated):
                continue
            before = after = None
            if stated.before(row) is not None:
                before = self._standing(row, originals, stated.before, stated.charged_before)
            if row in self.stated.events:
                after = self.standing(row)
            if before != after:
                changes.append(RowChange(row, before, after))
        return changes

    def _same(self, row: int, originals: Before, stated: Restated) -> bool:
        """Whether a row that stays as it was stated was valued as before, and has settled no other."""
        for name, held in self._memories.items():
            if originals.get((name, row), held.peek(row)) != held.peek(row):
                return False
        settled = self._memories["settled"].peek(row)
        return not settled and self.stated.charged(row) == stated.charged_before(row)

    # -- going on from a stretch ---------------------------------------------------------------------------------------

    def _again(self, first: int, until: Key, end: dict[str, Any]) -> tuple[list[_Stretch], int]:
        """Value on from a stretch; returns the stretches that replace those from there to where all is as it was."""
        old, order = self._stretches, self.stated.order
        start = old[first]
        new = [_Stretch(start.start, start.live, start.shape)]
        limit = self._open(new[0])
        meet = first + 1
        for at in range(bisect_left(order, start.start), len(order)):
            key = order[at]
            cut = key if len(self._clock.fresh) >= limit else None
            while meet < len(old) and key >= old[meet].start:
                self._go_back(old[meet - 1])
                cut = old[meet].start
                if cut > until and self._as_it_was(cut, old[meet].shape):
                    self._join(cut, end)
                    return new, meet
                meet += 1
            if cut is not None:
                new.append(_Stretch(cut, put_away(self._state), shape(self._state)))
                limit = self._open(new[-1])
            self._step(key[-1])
        for stretch in old[meet - 1 :]:
            self._go_back(stretch)
        return new, len(old)

    def _go_back(self, stretch: _Stretch) -> None:
        """What a stretch of before did to earlier rows is undone, also where nothing does the like again."""
        for name, row in stretch.before:
            if row in self.stated.keys:
                self._memories[name].go_back(row)

    def _open(self, stretch: _Stretch) -> int:
        """Begin a stretch; returns how many rows it may have."""
        self._clock.before, self._clock.fresh = stretch.before, set()
        return max(_LEAST, size(self._state))

    def _step(self, row: int) -> None:
        clock, state, event = self._clock, self._state, self.stated.events[row]
        clock.now = self.stated.keys[row]
        clock.fresh.add(row)
        clock.looked.clear()
        for memory in self._memories.values():
            memory.renew(row)
        state.gaps.clear()
        self._engine.step(event)
        if self._engine.problems:
            raise impossible(event, self._engine.problems[row])
        if state.gaps:
            self._memories["gap_of"].put(row, sum(gap.amount for gap in state.gaps))
        settled = [
            (other, amount)
            for other in dict.fromkeys(clock.looked)
            if other != row
            for by, amount in self._memories["outcomes"].peek(other).corrections
            if by == row
        ]
        if settled:
            self._memories["settled"].put(row, tuple(settled))

    def _as_it_was(self, start: Key, before: tuple[Any, ...]) -> bool:
        """Whether rows from here on would be valued as they were: by what is alive, and by what they look up."""
        if shape(self._state) != before:
            return False
        for name, row in self._clock.originals:
            past = self._touched_from(name, row, start)
            if past is not NOT_TOUCHED and self._memories[name].peek(row) != past:
                return False
        return True

    def _join(self, start: Key, end: dict[str, Any]) -> None:
        """Go over to what follows as it was valued before."""
        alive(self._state, end)
        for (name, row), value in self._clock.originals.items():
            if self._touched_from(name, row, start) is not NOT_TOUCHED:
                self._memories[name].put(row, value)

    def _past(self, name: str, row: int) -> Any:
        """What was held of a row at the start of the run, where a later row has changed it."""
        return self._touched_from(name, row, self._at)

    def _touched_from(self, name: str, row: int, start: Key) -> Any:
        starts = self._touched.get((name, row), ())
        at = bisect_left(starts, start)
        return NOT_TOUCHED if at == len(starts) else self._by_start[starts[at]].before[name, row]

    def _replace(self, first: int, last: int, new: list[_Stretch]) -> Callable[[], None]:
        """Put stretches in the place of others; returns the way back."""
        old = self._stretches[first:last]
        self._swap(first, old, new)
        return lambda: self._swap(first, new, old)

    def _swap(self, first: int, out: list[_Stretch], into: list[_Stretch]) -> None:
        for stretch in out:
            del self._by_start[stretch.start]
            for at in stretch.before:
                self._touched[at].remove(stretch.start)
        for stretch in into:
            self._by_start[stretch.start] = stretch
            for at in stretch.before:
                insort(self._touched.setdefault(at, []), stretch.start)
        self._stretches[first : first + len(out)] = into
        self.starts[first : first + len(out)] = [stretch.start for stretch in into]
