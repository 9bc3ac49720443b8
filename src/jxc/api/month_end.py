"""The month-end run as a plan: what will be costed in which order, what is missing, what it costs; then the costs.

    movements --month_end--> MonthEnd(steps, pools, missing, costs) --apply--> records to keep
    records   --undo_month_end--> red records to keep

The order of a month is fixed: invoices settled against estimates (采购结算), estimates for what is still uninvoiced
(暂估), landed cost (费用分摊), counts (盘点), red issues (红字出库), transfers and assemblies (调拨, 组装), outward
cost (出库核算). A plan changes nothing.  ``apply`` hands out what is to be booked beyond what ``booked`` holds, so the
same run again books nothing, and a run after a late row books the difference.

Invariant: what the period has booked + ``costs`` = what the method says each movement of the period cost.

>>> moves = [
...     {"id": "GR-1", "date": "2026-05-05", "type": "receipt", "item": "TEA", "qty": 100, "amount": "200.00"},
...     {"id": "SO-1", "date": "2026-05-11", "type": "issue", "item": "TEA", "qty": 30},
...     {"id": "GR-2", "date": "2026-05-20", "type": "receipt", "item": "TEA", "qty": 50, "amount": "130.00"},
... ]
>>> plan = month_end(moves, period="2026-05", currency="CNY")
>>> plan.ready, [(record.movement, record.cost) for record in plan.apply()]
(True, [('SO-1', Decimal('66.00'))])
>>> month_end(moves, period="2026-05", currency="CNY", booked=plan.apply()).costs
()
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

from jxc.api.answers import OnHand
from jxc.api.month_earlier import EarlierRow, earlier_periods
from jxc.api.month_missing import findings
from jxc.api.month_pools import PoolPlan, pool_plans, totals_by_pool
from jxc.api.month_records import Booked, CostRecord
from jxc.api.month_rows import PeriodRows, name_of
from jxc.api.month_steps import Step, steps_of
from jxc.api.plugins import methods_in_force
from jxc.api.rows import AFTER, Rows
from jxc.api.sources import Movements, read_rows
from jxc.api.valuation import Valuation
from jxc.api.value import check_write_downs, in_framework, leave_out_after, policy_of, units_of, value_rows, with_end
from jxc.costing.events import NO_DETAILS
from jxc.costing.policy import Policy
from jxc.costing.registry import Framework
from jxc.costing.strategies import BY_PERIOD
from jxc.errors import PolicyError, StockError
from jxc.kernel.currencies import Currency
from jxc.kernel.exact import to_exact
from jxc.kernel.periods import Period
from jxc.kernel.rounding import Exact, divide
from jxc.stock.problem import Problem

__all__ = ["MonthEnd", "Step", "month_end"]

_FOUND = frozenset(
    {"issue", "scrap", "adjust_out", "transfer", "sales_return", "purchase_return", "count", "assembly", "disassembly"}
)
"""The rows whose cost the run finds; a receipt states its own."""


@dataclass(frozen=True, slots=True)
class MonthEnd:
    """A month-end run as a plan.

    ``steps``: all of them, in their order, those without rows too.  ``pools``: in the order in which they are costed.
    ``missing``: what is wrong or not there, with row, field and way out.  ``costs``: the records that ``apply`` hands
    out.  ``valuation``: all figures behind it.
    """

    period: str
    steps: tuple[Step, ...]
    pools: tuple[PoolPlan, ...]
    missing: tuple[Problem, ...]
    costs: tuple[CostRecord, ...]
    valuation: Valuation

    @property
    def ready(self) -> bool:
        """Whether every row of the period can be costed."""
        return not any(problem.severity == "error" for problem in self.missing)

    @property
    def cost_of_sales(self) -> Decimal:
        """What the goods sold in the period cost."""
        by_month = self.valuation.cost_of_sales_by_period
        period = Period.parse(self.period)
        return sum(
            (
                cost
                for name, cost in by_month.items()
                if period.first <= date.fromisoformat(f"{name}-01") <= period.last
            ),
            Decimal(0),
        )

    def apply(self, *, partial: bool = False) -> Sequence[CostRecord]:
        """The records to keep beside those that were booked.

        Raises ``StockError`` ``month_not_ready`` if something is missing, unless ``partial``: then the rows that can be
        costed are.
        """
        errors = [problem for problem in self.missing if problem.severity == "error"]
        if errors and not partial:
            raise StockError(
                "month_not_ready",
                f"{len(errors)} findings stand against costing {self.period}; the first: {errors[0]}",
                field="period",
                value=self.period,
                hint="see missing, mend them and plan again, or apply(partial=True)",
            )
        return self.costs

    def __str__(self) -> str:
        lines = [f"month end {self.period}, {self.valuation.method}: cost of sales {self.cost_of_sales}"]
        lines += [f"  {step}" for step in self.steps]
        circles = len({pool.circle for pool in self.pools} - {None})
        lines.append(f"  {len(self.pools)} pools, {circles} circles; {len(self.costs)} costs to book")
        lines += [f"  missing: {problem}" for problem in self.missing]
        return "\n".join(lines)


def month_end(
    movements: Movements,
    *,
    period: str,
    method: str | None = None,
    scope: str | None = None,
    currency: str | Currency | None = None,
    booked: Iterable[CostRecord] = (),
    estimates: Mapping[str, object] | None = None,
    policy: Policy | None = None,
    framework: Framework | None = None,
    waive: bool = False,
    units: Mapping[str, Mapping[str, object]] | None = None,
    standard_cost: Mapping[str, object] | None = None,
    encoding: str | None = None,
    **choices: Any,
) -> MonthEnd:
    """Plan the run of a month (``2026-05``; of a quarter or year where the policy costs by those).

    ``method``: periodic_average (default), planned, retail, or any other.  ``movements``: the whole book; rows after
    the period are left out.  ``booked``: the records of earlier runs.  ``estimates``: item -> unit cost for receipts
    whose price is missing (暂估单价), of this period and later ones; they are provisional, and in later runs stand at
    what ``booked`` holds of them.  The other keywords are those of ``jxc.value``.

    Raises what ``value`` raises; ``DateError`` ``no_such_period``; ``FieldError``: ``duplicate_record``,
    ``wrong_type``, ``not_a_list``; ``PolicyError``: ``wrong_period``, ``unknown_item``, ``cost_below_zero``.
    """
    span = Period.parse(period)
    in_force = policy_of(
        policy, "periodic_average" if method is None and policy is None else method, scope, standard_cost, choices
    )
    in_force = in_framework(in_force, framework, waive=waive)
    _check_period(span, in_force)
    if in_force.closed_periods is None:
        in_force = in_force.with_(closed_periods="forward")
    held = Booked(booked)
    rows = read_rows(movements, in_force, currency=currency, units=units_of(units), encoding=encoding)
    leave_out_after(rows, span.last)
    check_write_downs(rows, framework, waive=waive)
    _estimate(rows, _checked_estimates(rows, {} if estimates is None else estimates), in_force, span, held)

    def valued(until: date) -> Valuation:
        return value_rows(rows, with_end(in_force.with_(run_to=None), until), methods_in_force())

    opening = _opening(rows, span, valued)
    return _Planner(PeriodRows(rows, valued(span.last), span), held).plan(totals_by_pool(opening, in_force))


def _opening(rows: Rows, span: Period, valued: Callable[[date], Valuation]) -> tuple[OnHand, ...]:
    """What is on hand when the period begins: the rows of the period stand aside for it."""
    if not _begins_before(rows, span):
        return ()
    first = span.first.toordinal()
    aside = [row for row, bad in enumerate(rows.bad) if not bad and rows.date[row] >= first]
    for row in aside:
        rows.bad[row] = AFTER
    found = valued(span.first - timedelta(days=1)).on_hand
    for row in aside:
        rows.bad[row] = 0
    return found


def _begins_before(rows: Rows, span: Period) -> bool:
    first = span.first.toordinal()
    return any(day < first for day, bad in zip(rows.date, rows.bad, strict=True) if not bad)


def _checked_estimates(rows: Rows, estimates: object) -> dict[str, Fraction]:
    if not isinstance(estimates, Mapping):
        hint = "give item -> unit cost"
        raise PolicyError("wrong_kind", "estimates are a mapping", field="estimates", value=estimates, hint=hint)
    given = cast("Mapping[str, object]", estimates)
    known = {item: Fraction(to_exact(cost, field="estimates")) for item, cost in given.items()}
    items = set(rows.item) if known else set[str | None]()
    for item, cost in known.items():
        if cost < 0:
            hint = "give 0 or more"
            raise PolicyError(
                "cost_below_zero", "an estimate is never negative", field="estimates", value=item, hint=hint
            )
        if item not in items:
            hint = "check its name"
            raise PolicyError("unknown_item", "no row is of this item", field="estimates", value=item, hint=hint)
    return known


def _estimate(rows: Rows, estimates: Mapping[str, Fraction], policy: Policy, span: Period, booked: Booked) -> None:
    """Give receipts without a price the estimate of their item; earlier ones what their period booked; mark them."""
    first = span.first.toordinal()
    for row, (kind, item) in enumerate(zip(rows.type, rows.item, strict=True)):
        if kind != "receipt" or rows.amount[row] is not None or rows.bad[row]:
            continue
        exact: Exact | None = None
        if rows.date[row] >= first and item in estimates:
            exact = rows.scales.rate(estimates[item or ""]) * rows.qty[row]
        elif rows.date[row] < first:
            held = booked.cost_on(name_of(rows, row), date.fromordinal(rows.date[row]))
            exact = Fraction(held) * 10**rows.scales.money_places if held else None
        if exact is not None:
            rows.amount[row] = divide(exact.numerator, exact.denominator, policy.rounding.mode)
            rows.details[row] = replace(rows.details.get(row, NO_DETAILS), estimated=True)


def _check_period(span: Period, policy: Policy) -> None:
    """The gross profit method runs by months or quarters; others that cost by period run by the policy's own."""
    if policy.method not in BY_PERIOD and policy.system != "periodic":
        return
    allowed = ("month", "quarter") if policy.method == "gross_profit" else (policy.period,)
    if span.kind not in allowed:
        raise PolicyError(
            "wrong_period",
            f"the policy costs by {' or '.join(allowed)}, and this is a {span.kind}",
            field="period",
            value=span.name,
            hint="name a period of that length, or set the policy's period",
        )


