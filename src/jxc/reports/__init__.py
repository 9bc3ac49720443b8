"""Pure tables over a ledger: trial balance, statements, account and party ledgers, ageing.

    trial_balance     opening, turnover, closing             account_ledger   lines with a running balance
    layout            statements as data                     open_items       what is left of every line of a party
    statements        balance sheet, profit, cash flow       ageing           by how long overdue
    cash_flow         where cash came from                   market           what holdings are worth
    cost_status       how far cost has been computed         span             the days a report is about

Every figure is a sum over posted entries; nothing here posts, rounds or guesses.
"""

from jxc.reports.account_ledger import AccountLedger, LedgerRow, account_ledger
from jxc.reports.ageing import Ageing, AgeingRow, ageing
from jxc.reports.cost_status import NOT_COMPUTED, CostStatus
from jxc.reports.layout import Layout, LayoutRow, Term
from jxc.reports.market import MarketValue, market_values
from jxc.reports.open_items import OpenItem, open_items
from jxc.reports.statements import Column, Statement, StatementRow, statement
from jxc.reports.trial_balance import TrialBalance, TrialRow, trial_balance

__all__ = [
    "NOT_COMPUTED",
    "AccountLedger",
    "Ageing",
    "AgeingRow",
    "Column",
    "CostStatus",
    "Layout",
    "LayoutRow",
    "LedgerRow",
    "MarketValue",
    "OpenItem",
    "Statement",
    "StatementRow",
    "Term",
    "TrialBalance",
    "TrialRow",
    "account_ledger",
    "ageing",
    "market_values",
    "open_items",
    "statement",
    "trial_balance",
]
