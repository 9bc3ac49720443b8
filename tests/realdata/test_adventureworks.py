"""AdventureWorks through `jxc.value` by every method: nothing is lost, nothing is hidden, and the costs are those of
computations that share no code with jxc (`second_route`).

Refusing negative stock, an issue beyond stock is left out and listed; at last cost every issue happens.  A receipt that
has no cost is left out and listed in both, but under standard cost, where it needs none.
"""

from __future__ import annotations

import csv
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import jxc
from tests.realdata import adventureworks, second_route
from tests.realdata.adventureworks import Movement
from tests.realdata.second_route import Line, Outcome

LAYERED = ("fifo", "lifo", "hifo", "lofo", "moving_average")
RUNS = [
    (method, stock)
    for method in (*LAYERED, "standard", "specific")
    for stock in ("refuse", "estimate_then_correct")
]  # fmt: skip
ROUTES = {
    "fifo": second_route.fifo,
    "moving_average": second_route.moving_average,
    "lifo": lambda lines: second_route.by_layers(lines, lambda serial, _: Fraction(-serial)),
    "hifo": lambda lines: second_route.by_layers(lines, lambda _, unit_cost: -unit_cost),
    "lofo": lambda lines: second_route.by_layers(lines, lambda _, unit_cost: unit_cost),
}


@pytest.fixture(scope="session")
def folder(shared: Path) -> Path:
    found = shared / "realdata" / "adventureworks"
    if not (found / "transaction_history.parquet").is_file():
        pytest.skip(f"no AdventureWorks data among the shared data: {found.name} is not there")
    pytest.importorskip("pyarrow", reason="pyarrow reads AdventureWorks: install the extra frames")
    return found


@pytest.fixture(scope="session")
def moves(folder: Path) -> list[Movement]:
    return adventureworks.read(folder)


@pytest.fixture(scope="session")
def facts(folder: Path) -> dict[str, Any]:
    return adventureworks.facts(folder)


@pytest.fixture(scope="session")
def table(moves: list[Movement]) -> dict[str, list[object]]:
    return adventureworks.columns(moves)


@pytest.fixture(scope="session")
def standard_cost(folder: Path) -> dict[str, str]:
    with (folder / "product.csv").open(encoding="utf-8", newline="") as file:
        return {row["ProductID"]: row["StandardCost"] for row in csv.DictReader(file)}


def value(table: dict[str, list[object]], method: str, stock: str, standard_cost: dict[str, str]) -> jxc.Valuation:
    """One valuation; goods identified specifically need lots, and here the item is its own lot."""
    more: dict[str, Any] = {"standard_cost": standard_cost} if method == "standard" else {}
    given = table | {"lot": table["item"]} if method == "specific" else table
    return jxc.value(given, method=method, scope="item", currency="USD", negative_stock=stock, **more)


def lines(moves: list[Movement], places: int = 2, *, costless: bool = False) -> list[Line]:
    """What the second routes value: all but the receipts without a cost (``costless``: those too)."""
    found: list[Line] = []
    for row, move in enumerate(moves, 1):
        if move.kind == "S":
            found.append(Line(row, move.date, move.item, -move.qty))
        elif move.unit_cost is not None:
            total = second_route.line_total(move.qty, move.unit_cost, places)
            found.append(Line(row, move.date, move.item, move.qty, total, Fraction(move.unit_cost)))
        elif costless:
            found.append(Line(row, move.date, move.item, move.qty))
    return found


def minor(amount: Decimal, places: int = 2) -> int:
    scaled = amount.scaleb(places)
    assert scaled == int(scaled)
    return int(scaled)


def assert_equal(result: jxc.Valuation, expected: Outcome, places: int = 2) -> None:
    """To the row and the minor unit: costs, shortages, cost of sales, what is left."""
    valued = {row.row: minor(row.cost, places) for row in result.movements if row.status != "refused"}
    assert valued == expected.costs
    assert [p.row for p in result.problems if p.code == "insufficient_stock"] == expected.shortages
    assert minor(result.cost_of_sales, places) == expected.cost_of_sales
    assert minor(result.on_hand_value, places) == expected.closing_value
    left = {held.item: (held.qty, minor(held.value, places)) for held in result.on_hand}
    assert left == {item: amounts for item, amounts in expected.closing.items() if amounts != (0, 0)}


