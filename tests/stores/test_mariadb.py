"""MariaDB keeps what every store keeps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from jxc.ports import Store
from jxc.stores.sql import SqlStore
from jxc.testing.store_conformance import StoreConformance
from tests.servers.databases import mariadb_database
from tests.stores.faults import failing_at


@pytest.fixture(scope="module")
def place(mariadb_url: str) -> Iterator[str]:
    """The URL of a database with the tables."""
    with mariadb_database(mariadb_url) as url:
        SqlStore(url, create=True).close()
        yield url


class TestMariadb(StoreConformance):
    @pytest.fixture(autouse=True)
    def _place(self, place: str) -> None:
        self.url = place

    def make_store(self) -> Store:
        return SqlStore(self.url)

    def open_again(self, store: Store) -> Store:
        store.close()
        return self.make_store()

    def failing_at(self, store: Store, step: int) -> Any:
        return failing_at(store, step)
