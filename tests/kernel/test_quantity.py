"""Quantities and the units of an item: K11, K15 to K17 of docs/spec/kernel.md."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jxc.errors import FieldError, NumberError, UnitError
from jxc.kernel import ItemUnits, Quantity, Unit, unit
from tests.kernel.strategies import decimals, quantities

PCS = Unit("pcs", places=0)
A = ItemUnits("A", PCS, {"case": 24, "dozen": "12", "pallet": Decimal(960)})
B = ItemUnits("B", PCS, {"case": 12})

factors = st.fractions(Fraction(1, 1000), 1000)
tables = st.builds(
    lambda sizes: ItemUnits("X", "base", dict(zip("pqrstu", sizes, strict=False))),
    st.lists(factors, min_size=1, max_size=6),
)


@given(tables, decimals, st.data())
def test_conversion_is_undone(units: ItemUnits, value: Decimal, data: st.DataObject) -> None:  # K15, K16
    code = data.draw(st.sampled_from(["base", *units.factors]))
    quantity = Quantity.of(value, code)
    assert units.from_base(units.to_base(quantity), code) == quantity
    assert units.to_base(quantity) == Fraction(value) * units.factor(code)


@given(tables, decimals, st.data())
def test_conversion_is_exact_or_refused(units: ItemUnits, value: Decimal, data: st.DataObject) -> None:  # K16
    first, second = (data.draw(st.sampled_from(["base", *units.factors])) for _ in range(2))
    true = Fraction(value) * units.factor(first) / units.factor(second)
    rest = true.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest == 1:
        assert units.convert(Quantity.of(value, first), second).exact == true
    else:
        with pytest.raises(NumberError) as caught:
            units.convert(Quantity.of(value, first), second)
        assert caught.value.code == "no_finite_decimal"
    rounded = units.convert(Quantity.of(value, first), second, places=4)
    assert abs(rounded.exact - true) <= Fraction(1, 20000)


@given(tables, st.data())
def test_rebasing_keeps_every_conversion(units: ItemUnits, data: st.DataObject) -> None:  # K17
    code = data.draw(st.sampled_from(["base", *units.factors]))
    moved = units.rebased(code)
    assert moved.base.code == code
    for one in ("base", *units.factors):
        for other in ("base", *units.factors):
            assert moved.factor(one) / moved.factor(other) == units.factor(one) / units.factor(other)
    assert moved.rebased("base") == units


@given(quantities, quantities)
def test_arithmetic_stays_in_one_unit(left: Quantity, right: Quantity) -> None:  # K11
    if left.unit == right.unit:
        assert (left + right).exact == left.exact + right.exact
        assert (left - right) + right == left
        assert (left < right) == (left.exact < right.exact)
    else:
        for call in (lambda: left + right, lambda: left - right, lambda: left <= right):
            with pytest.raises(UnitError) as caught:
                call()
            assert caught.value.code == "unit_mismatch"


def test_a_case_of_one_item_is_not_a_case_of_another() -> None:  # K15
    case = Quantity.of(3, "case")
    assert (A.to_base(case), B.to_base(case)) == (72, 36)
    assert A.convert(Quantity.of(1, "pallet"), "dozen") == Quantity.of(80, "dozen")


def test_a_third_of_a_case() -> None:  # K16
    eight = Quantity.of(8, PCS)
    with pytest.raises(NumberError) as caught:
        A.convert(eight, "case")
    assert caught.value.code == "no_finite_decimal"
    assert str(A.convert(eight, "case", places=2)) == "0.33 case"
    assert str(A.convert(eight, "case", places=2, mode="ceiling")) == "0.34 case"
    with pytest.raises(NumberError) as caught:
        A.from_base(Fraction(1, 2), PCS)
    assert caught.value.code == "too_many_places"


def test_the_order_of_the_factors_is_no_matter() -> None:  # K26
    same = ItemUnits("A", PCS, {"pallet": 960, "dozen": Fraction(12), "pcs": 1, "case": "24.0"})
    assert (same, hash(same), list(same.factors)) == (A, hash(A), ["case", "dozen", "pallet"])


@pytest.mark.parametrize("factor", [0, -1, Fraction(-1, 2), 0.5, "x", None])
def test_bad_factors(factor: int) -> None:  # K15
    with pytest.raises(UnitError) as caught:
        ItemUnits("A", PCS, {"case": factor})
    assert (caught.value.code, caught.value.value) == ("bad_factor", "case")


def test_the_base_is_one_of_itself() -> None:  # K15
    with pytest.raises(UnitError) as caught:
        ItemUnits("A", PCS, {"pcs": 2})
    assert caught.value.code == "bad_factor"


def test_an_unknown_unit_names_the_known_ones() -> None:  # K15
    with pytest.raises(UnitError) as caught:
        B.to_base(Quantity.of(1, "pallet"))
    assert caught.value.code == "unknown_unit"
    assert "pcs, case" in caught.value.hint
    assert caught.value.params == {"item": "B"}


def test_a_unit_is_its_code() -> None:  # K15
    assert Unit("kg", "kilogram", "KGM", 3) == Unit("kg") == unit("kg")
    assert unit(PCS) is PCS


def test_places_of_a_unit() -> None:  # K16
    with pytest.raises(NumberError) as caught:
        Quantity.of("1.5", PCS)
    assert caught.value.code == "too_many_places"
    assert Quantity.of("2.0", PCS).exact == 2
    with pytest.raises(NumberError):
        Quantity.of(1, PCS) * Decimal("0.5")


@pytest.mark.parametrize("places", [-1, True, 1.0])
def test_bad_places(places: int) -> None:
    with pytest.raises(UnitError) as caught:
        Unit("kg", places=places)
    assert caught.value.code == "bad_unit_places"


def test_bad_names() -> None:  # K25
    for call in (
        lambda: Unit(""),
        lambda: Unit("k g\n"),
        lambda: ItemUnits("", PCS),
        lambda: ItemUnits("A", PCS, {"": 1}),
    ):
        with pytest.raises(FieldError):
            call()


def test_how_it_is_written() -> None:  # K6
    assert str(Quantity.of("1E+3", "箱")) == "1000 箱"
    assumed = Quantity.of("1.50", "kg")
    assert (str(assumed), str(-assumed), bool(assumed - assumed)) == ("1.50 kg", "-1.50 kg", False)


@given(decimals)
def test_floats_are_refused(value: Decimal) -> None:  # K1
    assume(value)
    with pytest.raises(NumberError) as caught:
        Quantity.of(float(value), "kg")
    assert caught.value.code == "float_refused"
