"""The store in a SQL database: SQLite, PostgreSQL, MySQL and MariaDB.

    SqlStore("sqlite:///shop.db", create=True)          its own connections, its own transactions
    SqlStore(engine)                                    the caller's pool, its own transactions
    SqlStore(connection) or SqlStore(session)           the caller's transaction: savepoints, and never a commit

Invariant: a transaction ends committed whole or rolled back; in the caller's transaction a refused commit leaves no
more behind than its locks.

>>> import tempfile
>>> from jxc.kernel.scope import Scope
>>> from jxc.ports import Changes, PeriodRecord
>>> scope = Scope("acme", "main")
>>> with tempfile.TemporaryDirectory() as folder:
...     store = SqlStore(f"sqlite:///{folder}/shop.db", create=True)
...     with store.begin(scope, lock={"period": [("stock", "2026-01")]}) as tx:
...         tx.commit(Changes(put=(PeriodRecord("stock", "2026-01", "open", 1, {}),)))
...     with store.begin(scope, read_only=True) as tx:
...         print([record.status for record in tx.scan("period")])
...     store.close()
['open']
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Dialect, Engine, MetaData

from jxc.errors import StoreError
from jxc.kernel.scope import Scope
from jxc.ports import KINDS, Capabilities, Key
from jxc.stores.sql.engines import EngineKind, engine_kind
from jxc.stores.sql.idle import Idle
from jxc.stores.sql.opening import check_driver, driver_errors, open_engine
from jxc.stores.sql.problems import not_upgraded, problem
from jxc.stores.sql.schema import HEAD, PREFIX, check_name, metadata
from jxc.stores.sql.statements import Texts
from jxc.stores.sql.transaction import Ending, SqlTransaction
from jxc.stores.state import EVENTS
from jxc.stores.turns import Turns

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

__all__ = ["SqlStore"]


class SqlStore:
    """Records in a SQL database; ``target``: URL, engine, connection or session.

    ``prefix`` and ``schema``: where its tables are.  ``create``: make or upgrade them now.  ``isolation``: of writing
    transactions on PostgreSQL, MySQL and MariaDB, READ COMMITTED unless SERIALIZABLE is asked for.  ``synchronous``: of
    SQLite, FULL (a commit outlives a loss of power) or NORMAL (it outlives the end of the process).  ``timeout``: how
    many seconds a writer of SQLite waits for another.

    Raises ``StoreError`` ``unknown_engine``, ``unknown_driver``, ``bad_name``, ``bad_option``, ``no_file``,
    ``engine_too_old``; ``MissingExtraError`` without the driver.
    """

    def __init__(
        self,
        target: str | URL | Engine | Connection | Session,
        *,
        prefix: str = PREFIX,
        schema: str | None = None,
        create: bool = False,
        isolation: str | None = None,
        synchronous: str = "FULL",
        timeout: float = 30,
    ) -> None:
        check_name("prefix", prefix)
        if isolation not in (None, "READ COMMITTED", "SERIALIZABLE"):
            raise StoreError("bad_option", "READ COMMITTED or SERIALIZABLE", field="isolation", value=isolation)
        self.prefix = prefix
        self.schema = None if schema is None else check_name("schema", schema)
        self._isolation = isolation
        self._owns = isinstance(target, str | URL)
        self._target: Engine | Connection | Session = (
            open_engine(target, synchronous=synchronous, timeout=timeout, isolation=isolation)
            if isinstance(target, str | URL)
            else target
        )
        self._kind = _kind_of(_host(self._target).dialect)
        self._texts = Texts(self._kind.style, prefix, schema)
        self._turns = Turns(timeout)
        self._idle = Idle()
        self._is_ready = False
        self._closed = False
        if create:
            from jxc.stores.sql.migrate import upgrade

            upgrade(self._target, prefix=prefix, schema=schema)

    @property
    def capabilities(self) -> Capabilities:
        """It locks and lasts; SQLite lets one write at a time."""
        return Capabilities(locks=True, durable=True, concurrent_writers=self._kind.concurrent_writers)

    @property
    def metadata(self) -> MetaData:
        """The tables, for questions of your own."""
        return metadata(self.prefix, self.schema)

    def begin(
        self,
        scope: Scope,
        *,
        lock: Mapping[str, Sequence[Key]] | None = None,
        share: Mapping[str, Sequence[Key]] | None = None,
        read_only: bool = False,
    ) -> Any:
        """See ``jxc.ports.Store``; also ``store_closed``, ``not_upgraded``, and in a caller's transaction
        ``wrong_isolation``.
        """
        return self._begun(scope, lock or {}, share or {}, read_only)

    def scopes(self) -> Iterable[Scope]:
        """Every scope that holds records, in order."""
        with self._begun(Scope("-", "-"), {}, {}, True) as tx:
            return sorted({Scope(*found) for kind in KINDS for found in tx.scopes(kind)})

    def purge(self, scope: Scope) -> None:
        """Remove all records of a scope, append-only ones too."""
        with self._begun(scope, {}, {}, False) as tx:
            tx.purge()

    def number_events(self, scope: Scope, limit: int = 1000) -> int:
        """Give committed events that have none their positions, in the order of their ids; returns how many."""
        with self._begun(scope, {}, {}, False) as tx:
            return tx.number_events(EVENTS, limit)

    def close(self) -> None:
        """Let go of the connections that the store opened itself, and refuse what comes after."""
        self._closed = True
        if self._owns and isinstance(self._target, Engine):
            self._idle.drop()
            self._target.dispose()

    # -- transactions -------------------------------------------------------------------------------------------------

    @contextmanager
    def _begun(
        self,
        scope: Scope,
        lock: Mapping[str, Sequence[Key]],
        share: Mapping[str, Sequence[Key]],
        read_only: bool,
    ) -> Generator[SqlTransaction]:
        if self._closed:
            raise StoreError("store_closed", "the store has been closed")
        alone = not (read_only or self._kind.concurrent_writers or not isinstance(self._target, Engine))
        with self._turns.held() if alone else nullcontext():
            try:
                tx = self._locked(scope, lock, share, read_only)
            except StoreError as error:
                if error.code != "connection_lost" or not isinstance(self._target, Engine):
                    raise
                tx = self._locked(scope, lock, share, read_only)  # the pool had kept a connection that was cut
            try:
                yield tx
            finally:
                tx.end()

    def _locked(
        self,
        scope: Scope,
        lock: Mapping[str, Sequence[Key]],
        share: Mapping[str, Sequence[Key]],
        read_only: bool,
    ) -> SqlTransaction:
        """A transaction on tables that are as they should be, with its locks."""
        connection, ending = self._connected(read_only)
        wire = self._kind.wire(connection, self._texts, scope)
        tx = SqlTransaction(wire, self._kind.sort, ending, read_only=read_only)
        try:
            self._check_ready(tx)
            if lock or share:
                tx.lock(lock, share=share)
        except BaseException:
            tx.end()
            raise
        return tx

    def _check_ready(self, tx: SqlTransaction) -> None:
        """Once a store: the tables are those of this version."""
        if not self._is_ready:
            if tx.version(self._texts.table("version")) != HEAD:
                raise not_upgraded()
            self._is_ready = True

    def _connected(self, read_only: bool) -> tuple[Any, Ending]:
        host = _host(self._target)
        return self._own(host, read_only) if isinstance(host, Engine) else self._joined(host)

    def _own(self, engine: Engine, read_only: bool) -> tuple[Any, Ending]:
        """A driver connection with a transaction of our own."""
        kind, errors = self._kind, driver_errors(engine.dialect)
        try:
            fairy: Any = (self._idle.take() if self._owns else None) or engine.raw_connection()
        except errors as error:
            raise self._problem(error) from error
        connection: Any = fairy.dbapi_connection

        def discard() -> None:
            fairy.invalidate()
            if self._owns:  # what else waits was cut as well
                self._idle.drop()
                engine.dispose()

        def release() -> None:
            if self._owns and fairy.is_valid and not self._closed:
                self._idle.give(fairy)
            else:
                fairy.close()

        ending = Ending(connection.commit, connection.rollback, release, discard, errors)
        try:
            restore = kind.begin(connection, read_only, self._isolation)
            ending.before_release(restore)
        except errors as error:
            ending.abandon(kind.sort(error))
            raise self._problem(error) from error
        return connection, ending

    def _joined(self, host: Connection) -> tuple[Any, Ending]:
        """The caller's driver connection, in a savepoint."""
        errors = driver_errors(host.dialect)
        driver: Any = host.connection.dbapi_connection
        try:
            self._kind.join(driver, host.dialect)
            nested = host.begin_nested()
        except errors as error:
            raise self._problem(error) from error

        def rollback() -> None:
            if nested.is_active:
                nested.rollback()

        return driver, Ending(nested.commit, rollback, _nothing, _nothing, errors)

    def _problem(self, error: Exception) -> StoreError:
        driver: Any = getattr(error, "orig", None) or error
        return problem(self._kind.sort(driver), driver)


def _host(target: Engine | Connection | Session) -> Engine | Connection:
    return target if isinstance(target, Engine | Connection) else target.connection()


def _kind_of(dialect: Dialect) -> EngineKind:
    found = engine_kind(dialect.name)
    check_driver(found, dialect.driver)
    return found


def _nothing() -> None:
    """The caller's connection is left as it is."""
