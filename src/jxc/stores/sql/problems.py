"""What a driver's error means: one code of jxc for each thing that may happen to a database.

    problem(sort, error)        StoreError, the driver's words in its parameters
    sqlite_sort(error)          "unique", "store_locked", "store_full", ... or "store_failed"

Invariant: an error while committing that leaves open whether it was committed is ``outcome_unknown``; any other error
means that nothing of the transaction was written.

>>> import sqlite3
>>> connection = sqlite3.connect(":memory:")
>>> try:
...     connection.execute("SELECT * FROM jxc_line")
... except sqlite3.Error as error:
...     problem(sqlite_sort(error), error)
StoreError('the tables are not there or of another version')
>>> connection.close()
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jxc.errors import StoreError

__all__ = ["UNSURE", "mysql_sort", "not_upgraded", "postgresql_sort", "problem", "sqlite_sort"]

UNSURE = frozenset({"connection_lost", "store_broken", "store_failed"})
"""What, if it happens while committing, leaves open whether the commit was done."""


def problem(sort: str, error: BaseException, *, committing: bool = False) -> StoreError:
    """The error to raise for what happened."""
    words = {"driver": type(error).__name__, "detail": str(error)[:300]}
    if committing and sort in UNSURE:
        return StoreError(
            "outcome_unknown",
            "the connection was lost while committing",
            hint="ask for the outcome under the same key, or send the same again",
            **words,
        )
    return _MADE.get(sort, _failed)(words)


def not_upgraded(**words: str) -> StoreError:
    """The tables are not there, or not those of this version of jxc."""
    return StoreError(
        "not_upgraded",
        "the tables are not there or of another version",
        hint="run: jxc store upgrade URL",
        **words,
    )


def _failed(words: Mapping[str, str]) -> StoreError:
    return StoreError("store_failed", "the database refused", **words)


_MADE: Mapping[str, Callable[[Mapping[str, str]], StoreError]] = {
    "retry": lambda words: StoreError(
        "retry", "another transaction was in the way", hint="run the whole transaction again", **words
    ),
    "store_locked": lambda words: StoreError(
        "store_locked", "another transaction did not end in time", hint="try again later", **words
    ),
    "connection_lost": lambda words: StoreError(
        "connection_lost", "the connection was lost; nothing was written", hint="run it again", **words
    ),
    "store_full": lambda words: StoreError(
        "store_full", "no room is left", hint="make room, then run it again", **words
    ),
    "store_broken": lambda words: StoreError(
        "store_broken", "the file cannot be read or written", hint="check the disk; restore a backup", **words
    ),
    "store_read_only": lambda words: StoreError("store_read_only", "the database may not be written to", **words),
    "access_denied": lambda words: StoreError("access_denied", "the database does not allow this", **words),
    "beyond_64_bits": lambda words: StoreError("beyond_64_bits", "a number of more than 64 bits", **words),
    "key_too_long": lambda words: StoreError("key_too_long", "a key too long for the engine", **words),
    "append_only": lambda words: StoreError("append_only", "such records are never changed or removed", **words),
    "not_upgraded": lambda words: not_upgraded(**words),
}


# -- SQLite ------------------------------------------------------------------------------------------------------------

_SQLITE = {
    5: "store_locked",
    6: "store_locked",
    8: "store_read_only",
    10: "store_broken",
    11: "store_broken",
    13: "store_full",
    14: "store_broken",
    18: "beyond_64_bits",
    23: "access_denied",
    26: "store_broken",
}
_SQLITE_SNAPSHOT = 517
_SQLITE_UNIQUE = (1555, 2067)


def sqlite_sort(error: BaseException) -> str:
    """What an error of ``sqlite3`` means, by its extended result code."""
    code = getattr(error, "sqlite_errorcode", 0)
    text = str(error)
    if code in _SQLITE_UNIQUE:
        return "unique"
    if code == _SQLITE_SNAPSHOT:
        return "retry"
    if "no such table" in text or "no such column" in text:
        return "not_upgraded"
    if "append-only" in text:
        return "append_only"
    return _SQLITE.get(code & 0xFF, "store_failed")


# -- PostgreSQL --------------------------------------------------------------------------------------------------------

_POSTGRESQL = {
    "22003": "beyond_64_bits",
    "23505": "unique",
    "25006": "store_read_only",
    "3F000": "not_upgraded",
    "40001": "retry",
    "40P01": "retry",
    "42501": "access_denied",
    "42703": "not_upgraded",
    "42P01": "not_upgraded",
    "53100": "store_full",
    "53300": "store_locked",
    "54000": "key_too_long",
    "55P03": "store_locked",
    "57014": "store_locked",
    "57P01": "connection_lost",
    "57P02": "connection_lost",
    "57P03": "connection_lost",
    "57P05": "connection_lost",
    "58030": "store_broken",
    "XX001": "store_broken",
    "XX002": "store_broken",
}


def postgresql_sort(error: BaseException) -> str:
    """What an error of psycopg means, by its SQLSTATE; one without a state comes from a lost connection."""
    state = getattr(error, "sqlstate", None)
    if state is None:
        return "connection_lost" if type(error).__name__ == "OperationalError" else "store_failed"
    if state.startswith("08"):
        return "connection_lost"
    if state.startswith("28"):
        return "access_denied"
    if "append-only" in str(error):
        return "append_only"
    return _POSTGRESQL.get(state, "store_failed")


# -- MySQL and MariaDB -------------------------------------------------------------------------------------------------

_MYSQL = {
    3: "store_full",
    1020: "retry",
    1021: "store_full",
    1026: "store_full",
    1030: "store_broken",
    1040: "store_locked",
    1044: "access_denied",
    1045: "access_denied",
    1049: "not_upgraded",
    1053: "connection_lost",
    1054: "not_upgraded",
    1062: "unique",
    1114: "store_full",
    1142: "access_denied",
    1146: "not_upgraded",
    1205: "retry",
    1213: "retry",
    1264: "beyond_64_bits",
    1290: "store_read_only",
    1406: "key_too_long",
    1644: "append_only",
    1690: "beyond_64_bits",
    1836: "store_read_only",
    1927: "connection_lost",
    2002: "connection_lost",
    2003: "connection_lost",
    2006: "connection_lost",
    2013: "connection_lost",
    2014: "connection_lost",
    2055: "connection_lost",
    4031: "connection_lost",
}


def mysql_sort(error: BaseException) -> str:
    """What an error of PyMySQL or mysqlclient means, by its number."""
    number = error.args[0] if error.args else 0
    if type(error).__name__ == "InterfaceError":
        return "connection_lost"
    return _MYSQL.get(number, "store_failed")
