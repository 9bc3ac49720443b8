"""The store in memory: complete, isolated, for tests, notebooks and previews; it ends with the process.

    store = MemoryStore()
    with store.begin(Scope("acme", "main"), lock={"item_head": [("TEA",)]}) as tx:
        [head] = tx.get("item_head", [("TEA",)])
        tx.commit(Changes(put=(next_head,)))

One transaction writes at a time, the others wait; read-only ones look at the state they began with and wait for nobody.

Invariant: rows are tuples of text and numbers, so that nothing a caller does to a record reaches into the store; a
commit is checked whole before its first row is written.

>>> from jxc.kernel.scope import Scope
>>> from jxc.ports import Changes, PeriodRecord
>>> store, scope = MemoryStore(), Scope("acme", "main")
>>> with store.begin(scope, lock={"period": [("stock", "2026-01")]}) as tx:
...     tx.commit(Changes(put=(PeriodRecord("stock", "2026-01", "open", 1, {}),)))
>>> with store.begin(scope, read_only=True) as tx:
...     [record.status for record in tx.scan("period")]
['open']
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from jxc.errors import StoreError
from jxc.kernel.scope import Scope
from jxc.ports import Capabilities, Changes, Key
from jxc.stores.plans import Locks, Writing, plan_listing, plan_writing, whole_key
from jxc.stores.refusals import check_writing, summed
from jxc.stores.rows import Row, decode, form_of, forms
from jxc.stores.state import EVENTS, Open, check_draw
from jxc.stores.tables import Table
from jxc.stores.turns import Turns

__all__ = ["MemoryStore"]


class _Book:
    """What one scope holds."""

    __slots__ = ("series", "tables")

    def __init__(self) -> None:
        self.tables = {name: Table(form) for name, form in forms().items()}
        self.series: dict[str, int] = {}

    def is_empty(self) -> bool:
        return not self.series and not any(table.rows for table in self.tables.values())

    def to_change(self, name: str) -> Table:
        """The table of that kind, a copy of it where a snapshot looks at it."""
        table = self.tables[name]
        if table.snapshots:
            table = self.tables[name] = table.copy()
        return table


class MemoryStore:
    """Records in memory; ``timeout`` is how many seconds a writer waits for another before ``store_locked``."""

    def __init__(self, *, timeout: float = 30) -> None:
        self._books: dict[Scope, _Book] = {}
        self._turns = Turns(timeout)
        self._swap = threading.Lock()
        self._closed = False

    @property
    def capabilities(self) -> Capabilities:
        """It locks, one writer at a time, and does not last."""
        return Capabilities(locks=True, durable=False, concurrent_writers=False)

    @contextmanager
    def begin(
        self,
        scope: Scope,
        *,
        lock: Mapping[str, Sequence[Key]] | None = None,
        share: Mapping[str, Sequence[Key]] | None = None,
        read_only: bool = False,
    ) -> Generator[MemoryTransaction]:
        """See ``jxc.ports.Store``; also ``store_closed``, ``store_locked``."""
        with self._reading(scope) if read_only else self._writing(scope) as tx:
            if lock or share:
                tx.lock(lock or {}, share=share)
            try:
                yield tx
            finally:
                tx.end()

    def scopes(self) -> Iterable[Scope]:
        """Every scope that holds records, in order."""
        with self._swap:
            return sorted(scope for scope, book in self._books.items() if not book.is_empty())

    def purge(self, scope: Scope) -> None:
        """Remove all records of a scope."""
        with self._alone(), self._swap:
            self._books.pop(scope, None)

    def number_events(self, scope: Scope, limit: int = 1000) -> int:
        """Give committed events that have none their positions, in the order of their ids; returns how many."""
        form = form_of("event")
        [place] = form.places(("position",))
        with self._alone(), self._swap:
            book = self._books.get(scope)
            if book is None:
                return 0
            waiting = sorted(key for key, row in book.tables["event"].rows.items() if row[place] is None)[:limit]
            for at, key in enumerate(waiting, book.series.get(EVENTS, 0) + 1):
                table = book.to_change("event")
                row = table.rows[key]
                table.write((*row[:place], at, *row[place + 1 :]))
                book.series[EVENTS] = at
            return len(waiting)

    def close(self) -> None:
        """Refuse what comes after this."""
        self._closed = True

    def _check_open(self) -> None:
        if self._closed:
            raise StoreError("store_closed", "the store has been closed")

    # -- transactions -------------------------------------------------------------------------------------------------

    @contextmanager
    def _alone(self) -> Generator[None]:
        """Be the one that writes."""
        self._check_open()
        with self._turns.held():
            yield

    @contextmanager
    def _writing(self, scope: Scope) -> Generator[MemoryTransaction]:
        with self._alone():
            book = self._books.get(scope) or _Book()
            yield MemoryTransaction(self, scope, book, book.tables, read_only=False)

    @contextmanager
    def _reading(self, scope: Scope) -> Generator[MemoryTransaction]:
        self._check_open()
        with self._swap:
            book = self._books.get(scope) or _Book()
            tables = dict(book.tables)
            for table in tables.values():
                table.snapshots += 1
        try:
            yield MemoryTransaction(self, scope, book, tables, read_only=True)
        finally:
            with self._swap:
                for table in tables.values():
                    table.snapshots -= 1

    def write(self, scope: Scope, book: _Book, writing: Writing, drawn: Mapping[str, int]) -> None:
        """Check everything, then write everything; for ``MemoryTransaction``."""
        with self._swap:
            check_writing(book.tables, writing)
            sums = {
                name: [summed(book.tables[name], each) for each in additions] for name, additions in writing.add.items()
            }
            for rows in (writing.insert, writing.put, sums):
                for name, some in rows.items():
                    table = book.to_change(name)
                    for row in some:
                        table.write(row)
            for name, keys in writing.remove.items():
                table = book.to_change(name)
                for key in keys:
                    table.erase(key)
            book.series.update(drawn)
            self._books[scope] = book


class MemoryTransaction:
    """See ``jxc.ports.Transaction``."""

    def __init__(
        self, store: MemoryStore, scope: Scope, book: _Book, tables: Mapping[str, Table], *, read_only: bool
    ) -> None:
        self._store = store
        self._scope = scope
        self._book = book
        self._tables = tables
        self._open = Open(read_only)
        self._locks = Locks()
        self._drawn: dict[str, int] = {}

    def end(self) -> None:
        """No call after this is answered."""
        self._open.end()

    def lock(self, keys: Mapping[str, Sequence[Key]], *, share: Mapping[str, Sequence[Key]] | None = None) -> None:
        """Nobody else writes meanwhile; only the order of the keys is checked."""
        self._open.check_writing()
        self._locks.plan(keys, share)

    def get(self, kind: str, keys: Sequence[Key]) -> list[Any]:
        """The records of these keys, ``None`` for those that are not there."""
        self._open.check()
        form = form_of(kind)
        rows = self._tables[kind].rows
        found = [rows.get(whole_key(form, key)) for key in keys]
        return [None if row is None else decode(form, row) for row in found]

    def scan(
        self,
        kind: str,
        index: str = "key",
        equal: Key = (),
        *,
        after: Key | None = None,
        until: Key | None = None,
        reverse: bool = False,
        limit: int | None = None,
    ) -> Iterator[Any]:
        """The records of an index, in its order."""
        self._open.check()
        listing = plan_listing(kind, index, equal, after, until, reverse, limit)
        return self._decoded(listing.form.name, self._tables[kind].listed(listing))

    def _decoded(self, kind: str, rows: Iterator[Row]) -> Iterator[Any]:
        form = form_of(kind)
        self._open.check()
        for row in rows:
            self._open.check()
            yield decode(form, row)

    def draw(self, series: str, count: int = 1) -> int:
        """The first of ``count`` next numbers of a series, from 1 on."""
        self._open.check_writing()
        check_draw(series, count)
        last = self._drawn.get(series, self._book.series.get(series, 0))
        self._drawn[series] = last + count
        return last + 1

    def commit(self, changes: Changes) -> None:
        """Write all of it and end the transaction."""
        self._open.check_writing()
        writing = plan_writing(changes)
        self._open.end()
        self._store.write(self._scope, self._book, writing, self._drawn)
