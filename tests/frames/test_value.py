"""Frames through ``jxc.value``: the same rows give the same answer in every form, and costs come back beside them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

import jxc
from jxc.errors import FieldError, NotFoundError, TableError
from jxc.frames import Kind as FrameKind
from jxc.frames import columns_of
from tests.frames.kinds import KINDS, Kind, over, rows_of

NAMES = ["date", "type", "item", "place", "qty", "amount", "id"]
MOVES: dict[str, list[object]] = {
    "date": ["2026-01-05", "2026-01-06", "2026-01-11", "2026-01-12"],
    "type": ["receipt", "receipt", "issue", "issue"],
    "item": ["TEA", "TEA", "TEA", "TEA"],
    "qty": [10, 10, 15, 99],
    "amount": [Decimal("20.00"), Decimal("30.00"), None, None],
}

ROW = st.tuples(
    st.none() | st.dates(dt.date(2026, 1, 1), dt.date(2026, 2, 9)),
    st.sampled_from(["receipt", "receipt", "issue", "scrap", "no such type", None]),
    st.none() | st.sampled_from(["TEA", "CUP", "茶", "=1+1"]),
    st.none() | st.sampled_from(["SHOP", "STORE"]),
    st.none() | st.decimals(-2, 30, places=1),
    st.none() | st.decimals(0, 999, places=2),
    st.none() | st.sampled_from([f"M{number}" for number in range(9)]),
)


def as_dicts(columns: dict[str, list[object]]) -> list[dict[str, object]]:
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


@over(KINDS)
@given(rows=st.lists(ROW, min_size=1, max_size=12))
def test_a_frame_is_valued_as_its_rows_are(kind: Kind, rows: list[tuple[object, ...]]) -> None:
    table = {name: list(cells) for name, cells in zip(NAMES, zip(*rows, strict=True), strict=True)}
    found = jxc.value(kind.make(table), currency="CNY")
    assert found.to_dict() == jxc.value(as_dicts(table), currency="CNY").to_dict()


@over(KINDS)
def test_costs_come_back_in_the_same_kind(kind: Kind) -> None:
    frame = kind.make(MOVES)
    fifo = jxc.value(frame, currency="CNY")
    assert type(fifo.frame) is type(frame)
    assert fifo.frame is fifo.frame
    assert [(row["cost"], row["cost_status"]) for row in rows_of(fifo.frame)] == [
        (Decimal("20.00"), "final"),
        (Decimal("30.00"), "final"),
        (Decimal("35.00"), "final"),
        (None, "refused"),
    ]
    assert [{name: row[name] for name in MOVES} for row in rows_of(fifo.frame)] == rows_of(frame)


@over(KINDS)
def test_there_and_back(kind: Kind) -> None:
    fifo = jxc.value(kind.make(MOVES), currency="CNY")
    again = jxc.value(fifo.with_costs(name="fifo", status_name="fifo_status"), currency="CNY")
    assert list(again.movements) == list(fifo.movements)
    assert "unknown_columns" in {problem.code for problem in again.problems}


@over(KINDS)
def test_two_methods_beside_each_other(kind: Kind) -> None:
    both = jxc.compare(kind.make(MOVES), methods=["fifo", "lifo"], currency="CNY")
    made = both["fifo"].with_costs(name="fifo", status_name="fifo_status")
    made = both["lifo"].with_costs(made, name="lifo", status_name="lifo_status")
    assert columns_of(made)["fifo"][2] == Decimal("35.00")
    assert columns_of(made)["lifo"][2] == Decimal("40.00")


@over(KINDS)
def test_rows_after_the_day_have_no_cost(kind: Kind) -> None:
    found = columns_of(jxc.value(kind.make(MOVES), currency="CNY", as_of="2026-01-05").frame)
    assert found["cost"] == [Decimal("20.00"), None, None, None]
    assert found["cost_status"] == ["final", "uncosted", "uncosted", "uncosted"]


@over(KINDS)
def test_floats_are_refused_by_row_with_the_way_out(kind: Kind) -> None:
    table = MOVES | {"qty": [10.0, 10.5, 1.0, None]}
    found = jxc.value(kind.make(table), currency="CNY")
    first = [problem for problem in found.problems if problem.code == "float_refused"]
    assert [(problem.row, problem.field) for problem in first] == [(1, "qty"), (2, "qty"), (3, "qty")]
    words = {"polars": 'pl.col("qty").cast(pl.String)', "pandas": '["qty"].astype(str)', "pyarrow": "cast(pa.string())"}
    assert words[kind.name.split("_", maxsplit=1)[0]] in first[0].hint


@over(KINDS)
def test_the_way_out_names_the_column_as_the_frame_does(kind: Kind) -> None:
    table = {name: cells for name, cells in MOVES.items() if name != "qty"} | {"数量": [0.5, 0.5, 0.5, 0.5]}
    assert '"数量"' in jxc.value(kind.make(table), currency="CNY").problems[0].hint


@over(KINDS)
def test_integers_that_became_floats_are_read(kind: Kind) -> None:
    table = MOVES | {"amount": [20.0, 30.0, None, None]}
    assert jxc.value(kind.make(table), currency="CNY").costs() == jxc.value(kind.make(MOVES), currency="CNY").costs()


@over(KINDS)
@pytest.mark.parametrize("to", [None, *get_args(FrameKind)])
def test_movements_as_a_frame(kind: Kind, to: FrameKind | None) -> None:
    frame = kind.make(MOVES | {"date": ["2026-01-05", "x", "2026-01-11", "2026-01-12"]})
    if to is not None:
        pytest.importorskip(to, reason=f"{to} is not installed")
    found = jxc.value(frame, currency="CNY")
    made = found.to_frame(to)
    library = to or kind.name.split("_", maxsplit=1)[0]
    assert type(made).__module__.split(".")[0] == library
    table = columns_of(made)
    assert [move.cost if move.status == "final" else None for move in found.movements] == table["cost"]
    for name in ("row", "id", "type", "item", "place", "qty", "status"):
        assert table[name] == [getattr(move, name) for move in found.movements]
    days = [day.date() if isinstance(day, dt.datetime) else day for day in table["date"]]
    assert days == [dt.date(2026, 1, 5), None, dt.date(2026, 1, 11), dt.date(2026, 1, 12)]


def test_movements_of_no_frame_come_in_pandas() -> None:
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    found = jxc.value(as_dicts(MOVES), currency="CNY")
    assert isinstance(found.to_frame(), pd.DataFrame)


def test_costs_beside_no_frame() -> None:
    found = jxc.value(as_dicts(MOVES), currency="CNY")
    with pytest.raises(NotFoundError) as caught:
        _ = found.frame
    assert caught.value.code == "no_frame"


@over(KINDS)
def test_costs_beside_another_frame(kind: Kind) -> None:
    found = jxc.value(as_dicts(MOVES), currency="CNY")
    assert columns_of(found.with_costs(kind.make(MOVES)))["cost"] == [*found.costs()[:3], None]
    with pytest.raises(TableError) as caught:
        found.with_costs(kind.make({"item": ["TEA"]}))
    assert caught.value.code == "uneven_columns"


def test_a_frame_of_no_known_kind() -> None:
    with pytest.raises(FieldError):
        jxc.value(as_dicts(MOVES), currency="CNY").to_frame("excel")  # type: ignore[arg-type]


@over(KINDS)
def test_no_rows_at_all(kind: Kind) -> None:
    found = jxc.value(kind.make({name: [] for name in MOVES}), currency="CNY")
    assert (found.problems, rows_of(found.frame), rows_of(found.to_frame())) == ((), [], [])


def test_a_frame_that_lacks_a_column() -> None:
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    with pytest.raises(TableError) as caught:
        jxc.value(pd.DataFrame({"item": ["TEA"]}))
    assert caught.value.code == "missing_column"


def test_a_relation_of_a_database_comes_back_as_a_table() -> None:
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    table = pa.table(MOVES | {"amount": pa.array(MOVES["amount"], pa.decimal128(18, 2))})
    relation = duckdb.connect().from_arrow(table)
    fifo = jxc.value(relation, currency="CNY")
    assert isinstance(fifo.frame, pa.Table)
    assert fifo.frame["cost"].to_pylist()[2] == Decimal("35.00")
