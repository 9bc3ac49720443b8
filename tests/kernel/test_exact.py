"""Numbers in and out: K1 to K6 of docs/spec/kernel.md."""

from __future__ import annotations

import decimal
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.errors import NumberError
from jxc.kernel import (
    MAX_DIGITS,
    add_exact,
    decimal_text,
    from_scaled,
    multiply_exact,
    round_decimal,
    to_decimal,
    to_exact,
    to_scaled,
)
from tests.kernel.strategies import decimals, exact, fractions, integers, places


def code(call: object, *args: object, **kwargs: object) -> str:
    with pytest.raises(NumberError) as caught:
        call(*args, **kwargs)  # type: ignore[operator]
    return caught.value.code


@given(decimals)
def test_text_is_read_as_written(number: Decimal) -> None:  # K1, K6
    assert to_decimal(decimal_text(number)) == number
    assert to_decimal(f"  {number}\t") == number
    assert Fraction(decimal_text(number)) == Fraction(number)
    assert "E" not in decimal_text(number).upper()


@given(decimals)
def test_reading_twice_changes_nothing(number: Decimal) -> None:  # K1
    once = to_decimal(number)
    assert once.as_tuple() == to_decimal(once).as_tuple()
    assert not (once.is_zero() and once.is_signed())
    assert int(once.as_tuple().exponent) <= 0


@given(integers, places)
def test_scaling_is_undone(scaled: int, down: int) -> None:  # K4
    number = from_scaled(scaled, down)
    assert to_scaled(number, down) == scaled
    assert number.as_tuple().exponent == -down


@given(decimals, places)
def test_scaling_is_exact_or_refused(number: Decimal, down: int) -> None:  # K4
    true = Fraction(number) * 10**down
    if true.denominator == 1:
        assert to_scaled(number, down) == true
    else:
        assert code(to_scaled, number, down) == "too_many_places"


@given(fractions, places)
def test_a_fraction_has_a_decimal_or_is_refused(number: Fraction, down: int) -> None:  # K5
    rest = number.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest == 1:
        assert Fraction(from_scaled(number, down)) == number / 10**down
        assert Fraction(decimal_text(number)) == number
    else:
        assert code(from_scaled, number, down) == code(decimal_text, number) == "no_finite_decimal"


@given(exact, places)
def test_rounding_is_within_half_a_step(number: int | Fraction, down: int) -> None:  # K5
    rounded = round_decimal(number, down)
    assert abs(Fraction(rounded) - number) <= Fraction(1, 2 * 10**down)
    assert rounded.as_tuple().exponent == -down
    assert decimal_text(number, down) == decimal_text(rounded)


@given(decimals, decimals)
def test_sums_and_products_keep_every_digit(left: Decimal, right: Decimal) -> None:  # K3
    with decimal.localcontext(prec=3):
        assert Fraction(add_exact(left, right)) == Fraction(left) + Fraction(right)
        assert Fraction(multiply_exact(left, right)) == Fraction(left) * Fraction(right)


@given(decimals)
def test_the_context_of_the_process_does_not_matter(number: Decimal) -> None:  # K3
    text = decimal_text(number)
    with decimal.localcontext(prec=1, rounding=decimal.ROUND_UP):
        assert to_decimal(text).as_tuple() == to_decimal(number).as_tuple()
        assert decimal_text(to_decimal(text)) == text
        assert from_scaled(to_scaled(number, 12), 12) == number


@given(exact)
def test_exact_is_an_int_where_it_is_whole(number: int | Fraction) -> None:  # K1
    found = to_exact(number)
    assert found == number
    assert isinstance(found, int) == (Fraction(number).denominator == 1)


@pytest.mark.parametrize(
    ("given_value", "text"),
    [
        ("12.30", "12.30"),
        ("+5.", "5"),
        (".5", "0.5"),
        ("-0.00", "0.00"),
        ("1e3", "1000"),
        ("0e9", "0"),
        ("1.5E-7", "0.00000015"),
        ("\u3000 7\u00a0", "7"),
        (-3, "-3"),
        (Decimal("1E+2"), "100"),
        (Decimal("-0"), "0"),
        ("1234567890123456789012345678901234567.890", "1234567890123456789012345678901234567.890"),
    ],
)
def test_what_is_read(given_value: object, text: str) -> None:  # K1
    assert decimal_text(to_decimal(given_value)) == text


