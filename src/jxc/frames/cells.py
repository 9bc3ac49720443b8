"""One column of a dataframe becomes a list of plain Python objects, exactly, with ``None`` for every missing cell.

    narwhals Series  --cells_of-->  [int | Decimal | float | str | date | datetime | time | ... | None, ...]

A missing cell is what the library calls missing, and NaN in a column of floats.  Invariant: no value is changed, with
two exceptions: a time is cut to the microsecond, and a column of floats whose values are all whole numbers that a float
holds exactly becomes integers, since pandas makes floats of integers as soon as one is missing.  Any other column of
floats stays one, to be refused row by row where a number is read.

>>> import narwhals.stable.v2 as nw, polars
>>> def cells(values):
...     return cells_of(nw.from_native(polars.Series(values), series_only=True))
>>> cells([10.0, None, float("nan"), 3.0]), cells([10.0, 2.5, None])
([10, None, None, 3], [10.0, 2.5, None])
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias, cast

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw

    Column: TypeAlias = nw.Series[Any]

__all__ = ["cells_of"]

_EXACT_BELOW = {"Float64": 2**53, "Float32": 2**24}
"""Below these every whole number has a float of its own, so that a float cannot stand for its neighbour."""


def cells_of(column: Column) -> list[object]:
    """The cells of a column; see the module."""
    import narwhals.stable.v2 as nw

    if column.dtype.is_float():
        return _floats(column)
    if isinstance(column.dtype, nw.Datetime) and column.dtype.time_zone is None:
        return _moments(column)
    return _lists(_objects(column))


def _objects(column: Column) -> list[object]:
    """The cells as objects; only libraries like pandas have more than one word for missing."""
    cells: list[object] = column.to_list()
    if not column.implementation.is_pandas_like() or not column.null_count():
        return cells
    missing = column.is_null().to_list()
    # pandas counts Decimal("NaN") as missing too; it is a number gone wrong, which somebody should see
    return [None if gone and not isinstance(cell, Decimal) else cell for cell, gone in zip(cells, missing, strict=True)]


def _floats(column: Column) -> list[object]:
    cells = cast("list[float | None]", _objects(column))
    known: list[float | None] = [None if cell is None or cell != cell else cell for cell in cells]  # noqa: PLR0124
    below = _EXACT_BELOW.get(str(column.dtype), 0)
    if all(cell is None or (abs(cell) < below and cell.is_integer()) for cell in known):
        return [None if cell is None else int(cell) for cell in known]
    return list[object](known)


def _moments(column: Column) -> list[object]:
    """Datetimes without a zone; the way over numpy makes them twenty times as fast as pandas does."""
    import narwhals.stable.v2 as nw

    if column.implementation.is_pandas_like():
        return cast("list[object]", column.to_numpy().astype("datetime64[us]").tolist())
    if column.implementation.is_pyarrow() and cast("nw.Datetime", column.dtype).time_unit == "ns":
        column = column.dt.truncate("1us").cast(nw.Datetime("us"))
    return cast("list[object]", column.to_list())


def _lists(cells: list[object]) -> list[object]:
    """Arrays inside cells (ids read from a Parquet file by pandas) become lists."""
    if not any(type(cell).__name__ == "ndarray" for cell in cells):
        return cells
    return [cast("Any", cell).tolist() if type(cell).__name__ == "ndarray" else cell for cell in cells]
