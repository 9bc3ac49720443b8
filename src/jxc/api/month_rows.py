"""The rows of one period of a book that was valued: which they are, what they are called, what they cost.

Invariant: a count costs what it changed stock by: a gain (盘盈) above zero, a loss (盘亏) below.

>>> PeriodRows.__name__
'PeriodRows'
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from jxc.api.rows import Rows
from jxc.api.valuation import Valuation
from jxc.kernel.periods import Period
from jxc.kernel.rounding import Exact

__all__ = ["PeriodRows", "name_of"]


def name_of(rows: Rows, row: int) -> str:
    """What the records of a row call it: its id, or its number."""
    return rows.id[row] or f"row {rows.number[row]}"


class PeriodRows:
    """What of a valuation belongs to a period; ``chosen``: its rows, without those that are a part of another."""

    def __init__(self, rows: Rows, valuation: Valuation, span: Period) -> None:
        self.rows = rows
        self.valuation = valuation
        self.span = span
        self.first, self.last = span.first.toordinal(), span.last.toordinal()
        self.refused = valuation.refused_rows
        self.costs = valuation.exact_costs
        self.chosen = [row for row in self.standing() if self.first <= rows.date[row] <= self.last]

    def standing(self) -> Iterator[int]:
        """The rows of this period and earlier ones that could be read, without those that are a part of another."""
        rows = self.rows
        return (row for row in range(rows.n) if not rows.bad[row] and row not in rows.parts)

    def touching(self) -> list[int]:
        """The rows of the period that are in the figures, those that are a part of another row too."""
        rows, first = self.rows, self.first
        return [r for r in range(rows.n) if rows.date[r] >= first and not rows.bad[r] and r not in self.refused]

    def name(self, row: int) -> str:
        """What the records call the row."""
        return name_of(self.rows, row)

    def cost(self, row: int) -> Decimal:
        """The cost of a row; of a count signed, of a refused row nothing."""
        return Decimal(0) if row in self.refused else self.valuation.as_money(self.signed(row))

    def signed(self, row: int) -> Exact:
        """The cost in minor units; of a count as it changed stock: a loss is below zero."""
        cost = self.costs[row]
        lost: bool = self.rows.type[row] == "count" and self._difference(row) < 0
        return min(cost, -cost) if lost else cost

    def qty(self, row: int) -> Decimal:
        """The quantity of a row; of a count what it found beyond the book."""
        counted = self.rows.type[row] == "count"
        return self.valuation.as_qty(self._difference(row) if counted else self.rows.qty[row])

    def is_estimated(self, row: int) -> bool:
        """Whether the cost of a receipt was booked at an estimate (暂估)."""
        details = self.rows.details.get(row)
        return details is not None and details.estimated

    def corrections(self) -> dict[int, dict[int, Exact]]:
        """Row -> first day of a period -> what its receipts settled there about the row's shortage; more cost is above
        zero.
        """
        state, rows = self.valuation.state, self.rows
        found: dict[int, dict[int, Exact]] = {}
        for row, outcome in state.outcomes.items() if state is not None else ():
            for by, amount in outcome.corrections:
                start = Period.of(date.fromordinal(rows.date[by]), self.span.kind).first.toordinal()
                sums = found.setdefault(row, {})
                sums[start] = sums.get(start, 0) - amount
        return found

    def _difference(self, row: int) -> Exact:
        state = self.valuation.state
        outcome = None if state is None else state.outcomes.get(row)
        return 0 if outcome is None else outcome.difference_qty
