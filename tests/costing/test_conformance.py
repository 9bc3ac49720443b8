"""The conformance kit passes every method of jxc and the example of one's own, and fails methods that break a rule."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest
from examples.own_method.nearest_expiry import NEAREST_EXPIRY

from jxc.api.value import value
from jxc.costing.average import MOVING_AVERAGE
from jxc.costing.by_cost import HIGHEST_FIRST, LOWEST_FIRST
from jxc.costing.fifo import FIFO
from jxc.costing.layers import Layer
from jxc.costing.lifo import LIFO
from jxc.costing.methods import CostingMethod
from jxc.costing.specific import SPECIFIC
from jxc.costing.standard import STANDARD
from jxc.testing.method_conformance import MethodConformance
from jxc.testing.strategies import Row


class TestFifo(MethodConformance):
    def make_method(self) -> CostingMethod:
        return FIFO


@pytest.mark.soak
class TestLifo(MethodConformance):
    def make_method(self) -> CostingMethod:
        return LIFO


@pytest.mark.soak
class TestHighestFirst(MethodConformance):
    def make_method(self) -> CostingMethod:
        return HIGHEST_FIRST


@pytest.mark.soak
class TestLowestFirst(MethodConformance):
    def make_method(self) -> CostingMethod:
        return LOWEST_FIRST


class TestMovingAverage(MethodConformance):
    def make_method(self) -> CostingMethod:
        return MOVING_AVERAGE


@pytest.mark.soak
class TestSpecific(MethodConformance):
    def make_method(self) -> CostingMethod:
        return SPECIFIC


@pytest.mark.soak
class TestStandard(MethodConformance):
    def make_method(self) -> CostingMethod:
        return STANDARD


class TestNearestExpiry(MethodConformance):
    def make_method(self) -> CostingMethod:
        return NEAREST_EXPIRY


# ------------------------------------------------------------------------------------- methods that break a rule


asked: list[int] = []


@dataclass(frozen=True, slots=True)
class Moody(CostingMethod):
    """Answers by how often it was asked: no queue can be kept in such an order."""

    def rank(self, layer: Layer) -> tuple[int, int]:
        asked.append(layer.seq)
        return (len(asked) % 3, layer.seq)


@dataclass(frozen=True, slots=True)
class Unlike(CostingMethod):
    """Each copy is another one: a run that was put away would not know its method again."""

    mark: object = field(default_factory=object)


class ProofOfMoody(MethodConformance):
    def make_method(self) -> CostingMethod:
        return Moody("moody")


class ProofOfUnlike(MethodConformance):
    def make_method(self) -> CostingMethod:
        return Unlike("Un Like")


class ProofOfNobody(MethodConformance):
    pass


def test_a_method_that_changes_its_mind_is_found_out() -> None:
    with pytest.raises(AssertionError, match="the ranks asked in another order differ"):
        ProofOfMoody().test_its_rank_depends_on_the_layer_alone()


def test_a_method_that_is_no_value_is_found_out() -> None:
    with pytest.raises(AssertionError, match="the method and its copy differ"):
        ProofOfUnlike().test_it_can_be_copied_and_compared()
    with pytest.raises(AssertionError, match="the name and its plain form differ"):
        ProofOfUnlike().test_its_name_is_a_word()


def test_a_proof_needs_a_method() -> None:
    with pytest.raises(NotImplementedError):
        ProofOfNobody().make_method()


# ------------------------------------------------------------------------------------------- the example itself


def test_the_example_takes_what_expires_first(monkeypatch: pytest.MonkeyPatch) -> None:
    from jxc.api.plugins import methods_in_force

    methods = methods_in_force()
    monkeypatch.setattr(methods, "_methods", {**methods._methods, NEAREST_EXPIRY.name: NEAREST_EXPIRY})
    rows: list[Row] = [
        {"date": "2026-03-02", "type": "receipt", "item": "MILK", "qty": 10, "amount": "50", "expiry": "2026-04-30"},
        {"date": "2026-03-03", "type": "receipt", "item": "MILK", "qty": 10, "amount": "60", "expiry": "2026-03-20"},
        {"date": "2026-03-04", "type": "receipt", "item": "MILK", "qty": 10, "amount": "10"},
        {"date": "2026-03-05", "type": "issue", "item": "MILK", "qty": 12},
    ]
    valuation = value(rows, method="nearest_expiry", currency="CNY")
    assert valuation.cost_of_sales == Decimal("70.00")
    assert [layer.value for layer in valuation.layers("MILK")] == [Decimal("40.00"), Decimal("10.00")]


def test_the_entry_point_of_the_example_names_the_method(root: Path) -> None:
    config = tomllib.loads((root / "examples" / "own_method" / "pyproject.toml").read_text("utf-8"))
    entry = config["project"]["entry-points"]["jxc.costing_methods"]
    assert entry == {"nearest_expiry": "nearest_expiry:NEAREST_EXPIRY"}
