"""A chart of accounts as plain JSON and back, whole: what a book was opened with is what it is kept by.

>>> tiny = Chart("tiny", (Account("1405", "Goods", "asset", dimensions=("party",)),), {"inventory": "1405"})
>>> chart_from(chart_json(tiny)) == tiny
True
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from jxc.ledger.accounts import Account
from jxc.ledger.chart import Chart

__all__ = ["Account", "Chart", "chart_from", "chart_json"]

_FIELDS = tuple(each.name for each in fields(Account))


def chart_json(chart: Chart) -> dict[str, Any]:
    """The chart with all its accounts and roles."""
    accounts = [{name: _told(value) for name in _FIELDS if (value := getattr(one, name))} for one in chart]
    return {"id": chart.id, "name": chart.name, "roles": dict(chart.roles), "accounts": accounts}


def chart_from(kept: Mapping[str, Any]) -> Chart:
    """The chart that was kept."""
    return Chart(kept["id"], tuple(_account(one) for one in kept["accounts"]), kept["roles"], kept["name"])


def _told(value: Any) -> Any:
    return [*value] if type(value) is tuple else value


def _account(kept: Mapping[str, Any]) -> Account:
    given = dict(kept)
    given["dimensions"] = tuple(kept.get("dimensions", ()))
    return Account(**given)
