"""What is asked of a store, checked and put in order before anything is touched: what to lock, to list, to write.

    lock_order(...)   keys that may still be locked, in the one order of all transactions
    Listing           an index, the values its fields equal, and the stretch of its order that is wanted
    Writing           Changes as rows, each key once, in the order of kinds and keys

Invariant: the order of locks and of writes is that of ``KINDS`` and, within a kind, of the key; it depends on nothing
else, so that two transactions never wait for each other in a circle.

>>> from jxc.ports import Add, Changes, KINDS
>>> one = Add("balance", ("1001", "CNY", ""), {"amount": -3}, at_least={"amount": 0})
>>> plan_writing(Changes(add=(one, one))).add["balance"]
[Addition(key=('1001', 'CNY', ''), amounts={'amount': -6}, low={'amount': 0}, high={})]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from jxc.errors import StoreError
from jxc.ports import KINDS, Add, Changes, Index, Key, Record
from jxc.stores.rows import LARGEST, Form, Row, RowKey, check_whole, encode, encode_key, form_of

__all__ = [
    "Addition",
    "Listing",
    "Locks",
    "Writing",
    "plan_listing",
    "plan_writing",
    "whole_key",
]

T = TypeVar("T")

_RANK = {name: rank for rank, name in enumerate(KINDS)}


def whole_key(form: Form, key: Key) -> RowKey:
    """A record's key as cells; ``StoreError`` ``bad_key`` if it has not all its fields."""
    cells = encode_key(form, form.kind.key, key)
    if len(cells) != len(form.kind.key):
        raise StoreError("bad_key", f"not values of {', '.join(form.kind.key)}", field=form.name, value=key)
    return cells


# -- locks -------------------------------------------------------------------------------------------------------------


class Locks:
    """What a transaction has locked, and what it may still lock.

    >>> held = Locks()
    >>> held.plan({"item_head": [("TEA",), ("CUP",)]}, {"period": [("stock", "2026-01")]})
    [('item_head', ('CUP',), True), ('item_head', ('TEA',), True), ('period', ('stock', '2026-01'), False)]
    >>> held.plan({"item_head": [("TEA",)]}, {})
    []
    """

    __slots__ = ("_held", "_last")

    def __init__(self) -> None:
        self._held: dict[tuple[str, RowKey], bool] = {}
        self._last: tuple[int, RowKey] | None = None

    def plan(
        self, keys: Mapping[str, Sequence[Key]], share: Mapping[str, Sequence[Key]] | None
    ) -> list[tuple[str, RowKey, bool]]:
        """What is yet to be locked, in order, and whether alone; ``StoreError`` ``lock_order``."""
        wanted = {**dict.fromkeys(_named(share or {}), False), **dict.fromkeys(_named(keys), True)}
        new = sorted(
            (
                (_RANK[name], key, name, alone)
                for (name, key), alone in wanted.items()
                if self._is_new(name, key, alone)
            ),
            key=lambda each: each[:2],
        )
        if new and self._last is not None and new[0][:2] <= self._last:
            raise StoreError(
                "lock_order",
                "a key that stands before what is locked already",
                field=new[0][2],
                value=new[0][1],
                hint="begin again and lock all keys at once",
            )
        if new:
            self._last = new[-1][:2]
        self._held.update({(name, key): alone for _, key, name, alone in new})
        return [(name, key, alone) for _, key, name, alone in new]

    def holds(self, name: str, key: RowKey) -> bool:
        """Whether the key is locked."""
        return (name, key) in self._held

    def _is_new(self, name: str, key: RowKey, alone: bool) -> bool:
        held = self._held.get((name, key))
        return held is None or (alone and not held)


def _named(keys: Mapping[str, Sequence[Key]]) -> list[tuple[str, RowKey]]:
    return [(name, whole_key(form_of(name), key)) for name, some in keys.items() for key in some]


