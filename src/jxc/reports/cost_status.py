"""How far cost has been computed: every statement that shows cost, margin or profit says it, or refuses.

    CostStatus(until=date(2026, 1, 31), provisional=("GR-7 estimated",), uncosted=0)

Invariant: a statement never passes off as final what is provisional (design rule 8).

>>> CostStatus(until=date(2026, 1, 31), provisional=("GR-7",)).note
'cost is computed until 2026-01-31; 1 provisional, such as GR-7'
>>> CostStatus(until=date(2026, 1, 31)).lack(date(2026, 1, 31), "final")
''
>>> CostStatus(until=date(2026, 1, 30)).lack(date(2026, 1, 31), "computed")
'cost is computed until 2026-01-30 only'
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias, get_args

from jxc.errors import LedgerError, PolicyError

__all__ = ["NOT_COMPUTED", "CostStatus", "Demand", "check_cost"]

Demand: TypeAlias = Literal["any", "computed", "final"]
"""What a statement asks of the cost in it: nothing, computed to its last day, or final."""


@dataclass(frozen=True, slots=True)
class CostStatus:
    """Until which day cost is computed, what in it is provisional, how many movements have no cost yet.

    ``not_in_books``: how many movements of goods no entry has carried over yet (结转成本).
    ``jxc.cost_status`` says it of a valuation or a history.
    """

    until: date | None = None
    provisional: tuple[str, ...] = ()
    uncosted: int = 0
    not_in_books: int = 0

    @property
    def note(self) -> str:
        """How far cost has been computed and what of it is provisional, in a line to stand under a statement."""
        parts = ["cost is not computed" if self.until is None else f"cost is computed until {self.until}"]
        if self.uncosted:
            parts.append(f"{self.uncosted} movements have no cost")
        if self.not_in_books:
            parts.append(f"{self.not_in_books} movements of goods are not in the books")
        if self.provisional:
            parts.append(f"{len(self.provisional)} provisional, such as {', '.join(self.provisional[:5])}")
        return "; ".join(parts)

    def lack(self, last: date, demand: Demand) -> str:
        """What is missing for a statement up to ``last``; empty where nothing is."""
        if demand == "any":
            return ""
        if self.until is None or self.until < last:
            return f"cost is computed until {self.until or 'nowhere'} only"
        if self.uncosted:
            return f"{self.uncosted} movements have no cost"
        if self.not_in_books:
            return f"{self.not_in_books} movements of goods are not in the books"
        if demand == "final" and self.provisional:
            return f"provisional: {', '.join(self.provisional[:5])}"
        return ""


NOT_COMPUTED = CostStatus()
"""Nobody said how far cost has been computed."""


def check_cost(status: CostStatus, last: date, demand: Demand) -> None:
    """``LedgerError`` ``cost_not_final`` where the cost is not what the statement asks for.

    ``PolicyError`` ``unknown_choice`` for another word than any, computed, final.
    """
    if demand not in get_args(Demand):
        hint = f"one of {', '.join(get_args(Demand))}"
        raise PolicyError("unknown_choice", "there is no such choice", field="demand", value=demand, hint=hint)
    lack = status.lack(last, demand)
    if lack:
        raise LedgerError(
            "cost_not_final", lack, field="cost", value=last, hint='compute the cost first, or ask for cost "any"'
        )
