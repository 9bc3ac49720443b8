"""The engines: how each begins a transaction, is written to, and says that something went wrong.

    ENGINES["sqlite"]      one writer at a time, BEGIN IMMEDIATE
    ENGINES["postgresql"]  READ COMMITTED, locks on rows; reads at REPEATABLE READ
    ENGINES["mysql"]       READ COMMITTED, locks on rows; MySQL and MariaDB

Invariant: what differs between engines is here and in their wires; a store knows none of them by name.

>>> sorted(ENGINES)
['mariadb', 'mysql', 'postgresql', 'sqlite']
>>> engine_kind("oracle")
Traceback (most recent call last):
...
jxc.errors.StoreError: no such database (url: oracle); sqlite, postgresql, mysql or mariadb
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jxc.errors import StoreError
from jxc.stores.sql import mysql, postgresql, sqlite
from jxc.stores.sql.problems import mysql_sort, postgresql_sort, sqlite_sort
from jxc.stores.sql.statements import Style
from jxc.stores.sql.wire import Wire

__all__ = ["ENGINES", "EngineKind", "engine_kind"]


@dataclass(frozen=True, slots=True)
class EngineKind:
    """How to work with an engine.

    ``begin(connection, read_only, isolation)`` begins a transaction on a driver connection that has none, and answers
    with what puts the connection's settings back; ``join(connection, dialect)``
    makes sure that one has begun on a connection of the caller, and refuses an isolation that does not do; ``options``
    are the words for ``create_engine``.
    """

    style: Style
    wire: type[Wire]
    sort: Callable[[BaseException], str]
    begin: Callable[[Any, bool, str | None], Callable[[], None]]
    join: Callable[[Any, Any], None]
    options: Callable[..., dict[str, Any]]
    drivers: tuple[str, ...]
    concurrent_writers: bool
    transactional_ddl: bool


_MYSQL = EngineKind(
    mysql.STYLE,
    mysql.MysqlWire,
    mysql_sort,
    mysql.begin,
    mysql.join,
    mysql.options,
    ("pymysql", "mysqldb"),
    concurrent_writers=True,
    transactional_ddl=False,
)

ENGINES: Mapping[str, EngineKind] = {
    "sqlite": EngineKind(
        Style(),
        Wire,
        sqlite_sort,
        sqlite.begin,
        sqlite.join,
        sqlite.options,
        ("pysqlite",),
        concurrent_writers=False,
        transactional_ddl=True,
    ),
    "postgresql": EngineKind(
        postgresql.STYLE,
        postgresql.PostgresWire,
        postgresql_sort,
        postgresql.begin,
        postgresql.join,
        postgresql.options,
        ("psycopg",),
        concurrent_writers=True,
        transactional_ddl=True,
    ),
    "mysql": _MYSQL,
    "mariadb": _MYSQL,
}


def engine_kind(name: str) -> EngineKind:
    """The engine of that name; ``StoreError`` ``unknown_engine``."""
    found = ENGINES.get(name)
    if found is None:
        raise StoreError(
            "unknown_engine", "no such database", field="url", value=name, hint="sqlite, postgresql, mysql or mariadb"
        )
    return found
