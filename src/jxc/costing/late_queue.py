"""Which layers go where under FIFO, found anew after a change of quantities: from the change until it is over.

A replay of a place needs the layers that are open where it starts; they are the last that came in, and what each has
handed out by then stands in its slices.  From there the queue is served as ever, while ``ahead`` keeps, by layer, how
much more of it has gone out than had before the change (a layer that was not there counts as used up).  Where nothing
is ahead any more the queue is what it was, and the replay of the place is over.  A transfer whose slices are cut
otherwise brings other layers, which makes the other place due; a place never runs past an arrival that may change.

Invariant: layers queue by date, then in the order of their arrival, as in ``Pool.put``.

>>> from jxc.costing.late_fifo import FifoKeeper, Policy
>>> rows = [Event(0, "receipt", 1, "TEA", 5, 50), Event(1, "receipt", 2, "TEA", 5, 60), Event(2, "issue", 3, "TEA", 6)]
>>> keeper = FifoKeeper(rows, Policy())
>>> keeper.amend(cancel=[0], enter=[Event(0, "receipt", 1, "TEA", 4, 50)]).changes
[CostChange(row=2, old=62, new=74)]
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from heapq import heapify, heappop, heappush

from jxc.costing.events import Event
from jxc.costing.late_legs import Layer, Leg, Place, Slice, by_place

__all__ = ["open_layers", "requeue"]

_MANY = 32
"""So many changes at one place are one replay from the first to the last."""

_END = 1 << 256
"""After every key."""


def requeue(out: list[Leg], new: list[Leg], events: Mapping[int, Event]) -> dict[int, Leg]:
    """Take legs out, put legs in, and queue all goods anew that this touches; the legs whose cost is to be found."""
    run = _Requeue(events)
    touched = by_place(out, new)
    for leg in out:
        leg.gone = True
    for place, gone, fresh in touched:
        place.put(fresh)
        run.start(place, sorted({leg.key for leg in gone} | {leg.key for leg in fresh}))
    run.run()
    for place, gone, _ in touched:
        place.drop(gone)
    return run.due


def open_layers(place: Place, at: int) -> list[Layer]:
    """The layers that hold something before the leg at this position, as they queue; their ``out`` is set."""
    found: list[Layer] = []
    key = place.keys[at] if at < len(place.keys) else _END
    rest = place.legs[at - 1].bal if at else 0
    while rest:
        at -= 1
        leg = place.legs[at]
        for layer in leg.layers:
            layer.out = _out_before(layer, key) if layer.slices else 0
            if layer.out < layer.qty:
                rest -= layer.qty - layer.out
                found.append(layer)
    found.sort(key=_rank)
    return found


def _rank(layer: Layer) -> int:
    return layer.rank


def _when(piece: Slice) -> int:
    return piece.leg.key


def _out_before(layer: Layer, key: int) -> int:
    """The units of a layer that went out before the leg of this key."""
    pieces = layer.slices
    if pieces[-1].leg.key < key:
        return pieces[-1].end
    at = bisect_left(pieces, key, key=_when)
    return pieces[at - 1].end if at else 0


class _Queue:
    """The open layers of a place where its replay stands, and what is ahead of the state before the change."""

    __slots__ = ("ahead", "layers")

    def __init__(self, layers: list[Layer]) -> None:
        self.layers = layers
        self.ahead: dict[Layer, int] = {}

    def differ(self, layer: Layer, qty: int) -> None:
        """So many more units of a layer are gone than were before the change."""
        now = self.ahead.get(layer, 0) + qty
        if now:
            self.ahead[layer] = now
        else:
            self.ahead.pop(layer, None)

    def serve(self, leg: Leg) -> list[tuple[Layer, int, int]]:
        """Take what a leg wants from the head of the queue."""
        layers, want = self.layers, -leg.qty
        taken: list[tuple[Layer, int, int]] = []
        used = 0
        while want:
            layer = layers[used]
            start = layer.out
            end = min(layer.qty, start + want)
            if end == layer.qty:
                used += 1
            layer.out = end
            want -= end - start
            taken.append((layer, start, end))
        del layers[:used]
        return taken


class _Requeue:
    """The replay of all places that are due; ``due`` collects the legs whose cost is to be found anew."""

    __slots__ = ("arriving", "done", "due", "events", "heap", "places", "through", "waiting")

    def __init__(self, events: Mapping[int, Event]) -> None:
        self.events = events
        self.due: dict[int, Leg] = {}
        self.heap: list[tuple[int, int]] = []
        self.places: dict[int, Place] = {}
        self.done: dict[int, int] = {}
        self.through: dict[int, int] = {}
        self.waiting: dict[int, _Queue] = {}
        self.arriving: dict[Leg, tuple[Layer, ...]] = {}

    def start(self, place: Place, keys: list[int]) -> None:
        """Make a place due at each of these keys."""
        self.places[place.number] = place
        if len(keys) > _MANY:
            self.through[place.number] = keys[-1]
            del keys[1:]
        self.heap += [(key, place.number) for key in keys]

    def run(self) -> None:
        """Step the place that is due first, until none is."""
        heap, done = self.heap, self.done
        heapify(heap)
        while heap:
            key, number = heappop(heap)
            if key <= done.get(number, -1):
                continue
            while heap and heap[0][0] <= done.get(heap[0][1], -1):
                heappop(heap)
            done[number] = self._step(self.places[number], key, heap[0][0] if heap else _END)

    def _step(self, place: Place, key: int, limit: int) -> int:
        """Queue the goods of a place anew from a key on; the last key that is done."""
        at = bisect_left(place.keys, key)
        queue = self.waiting.pop(place.number, None) or _Queue(open_layers(place, at))
        through = self.through.get(place.number, 0)
        bal = place.legs[at - 1].bal if at else 0
        legs = place.legs
        for number in range(at, len(legs)):
            leg = legs[number]
            if leg.qty > 0:
                if leg.key > limit and leg.source is not None and leg.source.twin is leg and not leg.gone:
                    heappush(self.heap, (leg.key, place.number))
                    self.waiting[place.number] = queue
                    return leg.key - 1
                self._arrive(queue, leg)
            elif leg.gone:
                self._cut(queue, leg, [])
            else:
                limit = min(limit, self._leave(queue, leg))
            if not leg.gone:
                bal += leg.qty
            leg.bal = bal
            if not queue.ahead and leg.key >= through:
                return leg.key
        return _END

    # -- what comes in ----------------------------------------------------------------------------------------------

    def _arrive(self, queue: _Queue, leg: Leg) -> None:
        """The layers that a leg brings now, in place of those that it brought before."""
        old = leg.layers
        if leg.gone:
            leg.layers = ()
        elif leg in self.arriving:
            leg.layers = self.arriving.pop(leg)
        elif not old:
            leg.layers = (Layer(self.events[leg.row].date, leg.key, 0, leg.qty),)
        if leg.layers is not old:
            self._exchanged(queue, old, leg.layers)
            if not leg.gone:
                self.due[leg.key] = leg
        layers = queue.layers
        for layer in leg.layers:
            layer.out = 0
            if layers and layer.rank < layers[-1].rank:
                insort(layers, layer, key=_rank)
            else:
                layers.append(layer)

    def _exchanged(self, queue: _Queue, old: Iterable[Layer], new: Iterable[Layer]) -> None:
        for layer in old:
            queue.differ(layer, layer.qty)
        for layer in new:
            queue.differ(layer, -layer.qty)

    # -- what goes out ----------------------------------------------------------------------------------------------

    def _leave(self, queue: _Queue, leg: Leg) -> int:
        """Serve a leg; where that cuts its slices otherwise, note what follows: the first key due elsewhere."""
        taken, old = queue.serve(leg), leg.slices
        if len(old) == len(taken) and all(
            piece.layer is layer and piece.start == start and piece.end == end
            for piece, (layer, start, end) in zip(old, taken, strict=True)
        ):
            return _END
        self.due[leg.key] = leg
        self._cut(queue, leg, [Slice(layer, leg, start, end) for layer, start, end in taken])
        return _END if leg.twin is None else self._send(leg, leg.twin)

    def _cut(self, queue: _Queue, leg: Leg, new: list[Slice]) -> None:
        """Give a leg other slices, in the lists of their layers too."""
        for piece in leg.slices:
            pieces = piece.layer.slices
            at = bisect_left(pieces, leg.key, key=_when)
            at += pieces[at] is not piece
            del pieces[at]
            queue.differ(piece.layer, piece.start - piece.end)
        for piece in new:
            insort(piece.layer.slices, piece, key=_when)
            queue.differ(piece.layer, piece.end - piece.start)
        leg.slices = tuple(new)

    def _send(self, leg: Leg, twin: Leg) -> int:
        """What arrives of a transfer: the same layers where date and quantity are the same, else others."""
        old = twin.layers
        wanted = [(piece.layer.date, piece.end - piece.start) for piece in leg.slices]
        self.due[twin.key] = twin
        if wanted == [(layer.date, layer.qty) for layer in old]:
            return _END
        self.arriving[twin] = tuple(Layer(date, twin.key, number, qty) for number, (date, qty) in enumerate(wanted))
        number = twin.place.number
        self.places[number] = twin.place
        heappush(self.heap, (twin.key, number))
        return twin.key
