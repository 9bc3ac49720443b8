"""Records as rows: one tuple of text, whole numbers and nothing a record, the same for every store.

    LineRecord(entry="E1", ordinal=0, effective_on=date(2026, 1, 5), ..., body={"b": 1, "a": "茶"})
    ("E1", 0, "2026-01-05", ..., '{"a":"茶","b":1}')

A day is its ISO text, an instant its microseconds since 1970 in UTC, JSON its canonical text: sorted names, no space.
Rows therefore compare and sort alike everywhere: text by code point, numbers by size.

Invariant: ``decode(form, encode(record)) == record`` for every record that ``encode`` lets pass; what it refuses no
store keeps: floats and decimals, text that is no Unicode, numbers beyond 64 bits, names too long for an index.

>>> from jxc.ports import PeriodRecord
>>> encode(PeriodRecord("stock", "2026-01", "open", 1, {"b": [1, None], "a": "茶"}))
('stock', '2026-01', 'open', 1, '{"a":"茶","b":[1,null]}')
>>> decode(form_of("period"), ("stock", "2026-01", "open", 1, "{}"))
PeriodRecord(module='stock', period='2026-01', status='open', version=1, body={})
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from functools import cache
from operator import attrgetter, itemgetter
from typing import Any, Literal, NoReturn, TypeAlias, get_args, get_type_hints

from jxc.errors import StoreError
from jxc.ports import KINDS, Key, Kind, Record

__all__ = [
    "DECODERS",
    "ENCODERS",
    "LARGEST",
    "SHORT_FIELDS",
    "WIDTH",
    "Cell",
    "Form",
    "FormField",
    "Row",
    "RowKey",
    "check_whole",
    "decode",
    "encode",
    "encode_key",
    "form_of",
    "forms",
]

Cell: TypeAlias = str | int | None
Row: TypeAlias = tuple[Cell, ...]
"""A record's fields in their order."""

RowKey: TypeAlias = tuple[str | int, ...]
"""A record's key fields in the order of the key."""

Sort: TypeAlias = Literal["text", "whole", "day", "instant", "json"]

Plan: TypeAlias = tuple[tuple[int, ...], tuple[tuple[int, str, Callable[[str, Any], str | int]], ...]]
"""Where a row's texts stand, and what else has to be encoded, by what."""

LARGEST = 2**63 - 1
"""The largest whole number that a store keeps; the smallest is -2**63."""

WIDTH = 200
"""How many characters a text may have that is part of a key or an index; other text has no limit."""

SHORT_FIELDS: Mapping[str, int] = {"currency": 64, "period": 64}
"""Fields whose texts are shorter, so that four of them still fit into an index of every engine."""

_SHORTEST = min(WIDTH, *SHORT_FIELDS.values())
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class FormField:
    """A field: its name, what it holds, whether it may be ``None``, and how long (0: no limit) its text may be."""

    name: str
    sort: Sort
    optional: bool
    width: int


@dataclass(frozen=True, slots=True)
class Form:
    """How records of a kind become rows; ``key`` and ``version`` say where in a row these fields stand."""

    kind: Kind
    fields: tuple[FormField, ...]
    key: tuple[int, ...]
    version: int | None
    values: Callable[[Record], tuple[Any, ...]]
    encoders: tuple[Callable[[str, Any], Cell], ...]
    decoders: tuple[tuple[int, Callable[[Any], Any]], ...]
    widths: tuple[int, ...]
    at: Mapping[str, int]
    plans: dict[tuple[type, ...], Plan]
    key_of: Callable[[Row], RowKey]
    name: str

    def places(self, names: tuple[str, ...]) -> tuple[int, ...]:
        """Where in a row these fields stand."""
        return tuple([self.at[name] for name in names])

    def field(self, name: str) -> FormField:
        """The field of that name."""
        return self.fields[self.at[name]]


def forms() -> Mapping[str, Form]:
    """The form of every kind, by its word."""
    return _forms()


@cache
def _forms() -> Mapping[str, Form]:
    return {name: _form(kind) for name, kind in KINDS.items()}


def form_of(name: str) -> Form:
    """The form of a kind; ``StoreError`` ``unknown_kind``."""
    found = _forms().get(name)
    if found is None:
        raise StoreError("unknown_kind", "no such kind of record", field="kind", value=name)
    return found


