"""What may happen to a database has a code, leaves the state as it was, and does not stop the store."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import sqlalchemy as sa

from jxc.errors import StoreError
from jxc.kernel.scope import Scope
from jxc.ports import Changes
from jxc.stores.sql import SqlStore
from jxc.stores.sql.problems import mysql_sort, postgresql_sort, problem
from jxc.stores.sql.transaction import Ending
from jxc.testing.store_records import sample
from tests.servers.databases import mariadb_database, postgres_schema

SCOPE = Scope("acme", "main")


def write(store: SqlStore, name: str = "a", size: int = 1) -> None:
    with store.begin(SCOPE, lock={"draft": [(name,)]}) as tx:
        tx.commit(Changes(put=[sample("draft", id=name, body={"text": "x" * size})]))


def names(store: SqlStore) -> list[str]:
    with store.begin(SCOPE, read_only=True) as tx:
        return [draft.id for draft in tx.scan("draft")]


def code(function: Any, *arguments: Any) -> str:
    with pytest.raises(StoreError) as refused:
        function(*arguments)
    return refused.value.code


@pytest.fixture(autouse=True)
def left_open(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every store that a test opens is closed with it."""
    opened: list[SqlStore] = []
    make = SqlStore.__init__

    def noted(self: SqlStore, *arguments: Any, **words: Any) -> None:
        make(self, *arguments, **words)
        opened.append(self)

    monkeypatch.setattr(SqlStore, "__init__", noted)
    yield
    for store in opened:
        store.close()


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    if request.param == "sqlite":
        store = SqlStore(f"sqlite:///{tmp_path}/faults.db", create=True, timeout=0.2)
        yield store
        store.close()
    elif request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
        with postgres_schema(url) as schema:
            store = SqlStore(url, schema=schema, create=True)
            yield store
            store.close()
    else:
        with mariadb_database(request.getfixturevalue("mariadb_url")) as url:
            store = SqlStore(url, create=True)
            yield store
            store.close()


# -- the moment of the commit ------------------------------------------------------------------------------------------


@contextmanager
def lost(when: str) -> Iterator[None]:
    """The connection is lost just before or just after the commit is done."""
    plain = Ending.commit

    def commit(self: Ending) -> None:
        if when == "after":
            plain(self)
        raise self.errors[0]("the line is dead")

    with mock.patch.object(Ending, "commit", commit):
        yield


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_outcome_that_is_not_known(store: SqlStore, when: str) -> None:
    """The same again settles it."""
    with lost(when):
        assert code(write, store) == "outcome_unknown"
    assert names(store) == (["a"] if when == "after" else [])
    if when == "after":
        assert code(write, store) == "version_conflict"
    else:
        write(store)
    assert names(store) == ["a"]


def test_a_mistake_of_the_program_is_not_hidden(store: SqlStore) -> None:
    """It comes through as it is; nothing is written, and the next transaction works."""
    with pytest.raises(ZeroDivisionError), store.begin(SCOPE, lock={"draft": [("a",)]}):
        1 / 0  # noqa: B018
    with (
        mock.patch.object(store._kind.wire, "write", side_effect=RuntimeError("a defect")),
        pytest.raises(RuntimeError),
    ):
        write(store)
    write(store)
    assert names(store) == ["a"]


# -- lost connections --------------------------------------------------------------------------------------------------


def test_a_connection_that_was_cut(store: SqlStore) -> None:
    """In a transaction: nothing was written. In the pool: the next transaction gets a new one."""
    if store._target.dialect.name == "sqlite":
        pytest.skip("SQLite has no line that could be cut")
    write(store)
    with store.begin(SCOPE) as tx:
        tx.get("draft", [("a",)])
        cut(store, tx)
        assert code(tx.commit, Changes(insert=[sample("draft", id="b")])) == "connection_lost"
    with store.begin(SCOPE) as tx:
        number = own_number(store, tx)
    cut(store, number=number)
    write(store, "c")
    assert names(store) == ["a", "c"]


def own_number(store: SqlStore, tx: Any) -> int:
    """By what the server knows the connection of a transaction."""
    postgres = store._target.dialect.name == "postgresql"
    return int(tx._wire.rows("SELECT pg_backend_pid()" if postgres else "SELECT CONNECTION_ID()")[0][0])


def cut(store: SqlStore, tx: Any = None, number: int = 0) -> None:
    """End the connection of a transaction from another one."""
    number = number or own_number(store, tx)
    engine = sa.create_engine(store._target.url)
    with engine.connect() as connection:
        text = f"SELECT pg_terminate_backend({number})" if engine.dialect.name == "postgresql" else f"KILL {number}"
        connection.execute(sa.text(text))
    engine.dispose()


