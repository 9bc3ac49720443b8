"""What it means in money: accounts, entries, periods, currency, closing.

    accounts, chart      what amounts stand on               entries, book      lines that balance, decimal in
    ledger               posting, batches, pending, asking   checks, guards     what is refused, and in which order
    periods              open, closed, locked, reopened      turnovers          balances as sums
    exchange             realised, revalued                  steps, closing     month end, year end, undone
    missing              what others made, not posted yet
    targets, templates   stated balances, standing entries   verify             digests and seals

Nothing here knows the code of an account, reads a clock or a file, or changes what was posted.
"""

from jxc.ledger.accounts import NORMAL_SIDE, Account, AccountType, Side
from jxc.ledger.book import Book
from jxc.ledger.chart import Chart
from jxc.ledger.closing import MonthEnd, close_month, close_result, close_year, opening_entry, undo_close
from jxc.ledger.entries import Draft, Entry, EntryKind, Line
from jxc.ledger.exchange import revalue, revalue_back, settle
from jxc.ledger.guards import Guard
from jxc.ledger.ledger import BatchResult, Ledger
from jxc.ledger.missing import missing_entries
from jxc.ledger.pending import Pending
from jxc.ledger.periods import PeriodAct, Periods
from jxc.ledger.policy import LedgerPolicy
from jxc.ledger.steps import carry_over_cost, close_accounts, close_vat, income_tax, write_down
from jxc.ledger.targets import BalanceClaim, reach
from jxc.ledger.taxes import tax_entry_lines
from jxc.ledger.templates import Template, TemplateLine
from jxc.ledger.turnovers import Cells, Turnover
from jxc.ledger.verify import Seal, Verification, verify

__all__ = [
    "NORMAL_SIDE",
    "Account",
    "AccountType",
    "BalanceClaim",
    "BatchResult",
    "Book",
    "Cells",
    "Chart",
    "Draft",
    "Entry",
    "EntryKind",
    "Guard",
    "Ledger",
    "LedgerPolicy",
    "Line",
    "MonthEnd",
    "Pending",
    "PeriodAct",
    "Periods",
    "Seal",
    "Side",
    "Template",
    "TemplateLine",
    "Turnover",
    "Verification",
    "carry_over_cost",
    "close_accounts",
    "close_month",
    "close_result",
    "close_vat",
    "close_year",
    "income_tax",
    "missing_entries",
    "opening_entry",
    "reach",
    "revalue",
    "revalue_back",
    "settle",
    "tax_entry_lines",
    "undo_close",
    "verify",
    "write_down",
]
