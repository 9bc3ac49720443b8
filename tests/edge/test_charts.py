"""Charts and layouts from files: what is shipped is whole, and what a user brings is checked."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from jxc.edge.charts import LAYOUTS, layout_from_dict, load_chart, load_layout, shipped_charts
from jxc.errors import FieldError, JxcError, LedgerError, TableError
from jxc.ledger import Account, Book, Chart, Draft, Ledger, Line
from jxc.reports import statement

NEEDED = (
    *("cash", "bank", "receivable", "payable", "estimated_payable", "inventory", "goods_in_transit", "goods_shipped"),
    *("revenue", "cost_of_sales", "selling_expense", "administrative_expense", "exchange_gain", "exchange_loss"),
    *("income_tax", "income_tax_payable", "profit_for_year", "retained_earnings", "output_tax", "capital"),
)


@pytest.mark.parametrize("name", shipped_charts())
def test_a_shipped_chart_plays_every_role(name: str) -> None:
    chart = load_chart(name)
    for role in NEEDED:
        assert chart.is_leaf(chart.role(role).code), role
    assert all(account.section for account in chart)


@pytest.mark.parametrize("name", shipped_charts())
def test_every_account_of_a_shipped_chart_is_in_its_statements(name: str) -> None:
    chart = load_chart(name)
    book, day = Book(chart, "CNY"), dt.date(2026, 1, 31)
    bank = chart.role("bank").code
    for account in chart.leaves:
        for size in (100, -100):
            if account.code == bank:
                continue
            ledger = Ledger(book)
            lines = (Line(account.code, size, size, "CNY", party="P"), Line(bank, -size, -size, "CNY"))
            ledger.post(Draft(day, lines), at=dt.datetime(2026, 1, 31, tzinfo=dt.UTC))
            cash = sum(ledger.balance(one.code) for one in chart.leaves if one.section == "cash")
            sheet, _, *flows = (statement(ledger, load_layout(one), (day, day)) for one in LAYOUTS[name])
            rows = {row.label: row.amounts[0] for row in sheet.rows}
            totals = [amount for label, amount in rows.items() if "总计" in label or label.startswith("Total")]
            assert totals[0] == totals[-1], account
            for flow in flows:
                assert flow.rows[-1].amounts[0] == cash, (account, flow.layout.id)


def test_the_two_chinese_standards_differ_where_practice_says() -> None:
    small, full = load_chart("cn-small-business"), load_chart("cn-enterprise")
    assert (small.get("4101").name, full.get("4101").name) == ("制造费用", "盈余公积")
    assert (small.role("exchange_gain").code, small.role("exchange_loss").code) == ("5301", "5603")
    assert full.role("exchange_gain") == full.role("exchange_loss")
    with pytest.raises(LedgerError) as missing:
        small.role("stock_allowance")
    assert missing.value.code == "role_missing"
    assert sum(1 for account in small if len(account.code) == 4 and account.code != "1406") == 66


def refused(call: object, *args: object) -> str:
    with pytest.raises(JxcError) as error:
        call(*args)  # type: ignore[operator]
    return error.value.code


def test_a_user_loads_their_own(tmp_path) -> None:
    own = tmp_path / "own.csv"
    own.write_text("code,name,type,roles,blocked\n1,Cash,asset,cash bank,\n2,Old,asset,,yes\n", "utf-8")
    chart = load_chart(str(own))
    assert (chart.id, chart.role("bank").code, chart.get("2").blocked) == ("own", "1", True)
    for text, code in {
        "code,name,type\n": "empty_file",
        "code,name,type,rolls\n1,A,asset,x\n": "unknown_columns",
        "code,name,type\n1,,asset\n": "missing_field",
        "code,name,type\n1,A,assets\n": "unknown_account_type",
        "code,name,type,side\n1,A,asset,left\n": "unknown_side",
        "code,name,type,blocked\n1,A,asset,maybe\n": "not_a_flag",
        "code,name,type,roles\n1,A,asset,cash\n2,B,asset,cash\n": "duplicate_role",
        "code,name,type\n1,A,asset\n1,B,asset\n": "duplicate_account",
        "code,name,type,parent\n1,A,asset,9\n": "unknown_parent",
        "code,name,type,type\n1,A,asset,liability\n": "duplicate_column",
        'code,name,type\n1,"A\nB",asset\n': "unseen_character",
        "code,name,type\n1,A,asset,more\n": "unknown_columns",
    }.items():
        own.write_text(text, "utf-8")
        assert refused(load_chart, str(own)) == code
    own.write_bytes(b"\xff\xfe1")
    assert refused(load_chart, str(own)) == "undecodable_text"
    assert refused(load_chart, "nowhere") == "file_not_found"


def test_a_user_loads_their_own_layout(tmp_path) -> None:
    own = tmp_path / "own.json"
    shape = {"id": "x", "name": "X", "kind": "balance_sheet", "rows": [{"id": "1", "label": "Cash", "terms": ["1002"]}]}
    own.write_text(json.dumps(shape), "utf-8")
    assert load_layout(str(own)).rows[0].terms[0].key == "1002"
    own.write_text("{", "utf-8")
    assert refused(load_layout, str(own)) == "not_a_layout"
    assert refused(layout_from_dict, [1]) == "not_a_layout"
    assert refused(layout_from_dict, {**shape, "rows": [{"id": "1", "label": "A", "term": []}]}) == "unknown_field"


def test_a_chart_is_a_tree() -> None:
    one, two = Account("1", "A", "asset", parent="2"), Account("2", "B", "asset", parent="1")
    assert refused(Chart, "x", (one, two)) == "account_circle"
    assert (
        refused(Chart, "x", (Account("1", "A", "asset"), Account("2", "B", "equity", parent="1")))
        == "parent_type_differs"
    )
    assert refused(Chart, "x", (Account("1", "A", "asset"),), {"cash": "2"}) == "role_without_account"
    chart = load_chart("cn-small-business")
    assert [account.code for account in chart.path("22210101")] == ["2221", "222101", "22210101"]
    with pytest.raises(LedgerError, match="did you mean"):
        chart.get("22210109")
    assert issubclass(TableError, JxcError)
    assert issubclass(FieldError, JxcError)
