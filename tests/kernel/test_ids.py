"""Ids of a time and handed-in bits, and ids inside a command: K23 and K24 of docs/spec/kernel.md."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.errors import DateError, FieldError
from jxc.kernel import RANDOM_BITS, FactId, time_id, time_of_id
from tests.kernel.strategies import names

instants = st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
bits = st.integers(0, (1 << RANDOM_BITS) - 1)
facts = st.builds(FactId, names, st.integers(0, 10**18 - 1))


@given(instants, bits)
def test_an_id_is_a_uuid_of_version_seven(now: datetime, random_bits: int) -> None:  # K23
    text = time_id(now, random_bits)
    read = uuid.UUID(text)
    assert (read.version, read.variant, str(read)) == (7, uuid.RFC_4122, text)
    assert (read.int >> 64 & 0xFFF) << 62 | read.int & (1 << 62) - 1 == random_bits


@given(instants, bits)
def test_the_time_is_read_back(now: datetime, random_bits: int) -> None:  # K23
    assert timedelta(0) <= now - time_of_id(time_id(now, random_bits)) < timedelta(milliseconds=1)


@given(instants, instants, bits, bits)
def test_text_sorts_by_time(one: datetime, other: datetime, first: int, second: int) -> None:  # K23
    left, right = time_id(one, first), time_id(other, second)
    if time_of_id(left) != time_of_id(right):
        assert (left < right) == (one < other)
    else:
        assert (left < right) == (first < second)


def test_the_example_of_the_standard() -> None:  # K23: RFC 9562, appendix A.6
    now = datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)
    assert time_id(now, 0xCC3 << 62 | 0x18C4DC0C0C07398F) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


@pytest.mark.parametrize("random_bits", [-1, 1 << RANDOM_BITS])
def test_too_many_bits(random_bits: int) -> None:  # K23
    with pytest.raises(FieldError) as caught:
        time_id(datetime(2026, 1, 1, tzinfo=UTC), random_bits)
    assert caught.value.code == "bad_random_bits"


def test_times_that_give_no_id() -> None:  # K20, K23
    with pytest.raises(FieldError) as caught:
        time_id(datetime(1969, 12, 31, tzinfo=UTC), 0)
    assert caught.value.code == "time_out_of_range"
    with pytest.raises(DateError) as naive:
        time_id(datetime(2026, 1, 1), 0)  # noqa: DTZ001
    assert naive.value.code == "naive_datetime"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "017f22e2-79b0-4cc3-98c4-dc0c0c07398f",
        "017F22E2-79B0-7CC3-98C4-DC0C0C07398F",
        "017f22e279b07cc398c4dc0c0c07398f",
        "017f22e2-79b0-7cc3-18c4-dc0c0c07398f",
        "ffffffff-ffff-7cc3-98c4-dc0c0c07398f",
    ],
)
def test_no_time_ids(text: str) -> None:  # K23
    with pytest.raises(FieldError) as caught:
        time_of_id(text)
    assert caught.value.code == "not_a_time_id"


@given(facts)
def test_a_fact_id_is_read_back(fact: FactId) -> None:  # K24
    assert FactId.parse(str(fact)) == fact


@given(names, st.integers(0, 10**17))
def test_the_ordinal_counts_as_a_number(command: str, ordinal: int) -> None:  # K24
    assert FactId(command, ordinal) < FactId(command, ordinal + 1)


def test_a_command_may_hold_the_sign() -> None:  # K24
    assert FactId.parse("a#1#2") == FactId("a#1", 2)


@pytest.mark.parametrize("text", ["", "a", "a#", "#1", "a#-1", "a#01", "a#1 ", "a#" + "9" * 19])
def test_no_fact_ids(text: str) -> None:  # K24
    with pytest.raises(FieldError) as caught:
        FactId.parse(text)
    assert caught.value.code == "not_a_fact_id"


@pytest.mark.parametrize("ordinal", [-1, True, 10**18])
def test_bad_ordinals(ordinal: int) -> None:  # K24
    with pytest.raises(FieldError) as caught:
        FactId("a", ordinal)
    assert caught.value.code == "bad_ordinal"
