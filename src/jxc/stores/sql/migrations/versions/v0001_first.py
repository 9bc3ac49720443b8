"""The first step: every table.

    kind: (columns, primary key behind tenant and book, indexes as name: columns, ``!`` for unique ones)

Invariant: this is what was released; it does not follow later changes of ``KINDS``, for which there are later steps.

>>> TABLES["period"][0]
'module name, period name64, status words, version whole, body json'
"""

from __future__ import annotations

from collections.abc import Mapping

from jxc.stores.sql.build import make_tables

__all__ = ["TABLES", "branch_labels", "depends_on", "down_revision", "revision", "upgrade"]

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES: Mapping[str, tuple[str, str, list[str]]] = {
    "command": (
        "id name, verb words, recorded_at instant, actor words, reason words, body json",
        "id",
        ["time_i: recorded_at, id"],
    ),
    "fact": (
        (
            "id name, command name, ordinal whole, item name, version whole, verb words, type words, effective_on "
            "day, recorded_at instant, actor words, refers_to words?, document name?, party words?, body json"
        ),
        "id",
        [
            "item_i: item, version, ordinal, id",
            "command_i: command, ordinal, id",
            "document_i: document, recorded_at, id",
            "time_i: recorded_at, command, ordinal, id",
        ],
    ),
    "item_head": (
        "item name, version whole, group name, members json, state json",
        "item",
        ["group_i: group, item"],
    ),
    "cost_chunk": (
        "item name, chunk whole, body json",
        "item, chunk",
        [],
    ),
    "cost_change": (
        (
            "item name, version whole, ordinal whole, fact words, command name, recorded_at instant, booked_on "
            "day, body json"
        ),
        "item, version, ordinal",
        ["command_i: command, item, version, ordinal"],
    ),
    "position": (
        "item name, place name, lot name, quantity whole, value whole, version whole",
        "item, place, lot",
        ["place_i: place, item, lot"],
    ),
    "entry": (
        (
            "id name, command name, period name64, series name, number whole, effective_on day, recorded_at "
            "instant, reverses name?, digest words, body json"
        ),
        "id",
        [
            "period_series_number_u!: period, series, number",
            "reverses_u!: reverses",
            "time_i: recorded_at, id",
            "command_i: command, id",
        ],
    ),
    "line": (
        (
            "entry name, ordinal whole, account name, period name64, effective_on day, amount whole, currency "
            "words, base whole, party name?, item words?, place words?, source name?, body json"
        ),
        "entry, ordinal",
        [
            "account_i: account, effective_on, entry, ordinal",
            "period_i: period, account, entry, ordinal",
            "source_i: source, entry, ordinal",
            "party_i: party, account, effective_on, entry, ordinal",
        ],
    ),
    "balance": (
        "account name, currency name64, dimensions name, amount whole, base whole",
        "account, currency, dimensions",
        [],
    ),
    "period_balance": (
        "account name, period name64, currency name64, dimensions name, debit whole, credit whole, amount whole",
        "period, account, currency, dimensions",
        [],
    ),
    "period": (
        "module name, period name64, status words, version whole, body json",
        "module, period",
        [],
    ),
    "outcome": (
        "operation name, key name, digest words, command words, recorded_at instant, body json",
        "operation, key",
        [],
    ),
    "draft": (
        "id name, type name, version whole, changed_at instant, actor words, body json",
        "id",
        ["type_i: type, id"],
    ),
    "setting": (
        "topic name, name name, version whole, valid_from day?, recorded_at instant, actor words, body json",
        "topic, name, version",
        [],
    ),
    "event": (
        "id name, topic words, recorded_at instant, position whole?, body json",
        "id",
        ["position_u!: position"],
    ),
    "link": (
        "id name, from_line name, to_line name, size whole, recorded_at instant, reverses name?, body json",
        "id",
        ["reverses_u!: reverses", "from_i: from_line, recorded_at, id", "to_i: to_line, recorded_at, id"],
    ),
    "seal": (
        "number whole, digest words, recorded_at instant, body json",
        "number",
        [],
    ),
    "series": ("series name, last whole", "series", []),
    "hold": ("hold name64", "hold", []),
    "purge": ("", "", []),
}


def upgrade(prefix: str, schema: str | None) -> None:
    """Make the tables."""
    make_tables(TABLES, prefix, schema)
