"""Read once per distinct cell, row by row or in bulk: the values and the problems are the same."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from jxc.edge import distinct
from jxc.edge.cells import fault, read_text
from jxc.edge.distinct import ColumnReader, Known, Rows
from jxc.stock.problem import Problem


def read(cell, field):
    if isinstance(cell, str) and cell.isdigit():
        return int(cell)
    return fault("bad", field, cell, f"of {type(cell).__name__}", "mend it")


@given(st.lists(st.sampled_from(["1", "22", "x", "", None, 1, True, 1.0, Decimal(1)]) | st.text(max_size=2)))
def test_both_ways_of_reading_agree(cells):
    keyed, rowed = ColumnReader({"qty": cells}, len(cells)), ColumnReader({"qty": cells}, len(cells))
    first = keyed._by_key("qty", cells, read, 0)
    second = rowed._by_row("qty", cells, read, 0, None)
    assert first.values() == second.values()
    assert first.values_of(str) == second.values_of(str)
    assert set(first.seen()) == set(second.seen())
    assert (keyed.problems, keyed.bad, keyed.given) == (rowed.problems, rowed.bad, rowed.given)


def test_cells_that_are_equal_but_of_another_type_are_kept_apart():
    reader = ColumnReader({"x": [1, True, 1.0, Decimal(1), "1"]}, 5)
    assert reader.column("x", lambda cell, _: type(cell).__name__, "").values() == [
        "int", "bool", "float", "Decimal", "str",
    ]  # fmt: skip


def test_cells_without_a_hash_are_read():
    cells = [["a"], ["b"], {}, Decimal("sNaN")]
    assert ColumnReader({"x": cells}, 4).column("x", lambda cell, _: str(cell), "").values() == [
        "['a']", "['b']", "{}", "sNaN",
    ]  # fmt: skip


def test_a_column_that_hardly_repeats_is_read_by_row_and_another_by_key():
    unlike = [f"M{row}" for row in range(3000)]
    reader = ColumnReader({"id": unlike, "place": ["W1", "W2"] * 1500}, 3000)
    assert isinstance(reader.column("id", read_text, None), Rows)
    assert isinstance(reader.column("place", read_text, None), Known)


def test_bulk_is_asked_for_text_only_and_may_decline():
    size = 2 * distinct._CHUNK
    cells = [f"M{row}" for row in range(size - 1)] + [7]
    asked = []
    reader = ColumnReader({"id": cells}, size)
    values = reader.column("id", read_text, None, lambda chunk: asked.append(len(chunk))).values()
    assert asked == [distinct._CHUNK]
    assert values == [str(cell) for cell in cells]


def test_a_fault_far_down_is_the_problem_of_its_row():
    size = 2 * distinct._CHUNK
    cells = [f"{row}" for row in range(size - 1)] + ["x"]
    reader = ColumnReader({"qty": cells}, size)
    assert reader.column("qty", read, 0).values() == [*range(size - 1), 0]
    assert [found.row for found in reader.problems] == [size]


def test_an_absent_column_is_filled_and_not_given():
    reader = ColumnReader({}, 3)
    assert reader.column("lot", read_text, None).values() == [None, None, None]
    assert reader.given == set()


def test_an_empty_column_is_not_given():
    reader = ColumnReader({"lot": ["", " ", None]}, 3)
    assert reader.column("lot", read_text, None).values() == [None, None, None]
    assert reader.given == set()


def test_a_row_keeps_its_first_problem():
    known = [Problem(1, "ragged_row", "short"), Problem(2, "note", "only a warning", severity="warning")]
    reader = ColumnReader({"a": ["x", "x", "1"], "b": ["x", "x", "x"]}, 3, known, lambda row: ("f.csv", row + 1))
    reader.column("a", read, 0)
    reader.column("b", read, 0)
    assert [(problem.row, problem.code, problem.field, problem.line) for problem in reader.problems[2:]] == [
        (2, "bad", "a", 3),
        (3, "bad", "b", 4),
    ]
    assert list(reader.bad) == [1, 1, 1]
