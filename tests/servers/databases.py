"""Which servers the tests may use, and a place of their own on each; or why not.

PostgreSQL: JXC_TEST_POSTGRES (a URL), else a cluster made from the wheel, else from what is on the path.
MariaDB: JXC_TEST_MARIADB (a URL), else, where it is required, a server on this machine that lets root in.
JXC_REQUIRE_POSTGRES=1 and JXC_REQUIRE_MARIADB=1: fail where there is none, instead of skipping.

Invariant: tests write into schemas and databases that they made and that they drop.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from tests.servers.cluster import Cluster, find_programs

__all__ = ["mariadb", "mariadb_database", "missing", "postgres", "postgres_schema"]

LOCAL_MARIADB = "mariadb+pymysql://root@127.0.0.1:3306/"


def missing(name: str, reason: str) -> None:
    """Skip, or fail where the server has to be there."""
    if os.environ.get(f"JXC_REQUIRE_{name}") == "1":
        pytest.fail(f"JXC_REQUIRE_{name}=1, but {reason}")
    pytest.skip(reason)


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL."""
    named = os.environ.get("JXC_TEST_POSTGRES")
    if named:
        url = sa.make_url(named)
        yield url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        return
    programs = None if os.name == "nt" else find_programs()
    if programs is None:
        missing("POSTGRES", "no PostgreSQL: set JXC_TEST_POSTGRES, or install jxc[test-postgres]")
    else:
        with Cluster.make(programs) as cluster:
            yield cluster.url


@contextmanager
def mariadb() -> Iterator[str]:
    """The URL of a MariaDB or MySQL."""
    named = os.environ.get("JXC_TEST_MARIADB")
    if not named and os.environ.get("JXC_REQUIRE_MARIADB") != "1":
        pytest.skip("no MariaDB asked for: set JXC_TEST_MARIADB, or JXC_REQUIRE_MARIADB=1 for the local one")
    url = sa.make_url(named or LOCAL_MARIADB)
    engine = sa.create_engine(url, connect_args={"connect_timeout": 3}, poolclass=sa.NullPool)
    try:
        with engine.connect():
            pass
    except DBAPIError as error:
        missing("MARIADB", f"no MariaDB: {'JXC_TEST_MARIADB' if named else '127.0.0.1:3306'}: {error.orig}")
    yield url.render_as_string(hide_password=False)


@contextmanager
def postgres_schema(url: str) -> Iterator[str]:
    """A schema of one's own; its name."""
    name = f"jxc_{uuid.uuid4().hex[:10]}"
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text(f"CREATE SCHEMA {name}"))
    yield name
    with engine.begin() as connection:
        connection.execute(sa.text(f"DROP SCHEMA {name} CASCADE"))
    engine.dispose()


@contextmanager
def mariadb_database(url: str) -> Iterator[str]:
    """A database of one's own; the URL of it."""
    name = f"jxc_{uuid.uuid4().hex[:10]}"
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    yield sa.make_url(url).set(database=name).render_as_string(hide_password=False)
    with engine.begin() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name}"))
    engine.dispose()
