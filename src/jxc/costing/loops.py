"""The fast path: FIFO, LIFO and moving average over whole columns of integers, one loop for each method.

Shape: three columns of equal length, in the order of events.  ``keys[i]`` names the costing pool of row ``i`` (any
hashable).  ``qty[i] > 0`` is a receipt of that many units worth ``value[i]`` minor units (``value[i] >= 0``);
``qty[i] < 0`` is an issue, whose ``value[i]`` is ignored; a zero moves nothing and costs nothing.  Quantities count in
the smallest unit of the item, so that everything is a whole number; divide them by their common power of ten before,
because small integers are faster.  The caller has made sure that the columns hold ``int`` and nothing else.

Rule: cumulative half up.  The first ``x`` units of a layer of ``q`` units worth ``v`` cost ``part(v, x, q)``; an issue
costs the difference of two such figures, so slices telescope, and whatever empties a layer takes all that is left of
its value.  For whole numbers ``part(v, x, q) == (v * x + q // 2) // q``: with ``q`` even that is the definition
``(2 * v * x + q) // (2 * q)``; with ``q`` odd, halving the odd numerator ``2 * v * x + q`` downwards drops a half,
which cannot carry a quotient of whole numbers over the next one.

Invariant: in every pool, at every row, value received = value issued + value left, and units likewise; no units left
means no value left.  An issue of more than its pool holds is refused: it costs 0, moves nothing, and its row is listed.

Time: a receipt and a refusal take constant time on average, an issue a constant time for each layer that it empties,
however deep the queue.  Used layers are dropped.  Waiting layers are flat integers or tuples of integers, which the
garbage collector does not walk.

>>> moves = ["tea"] * 4, [3, 3, -4, -9], [100, 200, 0, 0]
>>> fifo_costs(*moves).costs, lifo_costs(*moves).costs, average_costs(*moves).costs
([100, 200, 167, 0], [100, 200, 233, 0], [100, 200, 200, 0])
>>> result = fifo_costs(*moves)
>>> result.shortages, result.pools, result.layers("tea")
([3], {'tea': (2, 133)}, [OpenLayer(qty=3, value=200, taken=1, handed_out=67)])
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Generic, Protocol, TypeAlias, TypeVar

from jxc.errors import FieldError, NotFoundError

__all__ = ["LoopResult", "OpenLayer", "average_costs", "fifo_costs", "lifo_costs"]

K = TypeVar("K", bound=Hashable)
PoolT = TypeVar("PoolT", bound="_Pool")


@dataclass(frozen=True, slots=True)
class OpenLayer:
    """A layer that still holds units: what came in, and how much of it has left."""

    qty: int
    """Units received."""
    value: int
    """What they were worth, in minor units."""
    taken: int
    """Units issued so far."""
    handed_out: int
    """The cost of the units issued so far, in minor units."""

    @property
    def qty_left(self) -> int:
        return self.qty - self.taken

    @property
    def value_left(self) -> int:
        return self.value - self.handed_out


class _Pool(Protocol):
    def layers(self) -> Iterable[OpenLayer]: ...

    def closing(self) -> tuple[int, int]: ...


@dataclass(frozen=True, slots=True)
class LoopResult(Generic[K]):
    """What the rows cost, and what is left."""

    costs: list[int]
    """A minor-unit amount a row, never negative: a receipt's value, an issue's cost, 0 for a refused issue."""
    shortages: list[int]
    """The rows of the refused issues, in the order of events."""
    states: Mapping[K, _Pool]

    @property
    def pools(self) -> dict[K, tuple[int, int]]:
        """Closing units and value of each pool that ever received; worked out anew at each access."""
        return {key: pool.closing() for key, pool in self.states.items()}

    def layers(self, key: K) -> list[OpenLayer]:
        """The open layers of a pool, oldest first; a moving average is one layer since its last receipt."""
        try:
            pool = self.states[key]
        except KeyError:
            raise NotFoundError("unknown_pool", "this pool never received anything", field="key", value=key) from None
        return [layer for layer in pool.layers() if layer.taken < layer.qty]


def fifo_costs(
    keys: Sequence[K], qty: Sequence[int], value: Sequence[int], order: Sequence[int] | None = None
) -> LoopResult[K]:
    """First in, first out: an issue takes the oldest layers of its pool.

    ``order`` gives the row numbers in the order of events, where the columns are not in it; figures come back in the
    order of the columns.  A row that ``order`` leaves out costs 0 and moves nothing.  Raises ``FieldError`` when the
    columns differ in length.
    """
    return _run(_fifo, keys, qty, value, order)


def lifo_costs(
    keys: Sequence[K], qty: Sequence[int], value: Sequence[int], order: Sequence[int] | None = None
) -> LoopResult[K]:
    """Last in, first out: an issue takes the newest layers of its pool; arguments as for ``fifo_costs``."""
    return _run(_lifo, keys, qty, value, order)


def average_costs(
    keys: Sequence[K], qty: Sequence[int], value: Sequence[int], order: Sequence[int] | None = None
) -> LoopResult[K]:
    """Moving weighted average: a pool is one layer, founded anew by each receipt with what is left and what came in.

    Arguments as for ``fifo_costs``.
    """
    return _run(_average, keys, qty, value, order)


_Row: TypeAlias = tuple[K, int, int]
_Loop: TypeAlias = Callable[[Iterable[_Row[K]]], tuple[list[int], list[int], dict[K, PoolT]]]


def _run(
    loop: _Loop[K, PoolT], keys: Sequence[K], qty: Sequence[int], value: Sequence[int], order: Sequence[int] | None
) -> LoopResult[K]:
    if not len(keys) == len(qty) == len(value):
        raise FieldError(
            "columns_differ_in_length",
            "the columns must be of one length",
            field="keys, qty, value",
            value=f"{len(keys)}, {len(qty)}, {len(value)}",
        )
    if order is None:
        costs, shortages, pools = loop(zip(keys, qty, value, strict=True))
        return LoopResult(costs, shortages, pools)
    columns = (map(column.__getitem__, order) for column in (keys, qty, value))
    ordered, shortages, pools = loop(zip(*columns, strict=True))
    costs = [0] * len(keys)
    for row, cost in zip(order, ordered, strict=True):
        costs[row] = cost
    return LoopResult(costs, [order[position] for position in shortages], pools)


_FEW = 64
"""Used numbers at the head of a queue that are not worth moving the rest for."""


class _FifoPool:
    """The layer being used, and behind it the waiting ones: ``waiting[head:]`` is quantity, value, quantity, value, ...

    Units waiting are counted only in a pool that has refused an issue: ``counted`` is then the sum over
    ``waiting[first:last]``, brought up to date when it is asked for, so that a refusal does not walk the queue again.
    """

    __slots__ = ("counted", "first", "handed", "has_refused", "head", "last", "qty", "taken", "value", "waiting")

    def __init__(self, qty: int, value: int) -> None:
        self.qty = qty
        self.value = value
        self.taken = 0
        self.handed = 0
        self.waiting: list[int] = []
        self.head = 0
        self.has_refused = False
        self.counted = self.first = self.last = 0

    def lacks(self, wanted: int) -> bool:
        """Whether fewer units than that are waiting; all calls together look at every layer twice at most."""
        self.counted += sum(self.waiting[self.last :: 2]) - sum(self.waiting[self.first : self.head : 2])
        self.first = self.head
        self.last = len(self.waiting)
        return wanted > self.counted

    def drop_used(self) -> None:
        if self.has_refused:
            self.lacks(0)
            self.first = 0
            self.last -= self.head
        del self.waiting[: self.head]
        self.head = 0

    def layers(self) -> Iterator[OpenLayer]:
        yield OpenLayer(self.qty, self.value, self.taken, self.handed)
        numbers = islice(self.waiting, self.head, None)
        for qty, value in zip(numbers, numbers, strict=True):
            yield OpenLayer(qty, value, 0, 0)

    def closing(self) -> tuple[int, int]:
        qty = self.qty - self.taken + sum(self.waiting[self.head :: 2])
        return qty, self.value - self.handed + sum(self.waiting[self.head + 1 :: 2])


def _fifo(rows: Iterable[_Row[K]]) -> tuple[list[int], list[int], dict[K, _FifoPool]]:
    pools: dict[K, _FifoPool] = {}
    costs: list[int] = []
    shortages: list[int] = []
    add = costs.append
    for key, qty, value in rows:
        try:
            pool = pools[key]
        except KeyError:
            if qty > 0:
                add(value)
                pools[key] = _FifoPool(qty, value)
            else:
                _refuse(qty, costs, shortages)
            continue
        if qty > 0:
            add(value)
            waiting = pool.waiting
            waiting.append(qty)
            waiting.append(value)
            continue
        taken = pool.taken - qty
        layer = pool.qty
        if taken <= layer:  # the common case: one layer is enough
            before = pool.handed
            pool.taken = taken
            pool.handed = handed = (pool.value * taken + (layer >> 1)) // layer
            add(handed - before)
            continue
        if pool.has_refused and pool.lacks(taken - layer):
            _refuse(qty, costs, shortages)
            continue
        cost = -pool.handed
        worth = pool.value
        waiting = pool.waiting
        head = pool.head
        try:
            while taken > layer:
                cost += worth
                taken -= layer
                layer = waiting[head]
                worth = waiting[head + 1]
                head += 2
        except IndexError:  # nothing has been written yet, so there is nothing to undo
            pool.has_refused = True
            _refuse(qty, costs, shortages)
            continue
        pool.qty = layer
        pool.value = worth
        pool.taken = taken
        pool.handed = handed = (worth * taken + (layer >> 1)) // layer
        add(cost + handed)
        pool.head = head
        if head > _FEW and head > len(waiting) >> 1:
            pool.drop_used()
    return costs, shortages, pools


class _LifoPool:
    """The layer on top, and under it a stack of the older ones, each as (qty, value, taken, handed)."""

    __slots__ = ("handed", "qty", "taken", "under", "under_qty", "value")

    def __init__(self, qty: int, value: int) -> None:
        self.qty = qty
        self.value = value
        self.taken = 0
        self.handed = 0
        self.under: list[tuple[int, int, int, int]] = []
        self.under_qty = 0

    def layers(self) -> Iterator[OpenLayer]:
        for layer in self.under:
            yield OpenLayer(*layer)
        yield OpenLayer(self.qty, self.value, self.taken, self.handed)

    def closing(self) -> tuple[int, int]:
        under_value = sum(value - handed for _, value, _, handed in self.under)
        return self.under_qty + self.qty - self.taken, under_value + self.value - self.handed


def _lifo(rows: Iterable[_Row[K]]) -> tuple[list[int], list[int], dict[K, _LifoPool]]:
    pools: dict[K, _LifoPool] = {}
    costs: list[int] = []
    shortages: list[int] = []
    add = costs.append
    for key, qty, value in rows:
        try:
            pool = pools[key]
        except KeyError:
            if qty > 0:
                add(value)
                pools[key] = _LifoPool(qty, value)
            else:
                _refuse(qty, costs, shortages)
            continue
        if qty > 0:
            add(value)
            layer = pool.qty
            taken = pool.taken
            if taken < layer:  # else it is used up, and dropped
                pool.under.append((layer, pool.value, taken, pool.handed))
                pool.under_qty += layer - taken
            pool.qty = qty
            pool.value = value
            pool.taken = pool.handed = 0
            continue
        taken = pool.taken - qty
        layer = pool.qty
        if taken <= layer:  # the common case: one layer is enough
            before = pool.handed
            pool.taken = taken
            pool.handed = handed = (pool.value * taken + (layer >> 1)) // layer
            add(handed - before)
            continue
        left = pool.under_qty
        if taken - layer > left:
            _refuse(qty, costs, shortages)
            continue
        cost = 0
        worth = pool.value
        handed = pool.handed
        pop = pool.under.pop
        while taken > layer:
            cost += worth - handed
            wanted = taken - layer
            layer, worth, taken, handed = pop()
            left -= layer - taken
            taken += wanted
        cost -= handed
        pool.handed = handed = (worth * taken + (layer >> 1)) // layer
        add(cost + handed)
        pool.qty = layer
        pool.value = worth
        pool.taken = taken
        pool.under_qty = left
    return costs, shortages, pools


class _AveragePool:
    """One layer: what the pool held after its last receipt, and what it has handed out since."""

    __slots__ = ("handed", "qty", "taken", "value")

    def __init__(self, qty: int, value: int) -> None:
        self.qty = qty
        self.value = value
        self.taken = 0
        self.handed = 0

    def layers(self) -> Iterator[OpenLayer]:
        yield OpenLayer(self.qty, self.value, self.taken, self.handed)

    def closing(self) -> tuple[int, int]:
        return self.qty - self.taken, self.value - self.handed


def _average(rows: Iterable[_Row[K]]) -> tuple[list[int], list[int], dict[K, _AveragePool]]:
    pools: dict[K, _AveragePool] = {}
    costs: list[int] = []
    shortages: list[int] = []
    add = costs.append
    for key, qty, value in rows:
        try:
            pool = pools[key]
        except KeyError:
            if qty > 0:
                add(value)
                pools[key] = _AveragePool(qty, value)
            else:
                _refuse(qty, costs, shortages)
            continue
        if qty > 0:
            add(value)
            pool.qty += qty - pool.taken
            pool.value += value - pool.handed
            pool.taken = pool.handed = 0
            continue
        taken = pool.taken - qty
        whole = pool.qty
        if taken > whole:
            _refuse(qty, costs, shortages)
            continue
        before = pool.handed
        pool.taken = taken
        pool.handed = handed = (pool.value * taken + (whole >> 1)) // whole
        add(handed - before)
    return costs, shortages, pools


def _refuse(qty: int, costs: list[int], shortages: list[int]) -> None:
    """The row costs nothing; it is a shortage, unless it asked for nothing."""
    if qty:
        shortages.append(len(costs))
    costs.append(0)
