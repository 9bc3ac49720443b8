"""Every record of the kernel is a value: K31 of docs/spec/kernel.md."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from datetime import date, time
from decimal import Decimal

import pytest

import jxc.kernel
from jxc.kernel import (
    Amount,
    BookTime,
    CatchQuantity,
    Currencies,
    Currency,
    Dimensions,
    FactId,
    FiscalCalendar,
    ItemUnits,
    Link,
    Moment,
    Party,
    Period,
    Quantity,
    Rate,
    RateTable,
    Scope,
    Unit,
    currency,
)

CNY, USD = currency("CNY"), currency("USD")
RATE = Rate(USD, CNY, Decimal("7.1"), date(2026, 1, 5), "bank")
RECORDS = [
    Amount.of("12.30", "CNY"),
    BookTime("Asia/Shanghai"),
    CatchQuantity(Quantity.of(1, "pcs"), Quantity.of(2, "kg")),
    Currencies.iso(),
    Currency("POINT", 0, "Point"),
    FactId("c", 1),
    FiscalCalendar(4, "end"),
    ItemUnits("A", "pcs", {"case": 24}),
    Link("L1", "a", "b", amount=Amount.of(1, "CNY"), evidence=("x",)),
    Moment(date(2026, 1, 5), time(9, 30)),
    Party("P", "Party", ("supplier",)),
    Period.parse("2026-Q1"),
    Quantity.of("1.5", "kg"),
    RATE,
    RateTable([RATE]),
    Scope("acme", "main"),
    Unit("kg", "kilogram", "KGM", 3),
]
VALUES = [*RECORDS, Dimensions({"department": "D1"})]
ids = [type(value).__name__ for value in VALUES]


def test_no_record_is_left_out() -> None:  # K31
    public = [getattr(jxc.kernel, name) for name in jxc.kernel.__all__]
    records = {thing for thing in public if isinstance(thing, type) and dataclasses.is_dataclass(thing)}
    assert {type(record) for record in RECORDS} == records


@pytest.mark.parametrize("value", VALUES, ids=ids)
def test_it_survives_pickling_and_copying(value: object) -> None:  # K31
    for twin in (pickle.loads(pickle.dumps(value)), copy.copy(value), copy.deepcopy(value)):
        assert twin == value
        assert hash(twin) == hash(value)
        assert repr(twin) == repr(value)
        assert type(twin) is type(value)


@pytest.mark.parametrize("record", RECORDS, ids=ids[:-1])
def test_it_is_frozen_and_slotted(record: object) -> None:  # K31
    assert not hasattr(record, "__dict__")
    for field in dataclasses.fields(record):  # type: ignore[arg-type]
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(record, field.name, None)
        with pytest.raises(dataclasses.FrozenInstanceError):
            delattr(record, field.name)
    with pytest.raises((AttributeError, TypeError)):
        record.something_else = 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("record", RECORDS, ids=ids[:-1])
def test_replacing_nothing_gives_an_equal_record(record: object) -> None:  # K31
    assert dataclasses.replace(record) == record  # type: ignore[type-var]


@pytest.mark.parametrize("one", VALUES, ids=ids)
def test_it_equals_nothing_of_another_kind(one: object) -> None:  # K31
    assert [value for value in VALUES if value == one] == [one]
    assert one != object()
