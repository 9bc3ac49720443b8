"""The gross profit method (毛利率法) row by row: estimated from sales in the first months of a quarter, trued up at its
end.

    months 1, 2   cost of sales of a category = R(net sales x (1 - margin)), shared by its issues by what they sold for
    month 3       the weighted average of the quarter, less what months 1 and 2 were estimated at: on its issues; where
                  it has none, as a gap (``true_up``) that is cost of sales of that month.  Returns stay estimated

A quarter is over when its last day has come: by ``run_to``, else by the rows. Until then its costs are provisional.
Chinese wholesale practice; CAS 1 guide, notes to 小企业会计准则 on 5401.  IAS 2 knows it for interim figures alone.
Everything but sales costs the average of the quarter.

Invariant: per category and quarter that is over, the costs of its sales less its true-up gap are those at the average.

>>> from jxc.costing.events import Details
>>> rows = [Event(0, "receipt", 1, "TEA", 10, 1000)]
>>> rows += [Event(1, "issue", 20, "TEA", 4, details=Details(sale_price=Fraction(5)))]
>>> engine = GrossProfitEngine(Policy(method="gross_profit", gross_margin={"TEA": "0.2"}))
>>> engine.run(rows)
>>> engine.state.outcomes[1].cost, engine.state.outcomes[1].status, engine.state.pool("TEA", None, None).value
(1600, 'provisional', -600)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from jxc.costing.engine import Engine
from jxc.costing.events import Event, Scales
from jxc.costing.gross_profit import margin_of
from jxc.costing.layers import Pool, Slice
from jxc.costing.methods import MethodRegistry
from jxc.costing.order import in_order, period_end, period_start
from jxc.costing.outcome import Outcome
from jxc.costing.periodic import PeriodicEngine
from jxc.costing.policy import Policy
from jxc.costing.state import POOLED
from jxc.costing.trace import Part
from jxc.errors import PolicyError
from jxc.kernel.rounding import Exact

__all__ = ["GrossProfitEngine"]


@dataclass(slots=True)
class _Month:
    """The sales of a category in a month: rows with their net sales in minor units, returns below zero."""

    sales: list[tuple[Event, Fraction]] = field(default_factory=list[tuple[Event, Fraction]])

    @property
    def total(self) -> Fraction:
        return sum((amount for _, amount in self.sales), Fraction(0))

    @property
    def issues(self) -> _Month:
        """The month without its returns."""
        return _Month([(event, amount) for event, amount in self.sales if event.type != "sales_return"])


class GrossProfitEngine(PeriodicEngine):
    """The engine of the gross profit method; see the module."""

    def __init__(
        self,
        policy: Policy,
        scales: Scales | None = None,
        methods: MethodRegistry | None = None,
        *,
        trace: bool = False,
        on_row: Callable[[Engine, Event], None] | None = None,
    ) -> None:
        closed = "forward" if policy.forwards else "restate"
        by_quarter = policy.with_(period="quarter", sale_price_check="required", run_to=None, closed_periods=closed)
        super().__init__(by_quarter, scales, methods, trace=trace, on_row=on_row)
        self._run_to = policy.run_to
        for category, margin in policy.gross_margin.items():
            margin_of(margin, field="gross_margin", of=category)

    def run(self, events: Iterable[Event]) -> None:
        """Value the rows at the average of the quarter, then the sales by their margin."""
        super().run(events)
        valued = [e for e in in_order(self._rows, self.state.policy) if self._sold(e) is not None]
        last = max((event.date for event in self._rows), default=0)
        groups: dict[tuple[int, str], dict[int, _Month]] = {}
        for event in valued:
            months = groups.setdefault((period_start(event.date, "quarter"), self._category(event)), {})
            months.setdefault(period_start(event.date, "month"), _Month()).sales.append(
                (event, self._sold(event) or Fraction(0))
            )
        for (quarter, category), months in groups.items():
            self._quarter(category, months, _third(quarter), is_over=self._is_over(quarter, last))

    def _category(self, event: Event) -> str:
        return self.state.policy.categories.get(event.item, event.item)

    def _is_over(self, quarter: int, last: int) -> bool:
        """Whether the last run, or without one the rows, reach the quarter's last day."""
        reached = last if self._run_to is None else self._run_to.toordinal()
        return reached >= period_end(quarter, "quarter")

    def _sold(self, event: Event) -> Fraction | None:
        """What the row was sold for (a return: given back), in minor units; ``None`` if it is no sale."""
        outcome = self.state.outcomes.get(event.row)
        if outcome is None or outcome.status == "refused" or outcome.consumed:
            return None
        scales = self.state.scales
        if event.type == "issue" and event.details.sale_price is not None:
            return Fraction(event.qty) * scales.rate(event.details.sale_price)
        if event.type == "sales_return":
            own = event.details.sale_price
            prices = [self.state.events[row].details.sale_price for row in event.refs] if own is None else [own]
            if prices and prices[0] is not None:
                return -Fraction(event.qty) * scales.rate(prices[0])
        return None

    def _quarter(self, category: str, months: dict[int, _Month], third: int, *, is_over: bool) -> None:
        """Estimate the months; where the quarter is over, the issues of the third take what the average leaves."""
        ratio = 1 - self._margin(category)
        rest: Exact = sum(_signed(self.state.outcomes[e.row], e) for month in months.values() for e, _ in month.sales)
        for start in sorted(months):
            month, issues = months[start], months[start].issues
            costs = self._shared(month, self.state.rounder.money(month.total * ratio))
            if is_over and start == third and issues.sales:
                kept = {e.row: costs[e.row] for e, _ in month.sales if e.type == "sales_return"}
                costs = {**kept, **self._shared(issues, rest - sum(kept.values()))}
            rest -= sum(costs.values())
            self._set(costs, "final" if is_over else "provisional")
        row = months[max(months)].sales[-1][0].row
        if is_over:
            self.state.gap(row, "true_up", -rest)
            self._check(
                category, row, sum(_signed(self.state.outcomes[e.row], e) for e in self._of(months, third)) + rest
            )
        elif rest:
            self._check(category, row, self._leave_in_stock(category, rest, row))

    @staticmethod
    def _of(months: dict[int, _Month], start: int) -> list[Event]:
        return [event for event, _ in months[start].issues.sales] if start in months else []

    def _check(self, category: str, row: int, left: Exact) -> None:
        """Warn where the estimate took more than there was: stock, or the cost of the third month, is below zero."""
        if left < 0:
            self.state.warn(
                row,
                "estimate_beyond_goods",
                f"the sales of {category} are estimated to cost more than the goods there were",
                "check gross_margin and the sale prices, or enter the receipts that are missing",
            )

    def _margin(self, category: str) -> Fraction:
        margin = self.state.policy.gross_margin.get(category)
        if margin is None:
            raise PolicyError(
                "missing_gross_margin",
                "no rate of gross profit is known for this category",
                field="gross_margin",
                value=category,
                hint="give gross_margin={category: rate}, such as that of the last quarter",
            )
        return margin

    def _shared(self, month: _Month, cost: Exact) -> dict[int, Exact]:
        """A cost over the rows of a month by what they sold for; the last takes the rest."""
        found: dict[int, Exact] = {}
        done, given = Fraction(0), Fraction(0)
        for event, amount in month.sales:
            done += amount
            is_last = event is month.sales[-1][0]
            upto = cost if is_last or not month.total else self.state.rounder.share(cost, done, month.total)
            found[event.row] = upto - given
            given = Fraction(upto)
        return {row: int(amount) if amount == int(amount) else amount for row, amount in found.items()}

    def _set(self, costs: dict[int, Exact], status: str) -> None:
        for row, cost in costs.items():
            outcome, event = self.state.outcomes[row], self.state.events[row]
            sign = -1 if event.type == "sales_return" else 1
            beyond = sign * cost - outcome.cost
            outcome.cost, outcome.value_change = sign * cost, -cost
            if self.state.trace is not None and beyond:
                node = self.state.trace.add((Part(beyond, "margin", row),))
                outcome.taken = [*outcome.taken, Slice(POOLED, row, event.date, 0, beyond, node=node)]
            if status == "provisional":
                outcome.status = "provisional"

    def _leave_in_stock(self, category: str, amount: Exact, row: int) -> Exact:
        """What the estimate took less (or more) than the average stays in stock; what that is worth then."""
        policy = self.state.policy
        pools = [p for p in self.state.pools.values() if policy.categories.get(p.item, p.item) == category]
        whole = sum(pool.value for pool in pools)
        done: Exact = 0
        given: Exact = 0
        for pool in pools if whole else ():
            done += pool.value
            upto = self.state.rounder.share(amount, done, whole)
            _add(pool, upto - given)
            given = upto
        self.state.gap(row, "variance_kept", given - amount)
        return whole + amount


def _third(quarter: int) -> int:
    return period_start(period_end(quarter, "quarter"), "month")


def _signed(outcome: Outcome, event: Event) -> Exact:
    return -outcome.cost if event.type == "sales_return" else outcome.cost


def _add(pool: Pool, amount: Exact) -> None:
    pool.value += amount
    if pool.qty > 0 and pool.layers:
        pool.layers[0].found(pool.qty, pool.value)
