"""Posting tables from files and dictionaries: those that are shipped, and a user's own.

    load_posting_table("cn-small-business")       shipped
    load_posting_table("mine.json")               JSON: id, extends, rules, accounts, defaults, attributes, negative
    load_posting_table("mine.csv")                row,id,event,when,line,leave,role,to,memo: a line a row

A line is written as it is read: ``debit inventory value by item,place``, ``credit grni cost red``.  A table that
``extends`` another has its rows too; one with the event (or role) and condition of a row there takes its place.

Invariant: what is read is checked as a whole, by the rules of ``PostingTable``, before anything is made of it; a field
that nobody knows is refused, and every error names the row.

>>> mine = posting_table(
...     {
...         "id": "mine",
...         "extends": "perpetual",
...         "accounts": [{"role": "inventory", "when": {"item_group": "tea"}, "to": "account:140501"}],
...     }
... )
>>> mine.player("inventory", {"item_group": "tea"}), mine.player("inventory", {})
('account:140501', 'inventory')
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from jxc.errors import FieldError, JxcError, TableError
from jxc.posting.rules import AccountRow, Negative, Rule, RuleLine
from jxc.posting.table import PostingTable
from jxc.posting.when import When

if TYPE_CHECKING:
    from pydantic import TypeAdapter, ValidationError

__all__ = ["dump_posting_table", "load_posting_table", "posting_schema", "posting_table", "shipped_posting_tables"]

S = TypeVar("S")
T = TypeVar("T")

SHIPPED = (
    *("perpetual", "continental", "periodic"),
    *("cn-small-business", "cn-small-business-planned", "cn-small-business-retail", "cn-small-business-periodic"),
    *("cn-enterprise", "cn-enterprise-planned", "cn-enterprise-retail"),
)
_COLUMNS = ("row", "id", "event", "when", "line", "leave", "negative", "role", "to", "memo", "module")
_STRICT: Mapping[str, str] = {"extra": "forbid"}


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule as files have it."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = _STRICT

    id: str
    event: str
    lines: tuple[str, ...]
    when: dict[str, str | tuple[str, ...]] = field(default_factory=dict[str, str | tuple[str, ...]])
    leave: tuple[str, ...] = ()
    negative: Negative | None = None
    memo: str = ""
    module: str = ""


@dataclass(frozen=True, slots=True)
class PlayerRow:
    """Who plays a role, as files have it."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = _STRICT

    role: str
    to: str
    when: dict[str, str | tuple[str, ...]] = field(default_factory=dict[str, str | tuple[str, ...]])


