"""Eight processes write at once, and are killed: nothing lost, nothing twice, nothing half, nothing oversold."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jxc.stores.sql import SqlStore
from tests.servers.cluster import Cluster, find_programs
from tests.servers.crowd import Crowd
from tests.servers.databases import mariadb_database, missing, postgres_schema
from tests.stores.sales import Sales, begin_stock, check_sales

WRITERS = 8
SOAK = 100


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def sales(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sales]:
    """Sales on a database of their own, with stock."""
    if request.param == "sqlite":
        yield begun(Sales(f"sqlite:///{tmp_path}/crowd.db", None, 12))
    elif request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
        with postgres_schema(url) as schema:
            yield begun(Sales(url, schema, 12))
    else:
        with mariadb_database(request.getfixturevalue("mariadb_url")) as url:
            yield begun(Sales(url, None, 12))


def begun(sales: Sales) -> Sales:
    store = SqlStore(sales.url, schema=sales.schema, create=True)
    begin_stock(store)
    store.close()
    return sales


def checked(sales: Sales, crowd: Crowd) -> int:
    store = sales.store()
    count = check_sales(store, crowd.told())
    store.close()
    return count


def test_eight_writers(sales: Sales, tmp_path: Path) -> None:
    crowd = Crowd(sales, tmp_path)
    crowd.start(WRITERS)
    crowd.wait()
    assert len(crowd.told()) == WRITERS * sales.count
    assert checked(sales, crowd) > 0


def kill_writers(sales: Sales, tmp_path: Path, rounds: int) -> None:
    choice, crowd = random.Random(rounds), Crowd(sales, tmp_path)
    crowd.start(3)
    time.sleep(1)
    for _ in range(rounds):
        time.sleep(choice.random() * 0.3)
        crowd.kill_one(choice)
        crowd.start(1)
        checked(sales, crowd)
    crowd.wait()
    assert checked(sales, crowd) > 0


def test_writers_are_killed(sales: Sales, tmp_path: Path) -> None:
    kill_writers(sales, tmp_path, 3)


@pytest.mark.soak
def test_writers_are_killed_often(sales: Sales, tmp_path: Path) -> None:
    kill_writers(sales, tmp_path, SOAK)


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL of the test's own, to be killed."""
    programs = None if os.name == "nt" else find_programs()
    if programs is None:
        missing("POSTGRES", "no PostgreSQL to start: install jxc[test-postgres]")
    else:
        with Cluster.make(programs, durable=True) as cluster:
            yield cluster


def kill_server(cluster: Cluster, tmp_path: Path, rounds: int) -> None:
    sales = begun(Sales(cluster.url, None, 30 + 20 * rounds))
    choice, crowd = random.Random(rounds), Crowd(sales, tmp_path)
    crowd.start(3)
    time.sleep(1.5)
    for _ in range(rounds):
        time.sleep(choice.random() * 0.3)
        cluster.kill()
        cluster.start()
        checked(sales, crowd)
    crowd.wait(600)
    assert checked(sales, crowd) > 0


def test_the_server_is_killed(cluster: Cluster, tmp_path: Path) -> None:
    kill_server(cluster, tmp_path, 1)


@pytest.mark.soak
def test_the_server_is_killed_often(cluster: Cluster, tmp_path: Path) -> None:
    kill_server(cluster, tmp_path, SOAK)
