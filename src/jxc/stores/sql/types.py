"""The column types: exact on every engine, refusing whatever an engine would round, cut or translate.

    Whole     a whole number of 64 bits                      BIGINT (SQLite: INTEGER)
    Name      text that is part of a key or an index         binary order: C, BINARY, nopad_bin; at most so many signs
    Words     any text                                       TEXT (MariaDB, MySQL: LONGTEXT)
    Day       a day                                          its ISO text, 10 signs: exact from 0001 to 9999
    Instant   an instant in UTC                              BIGINT, microseconds since 1970
    Document  JSON without floats                            its canonical text

Invariant: what is read equals what was written; a float or a ``Decimal`` never reaches a driver.

>>> from sqlalchemy import column, insert, table
>>> Whole().process_bind_param(2**63 - 1, None)
9223372036854775807
>>> Whole().process_bind_param(1.0, None)
Traceback (most recent call last):
...
jxc.errors.StoreError: not a whole number (column: 1.0)
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Integer, String, Text
from sqlalchemy.dialects import mysql
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from jxc.stores.rows import DECODERS, ENCODERS, WIDTH

__all__ = ["Day", "Document", "Instant", "Name", "Whole", "Words"]


class _Exact(TypeDecorator[Any]):
    """Cells are made and read by the same functions as rows are (``jxc.stores.rows``)."""

    cache_ok = True
    sort = "text"

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        """The cell of a value; ``StoreError`` as ``jxc.stores.rows.encode``."""
        del dialect
        return None if value is None else ENCODERS[self.sort]("column", value)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        """The value of a cell."""
        del dialect
        decoder = DECODERS.get(self.sort)
        return value if value is None or decoder is None else decoder(value)


class Whole(_Exact):
    """A whole number of 64 bits."""

    impl = BigInteger
    cache_ok = True
    sort = "whole"

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """A strict table of SQLite knows no BIGINT; its INTEGER has 64 bits."""
        return Integer() if dialect.name == "sqlite" else BigInteger()


class Instant(Whole):
    """An instant as microseconds since 1970 in UTC."""

    cache_ok = True
    sort = "instant"


class Name(_Exact):
    """Text of a key or an index, in the order of its code points, trailing spaces counting."""

    impl = String
    cache_ok = True

    def __init__(self, width: int = WIDTH) -> None:
        super().__init__(width)
        self.width = width

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The text type with the engine's binary collation."""
        if dialect.name == "sqlite":
            return Text()
        if dialect.name == "postgresql":
            return Text(collation="C")
        return mysql.VARCHAR(self.width, charset="utf8mb4", collation=_mysql_collation(dialect))


class Day(Name):
    """A day as its ISO text."""

    cache_ok = True
    sort = "day"

    def __init__(self) -> None:
        super().__init__(10)


class Words(_Exact):
    """Text of any length."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The engine's text without a limit."""
        if dialect.name in ("mysql", "mariadb"):
            return mysql.LONGTEXT(charset="utf8mb4", collation=_mysql_collation(dialect))
        return Text()


class Document(Words):
    """JSON as its canonical text."""

    cache_ok = True
    sort = "json"


def _mysql_collation(dialect: Dialect) -> str:
    """One that pads no spaces: each of the two names it otherwise."""
    return "utf8mb4_nopad_bin" if getattr(dialect, "is_mariadb", False) else "utf8mb4_0900_bin"
