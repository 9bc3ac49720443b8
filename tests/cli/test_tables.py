from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jxc.cli.tables import Column, clean, more, pad, table, width

LETTERS = st.characters(exclude_categories=["Cs"]) | st.sampled_from("西湖龙井茶　，１a \t\x1b\u202e")
CELLS = st.text(LETTERS, max_size=40)


@given(CELLS, st.integers(2, 30))
def test_a_clean_cell_is_one_line_no_wider_than_allowed_and_cannot_drive_the_terminal(text: str, widest: int) -> None:
    shown = clean(text, widest)
    assert width(shown) <= widest
    assert not any(c < " " or c in "\x7f\x85\u2028\u202e" for c in shown)


@given(CELLS)
def test_padding_fills_up_to_just_that_width(text: str) -> None:
    shown = clean(text)
    assert width(pad(shown, 70)) == width(pad(shown, 70, right=True)) == 70


@given(st.lists(st.tuples(CELLS, st.integers(0, 10**6).map(str)), min_size=1, max_size=6))
def test_numbers_end_in_one_column_whatever_stands_before_them(rows: list[tuple[str, str]]) -> None:
    lines = list(table([Column("item"), Column("quantity", right=True)], rows))
    assert len(lines) == len(rows) + 2
    assert {width(line) for line in lines} == {width(lines[1])}


def test_chinese_and_latin_cells_line_up() -> None:
    rows = [("西湖龙井", "1.00"), ("Tea", "12.50")]
    assert list(table([Column("商品"), Column("qty", right=True)], rows, ("total", "13.50"))) == [
        "商品        qty",
        "--------  -----",
        "西湖龙井   1.00",
        "Tea       12.50",
        "--------  -----",
        "total     13.50",
    ]


def test_a_list_shown_whole_says_nothing_more() -> None:
    assert more(0, "lines") == []
    assert more(1234, "lines") == ["... and 1,234 more lines; --all shows everything, --items N the first N"]
