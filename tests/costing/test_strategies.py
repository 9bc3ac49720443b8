"""The engine is found by the name of the method."""

from __future__ import annotations

import pytest

from jxc.costing.engine import Engine, replay
from jxc.costing.events import Details, Event
from jxc.costing.periodic import PeriodicEngine
from jxc.costing.policy import CostRounding, Policy
from jxc.costing.registry import builtin_methods
from jxc.costing.strategies import BY_PERIOD, engine_class, engine_for
from jxc.errors import PolicyError


@pytest.mark.parametrize("method", builtin_methods().names())
def test_every_method_has_its_engine(method: str) -> None:
    assert builtin_methods().get(method).by_period == (method in BY_PERIOD)
    assert type(engine_for(Policy(method=method))) is engine_class(method)
    assert issubclass(engine_class(method), Engine)


def test_replay_finds_the_engine() -> None:
    assert isinstance(replay([], Policy(method="periodic_average")), PeriodicEngine)


def test_the_other_engine_refuses_the_method() -> None:
    with pytest.raises(PolicyError, match="cannot be mixed"):
        Engine(Policy(method="periodic_average"))


def test_no_change_to_it_in_mid_life() -> None:
    rows = [
        Event(0, "receipt", 1, "TEA", 1, 10),
        Event(1, "method_change", 2, "TEA", details=Details(to="periodic_average")),
    ]
    assert replay(rows, Policy()).problems[1].code == "not_in_period_method"


def test_a_rounded_unit_cost_is_not_carried() -> None:
    rounding = CostRounding(rule="unit_cost", unit_cost_places=2)
    with pytest.raises(PolicyError, match="carries value"):
        replay([], Policy(method="periodic_average", rounding=rounding))