class Index:
    """Like the integers of numpy: no int, but one by ``__index__``."""

    def __index__(self) -> int:
        return 7


def test_whatever_is_an_index_is_an_integer() -> None:  # K1
    assert to_decimal(Index()) == 7


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "empty_number"),
        ("", "empty_number"),
        (" \u3000", "empty_number"),
        (1.5, "float_refused"),
        (float("nan"), "float_refused"),
        (True, "not_a_number"),
        (b"1", "not_a_number"),
        ([1], "not_a_number"),
        (Fraction(1, 2), "not_a_number"),
        ("1,234.50", "not_a_number"),
        ("1_000", "not_a_number"),
        ("12 300", "not_a_number"),
        ("１２", "not_a_number"),
        ("١٢", "not_a_number"),
        ("=A1*2", "not_a_number"),
        ("¥12", "not_a_number"),
        ("5%", "not_a_number"),
        ("--1", "not_a_number"),
        ("1e", "not_a_number"),
        (".", "not_a_number"),
        ("nan", "not_finite"),
        ("-Infinity", "not_finite"),
        (Decimal("NaN"), "not_finite"),
        (Decimal("-Infinity"), "not_finite"),
        ("1e100", "number_too_large"),
        ("1e999999999", "number_too_large"),
        (10**300, "number_too_large"),
        ("1e-101", "too_many_places"),
        (Decimal("1e-999999"), "too_many_places"),
    ],
)
def test_what_is_refused(value: object, expected: str) -> None:  # K1, K2
    with pytest.raises(NumberError) as caught:
        to_decimal(value, field="qty")
    assert (caught.value.code, caught.value.field) == (expected, "qty")


@pytest.mark.parametrize(
    ("text", "way_out"),
    [
        ("1,234.50", "thousand separators"),
        ("1.234.567", "thousand separators"),
        ("１２．５", "half-width digits and signs: 12.5"),
        ("−3", "half-width digits and signs: -3"),
        ("=A1", "formula"),
        ("12 kg", "no currency, unit or percent"),
    ],
)
def test_the_hint_is_a_way_out(text: str, way_out: str) -> None:  # K1
    with pytest.raises(NumberError) as caught:
        to_decimal(text)
    assert way_out in caught.value.hint


def test_the_limits_are_met_exactly() -> None:  # K3
    assert to_decimal("9" * MAX_DIGITS) == 10**MAX_DIGITS - 1
    assert code(to_decimal, "9" * (MAX_DIGITS + 1)) == "number_too_large"
    assert to_scaled(to_decimal("1e-100"), 100) == 1
    assert code(from_scaled, 10**300) == code(from_scaled, Fraction(10**300, 2), 3) == "number_too_large"


def test_a_message_does_not_repeat_a_whole_file() -> None:
    with pytest.raises(NumberError) as caught:
        to_decimal("x" * 10_000)
    assert len(str(caught.value)) < 300


def test_what_cannot_be_scaled() -> None:  # K4
    assert code(to_scaled, Decimal("NaN"), 2) == "not_finite"
    assert (
        code(to_scaled, Decimal(1), -1) == code(from_scaled, 1, -1) == code(round_decimal, 1, -1) == "negative_places"
    )


@given(st.floats())
def test_no_float_gets_in(number: float) -> None:  # K1
    assert code(to_decimal, number) == code(to_exact, number) == "float_refused"


@pytest.mark.parametrize("zero", ["-0", "-0.00", "-0e5", "-0e-5", Decimal("-0"), Decimal("-0.000")])
def test_zero_has_no_sign(zero: object) -> None:  # K1
    assert not to_decimal(zero).is_signed()
    assert to_decimal(zero).is_zero()
