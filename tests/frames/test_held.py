"""Frames held: costs laid beside the rows, everything else untouched, and what is no frame refused."""

from __future__ import annotations

import sys
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.errors import MissingExtraError, NumberError, TableError
from jxc.frames import add_costs, columns_of, hold
from tests.frames.kinds import EAGER, KINDS, Kind, over, rows_of

COSTS = st.lists(st.none() | st.decimals(-(10**12), 10**12, places=2), min_size=1, max_size=6)


@over(KINDS)
@given(costs=COSTS)
def test_costs_come_back_beside_their_rows(kind: Kind, costs: list[Decimal | None]) -> None:
    items = [f"item {row}" for row in range(len(costs))]
    frame = kind.make({"item": items, "qty": list(range(len(costs)))})
    statuses = ["refused" if cost is None else "final" for cost in costs]
    made = add_costs(frame, costs, statuses)
    assert type(made) is type(frame)
    assert rows_of(made) == [
        {"item": item, "qty": row, "cost": cost, "cost_status": status}
        for row, (item, cost, status) in enumerate(zip(items, costs, statuses, strict=True))
    ]
    assert [list(row) for row in rows_of(frame)] == [["item", "qty"]] * len(costs)


@over(KINDS)
def test_costs_are_decimals_of_the_library(kind: Kind) -> None:
    made = add_costs(kind.make({"qty": [1, 2]}), [Decimal("1.5"), None], ["final", "refused"], places=3)
    expected = {
        "pandas": "object",
        "pandas_nullable": "object",
        "pandas_on_arrow": "decimal128(38, 3)[pyarrow]",
        "polars": "Decimal(precision=38, scale=3)",
        "polars_lazy": "Decimal(precision=38, scale=3)",
        "pyarrow": "decimal128(38, 3)",
        "pyarrow_batch": "decimal128(38, 3)",
    }
    assert dtype_of(made, "cost") == expected[kind.name]


def dtype_of(frame: Any, name: str) -> str:
    schema = frame.collect_schema() if hasattr(frame, "collect_schema") else getattr(frame, "schema", None)
    if schema is None:
        return str(frame.dtypes[name])
    return str(schema.field(name).type if hasattr(schema, "field") else schema[name])


@over(KINDS)
def test_a_frame_without_rows(kind: Kind) -> None:
    made = add_costs(kind.make({"item": [], "qty": []}), [], [], places=2)
    assert type(made) is type(kind.make({"item": []}))
    assert list(columns_of(made)) == ["item", "qty", "cost", "cost_status"]


@over(KINDS)
def test_names_are_the_callers(kind: Kind) -> None:
    made = add_costs(kind.make({"cost": ["x"]}), [Decimal("1.00")], ["final"], "cost_out", "how")
    assert rows_of(made) == [{"cost": "x", "cost_out": Decimal("1.00"), "how": "final"}]


@over(KINDS)
def test_a_name_that_is_taken(kind: Kind) -> None:
    with pytest.raises(TableError) as caught:
        add_costs(kind.make({"cost": ["x"]}), [Decimal(1)], ["final"])
    assert (caught.value.code, caught.value.field) == ("column_taken", "cost")


@over(KINDS)
def test_figures_for_other_rows(kind: Kind) -> None:
    with pytest.raises(TableError) as caught:
        add_costs(kind.make({"qty": [1, 2]}), [Decimal(1)], ["final"])
    assert (caught.value.code, caught.value.message) == (
        "uneven_columns",
        "the frame has 2 rows, the figures are for 1",
    )


@over(EAGER)
def test_decimals_keep_every_digit(kind: Kind) -> None:
    costs = [Decimal("1E+2"), Decimal("0.123456789012"), Decimal("-" + "9" * 25 + ".99"), Decimal(0)]
    made = add_costs(kind.make({"qty": [1, 2, 3, 4]}), costs, ["final"] * 4)
    assert [row["cost"] for row in rows_of(made)] == costs


@over([kind for kind in KINDS if kind.name not in ("pandas", "pandas_nullable")])
def test_more_digits_than_the_library_holds(kind: Kind) -> None:
    with pytest.raises(NumberError) as caught:
        add_costs(kind.make({"qty": [1]}), [Decimal(10) ** 36], ["final"], places=2)
    assert caught.value.code == "number_too_large"
    longest = Decimal("9" * 36 + ".99")
    assert rows_of(add_costs(kind.make({"qty": [1]}), [longest], ["final"], places=2))[0]["cost"] == longest


@pytest.mark.parametrize("index", [[7, 7, 3], ["c", "a", "b"], [(1, "x"), (1, "x"), (0, "y")]])
def test_the_index_of_pandas_stays(index: list[object]) -> None:
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    known = pd.MultiIndex.from_tuples(index, names=["a", "b"]) if isinstance(index[0], tuple) else pd.Index(index)
    frame = pd.DataFrame({"qty": [1, 2, 3]}, index=known)
    before = frame.copy(deep=True)
    made = add_costs(frame, [Decimal(1), Decimal(2), Decimal(3)], ["final"] * 3)
    assert made["cost"].tolist() == [Decimal(1), Decimal(2), Decimal(3)]
    pd.testing.assert_frame_equal(made[["qty"]], before)
    pd.testing.assert_frame_equal(frame, before)


def test_what_is_held_does_not_follow_later_changes() -> None:
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    frame = pd.DataFrame({"qty": [1, 2]})
    held = hold(frame)
    frame["cost"] = 0
    del frame["qty"]
    made = held.with_costs([Decimal(10), Decimal(20)], ["final", "final"], "cost", "cost_status")
    assert rows_of(made[["qty", "cost"]]) == [{"qty": 1, "cost": 10}, {"qty": 2, "cost": 20}]


def test_a_lazy_frame_is_collected_once() -> None:
    pl = pytest.importorskip("polars", reason="polars is not installed")
    runs: list[int] = []

    def note(frame: Any) -> Any:
        runs.append(1)
        return frame

    held = hold(pl.LazyFrame({"qty": [1]}).map_batches(note))
    held.columns()
    made = held.with_costs([Decimal(1)], ["final"], "cost", "cost_status")
    assert isinstance(made, pl.LazyFrame)
    assert (made.collect().height, len(runs)) == (1, 1)


def test_what_is_held_is_not_held_again() -> None:
    pl = pytest.importorskip("polars", reason="polars is not installed")
    held = hold(pl.DataFrame({"qty": [1]}))
    assert hold(held) is held


@pytest.mark.parametrize("value", [3, "text", object(), {"qty": [1]}, [[1]]])
def test_what_is_no_frame(value: object) -> None:
    with pytest.raises(TableError) as caught:
        columns_of(value)
    assert caught.value.code == "not_movements"


def test_two_columns_of_one_name() -> None:
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    with pytest.raises(TableError) as caught:
        columns_of(pd.DataFrame([[1, 2]], columns=["qty", "qty"]))
    assert caught.value.code == "duplicate_column"


def test_columns_need_not_be_called_by_texts() -> None:
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    assert columns_of(pd.DataFrame([[1, 2]], columns=["qty", 5])) == {"qty": [1], "5": [2]}


def test_without_narwhals(monkeypatch: pytest.MonkeyPatch) -> None:
    pl = pytest.importorskip("polars", reason="polars is not installed")
    monkeypatch.setitem(sys.modules, "narwhals.stable.v2", None)
    with pytest.raises(MissingExtraError) as caught:
        columns_of(pl.DataFrame({"qty": [1]}))
    assert (caught.value.code, caught.value.hint) == ("missing_extra", 'pip install "jxc[frames]"')
