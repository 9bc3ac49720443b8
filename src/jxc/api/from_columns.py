"""A table that was read becomes the rows of a book: references found, prices turned into money, units into base units.

The checks of a row, in this order: ``duplicate_id``, ``unknown_reference``, what its type needs, unit, currency.  The
first that fails is the row's problem, and the row is left out.

Invariant: no row is guessed: an amount in another currency needs its rate, a quantity in another unit its factor.

>>> from jxc.edge.columns import parse_columns
>>> table = {"date": ["2026-01-05"], "type": ["receipt"], "item": ["TEA"], "qty": ["10"], "unit_cost": ["0.333"]}
>>> rows = rows_from_columns(parse_columns(table, places=2), currency=None, money_places=2, rounding=CostRounding())
>>> rows.qty, rows.amount
([10], [333])
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from jxc.api.rows import MADE_TYPES, Rows
from jxc.costing.events import IN_TYPES, NO_DETAILS, Details, Foreign, Scales
from jxc.costing.intake import line_amount
from jxc.costing.layers import Rounder
from jxc.costing.policy import CostRounding
from jxc.edge.columns import ParsedColumns
from jxc.kernel.currencies import Currencies, Currency
from jxc.kernel.rounding import Exact
from jxc.stock.problem import Problem

__all__ = ["Units", "rows_from_columns"]

Units = Mapping[str, Mapping[str, Fraction]]
"""item -> unit -> how many base units one of it is; the base unit itself need not be listed."""

_ISO = Currencies.iso()
_PRICE_ONLY = frozenset({"standard_price", "count", "write_down", "write_down_reversal"})
_COSTED_HERE = frozenset({"issue", "scrap", "adjust_out", "transfer"})
_VALUE_TYPES = frozenset({"landed_cost", "revalue"})


@dataclass(slots=True)
class _Reader:
    parsed: ParsedColumns
    rows: Rows
    rounder: Rounder
    units: Units

    def refuse(self, row: int, code: str, message: str, hint: str, field: str, value: object = None) -> None:
        shown = None if value is None else str(value)
        text = f"{field}: {message}" if shown is None else f"{field} {shown!r}: {message}"
        self.rows.refuse(row, Problem(row + 1, code, text, hint, field, shown))


def rows_from_columns(
    parsed: ParsedColumns,
    *,
    currency: Currency | None,
    money_places: int,
    rounding: CostRounding,
    units: Units | None = None,
    priced: bool = False,
) -> Rows:
    """The rows of a book from the columns of a table; ``money_places`` is the scale of ``parsed.amount`` too.

    ``priced``: whether costs depend on what goods sold for.
    """
    scales = Scales(money_places, parsed.qty_places)
    rows = Rows(
        scales=scales,
        currency=currency,
        number=list(range(1, parsed.n + 1)),
        type=parsed.type,
        date=parsed.date,
        time=parsed.time,
        item=parsed.item,
        place=parsed.place,
        qty=parsed.qty,
        amount=list(parsed.amount) if "amount" in parsed.given else [None] * parsed.n,
        id=parsed.id,
        reason=parsed.reason,
        doc=parsed.doc,
        to_place=parsed.to_place,
        lot=parsed.lot,
        expiry=parsed.expiry,
        bad=bytearray(parsed.bad),
        problems=list(parsed.problems),
        places_given="place" in parsed.given,
        lots_given="lot" in parsed.given,
    )
    reader = _Reader(parsed, rows, Rounder(rounding, scales), units or {})
    _references(reader)
    _needs(reader)
    _note_costs_of_issues(reader)
    _units(reader)
    _prices(reader)
    _more(reader, priced=priced)
    return rows


# -- references -------------------------------------------------------------------------------------------------------


def _references(reader: _Reader) -> None:
    """Ids become positions; an id that stands twice, or a reference to none, is a problem of its row."""
    parsed, rows = reader.parsed, reader.rows
    by_id: dict[str, int] = {}
    if "id" in parsed.given:
        by_id = dict(zip(reversed(parsed.id), range(parsed.n - 1, -1, -1), strict=True))  # type: ignore[arg-type]
        by_id.pop(None, None)  # type: ignore[call-overload]
        if len(by_id) < parsed.n:
            _duplicates(reader, by_id)
    if "ref" not in parsed.given:
        return
    for row, names in enumerate(parsed.refs):
        if not names or rows.bad[row]:
            continue
        unknown = [name for name in names if name not in by_id]
        if unknown:
            hint = "give the id of a row in this book"
            reader.refuse(row, "unknown_reference", "no row has this id", hint, "ref", unknown[0])
            continue
        refs = tuple(by_id[name] for name in names)
        if row in refs:
            reader.refuse(row, "unknown_reference", "a row cannot refer to itself", "name another row", "ref", names[0])
        else:
            rows.refs[row] = refs


def _duplicates(reader: _Reader, by_id: dict[str, int]) -> None:
    for row, name in enumerate(reader.parsed.id):
        if name is not None and by_id[name] != row and not reader.rows.bad[row]:
            first = by_id[name] + 1
            reader.refuse(row, "duplicate_id", f"row {first} has this id already", "give every row its own", "id", name)


# -- what a type needs ------------------------------------------------------------------------------------------------


def _needs(reader: _Reader) -> None:
    """What the type of a row asks for beyond date, item and quantity."""
    rows = reader.rows
    others = set(rows.type) - {"opening", "receipt", "issue", "scrap", "adjust_in", "adjust_out", "count"}
    if not others and not rows.refs:
        return
    for row, kind in enumerate(rows.type):
        if rows.bad[row] or (kind not in others and row not in rows.refs):
            continue
        _needs_of(reader, row, kind)


def _needs_of(reader: _Reader, row: int, kind: str) -> None:
    parsed, rows = reader.parsed, reader.rows
    amount, unit_cost = parsed.amount[row], parsed.unit_cost[row]
    if kind == "transfer":
        to_place = rows.to_place[row]
        if to_place is None:
            reader.refuse(row, "missing_field", "a transfer needs a destination", "fill in to_place", "to_place")
        elif to_place == rows.place[row]:
            hint = "name another place, or leave the row out"
            reader.refuse(row, "same_place", "a transfer goes to another place", hint, "to_place", to_place)
    elif kind in _VALUE_TYPES and amount is None:
        reader.refuse(row, "missing_field", f"a {kind} needs an amount", "fill in amount", "amount")
    elif kind == "landed_cost" and row not in rows.refs and rows.item[row] is None:
        hint = "give the ids of the receipts in ref, or an item on hand"
        reader.refuse(row, "missing_field", "what does the charge belong to?", hint, "ref")
    elif kind == "invoice_price_change" and row not in rows.refs:
        reader.refuse(row, "missing_field", "which receipt is invoiced?", "give its id in ref", "ref")
    elif kind == "invoice_price_change" and amount is None and unit_cost is None:
        hint = "give the new total in amount, or unit_cost"
        reader.refuse(row, "missing_field", "the invoice states no price", hint, "amount")
    elif kind == "standard_price" and unit_cost is None:
        reader.refuse(row, "missing_field", "the new standard cost is missing", "fill in unit_cost", "unit_cost")
    elif kind.startswith("write_down") and amount is None and unit_cost is None:
        hint = "give amount, or the net realisable value of one unit in unit_cost"
        reader.refuse(row, "missing_field", "how far down?", hint, "amount")
    elif kind in MADE_TYPES and row not in rows.refs:
        hint = "give the ids of the issue rows in ref"
        reader.refuse(row, "missing_field", f"what was consumed in this {kind}?", hint, "ref")


def _note_costs_of_issues(reader: _Reader) -> None:
    """What goes out costs what costing finds; a cost stated there is not read, and that is said once."""
    parsed = reader.parsed
    priced = {kind for kind, amount in zip(parsed.type, parsed.amount, strict=True) if amount is not None}
    if "unit_cost" in parsed.given:
        priced |= {kind for kind, cost in zip(parsed.type, parsed.unit_cost, strict=True) if cost is not None}
    if priced.isdisjoint(_COSTED_HERE):
        return
    stated = [
        row + 1
        for row, (kind, amount, unit_cost) in enumerate(zip(parsed.type, parsed.amount, parsed.unit_cost, strict=True))
        if kind in _COSTED_HERE and (amount is not None or unit_cost is not None)
    ]
    if stated:
        message = f"{len(stated)} rows that take goods out state a cost, the first is row {stated[0]}: it is not read"
        hint = "leave it empty; a sale price belongs in another column"
        reader.rows.problems.append(Problem(0, "stated_cost_not_read", message, hint, severity="warning"))


# -- units ------------------------------------------------------------------------------------------------------------


def _units(reader: _Reader) -> None:
    """Quantities in base units; an item with one unit throughout is counted in that."""
    parsed = reader.parsed
    if "uom" not in parsed.given:
        return
    first: dict[str | None, str] = {}
    qty: list[Exact] = list(parsed.qty)
    for row, uom in enumerate(parsed.uom):
        item = parsed.item[row]
        if uom is None or reader.rows.bad[row]:
            continue
        factors = reader.units.get(item or "")
        if factors is None:
            if first.setdefault(item, uom) != uom:
                hint = f"say how many {first[item]} one {uom} of {item} is, in units"
                reader.refuse(row, "unknown_unit", f"{item} was counted in {first[item]} before", hint, "uom", uom)
        elif uom in factors:
            qty[row] = _whole(qty[row] * factors[uom])
        elif uom != first.setdefault(item, uom):
            hint = f"add {uom} to the units of {item}"
            reader.refuse(row, "unknown_unit", "this item has no such unit", hint, "uom", uom)
    reader.rows.qty = qty


def _whole(number: Exact) -> Exact:
    return number.numerator if number.denominator == 1 else number


def _factor(reader: _Reader, row: int) -> Fraction:
    uom, item = reader.parsed.uom[row], reader.parsed.item[row]
    return reader.units.get(item or "", {}).get(uom or "", Fraction(1))


# -- prices -----------------------------------------------------------------------------------------------------------


def _prices(reader: _Reader) -> None:
    """Amounts in minor units of the book's currency; unit costs and details of the rows that need them."""
    parsed, rows = reader.parsed, reader.rows
    foreign = bool({"currency", "rate"} & parsed.given)
    if foreign:
        _foreign(reader)
    if "unit_cost" in parsed.given:
        _from_unit_costs(reader)
    _whole_disassemblies(reader)
    for row, refs in list(rows.refs.items()):
        if not rows.bad[row]:
            _made_from(reader, row, refs)
    if set(rows.type) & {"purchase_return", "write_down", "write_down_reversal", "invoice_price_change"}:
        _special(reader)


