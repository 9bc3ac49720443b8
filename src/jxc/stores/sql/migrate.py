"""Upgrades of the tables, from Python, without an ini file: the steps are in the package, Alembic runs them.

    upgrade("postgresql://.../erp")          make the tables, or bring them to this version
    check(engine)                            what is there and what is wanted
    ddl("mysql+pymysql://...")               the statements as text, for who runs them by hand

Given a connection, everything is done in its transaction, which the caller commits; MySQL and MariaDB commit with every
statement of this kind, so there a connection of its own is taken from the same engine.

Invariant: a step that was done is never done again; what is there is named in the table ``jxc_version``.

>>> import tempfile
>>> with tempfile.TemporaryDirectory() as folder:
...     url = f"sqlite:///{folder}/shop.db"
...     before, after = check(url), upgrade(url)
>>> before, after
(State(present=None, wanted='0001'), State(present='0001', wanted='0001'))
"""

from __future__ import annotations

import io
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from jxc.errors import StoreError
from jxc.stores.sql.engines import engine_kind
from jxc.stores.sql.opening import dialect_of, open_engine
from jxc.stores.sql.problems import problem
from jxc.stores.sql.schema import HEAD, PREFIX, check_name
from jxc.stores.sql.triggers import protecting, releasing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    Target = str | URL | Engine | Connection | Session

__all__ = ["State", "check", "ddl", "upgrade"]


@dataclass(frozen=True, slots=True)
class State:
    """The version of the tables that are there (``None``: there are none), and the one that this jxc works with."""

    present: str | None
    wanted: str

    @property
    def is_ready(self) -> bool:
        """Whether a store may be opened on them."""
        return self.present == self.wanted


def upgrade(
    target: Target, *, prefix: str = PREFIX, schema: str | None = None, protect: bool = True, timeout: float = 30
) -> State:
    """Make the tables or bring them to this version; ``protect``: with triggers on append-only tables, or without.

    Raises ``StoreError`` ``newer_store`` for tables of a later jxc, and what the database refuses.
    """
    with _connected(target, prefix, schema, timeout) as connection:
        before = _state(connection, prefix, schema)
        _check_known(before)
        context = _context(prefix, schema, connection=connection)
        with _typed(connection):
            _lock(connection, prefix)
            _run(context, prefix, schema)
            for statement in (protecting if protect else releasing)(connection.dialect.name, prefix, schema):
                connection.execute(_plain(statement))
            return _state(connection, prefix, schema)


def check(target: Target, *, prefix: str = PREFIX, schema: str | None = None) -> State:
    """Which version is there; nothing is changed."""
    with _connected(target, prefix, schema, 30) as connection:
        return _state(connection, prefix, schema)


def ddl(target: str | URL, *, prefix: str = PREFIX, schema: str | None = None, protect: bool = True) -> str:
    """The statements from nothing to this version, as text; connects nowhere."""
    check_name("prefix", prefix)
    dialect = dialect_of(target)
    buffer = io.StringIO()
    context = _context(prefix, schema, dialect=dialect, buffer=buffer)
    _run(context, prefix, schema)
    statements = list(protecting(dialect.name, prefix, schema)) if protect else []
    return buffer.getvalue() + "".join(_written(statement) for statement in statements)


def _written(statement: str) -> str:
    """A statement as a client takes it; that of MySQL and MariaDB has to be told where a body with semicolons ends."""
    if ";" in statement and "SIGNAL" in statement:
        return f"DELIMITER //\n{statement} //\nDELIMITER ;\n\n"
    return f"{statement};\n\n"


# -- steps -------------------------------------------------------------------------------------------------------------


def _context(
    prefix: str, schema: str | None, connection: Connection | None = None, dialect: Any = None, buffer: Any = None
) -> MigrationContext:
    options = {
        "version_table": f"{prefix}version",
        "version_table_schema": schema,
        "as_sql": buffer is not None,
        "output_buffer": buffer,
        "fn": _steps,
    }
    return MigrationContext.configure(connection=connection, dialect=dialect, opts=options)


def _steps(revision: Any, context: MigrationContext) -> Any:
    del context
    scripts = ScriptDirectory(str(Path(__file__).parent / "migrations"))
    steps: Any = scripts
    return steps._upgrade_revs("head", revision)  # what Alembic's own command calls


def _run(context: MigrationContext, prefix: str, schema: str | None) -> None:
    with Operations.context(context):
        context.run_migrations(prefix=prefix, schema=schema)


def _state(connection: Connection, prefix: str, schema: str | None) -> State:
    context = _context(prefix, schema, connection=connection)
    with _typed(connection):
        return State(context.get_current_revision(), HEAD)


def _check_known(state: State) -> None:
    if state.present is not None and state.present > state.wanted:
        raise StoreError(
            "newer_store",
            "the tables are of a later version of jxc",
            field="version",
            value=state.present,
            hint="update jxc",
        )


# -- connections -------------------------------------------------------------------------------------------------------


@contextmanager
def _connected(target: Target, prefix: str, schema: str | None, timeout: float) -> Generator[Connection]:
    """A connection in a transaction: the caller's, left to them, or one of our own, committed."""
    check_name("prefix", prefix)
    if schema is not None:
        check_name("schema", schema)
    if isinstance(target, str | URL):
        engine = open_engine(target, timeout=timeout)
        try:
            with _own(engine) as connection:
                yield connection
        finally:
            engine.dispose()
        return
    host = target if isinstance(target, Engine | Connection) else target.connection()
    if isinstance(host, Connection) and engine_kind(host.dialect.name).transactional_ddl:
        _begin(host)
        yield host
        return
    with _own(host if isinstance(host, Engine) else host.engine) as connection:
        yield connection


@contextmanager
def _own(engine: Engine) -> Generator[Connection]:
    with _typed(engine), engine.begin() as connection:
        _begin(connection)
        yield connection


def _begin(connection: Connection) -> None:
    """Let the transaction begin before the first statement, where the driver waits for a later one."""
    if connection.dialect.name == "sqlite":
        engine_kind("sqlite").join(connection.connection.dbapi_connection, connection.dialect)


def _lock(connection: Connection, prefix: str) -> None:
    """One upgrade at a time."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": f"{prefix}upgrade"})
    elif connection.dialect.name in ("mysql", "mariadb"):
        connection.execute(text("SELECT GET_LOCK(:name, 60)"), {"name": f"{prefix}upgrade"})


def _plain(statement: str) -> Any:
    return text(statement.replace(":", r"\:"))


@contextmanager
def _typed(where: Connection | Engine) -> Generator[None]:
    try:
        yield
    except DBAPIError as error:
        driver = error.orig or error
        raise problem(engine_kind(where.dialect.name).sort(driver), driver) from error
