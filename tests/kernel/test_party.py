"""Parties and their kinds: K25 and K27 of docs/spec/kernel.md."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.errors import FieldError
from jxc.kernel import Party
from tests.kernel.strategies import names


@given(names, st.lists(names, max_size=5))
def test_the_order_of_kinds_is_no_matter(party_id: str, kinds: list[str]) -> None:  # K27
    party = Party(party_id, kinds=tuple(kinds))
    assert party == Party(party_id, kinds=tuple(reversed(kinds + kinds)))
    assert list(party.kinds) == sorted(set(kinds))
    assert all(party.is_a(kind) for kind in kinds)
    assert not party.is_a("nobody")


@pytest.mark.parametrize("fields", [{"id": ""}, {"id": " P"}, {"id": "P", "name": "a\nb"}, {"id": "P", "kinds": ("",)}])
def test_unclean_text(fields: dict[str, str]) -> None:  # K25
    with pytest.raises(FieldError):
        Party(**fields)  # type: ignore[arg-type]
