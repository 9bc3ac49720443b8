"""The proof by comparison: whatever is asked in whatever order, a store answers as the store in memory does.

    prove_like_memory(make_store)

Hypothesis makes up a story of commits, questions, numbers and purges in two scopes, tells it to both stores, compares
every answer and every refusal, and shows the shortest story that they answer differently.

Invariant: a story is the same for both; only the order of two answers to one question is looked at, never their speed.

>>> from hypothesis import settings
>>> from jxc.stores.memory import MemoryStore
>>> prove_like_memory(MemoryStore, settings(max_examples=2, stateful_step_count=5, database=None))
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from jxc.errors import StoreError
from jxc.kernel.scope import Scope
from jxc.ports import KINDS, Changes, Store
from jxc.stores.memory import MemoryStore
from jxc.testing.store_base import fresh_scope, same
from jxc.testing.store_records import dump, records, writes

__all__ = ["prove_like_memory"]

_QUICK = settings(
    max_examples=8,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


def prove_like_memory(make_store: Callable[[], Store], options: settings | None = None) -> None:
    """Compare a store with the one in memory over many stories; ``options``: how many and how long."""
    machine: Any = partial(_begin, make_store)  # hypothesis takes whatever makes a machine
    run_state_machine_as_test(machine, settings=options or _QUICK)


def _begin(make_store: Callable[[], Store]) -> _Comparison:
    return _Comparison(make_store())


class _Comparison(RuleBasedStateMachine):
    """Both stores and the two scopes of a story."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.stores: tuple[Store, Store] = (store, MemoryStore())
        first = fresh_scope()
        self.scopes = (first, Scope(first.tenant, "other"))
        self.changed = False

    def _both(self, run: Callable[[Store], Any]) -> Any:
        """The answer of both, which has to be the same."""
        found, wanted = [_answer(run, store) for store in self.stores]
        same(found, wanted, "the answer beside that of the store in memory")
        return wanted

    @rule(changes=writes(), scope=st.integers(0, 1), draws=st.lists(st.sampled_from("ab"), max_size=2))
    def commit(self, changes: Changes, scope: int, draws: list[str]) -> None:
        """Draw numbers and commit, or be refused."""

        def run(store: Store) -> Any:
            with store.begin(self.scopes[scope], lock={"item_head": [("a",)]}) as tx:
                drawn = [tx.draw(series) for series in draws]
                tx.commit(changes)
                return drawn

        self._both(run)
        self.changed = True

    @rule(record=records(plain=True), scope=st.integers(0, 1))
    def insert(self, record: Any, scope: int) -> None:
        """Write one record."""
        self.commit(Changes(insert=[record]), scope, [])

    @rule(scope=st.integers(0, 1), limit=st.integers(1, 3))
    def number(self, scope: int, limit: int) -> None:
        """Number some events."""
        self._both(lambda store: store.number_events(self.scopes[scope], limit))
        self.changed = True

    @rule(scope=st.integers(0, 1))
    def purge(self, scope: int) -> None:
        """Forget a scope."""
        self._both(lambda store: store.purge(self.scopes[scope]))
        self.changed = True

    @rule(near=records(plain=True), scope=st.integers(0, 1), data=st.data())
    def scan(self, near: Any, scope: int, data: st.DataObject) -> None:
        """List some of an index."""
        kind = KINDS[near.kind]
        index = data.draw(st.sampled_from(["key", *sorted(kind.indexes)]))
        ways = kind.indexes.get(index)
        names = kind.key if ways is None else (*ways.equal, *ways.order)
        cells = [getattr(near, name) for name in names]
        if None in cells:
            return
        least = 0 if ways is None else len(ways.equal)
        count = data.draw(st.integers(least, len(cells)))
        words: dict[str, Any] = {
            "after": tuple(cells[count : data.draw(st.integers(count, len(cells)))])
            if data.draw(st.booleans())
            else None,
            "reverse": data.draw(st.booleans()),
            "limit": data.draw(st.none() | st.integers(0, 3)),
        }

        def run(store: Store) -> Any:
            with store.begin(self.scopes[scope], read_only=True) as tx:
                return list(tx.scan(kind.name, index, tuple(cells[:count]), **words))

        self._both(run)

    @invariant()
    def both_hold_the_same(self) -> None:
        """All records of both scopes, after each change."""
        if self.changed:
            for scope in self.scopes:
                self._both(partial(_dump, scope))
            self.changed = False

    def teardown(self) -> None:
        """Leave nothing behind."""
        for store in self.stores:
            for scope in self.scopes:
                store.purge(scope)
            store.close()


def _answer(run: Callable[[Store], Any], store: Store) -> Any:
    """What a store answers: a value, or its refusal by code, kind and key."""
    try:
        return run(store)
    except StoreError as error:
        return error.code, error.params.get("kind"), error.params.get("key")


def _dump(scope: Scope, store: Store) -> Any:
    with store.begin(scope, read_only=True) as tx:
        return dump(tx)
