"""PostgreSQL: row locks in sorted order, all rows of a commit in one statement, batches as arrays.

    SELECT ... WHERE "item" = ANY(%s) ORDER BY "item" FOR UPDATE       the locks, and with them the rows
    INSERT ... SELECT %s, %s, * FROM unnest(%s::text[], ...)           all new rows of a kind

A key whose record is not there is locked by a row in ``jxc_hold``, made where it is missing; who waits for it looks for
the record again.

Invariant: rows are locked in the order of their keys, also by what changes them; the number of statements of a commit
depends on the kinds that it writes, not on the number of rows.

>>> from jxc.stores.sql.statements import Texts
>>> bulk_insert(Texts(STYLE, "jxc_", None).of("draft")).split(" SELECT ")[1]
'%s::text, %s::text, * FROM unnest(%s::text[],%s::text[],%s::bigint[],%s::bigint[],%s::text[],%s::text[])'
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from itertools import groupby
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import URL, Engine

from jxc.errors import StoreError
from jxc.kernel.scope import Scope
from jxc.stores.plans import Addition, Writing
from jxc.stores.refusals import bound_passed, version_conflict
from jxc.stores.rows import Cell, Row, RowKey, form_of
from jxc.stores.sql.statements import KindTexts, Style, Texts
from jxc.stores.sql.wire import Guard, GuardError, Wire, may_begin, window

__all__ = ["STYLE", "PostgresWire", "begin", "bulk_insert", "hold_name", "join", "options", "prepare"]

STYLE = Style(mark="%s")

_FEW = 4
"""Up to so many additions of a kind are said one by one, in their order."""

_LEVELS = {"READ COMMITTED": 2, "REPEATABLE READ": 3, "SERIALIZABLE": 4}
"""The numbers of psycopg's ``IsolationLevel``."""


def begin(connection: Any, read_only: bool, isolation: str | None) -> Callable[[], None]:
    """Choose how the driver begins the transaction, with its first statement; what puts its settings back."""
    before = (connection.autocommit, connection.isolation_level, connection.read_only)
    level = "REPEATABLE READ" if read_only else isolation or "READ COMMITTED"
    wanted = (False, type_of_level(_LEVELS[level]), True if read_only else None)

    def restore() -> None:
        if not connection.closed:
            _set(connection, wanted, before)

    _set(connection, before, wanted)
    return restore


def type_of_level(number: int) -> Any:
    """The level as psycopg names it."""
    from psycopg import IsolationLevel

    return IsolationLevel(number)


def _set(connection: Any, present: tuple[Any, ...], wanted: tuple[Any, ...]) -> None:
    for name, is_now, is_next in zip(("autocommit", "isolation_level", "read_only"), present, wanted, strict=True):
        if is_now != is_next:
            setattr(connection, name, is_next)


def join(connection: Any, dialect: Any) -> None:
    """REPEATABLE READ may read what was there before a lock, and AUTOCOMMIT is none: ``wrong_isolation``."""
    del dialect
    level = "autocommit"
    if not connection.autocommit:
        [level] = connection.execute("SHOW transaction_isolation").fetchone()
    if level not in ("read committed", "serializable"):
        raise StoreError(
            "wrong_isolation",
            "in this transaction a decision could be taken on what is no longer so",
            field="isolation_level",
            value=level.upper(),
            hint="READ COMMITTED or SERIALIZABLE",
        )


def options(url: URL, *, timeout: float, isolation: str | None) -> dict[str, Any]:
    """The words for ``create_engine``."""
    del url, timeout, isolation
    return {}


def prepare(engine: Engine) -> None:
    """Send whole numbers as 64 bits whatever their size, so that one statement is one prepared statement."""

    def connected(connection: Any, _: object) -> None:
        from psycopg.types.numeric import Int8Dumper

        connection.adapters.register_dumper(int, Int8Dumper)

    event.listen(engine, "connect", connected)


