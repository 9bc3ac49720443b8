"""Cells of frames as plain objects: every kind of frame gives the same cells, exactly."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.frames import columns_of
from tests.frames.kinds import EAGER, KINDS, Kind, over

WHOLES = st.integers(-(2**53) + 1, 2**53 - 1)
DECIMALS = st.decimals(-(10**20), 10**20, places=4)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2200, 1, 1))
MOMENTS = st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2200, 1, 1))  # noqa: DTZ001
TIMES = st.times()


def column(cells: st.SearchStrategy[object]) -> st.SearchStrategy[list[object]]:
    """A column with missing cells, and at least one that is there, so that every library knows its type."""
    more = st.lists(st.none() | cells, min_size=3, max_size=3)
    return st.tuples(cells, more).flatmap(lambda made: st.permutations([made[0], *made[1]]))


TABLES = st.fixed_dictionaries(
    {
        "whole": column(WHOLES),
        "decimal": column(DECIMALS),
        "text": column(TEXTS),
        "day": column(DAYS),
        "moment": column(MOMENTS),
        "time": column(TIMES),
    }
)


def typed(cells: list[object]) -> list[tuple[type, object]]:
    return [(type(cell), cell) for cell in cells]


@over(KINDS)
@given(table=TABLES)
def test_cells_come_out_as_they_went_in(kind: Kind, table: dict[str, list[object]]) -> None:
    found = columns_of(kind.make(table))
    assert {name: typed(cells) for name, cells in found.items()} == {
        name: typed(cells) for name, cells in table.items()
    }


@over(KINDS)
def test_whole_floats_are_integers(kind: Kind) -> None:
    found = columns_of(kind.make({"qty": [10.0, None, -3.0]}))["qty"]
    assert typed(found) == [(int, 10), (type(None), None), (int, -3)]


@over(KINDS)
def test_one_fraction_keeps_the_floats(kind: Kind) -> None:
    found = columns_of(kind.make({"qty": [10.0, None, 2.5]}))["qty"]
    assert typed(found) == [(float, 10.0), (type(None), None), (float, 2.5)]


@over([kind for kind in KINDS if kind.name != "pandas_nullable"])  # there the library makes integers of them itself
def test_floats_too_long_to_be_exact_stay_floats(kind: Kind) -> None:
    found = columns_of(kind.make({"item": [float(2**53), None]}))["item"]
    assert typed(found) == [(float, float(2**53)), (type(None), None)]


@pytest.mark.filterwarnings("ignore:invalid value encountered in cast:RuntimeWarning")  # pandas 2, making the frame
@over(EAGER)
def test_infinity_is_not_missing(kind: Kind) -> None:
    assert columns_of(kind.make({"qty": [math.inf, 1.0]}))["qty"] == [math.inf, 1.0]


@over(KINDS)
def test_nan_is_missing(kind: Kind) -> None:
    assert columns_of(kind.make({"qty": [math.nan, 4.0]}))["qty"] == [None, 4]


@over(KINDS)
def test_a_frame_without_rows_has_columns(kind: Kind) -> None:
    assert columns_of(kind.make({"item": [], "qty": []})) == {"item": [], "qty": []}


def test_float32_is_exact_below_two_to_the_24th() -> None:
    pl = pytest.importorskip("polars", reason="polars is not installed")
    frame = pl.DataFrame({"a": [2.0**24 - 1, 1], "b": [2.0**24, 1]}, schema={"a": pl.Float32, "b": pl.Float32})
    found = columns_of(frame)
    assert [{type(cell) for cell in cells} for cells in found.values()] == [{int}, {float}]


def test_every_word_of_pandas_for_missing() -> None:
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    cells = [None, float("nan"), pd.NA, pd.NaT, Decimal("1.10")]
    assert columns_of(pd.DataFrame({"qty": pd.Series(cells, dtype="object")}))["qty"] == [*[None] * 4, Decimal("1.10")]


def test_a_decimal_gone_wrong_is_not_missing() -> None:
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    found = columns_of(pd.DataFrame({"qty": pd.Series([Decimal("NaN"), None], dtype="object")}))["qty"]
    assert [str(cell) for cell in found] == ["NaN", "None"]


def test_categories_are_texts() -> None:
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    pl = pytest.importorskip("polars", reason="polars is not installed")
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    cells = ["TEA", None, "TEA"]
    assert columns_of(pd.DataFrame({"item": pd.Categorical(cells)})) == {"item": cells}
    assert columns_of(pl.DataFrame({"item": pl.Series(cells, dtype=pl.Categorical)})) == {"item": cells}
    assert columns_of(pl.DataFrame({"item": pl.Series(cells, dtype=pl.Enum(["TEA"]))})) == {"item": cells}
    assert columns_of(pa.table({"item": pa.array(cells).dictionary_encode()})) == {"item": cells}


def test_a_time_is_cut_to_the_microsecond() -> None:
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    pl = pytest.importorskip("polars", reason="polars is not installed")
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    nanoseconds = [1_767_225_600_000_001_999, None]
    expected = {"date": [dt.datetime(2026, 1, 1, 0, 0, 0, 1), None]}  # noqa: DTZ001
    table = pa.table({"date": pa.array(nanoseconds, pa.timestamp("ns"))})
    assert columns_of(table) == expected
    assert columns_of(pl.from_arrow(table)) == expected
    assert columns_of(table.to_pandas()) == expected
    assert columns_of(table.to_pandas(types_mapper=pd.ArrowDtype)) == expected


def test_a_time_with_a_zone_keeps_it_to_be_refused() -> None:
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    pl = pytest.importorskip("polars", reason="polars is not installed")
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    table = pa.table({"date": pa.array([dt.datetime(2026, 1, 1), None], pa.timestamp("us", tz="UTC"))})  # noqa: DTZ001
    for frame in (table, pl.from_arrow(table), table.to_pandas(), table.to_pandas(types_mapper=pd.ArrowDtype)):
        first, second = columns_of(frame)["date"]
        assert isinstance(first, dt.datetime)
        assert first.tzinfo is not None
        assert second is None


def test_ids_in_lists_stay_lists() -> None:
    pl = pytest.importorskip("polars", reason="polars is not installed")
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    pytest.importorskip("pandas", reason="pandas is not installed")
    cells = [["a", "b"], None, []]
    table = pa.table({"ref": pa.array(cells)})
    for frame in (table, pl.from_arrow(table), table.to_pandas()):
        assert columns_of(frame) == {"ref": cells}
