"""The shared checks: what they leave alone, what they put into normal form, their fast ways against the slow."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.errors import FieldError, InputError, JxcError
from jxc.kernel.exact import to_decimal
from jxc.kernel.text import check_text
from jxc.stock.checks import NumberRule, adds_up, check_name, check_numbers, to_factor


@dataclass
class Record:
    number: Any


def outcome(call: Any) -> object:
    try:
        return call()
    except JxcError as error:
        return error


@given(st.decimals() | st.integers(-(10**120), 10**120) | st.text("0123456789.-+eE _,", max_size=6) | st.floats())
def test_s9_a_number_is_read_as_the_kernel_reads_it(value: object) -> None:
    record = Record(value)

    def checked() -> object:
        check_numbers(record, (NumberRule("number"),))
        return repr(record.number)

    assert outcome(checked) == outcome(lambda: repr(to_decimal(value, field="number")))


@given(st.text(max_size=5) | st.sampled_from(["x" * 200, "x" * 201, "\u3000a", "a\xa0", "a\u200bb", " a", "a "]))
def test_s7_a_name_is_clean_where_the_kernel_says_so(text: str) -> None:
    assert outcome(lambda: check_name("place", text)) == (
        found if isinstance(found := outcome(lambda: check_text(text, field="place")), JxcError) else None
    )


def test_s7_a_reason_may_be_longer() -> None:
    check_name("reason", "x" * 1000)
    with pytest.raises(FieldError) as caught:
        check_name("reason", "x" * 1001)
    assert caught.value.code == "text_too_long"


@given(st.lists(st.decimals(-(10**30), 10**30, places=20), max_size=5))
def test_sums_do_not_depend_on_the_decimal_context(parts: list[Decimal]) -> None:
    whole = sum(map(Fraction, parts), Fraction(0))
    with localcontext(prec=3):
        assert adds_up(parts, to_decimal(_text(whole)))
        assert not adds_up([*parts, Decimal("1E-30")], to_decimal(_text(whole)))


def _text(number: Fraction) -> str:
    scaled = number * 10**20
    assert scaled.denominator == 1
    return f"{scaled.numerator}E-20"


@given(st.fractions(Fraction(1, 10**6), 10**6))
def test_s30_a_factor_is_read_back_from_its_text(factor: Fraction) -> None:
    assert to_factor(str(factor), "factor") == to_factor(factor, "factor") == factor


@pytest.mark.parametrize("bad", ["", "0", "-1", "1/0", "1/2/3", "a/b", 0.5, True, None, Decimal("NaN"), Fraction(-1)])
def test_s30_a_factor_is_exact_and_above_zero(bad: object) -> None:
    with pytest.raises(InputError):
        to_factor(bad, "factor")
