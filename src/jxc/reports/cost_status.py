"""How far cost has been computed: every statement that shows cost, margin or profit says it, or refuses.

    CostStatus(until=date(2026, 1, 31), provisional=("GR-7 estimated",), uncosted=0)

Invariant: a statement never passes off as final what is provisional (design rule 8).

>>> CostStatus(until=date(2026, 1, 31)).lack(date(2026, 1, 31), "final")
''
>>> CostStatus(until=date(2026, 1, 30)).lack(date(2026, 1, 31), "computed")
'cost is computed until 2026-01-30 only'
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from jxc.errors import LedgerError

__all__ = ["CostStatus", "Demand", "check_cost"]

Demand: TypeAlias = Literal["any", "computed", "final"]
"""What a statement asks of the cost in it: nothing, computed to its last day, or final."""


@dataclass(frozen=True, slots=True)
class CostStatus:
    """Until which day cost is computed, what in it is provisional, how many movements have no cost yet."""

    until: date | None = None
    provisional: tuple[str, ...] = ()
    uncosted: int = 0

    def lack(self, last: date, demand: Demand) -> str:
        """What is missing for a statement up to ``last``; empty where nothing is."""
        if demand == "any":
            return ""
        if self.until is None or self.until < last:
            return f"cost is computed until {self.until or 'nowhere'} only"
        if self.uncosted:
            return f"{self.uncosted} movements have no cost"
        if demand == "final" and self.provisional:
            return f"provisional: {', '.join(self.provisional[:5])}"
        return ""


def check_cost(status: CostStatus | None, last: date, demand: Demand) -> None:
    """``LedgerError`` ``cost_not_final`` where the cost is not what the statement asks for."""
    lack = (status or CostStatus()).lack(last, demand)
    if lack:
        raise LedgerError(
            "cost_not_final", lack, field="cost", value=last, hint='compute the cost first, or ask for cost "any"'
        )
