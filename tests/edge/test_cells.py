"""A cell is read exactly or refused with a fault; it never raises."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.edge.cells import (
    Fault,
    read_day,
    read_many_amounts,
    read_many_texts,
    read_money,
    read_number,
    read_refs,
    read_text,
    read_time,
    shown,
)

ODD = st.one_of(
    st.text(),
    st.text(alphabet="0123456789.,+-eE=@ /:T年月日１２"),
    st.none(), st.booleans(), st.integers(), st.floats(), st.decimals(), st.fractions(), st.dates(), st.datetimes(),
    st.times(), st.binary(), st.lists(st.integers()), st.complex_numbers(), st.just(10**5000), st.just(object()),
)  # fmt: skip


class Hostile:
    """Answers nothing that it is asked."""

    def __str__(self):
        raise RuntimeError

    __index__ = __float__ = __bool__ = __hash__ = __eq__ = __str__


@given(ODD)
def test_no_reader_raises(cell):
    for read in (read_number, read_day, read_time, read_text, read_refs):
        found = read(cell, "field")
        if isinstance(found, Fault):
            assert found.code
            assert found.hint
            assert found.message.startswith("field ")
            assert len(found.value) <= 80
    assert read_money(cell, "amount", 2) is None or isinstance(read_money(cell, "amount", 2), int | Fault)


@pytest.mark.parametrize("read", [read_number, read_day, read_time, read_text, read_refs])
def test_an_object_that_answers_nothing_is_a_fault(read):
    assert isinstance(read(Hostile(), "field"), Fault)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=6))
def test_a_number_in_plain_digits_is_itself(number):
    mantissa, places = read_number(format(number, "f"), "qty")
    assert Fraction(mantissa, 10**places) == Fraction(number)
    assert places == 0 or mantissa % 10
    assert read_number(number, "qty") == (mantissa, places)
    assert read_number(f" {number:f} ", "qty") == (mantissa, places)


@given(st.integers(-(10**20), 10**20), st.integers(0, 4))
def test_money_written_with_its_places_is_itself(minor, places):
    text = format(Decimal(f"{minor}E-{places}"), "f")
    assert read_money(text, "amount", places) == minor
    assert read_money(Decimal(text), "amount", places) == minor
    if places and minor % 10:
        assert read_money(text, "amount", places - 1).code == "too_many_places"


@given(
    st.lists(st.text(alphabet="0123456789.- ", max_size=12) | st.from_regex(r"[0-9]{1,8}\.[0-9]{2}", fullmatch=True))
)
def test_many_amounts_are_read_as_one_by_one(cells):
    taken = read_many_amounts(cells, 2) if cells else None
    assert taken is None or taken == [read_money(cell, "amount", 2) for cell in cells]


def test_plain_amounts_are_taken_together():
    assert read_many_amounts(["12.30", "", "7.5", ".50", "3"], 2) == [1230, None, 750, 50, 300]
    assert read_many_amounts(["1.2.3.45"], 2) is None
    assert read_many_amounts(["1_0.00"], 2) is None
    assert read_many_amounts(["9" * 101 + ".00"], 2) is None
    assert read_many_amounts(["9" * 5000 + ".00"], 2) is None


@given(st.lists(st.text(max_size=8), min_size=1))
def test_many_texts_are_read_as_one_by_one(cells):
    taken = read_many_texts(cells)
    assert taken is None or taken == [read_text(cell, "id") for cell in cells]


def test_plain_texts_are_taken_together():
    assert read_many_texts(["M-1", "", "茶"]) == ["M-1", None, "茶"]
    assert read_many_texts(["a", "=b"]) is None
    assert read_many_texts(["a", " b"]) is None
    assert read_many_texts(["a", "@b"]) is None


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1,234.50", "not_a_number"), ("1,5", "not_a_number"), ("ten", "not_a_number"), ("-", "not_a_number"),
        ("１２", "not_a_number"), ("-１２", "not_a_number"), ("1 2", "not_a_number"), ("1_0", "not_a_number"),
        (True, "not_a_number"), ([1], "not_a_number"), ("NaN", "not_finite"), ("-inf", "not_finite"),
        (Decimal("NaN"), "not_finite"), (Decimal("sNaN"), "not_finite"), (float("nan"), "not_finite"),
        (float("inf"), "not_finite"), (1.5, "float_refused"), (2.0, "float_refused"), ("=SUM(A1:A3)", "formula_cell"),
        ("=5", "formula_cell"), ("@x", "formula_cell"), ("+A1", "formula_cell"), ("-A1", "formula_cell"),
        ("-1+2", "formula_cell"), ("9" * 101, "number_too_large"),
        pytest.param(10**5000, "number_too_large", id="huge"),
        ("1E999999999", "number_too_large"), ("1E-999999999", "too_many_places"),
    ],
)  # fmt: skip
def test_what_is_no_number(cell, code):
    assert read_number(cell, "qty").code == code


@pytest.mark.parametrize(
    ("cell", "value"),
    [("", None), ("  ", None), (None, None), ("+5", (5, 0)), ("-5.10", (-51, 1)), (".5", (5, 1)), ("5.", (5, 0)),
     ("007", (7, 0)), ("0.00", (0, 0)), (Decimal("1E+2"), (100, 0)), (Fraction(1, 4), (25, 2)),
     (Fraction(1, 3), (Fraction(1, 3), 0))],
)  # fmt: skip
def test_numbers(cell, value):
    assert read_number(cell, "qty") == value


def test_hints_name_the_way_out():
    assert "separators" in read_number("1,234.50", "qty").hint
    assert "half-width" in read_number("１２", "qty").hint
    assert "empty" in read_number("-", "qty").hint
    assert "unit_cost" in read_money("1.005", "amount", 2).hint


@given(st.dates())
def test_a_day_in_any_listed_form_is_itself(day):
    year = f"{day.year:04}"
    forms = [day, day.isoformat(), f"{year}/{day.month}/{day.day}", f"{year}-{day.month}-{day.day}",
             f"{year}{day.month:02}{day.day:02}", f" {year}年{day.month}月{day.day}日 "]  # fmt: skip
    assert {read_day(form, "date") for form in forms} == {(day.toordinal(), None)}


@given(st.datetimes())
def test_a_naive_datetime_is_a_day_and_a_time(stamp):
    time = ((stamp.hour * 60 + stamp.minute) * 60 + stamp.second) * 10**6 + stamp.microsecond
    expected = (stamp.date().toordinal(), time or None)
    assert read_day(stamp, "date") == expected
    assert read_day(stamp.isoformat(), "date") == expected
    assert read_day(stamp.isoformat(" "), "date") == expected
    assert read_time(stamp.time(), "time") == read_time(stamp.time().isoformat(), "time") == time


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("2026-02-30", "bad_date"), ("2026-13-01", "bad_date"), ("0000-01-01", "bad_date"), ("2026112", "bad_date"),
        ("01/02/2026", "ambiguous_date"), ("31/12/2026", "ambiguous_date"), ("26-01-02", "ambiguous_date"),
        ("2026-1", "bad_date"),
        ("2026-01/02", "bad_date"), ("2026-W01-1", "bad_date"), ("45123", "bad_date"), (45123, "bad_date"),
        ("２０２６-01-02", "bad_date"), ("today", "bad_date"), ("=TODAY()", "formula_cell"), (1.0, "float_refused"),
        (True, "bad_date"), ("2026-01-02T10:00Z", "aware_datetime"), ("2026-01-02 10:00+08:00", "aware_datetime"),
        (dt.datetime(2026, 1, 2, tzinfo=dt.UTC), "aware_datetime"), ("2026-01-02 25:00", "bad_time"),
        ("2026-01-02 noon", "bad_time"),
    ],
)  # fmt: skip
def test_what_is_no_day(cell, code):
    assert read_day(cell, "date").code == code


def test_an_integer_may_be_a_day():
    assert read_day(20260102, "date") == read_day("2026-01-02", "date")


@pytest.mark.parametrize(
    ("cell", "found"),
    [("9:30", 34_200_000_000), ("09:30:15.25", 34_215_250_000), ("00:00", 0), ("", None), (None, None)],
)
def test_times(cell, found):
    assert read_time(cell, "time") == found


@pytest.mark.parametrize(
    ("cell", "code"),
    [("24:00", "bad_time"), ("9", "bad_time"), ("=NOW()", "formula_cell"), ("09:30Z", "aware_datetime"),
     (0.5, "float_refused"), (dt.time(9, tzinfo=dt.UTC), "aware_datetime")],
)  # fmt: skip
def test_what_is_no_time(cell, code):
    assert read_time(cell, "time").code == code


@pytest.mark.parametrize(
    ("cell", "found"), [(" TEA ", "TEA"), ("-", "-"), ("+A", "+A"), (12, "12"), ("", None), ("  ", None), (None, None)]
)
def test_texts(cell, found):
    assert read_text(cell, "item") == found


@pytest.mark.parametrize(
    ("cell", "code"),
    [("=1", "formula_cell"), ("@x", "formula_cell"), (" =1", "formula_cell"), (1.5, "float_refused"),
     (True, "not_text"), (b"x", "not_text"), ("a\x00b", "unseen_character"), ("x" * 201, "text_too_long")],
)  # fmt: skip
def test_what_is_no_text(cell, code):
    assert read_text(cell, "item").code == code


def test_refs_are_split_and_kept_in_order():
    assert read_refs(" R2; R1;;R2；R3 ", "ref") == ("R2", "R1", "R3")
    assert read_refs(["R1", 2], "ref") == ("R1", "2")
    assert read_refs(7, "ref") == ("7",)
    assert read_refs(None, "ref") == ()
    assert read_refs("R1;=x", "ref").code == "formula_cell"


def test_a_long_cell_is_shown_short():
    assert len(shown("x" * 10_000)) == 80
