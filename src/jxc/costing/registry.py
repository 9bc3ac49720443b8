"""The methods that come with jxc, and what the frameworks of accounting say about each.

>>> builtin_methods().names()
('fifo', 'gross_profit', 'hifo', 'lifo', 'lofo', 'moving_average', 'periodic_average', 'planned', 'retail', \
'specific', 'standard')
>>> check_framework("lifo", "ifrs")
Traceback (most recent call last):
...
jxc.errors.FrameworkError: IFRS does not allow this costing method (method: lifo); IAS 2.25: choose one of \
fifo, moving_average, periodic_average, retail, specific, standard, or waive the check for an analysis
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from jxc.costing.average import MOVING_AVERAGE, PERIODIC_AVERAGE
from jxc.costing.by_cost import HIGHEST_FIRST, LOWEST_FIRST
from jxc.costing.fifo import FIFO
from jxc.costing.lifo import LIFO
from jxc.costing.methods import MethodRegistry
from jxc.costing.planned_methods import GROSS_PROFIT, PLANNED, RETAIL
from jxc.costing.specific import SPECIFIC
from jxc.costing.standard import STANDARD
from jxc.errors import FrameworkError, PolicyError

__all__ = ["Framework", "builtin_methods", "check_framework", "check_write_down"]

Framework: TypeAlias = Literal["ifrs", "cas", "cas_small", "us_gaap"]
"""IFRS, 企业会计准则, 小企业会计准则, US GAAP."""

_COMMON = ("fifo", "moving_average", "periodic_average", "retail", "specific", "standard")
_CHINA = (*_COMMON, "gross_profit", "planned")
_RULES: Mapping[str, tuple[str, str, tuple[str, ...]]] = MappingProxyType(
    {
        "ifrs": ("IFRS", "IAS 2.25", _COMMON),
        "cas": ("企业会计准则", "CAS 1 art. 14", _CHINA),
        "cas_small": ("小企业会计准则", "小企业会计准则 art. 13", _CHINA),
        "us_gaap": ("US GAAP", "ASC 330-10-30-9", ("lifo", *_COMMON)),
    }
)


def builtin_methods() -> MethodRegistry:
    """A fresh registry of the methods that come with jxc."""
    by_row = (FIFO, LIFO, HIGHEST_FIRST, LOWEST_FIRST, MOVING_AVERAGE, SPECIFIC, STANDARD)
    return MethodRegistry((*by_row, PERIODIC_AVERAGE, PLANNED, RETAIL, GROSS_PROFIT))


def check_framework(method: str, framework: str | None, *, waive: bool = False) -> None:
    """Raise ``FrameworkError`` ``method_not_allowed`` if the framework forbids the method and it is not waived."""
    if framework is None:
        return
    name, source, allowed = _rule(framework)
    if method not in allowed and not waive:
        raise FrameworkError(
            "method_not_allowed",
            f"{name} does not allow this costing method",
            field="method",
            value=method,
            hint=f"{source}: choose one of {', '.join(sorted(allowed))}, or waive the check for an analysis",
            framework=framework,
        )


def check_write_down(framework: str | None, *, reversal: bool = False, waive: bool = False) -> None:
    """Raise ``FrameworkError`` if the framework knows no write-down of stock, or no reversal of one.

    IAS 2.28-33 and CAS 1 art. 15-19 know both; 小企业会计准则 art. 6 knows no impairment; ASC 330-10-35 no reversal.
    """
    if framework is None or waive:
        return
    name, _, _ = _rule(framework)
    if framework == "cas_small":
        raise FrameworkError(
            "write_down_not_allowed",
            f"{name} knows no write-down of stock: a loss is booked when it happens",
            field="type",
            value="write_down",
            hint="小企业会计准则 art. 6; scrap or sell the goods, or waive the check for an analysis",
        )
    if reversal and framework == "us_gaap":
        raise FrameworkError(
            "reversal_not_allowed",
            f"{name} does not let a write-down be taken back",
            field="type",
            value="write_down_reversal",
            hint="ASC 330-10-35-14: the written-down amount is the new cost; or waive the check for an analysis",
        )


def _rule(framework: str) -> tuple[str, str, tuple[str, ...]]:
    if not isinstance(framework, str) or framework not in _RULES:  # pyright: ignore[reportUnnecessaryIsInstance]
        raise PolicyError(
            "unknown_framework",
            "there is no such framework",
            field="framework",
            value=framework,
            hint=f"use one of {', '.join(get_args(Framework))}",
        )
    return _RULES[framework]
