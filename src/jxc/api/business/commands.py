"""What a command says: a verb and a body of plain data, from a call or from a plain row.

    {"type": "receipt", "date": ..., "item": ..., ...}                a fact that comes: verb ``insert``
    {"do": "insert", "facts": [...], "closed": "forward"}             several, all or none
    {"do": "cancel", "ids": ["GR-1"], "reason": "typed twice"}
    {"do": "change", "id": "GR-1", "fields": {"qty": "12"}}
    {"do": "entry", "date": ..., "lines": [{"account": "5602", "debit": "10"}, ...], "memo": ...}
    {"do": "reverse", "entry": "2026-01 记-1"}
    {"do": "state", ...}, {"do": "close", ...}, {"do": "reopen", ...}     see ``acts``

``key``, ``actor``, ``closed``, ``booked_on`` stand beside any of them.

Invariant: a request is plain data, so that its digest says whether it is the same request.

>>> request_of({"type": "receipt", "date": "2026-01-05", "item": "TEA", "qty": 3, "amount": "1.00", "key": "GR-1"})
Request(verb='insert', body={'facts': [{'type': 'receipt', 'date': '2026-01-05', 'item': 'TEA', 'qty': '3', \
'amount': '1.00'}]}, key='GR-1', actor=None, reason='')
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from jxc.api.business.stating import as_stated
from jxc.app.canonical import digest_of, plain
from jxc.errors import FieldError
from jxc.kernel.text import check_text
from jxc.stock.facts import Fact

__all__ = ["HOW", "VERBS", "Request", "request_of"]

HOW = ("closed", "booked_on")
"""How a change of the past is booked: words of a request beside what it states."""

VERBS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "insert": (frozenset({"facts"}), frozenset(HOW)),
    "cancel": (frozenset({"ids"}), frozenset(HOW)),
    "change": (frozenset({"id", "fields"}), frozenset(HOW)),
    "entry": (
        frozenset({"date", "lines"}),
        frozenset({"memo", "kind", "module", "prepared_by", "reviewed_by", "attachments", "adjustment", "series"}),
    ),
    "reverse": (frozenset({"entry"}), frozenset({"on", "memo"})),
    "state": (frozenset({"topic", "name", "fields"}), frozenset({"valid_from"})),
    "close": (frozenset({"period"}), frozenset()),
    "reopen": (frozenset({"period"}), frozenset()),
}
"""Verb -> the words it needs, and those it may have."""


@dataclass(frozen=True, slots=True)
class Request:
    """A command as it was asked for."""

    verb: str
    body: Mapping[str, Any]
    key: str | None = None
    actor: str | None = None
    reason: str = ""

    @property
    def digest(self) -> str:
        """What tells this request from another one under the same key."""
        return digest_of(self.verb, {**self.body, "reason": self.reason})


def request_of(given: object) -> Request:
    """A request from a fact or a plain row.

    Raises ``FieldError`` ``not_an_object``, ``unknown_command``, ``missing_field``, ``unknown_field``; ``NumberError``.
    """
    if isinstance(given, Request):
        return given
    if isinstance(given, Fact):
        return Request("insert", {"facts": [as_stated(given)]})
    if not isinstance(given, Mapping):
        raise FieldError("not_an_object", "a command is an object with named fields", value=type(given).__name__)
    row = dict(cast("Mapping[str, Any]", given))
    key, actor = _text(row.pop("key", None), "key"), _text(row.pop("actor", None) or None, "actor")
    if "do" in row:
        reason = row.pop("reason", None) or ""
        return Request(*_command(row), key, actor, check_text(reason, field="reason", limit=1000, empty=True))
    how = {name: plain(row.pop(name), name) for name in HOW if row.get(name) is not None}
    return Request("insert", {"facts": [as_stated(row)], **how}, key, actor)


def _text(value: object, field: str) -> str | None:
    return None if value is None else check_text(value, field=field)


def _command(row: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    verb = row.pop("do")
    known = VERBS.get(verb) if isinstance(verb, str) else None
    if known is None:
        hint = f"one of {', '.join(VERBS)}; or a fact with its type"
        raise FieldError("unknown_command", "there is no such command", field="do", value=verb, hint=hint)
    needed, allowed = known
    body = {name: value for name, value in row.items() if value is not None}
    for name in sorted(needed - body.keys()):
        raise FieldError("missing_field", "this field is needed", field=name, hint="fill it in")
    for name in sorted(body.keys() - needed - allowed):
        hint = f"use {', '.join(sorted(needed | allowed))}"
        raise FieldError("unknown_field", f"{verb} knows no such word", field=name, hint=hint)
    return verb, {name: _body(verb, name, value) for name, value in body.items()}


def _body(verb: str, name: str, value: Any) -> Any:
    if verb == "insert" and name == "facts":
        if not isinstance(value, (list, tuple)) or not value:
            raise FieldError("nothing_stated", "name at least one fact", field="facts", hint="a list of rows")
        return [as_stated(fact) for fact in cast("list[Any]", value)]
    if verb == "change" and name == "fields":
        return _fields(value)
    if verb == "state" and name == "fields":
        return _statement(value)
    return plain(value, name)


def _statement(value: Any) -> Any:
    """What is stated of an item or a place: flags and whole numbers stay what they are."""
    if not isinstance(value, Mapping):
        raise FieldError("not_an_object", "fields are named values", field="fields", value=type(value).__name__)
    given = cast("Mapping[str, Any]", value)
    return {name: cell if type(cell) is int else plain(cell, name) for name, cell in given.items() if cell is not None}


def _fields(value: Any) -> dict[str, Any]:
    """Fields stated anew; one that is ``None`` is taken back."""
    if not isinstance(value, Mapping):
        raise FieldError("not_an_object", "fields are named values", field="fields", value=type(value).__name__)
    given = cast("Mapping[str, Any]", value)
    gone = {name: None for name, cell in given.items() if cell is None}
    return as_stated({name: cell for name, cell in given.items() if cell is not None}) | gone
