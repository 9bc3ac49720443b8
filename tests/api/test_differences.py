"""Why two methods differ: C60 of docs/spec/costing.md."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

import jxc
from jxc.stock import Issue, Receipt
from jxc.testing.strategies import Row, Shape, histories

METHODS = ["fifo", "moving_average", "periodic_average", "standard", "planned", "retail"]


@settings(max_examples=50)
@given(histories(Shape(days=60)))
def test_the_sources_add_up_to_the_difference(rows: list[Row]) -> None:  # C60
    choices: dict[str, Any] = {"standard_cost": {"TEA": 3, "CUP": 2}, "currency": "CNY"}
    table = jxc.compare(rows, methods=METHODS, **choices)
    for line in table.items():
        for method in METHODS[1:]:
            found = table.explain(line.item, method)
            assert found.difference == line.cost_out[method] - line.cost_out["fifo"]
            assert sum(source.difference for source in found.sources) == found.difference
    shown = {(found.item, found.method) for found in table.explanations()}
    assert shown == {
        (line.item, method)
        for line in table.items()
        for method in METHODS[1:]
        if line.cost_out[method] != line.cost_out["fifo"]
    }


def test_every_method_of_the_month_stands_beside_the_others() -> None:
    def day(number: int) -> dt.date:
        return dt.date(2026, 1, number)

    facts = [
        Receipt(date=day(5), item="TEA", qty=Decimal(10), amount=Decimal(20)),
        Issue(date=day(11), item="TEA", qty=Decimal(10), sale_price=Decimal(3)),
        Receipt(date=day(20), item="TEA", qty=Decimal(10), amount=Decimal(30)),
    ]
    choices: dict[str, Any] = {"standard_cost": {"TEA": "2.40"}, "gross_margin": {"TEA": "0.3"}, "currency": "CNY"}
    table = jxc.compare(facts, methods=[*METHODS, "gross_profit"], **choices)
    assert [str(book.cost_of_sales) for book in table] == [
        "20.00",
        "20.00",
        "25.00",
        "24.00",
        "25.00",
        "25.00",
        "21.00",
    ]
    found = table.explain("TEA", "gross_profit", "periodic_average")
    assert [(s.kind, str(s.difference)) for s in found.sources] == [("margin", "-4.00")]


def test_a_method_that_was_not_compared() -> None:
    moves = [{"date": "2026-01-05", "type": "receipt", "item": "TEA", "qty": 1, "amount": "1.00"}]
    with pytest.raises(jxc.NotFoundError) as caught:
        jxc.compare(moves, methods=["fifo"]).explain("TEA", "lifo")
    assert caught.value.code == "not_compared"


def test_what_was_not_compared_is_not_explained() -> None:
    rows = [{"date": "2026-01-05", "type": "receipt", "item": "TEA", "qty": 1, "unit_cost": "2.00"}]
    table = jxc.compare(rows, methods=["fifo", "periodic_average"], currency="CNY")
    for item, method in (("XX", "periodic_average"), (None, None), ("TEA", "planned")):
        with pytest.raises(jxc.NotFoundError):
            table.explain(item, method)  # type: ignore[arg-type]
