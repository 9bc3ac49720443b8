"""Whose books: K25 and K27 of docs/spec/kernel.md."""

from __future__ import annotations

import pytest
from hypothesis import given

from jxc.errors import FieldError
from jxc.kernel import Scope
from tests.kernel.strategies import names


@given(names, names)
def test_text_is_read_back(tenant: str, book: str) -> None:  # K27
    scope = Scope(tenant, book)
    assert Scope.parse(str(scope)) == scope


@given(names, names, names, names)
def test_two_scopes_never_share_a_text(tenant: str, book: str, tenant2: str, book2: str) -> None:  # K27
    assert (str(Scope(tenant, book)) == str(Scope(tenant2, book2))) == ((tenant, book) == (tenant2, book2))


@pytest.mark.parametrize(
    ("text", "code"),
    [("acme", "not_a_scope"), ("/main", "empty_text"), ("acme/", "empty_text"), ("a/b/c", "slash_in_scope")],
)
def test_no_scopes(text: str, code: str) -> None:  # K25, K27
    with pytest.raises(FieldError) as caught:
        Scope.parse(text)
    assert caught.value.code == code
