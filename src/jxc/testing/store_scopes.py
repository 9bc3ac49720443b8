"""Proofs that scopes cannot see or touch each other, and of what a store does with a whole scope: purge, events, lists.

Invariant: whatever is done in one scope, another holds exactly what it held.

>>> from jxc.stores.memory import MemoryStore
>>> class Proof(StoreScopes):
...     def make_store(self):
...         return MemoryStore()
>>> Proof().test_events_are_numbered_without_gaps()
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from jxc.errors import StoreError
from jxc.kernel.scope import Scope
from jxc.ports import KINDS, Changes, Store
from jxc.testing.store_base import StoreProof, fewer, fresh_scope, refusal, same
from jxc.testing.store_records import dump, records, sample, writes

__all__ = ["StoreScopes"]

_NEIGHBOURS: tuple[Callable[[Scope], Scope], ...] = (
    lambda scope: Scope(scope.tenant, scope.book + "2"),
    lambda scope: Scope(scope.tenant.upper(), scope.book),
    lambda scope: Scope(scope.tenant + "%", scope.book),
    lambda scope: Scope(scope.tenant[:-1] + "_", scope.book),
    lambda scope: Scope(scope.tenant, scope.book.upper()),
    lambda scope: Scope(scope.tenant + "'", scope.book + "'"),
    lambda scope: Scope(scope.tenant + "\\", scope.book + '"'),
    lambda scope: Scope(scope.book, scope.tenant),
)
"""Scopes that a careless store takes for another."""


class StoreScopes(StoreProof):
    """Isolation of tenants and books."""

    @fewer
    @given(
        first=st.lists(records(plain=True), max_size=6),
        theirs=st.lists(writes(), min_size=1, max_size=4),
        neighbour=st.sampled_from(_NEIGHBOURS),
        purged=st.booleans(),
    )
    def test_no_scope_touches_another(
        self, first: list[Any], theirs: list[Changes], neighbour: Any, purged: bool
    ) -> None:
        """Two tenants or two books of one, with the same ids in both."""
        with self.scoped() as (store, mine):
            other = neighbour(mine)
            for record in first:
                with suppress(StoreError):
                    self.write(store, mine, insert=[record])
                with suppress(StoreError):
                    self.write(store, other, insert=[record])
            before = self._all(store, mine)
            self._do_everything(store, other, theirs)
            if purged:
                store.purge(other)
            same(self._all(store, mine), before, "what is in the scope")
            with store.begin(mine) as tx:
                same(tx.draw("记"), 1, "the first number")
            store.purge(other)

    def _all(self, store: Store, scope: Scope) -> Any:
        with store.begin(scope, read_only=True) as tx:
            return dump(tx)

    def _do_everything(self, store: Store, scope: Scope, some: list[Changes]) -> None:
        heads = [(name,) for name in ("a", "a/b", "茶")]
        for changes in some:
            with store.begin(scope, lock={"item_head": heads}, share={"period": [("a", "a")]}) as tx:
                tx.draw("记")
                tx.get("item_head", heads)
                with suppress(StoreError):
                    tx.commit(changes)
        store.number_events(scope)

    def test_the_same_key_in_two_scopes(self) -> None:
        """Is two records; neither is found, changed or removed from the other."""
        with self.scoped() as (store, scope):
            for other in [make(scope) for make in _NEIGHBOURS]:
                self.write(store, other, put=[sample("draft", id="a", actor=str(other))])
            same(self.read(store, scope, "draft", ("a",)), [None], "the record")
            for other in [make(scope) for make in _NEIGHBOURS]:
                [found] = self.listed(store, other, "draft")
                same(found.actor, str(other), "whose it is")
                self.write(store, other, remove=[("draft", ("a",))])
                store.purge(other)

    def test_scopes_that_hold_records_are_listed(self) -> None:
        """In order, each once, and no longer after a purge."""
        with self.scoped() as (store, scope):
            mine = [scope, *(make(scope) for make in _NEIGHBOURS[:3])]
            for number, each in enumerate(mine):
                self.write(store, each, insert=[sample("draft"), sample("line")] if number % 2 else [sample("seal")])
            listed = list(store.scopes())
            same(listed, sorted(set(listed)), "the order")
            same([each for each in listed if each in mine], sorted(mine), "the scopes")
            for each in mine:
                store.purge(each)
            same([each for each in store.scopes() if each in mine], [], "the scopes after a purge")

    def test_a_purge_leaves_nothing(self) -> None:
        """Of any kind, append-only ones and numbers too; and the scope may be used again."""
        with self.scoped() as (store, scope):
            everything: list[Any] = [sample(kind) for kind in KINDS]
            for _ in range(2):
                with store.begin(scope, lock={"item_head": [("y",)]}) as tx:
                    same(tx.draw("记"), 1, "the first number")
                    tx.commit(Changes(insert=everything))
                store.number_events(scope)
                store.purge(scope)
                same(all(not found for found in self._all(store, scope).values()), True, "nothing left")
            store.purge(scope)

    # -- events -------------------------------------------------------------------------------------------------------

    def test_events_are_numbered_without_gaps(self) -> None:
        """From 1, in the order of their ids within a pass, each once; those removed leave their number behind."""
        with self.scoped() as (store, scope):
            same(store.number_events(scope), 0, "no events")
            self.write(store, scope, insert=[sample("event", id=name) for name in ("c", "a", "d", "b")])
            same([store.number_events(scope, 3), store.number_events(scope), store.number_events(scope)], [3, 1, 0], "")
            same(self._positions(store, scope), [("a", 1), ("b", 2), ("c", 3), ("d", 4)], "the positions")
            self.write(store, scope, insert=[sample("event", id="B")], remove=[("event", ("d",)), ("event", ("a",))])
            store.number_events(scope)
            same(self._positions(store, scope), [("b", 2), ("c", 3), ("B", 5)], "the positions")
            behind = self.listed(store, scope, "event", "position", after=(2,))
            same([event.id for event in behind], ["c", "B"], "the events behind the second")

    def _positions(self, store: Store, scope: Scope) -> list[Any]:
        return [(event.id, event.position) for event in self.listed(store, scope, "event", "position")]

    def test_events_not_committed_are_not_numbered(self) -> None:
        """And a refused scope name never reaches the store."""
        with self.scoped() as (store, scope):
            with store.begin(scope):
                pass
            same(store.number_events(scope), 0, "no events")
            same(store.number_events(fresh_scope()), 0, "no scope")
            with store.begin(scope, read_only=True) as tx:
                same(refusal(lambda: tx.commit(Changes(insert=[sample("event")]))), "read_only", "the refusal")
