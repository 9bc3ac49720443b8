from __future__ import annotations

import json
from pathlib import Path

import pytest

from jxc.api.value import value
from tests.cli.running import SAMPLE, jxc, process

BOOK = [SAMPLE / name for name in ("purchases.csv", "sales.csv", "warehouse.csv")]
HEAD = "id,date,type,item,place,qty,unit_cost,ref\n"
TEA = HEAD + (
    "R1,2026-01-05,receipt,茶,W1,100,2.00,\n"
    "R2,2026-01-12,receipt,茶,W1,100,2.30,\n"
    "S1,2026-01-15,issue,茶,W1,130,,\n"
    "T1,2026-02-03,sales_return,茶,W1,10,,S1\n"
)


@pytest.fixture
def tea(tmp_path: Path) -> Path:
    path = tmp_path / "tea.csv"
    path.write_text(TEA, "utf-8")
    return path


def test_the_report_of_a_small_book_whole(tea: Path) -> None:
    ran = jxc("value", tea, "--currency", "CNY")
    assert (ran.status, ran.err) == (0, "")
    assert (
        ran.out.split("\n", 1)[1]
        == """\
method fifo, a cost for each place, CNY
4 rows, 2026-01-05 to 2026-02-03

Totals
type          rows  quantity    cost
------------  ----  --------  ------
receipt          2       200  430.00
issue            1       130  269.00
sales_return     1        10   20.69

cost of sales  248.31
stock on hand  181.69

Cost of sales by period
period   cost of sales
-------  -------------
2026-01         269.00
2026-02         -20.69
-------  -------------
total           248.31

Stock on hand by item and place
item   place  quantity  unit cost   value
-----  -----  --------  ---------  ------
茶     W1           80     2.2711  181.69
-----  -----  --------  ---------  ------
total                              181.69

Everything is in these figures: 4 rows valued.
"""
    )


def test_json_has_the_shape_that_is_promised_and_says_what_the_api_says(tea: Path) -> None:
    ran = jxc("value", tea, "--json", "--currency", "CNY")
    answer = json.loads(ran.out)
    assert ran.status == 0
    assert list(answer) == [
        "method", "currency", "cost_of_sales", "on_hand", "on_hand_value", "movements", "problems",
    ]  # fmt: skip
    assert answer["on_hand"] == [{"item": "茶", "place": "W1", "qty": "80", "value": "181.69"}]
    assert answer["movements"][2] == {
        "row": 3, "id": "S1", "type": "issue", "item": "茶", "place": "W1", "qty": "130", "cost": "269.00",
        "status": "final",
    }  # fmt: skip
    assert answer == value(str(tea), currency="CNY").to_dict()
    assert ran.out == value(str(tea), currency="CNY").to_json()


def test_the_sample_in_json_lists_each_problem_with_its_place_and_exits_1() -> None:
    ran = jxc("value", *BOOK, "--currency", "CNY", "--json")
    answer = json.loads(ran.out)
    assert ran.status == 1
    assert [problem["code"] for problem in answer["problems"]] == ["missing_cost", *["insufficient_stock"] * 2]
    for problem in answer["problems"]:
        line = Path(problem["file"]).read_text("utf-8").splitlines()[problem["line"] - 1]
        assert answer["movements"][problem["row"] - 1]["id"] == line.split(",")[0]
        assert answer["movements"][problem["row"] - 1]["status"] == "refused"
        assert {"row", "code", "message", "hint"} <= set(problem)
        assert problem["hint"]


def test_several_files_are_one_book_in_the_order_given(tea: Path, tmp_path: Path) -> None:
    head, *rows = TEA.splitlines(keepends=True)
    parts = []
    for number, part in enumerate((rows[:1], rows[1:2], rows[2:])):
        parts.append(tmp_path / f"{number}.csv")
        parts[-1].write_text(head + "".join(part), "utf-8")
    assert jxc("value", *parts, "--json").out == jxc("value", tea, "--json").out


def test_ids_that_two_files_share_are_a_listed_problem(tea: Path) -> None:
    ran = jxc("value", tea, tea)
    assert ran.status == 1
    assert ran.out.count("error [duplicate_id]") == 4
    assert ran.last == "NOT everything is in these figures: 4 of 8 rows are left out."


