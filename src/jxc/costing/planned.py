"""Planned cost and retail: stock stands at a price set beforehand, and a rate by category brings it to cost each
period.

Planned cost (计划成本): the difference is 材料成本差异 (1404), over-run positive.  Retail (售价金额核算): the price is
the selling price and the difference is 商品进销差价 (1407), so the variance here is its negative.  Both are one
computation: rows are valued at the price first; then, period by period, pools of a category (at a place, where the
scope goes by place) give their actual cost to what leaves them in proportion to the price.  That is the average of a
period over the planned cost in place of the quantity, so transfers and goods made between categories are its linear
system. CAS 1 art. 14 and guide; 小企业会计准则 art. 13 and notes on 1404, 1407; IAS 2.21-22.

Invariant: per period and category, opening + in = out + closing, of planned and of actual cost, to the minor unit.

>>> rows = [
...     Event(0, "receipt", 1, "TEA", 10, 1100),
...     Event(1, "issue", 2, "TEA", 4),
... ]
>>> engine = PlannedEngine(Policy(method="planned", standard_cost={"TEA": "1"}))
>>> engine.run(rows)
>>> engine.state.outcomes[1].cost, engine.state.outcomes[1].variance, engine.periods[0].rate
(440, 40, Fraction(1, 10))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import groupby

from jxc.costing.engine import Engine
from jxc.costing.events import Event, Scales
from jxc.costing.layers import Pool, Rounder, Slice
from jxc.costing.methods import MethodRegistry
from jxc.costing.order import in_order, period_start
from jxc.costing.outcome import Outcome
from jxc.costing.period_methods import check_alone, not_here
from jxc.costing.periodic_open import is_open, mark, settle_open
from jxc.costing.periodic_pools import Month
from jxc.costing.planned_rows import GroupPeriod, Key, PlannedReading, Repriced
from jxc.costing.policy import CostRounding, Policy
from jxc.costing.state import POOLED
from jxc.costing.trace import Part
from jxc.errors import PolicyError, StockError
from jxc.kernel.rounding import Exact

__all__ = ["PlannedEngine"]

_NOT_HERE = frozenset({"write_down", "write_down_reversal", "method_change", "scope_change", "base_unit_change"})
_VALUE_ONLY = frozenset(
    {"landed_cost", "invoice_price_change", "revalue", "standard_price", "charge_bill", "sales_invoice"}
)
_LATE = _VALUE_ONLY - {"standard_price"}


class PlannedEngine(Engine):
    """The engine of planned cost and retail; ``periods`` says the rate of every period and category."""

    by_period = True

    def __init__(
        self,
        policy: Policy,
        scales: Scales | None = None,
        methods: MethodRegistry | None = None,
        *,
        trace: bool = False,
        on_row: Callable[[Engine, Event], None] | None = None,
    ) -> None:
        _check_policy(policy)
        at_plan = CostRounding(money_places=policy.rounding.money_places, mode=policy.rounding.mode)
        rounding = at_plan if policy.rounding.rule != "none" else policy.rounding
        super().__init__(policy.with_(rounding=rounding), scales, methods, trace=trace)
        self._after_row = on_row
        self._shares = Rounder(policy.rounding, Scales(0, 0))
        self.periods: list[GroupPeriod] = []
        self._repriced: Repriced = {}
        self._returned: dict[int, Exact] = {}

    def run(self, events: Iterable[Event]) -> None:
        """Value the rows at the planned price, then bring every period to actual cost."""
        self._repriced, self._returned = {}, {}
        super().run(events)
        self._to_actual()
        look = self._after_row
        if look is not None:
            for event in in_order(self._rows, self.state.policy):
                look(self, event)

    def _follow(self, new: list[Event]) -> bool:
        """The rate of a period is that of all its rows, so later rows are never stepped on from it."""
        return False

    def step(self, event: Event) -> None:
        """Value one row at the planned price; a change of value without goods waits for the rate."""
        state = self.state
        without_goods = event.type == "revalue" or (event.type == "landed_cost" and not event.refs)
        if without_goods and event.row not in self._dropped:
            state.outcomes[event.row] = Outcome(cost=event.amount or 0)
        elif event.type in _NOT_HERE:
            self.problems[event.row] = not_here(event)
            state.outcomes[event.row] = Outcome(qty=event.qty, status="refused")
        elif event.type == "standard_price":
            self._reprice(event)
        else:
            super().step(event)

    def _reprice(self, event: Event) -> None:
        """A new planned price; it is above zero, or nothing could be shared out by it."""
        state = self.state
        if not event.rate:
            self.problems[event.row] = StockError(
                "zero_planned_price",
                f"the planned price of {event.item} is to be zero",
                field="unit_cost",
                value=0,
                hint="a price above zero: actual cost is shared out by it",
            )
            state.outcomes[event.row] = Outcome(qty=event.qty, status="refused")
            return
        before = {pool: (pool.value, pool.standard) for pool in state.pools_of.get(event.item, ())}
        super().step(event)
        for pool in before:
            _reprice_shortages(pool, state.rounder)
        self._repriced[event.row] = [
            (pool.item, pool.place, pool.value - value, Fraction(pool.standard) / old)
            for pool, (value, old) in before.items()
            if old and pool.standard
        ]

    # -- the rate of every period --------------------------------------------------------------------------------------

    def _to_actual(self) -> None:
        state, length = self.state, self.state.policy.period
        self.periods = []
        carried: dict[Key, GroupPeriod] = {}
        in_time = [event for event in in_order(self._rows, state.policy) if event.row in state.outcomes]
        in_time.sort(key=lambda event: period_start(event.date, length))
        for start, events in groupby(in_time, key=lambda event: period_start(event.date, length)):
            self._period(start, list(events), carried)
        self._carry_at_actual(carried)

    def _period(self, start: int, events: list[Event], carried: dict[Key, GroupPeriod]) -> None:
        month = Month(self._shares)
        reading = PlannedReading(self.state, month, carried, self._repriced, self._returned)
        valued = [event for event in events if self.state.outcomes[event.row].status != "refused"]
        reading.expect(valued)
        for event in sorted(valued, key=lambda event: event.type in _LATE):  # amounts last, as all of the period has it
            try:
                reading.read(event)
            except StockError as problem:
                self.problems[event.row] = problem
                self.state.outcomes[event.row] = Outcome(qty=event.qty, status="refused")
                del reading.lines[event.row]
        waiting = is_open(max(event.date for event in events), self.state.policy)
        if waiting:
            settle_open(month, self.state.policy.before_run)
        else:
            _settle(month)
        for event in events:
            if event.row in reading.lines:
                self._row(event, reading)
                if waiting:
                    line = reading.lines[event.row]
                    mark(self.state.outcomes[event.row], line.at_rate)
        for group in reading.close(start):
            self._keep(group, events[-1].row)
            carried[group.key] = group
            self.periods.append(group)

    def _row(self, event: Event, reading: PlannedReading) -> None:
        """The cost of the row at actual cost; the variance is what that is beyond the planned price."""
        outcome, line = self.state.outcomes[event.row], reading.lines[event.row]
        change: Exact = line.actual_change
        variance = change - line.planned_change
        if event.type == "transfer":
            outcome.cost = line.sent
        elif event.type not in _VALUE_ONLY:
            outcome.cost = -change if line.goes_out else change
        outcome.value_change = change
        outcome.variance = -variance if line.goes_out else variance
        if self.state.trace is not None and outcome.variance:
            node = self.state.trace.add((Part(outcome.variance, "variance", event.row),))
            piece = Slice(POOLED, event.row, event.date, 0, outcome.variance, node=node)
            if outcome.taken:
                outcome.taken = [*outcome.taken, piece]
            else:
                self.state.entered.setdefault(event.row, []).append(piece)

    def _keep(self, group: GroupPeriod, row: int) -> None:
        """A variance without goods stays with its category; stock does not carry it."""
        kept = group.closing_actual if not group.closing_planned else 0
        self.state.gap(row, "variance_kept", group.kept_before - kept)

    def _carry_at_actual(self, carried: dict[Key, GroupPeriod]) -> None:
        """Give every pool its part of the actual cost of its category, by planned cost."""
        state = self.state
        pools: dict[Key, list[Pool]] = {}
        for pool in state.pools.values():
            pools.setdefault(PlannedReading.key_of(state, pool.item, pool.place), []).append(pool)
        for key, group in carried.items():
            done: Exact = 0
            given: Exact = 0
            for pool in pools.get(key, ()) if group.closing_planned else ():
                done += pool.value
                upto = self._shares.share(group.closing_actual, done, group.closing_planned)
                _carry(pool, upto - given)
                given = upto


def _settle(month: Month) -> None:
    for circle in month.solve():
        for pool in circle:
            pool.average = pool.last_rate
    month.settle()


def _reprice_shortages(pool: Pool, rounder: Rounder) -> None:
    """What is owed at the planned price is owed at the new one: goods below zero are worth quantity x price too."""
    for short in pool.shortages:
        worth = rounder.money(short.layer.left * (pool.standard or 0))
        pool.value += short.layer.worth - worth
        short.layer.found(short.layer.left, worth)
    pool.short_rate = None


def _carry(pool: Pool, value: Exact) -> None:
    if pool.qty > 0 and pool.layers:
        held = pool.layers[pool.head] if pool.head < len(pool.layers) else pool.layers[0]
        held.found(pool.qty, value)
    pool.value = value


def _check_policy(policy: Policy) -> None:
    check_alone(policy)
    if not all(policy.standard_cost.values()):
        raise PolicyError(
            "no_planned_cost",
            "a planned price is above zero: actual cost is shared out by it",
            field="standard_cost",
            value=next(item for item, cost in policy.standard_cost.items() if not cost),
            hint="give the price that the goods are planned at",
        )
    if policy.rounding.rule not in ("cumulative", "residual_to_stock", "none"):
        raise PolicyError(
            "contradiction",
            "a rate is applied to planned cost, not to a quantity",
            field="rounding.rule",
            value=policy.rounding.rule,
            hint="use cumulative, or residual_to_stock with unit_cost_places as the places of the rate",
        )
