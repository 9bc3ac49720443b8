"""Exact numbers in and out: what people write becomes a ``Decimal``, a scaled integer, a fraction, and text again.

    text, int, Decimal --to_decimal--> Decimal --to_scaled--> int (in 10**-places) --from_scaled--> Decimal

Invariant: no function here ever loses a digit, and none looks at the process-wide decimal context, so a number of
forty digits is as safe as one of four.  A number that cannot be held exactly is refused with a ``NumberError``; a
number is rounded only where a function takes the places and the mode of rounding (``round_decimal``).

Limits: one hundred digits before the decimal point and one hundred after it.  The order of the checks in
``to_decimal`` is: empty, type (bool, float, other), notation, finite, size.

>>> to_decimal(" -12.30 ")
Decimal('-12.30')
>>> to_scaled(to_decimal("12.3"), 2), from_scaled(1230, 2), from_scaled(Fraction(1, 8))
(1230, Decimal('12.30'), Decimal('0.125'))
>>> decimal_text(Decimal("1E-9")), decimal_text(Fraction(2, 3), places=4)
('0.000000001', '0.6667')
"""

from __future__ import annotations

import re
from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow
from fractions import Fraction
from numbers import Rational, Real
from typing import NoReturn, SupportsIndex
from unicodedata import normalize

from jxc.errors import NumberError
from jxc.kernel.rounding import Exact, RoundingMode, divide

__all__ = [
    "MAX_DIGITS",
    "add_exact",
    "decimal_text",
    "from_scaled",
    "multiply_exact",
    "round_decimal",
    "to_decimal",
    "to_exact",
    "to_scaled",
]

