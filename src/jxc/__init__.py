"""jxc: the engine room of 进销存. What was bought, what was sold, what is left, and what it cost, to the cent.

    import jxc

    fifo = jxc.value(moves, method="fifo", currency="CNY")
    fifo.cost_of_sales, fifo.on_hand, fifo.problems, fifo.explain(row=2)

Names load when they are first used, so that ``import jxc`` is light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from jxc._version import __version__

if TYPE_CHECKING:
    from jxc.api.answers import Explanation, Movement, OnHand
    from jxc.api.business.business import Business
    from jxc.api.business.moving_books import load_book
    from jxc.api.business.opening import open_book as open  # noqa: A004 - jxc.open is what a user looks for
    from jxc.api.business.results import Batch, Done
    from jxc.api.compare import Comparison, compare
    from jxc.api.cost_status import cost_status
    from jxc.api.differences import DifferenceExplanation
    from jxc.api.group_months import (
        GrossProfitQuarter,
        PlannedMonth,
        RetailMonth,
        gross_profit_quarter,
        planned_month,
        retail_from_balances,
        retail_month,
    )
    from jxc.api.group_rates import GroupRate
    from jxc.api.history import History, Operation
    from jxc.api.integers import value_integers
    from jxc.api.late_answers import Balance, Booking, Change, CostChange
    from jxc.api.month_end import MonthEnd, month_end
    from jxc.api.month_records import CostRecord, undo_month_end
    from jxc.api.plugins import register_method
    from jxc.api.posting import check_goods, post_valuation
    from jxc.api.valuation import Valuation
    from jxc.api.value import value
    from jxc.api.variances import PeriodVariance, period_variances
    from jxc.costing.methods import CostingMethod
    from jxc.costing.policy import CostRounding, Policy
    from jxc.edge.posting_tables import load_posting_table
    from jxc.errors import (
        CurrencyError,
        DateError,
        FieldError,
        FrameworkError,
        InputError,
        JxcError,
        LedgerError,
        MissingExtraError,
        NotFoundError,
        NumberError,
        PolicyError,
        StockError,
        StoreError,
        TableError,
        UnitError,
    )
    from jxc.kernel.currencies import Currency
    from jxc.posting.journal import Journal
    from jxc.posting.policy import PostingPolicy
    from jxc.posting.standing import StandingCheck
    from jxc.posting.table import PostingTable
    from jxc.stock.problem import Problem

_HOMES = {
    "Batch": "jxc.api.business.results",
    "Balance": "jxc.api.late_answers",
    "Booking": "jxc.api.late_answers",
    "Business": "jxc.api.business.business",
    "Change": "jxc.api.late_answers",
    "Comparison": "jxc.api.compare",
    "CostChange": "jxc.api.late_answers",
    "CostRecord": "jxc.api.month_records",
    "CostRounding": "jxc.costing.policy",
    "CostingMethod": "jxc.costing.methods",
    "Currency": "jxc.kernel.currencies",
    "CurrencyError": "jxc.errors",
    "DateError": "jxc.errors",
    "DifferenceExplanation": "jxc.api.differences",
    "Done": "jxc.api.business.results",
    "Explanation": "jxc.api.answers",
    "FieldError": "jxc.errors",
    "FrameworkError": "jxc.errors",
    "GrossProfitQuarter": "jxc.api.group_months",
    "GroupRate": "jxc.api.group_rates",
    "History": "jxc.api.history",
    "InputError": "jxc.errors",
    "Journal": "jxc.posting.journal",
    "JxcError": "jxc.errors",
    "LedgerError": "jxc.errors",
    "MissingExtraError": "jxc.errors",
    "MonthEnd": "jxc.api.month_end",
    "Movement": "jxc.api.answers",
    "NotFoundError": "jxc.errors",
    "NumberError": "jxc.errors",
    "OnHand": "jxc.api.answers",
    "Operation": "jxc.api.history",
    "PeriodVariance": "jxc.api.variances",
    "PlannedMonth": "jxc.api.group_months",
    "Policy": "jxc.costing.policy",
    "PolicyError": "jxc.errors",
    "PostingPolicy": "jxc.posting.policy",
    "PostingTable": "jxc.posting.table",
    "Problem": "jxc.stock.problem",
    "RetailMonth": "jxc.api.group_months",
    "StandingCheck": "jxc.posting.standing",
    "StockError": "jxc.errors",
    "StoreError": "jxc.errors",
    "TableError": "jxc.errors",
    "UnitError": "jxc.errors",
    "Valuation": "jxc.api.valuation",
    "check_goods": "jxc.api.posting",
    "compare": "jxc.api.compare",
    "cost_status": "jxc.api.cost_status",
    "gross_profit_quarter": "jxc.api.group_months",
    "load_posting_table": "jxc.edge.posting_tables",
    "load_book": "jxc.api.business.moving_books",
    "month_end": "jxc.api.month_end",
    "open": "jxc.api.business.opening:open_book",
    "period_variances": "jxc.api.variances",
    "planned_month": "jxc.api.group_months",
    "post_valuation": "jxc.api.posting",
    "register_method": "jxc.api.plugins",
    "retail_from_balances": "jxc.api.group_months",
    "retail_month": "jxc.api.group_months",
    "undo_month_end": "jxc.api.month_records",
    "value": "jxc.api.value",
    "value_integers": "jxc.api.integers",
}

__all__ = [
    "Balance",
    "Batch",
    "Booking",
    "Business",
    "Change",
    "Comparison",
    "CostChange",
    "CostRecord",
    "CostRounding",
    "CostingMethod",
    "Currency",
    "CurrencyError",
    "DateError",
    "DifferenceExplanation",
    "Done",
    "Explanation",
    "FieldError",
    "FrameworkError",
    "GrossProfitQuarter",
    "GroupRate",
    "History",
    "InputError",
    "Journal",
    "JxcError",
    "LedgerError",
    "MissingExtraError",
    "MonthEnd",
    "Movement",
    "NotFoundError",
    "NumberError",
    "OnHand",
    "Operation",
    "PeriodVariance",
    "PlannedMonth",
    "Policy",
    "PolicyError",
    "PostingPolicy",
    "PostingTable",
    "Problem",
    "RetailMonth",
    "StandingCheck",
    "StockError",
    "StoreError",
    "TableError",
    "UnitError",
    "Valuation",
    "__version__",
    "check_goods",
    "compare",
    "cost_status",
    "gross_profit_quarter",
    "load_book",
    "load_posting_table",
    "month_end",
    "open",
    "period_variances",
    "planned_month",
    "post_valuation",
    "register_method",
    "retail_from_balances",
    "retail_month",
    "undo_month_end",
    "value",
    "value_integers",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'jxc' has no attribute {name!r}")
    module, _, attribute = home.partition(":")
    found = getattr(import_module(module), attribute or name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
