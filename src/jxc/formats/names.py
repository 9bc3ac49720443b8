"""Names of accounts as plain-text ledgers take them: by type, then the code of every account above, colons between.

    1405 库存商品 (asset)  ->  Assets:1405          222101 under 2221  ->  Liabilities:2221:222101

Invariant: two accounts never get one name; a name has only letters, digits and hyphens between its colons.

>>> from jxc.ledger.accounts import Account
>>> account_names(Chart("x", (Account("1", "A", "asset"), Account("a b", "B", "asset"), Account("a.b", "C", "asset"))))
{'1': 'Assets:1', 'a b': 'Assets:A-b', 'a.b': 'Assets:A-b-2'}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from jxc.ledger.accounts import AccountType
from jxc.ledger.chart import Chart

__all__ = ["account_names"]

_ROOTS: Mapping[AccountType, str] = MappingProxyType(
    {"asset": "Assets", "liability": "Liabilities", "equity": "Equity", "income": "Income", "expense": "Expenses"}
)
_STRANGE = re.compile(r"[^0-9A-Za-z\u4e00-\u9fff-]+")


def account_names(chart: Chart) -> dict[str, str]:
    """Code -> name, in the order of the chart."""
    found: dict[str, str] = {}
    taken: dict[str, int] = {}
    for account in chart:
        parts = [_part(one.code) for one in chart.path(account.code)]
        name = ":".join([_ROOTS[account.type], *parts])
        taken[name] = taken.get(name, 0) + 1
        found[account.code] = name if taken[name] == 1 else f"{name}-{taken[name]}"
    return found


def _part(code: str) -> str:
    """One part: it begins with a capital letter or a digit."""
    text = _STRANGE.sub("-", code).strip("-") or "X"
    return (
        text
        if text[0].isdigit() or text[0].isupper()
        else text[0].upper() + text[1:]
        if text[0].isascii()
        else f"X{text}"
    )
