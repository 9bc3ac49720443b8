"""The keeper that can do everything: the rows of items that belong together, valued by the engine.

An amendment values these rows anew; rows of other items are not looked at.  Plain items have faster keepers.

Invariant: the rows that stand are all valued; an amendment that would leave one refused is refused itself, and changes
nothing.

>>> rows = [Event(0, "receipt", 1, "TEA", 3, 300), Event(2, "issue", 3, "TEA", 3)]
>>> keeper = EngineKeeper(Policy(method="lifo"), Scales(), builtin_methods(), rows)
>>> late = keeper.amend(enter=[Event(1, "receipt", 2, "TEA", 3, 360)])
>>> [(change.row, change.difference) for change in late.changes]
[(1, 360), (2, 60)]
>>> late.undo()
>>> keeper.standing(2).cost
300
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date

from jxc.costing.effects import Effects
from jxc.costing.engine import Engine
from jxc.costing.events import Event, Scales
from jxc.costing.explain import Line, explain
from jxc.costing.late_changes import RowChange, RowChanges, Standing
from jxc.costing.methods import MethodRegistry
from jxc.costing.order import in_order
from jxc.costing.policy import Policy
from jxc.costing.registry import builtin_methods
from jxc.costing.strategies import engine_for
from jxc.errors import StockError

__all__ = ["EngineKeeper", "builtin_methods", "compared", "impossible"]


class EngineKeeper:
    """Rows that the engine values together; see the module."""

    def __init__(self, policy: Policy, scales: Scales, methods: MethodRegistry, events: Iterable[Event]) -> None:
        self._policy = policy
        self._scales = scales
        self._methods = methods
        self.events = {event.row: event for event in events}
        self.engine = self._value(self.events)
        self._effects = Effects(self.engine.state)
        self._traced: Engine | None = None

    def _value(self, events: dict[int, Event]) -> Engine:
        engine = engine_for(self._policy, self._scales, self._methods)
        engine.run(events[row] for row in sorted(events))
        if engine.problems:
            raise self._refusal(engine, events)
        return engine

    def _refusal(self, engine: Engine, events: dict[int, Event]) -> StockError:
        """The refusal of the first row, by the order of events, that was refused for itself."""
        causes = {row: error for row, error in engine.problems.items() if error.code != "refused_reference"}
        causes = causes or engine.problems
        first = next(event for event in in_order(events.values(), self._policy) if event.row in causes)
        return impossible(first, causes[first.row])

    def amend(self, cancel: Collection[int] = (), enter: Sequence[Event] = ()) -> RowChanges:
        """Take rows out and put rows in; raises ``StockError`` if a row, of now or later, could not be valued then."""
        events = {row: event for row, event in self.events.items() if row not in cancel}
        events.update((event.row, event) for event in enter)
        engine = self._value(events)
        before = self.events, self.engine, self._effects
        past = list(self.all())
        self.events, self.engine, self._effects = events, engine, Effects(engine.state)
        self._traced = None

        def undo() -> None:
            self.events, self.engine, self._effects = before
            self._traced = None

        return RowChanges(compared(past, self.all()), undo)

    def rows(self) -> Collection[int]:
        """The rows that stand."""
        return self.events.keys()

    def standing(self, row: int) -> Standing:
        """A row with its cost and effects."""
        outcome = self.engine.state.outcomes[row]
        return Standing(self.events[row], outcome.cost, self._effects.of(row), outcome.status)

    def explain(self, row: int) -> list[Line]:
        """The sources of the cost of a standing row; the first after a change values all rows with a trace."""
        if self._traced is None:
            self._traced = engine_for(self._policy, self._scales, self._methods, trace=True)
            self._traced.run(self.events[row] for row in sorted(self.events))
        return explain(self._traced.state, row)

    def all(self) -> Iterator[Standing]:
        """Every row that stands."""
        return (self.standing(row) for row in self.events)


def compared(past: Iterable[Standing], present: Iterable[Standing]) -> list[RowChange]:
    """The rows that differ, by row."""
    before = {standing.event.row: standing for standing in past}
    after = {standing.event.row: standing for standing in present}
    changes = (RowChange(row, before.get(row), after.get(row)) for row in sorted(before.keys() | after.keys()))
    return [change for change in changes if change.before != change.after]


def impossible(event: Event, error: StockError) -> StockError:
    """The refusal of a change of the past, for what it would do to this row: named with its date."""
    on = date.fromordinal(event.date).isoformat()
    named = f" for {event.type} {event.id or event.row + 1} of {on}"
    return StockError(
        error.code,
        error.message.removesuffix(named) + named,
        field=error.field,
        value=error.value,
        hint=error.hint,
        **{**error.params, "row": event.row + 1, "id": event.id, "date": on},
    )
