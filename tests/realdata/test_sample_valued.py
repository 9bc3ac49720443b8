"""The sample through `jxc.value`: three files are one book, its faults are found, and nothing is lost by any method.

Value in is worked out here from the files alone: openings, receipts at their own price and rate, charges, rebates,
differences of invoices, fees of assembly.  Value out is what jxc says, plus what it says is left.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

import pytest
from tools.make_sample import FILES

import jxc
from tests.realdata.test_sample import SAMPLE, Row, in_effective_order, read

PATHS = [SAMPLE / f"{name}.csv" for name in FILES]
METHODS = ("fifo", "lifo", "hifo", "lofo", "moving_average")
FAULTY = {
    "place": [("missing_cost", "KT-05"), ("insufficient_stock", "CR-05"), ("insufficient_stock", "KT-03")],
    "item": [("missing_cost", "KT-05"), ("insufficient_stock", "KT-03")],
}
CENT = Decimal("0.01")


@pytest.fixture(scope="module")
def book() -> list[Row]:
    return [row for name in FILES for row in read(f"{name}.csv")]


def line_total(row: Row) -> Decimal:
    """Book value of a receipt: the amount, else quantity x unit cost x rate, rounded once."""
    if row["amount"]:
        return Decimal(row["amount"])
    if not row["unit_cost"]:
        return Decimal(0)
    exact = Decimal(row["qty"]) * Decimal(row["unit_cost"]) * Decimal(row["rate"] or 1)
    return exact.quantize(CENT, ROUND_HALF_UP)


def value_in(book: list[Row]) -> Decimal:
    own = {row["id"]: line_total(row) for row in book if row["type"] in ("opening", "receipt")}
    total = sum(own.values(), Decimal(0))
    for row in book:
        if row["type"] in ("landed_cost", "assembly"):
            total += Decimal(row["amount"])
        elif row["type"] == "invoice_price_change":
            total += Decimal(row["amount"]) - own[row["ref"]]
    return total


def gains(book: list[Row], refused: set[str]) -> dict[str, Decimal]:
    """By id of each count: what was found less what the book had."""
    stock: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    found: dict[str, Decimal] = {}
    for row in in_effective_order(book):
        key = (row["item"], row["place"])
        if row["id"] in refused or row["type"] in ("landed_cost", "invoice_price_change"):
            continue
        if row["type"] == "count":
            found[row["id"]] = Decimal(row["qty"]) - stock[key]
            stock[key] = Decimal(row["qty"])
            continue
        comes_in = row["type"] in ("opening", "receipt", "sales_return", "assembly")
        stock[key] += Decimal(row["qty"]) if comes_in else -Decimal(row["qty"])
        if row["type"] == "transfer":
            stock[row["item"], row["to_place"]] += Decimal(row["qty"])
    return found


@pytest.mark.parametrize("scope", ["place", "item"])
@pytest.mark.parametrize("method", METHODS)
def test_nothing_is_lost_and_the_faults_are_found(book: list[Row], method: str, scope: str) -> None:
    result = jxc.value(PATHS, method=method, scope=scope, currency="CNY")
    assert [(problem.code, book[problem.row - 1]["item"]) for problem in result.problems] == FAULTY[scope]
    found = gains(book, {book[problem.row - 1]["id"] for problem in result.problems})
    out = result.on_hand_value
    for row, moved in zip(book, result.movements, strict=True):
        if row["type"] in ("issue", "scrap", "adjust_out", "purchase_return") and row["reason"] != "assembly":
            out += moved.cost
        elif row["type"] == "sales_return":
            out -= moved.cost
        elif row["type"] == "count":
            assert found[row["id"]] or not moved.cost  # goods that were free may be lost at no cost
            out -= moved.cost.copy_sign(found[row["id"]])
    assert out == value_in(book)
    assert not result.gaps


def test_cost_of_sales_is_that_of_sales_less_returns(book: list[Row]) -> None:
    result = jxc.value(PATHS, method="fifo", currency="CNY")
    sold = sum(
        (moved.cost if row["type"] == "issue" else -moved.cost)
        for row, moved in zip(book, result.movements, strict=True)
        if (row["type"] == "issue" and not row["reason"]) or row["type"] == "sales_return"
    )
    assert sold == result.cost_of_sales == sum(result.cost_of_sales_by_period.values())
    assert list(result.cost_of_sales_by_period) == [f"2026-{month:02}" for month in range(1, 7)]


def test_the_methods_differ_visibly() -> None:
    found = jxc.compare(PATHS, methods=["fifo", "moving_average", "lifo"], currency="CNY")
    fifo, average, lifo = (each.cost_of_sales for each in found)
    assert fifo * Decimal("1.003") < average < lifo / Decimal("1.003")