def _from_unit_costs(reader: _Reader) -> None:
    """Quantity x unit cost, rounded once, where the line states no amount."""
    parsed, rows, rounder = reader.parsed, reader.rows, reader.rounder
    money, quanta = 10**rows.scales.money_places, 10**rows.scales.qty_places
    plain = rounder.rule != "none" and rounder.mode == "half_up" and "uom" not in parsed.given
    price_only = bool(_PRICE_ONLY & set(rows.type))
    scaled: dict[Fraction, tuple[int, int]] = {}
    amount, foreign = rows.amount, rows.details
    for row, (unit_cost, given, qty) in enumerate(zip(parsed.unit_cost, amount, parsed.qty, strict=True)):
        if unit_cost is None:
            continue
        if row in foreign or not plain or price_only or given is not None or rows.refs:
            _one_price(reader, row, unit_cost)
            continue
        pair = scaled.get(unit_cost)
        if pair is None:
            pair = scaled[unit_cost] = (unit_cost.numerator * money * 2, unit_cost.denominator * quanta)
        if type(qty) is int:
            amount[row] = (pair[0] * qty + pair[1]) // (2 * pair[1])
        else:
            _one_price(reader, row, unit_cost)


def _one_price(reader: _Reader, row: int, unit_cost: Fraction) -> None:
    parsed, rows = reader.parsed, reader.rows
    details = rows.details.get(row)
    rate = details.foreign.rate if details is not None and details.foreign is not None else None
    kind = rows.type[row]
    priced_by_unit = kind in _PRICE_ONLY or (kind == "invoice_price_change" and not parsed.qty[row])
    if rows.amount[row] is None and not priced_by_unit:
        rows.amount[row] = line_amount(reader.rounder, rows.scales, parsed.qty[row], unit_cost=unit_cost, rate=rate)
    per_base = unit_cost * (rate if rate is not None else 1) / _factor(reader, row)
    rows.rate[row] = rows.scales.rate(per_base)


