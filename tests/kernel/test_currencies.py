"""Currencies: K9 and K10 of docs/spec/kernel.md."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.errors import CurrencyError
from jxc.kernel import Currencies, Currency, _iso4217, currency

NO_PLACES = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
THREE_PLACES = "BHD IQD JOD KWD LYD OMR TND"
FOUR_PLACES = "CLF UYW"
NO_MINOR_UNIT = "XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX"


def refusal(code: str) -> CurrencyError:
    with pytest.raises(CurrencyError) as caught:
        currency(code)
    return caught.value


def test_the_minor_units_of_iso_4217() -> None:  # K9
    by_places: dict[int, set[str]] = {}
    for entry in Currencies.iso():
        by_places.setdefault(entry.places, set()).add(entry.code)
    assert by_places.pop(0) == set(NO_PLACES.split())
    assert by_places.pop(3) == set(THREE_PLACES.split())
    assert by_places.pop(4) == set(FOUR_PLACES.split())
    two = by_places.pop(2)
    assert not by_places
    assert {"CNY", "TWD", "HKD", "MOP", "USD", "EUR", "GBP", "SGD", "HUF", "XCG", "ZWG", "XAD", "SLE", "VED"} <= two
    assert len(two) == 139


def test_the_table_is_well_formed() -> None:  # K9
    rows = _iso4217.ACTIVE.strip().split("\n")
    assert all(re.fullmatch(r"[A-Z]{3} [0-4-] \S.*\S", row) for row in rows)
    codes = [row[:3] for row in rows]
    assert codes == sorted(set(codes))
    withdrawn = [row[:3] for row in _iso4217.WITHDRAWN.strip().split("\n")]
    assert withdrawn == sorted(set(withdrawn))
    assert not set(withdrawn) & set(codes)
    assert len(codes) == len(Currencies.iso()) + len(NO_MINOR_UNIT.split()) == 178


@pytest.mark.parametrize("code", NO_MINOR_UNIT.split())
def test_a_code_without_minor_unit_waits_for_its_places(code: str) -> None:  # K9
    assert refusal(code).code == "no_minor_unit"
    assert Currencies.iso().with_(Currency(code, 3)).get(code).places == 3


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("cny", "CNY"),
        (" CNY", "CNY"),
        ("RMB", "CNY"),
        ("NTD", "TWD"),
        ("¥", "CNY or JPY"),
        ("CNT", "CNY"),
        ("USX", "USD"),
        ("BGN", "withdrawn"),
        ("TRL", "withdrawn"),
        ("", "ISO 4217"),
        ("QQQQQQ", "ISO 4217"),
    ],
)
def test_an_unknown_code_is_refused_with_a_way_out(code: str, hint: str) -> None:  # K10
    error = refusal(code)
    assert error.code == "unknown_currency"
    assert hint in error.hint


def test_a_hint_is_no_code_in_disguise() -> None:  # K10
    assert refusal("Y - ").code == refusal("-").code == refusal("Yen").code == "unknown_currency"


@given(st.sampled_from(Currencies.iso().entries))
def test_every_currency_is_found_by_its_code(entry: Currency) -> None:  # K9
    assert currency(entry.code) == currency(entry) == entry
    assert entry.code in Currencies.iso()
    assert entry.name


def test_a_collection_does_not_change() -> None:  # K10
    iso = Currencies.iso()
    mine = iso.with_(Currency("POINT", 0), Currency("CNY", 4))
    assert (len(mine), mine.get("CNY").places, iso.get("CNY").places) == (len(iso) + 1, 4, 2)
    assert "POINT" not in iso
    assert mine == iso.with_(Currency("CNY", 4)).with_(Currency("POINT", 0))
    assert hash(mine) == hash(iso.with_(Currency("CNY", 4), Currency("POINT", 0)))
    assert [entry.code for entry in mine] == sorted(entry.code for entry in mine)


def test_two_of_one_code_are_refused() -> None:  # K10
    with pytest.raises(CurrencyError) as caught:
        Currencies((Currency("A", 1), Currency("B", 1), Currency("A", 2)))
    assert (caught.value.code, caught.value.value) == ("duplicate_currency", "A")


def test_a_name_is_only_for_show() -> None:  # K10
    assert Currency("CNY", 2, "元") == currency("CNY")
    assert Currency("CNY", 3) != currency("CNY")


@pytest.mark.parametrize("code", ["", "cny", "1A", "A B", "A" * 25, "元"])
def test_bad_codes(code: str) -> None:  # K10
    with pytest.raises(CurrencyError) as caught:
        Currency(code, 2)
    assert caught.value.code == "bad_currency_code"


@pytest.mark.parametrize("places", [-1, 31, True, 2.0, None])
def test_bad_places(places: int) -> None:  # K10
    with pytest.raises(CurrencyError) as caught:
        Currency("POINT", places)
    assert caught.value.code == "bad_currency_places"
