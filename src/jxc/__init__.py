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
    from jxc.api.compare import Comparison, compare
    from jxc.api.integers import value_integers
    from jxc.api.plugins import register_method
    from jxc.api.valuation import Valuation
    from jxc.api.value import value
    from jxc.costing.methods import CostingMethod
    from jxc.costing.policy import CostRounding, Policy
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
        TableError,
        UnitError,
    )
    from jxc.kernel.currencies import Currency
    from jxc.stock.problem import Problem

_HOMES = {
    "Comparison": "jxc.api.compare",
    "CostRounding": "jxc.costing.policy",
    "CostingMethod": "jxc.costing.methods",
    "Currency": "jxc.kernel.currencies",
    "CurrencyError": "jxc.errors",
    "DateError": "jxc.errors",
    "Explanation": "jxc.api.answers",
    "FieldError": "jxc.errors",
    "FrameworkError": "jxc.errors",
    "InputError": "jxc.errors",
    "JxcError": "jxc.errors",
    "LedgerError": "jxc.errors",
    "MissingExtraError": "jxc.errors",
    "Movement": "jxc.api.answers",
    "NotFoundError": "jxc.errors",
    "NumberError": "jxc.errors",
    "OnHand": "jxc.api.answers",
    "Policy": "jxc.costing.policy",
    "PolicyError": "jxc.errors",
    "Problem": "jxc.stock.problem",
    "StockError": "jxc.errors",
    "TableError": "jxc.errors",
    "UnitError": "jxc.errors",
    "Valuation": "jxc.api.valuation",
    "compare": "jxc.api.compare",
    "register_method": "jxc.api.plugins",
    "value": "jxc.api.value",
    "value_integers": "jxc.api.integers",
}

__all__ = [
    "Comparison",
    "CostRounding",
    "CostingMethod",
    "Currency",
    "CurrencyError",
    "DateError",
    "Explanation",
    "FieldError",
    "FrameworkError",
    "InputError",
    "JxcError",
    "LedgerError",
    "MissingExtraError",
    "Movement",
    "NotFoundError",
    "NumberError",
    "OnHand",
    "Policy",
    "PolicyError",
    "Problem",
    "StockError",
    "TableError",
    "UnitError",
    "Valuation",
    "__version__",
    "compare",
    "register_method",
    "value",
    "value_integers",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'jxc' has no attribute {name!r}")
    found = getattr(import_module(home), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
