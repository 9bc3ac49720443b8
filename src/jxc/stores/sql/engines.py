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
from jxc.stores.sql import sqlite
from jxc.stores.sql.problems import sqlite_sort
from jxc.stores.sql.statements import Style
from jxc.stores.sql.wire import Wire

__all__ = ["ENGINES", "EngineKind", "engine_kind"]


@dataclass(frozen=True, slots=True)
class EngineKind:
    """How to work with an engine.

    ``begin(connection, read_only, isolation)`` begins a transaction on a driver connection that has none; ``join``
    makes sure that one has begun on a connection of the caller, and refuses an isolation that does not do; ``options``
    are the words for ``create_engine``.
    """

    style: Style
    wire: type[Wire]
    sort: Callable[[BaseException], str]
    begin: Callable[[Any, bool, str | None], None]
    join: Callable[[Any], None]
    options: Callable[..., dict[str, Any]]
    drivers: tuple[str, ...]
    concurrent_writers: bool
    transactional_ddl: bool


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
}


def engine_kind(name: str) -> EngineKind:
    """The engine of that name; ``StoreError`` ``unknown_engine``."""
    found = ENGINES.get(name)
    if found is None:
        raise StoreError(
            "unknown_engine", "no such database", field="url", value=name, hint="sqlite, postgresql, mysql or mariadb"
        )
    return found
