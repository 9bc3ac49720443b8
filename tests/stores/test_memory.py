"""The store in memory keeps what every store keeps."""

from __future__ import annotations

from jxc.stores.memory import MemoryStore
from jxc.testing.store_conformance import StoreConformance


class TestMemory(StoreConformance):
    def make_store(self) -> MemoryStore:
        return MemoryStore()
