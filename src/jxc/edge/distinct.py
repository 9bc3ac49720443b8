"""A column read cell by cell in the fastest way that its cells allow, and the first problem of every row.

    cells:  ["10", "2.5", "10", "x"]  --parse-->  values: 10, 2.5, 10, filler;  problems: row 4;  bad: 0 0 0 1

Most columns of a long table say few different things: they are read once per distinct cell (``Known``), which also
makes equal values one object.  Columns that hardly repeat (amounts, ids) are read row by row (``Rows``), where a
``bulk`` reader may take a few thousand plain cells at a time.  Cells that are equal but of different type (``1``,
``True``, ``1.0``) are kept apart.

Invariant: which way was taken can be seen in the time only.  A row has at most one problem of severity ``error`` from
here, and ``bad`` marks it.

>>> from jxc.edge.cells import fault
>>> def read(cell, field):
...     return int(cell) if cell.isdigit() else fault("bad", field, cell, "no", "")
>>> reader = ColumnReader({"qty": ["10", "x"]}, 2)
>>> reader.column("qty", read, 0).values()
[10, 0]
>>> list(reader.bad), reader.problems[0].message
([0, 1], "qty 'x': no")
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import NoneType
from typing import Generic, TypeAlias, TypeVar, cast

from jxc.edge.cells import Fault
from jxc.stock.problem import Problem

__all__ = ["Column", "ColumnReader", "Known", "Rows", "Where"]

Where: TypeAlias = Callable[[int], tuple[str | None, int | None]]
"""A row, from 1, to the file and the line where it stands."""

_SAMPLE = 2000
_FEW = 100
_CHUNK = 4096

_T = TypeVar("_T")
_V = TypeVar("_V")


@dataclass(frozen=True, slots=True)
class Known(Generic[_T]):
    """What was read: a value for each key, and the key of each row."""

    keys: Sequence[object]
    read: Mapping[object, _T]

    def seen(self) -> Iterable[_T]:
        """Every value at least once."""
        return self.read.values()

    def values(self) -> list[_T]:
        """The value of every row."""
        if len(self.read) == 1:
            return list(self.read.values()) * len(self.keys)
        return list(map(self.read.__getitem__, self.keys))

    def values_of(self, view: Callable[[_T], _V]) -> list[_V]:
        """A view of the value of every row."""
        return Known(self.keys, {key: view(value) for key, value in self.read.items()}).values()


@dataclass(frozen=True, slots=True)
class Rows(Generic[_T]):
    """What was read, row by row."""

    rows: list[_T]

    def seen(self) -> Iterable[_T]:
        """Every value at least once."""
        return self.rows

    def values(self) -> list[_T]:
        """The value of every row."""
        return self.rows

    def values_of(self, view: Callable[[_T], _V]) -> list[_V]:
        """A view of the value of every row."""
        return [view(value) for value in self.rows]


Column: TypeAlias = Known[_T] | Rows[_T]


class ColumnReader:
    """Reads one column after the other, and gathers the first problem of each row."""

    def __init__(
        self, cells: Mapping[str, list[object]], n: int, found: Iterable[Problem] = (), where: Where | None = None
    ) -> None:
        self.cells = cells
        self.n = n
        self.bad = bytearray(n)
        self.problems = list(found)
        self.given: set[str] = set()
        self._where = where
        for problem in self.problems:
            if problem.severity == "error" and 0 < problem.row <= n:
                self.bad[problem.row - 1] = 1

    def column(
        self,
        field: str,
        parse: Callable[[object, str], _T | Fault],
        filler: _T,
        bulk: Callable[[list[str]], list[_T] | None] | None = None,
    ) -> Column[_T]:
        """The column, read; a cell with a fault holds the filler, and so does every row of a column that is absent.

        ``bulk`` reads many cells of text as ``parse`` would, or returns ``None`` if that needs ``parse``.
        """
        cells = self.cells.get(field)
        if cells is None:
            return Known(range(self.n), {None: filler})
        if _varied(cells):
            return self._by_row(field, cells, parse, filler, bulk)
        return self._by_key(field, cells, parse, filler)

    def _by_key(
        self, field: str, cells: list[object], parse: Callable[[object, str], _T | Fault], filler: _T
    ) -> Known[_T]:
        keys = _keys(cells)
        if keys is cells:
            found = {key: parse(key, field) for key in dict.fromkeys(keys)}
        else:
            found = {key: parse(cell, field) for key, cell in dict(zip(keys, cells, strict=True)).items()}
        faults = {key: value for key, value in found.items() if isinstance(value, Fault)}
        if faults:
            for index, key in enumerate(keys):
                if key in faults:
                    self.add(index, field, faults[key])
            found.update(dict.fromkeys(faults, filler))
        self._note_given(field, found.values())
        return Known(keys, cast("dict[object, _T]", found))

    def _by_row(
        self,
        field: str,
        cells: list[object],
        parse: Callable[[object, str], _T | Fault],
        filler: _T,
        bulk: Callable[[list[str]], list[_T] | None] | None,
    ) -> Rows[_T]:
        rows: list[_T] = []
        for start in range(0, len(cells), _CHUNK):
            chunk = cells[start : start + _CHUNK]
            taken = bulk(cast("list[str]", chunk)) if bulk is not None and set(map(type, chunk)) == {str} else None
            if taken is None:
                taken = self._one_by_one(field, start, [parse(cell, field) for cell in chunk], filler)
            rows.extend(taken)
        self._note_given(field, rows)
        return Rows(rows)

    def _one_by_one(self, field: str, start: int, values: list[_T | Fault], filler: _T) -> list[_T]:
        for index, value in enumerate(values):
            if isinstance(value, Fault):
                self.add(start + index, field, value)
                values[index] = filler
        return cast("list[_T]", values)

    def _note_given(self, field: str, values: Iterable[object]) -> None:
        if any(value is not None and value != () for value in values):
            self.given.add(field)

    def add(self, index: int, field: str, found: Fault) -> None:
        """The problem of one row, which is left out from here on; a row that has one already gets no second."""
        if self.bad[index]:
            return
        self.bad[index] = 1
        file, line = (None, None) if self._where is None else self._where(index + 1)
        problem = Problem(index + 1, found.code, found.message, found.hint, field, found.value, "error", file, line)
        self.problems.append(problem)


def _varied(cells: list[object]) -> bool:
    """Whether the cells of a column that are not empty hardly repeat themselves, judged by its beginning."""
    try:
        sample = [cell for cell in cells[:_SAMPLE] if cell]
        return len(sample) >= _FEW and 10 * len(set(sample)) > 9 * len(sample)
    except Exception:  # noqa: BLE001  # some objects have no hash, or no truth
        return True


def _keys(cells: list[object]) -> Sequence[object]:
    """A key for each cell: equal only for cells that read the same."""
    kinds = set(map(type, cells)) - {NoneType}
    if kinds <= {str} or kinds in ({int}, {date}):
        return cells
    keys = [(type(cell), cell) for cell in cells]
    try:
        set(keys)
    except Exception:  # noqa: BLE001  # lists and signalling NaNs have no hash: read such a column cell by cell
        return range(len(cells))
    return keys
