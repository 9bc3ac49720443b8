"""The kit finds what it is there for: stores with one mistake each are refused by the test that looks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pytest

from jxc.errors import StoreError
from jxc.kernel.scope import Scope
from jxc.stores import memory, tables
from jxc.stores.memory import MemoryStore
from jxc.stores.plans import Addition, Locks
from jxc.stores.turns import Turns
from jxc.testing.store_conformance import StoreConformance

MISTAKES: dict[str, tuple[Callable[[], Any], str]] = {
    "no bounds": (
        lambda: mock.patch.object(Addition, "fits", return_value=True),
        "test_additions_keep_their_bounds",
    ),
    "half a commit": (
        lambda: mock.patch.object(memory, "check_writing"),
        "test_a_refused_commit_leaves_nothing",
    ),
    "books of one tenant together": (
        lambda: mock.patch.object(MemoryStore, "begin", one_book(MemoryStore.begin)),
        "test_the_same_key_in_two_scopes",
    ),
    "everybody writes": (
        lambda: mock.patch.object(Turns, "held", nobody_waits),
        "test_a_lock_holds_others_back",
    ),
    "locks in any order": (
        lambda: mock.patch.object(Locks, "plan", return_value=[]),
        "test_locks_are_taken_in_order",
    ),
    "no snapshots": (
        lambda: mock.patch.object(tables.Table, "snapshots", property(lambda _: 0, lambda *_: None), create=True),
        "test_a_reader_sees_one_state",
    ),
    "the last first": (
        lambda: mock.patch.object(tables, "insort", lambda entries, entry: entries.insert(0, entry)),
        "test_texts_are_in_the_order_of_their_code_points",
    ),
}


def one_book(begin: Any) -> Any:
    return lambda self, scope, **words: begin(self, Scope(scope.tenant.lower(), "main"), **words)


@contextmanager
def nobody_waits(_: Turns) -> Iterator[None]:
    yield


class Proof(StoreConformance):
    def make_store(self) -> MemoryStore:
        return MemoryStore()


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_found(name: str) -> None:
    make, test = MISTAKES[name]
    getattr(Proof(), test)()
    with make(), pytest.raises((AssertionError, StoreError)):
        getattr(Proof(), test)()
