"""Movements in any form become the rows of one book.

A path, the bytes of a file or a stream is CSV; a list of paths, or of tables that ``read_csv`` read, is one book, in
the order given.  A mapping is columns.  A list holds dicts (keys are column names) or facts.  Anything else is asked to
be a dataframe, with the extra ``frames``.

The currency of the book is the one handed in; else the one that rows without a rate name first; else it is not known,
and amounts have two places.

>>> rows = read_rows(
...     [{"date": "2026-01-05", "type": "issue", "item": "TEA", "qty": 1}],
...     Policy(),
...     currency="CNY",
...     units={},
...     encoding=None,
... )
>>> rows.n, rows.currency.code
(1, 'CNY')
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias, cast

from jxc.api.from_columns import rows_from_columns
from jxc.api.from_facts import rows_from_facts
from jxc.api.rows import Rows
from jxc.costing.policy import Policy
from jxc.edge.columns import ParsedColumns, parse_columns
from jxc.edge.csvfile import Table, join_tables, parse_table, read_csv
from jxc.edge.words import column_name
from jxc.errors import CurrencyError, TableError
from jxc.frames import hold
from jxc.kernel.currencies import Currency
from jxc.kernel.currencies import currency as currency_named
from jxc.stock.base_facts import Fact

__all__ = ["Movements", "listed", "read_rows", "readable_again"]

Movements: TypeAlias = object
"""What ``value`` takes; see the module."""


def read_rows(
    movements: Movements,
    policy: Policy,
    *,
    currency: str | Currency | None,
    units: Mapping[str, Mapping[str, Fraction]],
    encoding: str | None,
) -> Rows:
    """The rows of a book from movements in any form."""
    tables = _tables(movements, encoding)
    if tables is not None:
        return _from_table(join_tables(tables), policy, currency, units)
    if isinstance(movements, Mapping):
        return _from_columns(cast("Mapping[str, Sequence[object]]", movements), policy, currency, units)
    if _is_frame(movements):
        return _from_frame(movements, policy, currency, units)
    rows = listed(movements)
    if rows and all(isinstance(row, Fact) for row in rows):
        facts = cast("list[Fact]", rows)
        book = _book_currency(currency, _stated_in(facts))
        return rows_from_facts(facts, currency=book, money_places=_places(book, policy), policy=policy, units=units)
    return _from_columns(_columns_of(rows), policy, currency, units)


def _from_table(
    table: Table, policy: Policy, currency: str | Currency | None, units: Mapping[str, Mapping[str, Fraction]]
) -> Rows:
    book = _book_currency(currency, _stated(table.columns))
    places = _places(book, policy)
    parsed = parse_table(table, places=places, zero=policy.zero_quantity)
    rows = _rows_of(parsed, book, places, policy, units)
    rows.problems = [*parsed.notes, *rows.problems]
    rows.where = table.where
    return rows


def _from_columns(
    columns: Mapping[str, Sequence[object]],
    policy: Policy,
    currency: str | Currency | None,
    units: Mapping[str, Mapping[str, Fraction]],
) -> Rows:
    book = _book_currency(currency, _stated(columns))
    places = _places(book, policy)
    parsed = parse_columns(columns, places=places, zero=policy.zero_quantity)
    rows = _rows_of(parsed, book, places, policy, units)
    rows.problems = [*parsed.notes, *rows.problems]
    return rows


def _rows_of(
    parsed: ParsedColumns,
    book: Currency | None,
    places: int,
    policy: Policy,
    units: Mapping[str, Mapping[str, Fraction]],
) -> Rows:
    return rows_from_columns(
        parsed,
        currency=book,
        money_places=places,
        rounding=policy.rounding,
        units=units,
        priced=policy.goes_by_price,
    )


def _tables(movements: Movements, encoding: str | None) -> list[Table] | None:
    """The CSV files handed in, read; ``None`` if it is something else."""
    if isinstance(movements, (str, Path, bytes)) or hasattr(movements, "read"):
        return [read_csv(cast("Any", movements), encoding=encoding)]
    if isinstance(movements, (list, tuple)):
        listed = cast("Sequence[object]", movements)
        if listed and all(isinstance(each, (str, Path, Table)) for each in listed):
            parts = cast("Sequence[str | Path | Table]", listed)
            return [part if isinstance(part, Table) else read_csv(part, encoding=encoding) for part in parts]
    return None


def readable_again(movements: Movements, *, encoding: str | None = None) -> Movements:
    """The same movements in a form that can be read more than once: files, streams, frames read, generators listed."""
    tables = _tables(movements, encoding)
    if tables is not None:
        return tables
    if _is_frame(movements):
        return hold(movements)
    return list(cast("Iterator[object]", movements)) if isinstance(movements, Iterator) else movements


def _is_frame(movements: Movements) -> bool:
    """Whether it is a dataframe: anything that has columns and is not a plain container."""
    kind = type(movements)  # to ask a lazy frame itself for its columns may run it
    return not issubclass(kind, (list, tuple)) and (hasattr(kind, "columns") or hasattr(kind, "column_names"))


def _from_frame(
    movements: Movements,
    policy: Policy,
    currency: str | Currency | None,
    units: Mapping[str, Mapping[str, Fraction]],
) -> Rows:
    held = hold(movements)
    rows = _from_columns(held.columns(), policy, currency, units)
    rows.frame = held
    rows.problems = [
        replace(problem, hint=held.float_hint(problem.field or "")) if problem.code == "float_refused" else problem
        for problem in rows.problems
    ]
    return rows


def listed(movements: Movements) -> list[object]:
    """The rows of a list; raises ``TableError`` ``not_movements`` for what is none."""
    if isinstance(movements, Iterable):
        return list(cast("Iterable[object]", movements))
    raise TableError(
        "not_movements",
        "this is nothing that movements can be read from",
        value=type(movements).__name__,
        hint="hand in a path, a list of dicts or facts, a dict of columns, or a dataframe",
    )


def _columns_of(rows: list[object]) -> dict[str, list[object]]:
    """The dicts of a list as columns; a key that some row lacks is empty there."""
    for number, row in enumerate(rows, 1):
        if not isinstance(row, Mapping):
            raise TableError(
                "not_a_row",
                f"row {number} is neither a dict nor a fact",
                value=type(row).__name__,
                hint="make every row a dict with the names of columns as keys, or every row a fact",
            )
    dicts = cast("list[Mapping[str, object]]", rows)
    names = list(dict.fromkeys(name for row in dicts for name in row))
    columns: dict[str, list[object]] = {name: [row.get(name) for row in dicts] for name in names}
    if "ref" in columns or "refs" in columns:
        name = "ref" if "ref" in columns else "refs"
        columns[name] = [_joined(ref) for ref in columns[name]]
    if not rows:
        columns = {"date": [], "type": [], "item": [], "qty": []}
    return columns


def _joined(ref: object) -> object:
    """A list of ids as a cell of a table has them."""
    return ";".join(map(str, cast("Sequence[object]", ref))) if isinstance(ref, (list, tuple)) else ref


def _stated_in(facts: Sequence[Fact]) -> list[str]:
    """The currencies of the facts that name one and no rate."""
    return [code for fact in facts if (code := getattr(fact, "currency", None)) and not getattr(fact, "rate", None)]


def _stated(columns: Mapping[str, Sequence[object]]) -> list[str]:
    """The currencies of the rows that name one and no rate."""
    by_name = {column_name(str(name)): cells for name, cells in columns.items()}
    codes, rates = by_name.get("currency"), by_name.get("rate")
    if codes is None:
        return []
    if rates is not None:
        codes = [code for code, rate in zip(codes, rates, strict=False) if rate is None or not str(rate).strip()]
    return list(dict.fromkeys(text for code in codes if code is not None and (text := str(code).strip())))


def _book_currency(given: str | Currency | None, stated: Sequence[str]) -> Currency | None:
    if given is not None:
        return currency_named(given)
    for code in stated:
        try:
            return currency_named(code)
        except CurrencyError:
            continue
    return None


def _places(book: Currency | None, policy: Policy) -> int:
    if policy.rounding.money_places is not None:
        return policy.rounding.money_places
    return 2 if book is None else book.places
