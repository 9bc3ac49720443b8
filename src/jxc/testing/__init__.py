"""The kit by which jxc proves itself, for those who build on it: histories, invariants, rewrites, the conformance
of methods and of stores.

It needs ``hypothesis``, which comes with the extra ``test``.

    from jxc.testing import MethodConformance, checked, histories
"""

from jxc.testing.facts import fact_of, facts_of
from jxc.testing.invariants import (
    Watch,
    check_layers,
    check_row,
    check_state,
    check_valuation,
    checked,
    engine_for,
)
from jxc.testing.method_conformance import MethodConformance
from jxc.testing.rewrites import Figures, figures, mixed, parts, renamed, scaled, split, without
from jxc.testing.store_base import InjectedError
from jxc.testing.store_conformance import StoreConformance
from jxc.testing.store_machine import prove_like_memory
from jxc.testing.strategies import ALL_KINDS, METHODS, PLAIN_KINDS, Row, Shape, histories, policies, roundings

__all__ = [
    "ALL_KINDS",
    "METHODS",
    "PLAIN_KINDS",
    "Figures",
    "InjectedError",
    "MethodConformance",
    "Row",
    "Shape",
    "StoreConformance",
    "Watch",
    "check_layers",
    "check_row",
    "check_state",
    "check_valuation",
    "checked",
    "engine_for",
    "fact_of",
    "facts_of",
    "figures",
    "histories",
    "mixed",
    "parts",
    "policies",
    "prove_like_memory",
    "renamed",
    "roundings",
    "scaled",
    "split",
    "without",
]
