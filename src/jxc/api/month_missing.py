"""What is wrong or not there before a period can be costed: rows, pools and categories, each with the way out.

    what the valuation refused      its own code, an error
    received_at_zero, ..._below_    goods that came in at no cost
    costed_at_zero, ..._below_zero  goods that leave or move at no cost
    negative_balance                more went out than there was
    residue_without_quantity        value of a pool or a category that has no goods left

Invariant: errors stand against the run, warnings do not.

>>> residue("TEA", Decimal("0.05")).code
'residue_without_quantity'
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from jxc.api.month_rows import PeriodRows
from jxc.stock.problem import Problem

__all__ = ["findings", "residue"]

_INWARD = frozenset({"opening", "receipt", "adjust_in", "assembly", "disassembly"})
_OUTWARD = frozenset({"issue", "scrap", "adjust_out", "transfer", "purchase_return"})


def findings(period: PeriodRows) -> Iterator[Problem]:
    """All of the period, in this order: rows refused, balances, residues, odd costs."""
    yield from period.valuation.problems
    yield from _balances(period)
    yield from _residues(period)
    yield from _odd_costs(period)


def _balances(period: PeriodRows) -> Iterator[Problem]:
    for held in period.valuation.on_hand:
        if held.qty < 0:
            message = f"{held.item} at {held.place}" if held.place else held.item
            message += f" ends the period with {held.qty}"
            hint = "enter the receipt that is missing (暂估入库), or the transfer"
            yield Problem(0, "negative_balance", message, hint, "item", held.item, "warning")


def _residues(period: PeriodRows) -> Iterator[Problem]:
    """Variances of categories that have no goods, and value that the pools of this period had to give up."""
    valuation, rows = period.valuation, period.rows
    for rate in valuation.rates:
        if rate.period == period.span.name and not rate.closing_planned and rate.closing_actual:
            yield residue(rate.category, rate.closing_actual)
    state = valuation.state
    for gap in state.gaps if state is not None else ():
        if gap.kind == "shortage_settled" and period.first <= rows.date[gap.row] <= period.last:
            yield residue(rows.item[gap.row] or "", valuation.as_money(-gap.amount), rows.number[gap.row])


def residue(of: str, amount: Decimal, row: int = 0) -> Problem:
    """Value without goods, of a category (or of an item, at a row)."""
    message = f"{of} has a value of {amount} left and no goods"
    hint = "book it with a revalue row, or enter the goods that are missing; of a category the next receipts take it up"
    return Problem(row, "residue_without_quantity", message, hint, "item" if row else "category", of, "warning")


def _odd_costs(period: PeriodRows) -> Iterator[Problem]:
    """Rows that bring goods in, take them out or move them at a cost of zero or below."""
    rows = period.rows
    for row in period.chosen:
        comes, goes = rows.type[row] in _INWARD, rows.type[row] in _OUTWARD
        if (comes or goes) and rows.qty[row] and row not in period.refused and period.costs[row] <= 0:
            code = _CODES[comes, period.costs[row] < 0]
            message = f"{period.name(row)} costs {period.cost(row)}"
            number = rows.number[row]
            yield Problem(number, code, message, _HINTS[comes], "row", str(number), "warning")


_CODES = {
    (True, False): "received_at_zero",
    (True, True): "received_below_zero",
    (False, False): "costed_at_zero",
    (False, True): "costed_below_zero",
}
"""By whether the goods come in, and whether the cost is below zero."""
_HINTS = {
    True: "enter its price, or an estimate (暂估); leave it if the goods were free (赠品)",
    False: "enter or mend the costs of the receipts that it comes from",
}
