"""Highest cost first (HIFO) and lowest cost first (LOFO): the queue is ordered by unit cost, ties oldest first.

The unit cost is that of the books: the layer's value over its quantity, charges included, not the price as typed.

Neither is under IFRS or the Chinese standards (IAS 2.25 and CAS 1 art. 14 name the formulas that are); both serve tax
lots and analysis.

>>> HIGHEST_FIRST.name, LOWEST_FIRST.name
('hifo', 'lofo')
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from jxc.costing.layers import Layer
from jxc.costing.methods import CostingMethod

__all__ = ["HIGHEST_FIRST", "LOWEST_FIRST"]


@dataclass(frozen=True, slots=True)
class _ByCost(CostingMethod):
    sign: int = 1

    def rank(self, layer: Layer) -> tuple[Fraction | int, int, int]:
        return (self.sign * Fraction(layer.value) / layer.qty, layer.date, layer.seq)


HIGHEST_FIRST = _ByCost("hifo", by_cost=True, sign=-1)
LOWEST_FIRST = _ByCost("lofo", by_cost=True)
