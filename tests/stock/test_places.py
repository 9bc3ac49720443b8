"""Places (docs/spec/stock.md, S32)."""

from __future__ import annotations

import pickle
from typing import get_args

import pytest

from jxc.errors import FieldError
from jxc.stock import Place, PlaceKind
from tests.stock.strategies import Arguments

INTERNAL = {"warehouse", "shop", "bin", "production"}


@pytest.mark.parametrize("kind", get_args(PlaceKind))
def test_s32_every_kind_is_in_our_house_or_not(kind: PlaceKind) -> None:
    place = Place(id="P", kind=kind, group="", parent="Q")
    assert place.internal == (kind in INTERNAL)
    assert place.group is None
    assert pickle.loads(pickle.dumps(place)) == place


@pytest.mark.parametrize(
    ("bad", "code", "message"),
    [
        ({"id": ""}, "empty_text", "a text is missing (id)"),
        ({"name": " x"}, "space_around_text", "space around the text (name:  x); strip it"),
        (
            {"kind": "shelf"},
            "not_one_of",
            f"there is no such choice (kind: shelf); use one of {', '.join(get_args(PlaceKind))}",
        ),
        ({"owned": 1}, "not_a_flag", "yes or no is needed here (owned: 1); pass True or False"),
        ({"parent": "P"}, "own_parent", "a place inside itself (parent: P); name another"),
    ],
)
def test_refused(bad: Arguments, code: str, message: str) -> None:
    with pytest.raises(FieldError) as caught:
        Place(**{"id": "P", **bad})
    assert (caught.value.code, str(caught.value)) == (code, message)
