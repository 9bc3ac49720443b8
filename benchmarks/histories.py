"""Histories to measure on: columns of integers, reproducible, without shortages.

Shape: ``Columns(keys, qty, value)``, rows in the order of events; a receipt has a positive quantity and its value in
minor units, an issue a negative quantity and the value 0.

>>> columns = zipf(1000, items=10)
>>> len(columns.keys), min(columns.value) >= 0
(1000, True)
>>> columns == zipf(1000, items=10)
True
"""

from __future__ import annotations

import random
from itertools import accumulate
from typing import NamedTuple

__all__ = ["Columns", "deep", "deep_start", "zipf"]


class Columns(NamedTuple):
    keys: list[int]
    qty: list[int]
    value: list[int]


def zipf(rows: int, items: int = 10_000, skew: float = 1.05, seed: int = 1) -> Columns:
    """Items drawn by Zipf's law; receipts of up to 200 units, issues of up to 150, never more than is on hand."""
    draw = random.Random(seed)
    weights = list(accumulate(1 / (rank + 1) ** skew for rank in range(items)))
    on_hand = [0] * items
    columns = Columns(draw.choices(range(items), cum_weights=weights, k=rows), [], [])
    for key in columns.keys:
        held = on_hand[key]
        if held == 0 or draw.random() < 0.43:
            qty, value = draw.randint(1, 200), draw.randint(1, 99_999)
        else:
            qty, value = -min(held, draw.randint(1, 150)), 0
        on_hand[key] += qty
        columns.qty.append(qty)
        columns.value.append(value)
    return columns


def deep_start(depth: int) -> Columns:
    """The receipts that fill one queue to that depth."""
    draw = random.Random(depth)
    return Columns([7] * depth, [100] * depth, [draw.randint(1, 99_999) for _ in range(depth)])


def deep(rows: int, depth: int) -> Columns:
    """A queue of that depth, then as many rows that keep it there: in turn a receipt and an issue across two layers."""
    start = deep_start(depth)
    draw = random.Random(rows)
    steady = [draw.randint(1, 99_999) if row % 2 == 0 else 0 for row in range(rows)]
    return Columns(
        start.keys + [7] * rows,
        start.qty + [130 if row % 4 == 0 else 70 if row % 4 == 2 else -100 for row in range(rows)],
        start.value + steady,
    )
