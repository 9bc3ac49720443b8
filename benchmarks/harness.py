"""A small harness: candidates are run in turn, A B A B, and their CPU times compared within the run.

Shape: ``measure({"bare": f, "ours": g})`` -> ``{"bare": Timing, "ours": Timing}``, one CPU time a round each.  On a
machine that does other work, only ratios of one run mean anything: ``speed(timings, "ours", "bare")`` is how many
times as fast the first is as the second, best of the rounds against best of the rounds.

>>> timings = {"bare": Timing([2.0, 1.0]), "ours": Timing([0.5, 0.8])}
>>> speed(timings, "ours", "bare")
2.0
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

__all__ = ["Line", "Timing", "measure", "note", "ratio", "speed", "table"]


@dataclass(frozen=True, slots=True)
class Timing:
    """CPU seconds, one a round."""

    seconds: list[float]

    @property
    def best(self) -> float:
        return min(self.seconds)

    def per_row(self, rows: int) -> str:
        return f"{self.best / rows * 1e9:,.0f} ns a row, {rows / self.best:,.0f} rows/s"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: what was measured, the figure, the bar it has to reach, and whether it does."""

    name: str
    figure: str
    bar: str = ""
    reached: bool | None = None


def measure(candidates: Mapping[str, Callable[[], object]], rounds: int = 5) -> dict[str, Timing]:
    """CPU time of each candidate in each round, interleaved; the collector is emptied before and left on."""
    timings: dict[str, Timing] = {name: Timing([]) for name in candidates}
    for _ in range(rounds):
        for name, candidate in candidates.items():
            gc.collect()
            start = time.process_time()
            result = candidate()
            timings[name].seconds.append(time.process_time() - start)
            del result
    return timings


def speed(timings: Mapping[str, Timing], ours: str, other: str) -> float:
    """How many times as fast as ``other`` is ``ours``."""
    return timings[other].best / timings[ours].best


def ratio(name: str, figure: float, bar: float) -> Line:
    """A line for a ratio that has to be at least the bar."""
    return Line(name, f"{figure:.2f}", f">= {bar:g}", figure >= bar)


def note(name: str, figure: str) -> Line:
    """A line that is only told."""
    return Line(name, figure)


def table(lines: Iterable[Line]) -> str:
    """The lines as text in columns."""
    verdicts = {True: "ok", False: "MISSED", None: ""}
    rows = [(line.name, line.figure, line.bar, verdicts[line.reached]) for line in lines]
    widths = [max(len(row[column]) for row in [("", "", "", ""), *rows]) for column in range(4)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
