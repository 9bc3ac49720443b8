"""The tables, drawn from ``KINDS``: tenant first, then book, in every key, unique key and index.

    jxc_line    tenant, book, entry, ordinal | account, ...      one table a kind, its fields as columns
    jxc_series  tenant, book, series | last                      the numbers drawn
    jxc_hold    tenant, book, hold                               keys that are locked before their record is there
    jxc_purge   tenant, book                                     scopes being purged: what the triggers let pass

Invariant: an index holds only rows that it lists, where the engine can (SQLite, PostgreSQL); no table has a sequence, a
foreign key or a default, so that ids and values are what the caller said.

>>> tables = metadata(prefix="erp_", schema="books")
>>> tables.tables["books.erp_position"].primary_key.columns.keys()
['tenant', 'book', 'item', 'place', 'lot']
>>> [index.columns.keys() for index in tables.tables["books.erp_position"].indexes]
[['tenant', 'book', 'place', 'item', 'lot']]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Index, MetaData, PrimaryKeyConstraint, Table, and_
from sqlalchemy.types import TypeEngine

from jxc.errors import StoreError
from jxc.stores.rows import Form, FormField, forms
from jxc.stores.sql.build import OPTIONS
from jxc.stores.sql.types import Day, Document, Instant, Name, Whole, Words

__all__ = ["HEAD", "HOLDS", "PREFIX", "PURGES", "SCOPE_WIDTH", "SERIES", "check_name", "metadata"]

PREFIX = "jxc_"
HEAD = "0001"
"""The version of the tables that this jxc works with: the last step in ``migrations``."""
SERIES, HOLDS, PURGES = "series", "hold", "purge"
SCOPE_WIDTH = 64
_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")


def metadata(prefix: str = PREFIX, schema: str | None = None) -> MetaData:
    """The tables as SQLAlchemy knows them, for questions of your own; ``StoreError`` ``bad_name``."""
    check_name("prefix", prefix)
    if schema is not None:
        check_name("schema", schema)
    found = MetaData(schema=schema)
    for form in forms().values():
        _table(found, prefix, form)
    _plain(
        found, prefix, SERIES, Column("series", Name(), nullable=False), extra=Column("last", Whole(), nullable=False)
    )
    _plain(found, prefix, HOLDS, Column("hold", Name(64), nullable=False))
    _plain(found, prefix, PURGES)
    return found


def check_name(what: str, name: str) -> str:
    """A prefix or schema as all engines take it unquoted; ``StoreError`` ``bad_name``."""
    if not _NAME.fullmatch(name):
        raise StoreError("bad_name", "not a plain name in lower case", field=what, value=name)
    return name


def _scope() -> list[Column[Any]]:
    return [Column(name, Name(SCOPE_WIDTH), nullable=False) for name in ("tenant", "book")]


def _plain(found: MetaData, prefix: str, name: str, *key: Column[Any], extra: Column[Any] | None = None) -> None:
    columns = [*_scope(), *key]
    names = [column.name for column in columns]
    more = [] if extra is None else [extra]
    Table(prefix + name, found, *columns, *more, PrimaryKeyConstraint(*names, name=f"{prefix}{name}_pk"), **OPTIONS)


def _table(found: MetaData, prefix: str, form: Form) -> None:
    columns = [Column(field.name, _type(field), nullable=field.optional) for field in form.fields]
    key = PrimaryKeyConstraint("tenant", "book", *form.kind.key, name=f"{prefix}{form.name}_pk")
    table = Table(prefix + form.name, found, *_scope(), *columns, key, **OPTIONS)
    for name, names, unique in _indexes(form):
        columns = [table.c[each] for each in ("tenant", "book", *names)]
        optional = [table.c[each] for each in names if form.field(each).optional]
        where = and_(*(column.is_not(None) for column in optional)) if optional and not unique else None
        Index(f"{table.name}_{name}", *columns, unique=unique, sqlite_where=where, postgresql_where=where)


def _indexes(form: Form) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    """Name, fields, unique; an index that a unique one or the key serves as well is left out."""
    served = [form.kind.key, *form.kind.unique]
    for names in form.kind.unique:
        yield f"{'_'.join(names)}_u", names, True
    for name, index in form.kind.indexes.items():
        names = (*index.equal, *index.order)
        if names not in [each[: len(names)] for each in served]:
            yield f"{name}_i", names, False


def _type(field: FormField) -> TypeEngine[Any]:
    if field.sort == "text":
        return Name(field.width) if field.width else Words()
    types: dict[str, type[TypeEngine[Any]]] = {"whole": Whole, "day": Day, "instant": Instant, "json": Document}
    return types[field.sort]()
