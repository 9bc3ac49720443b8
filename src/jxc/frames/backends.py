"""What a dataframe library is asked for when jxc hands figures back: typed columns, a new frame, columns beside others.

    Decimals, Texts, Wholes, Days  --Backend.column-->  a column of the library  --frame, beside-->  a frame

| kind | decimals | texts | days |
|---|---|---|---|
| pandas | objects that are ``Decimal`` | ``str`` | ``datetime64`` |
| pandas on Arrow | ``decimal128(38, places)`` | ``string`` | ``date32`` |
| polars | ``Decimal(38, places)`` | ``String`` | ``Date`` |
| pyarrow | ``decimal128(38, places)`` | ``string`` | ``date32`` |

Invariant: a decimal arrives with every digit, and ``None`` arrives as the missing value of the library.

>>> from decimal import Decimal
>>> made = backend_of("polars").frame({"cost": Decimals([Decimal("1.5"), None], 2), "status": Texts(["final", ""])})
>>> made.rows()
[(Decimal('1.50'), 'final'), (None, '')]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal, Protocol, TypeAlias, get_args

from jxc.errors import FieldError, NumberError
from jxc.frames.library import library

__all__ = ["Backend", "Column", "Days", "Decimals", "Kind", "Texts", "Wholes", "backend_of"]

Kind: TypeAlias = Literal["pandas", "polars", "pyarrow"]
"""The libraries that jxc can make a frame of."""

_MOST_DIGITS = 38


@dataclass(frozen=True, slots=True)
class Decimals:
    """Exact numbers with at most ``places`` decimals."""

    values: Sequence[Decimal | None]
    places: int


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts, none missing."""

    values: Sequence[str]


@dataclass(frozen=True, slots=True)
class Wholes:
    """Integers of 64 bits, none missing."""

    values: Sequence[int]


@dataclass(frozen=True, slots=True)
class Days:
    """Calendar days."""

    values: Sequence[date | None]


Column: TypeAlias = Decimals | Texts | Wholes | Days


class Backend(Protocol):
    """A library as jxc writes to it."""

    def frame(self, columns: Mapping[str, Column]) -> Any:
        """A new frame of these columns."""
        ...

    def beside(self, frame: Any, columns: Mapping[str, Column]) -> Any:
        """The frame with these columns after its own; the frame handed in stays as it is."""
        ...


def backend_of(kind: Kind) -> Backend:
    """The backend of a kind.

    Raises ``FieldError`` ``not_a_frame_kind`` for another word, and ``MissingExtraError`` if it is not installed.
    """
    if kind == "polars":
        return Polars()
    if kind == "pyarrow":
        return Arrow()
    if kind == "pandas":
        return Pandas()
    raise FieldError(
        "not_a_frame_kind",
        "jxc makes no such frame",
        field="kind",
        value=kind,
        hint=f"use one of {', '.join(get_args(Kind))}",
    )


class Polars:
    """Frames of polars."""

    def __init__(self) -> None:
        self._library = library("polars")

    def frame(self, columns: Mapping[str, Column]) -> Any:
        """A new ``DataFrame``."""
        return self._library.DataFrame(self._series(columns))

    def beside(self, frame: Any, columns: Mapping[str, Column]) -> Any:
        """The ``DataFrame`` with these columns after its own."""
        return frame.with_columns(self._series(columns))

    def _series(self, columns: Mapping[str, Column]) -> list[Any]:
        series = self._library.Series
        return [series(name, column.values, dtype=self._dtype(column)) for name, column in columns.items()]

    def _dtype(self, column: Column) -> Any:
        if isinstance(column, Decimals):
            _check_digits(column)
            return self._library.Decimal(_MOST_DIGITS, column.places)
        name = {Texts: "String", Wholes: "Int64", Days: "Date"}[type(column)]
        return getattr(self._library, name)


class Arrow:
    """Tables and record batches of pyarrow."""

    def __init__(self) -> None:
        self._library = library("pyarrow")

    def frame(self, columns: Mapping[str, Column]) -> Any:
        """A new ``Table``."""
        return self._library.table({name: self.array(column) for name, column in columns.items()})

    def beside(self, frame: Any, columns: Mapping[str, Column]) -> Any:
        """The ``Table`` or ``RecordBatch`` with these columns after its own."""
        for name, column in columns.items():
            frame = frame.append_column(name, self.array(column))
        return frame

    def array(self, column: Column) -> Any:
        """The column as an ``Array``."""
        return self._library.array(column.values, type=self.dtype(column))

    def dtype(self, column: Column) -> Any:
        """The type that an array of this column has."""
        if isinstance(column, Decimals):
            _check_digits(column)
            return self._library.decimal128(_MOST_DIGITS, column.places)
        name = {Texts: "string", Wholes: "int64", Days: "date32"}[type(column)]
        return getattr(self._library, name)()


class Pandas:
    """Frames of pandas; ``on_arrow``: their new columns are Arrow's, as the columns of the frame that came in."""

    def __init__(self, *, on_arrow: bool = False) -> None:
        self._library = library("pandas")
        self._arrow = Arrow() if on_arrow else None

    def frame(self, columns: Mapping[str, Column]) -> Any:
        """A new ``DataFrame`` with the index 0, 1, 2, ..."""
        return self._library.DataFrame({name: self._array(column) for name, column in columns.items()})

    def beside(self, frame: Any, columns: Mapping[str, Column]) -> Any:
        """The ``DataFrame`` with these columns after its own, and its own index."""
        return frame.assign(**{name: self._array(column) for name, column in columns.items()})

    def _array(self, column: Column) -> Any:
        """The column without an index, so that it is laid beside the rows in their order, whatever the index says."""
        values: Sequence[object] = column.values
        if self._arrow is not None:
            return self._library.array(values, dtype=self._library.ArrowDtype(self._arrow.dtype(column)))
        if isinstance(column, Days):
            return self._library.Series(self._library.to_datetime(values)).array
        dtype = {Decimals: "object", Texts: "str", Wholes: "int64"}[type(column)]
        return self._library.Series(values, dtype=dtype).array


def _check_digits(column: Decimals) -> None:
    """Arrow and polars hold 38 digits; the libraries themselves would fail here, or worse."""
    room = _MOST_DIGITS - column.places
    for number in column.values:
        if number and number.adjusted() >= room:
            raise NumberError(
                "number_too_large",
                f"a frame holds {_MOST_DIGITS} digits, {column.places} of them after the point",
                value=number,
                hint="ask for a pandas frame, whose decimals have no limit, or use another unit",
            )
