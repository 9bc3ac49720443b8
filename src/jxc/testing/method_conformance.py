"""The proof that a costing method of your own keeps what every method must keep.

    class TestNearestExpiry(MethodConformance):
        def make_method(self) -> CostingMethod:
            return NEAREST_EXPIRY

pytest finds the class by its name and runs every test of this one on your method: conservation after every row under
every policy, the same figures however an issue is cut, items are mixed or a run is interrupted, no trace of refused
rows, explanations that add up.  jxc's own methods pass the same tests.

Invariant: a method that passes can be used wherever ``fifo`` can.

>>> from jxc.costing.fifo import FIFO
>>> class Proof(MethodConformance):
...     def make_method(self) -> CostingMethod:
...         return FIFO
>>> Proof().test_it_can_be_copied_and_compared()
"""

from __future__ import annotations

import copy
import pickle
from decimal import Decimal
from fractions import Fraction
from typing import cast

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jxc.api.sources import read_rows
from jxc.costing.engine import Engine
from jxc.costing.explain import explain
from jxc.costing.layers import Layer
from jxc.costing.methods import CostingMethod, MethodRegistry
from jxc.costing.order import in_order
from jxc.costing.policy import Policy
from jxc.costing.registry import builtin_methods
from jxc.kernel.rounding import Exact
from jxc.testing.invariants import checked, engine_for
from jxc.testing.rewrites import figures, mixed, parts, references, split, without
from jxc.testing.strategies import ALL_KINDS, Row, Shape, histories, policies, roundings

__all__ = ["MethodConformance"]

_CURRENCY = "CNY"
_COSTS = {"TEA": Fraction(3), "CUP": Fraction(5, 4)}
_LOTS = Shape(lots=("L1", "L2"))
_STATED = Shape(kinds=tuple(kind for kind in ALL_KINDS if kind not in ("count", "adjust_in")))
"""Histories without rows that come in at the current unit cost, which at no stock is that of the last slice taken."""

_free = policies(("fifo",), standard_cost=_COSTS)
_as_entered = policies(("fifo",), standard_cost=_COSTS, same_moment="as_entered")
_exact = st.sampled_from(("item", "item+location")).flatmap(
    lambda scope: policies(
        ("fifo",),
        roundings("cumulative"),
        standard_cost=_COSTS,
        scope=scope,
        same_moment="receipts_first",
        negative_stock="refuse",
        missing_cost="refuse",
        returns="original_cost",
    )
)
_at_once = policies(
    ("fifo",),
    standard_cost=_COSTS,
    same_moment="as_entered",
    landed_cost="split_on_hand_sold",
    invoice_difference="split_on_hand_sold",
)

_shared = settings(
    suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow, HealthCheck.data_too_large]
)
"""Every class that inherits a test runs it again as another executor; that is the purpose here."""


