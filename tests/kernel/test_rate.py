"""Rates of exchange: K28 and K29 of docs/spec/kernel.md."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.errors import CurrencyError, NumberError
from jxc.kernel import Amount, Currency, Rate, RateTable, currency
from tests.kernel.strategies import decimals, whole_amounts

USD, CNY = currency("USD"), currency("CNY")
DAY = date(2026, 1, 5)
values = st.decimals(Decimal("0.000001"), 10**6, places=6)
histories = st.dictionaries(st.dates(date(2020, 1, 1), date(2021, 1, 1)), values, max_size=12)


def rate(value: str | Decimal, day: date = DAY) -> Rate:
    return Rate(USD, CNY, Decimal(value), day)


@given(values, decimals)
def test_conversion_is_exact(value: Decimal, number: Decimal) -> None:  # K28
    found = rate(value).convert(Amount(number, USD))
    assert found.exact == Fraction(number) * Fraction(value)
    assert found.currency == CNY


@given(values, st.integers(-(10**20), 10**20))
def test_converting_back_is_within_half_a_cent(value: Decimal, minor: int) -> None:  # K28
    there = rate(value).convert(Amount.from_minor(minor, USD))
    assert rate(value).convert_back(there, "half_even").minor == minor
    rough = rate(value).convert_back(there.round("half_up"), "half_up", places=9)
    limit = Fraction(1, 200) / Fraction(value) + Fraction(1, 10**9)
    assert abs(rough.exact - Fraction(minor, 100)) <= limit


@given(histories, st.dates(date(2019, 12, 1), date(2021, 2, 1)))
def test_the_latest_rate_not_after_the_day(history: dict[date, Decimal], day: date) -> None:  # K29
    table = RateTable(rate(value, when) for when, value in history.items())
    known = [when for when in history if when <= day]
    if known:
        found = table.on("USD", CNY, day)
        assert (found.date, found.value) == (max(known), history[max(known)])
    else:
        with pytest.raises(CurrencyError) as caught:
            table.on(USD, "CNY", day)
        assert caught.value.code == "rate_missing"


@given(histories)
def test_the_order_of_the_rates_is_no_matter(history: dict[date, Decimal]) -> None:  # K29
    rates = [rate(value, when) for when, value in history.items()]
    assert RateTable(rates) == RateTable(reversed(rates)) == RateTable().with_(*rates)
    assert hash(RateTable(rates)) == hash(RateTable(reversed(rates)))


@given(whole_amounts)
def test_a_currency_in_itself_is_one(amount: Amount) -> None:  # K29
    own = RateTable().on(amount.currency, amount.currency, DAY)
    assert own.convert(amount) == amount
    assert own.source == "identity"


def test_neither_inverse_nor_chain() -> None:  # K29
    table = RateTable([rate("7.1"), Rate(CNY, currency("TWD"), Decimal("4.4"), DAY)])
    for pair in (("CNY", "USD"), ("USD", "TWD")):
        with pytest.raises(CurrencyError) as caught:
            table.on(*pair, DAY)
        assert caught.value.code == "rate_missing"
    with pytest.raises(CurrencyError) as early:
        table.on("USD", "CNY", date(2026, 1, 4))
    assert "2026-01-05" in early.value.hint


def test_what_is_refused() -> None:  # K1, K28, K29
    for code, call in (
        ("rate_not_positive", lambda: rate("0")),
        ("rate_not_positive", lambda: rate("-1")),
        ("float_refused", lambda: Rate(USD, CNY, 7.1, DAY)),  # type: ignore[arg-type]
    ):
        with pytest.raises(NumberError) as number:
            call()
        assert number.value.code == code
    for code, currency_call in (
        ("same_currency", lambda: Rate(USD, USD, Decimal(2), DAY)),
        ("currency_mismatch", lambda: rate("7.1").convert(Amount.of(1, "CNY"))),
        ("currency_mismatch", lambda: rate("7.1").convert_back(Amount.of(1, "USD"), "half_up")),
        ("duplicate_rate", lambda: RateTable([rate("7.1"), rate("7.2")])),
    ):
        with pytest.raises(CurrencyError) as caught:
            currency_call()
        assert caught.value.code == code


def test_own_currencies_convert() -> None:  # K10, K28
    point = Currency("POINT", 0)
    cents = Rate(point, CNY, Decimal("0.01"), DAY)
    assert str(cents.convert(Amount.of(250, point))) == "2.50 CNY"
    assert str(cents.convert_back(Amount.of("2.555", "CNY"), "down")) == "255 POINT"
    assert RateTable([cents]).on(point, "CNY", DAY) == cents


def test_a_rate_is_valid_until_its_last_day() -> None:  # K29
    early, late = rate("7.1"), Rate(USD, CNY, Decimal("7.2"), date(2026, 1, 15), until=date(2026, 1, 31))
    table = RateTable((early, late))
    assert table.on("USD", "CNY", date(2026, 1, 31)) == late
    assert table.on("USD", "CNY", date(2026, 1, 10)) == early
    with pytest.raises(CurrencyError, match="valid until 2026-01-31") as refused:
        table.on("USD", "CNY", date(2026, 2, 1))
    assert refused.value.code == "rate_missing"
    with pytest.raises(CurrencyError) as early_end:
        Rate(USD, CNY, Decimal(7), date(2026, 1, 5), until=date(2026, 1, 4))
    assert early_end.value.code == "rate_ends_early"
