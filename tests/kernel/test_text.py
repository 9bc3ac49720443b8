"""A text is what it looks like: K25 of docs/spec/kernel.md."""

from __future__ import annotations

import pytest
from hypothesis import given

from jxc.errors import FieldError
from jxc.kernel import check_text
from tests.kernel.strategies import names


@given(names)
def test_clean_text_is_returned_as_it_is(text: str) -> None:  # K25
    assert check_text(text, field="name") is text


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, "not_text"),
        (7, "not_text"),
        (b"a", "not_text"),
        ("", "empty_text"),
        ("x" * 201, "text_too_long"),
        ("a\tb", "unseen_character"),
        ("a\n", "unseen_character"),
        ("\ufeffa", "unseen_character"),
        ("a\u200bb", "unseen_character"),
        ("\ud800", "unseen_character"),
        (" a", "space_around_text"),
        ("a\u3000", "space_around_text"),
    ],
)
def test_what_is_refused(value: object, code: str) -> None:  # K25
    with pytest.raises(FieldError) as caught:
        check_text(value, field="name")
    assert (caught.value.code, caught.value.field) == (code, "name")
    assert str(caught.value).isprintable() or code == "space_around_text"


def test_limits() -> None:  # K25
    assert check_text("", field="name", empty=True) == ""
    assert check_text("x" * 5, field="name", limit=5)
    with pytest.raises(FieldError):
        check_text("x" * 6, field="name", limit=5)
