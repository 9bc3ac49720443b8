"""Periodic weighted average (全月一次加权平均): costs are known at the end of the period, for all of it at once.

    rows of a period --read--> pools, what goes in and out --solve--> averages --settle--> costs --> the book

The engine has the shape of the one that costs row by row: ``run``, ``state``, ``problems``.  Rows that cannot be (more
goes out of a pool in a period than was there and came in; a circle of transfers that nothing valued goes into) are
refused, and the period is read again without them.

Invariant: per period, opening + value in + gaps = value out + closing, and no row of another period changes a cost.

>>> rows = [
...     Event(0, "receipt", 1, "TEA", 1, 10),
...     Event(1, "issue", 2, "TEA", 1),
...     Event(2, "receipt", 3, "TEA", 1, 20),
... ]
>>> engine = PeriodicEngine(Policy(method="periodic_average"))
>>> engine.run(rows)
>>> engine.state.outcomes[1].cost, engine.state.pool("TEA", None, None).value
(15, 15)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby

from jxc.costing.engine import Engine
from jxc.costing.events import Event
from jxc.costing.invoices import settle_estimates
from jxc.costing.layers import Layer, Pool, Slice
from jxc.costing.order import order_key, period_start
from jxc.costing.outcome import Outcome, Status
from jxc.costing.period_methods import check_alone
from jxc.costing.periodic_checks import absent_costs, circles, shortages
from jxc.costing.periodic_open import is_open, mark, settle_open
from jxc.costing.periodic_parts import parts
from jxc.costing.periodic_pools import Month, PeriodPool, Source
from jxc.costing.periodic_rows import Line, read
from jxc.costing.periodic_trace import Tracer
from jxc.costing.policy import Policy
from jxc.costing.restate import restate
from jxc.costing.state import POOLED, Received
from jxc.errors import PolicyError, StockError
from jxc.kernel.rounding import Exact

__all__ = ["PeriodicEngine", "Policy"]


@dataclass(frozen=True, slots=True)
class _Before:
    """What reading a period changes of earlier rows, to be put back when it is read again."""

    outcomes: dict[int, tuple[Exact, Exact, bool]]
    received: dict[int, Received]
    made_of: dict[int, tuple[Fraction, tuple[int, ...]] | None]
    pools: tuple[int, dict[tuple[str, str | None, str | None], Pool], int]


class PeriodicEngine(Engine):
    """The engine of the periodic average; see the module."""

    by_period = True

    def _check_methods(self, policy: Policy) -> None:
        super()._check_methods(policy)
        _check_policy(policy)

    def _run(self, rows: list[Event], left_out: frozenset[int], known: dict[int, Exact]) -> None:
        state = self.state
        state.events.update((event.row, event) for event in rows)
        for event in rows:
            if event.details.share_weight is not None:
                state.made_from.setdefault(event.details.cost_from, []).append(event)
        restate(state, rows, left_out, known)
        length = state.policy.period
        by_time = replace(state.policy, system="perpetual")
        in_time = sorted(rows, key=order_key(rows, by_time))
        if state.policy.replay == "entry_order":
            in_time.sort(key=lambda event: period_start(event.date, length))
        for _, events in groupby(in_time, key=lambda event: period_start(event.date, length)):
            self._period(list(events))

    def _follow(self, new: list[Event]) -> bool:
        """A period is solved as a whole, so later rows are never stepped on from it."""
        return False

    def _period(self, events: list[Event]) -> None:
        """Read, solve and settle one period, part by part, without the rows that turn out to be impossible."""
        problems: dict[int, StockError] = {}
        for event in events:
            if event.row in self._dropped:
                cause = self._dropped[event.row]
                problems[event.row] = cause or StockError("refused_reference", "its batch is refused")
        month, lines = Month(self.state.rounder), dict[int, list[Line]]()
        waiting = self._is_open(events)
        for part in parts(self.state.events, events):
            solved, read_lines = self._solved(part, problems, waiting=waiting)
            month.join(solved)
            lines.update(read_lines)
        dropped = self._dropped
        self.problems.update((row, e) for row, e in problems.items() if dropped.get(row, e) is not None)
        self._enter(month, events, lines, problems, waiting=waiting)

    def _solved(
        self, events: list[Event], problems: dict[int, StockError], *, waiting: bool
    ) -> tuple[Month, dict[int, list[Line]]]:
        """Rows that have nothing to do with others of the period, read again until all that are left can be."""
        before = self._before(events)
        while True:
            month = Month(self.state.rounder)
            count = len(problems)
            lines = self._read(month, events, problems)
            if len(problems) == count and self._settle(month, events, lines, problems, waiting=waiting):
                return month, lines
            self._restore(before, events)

    def _read(self, month: Month, events: list[Event], problems: dict[int, StockError]) -> dict[int, list[Line]]:
        for event in events:
            status: Status = "refused" if event.row in problems else "final"
            cost = event.amount or 0 if event.type in ("charge_bill", "sales_invoice") else 0
            self.state.outcomes[event.row] = Outcome(qty=event.qty, cost=cost, status=status)
        return read(self.state, month, events, problems)

    def _settle(
        self,
        month: Month,
        events: list[Event],
        lines: dict[int, list[Line]],
        problems: dict[int, StockError],
        *,
        waiting: bool,
    ) -> bool:
        """Whether the period could be settled; else there are more problems than before."""
        state = self.state
        found = shortages(state, events, lines) if state.policy.negative_stock == "refuse" else {}
        if not found and waiting:
            settle_open(month, state.policy.before_run)
            return True
        found = found or absent_costs(state, events, lines)
        if not found:
            stuck = month.solve()
            found = circles(stuck, events, lines)
        problems.update(found)
        if not found:
            month.settle()
        return not found

    def _is_open(self, events: list[Event]) -> bool:
        return is_open(max(event.date for event in events), self.state.policy)

    # -- reading again ------------------------------------------------------------------------------------------------

    def _before(self, events: list[Event]) -> _Before:
        state = self.state
        rows = {row for event in events for row in (*event.refs, *event.details.cost_from)}
        bills = {bill for row in rows if row in state.events for bill in state.events[row].refs}
        return _Before(
            {
                row: (outcome.returned_qty, outcome.returned_cost, outcome.consumed)
                for row in rows
                if (outcome := state.outcomes.get(row)) is not None
            },
            {
                row: replace(received, bills=None if received.bills is None else list(received.bills))
                for row in rows | bills
                if (received := state.received.get(row)) is not None
            },
            {row: state.made_of.get(row) for event in events for row in event.details.cost_from},
            state.known_pools(),
        )

    def _restore(self, before: _Before, events: list[Event]) -> None:
        state = self.state
        for event in events:
            state.outcomes.pop(event.row, None)
            state.received.pop(event.row, None)
        for row, (qty, cost, consumed) in before.outcomes.items():
            outcome = state.outcomes[row]
            outcome.returned_qty, outcome.returned_cost, outcome.consumed = qty, cost, consumed
        for row, received in before.received.items():
            bills = None if received.bills is None else list(received.bills)
            state.received[row] = replace(received, bills=bills)
        for row, made in before.made_of.items():
            state.made_of.pop(row, None)
            if made is not None:
                state.made_of[row] = made
        state.forget_pools(before.pools)

    # -- the book ------------------------------------------------------------------------------------------------------

    def _enter(
        self,
        month: Month,
        events: list[Event],
        lines: dict[int, list[Line]],
        problems: dict[int, StockError],
        *,
        waiting: bool,
    ) -> None:
        """Write what the rows cost: first all that came in, then all that went out."""
        state = self.state
        tracer = None if state.trace is None else Tracer(state, state.trace, month, events, lines)
        self._take_rests(month, events, lines)
        for event in sorted(events, key=lambda event: _goes_out(lines.get(event.row, ()))):
            if event.row not in problems:
                self._row(event, lines[event.row], tracer)
                if waiting:
                    outs = [(line.pool, line.out) for line in lines[event.row] if line.out is not None]
                    outs += [(s.pool, s.out) for s in _made_of(lines[event.row]) if s.out is not None]
                    mark(state.outcomes[event.row], outs)
            if self._on_row is not None:
                self._on_row(self, event)
        for pool, held in _held(month):
            held.last_rate = pool.average if pool.average is not None else held.last_rate
            if pool.average is not None and pool.average < 0:
                self._warn_below_zero(pool, events, lines)
            _found(held, events[-1], -1 if tracer is None else tracer.node(pool))

    def _warn_below_zero(self, pool: PeriodPool, events: list[Event], lines: dict[int, list[Line]]) -> None:
        """Say of the last goods sent back (else of the last row) that the pool is worth less than nothing."""
        here = [event for event in events if any(line.pool is pool for line in lines.get(event.row, ()))]
        sent = [event for event in here if event.type == "purchase_return"] or here or events
        message = f"{sent[-1].item} is worth less than nothing: more value went back than there was"
        self.state.warn(sent[-1].row, "value_below_zero", message, "check the amounts, or return at the average")

    def _take_rests(self, month: Month, events: list[Event], lines: dict[int, list[Line]]) -> None:
        """Value left without goods goes with the last goods sent back; else it is listed."""
        resting = {pool for pool in month.pools.values() if pool.rest}
        for event in reversed(events if resting else ()):
            for line in lines.get(event.row, ()):
                if line.pool in resting and event.type == "purchase_return" and line.out is None:
                    line.value -= line.pool.rest
                    line.pool.rest = 0
                    resting.discard(line.pool)
        for event in reversed(events if resting else ()):
            for line in lines.get(event.row, ()):
                if line.pool in resting:
                    self.state.gap(event.row, "shortage_settled", -line.pool.rest)
                    _value(line.pool, -line.pool.rest)
                    resting.discard(line.pool)

    def _row(self, event: Event, lines: list[Line], tracer: Tracer | None) -> None:
        state = self.state
        outcome = state.outcomes[event.row]
        state.raised = {}
        taken: list[Slice] = []
        for line in lines:
            change = line.value
            if line.goods is not None:
                change += line.goods.value
            if line.out is not None:
                change -= line.out.cost
                node = -1 if tracer is None else tracer.node(line.pool)
                per = line.pool.average
                piece = Slice(POOLED, event.row, event.date, line.out.qty, line.out.cost, line.lot, per=per, node=node)
                if line.out.qty > 0:
                    taken.append(piece)
                elif tracer is not None:
                    state.entered.setdefault(event.row, []).append(replace(piece, qty=-piece.qty, cost=-piece.cost))
            elif tracer is not None and line.moved < 0:
                taken += [tracer.left(event, line)] if line.value else []
            elif tracer is not None and change:
                tracer.entered(event, line, change)
            outcome.value_change += change
            _value(line.pool, change)
            held = line.pool.key
            if isinstance(held, Pool):
                held.qty += line.moved
                if not line.moves_goods:
                    state.raise_at(held, change)
            if line.moved:
                state.move(event.item, line.place, line.lot, line.moved)
        outcome.taken, outcome.raised = taken, state.raised or None
        self._cost(event, outcome, lines)

    def _cost(self, event: Event, outcome: Outcome, lines: list[Line]) -> None:
        """The cost of the row from what it did to the pools."""
        kind = event.type
        if kind == "invoice_price_change":
            settle_estimates(self.state, event)
        if kind in ("landed_cost", "invoice_price_change", "revalue", "charge_bill", "sales_invoice"):
            return
        if kind == "transfer":
            sent = [line for line in lines if line.moved < 0]
            outcome.cost = sum(
                line.out.cost
                if line.out is not None
                else self.state.rounder.money((line.pool.average or 0) * -line.moved)
                for line in sent
            )
            return
        outcome.cost = outcome.value_change if outcome.value_change >= 0 else -outcome.value_change
        if kind in ("issue", "scrap", "adjust_out", "purchase_return"):
            outcome.cost = -outcome.value_change
        elif kind != "count":
            outcome.cost = outcome.value_change
        if kind == "purchase_return" and event.details.credit_price is not None:
            credit = self.state.rounder.money(event.qty * event.details.credit_price)
            outcome.price_difference = outcome.cost - credit
        received = self.state.received.get(event.row)
        if received is not None and event.amount is None:
            received.own = outcome.cost - received.charged - received.price_changes
        if event.details.estimated:
            outcome.status = "provisional"


def _check_policy(policy: Policy) -> None:
    check_alone(policy)
    if policy.negative_stock == "estimate_then_correct":
        raise PolicyError(
            "contradiction",
            "the average of a period settles no shortage receipt by receipt: it carries a balance below zero on",
            field="negative_stock",
            value=policy.negative_stock,
            hint="set negative_stock='reset_on_next_receipt', enter the receipt that is missing (暂估), or cost by "
            "moving_average",
        )
    if policy.rounding.rule in ("unit_cost", "unit_cost_layers"):
        raise PolicyError(
            "contradiction",
            "the average of a period carries value, not a rounded unit cost",
            field="rounding.rule",
            value=policy.rounding.rule,
            hint="use cumulative, residual_to_stock or residual_to_issue",
        )


def _made_of(lines: list[Line]) -> list[Source]:
    return [source for line in lines if line.goods is not None for source in line.goods.sources]


def _goes_out(lines: list[Line] | tuple[Line, ...]) -> bool:
    return any(line.out is not None for line in lines)


def _value(pool: PeriodPool, change: Exact) -> None:
    held = pool.key
    if isinstance(held, Pool):
        held.value += change


def _held(month: Month) -> list[tuple[PeriodPool, Pool]]:
    return [(pool, pool.key) for pool in month.pools.values() if isinstance(pool.key, Pool)]


def _found(held: Pool, event: Event, node: int) -> None:
    """What is left as one layer."""
    if not held.qty:
        held.layers = []
        return
    row = held.layers[0].row if held.layers else event.row
    layer = Layer(origin=row, row=row, date=event.date, seq=0, qty=held.qty, value=held.value, place=held.place)
    layer.node = node
    held.layers, held.head = [layer], 0
