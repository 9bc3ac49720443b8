"""Rows of one kind in memory: found by key, listed by every index, unique where they must be.

    Table("line")   rows: key -> row    lists: index -> cells of its equal fields -> [(cells of its order, key)], sorted

Invariant: the lists hold exactly the rows that have no ``None`` among the index's fields; a table is changed only by
``write`` and ``erase``, and a copy never sees what is done to the table afterwards.

>>> from jxc.ports import Position
>>> from jxc.stores.plans import plan_listing
>>> from jxc.stores.rows import encode, form_of
>>> table = Table(form_of("position"))
>>> for lot in ("L2", "L1"):
...     table.write(encode(Position("TEA", "WH", lot, 5, 1000, 1)))
>>> [row[2] for row in table.listed(plan_listing("position", "key", ("TEA",), None, None, False, None))]
['L1', 'L2']
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from jxc.stores.plans import Listing
from jxc.stores.rows import Cell, Form, Row, RowKey

__all__ = ["Table"]

Entry: TypeAlias = tuple[RowKey, RowKey]
"""The cells of an index's order, and the key of the row."""


class Table:
    """The rows of one kind in one scope."""

    __slots__ = ("_ways", "form", "lists", "rows", "singles", "snapshots")

    def __init__(self, form: Form) -> None:
        self.form = form
        self.rows: dict[RowKey, Row] = {}
        self.snapshots = 0
        """How many open snapshots look at this table: while there are any, it is copied before it is changed."""
        ways: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {"key": ((), form.kind.key)}
        ways.update({name: (index.equal, index.order) for name, index in form.kind.indexes.items()})
        self._ways = {name: (form.places(equal), form.places(order)) for name, (equal, order) in ways.items()}
        self.lists: dict[str, dict[RowKey, list[Entry]]] = {name: {} for name in self._ways}
        self.singles: list[tuple[tuple[int, ...], dict[RowKey, RowKey]]] = [
            (form.places(names), {}) for names in form.kind.unique
        ]

    def copy(self) -> Table:
        """The same rows in a table of their own."""
        made = Table(self.form)
        made.rows = self.rows.copy()
        made.lists = {
            name: {equal: entries.copy() for equal, entries in lists.items()} for name, lists in self.lists.items()
        }
        made.singles = [(places, keys.copy()) for places, keys in self.singles]
        return made

    def write(self, row: Row) -> None:
        """Keep the row in place of the one with its key."""
        key = self.form.key_of(row)
        self.erase(key)
        self.rows[key] = row
        for name, (equal, order) in self._ways.items():
            group, place = _cells(row, equal), _cells(row, order)
            if group is not None and place is not None:
                insort(self.lists[name].setdefault(group, []), (place, key))
        for places, keys in self.singles:
            cells = _cells(row, places)
            if cells is not None:
                keys[cells] = key

    def erase(self, key: RowKey) -> None:
        """Forget the row of that key, if there is one."""
        row = self.rows.pop(key, None)
        if row is None:
            return
        for name, (equal, order) in self._ways.items():
            group, place = _cells(row, equal), _cells(row, order)
            if group is not None and place is not None:
                entries = self.lists[name][group]
                del entries[bisect_left(entries, (place, key))]
                if not entries:
                    del self.lists[name][group]
        for places, keys in self.singles:
            cells = _cells(row, places)
            if cells is not None:
                del keys[cells]

    def twins(self, rows: Sequence[Row]) -> list[Row]:
        """Those of the rows, about to be written, that have the unique cells of another: in the table, or of them."""
        found: list[Row] = []
        for places, keys in self.singles:
            new: dict[RowKey, RowKey] = {}
            for row in rows:
                cells, key = _cells(row, places), self.form.key_of(row)
                if cells is not None and new.setdefault(cells, keys.get(cells, key)) != key:
                    found.append(row)
        return found

    def listed(self, listing: Listing) -> Iterator[Row]:
        """The rows that a listing asks for, one by one."""
        length = len(self._ways[listing.index][0])
        group, bound = listing.values[:length], listing.values[length:]
        entries = self.lists[listing.index].get(group, [])
        first = _first(entries, bound)
        if listing.after is not None:
            first = max(first, _behind(entries, bound + listing.after))
        last = _behind(entries, bound + (listing.until or ()))
        places = range(last - 1, first - 1, -1) if listing.reverse else range(first, last)
        for at in places[: listing.limit]:
            yield self.rows[entries[at][1]]


def _cells(row: Row, places: tuple[int, ...]) -> RowKey | None:
    cells: list[str | int] = []
    for place in places:
        cell: Cell = row[place]
        if cell is None:
            return None
        cells.append(cell)
    return tuple(cells)


def _first(entries: list[Entry], bound: RowKey) -> int:
    """Where the entries begin whose order begins with these cells."""
    return bisect_left(entries, bound, key=lambda entry: entry[0][: len(bound)])


def _behind(entries: list[Entry], bound: RowKey) -> int:
    """Where the entries begin that stand behind all that begin with these cells."""
    return bisect_right(entries, bound, key=lambda entry: entry[0][: len(bound)])
