"""Costing methods: the smallest answer to the one question that differs, and the registry of them.

A method says which layer leaves next (``rank`` orders the queue, ``from_tail`` says at which end it is served), or that
goods are averaged (``averages``).  The loop, partial quantities, shortages, returns, transfers, rounding and explaining
are the engine's, once for all methods.  A third party adds one through the entry-point group ``jxc.costing_methods``,
or hands an instance to ``register``; a name that is registered in the program wins over an entry point.

Invariant: ``rank`` depends on the layer alone, so the queue is the same for the same layers in any order of arrival.

>>> from jxc.costing.fifo import FIFO
>>> FIFO.name, FIFO.from_tail, FIFO.averages
('fifo', False, False)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jxc.errors import PolicyError

if TYPE_CHECKING:
    from jxc.costing.layers import Layer

__all__ = ["CostingMethod", "MethodRegistry"]


@dataclass(frozen=True, slots=True)
class CostingMethod:
    """One costing method.

    ``averages``: a pool is one layer, founded anew by each receipt.  ``from_tail``: the last of the queue leaves
    first.  ``by_cost``: the rank depends on the unit cost, so a change of cost moves a layer.  ``by_lot``: the lot
    named is the pool (specific identification).  ``at_standard``: stock is carried at standard cost.  ``by_period``:
    costs are known at the end of a period, by an engine of its own (``jxc.costing.strategies``).
    """

    name: str
    averages: bool = False
    from_tail: bool = False
    by_cost: bool = False
    by_lot: bool = False
    at_standard: bool = False
    by_period: bool = False

    def rank(self, layer: Layer) -> tuple[Any, ...]:
        """Where the layer queues, ascending; by default by its date, then by entry."""
        return (layer.date, layer.seq)


class MethodRegistry:
    """Costing methods by name; filled from above, read by the engine."""

    def __init__(self, methods: Iterable[CostingMethod] = ()) -> None:
        self._methods = {method.name: method for method in methods}

    def register(self, method: CostingMethod) -> None:
        """Add a method, or replace the one of the same name."""
        self._methods[method.name] = method

    def names(self) -> tuple[str, ...]:
        """The names of all methods, sorted."""
        return tuple(sorted(self._methods))

    def get(self, name: str) -> CostingMethod:
        """The method of that name; ``PolicyError`` ``unknown_method`` if there is none."""
        method = self._methods.get(name)
        if method is None:
            raise PolicyError(
                "unknown_method",
                "there is no such costing method",
                field="method",
                value=name,
                hint=f"use one of {', '.join(self.names())}",
            )
        return method
