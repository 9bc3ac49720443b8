"""From a URL to an engine: the right driver, the right settings, or the line that installs what is missing.

    open_engine("postgresql://erp@db/erp")     psycopg, READ COMMITTED
    open_engine("sqlite:///shop.db")           WAL, FULL

Invariant: an engine of jxc's own commits nothing by itself and resets nothing behind the store's back.

>>> open_engine("sqlite://", timeout=1)
Traceback (most recent call last):
...
jxc.errors.StoreError: SQLite in memory has one connection only (url: sqlite+pysqlite://); use the store in memory
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL, Dialect, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from jxc.errors import MissingExtraError, StoreError
from jxc.stores.sql import postgresql, sqlite
from jxc.stores.sql.engines import EngineKind, engine_kind

__all__ = ["check_driver", "dialect_of", "driver_errors", "open_engine"]


def open_engine(
    target: str | URL, *, timeout: float, synchronous: str = "FULL", isolation: str | None = None
) -> Engine:
    """An engine of our own; ``StoreError`` ``bad_url``, ``unknown_engine``, ``MissingExtraError``."""
    url = _url(target)
    kind = engine_kind(url.get_backend_name())
    check_driver(kind, url.get_driver_name())
    options = kind.options(url, timeout=timeout, isolation=isolation)
    try:
        engine = create_engine(url, pool_reset_on_return=None, **options)
    except ImportError as error:
        raise _missing(url, error) from error
    if engine.dialect.name == "sqlite":
        sqlite.prepare(engine, synchronous)
    elif engine.dialect.name == "postgresql":
        postgresql.prepare(engine)
    return engine


def check_driver(kind: EngineKind, driver: str) -> None:
    """``StoreError`` ``unknown_driver`` unless jxc knows how to speak to it."""
    if driver not in kind.drivers:
        raise StoreError(
            "unknown_driver", "not a driver that jxc knows", field="url", value=driver, hint=f"use {kind.drivers[0]}"
        )


def dialect_of(target: str | URL) -> Any:
    """The dialect of a URL, without a connection."""
    url = _url(target)
    found: Any = url.get_dialect()()
    if url.get_backend_name() == "mariadb":
        found.is_mariadb = True
    return found


def driver_errors(dialect: Dialect) -> tuple[type[Exception], ...]:
    """What the driver raises when the database refuses, as it is or wrapped by SQLAlchemy."""
    return (dialect.loaded_dbapi.Error, DBAPIError)


def _url(target: str | URL) -> URL:
    """The URL with the driver that jxc knows, where it names none."""
    try:
        url = make_url(target)
    except ArgumentError as error:
        raise StoreError("bad_url", "not a URL of a database", field="url", value=target) from error
    kind = engine_kind(url.get_backend_name())
    return url if "+" in url.drivername else url.set(drivername=f"{url.drivername}+{kind.drivers[0]}")


def _missing(url: URL, error: ImportError) -> MissingExtraError:
    extra = {"postgresql": "postgres"}.get(url.get_backend_name(), "mysql")
    return MissingExtraError("missing_extra", f"{error.name} is not installed", hint=f'pip install "jxc[{extra}]"')
