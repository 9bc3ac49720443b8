"""A costing policy as plain JSON and back: whole, so that a default that changes later changes no book.

Invariant: ``policy_from(policy_json(policy)) == policy``; what is kept names every choice, those at their default too.

>>> kept = policy_json(Policy(method="moving_average", standard_cost={"TEA": Fraction(1, 3)}))
>>> kept["method"], kept["standard_cost"], kept["negative_stock"]
('moving_average', {'TEA': '1/3'}, 'refuse')
>>> policy_from(kept).standard_cost["TEA"]
Fraction(1, 3)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from fractions import Fraction
from typing import Any, cast

from jxc.costing.policy import CostRounding, Policy
from jxc.errors import PolicyError

__all__ = ["Policy", "check_keepable", "policy_from", "policy_json"]

_FRACTIONS = ("standard_cost", "gross_margin")


def policy_json(policy: Policy) -> dict[str, Any]:
    """Every choice of a policy as plain JSON."""
    return {each.name: _plain(getattr(policy, each.name)) for each in fields(policy)}


def policy_from(kept: Mapping[str, Any]) -> Policy:
    """The policy that was kept; a choice that was not there yet when it was kept has its default."""
    given = dict(kept)
    given["rounding"] = CostRounding(**kept["rounding"])
    for name in _FRACTIONS:
        given[name] = {key: Fraction(cost) for key, cost in kept[name].items()}
    if kept["initial_unit_cost"] is not None:
        given["initial_unit_cost"] = Fraction(kept["initial_unit_cost"])
    return Policy(**given)


def check_keepable(policy: Policy, money_places: int) -> None:
    """Refuse a policy that a book of that currency cannot be kept by: ``PolicyError`` ``not_for_a_book``."""
    if policy.rounding.money_places not in (None, money_places):
        places = str(policy.rounding.money_places)
        _refuse("rounding.money_places", places, f"entries hold amounts of {money_places} places")
    if policy.rounding.rule == "none":
        _refuse("rounding", "none", "entries hold whole minor units")
    names = {policy.method, *policy.item_methods.values(), *policy.location_methods.values()}
    for method in sorted(names & {"planned", "retail", "gross_profit"}):
        _refuse("method", method, "it costs groups of goods at the month's end: use jxc.month_end")


def _refuse(field: str, value: str, why: str) -> None:
    raise PolicyError("not_for_a_book", "a book cannot be kept this way", field=field, value=value, hint=why)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in cast("Mapping[object, object]", value).items()}
    if isinstance(value, CostRounding):
        return {each.name: getattr(value, each.name) for each in fields(value)}
    if isinstance(value, Fraction):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value
