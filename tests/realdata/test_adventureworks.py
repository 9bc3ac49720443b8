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

METHODS = ("fifo", "lifo", "hifo", "lofo", "moving_average", "standard", "specific")
WHOLE = {("fifo", "refuse"), ("moving_average", "estimate_then_correct")}
"""The runs over all 202,696 rows that are made every time; the others take an eighth of the items, in a soak all."""

RUNS = [
    pytest.param(method, stock, part, id=f"{method}-{stock}-{'all' if part == 1 else 'eighth'}", marks=marks)
    for method in METHODS
    for stock in ("refuse", "estimate_then_correct")
    for part in (1, 8)
    for marks in [() if part == 8 or (method, stock) in WHOLE else (pytest.mark.soak,)]
]
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
def standard_cost(folder: Path) -> dict[str, str]:
    with (folder / "product.csv").open(encoding="utf-8", newline="") as file:
        return {row["ProductID"]: row["StandardCost"] for row in csv.DictReader(file)}


def value(table: dict[str, list[object]], method: str, stock: str, standard_cost: dict[str, str]) -> jxc.Valuation:
    """One valuation; goods identified specifically need lots, and here the item is its own lot."""
    more: dict[str, Any] = {"standard_cost": standard_cost} if method == "standard" else {}
    given = table | {"lot": table["item"]} if method == "specific" else table
    return jxc.value(given, method=method, scope="item", currency="USD", negative_stock=stock, **more)


def items_of(moves: list[Movement], part: int) -> list[Movement]:
    """Every row of one in ``part`` items."""
    return moves if part == 1 else [move for move in moves if int(move.item) % part == 0]


def lines(moves: list[Movement], places: int = 2, *, costless: bool = False) -> list[Line]:
    """What the second routes value: all but the receipts without a cost (``costless``: those too)."""
    found: list[Line] = []
    for row, move in enumerate(moves, 1):
        if move.kind == "S":
            found.append(Line(row, move.date, move.item, -move.qty))
        elif move.unit_cost is not None:
            total = second_route.line_total(move.qty, move.unit_cost, places)
            found.append(Line(row, move.date, move.item, move.qty, total))
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


@pytest.mark.parametrize(("method", "stock", "part"), RUNS)
def test_every_method_values_every_row_or_says_why_not(
    method: str, stock: str, part: int, moves: list[Movement], standard_cost: dict[str, str], facts: dict[str, Any]
) -> None:
    chosen = items_of(moves, part)
    result = value(adventureworks.columns(chosen), method, stock, standard_cost)
    refused = assert_rows_are_valued_or_listed(result, chosen, method, stock)
    assert_quantities(result, chosen, refused, facts if part == 1 else None)
    assert_nothing_is_lost(result, chosen, costless=method == "standard")
    if stock == "refuse" and method in ROUTES:
        assert_equal(result, ROUTES[method](lines(chosen)))
    if stock == "refuse" and method == "standard":
        assert refused == second_route.fifo(lines(chosen, costless=True)).shortages


def assert_rows_are_valued_or_listed(
    result: jxc.Valuation, moves: list[Movement], method: str, stock: str
) -> list[int]:
    """Every row answers in the order of the input; the refused ones, which are returned, each have their problem."""
    rows = list(result.movements)
    assert [(row.row, row.id) for row in rows] == [(at, move.id) for at, move in enumerate(moves, 1)]
    refused = [row.row for row in rows if row.status == "refused"]
    assert [problem.row for problem in result.problems] == refused
    missing = [at for at, move in enumerate(moves, 1) if move.kind == "W" and move.unit_cost is None]
    assert [p.row for p in result.problems if p.code == "missing_cost"] == ([] if method == "standard" else missing)
    assert {p.code for p in result.problems} <= {"missing_cost", "insufficient_stock"}
    assert any(p.code == "insufficient_stock" for p in result.problems) == (stock == "refuse")
    return refused


def assert_quantities(
    result: jxc.Valuation, moves: list[Movement], refused: list[int], facts: dict[str, Any] | None
) -> None:
    """Quantities by type are those of the data; what is left is what came in less what went out."""
    quantities: Counter[str] = Counter()
    for row, move in zip(result.movements, moves, strict=True):
        assert row.qty == move.qty
        quantities[move.kind] += move.qty
    assert facts is None or quantities == facts["tx.quantity_by_type"]
    left_out = set(refused)
    signed = (move.qty if move.kind != "S" else -move.qty for at, move in enumerate(moves, 1) if at not in left_out)
    assert sum(held.qty for held in result.on_hand) == sum(signed)


def assert_nothing_is_lost(result: jxc.Valuation, moves: list[Movement], *, costless: bool) -> None:
    """Value in is the cost of sales, with corrections, plus what is left: at last cost too, with no gap left open."""
    received = sum(row.cost for row in result.movements if row.type == "receipt" and row.status != "refused")
    assert received == result.cost_of_sales + result.on_hand_value
    assert not result.gaps
    if not costless:
        assert minor(received) == sum(line.value for line in lines(moves))


@pytest.mark.parametrize("method", ["fifo", "moving_average"])
def test_four_places_of_money_agree_too(method: str, moves: list[Movement]) -> None:
    chosen = items_of(moves, 8)
    rounding = jxc.CostRounding(money_places=4)
    table = adventureworks.columns(chosen)
    result = jxc.value(table, method=method, scope="item", currency="USD", rounding=rounding)
    assert_equal(result, ROUTES[method](lines(chosen, 4)), 4)
