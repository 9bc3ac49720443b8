"""SQLite keeps what every store keeps."""

from __future__ import annotations

from typing import Any

import pytest

from jxc.ports import Store
from jxc.stores.sql import SqlStore
from jxc.testing.store_conformance import StoreConformance
from tests.stores.faults import failing_at


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a file with the tables."""
    url = f"sqlite:///{tmp_path_factory.mktemp('sqlite')}/jxc.db"
    SqlStore(url, create=True).close()
    return url


class TestSqlite(StoreConformance):
    @pytest.fixture(autouse=True)
    def _place(self, place: str) -> None:
        self.url = place

    def make_store(self) -> Store:
        return SqlStore(self.url)

    def open_again(self, store: Store) -> Store:
        store.close()
        return SqlStore(self.url)

    def failing_at(self, store: Store, step: int) -> Any:
        return failing_at(store, step)