def _foreign(reader: _Reader) -> None:
    """A row in another currency than the book's needs its rate; its amount is turned into book currency."""
    parsed, rows = reader.parsed, reader.rows
    book = rows.currency.code if rows.currency is not None else None
    for row in range(parsed.n):
        code, rate = parsed.currency[row], parsed.rate[row]
        if (code is None and rate is None) or rows.bad[row]:
            continue
        if code is None:
            reader.refuse(row, "rate_without_currency", "a rate of which currency?", "fill in currency", "rate", rate)
        elif code == book:
            if rate is not None and rate != 1:
                hint = "leave the rate out, or name the foreign currency"
                reader.refuse(row, "rate_of_book_currency", f"{code} is the currency of the book", hint, "rate", rate)
        elif code not in _ISO and rate is None:
            hint = "give the code of ISO 4217, or a rate with a code of your own"
            reader.refuse(row, "unknown_currency", "there is no such currency", hint, "currency", code)
        elif rate is None:
            hint = f"give the rate: how many {book or 'units of the book currency'} one {code} is"
            reader.refuse(
                row, "mixed_currency", f"the book is kept in {book or 'another currency'}", hint, "currency", code
            )
        else:
            _convert(reader, row, code, Fraction(rate))


def _convert(reader: _Reader, row: int, code: str, rate: Fraction) -> None:
    parsed, rows = reader.parsed, reader.rows
    rows.line_currency[row] = code
    stated = parsed.amount[row]
    amount = None if stated is None else Fraction(stated, 10**rows.scales.money_places)
    rows.details[row] = Details(
        foreign=Foreign(currency=code, rate=rate, unit_cost=parsed.unit_cost[row], amount=amount)
    )
    if amount is not None:
        rows.amount[row] = line_amount(reader.rounder, rows.scales, parsed.qty[row], amount=amount, rate=rate)


