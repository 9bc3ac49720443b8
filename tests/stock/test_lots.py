"""Lots: expiry and the order of first expired, first out (docs/spec/stock.md, S33 and S34)."""

from __future__ import annotations

import datetime as dt
import pickle
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.errors import FieldError, InputError
from jxc.stock import Lot, fefo_key
from tests.stock.strategies import Arguments, dates, maybe

DAY = dt.date(2026, 1, 31)
lots = st.builds(
    Lot, id=st.text("abc", min_size=1, max_size=2), item=st.just("A"), expiry=maybe(dates), received=maybe(dates)
)


@given(dates, st.integers(-3, 3))
def test_s33_good_through_its_last_day(expiry: dt.date, days: int) -> None:
    assert Lot(id="L", item="A", expiry=expiry).expired(expiry + dt.timedelta(days)) == (days > 0)


def test_s33_without_expiry_it_never_expires() -> None:
    assert not Lot(id="L", item="A").expired(dt.date.max)


@given(st.lists(lots, max_size=8).flatmap(lambda some: st.tuples(st.just(some), st.permutations(some))))
def test_s34_one_order_whatever_order_they_came_in(pair: tuple[list[Lot], list[Lot]]) -> None:
    one, other = (sorted(each, key=fefo_key) for each in pair)
    assert [fefo_key(lot) for lot in one] == [fefo_key(lot) for lot in other]
    for before, after in pairwise(one):
        assert before.expiry is not None or after.expiry is None
        if before.expiry is not None and after.expiry is not None:
            assert before.expiry <= after.expiry
        if before.expiry == after.expiry and after.received is not None:
            assert before.received is not None
            assert before.received <= after.received


def test_s34_ties_are_broken_by_the_day_received_then_the_id() -> None:
    early, late = dt.date(2026, 1, 1), dt.date(2026, 1, 2)
    some = [
        Lot(id="d", item="A"),
        Lot(id="c", item="A", expiry=DAY),
        Lot(id="b", item="A", expiry=DAY, received=late),
        Lot(id="a", item="A", expiry=DAY, received=late),
        Lot(id="e", item="A", expiry=DAY, received=early),
    ]
    assert [lot.id for lot in sorted(some, key=fefo_key)] == ["e", "a", "b", "c", "d"]


@given(lots)
def test_a_lot_survives_pickling(lot: Lot) -> None:
    assert pickle.loads(pickle.dumps(lot)) == lot


@pytest.mark.parametrize(
    ("bad", "code", "message"),
    [
        ({"id": ""}, "empty_text", "a text is missing (id)"),
        ({"item": None}, "not_text", "a NoneType is not a text (item)"),
        ({"expiry": "2026"}, "not_a_date", "this is no date (expiry: 2026); pass a datetime.date"),
        (
            {"expiry": DAY, "made": dt.date(2026, 2, 1)},
            "expiry_before_made",
            "expired before it was made on 2026-02-01 (expiry: 2026-01-31); check both dates",
        ),
    ],
)
def test_refused(bad: Arguments, code: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        Lot(**{"id": "L", "item": "A", **bad})
    assert (caught.value.code, str(caught.value)) == (code, message)


def test_s7_an_empty_supplier_lot_is_none() -> None:
    assert Lot(id="L", item="A", supplier_lot="").supplier_lot is None
    with pytest.raises(FieldError):
        Lot(id="L", item="A", supplier_lot=" x")
