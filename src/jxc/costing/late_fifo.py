"""Goods recorded late under first in, first out: quantities first, and then the values along the slices.

Which layer goes where depends on quantities alone.  So an amendment that moves no quantity (another amount, a charge)
leaves every slice as it is, and new values run along them: a layer to the legs that took of it, a transfer to the
layers that it brought, an issue to what came back of it; in the order of events, so that each leg is valued once.  One
that does move quantities queues the goods anew (``late_queue``) before that.

Invariant: the slices of a leg out add up to its quantity and its cost; those of a layer follow each other without gap.

>>> from jxc.costing.events import Event
>>> rows = [
...     Event(0, "receipt", 1, "TEA", 10, 1000, place="WH"),
...     Event(1, "transfer", 5, "TEA", 4, place="WH", to_place="SHOP"),
...     Event(2, "receipt", 5, "TEA", 1, 90, place="SHOP"),
...     Event(3, "issue", 6, "TEA", 5, place="SHOP"),
... ]
>>> keeper = FifoKeeper(rows, Policy())
>>> keeper.amend(recharge={0: 50}).changes[1:]
[CostChange(row=1, old=400, new=420), CostChange(row=3, old=490, new=510)]
>>> keeper.pools()
{'WH': (6, 630), 'SHOP': (0, 0)}
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush

from jxc.costing.late_legs import Costs, Found, Layer, Leg, LegKeeper, Place
from jxc.costing.late_queue import open_layers, requeue
from jxc.costing.late_rows import share
from jxc.costing.policy import Policy

__all__ = ["FifoKeeper", "Policy"]


class FifoKeeper(LegKeeper):
    """A keeper of one plain item under FIFO; see the module."""

    def _closing(self, place: Place) -> tuple[int, int]:
        worth = 0
        for layer in open_layers(place, len(place.legs)):
            value = layer.value or 0
            worth += value - share(value, layer.out, layer.qty)
        return place.legs[-1].bal, worth

    def _value(self, out: list[Leg], new: list[Leg], dirty: list[Leg], before: Costs, found: Found) -> None:
        due = {leg.key: leg for leg in dirty}
        if out or new:
            due.update(requeue(out, new, self._rows.events))
        _Values(before, due).run()


class _Values:
    """The legs whose cost has to be found anew, by key, and the order in which they are due."""

    __slots__ = ("before", "due", "heap")

    def __init__(self, before: Costs, due: dict[int, Leg]) -> None:
        self.before = before
        self.due = due
        self.heap = list(due)

    def run(self) -> None:
        """Value the first that is due, until none is; whatever that makes due comes later in the order."""
        due, heap = self.due, self.heap
        heapify(heap)
        while heap:
            leg = due.pop(heappop(heap))
            if leg.qty < 0:
                self._out(leg)
            else:
                self._in(leg)

    def _add(self, leg: Leg) -> None:
        if leg.key not in self.due:
            self.due[leg.key] = leg
            heappush(self.heap, leg.key)

    def _in(self, leg: Leg) -> None:
        cost, source = leg.brought(), leg.source
        moved = source is not None and source.twin is leg
        if cost != leg.cost:
            if not moved:
                self.before.setdefault(leg.row, leg.cost)
            leg.cost = cost
        if source is None or not moved:
            self._layer(leg.layers[0], cost)
            return
        for layer, piece in zip(leg.layers, source.slices, strict=True):
            self._layer(layer, piece.cost or 0)

    def _layer(self, layer: Layer, value: int) -> None:
        if value != layer.value:
            layer.value = value
            for piece in layer.slices:
                self._add(piece.leg)

    def _out(self, leg: Leg) -> None:
        total, moved = 0, False
        for piece in leg.slices:
            layer = piece.layer
            value, qty = layer.value or 0, layer.qty
            cost = share(value, piece.end, qty) - share(value, piece.start, qty)
            total += cost
            if cost != piece.cost:
                piece.cost, moved = cost, True
        if moved and leg.twin is not None:
            self._add(leg.twin)
        if total != leg.cost:
            self.before.setdefault(leg.row, leg.cost)
            leg.cost = total
            for back in leg.returns:
                self._add(back)