class PostgresWire(Wire):
    """The statements of one transaction, as psycopg sends them."""

    def __init__(self, connection: Any, texts: Texts, scope: Scope) -> None:
        super().__init__(connection, texts, scope)
        self._waiting: list[tuple[str, Sequence[Any], int, Guard | None]] = []
        self._held: set[tuple[str, RowKey]] = set()

    # -- reading and locks --------------------------------------------------------------------------------------------

    def find(self, kind: str, keys: Sequence[RowKey]) -> list[Row | None]:
        """The row of each key, in one question."""
        if len(keys) < 2:
            return super().find(kind, keys)
        found = self._by_key(kind, keys, "")
        return [found.get(key) for key in keys]

    def hold(self, wanted: Sequence[tuple[str, RowKey, bool]]) -> dict[tuple[str, RowKey], Row | None]:
        """Lock the rows in order, those that are not there by name; the rows."""
        found: dict[tuple[str, RowKey], Row | None] = {}
        for (kind, alone), some in groupby(wanted, key=lambda each: (each[0], each[2])):
            keys = [key for _, key, _ in some]
            strength = f" ORDER BY {self._key_names(kind)} FOR {'UPDATE' if alone else 'SHARE'}"
            rows = self._by_key(kind, keys, strength)
            missing = [key for key in keys if key not in rows]
            if missing:
                self.hold_names([hold_name(kind, key) for key in missing])
                rows.update(self._by_key(kind, missing, strength))
            found.update({(kind, key): rows.get(key) for key in keys})
            self._held.update((kind, key) for key in keys)
        return found

    def hold_names(self, names: Sequence[str]) -> None:
        """Lock rows of the table of holds, made where they are missing."""
        style = self.texts.style
        columns = style.names(["tenant", "book", "hold"])
        text = (
            f"INSERT INTO {self.texts.table('hold')} ({columns}) SELECT %s::text, %s::text, * FROM unnest(%s::text[])"
            f' ON CONFLICT ({columns}) DO UPDATE SET "hold"=excluded."hold" WHERE false'
        )
        self.run(text, (*self.scope, list(names)))

    def _by_key(self, kind: str, keys: Sequence[RowKey], tail: str) -> dict[RowKey, Row]:
        form, texts = form_of(kind), self.texts.of(kind)
        if len(keys) == 1:
            rows = self.rows(self.texts.by_kind[kind, "find"] + tail, (*self.scope, *keys[0]))
        else:
            where, arrays = keys_in(texts, keys)
            rows = self.rows(f"{texts.select} WHERE {where}{tail}", (*self.scope, *arrays))
        return {form.key_of(row): row for row in rows}

    def _key_names(self, kind: str) -> str:
        return self.texts.style.names(form_of(kind).kind.key)

    def number_events(self, ids: Sequence[str], first: int) -> None:
        """Give these events their positions, all at once."""
        style, table = self.texts.style, self.texts.table("event")
        source = "unnest(%s::text[],%s::bigint[]) AS u(id,position)"
        where = style.equal(["tenant", "book"], "t.")
        text = f'UPDATE {table} AS t SET "position"=u.position FROM {source} WHERE {where} AND t."id"=u.id'
        self.run(text, (list(ids), list(range(first, first + len(ids))), *self.scope))

    # -- writing ------------------------------------------------------------------------------------------------------

    def write(self, writing: Writing) -> None:
        """All rows of all kinds in one statement, as far as none of its parts has to see another's."""
        super().write(writing)
        self._flush()

    def send(self, text: str, rows: Sequence[Row], guard: Guard | None = None) -> None:
        """A statement for each of the rows, said with the others."""
        for row in rows:
            self._say(text, row, 1, guard)

    def _say(self, text: str, cells: Sequence[Any], wanted: int, guard: Guard | None = None) -> None:
        """Say it with what comes next; with a guard it has to change so many rows."""
        self._waiting.append((text, cells, wanted, guard))

    def _flush(self) -> None:
        """Say all that waits, as one statement, whose parts see what was there before it."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        texts = tuple([text for text, _, _, _ in waiting])
        cursor = raw_cursor(self.connection)
        cursor.execute(
            self.texts.once(texts, lambda: together(texts)), [cell for _, cells, _, _ in waiting for cell in cells]
        )
        for changed, (_, _, wanted, guard) in zip(cursor.fetchone(), waiting, strict=True):
            if guard is not None and changed != wanted:
                raise GuardError(guard[0](guard[1]))

    def insert(self, kind: str, rows: Sequence[Row]) -> None:
        """New rows."""
        if len(rows) == 1:
            super().insert(kind, rows)
        else:
            self._say(self._bulk(kind, "insert", bulk_insert), (*self.scope, *arrays(rows)), len(rows))

    def upsert(self, kind: str, rows: Sequence[Row]) -> None:
        """Rows, new or in place of others."""
        if len(rows) == 1:
            super().upsert(kind, rows)
        else:
            self._say(self._bulk(kind, "upsert", _bulk_upsert), (*self.scope, *arrays(rows)), len(rows))

    def update(self, kind: str, rows: Sequence[Row], place: int) -> None:
        """Rows in place of those of the version before."""
        if len(rows) == 1:
            super().update(kind, rows, place)
            return
        form = form_of(kind)
        self._lock_first(kind, [form.key_of(row) for row in rows])
        text = self._bulk(kind, "update", _bulk_update)
        self._say(text, (*arrays(rows), *self.scope), len(rows), (version_conflict, kind))

    def add(self, kind: str, additions: Sequence[Addition]) -> None:
        """Additions of the same fields together; rows that may be new are made first."""
        if len(additions) > _FEW:
            self._lock_first(kind, [each.key for each in additions])
            self._make_rows(kind, [each for each in additions if may_begin(each)])
            by_names: dict[tuple[str, ...], list[Addition]] = {}
            for each in additions:
                by_names.setdefault(tuple(each.names), []).append(each)
            for names, some in by_names.items():
                self.add_more(kind, names, some)
        else:
            super().add(kind, additions)

    def add_more(self, kind: str, names: tuple[str, ...], additions: Sequence[Addition]) -> None:
        """Guarded additions to rows that are there."""
        if len(additions) == 1:
            super().add_more(kind, names, additions)
            return
        rows = [(*each.key, *(each.amounts.get(name, 0) for name in names), *window(kind, each)) for each in additions]
        text = self._bulk(kind, names, lambda texts: _bulk_add(texts, names))
        self._say(text, (*arrays(rows), *self.scope), len(rows), (bound_passed, kind))

    def _make_rows(self, kind: str, additions: Sequence[Addition]) -> None:
        """Rows of zeros where there are none."""
        if additions:
            blank = [self.zeros(kind, Addition(each.key, {}, {}, {}))[2:] for each in additions]
            text = self._bulk(kind, "insert", bulk_insert) + " ON CONFLICT DO NOTHING"
            self.run(text, (*self.scope, *arrays(blank)))

    def _lock_first(self, kind: str, keys: Sequence[RowKey]) -> None:
        """Lock the rows in the order of their keys, for a statement on many rows has an order of its own."""
        free = [key for key in keys if (kind, key) not in self._held]
        if len(free) > 1:
            texts = self.texts.of(kind)
            where, cells = keys_in(texts, free)
            order = self._key_names(kind)
            self.run(f"SELECT FROM {texts.table} WHERE {where} ORDER BY {order} FOR UPDATE", (*self.scope, *cells))

    def _bulk(self, kind: str, what: object, make: Callable[[KindTexts], str]) -> str:
        return self.texts.once((kind, what), lambda: make(self.texts.of(kind)))


def raw_cursor(connection: Any) -> Any:
    """A cursor that takes the text as the server does, and looks for no marks in it."""
    from psycopg import RawCursor

    return RawCursor(connection)


# -- texts -------------------------------------------------------------------------------------------------------------


def hold_name(kind: str, key: RowKey) -> str:
    """The name under which a key is locked that has no row: the same length for all."""
    return sha256(repr((kind, key)).encode()).hexdigest()


def together(texts: Sequence[str]) -> str:
    """Statements as parts of one, which tells how many rows each of them changed."""
    parts = ",".join(f"s{at} AS ({text} RETURNING 1)" for at, text in enumerate(texts))
    counts = ",".join(f"(SELECT count(*) FROM s{at})" for at in range(len(texts)))
    first, *rest = f"WITH {parts} SELECT {counts}".split("%s")
    return first + "".join(f"${at}{text}" for at, text in enumerate(rest, 1))


def arrays(rows: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    """Rows as columns."""
    return [list(column) for column in zip(*rows, strict=True)]


def keys_in(texts: KindTexts, keys: Sequence[RowKey]) -> tuple[str, list[list[Cell]]]:
    """The condition that a row's key is among these, and its parameters behind the scope."""
    style, names = texts.style, texts.form.kind.key
    listed = _unnest(texts, names)
    return f"{style.equal(['tenant', 'book'])} AND ({style.names(names)}) IN (SELECT * FROM {listed})", arrays(keys)


