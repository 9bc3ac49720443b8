"""Whether a case of kind ledger is one: the fields it needs, no field that nothing reads, something it asserts.

Invariant: a misspelt field fails its case instead of going unread.

>>> [failure.field for failure in ledger_format_failures({"id": "x", "kind": "ledger", "entrys": []})]
['entrys', 'expect']
"""

from __future__ import annotations

from collections.abc import Iterator

from jxc.golden.case import Json, rows, table
from jxc.golden.checks import Failure

__all__ = ["ledger_format_failures"]

_CASE = (
    *("id", "kind", "source", "notes", "tags", "accounts", "entries", "expect", "closed_through", "ext"),
    *("provenance", "answer_in_source", "source_ref", "options", "from_source"),
)
_ACCOUNT = ("code", "name", "type", "currency")
_ENTRY = ("date", "memo", "lines", "expect", "closing", "cost_rates", "quantities", "reverses")
_LINE = ("account", "debit", "credit", "currency", "party")
_EXT = ("two_phase", "target_balance")


def ledger_format_failures(raw: Json) -> list[Failure]:
    """What is wrong with the form of a case; empty where it may be run."""
    return list(_failures(raw))


def _failures(raw: Json) -> Iterator[Failure]:
    yield from _strange(raw, "case", raw, _CASE)
    for account in rows(raw, "accounts"):
        yield from _strange(raw, f"account {account.get('code')}", account, _ACCOUNT)
    for at, entry in enumerate(rows(raw, "entries")):
        yield from _strange(raw, f"entry {at}", entry, _ENTRY)
        for line in rows(entry, "lines"):
            yield from _strange(raw, f"entry {at}", line, _LINE)
    yield from _strange(raw, "ext", table(raw, "ext"), _EXT)
    refusals = any(table(entry, "expect").get("error") for entry in rows(raw, "entries"))
    asserted = any(wanted is not None for wanted in table(raw, "expect").values())
    if not (asserted or refusals or table(raw, "ext")):
        yield Failure(str(raw["id"]), "case", "expect", "at least one figure", "a case that asserts nothing")


def _strange(raw: Json, step: str, given: Json, known: tuple[str, ...]) -> Iterator[Failure]:
    for name in given:
        if name not in known:
            yield Failure(str(raw["id"]), step, name, "a field of the format", "no check knows this field")