def test_a_cut_list_says_by_how_much(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text(HEAD + "".join(f"{n},2026-01-05,receipt,I{n},W1,1,2.00,\n" for n in range(30)), "utf-8")
    assert "... and 10 more lines; --all shows everything" in jxc("value", path).out
    assert "... and 27 more lines" in jxc("value", path, "--items", 3).out
    assert "more lines" not in jxc("value", path, "--all").out


def test_as_of_leaves_out_what_happened_later_and_says_so(tea: Path) -> None:
    ran = jxc("value", tea, "--as-of", "2026-01-31")
    assert ran.status == 0
    assert ran.last == "Everything is in these figures: 3 rows valued; 1 row after the day asked for did not count."
    later = json.loads(jxc("value", tea, "--as-of", "2026-01-31", "--json").out)["movements"][3]
    assert (later["qty"], later["cost"], later["status"]) == ("10", "0.00", "uncosted")


def test_scope_item_pools_the_places(tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    path.write_text(
        HEAD + "1,2026-01-01,receipt,A,W1,1,1.00,\n2,2026-01-02,receipt,A,W2,1,3.00,\n3,2026-01-03,issue,A,W2,1,,\n",
        "utf-8",
    )
    costs = {s: json.loads(jxc("value", path, "--scope", s, "--json").out)["cost_of_sales"] for s in ("item", "place")}
    assert costs == {"item": "1.00", "place": "3.00"}


def test_units_and_standard_costs_come_from_files_of_their_own(tmp_path: Path) -> None:
    book, units, costs = tmp_path / "book.csv", tmp_path / "units.csv", tmp_path / "costs.csv"
    book.write_text(
        "date,type,item,qty,uom,amount\n2026-01-05,receipt,TEA,2,case,50.00\n2026-01-06,issue,TEA,12,,\n", "utf-8"
    )
    units.write_text("商品,单位,换算率\nTEA,case,24\n", "utf-8")
    costs.write_text("item,standard_cost\nTEA,1.00\n", "utf-8")
    assert json.loads(jxc("value", book, "--units", units, "--json").out)["cost_of_sales"] == "12.50"
    words = ("value", book, "--units", units, "--method", "standard", "--standard-cost", costs, "--json")
    assert json.loads(jxc(*words).out)["cost_of_sales"] == "12.00"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("item,uom,factor\nTEA,case,0\n", "not_positive"),
        ("item,uom,factor\nTEA,case,x\n", "not_a_number"),
        ("item,uom,factor\nTEA,case,\n", "missing_value"),
        ("item,uom,factor\nTEA,case,24\nTEA,case,12\n", "duplicate_row"),
        ("item,uom\nTEA,case\n", "missing_column"),
        ('item,uom,factor\nTEA,"case,24\n', "malformed_csv"),
        ("", "empty_file"),
    ],
)
def test_a_wrong_file_of_units_is_refused_with_its_line(tea: Path, tmp_path: Path, text: str, code: str) -> None:
    units = tmp_path / "units.csv"
    units.write_text(text, "utf-8")
    ran = jxc("value", tea, "--units", units)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"error [{code}]: ")
    assert "units.csv" in ran.err


@pytest.mark.parametrize("asked", ["3", "S1"])
def test_explain_by_row_or_id(tea: Path, asked: str) -> None:
    ran = jxc("value", tea, "--explain", asked)
    assert ran.status == 0
    assert (
        ran.out
        == """\
row 3: issue of 茶 cost 269.00, made of
amount  what            document  row  through rows
------  --------------  --------  ---  ------------
200.00  own cost of R1              1
 69.00  own cost of R2              2
------  --------------  --------  ---  ------------
269.00

Everything is in these figures: 4 rows valued.
"""
    )


def test_explain_as_json(tea: Path) -> None:
    found = json.loads(jxc("value", tea, "--explain", "S1", "--explain", "1", "--json").out)["explanations"]
    assert [(one["row"], one["cost"], len(one["sources"])) for one in found] == [(3, "269.00", 2), (1, "200.00", 1)]


