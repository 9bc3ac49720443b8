"""Facts in and out of plain data (JSON): into the frozen classes of ``jxc.stock``, checked, and back again.

    {"type": "receipt", "date": "2026-01-05", "item": "TEA", "qty": "100", "unit_cost": "2.00", "place": "WH"}

``type`` picks the class; a number is text or an integer, never a float; a date is ISO text, ``recorded_at`` has a zone;
lists are lists; a part (a pick of a lot, a component) is an object of its own; null is the same as not given.

Invariant: ``parse_fact(dump_fact(fact)) == fact``, and the same bad input always gives the same first error: the type,
unknown fields in the order of the alphabet, then numbers, dates and parts in the order of the class, then what pydantic
finds, in the order of the class, then the checks of the fact itself (docs/spec/stock.md, S3).

>>> fact = parse_fact(
...     {
...         "type": "issue",
...         "date": "2026-01-06",
...         "item": "TEA",
...         "qty": "30",
...         "lots": [{"lot": "L1", "qty": "10"}, {"lot": "L2", "qty": "20.0"}],
...     }
... )
>>> fact.lots[1]
LotPick(lot='L2', qty=Decimal('20.0'))
>>> dump_fact(fact)["lots"]
[{'lot': 'L1', 'qty': '10'}, {'lot': 'L2', 'qty': '20.0'}]
>>> parse_fact({"type": "issue", "date": "2026-01-06", "item": "TEA", "qty": 1.5})
Traceback (most recent call last):
...
jxc.errors.NumberError: a binary float is not an exact number (qty: 1.5); pass a string or a Decimal, such as "12.30"
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeAlias, Union, cast, get_args, get_type_hints

from jxc.errors import FieldError, JxcError
from jxc.kernel.dates import parse_date, parse_instant, parse_time
from jxc.kernel.exact import decimal_text, to_decimal
from jxc.stock.checks import to_factor
from jxc.stock.facts import FACT_TYPES, AnyFact, Fact, stated

if TYPE_CHECKING:
    from pydantic import TypeAdapter, ValidationError

__all__ = ["dump_fact", "facts_schema", "parse_fact", "parse_facts"]

_Reader: TypeAlias = Callable[[object, str], object]

_NUMBER = r"^\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,9})?\s*$"

_READERS: Mapping[type, _Reader] = {
    Decimal: lambda value, field: to_decimal(value, field=field),
    Fraction: to_factor,
    dt.date: lambda value, field: parse_date(value, field=field),
    dt.time: lambda value, field: parse_time(value, field=field),
    dt.datetime: lambda value, field: parse_instant(value, field=field),
}

_CODES: Mapping[str, str] = {
    "string_type": "not_text",
    "tuple_type": "not_a_list",
    "bool_parsing": "not_a_flag",
    "bool_type": "not_a_flag",
    "literal_error": "not_one_of",
    "dataclass_type": "wrong_type",
}
"""What pydantic finds, in our words; anything else is a ``bad_value``."""


def parse_fact(data: Mapping[str, object]) -> AnyFact:
    """The fact that plain data states; raises ``InputError`` with the path of the field, such as ``lots[0].qty``."""
    cls = _class_of(data)
    rest = {name: value for name, value in data.items() if name != "type"}
    return _validated({"type": cls.type, **_read(cls, rest, "")})


def parse_facts(rows: Iterable[Mapping[str, object]]) -> list[AnyFact]:
    """The facts of many rows, in their order; the first bad row raises, its number from 1 in ``params["row"]``."""
    facts: list[AnyFact] = []
    for number, row in enumerate(rows, start=1):
        try:
            facts.append(parse_fact(row))
        except JxcError as error:
            raise _changed(error, error.field, row=number) from error
    return facts


def dump_fact(fact: Fact) -> dict[str, object]:
    """The fact as plain data, ready for JSON: what it states, without the fields that are at their default."""
    return {"type": fact.type, **_dumped_fields(fact)}


@cache
def facts_schema() -> dict[str, object]:
    """The JSON Schema (2020-12) of a fact; numbers are text.  The caller must not change it."""
    from pydantic.json_schema import GenerateJsonSchema

    class ExactNumbers(GenerateJsonSchema):
        """Numbers as text: what is a number in JSON is a float for most readers."""

        def decimal_schema(self, schema: Any) -> dict[str, Any]:
            return {"type": "string", "format": "decimal", "pattern": _NUMBER}

    found = _adapter().json_schema(schema_generator=ExactNumbers)
    for word, cls in FACT_TYPES.items():
        _state_type(found["$defs"][cls.__name__], word)
    for part in found["$defs"].values():
        part["additionalProperties"] = False
    found["$defs"]["BaseUnitChange"]["properties"]["factor"] = {
        "type": "string",
        "format": "fraction",
        "title": "Factor",
    }
    mapping = {word: f"#/$defs/{cls.__name__}" for word, cls in FACT_TYPES.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Fact",
        **found,
        "discriminator": {"propertyName": "type", "mapping": mapping},
    }


def _state_type(definition: dict[str, Any], word: str) -> None:
    definition["properties"] = {"type": {"const": word, "type": "string"}, **definition["properties"]}
    definition["required"] = ["type", *definition["required"]]


def _class_of(data: object) -> type[AnyFact]:
    if not isinstance(data, Mapping):
        raise FieldError("not_an_object", "a fact is an object with named fields", value=_short(data))
    word = cast("Mapping[str, object]", data).get("type")
    if word is None:
        raise FieldError("missing_field", "this field is needed", field="type", hint="say what kind of fact it is")
    cls = FACT_TYPES.get(word) if isinstance(word, str) else None
    if cls is None:
        raise FieldError(
            "unknown_type",
            "there is no such kind of fact",
            field="type",
            value=_short(word),
            hint=f"use one of {', '.join(FACT_TYPES)}",
        )
    return cls


# ------------------------------------------------------------------------------------------------------- reading in


@cache
def _kinds(cls: type) -> Mapping[str, type | None]:
    """Field -> the class that needs care in reading (an exact number, a date, a part), or ``None``."""
    hints = get_type_hints(cls)
    return {each.name: _kind(hints[each.name]) for each in fields(cls)}


def _kind(hint: object) -> type | None:
    """The first class inside a hint that is read by hand: ``tuple[Decimal, ...] | None`` is of kind ``Decimal``."""
    if isinstance(hint, type) and (hint in _READERS or is_dataclass(hint)):
        return hint
    return next((kind for part in get_args(hint) if (kind := _kind(part)) is not None), None)


def _read(cls: type, data: Mapping[str, object], path: str) -> dict[str, object]:
    """The fields of ``cls`` with exact numbers, dates and parts read; whatever else is left for pydantic."""
    kinds = _kinds(cls)
    for name in sorted(set(data) - set(kinds), key=str):
        raise FieldError(
            "unknown_field", "there is no such field", field=f"{path}{name}", hint=f"use one of {', '.join(kinds)}"
        )
    return {
        name: value if kind is None else _read_value(kind, value, f"{path}{name}")
        for name, kind in kinds.items()
        if (value := data.get(name)) is not None
    }


def _read_value(kind: type, value: object, path: str) -> object:
    if isinstance(value, list | tuple):
        entries = cast("list[object] | tuple[object, ...]", value)
        return tuple(_read_value(kind, each, f"{path}[{at}]") for at, each in enumerate(entries))
    if kind in _READERS:
        return _READERS[kind](value, path)
    return _read(kind, cast("Mapping[str, object]", value), f"{path}.") if isinstance(value, Mapping) else value


# ---------------------------------------------------------------------------------------------------------- pydantic


@cache
def _adapter() -> TypeAdapter[AnyFact]:
    """One adapter over all kinds, told apart by ``type``; built when first needed, as it takes a while."""
    from pydantic import Discriminator, Tag, TypeAdapter

    kinds = tuple(Annotated[cls, Tag(word)] for word, cls in FACT_TYPES.items())
    any_kind: Any = Annotated[Union[kinds], Discriminator(_word_of)]  # noqa: UP007
    return TypeAdapter(any_kind)


def _word_of(value: object) -> object:
    return cast("Mapping[str, object]", value)["type"] if isinstance(value, Mapping) else getattr(value, "type", None)


def _validated(data: Mapping[str, object]) -> AnyFact:
    from pydantic import ValidationError

    try:
        return _adapter().validate_python(data)
    except ValidationError as error:
        _raise_ours(error)


def _raise_ours(error: ValidationError) -> NoReturn:
    """The first finding as an error of ours: one that a check of the fact raised, or a translation."""
    first = error.errors(include_url=False)[0]
    path = _path(first["loc"][1:])
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, JxcError):
        field = f"{path}.{cause.field}" if path and cause.field else cause.field or path
        raise _changed(cause, field) from None
    if first["type"] == "missing":
        raise FieldError("missing_field", "this field is needed", field=path, hint="fill it in") from None
    raise FieldError(
        _CODES.get(first["type"], "bad_value"),
        "this value does not fit the field",
        field=path,
        value=_short(first["input"]),
        hint=first["msg"],
    ) from None


def _path(loc: tuple[int | str, ...]) -> str:
    path = ""
    for part in loc:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def _changed(error: JxcError, field: str | None, **params: object) -> JxcError:
    """The same error, about another field or with more to say."""
    more = {**error.params, **params}
    return type(error)(error.code, error.message, field=field, value=error.value, hint=error.hint, **more)


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


# ------------------------------------------------------------------------------------------------------- writing out


def _dumped_fields(record: object) -> dict[str, object]:
    return {name: _dumped(value) for name, value in stated(record)}


def _dumped(value: object) -> object:
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_dumped(each) for each in cast("tuple[object, ...]", value)]
    if isinstance(value, Fraction):
        return str(value)
    return _dumped_fields(value) if is_dataclass(value) else value
