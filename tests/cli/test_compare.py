from __future__ import annotations

import json
from pathlib import Path

import pytest

from jxc.api.compare import compare
from jxc.errors import PolicyError
from tests.cli.running import jxc

MOVES = """date,type,item,qty,unit_cost
2026-01-05,receipt,TEA,10,2.00
2026-01-06,receipt,TEA,10,3.00
2026-01-07,receipt,CUP,1,5.00
2026-01-11,issue,TEA,10,
"""


@pytest.fixture
def moves(tmp_path: Path) -> Path:
    path = tmp_path / "moves.csv"
    path.write_text(MOVES, "utf-8")
    return path


def test_the_report_whole(moves: Path) -> None:
    ran = jxc("compare", moves, "--methods", "fifo,lifo")
    assert (ran.status, ran.err) == (0, "")
    assert (
        ran.out
        == """\
method  cost of sales  difference  on hand  difference  rows left out
------  -------------  ----------  -------  ----------  -------------
fifo            20.00        0.00    35.00        0.00              0
lifo            30.00       10.00    25.00      -10.00              0

Value on hand of the items on which the methods differ most
item   fifo   lifo  spread
----  -----  -----  ------
TEA   30.00  20.00   10.00

every method: Everything is in these figures: 4 rows valued.
"""
    )


def test_json_says_what_the_api_says(moves: Path) -> None:
    answer = json.loads(jxc("compare", moves, "--json").out)
    found = compare(str(moves), methods=["fifo", "lifo", "moving_average"])
    assert [(m["method"], m["cost_of_sales"]) for m in answer["methods"]] == [
        (name, str(v.cost_of_sales)) for name, v in found.valuations.items()
    ]
    assert answer["items"][0]["item"] == "TEA"
    assert answer["items"][0]["spread"] == str(found.items()[0].spread)


def test_rows_left_out_are_counted_for_each_method(moves: Path) -> None:
    moves.write_text(MOVES + "2026-01-12,issue,TEA,99,\n", "utf-8")
    ran = jxc("compare", moves)
    assert ran.status == 1
    assert "Problems under every method: 1" in ran.out
    assert ran.last == "every method: NOT everything is in these figures: 1 of 5 rows is left out."


@pytest.mark.parametrize("methods", ["fifo,fifo", "fifo,nope", ""])
def test_methods_that_cannot_be_compared(moves: Path, methods: str) -> None:
    ran = jxc("compare", moves, "--methods", methods)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("error [")


def test_a_stream_and_a_generator_are_read_once_for_all_methods(moves: Path) -> None:
    with moves.open("rb") as stream:
        streamed = compare(stream, methods=["fifo", "lifo"])
    rows = [
        {"date": "2026-01-05", "type": "receipt", "item": "TEA", "qty": 1, "amount": "2"},
        {"date": "2026-01-06", "type": "issue", "item": "TEA", "qty": 1},
    ]
    listed = compare((row for row in rows), methods=["fifo", "lifo"])
    assert [str(v.cost_of_sales) for v in streamed] == ["20.00", "30.00"]
    assert [str(v.cost_of_sales) for v in listed] == ["2.00", "2.00"]


def test_no_method_is_an_error() -> None:
    with pytest.raises(PolicyError, match="at least one"):
        compare([], methods=[])
