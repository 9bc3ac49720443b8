"""Posting tables from data and files (B1, B8): read back as they were, refused with the path of what is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jxc.edge.posting_tables import (
    dump_posting_table,
    load_posting_table,
    posting_schema,
    posting_table,
    shipped_posting_tables,
)
from jxc.errors import InputError, JxcError

MINE: dict[str, Any] = {
    "id": "mine",
    "extends": "perpetual",
    "rules": [
        {
            "id": "scrap",
            "event": "scrap",
            "lines": ["debit count_loss cost by department", "credit goods value", "debit count_loss tax", TAX],
        }
        for TAX in ("credit input_tax_transferred_out tax",)
    ],
    "accounts": [{"role": "inventory", "when": {"item_group": ["tea", "herbs"]}, "to": "account:140501"}],
}


@pytest.mark.parametrize("name", shipped_posting_tables())
def test_a_shipped_table_reads_back(name: str) -> None:
    table = load_posting_table(name)
    dumped = json.loads(json.dumps(dump_posting_table(table), ensure_ascii=False))
    assert posting_table(dumped) == table
    assert table.id == name


def test_json_and_csv_say_the_same(tmp_path: Path) -> None:
    (tmp_path / "mine.json").write_text(json.dumps(MINE), "utf-8")
    rows = [
        "row,id,event,when,line,leave,role,to,memo",
        "table,mine,,,,,,perpetual,",
        "rule,scrap,scrap,,debit count_loss cost by department,,,,",
        "rule,scrap,scrap,,credit goods value,,,,",
        "rule,scrap,scrap,,debit count_loss tax,,,,",
        "rule,scrap,scrap,,credit input_tax_transferred_out tax,,,,",
        "account,,,item_group=tea|herbs,,,inventory,account:140501,",
    ]
    (tmp_path / "mine.csv").write_text("\n".join(rows), "utf-8-sig")
    found = load_posting_table(str(tmp_path / "mine.json"))
    assert found == load_posting_table(str(tmp_path / "mine.csv"))
    assert found.rule("scrap", {}).lines[0].dimensions == ("department",)
    assert found.player("inventory", {"item_group": "herbs"}) == "account:140501"
    assert found.rule("receipt", {}) == load_posting_table("perpetual").rule("receipt", {})


def changed(**more: Any) -> dict[str, Any]:
    return {**MINE, **more}


@pytest.mark.parametrize(
    ("code", "field", "given"),
    [
        ("unknown_field", "rulez", changed(rulez=[])),
        ("missing_field", "rules[0].event", changed(rules=[{"id": "x", "lines": []}])),
        ("bad_value", "rules[0].lines", changed(rules=[{"id": "x", "event": "scrap", "lines": 3}])),
        ("bad_value", "negative", changed(negative="green")),
        ("not_a_line", "rules[0].line", changed(rules=[{"id": "x", "event": "scrap", "lines": ["goods value"]}])),
        ("not_a_line", "defaults[0].line", changed(defaults=["debit goods value blue"])),
        ("unknown_event_kind", "event", changed(rules=[{"id": "x", "event": "scarp", "lines": []}])),
        ("unknown_posting_role", "role", changed(accounts=[{"role": "inventroy", "to": "goods"}])),
        ("empty_text", "accounts[0].when", changed(accounts=[{"role": "goods", "to": "x", "when": {"item": []}}])),
        ("file_not_found", "name", changed(extends="nowhere")),
        ("no_such_rule", "memos", changed(memos={"recipt": "采购入库"})),
    ],
)
def test_bad_data_is_refused(code: str, field: str, given: dict[str, Any]) -> None:
    with pytest.raises(JxcError) as refused:
        posting_table(given)
    assert (refused.value.code, refused.value.field) == (code, field)


@pytest.mark.parametrize(
    ("code", "name", "content"),
    [
        ("not_a_posting_table", "x.json", b"{"),
        ("not_a_posting_table", "x.json", b"[]"),
        ("undecodable_text", "x.json", b"\xff\xfe"),
        ("unknown_columns", "x.csv", b"row,rule\n"),
        ("bad_value", "x.csv", b"row,id\nrulle,x\n"),
    ],
)
def test_bad_files_are_refused(code: str, name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as refused:
        load_posting_table(str(tmp_path / name))
    assert refused.value.code == code


def test_the_schema_names_every_field() -> None:
    schema = posting_schema()
    assert set(schema["properties"]) == {
        *("id", "name", "extends", "rules", "accounts", "defaults", "attributes", "negative", "memos"),
    }
    assert schema["additionalProperties"] is False
    assert set(schema["$defs"]) == {"RuleRow", "PlayerRow"}