class MethodConformance:
    """Inherit, and return your method from ``make_method``; see the module."""

    def make_method(self) -> CostingMethod:
        """The method to prove; called once for each example."""
        raise NotImplementedError

    # -- helpers ------------------------------------------------------------------------------------------------------

    def registry(self) -> MethodRegistry:
        """The methods of jxc and the one to prove."""
        methods = builtin_methods()
        methods.register(self.make_method())
        return methods

    def _by_it(self, policy: Policy) -> Policy:
        return policy.with_(method=self.make_method().name)

    def _run(self, rows: list[Row], policy: Policy, *, trace: bool = False) -> Engine:
        return engine_for(rows, self._by_it(policy), currency=_CURRENCY, methods=self.registry(), trace=trace)

    # -- the method itself --------------------------------------------------------------------------------------------

    def test_it_can_be_copied_and_compared(self) -> None:
        """A checkpoint holds the method; two that were made alike are equal and hash alike."""
        method = self.make_method()
        for other in (copy.deepcopy(method), pickle.loads(pickle.dumps(method)), self.make_method()):  # noqa: S301
            _same(other, method, "the method and its copy")
            _same(hash(other), hash(method), "the hashes of the method and its copy")

    def test_its_name_is_a_word(self) -> None:
        """The name is what a policy, a file and the command line call it by."""
        name = self.make_method().name
        _same(name, "_".join(name.lower().split()), "the name and its plain form")

    @_shared
    @given(layers=st.lists(st.tuples(st.integers(1, 9), st.integers(0, 99), st.none() | st.integers(1, 9)), max_size=9))
    def test_its_rank_depends_on_the_layer_alone(self, layers: list[tuple[int, int, int | None]]) -> None:
        """Asked twice, and in another order, it answers the same, and all answers can be put in order."""
        method = self.make_method()
        made = [
            Layer(origin=at, row=at, date=at % 3, seq=at, qty=qty, value=value, expiry=expiry)
            for at, (qty, value, expiry) in enumerate(layers)
        ]
        first = [method.rank(layer) for layer in made]
        _same([method.rank(layer) for layer in reversed(made)], first[::-1], "the ranks asked in another order")
        _same(len(sorted(first)), len(first), "the ranks in order")

    # -- histories ----------------------------------------------------------------------------------------------------

    @_shared
    @given(rows=histories(_LOTS), policy=_free)
    def test_it_conserves_value_and_quantity(self, rows: list[Row], policy: Policy) -> None:
        """Value in + gaps = value out + closing value, after every row."""
        checked(rows, self._by_it(policy), currency=_CURRENCY, methods=self.registry())

    @_shared
    @given(rows=histories(_STATED), policy=_exact)
    def test_an_issue_may_be_split(self, rows: list[Row], policy: Policy) -> None:
        """Two issues cost together what one costs, and no other row changes."""
        whole = figures(self._run(rows, policy))
        referred = {name for row in rows for name in references(row)}
        for at, row in enumerate(rows):
            name = str(row["id"])
            out = row["type"] in ("issue", "scrap", "adjust_out") and name not in referred
            if out and Decimal(str(row["qty"])) > 1 and whole.rows[name][1] != "refused":
                halves = figures(self._run(split(rows, at, Decimal(1)), policy))
                costs = cast("dict[str, Exact]", halves.costs())
                costs[name] += costs.pop(f"{name}+")
                _same(costs, whole.costs(), f"the costs with {name} split")
                _same(halves.closing, whole.closing, f"the stock with {name} split")

    @_shared
    @given(rows=histories(), policy=_free, turns=st.lists(st.integers(0, 5), max_size=20))
    def test_independent_items_may_come_in_any_order(self, rows: list[Row], policy: Policy, turns: list[int]) -> None:
        """Rows of items that share nothing may be mixed in any way."""
        plain, other = figures(self._run(rows, policy)), figures(self._run(mixed(parts(rows), turns), policy))
        _same(other, plain, "the figures of the rows mixed otherwise")

    @_shared
    @given(rows=histories(_LOTS), policy=_as_entered)
    def test_refused_rows_leave_no_trace(self, rows: list[Row], policy: Policy) -> None:
        """Without the rows that are refused every other figure is the same."""
        whole = figures(self._run(rows, policy))
        kept = {name: row for name, row in whole.rows.items() if row[1] != "refused"}
        refused = {str(row["id"]) for row in rows} - set(kept)
        clean = figures(self._run(without(rows, refused), policy))
        _same(clean.rows, kept, "the figures without the refused rows")
        _same(clean.closing, whole.closing, "the stock without the refused rows")

    @_shared
    @given(rows=histories(_LOTS), policy=_at_once, stop=st.integers(0, 12))
    def test_a_run_may_be_interrupted(self, rows: list[Row], policy: Policy, stop: int) -> None:
        """Row by row, put away at any row and taken up again, the figures are those of the batch."""
        policy = self._by_it(policy)
        read = read_rows(rows, policy, currency=_CURRENCY, units={}, encoding=None)
        events = in_order(read.events(row for row in range(read.n) if not read.bad[row]), policy)
        engine = Engine(policy, read.scales, self.registry())
        engine.prepare(events)
        for at, event in enumerate(events):
            if at == stop:
                engine = cast("Engine", pickle.loads(pickle.dumps(engine)))  # noqa: S301
            engine.step(event)
        _same(figures(engine), figures(self._run(rows, policy)), "the figures of the run that was interrupted")

    @_shared
    @given(rows=histories(), policy=_free)
    def test_every_cost_is_explained(self, rows: list[Row], policy: Policy) -> None:
        """The sources of every cost add up to it."""
        state = self._run(rows, policy, trace=True).state
        for row, outcome in state.outcomes.items():
            if outcome.status != "refused":
                told = sum(line.amount for line in explain(state, row))
                _same(told, outcome.cost, f"the sources and the cost of row {row + 1}")


def _same(found: object, expected: object, what: str) -> None:
    if found != expected:
        raise AssertionError(f"{what} differ: {found} and {expected}")
