"""The rows of a period in parts that have nothing to do with each other: so what is refused in one is read again alone.

Rows belong together that are of one item, or of items that a row brings together: goods made of others, charges and
prices that name rows of several items.

Invariant: every row is in one part; parts stand in the order of their first rows, and so do the rows in them.

>>> rows = [Event(0, "issue", 1, "TEA", 1), Event(1, "receipt", 1, "SALT", 1), Event(2, "assembly", 1, "BOX", 1)]
>>> rows[2].details = Details(cost_from=(0,))
>>> [[event.row for event in part] for part in parts({event.row: event for event in rows}, rows)]
[[0, 2], [1]]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jxc.costing.events import Details, Event

__all__ = ["Details", "parts"]


def parts(rows: Mapping[int, Event], events: list[Event]) -> list[list[Event]]:
    """The parts of ``events``; ``rows`` are all that they may refer to."""
    leader: dict[str, str] = {}
    for event in events:
        first = _first(leader, _item(rows, event))
        for item in _others(rows, event):
            leader[_first(leader, item)] = first
    found: dict[str, list[Event]] = {}
    for event in events:
        found.setdefault(_first(leader, _item(rows, event)), []).append(event)
    return list(found.values())


def _first(leader: dict[str, str], item: str) -> str:
    """The item that stands for all that belong together with this one (union-find, paths halved)."""
    while (above := leader.setdefault(item, item)) != item:
        leader[item] = leader[above]
        item = above
    return item


def _item(rows: Mapping[int, Event], event: Event) -> str:
    """The item of a row; of a charge that names none, that of the first row it refers to."""
    return event.item or next(_others(rows, event), "")


def _others(rows: Mapping[int, Event], event: Event) -> Iterator[str]:
    """The items of the rows that a row refers to, and that a bill which it refers to is for."""
    for row in (*event.refs, *event.details.cost_from):
        named = rows.get(row)
        if named is not None:
            yield named.item
            yield from (rows[billed].item for billed in named.refs if billed in rows)
