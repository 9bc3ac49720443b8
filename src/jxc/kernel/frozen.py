"""A mapping that cannot change: names to values, sorted by name.

    FrozenMap({"b": 2, "a": 1})  ->  a: 1, b: 2

Invariant: the order is that of the names, whatever order they came in, so that equal mappings look, hash, iterate and
serialise alike.

>>> FrozenMap({"b": 2, "a": 1})
FrozenMap({'a': 1, 'b': 2})
>>> FrozenMap({"a": 1}).with_(b=2) == {"a": 1, "b": 2}
True
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Generic, NoReturn, Self, TypeVar, overload

__all__ = ["FrozenMap"]

T = TypeVar("T")
V = TypeVar("V")


class FrozenMap(Mapping[str, V], Generic[V]):
    """An immutable, hashable (where its values are), picklable mapping from text, sorted by key."""

    __slots__ = ("_hash", "_items")
    _items: dict[str, V]
    _hash: int | None

    def __init__(self, items: Mapping[str, V] | None = None) -> None:
        given: Mapping[str, V] = {} if items is None else items
        object.__setattr__(self, "_items", {key: given[key] for key in sorted(given)})
        object.__setattr__(self, "_hash", None)

    def __getitem__(self, key: str) -> V:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def get(self, key: str, default: None = None, /) -> V | None: ...
    @overload
    def get(self, key: str, default: V | T, /) -> V | T: ...
    def get(self, key: str, default: object = None, /) -> object:
        """The value of a name, or the default; the one that ``Mapping`` has raises and catches inside."""
        return self._items.get(key, default)

    def __hash__(self) -> int:
        if self._hash is None:
            object.__setattr__(self, "_hash", hash(tuple(self._items.items())))
        return hash(self._hash)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._items!r})"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} cannot change: {name}")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} cannot change: {name}")

    def __reduce__(self) -> tuple[type[Self], tuple[dict[str, V]]]:
        return type(self), (dict(self._items),)

    def with_(self, **items: V) -> Self:
        """A copy in which these names have these values."""
        return type(self)({**self._items, **items})

    def without(self, *names: str) -> Self:
        """A copy without these names; a name that is not there is no error."""
        return type(self)({key: value for key, value in self._items.items() if key not in names})
