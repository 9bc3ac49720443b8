"""Items and their units (docs/spec/stock.md, S31)."""

from __future__ import annotations

import datetime as dt
import pickle
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.errors import DateError, InputError, UnitError
from jxc.kernel.quantity import Quantity
from jxc.stock import Item
from tests.stock.strategies import Arguments

factors = st.fractions(Fraction(1, 1000), 1000)
units = st.dictionaries(st.sampled_from(["case", "box", "pallet", "箱"]), factors)


@given(units)
def test_s31_a_factor_is_kept_exactly(given_: dict[str, Fraction]) -> None:
    item = Item(id="A", base_unit="pcs", units=dict(given_))
    assert item == pickle.loads(pickle.dumps(item))
    assert hash(item) == hash(Item(id="A", base_unit="pcs", units=dict(reversed(given_.items()))))
    assert {unit: item.factor(unit) for unit in given_} == given_
    assert item.factor(None) == item.factor("pcs") == 1


def test_s31_a_case_of_one_item_is_not_a_case_of_another() -> None:
    cola, wine = Item(id="COLA", units={"case": 24}), Item(id="WINE", units={"case": "12"})
    three = Quantity.of(3, "case")
    assert (cola.unit_table().to_base(three), wine.unit_table().to_base(three)) == (72, 36)


@given(st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)), st.integers(0, 4000))
def test_shelf_life_counts_from_the_making(made: dt.date, days: int) -> None:
    expiry = Item(id="A", shelf_life_days=days).expiry_of(made)
    assert expiry is not None
    assert (expiry - made).days == days
    assert Item(id="A").expiry_of(made) is None


def test_beyond_the_calendar() -> None:
    with pytest.raises(DateError) as caught:
        Item(id="A", shelf_life_days=1).expiry_of(dt.date.max)
    assert str(caught.value) == "beyond the calendar (made: 9999-12-31)"
    assert caught.value.code == "date_out_of_range"


def test_an_unknown_unit() -> None:
    with pytest.raises(UnitError) as caught:
        Item(id="A").factor("case")
    assert caught.value.code == "unknown_unit"


@pytest.mark.parametrize(
    ("bad", "code", "message"),
    [
        ({"id": ""}, "empty_text", "a text is missing (id)"),
        (
            {"tracking": "rfid"},
            "not_one_of",
            "there is no such choice (tracking: rfid); use one of none, lot, serial",
        ),
        (
            {"qty_places": 13},
            "bad_places",
            "a whole number from 0 to 12 is needed (qty_places: 13); check it",
        ),
        (
            {"qty_places": True},
            "bad_places",
            "a whole number from 0 to 12 is needed (qty_places: True); check it",
        ),
        (
            {"shelf_life_days": -1},
            "bad_days",
            "a whole number from 0 to 100000 is needed (shelf_life_days: -1); check it",
        ),
        (
            {"units": {"case": 0}},
            "bad_factor",
            "a factor is above zero (factors: case); give the exact number of base units",
        ),
    ],
)
def test_refused(bad: Arguments, code: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        Item(**{"id": "A", **bad})
    assert (caught.value.code, str(caught.value)) == (code, message)
