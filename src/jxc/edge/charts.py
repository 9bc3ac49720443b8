"""Charts of accounts and layouts of statements from files: those that are shipped, and a user's own.

    load_chart("cn-small-business")            shipped: cn-enterprise, cn-small-business, ifrs-trading, us-trading
    load_chart("my-chart.csv")                 code,name,english,type,side,parent,dimensions,monetary,section,roles
    load_layout("cn-small-business-balance-sheet"), load_layout("my-layout.json")

Only code, name and type are needed; further columns are ``currency``, ``control`` and ``blocked``.  Dimensions and
roles are words with spaces between.

Invariant: what is read is checked as a whole before anything is made of it; a column or a field that nobody knows is
refused, so that a misspelt word never passes for a default.

>>> load_chart("cn-small-business").role("inventory").name
'库存商品'
>>> load_layout("general-income-statement").rows[-1].label
'Profit for the period'
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

from jxc.errors import FieldError, TableError
from jxc.ledger.accounts import Account
from jxc.ledger.chart import Chart
from jxc.reports.layout import Layout, LayoutRow, Term

__all__ = ["LAYOUTS", "chart_from_rows", "layout_from_dict", "load_chart", "load_layout", "shipped_charts"]

COLUMNS = (
    *("code", "name", "english", "type", "side", "parent", "currency", "control", "dimensions", "blocked", "monetary"),
    *("section", "roles"),
)
LAYOUTS: Mapping[str, tuple[str, ...]] = {
    "cn-small-business": (
        *("cn-small-business-balance-sheet", "cn-small-business-income-statement", "cn-small-business-cash-flow"),
        "general-cash-flow-indirect",
    ),
    "cn-enterprise": (
        *("cn-enterprise-balance-sheet", "cn-enterprise-income-statement", "cn-enterprise-cash-flow"),
        "general-cash-flow-indirect",
    ),
    "ifrs-trading": (
        *("general-balance-sheet", "general-income-statement", "general-cash-flow", "general-cash-flow-indirect"),
    ),
    "us-trading": (
        *("general-balance-sheet", "general-income-statement", "general-cash-flow", "general-cash-flow-indirect"),
    ),
}
"""Chart -> the layouts that are shipped for it: balance sheet, profit, cash flow direct and indirect."""

_YES = {"": False, "no": False, "yes": True}


def shipped_charts() -> tuple[str, ...]:
    """The names of the charts that are shipped."""
    return tuple(sorted(LAYOUTS))


def load_chart(name: str) -> Chart:
    """A shipped chart by its name, or one from a CSV file in UTF-8; ``TableError``, ``FieldError``."""
    if name in LAYOUTS:
        text = files("jxc.edge").joinpath("data", "charts", f"{name}.csv").read_text("utf-8")
        return chart_from_rows(_rows(text), name)
    text = _read(name, f"a shipped chart ({', '.join(shipped_charts())}) or a file")
    return chart_from_rows(_rows(text), Path(name).stem)


def _rows(text: str) -> list[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    heads = list(reader.fieldnames or ())
    twice = [head for head in heads if heads.count(head) > 1]
    if twice:
        raise TableError("duplicate_column", "two columns of one name", field="chart", value=twice[0])
    return list(reader)


def chart_from_rows(rows: list[dict[str, str]], name: str) -> Chart:
    """A chart from rows of text, as a CSV file has them."""
    if not rows:
        raise TableError("empty_file", "no row in it", field="chart", value=name)
    strange = [column for column in rows[0] if column not in COLUMNS]
    if strange:
        hint = f"the columns are {', '.join(COLUMNS)}"
        raise TableError("unknown_columns", "a column that no chart has", field="chart", value=strange[0], hint=hint)
    roles: dict[str, str] = {}
    accounts = list[Account]()
    for row in rows:
        given = {key: (value or "").strip() for key, value in row.items()}
        accounts.append(_account(given))
        for role in given.get("roles", "").split():
            if role in roles:
                raise FieldError(
                    "duplicate_role", f"two accounts play the role {role}", field="roles", value=given["code"]
                )
            roles[role] = given["code"]
    return Chart(name, tuple(accounts), roles)


def load_layout(name: str) -> Layout:
    """A shipped layout by its name, or one from a JSON file; ``TableError``, ``FieldError``."""
    shipped = {layout for layouts in LAYOUTS.values() for layout in layouts}
    if name in shipped:
        text = files("jxc.edge").joinpath("data", "layouts", f"{name}.json").read_text("utf-8")
    else:
        text = _read(name, f"a shipped layout ({', '.join(sorted(shipped))}) or a file")
    try:
        found = json.loads(text)
    except ValueError as error:
        raise TableError("not_a_layout", f"no JSON: {error}", field="layout", value=name) from error
    return layout_from_dict(found)


def layout_from_dict(given: Any) -> Layout:
    """A layout from JSON data: id, name, kind, rows of id, label, english, side, terms or sum, detail."""
    whole = _fields(given, ("id", "name", "kind", "rows"), "layout")
    _check_there(whole, ("id", "name", "kind", "rows"), "layout")
    if not isinstance(whole["rows"], list):
        raise TableError("not_a_layout", "its rows are a list", field="rows", value=str(whole["rows"])[:60])
    rows = cast("list[object]", whole["rows"])
    return Layout(whole["id"], whole["name"], whole["kind"], tuple(_layout_row(row) for row in rows))


def _layout_row(given: Any) -> LayoutRow:
    row = _fields(given, ("id", "label", "english", "side", "terms", "sum", "detail"), "row")
    _check_there(row, ("id", "label"), "row")
    return LayoutRow(
        row["id"],
        row["label"],
        row.get("english", ""),
        row.get("side", "debit"),
        tuple(Term.parse(term) for term in _texts(row, "terms")),
        _texts(row, "sum"),
        detail=_detail(row),
    )


def _check_there(given: dict[str, Any], names: tuple[str, ...], what: str) -> None:
    for name in names:
        if name not in given:
            raise FieldError("missing_field", f"a {what} has a field {name}", field=name, value=given.get("id"))


def _texts(row: dict[str, Any], name: str) -> tuple[str, ...]:
    given = row.get(name, [])
    texts = cast("list[object]", given) if isinstance(given, list) else [None]
    if not all(isinstance(one, str) for one in texts):
        raise FieldError("not_a_list", "a list of texts", field=name, value=str(texts)[:60])
    return tuple(cast("list[str]", texts))


def _detail(row: dict[str, Any]) -> bool:
    given = row.get("detail", False)
    if not isinstance(given, bool):
        raise FieldError("not_a_flag", "true or false", field="detail", value=str(given)[:60])
    return given


def _fields(given: Any, known: tuple[str, ...], what: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise TableError("not_a_layout", f"a {what} is an object", field=what, value=str(given)[:60])
    found = cast("dict[str, Any]", given)
    strange = [name for name in found if name not in known]
    if strange:
        raise FieldError("unknown_field", f"no such field of a {what}", field=what, value=strange[0])
    return found


def _account(row: Mapping[str, str]) -> Account:
    for name in ("code", "name", "type"):
        if not row.get(name):
            raise FieldError("missing_field", f"an account has a {name}", field=name, value=row.get("code"))
    return Account(
        row["code"],
        row["name"],
        cast("Any", row["type"]),  # an unknown word is refused by Account
        cast("Any", row.get("side") or None),
        row.get("parent") or None,
        row.get("currency") or None,
        row.get("control") or None,
        tuple(row.get("dimensions", "").split()),
        blocked=_flag(row, "blocked"),
        monetary=_flag(row, "monetary"),
        section=row.get("section", ""),
        english=row.get("english", ""),
    )


def _flag(row: Mapping[str, str], name: str) -> bool:
    word = row.get(name, "")
    if word not in _YES:
        raise FieldError("not_a_flag", "yes or no", field=name, value=word)
    return _YES[word]


def _read(name: str, what: str) -> str:
    path = Path(name)
    if not path.is_file():
        raise TableError("file_not_found", f"no such file; {what}", field="name", value=name)
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableError("undecodable_text", "not text in UTF-8", field="name", value=name) from error
