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


def billed(qty: str, price: str, rate: str, on: int) -> PriceDifference:
    return PriceDifference(
        date=day(on, 2),
        id=f"B{on}",
        refs=("R",),
        item="TEA",
        qty=Decimal(qty),
        direction="bill",
        unit_cost=Decimal(price),
        currency="USD",
        rate=Decimal(rate),
    )


def exchange_of(facts: list[Fact], rule: str) -> tuple[str, str]:
    book = jxc.value([FOREIGN, *facts], method="standard", invoice_difference=rule, **PRICES)
    assert book.complete
    lines = jxc.period_variances(book)
    exchange, total = (sum((getattr(line, kind) for line in lines), Decimal(0)) for kind in ("exchange", "total"))
    return str(exchange), str(total)


@pytest.mark.parametrize("rule", ["restate", "to_expense", "to_price_difference"])
def test_every_invoice_settles_its_units_at_its_own_rate(rule: str) -> None:
    """4 x 2.10 at 7.50 less 7.20 is 2.52; 6 x 2.05 at 7.00 less 7.20 is -2.46."""
    one, two = billed("4", "2.10", "7.50", 3), billed("6", "2.05", "7.00", 9)
    # in dollars the difference is 0.40 x 7.50 and 0.30 x 7.00; the rates move 8.00 by 0.30 and 12.00 by -0.20
    other = rule == "to_price_difference"
    assert exchange_of([one], rule) == (("2.40", "9.40") if other else ("2.52", "9.40"))
    assert exchange_of([one, two], rule) == (("0.00", "9.10") if other else ("0.06", "9.10"))


@pytest.mark.parametrize("rule", ["restate", "to_expense"])
def test_a_second_invoice_of_the_whole_replaces_the_first(rule: str) -> None:
    first, second = (
        PriceDifference(date=day(on, 2), refs=("R",), unit_cost=Decimal(price), currency="USD", rate=Decimal(rate))
        for on, price, rate in ((3, "2.10", "7.50"), (9, "2.05", "7.00"))
    )
    assert exchange_of([first, second], rule) == ("-4.10", "3.50")  # 20.50 at 7.00 less 7.20; 143.50 less 140.00


def test_a_refund_takes_back_its_part_of_the_bill() -> None:
    refund = PriceDifference(
        date=day(12, 2), refs=("B3",), item="TEA", qty=Decimal(2), direction="refund", unit_cost=Decimal("2.10"),
        currency="USD", rate=Decimal("7.50"),
    )  # fmt: skip
    assert exchange_of([billed("4", "2.10", "7.50", 3), refund], "to_expense")[0] == "1.26"


def test_no_difference_in_book_currency_is_still_one_of_rates() -> None:
    """Dearer in dollars, cheaper by the rate: 20.00 at 7.20 is 144.00, as is 22.50 at 6.40; in the invoice's month."""
    even = PriceDifference(date=day(3, 2), refs=("R",), amount=Decimal("22.5"), currency="USD", rate=Decimal("6.40"))
    assert exchange_of([even], "to_expense") == ("-18.00", "4.00")
    book = jxc.value([FOREIGN, even], method="standard", invoice_difference="to_expense", **PRICES)
    february = jxc.period_variances(book)[1]
    assert (february.period, figures(february)[:2]) == ("2026-02", ["18.00", "-18.00"])


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
