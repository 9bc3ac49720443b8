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

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from jxc.kernel.rounding import Exact, divide

__all__ = ["FINE", "Leaf", "LeafKind", "Part", "Trace"]

FINE = 10**6
"""Amounts are divided in this fraction of a minor unit."""

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
    """All nodes of a replay, by number."""

    def __init__(self) -> None:
        self._nodes: list[tuple[Part, ...]] = []

    def add(self, parts: tuple[Part, ...]) -> int:
        """A new node made of these parts; parts of nothing are left out."""
        self._nodes.append(tuple(part for part in parts if part.amount))
        return len(self._nodes) - 1

    def leaves(self, amounts: list[tuple[int, Exact]]) -> dict[Leaf, Fraction]:
        """The leaves of these amounts of nodes, in minor units; they add up to the amounts."""
        found: dict[Leaf, int] = {}
        stack: list[tuple[int, int, tuple[int, ...]]] = [(node, _fine(amount), ()) for node, amount in amounts]
        while stack:
            node, amount, via = stack.pop()
            for part, share in _divide(self._nodes[node], amount):
                path = via if part.via < 0 or via[:1] == (part.via,) else (part.via, *via)
                if part.node >= 0:
                    stack.append((part.node, share, path))
                else:
                    leaf = Leaf(part.kind, part.row, path)
                    found[leaf] = found.get(leaf, 0) + share
        return {leaf: Fraction(amount, FINE) for leaf, amount in found.items() if amount}


def _fine(amount: Exact) -> int:
    return divide(amount * FINE, 1)


def _divide(parts: tuple[Part, ...], amount: int) -> list[tuple[Part, int]]:
    """The amount over the parts in proportion; the last takes the rest, so nothing is lost."""
    whole = sum(part.amount for part in parts)
    if not amount or not parts:
        return []
    if not whole:
        return [(parts[-1], amount)]
    shares = [(part, divide(amount * part.amount, whole)) for part in parts[:-1]]
    shares.append((parts[-1], amount - sum(share for _, share in shares)))
    return [(part, share) for part, share in shares if share]