MAX_DIGITS = 100
"""The most digits before the decimal point, and the most after it."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?")
_PLAIN = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{0,30})?")  # what nearly all texts are: no check of size needed
_SEPARATED = re.compile(r"[+-]?[0-9]+(?:[,'_\s.][0-9]+)+")
_MAX_BITS = (10 ** (2 * MAX_DIGITS)).bit_length()
_CONTEXT = Context(prec=10 * MAX_DIGITS, traps=[DivisionByZero, Inexact, InvalidOperation, Overflow])


def to_decimal(value: object, *, field: str | None = None) -> Decimal:
    """The exact number that was written, as a finite ``Decimal`` without a positive exponent or a negative zero.

    Takes a ``Decimal``, an integer, or text in plain or exponent notation with surrounding space.  Places that were
    written are kept: ``"12.30"`` has two.  Raises ``NumberError``: ``empty_number`` (None, blank text),
    ``float_refused``, ``not_a_number`` (also a bool), ``not_finite``, ``number_too_large``, ``too_many_places``.
    """
    if type(value) is str:
        return _from_text(value, field)
    if isinstance(value, Decimal):
        return _checked(Decimal(value), value, field)
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(_checked_size(value, field))
    return _from_other(value, field)


def to_exact(value: object, *, field: str | None = None) -> Exact:
    """The number as an ``int`` where it is whole, else as a ``Fraction``; takes a ``Fraction`` beside the rest.

    >>> to_exact("1.50"), to_exact(Decimal(24)), to_exact(Fraction(1, 3))
    (Fraction(3, 2), 24, Fraction(1, 3))
    """
    number = value if isinstance(value, Fraction) else Fraction(to_decimal(value, field=field))
    return number.numerator if number.denominator == 1 else number


def to_scaled(number: Decimal | Exact, places: int, *, field: str | None = None) -> int:
    """``number`` counted in units of ``10**-places``, exactly; ``NumberError`` ``too_many_places`` if it has more.

    >>> to_scaled(Decimal("12.3"), 2)
    1230
    """
    if isinstance(number, Decimal) and not number.is_finite():
        _refuse_not_finite(number, field)
    numerator, denominator = number.as_integer_ratio()
    scaled, rest = divmod(numerator * _power(places), denominator)
    if rest:
        raise NumberError(
            "too_many_places",
            f"more than {places} decimal places",
            field=field,
            value=number,
            hint=f"round it to {places} places first, by a mode of your choice",
        )
    return scaled


def from_scaled(number: Exact, places: int = 0) -> Decimal:
    """``number / 10**places`` with at least that many decimal places, exactly.

    An integer gets just ``places`` decimals, a fraction as many more as it needs.  Raises ``NumberError``
    ``no_finite_decimal`` for a fraction such as 1/3, which ``round_decimal`` can round.
    """
    if places < 0:
        _power(places)
    if isinstance(number, int):
        whole = _checked_size(number)
        return Decimal(f"{whole}E-{places}") if places else Decimal(whole)
    needed = max(places, _finite_places(number / 10**places))
    scaled = number * 10 ** (needed - places)
    return Decimal(f"{_checked_size(scaled.numerator)}E-{needed}")


def round_decimal(number: Decimal | Exact, places: int, mode: RoundingMode = "half_up") -> Decimal:
    """``number`` rounded to just that many decimal places by a named mode.

    >>> round_decimal(Decimal("2.675"), 2), round_decimal(Fraction(1, 3), 4)
    (Decimal('2.68'), Decimal('0.3333'))
    """
    numerator, denominator = number.as_integer_ratio()
    return from_scaled(divide(numerator * _power(places), denominator, mode), places)


def decimal_text(number: Decimal | Exact, places: int | None = None, mode: RoundingMode = "half_up") -> str:
    """``number`` in plain digits, never with an exponent.

    Without ``places`` the number is written exactly, as many places as it has (``NumberError`` ``no_finite_decimal``
    for a fraction such as 1/3); with ``places`` it is rounded for show.
    """
    if places is not None:
        number = round_decimal(number, places, mode)
    elif not isinstance(number, Decimal):
        number = from_scaled(number)
    return format(number or number.copy_abs(), "f")


def add_exact(left: Decimal, right: Decimal) -> Decimal:
    """``left + right`` with every digit; both within the limits of this module."""
    return _CONTEXT.add(left, right)


def multiply_exact(left: Decimal, right: Decimal) -> Decimal:
    """``left * right`` with every digit; both within the limits of this module."""
    return _CONTEXT.multiply(left, right)


def _from_text(value: str, field: str | None) -> Decimal:
    text = value.strip()
    if _PLAIN.fullmatch(text) is not None:
        number = Decimal(text)
        return number or number.copy_abs()
    if not text:
        _refuse_empty(field)
    if _NUMBER.fullmatch(text) is None:
        _refuse_text(text, field)
    return _checked(Decimal(text), text, field)


def _from_other(value: object, field: str | None) -> Decimal:
    if value is None:
        _refuse_empty(field)
    if isinstance(value, str):
        return _from_text(str(value), field)
    if isinstance(value, Real) and not isinstance(value, Rational):
        raise NumberError(
            "float_refused",
            "a binary float is not an exact number",
            field=field,
            value=value,
            hint='pass a string or a Decimal, such as "12.30"',
        )
    if isinstance(value, SupportsIndex) and not isinstance(value, bool):
        return Decimal(_checked_size(value.__index__(), field))
    raise NumberError(
        "not_a_number",
        f"a {type(value).__name__} is not a number",
        field=field,
        value=_shown(value),
        hint="pass a string, an int or a Decimal",
    )


def _checked(number: Decimal, given: object, field: str | None) -> Decimal:
    """``number`` within the limits, brought to an exponent of zero or less and without a negative zero."""
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int):
        _refuse_not_finite(number, field)
    if number.is_zero():
        number = number.copy_abs()
    elif number.adjusted() >= MAX_DIGITS:
        _refuse_large(given, field)
    if exponent > 0:
        return Decimal(int(number)) if number else Decimal(0)
    if exponent < -MAX_DIGITS:
        raise NumberError("too_many_places", f"more than {MAX_DIGITS} decimal places", field=field, value=_shown(given))
    return number


def _checked_size(number: int, field: str | None = None) -> int:
    if number.bit_length() > _MAX_BITS:
        _refuse_large(f"an integer of {number.bit_length()} bits", field)
    return number


def _power(places: int) -> int:
    if places < 0:
        raise NumberError("negative_places", "a number of decimal places is not negative", field="places", value=places)
    return int(10**places)


def _finite_places(number: Fraction) -> int:
    """How many decimal places ``number`` needs: only twos and fives may divide its denominator."""
    rest = number.denominator
    twos = (rest & -rest).bit_length() - 1
    rest >>= twos
    fives = 0
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        raise NumberError(
            "no_finite_decimal",
            "this fraction has no finite decimal",
            value=number,
            hint="name the places and the mode of rounding",
        )
    return max(twos, fives)


def _shown(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _refuse_empty(field: str | None) -> NoReturn:
    raise NumberError("empty_number", "a number is missing", field=field, hint="write 0 if nothing is meant")


def _refuse_large(value: object, field: str | None) -> NoReturn:
    raise NumberError(
        "number_too_large",
        f"more than {MAX_DIGITS} digits before the decimal point",
        field=field,
        value=_shown(value),
    )


def _refuse_not_finite(value: object, field: str | None) -> NoReturn:
    raise NumberError("not_finite", "neither NaN nor an infinity is an amount or a quantity", field=field, value=value)


def _refuse_text(text: str, field: str | None) -> NoReturn:
    if text.lstrip("+-").lower() in ("nan", "snan", "inf", "infinity"):
        _refuse_not_finite(text, field)
    raise NumberError("not_a_number", "this text is no number", field=field, value=_shown(text), hint=_hint(text))


def _hint(text: str) -> str:
    """The way out for the misspellings met most often."""
    if text.startswith("="):
        return "store the value of the cell, not its formula"
    narrow = normalize("NFKC", text).replace("\u2212", "-")
    if narrow != text and _NUMBER.fullmatch(narrow):
        return f"type it in half-width digits and signs: {narrow}"
    if _SEPARATED.fullmatch(narrow):
        return "write it without thousand separators and with a point before the decimals, such as 1234.50"
    return "write digits with at most one decimal point, such as -1234.50; no currency, unit or percent sign"
