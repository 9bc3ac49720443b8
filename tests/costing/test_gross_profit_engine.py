"""The gross profit method by the engine: P18 of docs/spec/costing.md."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import jxc
from jxc.stock import Fact, Issue, Opening, Receipt, SalesReturn, Transfer


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(f"2026-{text}")


def sale(on: str, qty: int, price: str, item: str = "TEA", **more: Any) -> Issue:
    return Issue(date=day(on), item=item, qty=Decimal(qty), sale_price=Decimal(price), **more)


FACTS: list[Fact] = [
    Opening(date=day("04-01"), item="TEA", qty=Decimal(100), amount=Decimal(1000)),
    sale("04-15", 40, "12.50", id="S-1"),
    Receipt(date=day("05-05"), item="TEA", qty=Decimal(100), amount=Decimal(1100)),
    sale("05-15", 40, "12.50"),
    SalesReturn(date=day("05-16"), item="TEA", qty=Decimal(4), refs=("S-1",)),
    sale("06-20", 60, "13.00"),
]


def book(facts: list[Fact], **choices: Any) -> jxc.Valuation:
    return jxc.value(facts, method="gross_profit", gross_margin={"TEA": "0.2"}, currency="CNY", **choices)


def test_the_first_months_are_estimated_and_the_third_is_trued_up() -> None:
    quarter = book(FACTS, framework="cas_small")
    # 500 x 0.8; 450 x 0.8; the quarter's average is 10.50, so 136 sold cost 1,428 in all
    assert quarter.cost_of_sales_by_period == {"2026-04": 400, "2026-05": 360, "2026-06": 668}
    assert str(quarter.on_hand_value) == "672.00"
    assert {movement.status for movement in quarter.movements} == {"final"}


def test_until_then_it_is_provisional_and_stock_takes_the_difference() -> None:
    april_and_may = book(FACTS, as_of="2026-05-31")
    assert april_and_may.cost_of_sales_by_period == {"2026-04": 400, "2026-05": 360}
    assert str(april_and_may.on_hand_value) == "1340.00"  # 2,100 less 760
    assert [m.status for m in april_and_may.movements if m.type == "issue"][:2] == ["provisional"] * 2
    assert book(FACTS, run_to="2026-05-31").cost_of_sales_by_period["2026-06"] == 624


def test_every_category_needs_its_rate() -> None:
    with pytest.raises(jxc.PolicyError) as caught:
        jxc.value(FACTS, method="gross_profit", currency="CNY")
    assert (caught.value.code, caught.value.value) == ("missing_gross_margin", "TEA")


def test_a_sale_needs_its_price() -> None:
    facts = [FACTS[0], Issue(date=day("04-02"), item="TEA", qty=Decimal(1))]
    assert [problem.code for problem in book(facts).problems] == ["missing_sale_price"]


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 180), st.sampled_from(["in", "out", "move"]), st.integers(1, 30), st.integers(100, 2000)
        ),
        max_size=14,
    ),
    st.sampled_from(["item", "place"]),
)
def test_value_is_conserved_and_a_quarter_over_costs_its_average(lines: Any, scope: str) -> None:  # P18
    facts: list[Fact] = []
    for number, kind, qty, cents in lines:
        on = dt.date(2026, 1, 1) + dt.timedelta(days=number)
        item, price = ("TEA", "CUP")[qty % 2], Decimal(cents) / 100
        if kind == "in":
            facts.append(Receipt(date=on, item=item, qty=Decimal(qty), unit_cost=price, place="A"))
        elif kind == "out":
            facts.append(Issue(date=on, item=item, qty=Decimal(qty), sale_price=price, place="A"))
        else:
            facts.append(Transfer(date=on, item=item, qty=Decimal(qty), place="A", to_place="B"))
    choices: dict[str, Any] = {"scope": scope, "currency": "CNY", "categories": {"TEA": "g", "CUP": "g"}}
    found = jxc.value(facts, method="gross_profit", gross_margin={"g": "0.25"}, **choices)
    real = jxc.value(facts, method="periodic_average", period="quarter", **choices)
    came = sum(m.cost for m in found.movements if m.type == "receipt")
    kept = sum(gap.amount for gap in found.gaps)
    assert came + kept == found.cost_of_sales + found.on_hand_value
    if all(movement.status in ("final", "refused") for movement in found.movements):
        assert found.cost_of_sales == real.cost_of_sales
