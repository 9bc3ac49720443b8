"""Running a valuation case: enter its events one by one, and look after each.

After every event (or batch of events, all or nothing) the history entered so far is valued from scratch, as a book that
knew nothing else would have it; an event that is refused, or that makes another one impossible, leaves no trace.

Invariant: what is compared was computed by the engine under the case's own policy, nothing is read from ``expect``.

>>> from jxc.golden.case import parse_case
>>> case = parse_case(
...     {
...         "id": "x",
...         "method": "fifo",
...         "currency_places": 2,
...         "events": [
...             {"id": "e1", "date": "2026-01-05", "type": "receipt", "item": "A", "qty": "2", "unit_cost": "2"}
...         ],
...     }
... )
>>> value(case, list(case.events)).snapshots[0].on_hand
(2, 400)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from jxc.costing.engine import Engine
from jxc.costing.events import Event
from jxc.costing.layers import Pool
from jxc.costing.order import in_order
from jxc.costing.outcome import Outcome
from jxc.costing.strategies import engine_for
from jxc.errors import JxcError
from jxc.golden.case import Case
from jxc.kernel.rounding import Exact

__all__ = ["EngineFault", "Run", "Snapshot", "groups", "value"]


class EngineFault(Exception):  # noqa: N818 - a defect of the engine, not an error of the case
    """The engine ended in an error of Python."""


@dataclass(slots=True)
class Snapshot:
    """Quantities and values just after an event, in the order of the replay."""

    on_hand: tuple[Exact, Exact]
    to_on_hand: tuple[Exact, Exact]
    rate: Exact | None
    to_rate: Exact | None
    item_rate: Exact | None
    layers: list[tuple[Exact, Exact]]


@dataclass(slots=True)
class Run:
    """One valuation of the events entered so far."""

    engine: Engine
    snapshots: dict[int, Snapshot] = field(default_factory=dict[int, Snapshot])


def value(case: Case, events: list[Event], refused: Sequence[Event] = ()) -> Run:
    """Value these events under the case's policy; what was ``refused`` is looked at from where it would stand."""
    snapshots: dict[int, Snapshot] = {}
    standing: dict[tuple[int, int], Snapshot] = {}
    watched = [event for event in refused if event.item]

    def look(engine: Engine, event: Event) -> None:
        if event.item:
            snapshots[event.row] = _snapshot(engine, event)
        for other in watched:
            standing[other.row, event.row] = _snapshot(engine, other)

    engine = engine_for(case.policy, case.scales, on_row=look)
    _replay(engine, events)
    for event in watched:
        before = _before(case, events, event)
        snapshots[event.row] = _NOTHING if before is None else standing[event.row, before.row]
    for event in refused:
        engine.state.outcomes[event.row] = Outcome(qty=event.qty, status="refused")
    return Run(engine, snapshots)


_NOTHING = Snapshot((0, 0), (0, 0), None, None, None, [])


def _replay(engine: Engine, events: list[Event]) -> None:
    try:
        engine.run(events)
    except (JxcError, MemoryError):
        raise
    except Exception as error:
        raise EngineFault(f"{type(error).__name__}: {error}") from error


def _before(case: Case, events: list[Event], refused: Event) -> Event | None:
    """The event after which the refused one would have been valued."""
    order = in_order([*events, refused], case.policy)
    at = order.index(refused)
    return order[at - 1] if at else None


def groups(case: Case) -> list[list[Event]]:
    """The events in the order of entry; those of one batch, or made together by one disassembly, together."""
    found: list[list[Event]] = []
    for event in case.events:
        if found and _together(found[-1][-1], event):
            found[-1].append(event)
        else:
            found.append([event])
    return found


def _together(before: Event, event: Event) -> bool:
    one, other = before.details, event.details
    if other.batch is not None:
        return one.batch == other.batch
    return other.share_weight is not None and one.cost_from == other.cost_from and before.doc == event.doc


def _snapshot(engine: Engine, event: Event) -> Snapshot:
    state = engine.state
    qty, value = state.totals(event.item, event.place)
    pool = _touched(engine, event)
    to_place = event.to_place or event.place
    to_pool = _touched(engine, event, to_place)
    return Snapshot(
        on_hand=(qty, value),
        to_on_hand=state.totals(event.item, to_place),
        rate=None if pool is None else pool.rate,
        to_rate=None if to_pool is None else to_pool.rate,
        item_rate=Fraction(value) / qty if qty else None,
        layers=[
            (layer.left, layer.worth) for p in state.pools_at(event.item, event.place) for layer in p.open_layers()
        ],
    )


def _touched(engine: Engine, event: Event, place: str | None = None) -> Pool | None:
    state = engine.state
    at = place or event.place
    return state.pools.get((event.item, state.place_key(event.item, at), _lot_key(engine, event)))


def _lot_key(engine: Engine, event: Event) -> str | None:
    by_lot = engine.state.policy.by_lot or engine.state.method(event.item, event.place).by_lot
    return event.lot if by_lot else None