def encode(record: Record) -> Row:
    """The row of a record; ``StoreError`` ``not_storable``, ``beyond_64_bits``, ``key_too_long``.

    Records of one kind mostly hold the same types with short plain texts: then one look at the types and one at all
    texts together will do; whatever is out of the ordinary is looked at field by field.
    """
    form = form_of(getattr(record, "kind", ""))
    values = form.values(record)
    plan = form.plans.get(tuple(map(type, values)))
    if plan is None:
        plan = _plan(form, values)
    texts, others = plan
    joined = "".join([values[place] for place in texts])
    if len(joined) > _SHORTEST and not _fit(form, texts, values):
        return _one_by_one(form, values)
    if not joined.isascii() or "\0" in joined:
        return _one_by_one(form, values)
    row = list(values)
    for place, name, encoder in others:
        row[place] = encoder(name, row[place])
    return tuple(row)


def _plan(form: Form, values: tuple[Any, ...]) -> Plan:
    """Which fields hold texts, and which have to be encoded, where the fields are of these types."""
    _one_by_one(form, values)
    filled = [(place, field) for place, field in enumerate(form.fields) if values[place] is not None]
    texts = tuple(place for place, field in filled if field.sort == "text")
    others = tuple((place, field.name, ENCODERS[field.sort]) for place, field in filled if field.sort != "text")
    plan = form.plans[tuple(map(type, values))] = (texts, others)
    return plan


def _fit(form: Form, texts: tuple[int, ...], values: tuple[Any, ...]) -> bool:
    """Whether no text is longer than its field may hold."""
    return all(len(values[place]) <= form.widths[place] for place in texts)


def _one_by_one(form: Form, values: tuple[Any, ...]) -> Row:
    return tuple(
        [encoder(field.name, value) for encoder, field, value in zip(form.encoders, form.fields, values, strict=True)]
    )


def decode(form: Form, row: Row) -> Any:
    """The record of a row."""
    values: list[Any] = list(row)
    for place, decoder in form.decoders:
        if values[place] is not None:
            values[place] = decoder(values[place])
    return form.kind.record(*values)


def encode_key(form: Form, names: tuple[str, ...], values: Key) -> RowKey:
    """The cells of these fields, as far as there are values; ``StoreError`` ``bad_key`` and those of ``encode``."""
    if type(values) is not tuple or len(values) > len(names):
        raise StoreError("bad_key", f"not values of {', '.join(names)}", field=form.name, value=values)
    cells: list[str | int] = []
    for name, value in zip(names, values, strict=False):
        field = form.fields[form.at[name]]
        cell = ENCODERS[field.sort](name, value)
        if isinstance(cell, str) and len(cell) > (field.width or WIDTH):
            _refuse("key_too_long", name, cell[:40], f"more than {field.width or WIDTH} characters in a key or index")
        cells.append(cell)
    return tuple(cells)


# -- a kind's form -----------------------------------------------------------------------------------------------------


def _form(kind: Kind) -> Form:
    hints = get_type_hints(kind.record)
    named = fields(kind.record)
    keyed = {*kind.key, *(name for names in kind.unique for name in names)}
    keyed.update(name for index in kind.indexes.values() for name in (*index.equal, *index.order))
    made = tuple(_field(each.name, hints[each.name], each.name in keyed) for each in named)
    order = [field.name for field in made]
    return Form(
        kind,
        made,
        tuple(order.index(name) for name in kind.key),
        order.index("version") if "version" in order and not kind.append_only else None,
        attrgetter(*order),
        tuple(_encoder(field) for field in made),
        tuple((at, DECODERS[field.sort]) for at, field in enumerate(made) if field.sort in DECODERS),
        tuple(field.width or LARGEST for field in made),
        {name: at for at, name in enumerate(order)},
        {},
        _key_of(tuple(order.index(name) for name in kind.key)),
        kind.name,
    )


def _key_of(places: tuple[int, ...]) -> Callable[[Row], Any]:
    """What takes the key from a row; key fields are never ``None``."""
    if len(places) == 1:
        [place] = places
        return lambda row: (row[place],)
    return itemgetter(places[0], places[1], *places[2:])


