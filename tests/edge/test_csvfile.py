"""Every line of a file is a row, a problem, blank or the header; a file that is no table is refused."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.edge.csvfile import Table, join_tables, parse_table, read_csv
from jxc.errors import TableError

HEADER = "date,type,item,qty\n"
ROW = "2026-01-02,receipt,TEA,10\n"


def table(text, **options):
    return read_csv(text.encode() if isinstance(text, str) else text, **options)


def attempt(data, **options):
    """The table, or the error."""
    try:
        return read_csv(data, **options)
    except TableError as error:
        return error


def refused(text, **options):
    with pytest.raises(TableError) as caught:
        table(text, **options)
    assert caught.value.hint
    return caught.value


CELL = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)


@given(st.binary(max_size=200) | st.binary(max_size=80).map((HEADER + ROW).encode().__add__))
def test_any_bytes_are_a_table_or_refused(data):
    found = attempt(data)
    if isinstance(found, TableError):
        assert found.hint
        return
    parsed = parse_table(found, places=2)
    assert {len(cells) for cells in found.columns.values()} == {found.n} == {parsed.n}


@given(
    st.lists(st.lists(CELL, min_size=4, max_size=4).filter(lambda row: any(cell.strip() for cell in row)), max_size=12),
    st.sampled_from([",", "\t", "|"]),
    st.sampled_from(["\r\n", "\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_was_written_is_read_back(rows, delimiter, end, quoting, encoding):
    if quoting == csv.QUOTE_MINIMAL:  # the writer leaves a lone carriage return without quotes
        rows = [[cell.replace("\r", "") or "x" for cell in row] for row in rows]
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerows([["date", "type", "item", "reason"], *rows])
    data = text.getvalue().replace("reason", "qty", 1).encode(encoding)
    found = attempt(data, delimiter=delimiter)
    if isinstance(found, TableError):
        assert found.code == "decimal_comma"
        assert delimiter != ","
        return
    assert [list(row) for row in zip(*found.columns.values(), strict=True)] == rows
    assert not found.problems


@given(
    st.lists(
        st.sampled_from(["", ",,,", "x,y", "a,b,c,d", "a,b,c,d,", "a,b,c,d,e", '"a\nb",c,d,e', " , "]), max_size=900
    )
)
def test_no_line_is_swallowed(lines):
    found = table(HEADER + "\n".join(lines))
    kept = [line for line in lines if line.strip(" ,")]
    assert found.n == len(kept)
    starts, at = [], 2
    for line in lines:
        if line.strip(" ,"):
            starts.append(at)
        at += 1 + line.count("\n")
    assert list(found.lines) == starts
    ragged = [row for row, line in enumerate(kept, 1) if line in ("x,y", "a,b,c,d,e")]
    assert [(found.row, found.code) for found in found.problems] == [(row, "ragged_row") for row in ragged]
    assert [problem.line for problem in found.problems] == [starts[row - 1] for row in ragged]


def test_a_plain_table():
    found = table(HEADER + ROW)
    assert found == Table(
        columns={"date": ["2026-01-02"], "type": ["receipt"], "item": ["TEA"], "qty": ["10"]},
        lines=range(2, 3), name="<bytes>", encoding="utf-8", delimiter=",", notes=[], problems=[],
        files=((1, "<bytes>"),),
    )  # fmt: skip


def test_a_header_alone_is_a_table_of_no_rows():
    assert (table(HEADER).n, table(HEADER.strip()).n) == (0, 0)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found_from_the_header(delimiter):
    found = table((HEADER + ROW).replace(",", delimiter))
    assert (found.delimiter, found.columns["item"]) == (delimiter, ["TEA"])


def test_commas_in_other_header_cells_do_not_mislead():
    found = table('date;type;item;qty;"a,b,c,d,e,f"\n2026-01-02;receipt;TEA;10;x\n')
    assert (found.delimiter, found.extra) == (";", {"a,b,c,d,e,f": ["x"]})


def test_a_spreadsheets_separator_line_is_heeded():
    found = table("sep=|\r\n" + (HEADER + ROW).replace(",", "|"))
    assert (found.delimiter, list(found.lines)) == ("|", [3])


def test_blank_lines_before_the_header():
    assert list(table("\n , \n" + HEADER + "\n" + ROW).lines) == [5]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("gbk", "日期,类型,商品,数量,仓库\n2026-01-02,采购入库,绿茶,10,总仓\n"),
        ("gb18030", "日期;类型;存货;数量;仓库\n2026-01-02;入库;𠮷茶;10;总仓\n"),
        ("cp950", "日期,類型,品項,數量,倉庫\n2026-01-02,進貨,綠茶,10,總倉\n"),
        ("utf-16", "日期\t類型\t品項\t數量\t倉庫\n2026-01-02\t進貨\t綠茶\t10\t總倉\n"),
    ],
)
def test_chinese_tables(encoding, text):
    found = table(text.encode(encoding))
    parsed = parse_table(found, places=2)
    assert not parsed.problems
    assert (parsed.type, parsed.qty) == (["receipt"], [10])
    assert parsed.item[0] in text
    assert parsed.place[0] in ("总仓", "總倉")
    assert [note.code for note in parsed.notes] == ([] if encoding == "utf-16" else ["encoding_judged"])


def test_real_bytes_of_gbk_and_big5():
    gbk = (
        b"\xc8\xd5\xc6\xda,\xc0\xe0\xd0\xcd,\xc9\xcc\xc6\xb7,\xca\xfd\xc1\xbf\n2026-01-02,\xc8\xeb\xbf\xe2,\xb2\xe8,1\n"
    )
    big5 = b"\xa4\xe9\xb4\xc1,\xc3\xfe\xab\xac,\xab~\xb6\xb5,\xbc\xc6\xb6q\n2026-01-02,\xb6i\xb3f,\xaf\xf9,1\n"
    assert (table(gbk).encoding, table(gbk).columns["item"]) == ("gb18030", ["茶"])
    assert (table(big5).encoding, table(big5).columns["item"]) == ("cp950", ["茶"])


def test_unknown_columns_are_kept_aside_and_noted_once():
    found = table("date,type,item,qty,colour,,size,\n2026-01-02,receipt,TEA,10,red,x,L,\n")
    assert found.extra == {"colour": ["red"], "column 6": ["x"], "size": ["L"]}
    (note,) = found.notes
    assert (note.code, note.row, note.file) == ("unknown_columns", 0, "<bytes>")
    assert "colour" in note.message


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("date,type,item\n", "missing_column"), ("hello\n", "missing_column"), ("a,b\n1,2\n", "missing_column"),
        ("date,type,item,qty,place,location\n", "duplicate_column"), ("date,type,item,qty,x,x\n", "duplicate_column"),
        ("日期,date,type,item,qty\n", "duplicate_column"), ("\n\n", "empty_file"), (",,,\n", "empty_file"),
        ("\ufeff", "empty_file"), (HEADER + '2026-01-02,receipt,"TEA,10\n', "malformed_csv"),
        (HEADER + '2026-01-02,receipt,"TEA"x,10\n', "malformed_csv"),
        (HEADER + "2026-01-02,receipt," + '"' + "x" * 200_000 + '",1\n', "malformed_csv"),
        ("date;type;item;qty\n2026-01-02;receipt;TEA;1,5\n", "decimal_comma"),
        ("date\ttype\titem\tqty\tamount\n2026-01-02\treceipt\tTEA\t1\t1.234,50\n", "decimal_comma"),
    ],
)  # fmt: skip
def test_tables_that_cannot_be_read(text, code):
    assert refused(text).code == code


def test_errors_name_file_line_and_way_out(tmp_path):
    path = tmp_path / "moves.csv"
    path.write_text("date;type;item;qty\n\n2026-01-02;receipt;TEA;1,5\n")
    error = refused(path.read_bytes(), name="moves.csv")
    assert str(error) == (
        "line 3 has a comma in a number, qty '1,5': a decimal comma? (file: moves.csv); "
        "write numbers with a decimal point and without thousands separators, such as 1234.50"
    )
    assert "line 3" in refused(HEADER + ROW + '2026-01-02,receipt,"TEA,10\n').message
    assert "has date, type, item" in refused("date,type,item\n").message


def test_a_thousands_separator_in_a_comma_file_is_the_problem_of_its_row():
    parsed = parse_table(table(HEADER + '2026-01-02,receipt,TEA,"1,234.50"\n' + ROW), places=2)
    assert [(found.row, found.code, found.line) for found in parsed.problems] == [(1, "not_a_number", 2)]


def test_limits():
    assert table(HEADER + ROW * 3, limit_rows=3).n == 3
    assert refused(HEADER + ROW * 4, limit_rows=3).code == "too_many_rows"
    assert refused(HEADER, limit_bytes=5).code == "file_too_large"
    assert refused(HEADER, delimiter="::").code == "bad_delimiter"
    assert refused(HEADER, delimiter='"').code == "bad_delimiter"


def test_a_ragged_row_is_one_problem_and_the_rest_is_read():
    parsed = parse_table(table(HEADER + "2026-01-02,receipt\n" + ROW), places=2)
    assert [(found.row, found.code, found.line) for found in parsed.problems] == [(1, "ragged_row", 2)]
    assert (list(parsed.bad), parsed.qty[1]) == ([1, 0], 10)


def test_a_long_file_keeps_repeating_cells_once_and_others_too():
    rows = "".join(f"2026-01-{row % 28 + 1:02},receipt,SKU-{row},{row + 1}\n" for row in range(25_000))
    found = table(HEADER + rows)
    assert found.n == 25_000
    assert found.columns["item"] == [f"SKU-{row}" for row in range(25_000)]
    assert len({id(cell) for cell in found.columns["type"]}) == 1
    assert found.lines == range(2, 25_002)


def test_several_files_are_one_book():
    first = table(HEADER + ROW + "2026-01-02,receipt\n", name="a.csv")
    second = table(
        "item,qty,date,type,place,size\nTEA,x,2026-01-03,issue,W1,L\n\nTEA,2.5,2026-01-03,issue,,\n", name="b.csv"
    )
    book = join_tables([first, second])
    parsed = parse_table(book, places=2)
    assert parsed.place == [None, None, "W1", None]
    assert [(found.row, found.code, found.file, found.line) for found in parsed.problems] == [
        (2, "ragged_row", "a.csv", 3),
        (3, "not_a_number", "b.csv", 2),
    ]
    assert [book.where(row) for row in (1, 2, 3, 4)] == [("a.csv", 2), ("a.csv", 3), ("b.csv", 2), ("b.csv", 4)]
    assert (parsed.qty_places, parsed.qty[0], parsed.qty[3]) == (1, 100, 25)
    assert [note.file for note in parsed.notes] == ["b.csv"]
    assert join_tables([first]) is first
    assert [found.row for found in join_tables([second, first]).problems] == [4]
    assert join_tables([book, first]).where(5) == ("a.csv", 2)


def test_a_file_that_changes_while_it_is_read(tmp_path, monkeypatch):
    from jxc.edge import csvfile

    path = tmp_path / "x.csv"
    path.write_text(HEADER + ROW)
    found = csvfile._find_header

    def change(file, delimiter):
        header = found(file, delimiter)
        path.write_bytes((HEADER + "\xff").encode("latin-1"))
        return header

    monkeypatch.setattr(csvfile, "_find_header", change)
    with pytest.raises(TableError) as caught:
        read_csv(path)
    assert caught.value.code == "cannot_read"
