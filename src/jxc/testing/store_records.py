"""Records for proving stores: of every kind, with the values that stores get wrong, and with few values that collide.

    records()              one record of any kind, every field as nasty as it may be
    records(plain=True)    keys of few values, so that changes meet each other
    writes()               Changes of such records, some of which a store has to refuse

Invariant: what comes from here may be stored, unless it says otherwise; ``REFUSED`` holds what may not.

>>> len(TEXTS) == len(set(TEXTS)), max(WHOLES) == 2**63 - 1
(True, True)
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from jxc.ports import KINDS, Add, Changes, Record
from jxc.stores.rows import LARGEST, FormField, form_of

__all__ = ["DAYS", "INSTANTS", "REFUSED", "TEXTS", "WHOLES", "dump", "records", "sample", "writes"]

TEXTS = (
    "",
    " ",
    "a",
    "a ",
    " a",
    "A",
    "a/b",
    "a\\b",
    "100%",
    "_",
    "'",
    '"',
    ";--",
    "null",
    "None",
    "0",
    "00",
    "1e3",
    "\t\n",
    "é",
    "e\u0301",
    "茶",
    "茶叶",
    "😀",
    "\uffff",
    "\U0010ffff",
    "ß",
    "ss",
    "İ",
    "x" * 60,
)
"""Texts that some engines take for each other, cut, translate, or put in another order."""

WHOLES = (0, 1, -1, 10**17 + 1, 2**53 + 1, LARGEST, -LARGEST - 1)
DAYS = (date.min, date(2024, 2, 29), date(1899, 12, 31), date(2026, 1, 1), date.max)
INSTANTS = (
    datetime.min.replace(tzinfo=UTC),
    datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC),
    datetime(2026, 1, 1, 8, tzinfo=timezone(timedelta(hours=8))),
    datetime.max.replace(tzinfo=UTC),
)

REFUSED: Mapping[str, tuple[Any, ...]] = {
    "text": (1, b"a", "a\0b", "\ud800", "x" * 201, Decimal(1)),
    "whole": (1.0, Decimal(1), True, "1", LARGEST + 1, -LARGEST - 2),
    "day": (datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01"),
    "instant": (datetime(2026, 1, 1), date(2026, 1, 1), 0),  # noqa: DTZ001  # without a zone: to be refused
    "json": ({"a": 1.5}, {"a": Decimal(1)}, {1: 2}, {"a": (1,)}, {"a": {"b": b""}}, {"a": "\ud800"}, [1], None),
}
"""By what a field holds: values that a store must refuse."""

_json = st.recursive(
    st.none() | st.booleans() | st.sampled_from((*WHOLES, 10**40)) | st.sampled_from((*TEXTS, "a\0b")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(TEXTS), inner, max_size=3),
    max_leaves=6,
)
_FULL: Mapping[str, st.SearchStrategy[Any]] = {
    "text": st.sampled_from(TEXTS) | st.text(max_size=12).filter(lambda text: "\0" not in text),
    "whole": st.sampled_from(WHOLES) | st.integers(-LARGEST - 1, LARGEST),
    "day": st.sampled_from(DAYS) | st.dates(),
    "instant": st.sampled_from(INSTANTS) | st.datetimes(timezones=st.just(UTC)),
    "json": st.dictionaries(st.sampled_from(TEXTS), _json, max_size=3),
}
_FEW: Mapping[str, st.SearchStrategy[Any]] = {
    "text": st.sampled_from(("a", "A", "a/b", "茶")),
    "whole": st.integers(0, 3),
    "day": st.sampled_from(DAYS[:2]),
    "instant": st.sampled_from(INSTANTS[1:4]),
    "json": st.sampled_from(({}, {"a": 1})),
}


def records(*kinds: str, plain: bool = False) -> st.SearchStrategy[Any]:
    """A record of one of these kinds, or of any."""
    return st.one_of([_record(name, _FEW if plain else _FULL) for name in kinds or KINDS])


def _record(kind: str, values: Mapping[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    form = form_of(kind)
    return st.builds(form.kind.record, **{field.name: _value(field, values) for field in form.fields})


def _value(field: FormField, values: Mapping[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    value = values[field.sort]
    return st.none() | value if field.optional else value


def sample(kind: str, **fields: Any) -> Any:
    """A record of that kind with these fields; the others are plain."""
    plain: Mapping[str, Any] = {"text": "x", "whole": 1, "day": DAYS[3], "instant": INSTANTS[2], "json": {}}
    form = form_of(kind)
    values = {field.name: None if field.optional else plain[field.sort] for field in form.fields}
    return form.kind.record(**{**values, **fields})


@st.composite
def writes(draw: st.DrawFn) -> Changes:
    """Changes of few keys, most of which a store can write."""
    changing = [name for name, kind in KINDS.items() if not kind.append_only]
    adding = st.sampled_from(("balance", "position", "period_balance"))
    return Changes(
        insert=draw(st.lists(records(plain=True), max_size=3)),
        put=draw(st.lists(records(*changing, plain=True), max_size=3)),
        add=draw(st.lists(adding.flatmap(_addition), max_size=3)),
        remove=draw(st.lists(st.sampled_from(changing).flatmap(_removal), max_size=2)),
    )


def _key(kind: str) -> st.SearchStrategy[tuple[Any, ...]]:
    form = form_of(kind)
    return st.tuples(*(_value(form.field(name), _FEW) for name in form.kind.key))


def _removal(kind: str) -> st.SearchStrategy[tuple[str, tuple[Any, ...]]]:
    return st.tuples(st.just(kind), _key(kind))


def _addition(kind: str) -> st.SearchStrategy[Add]:
    form = form_of(kind)
    names = [field.name for field in form.fields if field.name not in form.kind.key and field.name != "version"]
    some = st.dictionaries(
        st.sampled_from(names), st.integers(-5, 5) | st.sampled_from((LARGEST, -LARGEST)), max_size=2
    )
    bounds = st.dictionaries(st.sampled_from(names), st.integers(-4, 4), max_size=1)
    return st.builds(Add, st.just(kind), _key(kind), some, bounds, bounds)


def dump(transaction: Any) -> dict[str, list[Record]]:
    """Everything that a transaction sees, by kind."""
    return {kind: list(transaction.scan(kind)) for kind in KINDS}
