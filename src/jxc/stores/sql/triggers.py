"""Triggers that keep append-only tables append-only, whoever writes SQL: no UPDATE, no DELETE, but for a purge.

A scope being purged is named in the table ``jxc_purge`` within the same transaction; its rows may then be deleted.

Invariant: with them in place nothing but a purge changes or removes a row of an append-only kind; they guard against
mistakes, not against somebody who may drop them.

>>> [text] = [text for text in protecting("sqlite", "jxc_", None) if "jxc_seal_update" in text and "CREATE" in text]
>>> print(text)
CREATE TRIGGER "jxc_seal_update" BEFORE UPDATE ON "jxc_seal" BEGIN SELECT RAISE(ABORT, 'jxc: append-only'); END
"""

from __future__ import annotations

from collections.abc import Iterator

from jxc.ports import KINDS

__all__ = ["protecting", "releasing"]

_TABLES = [name for name, kind in KINDS.items() if kind.append_only]


def protecting(dialect: str, prefix: str, schema: str | None) -> Iterator[str]:
    """The statements that make the triggers anew."""
    yield from releasing(dialect, prefix, schema)
    quote = "`" if dialect in ("mysql", "mariadb") else '"'
    start = "" if schema is None else f"{quote}{schema}{quote}."
    purge = f"{start}{quote}{prefix}purge{quote}"
    being_purged = f"EXISTS (SELECT 1 FROM {purge} AS p WHERE p.tenant = OLD.tenant AND p.book = OLD.book)"
    if dialect == "postgresql":
        yield (
            f'CREATE OR REPLACE FUNCTION {start}"{prefix}append_only"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN'
            f" IF TG_OP = 'DELETE' THEN IF {being_purged} THEN RETURN OLD; END IF; END IF;"
            " RAISE EXCEPTION 'jxc: append-only'; END $$"
        )
    for table in _TABLES:
        yield from _MAKERS[dialect](start, prefix + table, prefix, being_purged)


def releasing(dialect: str, prefix: str, schema: str | None) -> Iterator[str]:
    """The statements that remove the triggers, where they are."""
    quote = "`" if dialect in ("mysql", "mariadb") else '"'
    start = "" if schema is None else f"{quote}{schema}{quote}."
    for table in _TABLES:
        for what in ("update", "delete", "truncate") if dialect == "postgresql" else ("update", "delete"):
            name = f"{quote}{prefix}{table}_{what}{quote}"
            on = f" ON {start}{quote}{prefix}{table}{quote}" if dialect == "postgresql" else ""
            yield f"DROP TRIGGER IF EXISTS {'' if on else start}{name}{on}"


def _sqlite(start: str, table: str, prefix: str, being_purged: str) -> Iterator[str]:
    del prefix
    refusal = "SELECT RAISE(ABORT, 'jxc: append-only'); END"
    yield f'CREATE TRIGGER {start}"{table}_update" BEFORE UPDATE ON "{table}" BEGIN {refusal}'
    yield f'CREATE TRIGGER {start}"{table}_delete" BEFORE DELETE ON "{table}" WHEN NOT {being_purged} BEGIN {refusal}'


def _postgresql(start: str, table: str, prefix: str, being_purged: str) -> Iterator[str]:
    del being_purged
    function = f'EXECUTE FUNCTION {start}"{prefix}append_only"()'
    for what in ("update", "delete"):
        yield f'CREATE TRIGGER "{table}_{what}" BEFORE {what.upper()} ON {start}"{table}" FOR EACH ROW {function}'
    yield f'CREATE TRIGGER "{table}_truncate" BEFORE TRUNCATE ON {start}"{table}" FOR EACH STATEMENT {function}'


def _mysql(start: str, table: str, prefix: str, being_purged: str) -> Iterator[str]:
    del prefix
    refusal = "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'jxc: append-only'"
    yield f"CREATE TRIGGER {start}`{table}_update` BEFORE UPDATE ON {start}`{table}` FOR EACH ROW {refusal}"
    yield (
        f"CREATE TRIGGER {start}`{table}_delete` BEFORE DELETE ON {start}`{table}` FOR EACH ROW"
        f" BEGIN IF NOT {being_purged} THEN {refusal}; END IF; END"
    )


_MAKERS = {"sqlite": _sqlite, "postgresql": _postgresql, "mysql": _mysql, "mariadb": _mysql}
