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
    quarter = book(FACTS, framework="cas_small", run_to="2026-06-30")
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


def quarter_run(facts: list[Fact], months: tuple[str, ...] = ("04", "05", "06")) -> list[list[tuple[str, str]]]:
    booked: list[jxc.CostRecord] = []
    found: list[list[tuple[str, str]]] = []
    for month in months:
        choices: dict[str, Any] = {"method": "gross_profit", "gross_margin": {"TEA": "0.2"}, "currency": "CNY"}
        run = jxc.month_end(facts, period=f"2026-{month}", booked=booked, **choices)
        found.append([(record.movement, str(record.cost)) for record in run.costs])
        assert not [problem for problem in run.missing if problem.code.startswith("earlier_")]
        booked += run.apply()
        again = jxc.month_end(facts, period=f"2026-{month}", booked=booked, **choices)
        assert again.costs == ()
    return found


OPENED = Opening(id="OB", date=day("04-01"), item="TEA", qty=Decimal(200), amount=Decimal(2000))
TWO: list[Fact] = [OPENED, sale("04-15", 40, "12.00", id="S1"), sale("05-15", 40, "12.00", id="S2")]


def test_the_third_month_takes_the_true_up_with_or_without_sales() -> None:  # 80 at 10.00 less 2 x 384.00
    first, second = [("S1", "384.00")], [("S2", "384.00")]
    assert quarter_run([*TWO]) == [first, second, [("true-up 2026-Q2 TEA", "32.00")]]
    other = Receipt(date=day("06-01"), item="CUP", qty=Decimal(1), amount=Decimal(1))
    assert quarter_run([*TWO, other]) == [first, second, [("true-up 2026-Q2 TEA", "32.00")]]
    assert quarter_run([*TWO, sale("06-01", 1, "12.00", id="S3")]) == [first, second, [("S3", "42.00")]]
    by_run = book([*TWO], as_of="2026-06-30")
    assert by_run.cost_of_sales_by_period == {"2026-04": 384, "2026-05": 384, "2026-06": 32}
    assert [(gap.kind, str(gap.amount)) for gap in by_run.gaps] == [("true_up", "-32.00")]
    assert str(by_run.on_hand_value) == "1200.00"


def test_a_quarter_is_over_on_its_last_day_and_not_before() -> None:
    june = [*TWO, sale("06-01", 1, "12.00", id="S3")]
    assert book(june).cost_of_sales_by_period["2026-06"] == Decimal("9.60")
    assert book(june, run_to="2026-06-29").cost_of_sales_by_period["2026-06"] == Decimal("9.60")
    assert book(june, run_to="2026-06-30").cost_of_sales_by_period["2026-06"] == 42
    after = Receipt(date=day("07-02"), item="TEA", qty=Decimal(1), amount=Decimal(1))
    assert book([*june, after]).cost_of_sales_by_period["2026-06"] == 42


def test_a_return_never_carries_the_true_up() -> None:
    back = SalesReturn(id="SR", date=day("06-01"), item="TEA", qty=Decimal(1), refs=("S1",))
    found = quarter_run([*TWO, back])
    assert found[2] == [("SR", "9.60"), ("true-up 2026-Q2 TEA", "31.60")]
    assert quarter_run([*TWO, back, sale("06-20", 2, "12.00", id="S3")])[2] == [("SR", "9.60"), ("S3", "51.60")]


@pytest.mark.parametrize("margin", ["2", "-5", "-1"])
def test_a_margin_out_of_range_is_refused(margin: str) -> None:
    with pytest.raises(jxc.PolicyError) as caught:
        jxc.value([*TWO], method="gross_profit", gross_margin={"TEA": margin}, currency="CNY")
    assert (caught.value.code, caught.value.field) == ("bad_margin", "gross_margin")