class _Planner:
    """The plan of a period: its steps and pools, what is missing, and what is to be booked."""

    def __init__(self, period: PeriodRows, booked: Booked) -> None:
        self.period = period
        self.rows = period.rows
        self.span = period.span
        self.booked = booked

    def plan(self, opening: Mapping[tuple[str, str], tuple[Decimal, Decimal]]) -> MonthEnd:
        """The plan of the period."""
        period, valuation = self.period, self.period.valuation
        return MonthEnd(
            self.span.name,
            tuple(steps_of(period)),
            pool_plans(self.rows, valuation.policy, period.touching(), valuation, opening),
            (*findings(period), *self._moved()),
            tuple(self._records()),
            valuation,
        )

    def _moved(self) -> Iterator[Problem]:
        """What earlier periods would book now; by the gross profit method those of one quarter move each other."""
        return earlier_periods(self.booked, self.span, self._earlier(), by_quarter=self._quarter is not None)

    @property
    def _quarter(self) -> Period | None:
        """The quarter that costs go by, of the gross profit method."""
        return Period.of(self.span.first, "quarter") if self.period.valuation.method == "gross_profit" else None

    def _moves(self, row: int) -> bool:
        """Whether a row of an earlier month costs what this month of its quarter makes of it, and this run books that.

        Sales cost their estimate, so one that has none booked was entered late, and its own month books it.
        """
        quarter, day = self._quarter, date.fromordinal(self.rows.date[row])
        if quarter is None or day not in quarter or not self.booked.has_run(day):
            return False
        details = self.rows.details.get(row)
        sold = self.rows.type[row] == "sales_return" or (details is not None and details.sale_price is not None)
        return not sold or bool(self.booked.cost_within(self.period.name(row), quarter))

    def _earlier(self) -> Iterator[EarlierRow]:
        """The rows of earlier periods that their runs found a cost of, with what that is now."""
        period, rows = self.period, self.rows
        for row in period.standing():
            day = rows.date[row]
            if day < period.first and self._is_found(row):
                on = date.fromordinal(day)
                yield EarlierRow(rows.number[row], period.name(row), on, period.cost(row), moves=self._moves(row))
        beside = (record for record in self._beside() if record[0] < self.span.first)
        yield from (EarlierRow(0, record.movement, day, record.cost) for day, record in beside)

    def _beside(self) -> Iterator[tuple[date, CostRecord]]:
        """What comes to the cost of sales beside the rows of a period, by day, as a record of the whole of it.

        What quarters are trued up by, and what later receipts settled about issues that were short, each on its day.
        """
        period, rows, valuation = self.period, self.rows, self.period.valuation
        for day, category, amount in valuation.true_ups:
            name = f"true-up {Period.of(day, 'quarter')} {category}"
            cost = valuation.as_money(amount)
            yield day, CostRecord("", "", name, "true_up", category, "", Decimal(0), cost)
        for row, amounts in period.corrections().items():
            for start, amount in amounts.items():
                day = date.fromordinal(start)
                name = f"correction {Period.of(day, self.span.kind)} {period.name(row)}"
                item, place, cost = rows.item[row] or "", rows.place[row] or "", valuation.as_money(amount)
                yield day, CostRecord("", "", name, "correction", item, place, Decimal(0), cost)

    def _is_found(self, row: int) -> bool:
        """Whether the run finds the cost of the row."""
        kind = self.rows.type[row]
        at_average = kind == "adjust_in" and self.rows.amount[row] is None
        return kind in _FOUND or at_average or (kind == "receipt" and self.period.is_estimated(row))

    def _records(self) -> Iterator[CostRecord]:
        """What is to be booked: the cost of every row less what is booked of it."""
        rows, period, named = self.rows, self.period, self.span.name
        names: set[str] = set()
        for row in period.chosen:
            if not self._is_found(row):
                continue
            name = period.name(row)
            names.add(name)
            cost = period.cost(row) - self.booked.cost(name, named)
            if cost:
                item, place = rows.item[row] or "", rows.place[row] or ""
                number = self.booked.next_id(named, name)
                yield CostRecord(number, named, name, rows.type[row], item, place, period.qty(row), cost)
        for row in period.standing() if self._quarter is not None else ():
            if rows.date[row] < period.first and self._is_found(row) and self._moves(row):
                names.add(period.name(row))
                yield from self._moved_cost(row)
        for day, whole in self._beside():
            if day in self.span:
                names.add(whole.movement)
                cost = whole.cost - self.booked.cost(whole.movement, named)
                number = self.booked.next_id(named, whole.movement)
                yield from [replace(whole, id=number, period=named, cost=cost)] if cost else []
        for record in self.booked.gone(named, names):
            number = self.booked.next_id(named, record.movement)
            yield replace(record, id=number, cost=-self.booked.cost(record.movement, named), reverses="")

    def _moved_cost(self, row: int) -> Iterator[CostRecord]:
        """What an earlier month's row costs now beyond what the quarter has booked of it."""
        rows, period, named, name = self.rows, self.period, self.span.name, self.period.name(row)
        quarter = Period.of(self.span.first, "quarter")
        cost = period.cost(row) - self.booked.cost_within(name, quarter)
        if cost:
            item, place = rows.item[row] or "", rows.place[row] or ""
            number = self.booked.next_id(named, name)
            yield CostRecord(number, named, name, rows.type[row], item, place, period.qty(row), cost)
