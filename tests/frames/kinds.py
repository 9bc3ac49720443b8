"""The kinds of dataframe that every test of this folder runs on, made from the same plain columns.

    {"qty": [1, None], "day": [date(2026, 1, 2), None]}  --Kind.make-->  a frame  --rows_of-->  [{"qty": 1, ...}, ...]

A kind whose library is not installed is skipped, with a reason.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

__all__ = ["EAGER", "KINDS", "Kind", "over", "rows_of"]

Columns = Mapping[str, Sequence[object]]


@dataclass(frozen=True)
class Kind:
    name: str
    needs: tuple[str, ...]
    build: Callable[[Columns], Any]

    def make(self, columns: Columns) -> Any:
        for name in self.needs:
            pytest.importorskip(name, reason=f"{name} is not installed")
        return self.build(columns)


def _arrow_table(columns: Columns) -> Any:
    import pyarrow as pa

    return pa.table({name: pa.array(cells, type=_arrow_type(cells)) for name, cells in columns.items()})


def _arrow_type(cells: Sequence[object]) -> Any:
    import pyarrow as pa

    kinds = {type(cell) for cell in cells if cell is not None}
    if kinds == {Decimal}:
        return pa.decimal128(38, _places(cells))
    named = {str: pa.string(), int: pa.int64(), float: pa.float64(), dt.date: pa.date32(), dt.time: pa.time64("us")}
    return named.get(next(iter(kinds)), pa.timestamp("us")) if len(kinds) == 1 else pa.string()


def _places(cells: Sequence[object]) -> int:
    return max((-int(cell.as_tuple().exponent) for cell in cells if isinstance(cell, Decimal)), default=0)


def _pandas(columns: Columns) -> Any:
    """As pandas reads a file: numpy's types, integers with missing ones as floats, decimals and days as objects."""
    import pandas as pd

    made = {}
    for name, cells in columns.items():
        kinds = {type(cell) for cell in cells if cell is not None}
        if kinds == {dt.datetime}:
            made[name] = pd.Series(pd.to_datetime(list(cells), format="ISO8601"))
        elif kinds <= {int, float} and kinds:
            made[name] = pd.Series(cells)
        else:
            made[name] = pd.Series(cells, dtype="str" if kinds == {str} and None not in cells else "object")
    return pd.DataFrame(made)


def _pandas_on_arrow(columns: Columns) -> Any:
    import pandas as pd

    return _arrow_table(columns).to_pandas(types_mapper=pd.ArrowDtype)


def _pandas_nullable(columns: Columns) -> Any:
    return _pandas(columns).convert_dtypes()


def _polars(columns: Columns) -> Any:
    import polars as pl

    return pl.DataFrame(
        [
            pl.Series(name, cells, dtype=pl.Decimal(38, _places(cells)))
            if {type(cell) for cell in cells if cell is not None} == {Decimal}
            else pl.Series(name, cells, dtype=None if any(cell is not None for cell in cells) else pl.String)
            for name, cells in columns.items()
        ]
    )


def _batch(columns: Columns) -> Any:
    import pyarrow as pa

    table = _arrow_table(columns).combine_chunks()
    return pa.RecordBatch.from_arrays(
        [pa.concat_arrays(column.chunks) if column.chunks else pa.array([], column.type) for column in table.columns],
        schema=table.schema,
    )


EAGER = [
    Kind("pandas", ("pandas",), _pandas),
    Kind("pandas_nullable", ("pandas",), _pandas_nullable),
    Kind("pandas_on_arrow", ("pandas", "pyarrow"), _pandas_on_arrow),
    Kind("polars", ("polars",), _polars),
    Kind("pyarrow", ("pyarrow",), _arrow_table),
    Kind("pyarrow_batch", ("pyarrow",), _batch),
]
KINDS = [*EAGER, Kind("polars_lazy", ("polars",), lambda columns: _polars(columns).lazy())]


def over(kinds: Sequence[Kind]) -> pytest.MarkDecorator:
    """Run a test on each of these kinds."""
    return pytest.mark.parametrize("kind", kinds, ids=[kind.name for kind in kinds])


def rows_of(frame: Any) -> list[dict[str, object]]:
    """The rows of any of these frames as dicts, by the means of its own library; missing values are ``None``."""
    if hasattr(frame, "collect"):
        frame = frame.collect()
    if hasattr(frame, "to_dicts"):
        return list(frame.to_dicts())
    if hasattr(frame, "to_pylist"):
        return list(frame.to_pylist())
    import pandas as pd

    return [
        {name: None if cell is None or cell is pd.NA or cell != cell else cell for name, cell in row.items()}
        for row in frame.to_dict("records")
    ]
