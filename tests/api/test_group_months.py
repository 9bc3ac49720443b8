"""Months of goods kept in amounts alone: P12 to P14 of docs/spec/costing.md."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import jxc

cents = st.integers(1, 10**7).map(lambda minor: Decimal(minor) / 100)
VARIANTS = ("margin_rate", "conventional", "cost", "average", "fifo", "lifo")


@given(cents, cents, cents, cents, st.fractions(0, 1, max_denominator=50), st.sampled_from(VARIANTS))
def test_retail_is_conserved(a: Decimal, b: Decimal, c: Decimal, d: Decimal, part: Fraction, variant: Any) -> None:
    sold = Decimal(int(Fraction(b + d) * 100 * part)) / 100
    month = jxc.retail_month(opening=(a, b), received=(c, d), sold=sold, variant=variant, currency="CNY")
    assert month.cost_of_sales + month.closing_cost == a + c
    assert month.closing_retail == b + d - sold


BOOK: dict[str, Any] = {"vat_rate": "0.13", "currency": "CNY"}


def test_vat_in_the_selling_prices_or_not() -> None:
    gross = jxc.retail_month(opening=("5000", "7910"), received=("4000", "6215"), sold="9040", **BOOK)
    net = jxc.retail_month(
        opening=("5000", "7000"),
        received=("4000", "5500"),
        sold="8000",
        retail_includes_vat=False,
        sold_includes_vat=False,
        **BOOK,
    )
    mixed = jxc.retail_month(
        opening=("5000", "7000"), received=("4000", "5500"), sold="9040", retail_includes_vat=False, **BOOK
    )
    other = jxc.retail_month(
        opening=("5000", "7910"), received=("4000", "6215"), sold="8000", sold_includes_vat=False, **BOOK
    )
    for month in (gross, net, mixed, other):
        assert (month.cost_of_sales, month.revenue, month.vat) == (5760, 8000, 1040)
        assert month.gross_profit == 2240
    assert gross.closing_margin > net.closing_margin


def test_all_that_touches_retail() -> None:
    year = jxc.retail_month(
        opening=(500, 1000),
        received=(17300, 31000),
        sold=27480,
        variant="conventional",
        markups=1400,
        markdowns=810,
        shrinkage=1910,
        rate_places=3,
        currency="JPY",
    )
    assert (year.rate, year.closing_cost, year.cost_of_sales) == (Fraction("0.533"), 1706, 16094)
    with pytest.raises(jxc.PolicyError) as caught:
        jxc.retail_month(opening=(1, 1), received=(1, 1), sold=1, variant="other")  # type: ignore[arg-type]
    assert caught.value.code == "unknown_choice"


def test_shrinkage_leaves_at_its_share_of_the_margin() -> None:
    month = jxc.retail_month(opening=(500, 1000), received=(0, 0), sold=400, shrinkage=100)
    assert (month.cost_of_sales, month.closing_cost, month.closing_retail, month.revenue) == (250, 250, 500, 400)


@given(cents, st.lists(st.tuples(cents, cents), min_size=1, max_size=3), cents | st.none())
def test_a_quarter_is_conserved_and_ends_at_its_closing(opening: Decimal, months: Any, closing: Decimal | None) -> None:
    received, sales = [one for one, _ in months], [other for _, other in months]
    quarter = jxc.gross_profit_quarter(opening=opening, received=received, net_sales=sales, rate="0.2", closing=closing)
    assert opening + sum(received) == sum(quarter.cost_of_sales) + quarter.closing
    if closing is not None:
        assert quarter.closing == closing
    else:
        assert quarter.true_up is None


def test_a_quarter_is_trued_up_in_its_last_month() -> None:
    quarter = jxc.gross_profit_quarter(
        opening=6500, received=[7000, 0, 0], net_sales=[8750, 1000, 1000], rate="0.25", rate_basis="cost", closing=4800
    )
    assert [str(cost) for cost in quarter.cost_of_sales] == ["7000.00", "800.00", "900.00"]
    assert quarter.true_up == 100
    with pytest.raises(jxc.PolicyError) as caught:
        jxc.gross_profit_quarter(opening=1, received=[1], net_sales=[1, 2], rate="0.2")
    assert caught.value.code == "months_differ"


def test_a_month_at_planned_cost() -> None:
    month = jxc.planned_month(opening=(80, 100), received=(120, 110), issued=100, currency="CNY")
    assert (month.rate, month.issued_actual, month.closing_actual) == (Fraction(1, 20), 105, 105)
    left_out = jxc.planned_month(opening=(80, 100), received=(120, 110), issued=100, estimated=50, currency="CNY")
    assert (left_out.issued_variance, left_out.closing_planned) == (5, 150)


def test_floats_are_refused() -> None:
    with pytest.raises(jxc.NumberError):
        jxc.planned_month(opening=(80.5, 100), received=(120, 110), issued=100)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"opening": None}, "wrong_kind"),
        ({"opening": (1, 2, 3)}, "wrong_kind"),
        ({"opening": "12"}, "wrong_kind"),
        ({"rate_places": -1}, "wrong_kind"),
        ({"rate_places": "2"}, "wrong_kind"),
        ({"rounding_mode": "bogus"}, "unknown_choice"),
        ({"vat_rate": "-0.13", "sold_includes_vat": False}, "bad_vat_rate"),
        ({"vat_rate": "13"}, "bad_vat_rate"),
    ],
)
def test_a_month_that_cannot_be_is_refused(change: dict[str, object], code: str) -> None:
    given: dict[str, object] = {"opening": (50, 70), "received": (0, 0), "sold": 10, **change}
    with pytest.raises(jxc.PolicyError) as caught:
        jxc.retail_month(**given)  # type: ignore[arg-type]
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"received": None}, "wrong_kind"),
        ({"received": "123", "net_sales": "456"}, "wrong_kind"),
        ({"received": [0] * 5, "net_sales": [1] * 5}, "months_differ"),
        ({"rate_basis": "bogus"}, "unknown_choice"),
    ],
)
def test_a_quarter_that_cannot_be_is_refused(change: dict[str, object], code: str) -> None:
    given: dict[str, object] = {"opening": 1000, "received": [0], "net_sales": [100], "rate": "0.2", **change}
    with pytest.raises(jxc.PolicyError) as caught:
        jxc.gross_profit_quarter(**given)  # type: ignore[arg-type]
    assert caught.value.code == code


@pytest.mark.parametrize("variant", ["fifo", "lifo"])
def test_a_month_that_bought_nothing_goes_by_its_opening_stock(variant: Any) -> None:
    month = jxc.retail_month(opening=(500, 700), received=(0, 0), sold=100, variant=variant)
    assert (month.closing_cost, month.cost_of_sales) == (Decimal("428.57"), Decimal("71.43"))


# -- worked examples of textbooks, as remembered; every figure recomputed by hand -------------------------------------


@pytest.mark.parametrize(
    ("variant", "ratio", "closing"),
    [("conventional", "0.539", "6737.50"), ("cost", "0.547", "6837.50"), ("average", "0.547", "6837.50")],
)
def test_markups_and_markdowns(variant: Any, ratio: str, closing: str) -> None:
    """Kieso, Weygandt, Warfield, Intermediate Accounting, the retail method with mark-ups and mark-downs.

    20,500 / 38,000 = 53.9 % and 20,500 / 37,500 = 54.7 %, on 12,500 left at selling price.
    """
    year = jxc.retail_month(
        opening=(500, 1000),
        received=(20000, 35000),
        sold=25000,
        markups=3000 - 1000,
        markdowns=2500 - 2000,
        variant=variant,
        rate_places=3,
        currency="USD",
    )
    assert (year.rate, str(year.closing_retail), str(year.closing_cost)) == (Fraction(ratio), "12500.00", closing)
    assert year.cost_of_sales + year.closing_cost == 20500


def test_layers_of_retail() -> None:
    """LIFO and FIFO on the same goods: purchases cost 20,000 / 36,500 of selling price; 12,500 are left.

    LIFO keeps the opening 500 and 11,500 of the year's layer; FIFO values all that is left at the year's ratio.
    """
    goods: dict[str, Any] = {"opening": (500, 1000), "received": (20000, 35000), "sold": 25000, "currency": "USD"}
    goods |= {"markups": 2000, "markdowns": 500}
    lifo, fifo = (jxc.retail_month(variant=variant, **goods) for variant in ("lifo", "fifo"))  # type: ignore[arg-type]
    assert str(lifo.closing_cost) == "6801.37"  # 500 + 11,500 x 20,000 / 36,500
    assert str(fifo.closing_cost) == "6849.32"  # 12,500 x 20,000 / 36,500


def test_the_rate_of_variance_of_the_textbook() -> None:
    """初级会计实务, 计划成本法: 期初超支 30 740, 入库节约 200 000, 差异率 -4.03 %; 发出 2 900 000 分摊节约 116 870."""
    month = jxc.planned_month(
        opening=(1_000_000, 1_030_740),
        received=(3_200_000, 3_000_000),
        issued=2_900_000,
        rate_places=4,
        currency="CNY",
    )
    assert (month.rate, month.issued_actual - 2_900_000) == (Fraction("-0.0403"), -116_870)


def test_the_rate_of_margin_of_the_textbook() -> None:
    """初级会计实务, 售价金额核算法: (10 + 15) / (110 + 90) = 12.5 %; 销售 120, 成本 105, 期末 70 (万元)."""
    month = jxc.retail_month(
        opening=(1_000_000, 1_100_000), received=(750_000, 900_000), sold=1_200_000, currency="CNY"
    )
    assert (month.rate, month.cost_of_sales, month.closing_cost) == (Fraction(1, 8), 1_050_000, 700_000)


def test_the_rate_of_gross_profit_of_the_textbook() -> None:
    """初级会计实务, 毛利率法: 期初 1 800, 购进 3 000, 销售 3 400, 毛利率 25 %: 成本 2 550, 期末 2 250 (万元)."""
    month = jxc.gross_profit_quarter(opening=1800, received=[3000], net_sales=[3400], rate="0.25", currency="CNY")
    assert month.cost_of_sales == (2550,)