@dataclass(frozen=True, slots=True)
class TableFile:
    """A posting table as files have it; ``extends``: a shipped table, or a file; ``memos``: of rules, by their id."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = _STRICT

    id: str
    name: str = ""
    extends: str | None = None
    rules: tuple[RuleRow, ...] = ()
    accounts: tuple[PlayerRow, ...] = ()
    defaults: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    negative: Negative | None = None
    memos: dict[str, str] = field(default_factory=dict[str, str])


def shipped_posting_tables() -> tuple[str, ...]:
    """The names of the tables that are shipped."""
    return SHIPPED


def load_posting_table(name: str) -> PostingTable:
    """A shipped table by its name, or one from a JSON or CSV file in UTF-8; ``TableError``, ``FieldError``."""
    return _shipped(name) if name in SHIPPED else posting_table(_read(name))


@cache
def _shipped(name: str) -> PostingTable:
    return posting_table(json.loads(files("jxc.edge").joinpath("data", "posting", f"{name}.json").read_text("utf-8")))


def posting_table(given: Mapping[str, Any]) -> PostingTable:
    """A table from plain data, as a JSON file has it.

    Raises ``FieldError`` ``bad_value``, ``unknown_field``, ``missing_field`` with the path of what is wrong,
    ``not_a_rule_line``, ``not_a_condition``, ``no_such_rule``, and what ``PostingTable`` raises.
    """
    found = _validated(given)
    rows: list[Rule | AccountRow | RuleLine] = [
        _named(f"rules[{at}]", _rule, row) for at, row in enumerate(found.rules)
    ]
    rows += [_named(f"accounts[{at}]", _player, row) for at, row in enumerate(found.accounts)]
    rows += [_named(f"defaults[{at}]", _line, text) for at, text in enumerate(found.defaults)]
    if found.extends is not None:
        base = load_posting_table(found.extends)
        more = base.with_(*rows, id=found.id, name=found.name, attributes=found.attributes, negative=found.negative)
        return _with_memos(more, found.memos)
    own = PostingTable(
        found.id,
        tuple(row for row in rows if isinstance(row, Rule)),
        tuple(row for row in rows if isinstance(row, AccountRow)),
        tuple(row for row in rows if isinstance(row, RuleLine)),
        found.attributes,
        found.negative or "flip",
        found.name,
    )
    return _with_memos(own, found.memos)


def _with_memos(table: PostingTable, memos: Mapping[str, str]) -> PostingTable:
    """The table with these memos on its rules; ``FieldError`` ``no_such_rule``."""
    by_id = {rule.id: rule for rule in table.rules}
    for name in memos:
        if name not in by_id:
            hint = f"its rules are {', '.join(by_id)}"
            raise FieldError("no_such_rule", "the table has no rule of that id", field="memos", value=name, hint=hint)
    return table.with_(*(replace(by_id[name], memo=memo) for name, memo in memos.items()))


def dump_posting_table(table: PostingTable) -> dict[str, Any]:
    """A table as plain data, whole: what ``posting_table`` reads back."""
    rules = [
        {
            "id": rule.id,
            "event": rule.event,
            "lines": [_text(line) for line in rule.lines],
            "when": {name: list(words) for name, words in rule.when.words.items()},
            "leave": list(rule.leave),
            "negative": rule.negative,
            "memo": rule.memo,
            "module": rule.module,
        }
        for rule in table.rules
    ]
    accounts = [
        {"role": row.role, "to": row.to, "when": {name: list(words) for name, words in row.when.words.items()}}
        for row in table.accounts
    ]
    return {
        "id": table.id,
        "name": table.name,
        "rules": rules,
        "accounts": accounts,
        "defaults": [_text(line) for line in table.defaults],
        "attributes": list(table.attributes),
        "negative": table.negative,
    }


def posting_schema() -> dict[str, Any]:
    """The JSON Schema of a posting table."""
    return _adapter().json_schema()


def _text(line: RuleLine) -> str:
    by = f" by {','.join(line.dimensions)}" if line.dimensions else ""
    return f"{line.side} {line.role} {line.amount}{' red' if line.red else ''}{by}"


def _rule(row: RuleRow) -> Rule:
    lines = tuple(_line(text) for text in row.lines)
    return Rule(row.id, row.event, lines, When.of(row.when), row.leave, row.negative, row.memo, row.module)


def _player(row: PlayerRow) -> AccountRow:
    return AccountRow(row.role, row.to, When.of(row.when))


def _line(text: str) -> RuleLine:
    words, _, names = text.partition(" by ")
    parts = words.split()
    red = parts[3:] == ["red"]
    if len(parts) != 3 + red or parts[0] not in ("debit", "credit"):
        hint = "such as: debit inventory value by item,place"
        raise FieldError(
            "not_a_rule_line", "side, role, amount, red, by dimensions", field="line", value=text, hint=hint
        )
    dimensions = tuple(name.strip() for name in names.split(",")) if names else ()
    return RuleLine("debit" if parts[0] == "debit" else "credit", parts[1], parts[2], red, dimensions)


def _named(where: str, make: Callable[[S], T], given: S) -> T:
    """What is made of a row; an error says which row it was."""
    try:
        return make(given)
    except JxcError as error:
        path = f"{where}.{error.field}" if error.field else where
        raise type(error)(error.code, error.message, field=path, value=error.value, hint=error.hint) from None


@cache
def _adapter() -> TypeAdapter[TableFile]:
    from pydantic import TypeAdapter

    return TypeAdapter(TableFile)


def _validated(given: Mapping[str, Any]) -> TableFile:
    from pydantic import ValidationError

    try:
        return _adapter().validate_python(dict(given))
    except ValidationError as error:
        raise _refused(error) from None


_CODES: Mapping[str, str] = {"missing": "missing_field", "unexpected_keyword_argument": "unknown_field"}


def _refused(error: ValidationError) -> FieldError:
    first = error.errors()[0]
    path = ""
    for step in first["loc"]:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    code = _CODES.get(first["type"], "bad_value")
    value = None if code == "missing_field" else str(first["input"])[:60]
    return FieldError(code, first["msg"].lower(), field=path, value=value, hint="see the schema of posting tables")


# -- files ------------------------------------------------------------------------------------------------------------


def _read(name: str) -> Mapping[str, Any]:
    path = Path(name)
    if not path.is_file():
        hint = f"shipped are {', '.join(SHIPPED)}"
        raise TableError("file_not_found", "no such table and no such file", field="name", value=name, hint=hint)
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableError("undecodable_text", "not text in UTF-8", field="name", value=name) from error
    if path.suffix.lower() == ".csv":
        return _from_csv(text, path.stem)
    try:
        found = json.loads(text)
    except ValueError as error:
        raise TableError("not_a_posting_table", f"no JSON: {error}", field="name", value=name) from error
    if not isinstance(found, dict):
        raise TableError("not_a_posting_table", "a posting table is an object", field="name", value=name)
    return cast("dict[str, Any]", found)


def _from_csv(text: str, name: str) -> dict[str, Any]:
    """A table from lines of text: ``row`` says what a line is (table, rule, account, default).

    Lines of one rule stand together under its id; what only its first line says holds for all.
    """
    reader = csv.DictReader(text.splitlines())
    strange = [column for column in reader.fieldnames or () if column not in _COLUMNS]
    if strange:
        hint = f"the columns are {', '.join(_COLUMNS)}"
        raise TableError("unknown_columns", "a column that no table has", field="name", value=strange[0], hint=hint)
    found: dict[str, Any] = {"id": name, "rules": [], "accounts": [], "defaults": []}
    for number, row in enumerate(reader, 2):
        _add_csv(found, {key: (word or "").strip() for key, word in row.items()}, number)
    return found


def _add_csv(found: dict[str, Any], row: dict[str, str], number: int) -> None:
    kind = row.get("row") or "rule"
    if kind == "table":
        found |= {"id": row["id"], "extends": row.get("to") or None, "negative": row.get("negative") or None}
    elif kind == "account":
        found["accounts"].append({"role": row["role"], "to": row["to"], "when": _when(row)})
    elif kind == "default":
        found["defaults"].append(row["line"])
    elif kind == "rule":
        rules = found["rules"]
        if not rules or rules[-1]["id"] != row["id"]:
            leave, negative = tuple(row.get("leave", "").split()), row.get("negative") or None
            more = {"leave": leave, "negative": negative, "memo": row.get("memo", ""), "module": row.get("module", "")}
            rules.append({"id": row["id"], "event": row["event"], "lines": [], "when": _when(row), **more})
        if row.get("line"):
            rules[-1]["lines"].append(row["line"])
    else:
        hint = "table, rule, account or default"
        raise FieldError("bad_value", "no such kind of row", field=f"line {number}.row", value=kind, hint=hint)


def _when(row: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return dict(When.parse(row.get("when", "")).words)
