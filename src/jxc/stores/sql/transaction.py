"""A transaction on a SQL database: what is asked is checked, said over the wire, and ended once.

Invariant: a driver's error never leaves here as it is; after one, or after a refused commit, everything has been rolled
back.  Why a commit was refused is found out by the same code as in memory, on the rows that are there.

>>> ended = []
>>> Ending(lambda: ended.append("commit"), lambda: ended.append("rollback"), lambda: None, lambda: None).commit()
>>> ended
['commit']
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from jxc.errors import StoreError
from jxc.ports import KINDS, Changes, Key
from jxc.stores.plans import Locks, Writing, plan_listing, plan_writing, whole_key
from jxc.stores.refusals import already_there, check_writing
from jxc.stores.rows import Row, RowKey, decode, form_of, forms
from jxc.stores.sql.problems import problem
from jxc.stores.sql.wire import GuardError, Wire
from jxc.stores.state import Open, check_draw
from jxc.stores.tables import Table

__all__ = ["Ending", "SqlTransaction"]

_LIKELY = {
    "already_there": ("already_there", "version_conflict"),
    "beyond_64_bits": ("bound_passed",),
    "bound_passed": ("bound_passed",),
    "version_conflict": ("version_conflict",),
}
"""What may be told of a refusal of this code; the first version of a record is written as a new one."""

Sort = Callable[[BaseException], str]


class Ending:
    """How a transaction ends, once: ``release`` gives the connection back, ``discard`` throws a broken one away.

    ``errors`` are what a driver may raise; anything else is a mistake in the program and goes through as it is.
    """

    __slots__ = ("_commit", "_discard", "_release", "_restore", "_rollback", "done", "errors")

    def __init__(
        self,
        commit: Callable[[], object],
        rollback: Callable[[], object],
        release: Callable[[], object],
        discard: Callable[[], object],
        errors: tuple[type[Exception], ...] = (),
    ) -> None:
        self.errors = errors
        self._commit = commit
        self._rollback = rollback
        self._release = release
        self._restore: Callable[[], object] = _nothing
        self._discard = discard
        self.done = False

    def commit(self) -> None:
        """Commit, or release the savepoint."""
        self._commit()
        self.done = True

    def rollback(self) -> None:
        """Take everything back."""
        self.done = True
        self._rollback()

    def abandon(self, sort: str) -> None:
        """After an error: take everything back, or throw the connection away if that cannot be done."""
        if not self.done:
            try:
                self.rollback()
            except self.errors:  # the error that led here is the one to tell
                sort = "connection_lost"
        if sort in ("connection_lost", "store_broken"):
            self._discard()
        self.release()

    def before_release(self, restore: Callable[[], object]) -> None:
        """What to do before the connection is given back."""
        self._restore = restore

    def release(self) -> None:
        """Give the connection back, once."""
        restore, self._restore = self._restore, _nothing
        release, self._release = self._release, _nothing
        restore()
        release()


class SqlTransaction:
    """See ``jxc.ports.Transaction``."""

    def __init__(self, wire: Wire, sort: Sort, ending: Ending, *, read_only: bool) -> None:
        self._wire = wire
        self._sort = sort
        self._ending = ending
        self._open = Open(read_only)
        self._locks = Locks()
        self._held: dict[tuple[str, RowKey], Row | None] = {}

    def end(self) -> None:
        """Roll back unless it was committed; no call after this is answered."""
        self._open.end()
        if not self._ending.done:
            try:
                self._ending.rollback()
            except self._ending.errors as error:
                self._ending.abandon("connection_lost")
                raise problem(self._sort(error), error) from error
        self._ending.release()

    # -- what is asked ------------------------------------------------------------------------------------------------

    def lock(self, keys: Mapping[str, Sequence[Key]], *, share: Mapping[str, Sequence[Key]] | None = None) -> None:
        """See ``jxc.ports.Transaction``."""
        self._open.check_writing()
        wanted = self._locks.plan(keys, share)
        if wanted:
            self._held.update(self._said(self._wire.hold, wanted))

    def get(self, kind: str, keys: Sequence[Key]) -> list[Any]:
        """See ``jxc.ports.Transaction``; what came with a lock is not asked for again."""
        self._open.check()
        form = form_of(kind)
        wanted = [whole_key(form, key) for key in keys]
        missing = [key for key in wanted if (kind, key) not in self._held]
        found = dict(zip(missing, self._said(self._wire.find, kind, missing), strict=True)) if missing else {}
        rows = [found[key] if key in found else self._held[kind, key] for key in wanted]
        return [None if row is None else decode(form, row) for row in rows]

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
        """See ``jxc.ports.Transaction``; fetched page by page."""
        self._open.check()
        return self._decoded(kind, self._wire.listed(plan_listing(kind, index, equal, after, until, reverse, limit)))

    def _decoded(self, kind: str, rows: Iterator[Row]) -> Iterator[Any]:
        form, nothing = form_of(kind), ()
        while True:
            self._open.check()
            row = self._said(next, rows, nothing)
            if row is nothing:
                return
            yield decode(form, row)

    def draw(self, series: str, count: int = 1) -> int:
        """See ``jxc.ports.Transaction``."""
        self._open.check_writing()
        check_draw(series, count)
        return int(self._said(self._wire.draw, series, count)) - count + 1

    def commit(self, changes: Changes) -> None:
        """See ``jxc.ports.Transaction``."""
        self._open.check_writing()
        writing = plan_writing(changes)
        self._open.end()
        try:
            self._wire.write(writing)
        except GuardError as missed:
            self._refuse(writing, missed.error)
        except self._ending.errors as error:
            sort = self._sort(error)
            if sort == "unique":
                self._refuse(writing, already_there(next(iter(writing.insert or writing.put), "event")), error)
            if sort == "beyond_64_bits":
                self._refuse(writing, problem(sort, error), error)
            raise self._broken(error) from error
        self._commit()

    # -- what the store asks ------------------------------------------------------------------------------------------

    def version(self, table: str) -> str | None:
        """The version that the table of versions names."""
        style = self._wire.texts.style
        rows = self._said(self._wire.rows, f"SELECT {style.name('version_num')} FROM {table}")
        return str(rows[0][0]) if rows else None

    def scopes(self, kind: str) -> list[tuple[str, str]]:
        """Every scope with a record of that kind."""
        return list(self._said(lambda: list(self._wire.scopes(kind))))

    def purge(self) -> None:
        """Remove all records of the scope and commit."""
        self._said(self._wire.purge, list(KINDS))
        self._commit()

    def number_events(self, series: str, limit: int) -> int:
        """Give events without a position theirs and commit; the series is locked first, so that none gets two."""
        last = int(self._said(self._wire.draw, series, 0))
        ids = self._said(self._wire.unnumbered_events, limit)
        if ids:
            self._said(self._wire.draw, series, len(ids))
            self._said(self._wire.number_events, ids, last + 1)
        self._commit()
        return len(ids)

    # -- ends ---------------------------------------------------------------------------------------------------------

    def _said(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """What the wire answers; after a driver's error the transaction is over."""
        try:
            return function(*arguments)
        except self._ending.errors as error:
            raise self._broken(error) from error

    def _broken(self, error: Exception) -> StoreError:
        self._open.end()
        sort = self._sort(error)
        self._ending.abandon(sort)
        return problem(sort, error)

    def _commit(self) -> None:
        try:
            self._ending.commit()
        except self._ending.errors as error:
            sort = self._sort(error)
            self._ending.abandon(sort)
            raise problem(sort, error, committing=True) from error

    def _refuse(self, writing: Writing, otherwise: StoreError, cause: Exception | None = None) -> None:
        """Take everything back, then tell what stood in the way.

        Others may have written since: what is found now only says which record it was, never another reason.
        """
        try:
            self._ending.rollback()
            there = self._there(writing)
            self._ending.rollback()
        except self._ending.errors as error:
            raise self._broken(error) from error
        try:
            check_writing(there, writing)
        except StoreError as found:
            if found.code in _LIKELY[otherwise.code]:
                raise found from cause
        raise otherwise from cause

    def _there(self, writing: Writing) -> Mapping[str, Table]:
        """The rows that the changes concern, as they are now."""
        found: dict[str, Table] = {}
        for name, form in forms().items():
            table = found[name] = Table(form)
            written = [*writing.insert.get(name, ()), *writing.put.get(name, ())]
            keys = [form.key_of(row) for row in written] + [each.key for each in writing.add.get(name, ())]
            rows: Iterable[Row | None] = self._wire.find(name, keys) if keys else ()
            for row in [*rows, *self._wire.twins(name, written)]:
                if row is not None:
                    table.write(row)
        return found


def _nothing() -> None:
    """Already given back."""
