"""SQLite: write-ahead log, full synchronisation unless the caller says otherwise, one writer at a time.

Invariant: a transaction that writes holds the one write lock from its beginning, so that it never has to be begun again
because another wrote in between.

>>> import sqlite3
>>> connection = sqlite3.connect(":memory:")
>>> restore = begin(connection, False, None)
>>> connection.in_transaction
True
>>> connection.close()
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import URL, Engine

from jxc.errors import StoreError

__all__ = ["begin", "join", "options", "prepare"]

OLDEST = (3, 37, 0)
"""The first version with strict tables."""


def begin(connection: Any, read_only: bool, isolation: str | None) -> Callable[[], None]:
    """Begin at once as a writer, or as a reader."""
    del isolation
    connection.execute("BEGIN" if read_only else "BEGIN IMMEDIATE")
    if read_only:
        connection.execute("SELECT 1 FROM sqlite_schema").fetchone()  # what is seen is what is there now
    return _nothing


def join(connection: Any, dialect: Any = None) -> None:
    """Begin the caller's transaction where the driver has not: else the release of a savepoint would commit."""
    del dialect
    if not connection.in_transaction:
        connection.execute("BEGIN IMMEDIATE")


def options(url: URL, *, timeout: float, isolation: str | None) -> dict[str, Any]:
    """The words for ``create_engine``; ``StoreError`` ``no_file`` for a database in memory: it has one connection."""
    del isolation
    if url.database in (None, "", ":memory:") or "mode=memory" in str(url):
        raise StoreError(
            "no_file",
            "SQLite in memory has one connection only",
            field="url",
            value=url,
            hint="use the store in memory",
        )
    return {"connect_args": {"timeout": timeout, "cached_statements": 512, "isolation_level": None}}


def prepare(engine: Engine, synchronous: str) -> None:
    """Set up each new connection; ``StoreError`` ``bad_option``, ``engine_too_old``."""
    if synchronous not in ("FULL", "NORMAL", "EXTRA"):
        raise StoreError("bad_option", "FULL, NORMAL or EXTRA", field="synchronous", value=synchronous)
    version = engine.dialect.dbapi.sqlite_version_info  # type: ignore[union-attr]  # the driver is loaded
    if version < OLDEST:
        raise StoreError("engine_too_old", "SQLite 3.37 or later is needed", field="version", value=version)

    def connected(connection: Any, _: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA synchronous={synchronous}")

    event.listen(engine, "connect", connected)


def _nothing() -> None:
    """Nothing was changed that would outlive the transaction."""