@pytest.mark.parametrize(
    ("words", "method", "scope"),
    [
        (["--policy", "method=lifo"], "lifo", "item+location"),
        (["--method", "lifo", "--policy", "scope=item"], "lifo", "item"),
        (["--method", "lifo", "--policy", "method=lifo"], "lifo", "item+location"),
    ],
)
def test_policies_by_name(tea: Path, words: list[str], method: str, scope: str) -> None:
    pools = {"item": "one cost for the company", "item+location": "a cost for each place"}
    assert f"method {method}, {pools[scope]}" in jxc("value", tea, *words).out


@pytest.mark.parametrize(
    ("policy", "cost"),
    [
        ("item_methods=茶:lifo", "290.00"),
        ("rounding.rule=residual_to_stock rounding.unit_cost_places=2", "269.00"),
        ("returns=current_cost", "269.00"),
        ("initial_unit_cost=5 qty_places=2 place_groups=W1:all", "269.00"),
    ],
)
def test_policies_with_values_of_every_kind(tea: Path, policy: str, cost: str) -> None:
    words = [word for choice in policy.split() for word in ("--policy", choice)]
    ran = jxc("value", tea, "--json", *words)
    assert ran.status == 0, ran.err
    assert json.loads(ran.out)["movements"][2]["cost"] == cost


def test_negative_stock_by_its_own_option(tmp_path: Path) -> None:
    path = tmp_path / "short.csv"
    path.write_text(HEAD + "1,2026-01-01,receipt,A,W,1,2.00,\n2,2026-01-02,issue,A,W,3,,\n", "utf-8")
    assert jxc("value", path).status == 1
    ran = jxc("value", path, "--negative-stock", "estimate_then_correct", "--json")
    assert (ran.status, json.loads(ran.out)["cost_of_sales"]) == (0, "6.00")


def test_a_framework_refuses_and_an_analysis_waives(tea: Path) -> None:
    assert jxc("value", tea, "--method", "lifo", "--framework", "cas").err.startswith("error [method_not_allowed]")
    assert jxc("value", tea, "--method", "lifo", "--framework", "cas", "--waive").status == 0


def test_a_process_reads_standard_input_and_brings_no_heavy_library(tea: Path) -> None:
    ran = process("value", "-", "--json", stdin=TEA.encode("utf-8"), PYTHONPROFILEIMPORTTIME="1")
    assert ran.status == 0
    assert json.loads(ran.out)["cost_of_sales"] == "248.31"
    imported = {line.rsplit("|", 1)[-1].strip() for line in ran.err.splitlines()}
    assert "jxc.api.value" in imported
    assert not imported & {"pydantic", "narwhals", "numpy", "pandas", "sqlalchemy"}


MONTH_END = """\
编号,日期,类型,商品,数量,金额,售价,暂估,源单
期初,2026-04-01,期初,茶,100,1000.00,,,
销1,2026-04-15,销售出库,茶,40,,12.50,,
入1,2026-05-05,采购入库,茶,100,1200.00,,是,
销2,2026-06-20,销售出库,茶,60,,13.00,,
退1,2026-06-28,销售退货,茶,10,,,,销2
"""


def test_month_end_methods_are_used_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "moves.csv"
    path.write_text(MONTH_END, "utf-8")
    book = (path, "--currency", "CNY", "--as-of", "2026-06-30", "--policy", "gross_margin=茶:0.2")
    quarter = jxc("value", "--method", "gross_profit", *book)
    assert quarter.status == 0
    assert "cost of sales    990.00" in quarter.out  # 90 at the quarter's average of 11.00
    left_out = ("--policy", "standard_cost=茶:11.00", "--policy", "estimated_receipts=left_out")
    planned = jxc("value", "--method", "planned", *book, *left_out)
    assert planned.status == 0
    methods = "moving_average,periodic_average,planned,retail,gross_profit"
    compared = jxc("compare", "--methods", methods, *book, "--policy", "standard_cost=茶:11.00")
    assert compared.status == 0
    assert [line.split()[0] for line in compared.out.splitlines()[2:7]] == methods.split(",")
