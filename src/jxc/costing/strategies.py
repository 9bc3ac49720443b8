"""Which engine runs a method: row by row for most, period by period for those that know a cost only at its end.

A method that is the smallest answer to "which layer leaves next" is a ``CostingMethod`` on the replay engine.  A method
whose costs are known at the end of a period is an engine of its own of that shape: ``run``, ``state``, ``problems``.

Invariant: an engine is found by the name of the method alone.

>>> engine_class("fifo").__name__, engine_class("periodic_average").__name__
('Engine', 'PeriodicEngine')
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from jxc.costing.engine import Engine
from jxc.costing.events import Event, Scales
from jxc.costing.gross_profit_engine import GrossProfitEngine
from jxc.costing.methods import MethodRegistry
from jxc.costing.periodic import PeriodicEngine
from jxc.costing.planned import PlannedEngine
from jxc.costing.policy import Policy

__all__ = ["BY_PERIOD", "engine_class", "engine_for"]

BY_PERIOD: MappingProxyType[str, type[Engine]] = MappingProxyType(
    {
        "periodic_average": PeriodicEngine,
        "planned": PlannedEngine,
        "retail": PlannedEngine,
        "gross_profit": GrossProfitEngine,
    }
)
"""The methods that cost period by period, and their engines."""


def engine_class(method: str) -> type[Engine]:
    """The engine of a method."""
    return BY_PERIOD.get(method, Engine)


def engine_for(
    policy: Policy,
    scales: Scales | None = None,
    methods: MethodRegistry | None = None,
    *,
    trace: bool = False,
    on_row: Callable[[Engine, Event], None] | None = None,
) -> Engine:
    """An engine that runs the method of the policy."""
    return engine_class(policy.method)(policy, scales, methods, trace=trace, on_row=on_row)
