"""The small checks that every fact is put through when it is made, and the one order in which they run.

A check looks at one attribute of a record and either leaves it, replaces it by its normal form (text or ``int`` becomes
``Decimal``, a list a tuple, empty optional text ``None``), or raises a typed error that names the field.

Invariant: a record that exists has passed all checks of its class, and the same bad input always gives the same first
error: dates, texts, references, numbers, fields that are missing, then what fields say about each other; inside each
of these in the order in which the class names its fields.

>>> to_factor("1/12", "factor"), to_factor(24, "factor")
(Fraction(1, 12), Fraction(24, 1))
>>> to_factor(2.5, "factor")
Traceback (most recent call last):
...
jxc.errors.NumberError: a binary float is not an exact number (factor: 2.5); pass a string or a Decimal, such as "12.30"
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple, cast

from jxc.errors import DateError, FieldError, UnitError
from jxc.kernel.exact import to_decimal
from jxc.kernel.text import check_text

__all__ = [
    "NumberRule",
    "adds_up",
    "check_choice",
    "check_flag",
    "check_label",
    "check_lists",
    "check_name",
    "check_numbers",
    "check_optional_dates",
    "check_record",
    "check_records",
    "check_texts",
    "check_when",
    "missing",
    "normal_numbers",
    "normal_refs",
    "normal_texts",
    "to_factor",
]

_LONGEST_NAME, _LONGEST_REASON = 200, 1000


class NumberRule(NamedTuple):
    """What one number of a record may be: the codes for a value below zero, and for zero, where these are refused."""

    name: str
    negative: str | None = None
    zero: str | None = None
    needed: bool = False


def check_numbers(record: object, rules: Iterable[NumberRule]) -> None:
    """Put the numbers of ``record`` into normal form and refuse what the rules do not allow.

    Raises ``NumberError`` (as ``jxc.kernel.exact.to_decimal``) and ``FieldError`` (``missing_field``, or the code of
    the rule).
    """
    for name, negative, zero, needed in rules:
        value = getattr(record, name)
        if value is None:
            if needed:
                raise missing(name)
            continue
        if type(value) is not Decimal or not _is_normal(value):
            value = to_decimal(value, field=name)
            object.__setattr__(record, name, value)
        if value <= 0:
            _check_sign(value, name, negative, zero)


def _is_normal(value: Decimal) -> bool:
    """Surely as ``to_decimal`` leaves it: finite, not negative, no exponent, not long (facts are made in masses)."""
    text = str(value)
    return len(text) < 40 and text[0] in "0123456789" and "E" not in text


def _check_sign(value: Decimal, name: str, negative: str | None, zero: str | None) -> None:
    if value < 0 and negative:
        way_out = "the type says which way goods went, not a sign" if "quantity" in negative else "check the sign"
        raise FieldError(negative, "this may not be below zero", field=name, value=value, hint=way_out)
    if value == 0 and zero:
        way_out = "leave out a row that moves nothing" if "quantity" in zero else "leave the field empty"
        raise FieldError(zero, "this must be more than zero", field=name, value=value, hint=way_out)


def to_factor(value: object, field: str) -> Fraction:
    """An exact factor above zero: ``Fraction``, ``int``, ``Decimal`` or text such as ``"24"`` or ``"1/12"``.

    Raises ``NumberError`` as ``to_decimal`` does, and ``UnitError`` (``bad_factor``).
    """
    if value is None:
        raise missing(field)
    if isinstance(value, Fraction):
        factor = value
    elif isinstance(value, str) and value.count("/") == 1:
        above, below = (Fraction(to_decimal(side, field=field)) for side in value.split("/"))
        if not below:
            raise _bad_factor(field, value)
        factor = above / below
    else:
        factor = Fraction(to_decimal(value, field=field))
    if factor <= 0:
        raise _bad_factor(field, value)
    return factor


def _bad_factor(field: str, value: object) -> UnitError:
    return UnitError(
        "bad_factor", "a factor must be more than zero", field=field, value=value, hint="such as 24 or 1/12"
    )


def missing(name: str, hint: str = "fill it in") -> FieldError:
    """The error for a field that this kind of fact needs."""
    return FieldError("missing_field", "this field is needed", field=name, hint=hint)


def check_when(date: object, time: object, recorded_at: object) -> None:
    """A ``date`` that is no ``datetime``, a ``time`` without zone, a ``recorded_at`` in UTC; else ``DateError``."""
    _check_date("date", date)
    if time is not None:
        _check_time(time)
    if recorded_at is not None:
        _check_recorded_at(recorded_at)


def check_optional_dates(record: object, names: Iterable[str]) -> None:
    """Each of these is a plain date or ``None``; raises ``DateError``."""
    for name in names:
        value = getattr(record, name)
        if value is not None:
            _check_date(name, value)


def _check_date(name: str, value: object) -> None:
    if type(value) is dt.date:
        return
    if value is None:
        raise missing(name)
    if isinstance(value, dt.datetime):
        raise DateError(
            "datetime_given",
            "a point in time stands where a day is needed",
            field=name,
            value=value,
            hint="pass its date in the time zone of the book, and its time apart",
        )
    if not isinstance(value, dt.date):
        raise DateError("not_a_date", "this is no date", field=name, value=value, hint="pass a datetime.date")


def _check_time(value: object) -> None:
    if not isinstance(value, dt.time):
        raise DateError("not_a_time", "this is no time of day", field="time", value=value, hint="pass a datetime.time")
    if value.tzinfo is not None:
        raise DateError(
            "time_with_zone",
            "a time of day is in the time zone of the book",
            field="time",
            value=value,
            hint="leave the zone out",
        )


def _check_recorded_at(value: object) -> None:
    if not isinstance(value, dt.datetime):
        raise DateError(
            "not_an_instant",
            "this is no instant",
            field="recorded_at",
            value=value,
            hint="pass a datetime in UTC",
        )
    offset = value.utcoffset()
    if offset is None:
        raise DateError(
            "naive_datetime",
            "a point in time needs its zone",
            field="recorded_at",
            value=value,
            hint="pass datetime.now(timezone.utc)",
        )
    if offset:
        raise DateError(
            "not_utc",
            "the time of recording is kept in UTC",
            field="recorded_at",
            value=value,
            hint="convert it with .astimezone(timezone.utc)",
        )


def check_texts(record: object, names: Iterable[str]) -> None:
    """Each of these is clean text or ``None``; empty text becomes ``None``.  Raises ``FieldError`` (``check_text``)."""
    for name in names:
        value = getattr(record, name)
        if value is None:
            continue
        if value == "":
            object.__setattr__(record, name, None)
        else:
            check_name(name, value)


def check_label(record: object, name: str) -> None:
    """Clean text, or empty where there is none; ``None`` becomes empty.  Raises ``FieldError`` (``check_text``)."""
    value = getattr(record, name)
    if value is None:
        object.__setattr__(record, name, "")
    elif value != "":
        check_name(name, value)


def check_name(name: str, value: object) -> None:
    """Clean text that is not empty (``check_text``); free text under the name ``reason`` may be longer than a name.

    What is printable, short and has no space at its ends is clean: most names are seen to be so at a glance.
    """
    if (
        type(value) is str
        and value.isprintable()
        and 0 < len(value) <= _LONGEST_NAME
        and " " not in (value[0], value[-1])
    ):
        return
    check_text(value, field=name, limit=_LONGEST_REASON if name == "reason" else _LONGEST_NAME)


def check_lists(record: object, names: Iterable[str]) -> None:
    """Each of these is a tuple; a list becomes one, ``None`` an empty one.  Raises ``FieldError`` (``not_a_list``)."""
    for name in names:
        value = getattr(record, name)
        if type(value) is not tuple:
            object.__setattr__(record, name, () if value is None else _entries(name, value))


def normal_texts(name: str, values: tuple[object, ...], duplicate: str) -> tuple[str, ...]:
    """Distinct clean texts; raises ``FieldError`` (``duplicate`` is a code)."""
    texts = tuple(check_text(each, field=name) for each in values)
    if len(set(texts)) < len(texts):
        twice = next(text for at, text in enumerate(texts) if text in texts[:at])
        raise FieldError(duplicate, "the same entry twice", field=name, value=twice, hint="name it once")
    return texts


def normal_refs(values: tuple[object, ...], own_id: str) -> tuple[str, ...]:
    """Ids, each once (``duplicate_ref``), none of them the fact's own (``refers_to_itself``)."""
    refs = normal_texts("refs", values, "duplicate_ref")
    if own_id and own_id in refs:
        raise FieldError(
            "refers_to_itself",
            "a fact cannot refer to itself",
            field="refs",
            value=own_id,
            hint="name the earlier fact",
        )
    return refs


