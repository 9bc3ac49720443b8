"""What is wrong or doubtful about the facts of a history, kept current as facts come, go and change.

Invariant: a problem is of the last statement of its fact; a fact of the first load that is not in the book keeps its
problem until one of the same id is.

>>> short = Problem(2, "insufficient_stock", "9 of TEA wanted, 2 on hand")
>>> problems = Problems([short], [1, 2], ["GR-1", "SO-1"])
>>> problems.record(["SO-1"], [(3, "SO-1")], [])
>>> problems.told
()
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from jxc.stock.problem import Problem

__all__ = ["Problem", "Problems"]


class Problems:
    """See the module; ``numbers``, ``ids``: of the rows of the first load."""

    def __init__(self, problems: Iterable[Problem], numbers: Sequence[int], ids: Sequence[str | None]) -> None:
        self.told = tuple(problems)
        self._name = {number: name for number, name in zip(numbers, ids, strict=True) if name}

    def record(self, names: Sequence[str], came: Sequence[tuple[int, str]], notes: Iterable[Problem]) -> None:
        """Facts of these ids came, went or changed; ``came``: number and id of each that was stated, in order."""
        gone = set(names)
        kept = [problem for problem in self.told if self._name.get(problem.row) not in gone]
        kept += [replace(note, row=came[note.row - 1][0] if note.row else 0) for note in notes]
        self.told = tuple(kept)
        self._name.update((number, name) for number, name in came if name)
