"""Standard variances by period: P19 of docs/spec/costing.md."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

import jxc
from jxc.stock import Fact, Issue, PriceDifference, Receipt
from jxc.testing.strategies import Row, Shape, histories


def day(number: int, month: int = 1) -> dt.date:
    return dt.date(2026, month, number)


def figures(line: jxc.PeriodVariance) -> list[str]:
    return [
        str(figure) for figure in (line.purchase_price, line.exchange, line.quantity, line.production, line.revaluation)
    ]


FOREIGN = Receipt(
    date=day(5), item="TEA", qty=Decimal(10), unit_cost=Decimal("2.00"), currency="USD", rate=Decimal("7.20"), id="R"
)
PRICES = {"standard_cost": {"TEA": "14.00"}, "currency": "CNY"}


def test_price_and_exchange_are_told_apart_by_the_standard_rate() -> None:
    book = jxc.value([FOREIGN], method="standard", **PRICES)
    assert figures(jxc.period_variances(book)[0]) == ["4.00", "0.00", "0.00", "0.00", "0.00"]
    [line] = jxc.period_variances(book, standard_rates={"USD": "7.00"})
    assert figures(line) == ["0.00", "4.00", "0.00", "0.00", "0.00"]


@pytest.mark.parametrize(
    ("rule", "periods"), [("restate", ["2026-01"]), ("to_price_difference", ["2026-01", "2026-02"])]
)
def test_an_invoice_at_another_rate_has_an_exchange_variance(rule: str, periods: list[str]) -> None:
    invoice = PriceDifference(
        date=day(3, 2), refs=("R",), unit_cost=Decimal("2.10"), currency="USD", rate=Decimal("7.50")
    )
    book = jxc.value([FOREIGN, invoice], method="standard", invoice_difference=rule, **PRICES)
    lines = jxc.period_variances(book)
    assert [line.period for line in lines] == periods
    # 10 x 2.10 at 7.50 is 157.50; at the receipt's 7.20 it would be 151.20
    exchange, total = (sum(getattr(line, kind) for line in lines) for kind in ("exchange", "total"))
    # the other way takes the difference of 1.00 in dollars, at the rate of the invoice, and 20.00 at the change of rate
    assert (str(exchange), str(total)) == (("6.30", "17.50") if rule == "restate" else ("6.00", "17.50"))


def test_quantity_and_revaluation() -> None:
    facts: list[Fact] = [
        Receipt(date=day(5), item="TEA", qty=Decimal(4000), amount=Decimal(20800)),
        Issue(date=day(9), item="TEA", qty=Decimal(2700), standard_qty_allowed=Decimal(2500)),
    ]
    book = jxc.value(facts, method="standard", standard_cost={"TEA": 5}, currency="USD")
    [line] = jxc.period_variances(book)
    assert figures(line) == ["800.00", "0.00", "1000.00", "0.00", "0.00"]
    assert str(line.total) == "1800.00"


def test_another_method_has_none() -> None:
    with pytest.raises(jxc.PolicyError) as caught:
        jxc.period_variances(jxc.value([FOREIGN], currency="CNY"))
    assert caught.value.code == "not_at_standard"


@settings(max_examples=60)
@given(histories(Shape(days=70, foreign=True)))
def test_price_and_exchange_are_all_that_receipts_cost_beyond_the_standard(rows: list[Row]) -> None:  # P19
    choices: dict[str, Any] = {"standard_cost": {"TEA": 3, "CUP": 2}, "currency": "CNY", "method": "standard"}
    book = jxc.value(rows, **choices)
    plain, told = (jxc.period_variances(book, standard_rates=rates) for rates in ({}, {"USD": "6.5"}))
    for kind in ("quantity", "production", "revaluation", "total"):
        assert sum(getattr(line, kind) for line in plain) == sum(getattr(line, kind) for line in told)
    effects = book.effect_totals
    late = effects.get("expensed", Decimal(0)) + effects.get("price_difference", Decimal(0))
    late -= sum(e.amount for e in book.effects if e.kind == "price_difference" and is_return(book, e.row))
    price = sum(line.purchase_price + line.exchange + line.production for line in plain)
    assert price == effects.get("variance", Decimal(0)) + late


def is_return(book: jxc.Valuation, row: int) -> bool:
    return next(m.type for m in book.movements if m.row == row) == "purchase_return"


def test_what_is_no_valuation_and_no_rate_is_refused() -> None:
    rows = [{"date": "2026-01-05", "type": "receipt", "item": "TEA", "qty": 1, "unit_cost": "2.00"}]
    book = jxc.value(rows, method="standard", standard_cost={"TEA": 2}, currency="CNY")
    with pytest.raises(jxc.PolicyError):
        jxc.period_variances(None)  # type: ignore[arg-type]
    with pytest.raises(jxc.PolicyError):
        jxc.period_variances(book, standard_rates=["USD"])  # type: ignore[arg-type]
    for rate in ("0", "-1"):
        with pytest.raises(jxc.NumberError) as caught:
            jxc.period_variances(book, standard_rates={"USD": rate})
        assert caught.value.code == "rate_not_positive"