def _whole_disassemblies(reader: _Reader) -> None:
    """Goods taken apart share the cost by their amounts, or all by their quantities, never by a mixture."""
    rows = reader.rows
    if "disassembly" not in rows.type:
        return
    groups: dict[tuple[int, ...], list[int]] = {}
    for row, refs in rows.refs.items():
        if rows.type[row] == "disassembly" and not rows.bad[row]:
            groups.setdefault(refs, []).append(row)
    for group in groups.values():
        if len({rows.amount[row] is None for row in group}) > 1:
            for row in group:
                message = "some goods of this disassembly state an amount and some none"
                reader.refuse(row, "weights_incomplete", message, "give all of them an amount, or none", "amount")


def _made_from(reader: _Reader, row: int, refs: tuple[int, ...]) -> None:
    """Goods that were made: their cost is that of the rows referred to, plus the amount added."""
    rows = reader.rows
    kind = rows.type[row]
    from_issues = all(rows.type[ref] == "issue" for ref in refs)
    made = kind in MADE_TYPES or (kind in IN_TYPES and from_issues and rows.amount[row] is None)
    if not made:
        return
    if not all(rows.type[ref] in ("issue", "scrap", "adjust_out") for ref in refs):
        hint = "refer to the issue rows of what was consumed"
        reader.refuse(row, "wrong_reference", f"a {kind} is made from goods that were issued", hint, "ref")
        return
    del rows.refs[row]
    amount, weight = rows.amount[row], None
    if kind == "disassembly":
        weight = Fraction(amount if amount is not None else rows.qty[row])
    rows.details[row] = Details(
        cost_from=refs, add_amount=0 if kind == "disassembly" else amount or 0, share_weight=weight
    )
    rows.amount[row] = None


