"""Explaining a cost of the keeper that goes back in time: only stretches in which its sources lie are traced.

A stretch is valued again with a trace, from what was alive at its start.  A layer that was there by then is made of
what an earlier stretch made it of: that in which its value was changed last, or else the one before.

Invariant: the answer is that of one traced replay of all rows; nothing of the keeper is changed.

>>> from jxc.costing.late_timeline import TimelineKeeper, builtin_methods
>>> rows = [Event(0, "receipt", 1, "TEA", 3, 300), Event(1, "issue", 2, "TEA", 2)]
>>> keeper = TimelineKeeper(Policy(method="lifo"), Scales(), builtin_methods(), rows)
>>> [(line.kind, line.row, int(line.amount)) for line in keeper.explain(1)]
[('own', 0, 200)]
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Protocol, TypeAlias

from jxc.costing.engine import Engine
from jxc.costing.events import Event, Scales
from jxc.costing.explain import Line, lines_of
from jxc.costing.late_known import ABSENT, MEMORIES
from jxc.costing.late_live import revive
from jxc.costing.late_stated import Key, StatedRows
from jxc.costing.layers import Layer
from jxc.costing.methods import MethodRegistry
from jxc.costing.outcome import Outcome
from jxc.costing.policy import Policy
from jxc.costing.state import State
from jxc.costing.trace import Part, leaves

__all__ = ["Event", "Past", "Retrace", "Scales"]

_FIRST = 40
"""Nodes are numbered by stretch, and within a stretch in so many bits."""

PoolKey: TypeAlias = tuple[str, str | None, str | None]


class Past(Protocol):
    """What the keeper knows: where stretches start, what was alive there, and what was held of a row by then."""

    @property
    def stated(self) -> StatedRows: ...

    @property
    def starts(self) -> Sequence[Key]: ...

    def live(self, stretch: int) -> bytes: ...

    def held(self, name: str, row: int, start: Key) -> Any: ...

    def prepare(self, state: State) -> None: ...


@dataclass(frozen=True, slots=True)
class _Carried:
    """A layer that was there when a stretch began: which of its pool, and what tells it from others."""

    pool: PoolKey
    at: int
    marks: tuple[Any, ...]
    since: int


@dataclass(frozen=True, slots=True)
class _Taken:
    """What a row of an earlier stretch took, piece by piece."""

    row: int
    at: int


class _Memory(dict[int, Any]):
    """What is held of a row: of this stretch, or else as it was when the stretch began."""

    def __init__(self, find: Callable[[int], Any]) -> None:
        super().__init__()
        self._find = find

    def get(self, row: int, default: Any = None) -> Any:
        """What is known of a row by now."""
        if not super().__contains__(row):
            found = self._find(row)
            if found is ABSENT:
                return default
            self[row] = found
        return super().get(row)

    def __missing__(self, row: int) -> Any:
        found = self.get(row)
        if found is None:
            raise KeyError(row)
        return found

    def __contains__(self, row: object) -> bool:
        return isinstance(row, int) and self.get(row) is not None


class _Traced:
    """One stretch, valued with a trace; ``before``: the nodes that earlier stretches made."""

    def __init__(self, engine: Engine, past: Past, number: int) -> None:
        self.state = engine.state
        self.before: dict[int, _Carried | _Taken] = {}
        self._past = past
        self._start = past.starts[number]
        self._revive(number)
        order, rows = past.stated.order, past.stated.events
        last = past.starts[number + 1] if number + 1 < len(past.starts) else None
        end = len(order) if last is None else bisect_left(order, last)
        for key in order[bisect_left(order, self._start) : end]:
            engine.step(rows[key[-1]])
        self.layers = {key: list(pool.open_layers()) for key, pool in self.state.pools.items()}

    def _revive(self, number: int) -> None:
        state = self.state
        revive(state, self._past.live(number))
        self._past.prepare(state)
        for name in MEMORIES:
            setattr(state, name, _Memory(partial(self._held, name)))
        for key, pool in state.pools.items():
            for at, layer in enumerate(pool.open_layers()):
                layer.node = self._node(_Carried(key, at, marks(layer), layer.since))

    def _held(self, name: str, row: int) -> Any:
        key = self._past.stated.keys.get(row)
        if key is None or key >= self._start:
            return ABSENT
        held = copy(self._past.held(name, row, self._start))
        if isinstance(held, Outcome):
            held.taken = [replace(piece, node=self._node(_Taken(row, at))) for at, piece in enumerate(held.taken)]
        return held

    def _node(self, source: _Carried | _Taken) -> int:
        trace = self.state.trace
        number = -1 if trace is None else trace.add(())
        self.before[number] = source
        return number


def marks(layer: Layer) -> tuple[Any, ...]:
    """What tells a layer from others of its pool; the first is the row that changed last what it is made of."""
    return (
        layer.since, layer.row, layer.origin, layer.date, layer.lot, layer.expiry, layer.currency, layer.rate,
    )  # fmt: skip


class Retrace:
    """The traced stretches of a keeper, until its rows change; see the module."""

    def __init__(self, policy: Policy, scales: Scales, methods: MethodRegistry, past: Past) -> None:
        self._make = partial(Engine, policy, scales, methods, trace=True)
        self._past = past
        self._traced: dict[int, _Traced] = {}

    def explain(self, row: int) -> list[Line]:
        """The sources of the cost of a standing row; see ``explain.explain``."""
        number = self._stretch_of(row)
        state = self._stretch(number).state
        outcome = state.outcomes[row]
        pieces = outcome.taken or state.entered.get(row, [])
        numbered = [replace(piece, node=self._found(number, piece.node)) for piece in pieces]
        return lines_of(row, outcome.cost, numbered, lambda amounts: leaves(self._parts, amounts))

    def _stretch_of(self, row: int) -> int:
        return max(0, bisect_right(self._past.starts, self._past.stated.keys[row]) - 1)

    def _stretch(self, number: int) -> _Traced:
        found = self._traced.get(number)
        if found is None:
            found = self._traced[number] = _Traced(self._make(), self._past, number)
        return found

    def _parts(self, node: int) -> tuple[Part, ...]:
        number, local = node >> _FIRST, node & ((1 << _FIRST) - 1)
        trace = self._stretch(number).state.trace
        parts = () if trace is None else trace.parts(local)
        return tuple(part if part.node < 0 else replace(part, node=self._found(number, part.node)) for part in parts)

    def _found(self, number: int, node: int) -> int:
        """The number of a node of a stretch, or of the earlier one that it stands for."""
        while node >= 0:
            source = self._stretch(number).before.get(node)
            if source is None:
                return number << _FIRST | node
            if isinstance(source, _Taken):
                number = self._stretch_of(source.row)
                node = self._stretch(number).state.outcomes[source.row].taken[source.at].node
            else:
                number, node = self._carried(number, source)
        return node

    def _carried(self, number: int, layer: _Carried) -> tuple[int, int]:
        """Stretch and node at the end of an earlier stretch of a layer that a later one began with."""
        maker = self._stretch_of(layer.since) if layer.since in self._past.stated.keys else number - 1
        if maker < number - 1:
            ends = self._stretch(maker).layers.get(layer.pool, ())
            nodes = {held.node for held in ends if marks(held) == layer.marks}
            if len(nodes) == 1:
                return maker, nodes.pop()
        return number - 1, self._stretch(number - 1).layers[layer.pool][layer.at].node
