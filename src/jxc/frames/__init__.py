"""Dataframes in, dataframes out: the extra ``frames``, built on narwhals, which is imported when a frame comes in."""

from __future__ import annotations

from jxc.frames.backends import Column, Days, Decimals, Kind, Texts, Wholes, backend_of
from jxc.frames.held import Held, add_costs, columns_of, hold, most_places

__all__ = [
    "Column",
    "Days",
    "Decimals",
    "Held",
    "Kind",
    "Texts",
    "Wholes",
    "add_costs",
    "backend_of",
    "columns_of",
    "hold",
    "most_places",
]
