"""Dimensions are a key: K26 of docs/spec/kernel.md."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.errors import FieldError
from jxc.kernel import Dimensions
from tests.kernel.strategies import names

mappings = st.dictionaries(names, names, max_size=5)


@given(mappings)
def test_text_is_read_back(items: dict[str, str]) -> None:  # K26
    dimensions = Dimensions(items)
    assert Dimensions.parse(str(dimensions)) == dimensions
    assert dimensions == items


@given(mappings, mappings)
def test_equal_text_means_equal_dimensions(one: dict[str, str], other: dict[str, str]) -> None:  # K26
    assert (str(Dimensions(one)) == str(Dimensions(other))) == (one == other)


@given(mappings, st.lists(names, max_size=3))
def test_only_and_without_part_the_names(items: dict[str, str], chosen: list[str]) -> None:  # K26
    dimensions = Dimensions(items)
    assert {**dimensions.only(*chosen), **dimensions.without(*chosen)} == items
    assert set(dimensions.only(*chosen)) == set(chosen) & set(items)


def test_a_value_may_hold_an_equals_sign() -> None:  # K26
    assert Dimensions.parse("note=a=b") == {"note": "a=b"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("department", "not_dimensions"),
        ("a=1;a=2", "not_dimensions"),
        ("a=1;", "not_dimensions"),
        ("=1", "empty_text"),
        ("a=", "empty_text"),
        ("a= 1", "space_around_text"),
    ],
)
def test_no_dimensions(text: str, code: str) -> None:  # K25, K26
    with pytest.raises(FieldError) as caught:
        Dimensions.parse(text)
    assert caught.value.code == code


@pytest.mark.parametrize("items", [{"a=b": "1"}, {"a;b": "1"}, {"a": "1;2"}])
def test_reserved_characters(items: dict[str, str]) -> None:  # K26
    with pytest.raises(FieldError) as caught:
        Dimensions(items)
    assert caught.value.code == "reserved_character"
    with pytest.raises(FieldError):
        Dimensions().with_(**items)
