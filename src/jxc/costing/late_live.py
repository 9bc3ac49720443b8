"""What is alive in a replay at one moment: all that decides how the rows to come are valued, and nothing of the past.

    put_away(state)  ->  bytes, which ``revive`` puts back into a state
    shape(state)     ->  a plain value: two moments of equal shape value the same rows alike

What is used up is left out, and so are the numbers that only say in which order things came, beyond that order.

Invariant: from a revived state the same rows get the same outcomes as from the one put away.

>>> from jxc.costing.engine import replay
>>> from jxc.costing.events import Event
>>> from jxc.costing.policy import Policy
>>> rows = [Event(0, "receipt", 1, "TEA", 3, 100), Event(1, "issue", 2, "TEA", 3)]
>>> shape(replay(rows, Policy()).state)[0]
((('TEA', None, None), 'fifo', 0, 0, Fraction(100, 3), None, None, None, 0, (), (), ()),)
"""

from __future__ import annotations

import pickle
from typing import Any

from jxc.costing.layers import Layer, Origin, Pool
from jxc.costing.spread import left_of
from jxc.costing.state import State

__all__ = ["put_away", "revive", "shape", "size"]

_ALIVE = (
    "pools",
    "pools_of",
    "placed",
    "places_of",
    "lots",
    "lot_expiry",
    "homes",
    "standards",
    "method_of",
    "by_place_of",
    "book_method",
    "book_by_place",
    "allowances",
    "billed",
    "seq",
)
"""The fields of a state that rows to come depend on, beside what they name of past rows."""


def put_away(state: State) -> bytes:
    """The live part of a state; what is used up is dropped on the way."""
    for pool in state.pools.values():
        pool.layers, pool.head = list(pool.open_layers()), 0
    homes = {row: [home for home in held if left_of(home[1]) > 0] for row, held in state.homes.items()}
    state.homes = {row: held for row, held in homes.items() if held}
    return pickle.dumps({name: getattr(state, name) for name in _ALIVE}, pickle.HIGHEST_PROTOCOL)


def revive(state: State, live: bytes) -> None:
    """Put a live part back."""
    alive(state, pickle.loads(live))  # noqa: S301 - our own bytes, which never left the process


def alive(state: State, fields: dict[str, Any] | None = None) -> dict[str, Any]:
    """The live fields of a state as they are; or set them."""
    for name, value in (fields or {}).items():
        setattr(state, name, value)
    if fields is not None:
        state.forget_found()
    return {name: getattr(state, name) for name in _ALIVE}


def size(state: State) -> int:
    """How much is alive: layers, origins, lots."""
    pools = sum(len(pool.layers) - pool.head + len(pool.origins) for pool in state.pools.values())
    return pools + sum(map(len, state.lots.values()))


def shape(state: State) -> tuple[Any, ...]:
    """All that rows to come depend on, as a plain value; see the module."""
    pools = list(state.pools.values())
    index = {id(pool): at for at, pool in enumerate(pools)}
    return (
        tuple(_pool(key, pool) for key, pool in state.pools.items()),
        tuple((item, tuple(index[id(pool)] for pool in held)) for item, held in state.pools_of.items()),
        _homes(state, index),
        tuple(state.placed.items()),
        tuple((key, tuple(lots.items())) for key, lots in state.lots.items()),
        tuple((item, tuple(places)) for item, places in state.places_of.items()),
        tuple(sorted(state.lot_expiry.items())),
        tuple(sorted(state.standards.items(), key=repr)),
        tuple(sorted(state.method_of.items())),
        tuple(sorted(state.by_place_of.items())),
        (state.book_method, state.book_by_place, frozenset(state.billed)),
        tuple(sorted((item, amount) for item, amount in state.allowances.items() if amount)),
    )


def _pool(key: tuple[Any, ...], pool: Pool) -> tuple[Any, ...]:
    layers = list(pool.open_layers())
    came = {seq: at for at, seq in enumerate(sorted({layer.seq for layer in layers}))}
    return (
        key,
        pool.method.name,
        pool.qty,
        pool.value,
        pool.last_rate,
        pool.standard,
        pool.unit,
        pool.short_rate if pool.shortages else None,
        pool.short_qty if pool.shortages else 0,
        tuple((came[layer.seq], *_layer(layer)) for layer in layers),
        tuple((shortage.row, *_layer(shortage.layer)) for shortage in pool.shortages),
        tuple(_origin(origin) for origin in pool.origins if origin.qty),
    )


def _layer(layer: Layer) -> tuple[Any, ...]:
    return (
        layer.origin,
        layer.row,
        layer.date,
        layer.qty,
        layer.value,
        layer.out,
        layer.cost_out,
        layer.lot,
        layer.expiry,
        layer.place,
        layer.currency,
        layer.rate,
        layer.since,
    )


def _origin(origin: Origin) -> tuple[Any, ...]:
    return (origin.origin, origin.date, origin.qty, origin.lot, origin.expiry)


def _homes(state: State, index: dict[int, int]) -> tuple[Any, ...]:
    """Where goods of a row lie, in the order in which charges are spread over them; one home has no order."""
    places: dict[int, tuple[int, int]] = {}
    for pool in state.pools.values():
        for at, goods in enumerate((*pool.open_layers(), *(origin for origin in pool.origins if origin.qty))):
            places[id(goods)] = (index[id(pool)], at)
    found = [
        (row, tuple(places[id(goods)] for _, goods in held if id(goods) in places)) for row, held in state.homes.items()
    ]
    return tuple(sorted(line for line in found if line[1]))
