"""The steps of a month-end run, always these seven, always in this order, each with its rows and their amount.

    1 invoices     采购结算              invoices settled against estimates; what goes back to suppliers (红字入库)
    2 estimates    暂估入库              what is still uninvoiced at the end, of earlier periods too, at its estimate
    3 landed_cost  费用分摊              charges and other changes of value
    4 counts       盘点                  gains (盘盈) less losses (盘亏), other receipts and issues
    5 red_issues   红字出库              what customers returned
    6 transfers    调拨、组装、拆卸
    7 outward      出库核算              issues and scrap; what goes back to suppliers at the average, as an issue does

Red receipts are negative receipts, so they are inward, before anything is costed that leaves: at the cost of their
receipt, in step 2 as long as that is an estimate.  The order is that of the runs of Chinese systems (外购入库核算,
存货估价入账, 其他入库, 红字出库, 出库核算); amounts of a period depend on each other, and are found together.

Invariant: every row of the period that the run costs is in one step.

>>> [name for name, _, _ in STEPS]
['invoices', 'estimates', 'landed_cost', 'counts', 'red_issues', 'transfers', 'outward']
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from jxc.api.month_rows import PeriodRows
from jxc.costing.invoices import billed_qty, is_whole
from jxc.kernel.rounding import Exact, divide

__all__ = ["STEPS", "Step", "steps_of"]

STEPS = (
    ("invoices", "采购结算", ("invoice_price_change",)),
    ("estimates", "暂估入库", ()),
    ("landed_cost", "费用分摊", ("landed_cost", "revalue", "standard_price")),
    ("counts", "盘点", ("count", "adjust_in", "adjust_out")),
    ("red_issues", "红字出库", ("sales_return",)),
    ("transfers", "调拨、组装、拆卸", ("transfer", "assembly", "disassembly")),
    ("outward", "出库核算", ("issue", "scrap")),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the run: its number and names, the rows of the input that it concerns, the sum of their costs.

    Of counts ``amount`` is ``gains`` (盘盈) less ``losses`` (盘亏); other steps have neither.  What goes back to
    suppliers is negative in the inward steps 1 and 2.
    """

    number: int
    name: str
    name_zh: str
    rows: tuple[int, ...]
    amount: Decimal
    gains: Decimal = Decimal(0)
    losses: Decimal = Decimal(0)

    def __str__(self) -> str:
        parts = f" (盘盈 {self.gains}, 盘亏 {self.losses})" if self.name == "counts" and self.rows else ""
        return f"{self.number} {self.name} {self.name_zh}: {len(self.rows)} rows, {self.amount}{parts}"


def steps_of(period: PeriodRows) -> Iterator[Step]:
    """All steps, those without rows too."""
    open_at = _open_estimates(period)
    apart = {row: _step_of_return(period, row, open_at) for row in period.chosen if _is_return(period, row)}
    money = period.valuation.as_money
    for number, (name, name_zh, kinds) in enumerate(STEPS, 1):
        found = {row: period.costs[row] for row in period.chosen if period.rows.type[row] in kinds}
        found.update({row: _red(period, row, name) for row, step in apart.items() if step == name})
        found.update(open_at if name == "estimates" else {})
        gains: Exact = 0
        losses: Exact = 0
        if name == "counts":
            found = {row: _as_counted(period, row) for row in found}
            gains = sum(cost for cost in found.values() if cost > 0)
            losses = sum(-cost for cost in found.values() if cost < 0)
        shown = tuple(period.rows.number[row] for row in sorted(found))
        yield Step(number, name, name_zh, shown, money(sum(found.values())), money(gains), money(losses))


def _as_counted(period: PeriodRows, row: int) -> Exact:
    return -period.costs[row] if period.rows.type[row] == "adjust_out" else period.signed(row)


# -- what goes back to suppliers ---------------------------------------------------------------------------------------


def _is_return(period: PeriodRows, row: int) -> bool:
    return period.rows.type[row] == "purchase_return"


def _step_of_return(period: PeriodRows, row: int, open_at: Iterable[int]) -> str:
    """Inward where it goes back at a cost of its own, as a red estimate or settled; else outward, as an issue."""
    rows, rule = period.rows, period.valuation.policy.purchase_returns
    refs = rows.refs.get(row, ())
    stated = rule == "stated_price" and rows.amount[row] is not None
    if not stated and (rule == "as_next_issue" or not refs):
        return "outward"
    return "estimates" if refs and set(refs) <= set(open_at) else "invoices"


def _red(period: PeriodRows, row: int, step: str) -> Exact:
    return period.costs[row] if step == "outward" else -period.costs[row]


# -- what is not invoiced ----------------------------------------------------------------------------------------------


def _open_estimates(period: PeriodRows) -> dict[int, Exact]:
    """Receipts booked at an estimate of which anything is still uninvoiced, with what that is estimated at."""
    estimated = [row for row in period.standing() if period.is_estimated(row) and row not in period.refused]
    settled = _settled_whole(period) if estimated else set[int]()
    back = _sent_back_before(period) if estimated else dict[int, Exact]()
    found: dict[int, Exact] = {}
    for row in estimated:
        left = 0 if row in settled else _not_billed(period, row) - back.get(row, 0)
        if left > 0:
            whole = period.rows.amount[row]
            found[row] = _part(period, period.costs[row] if whole is None else whole, left, period.rows.qty[row])
    return found


def _part(period: PeriodRows, amount: Exact, qty: Exact, whole: Exact) -> Exact:
    if qty == whole:
        return amount
    share = Fraction(amount) * qty / whole
    return divide(share.numerator, share.denominator, period.valuation.policy.rounding.mode)


def _settled_whole(period: PeriodRows) -> set[int]:
    """The receipts that an invoice of the whole names."""
    rows, state = period.rows, period.valuation.state
    invoices = (row for row in period.standing() if rows.type[row] == "invoice_price_change")
    standing = (row for row in invoices if row not in period.refused)
    events = (state.events[row] for row in standing if state is not None)
    return {ref for event in events if is_whole(event) for ref in event.refs}


def _not_billed(period: PeriodRows, row: int) -> Exact:
    state = period.valuation.state
    return period.rows.qty[row] - (0 if state is None else billed_qty(state, row))


def _sent_back_before(period: PeriodRows) -> dict[int, Exact]:
    """What earlier periods sent back of each receipt, the first named first."""
    rows, back = period.rows, dict[int, Exact]()
    for row in period.standing():
        if _is_return(period, row) and rows.date[row] < period.first and row not in period.refused:
            rest = rows.qty[row]
            for ref in rows.refs.get(row, ()):
                taken = min(rest, rows.qty[ref] - back.get(ref, 0))
                back[ref] = back.get(ref, 0) + taken
                rest -= taken
    return back