def test_an_estimate_beyond_the_goods_is_told() -> None:
    dear: list[Fact] = [OPENED, sale("04-15", 150, "20.00", id="S1")]
    assert [(p.code, p.severity) for p in book(dear).problems] == [("estimate_beyond_goods", "warning")]
    assert [p.code for p in book([*dear, sale("06-30", 1, "12.00")]).problems] == ["estimate_beyond_goods"]
    assert not book([*TWO]).problems


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 180), st.sampled_from(["in", "out", "move"]), st.integers(1, 30), st.integers(100, 2000)
        ),
        max_size=14,
    ),
    st.sampled_from(["item", "place"]),
    st.sampled_from(["2026-05-31", "2026-06-30"]),
)
def test_value_is_conserved_and_a_quarter_over_costs_its_average(lines: Any, scope: str, until: str) -> None:  # P18
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
    found = jxc.value(facts, method="gross_profit", gross_margin={"g": "0.25"}, as_of=until, **choices)
    real = jxc.value(facts, method="periodic_average", period="quarter", as_of=until, **choices)
    came = sum(m.cost for m in found.movements if m.type == "receipt")
    kept = sum(gap.amount for gap in found.gaps if gap.kind != "true_up")
    assert came + kept == found.cost_of_sales + found.on_hand_value
    rows = sum(m.cost if m.type == "receipt" else -m.cost for m in found.movements if m.type != "transfer")
    assert rows + sum(gap.amount for gap in found.gaps) == found.on_hand_value
    if until == "2026-06-30":
        assert found.cost_of_sales == real.cost_of_sales
        assert found.on_hand_value == real.on_hand_value


# -- from tables -----------------------------------------------------------------------------------------------------


TABLE: list[dict[str, Any]] = [
    {"id": "OB", "date": "2026-04-01", "type": "opening", "item": "TEA", "qty": 100, "amount": "1000.00"},
    {"id": "S-1", "date": "2026-04-15", "type": "issue", "item": "TEA", "qty": 40, "sale_price": "12.50"},
    {"id": "GR", "date": "2026-05-05", "type": "receipt", "item": "TEA", "qty": 100, "amount": "1100.00"},
    {"id": "S-2", "date": "2026-05-15", "type": "issue", "item": "TEA", "qty": 40, "sale_price": "12.50"},
    {"id": "R-1", "date": "2026-05-16", "type": "sales_return", "item": "TEA", "qty": 4, "ref": "S-1"},
    {"id": "S-3", "date": "2026-06-20", "type": "issue", "item": "TEA", "qty": 60, "sale_price": "13.00"},
]


@pytest.mark.parametrize("as_columns", [False, True])
def test_a_table_says_what_facts_say(as_columns: bool) -> None:
    rows: Any = (
        {name: [row.get(name) for row in TABLE] for name in (*TABLE[1], "amount", "ref")} if as_columns else TABLE
    )
    found = book(rows, run_to="2026-06-30")
    assert found.complete
    assert found.costs() == book(FACTS, run_to="2026-06-30").costs()


def test_a_sale_price_is_of_the_unit_and_in_the_currency_of_the_row() -> None:
    boxes = [
        {**TABLE[0], "qty": 100, "uom": "piece"},
        {**TABLE[1], "qty": 2, "uom": "box", "sale_price": "25.00", "currency": "USD", "rate": "8"},
    ]
    found = book(boxes, units={"TEA": {"box": "10", "piece": "1"}})  # type: ignore[arg-type]
    assert str(found.costs()[1]) == "320.00"  # 2 x 25.00 x 8 x 0.8
    facts = [
        Opening(date=day("04-01"), item="TEA", qty=Decimal(100), amount=Decimal(1000)),
        sale("04-15", 2, "25.00", uom="box", currency="USD", rate=Decimal(8)),
    ]
    assert book(facts, units={"TEA": {"box": "10"}}).costs()[1] == found.costs()[1]


def test_a_return_without_its_issue_goes_by_its_own_price() -> None:
    alone = {"id": "R", "date": "2026-04-20", "type": "sales_return", "item": "TEA", "qty": 2, "sale_price": "10.00"}
    found = book([*TABLE[:2], alone])  # type: ignore[list-item]
    assert [str(cost) for cost in found.costs()] == ["1000.00", "400.00", "16.00"]
    fact = SalesReturn(date=day("04-20"), item="TEA", qty=Decimal(2), sale_price=Decimal(10))
    assert book([*FACTS[:2], fact]).costs() == found.costs()


def test_a_column_filled_where_it_means_nothing_is_told_once() -> None:
    rows = [{**TABLE[0], "sale_price": "1.00"}, {**TABLE[1], "estimated": "yes"}]
    problems = book(rows).problems  # type: ignore[arg-type]
    assert [(problem.code, problem.field) for problem in problems] == [
        ("not_read_here", "sale_price"),
        ("not_read_here", "estimated"),
    ]
    assert "the first is row 2" in problems[1].message
