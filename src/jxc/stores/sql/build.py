"""Tables from their short description in a step of ``migrations``.

    "id name, number whole, reverses name?, body json"      column and type; ``?`` may be empty; ``name64``: shorter

Invariant: the words of a description mean the same for ever, so that an old step makes what it always made.

>>> [(column.name, column.nullable, column.type.width) for column in columns("id name64, reverses name?")]
[('id', False, 64), ('reverses', True, 200)]
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

from jxc.stores.sql.types import Day, Document, Instant, Name, Whole, Words

__all__ = ["OPTIONS", "columns", "make_tables"]

OPTIONS: Mapping[str, Any] = {
    "sqlite_strict": True,
    "sqlite_with_rowid": False,
    "mysql_engine": "InnoDB",
    "mysql_charset": "utf8mb4",
    "mariadb_engine": "InnoDB",
    "mariadb_charset": "utf8mb4",
}
"""How every table is kept: exact types and clustered by its key where the engine asks."""

_TYPES: Mapping[str, type[TypeEngine[Any]]] = {
    "words": Words,
    "whole": Whole,
    "day": Day,
    "instant": Instant,
    "json": Document,
}


def make_tables(tables: Mapping[str, tuple[str, str, list[str]]], prefix: str, schema: str | None) -> None:
    """Make the tables and their indexes in the step that runs now."""
    for name, (described, key, indexes) in tables.items():
        made = [*columns("tenant name64, book name64"), *columns(described)]
        keys = ["tenant", "book", *_words(key)]
        primary = sa.PrimaryKeyConstraint(*keys, name=f"{prefix}{name}_pk")
        table = op.create_table(prefix + name, *made, primary, schema=schema, **OPTIONS)
        for index in indexes:
            _make_index(table, index, schema)


def columns(described: str) -> list[sa.Column[Any]]:
    """The columns of a description."""
    return [_column(*part.split()) for part in _words(described)]


def _column(name: str, word: str) -> sa.Column[Any]:
    plain = word.removesuffix("?")
    width = plain.removeprefix("name")
    made = _TYPES[plain]() if plain in _TYPES else Name(int(width)) if width else Name()
    return sa.Column(name, made, nullable=word.endswith("?"))


def _make_index(table: sa.Table, described: str, schema: str | None) -> None:
    """An index holds only rows that have all of its columns, where the engine can; a unique one takes all."""
    name, _, listed = described.partition(": ")
    names, unique = _words(listed), name.endswith("!")
    optional = [table.c[each].is_not(None) for each in names if table.c[each].nullable]
    where = sa.and_(*optional) if optional and not unique else None
    op.create_index(
        f"{table.name}_{name.removesuffix('!')}",
        table.name,
        ["tenant", "book", *names],
        unique=unique,
        schema=schema,
        sqlite_where=where,
        postgresql_where=where,
    )


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
