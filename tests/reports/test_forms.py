"""The shipped forms: their rows are the published ones, and on random books they tie to each other."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jxc.edge.charts import LAYOUTS, layout_from_dict, load_chart, load_layout
from jxc.errors import JxcError
from jxc.kernel import Rate, RateTable, currency
from jxc.ledger import Book, Draft, Ledger, Line, close_month, revalue
from jxc.reports import NOT_COMPUTED, CostStatus, statement, trial_balance
from tests.ledger.strategies import NOW

FIRST, MIDDLE, LAST = dt.date(2026, 1, 1), dt.date(2026, 2, 1), dt.date(2026, 3, 31)
CHARTS = {name: load_chart(name) for name in LAYOUTS}
PARTS = {
    "cn-small-business": ("30", "47", "52", "53", "32", "7 13 19", "20", "21", "22"),
    "cn-enterprise": ("34", "60", "71", "72", "24", "10 22 31 32", "33", "34", "35"),
    "ifrs-trading": (
        *("assets", "liabilities", "equity", "equity_and_liabilities", "net_profit"),
        *("operating investing financing exchange", "net", "begin", "end"),
    ),
}
PARTS["us-trading"] = PARTS["ifrs-trading"]


@st.composite
def books(draw: st.DrawFn, name: str) -> Ledger:
    """A few months of a shipped chart: opening balances, anything else, foreign cash revalued twice."""
    chart = CHARTS[name]
    codes, bank = [one.code for one in chart.leaves], chart.role("bank").code
    ledger = Ledger(Book(chart, "CNY"))
    for place in range(draw(st.integers(2, 8))):
        one, other = (draw(st.one_of(st.just(bank), st.sampled_from(codes))) for _ in range(2))
        size, day = draw(st.integers(-(10**6), 10**6)), draw(st.dates(FIRST, LAST))
        opening = place == 0 and not (chart.get(one).in_income_statement or chart.get(other).in_income_statement)
        lines = [Line(one, size, size, "CNY", party="P"), Line(other, -size, -size, "CNY", party="Q")]
        if draw(st.booleans()):
            worth = ledger.book.convert(size, "USD", 7)
            lines = [
                Line(one, size, worth, "USD", rate=Decimal(7), party="P"),
                Line(other, -worth, -worth, "CNY", party="Q"),
            ]
        if size:
            ledger.post(Draft(FIRST if opening else day, tuple(lines), kind="opening" if opening else "normal"), at=NOW)
    for day, rate in ((dt.date(2026, 1, 31), "7.1"), (LAST, draw(st.sampled_from(["6.9", "7.1", "7.4"])))):
        draft = revalue(ledger, RateTable([Rate(currency("USD"), currency("CNY"), Decimal(rate), day)]), day)
        if draft is not None:
            ledger.post(draft, at=NOW)
    return ledger


def cash_of(ledger: Ledger, on: dt.date) -> Decimal:
    return sum((ledger.balance(one.code, on=on) for one in ledger.book.chart if one.section == "cash"), Decimal(0))


@pytest.mark.parametrize("name", sorted(CHARTS))
@settings(max_examples=30)
@given(data=st.data())
def test_statements_of_shipped_charts_tie_on_random_books(name: str, data: st.DataObject) -> None:  # L23 L24
    ledger = data.draw(books(name))
    sheet, profit, direct, indirect = (load_layout(layout) for layout in LAYOUTS[name])
    assets, debts, equity, both, result, parts, net, begin, end = PARTS[name]
    for first, last in ((FIRST, LAST), (FIRST, dt.date(2026, 1, 31)), (MIDDLE, LAST)):
        filled = statement(ledger, sheet, (first, last))
        assert filled.amount(assets) == filled.amount(both) == filled.amount(debts) + filled.amount(equity)
        opened = trial_balance(ledger, first, last).rows
        begins = sum((row.opening for row in opened if CHARTS[name].get(row.account).section == "cash"), Decimal(0))
        flow, other = statement(ledger, direct, (first, last)), statement(ledger, indirect, (first, last))
        assert flow.amount(begin) == other.amount("begin") == begins
        assert flow.amount(end) == other.amount("end") == cash_of(ledger, last)
        assert flow.amount(net) == sum(flow.amount(part) for part in parts.split()) == other.amount("net")
        if "exchange" in parts or name == "cn-enterprise":
            assert flow.amount("exchange" if "exchange" in parts else "32") == other.amount("exchange")
    earned = statement(ledger, profit, (FIRST, LAST)).amount(result)
    kept = statement(ledger, sheet, (FIRST, LAST)).amount(equity)
    for period in ledger.turnovers.periods:
        close_month(ledger, period, at=NOW)
    assert statement(ledger, profit, (FIRST, LAST)).amount(result) == earned
    assert statement(ledger, sheet, (FIRST, LAST)).amount(equity) == kept


SMALL_FLOW = """销售产成品、商品、提供劳务收到的现金 收到其他与经营活动有关的现金
购买原材料、商品、接受劳务支付的现金 支付的职工薪酬 支付的税费
支付其他与经营活动有关的现金 经营活动产生的现金流量净额
收回短期投资、长期债券投资和长期股权投资收到的现金 取得投资收益收到的现金
处置固定资产、无形资产和其他非流动资产收回的现金净额
短期投资、长期债券投资和长期股权投资支付的现金
购建固定资产、无形资产和其他非流动资产支付的现金 投资活动产生的现金流量净额
取得借款收到的现金 吸收投资者投资收到的现金 偿还借款本金支付的现金 偿还借款利息支付的现金
分配利润支付的现金 筹资活动产生的现金流量净额 四、现金净增加额 加:期初现金余额
五、期末现金余额"""
SMALL_SHEET = """货币资金 短期投资 应收票据 应收账款 预付账款 应收股利 应收利息 其他应收款 存货 其中:原材料
在产品 库存商品 周转材料 其他流动资产 流动资产合计 长期债券投资 长期股权投资 固定资产原价
减:累计折旧 固定资产账面价值 在建工程 工程物资 固定资产清理 生产性生物资产 无形资产
开发支出 长期待摊费用 其他非流动资产 非流动资产合计 资产总计 短期借款 应付票据 应付账款
预收账款 应付职工薪酬 应交税费 应付利息 应付利润 其他应付款 其他流动负债 流动负债合计
长期借款 长期应付款 递延收益 其他非流动负债 非流动负债合计 负债合计 实收资本(或股本)
资本公积 盈余公积 未分配利润 所有者权益(或股东权益)合计 负债和所有者权益(或股东权益)总计"""


def test_the_small_forms_have_the_published_rows_by_their_numbers() -> None:  # L24
    for name, rows in (("balance-sheet", SMALL_SHEET), ("cash-flow", SMALL_FLOW)):
        layout = load_layout(f"cn-small-business-{name}")
        assert [row.label for row in layout.rows] == rows.split()
        assert [row.id for row in layout.rows] == [str(place) for place in range(1, len(layout.rows) + 1)]
    sums = {row.id: row.sum for row in load_layout("cn-small-business-income-statement").rows if row.sum}
    assert sums == {
        "21": ("1", "-2", "-3", "-11", "-14", "-18", "20"),
        "30": ("21", "22", "-24"),
        "32": ("30", "-31"),
    }


def company(name: str = "cn-enterprise") -> Ledger:
    return Ledger(Book(CHARTS[name], "CNY"))


def post(ledger: Ledger, debit: str, credit: str, size: str, day: str = "2026-01-05", **more: object) -> None:
    book = ledger.book
    lines = (book.debit(debit, size, party="P"), book.credit(credit, size, party="P"))
    ledger.post(book.entry(day, *lines, **more), at=NOW)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("entries", "rows"),
    [
        ([("22210101", "30"), ("-22210102", "20")], {"13": "10.00", "43": "0.00"}),  # 留抵税额: an asset
        ([("22210101", "30"), ("-22210102", "50")], {"13": "0.00", "43": "20.00"}),
        ([("222104", "30"), ("-22210102", "50")], {"13": "30.00", "43": "50.00"}),  # 待认证 beside what is owed
        ([("222102", "5"), ("-222105", "8")], {"13": "5.00", "43": "0.00", "47": "8.00"}),
    ],
)
def test_tax_stands_on_its_right_side(entries: list[tuple[str, str]], rows: dict[str, str]) -> None:  # L23
    ledger = company()
    for code, size in entries:
        post(ledger, *(("1002", code[1:]) if code.startswith("-") else (code, "1002")), size)
    sheet = statement(ledger, load_layout("cn-enterprise-balance-sheet"), (FIRST, LAST))
    assert {row: str(sheet.amount(row)) for row in rows} == rows
    assert sheet.amount("34") == sheet.amount("72")


def test_what_an_opening_entry_states_is_no_turnover_and_no_flow() -> None:  # L22 L23 L24
    ledger = company("cn-small-business")
    post(ledger, "1002", "3001", "100", "2026-02-01", kind="opening")
    post(ledger, "5602", "1002", "7", "2026-02-01", kind="opening")  # earned before, in the books kept elsewhere
    post(ledger, "5602", "1002", "2", "2026-02-05")
    row = trial_balance(ledger, "2026-02-01", "2026-02-28").row("1002")
    assert row is not None
    assert [str(size) for size in (row.opening, row.debit, row.credit, row.closing)] == [
        "93.00",
        "0.00",
        "2.00",
        "91.00",
    ]
    flow = statement(
        ledger, load_layout("cn-small-business-cash-flow"), ("2026-02-01", "2026-02-28"), ("2026-01-01", "2026-12-31")
    )
    assert [[str(size) for size in flow.rows[at].amounts] for at in (5, 20, 21)] == [
        ["2.00"] * 2,
        ["93.00"] * 2,
        ["91.00"] * 2,
    ]
    profit = load_layout("cn-small-business-income-statement")
    spans = (("2026-02-01", "2026-02-28"), ("2026-01-01", "2026-12-31"))
    assert [str(size) for size in statement(ledger, profit, *spans).rows[13].amounts] == ["2.00", "9.00"]


def test_other_rates_make_no_flow() -> None:  # L24
    for name, exchange, others in (("cn-enterprise", "32", "3"), ("cn-small-business", "2", "1")):
        ledger = company(name)
        book = ledger.book
        lines = (
            book.debit("1002", "10", currency="USD", rate=7),
            book.debit("1122", "5", currency="USD", rate=7, party="P"),
        )
        ledger.post(book.entry(FIRST, *lines, book.credit(book.chart.role("capital").code, "105")), at=NOW)
        rates = RateTable([Rate(currency("USD"), currency("CNY"), Decimal("7.2"), LAST)])
        draft = revalue(ledger, rates, LAST)
        assert draft is not None
        ledger.post(draft, at=NOW)
        flow = statement(ledger, load_layout(f"{name}-cash-flow"), (MIDDLE, LAST))
        assert (str(flow.amount(exchange)), str(flow.amount(others))) == ("2.00", "0.00")


def refused(call: object, *args: object, **more: object) -> str:
    with pytest.raises(JxcError) as error:
        call(*args, **more)  # type: ignore[operator]
    return error.value.code


def test_reports_are_asked_by_days_that_are_days() -> None:  # L24 L26
    ledger, profit = company(), load_layout("cn-enterprise-income-statement")
    post(ledger, "1002", "6001", "1")
    for pair, code in (
        (("2026-12-31", "2026-01-01"), "last_before_first"),
        (("2026-01-01",), "not_a_span"),
        (dt.date(2026, 1, 1), "not_a_span"),
        (("2026-01-01", "2026-02-30"), "no_such_date"),
    ):
        assert refused(statement, ledger, profit, pair) == code
    assert refused(statement, ledger, profit) == "no_columns"
    assert refused(statement, ledger, profit, (FIRST, LAST), demand="finale") == "unknown_choice"
    assert refused(statement, ledger, profit, (FIRST, LAST), where={"prty": "x"}) == "unknown_dimension"
    found = statement(ledger, profit, ("2026-01-01", "2026-03-31"))
    assert (found.amount("1"), found.cost, found.cost.note) == (Decimal(1), NOT_COMPUTED, "cost is not computed")
    assert refused(found.amount, "1", 1) == "no_such_statement_column"
    assert refused(trial_balance, ledger, "2026-02-01", "2026-01-01") == "last_before_first"
    for level in (0, -1, "1"):
        assert refused(trial_balance, ledger, level=level) == "unknown_level"
    assert CostStatus(LAST, ("GR-7",), 2).note == (
        "cost is computed until 2026-03-31; 2 movements have no cost; 1 provisional, such as GR-7"
    )


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"label": "A"}, "missing_field"),
        ({"id": "1"}, "missing_field"),
        ({"id": "1", "label": "A", "side": "debt"}, "unknown_side"),
        ({"id": "1", "label": "A", "terms": "1002"}, "not_a_list"),
        ({"id": "1", "label": "A", "terms": [1002]}, "not_a_list"),
        ({"id": "1", "label": "A", "sum": "2"}, "not_a_list"),
        ({"id": "1", "label": "A", "detail": "no"}, "not_a_flag"),
        ({"id": "1", "label": "A", "terms": ["1002"], "sum": ["1"]}, "terms_and_sum"),
        ({"id": 1, "label": "A"}, "not_text"),
        ({"id": "1", "label": " A"}, "space_around_text"),
        ({"id": "1", "label": "A", "terms": ["1002 in"]}, "unknown_part"),
        ("1", "not_a_layout"),
    ],
)
def test_a_layout_says_what_it_means(row: object, code: str) -> None:  # L24
    shape = {"id": "x", "name": "X", "kind": "balance_sheet", "rows": [row]}
    assert refused(layout_from_dict, shape) == code
    assert refused(layout_from_dict, {**shape, "rows": "abc"}) == "not_a_layout"
    assert refused(layout_from_dict, {"id": "x"}) == "missing_field"
    for kind, part in (("income_statement", "debit"), ("cash_flow", "credit"), ("cash_flow_indirect", "in")):
        sided = {"id": "1", "label": "A", "terms": [f"1002 {part}"]}
        assert refused(layout_from_dict, {**shape, "kind": kind, "rows": [sided]}) == "unknown_part"
