"""Amounts: K11 to K14 of docs/spec/kernel.md."""

from __future__ import annotations

import decimal
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jxc.errors import CurrencyError, NumberError
from jxc.kernel import Amount, Currencies, Currency, RoundingMode, currency, total
from tests.kernel.strategies import amounts, currencies, decimals, integers, weights, whole_amounts

CNY = currency("CNY")
pairs = st.tuples(decimals, decimals).map(lambda two: (Amount(two[0], CNY), Amount(two[1], CNY)))


@given(pairs)
def test_arithmetic_is_exact(two: tuple[Amount, Amount]) -> None:  # K11
    left, right = two
    with decimal.localcontext(prec=2):
        assert (left + right).exact == left.exact + right.exact
        assert (left - right).exact == left.exact - right.exact
        assert (left + right) - right == left
        assert -left + left == Amount.zero("CNY")
        assert abs(left).exact == abs(left.exact)
        assert +left == left


@given(pairs)
def test_order_is_that_of_the_values(two: tuple[Amount, Amount]) -> None:  # K11
    left, right = two
    assert (left < right, left <= right) == (left.exact < right.exact, left.exact <= right.exact)
    assert (left > right, left >= right) == (left.exact > right.exact, left.exact >= right.exact)
    assert (left == right) == (left.exact == right.exact)
    assert bool(left) == (left.exact != 0)


@given(amounts, st.one_of(decimals, integers))
def test_a_finite_factor_is_exact(amount: Amount, factor: Decimal | int) -> None:  # K11
    assert (amount * factor).exact == (factor * amount).exact == amount.exact * Fraction(factor)


@given(amounts, amounts)
def test_two_currencies_do_not_mix(left: Amount, right: Amount) -> None:  # K11
    assume(left.currency != right.currency)
    for call in (
        lambda: left + right,
        lambda: left - right,
        lambda: left < right,
        lambda: left >= right,
        lambda: left.ratio(right),
    ):
        with pytest.raises(CurrencyError) as caught:
            call()
        assert caught.value.code == "currency_mismatch"
    assert left != right


@given(whole_amounts)
def test_minor_units_are_undone(amount: Amount) -> None:  # K12
    assert Amount.from_minor(amount.minor, amount.currency) == amount
    assert amount.exact * 10**amount.currency.places == amount.minor


@given(amounts, st.sampled_from(["half_up", "half_even", "down", "ceiling"]))
def test_minor_units_are_exact_or_refused(amount: Amount, mode: RoundingMode) -> None:  # K12
    rounded = amount.round(mode)
    assert abs(rounded.exact - amount.exact) < Fraction(1, 10**amount.currency.places)
    assert rounded.minor == rounded.round().minor
    if rounded != amount:
        with pytest.raises(NumberError) as caught:
            _ = amount.minor
        assert caught.value.code == "too_many_places"


@given(whole_amounts, weights)
def test_shares_sum_to_the_amount(amount: Amount, by: list[int | Fraction | Decimal]) -> None:  # K13
    shares = amount.allocate(by)
    assert total(shares, amount.currency) == amount
    assert len(shares) == len(by)


@given(whole_amounts, st.integers(1, 12))
def test_split_is_nearly_equal(amount: Amount, parts: int) -> None:  # K13
    minors = [share.minor for share in amount.split(parts)]
    assert sum(minors) == amount.minor
    assert max(minors) - min(minors) <= 1
    assert minors == sorted(minors, key=abs, reverse=True)


@given(amounts)
def test_text_is_undone(amount: Amount) -> None:  # K14
    known = Currencies.iso().with_(amount.currency)
    assert Amount.parse(str(amount), known) == amount
    assert str(Amount.parse(str(amount), known)) == str(amount)


@given(amounts, st.fractions(-9, 9))
def test_times_rounds_once(amount: Amount, factor: Fraction) -> None:  # K5, K11
    found = amount.times(factor, places=3)
    assert abs(found.exact - amount.exact * factor) <= Fraction(1, 2000)


@given(pairs)
def test_ratio_is_exact(two: tuple[Amount, Amount]) -> None:  # K11
    left, right = two
    assume(right)
    assert left.ratio(right) * right.exact == left.exact


@given(currencies)
def test_text_has_at_least_the_places_of_the_currency(unit: Currency) -> None:  # K14
    shown = Amount(Decimal(5), unit).text
    assert len(shown.partition(".")[2]) == unit.places


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [("12.3", "CNY", "12.30 CNY"), ("0.1234", "CNY", "0.1234 CNY"), (5, "JPY", "5 JPY"), ("-0", "KWD", "0.000 KWD")],
)
def test_how_it_is_written(value: object, code: str, text: str) -> None:  # K14
    assert str(Amount.of(value, code)) == text


def test_equal_values_are_one_key() -> None:  # K31
    assert len({Amount.of("12.3", "CNY"), Amount.of("12.30", "CNY"), Amount.of("12.30", "USD")}) == 2


def test_floats_are_refused_everywhere() -> None:  # K1, K11
    amount = Amount.of(1, "CNY")
    for call in (
        lambda: Amount.of(1.5, "CNY"),
        lambda: Amount(1.5, CNY),  # type: ignore[arg-type]
        lambda: amount * 1.5,  # type: ignore[operator]
        lambda: amount + 1.5,  # type: ignore[operator]
        lambda: amount > 1.5,  # type: ignore[operator]
        lambda: amount.times(0.1),  # type: ignore[arg-type]
        lambda: amount.allocate([0.5]),  # type: ignore[list-item]
    ):
        with pytest.raises(NumberError) as caught:
            call()
        assert caught.value.code == "float_refused"


def test_only_amounts_add_to_amounts() -> None:  # K11
    amount = Amount.of(1, "CNY")
    for call in (
        lambda: amount + 1,  # type: ignore[operator]
        lambda: amount - "1",  # type: ignore[operator]
        lambda: amount < 1,  # type: ignore[operator]
        lambda: amount * amount,  # type: ignore[operator]
        lambda: amount * "2",  # type: ignore[operator]
    ):
        with pytest.raises(TypeError):
            call()


def test_a_third_of_a_yuan_needs_a_mode() -> None:  # K5
    with pytest.raises(NumberError) as caught:
        Amount.of(1, "CNY") * Fraction(1, 3)
    assert caught.value.code == "no_finite_decimal"
    assert str(Amount.of(1, "CNY").times(Fraction(2, 3), "down")) == "0.66 CNY"
    assert Amount.of(1, "CNY") * Fraction(1, 8) == Amount.of("0.125", "CNY")


def test_what_is_refused() -> None:
    with pytest.raises(NumberError) as caught:
        Amount.of(1, "CNY").ratio(Amount.zero("CNY"))
    assert caught.value.code == "division_by_zero"
    with pytest.raises(NumberError) as caught:
        Amount.of(1, "CNY").split(0)
    assert caught.value.code == "weights_all_zero"
    with pytest.raises(CurrencyError) as wrong:
        Amount.parse("12.30 RMB")
    assert wrong.value.code == "unknown_currency"
    with pytest.raises(NumberError) as caught:
        Amount.parse("CNY")
    assert caught.value.code == "empty_number"
