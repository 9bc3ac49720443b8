"""The specialised loops against bare ones: one million rows of Zipf, and one queue from 10 to 100,000 layers deep."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial

from benchmarks.baselines import bare_average, bare_fifo, bare_lifo, float_fifo
from benchmarks.harness import Line, Timing, measure, note, ratio, speed
from benchmarks.histories import Columns, deep, deep_start, zipf
from jxc.costing.loops import average_costs, fifo_costs, lifo_costs

__all__ = ["run"]

DEPTHS = (10, 1_000, 100_000)
DEEP_ROWS = 200_000
"""Fewer would drown in the noise of the filling, which is taken off."""
PAIRS: dict[str, tuple[Callable[..., object], Callable[..., object]]] = {
    "fifo": (fifo_costs, bare_fifo),
    "lifo": (lifo_costs, bare_lifo),
    "average": (average_costs, bare_average),
}


def run(rows: int = 1_000_000, rounds: int = 5) -> Iterator[Line]:
    yield from _against_bare_loops(rows, rounds)
    yield from _depth(max(rows // 4, DEEP_ROWS), rounds)
    yield from _memory(rows // 4)


def _against_bare_loops(rows: int, rounds: int) -> Iterator[Line]:
    columns = zipf(rows)
    candidates: dict[str, Callable[[], object]] = {"float": partial(float_fifo, *columns)}
    for method, (ours, bare) in PAIRS.items():
        candidates[method] = partial(ours, *columns)
        candidates[f"bare {method}"] = partial(bare, *columns)
    timings = measure(candidates, rounds)
    for method in PAIRS:
        yield note(f"loop, {method}: {rows:,} rows of integers", timings[method].per_row(rows))
        yield ratio(f"loop, {method}: speed / bare integer loop", speed(timings, method, f"bare {method}"), 0.6)
    yield ratio("loop, fifo: speed / bare float queue", speed(timings, "fifo", "float"), 1.0)


def _depth(rows: int, rounds: int) -> Iterator[Line]:
    """Time of the steady rows alone: a run over the filling receipts is taken off.  Flat means within a factor of 2."""
    for method in ("fifo", "lifo"):
        candidates: dict[str, Callable[[], object]] = {}
        for depth in DEPTHS:
            for name, loop in zip(("ours", "bare"), PAIRS[method], strict=True):
                candidates[f"{name} fill {depth}"] = partial(loop, *deep_start(depth))
                candidates[f"{name} {depth}"] = partial(loop, *deep(rows, depth))
        timings = measure(candidates, rounds)
        steady = {
            (name, depth): _less(timings[f"{name} {depth}"], timings[f"{name} fill {depth}"])
            for name in ("ours", "bare")
            for depth in DEPTHS
        }
        for depth in DEPTHS:
            ours, bare = (steady[name, depth] / rows * 1e9 for name in ("ours", "bare"))
            yield note(f"loop, {method}: queue of {depth:,} layers", f"{ours:,.0f} ns a row; bare {bare:,.0f}")
        flat = steady["ours", DEPTHS[0]] / steady["ours", DEPTHS[-1]]
        yield ratio(f"loop, {method}: speed at {DEPTHS[-1]:,} layers / at {DEPTHS[0]}", flat, 0.5)


def _memory(rows: int) -> Iterator[Line]:
    """Peak of what a run allocates, the input not counted."""
    columns = zipf(rows)
    for method, loops in PAIRS.items():
        ours, bare = (_peak(loop, columns) / rows for loop in loops)
        yield note(f"loop, {method}: peak memory above the input", f"{ours:,.0f} B a row; bare {bare:,.0f}")


def _peak(loop: Callable[..., object], columns: Columns) -> int:
    tracemalloc.start()
    try:
        loop(*columns)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _less(whole: Timing, fill: Timing) -> float:
    return whole.best - fill.best
