"""The figures of statements that golden cases name, from the statements of the engine.

    income_statement(ledger, "gross_margin")       balance_sheet(ledger, "equity")       cash_flow(ledger, "operating")

Invariant: every figure is a row of a shipped layout or a sum over one type of account; None where a word is unknown.

>>> _PROFIT["cogs"], _SHEET["total_assets"]
('cost_of_sales', 'assets')
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from jxc.edge.charts import load_layout
from jxc.golden.ledger_sections import chart_of
from jxc.ledger.accounts import AccountType
from jxc.ledger.ledger import Ledger
from jxc.reports.statements import Statement, statement

__all__ = ["balance_sheet", "cash_flow", "income_statement"]

_PROFIT = {
    "net_sales": "revenue",
    "cost_of_sales": "cost_of_sales",
    "cogs": "cost_of_sales",
    "gross_margin": "gross_profit",
    "gross_profit": "gross_profit",
    "operating_income": "operating_profit",
    "operating_profit": "operating_profit",
    "profit_before_tax": "profit_before_tax",
    "income_tax": "income_tax",
    "net_income": "net_profit",
    "net_profit": "net_profit",
    "cost_of_goods_sold": "cost_of_sales",
    "selling_expenses": "selling",
    "administrative_expenses": "administrative",
    "finance_costs": "finance",
    "other_expenses": "other_expense",
}
_SHEET = {
    "total_assets": "assets",
    "total_liabilities": "liabilities",
    "total_equity": "equity",
    "owners_equity": "equity",
    "inventory": "inventories",
    "liabilities_and_equity": "equity_and_liabilities",
    "total_liabilities_and_equity": "equity_and_liabilities",
}
_WHOLE = {"total_revenue": "revenue", "total_revenues": "revenue", "total_expenses": "expenses"}
_CHINESE = {
    "cn-enterprise": {"operating_profit": "19", "profit_before_tax": "22", "income_tax": "23", "net_income": "24"},
    "cn-small-business": {"operating_profit": "21", "profit_before_tax": "30", "income_tax": "31", "net_income": "32"},
}
_OPERATING = ("selling", "administrative", "tax_expense")


def income_statement(ledger: Ledger, word: str, first: date | None = None, last: date | None = None) -> Decimal | None:
    """A figure of the income statement between two days; of all days where none are given."""
    begin, end = _days(ledger, first, last)
    word = _WHOLE.get(word, word)
    if word in ("revenue", "expenses"):
        cells = ledger.cells(begin, end, closing=False)
        return _sum_of(ledger, cells, "income") * -1 if word == "revenue" else _sum_of(ledger, cells, "expense")
    chart = chart_of([account.code for account in ledger.book.chart])
    if chart is not None and word in _CHINESE[chart]:
        return _filled(ledger, f"{chart}-income-statement", begin, end).amount(_CHINESE[chart][word])
    found = _filled(ledger, "general-income-statement", begin, end)
    if word == "operating_expenses":
        return sum((found.amount(row) for row in _OPERATING), Decimal(0))
    return _row(found, _PROFIT.get(word, word))


def balance_sheet(ledger: Ledger, word: str, first: date | None = None, last: date | None = None) -> Decimal | None:
    """A figure of the balance sheet; the result that is not closed yet is equity."""
    del first
    word = _SHEET.get(word, word)
    cells = ledger.cells(None, last)
    assets, debts = _sum_of(ledger, cells, "asset"), -_sum_of(ledger, cells, "liability")
    before = ledger.cells(None, last, closing=False)
    figures = {
        "assets": assets,
        "liabilities": debts,
        "net_assets": assets - debts,
        "equity": -sum((_sum_of(ledger, cells, kind) for kind in ("equity", "income", "expense")), Decimal(0)),
        "equity_before_profit": -_sum_of(ledger, before, "equity"),
        "inventory_net": _filled(ledger, "general-balance-sheet", *_days(ledger, None, last)).amount("inventories"),
    }
    if word in figures:
        return figures[word]
    return _row(_filled(ledger, "general-balance-sheet", *_days(ledger, None, last)), word)


def cash_flow(ledger: Ledger, word: str, first: date | None = None, last: date | None = None) -> Decimal | None:
    """A figure of the indirect cash flow statement; of the year of the last entry where no days are given."""
    end = _days(ledger, first, last)[1]
    begin = first or end.replace(month=1, day=1)
    found = _filled(ledger, "general-cash-flow-indirect", begin, end)
    return _row(found, word)


def _row(found: Statement, word: str) -> Decimal | None:
    return found.amount(word) if any(row.id == word for row in found.rows) else None


def _filled(ledger: Ledger, layout: str, begin: date, end: date) -> Statement:
    return statement(ledger, load_layout(layout), (begin, end))


def _days(ledger: Ledger, first: date | None, last: date | None) -> tuple[date, date]:
    days = [entry.date for entry in ledger.entries] or [date(2000, 1, 1)]
    return first or min(days), last or max(days)


def _sum_of(ledger: Ledger, cells: dict[tuple[str, str, str | None], list[int]], kind: AccountType) -> Decimal:
    total = sum(cell[2] - cell[3] for (code, _, _), cell in cells.items() if ledger.book.chart.get(code).type == kind)
    return ledger.book.amount(total)
