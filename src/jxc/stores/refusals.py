"""What a store answers when it may not write: the refusals that depend on what is there, the same in every store.

    there = {"period": Table, ...}         at least the rows that are written, and those that share unique cells
    check_writing(there, writing)          nothing, or the first refusal: new rows, then versions, then bounds

Invariant: kinds are looked at in the order of ``KINDS`` and rows in the order of their keys, so that the same changes
on the same rows are refused for the same reason wherever they are kept.

>>> from jxc.ports import Changes, PeriodRecord
>>> from jxc.stores.plans import plan_writing
>>> from jxc.stores.rows import forms
>>> there = {name: Table(form) for name, form in forms().items()}
>>> check_writing(there, plan_writing(Changes(put=(PeriodRecord("stock", "2026-01", "open", 2, {}),))))
Traceback (most recent call last):
...
jxc.errors.StoreError: it was changed meanwhile (period: ('stock', '2026-01')); read it again
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jxc.errors import StoreError
from jxc.stores.plans import Addition, Writing
from jxc.stores.rows import Row, RowKey
from jxc.stores.tables import Table

__all__ = ["already_there", "bound_passed", "check_writing", "summed", "version_conflict"]


def already_there(kind: str, key: RowKey | None = None) -> StoreError:
    """A record that should be new is there, or another with the same unique values."""
    return StoreError("already_there", "there is such a record", field=kind, value=key, kind=kind, key=key)


def version_conflict(kind: str, key: RowKey | None = None) -> StoreError:
    """The record is not of the version that the new one follows."""
    return StoreError(
        "version_conflict", "it was changed meanwhile", field=kind, value=key, hint="read it again", kind=kind, key=key
    )


def bound_passed(kind: str, key: RowKey | None = None, name: str = "a number") -> StoreError:
    """A field would come to lie outside its bounds, or outside 64 bits."""
    return StoreError("bound_passed", f"{name} would pass its bound", field=kind, value=key, kind=kind, key=key)


def check_writing(there: Mapping[str, Table], writing: Writing) -> None:
    """``StoreError`` ``already_there``, ``version_conflict``, ``bound_passed``; nothing is changed."""
    for name, rows in writing.insert.items():
        table = there[name]
        _check_new(table, [row for row in rows if table.form.key_of(row) in table.rows])
        _check_new(table, table.twins(rows))
    for name, rows in writing.put.items():
        table = there[name]
        for row in rows:
            _check_version(table, row)
        _check_new(table, table.twins(rows))
    for name, additions in writing.add.items():
        for each in additions:
            _check_bounds(there[name], each)


def summed(table: Table, addition: Addition) -> Row:
    """The row with the amounts added."""
    amounts = addition.amounts
    return tuple(
        cell + amounts[field.name] if isinstance(cell, int) and field.name in amounts else cell
        for field, cell in zip(table.form.fields, _present(table, addition.key), strict=True)
    )


def _check_new(table: Table, there: Sequence[Row]) -> None:
    if there:
        raise already_there(table.form.name, table.form.key_of(there[0]))


def _check_version(table: Table, row: Row) -> None:
    place = table.form.version
    if place is None:
        return
    key, wanted = table.form.key_of(row), row[place]
    there = table.rows.get(key)
    present = 0 if there is None else there[place]
    if not isinstance(wanted, int) or present != wanted - 1:
        raise version_conflict(table.form.name, key)


def _check_bounds(table: Table, addition: Addition) -> None:
    row = _present(table, addition.key)
    for name in addition.names:
        [place] = table.form.places((name,))
        present = row[place]
        if not isinstance(present, int) or not addition.fits(name, present):
            raise bound_passed(table.form.name, addition.key, name)


def _present(table: Table, key: RowKey) -> Row:
    """The row of that key, or one of zeros."""
    form = table.form
    values = dict(zip(form.kind.key, key, strict=True))
    return table.rows.get(key) or tuple(values.get(field.name, 0) for field in form.fields)
