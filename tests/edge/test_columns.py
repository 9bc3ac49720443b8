"""Columns are read exactly or their rows are listed as problems, in a fixed order of checks."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.edge.columns import parse_columns
from jxc.edge.words import COLUMNS, TYPES, VALUE_ONLY
from jxc.errors import InputError, JxcError, PolicyError, TableError
from jxc.stock.problem import Problem

GOOD = {"date": "2026-01-02", "type": "receipt", "item": "TEA", "qty": "10"}


def parse(*rows, places=2, **options):
    names = list(dict.fromkeys(name for row in rows for name in row)) or list(GOOD)
    return parse_columns({name: [row.get(name) for row in rows] for name in names}, places=places, **options)


def problem(**cells):
    """The only problem of a good row with some cells changed."""
    (found,) = parse(GOOD | cells).problems
    assert found.field in COLUMNS
    assert found.hint
    return found


CELL = st.one_of(
    st.text(max_size=6),
    st.sampled_from(["2026-01-02", "receipt", "count", "1", "-1", "0", "=A1", "12.50", "1,5", "R1;R2", "9:00"]),
    st.none(), st.integers(), st.decimals(), st.floats(), st.dates(), st.datetimes(), st.booleans(), st.fractions(),
)  # fmt: skip


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, CELL)), max_size=5), st.integers(0, 4))
def test_any_cells_give_rows_or_problems(rows, places):
    parsed = parse(*(rows or [{}])[:], places=places) if rows else parse(places=places)
    assert len(parsed.date) == len(parsed.qty) == len(parsed.refs) == parsed.n == len(rows)
    errors = [found.row for found in parsed.problems]
    assert errors == sorted(set(errors))
    assert [index + 1 for index, mark in enumerate(parsed.bad) if mark] == errors
    for index in range(parsed.n):
        if not parsed.bad[index]:
            assert parsed.type[index] in TYPES
            assert parsed.qty[index] >= 0
            assert parsed.date[index] >= 1


@given(st.dictionaries(st.text(max_size=5) | st.sampled_from(COLUMNS), st.lists(CELL, max_size=2), max_size=6))
def test_any_table_is_read_or_refused(columns):
    error = None
    try:
        parse_columns(columns, places=2)
    except JxcError as raised:
        error = raised
    assert error is None or (isinstance(error, InputError) and error.hint)


ROW = st.fixed_dictionaries(
    {
        "date": st.dates(),
        "type": st.sampled_from([name for name in TYPES if name not in VALUE_ONLY]),
        "item": st.from_regex(r"[A-Z茶酒][A-Z0-9 ]{0,5}[0-9]", fullmatch=True),
        "qty": st.decimals(min_value="0.0001", max_value=10**9, places=4),
        "amount": st.none() | st.integers(0, 10**12).map(lambda minor: Decimal(f"{minor}E-2")),
        "unit_cost": st.none() | st.decimals(min_value=0, max_value=10**6, places=6),
        "expiry": st.none() | st.dates(),
        "time": st.none() | st.times(),
        "ref": st.lists(st.from_regex(r"[a-z]{1,3}", fullmatch=True), unique=True, max_size=3),
    }
)


@given(st.lists(ROW, min_size=1, max_size=8))
def test_what_was_written_is_read_back(rows):
    texts = [
        {name: "" if value is None else ";".join(value) if name == "ref" else f"{value}" for name, value in row.items()}
        for row in rows
    ]
    from_objects, from_texts = parse(*rows), parse(*texts)
    assert from_objects == from_texts
    assert not from_texts.problems
    scale = 10**from_texts.qty_places
    for index, row in enumerate(rows):
        assert dt.date.fromordinal(from_texts.date[index]) == row["date"]
        assert from_texts.type[index] == row["type"]
        assert from_texts.item[index] == row["item"]
        assert Fraction(from_texts.qty[index], scale) == Fraction(row["qty"])
        assert from_texts.amount[index] == (None if row["amount"] is None else row["amount"] * 100)
        assert from_texts.unit_cost[index] == (None if row["unit_cost"] is None else Fraction(row["unit_cost"]))
        assert from_texts.refs[index] == tuple(row["ref"])
    places = from_texts.qty_places
    assert places == 0 or any(qty % 10 for qty in from_texts.qty)


@given(st.lists(st.sampled_from(["x", "1", "2.5"]), min_size=1, max_size=40), st.integers(1, 300))
def test_a_long_table_is_read_as_a_short_one(cells, repeats):
    short = parse(*({**GOOD, "qty": cell, "id": cell} for cell in cells))
    long = parse(*({**GOOD, "qty": cell, "id": cell} for cell in cells * repeats))
    assert long.qty == short.qty * repeats
    assert [(found.row - 1) % len(cells) + 1 for found in long.problems] == [f.row for f in short.problems] * repeats


def test_every_column_of_a_full_row():
    parsed = parse(
        {
            "编号": "M1", "单据号": "GR-1", "日期": "2026/1/2", "时间": "9:30", "类型": "调拨", "商品": " 茶 ",
            "仓库": "W1",
            "调入仓库": "W2", "批号": "L1", "有效期至": "2027-01-02", "数量": "2.50", "单位": "box", "单价": "1.2345",
            "金额": "3.09", "币种": "usd", "汇率": "7.1", "原因": "move", "源单": "R1;R2",
            "售价": "3.5", "暂估": "是", "标准用量": "2",
        }
    )  # fmt: skip
    assert not parsed.problems
    assert parsed.given == set(COLUMNS)
    assert (parsed.sale_price, parsed.estimated, parsed.standard_qty_allowed) == ([Fraction(7, 2)], [True], [2])
    assert parsed.id == ["M1"]
    assert parsed.doc == ["GR-1"]
    assert parsed.date == [dt.date(2026, 1, 2).toordinal()]
    assert parsed.time == [34_200_000_000]
    assert parsed.type == ["transfer"]
    assert parsed.item == ["茶"]
    assert (parsed.place, parsed.to_place) == (["W1"], ["W2"])
    assert (parsed.lot, parsed.expiry) == (["L1"], [dt.date(2027, 1, 2).toordinal()])
    assert (parsed.qty, parsed.qty_places, parsed.uom) == ([25], 1, ["box"])
    assert (parsed.unit_cost, parsed.amount) == ([Fraction(12345, 10000)], [309])
    assert (parsed.currency, parsed.rate) == (["USD"], [Decimal("7.1")])
    assert (parsed.reason, parsed.refs) == (["move"], [("R1", "R2")])


def test_no_rows_are_a_table():
    parsed = parse_columns({name: [] for name in GOOD}, places=2)
    assert (parsed.n, parsed.qty_places, parsed.problems, parsed.time, parsed.lot) == (0, 0, [], None, [])


ORDER = {
    "type": "nonsense", "date": "x", "time": "x", "item": "", "qty": "x", "unit_cost": "x", "amount": "x",
    "currency": "=x", "rate": "x", "lot": "=x", "expiry": "x", "place": "=x", "to_place": "=x", "uom": "=x",
    "reason": "=x", "ref": "=x", "doc": "=x", "id": "=x",
}  # fmt: skip


@pytest.mark.parametrize("start", range(len(ORDER)))
def test_the_first_check_that_fails_is_the_problem_of_the_row(start):
    wrong = dict(list(ORDER.items())[start:])
    assert problem(**wrong).field == list(ORDER)[start]


@pytest.mark.parametrize(
    ("cells", "code", "message"),
    [
        ({"type": "recept"}, "unknown_type", "type 'recept': there is no such type of movement"),
        ({"type": ""}, "missing_field", "type is empty: this field is needed"),
        ({"type": "=cmd"}, "formula_cell", "type '=cmd': this is a formula, not a value"),
        ({"date": None}, "missing_field", "date is empty: this field is needed"),
        ({"date": "2026-02-30"}, "bad_date", "date '2026-02-30': the calendar has no such day"),
        ({"date": "01/02/2026"}, "ambiguous_date", "date '01/02/2026': day and month cannot be told apart"),
        ({"item": " "}, "missing_field", "item is empty: this field is needed"),
        ({"qty": ""}, "missing_field", "qty is empty: this field is needed"),
        ({"qty": "0"}, "zero_quantity", "qty '0': type receipt needs more than nothing"),
        ({"qty": "-3"}, "negative_quantity", "qty '-3': the quantity of type receipt is never negative"),
        ({"qty": 1.5}, "float_refused", "qty '1.5': a binary float is not an exact number"),
        ({"qty": "NaN"}, "not_finite", "qty 'NaN': neither NaN nor an infinity is an amount or a quantity"),
        ({"qty": "1e-19"}, "too_many_places", "qty '1e-19': more than 18 decimal places"),
        ({"qty": "=1+1"}, "formula_cell", "qty '=1+1': this is a formula, not a value"),
        ({"qty": "1,5"}, "not_a_number", "qty '1,5': this text is no number"),
        ({"amount": "1.005"}, "too_many_places", "amount '1.005': money has 2 decimal places here"),
        ({"amount": "-1"}, "negative_amount", "amount '-1': the amount of type receipt is never negative"),
        ({"unit_cost": "-1"}, "negative_cost", "unit_cost '-1': a unit cost is never negative"),
        ({"rate": "0"}, "zero_rate", "rate '0': a rate is more than zero"),
        ({"rate": "-7"}, "negative_rate", "rate '-7': a rate is more than zero"),
        ({"expiry": "2026-01-02 10:00"}, "bad_date", "expiry '2026-01-02 10:00': an expiry date has no time of day"),
        ({"lot": "@x"}, "formula_cell", "lot '@x': this is a formula, not a value"),
        ({"item": 1.0}, "float_refused", "item '1.0': a float is not text"),
    ],
)
def test_codes_and_messages(cells, code, message):
    found = problem(**cells)
    assert (found.row, found.code, found.message) == (1, code, message)


def test_the_hint_of_a_negative_quantity_names_the_opposite_type():
    assert "purchase_return" in problem(qty="-1").hint
    assert "sales_return" in problem(type="issue", qty="-1").hint


def test_unknown_types_get_a_near_miss_and_many_of_them_the_list():
    assert "receipt" in problem(type="recept").hint
    found = parse(*({**GOOD, "type": f"recept{row}"} for row in range(40))).problems
    assert len(found) == 40
    assert found[39].hint.startswith("use one of opening")


def test_a_count_may_be_zero_and_zero_may_be_ignored():
    assert not parse(GOOD | {"type": "count", "qty": "0"}).problems
    parsed = parse(GOOD | {"qty": "0"}, zero="ignore")
    assert (parsed.qty, parsed.problems) == ([0], [])
    assert problem(type="count", qty="-1").code == "negative_quantity"
    with pytest.raises(PolicyError, match="no such choice"):
        parse(GOOD, zero="perhaps")


@pytest.mark.parametrize("kind", sorted(VALUE_ONLY))
def test_value_only_rows_need_no_quantity_and_may_be_negative_in_value(kind):
    parsed = parse(GOOD | {"type": kind, "qty": "", "amount": "-5"})
    assert (parsed.qty, parsed.amount, parsed.problems) == ([0], [-500], [])


def test_only_a_landed_cost_may_leave_the_item_to_its_refs():
    assert parse(GOOD | {"type": "landed_cost", "item": ""}).item == [None]


def test_midnight_is_no_time_and_a_second_time_must_agree():
    midnight = dt.datetime.fromisoformat("2026-01-02")
    stamp = dt.datetime.fromisoformat("2026-01-02T09:30")
    assert parse(GOOD | {"date": midnight}).time is None
    assert parse(GOOD | {"date": stamp}).time == [34_200_000_000]
    assert parse(GOOD | {"date": stamp, "time": "9:30"}).time == [34_200_000_000]
    assert parse(GOOD | {"date": "2026-01-02 00:00:00", "time": "9:30"}).time == [34_200_000_000]
    assert parse(GOOD | {"date": stamp}, GOOD).time == [34_200_000_000, None]
    assert problem(date=stamp, time="10:00").code == "time_conflict"
    assert problem(date=dt.datetime(2026, 1, 2, tzinfo=dt.UTC)).code == "aware_datetime"


def test_a_quantity_that_is_no_decimal_stays_a_fraction():
    parsed = parse(GOOD | {"qty": Fraction(1, 3)}, GOOD | {"qty": "0.5"})
    assert (parsed.qty, parsed.qty_places) == ([Fraction(10, 3), 5], 1)


def test_eighteen_places_are_held():
    parsed = parse(GOOD | {"qty": "0.000000000000000001"})
    assert (parsed.qty, parsed.qty_places, parsed.problems) == ([1], 18, [])


def test_one_scale_holds_all_quantities():
    parsed = parse(*(GOOD | {"qty": qty} for qty in ("10.00", "2.5", "0.125", 7, Decimal("1E+2"))))
    assert (parsed.qty, parsed.qty_places) == ([10_000, 2500, 125, 7000, 100_000], 3)


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"date": [], "type": [], "qty": []}, "missing_column"),
        ({}, "missing_column"),
        ({name: [] for name in GOOD} | {"place": [], "location": []}, "duplicate_column"),
        ({name: [] for name in GOOD} | {"lot": ["x"]}, "uneven_columns"),
        ({name: [] for name in GOOD} | {"lot": "x"}, "bad_column"),
        ({name: [] for name in GOOD} | {"lot": 3}, "bad_column"),
    ],
)
def test_tables_that_cannot_be_read(columns, code):
    with pytest.raises(TableError) as caught:
        parse_columns(columns, places=2)
    assert caught.value.code == code
    assert caught.value.hint


def test_a_missing_column_names_what_is_there():
    with pytest.raises(TableError, match="lacks item, qty and has date, type, colour"):
        parse_columns({"date": [], "type": [], "colour": []}, places=2)


def test_unknown_columns_are_one_note():
    parsed = parse_columns({name: [] for name in GOOD} | {"colour": [], "size": []}, places=2)
    (note,) = parsed.notes
    assert (note.row, note.code, note.severity) == (0, "unknown_columns", "warning")
    assert note.message.endswith("colour, size")


def test_problems_found_before_are_kept_and_their_rows_left_alone():
    ragged = Problem(1, "ragged_row", "short")
    parsed = parse(GOOD | {"qty": "x"}, GOOD | {"qty": "x"}, found=[ragged], where=lambda row: ("f.csv", row + 1))
    assert [found.code for found in parsed.problems] == ["ragged_row", "not_a_number"]
    assert str(parsed.problems[1]).startswith("f.csv:3: row 2: qty 'x'")


@pytest.mark.parametrize(
    ("field", "cell", "code"),
    [
        ("sale_price", "-1", "negative_price"),
        ("sale_price", 1.5, "float_refused"),
        ("sale_price", "dear", "not_a_number"),
        ("estimated", "perhaps", "not_a_flag"),
        ("estimated", 1.0, "float_refused"),
        ("standard_qty_allowed", "-2", "negative_quantity"),
    ],
)
def test_what_only_some_methods_need_is_checked_like_the_rest(field, cell, code):
    problems = parse({**GOOD, field: cell}).problems
    assert [(problem.code, problem.field) for problem in problems] == [(code, field)]


@pytest.mark.parametrize(
    ("cell", "flag"),
    [("yes", True), (True, True), (1, True), ("暂估", True), ("No", False), ("", False), (None, False)],
)
def test_a_flag_is_yes_or_no(cell, flag):
    assert parse({**GOOD, "estimated": cell}).estimated == [flag]
