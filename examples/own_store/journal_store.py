"""A store of another technology than SQL: a file a scope, a line a commit, read from the beginning each time.

    4f2a90c1 {"scope":["acme","main"]}
    9b1d22e7 {"drawn":{"2026-01/记":1},"remove":{},"write":{"line":[["E1",0,...]]}}

A commit appends one line, with its checksum, and waits until the disk has it; a line that a crash cut off does not
count, and the next writer removes it.  Writers take turns by a lock on a file beside it, which the system lets go of
when a process ends, however it ends.  Reading all for each transaction is right and slow: good for a page, not a shop.

What is asked is checked by ``jxc.stores.plans``, refused by ``jxc.stores.refusals`` and listed by
``jxc.stores.tables``, as in jxc's own store in memory.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from jxc.errors import StoreError
from jxc.kernel.scope import Scope
from jxc.ports import Capabilities, Changes, Key
from jxc.stores.plans import Locks, plan_listing, plan_writing, whole_key
from jxc.stores.refusals import check_writing, summed
from jxc.stores.rows import decode, form_of, forms
from jxc.stores.state import EVENTS, Open, check_draw
from jxc.stores.tables import Table


class State:
    """What the lines of a scope add up to."""

    def __init__(self) -> None:
        self.tables = {name: Table(form) for name, form in forms().items()}
        self.series: dict[str, int] = {}
        self.end = 0

    def apply(self, line: Mapping[str, Any]) -> None:
        for kind, rows in line.get("write", {}).items():
            for row in rows:
                self.tables[kind].write(tuple(row))
        for kind, keys in line.get("remove", {}).items():
            for key in keys:
                self.tables[kind].erase(tuple(key))
        self.series.update(line.get("drawn", {}))


class JournalStore:
    """Records in the files of a folder; ``timeout``: how many seconds a writer waits for another."""

    capabilities = Capabilities(locks=True, durable=True, concurrent_writers=False)

    def __init__(self, folder: Path, timeout: float = 30) -> None:
        self._folder = folder
        self._timeout = timeout
        self._closed = False

    @contextmanager
    def begin(
        self,
        scope: Scope,
        *,
        lock: Mapping[str, Sequence[Key]] | None = None,
        share: Mapping[str, Sequence[Key]] | None = None,
        read_only: bool = False,
    ) -> Iterator[JournalTransaction]:
        if self._closed:
            raise StoreError("store_closed", "the store has been closed")
        if read_only:
            tx = JournalTransaction(self, scope, self._read(self._file(scope)), read_only=True)
            try:
                yield tx
            finally:
                tx.open.end()
            return
        with self._alone():
            tx = JournalTransaction(self, scope, self._read(self._file(scope)), read_only=False)
            try:
                if lock or share:
                    tx.lock(lock or {}, share=share)
                yield tx
            finally:
                tx.open.end()

    def scopes(self) -> list[Scope]:
        found = []
        for file in self._folder.glob("*.journal"):
            first = next(_lines(file.read_bytes()), None)
            if first is not None:
                found.append(Scope(*first[0]["scope"]))
        return sorted(found)

    def purge(self, scope: Scope) -> None:
        with self._alone():
            self._file(scope).unlink(missing_ok=True)

    def number_events(self, scope: Scope, limit: int = 1000) -> int:
        with self.begin(scope) as tx:
            waiting = [event for event in tx.scan("event") if event.position is None][:limit]
            if not waiting:
                return 0
            state = tx.state
            first = state.series.get(EVENTS, 0) + 1
            [place] = form_of("event").places(("position",))
            rows = [state.tables["event"].rows[(event.id,)] for event in waiting]
            numbered = [(*row[:place], at, *row[place + 1 :]) for at, row in enumerate(rows, first)]
            drawn = {EVENTS: first + len(rows) - 1}
            self.append(scope, state, {"write": {"event": numbered}, "drawn": drawn})
            return len(rows)

    def close(self) -> None:
        self._closed = True

    def append(self, scope: Scope, state: State, line: Mapping[str, Any]) -> None:
        """One more line behind the last whole one, on the disk when this returns."""
        file = self._file(scope)
        is_new = state.end == 0
        text = _line({"scope": [scope.tenant, scope.book]}) + _line(line) if is_new else _line(line)
        with file.open("ab") as stream:
            stream.truncate(state.end)
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        if is_new:
            folder = os.open(self._folder, os.O_RDONLY)
            os.fsync(folder)
            os.close(folder)

    def _file(self, scope: Scope) -> Path:
        return self._folder / f"{sha256(str(scope).encode()).hexdigest()}.journal"

    def _read(self, file: Path) -> State:
        state = State()
        if file.exists():
            for line, end in _lines(file.read_bytes()):
                state.apply(line)
                state.end = end
        return state

    @contextmanager
    def _alone(self) -> Iterator[None]:
        until = time.monotonic() + self._timeout
        with (self._folder / "lock").open("w") as stream:
            while True:
                try:
                    fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > until:
                        raise StoreError("store_locked", "another transaction did not end in time") from None
                    time.sleep(0.002)
            yield


class JournalTransaction:
    """See ``jxc.ports.Transaction``."""

    def __init__(self, store: JournalStore, scope: Scope, state: State, *, read_only: bool) -> None:
        self._store = store
        self._scope = scope
        self.state = state
        self.open = Open(read_only)
        self._locks = Locks()
        self._drawn: dict[str, int] = {}

    def lock(self, keys: Mapping[str, Sequence[Key]], *, share: Mapping[str, Sequence[Key]] | None = None) -> None:
        self.open.check_writing()
        self._locks.plan(keys, share)

    def get(self, kind: str, keys: Sequence[Key]) -> list[Any]:
        self.open.check()
        form = form_of(kind)
        rows = [self.state.tables[kind].rows.get(whole_key(form, key)) for key in keys]
        return [None if row is None else decode(form, row) for row in rows]

    def scan(self, kind: str, index: str = "key", equal: Key = (), **stretch: Any) -> Iterator[Any]:
        self.open.check()
        words = {"after": None, "until": None, "reverse": False, "limit": None, **stretch}
        listing = plan_listing(kind, index, equal, **words)
        return self._listed(listing)

    def _listed(self, listing: Any) -> Iterator[Any]:
        self.open.check()
        for row in self.state.tables[listing.form.name].listed(listing):
            self.open.check()
            yield decode(listing.form, row)

    def draw(self, series: str, count: int = 1) -> int:
        self.open.check_writing()
        check_draw(series, count)
        last = self._drawn.get(series, self.state.series.get(series, 0))
        self._drawn[series] = last + count
        return last + 1

    def commit(self, changes: Changes) -> None:
        self.open.check_writing()
        writing = plan_writing(changes)
        self.open.end()
        tables = self.state.tables
        check_writing(tables, writing)
        rows: dict[str, list[Any]] = {}
        for kind, some in [*writing.insert.items(), *writing.put.items()]:
            rows.setdefault(kind, []).extend(some)
        for kind, additions in writing.add.items():
            rows.setdefault(kind, []).extend(summed(tables[kind], each) for each in additions)
        self._store.append(self._scope, self.state, {"write": rows, "remove": writing.remove, "drawn": self._drawn})


def _line(content: Mapping[str, Any]) -> bytes:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return f"{zlib.crc32(text.encode()):08x} {text}\n".encode()


def _lines(data: bytes) -> Iterator[tuple[Any, int]]:
    """The whole lines from the beginning, each with where it ends."""
    start = 0
    while (end := data.find(b"\n", start)) >= 0:
        checksum, _, text = data[start:end].partition(b" ")
        if checksum != f"{zlib.crc32(text):08x}".encode():
            return
        yield json.loads(text), end + 1
        start = end + 1
