"""A dataframe that was handed in, held so that figures can be laid beside its rows later.

    any dataframe  --hold-->  Held  --columns()-->    {name: [cell, ...]}
                                    --beside(...)-->  the same kind of frame, with more columns

A lazy frame is collected once, because a second run may give its rows in another order; one of polars comes back lazy,
a relation of a database comes back as a table of pyarrow.  What is held does not follow later changes of a pandas or
polars frame.

Invariant: ``beside`` changes no column, row or index of what was handed in.

>>> import polars
>>> hold(polars.LazyFrame({"item": ["TEA", None], "qty": [10, 2]})).columns()
{'item': ['TEA', None], 'qty': [10, 2]}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar, cast

from jxc.edge.words import column_name
from jxc.errors import TableError
from jxc.frames.backends import Arrow, Backend, Column, Decimals, Pandas, Polars, Texts
from jxc.frames.cells import cells_of
from jxc.frames.library import NARWHALS, library

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw

__all__ = ["Held", "add_costs", "columns_of", "hold"]

_Frame = TypeVar("_Frame")


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """An eager native frame, its view in narwhals, and how it came in."""

    native: Any
    view: nw.DataFrame[Any]
    backend: Backend
    lazy: bool = False

    def __len__(self) -> int:
        return len(self.view)

    def columns(self) -> dict[str, list[object]]:
        """The cells by column as plain objects, ``None`` where one is missing; see ``jxc.frames.cells``."""
        return {str(name): cells_of(self.view.get_column(name)) for name in self.view.columns}

    def beside(self, columns: Mapping[str, Column]) -> Any:
        """The same kind of frame with these columns after its own.

        Raises ``TableError``: ``column_taken`` if the frame has a column of that name, ``uneven_columns`` if a column
        does not have a cell for every row.
        """
        for name, column in columns.items():
            self._check(name, len(column.values))
        made = self.backend.beside(self.native, columns)
        return made.lazy() if self.lazy else made

    def with_costs(
        self, costs: Sequence[Decimal | None], statuses: Sequence[str], name: str, status_name: str, *, places: int = 0
    ) -> Any:
        """See ``add_costs``."""
        decimals = Decimals(costs, most_places(costs, places))
        return self.beside({name: decimals, status_name: Texts(statuses)})

    def _check(self, name: str, length: int) -> None:
        if name in self.view.columns:
            raise TableError(
                "column_taken",
                "the frame has a column of this name already",
                field=name,
                hint="choose another name for the new one: name=..., status_name=...",
            )
        if length != len(self):
            raise TableError(
                "uneven_columns",
                f"the frame has {len(self)} rows, the figures are for {length}",
                field=name,
                hint="hand in the frame that was valued, with the same rows in the same order",
            )

    def float_hint(self, field: str) -> str:
        """How to make the column that is read as ``field`` exact, in the words of its library."""
        header = next((name for name in self.view.columns if column_name(str(name)) == field), field)
        return f"make the column text, or decimals, where its numbers come from; here: {self._cast_to_text(header)}"

    def _cast_to_text(self, header: str) -> str:
        if isinstance(self.backend, Polars):
            return f'df.with_columns(pl.col("{header}").cast(pl.String))'
        if isinstance(self.backend, Arrow):
            return f'table.set_column(i, "{header}", table["{header}"].cast(pa.string()))'
        return f'df["{header}"] = df["{header}"].astype(str)'


def hold(frame: object) -> Held:
    """Any dataframe that narwhals knows, or a record batch of pyarrow; what is held already is handed back.

    Raises ``MissingExtraError`` without narwhals, and ``TableError``: ``not_movements`` for anything else,
    ``duplicate_column`` for two columns of one name.
    """
    if isinstance(frame, Held):
        return frame
    library(NARWHALS)
    import narwhals.stable.v2 as nw

    opened = _opened(frame)
    lazy = isinstance(opened, nw.LazyFrame)
    view = opened.collect() if isinstance(opened, nw.LazyFrame) else opened
    native: Any = view.to_native()
    if view.implementation.is_pandas_like():
        native = native.copy(deep=False)
        return Held(native, nw.from_native(native, eager_only=True), Pandas(on_arrow=_on_arrow(native)))
    if view.implementation.is_polars():
        native = native.clone()
        return Held(native, nw.from_native(native, eager_only=True), Polars(), lazy)
    return Held(frame if _is_batch(frame) else native, view, Arrow())


def _opened(frame: object) -> nw.DataFrame[Any] | nw.LazyFrame[Any]:
    import narwhals.stable.v2 as nw

    try:
        if _is_batch(frame):
            frame = library("pyarrow").Table.from_batches([frame])
        return cast("nw.DataFrame[Any] | nw.LazyFrame[Any]", nw.from_native(cast("Any", frame)))
    except nw.exceptions.DuplicateError as error:
        raise TableError(
            "duplicate_column", "two columns of the frame have one name", value=error, hint="rename one of them"
        ) from error
    except TypeError as error:
        raise TableError(
            "not_movements",
            "this is no dataframe",
            value=type(frame).__name__,
            hint="hand in a frame of pandas, polars, pyarrow or another library that narwhals knows",
        ) from error


def _is_batch(frame: object) -> bool:
    """Whether it is a record batch of pyarrow, which narwhals does not take."""
    kind = type(frame)
    return kind.__name__ == "RecordBatch" and kind.__module__.startswith("pyarrow")


def _on_arrow(native: Any) -> bool:
    return any(type(dtype).__name__ == "ArrowDtype" for dtype in native.dtypes)


def columns_of(frame: object) -> dict[str, list[object]]:
    """The columns of a dataframe as lists of plain objects; raises what ``hold`` raises.

    >>> import polars
    >>> columns_of(polars.DataFrame({"qty": [10, None]}))
    {'qty': [10, None]}
    """
    return hold(frame).columns()


def add_costs(
    frame: _Frame,
    costs: Sequence[Decimal | None],
    statuses: Sequence[str],
    name: str = "cost",
    status_name: str = "cost_status",
    *,
    places: int = 0,
) -> _Frame:
    """The same kind of frame with a column of costs and one of their statuses, row by row.

    The costs have as many decimals as the longest of them, and at least ``places``.  Raises what ``hold`` and
    ``Held.beside`` raise, and ``NumberError`` ``number_too_large`` beyond 38 digits.

    >>> import polars
    >>> add_costs(polars.DataFrame({"qty": [3]}), [Decimal("7.50")], ["final"]).rows()
    [(3, Decimal('7.50'), 'final')]
    """
    return cast("_Frame", hold(frame).with_costs(costs, statuses, name, status_name, places=places))


def most_places(numbers: Sequence[Decimal | None], least: int = 0) -> int:
    """The most decimals that one of the numbers has, at least ``least``."""
    exponents = {int(number.as_tuple().exponent) for number in numbers if number is not None}
    return max(least, -min(exponents, default=0))
