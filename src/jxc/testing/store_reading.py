"""Proofs that a store gives back what it was given: every kind, every value, every index in its order.

Invariant: what is expected is worked out here from the records alone, not by another store.

>>> from jxc.stores.memory import MemoryStore
>>> class Proof(StoreReading):
...     def make_store(self):
...         return MemoryStore()
>>> Proof().test_texts_are_in_the_order_of_their_code_points()
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from operator import attrgetter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from jxc.ports import KINDS, Index, Kind, Record
from jxc.stores.rows import form_of
from jxc.testing.store_base import StoreProof, fewer, refusal, same
from jxc.testing.store_records import DAYS, INSTANTS, REFUSED, TEXTS, WHOLES, records, sample

__all__ = ["StoreReading"]


class StoreReading(StoreProof):
    """Round trips and order."""

    @fewer
    @given(written=st.lists(records(), min_size=1, max_size=6))
    def test_every_record_comes_back_equal(self, written: list[Any]) -> None:
        """By key and by list, whatever is in it."""
        unique = {(record.kind, _key(record)): record for record in written}
        kept = _without_twins(list(unique.values()))
        with self.scoped() as (store, scope):
            self.write(store, scope, insert=kept)
            for record in kept:
                [found] = self.read(store, scope, record.kind, _key(record))
                same(found, record, "the record of a key")
            for kind in KINDS:
                listed = {_key(record): record for record in self.listed(store, scope, kind)}
                same(listed, {_key(record): record for record in kept if record.kind == kind}, f"all of {kind}")

    def test_extreme_values_come_back(self) -> None:
        """The least and the most of each, in a field and in a key."""
        extremes: list[Any] = [sample("position", item=text, quantity=1) for text in TEXTS]
        extremes += [sample("position", item="n", lot=str(at), value=whole) for at, whole in enumerate(WHOLES)]
        extremes += [sample("setting", name=str(at), valid_from=day) for at, day in enumerate(DAYS)]
        extremes += [sample("command", id=str(at), recorded_at=instant) for at, instant in enumerate(INSTANTS)]
        extremes += [sample("draft", id="long", body={"text": "茶😀\0'\"\\" * 20_000, "deep": _nested(60)})]
        extremes += [sample("cost_chunk", chunk=whole) for whole in WHOLES]
        with self.scoped() as (store, scope):
            self.write(store, scope, insert=extremes)
            for record in extremes:
                same(self.read(store, scope, record.kind, _key(record)), [record], "the record")

    def test_instants_come_back_in_utc(self) -> None:
        """Whatever zone they were stated in."""
        with self.scoped() as (store, scope):
            self.write(store, scope, insert=[sample("command", recorded_at=INSTANTS[3])])
            [found] = self.listed(store, scope, "command")
            same(found.recorded_at.isoformat(), "2026-01-01T00:00:00+00:00", "the instant")

    def test_what_is_not_exact_is_refused(self) -> None:
        """Floats, decimals, naive times, half characters, too much: with a code, and nothing is written."""
        with self.scoped() as (store, scope):
            for kind in KINDS:
                for field in form_of(kind).fields:
                    for value in REFUSED[field.sort]:
                        if not (value is None and field.optional) and (value != "x" * 201 or field.width):
                            code = refusal(partial(self._write_one, store, scope, kind, field.name, value))
                            wanted = ("not_storable", "beyond_64_bits", "key_too_long")
                            same(code in wanted, True, f"{kind}.{field.name} = {value!r}: {code}")
            same(all(not self.listed(store, scope, kind) for kind in KINDS), True, "nothing written")

    def _write_one(self, store: Any, scope: Any, kind: str, name: str, value: Any) -> None:
        self.write(store, scope, insert=[sample("seal", number=9), sample(kind, **{name: value})])

    def test_a_record_is_a_value(self) -> None:
        """Changing what was handed in or out changes nothing in the store."""
        body: dict[str, Any] = {"list": [1]}
        with self.scoped() as (store, scope):
            self.write(store, scope, insert=[sample("draft", id="d", body=body)])
            body["list"].append(2)
            for _ in range(2):
                [found] = self.read(store, scope, "draft", ("d",))
                same(found.body, {"list": [1]}, "the body")
                found.body["list"].append(3)

    def test_what_is_not_there_is_none(self) -> None:
        """And keys come back in the order they were asked for, twice if asked twice."""
        here = sample("position", item="b")
        with self.scoped() as (store, scope):
            self.write(store, scope, insert=[here])
            keys = [("z", "x", "x"), ("b", "x", "x"), ("B", "x", "x"), ("b", "x", "x"), ("b ", "x", "x")]
            same(self.read(store, scope, "position", *keys), [None, here, None, here, None], "the records")
            same(self.read(store, scope, "position"), [], "no keys")

    # -- order --------------------------------------------------------------------------------------------------------

    def test_texts_are_in_the_order_of_their_code_points(self) -> None:
        """Not in that of a language; case, accents and trailing spaces count."""
        with self.scoped() as (store, scope):
            self.write(store, scope, insert=[sample("draft", id=text) for text in TEXTS])
            found = [record.id for record in self.listed(store, scope, "draft")]
            same(found, sorted(TEXTS), "the order")

    @fewer
    @given(data=st.data())
    def test_every_index_is_in_order(self, data: st.DataObject) -> None:
        """Between any bounds, from either end, up to any number, equal to any first fields."""
        kind = KINDS[data.draw(st.sampled_from(sorted(KINDS)))]
        index = data.draw(st.sampled_from(["key", *sorted(kind.indexes)]))
        some = data.draw(st.lists(records(kind.name, plain=True), max_size=25))
        kept = _without_twins(list({_key(record): record for record in some}.values()))
        with self.scoped() as (store, scope):
            self.write(store, scope, insert=kept)
            for _ in range(3):
                words = data.draw(_stretch(kind, index, kept))
                same(self.listed(store, scope, kind.name, index, **words), _expected(kind, index, kept, words), index)

    def test_long_lists_stream(self) -> None:
        """Page by page from both ends, with other questions between two records."""
        many = [sample("position", item="TEA", lot=f"{at:05}", quantity=at) for at in range(4500)]
        with self.scoped() as (store, scope):
            self.write(store, scope, insert=[*many, sample("position", item="ZZZ")])
            with store.begin(scope, read_only=True) as tx:
                for reverse in (False, True):
                    found: list[int] = []
                    for record in tx.scan("position", "key", ("TEA",), reverse=reverse):
                        found.append(record.quantity)
                        if record.quantity % 1500 == 0:
                            tx.get("position", [("TEA", "x", record.lot)])
                    same(found[::-1] if reverse else found, list(range(4500)), "the positions")
                listed = list(tx.scan("position", after=("TEA", "x", "01000"), until=("TEA",), limit=2500))
                same([record.quantity for record in listed], list(range(1001, 3501)), "a stretch")

    def test_what_was_known_at_a_time(self) -> None:
        """Facts recorded until then; the facts of an item up to a version."""
        start = datetime(2026, 1, 1, tzinfo=UTC)
        facts = [
            sample("fact", id=f"f{at}", item="TEA", version=at + 1, recorded_at=start + timedelta(microseconds=at))
            for at in range(9)
        ]
        with self.scoped() as (store, scope):
            self.write(store, scope, insert=facts)
            known = self.listed(store, scope, "fact", "time", until=(facts[4].recorded_at,))
            same(known, facts[:5], "the facts known")
            last = self.listed(store, scope, "fact", "item", equal=("TEA",), until=(7,), reverse=True, limit=2)
            same(last, [facts[6], facts[5]], "the last facts")

    def test_bad_questions_are_refused(self) -> None:
        """Unknown kinds and indexes, keys too short, too long or of the wrong things."""
        with self.scoped() as (store, scope), store.begin(scope, read_only=True) as tx:
            same(refusal(lambda: tx.get("wine", [("a",)])), "unknown_kind", "an unknown kind")
            same(refusal(lambda: list(tx.scan("line", "colour"))), "unknown_index", "an unknown index")
            same(refusal(lambda: tx.get("position", [("a", "b")])), "bad_key", "a short key")
            same(refusal(lambda: tx.get("draft", [("a", "b")])), "bad_key", "a long key")
            same(refusal(lambda: list(tx.scan("line", "party", ("a",)))), "bad_key", "too few values")
            same(refusal(lambda: tx.get("seal", [("a",)])), "not_storable", "a text for a number")
            same(refusal(lambda: tx.get("draft", [("x" * 201,)])), "key_too_long", "a long text")


def _key(record: Record) -> tuple[Any, ...]:
    return tuple(getattr(record, name) for name in KINDS[record.kind].key)


def _nested(depth: int) -> Any:
    return [_nested(depth - 1)] if depth else None


def _without_twins(some: list[Any]) -> list[Any]:
    """The records, less those with the unique values of one before."""
    seen: set[tuple[Any, ...]] = set()
    kept: list[Any] = []
    for record in some:
        kind = KINDS[record.kind]
        values = [(kind.name, names, *(getattr(record, name) for name in names)) for names in kind.unique]
        marks = [value for value in values if None not in value]
        if not seen.intersection(marks):
            kept.append(record)
            seen.update(marks)
    return kept


def _fields(kind: Kind, index: str) -> Index:
    return Index((), kind.key) if index == "key" else kind.indexes[index]


@st.composite
def _stretch(draw: st.DrawFn, kind: Kind, index: str, some: list[Any]) -> dict[str, Any]:
    """Words for ``scan``, near the records that there are."""
    ways = _fields(kind, index)
    names = (*ways.equal, *ways.order)
    near = st.sampled_from(some) if some else records(kind.name, plain=True)
    count = draw(st.integers(len(ways.equal), len(names)))

    def cells(first: int) -> st.SearchStrategy[tuple[Any, ...]]:
        values = near.map(lambda record: tuple(getattr(record, name) for name in names[first:]))
        whole = values.filter(lambda found: None not in found)
        return st.tuples(whole, st.integers(0, len(names) - first)).map(lambda pair: pair[0][: pair[1]])

    complete = st.tuples(*(near.map(attrgetter(name)) for name in names[:count]))
    words: dict[str, Any] = {"reverse": draw(st.booleans()), "limit": draw(st.none() | st.integers(0, 9))}
    words["equal"] = draw(complete)
    if None in words["equal"] or not some:
        words["equal"] = tuple(_some_value(kind, name) for name in ways.equal)
        count = len(ways.equal)
    usable = [each for each in some if None not in [getattr(each, name) for name in names]]
    if usable:
        near = st.sampled_from(usable)
        words["after"] = draw(st.none() | cells(count))
        words["until"] = draw(st.none() | cells(count))
    return words


def _some_value(kind: Kind, name: str) -> Any:
    return getattr(sample(kind.name), name) or "x"


def _expected(kind: Kind, index: str, some: list[Any], words: dict[str, Any]) -> list[Any]:
    """What the index should list, worked out from the records."""
    ways = _fields(kind, index)
    names = (*ways.equal, *ways.order)
    equal = words["equal"]
    after, until = words.get("after"), words.get("until")
    found: list[tuple[Any, Any]] = []
    for record in some:
        cells = tuple(getattr(record, name) for name in names)
        rest = cells[len(equal) :]
        if None not in cells and cells[: len(equal)] == equal:
            behind = not after or rest[: len(after)] > after
            before = not until or rest[: len(until)] <= until
            if behind and before:
                found.append((cells, record))
    found.sort(key=lambda pair: pair[0])
    listed = [record for _, record in (reversed(found) if words["reverse"] else found)]
    return listed[: words["limit"]]
