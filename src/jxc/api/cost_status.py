"""How far the cost of a valuation or a history has been computed, for the statements that show it.

    status = jxc.cost_status(valuation, journal, ledger, until="2026-01-31")
    statement(ledger, layout, ("2026-01-01", "2026-01-31"), cost=status, demand="computed")

Invariant: what is refused, waits for a run, or is not in the books is counted, what is provisional is named; nothing of
it is left out (design rule 8: every report that shows cost says how far it has been computed).

>>> from jxc.api.value import value
>>> moves = [
...     {
...         "id": "GR-1",
...         "date": "2026-01-05",
...         "type": "receipt",
...         "item": "TEA",
...         "qty": 3,
...         "amount": 6,
...         "estimated": "yes",
...     },
...     {"id": "SO-1", "date": "2026-01-06", "type": "issue", "item": "TEA", "qty": 4},
... ]
>>> cost_status(value(moves, currency="CNY"), until="2026-01-31").note
'cost is computed until 2026-01-31; 1 movements have no cost; 1 provisional, such as GR-1'
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from jxc.api.history import History
from jxc.api.rows import AFTER, REFUSED
from jxc.api.valuation import Valuation
from jxc.costing.outcome import Status
from jxc.kernel.dates import parse_date
from jxc.ledger.ledger import Ledger
from jxc.posting.estimates import Estimates
from jxc.posting.journal import Journal
from jxc.posting.standing import not_in_books
from jxc.reports.cost_status import CostStatus

__all__ = ["RowStatus", "cost_status", "row_statuses"]


@dataclass(frozen=True, slots=True)
class RowStatus:
    """A row by its id (or number), its day (``None`` where it cannot be read), and what its cost is.

    ``left_out``: it lies after ``as_of``, and nobody asked for its cost.
    """

    name: str
    day: date | None
    status: Status
    left_out: bool = False

    def is_known(self, last: date | None) -> bool:
        """Whether it concerns days up to ``last``; what has no day concerns all."""
        return last is None or self.day is None or self.day <= last


def cost_status(
    valuation: Valuation | History,
    journal: Journal | None = None,
    ledger: Ledger | None = None,
    *,
    until: date | str | None = None,
    estimates: Estimates | None = None,
) -> CostStatus:
    """Until when cost is computed, what of it is provisional, how many movements have none.

    ``until``: the day up to which the caller has stated all movements; by default the day of the last one in the
    figures, for no valuation can know what nobody stated.  With a ``journal`` and the ``ledger`` it is posted to, what
    concerns goods and is not in the books (结转成本 not run) is counted too; with ``estimates`` their open ones are
    provisional.  Raises ``DateError`` for a bad ``until``.
    """
    rows = list(row_statuses(valuation))
    costed = [row.day for row in rows if row.day is not None and row.status in ("final", "provisional")]
    last = max(costed, default=None) if until is None else parse_date(until, field="until")
    known = [row for row in rows if row.is_known(last)]
    provisional = [row.name for row in known if row.status == "provisional"]
    if estimates is not None:
        provisional += [one.id for one in estimates.open if last is None or one.date <= last]
    waiting = () if journal is None or ledger is None else not_in_books(journal, ledger, on=last)
    return CostStatus(
        until=last,
        provisional=tuple(dict.fromkeys(provisional)),
        uncosted=sum(row.status in ("uncosted", "refused") for row in known),
        not_in_books=len(waiting),
    )


def row_statuses(valuation: Valuation | History) -> Iterator[RowStatus]:
    """Every row that was stated and what its cost is: also those that were refused, or lie after ``as_of``."""
    return _of_history(valuation) if isinstance(valuation, History) else _of_valuation(valuation)


def _of_valuation(valuation: Valuation) -> Iterator[RowStatus]:
    rows, statuses = valuation.rows, valuation.statuses
    for row, number in enumerate(rows.number):
        if row not in rows.parts:
            day = None if rows.bad[row] == REFUSED else date.fromordinal(rows.date[row])
            left_out = rows.bad[row] == AFTER
            yield RowStatus(rows.id[row] or f"row {number}", day, statuses.get(row, "final"), left_out)


def _of_history(history: History) -> Iterator[RowStatus]:
    for standing in history.standings():
        event = standing.event
        yield RowStatus(event.id or f"row {event.row + 1}", date.fromordinal(event.date), standing.status)
    for row in sorted({problem.row for problem in history.problems if problem.severity == "error"}):
        yield RowStatus(f"row {row}", None, "refused")
