"""Proofs that a store writes all or nothing, keeps its guards, and gives the same refusals as every other.

Invariant: after each refusal the scope holds exactly what it held before.

>>> from jxc.stores.memory import MemoryStore
>>> class Proof(StoreWriting):
...     def make_store(self):
...         return MemoryStore()
>>> Proof().test_additions_keep_their_bounds()
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, NoReturn

from jxc.errors import StoreError
from jxc.kernel.scope import Scope
from jxc.ports import KINDS, Add, Changes, Store
from jxc.stores.rows import LARGEST
from jxc.testing.store_base import InjectedError, StoreProof, fresh_scope, refusal, same
from jxc.testing.store_records import dump, sample

__all__ = ["StoreWriting"]

_KEY = ("1001", "CNY", "")


def _fail() -> NoReturn:
    raise InjectedError


def _add(amount: int, **bounds: Any) -> Add:
    return Add("balance", _KEY, {"amount": amount}, **bounds)


class StoreWriting(StoreProof):
    """Atomicity, conflicts, guards."""

    def _refused(self, store: Store, scope: Scope, code: str, **changes: Any) -> StoreError:
        """The refusal of these changes, which change nothing."""
        with store.begin(scope, read_only=True) as tx:
            before = dump(tx)
        try:
            self.write(store, scope, **changes)
        except StoreError as error:
            same(error.code, code, "the refusal")
            with store.begin(scope, read_only=True) as tx:
                same(dump(tx), before, "what is there")
            return error
        raise AssertionError(f"not refused: {changes!r}")

    def test_a_refused_commit_leaves_nothing(self) -> None:
        """Whatever came before what was refused, of other kinds too; and the next commit works."""
        some: list[Any] = [sample(kind) for kind in ("command", "fact", "entry", "line", "seal")]
        with self.scoped() as (store, scope):
            self.write(store, scope, put=[sample("draft", version=1)], add=[_add(5)])
            old = sample("draft", version=1)
            self._refused(store, scope, "already_there", insert=[*some, old])
            self._refused(store, scope, "version_conflict", insert=some, put=[sample("draft", version=3)])
            self._refused(store, scope, "bound_passed", insert=some, add=[_add(-6, at_least={"amount": 0})])
            self.write(store, scope, insert=some, put=[sample("draft", version=2)], add=[_add(-5)])
            same(self.listed(store, scope, "seal"), [some[-1]], "the seals")

    def test_every_step_may_fail(self) -> None:
        """An error before any write of a commit takes the whole commit back."""
        changes: dict[str, Any] = {
            "insert": [sample("command"), sample("line")],
            "put": [sample("period"), sample("cost_chunk")],
            "add": [_add(1)],
            "remove": [("draft", ("d",))],
        }
        with self.scoped() as (store, scope):
            self.write(store, scope, insert=[sample("draft", id="d")])
            with store.begin(scope, read_only=True) as tx:
                before = dump(tx)
            for step in range(6):
                try:
                    with self.failing_at(store, step):
                        self.write(store, scope, **changes)
                except InjectedError:
                    with store.begin(scope, read_only=True) as tx:
                        same(dump(tx), before, f"what is there after a failure at {step}")
                else:
                    raise AssertionError(f"nothing failed at {step}")
            self.write(store, scope, **changes)
            same(len(self.listed(store, scope, "line")), 1, "the lines")

    def test_left_without_commit_nothing_remains(self) -> None:
        """Also when an exception ended it; numbers drawn are given again."""
        with self.scoped() as (store, scope):
            with store.begin(scope) as tx:
                same(tx.draw("记"), 1, "the first number")
            with suppress(InjectedError), store.begin(scope) as tx:
                same(tx.draw("记", 3), 1, "the first number again")
                _fail()
            with store.begin(scope) as tx:
                same((tx.draw("记", 2), tx.draw("记"), tx.draw("收")), (1, 3, 1), "the numbers")
                tx.commit(Changes())
            with store.begin(scope) as tx:
                same((tx.draw("记"), tx.draw("收")), (4, 2), "the next numbers")

    def test_what_is_there_is_not_inserted(self) -> None:
        """By key, and by what else must be unique; ``None`` is like nothing."""
        one = sample("entry", id="e1", number=1, reverses=None)
        with self.scoped() as (store, scope):
            self.write(store, scope, insert=[one, sample("entry", id="e2", number=2, reverses="e1")])
            error = self._refused(store, scope, "already_there", insert=[sample("entry", id="e1", number=9)])
            same((error.params["kind"], error.params["key"]), ("entry", ("e1",)), "what it names")
            again = sample("entry", id="e3", number=3, reverses="e1")
            self._refused(store, scope, "already_there", insert=[again])
            self._refused(store, scope, "already_there", insert=[sample("entry", id="e3", number=2)])
            twins = [sample("entry", id="e4", number=4), sample("entry", id="e5", number=4)]
            self._refused(store, scope, "already_there", insert=twins)
            many = [sample("entry", id=f"m{at}", number=10 + at) for at in range(5)]
            error = self._refused(store, scope, "already_there", insert=[*many, one])
            same(error.params["key"], ("e1",), "what it names among many")

    def test_versions_follow_each_other(self) -> None:
        """1 over nothing, then each over the one before, one or many at once."""
        with self.scoped() as (store, scope):
            error = self._refused(store, scope, "version_conflict", put=[sample("item_head", version=2)])
            same((error.params["kind"], error.params["key"]), ("item_head", ("x",)), "what it names")
            for version in (1, 2, 3):
                heads = [sample("item_head", item=name, version=version) for name in "abc"]
                self.write(store, scope, put=heads)
                self._refused(store, scope, "version_conflict", put=heads)
            mixed = [
                sample("item_head", item=name, version=version) for name, version in (("a", 4), ("b", 5), ("z", 1))
            ]
            error = self._refused(store, scope, "version_conflict", put=mixed)
            same(error.params["key"], ("b",), "what it names among many")
            self._refused(store, scope, "bad_version", put=[sample("period", version=0)])
            self.write(store, scope, insert=[sample("position", version=7)])
            self.write(store, scope, put=[sample("position", version=8, quantity=5)])

    def test_records_without_versions_are_replaced(self) -> None:
        """Put over anything, removed whether there or not."""
        with self.scoped() as (store, scope):
            self.write(store, scope, put=[sample("cost_chunk", chunk=at, body={}) for at in range(3)])
            wanted = [sample("cost_chunk", chunk=at, body={"new": at}) for at in range(1, 5)]
            self.write(store, scope, put=wanted, remove=[("cost_chunk", ("x", 0)), ("cost_chunk", ("x", 99))])
            same(self.listed(store, scope, "cost_chunk"), wanted, "the chunks")
            self.write(store, scope, put=[sample("event", id="e", position=1)])
            self._refused(store, scope, "already_there", put=[sample("event", id="f", position=1)])
            self.write(store, scope, put=[sample("event", id="e", position=2), sample("event", id="f", position=None)])
            same([event.position for event in self.listed(store, scope, "event", "position")], [2], "the positions")

    def test_what_is_append_only_stays(self) -> None:
        """No record of such a kind is put or removed."""
        with self.scoped() as (store, scope):
            for name, kind in KINDS.items():
                if kind.append_only:
                    record = sample(name)
                    key = tuple(getattr(record, each) for each in kind.key)
                    self.write(store, scope, insert=[record])
                    self._refused(store, scope, "append_only", put=[record])
                    self._refused(store, scope, "append_only", remove=[(name, key)])

    def test_a_key_is_written_once(self) -> None:
        """In one commit, in whatever ways."""
        one = sample("position")
        again: list[dict[str, Any]] = [
            {"insert": [one, one]},
            {"insert": [one], "put": [one]},
            {"put": [one], "add": [Add("position", ("x", "x", "x"), {"quantity": 1})]},
            {"add": [Add("position", ("x", "x", "x"), {"quantity": 1})], "remove": [("position", ("x", "x", "x"))]},
        ]
        with self.scoped() as (store, scope):
            for changes in again:
                self._refused(store, scope, "written_twice", **changes)

    # -- additions ----------------------------------------------------------------------------------------------------

    def test_additions_keep_their_bounds(self) -> None:
        """After the change, for every field named; additions to one key count together."""
        with self.scoped() as (store, scope):
            low: Any = {"at_least": {"amount": 0}}
            self._refused(store, scope, "bound_passed", add=[_add(-1, **low)])
            self.write(store, scope, add=[_add(3, **low), _add(-2, **low)])
            error = self._refused(store, scope, "bound_passed", add=[_add(-2, **low)])
            same((error.params["kind"], error.params["key"]), ("balance", _KEY), "what it names")
            self._refused(store, scope, "bound_passed", add=[_add(1, at_most={"amount": 1})])
            self._refused(store, scope, "bound_passed", add=[_add(0, at_least={"base": 1})])
            self._refused(store, scope, "bound_passed", add=[_add(-1), _add(0, at_least={"amount": 1})])
            self.write(store, scope, add=[_add(-1, **low), Add("balance", ("9", "CNY", ""), {"base": -7})])
            found = self.listed(store, scope, "balance")
            same([(each.account, each.amount, each.base) for each in found], [("1001", 0, 0), ("9", 0, -7)], "all")

    def test_many_additions_at_once(self) -> None:
        """To records there and not there, guarded and not: all of them, or none for one that is refused."""
        with self.scoped() as (store, scope):
            adds = [Add("position", ("TEA", "WH", str(at)), {"quantity": at, "value": -at}) for at in range(40)]
            self.write(store, scope, add=adds[:20])
            self.write(store, scope, add=adds)
            guarded = [
                Add("position", ("TEA", "WH", str(at)), {"quantity": -at}, {"quantity": 0} if at % 2 else {})
                for at in range(20)
            ]
            self.write(store, scope, add=guarded)
            short = Add("position", ("TEA", "WH", "30"), {"quantity": -31}, {"quantity": 0})
            error = self._refused(store, scope, "bound_passed", add=[*guarded, short])
            same(error.params["key"], ("TEA", "WH", "30"), "what it names")
            quantities = {each.lot: each.quantity for each in self.listed(store, scope, "position")}
            same(quantities, {str(at): at for at in range(40)}, "the quantities")

    def test_numbers_stay_within_64_bits(self) -> None:
        """A sum beyond them is refused, whatever its bounds."""
        with self.scoped() as (store, scope):
            self.write(store, scope, add=[_add(LARGEST), Add("balance", ("2", "CNY", ""), {"amount": -LARGEST - 1})])
            self._refused(store, scope, "bound_passed", add=[_add(1)])
            self._refused(store, scope, "bound_passed", add=[Add("balance", ("2", "CNY", ""), {"amount": -1})])
            both = [_add(1), Add("balance", ("3", "CNY", ""), {"amount": 1})]
            self._refused(store, scope, "bound_passed", add=both)
            self._refused(store, scope, "beyond_64_bits", add=[_add(LARGEST + 1)])
            self.write(store, scope, add=[_add(-LARGEST)])

    def test_only_numbers_are_added_to(self) -> None:
        """Kinds that hold more, and fields that are not there or not numbers."""
        with self.scoped() as (store, scope):
            for add in (
                Add("draft", ("x",), {"version": 1}),
                Add("line", ("x", 1), {"amount": 1}),
                Add("balance", _KEY, {"colour": 1}),
                Add("balance", _KEY, {"currency": 1}),
            ):
                self._refused(store, scope, "not_addable", add=[add])

    # -- ends ---------------------------------------------------------------------------------------------------------

    def test_an_ended_transaction_answers_nothing(self) -> None:
        """After its commit and after its end."""
        with self.scoped() as (store, scope):
            with store.begin(scope) as tx:
                going = tx.scan("draft")
                tx.commit(Changes(insert=[sample("draft", id=str(at)) for at in range(3)]))
                self._answers_nothing(tx)
            self._answers_nothing(tx)
            same(refusal(lambda: list(going)), "transaction_ended", "a list that was begun")
            with store.begin(scope, read_only=True) as tx:
                going = tx.scan("draft")
                next(going)
            same(refusal(lambda: list(going)), "transaction_ended", "a list that went on")

    def _answers_nothing(self, tx: Any) -> None:
        calls: list[Callable[[], object]] = [
            lambda: tx.commit(Changes()),
            lambda: tx.get("draft", [("a",)]),
            lambda: list(tx.scan("draft")),
            lambda: tx.draw("记"),
            lambda: tx.lock({"draft": [("a",)]}),
        ]
        same([refusal(call) for call in calls], ["transaction_ended"] * len(calls), "the refusals")

    def test_reading_only_is_kept(self) -> None:
        """Such a transaction commits, draws and locks nothing."""
        with self.scoped() as (store, scope), store.begin(scope, read_only=True) as tx:
            same(refusal(lambda: tx.draw("记")), "read_only", "drawing")
            same(refusal(lambda: tx.lock({"draft": [("a",)]})), "read_only", "locking")
            same(refusal(lambda: tx.commit(Changes(insert=[sample("draft")]))), "read_only", "committing")

    def test_a_refused_plan_can_be_mended(self) -> None:
        """What is refused before anything is asked of the store leaves the transaction open."""
        with self.scoped() as (store, scope), store.begin(scope) as tx:
            same(refusal(lambda: tx.commit(Changes(remove=[("line", ("a", 1))]))), "append_only", "the refusal")
            same(refusal(lambda: tx.draw("")), "bad_series", "no name")
            same(refusal(lambda: tx.draw("记", 0)), "bad_series", "no number")
            tx.commit(Changes(insert=[sample("draft")]))

    def test_a_closed_store_answers_nothing(self) -> None:
        """Whatever it is asked."""
        store = self.make_store()
        store.close()
        same(refusal(lambda: store.begin(fresh_scope()).__enter__()), "store_closed", "beginning")

    def test_what_was_committed_outlives_the_store(self) -> None:
        """Opened again it holds the same, and the numbers go on."""
        store, scope = self.make_store(), fresh_scope()
        with store.begin(scope) as tx:
            tx.draw("记", 7)
            tx.commit(Changes(insert=[sample("line")], put=[sample("draft")], add=[_add(4)]))
        with store.begin(scope, read_only=True) as tx:
            before = dump(tx)
        again = self.open_again(store)
        with again.begin(scope) as tx:
            same((dump(tx), tx.draw("记")), (before, 8), "what is there")
        again.purge(scope)
        again.close()
