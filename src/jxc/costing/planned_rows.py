"""The rows of one period, valued at the planned price, as planned and actual cost that go into and out of categories.

    Line          what a row did: planned cost, and a value, goods made of others, or an Out at the category's rate
    GroupPeriod   one category (at a place) in one period: opening, in, out, closing, and the rate of its variance

Invariant: opening + in = out + closing in every ``GroupPeriod``, of planned and of actual cost.

>>> GroupPeriod(1, ("TEA", None), 8000, 10000, 12000, 11000, 10000, 10500, Fraction(1, 20)).closing_actual
10500
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

from jxc.costing.events import Event
from jxc.costing.forward import late_rule
from jxc.costing.outcome import Outcome
from jxc.costing.period_methods import made_share, nothing_on_hand
from jxc.costing.periodic_pools import In, Month, Out, PeriodPool, Source
from jxc.costing.state import State
from jxc.kernel.rounding import Exact

__all__ = ["GroupPeriod", "Key", "Line", "PlannedReading", "Repriced"]

Key: TypeAlias = tuple[str, str | None]
"""A category, and the place where the scope goes by place."""

Repriced: TypeAlias = dict[int, list[tuple[str, str | None, Exact, Fraction]]]
"""Row of a change of price -> (item, place, change of planned cost, new price over old)."""

_OUT = frozenset({"issue", "scrap", "adjust_out"})
_IN = frozenset({"opening", "receipt", "adjust_in", "assembly", "disassembly"})


@dataclass(frozen=True, slots=True)
class GroupPeriod:
    """A category in a period, in minor units; ``start`` is the first day of the period (0: all is one)."""

    start: int
    key: Key
    opening_planned: Exact
    opening_actual: Exact
    in_planned: Exact
    in_actual: Exact
    out_planned: Exact
    out_actual: Exact
    rate: Fraction

    @property
    def closing_planned(self) -> Exact:
        """Planned cost of what is left."""
        return self.opening_planned + self.in_planned - self.out_planned

    @property
    def closing_actual(self) -> Exact:
        """Actual cost of what is left."""
        return self.opening_actual + self.in_actual - self.out_actual

    @property
    def kept_before(self) -> Exact:
        """Variance that the period opened with though there were no goods."""
        return self.opening_actual if not self.opening_planned else 0


@dataclass(slots=True)
class Line:
    """What a row did to categories; ``planned`` is signed as stock changed."""

    planned_change: Exact
    value: Exact = 0
    outs: list[Out] = field(default_factory=list[Out])
    goods: list[In] = field(default_factory=list[In])
    goes_out: bool = False
    source: PeriodPool | None = None

    @property
    def actual_change(self) -> Exact:
        """How the actual cost of stock changed, once the period is settled."""
        return self.value + sum(goods.value for goods in self.goods) - sum(out.cost for out in self.outs)

    @property
    def at_rate(self) -> list[tuple[PeriodPool, Out]]:
        """What of the row has a cost only when the rate is known, with its category."""
        own = [(self.source, out) for out in self.outs if self.source is not None]
        made = [(source.pool, source.out) for goods in self.goods for source in goods.sources if source.out is not None]
        return own + made

    @property
    def sent(self) -> Exact:
        """What left a category by a transfer."""
        return sum(out.cost for out in self.outs)


class PlannedReading:
    """The categories of a period, and what the rows do to them."""

    def __init__(
        self,
        state: State,
        month: Month,
        carried: Mapping[Key, GroupPeriod],
        repriced: Repriced,
        returned: dict[int, Exact],
    ) -> None:
        self.state = state
        self.month = month
        self.lines: dict[int, Line] = {}
        self._carried = carried
        self._repriced = repriced
        self._returned = returned
        self._left_out: set[int] = set()
        self._factors: dict[int, Fraction] = {}
        self._beyond: dict[Key, Exact] = {}
        self._aside: dict[tuple[str, str | None], tuple[Exact, Exact]] = {}
        self._opening: dict[Key, tuple[Exact, Exact]] = {}

    @staticmethod
    def key_of(state: State, item: str, place: str | None) -> Key:
        """The category of an item, at the place as the scope sees it."""
        return state.policy.categories.get(item, item), state.place_key(item, place)

    def pool(self, item: str, place: str | None) -> PeriodPool:
        """The category's pool of the period; it opens with what the one before closed with."""
        key = self.key_of(self.state, item, place)
        if key not in self._opening:
            before = self._carried.get(key)
            opening = (0, 0) if before is None else (before.closing_planned, before.closing_actual)
            self._opening[key] = opening
            last = Fraction(1) if before is None else 1 + before.rate
            self.month.pool(key, last).bring(*opening)
        return self.month.pool(key)

    def read(self, event: Event) -> None:
        """Take in one row that was valued at the planned price."""
        outcome = self.state.outcomes[event.row]
        line = self.lines[event.row] = Line(outcome.value_change)
        if event.type in _IN:
            self._receive(event, outcome, line)
        elif event.type in _OUT:
            self._leave(event, -outcome.value_change, line)
        elif event.type == "transfer":
            self._transfer(event, outcome, line)
        elif event.type == "sales_return":
            self._from_customer(event, outcome, line)
        elif event.type == "purchase_return":
            self._to_supplier(event, outcome, line)
        elif event.type == "count":
            self._leave(event, -outcome.value_change, line)
            line.goes_out = outcome.difference_qty < 0
        elif event.type == "standard_price":
            self._reprice(event)
        else:
            self._value_only(event, outcome, line)

    # -- goods ---------------------------------------------------------------------------------------------------------

    def _receive(self, event: Event, outcome: Outcome, line: Line) -> None:
        pool = self.pool(event.item, event.place)
        if event.details.cost_from:
            self._make(event, outcome, line, pool)
            return
        if event.type == "adjust_in" and event.amount is None and event.row not in self.state.unpriced:
            self._leave(event, -outcome.value_change, line)
            line.goes_out = False
            return
        line.value = outcome.value_change + outcome.variance
        if event.details.estimated and self.state.policy.estimated_receipts == "left_out":
            self._left_out.add(event.row)
            self._put_aside(event, line)
        else:
            pool.bring(line.planned_change, line.value)

    def _make(self, event: Event, outcome: Outcome, line: Line, pool: PeriodPool) -> None:
        """Goods made cost what was consumed really cost, and what was added."""
        details, sources = event.details, [self.lines.get(row) for row in event.details.cost_from]
        added = details.add_amount
        of: list[Source] = []
        for row, source in zip(details.cost_from, sources, strict=True):
            if source is None or source.source is None:
                added += self.state.outcomes[row].final_cost
                continue
            for out in source.outs:
                out.carried = True
                out.targets.append(pool)
                of.append(Source(source.source, out.qty, out))
        charged = sum(charge.amount for charge in self.state.charges.get(event.row, ()))
        pool.bring(0, charged)
        line.value = charged
        goods = In(line.planned_change, tuple(of), added, *made_share(self.state, event, self._made_by))
        pool.ins.append(goods)
        line.goods.append(goods)

    def _made_by(self, row: int) -> list[In]:
        return self.lines[row].goods if row in self.lines else []

    def _leave(self, event: Event, planned: Exact, line: Line) -> None:
        """Goods that leave (or, negative, come in) at the rate of their category."""
        line.source = self.pool(event.item, event.place)
        key = self.key_of(self.state, event.item, event.place)
        out = Out(self._at_last_price(event, planned, line.source, key))
        line.source.outs.append(out)
        line.outs.append(out)
        line.goes_out = True

    def _transfer(self, event: Event, outcome: Outcome, line: Line) -> None:
        source, target = self.pool(event.item, event.place), self.pool(event.item, event.to_place)
        sent = sum(piece.cost for piece in outcome.taken)
        extra = outcome.variance + outcome.value_change
        if source is target:
            target.bring(outcome.value_change, extra)
            line.value = extra
            return
        key = self.key_of(self.state, event.item, event.place)
        out = Out(self._at_last_price(event, sent, source, key), carried=True, targets=[target])
        source.outs.append(out)
        goods = In(sent + outcome.value_change, (Source(source, out.qty, out),), extra)
        target.ins.append(goods)
        line.outs.append(out)
        line.goods.append(goods)

    def _from_customer(self, event: Event, outcome: Outcome, line: Line) -> None:
        """A return of an issue of this period is an issue less; of an earlier one it comes in at what that cost."""
        pool = self.pool(event.item, event.place)
        if not event.refs or self.state.policy.returns == "current_cost":
            if event.amount is None:
                self._leave(event, -outcome.value_change, line)
            else:
                line.value = event.amount
                pool.bring(line.planned_change, line.value)
            line.goes_out = False
            return
        done: Exact = 0
        given: Exact = 0
        for row, before, qty in self._portions(event, {row: self._gone_by(row) for row in event.refs}):
            done += qty
            planned = self.month.rounder.share(line.planned_change, done, event.qty) - given
            given += planned
            here = self.lines.get(row)
            if here is not None and here.source not in (None, pool):
                self._from_elsewhere(here, pool, planned, Fraction(qty) / self._gone_by(row), line)
            elif here is not None:
                self._leave(event, -planned, line)
            else:
                cost = self.state.outcomes[row].final_cost
                value = self._telescoped(cost, before, qty, self._gone_by(row))
                line.value += value
                pool.bring(planned, value)
        line.goes_out = False

    def _from_elsewhere(self, issue: Line, pool: PeriodPool, planned: Exact, part: Fraction, line: Line) -> None:
        """Goods of this period's issue come back to another place: that part of the issue is carried there."""
        share = self.month.rounder.money(sum(out.qty for out in issue.outs) * part)
        goods = In(planned, (Source(issue.source or pool, share, self._apart(issue, share, pool)),))
        pool.ins.append(goods)
        line.goods.append(goods)

    @staticmethod
    def _apart(issue: Line, share: Exact, pool: PeriodPool) -> Out | None:
        """So much of what left, carried by itself; nothing where goods were made of it, and it is carried already."""
        rest = next(iter(issue.outs))
        if rest.carried or issue.source is None:
            return None
        if share < rest.qty:
            part = Out(share)
            rest.qty -= share
            issue.outs.append(part)
            issue.source.outs.append(part)
            rest = part
        rest.carried = True
        rest.targets.append(pool)
        return rest

    def _gone_by(self, row: int) -> Exact:
        outcome = self.state.outcomes[row]
        return max(-outcome.difference_qty, 0) if self.state.events[row].type == "count" else outcome.qty

    def _portions(self, event: Event, whole: Mapping[int, Exact]) -> list[tuple[int, Exact, Exact]]:
        """Of a return: every row that it returns, what came back of it before, and what comes back now."""
        found: list[tuple[int, Exact, Exact]] = []
        rest = event.qty
        for row in event.refs:
            before = self._returned.get(row, 0)
            taken = min(rest, whole[row] - before)
            if taken > 0:
                found.append((row, before, taken))
                self._returned[row] = before + taken
                rest -= taken
        return found

    def _telescoped(self, cost: Exact, before: Exact, qty: Exact, whole: Exact) -> Exact:
        share = self.month.rounder.share
        return share(cost, before + qty, whole) - (share(cost, before, whole) if before else 0)

    def _to_supplier(self, event: Event, outcome: Outcome, line: Line) -> None:
        """Goods that go back take the variance of their receipt along; without a receipt that of their category."""
        received, rule = self.state.received, self.state.policy.purchase_returns
        known = bool(event.refs) and all(row in received for row in event.refs)
        if not known or rule == "as_next_issue":
            self._leave(event, -outcome.value_change, line)
            return
        value: Exact = 0
        for row, before, qty in self._portions(event, {row: received[row].qty for row in event.refs}):
            value -= self._telescoped(received[row].total, before, qty, received[row].qty)
        line.goes_out = True
        line.value = -event.amount if rule == "stated_price" and event.amount is not None else value
        if all(row in self._left_out for row in event.refs):
            self._put_aside(event, line)
        else:
            self.pool(event.item, event.place).bring(line.planned_change, line.value)

    def _put_aside(self, event: Event, line: Line) -> None:
        """Goods of an estimated receipt stand beside the rate."""
        self.pool(event.item, event.place)
        place = self.state.place_key(event.item, event.place)
        planned, actual = self._aside.get((event.item, place), (0, 0))
        self._aside[event.item, place] = planned + line.planned_change, actual + line.value

    def _reprice(self, event: Event) -> None:
        """A new price on what is on hand; what stands beside the rate stays beside it."""
        for item, place, change, factor in self._repriced.get(event.row, ()):
            planned, actual = self._aside.get((item, place), (0, 0))
            beside = self.month.rounder.money(planned * (factor - 1))
            if planned:
                self._aside[item, place] = planned + beside, actual
            self.pool(item, place).bring(change - beside, 0)

    def expect(self, events: Sequence[Event]) -> None:
        """Before reading: how much higher the price of the period's end is than the one that a row was valued at."""
        later: dict[tuple[str, str | None], Fraction] = {}
        for event in reversed(events):
            for item, place, _, factor in self._repriced.get(event.row, ()):
                later[item, place] = later.get((item, place), Fraction(1)) * factor
            if later and event.item:
                where = event.item, self.state.place_key(event.item, event.place)
                self._factors[event.row] = later.get(where, Fraction(1))

    def _at_last_price(self, event: Event, planned: Exact, source: PeriodPool, key: Key) -> Exact:
        """Planned cost of what leaves, at the last price of the period: its actual cost does not see the change."""
        more = planned * (self._factors.get(event.row, Fraction(1)) - 1)
        if not more:
            return planned
        source.bring(more, 0)
        if planned > 0:
            self._beyond[key] = self._beyond.get(key, 0) + more
        return planned + more

    # -- value without goods -------------------------------------------------------------------------------------------

    def _value_only(self, event: Event, outcome: Outcome, line: Line) -> None:
        """Revaluations, and charges and prices that do not restate: into the variance of the category."""
        policy = self.state.policy
        if event.type in ("charge_bill", "sales_invoice"):
            return
        if event.type == "revalue" or not event.refs:
            amount: Exact = event.amount or 0
        elif late_rule(policy, self.state.events, event) in ("to_expense", "to_price_difference"):
            return
        else:
            amount, outcome.expensed = outcome.expensed, 0
        if not amount:
            return
        rows = [row for row in event.refs if row in self.state.events]
        source = self.state.events[rows[0]] if rows else event
        pool = self.pool(source.item, source.to_place or source.place)
        if pool.is_divisible:
            pool.bring(0, amount)
            line.value = amount
        elif not event.refs:
            raise nothing_on_hand(event)
        else:
            outcome.expensed = amount

    # -- the end -------------------------------------------------------------------------------------------------------

    def close(self, start: int) -> Iterator[GroupPeriod]:
        """Every category at the end of the period; one without rows carries on."""
        for key in self._carried:
            self._carry_on(key)
        for key, (planned, actual) in self._opening.items():
            pool = self.month.pool(key)
            beside = [both for (item, at), both in self._aside.items() if self.key_of(self.state, item, at) == key]
            closing_planned = _whole(pool.closing_qty + sum(both[0] for both in beside))
            closing_actual = pool.closing_value + pool.rest + sum(both[1] for both in beside)
            gone = [out for out in pool.outs if out.qty > 0]
            out_planned = _whole(sum(out.qty for out in gone) - self._beyond.get(key, 0))
            out_actual = sum(out.cost for out in gone)
            yield GroupPeriod(
                start,
                key,
                planned,
                actual,
                closing_planned - planned + out_planned,
                closing_actual - actual + out_actual,
                out_planned,
                out_actual,
                (pool.average if pool.average is not None else pool.last_rate or Fraction(1)) - 1,
            )

    def _carry_on(self, key: Key) -> None:
        """Carry a category that no row of the period touched."""
        if key not in self._opening:
            before = self._carried[key]
            self._opening[key] = (before.closing_planned, before.closing_actual)
            pool = self.month.pool(key, 1 + before.rate)
            pool.closing_value = before.closing_actual
            pool.fixed_qty, pool.fixed_value = before.closing_planned, before.closing_actual


def _whole(amount: Exact) -> Exact:
    return int(amount) if amount == int(amount) else amount
