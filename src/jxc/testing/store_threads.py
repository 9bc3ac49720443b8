"""Proofs that writers beside each other lose nothing: locks, guards, numbers, one key once, snapshots.

Where a store answers ``retry`` (or, without locks, ``version_conflict``), the whole transaction is run again, as jxc
does; any other refusal is a failure of the proof.

Invariant: what all threads did is what the store holds at the end.

>>> from jxc.stores.memory import MemoryStore
>>> class Proof(StoreThreads):
...     def make_store(self):
...         return MemoryStore()
>>> Proof().test_no_update_is_lost_under_locks()
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from jxc.errors import StoreError
from jxc.kernel.scope import Scope
from jxc.ports import Add, Changes, Store
from jxc.testing.store_base import PATIENCE, StoreProof, beside, refusal, same
from jxc.testing.store_records import sample

__all__ = ["StoreThreads", "again"]

_THREADS = 4
_AGAIN = frozenset({"retry", "version_conflict"})


def again(run: Callable[[], Any], codes: frozenset[str] = _AGAIN, tries: int = 1000) -> Any:
    """Run a transaction, and run it again while it is refused with one of these codes."""
    for _ in range(tries - 1):
        try:
            return run()
        except StoreError as error:
            if error.code not in codes:
                raise
    return run()


class StoreThreads(StoreProof):
    """Locks, concurrency, snapshots."""

    def _together(self, work: Callable[[int], Any], threads: int = _THREADS) -> list[Any]:
        """The work of so many threads that begin at the same moment."""
        start = threading.Barrier(threads)

        def begin(number: int) -> Any:
            start.wait(PATIENCE)
            return work(number)

        return [each.result() for each in beside(*(partial(begin, number) for number in range(threads)))]

    # -- locks --------------------------------------------------------------------------------------------------------

    def _waits(self, store: Store, scope: Scope, first: dict[str, Any], second: dict[str, Any]) -> bool:
        """Whether a second transaction waits until the first ends, and then goes by what that wrote."""
        entered = threading.Event()

        def follow() -> None:
            entered.set()
            with store.begin(scope, **second) as tx:
                tx.commit(Changes(insert=[sample("seal", number=len(list(tx.scan("seal"))))]))

        with store.begin(scope, **first) as tx:
            there = len(list(tx.scan("seal")))
            [other] = beside(lambda: again(follow))
            entered.wait(PATIENCE)
            waited = other.is_waiting()
            tx.commit(Changes(insert=[sample("seal", number=there)]))
        other.result()
        same(len(self.listed(store, scope, "seal")), there + 2, "what both wrote, each behind the other")
        return waited

    def test_a_lock_holds_others_back(self) -> None:
        """Until the transaction ends; whether the record is there or not."""
        with self.scoped() as (store, scope):
            if store.capabilities.locks:
                tea = {"lock": {"item_head": [("TEA",), ("CUP",)]}}
                same(self._waits(store, scope, tea, tea), True, "waiting for a record that is not there")
                self.write(store, scope, put=[sample("item_head", item="TEA")])
                same(self._waits(store, scope, tea, tea), True, "waiting for one that is")

    def test_a_shared_lock_holds_back_who_locks_alone(self) -> None:
        """And the other way round; whether sharers wait for each other is the store's choice."""
        alone = {"lock": {"period": [("stock", "2026")]}}
        sharing = {"lock": {"item_head": [("CUP",)]}, "share": {"period": [("stock", "2026")]}}
        with self.scoped() as (store, scope):
            if store.capabilities.locks:
                same(self._waits(store, scope, alone, sharing), True, "sharing what is not there")
                self.write(store, scope, put=[sample("period", module="stock", period="2026")])
                same(self._waits(store, scope, sharing, alone), True, "locking what is shared")

    def test_other_keys_wait_for_nobody(self) -> None:
        """Where a store lets several write at once: both are in their transactions at the same time."""
        with self.scoped() as (store, scope):
            if store.capabilities.concurrent_writers:
                meeting = threading.Barrier(2)

                def meet(number: int) -> None:
                    locks = {"item_head": [(f"ITEM{number}",)]}
                    with store.begin(scope, lock=locks) as tx:
                        meeting.wait(PATIENCE)
                        tx.commit(Changes(put=[sample("item_head", item=f"ITEM{number}")]))

                def work(number: int) -> None:
                    try:
                        meet(number)
                    except StoreError as error:
                        same(error.code, "retry", "the refusal")

                self._together(work, 2)
                same(len(self.listed(store, scope, "item_head")) > 0, True, "heads were written")

    def test_locks_are_taken_in_order(self) -> None:
        """Later ones only behind those held; what is held may be asked for again."""
        with self.scoped() as (store, scope), store.begin(scope, lock={"item_head": [("B",)]}) as tx:
            tx.lock({"item_head": [("B",), ("C",)]})
            tx.lock({"period": [("stock", "2026")]})
            same(refusal(lambda: tx.lock({"item_head": [("A",)]})), "lock_order", "a lock out of order")
            same(refusal(lambda: tx.lock({"item_head": [("D",)]})), "lock_order", "a lock of an earlier kind")
            tx.lock({"period": [("stock", "2027")]})
            tx.commit(Changes(put=[sample("item_head", item="B")]))

    def test_locks_in_any_order_never_block_each_other(self) -> None:
        """Each thread names its keys in another order; nobody waits in a circle."""
        names = [f"I{at}" for at in range(6)]
        with self.scoped() as (store, scope):

            def work(number: int) -> None:
                for step in range(8):
                    mine = [(names[(number + at * (step % 5 + 1)) % 6],) for at in range(4)]
                    again(partial(self._bump, store, scope, mine))

            self._together(work)
            heads = self.listed(store, scope, "item_head")
            same(sum(head.state["n"] for head in heads), _THREADS * 8 * 4 - self._repeats(names), "all steps")

    def _repeats(self, names: Sequence[str]) -> int:
        """How many keys of the work above are named twice."""
        repeats = 0
        for number in range(_THREADS):
            for step in range(8):
                mine = [names[(number + at * (step % 5 + 1)) % 6] for at in range(4)]
                repeats += len(mine) - len(set(mine))
        return repeats

    def _bump(self, store: Store, scope: Scope, keys: Sequence[tuple[str]]) -> None:
        """Read, decide, write: one more for each of these heads."""
        unique = sorted(set(keys))
        with store.begin(scope, lock={"item_head": list(keys)}) as tx:
            heads = tx.get("item_head", unique)
            put = [
                sample("item_head", item=name, version=1, state={"n": 1})
                if head is None
                else sample("item_head", item=name, version=head.version + 1, state={"n": head.state["n"] + 1})
                for (name,), head in zip(unique, heads, strict=True)
            ]
            tx.commit(Changes(put=put))

    # -- updates ------------------------------------------------------------------------------------------------------

    def test_no_update_is_lost_under_locks(self) -> None:
        """Read and written under a lock, from the first record on."""
        with self.scoped() as (store, scope):
            self._together(lambda _: [again(lambda: self._bump(store, scope, [("TEA",)])) for _ in range(10)])
            [head] = self.listed(store, scope, "item_head")
            same((head.version, head.state), (_THREADS * 10, {"n": _THREADS * 10}), "the head")

    def test_versions_alone_guard(self) -> None:
        """Without a lock the second of two that read the same is refused."""
        with self.scoped() as (store, scope):
            self.write(store, scope, put=[sample("draft", version=1)])
            results = self._together(lambda n: self._edit(store, scope, f"u{n}"))
            same(sorted(results), ["version_conflict"] * (_THREADS - 1) + ["written"], "the answers")

    def _edit(self, store: Store, scope: Scope, actor: str) -> str:
        def run() -> str:
            try:
                self.write(store, scope, put=[sample("draft", version=2, actor=actor)])
            except StoreError as error:
                if error.code == "version_conflict":
                    return error.code
                raise
            return "written"

        return str(again(run, frozenset({"retry"})))

    def test_nothing_is_oversold(self) -> None:
        """Additions keep their bound without any lock: of 25 on hand exactly 25 are sold."""
        key = ("TEA", "WH", "")
        with self.scoped() as (store, scope):
            self.write(store, scope, add=[Add("position", key, {"quantity": 25, "value": 2500})])
            sale = [Add("position", key, {"quantity": -1, "value": -100}, {"quantity": 0})]
            sold = sum(self._together(lambda _: sum(self._sell(store, scope, sale) for _ in range(10))))
            [position] = self.listed(store, scope, "position")
            same((sold, position.quantity, position.value), (25, 0, 0), "sold and left")

    def _sell(self, store: Store, scope: Scope, sale: list[Add]) -> int:
        def run() -> int:
            try:
                self.write(store, scope, add=sale)
            except StoreError as error:
                if error.code == "bound_passed":
                    return 0
                raise
            return 1

        return int(again(run, frozenset({"retry"})))

    def test_additions_of_many_keys_meet(self) -> None:
        """Each thread adds to the same records, named in another order; the sums are exact."""
        with self.scoped() as (store, scope):

            def work(number: int) -> None:
                for _ in range(6):
                    adds = [Add("balance", (str(at), "CNY", ""), {"amount": at}) for at in range(12)]
                    turned = adds[number:] + adds[:number]
                    again(partial(self.write, store, scope, add=turned), frozenset({"retry"}))

            self._together(work)
            found = [balance.amount for balance in self.listed(store, scope, "balance")]
            same(sorted(found), sorted(at * 6 * _THREADS for at in range(12)), "the balances")

    def test_one_key_is_answered_once(self) -> None:
        """All send the same requests; each is written by exactly one."""
        with self.scoped() as (store, scope):

            def send(key: str) -> int:
                outcome = sample("outcome", key=key)
                changes = [outcome, sample("line", entry=key)]
                try:
                    again(lambda: self.write(store, scope, insert=changes), frozenset({"retry"}))
                except StoreError as error:
                    same(error.code, "already_there", "the refusal")
                    return 0
                return 1

            written = self._together(lambda _: [send(f"k{at}") for at in range(12)])
            same([sum(column) for column in zip(*written, strict=True)], [1] * 12, "how often each was written")
            same(len(self.listed(store, scope, "line")), 12, "the lines")

    def test_numbers_have_no_gaps(self) -> None:
        """Many draw, some give up: what was committed holds each number once."""
        with self.scoped() as (store, scope):

            def work(number: int) -> list[int]:
                return [at for step in range(10) if (at := again(partial(draw, number, step)))]

            def draw(number: int, step: int) -> int:
                with store.begin(scope) as tx:
                    at = tx.draw("2026-01/记")
                    if (number + step) % 3:
                        tx.commit(Changes(insert=[sample("entry", id=f"{number}-{step}", number=at)]))
                        return at
                return 0

            drawn = sorted(at for some in self._together(work) for at in some)
            same(drawn, list(range(1, len(drawn) + 1)), "the numbers")
            entries = self.listed(store, scope, "entry", "number", equal=("x", "x"))
            same([entry.number for entry in entries], drawn, "the entries")

    def test_events_are_numbered_once(self) -> None:
        """By many at the same time, while others are written."""
        with self.scoped() as (store, scope):

            def work(number: int) -> None:
                for step in range(4):
                    events = [sample("event", id=f"{number}-{step}-{at}") for at in range(5)]
                    again(partial(self.write, store, scope, insert=events))
                    again(lambda: store.number_events(scope, 7))

            self._together(work)
            while again(lambda: store.number_events(scope)):
                pass
            found = [event.position for event in self.listed(store, scope, "event", "position")]
            same(found, list(range(1, _THREADS * 20 + 1)), "the positions")

    # -- snapshots ----------------------------------------------------------------------------------------------------

    def test_a_reader_sees_one_state(self) -> None:
        """From its first look on, whatever is committed meanwhile, in every way of reading."""
        with self.scoped() as (store, scope):
            self.write(store, scope, put=[sample("draft", id="a")], add=[Add("balance", ("1", "", ""), {"amount": 1})])
            with store.begin(scope, read_only=True) as tx:
                before = (list(tx.scan("draft")), list(tx.scan("balance")), tx.get("draft", [("b",)]))
                going = tx.scan("draft")
                self._change(store, scope)
                same((list(tx.scan("draft")), list(tx.scan("balance")), tx.get("draft", [("b",)])), before, "the state")
                same(list(going), before[0], "a list that was begun")
            same(len(self.listed(store, scope, "draft")), 2, "the drafts afterwards")

    def _change(self, store: Store, scope: Scope) -> None:
        changes = {
            "put": [sample("draft", id="a", version=2), sample("draft", id="b")],
            "add": [Add("balance", ("1", "", ""), {"amount": 1})],
        }
        for each in beside(lambda: self.write(store, scope, **changes)):
            each.result()

    def test_nobody_sees_what_is_not_committed(self) -> None:
        """And who only reads does not wait for who writes."""
        with self.scoped() as (store, scope):
            with store.begin(scope, lock={"draft": [("a",)]}) as tx:
                tx.draw("记")
                [other] = beside(lambda: self.listed(store, scope, "draft"))
                same(other.result(), [], "the drafts")
                tx.commit(Changes(put=[sample("draft", id="a")]))
            same(len(self.listed(store, scope, "draft")), 1, "the drafts afterwards")

    def test_sums_hold_while_others_write(self) -> None:
        """What is moved from one balance to another is never seen twice or missing."""
        with self.scoped() as (store, scope):
            adds = [Add("balance", (str(at), "", ""), {"amount": 100}) for at in range(5)]
            self.write(store, scope, add=adds)

            def work(number: int) -> None:
                for step in range(12):
                    if number:
                        one, other = str((number + step) % 5), str(step % 5)
                        move = [
                            Add("balance", (one, "", ""), {"amount": -7}),
                            Add("balance", (other, "", ""), {"amount": 7}),
                        ]
                        again(partial(self.write, store, scope, add=move), frozenset({"retry"}))
                    else:
                        amounts = [each.amount for each in self.listed(store, scope, "balance")]
                        same(sum(amounts), 500, "the sum")

            self._together(work)