def normal_numbers(name: str, values: tuple[object, ...]) -> tuple[Decimal, ...]:
    """Exact numbers, as ``Decimal``; raises ``NumberError``."""
    return tuple(to_decimal(each, field=name) for each in values)


def check_records(name: str, values: tuple[object, ...], cls: type[object]) -> None:
    """Each is a ``cls``; raises ``FieldError`` (``wrong_type``)."""
    for each in values:
        check_record(name, each, cls)


def check_record(name: str, value: object, cls: type[object]) -> None:
    """The value is a ``cls``; raises ``FieldError`` (``wrong_type``)."""
    if not isinstance(value, cls):
        raise FieldError(
            "wrong_type",
            f"a {cls.__name__} is needed here",
            field=name,
            value=value,
            hint=f"make it with jxc.stock.{cls.__name__}(...)",
        )


def _entries(name: str, value: object) -> tuple[object, ...]:
    if not isinstance(value, (tuple, list)):
        raise FieldError("not_a_list", "a list is needed here", field=name, value=value, hint="pass a tuple or a list")
    return tuple(cast("tuple[object, ...]", value))


def check_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    """The value is one of ``choices``; raises ``FieldError`` (``not_one_of``)."""
    if value not in choices:
        raise FieldError(
            "not_one_of",
            "there is no such choice",
            field=name,
            value=value,
            hint=f"use one of {', '.join(choices)}",
        )


def check_flag(name: str, value: object) -> None:
    """The value is ``True`` or ``False``; raises ``FieldError`` (``not_a_flag``)."""
    if value is not True and value is not False:
        raise FieldError("not_a_flag", "yes or no is needed here", field=name, value=value, hint="pass True or False")


def adds_up(parts: Iterable[Decimal], whole: Decimal) -> bool:
    """Do the parts add up to the whole, exactly (without the process-wide decimal context)?"""
    return sum(map(Fraction, parts)) == Fraction(whole)
