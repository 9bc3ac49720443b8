"""Two quantities of the same goods: K18 of docs/spec/kernel.md."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.errors import UnitError
from jxc.kernel import CatchQuantity, Quantity
from tests.kernel.strategies import decimals


def catch(pieces: Decimal | int, weight: Decimal | int | str) -> CatchQuantity:
    return CatchQuantity(Quantity.of(pieces, "pcs"), Quantity.of(weight, "kg"))


wholes = st.builds(catch, st.integers(1, 10**6), decimals)


@given(wholes, wholes)
def test_both_are_kept(left: CatchQuantity, right: CatchQuantity) -> None:  # K18
    both = left + right
    assert (both.first, both.second) == (left.first + right.first, left.second + right.second)
    assert both - right == left
    assert left + -left == catch(0, 0)
    assert not left - left


@given(wholes, st.data(), st.integers(0, 6))
def test_the_parts_sum_to_the_whole(whole: CatchQuantity, data: st.DataObject, places: int) -> None:  # K18
    taken = data.draw(st.integers(0, int(whole.first.value)))
    part, rest = whole.split(Quantity.of(taken, "pcs"), places=places)
    assert part + rest == whole
    assert part.first.exact == taken
    due = Fraction(whole.second.exact) * taken / whole.first.exact
    assert part == whole or abs(part.second.exact - due) <= Fraction(1, 2 * 10**places)
    assert (
        -whole.split(Quantity.of(taken, "pcs"), places=places)[0]
        == (-whole).split(Quantity.of(-taken, "pcs"), places=places)[0]
    )


def test_who_takes_all_takes_all_of_both() -> None:  # K18
    whole = catch(10, "21.375")
    assert whole.split(Quantity.of(10, "pcs"), places=0) == (whole, catch(0, 0))
    assert whole.split(Quantity.of(0, "pcs"), places=0) == (catch(0, 0), whole)
    assert whole.ratio() == Fraction(171, 80)


@pytest.mark.parametrize("taken", [-1, 11])
def test_more_than_there_is(taken: int) -> None:  # K18
    with pytest.raises(UnitError) as caught:
        catch(10, 20).split(Quantity.of(taken, "pcs"), places=2)
    assert caught.value.code == "beyond_whole"


def test_what_is_refused() -> None:  # K18
    with pytest.raises(UnitError) as caught:
        CatchQuantity(Quantity.of(1, "kg"), Quantity.of(2, "kg"))
    assert caught.value.code == "same_unit"
    with pytest.raises(UnitError) as caught:
        catch(0, 3).ratio()
    assert caught.value.code == "no_ratio"
    with pytest.raises(UnitError) as caught:
        catch(10, 20).split(Quantity.of(1, "kg"), places=2)
    assert caught.value.code == "unit_mismatch"
    assert str(catch(2, "4.20")) == "2 pcs (4.20 kg)"
