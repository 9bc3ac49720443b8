"""The item books that this process keeps at hand: bounded by the rows they hold, the longest unused go first.

Invariant: what is on the shelf was read from, or written to, a store that committed it; it may be dropped at any time.

>>> shelf = Shelf[list[int]](limit=3)
>>> shelf.put("A", [1], 2), shelf.put("B", [2], 2)
(None, None)
>>> shelf.get("A"), shelf.get("B"), shelf.weight
(None, [2], 2)
"""

from __future__ import annotations

from typing import Generic, TypeVar

__all__ = ["Shelf"]

T = TypeVar("T")


class Shelf(Generic[T]):
    """Things by name, each with a weight; beyond ``limit`` those that were not asked for longest are dropped."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: dict[str, tuple[T, int]] = {}
        self.weight = 0

    def get(self, name: str) -> T | None:
        """The thing of that name, which is in use now; ``None`` if it is not there."""
        found = self._kept.pop(name, None)
        if found is None:
            return None
        self._kept[name] = found
        return found[0]

    def put(self, name: str, thing: T, weight: int) -> None:
        """Keep a thing, and drop others for it; the one put last stays, however heavy it is."""
        self.drop(name)
        self._kept[name] = (thing, weight)
        self.weight += weight
        while self.weight > self._limit and len(self._kept) > 1:
            self.drop(next(iter(self._kept)))

    def drop(self, name: str) -> None:
        """Forget a thing."""
        found = self._kept.pop(name, None)
        if found is not None:
            self.weight -= found[1]

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
        self.weight = 0
