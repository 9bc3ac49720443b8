"""Costs as records: what rows cost, packed by where their facts are recorded; changes of cost; sums for positions.

    Standing  <->  [fact, type, item, day, cost, status, [[role, place, amount, quantity, item], ...], trade]

``trade`` is [party, salesman, document, revenue, the sale that comes back] of a sale or a return of one, else nothing.

Invariant: unpacking gives back what was packed; amounts are whole minor units and quantities whole quanta.

>>> from jxc.costing.events import Event
>>> standing = Standing(Event(0, "issue", 739621, "TEA", 3), 600, (Effect("inventory", "WH", -600, -3),))
>>> pack("SO-1", standing)
['SO-1', 'issue', 'TEA', 739621, 600, 'final', [['inventory', 'WH', -600, -3, '']], None]
>>> unpack(pack("SO-1", standing)).effects
(Effect(role='inventory', place='WH', amount=-600, qty=-3, item=''),)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jxc.costing.effects import Effect
from jxc.costing.late_changes import RowChange, Standing
from jxc.costing.late_journal import Move

__all__ = ["Costed", "Effect", "Standing", "deltas_of", "moves_from", "pack", "pack_moves", "unpack"]


@dataclass(frozen=True, slots=True)
class Costed:
    """A row as it was packed; ``day`` counts as ``date.toordinal`` does."""

    fact: str
    type: str
    item: str
    day: int
    cost: int
    status: str
    effects: tuple[Effect, ...]
    trade: Sequence[Any] | None

    def deltas(self) -> Iterable[tuple[str, str, int, int]]:
        """(item, place, quantity, value) of what it did to stock."""
        for effect in self.effects:
            if effect.role == "inventory":
                yield effect.item or self.item, effect.place or "", int(effect.qty), int(effect.amount)


def pack(fact: str, standing: Standing, trade: Sequence[Any] | None = None) -> list[Any]:
    """A row and what it cost."""
    event = standing.event
    return [
        fact,
        event.type,
        event.item,
        event.date,
        int(standing.cost),
        standing.status,
        [[each.role, each.place, int(each.amount), int(each.qty), each.item] for each in standing.effects],
        None if trade is None else list(trade),
    ]


def unpack(packed: Sequence[Any]) -> Costed:
    """The row that was packed."""
    fact, kind, item, day, cost, status, effects, trade = packed
    return Costed(fact, kind, item, day, cost, status, tuple(Effect(*each) for each in effects), trade)


def deltas_of(changes: Iterable[RowChange]) -> dict[tuple[str, str], tuple[int, int]]:
    """(item, place) -> what changes do to its quantity and value."""
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    for change in changes:
        for standing, sign in ((change.before, -1), (change.after, 1)):
            for effect in () if standing is None else standing.effects:
                if effect.role == "inventory":
                    key = (effect.item or change.event.item, effect.place or "")
                    qty, value = sums.get(key, (0, 0))
                    sums[key] = (qty + sign * int(effect.qty), value + sign * int(effect.amount))
    return sums


def pack_moves(moves: Iterable[Move]) -> list[list[Any]]:
    """Moves of one row: [concerns, booked, role, item, place, amount, quantity] each."""
    return [
        [each.concerns, each.booked, each.role, each.item, each.place, int(each.amount), int(each.qty)]
        for each in moves
    ]


def moves_from(packed: Mapping[str, Any], row: int, operation: int = 0) -> list[Move]:
    """The moves that a change of cost was kept with."""
    return [
        Move(operation, concerns, booked, row, item, place, role, amount, qty)
        for concerns, booked, role, item, place, amount, qty in packed["moves"]
    ]
