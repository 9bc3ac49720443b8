"""In the caller's transaction: savepoints, never a commit, and only where the isolation does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from jxc.errors import StoreError
from jxc.kernel.scope import Scope
from jxc.ports import Add, Changes
from jxc.stores.sql import SqlStore, metadata
from jxc.testing.store_records import sample
from tests.servers.databases import mariadb_database, postgres_schema

SCOPE = Scope("acme", "main")


@pytest.fixture(scope="module", params=["sqlite", "postgresql", "mariadb"])
def host(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    """An application's engine with a table of its own and the tables of jxc."""
    if request.param == "sqlite":
        engine = sa.create_engine(f"sqlite:///{tmp_path_factory.mktemp('host')}/host.db")
        yield prepared(engine)
        engine.dispose()
    elif request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
        with postgres_schema(url) as schema:
            path = {"options": f"-c search_path={schema}"}
            engine = sa.create_engine(url, connect_args=path)
            yield prepared(engine)
            engine.dispose()
    else:
        with mariadb_database(request.getfixturevalue("mariadb_url")) as url:
            engine = sa.create_engine(url, isolation_level="READ COMMITTED")
            yield prepared(engine)
            engine.dispose()


def prepared(engine: sa.Engine) -> sa.Engine:
    SqlStore(engine, create=True)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE orders (id INTEGER PRIMARY KEY)"))
    return engine


@pytest.fixture(autouse=True)
def clean(request: pytest.FixtureRequest) -> Iterator[None]:
    """Each test begins with nothing."""
    yield
    if "host" not in request.fixturenames:
        return
    host = request.getfixturevalue("host")
    SqlStore(host).purge(SCOPE)
    with host.begin() as connection:
        connection.execute(sa.text("DELETE FROM orders"))


def counts(host: sa.Engine) -> tuple[int, int]:
    """Orders of the application, drafts of jxc."""
    with host.begin() as connection:
        orders = connection.execute(sa.text("SELECT count(*) FROM orders")).scalar_one()
        drafts = connection.execute(sa.select(sa.func.count()).select_from(metadata().tables["jxc_draft"])).scalar_one()
    return orders, drafts


def write(store: SqlStore, name: str) -> None:
    with store.begin(SCOPE, lock={"draft": [(name,)]}) as tx:
        tx.draw("记")
        tx.commit(Changes(put=[sample("draft", id=name)]))


def test_the_caller_commits(host: sa.Engine) -> None:
    with host.begin() as connection:
        connection.execute(sa.text("INSERT INTO orders VALUES (1)"))
        write(SqlStore(connection), "a")
    assert counts(host) == (1, 1)


def test_the_caller_takes_back(host: sa.Engine) -> None:
    with host.connect() as connection:
        write(SqlStore(connection), "a")
        connection.execute(sa.text("INSERT INTO orders VALUES (1)"))
        write(SqlStore(connection), "b")
        connection.rollback()
    assert counts(host) == (0, 0)


def test_a_refusal_leaves_the_rest_of_the_transaction(host: sa.Engine) -> None:
    with Session(host) as session:
        session.execute(sa.text("INSERT INTO orders VALUES (1)"))
        store = SqlStore(session)
        write(store, "a")
        with pytest.raises(StoreError, match="changed meanwhile") as refused:
            write(store, "a")
        assert refused.value.params["key"] == ("a",)
        with pytest.raises(StoreError, match="such a record"), store.begin(SCOPE) as tx:
            tx.commit(Changes(insert=[sample("seal"), sample("draft", id="a")]))
        with store.begin(SCOPE):
            pass
        with store.begin(SCOPE, read_only=True) as tx:
            assert [each.id for each in tx.scan("draft")] == ["a"]
        write(store, "b")
        session.commit()
    assert counts(host) == (1, 2)


def test_numbers_go_back_with_the_caller(host: sa.Engine) -> None:
    for ends in ("rollback", "commit", "commit"):
        with host.connect() as connection:
            with SqlStore(connection).begin(SCOPE) as tx:
                number = tx.draw("收")
                tx.commit(Changes())
            getattr(connection, ends)()
    assert number == 2


def test_an_engine_of_the_caller_is_left_as_it_was(host: sa.Engine) -> None:
    store = SqlStore(host)
    write(store, "a")
    with store.begin(SCOPE, read_only=True) as tx:
        assert len(list(tx.scan("draft"))) == 1
    with host.begin() as connection:
        connection.execute(sa.text("INSERT INTO orders VALUES (7)"))
    store.close()
    assert counts(host) == (1, 1)


def test_reading_with_the_tables(host: sa.Engine) -> None:
    """Questions of one's own get what the store wrote."""
    store = SqlStore(host)
    draft = sample("draft", id="茶", version=2**63 - 1, body={"n": [1, None]})
    with store.begin(SCOPE) as tx:
        tx.commit(Changes(insert=[draft], add=[Add("balance", ("1001", "CNY", ""), {"amount": -5})]))
    table = store.metadata.tables["jxc_draft"]
    with host.connect() as connection:
        [row] = connection.execute(sa.select(table).where(table.c.tenant == "acme", table.c.id == "茶"))
    assert (row.version, row.changed_at, row.body) == (draft.version, draft.changed_at, {"n": [1, None]})


@pytest.mark.parametrize("level", ["REPEATABLE READ", "AUTOCOMMIT"])
def test_an_isolation_that_does_not_do(host: sa.Engine, level: str) -> None:
    if host.dialect.name == "sqlite":
        pytest.skip("SQLite has one isolation")
    with host.connect().execution_options(isolation_level=level) as connection:
        with pytest.raises(StoreError) as refused, SqlStore(connection).begin(SCOPE):
            pass
        assert refused.value.code == "wrong_isolation"


def test_a_driver_that_is_not_known() -> None:
    with pytest.raises(StoreError) as refused:
        SqlStore("sqlite+aiosqlite:///x.db")
    assert refused.value.code == "unknown_driver"
