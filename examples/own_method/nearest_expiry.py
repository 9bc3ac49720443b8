"""A costing method of one's own: what expires first leaves first, and so does its cost.

Goods without expiry leave last; ties leave oldest first.  The whole method is the order of the queue; everything else
(partial quantities, shortages, returns, transfers, rounding, explaining) is the engine's.

>>> import jxc
>>> jxc.register_method(NEAREST_EXPIRY)
>>> moves = [
...     {"date": "2026-03-02", "type": "receipt", "item": "MILK", "qty": 10, "amount": "50.00", "expiry": "2026-04-30"},
...     {"date": "2026-03-03", "type": "receipt", "item": "MILK", "qty": 10, "amount": "60.00", "expiry": "2026-03-20"},
...     {"date": "2026-03-05", "type": "issue", "item": "MILK", "qty": 12},
... ]
>>> jxc.value(moves, method="nearest_expiry", currency="CNY").cost_of_sales
Decimal('70.00')
"""

from dataclasses import dataclass

from jxc.costing.layers import Layer
from jxc.costing.methods import CostingMethod


@dataclass(frozen=True, slots=True)
class NearestExpiry(CostingMethod):
    """Orders the queue by expiry (days, ``None`` where goods keep), then by the day of receipt, then by entry."""

    def rank(self, layer: Layer) -> tuple[bool, int, int, int]:
        return (layer.expiry is None, layer.expiry or 0, layer.date, layer.seq)


NEAREST_EXPIRY = NearestExpiry("nearest_expiry")