# -- listing -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows whose ``equal`` fields have these ``values``, in the ``order`` of the fields that remain.

    ``after`` and ``until`` are the first cells of that order; ``filled`` names the fields that must not be ``None``.
    """

    form: Form
    index: str
    equal: tuple[str, ...]
    values: RowKey
    order: tuple[str, ...]
    after: RowKey | None
    until: RowKey | None
    reverse: bool
    limit: int | None
    filled: tuple[str, ...]


def plan_listing(
    kind: str, index: str, equal: Key, after: Key | None, until: Key | None, reverse: bool, limit: int | None
) -> Listing:
    """What a scan asks for; ``StoreError`` ``unknown_kind``, ``unknown_index``, ``bad_key``."""
    form = form_of(kind)
    found = Index((), form.kind.key) if index == "key" else form.kind.indexes.get(index)
    if found is None:
        raise StoreError("unknown_index", f"{kind} has no such index", field="index", value=index)
    names = (*found.equal, *found.order)
    values = encode_key(form, names, equal)
    if len(values) < len(found.equal):
        raise StoreError("bad_key", f"not values of {', '.join(found.equal)}", field=kind, value=equal)
    order = names[len(values) :]
    filled = tuple(name for name in order if form.field(name).optional)
    if limit is not None and (type(limit) is not int or limit < 0):
        raise StoreError("bad_key", "a limit is a whole number from zero", field="limit", value=limit)
    return Listing(
        form,
        index,
        names[: len(values)],
        values,
        order,
        encode_key(form, order, after or ()) or None,
        encode_key(form, order, until or ()) or None,
        reverse,
        limit,
        filled,
    )


# -- writing -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Addition:
    """What to add to the fields of one record, and within which bounds each must lie afterwards."""

    key: RowKey
    amounts: dict[str, int]
    low: dict[str, int]
    high: dict[str, int]

    @property
    def names(self) -> list[str]:
        """The fields that are added to or bounded, in order."""
        return sorted({*self.amounts, *self.low, *self.high})

    def fits(self, name: str, present: int) -> bool:
        """Whether the field may have the amount added to what it is."""
        after = present + self.amounts.get(name, 0)
        return max(self.low.get(name, after), -LARGEST - 1) <= after <= min(self.high.get(name, after), LARGEST)


@dataclass(slots=True)
class Writing:
    """Changes by kind, in the order of ``KINDS``; rows and keys in the order of the keys."""

    insert: dict[str, list[Row]] = field(default_factory=dict[str, "list[Row]"])
    put: dict[str, list[Row]] = field(default_factory=dict[str, "list[Row]"])
    add: dict[str, list[Addition]] = field(default_factory=dict[str, "list[Addition]"])
    remove: dict[str, list[RowKey]] = field(default_factory=dict[str, "list[RowKey]"])


def plan_writing(changes: Changes) -> Writing:
    """The changes as rows; ``StoreError`` as ``encode``, ``append_only``, ``not_addable``, ``bad_version``,
    ``written_twice``.
    """
    seen: set[tuple[str, RowKey]] = set()
    added = _additions(changes.add)
    removed = [(form_of(name), key) for name, key in changes.remove]
    writing = Writing(
        insert=_rows(changes.insert, seen),
        put=_rows(changes.put, seen),
        add={name: _mark(name, found, seen) for name, found in _in_order(added)},
    )
    for form, key in removed:
        cells = whole_key(form, key)
        _mark_one(form.name, cells, seen)
        writing.remove.setdefault(form.name, []).append(cells)
    writing.remove = {name: sorted(keys) for name, keys in _in_order(writing.remove)}
    for name in (*writing.put, *writing.remove):
        if form_of(name).kind.append_only:
            raise StoreError("append_only", "such records are never changed or removed", field="kind", value=name)
    _check_versions(writing.put)
    return writing


def _rows(records: Iterable[Record], seen: set[tuple[str, RowKey]]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for record in records:
        row = encode(record)
        found.setdefault(record.kind, []).append(row)
    for name, rows in found.items():
        key_of = form_of(name).key_of
        if len(rows) > 1:
            rows.sort(key=key_of)
        for row in rows:
            _mark_one(name, key_of(row), seen)
    return dict(_in_order(found))


def _in_order(by_kind: Mapping[str, T]) -> list[tuple[str, T]]:
    return sorted(by_kind.items(), key=lambda each: _RANK[each[0]])


def _mark(name: str, additions: Mapping[RowKey, Addition], seen: set[tuple[str, RowKey]]) -> list[Addition]:
    for key in additions:
        _mark_one(name, key, seen)
    return [additions[key] for key in sorted(additions)]


def _mark_one(name: str, key: RowKey, seen: set[tuple[str, RowKey]]) -> None:
    if (name, key) in seen:
        raise StoreError("written_twice", "one key is written twice in one transaction", field=name, value=key)
    seen.add((name, key))


def _check_versions(put: Mapping[str, Sequence[Row]]) -> None:
    for name, rows in put.items():
        place = form_of(name).version
        for row in rows if place is not None else ():
            version = row[place or 0]
            if not isinstance(version, int) or version < 1:
                raise StoreError("bad_version", "versions are counted from 1", field=name, value=version)


def _additions(adds: Sequence[Add]) -> dict[str, dict[RowKey, Addition]]:
    found: dict[str, dict[RowKey, Addition]] = {}
    for add in adds:
        form = form_of(add.kind)
        numbers = {each.name for each in form.fields if each.sort == "whole" and each.name not in form.kind.key}
        if form.kind.append_only or len(numbers) + len(form.key) != len(form.fields):
            raise StoreError("not_addable", "records of this kind hold more than numbers", field="kind", value=add.kind)
        key = whole_key(form, add.key)
        made = found.setdefault(add.kind, {}).setdefault(key, Addition(key, {}, {}, {}))
        _add_to(made, add, numbers)
    return found


def _add_to(made: Addition, add: Add, numbers: set[str]) -> None:
    names = (*add.amounts, *add.at_least, *add.at_most)
    if not names:
        raise StoreError("not_addable", "nothing to add and no bound to keep", field="kind", value=add.kind)
    for name in names:
        if name not in numbers:
            raise StoreError("not_addable", f"{add.kind} has no such number", field="kind", value=name)
    for mapping in (add.amounts, add.at_least, add.at_most):
        for name, value in mapping.items():
            check_whole(name, value)
    for name, amount in add.amounts.items():
        made.amounts[name] = made.amounts.get(name, 0) + amount
    for name, bound in add.at_least.items():
        made.low[name] = max(made.low.get(name, bound), bound)
    for name, bound in add.at_most.items():
        made.high[name] = min(made.high.get(name, bound), bound)
