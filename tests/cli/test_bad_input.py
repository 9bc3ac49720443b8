"""Whatever a file holds: a listed problem (status 1) or one line that refuses it as a whole (status 2)."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cli.running import jxc

HEAD = "id,date,type,item,qty,unit_cost,amount,currency,rate,ref\n"
GOOD = "1,2026-01-01,receipt,A,10,2,,,,\n2,2026-01-02,issue,A,4,,,,,\n"

LISTED = {
    "unknown_type": "3,2026-01-03,reciept,A,1,2,,,,",
    "number_too_large": "3,2026-01-03,issue,A,1e400,,,,,",
    "not_finite": "3,2026-01-03,issue,A,NaN,,,,,",
    "negative_quantity": "3,2026-01-03,issue,A,-1,,,,,",
    "zero_quantity": "3,2026-01-03,issue,A,0,,,,,",
    "not_a_number": "3,2026-01-03,issue,A,1..2,,,,,",
    "missing_field": "3,2026-01-03,issue,A,,,,,,",
    "missing_cost": "3,2026-01-03,receipt,A,1,,,,,",
    "mixed_currency": "3,2026-01-03,receipt,A,1,2,,USD,,",
    "too_many_places": "3,2026-01-03,receipt,A,1,,1.005,,,",
    "bad_date": "3,2026-02-30,issue,A,1,,,,,",
    "ambiguous_date": "3,01/02/2026,issue,A,1,,,,,",
    "insufficient_stock": "3,2026-01-03,issue,A,7,,,,,",
    "return_beyond_original": "3,2026-01-03,sales_return,A,5,,,,,2",
    "unknown_reference": "3,2026-01-03,sales_return,A,1,,,,,99",
    "formula_cell": "3,2026-01-03,issue,A,=SUM(E2:E3),,,,,",
    "duplicate_id": "2,2026-01-03,issue,A,1,,,,,",
    "ragged_row": "3,2026-01-03",
}

REFUSED = {
    "empty_file": b"",
    "nul_bytes": bytes(range(256)),
    "spreadsheet_file": b"PK\x03\x04rest",
    "missing_column": b"a,b\n1,2\n",
    "duplicate_column": b"date,type,item,qty,place,location\n",
    "malformed_csv": (HEAD + '1,"2026-01-01,receipt\n').encode(),
    "unknown_encoding": (HEAD + GOOD.replace("A", "Caf\xe9")).encode("latin-1"),
    "decimal_comma": b"date;type;item;qty\n2026-01-01;issue;A;1,5\n",
}

CHINESE = "日期,类型,商品,数量,单价\n2026-01-01,采购入库,西湖龙井,10,2\n2026-01-02,销售出库,西湖龙井,4,\n"
TRADITIONAL = "日期,類型,品項,數量,單價\n2026-01-01,採購入庫,凍頂烏龍茶,10,2\n2026-01-02,銷貨,凍頂烏龍茶,4,\n"


def write(folder: Path, content: bytes) -> Path:
    path = folder / "moves.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("code", LISTED)
def test_a_bad_row_is_listed_with_its_line_and_way_out_and_the_others_are_valued(code: str, tmp_path: Path) -> None:
    path = write(tmp_path, (HEAD + GOOD + LISTED[code] + "\n").encode())
    ran = jxc("value", path, "--currency", "CNY", "--json")
    answer = json.loads(ran.out)
    assert (ran.status, ran.err) == (1, "")
    problem = next(p for p in answer["problems"] if p["severity"] == "error")
    assert (problem["row"], problem["code"], problem["line"]) == (3, code, 4)
    assert problem["message"]
    assert problem["hint"]
    assert answer["cost_of_sales"] == "8.00"
    assert answer["movements"][2]["status"] == "refused"
    human = jxc("value", path, "--currency", "CNY")
    assert f"moves.csv:4 (row 3): error [{code}]: " in human.out
    assert human.last.startswith("NOT everything is in these figures: 1 of ")


@pytest.mark.parametrize("code", REFUSED)
def test_a_bad_file_is_refused_in_one_line(code: str, tmp_path: Path) -> None:
    path = write(tmp_path, REFUSED[code])
    ran = jxc("value", path)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"error [{code}]: ")
    assert ran.err.count("\n") == 1
    assert str(path) in ran.err


def test_one_bad_file_of_two_gives_no_figures_at_all(tmp_path: Path) -> None:
    ran = jxc("value", write(tmp_path, (HEAD + GOOD).encode()), tmp_path / "missing.csv", "--json")
    assert ran.status == 2
    assert json.loads(ran.out)["error"]["code"] == "file_not_found"
    assert ran.err.startswith("error [file_not_found]: ")


def test_a_folder_and_an_unreadable_file(tmp_path: Path) -> None:
    assert jxc("value", tmp_path).err.startswith("error [is_a_directory]: ")
    path = write(tmp_path, (HEAD + GOOD).encode())
    path.chmod(0)
    if not os.access(path, os.R_OK):
        assert jxc("value", path).err.startswith("error [permission_denied]: ")


def test_a_limit_that_is_stated_holds(tmp_path: Path) -> None:
    path = write(tmp_path, (HEAD + GOOD).encode())
    assert jxc("value", path, "--limit-rows", 2).status == 0
    assert jxc("value", path, "--limit-rows", 1).err.startswith("error [too_many_rows]: ")
    assert jxc("value", path, "--limit-bytes", 20).err.startswith("error [file_too_large]: ")


@pytest.mark.parametrize(
    "content",
    [
        (HEAD + GOOD).encode("utf-8-sig"),
        (HEAD + GOOD).replace(",", ";").encode(),
        (HEAD + GOOD).replace(",", "\t").encode(),
        (HEAD + GOOD).replace("\n", "\r\n").encode(),
        (HEAD + GOOD).encode("utf-16"),
        CHINESE.encode("gbk"),
        TRADITIONAL.encode("cp950"),
    ],
    ids=["bom", "semicolons", "tabs", "crlf", "utf-16", "gbk", "big5"],
)
def test_what_spreadsheets_write_is_read(content: bytes, tmp_path: Path) -> None:
    ran = jxc("value", write(tmp_path, content), "--json")
    assert (ran.status, json.loads(ran.out)["cost_of_sales"]) == (0, "8.00")


CELL = st.one_of(
    st.sampled_from(
        ["", "1", "0", "-1", "1e9", "2026-01-01", "receipt", "issue", "transfer", "count", "A", "=1", "NaN"]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
)
ROWS = st.lists(st.lists(CELL, min_size=8, max_size=12), max_size=6)


def check_never_a_traceback(content: bytes, folder: Path) -> None:
    ran = jxc("value", write(folder, content), "--json")
    answer = json.loads(ran.out)
    assert "internal_error" not in ran.err
    if ran.status == 2:
        assert answer["error"]["code"]
    else:
        assert ran.status == any(problem["severity"] == "error" for problem in answer["problems"])


@given(ROWS)
def test_any_cells_give_an_answer_or_a_typed_error(rows: list[list[str]]) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        content = HEAD + "".join(",".join(row) + "\n" for row in rows)
        check_never_a_traceback(content.encode("utf-8"), Path(folder))


@given(st.binary(max_size=60))
def test_any_bytes_give_an_answer_or_a_typed_error(content: bytes) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        check_never_a_traceback(HEAD.encode() + content, Path(folder))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--method", "nope"], "unknown_method"),
        (["--scope", "nope"], "unknown_choice"),
        (["--currency", "XQQ"], "unknown_currency"),
        (["--as-of", "2026-13-01"], "no_such_date"),
        (["--framework", "nope"], "unknown_framework"),
        (["--negative-stock", "nope"], "unknown_choice"),
        (["--encoding", "nope"], "unknown_encoding"),
        (["--policy", "nope=1"], "unknown_choice"),
        (["--policy", "returns"], "bad_usage"),
        (["--policy", "returns=nope"], "unknown_choice"),
        (["--policy", "rounding=none"], "bad_choice"),
        (["--policy", "rounding.colour=red"], "unknown_choice"),
        (["--policy", "rounding.rule=unit_cost"], "missing_unit_cost_places"),
        (["--policy", "qty_places=-1"], "bad_choice"),
        (["--policy", "item_methods=A"], "bad_choice"),
        (["--policy", "standard_cost=A:x"], "not_a_number"),
        (["--policy", "initial_unit_cost=1e400"], "number_too_large"),
        (["--policy", "method=lifo", "--method", "fifo"], "contradiction"),
        (["--method", "fifo", "--method", "lifo"], "contradiction"),
        (["--scope=item", "--scope", "place"], "contradiction"),
        (["--currency", "CNY", "--currency", "USD"], "contradiction"),
        (["--as-of", "2026-01-01", "--as-of", "2026-01-02"], "contradiction"),
        (["--items", "3", "--items", "4"], "contradiction"),
        (["--limit-rows", "30", "--limit-rows", "40"], "contradiction"),
        (["--policy", "standard_cost=A:1", "--policy", "standard_cost=A:2"], "contradiction"),
        (["--policy", "standard_cost=A:1", "--standard-cost", "costs.csv"], "contradiction"),
        (["--policy", "rounding.unit_cost_places=2", "--policy", "rounding.unit_cost_places=3"], "contradiction"),
        (["--policy", "currency=USD"], "unknown_choice"),
        (["--policy", "units=x"], "unknown_choice"),
        (["--policy", "waive=x"], "unknown_choice"),
        (["--explain", "9"], "no_such_row"),
        (["--explain", "nobody"], "no_such_row"),
        (["--items", "x"], "bad_usage"),
        (["--items", "-1"], "bad_usage"),
        (["--limit-rows", "0"], "bad_usage"),
        (["--colour"], "bad_usage"),
        (["--units", "missing.csv"], "file_not_found"),
        (["-", "-"], "bad_usage"),
    ],
)
def test_a_wrong_option_is_a_typed_error(words: list[str], code: str, tmp_path: Path) -> None:
    ran = jxc("value", write(tmp_path, (HEAD + GOOD).encode()), *words)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"error [{code}]: ")
    assert ran.err.count("\n") == 1


def test_the_same_value_twice_is_no_contradiction(tmp_path: Path) -> None:
    path = write(tmp_path, (HEAD + GOOD).encode())
    words = ["--method", "lifo", "--method", "lifo", "--policy", "qty_places=2", "--policy", "qty_places=2"]
    ran = jxc("value", path, *words, "--policy", "method=lifo")
    assert (ran.status, ran.err) == (0, "")
    refused = jxc("compare", path, "--methods", "fifo", "--methods", "lifo")
    assert (refused.status, refused.err[:23]) == (2, "error [contradiction]: ")


def test_a_wrong_scope_names_the_words_and_each_of_them_is_taken(tmp_path: Path) -> None:
    path = write(tmp_path, (HEAD + GOOD).encode())
    for words in (["--scope", "nope"], ["--policy", "scope=nope"]):
        refused = jxc("value", path, *words)
        assert refused.err.startswith("error [unknown_choice]: there is no such choice (scope: nope); use one of ")
        named = refused.err.rstrip().partition("use one of ")[2].split(", ")
        assert named == ["item", "place", "lot", "item+lot", "item+location", "item+location+lot"]
    for word in [*named, "company", "location"]:
        assert jxc("value", path, "--scope", word).status == 0, word


def test_a_problem_has_the_keys_that_the_page_names(root: Path, tmp_path: Path) -> None:
    page = (root / "docs" / "reference" / "command-line.md").read_text("utf-8")
    named = page.partition('"problems": [{')[2].partition("}")[0]
    path = write(tmp_path, (HEAD + GOOD + LISTED["unknown_type"] + "\n").encode())
    (problem,) = json.loads(jxc("value", path, "--json").out)["problems"]
    assert [f'"{key}"' for key in problem] == named.split(", ")
    assert (problem["field"], problem["value"], problem["severity"]) == ("type", "reciept", "error")
    assert (problem["file"], problem["line"]) == (str(path), 4)