def test_a_server_that_is_not_there() -> None:
    for url in ("postgresql://x@127.0.0.1:1/x", "mariadb://x@127.0.0.1:1/x"):
        assert code(write, SqlStore(url)) == "connection_lost"


# -- files -------------------------------------------------------------------------------------------------------------


def test_a_full_disk(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path}/full.db", create=True)
    write(store)

    def limit(connection: Any, _: object) -> None:
        [pages] = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count={pages + 5}")

    store._idle.drop()
    store._target.dispose()
    sa.event.listen(store._target, "connect", limit)
    assert code(write, store, "b", 10**6) == "store_full"
    assert names(store) == ["a"]
    sa.event.remove(store._target, "connect", limit)
    store._idle.drop()
    store._target.dispose()
    write(store, "b", 10**6)
    assert names(store) == ["a", "b"]


def test_a_locked_file(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path}/locked.db", create=True, timeout=0.1)
    other = sqlite3.connect(tmp_path / "locked.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert code(write, store) == "store_locked"
    other.execute("ROLLBACK")
    other.close()
    write(store)


def test_a_thread_that_waits_for_itself(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path}/own.db", create=True)
    with store.begin(SCOPE):
        assert code(write, store) == "store_locked"
    write(store)


def test_writers_of_one_process_take_turns(tmp_path: Path) -> None:
    """Each waits for those before it, not for those behind."""
    store, order = SqlStore(f"sqlite:///{tmp_path}/turns.db", create=True, synchronous="NORMAL"), []
    begun = threading.Event()

    def work(number: int) -> None:
        with store.begin(SCOPE):
            order.append(number)
            begun.set()

    with store.begin(SCOPE):
        threads = []
        for number in range(6):
            threads.append(threading.Thread(target=work, args=(number,)))
            threads[-1].start()
            while len(store._turns._waiting) <= number:
                pass
    for thread in threads:
        thread.join()
    assert order == list(range(6))


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("this is no database, but it is long enough to be taken for one" * 40)
    assert code(SqlStore(f"sqlite:///{tmp_path}/text.db").scopes) == "store_broken"


def test_a_file_that_may_not_be_written(tmp_path: Path) -> None:
    SqlStore(f"sqlite:///{tmp_path}/read.db", create=True).close()
    engine = sa.create_engine(f"sqlite:///file:{tmp_path}/read.db?mode=ro&uri=true")
    assert code(write, SqlStore(engine)) == "store_read_only"
    engine.dispose()


def test_sqlite_in_memory_is_refused() -> None:
    assert code(SqlStore, "sqlite://") == "no_file"
    assert code(SqlStore, "sqlite:///:memory:") == "no_file"


@pytest.mark.parametrize(
    ("words", "wanted"),
    [({"isolation": "NONE"}, "bad_option"), ({"synchronous": "OFF"}, "bad_option"), ({"prefix": "a b"}, "bad_name")],
)
def test_options(tmp_path: Path, words: dict[str, str], wanted: str) -> None:
    assert code(lambda: SqlStore(f"sqlite:///{tmp_path}/x.db", **words)) == wanted


def test_urls() -> None:
    assert code(SqlStore, "shop.db") == "bad_url"
    assert code(SqlStore, "oracle://x") == "unknown_engine"


# -- what drivers say --------------------------------------------------------------------------------------------------


def driver_error(name: str, *arguments: Any, **attributes: Any) -> Exception:
    error = type(name, (Exception,), {})(*arguments)
    for attribute, value in attributes.items():
        setattr(error, attribute, value)
    return error


@pytest.mark.parametrize(
    ("state", "wanted"),
    [
        ("40001", "retry"),
        ("40P01", "retry"),
        ("53100", "store_full"),
        ("08006", "connection_lost"),
        ("28P01", "access_denied"),
        ("99999", "store_failed"),
    ],
)
def test_states_of_postgresql(state: str, wanted: str) -> None:
    assert postgresql_sort(driver_error("Error", "x", sqlstate=state)) == wanted


@pytest.mark.parametrize(
    ("number", "wanted"),
    [(1205, "retry"), (1213, "retry"), (1114, "store_full"), (2013, "connection_lost"), (9, "store_failed")],
)
def test_numbers_of_mysql(number: int, wanted: str) -> None:
    assert mysql_sort(driver_error("OperationalError", number, "x")) == wanted


def test_what_stays_open_while_committing() -> None:
    error = driver_error("OperationalError", "x")
    assert problem("connection_lost", error, committing=True).code == "outcome_unknown"
    assert problem("retry", error, committing=True).code == "retry"
    assert problem("connection_lost", error).params["detail"] == "x"
