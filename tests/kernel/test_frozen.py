"""A mapping that cannot change: K26 of docs/spec/kernel.md."""

from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.kernel import FrozenMap
from tests.kernel.strategies import names

mappings = st.dictionaries(names, st.integers(), max_size=6)


@given(mappings, st.randoms(use_true_random=False))
def test_the_order_of_entry_is_no_matter(items: dict[str, int], random: object) -> None:  # K26
    pairs = list(items.items())
    random.shuffle(pairs)  # type: ignore[attr-defined]
    one, other = FrozenMap(items), FrozenMap(dict(pairs))
    assert one == other == items
    assert hash(one) == hash(other)
    assert repr(one) == repr(other)
    assert list(one) == sorted(items)


@given(mappings, names, st.integers())
def test_changing_makes_a_copy(items: dict[str, int], name: str, value: int) -> None:  # K26
    before = FrozenMap(items)
    assert before.with_(**{name: value}) == {**items, name: value}
    assert name not in before.without(name)
    assert before == items


def test_the_given_dict_may_change_later() -> None:  # K26
    given_items = {"a": 1}
    frozen = FrozenMap(given_items)
    given_items["a"] = 2
    assert frozen["a"] == 1


def test_it_cannot_be_changed() -> None:  # K31
    frozen = FrozenMap({"a": 1})
    with pytest.raises(TypeError):
        frozen["b"] = 2  # type: ignore[index]
    with pytest.raises(AttributeError):
        frozen._items = {}
    with pytest.raises(AttributeError):
        del frozen._items
    with pytest.raises(AttributeError):
        frozen.other = 1  # type: ignore[attr-defined]


@given(mappings)
def test_it_survives_pickling_and_copying(items: dict[str, int]) -> None:  # K31
    frozen = FrozenMap(items)
    hash(frozen)
    for twin in (pickle.loads(pickle.dumps(frozen)), copy.copy(frozen), copy.deepcopy(frozen)):
        assert twin == frozen
        assert type(twin) is FrozenMap
