"""The proof: every test of jxc's conformance kit, on the store in this folder."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from journal_store import JournalStore

from jxc.testing import InjectedError, StoreConformance


class TestJournalStore(StoreConformance):
    def make_store(self) -> JournalStore:
        return JournalStore(Path(tempfile.mkdtemp()))

    def open_again(self, store: JournalStore) -> JournalStore:
        store.close()
        return JournalStore(store._folder)

    @contextmanager
    def failing_at(self, store: JournalStore, step: int) -> Iterator[None]:
        """The line is cut off after so many tenths, as when the power goes."""
        plain = os.fsync

        def cut(stream: int) -> None:
            os.ftruncate(stream, os.fstat(stream).st_size - 1 - step * 20)
            plain(stream)
            raise InjectedError

        with mock.patch("os.fsync", cut):
            yield
