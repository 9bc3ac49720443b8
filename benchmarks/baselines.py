"""What a careful programmer writes in ten minutes: the loops that jxc is measured against.

They refuse nothing, check nothing, and return a list of costs.  ``bare_fifo``, ``bare_lifo`` and ``bare_average`` keep
whole numbers and round each slice half up on what is left of the layer, so they conserve value but depend on how an
issue is cut; ``float_fifo`` keeps a quantity and a unit cost in binary floats, as many systems do.

>>> columns = [1, 1, 1], [3, 3, -4], [100, 200, 0]
>>> bare_fifo(*columns), bare_lifo(*columns), bare_average(*columns)
([100, 200, 167], [100, 200, 233], [100, 200, 200])
>>> [round(cost) for cost in float_fifo(*columns)]
[100, 200, 167]
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

__all__ = ["bare_average", "bare_fifo", "bare_lifo", "by_day", "float_fifo"]


def bare_fifo(keys: Sequence[int], qty: Sequence[int], value: Sequence[int]) -> list[int]:
    pools: dict[int, deque[list[int]]] = {}
    costs = []
    for key, moved, worth in zip(keys, qty, value, strict=True):
        queue = pools.get(key)
        if queue is None:
            queue = pools[key] = deque()
        if moved > 0:
            queue.append([moved, worth])
            costs.append(worth)
            continue
        wanted = -moved
        cost = 0
        while wanted:
            layer = queue[0]
            left, left_value = layer
            if left <= wanted:
                cost += left_value
                wanted -= left
                queue.popleft()
            else:
                share = (2 * left_value * wanted + left) // (2 * left)
                cost += share
                layer[0] = left - wanted
                layer[1] = left_value - share
                wanted = 0
        costs.append(cost)
    return costs


def bare_lifo(keys: Sequence[int], qty: Sequence[int], value: Sequence[int]) -> list[int]:
    pools: dict[int, list[list[int]]] = {}
    costs = []
    for key, moved, worth in zip(keys, qty, value, strict=True):
        stack = pools.get(key)
        if stack is None:
            stack = pools[key] = []
        if moved > 0:
            stack.append([moved, worth])
            costs.append(worth)
            continue
        wanted = -moved
        cost = 0
        while wanted:
            layer = stack[-1]
            left, left_value = layer
            if left <= wanted:
                cost += left_value
                wanted -= left
                stack.pop()
            else:
                share = (2 * left_value * wanted + left) // (2 * left)
                cost += share
                layer[0] = left - wanted
                layer[1] = left_value - share
                wanted = 0
        costs.append(cost)
    return costs


def bare_average(keys: Sequence[int], qty: Sequence[int], value: Sequence[int]) -> list[int]:
    pools: dict[int, list[int]] = {}
    costs = []
    for key, moved, worth in zip(keys, qty, value, strict=True):
        pool = pools.get(key)
        if pool is None:
            pool = pools[key] = [0, 0]
        if moved > 0:
            pool[0] += moved
            pool[1] += worth
            costs.append(worth)
        else:
            held, held_value = pool
            cost = (2 * held_value * -moved + held) // (2 * held)
            pool[0] = held + moved
            pool[1] = held_value - cost
            costs.append(cost)
    return costs


def by_day(
    bare: Callable[..., list[int]], days: Sequence[int], keys: Sequence[int], qty: Sequence[int], value: Sequence[int]
) -> list[int]:
    """A bare loop over rows that are put in order first: by day, what comes in before what goes out."""
    order = sorted(range(len(keys)), key=lambda row: (days[row], qty[row] < 0))
    ordered = bare([keys[row] for row in order], [qty[row] for row in order], [value[row] for row in order])
    costs = [0] * len(keys)
    for row, cost in zip(order, ordered, strict=True):
        costs[row] = cost
    return costs


def float_fifo(keys: Sequence[int], qty: Sequence[int], value: Sequence[int]) -> list[float]:
    pools: dict[int, deque[list[float]]] = {}
    costs = []
    for key, moved, worth in zip(keys, qty, value, strict=True):
        queue = pools.get(key)
        if queue is None:
            queue = pools[key] = deque()
        if moved > 0:
            queue.append([moved, worth / moved])
            costs.append(float(worth))
            continue
        wanted: float = -moved
        cost = 0.0
        while wanted > 0:
            layer = queue[0]
            left, rate = layer
            if left <= wanted:
                cost += left * rate
                wanted -= left
                queue.popleft()
            else:
                cost += wanted * rate
                layer[0] = left - wanted
                wanted = 0
        costs.append(cost)
    return costs