def bulk_insert(texts: KindTexts) -> str:
    """New rows from arrays."""
    names = [field.name for field in texts.form.fields]
    head = f"INSERT INTO {texts.table} ({texts.style.names(texts.columns)})"
    return f"{head} SELECT %s::text, %s::text, * FROM {_unnest(texts, names)}"


def _bulk_upsert(texts: KindTexts) -> str:
    return bulk_insert(texts) + texts.upsert.removeprefix(texts.insert)


def _bulk_update(texts: KindTexts) -> str:
    style, names = texts.style, [field.name for field in texts.form.fields]
    sets = ",".join(f"{style.name(name)}=u.{style.name(name)}" for name in texts.others)
    source = f"{_unnest(texts, names)} AS u({style.names(names)})"
    head = f"UPDATE {texts.table} AS t SET {sets} FROM {source}"
    return f'{head} WHERE {style.equal(["tenant", "book"], "t.")}{_same(texts)} AND t."version"=u."version"-1'


def _bulk_add(texts: KindTexts, names: tuple[str, ...]) -> str:
    style, key = texts.style, texts.form.kind.key
    sets = ",".join(f"{style.name(name)}=t.{style.name(name)}+u.{style.name(name)}" for name in names)
    bounds = [f"{side}_{name}" for name in names for side in ("low", "high")]
    within = "".join(f' AND t.{style.name(name)} BETWEEN u."low_{name}" AND u."high_{name}"' for name in names)
    types = _types(texts, key) + ["bigint"] * (len(names) + len(bounds))
    source = f"unnest({','.join(f'%s::{each}[]' for each in types)}) AS u({style.names([*key, *names, *bounds])})"
    head = f"UPDATE {texts.table} AS t SET {sets} FROM {source}"
    return f"{head} WHERE {style.equal(['tenant', 'book'], 't.')}{_same(texts)}{within}"


def _same(texts: KindTexts) -> str:
    return "".join(f" AND t.{texts.style.name(name)}=u.{texts.style.name(name)}" for name in texts.form.kind.key)


def _unnest(texts: KindTexts, names: Iterable[str]) -> str:
    return f"unnest({','.join(f'%s::{each}[]' for each in _types(texts, names))})"


def _types(texts: KindTexts, names: Iterable[str]) -> list[str]:
    return ["bigint" if texts.form.field(name).sort in ("whole", "instant") else "text" for name in names]