def test_the_reader_drops_and_adds_nothing(moves: list[Movement], facts: dict[str, Any]) -> None:
    quantities: Counter[str] = Counter()
    for move in moves:
        quantities[move.kind] += move.qty
    assert quantities == facts["tx.quantity_by_type"]
    assert Counter(move.kind for move in moves) == facts["tx.rows_by_type"]
    bought = sum(Decimal(move.unit_cost or 0) * move.qty for move in moves if move.kind == "P")
    assert bought == Decimal(facts["tx.value_by_type"]["P"])


def test_dicts_and_columns_are_the_same_rows(moves: list[Movement]) -> None:
    table = adventureworks.columns(moves[:500])
    for at, row in enumerate(adventureworks.records(moves[:500])):
        assert row == {name: cells[at] for name, cells in table.items() if cells[at] is not None}


@pytest.mark.parametrize(("method", "stock"), RUNS)
def test_every_method_values_every_row_or_says_why_not(
    method: str,
    stock: str,
    moves: list[Movement],
    table: dict[str, list[object]],
    facts: dict[str, Any],
    standard_cost: dict[str, str],
) -> None:
    result = value(table, method, stock, standard_cost)

    rows = list(result.movements)
    assert [row.row for row in rows] == list(range(1, len(moves) + 1))
    assert [row.id for row in rows] == [move.id for move in moves]
    refused = [row.row for row in rows if row.status == "refused"]
    assert [problem.row for problem in result.problems] == refused

    missing = [row for row, move in enumerate(moves, 1) if move.kind == "W" and move.unit_cost is None]
    by_code = {
        code: [p.row for p in result.problems if p.code == code] for code in ("missing_cost", "insufficient_stock")
    }
    assert by_code["missing_cost"] == ([] if method == "standard" else missing)
    assert len(by_code["missing_cost"]) + len(by_code["insufficient_stock"]) == len(refused)
    assert bool(by_code["insufficient_stock"]) == (stock == "refuse")

    quantities: Counter[str] = Counter()
    for row, move in zip(rows, moves, strict=True):
        assert row.qty == move.qty
        quantities[move.kind] += move.qty
    assert quantities == facts["tx.quantity_by_type"]
    left_out = set(refused)
    net = sum(m.qty if m.kind != "S" else -m.qty for row, m in enumerate(moves, 1) if row not in left_out)
    assert sum(held.qty for held in result.on_hand) == net


@pytest.mark.parametrize("method", LAYERED)
def test_costs_are_those_of_the_second_route(
    method: str, moves: list[Movement], table: dict[str, list[object]], standard_cost: dict[str, str]
) -> None:
    assert_equal(value(table, method, "refuse", standard_cost), ROUTES[method](lines(moves)))


@pytest.mark.parametrize("method", ["fifo", "moving_average"])
def test_four_places_of_money_agree_too(method: str, moves: list[Movement], table: dict[str, list[object]]) -> None:
    rounding = jxc.CostRounding(money_places=4)
    result = jxc.value(table, method=method, scope="item", currency="USD", rounding=rounding)
    assert_equal(result, ROUTES[method](lines(moves, 4)), 4)


def test_standard_cost_refuses_what_no_layers_could_cover(
    moves: list[Movement], table: dict[str, list[object]], standard_cost: dict[str, str]
) -> None:
    result = value(table, "standard", "refuse", standard_cost)
    expected = second_route.fifo(lines(moves, costless=True))
    assert [problem.row for problem in result.problems] == expected.shortages
    left = {held.item: held.qty for held in result.on_hand}
    assert left == {item: qty for item, (qty, _) in expected.closing.items() if qty}


@pytest.mark.parametrize("method", LAYERED)
def test_value_in_is_value_out_and_left_at_last_cost(
    method: str, moves: list[Movement], table: dict[str, list[object]], standard_cost: dict[str, str]
) -> None:
    """What came in is what the sales cost with their corrections, plus what is left; no gap stays open."""
    result = value(table, method, "estimate_then_correct", standard_cost)
    received = sum(line.value for line in lines(moves) if line.qty > 0)
    assert received == minor(result.cost_of_sales + result.on_hand_value)
