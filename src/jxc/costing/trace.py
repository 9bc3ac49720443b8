"""What a value is made of, kept while replaying so that a cost can be explained afterwards.

A ``Node`` is a value that stood in stock at some moment: a layer, or an average pool after a receipt.  Its parts are
leaves (a receipt's own cost, a charge, a price difference, ...) or the rest of an earlier node.  An issue took an
amount of a node; walking back divides the amount over the parts, in millionths of a minor unit, without loss.

Invariant: the leaves of an amount add up to the amount, exactly.

>>> trace = Trace()
>>> first = trace.add((Part(100, "own", 0),))
>>> mixed = trace.add((Part(50, "rest", 0, first), Part(150, "own", 1)))
>>> [(leaf.kind, leaf.row, int(amount)) for leaf, amount in trace.leaves([(mixed, 80)]).items()]
[('own', 1, 60), ('own', 0, 20)]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from heapq import heapify, heappop, heappush
from typing import Literal, TypeAlias

from jxc.kernel.rounding import Exact, divide

__all__ = ["FINE", "WAYS", "Leaf", "LeafKind", "Part", "Trace", "kept", "leaves"]

FINE = 10**6
"""Amounts are divided in this fraction of a minor unit."""

WAYS = 8
"""By so many ways at most is a source told; goods that go back and forth mix in more ways than anyone could read."""

LeafKind: TypeAlias = Literal[
    "own",
    "standard",
    "current_cost",
    "charge",
    "price_difference",
    "added_cost",
    "freight",
    "revaluation",
    "standard_price",
    "variance",
    "margin",
    "estimate",
    "count",
    "rounding",
    "end_of_day",
    "rest",
]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a node: an amount of a leaf (``node`` < 0), or of what was left of another node."""

    amount: Exact
    kind: LeafKind
    row: int
    node: int = -1
    via: int = -1


@dataclass(frozen=True, slots=True)
class Leaf:
    """Where value came from: the kind, the row that stated it, and the rows that carried it here, first to last."""

    kind: LeafKind
    row: int
    via: tuple[int, ...] = ()


class Trace:
    """All nodes of a replay, by number; a node is made of nodes of lower numbers."""

    def __init__(self) -> None:
        self._nodes: list[tuple[Part, ...]] = []

    def add(self, parts: tuple[Part, ...]) -> int:
        """A new node made of these parts; parts of nothing are left out."""
        self._nodes.append(kept(parts))
        return len(self._nodes) - 1

    def parts(self, node: int) -> tuple[Part, ...]:
        """What a node is made of."""
        return self._nodes[node]

    def join(self, node: int, more: int, worth: Exact) -> bool:
        """Put what arrives as another portion of the same goods to the portion that a node took up last.

        Goods of one transfer arrive in an average pool origin by origin; what they cost has one source all the same.
        """
        parts, portion = self._nodes[node], self._nodes[more]
        if not portion:
            return not worth
        came = [(part.node, part.via) for part in portion]
        if len(came) > 1 or came[0][1] < 0 or not parts:
            return False
        last = parts[-1]
        before = (last,) if last.via >= 0 or last.node < 0 else self._nodes[last.node]
        if [(part.node, part.via) for part in before] != came:
            return False
        self._nodes[node] = (*parts[:-1], replace(last, amount=last.amount + worth))
        return True

    def leaves(self, amounts: Iterable[tuple[int, Exact]]) -> dict[Leaf, Fraction]:
        """The leaves of these amounts of nodes, in minor units; they add up to the amounts."""
        return leaves(self.parts, amounts)


def kept(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The parts of something."""
    return tuple(part for part in parts if part.amount)


def leaves(parts: Callable[[int], Sequence[Part]], amounts: Iterable[tuple[int, Exact]]) -> dict[Leaf, Fraction]:
    """The leaves of these amounts of nodes, in minor units; ``parts`` tells what a node is made of, of lower numbers.

    A node is divided once, when all that leads to it is known, so this takes time in proportion to the sources.
    """
    found: dict[Leaf, int] = {}
    held: dict[int, dict[tuple[int, ...], int]] = {}
    for node, amount in amounts:
        _add(held, node, (), _fine(amount))
    heap = [-node for node in held]
    heapify(heap)
    while heap:
        node = -heappop(heap)
        made_of = parts(node)
        for via, amount in _ways(held.pop(node)):
            for part, share in _divide(made_of, amount):
                path = via if part.via < 0 or via[:1] == (part.via,) else (part.via, *via)
                if part.node < 0:
                    leaf = Leaf(part.kind, part.row, path)
                    found[leaf] = found.get(leaf, 0) + share
                    continue
                if part.node not in held:
                    heappush(heap, -part.node)
                _add(held, part.node, path, share)
    return {leaf: Fraction(amount, FINE) for leaf, amount in found.items() if amount}


def _add(held: dict[int, dict[tuple[int, ...], int]], node: int, via: tuple[int, ...], amount: int) -> None:
    ways = held.setdefault(node, {})
    ways[via] = ways.get(via, 0) + amount


def _ways(ways: dict[tuple[int, ...], int]) -> list[tuple[tuple[int, ...], int]]:
    """The ways by which most came, and the others as one, by the last steps that they share."""
    ranked = sorted(ways.items(), key=lambda way: (-abs(way[1]), way[0]))
    if len(ranked) <= WAYS:
        return ranked
    rest = ranked[WAYS - 1 :]
    shared = rest[0][0]
    for via, _ in rest:
        same = 0
        while same < min(len(shared), len(via)) and shared[-1 - same] == via[-1 - same]:
            same += 1
        shared = shared[len(shared) - same :]
    found = dict(ranked[: WAYS - 1])
    found[shared] = found.get(shared, 0) + sum(amount for _, amount in rest)
    return list(found.items())


def _fine(amount: Exact) -> int:
    return divide(amount * FINE, 1)


def _divide(parts: Sequence[Part], amount: int) -> list[tuple[Part, int]]:
    """The amount over the parts in proportion; the last takes the rest, so nothing is lost."""
    whole = sum(part.amount for part in parts)
    if not amount or not parts:
        return []
    if not whole:
        return [(parts[-1], amount)]
    shares = [(part, divide(amount * part.amount, whole)) for part in parts[:-1]]
    shares.append((parts[-1], amount - sum(share for _, share in shares)))
    return [(part, share) for part, share in shares if share]
