"""Entries that people write themselves, and reversals of any entry: checked as the ledger does.

    {"do": "entry", "date": "2026-01-31", "memo": "rent", "lines": [
        {"account": "5602", "debit": "3000"}, {"account": "1002", "credit": "3000"}]}
    {"do": "reverse", "entry": "2026-01 记-3"}

Invariant: no free entry touches an account of goods: these follow the facts, and nothing else; nor does a reversal
take back what a fact did: the fact is cancelled.  A reversal is linked to its entry, so that there is one at most.

>>> goods_accounts(PostingTable("tiny", (), (AccountRow("goods", "inventory"),)), Chart("t", (), {}))
frozenset()
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any, cast

from jxc.api.business.commands import Request
from jxc.api.business.ground import Ground
from jxc.app.entries import Planned, Tag, read_entry
from jxc.app.stock_entries import STOCK_MODULE
from jxc.errors import FieldError, LedgerError
from jxc.kernel.dates import parse_date
from jxc.ledger.book import Book
from jxc.ledger.chart import Chart
from jxc.ledger.checks import check_draft
from jxc.ledger.entries import Draft, Entry, Line, modules_of
from jxc.ports import Transaction
from jxc.posting.rules import AccountRow
from jxc.posting.table import ACCOUNT, PostingTable

__all__ = ["AccountRow", "Chart", "PostingTable", "decide_entry", "find_entry", "goods_accounts"]

_LINE = frozenset(
    ("account", "debit", "credit", "currency", "rate", "base", "party", "memo", "due", "quantity", "dimensions")
)
_WORDS = ("memo", "kind", "prepared_by", "reviewed_by", "series")


def decide_entry(tx: Transaction, ground: Ground, request: Request) -> Planned:
    """The entry that a request asks for; raises ``LedgerError``, ``FieldError``, ``NumberError``."""
    made = _entry(ground, request.body) if request.verb == "entry" else _reversal(tx, ground, request.body)
    _check_open(ground, made.draft.date)
    check_draft(ground.book, made.draft)
    return made


def _entry(ground: Ground, body: Mapping[str, Any]) -> Planned:
    given: object = body["lines"]
    if not isinstance(given, list):
        raise FieldError(
            "not_a_list", "lines are a list", field="lines", hint='such as [{"account": ..., "debit": ...}]'
        )
    listed = cast("list[object]", given)
    lines = tuple(_line(ground.book, line, number) for number, line in enumerate(listed, 1))
    goods = goods_accounts(ground.terms.table, ground.terms.chart)
    for line in lines:
        if line.account in goods:
            raise LedgerError(
                "account_of_goods",
                "this account follows the facts of stock",
                field="account",
                value=line.account,
                hint="state a fact: a revaluation, an adjustment, landed cost",
            )
    words: dict[str, Any] = {name: body[name] for name in _WORDS if name in body}
    if "attachments" in body:
        words["attachments"] = int(body["attachments"])
    if STOCK_MODULE in modules_of(str(body.get("module", ""))):
        raise LedgerError("module_of_stock", "entries of stock come from facts", field="module", value="stock")
    draft = Draft(
        parse_date(body["date"], field="date"),
        lines,
        module=body.get("module", "general"),
        adjustment=bool(body.get("adjustment", False)),
        **words,
    )
    return Planned(draft, tuple(Tag(party=line.party) for line in lines))


def _line(book: Book, given: object, number: int) -> Line:
    if not isinstance(given, Mapping):
        raise FieldError("not_an_object", "a line has named fields", field=f"lines[{number - 1}]")
    line = cast("Mapping[str, Any]", given)
    unknown = sorted(line.keys() - _LINE)
    if unknown or "account" not in line:
        code = "unknown_field" if unknown else "missing_field"
        hint = f"use {', '.join(sorted(_LINE))}"
        raise FieldError(code, f"line {number}", field=unknown[0] if unknown else "account", hint=hint)
    rest = {name: value for name, value in line.items() if name != "account"}
    return book.line(line["account"], **rest)


def _reversal(tx: Transaction, ground: Ground, body: Mapping[str, Any]) -> Planned:
    entry = find_entry(tx, str(body["entry"]))
    if entry is None:
        raise LedgerError("unknown_entry", "no such entry in the ledger", field="entry", value=body["entry"])
    draft = entry.draft
    if STOCK_MODULE in modules_of(draft.module):
        hint = "cancel or change the fact"
        raise LedgerError("entry_of_stock", "it follows a fact of stock", field="entry", value=entry.label, hint=hint)
    if draft.reverses is not None:
        hint = "post the original anew"
        raise LedgerError(
            "reversal_of_a_reversal", "a reversal is not reversed", field="reverses", value=entry.label, hint=hint
        )
    taken_back = next(iter(tx.scan("link", "to", (entry.id,))), None)
    if taken_back is not None:
        raise LedgerError(
            "entry_reversed_twice",
            "the entry is reversed already",
            field="reverses",
            value=entry.label,
            hint=f"by {taken_back.from_line}",
        )
    red = ground.terms.ledger.reversal == "red"
    lines = tuple(line.negated(red=red) for line in draft.lines)
    day = draft.date if body.get("on") is None else parse_date(body["on"], field="on")
    made = replace(
        draft,
        date=day,
        lines=lines,
        memo=body.get("memo") or f"reverses {entry.label}",
        series=entry.series,
        attachments=0,
        reverses=entry.id,
        replaces=None,
        adjustment=draft.adjustment and day == draft.date,
    )
    return Planned(made, tuple(Tag(party=line.party) for line in lines))


def find_entry(tx: Transaction, name: str) -> Entry | None:
    """An entry by its id, or by its number such as ``2026-01 记-3``."""
    [record] = tx.get("entry", [(name,)])
    if record is None:
        period, _, rest = name.partition(" ")
        series, _, number = rest.rpartition("-")
        if number.isdecimal():
            found = tx.scan("entry", "number", (period, series), after=(int(number) - 1,), until=(int(number),))
            record = next(iter(found), None)
    if record is None:
        return None
    return read_entry(record, tx.scan("line", "key", (record.id,)))


def _check_open(ground: Ground, day: date) -> None:
    if ground.closed_until is not None and day <= ground.closed_until:
        hint = "date it in an open period, or reopen this one with a reason"
        raise LedgerError("period_closed", "the period is closed", field="date", value=day, hint=hint)


@lru_cache(maxsize=64)
def goods_accounts(table: PostingTable, chart: Chart) -> frozenset[str]:
    """The accounts that goods can stand on: those that some row of the table puts in the role of goods."""
    roles = {"goods"}
    found: set[str] = set()
    for _ in range(3):  # a role may be played by another one, and that by a third
        rows = [row for row in table.accounts if row.role in roles]
        found |= {row.to.removeprefix(ACCOUNT) for row in rows if row.to.startswith(ACCOUNT)}
        roles |= {row.to for row in rows if not row.to.startswith(ACCOUNT)}
    return frozenset(found | {chart.roles[role] for role in roles if role in chart.roles})
