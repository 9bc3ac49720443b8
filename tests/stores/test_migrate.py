"""The tables that the steps make are those that the schema describes; upgrades from any place, once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from jxc.errors import StoreError
from jxc.kernel.scope import Scope
from jxc.ports import KINDS, Changes
from jxc.stores.sql import SqlStore, metadata
from jxc.stores.sql.migrate import State, check, ddl, upgrade
from jxc.stores.sql.schema import HEAD
from jxc.testing.store_records import sample
from tests.servers.databases import mariadb_database, postgres_schema

SCOPE = Scope("acme", "main")


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """An engine on an empty database."""
    if request.param == "sqlite":
        engine = sa.create_engine(f"sqlite:///{tmp_path}/empty.db")
        yield engine
        engine.dispose()
    elif request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
        with postgres_schema(url) as schema:
            engine = sa.create_engine(url, connect_args={"options": f"-c search_path={schema}"})
            yield engine
            engine.dispose()
    else:
        with mariadb_database(request.getfixturevalue("mariadb_url")) as url:
            engine = sa.create_engine(url)
            yield engine
            engine.dispose()


def described(engine: sa.Engine) -> dict[str, object]:
    """Columns, keys and indexes of every table, as the database tells them."""
    found = {}
    inspector = sa.inspect(engine)
    for table in inspector.get_table_names():
        columns = [(each["name"], str(each["type"]), each["nullable"]) for each in inspector.get_columns(table)]
        key = inspector.get_pk_constraint(table)["constrained_columns"]
        indexes = sorted(
            (each["name"], each["column_names"], bool(each["unique"])) for each in inspector.get_indexes(table)
        )
        found[table] = (columns, key, indexes)
    return found


def test_the_steps_lead_to_the_schema(empty: sa.Engine) -> None:
    upgrade(empty)
    made = described(empty)
    made.pop("jxc_version")
    with empty.begin() as connection:
        for name in [*made, "jxc_version"]:
            connection.execute(sa.text(f"DROP TABLE {name}"))
    metadata().create_all(empty)
    assert made == described(empty)
    assert set(made) == {f"jxc_{name}" for name in [*KINDS, "series", "hold", "purge"]}


def test_every_key_and_index_begins_with_the_scope() -> None:
    for table in metadata().tables.values():
        keys = [table.primary_key.columns.keys(), *(index.columns.keys() for index in table.indexes)]
        assert all(key[:2] == ["tenant", "book"] for key in keys), table.name


def test_an_upgrade_is_done_once(empty: sa.Engine) -> None:
    assert check(empty) == State(None, HEAD)
    assert not check(empty).is_ready
    assert upgrade(empty) == upgrade(empty) == check(empty) == State(HEAD, HEAD)


def test_in_the_transaction_of_the_caller(empty: sa.Engine) -> None:
    with empty.connect() as connection:
        upgrade(connection)
        connection.rollback()
    stays = empty.dialect.name in ("mysql", "mariadb")
    assert (check(empty).present == HEAD) is stays


def test_a_store_that_was_not_upgraded(empty: sa.Engine) -> None:
    store = SqlStore(empty)
    with pytest.raises(StoreError) as refused, store.begin(SCOPE):
        pass
    assert (refused.value.code, "jxc store upgrade" in refused.value.hint) == ("not_upgraded", True)
    upgrade(empty)
    with store.begin(SCOPE):
        pass


def test_tables_of_another_version(empty: sa.Engine) -> None:
    upgrade(empty)
    with empty.begin() as connection:
        connection.execute(sa.text("UPDATE jxc_version SET version_num = '9999'"))
    with pytest.raises(StoreError) as refused, SqlStore(empty).begin(SCOPE):
        pass
    assert refused.value.code == "not_upgraded"
    with pytest.raises(StoreError) as refused:
        upgrade(empty)
    assert refused.value.code == "newer_store"


def test_prefix(empty: sa.Engine) -> None:
    """Two stores beside each other in one database."""
    for prefix in ("one_", "two_"):
        store = SqlStore(empty, prefix=prefix, create=True)
        with store.begin(SCOPE) as tx:
            tx.commit(Changes(insert=[sample("draft", id=prefix)]))
    with store.begin(SCOPE, read_only=True) as tx:
        assert [each.id for each in tx.scan("draft")] == ["two_"]
    for name in ("x y", "X", "", 'a"b', "1a"):
        with pytest.raises(StoreError, match="plain name"):
            SqlStore(empty, prefix=name)


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if kind.append_only])
def test_triggers_keep_facts(empty: sa.Engine, kind: str) -> None:
    if kind != "seal" and empty.dialect.name != "sqlite":
        pytest.skip("one kind is enough on this engine")
    upgrade(empty)
    store, table = SqlStore(empty), metadata().tables[f"jxc_{kind}"]
    with store.begin(SCOPE) as tx:
        tx.commit(Changes(insert=[sample(kind)]))
    for statement in (sa.update(table).values(book="other"), sa.delete(table)):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), empty.begin() as connection:
            connection.execute(statement)
    upgrade(empty, protect=False)
    with empty.begin() as connection:
        assert connection.execute(sa.delete(table)).rowcount == 1


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql", "mysql", "mariadb"])
def test_the_statements_as_text(dialect: str) -> None:
    text = ddl(f"{dialect}://", prefix="erp_", schema=None if dialect == "sqlite" else "books")
    assert text.count("CREATE TABLE") == len(KINDS) + 4
    assert "erp_line" in text
    assert "jxc_" not in text
    assert "append-only" in text
    assert "append-only" not in ddl(f"{dialect}://", protect=False)


def test_the_statements_make_the_tables(tmp_path: Path) -> None:
    import sqlite3

    with sqlite3.connect(tmp_path / "by_hand.db") as connection:
        connection.executescript(ddl("sqlite://"))
    connection.close()
    assert check(f"sqlite:///{tmp_path}/by_hand.db").is_ready
