"""One cell of a table: text or an object becomes an exact value, or a ``Fault`` that says why not.

    cell: str | int | Decimal | date | None | anything
        --read_number-->  (mantissa, places): mantissa / 10**places, exactly
        --read_money-->   int, in minor units
        --read_day-->     (ordinal, microsecond of the day or None)
        --read_time-->    microsecond of the day
        --read_text-->    stripped text            --read_refs-->  tuple of ids

Invariant: a reader never raises and never guesses, whatever the cell holds; an empty cell (``None``, blank text) is
``None``.  The same cell in the same field always gives the same value or the same fault.

>>> read_number(" 12.50 ", "qty"), read_money("1.5", "amount", 2), read_text("  TEA ", "item")
((125, 1), 150, 'TEA')
>>> read_day("2026-01-02 08:30", "date")
(739618, 30600000000)
>>> found = read_number("1,234.50", "qty")
>>> found.code, found.message
('not_a_number', "qty '1,234.50': this text is no number")
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple, SupportsIndex, cast
from unicodedata import normalize

from jxc.errors import FieldError, NumberError
from jxc.kernel.exact import from_scaled, to_decimal
from jxc.kernel.rounding import Exact
from jxc.kernel.text import check_text

__all__ = [
    "Fault",
    "fault",
    "read_day",
    "read_many_amounts",
    "read_many_texts",
    "read_money",
    "read_number",
    "read_refs",
    "read_text",
    "read_time",
    "shown",
]

_PLAIN = 30
"""A number of at most this many characters may take the short way; the limits of ``kernel.exact`` hold for all."""

_DAY = re.compile(r"([0-9]{4})([-/]?)([0-9]{1,2})\2([0-9]{1,2})|([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日")
_DAY_AND_TIME = re.compile(r"(\S{8,11})[T ] *(\S.*)", re.DOTALL)
_DAY_LAST = re.compile(r"[0-9]{1,2}([-/.])[0-9]{1,2}\1([0-9]{4}|[0-9]{2})")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,6})0*)?)?")
_ZONED = re.compile(r"[0-9:.,]+ ?([Zz]|[+-][0-9]{2}:?[0-9]{2})")
_ARITHMETIC = re.compile(r"[+-](?:[^\d.\s]|[0-9.]+[-+*/^&]).*", re.DOTALL)
_SHORT = 200
_LONGEST = {"reason": 2000}
_DASHES = ("-", "--", "\u2013", "\u2014", "\u2014\u2014", "/")

_HINTS = {
    "not_finite": "write the figure, or leave the cell empty",
    "number_too_large": "check the cell: no stock has so many digits",
    "too_many_places": "round it first, by a mode of your choice",
    "not_a_number": "write plain digits, such as 1234.50",
}
_FORMULA_HINT = "save the table with values in the place of formulas"
_DAY_HINT = "write year, month, day, such as 2026-01-31"
_TIME_HINT = "write hours and minutes, such as 14:30 or 14:30:00"


class Fault(NamedTuple):
    """Why a cell cannot be read: a stable code, a message that names field and value, the way out, the value."""

    code: str
    message: str
    hint: str
    value: str


def shown(cell: object) -> str:
    """A cell as a message shows it: at most 80 characters."""
    try:
        text = str(cell)
    except Exception:  # noqa: BLE001  # the cell may be any object at all, and a huge integer refuses to be text
        text = f"<{type(cell).__name__}>"
    return text if len(text) <= 80 else f"{text[:77]}..."


def fault(code: str, field: str, cell: object, reason: str, hint: str) -> Fault:
    """A fault whose message names the field and the cell."""
    value = shown(cell)
    return Fault(code, f"{field} {value!r}: {reason}", hint, value)


# ------------------------------------------------------------------------------------------------------- numbers


def read_number(cell: object, field: str) -> tuple[Exact, int] | Fault | None:
    """The number as mantissa and places, the fewest that hold it: ``"12.50"`` is ``(125, 1)``.

    A ``Fraction`` without a finite decimal comes back as it is, with no places.  Faults: ``formula_cell``,
    ``float_refused``, ``not_finite``, ``not_a_number``, ``number_too_large``, ``too_many_places``.
    """
    if type(cell) is str:
        whole, _, part = cell.partition(".")
        if whole.isdigit() and cell.isascii() and len(cell) <= _PLAIN and (part.isdigit() or not part):
            part = part.rstrip("0")
            return int(whole + part), len(part)
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    return _number_of_object(cell, field)


def read_money(cell: object, field: str, places: int) -> int | Fault | None:
    """The amount in minor units; ``too_many_places`` if it has more decimals than its currency."""
    if type(cell) is str:
        whole, _, part = cell.partition(".")
        spare = places - len(part)
        if spare >= 0 and whole.isdigit() and cell.isascii() and len(cell) <= _PLAIN and (part.isdigit() or not part):
            return int(whole + part) * int(10**spare)
    number = read_number(cell, field)
    if number is None or isinstance(number, Fault):
        return number
    mantissa, given = number
    if given <= places:
        scaled = mantissa * 10 ** (places - given)
        if isinstance(scaled, int):
            return scaled
    hint = f"round it to {places} places, or give the exact price in unit_cost instead"
    return fault("too_many_places", field, cell, f"money has {places} decimal places here", hint)


def read_many_amounts(cells: list[str], places: int) -> list[int | None] | None:
    """``read_money`` for many cells of text at once; ``None`` if one of them is not plain enough for that."""
    if places == 0 or max(map(len, cells)) > _PLAIN or _other_than_digits("".join(cells)):
        return None
    point, after = -places - 1, -places
    try:
        return [
            (int(cell[:point] + cell[after:]) if cell[point:after] == "." else _short_amount(cell, places))
            if cell
            else None
            for cell in cells
        ]
    except ValueError:
        return None


def _other_than_digits(text: str) -> bool:
    return bool(text.encode("utf-8", "surrogatepass").translate(None, b"0123456789."))


def _short_amount(cell: str, places: int) -> int:
    """An amount written with fewer places, or ``ValueError``."""
    amount = read_money(cell, "amount", places)
    if isinstance(amount, int):
        return amount
    raise ValueError(cell)


def _number_of_object(cell: object, field: str) -> tuple[Exact, int] | Fault:
    text = cell.strip() if isinstance(cell, str) else ""
    if _is_formula(text):
        return _formula(field, cell)
    try:
        if isinstance(cell, Fraction):
            return _number_of_fraction(cell)
        if isinstance(cell, float) and (cell != cell or cell in (float("inf"), float("-inf"))):  # noqa: PLR0124
            return fault("not_finite", field, cell, "this is no finite number", "pass None for an empty cell")
        return _shortest(to_decimal(cell, field=field))
    except NumberError as error:
        hint = "leave the cell empty if there is nothing to say" if text in _DASHES else error.hint
        return fault(error.code, field, cell, error.message, hint or _HINTS.get(error.code, _HINTS["not_a_number"]))
    except Exception:  # noqa: BLE001  # an object of somebody else's may raise anything when it is asked for its number
        return fault("not_a_number", field, cell, f"a {type(cell).__name__} is not a number", _HINTS["not_a_number"])


def _is_formula(text: str) -> bool:
    """A leading ``=`` or ``@``, or a sign before something that is no number."""
    if text[:1] in ("=", "@"):
        return True
    plain = text in _DASHES or text.lstrip("+-").lower() in ("nan", "snan", "inf", "infinity")
    return not plain and _ARITHMETIC.fullmatch(text) is not None


def _number_of_fraction(cell: Fraction) -> tuple[Exact, int]:
    try:
        return _shortest(from_scaled(cell))
    except NumberError as error:
        if error.code != "no_finite_decimal":
            raise
        return cell, 0


def _shortest(number: Decimal) -> tuple[int, int]:
    """A finite ``Decimal`` without its trailing zeros; no context is asked, so no digit is lost."""
    sign, digits, exponent = number.as_tuple()
    mantissa = int("".join(map(str, digits)))
    places = -exponent if isinstance(exponent, int) else 0
    while places > 0 and mantissa % 10 == 0:
        mantissa //= 10
        places -= 1
    if places < 0:
        mantissa, places = mantissa * 10**-places, 0
    return (-mantissa if sign else mantissa), places


def _formula(field: str, cell: object) -> Fault:
    return fault("formula_cell", field, cell, "this is a formula, not a value", _FORMULA_HINT)


# ------------------------------------------------------------------------------------------------- dates and times


def read_day(cell: object, field: str) -> tuple[int, int | None] | Fault | None:
    """The day as a proleptic ordinal, and the time of day in microseconds where the cell has one.

    Midnight is no time of day: what spreadsheets and data frames write for a plain day.  Faults: ``formula_cell``,
    ``aware_datetime``, ``ambiguous_date``, ``bad_date``, ``bad_time``, ``float_refused``.
    """
    if isinstance(cell, dt.date):
        return _day_of_object(cell, field)
    if cell is None:
        return None
    text = _plain_text(cell)
    if text is None:
        code = "float_refused" if isinstance(cell, float) else "bad_date"
        return fault(code, field, cell, f"a {type(cell).__name__} is not a date", "pass a datetime.date or its text")
    return _day_of_text(text, field, cell) if text else None


def _day_of_object(cell: dt.date, field: str) -> tuple[int, int | None] | Fault | None:
    try:
        if not isinstance(cell, dt.datetime):
            return cell.toordinal(), None
        if cell.tzinfo is not None:
            return _aware(field, cell)
        return dt.date(cell.year, cell.month, cell.day).toordinal(), _microsecond(cell.time()) or None
    except Exception:  # noqa: BLE001  # subclasses such as a data frame's "not a time" answer to nothing
        return fault("bad_date", field, cell, "this is no day", "pass None for an empty cell")


def _day_of_text(text: str, field: str, cell: object) -> tuple[int, int | None] | Fault:
    found = _DAY.fullmatch(text)
    if found is not None:
        year, month, day = (int(part) for part in found.groups() if part and part not in "-/")
        if found[2] != "" or len(text) == 8:
            return _calendar_day(year, month, day, field, cell)
    both = _DAY_AND_TIME.fullmatch(text)
    if both is not None and _DAY.fullmatch(both[1]):
        return _day_and_time(both[1], both[2], field, cell)
    return _no_day(text, field, cell)


def _day_and_time(day_text: str, time_text: str, field: str, cell: object) -> tuple[int, int | None] | Fault:
    day = _day_of_text(day_text, field, cell)
    if isinstance(day, Fault):
        return day
    time = _time_of_text(time_text, field, cell)
    return time if isinstance(time, Fault) else (day[0], time or None)


def _calendar_day(year: int, month: int, day: int, field: str, cell: object) -> tuple[int, None] | Fault:
    try:
        return dt.date(year, month, day).toordinal(), None
    except ValueError:
        return fault("bad_date", field, cell, "the calendar has no such day", _DAY_HINT)


def _no_day(text: str, field: str, cell: object) -> Fault:
    if text[0] in "=@+-":
        return _formula(field, cell)
    if _DAY_LAST.fullmatch(text):
        return fault("ambiguous_date", field, cell, "day and month cannot be told apart", _DAY_HINT)
    narrow = normalize("NFKC", text)
    hint = f"type it in half-width digits: {narrow}" if narrow != text and _DAY.fullmatch(narrow) else _DAY_HINT
    return fault("bad_date", field, cell, "this is no date", hint)


def read_time(cell: object, field: str) -> int | Fault | None:
    """The microsecond of the day.  Faults: ``formula_cell``, ``aware_datetime``, ``bad_time``, ``float_refused``."""
    if isinstance(cell, dt.time):
        return _microsecond(cell) if cell.tzinfo is None else _aware(field, cell)
    if cell is None:
        return None
    text = _plain_text(cell)
    if text is None:
        code = "float_refused" if isinstance(cell, float) else "bad_time"
        return fault(code, field, cell, f"a {type(cell).__name__} is not a time", "pass a datetime.time or its text")
    return _time_of_text(text, field, cell) if text else None


def _time_of_text(text: str, field: str, cell: object) -> int | Fault:
    found = _TIME.fullmatch(text)
    if found is not None:
        hour, minute, second, part = (int(group or 0) for group in (found[1], found[2], found[3], "0"))
        if hour < 24 and minute < 60 and second < 60:
            part = int((found[4] or "").ljust(6, "0"))
            return ((hour * 60 + minute) * 60 + second) * 1_000_000 + part
        return fault("bad_time", field, cell, "the day has no such time", _TIME_HINT)
    if text[0] in "=@+-":
        return _formula(field, cell)
    if _ZONED.fullmatch(text):
        return _aware(field, cell)
    return fault("bad_time", field, cell, "this is no time of day", _TIME_HINT)


def _microsecond(time: dt.time) -> int:
    return ((time.hour * 60 + time.minute) * 60 + time.second) * 1_000_000 + time.microsecond


def _aware(field: str, cell: object) -> Fault:
    hint = "give the day, and the time apart, as they are in the time zone of the book"
    return fault("aware_datetime", field, cell, "a time with a zone is not a business date", hint)


# ---------------------------------------------------------------------------------------------------------- text


def read_text(cell: object, field: str) -> str | Fault | None:
    """Stripped text; an integer (a code of an item, a number of a document) is taken in its digits.

    Faults: ``formula_cell`` (a leading ``=`` or ``@``), ``float_refused``, ``not_text``, ``text_too_long``,
    ``unseen_character``.
    """
    if cell is None:
        return None
    text = _plain_text(cell)
    if text is None:
        code = "float_refused" if isinstance(cell, float) else "not_text"
        return fault(code, field, cell, f"a {type(cell).__name__} is not text", "turn it into text first")
    if not text:
        return None
    if text[0] in "=@":
        return _formula(field, cell)
    try:
        return check_text(text, field=field, limit=_LONGEST.get(field, _SHORT))
    except FieldError as error:
        return fault(error.code, field, cell, error.message, error.hint or "clean the cell")


def read_many_texts(cells: list[str]) -> list[str | None] | None:
    """``read_text`` for many cells of text at once; ``None`` if one of them is not plain enough for that."""
    if max(map(len, cells)) > _SHORT or list(map(str.strip, cells)) != cells:
        return None
    joined = "|".join(cells)
    if not joined.isprintable() or joined[:1] in ("=", "@") or "|=" in joined or "|@" in joined:
        return None
    return [cell or None for cell in cells]


def read_refs(cell: object, field: str) -> tuple[str, ...] | Fault:
    """The ids that a row refers to: text with ``;`` (or the full-width ``；``) between them, or a list of texts."""
    parts = _parts(cell, field)
    if isinstance(parts, Fault):
        return parts
    refs: list[str] = []
    for part in parts:
        ref = read_text(part, field)
        if isinstance(ref, Fault):
            return ref
        if ref is not None and ref not in refs:
            refs.append(ref)
    return tuple(refs)


def _parts(cell: object, field: str) -> Sequence[object] | Fault:
    if isinstance(cell, list | tuple):
        return cast("Sequence[object]", cell)
    if isinstance(cell, str):
        return cell.replace("；", ";").split(";")
    text = read_text(cell, field)
    return text if isinstance(text, Fault) else [text]


def _plain_text(cell: object) -> str | None:
    """The stripped text of text or of an integer; ``None`` for anything else."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, SupportsIndex) and not isinstance(cell, bool):
        try:
            return str(cell.__index__())
        except Exception:  # noqa: BLE001  # an array is no index, and a huge integer refuses to be text
            return None
    return None
