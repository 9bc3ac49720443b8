"""MySQL and MariaDB: READ COMMITTED, row locks in sorted order, rows of a kind in one statement.

A key whose record is not there is locked by a row in ``jxc_hold``, as on PostgreSQL.

Invariant: transactions that write read what is committed when they read, never an older state that a first read fixed;
rows are locked in the order of their keys.

>>> from jxc.stores.sql.statements import Texts
>>> upsert(Texts(STYLE, "jxc_", None).of("cost_chunk")).split(" ON DUPLICATE KEY ")[1]
'UPDATE `body`=VALUES(`body`)'
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy.engine import URL

from jxc.errors import StoreError
from jxc.stores.plans import Addition
from jxc.stores.rows import Row, RowKey, form_of
from jxc.stores.sql.postgresql import hold_name
from jxc.stores.sql.statements import KindTexts, Style
from jxc.stores.sql.wire import Wire

__all__ = ["STYLE", "MysqlWire", "begin", "join", "options", "upsert"]

STYLE = Style(mark="%s", quote="`", compares_rows=False)
_KEYS_AT_ONCE = 500


def begin(connection: Any, read_only: bool, isolation: str | None) -> Callable[[], None]:
    """Begin explicitly, so that it does not matter whether the connection commits by itself otherwise."""
    cursor = connection.cursor()
    if read_only:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
    else:
        cursor.execute(f"SET TRANSACTION ISOLATION LEVEL {isolation or 'READ COMMITTED'}")
        cursor.execute("START TRANSACTION")
    return _nothing


def join(connection: Any, dialect: Any) -> None:
    """REPEATABLE READ, the default of the server, would read what was there before a lock; ``wrong_isolation``."""
    cursor = connection.cursor()
    name = "tx_isolation" if getattr(dialect, "is_mariadb", False) else "transaction_isolation"
    cursor.execute(f"SELECT @@{name}, @@autocommit")
    level, alone = cursor.fetchone()
    if level not in ("READ-COMMITTED", "SERIALIZABLE") or alone:
        raise StoreError(
            "wrong_isolation",
            "in this transaction a decision could be taken on what is no longer so",
            field="isolation_level",
            value="AUTOCOMMIT" if alone else level,
            hint="READ COMMITTED or SERIALIZABLE",
        )


def options(url: URL, *, timeout: float, isolation: str | None) -> dict[str, Any]:
    """The words for ``create_engine``."""
    del url, timeout, isolation
    return {"connect_args": {"charset": "utf8mb4"}}


class MysqlWire(Wire):
    """The statements of one transaction, as PyMySQL or mysqlclient sends them."""

    def find(self, kind: str, keys: Sequence[RowKey]) -> list[Row | None]:
        """The row of each key, many in one question."""
        found = self._by_key(kind, keys, "")
        return [found.get(key) for key in keys]

    def hold(self, wanted: Sequence[tuple[str, RowKey, bool]]) -> dict[tuple[str, RowKey], Row | None]:
        """Lock the rows in order, those that are not there by name; the rows."""
        found: dict[tuple[str, RowKey], Row | None] = {}
        for (kind, alone), some in groupby(wanted, key=lambda each: (each[0], each[2])):
            keys = [key for _, key, _ in some]
            order = self.texts.style.names(form_of(kind).kind.key)
            strength = f" ORDER BY {order} {'FOR UPDATE' if alone else 'LOCK IN SHARE MODE'}"
            rows = self._by_key(kind, keys, strength)
            missing = [key for key in keys if key not in rows]
            if missing:
                self._hold_names([hold_name(kind, key) for key in missing])
                rows.update(self._by_key(kind, missing, strength))
            found.update({(kind, key): rows.get(key) for key in keys})
        return found

    def _hold_names(self, names: Sequence[str]) -> None:
        table = self.texts.table("hold")
        text = f"INSERT INTO {table} (`tenant`,`book`,`hold`) VALUES (%s,%s,%s) ON DUPLICATE KEY UPDATE `hold`=`hold`"
        for name in names:
            self.run(text, (*self.scope, name))

    def _by_key(self, kind: str, keys: Sequence[RowKey], tail: str) -> dict[RowKey, Row]:
        form, texts, style = form_of(kind), self.texts.of(kind), self.texts.style
        found: dict[RowKey, Row] = {}
        for at in range(0, len(keys), _KEYS_AT_ONCE):
            some = keys[at : at + _KEYS_AT_ONCE]
            each = style.equal(form.kind.key)
            where = f"{style.equal(['tenant', 'book'])} AND ({' OR '.join([f'({each})'] * len(some))})"
            text = f"{texts.select} FORCE INDEX (PRIMARY) WHERE {where}{tail}"
            rows = self.rows(text, (*self.scope, *(cell for key in some for cell in key)))
            found.update((form.key_of(row), row) for row in rows)
        return found

    def draw(self, series: str, count: int) -> int:
        """The last of the next numbers of a series."""
        table = self.texts.table("series")
        text = (
            f"INSERT INTO {table} (`tenant`,`book`,`series`,`last`) VALUES (%s,%s,%s,%s)"
            " ON DUPLICATE KEY UPDATE `last`=`last`+VALUES(`last`)"
        )
        self.run(text, (*self.scope, series, count))
        where = self.texts.style.equal(["tenant", "book", "series"])
        [[last]] = self.rows(f"SELECT `last` FROM {table} WHERE {where}", (*self.scope, series))
        return int(last or 0)

    def upsert(self, kind: str, rows: Sequence[Row]) -> None:
        """Rows, new or in place of others; where more than the key is unique, the key alone decides which."""
        texts = self.texts.of(kind)
        if not texts.form.kind.unique:
            self.send(self.texts.once((kind, "upsert"), lambda: upsert(texts)), [self.scope + row for row in rows])
            return
        for row in rows:
            key = texts.form.key_of(row)
            others = [cell for at, cell in enumerate(row) if at not in texts.form.key]
            sets = ",".join(f"{texts.style.name(name)}=%s" for name in texts.others)
            text = f"UPDATE {texts.table} SET {sets} WHERE {texts.style.equal(texts.key)}"
            if not self.run(text, (*others, *self.scope, *key)).rowcount:
                self.insert(kind, [row])

    def add_new(self, kind: str, names: tuple[str, ...], additions: Sequence[Addition]) -> None:
        """Rows of zeros where there are none, then the guarded additions."""
        texts = self.texts.of(kind)
        first = texts.style.name("tenant")
        text = f"{texts.insert} ON DUPLICATE KEY UPDATE {first}={first}"
        self.send(text, [self.zeros(kind, Addition(each.key, {}, {}, {})) for each in additions])
        self.add_more(kind, names, additions)


def upsert(texts: KindTexts) -> str:
    """A row, new or in place of another."""
    sets = ",".join(f"{texts.style.name(name)}=VALUES({texts.style.name(name)})" for name in texts.others)
    return f"{texts.insert} ON DUPLICATE KEY UPDATE {sets}"


def _nothing() -> None:
    """Nothing was changed that would outlive the transaction."""
