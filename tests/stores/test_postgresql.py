"""PostgreSQL keeps what every store keeps, at READ COMMITTED and at SERIALIZABLE."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import pytest

from jxc.ports import Store
from jxc.stores.sql import SqlStore
from jxc.testing.store_conformance import StoreConformance
from tests.servers.databases import postgres_schema
from tests.stores.faults import failing_at


@pytest.fixture(scope="module")
def place(postgres_url: str) -> Iterator[tuple[str, str]]:
    """A URL and a schema with the tables."""
    with postgres_schema(postgres_url) as schema:
        SqlStore(postgres_url, schema=schema, create=True).close()
        yield postgres_url, schema


class TestPostgresql(StoreConformance):
    words: ClassVar[dict[str, Any]] = {}

    @pytest.fixture(autouse=True)
    def _place(self, place: tuple[str, str]) -> None:
        self.url, self.schema = place

    def make_store(self) -> Store:
        return SqlStore(self.url, schema=self.schema, **self.words)

    def open_again(self, store: Store) -> Store:
        store.close()
        return self.make_store()

    def failing_at(self, store: Store, step: int) -> Any:
        return failing_at(store, step)


@pytest.mark.soak
class TestPostgresqlSerializable(TestPostgresql):
    words: ClassVar[dict[str, Any]] = {"isolation": "SERIALIZABLE"}
