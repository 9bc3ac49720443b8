"""Columns of cells become typed columns, exactly and fast; what cannot be read becomes a list of problems.

    {"date": ["2026-01-02", ...], "qty": ["10", "2.5", ...], ...}
        --parse_columns-->  ParsedColumns(date=[739618, ...], qty=[100, 25, ...], qty_places=1, ...)

Invariant: a row is either marked in ``bad`` and has an ``error`` in ``problems``, or every one of its cells was read
exactly.  No cell is guessed, none is dropped, and the same columns give the same problems in the same order.

Each column is read once per distinct cell, which makes a million rows of text cost about a second.  The checks of a
row run in this order, and the first that fails is the row's problem: type, date, time, item, qty, unit_cost, amount,
currency, rate, lot, expiry, place, to_place, uom, reason, ref, doc, id, sale_price, estimated, standard_qty_allowed.

>>> parsed = parse_columns(
...     {
...         "date": ["2026-01-02", "2026/1/3", "2026-02-30"],
...         "type": ["采购入库", "issue", "issue"],
...         "item": ["TEA", "TEA", "TEA"],
...         "qty": ["10", "2.5", "1"],
...         "amount": ["20.00", "", ""],
...     },
...     places=2,
... )
>>> parsed.type, parsed.qty, parsed.qty_places, parsed.amount
(['receipt', 'issue', 'issue'], [100, 25, 10], 1, [2000, None, None])
>>> [str(problem) for problem in parsed.problems], list(parsed.bad)
(["row 3: date '2026-02-30': the calendar has no such day; write year, month, day, such as 2026-01-31"], [0, 0, 1])
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import partial
from types import NoneType
from typing import Literal, TypeAlias, TypeVar, cast, overload

from jxc.edge.cells import (
    Fault,
    fault,
    read_day,
    read_many_amounts,
    read_many_texts,
    read_money,
    read_number,
    read_refs,
    read_text,
    read_time,
    shown,
)
from jxc.edge.distinct import ColumnReader, Where
from jxc.edge.words import REQUIRED, TYPES, VALUE_ONLY, column_name, flag_of, near_types, type_name
from jxc.errors import PolicyError, TableError
from jxc.kernel.exact import from_scaled
from jxc.kernel.rounding import Exact
from jxc.stock.problem import Problem

__all__ = ["MAX_PLACES", "ParsedColumns", "check_required", "note_unknown", "parse_columns"]

MAX_PLACES = 18
"""The most decimal places of a quantity, a unit cost or a rate."""

_T = TypeVar("_T")
_Number: TypeAlias = tuple[Exact, int]
_LARGE = 10**30
"""Integers below this take the short way; the limits of ``kernel.exact`` hold for all."""
_HINTED_TYPES = 20
"""How many unknown types get a hint of their own: it is slow to look for similar words, and all may be unknown."""

_NO_REFS: tuple[str, ...] = ()
_NO_DAY: tuple[int, int | None] = (1, None)
_SIGN_HINT = "say by the type of the row in which direction it goes"
_RED = {
    "receipt": "purchase_return",
    "issue": "sales_return",
    "adjust_in": "adjust_out",
    "adjust_out": "adjust_in",
    "purchase_return": "receipt",
    "sales_return": "issue",
    "scrap": "adjust_in",
    "assembly": "disassembly",
    "disassembly": "assembly",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedColumns:
    """Typed columns of equal length ``n``; a row marked in ``bad`` holds fillers and must be left out.

    A column that was not handed in, or is empty throughout, is not in ``given``; it holds ``None`` in every row
    (``refs``: the empty tuple; ``time``: the column itself is ``None``).
    """

    n: int
    date: list[int]
    """``datetime.date.toordinal()``."""
    time: list[int | None] | None
    """Microseconds since midnight, in the time zone of the book."""
    type: list[str]
    """Canonical names, see ``jxc.edge.words.TYPES``."""
    item: list[str | None]
    """``None`` only in a ``landed_cost``, whose receipts are named by ``refs``."""
    place: list[str | None]
    to_place: list[str | None]
    lot: list[str | None]
    expiry: list[int | None]
    """As ``date``."""
    qty: list[Exact]
    """In units of ``10**-qty_places``; 0 where a value-only type has none."""
    qty_places: int
    """The fewest decimal places that hold every quantity of the table."""
    uom: list[str | None]
    unit_cost: list[Fraction | None]
    """Money per unit of measure, in the major unit of the currency, unrounded."""
    amount: list[int | None]
    """Total of the line in minor units, ``10**-places``."""
    currency: list[str | None]
    rate: list[Decimal | None]
    """Book currency per unit of ``currency``."""
    reason: list[str | None]
    refs: list[tuple[str, ...]]
    doc: list[str | None]
    id: list[str | None]
    sale_price: list[Fraction | None]
    """What a unit was sold for (of a return: given back), without VAT."""
    estimated: list[bool]
    """Whether the price is an estimate (暂估)."""
    standard_qty_allowed: list[Fraction | None]
    """What the goods made should have taken, in the unit of the row."""
    given: frozenset[str]
    """The columns that have a cell which is not empty."""
    problems: list[Problem]
    """By row; rows count from 1."""
    bad: bytearray
    """1 for each row that has an error."""
    notes: list[Problem]
    """Remarks on the table as a whole (row 0, ``warning``), such as the columns that were not read."""


def parse_columns(
    columns: Mapping[str, Sequence[object]],
    *,
    places: int,
    zero: Literal["refuse", "ignore"] = "refuse",
    found: Iterable[Problem] = (),
    where: Where | None = None,
) -> ParsedColumns:
    """Read columns of text or objects; names of columns and types may be any word that ``jxc.edge.words`` lists.

    ``places`` are the decimals of the book's money.  ``zero`` says what a quantity of zero is: a problem, or a
    movement of nothing.  Rows of ``found`` (problems from reading the file) are not looked at again; their problems
    stand in the result.  ``where`` adds file and line to each problem.

    Raises ``TableError`` (``missing_column``, ``duplicate_column``, ``uneven_columns``, ``bad_column``) when the table
    as a whole cannot be read, and ``PolicyError`` for another word in ``zero``.
    """
    if zero not in ("refuse", "ignore"):
        raise PolicyError(
            "not_a_choice", "there is no such choice", field="zero", value=zero, hint="use refuse or ignore"
        )
    cells, unknown = _known_columns(columns)
    reader = ColumnReader(cells, len(cells["date"]), found, where)
    result = _read_all(reader, places, zero)
    result.notes.extend(unknown)
    return result


def _known_columns(columns: Mapping[str, Sequence[object]]) -> tuple[dict[str, list[object]], list[Problem]]:
    """The columns by canonical name, as lists of one length; and a note on those that nobody knows."""
    known: dict[str, list[object]] = {}
    unknown: list[str] = []
    for header, cells in columns.items():
        name = column_name(str(header))
        if name is None:
            unknown.append(str(header))
            continue
        if name in known:
            raise TableError(
                "duplicate_column",
                f"two columns are called {name}, or mean it",
                field=name,
                value=header,
                hint="keep one of them, and rename the other",
            )
        known[name] = _listed(cells, name)
    check_required(known, columns)
    _check_even(known)
    return known, [note_unknown(unknown)] if unknown else []


def _listed(cells: Iterable[object], name: str) -> list[object]:
    try:
        if not isinstance(cells, str | bytes):
            return list(cells)
    except TypeError:
        pass
    raise TableError("bad_column", "a column is a list of cells", field=name, value=shown(cells), hint="pass a list")


def check_required(known: Iterable[str], headers: Iterable[object]) -> None:
    """Raise ``TableError`` (``missing_column``) unless the columns that every table needs are there."""
    there = set(known)
    missing = [name for name in REQUIRED if name not in there]
    if missing:
        names = ", ".join(shown(header) for header in list(headers)[:30]) or "nothing"
        raise TableError(
            "missing_column",
            f"the table needs columns called {', '.join(REQUIRED)}; it lacks {', '.join(missing)} and has {names}",
            field=missing[0],
            hint="rename the columns, in English or Chinese; see the reference on table input for the names",
        )


def note_unknown(names: Sequence[str]) -> Problem:
    """The one note that lists the columns which were not read."""
    text = ", ".join(shown(name) for name in names[:30])
    return Problem(
        0,
        "unknown_columns",
        f"these columns are not read: {text}",
        "rename one that should be read",
        severity="warning",
    )


def _check_even(known: Mapping[str, list[object]]) -> None:
    lengths = {name: len(cells) for name, cells in known.items()}
    if len(set(lengths.values())) > 1:
        text = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise TableError(
            "uneven_columns", f"the columns differ in length: {text}", hint="give every column a cell for every row"
        )


def _read_all(reader: ColumnReader, places: int, zero: str) -> ParsedColumns:
    """Every column in the order of the checks; a later check skips the rows that an earlier one has marked."""
    text = partial(_texts, reader)
    types = reader.column("type", partial(_needed, _type_reader()), "").values()
    date, time = _when(reader)
    item = _items(reader, types)
    qty, qty_places = _quantities(reader, types, zero)
    unit_cost = _not_negative(reader, "unit_cost", "negative_cost", "a unit cost is never negative")
    amount = _amounts(reader, types, places)
    currency = reader.column("currency", _read_currency, None).values()
    rate = reader.column("rate", _read_rate, None).values()
    lot, expiry = text("lot"), reader.column("expiry", _read_expiry, None).values()
    place, to_place, uom, reason = text("place"), text("to_place"), text("uom"), text("reason")
    refs = reader.column("ref", read_refs, _NO_REFS).values()
    doc, ident = text("doc"), text("id")
    sale_price = _not_negative(reader, "sale_price", "negative_price", "a price is never negative")
    estimated = reader.column("estimated", _read_flag, False).values()
    allowed = _not_negative(reader, "standard_qty_allowed", "negative_quantity", "a quantity is never negative")
    return ParsedColumns(
        n=reader.n,
        date=date,
        time=time,
        type=types,
        item=item,
        place=place,
        to_place=to_place,
        lot=lot,
        expiry=expiry,
        qty=qty,
        qty_places=qty_places,
        uom=uom,
        unit_cost=unit_cost,
        amount=amount,
        currency=currency,
        rate=rate,
        reason=reason,
        refs=refs,
        doc=doc,
        id=ident,
        sale_price=sale_price,
        estimated=estimated,
        standard_qty_allowed=allowed,
        given=frozenset(reader.given),
        problems=sorted(reader.problems, key=lambda problem: problem.row),
        bad=reader.bad,
        notes=[],
    )


def _texts(reader: ColumnReader, field: str) -> list[str | None]:
    return reader.column(field, read_text, None, read_many_texts).values()


def _needed(read: Callable[[object, str], _T | Fault | None], cell: object, field: str) -> _T | Fault:
    value = read(cell, field)
    return _empty(field) if value is None else value


def _empty(field: str) -> Fault:
    return Fault("missing_field", f"{field} is empty: this field is needed", "fill it in", "")


def _type_reader() -> Callable[[object, str], str | Fault | None]:
    """Reads a type; looking for similar words is slow, so only the first unknown words get a hint of their own."""
    hinted = iter(range(_HINTED_TYPES))

    def read_type(cell: object, field: str) -> str | Fault | None:
        text = read_text(cell, field)
        if text is None or isinstance(text, Fault):
            return text
        name = type_name(text)
        if name is not None:
            return name
        near = near_types(text) if next(hinted, None) is not None else []
        hint = f"did you mean {' or '.join(near)}?" if near else f"use one of {', '.join(TYPES)}"
        return fault("unknown_type", field, cell, "there is no such type of movement", hint)

    return read_type


# ------------------------------------------------------------------------------------------------- when and what


def _when(reader: ColumnReader) -> tuple[list[int], list[int | None] | None]:
    """The days, and the times where there are any, from either column."""
    days = reader.column("date", partial(_needed, read_day), _NO_DAY)
    date = days.values_of(lambda day: day[0])
    time = reader.column("time", read_time, None).values()
    if any(day[1] is not None for day in days.seen()):
        stamps = days.values_of(lambda day: day[1])
        time = [stamp if given is None else given for stamp, given in zip(stamps, time, strict=True)]
        _check_times(reader, stamps, time)
        reader.given.add("time")
    return date, time if "time" in reader.given else None


def _check_times(reader: ColumnReader, stamps: list[int | None], time: list[int | None]) -> None:
    """A row may say its time in one column or the other, not two times."""
    for index, (stamp, given) in enumerate(zip(stamps, time, strict=True)):
        if stamp is not None and stamp != given and not reader.bad[index]:
            cell = reader.cells["time"][index]
            reader.add(index, "time", fault("time_conflict", "time", cell, "date holds another time", "keep one"))


def _items(reader: ColumnReader, types: list[str]) -> list[str | None]:
    items = reader.column("item", read_text, None, read_many_texts)
    values = items.values()
    if None in items.seen():
        for index, item in enumerate(values):
            if item is None and types[index] != "landed_cost" and not reader.bad[index]:
                reader.add(index, "item", _empty("item"))
    return values


# ------------------------------------------------------------------------------------------------------- numbers


def _quantities(reader: ColumnReader, types: list[str], zero: str) -> tuple[list[Exact], int]:
    """The quantities in one scale, the smallest that holds them all."""
    whole = _integers(reader, "qty")
    if whole is not None and min(whole, default=1) > 0:
        return [*whole], 0
    numbers = reader.column("qty", _read_number, None)
    places = max((number[1] for number in numbers.seen() if number is not None), default=0)

    def scaled(number: _Number | None) -> Exact:
        return 0 if number is None else number[0] * 10 ** (places - number[1])

    if any(number is None or number[0] <= 0 for number in numbers.seen()):
        _check_quantities(reader, types, numbers.values(), zero)
    return numbers.values_of(scaled), places


def _check_quantities(reader: ColumnReader, types: list[str], numbers: list[_Number | None], zero: str) -> None:
    for index, number in enumerate(numbers):
        if (number is None or number[0] <= 0) and not reader.bad[index]:
            found = _quantity_fault(reader.cells["qty"][index], number, types[index], zero)
            if found is not None:
                reader.add(index, "qty", found)


def _quantity_fault(cell: object, number: _Number | None, kind: str, zero: str) -> Fault | None:
    if number is None:
        return None if kind in VALUE_ONLY else _empty("qty")
    if number[0] < 0:
        red = f"a red document: give the quantity without its sign as {_RED[kind]}" if kind in _RED else "drop its sign"
        return fault("negative_quantity", "qty", cell, f"the quantity of type {kind} is never negative", red)
    if kind == "count" or kind in VALUE_ONLY or zero == "ignore":
        return None
    hint = "leave the row out, or have zero quantities ignored"
    return fault("zero_quantity", "qty", cell, f"type {kind} needs more than nothing", hint)


@overload
def _integers(reader: ColumnReader, field: str) -> list[int] | None: ...
@overload
def _integers(reader: ColumnReader, field: str, *, empty: bool) -> list[int | None] | None: ...
def _integers(reader: ColumnReader, field: str, *, empty: bool = False) -> list[int] | list[int | None] | None:
    """The column as it is, if it holds integers (and, where allowed, empty cells) and nothing else, none too long."""
    cells = reader.cells.get(field)
    kinds = {int, NoneType} if empty else {int}
    if not cells or not set(map(type, cells)) <= kinds or cells.count(None) == len(cells):
        return None
    numbers = cast("list[int]", cells)
    if max(filter(None, numbers), default=0) >= _LARGE or min(filter(None, numbers), default=0) <= -_LARGE:
        return None
    reader.given.add(field)
    return numbers


def _not_negative(reader: ColumnReader, field: str, code: str, reason: str) -> list[Fraction | None]:
    """The exact numbers of a column, none below zero."""

    def read(cell: object, field: str) -> Fraction | Fault | None:
        number = _read_number(cell, field)
        if number is None or isinstance(number, Fault):
            return number
        if number[0] < 0:
            return fault(code, field, cell, reason, _SIGN_HINT)
        return Fraction(number[0], 10 ** number[1])

    return reader.column(field, read, None).values()


def _read_flag(cell: object, field: str) -> bool | Fault:
    if isinstance(cell, bool):
        return cell
    text = read_text(cell, field)
    if text is None or isinstance(text, Fault):
        return False if text is None else text
    known = flag_of(text)
    if known is None:
        return fault("not_a_flag", field, cell, "this is neither yes nor no", "write yes or no (是, 否), or nothing")
    return known


def _amounts(reader: ColumnReader, types: list[str], places: int) -> list[int | None]:
    whole = _integers(reader, "amount", empty=True)
    if whole is not None and min(filter(None, whole), default=0) >= 0:
        scale = int(10**places)
        return [None if amount is None else amount * scale for amount in whole]
    amounts = reader.column(
        "amount", partial(read_money, places=places), None, partial(read_many_amounts, places=places)
    )
    values = amounts.values()
    if min(filter(None, amounts.seen()), default=0) < 0:
        for index, amount in enumerate(values):
            if amount is not None and amount < 0 and types[index] not in VALUE_ONLY and not reader.bad[index]:
                cell = reader.cells["amount"][index]
                reason = f"the amount of type {types[index]} is never negative"
                reader.add(index, "amount", fault("negative_amount", "amount", cell, reason, _SIGN_HINT))
    return values


def _read_number(cell: object, field: str) -> _Number | Fault | None:
    number = read_number(cell, field)
    if number is not None and not isinstance(number, Fault) and number[1] > MAX_PLACES:
        return fault("too_many_places", field, cell, f"more than {MAX_PLACES} decimal places", "round it first")
    return number


def _read_rate(cell: object, field: str) -> Decimal | Fault | None:
    number = _read_number(cell, field)
    if number is None or isinstance(number, Fault):
        return number
    mantissa, places = number
    if mantissa <= 0:
        code = "negative_rate" if mantissa < 0 else "zero_rate"
        return fault(code, field, cell, "a rate is more than zero", "give book currency per unit of currency")
    if isinstance(mantissa, Fraction):
        return fault("no_finite_decimal", field, cell, "this fraction has no finite decimal", "round it first")
    return from_scaled(mantissa, places)


def _read_expiry(cell: object, field: str) -> int | Fault | None:
    day = read_day(cell, field)
    if day is None or isinstance(day, Fault):
        return day
    if day[1] is not None:
        return fault("bad_date", field, cell, "an expiry date has no time of day", "give the last good day")
    return day[0]


def _read_currency(cell: object, field: str) -> str | Fault | None:
    text = read_text(cell, field)
    return text.upper() if isinstance(text, str) else text
