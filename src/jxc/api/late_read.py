"""Rows that come later, read as rows of a book that stands: their references name rows of that book.

The new rows are read together with stand-ins for the standing rows that they name, by the same readers as any table or
list of facts, and then moved behind the rows of the book.

Invariant: what is read is complete or refused with the field, the value and the way out; the book is not touched.

>>> source = Stated([{"id": "GR-1", "item": "TEA"}])
>>> source[0]
{'id': 'GR-1', 'item': 'TEA'}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any, cast

from jxc.api.rows import Rows
from jxc.api.sources import Movements, listed, read_rows, readable_again
from jxc.costing.events import NO_DETAILS, Event, Scales
from jxc.costing.policy import Policy
from jxc.edge.csvfile import Table, join_tables
from jxc.edge.words import column_name
from jxc.errors import CurrencyError, FieldError, TableError
from jxc.frames import Held
from jxc.kernel.currencies import Currency
from jxc.kernel.exact import from_scaled
from jxc.kernel.rounding import Exact
from jxc.stock.base_facts import Fact
from jxc.stock.movement_facts import Issue
from jxc.stock.problem import Problem

__all__ = ["Stated", "Terms", "as_refusal", "read_late", "renumbered", "rescaled", "restated"]

_ROWS_OF_GOODS = frozenset(
    ("opening", "receipt", "adjust_in", "issue", "scrap", "adjust_out", "transfer", "sales_return", "purchase_return")
)


class Stated:
    """What was stated, by its place in the input: the dict, or the fact, of each row."""

    def __init__(self, movements: Movements) -> None:
        self.movements: Movements = readable_again(movements)
        self._columns = _columns_of(self.movements)
        self._listed = [] if self._columns is not None else [_copied(row) for row in listed(self.movements)]

    def __len__(self) -> int:
        return len(self._listed) if self._columns is None else max(map(len, self._columns.values()), default=0)

    def __getitem__(self, at: int) -> object:
        if self._columns is None:
            return self._listed[at]
        return {name: cells[at] for name, cells in self._columns.items()}


def _copied(row: object) -> object:
    """The same row, which its caller cannot change any more; facts cannot be changed anyway."""
    return dict(cast("Mapping[object, object]", row)) if isinstance(row, Mapping) else row


def _columns_of(movements: Movements) -> Mapping[str, Sequence[object]] | None:
    """The columns of a table or frame; ``None`` for a list of rows."""
    if isinstance(movements, Held):
        return movements.columns()
    if isinstance(movements, Mapping):
        columns = cast("Mapping[str, object]", movements)
        if any(isinstance(cells, str) or not hasattr(cells, "__len__") for cells in columns.values()):
            raise TableError(
                "not_movements", "a single row is no table of columns", value="dict", hint="put the row in a list"
            )
        return cast("Mapping[str, Sequence[object]]", movements)
    tables = cast("list[object]", movements) if isinstance(movements, list) else []
    if tables and all(isinstance(part, Table) for part in tables):
        return join_tables(cast("list[Table]", tables)).columns
    return None


@dataclass(frozen=True, slots=True)
class Terms:
    """How the rows of a book are read."""

    policy: Policy
    scales: Scales
    currency: Currency | None
    units: Mapping[str, Mapping[str, Fraction]]
    encoding: str | None


def read_late(
    stated: Sequence[object], known: Mapping[str, Event], first: int, terms: Terms, *, anew: str = ""
) -> tuple[list[list[Event]], tuple[Problem, ...]]:
    """The events of each new row, numbered from ``first``, and the warnings; ``known``: the rows of the book by id.

    ``anew``: the id of the fact that is stated anew, which nothing but itself may have.

    Raises ``FieldError`` with the code of the first problem that a reader finds, such as ``unknown_reference``.
    """
    _check_ids(stated, known, anew)
    named = [known[name] for name in dict.fromkeys(_names(stated)) if name in known and name != anew]
    facts = bool(stated) and all(isinstance(row, Fact) for row in stated)
    stated = stated if facts else [_plain_cells(row) for row in stated]
    stand_ins = [_fact(event) if facts else _row(event, terms.scales) for event in named]
    rows = read_rows(
        [*stand_ins, *stated], terms.policy, currency=terms.currency, units=terms.units, encoding=terms.encoding
    )
    if terms.currency is None and rows.currency is not None:
        raise CurrencyError(
            "mixed_currency",
            "the book was opened without a currency",
            field="currency",
            value=rows.currency.code,
            hint="name the currency of the book when it is opened",
        )
    for problem in rows.problems:
        if problem.severity == "error" and (problem.row == 0 or problem.row > len(named)):
            raise as_refusal(replace(problem, row=max(0, problem.row - len(named))))
    shown = (replace(problem, row=max(0, problem.row - len(named))) for problem in rows.problems)
    return _moved(rows, named, first, terms.scales, len(stated)), tuple(shown)


def as_refusal(problem: Problem) -> FieldError:
    """A problem of a row as the error that a single command raises."""
    return FieldError(
        problem.code, problem.message, field=problem.field, value=problem.value, hint=problem.hint, row=problem.row
    )


def _check_ids(stated: Sequence[object], known: Mapping[str, Event], anew: str) -> None:
    for number, row in enumerate(stated, 1):
        name = _id_of(row)
        if name in known and name != anew:
            raise FieldError(
                "duplicate_id",
                f"the book has a row {name} already",
                field="id",
                value=name,
                hint="give every row an id of its own, or change the row that has it",
                row=number,
            )


def _id_of(row: object) -> str:
    if isinstance(row, Fact):
        return row.id
    name = _cells(row).get("id")
    return "" if name is None else str(name).strip()


def _plain_cells(row: object) -> object:
    """A dict by the names of columns, so that it stands beside stand-ins; anything else is for the reader to refuse."""
    return _cells(cast("object", row)) if isinstance(row, Mapping) else row


def _cells(row: object) -> dict[str, object]:
    """The cells of a dict by the names of columns."""
    if not isinstance(row, Mapping):
        return {}
    found: dict[str, object] = {}
    for name, cell in cast("Mapping[object, object]", row).items():
        column = column_name(str(name)) or str(name)
        if column in found:
            hint = "leave one of them out"
            raise TableError("duplicate_column", f"two cells are called {column}", field=column, value=name, hint=hint)
        found[column] = cell
    return {name: cell for name, cell in found.items() if cell is not None}


def _names(stated: Sequence[object]) -> Iterable[str]:
    """The ids that rows refer to."""
    for row in stated:
        if isinstance(row, Fact):
            yield from row.refs
            yield from getattr(row, "cost_from", ())
            continue
        ref = _cells(row).get("ref", "")
        parts = cast("Iterable[object]", ref) if isinstance(ref, (list, tuple)) else str(ref).split(";")
        yield from (name for part in parts if (name := str(part).strip()))


def _fact(event: Event) -> Fact:
    """Stands in for a row of the book among facts, where a reference needs no more than its place."""
    return Issue(date=date.fromordinal(event.date), item=event.item or "-", qty=cast("Any", 1), id=event.id)


def _row(event: Event, scales: Scales) -> dict[str, object]:
    """Stands in for a row of the book in a table, where references ask for type and quantity."""
    kind = event.type if event.type in _ROWS_OF_GOODS else "receipt"
    qty = event.qty if event.qty > 0 else 1
    row: dict[str, object] = {"id": event.id, "date": date.fromordinal(event.date), "type": kind, "item": event.item}
    row["qty"] = from_scaled(qty, scales.qty_places) if isinstance(qty, int) else 1
    if kind == "transfer":
        row |= {"place": event.place, "to_place": event.to_place}
    return row | ({"amount": 0} if kind in ("opening", "receipt", "adjust_in") else {})


# -- into the book ----------------------------------------------------------------------------------------------------


def _moved(rows: Rows, named: Sequence[Event], first: int, scales: Scales, count: int) -> list[list[Event]]:
    """The rows behind the stand-ins by what was stated, with the numbers and the scale of the book."""
    fresh = range(len(named), rows.n)
    positions = {at: event.row for at, event in enumerate(named)} | {at: first + at - len(named) for at in fresh}
    by = Fraction(10) ** (scales.qty_places - rows.scales.qty_places)
    found: list[list[Event]] = [[] for _ in range(count)]
    for at, event in zip(fresh, rows.events(fresh), strict=True):
        found[rows.number[at] - len(named) - 1].append(renumbered(rescaled(event, by), positions))
    return found


def renumbered(event: Event, positions: Mapping[int, int]) -> Event:
    """The same row under another number, its references too."""
    event.row = positions[event.row]
    event.refs = tuple(positions[row] for row in event.refs)
    details = event.details
    if details.cost_from or details.batch is not None:
        batch = None if details.batch is None else f"{details.batch} at row {event.row + 1}"
        event.details = replace(details, cost_from=tuple(positions[row] for row in details.cost_from), batch=batch)
    return event


def rescaled(event: Event, by: Fraction | int) -> Event:
    """The same row with quantities counted in quanta of which ``by`` are one of those before."""
    if by == 1:
        return event
    event.qty = _times(event.qty, by)
    event.rate = None if event.rate is None else event.rate / by
    details = event.details
    if details == NO_DETAILS:
        return event
    match = details.lot_match
    event.details = replace(
        details,
        lots=tuple((lot, _times(qty, by)) for lot, qty in details.lots),
        received_qty=None if details.received_qty is None else _times(details.received_qty, by),
        standard_qty_allowed=None if details.standard_qty_allowed is None else _times(details.standard_qty_allowed, by),
        credit_price=None if details.credit_price is None else details.credit_price / by,
        lot_match=match if match is None or match.rate is None else replace(match, rate=match.rate / by),
    )
    return event


def _times(qty: Exact, by: Fraction | int) -> Exact:
    scaled = qty * by
    return scaled.numerator if scaled.denominator == 1 else scaled


# -- a row stated anew ------------------------------------------------------------------------------------------------


def restated(row: object, cells: Mapping[str, object]) -> object:
    """The dict or fact of a row with some fields stated anew; a new price replaces the old, however it was stated.

    Raises ``FieldError`` ``unknown_field`` for a field that such a row does not have.
    """
    cells = _fields(cells)
    if "unit_cost" in cells or "amount" in cells:
        cells = {"unit_cost": None, "amount": None} | cells
    if isinstance(row, Fact):
        missing = [name for name in cells if not hasattr(row, name)]
        stated = {name: cell for name, cell in cells.items() if name not in missing or cell is not None}
        _check_fields([name for name in missing if name in stated])
        return replace(row, **cast("dict[str, Any]", stated))
    known = {name: cells.get(name) for name in _cells(dict.fromkeys(cells, ""))}
    known |= {column_name(name) or name: cell for name, cell in cells.items()}
    _check_fields([name for name in known if column_name(name) is None])
    return _cells(row) | known


def _fields(cells: object) -> dict[str, object]:
    """The fields that are stated anew; raises ``FieldError`` if they are no mapping of names."""
    if not isinstance(cells, Mapping) or not all(
        isinstance(name, str) for name in cast("Mapping[object, object]", cells)
    ):
        hint = 'give a dict such as {"qty": 12}'
        raise FieldError("unknown_field", "what is stated anew is a mapping of fields", field="fields", hint=hint)
    fields = dict(cast("Mapping[str, object]", cells))
    if "id" in fields and not str(fields["id"] or "").strip():
        raise FieldError("missing_field", "a fact cannot lose its id", field="id", hint="give another id, or leave it")
    return fields


def _check_fields(unknown: Sequence[str]) -> None:
    if unknown:
        raise FieldError(
            "unknown_field", "such a row has no such field", field=unknown[0], hint="use the names of the table or fact"
        )
