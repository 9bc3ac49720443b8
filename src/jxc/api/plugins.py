"""The costing methods in force: those of jxc, those of installed plugins, those registered in the program.

Plugins are found by the entry-point group ``jxc.costing_methods``; each entry is a ``CostingMethod``.  They are looked
for once, when the first valuation needs them; what a program registers itself wins.

>>> "fifo" in methods_in_force().names()
True
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points

from jxc.costing.methods import CostingMethod, MethodRegistry
from jxc.costing.registry import builtin_methods
from jxc.errors import PolicyError

__all__ = ["methods_in_force", "register_method"]

_GROUP = "jxc.costing_methods"


@cache
def methods_in_force() -> MethodRegistry:
    """The registry that valuations use."""
    registry = builtin_methods()
    for entry in entry_points(group=_GROUP):
        method = entry.load()
        _check(method, entry.value)
        registry.register(method)
    return registry


def register_method(method: CostingMethod) -> None:
    """Add a costing method for this program; it wins over one of the same name."""
    _check(method, repr(method))
    methods_in_force().register(method)


def _check(method: object, shown: str) -> None:
    if not isinstance(method, CostingMethod):
        raise PolicyError(
            "not_a_method",
            "what was handed in is no costing method",
            field="method",
            value=shown,
            hint="make it an instance of jxc.CostingMethod",
        )
