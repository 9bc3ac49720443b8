"""What the proofs of a store share: a store and a scope of one's own, writing, reading, being refused, running beside.

Invariant: each proof works in scopes that nobody else uses, so that stores may be shared between proofs.

>>> fresh_scope() != fresh_scope()
True
"""

from __future__ import annotations

import threading
import unittest
import uuid
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from hypothesis import HealthCheck, settings

from jxc.errors import StoreError
from jxc.kernel.scope import Scope
from jxc.ports import Changes, Store

__all__ = [
    "PATIENCE",
    "Beside",
    "InjectedError",
    "StoreProof",
    "beside",
    "fewer",
    "fresh_scope",
    "refusal",
    "same",
    "shared",
]

PATIENCE = 30
"""How many seconds a proof waits for what must come."""

shared = settings(
    suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow, HealthCheck.data_too_large],
    deadline=None,
)
"""Every class that inherits a test runs it again as another executor; that is the purpose here."""

fewer = settings(shared, max_examples=max(5, (settings.default or shared).max_examples // 4))
"""The same with fewer examples: each of them writes and reads a store."""


def fresh_scope(book: str = "main") -> Scope:
    """A scope that nobody uses."""
    return Scope(f"t{uuid.uuid4().hex[:12]}", book)


def same(found: object, wanted: object, what: str) -> None:
    """``AssertionError`` unless equal."""
    if found != wanted:
        raise AssertionError(f"{what}: {found!r} is not {wanted!r}")


def refusal(function: Callable[[], object]) -> str:
    """The code with which a call is refused; ``AssertionError`` if it is not."""
    try:
        found = function()
    except StoreError as error:
        return error.code
    raise AssertionError(f"not refused: {found!r}")


class InjectedError(Exception):
    """What a proof lets happen in the middle of a commit."""


class Beside:
    """A call that runs in a thread of its own."""

    def __init__(self, function: Callable[[], Any]) -> None:
        self._function = function
        self._result: Any = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._result = self._function()
        except BaseException as error:  # noqa: BLE001  # handed on to who asks for the result
            self._error = error

    def is_waiting(self, seconds: float = 0.15) -> bool:
        """Whether it is still not done after a while."""
        self._thread.join(seconds)
        return self._thread.is_alive()

    def result(self) -> Any:
        """What the call gave; its error is raised here."""
        if self.is_waiting(PATIENCE):
            raise TimeoutError
        if self._error is not None:
            raise self._error
        return self._result


def beside(*functions: Callable[[], Any]) -> list[Beside]:
    """Calls that run at the same time."""
    return [Beside(function) for function in functions]


class StoreProof:
    """The hooks of ``StoreConformance``."""

    def make_store(self) -> Store:
        """The store to prove, open; called once a test and for each example of some tests."""
        raise NotImplementedError

    def open_again(self, store: Store) -> Store:
        """The store closed and the same records opened anew, as after a restart; left out where it cannot be."""
        raise unittest.SkipTest("the store does not say how to open it again")

    def failing_at(self, store: Store, step: int) -> AbstractContextManager[object]:
        """While this lasts, a commit fails with ``InjectedError`` before its ``step``-th write, counted from 0.

        Left out where a store has no such place to fail at.
        """
        raise unittest.SkipTest("the store has no place to fail at")

    # -- helpers ------------------------------------------------------------------------------------------------------

    @contextmanager
    def store(self) -> Generator[Store]:
        """A store, closed afterwards."""
        store = self.make_store()
        try:
            yield store
        finally:
            store.close()

    @contextmanager
    def scoped(self) -> Generator[tuple[Store, Scope]]:
        """A store and a scope that is purged afterwards."""
        with self.store() as store:
            scope = fresh_scope()
            yield store, scope
            store.purge(scope)

    def write(self, store: Store, scope: Scope, **changes: Any) -> None:
        """One transaction that writes; ``insert=``, ``put=``, ``add=``, ``remove=``."""
        with store.begin(scope) as tx:
            tx.commit(Changes(**changes))

    def read(self, store: Store, scope: Scope, kind: str, *keys: tuple[Any, ...]) -> list[Any]:
        """The records of these keys."""
        with store.begin(scope, read_only=True) as tx:
            return tx.get(kind, list(keys))

    def listed(self, store: Store, scope: Scope, kind: str, index: str = "key", **words: Any) -> list[Any]:
        """The records of an index."""
        with store.begin(scope, read_only=True) as tx:
            return list(tx.scan(kind, index, **words))