_READ_OF = {
    "sale_price": frozenset({"issue", "sales_return"}),
    "estimated": frozenset({"opening", "receipt", "adjust_in"}),
    "standard_qty_allowed": frozenset({"issue"}),
}
"""Of which types the columns that only some methods need are read."""


def _more(reader: _Reader, *, priced: bool) -> None:
    """What only some methods need: sale prices, estimates, standard quantities."""
    parsed, rows = reader.parsed, reader.rows
    for name in _READ_OF:
        if name in parsed.given:
            _note_not_read(reader, name)
    if "estimated" in parsed.given:
        for row in _rows_with(reader, "estimated"):
            rows.details[row] = replace(rows.details.get(row, NO_DETAILS), estimated=True)
    if priced and "sale_price" in parsed.given:
        for row in _rows_with(reader, "sale_price"):
            details = rows.details.get(row, NO_DETAILS)
            rate = parsed.rate[row] if row in rows.line_currency else None
            price = (parsed.sale_price[row] or Fraction(0)) * Fraction(rate or 1) / _factor(reader, row)
            rows.details[row] = replace(details, sale_price=price)
    if "standard_qty_allowed" in parsed.given:
        for row in _rows_with(reader, "standard_qty_allowed"):
            allowed = (parsed.standard_qty_allowed[row] or Fraction(0)) * _factor(reader, row)
            details = rows.details.get(row, NO_DETAILS)
            rows.details[row] = replace(details, standard_qty_allowed=_whole(rows.scales.qty(allowed)))


def _rows_with(reader: _Reader, name: str) -> list[int]:
    """The rows that say something in a column, of the types that it is read of."""
    cells, rows, types = getattr(reader.parsed, name), reader.rows, _READ_OF[name]
    return [
        row
        for row, (cell, kind) in enumerate(zip(cells, rows.type, strict=True))
        if cell is not None and cell is not False and kind in types and not rows.bad[row]
    ]


def _note_not_read(reader: _Reader, name: str) -> None:
    """Say once of a column that it is filled in where it means nothing."""
    cells, types = getattr(reader.parsed, name), _READ_OF[name]
    found = [
        row + 1
        for row, (cell, kind) in enumerate(zip(cells, reader.rows.type, strict=True))
        if cell is not None and cell is not False and kind not in types and not reader.rows.bad[row]
    ]
    if found:
        message = f"{len(found)} rows state {name} and are of a type that has none, the first is row {found[0]}"
        hint = f"it is read of {', '.join(sorted(types))}; leave it empty elsewhere"
        reader.rows.problems.append(Problem(0, "not_read_here", message, hint, name, severity="warning"))


def _special(reader: _Reader) -> None:
    parsed, rows = reader.parsed, reader.rows
    for row, kind in enumerate(rows.type):
        if kind == "purchase_return" and not rows.bad[row]:
            amount = rows.amount[row]
            if amount is not None and rows.qty[row]:
                details = rows.details.get(row, NO_DETAILS)
                rows.details[row] = replace(details, credit_price=Fraction(amount) / rows.qty[row])
        elif kind == "invoice_price_change" and not rows.bad[row]:
            _part_invoice(reader, row)
        elif kind.startswith("write_down") and parsed.unit_cost[row] is not None:
            rows.amount[row] = None


def _part_invoice(reader: _Reader, row: int) -> None:
    """An invoice of fewer units than the receipt it names bills those units, not the whole."""
    rows = reader.rows
    refs = rows.refs.get(row, ())
    if len(refs) == 1 and rows.qty[row] and rows.qty[row] != rows.qty[refs[0]]:
        rows.details[row] = replace(rows.details.get(row, NO_DETAILS), direction="bill")
