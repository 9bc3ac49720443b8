"""VAT: exact per line and per document, by treatment, with rates that have days."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.edge.taxes import load_tax_rates
from jxc.errors import FieldError, JxcError, NotFoundError, NumberError, PolicyError, TableError
from jxc.kernel.rounding import divide
from jxc.tax import (
    TaxableLine,
    TaxPosting,
    TaxRate,
    TaxRates,
    VatPolicy,
    certify,
    deemed_sale,
    output_due,
    purchase_return,
    purchase_tax,
    relief,
    sales_return,
    sales_tax,
    small_scale_relief,
    tax_lines,
    transfer_out,
    transfer_tax,
)

VAT = Fraction(13, 100)
rates = st.sampled_from([Fraction(0), Fraction(1, 100), Fraction(3, 100), Fraction(9, 100), VAT])
lines = st.lists(st.builds(TaxableLine, st.integers(-(10**9), 10**9), rates, st.booleans()), max_size=8)
GENERAL, SMALL = VatPolicy(), VatPolicy(taxpayer="small_scale")


@given(lines, st.sampled_from(["line", "document"]))
def test_net_and_tax_are_the_gross_and_what_was_given_stays(given_lines: list[TaxableLine], per: str) -> None:  # T1
    for line, taxed in zip(given_lines, tax_lines(given_lines, per=per), strict=True):  # type: ignore[arg-type]
        assert (taxed.gross if line.inclusive else taxed.net) == line.amount
        exact = line.amount * line.rate / (1 + line.rate if line.inclusive else 1)
        assert abs(taxed.tax - exact) <= (Fraction(1, 2) if per == "line" else 1)


@given(lines)
def test_per_document_the_total_of_each_rate_rules(given_lines: list[TaxableLine]) -> None:  # T1
    taxed = tax_lines(given_lines, per="document")
    for rate in {line.rate for line in given_lines}:
        group = [(a, b) for a, b in zip(given_lines, taxed, strict=True) if a.rate == rate and not a.inclusive]
        assert sum(b.tax for _, b in group) == divide(sum(a.amount for a, _ in group) * rate, 1)


@given(lines, st.lists(st.booleans(), min_size=8, max_size=8), st.sampled_from([GENERAL, SMALL]))
def test_cost_and_tax_of_a_purchase_add_up(
    given_lines: list[TaxableLine], flags: list[bool], policy: VatPolicy
) -> None:
    bought = purchase_tax(given_lines, policy, deductible=flags[: len(given_lines)])  # T2
    assert sum(bought.costs) + sum(one.amount for one in bought.postings) == bought.owed
    assert policy is GENERAL or not bought.postings


def test_treatments() -> None:  # T2 T3 T4
    line = [TaxableLine(10000, VAT)]
    assert purchase_tax(line, GENERAL, certified=False).postings == (TaxPosting("input_tax_awaiting", 1300),)
    assert certify(1300) == (TaxPosting("input_tax", 1300), TaxPosting("input_tax_awaiting", -1300))
    assert sales_tax(line, GENERAL).postings == (TaxPosting("output_tax", -1300),)
    assert sales_tax(line, GENERAL, due=False).postings == (TaxPosting("output_tax_awaiting", -1300),)
    assert output_due(1300) == (TaxPosting("output_tax_awaiting", 1300), TaxPosting("output_tax", -1300))
    assert transfer_out(10000, VAT, GENERAL) == (TaxPosting("input_tax_transferred_out", -1300),)
    assert transfer_out(10000, VAT, SMALL) == ()
    assert deemed_sale(20000, VAT, GENERAL) == (TaxPosting("output_tax", -2600),)
    assert transfer_tax(20000, VAT, GENERAL) == ()
    assert transfer_tax(20000, VAT, VatPolicy(taxable_transfers=True)) == deemed_sale(20000, VAT, GENERAL)


def test_returns_by_red_invoice_or_transferred_out() -> None:  # T5
    line = [TaxableLine(10000, VAT)]
    assert purchase_return(line, GENERAL).postings == (TaxPosting("input_tax", -1300, red=True),)
    other = VatPolicy(purchase_return="transfer_out")
    assert purchase_return(line, other).postings == (TaxPosting("input_tax_transferred_out", -1300),)
    assert (purchase_return(line, SMALL).costs, purchase_return(line, SMALL).postings) == ((11300,), ())


def test_returns_before_certification_and_of_what_was_cost() -> None:  # T5
    line = [TaxableLine(10000, VAT), TaxableLine(5000, VAT)]
    for policy in (GENERAL, VatPolicy(purchase_return="transfer_out")):
        found = purchase_return(line, policy, deductible=[True, False], certified=False)
        assert found.postings == (TaxPosting("input_tax_awaiting", -1300, red=True),)
        assert (found.costs, found.owed) == ((10000, 5650), 16950)


def test_sales_returns_are_red_output_tax() -> None:  # T3
    line = [TaxableLine(11300, VAT, inclusive=True)]
    assert sales_return(line, GENERAL).postings == (TaxPosting("output_tax", 1300, red=True),)
    assert sales_return(line, GENERAL, due=False).postings == (TaxPosting("output_tax_awaiting", 1300, red=True),)
    assert sales_return(line, SMALL).postings == (TaxPosting("small_scale_tax", 1300, red=True),)
    assert (sales_return(line, GENERAL).revenue, sales_return(line, GENERAL).claimed) == (10000, 11300)


@given(lines, st.sampled_from([GENERAL, SMALL, VatPolicy(per="document")]), st.booleans())
def test_a_return_takes_back_what_was_posted(
    given_lines: list[TaxableLine], policy: VatPolicy, due: bool
) -> None:  # T5
    some = [line for line in given_lines if line.amount >= 0]
    sold, back = sales_tax(some, policy, due=due), sales_return(some, policy, due=due)
    assert [(one.role, -one.amount) for one in sold.postings] == [(one.role, one.amount) for one in back.postings]
    bought, sent = purchase_tax(some, policy, certified=due), purchase_return(some, policy, certified=due)
    assert [(one.role, -one.amount) for one in bought.postings] == [(one.role, one.amount) for one in sent.postings]
    assert bought.costs == sent.costs


def test_relief_goes_to_income() -> None:  # T3
    assert relief(300, SMALL) == (TaxPosting("small_scale_tax", 300), TaxPosting("vat_relief_income", -300))
    assert relief(300, GENERAL) == (TaxPosting("vat_relief", 300), TaxPosting("vat_relief_income", -300))
    assert relief(0, SMALL) == ()


def code_of(call: object, *args: object, **more: object) -> str:
    with pytest.raises(JxcError) as refused:
        call(*args, **more)  # type: ignore[operator]
    return refused.value.code


def test_amounts_and_rates_are_exact() -> None:  # T1
    for rate, code in (
        (0.13, "float_refused"),
        (13, "rate_in_percent"),
        (1, "rate_in_percent"),
        (-VAT, "negative_tax_rate"),
    ):
        assert code_of(TaxableLine, 100, rate) == code
        assert code_of(transfer_out, 100, rate, SMALL) == code
    assert TaxableLine(100, Decimal("0.13")) == TaxableLine(100, VAT)  # type: ignore[arg-type]
    for amount in (1.5, "1", Decimal(1)):
        assert code_of(TaxableLine, amount, VAT) == "not_minor_units"
        for call in (certify, output_due):
            assert code_of(call, amount) == "not_minor_units"
        assert code_of(relief, amount, SMALL) == "not_minor_units"
        assert code_of(small_scale_relief, 1, amount, 1) == "not_minor_units"
    line = TaxableLine(100, VAT)
    for flags in ([True], [True] * 3):
        assert code_of(purchase_tax, [line] * 2, GENERAL, deductible=flags) == "flags_differ_in_number"
    for back in (purchase_return, sales_return):
        assert code_of(back, [TaxableLine(-100, VAT)], GENERAL) == "negative_return"
    assert code_of(VatPolicy, mode="sideways") == "unknown_rounding_mode"
    assert code_of(VatPolicy, per="page") == "unknown_choice"
    assert load_tax_rates("cn-vat").on("goods", "2019-03-31").percent == 16
    assert code_of(load_tax_rates("cn-vat").on, "goods", "2019-02-30") == "no_such_date"


def test_small_scale_taxpayers() -> None:  # T2 T3
    sale = sales_tax([TaxableLine(1030000, Fraction(3, 100), inclusive=True)], SMALL)
    assert (sale.revenue, sale.claimed) == (1000000, 1030000)
    assert sale.postings == (TaxPosting("small_scale_tax", -30000),)
    assert [small_scale_relief(sales, 300, 1000) for sales in (1000, 1001)] == [300, 0]


def test_rates_have_days() -> None:  # T6
    shipped = load_tax_rates("cn-vat")
    days = {dt.date(2018, 4, 30): 17, dt.date(2018, 5, 1): 16, dt.date(2019, 4, 1): 13, dt.date(2026, 1, 5): 13}
    assert {day: shipped.on("goods", day).percent for day in days} == {day: Decimal(n) for day, n in days.items()}
    assert shipped.on("goods", dt.date(2026, 1, 5)).fraction == VAT
    for code in ("goods", "nothing"):
        with pytest.raises(NotFoundError) as missing:
            shipped.on(code, dt.date(1990, 1, 1))
        assert missing.value.code == "tax_rate_missing"
    assert shipped.with_(TaxRate("own", Decimal(5))).on("own", dt.date(2026, 1, 1)).percent == 5


def test_rates_that_contradict_each_other() -> None:
    with pytest.raises(FieldError) as overlap:
        TaxRates([TaxRate("a", Decimal(1)), TaxRate("a", Decimal(2), dt.date(2026, 1, 1))])
    assert overlap.value.code == "overlapping_rates"
    with pytest.raises(FieldError) as ends:
        TaxRate("a", Decimal(1), dt.date(2026, 1, 2), dt.date(2026, 1, 1))
    assert ends.value.code == "rate_ends_before_it_begins"
    with pytest.raises(NumberError) as below:
        TaxRate("a", Decimal(-1))
    assert below.value.code == "negative_tax_rate"
    for call in (lambda: VatPolicy(taxpayer="other"), lambda: tax_lines([], per="page")):  # type: ignore[arg-type]
        with pytest.raises(PolicyError):
            call()


def test_files_of_rates(tmp_path) -> None:
    own = tmp_path / "own.csv"
    own.write_text("code,percent,first,last\nown,5,2026-01-01,\n", "utf-8")
    assert load_tax_rates(str(own)).on("own", dt.date(2026, 2, 1)).percent == 5
    own.write_text("percent\n5\n", "utf-8")
    assert code_of(load_tax_rates, str(own)) == "missing_column"
    own.write_text("code,percentage\nown,5\n", "utf-8")
    for name, code in ((str(own), "unknown_columns"), ("nowhere", "file_not_found")):
        with pytest.raises(TableError) as refused:
            load_tax_rates(name)
        assert refused.value.code == code