def _field(name: str, hint: Any, keyed: bool) -> FormField:
    parts = [part for part in get_args(hint) if part is not type(None)] if type(None) in get_args(hint) else [hint]
    sorts: dict[Any, Sort] = {str: "text", int: "whole", date: "day", datetime: "instant"}
    sort = sorts.get(parts[0], "json")
    return FormField(name, sort, parts != [hint], SHORT_FIELDS.get(name, WIDTH) if keyed and sort == "text" else 0)


def _encoder(field: FormField) -> Callable[[str, Any], Cell]:
    inner = _within(field.width) if field.width else ENCODERS[field.sort]
    return _or_none(inner) if field.optional else inner


def _or_none(inner: Callable[[str, Any], str | int]) -> Callable[[str, Any], Cell]:
    return lambda name, value: None if value is None else inner(name, value)


def _within(width: int) -> Callable[[str, Any], str | int]:
    def encoder(name: str, value: Any) -> str | int:
        text = _text(name, value)
        if len(text) > width:
            _refuse("key_too_long", name, text[:40], f"more than {width} characters in a key or index")
        return text

    return encoder


# -- values ------------------------------------------------------------------------------------------------------------


def _refuse(code: str, name: str, value: object, message: str) -> NoReturn:
    raise StoreError(code, message, field=name, value=ascii(value))


def _text(name: str, value: Any) -> str:
    if type(value) is not str:
        _refuse("not_storable", name, value, "not a text")
    if not value.isascii() or "\0" in value:
        _check_unicode(name, value)
    return value


def _check_unicode(name: str, value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise StoreError("not_storable", "half a character", field=name, value=ascii(value)) from error
    if "\0" in value:
        _refuse("not_storable", name, value, "a text with a NUL in it")


def check_whole(name: str, value: Any) -> int:
    """The number itself; ``StoreError`` ``not_storable``, ``beyond_64_bits`` (beyond 64 bits)."""
    if type(value) is not int:
        _refuse("not_storable", name, value, "not a whole number")
    if not -LARGEST - 1 <= value <= LARGEST:
        _refuse("beyond_64_bits", name, value, "a number of more than 64 bits")
    return value


def _day(name: str, value: Any) -> str:
    if type(value) is not date:
        _refuse("not_storable", name, value, "not a day")
    return value.isoformat()


def _instant(name: str, value: Any) -> int:
    if not isinstance(value, datetime) or value.tzinfo is None:
        _refuse("not_storable", name, value, "not an instant with a time zone")
    return (value - _EPOCH) // _MICROSECOND


def _json(name: str, value: Any) -> str:
    """The canonical text, if it says all that the value says: a float, a tuple or a key that is no text would not."""
    if not _is_mapping(value):
        _refuse("not_storable", name, value, "not a mapping")
    if not value:
        return "{}"
    try:
        text = _canonical(value)
        text.encode()
        same = _strict(text) == value
    except (TypeError, ValueError, RecursionError) as error:
        raise StoreError(
            "not_storable", "not plain JSON without floats", field=name, value=ascii(value)[:200]
        ) from error
    if not same:
        _refuse("not_storable", name, value, "not plain JSON: lists, and names that are texts")
    return text


def _is_mapping(value: object) -> bool:
    return isinstance(value, Mapping)


def _plain(value: Any) -> object:
    if _is_mapping(value):
        return dict(value)
    raise TypeError(type(value).__name__)  # house: what json.dumps asks of a default; turned into a StoreError above


_canonical = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, check_circular=False, default=_plain
).encode


def _no_float(text: str) -> NoReturn:
    raise ValueError(text)  # house: the language of json.loads; turned into a StoreError above


_strict = json.JSONDecoder(parse_float=_no_float).decode
_parse = json.JSONDecoder().decode


def _to_json(text: str) -> Any:
    return {} if text == "{}" else _parse(text)


def _to_instant(value: int) -> datetime:
    return _EPOCH + timedelta(microseconds=value)


ENCODERS: Mapping[str, Callable[[str, Any], str | int]] = {
    "text": _text,
    "whole": check_whole,
    "day": _day,
    "instant": _instant,
    "json": _json,
}
DECODERS: Mapping[str, Callable[[Any], Any]] = {
    "day": date.fromisoformat,
    "instant": _to_instant,
    "json": _to_json,
}
